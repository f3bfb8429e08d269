"""The bench measures what it says: turns, gates, snapshots that differ, policies of many rules, on whichever side."""

from itertools import islice

import pytest

from bench import decide, desk, registry, rules, streams
from bench.figures import Figure, table
from bench.sample import CHUNK, repeating
from bench.sides import ROOT, Side, in_turns, workers
from bridge import load_policy
from bridge.tickets import ticket_adapter

OWN = Side(name="this", tree=ROOT)


def test_contestants_take_turns_and_take_turns_in_beginning():
    played = []
    contest = {name: lambda name=name: played.append(name) or len(played) for name in "AB"}
    assert in_turns(contest, 2) == {"A": [1, 4], "B": [2, 3]}
    assert played == ["A", "B", "B", "A"]


@pytest.mark.parametrize(
    ("gates", "missed"),
    [
        ({}, False),
        ({"at_most": 2.0}, False),
        ({"at_most": 1.9}, True),
        ({"at_least": 1.5}, False),
        ({"at_least": 1.6}, True),
        ({"at_most": 1.9, "at_least": 1.5}, True),
        ({"kept": False}, True),
    ],
)
def test_a_gate_that_is_not_kept_is_missed(gates, missed):
    figure = Figure(what="it", seconds=2.0, earlier=3.0, **gates)
    assert figure.missed is missed
    assert ("**missed**" in list(table([figure], ["this", "that"]))[-1]) is missed


def test_without_an_earlier_commit_its_gate_is_not_missed():
    assert not Figure(what="it", seconds=2.0, at_least=1.5).missed


def test_differing_snapshots_are_tickets_and_share_nothing():
    lines = list(islice(streams.different(repeating(CHUNK))(1_000), 500))
    tickets = [ticket_adapter().validate_json(line) for line in lines]
    for name in ("product_version", "registration_number"):
        assert len({one.fields[name] for one in tickets}) == 500
    assert len({one.requester.email for one in tickets}) == len({one.id for one in tickets}) == 500
    assert len({one.fields["product"] for one in tickets}) > 300


def test_a_policy_of_many_rules_is_valid(tmp_path):
    assert rules.written(OWN, tmp_path / "many", 100) == 109
    load_policy(tmp_path / "many")


def test_a_worker_decides_for_customers_that_repeat_and_that_differ(monkeypatch):
    monkeypatch.setattr(decide, "TICKETS", CHUNK)
    monkeypatch.setattr(decide, "ROUNDS", 1)
    monkeypatch.setattr(decide, "LAPS", 2)
    with workers([OWN, OWN]) as measured:
        figures = list(decide.measure(measured))
    assert [one.what for one in figures][-1] == "decide, customers that differ"
    assert all(one.seconds > 0 and one.ratio > 0 for one in figures)


def test_a_worker_loads_a_registry_and_looks_customers_up(monkeypatch):
    monkeypatch.setattr(registry, "CUSTOMERS", 1_000)
    with workers([OWN]) as measured:
        figures = list(registry.measure(measured))
    assert [one.what for one in figures][-1] == "look one of 1,000 customers up"
    assert all(one.seconds > 0 for one in figures)


def test_commands_call_a_registry_over_beside_a_plain_reader(monkeypatch):
    monkeypatch.setattr(registry, "CUSTOMERS", 300)
    monkeypatch.setattr(registry, "ROUNDS", 1)
    figures = list(registry.measure_running([OWN]))
    assert [one.what for one in figures] == [
        "registry products, 300 customers", "registry products --format csv, 300 customers", "registry news, 300 customers",
    ]  # fmt: skip
    assert all("times csv.DictReader" in one.note for one in figures)


def test_tickets_of_a_desk_are_those_of_the_contract_and_the_same_on_every_run():
    made = list(islice(desk.lines(300), 300))
    assert made == list(desk.lines(300))
    tickets = [ticket_adapter().validate_json(line) for line in made]
    assert len({one.id for one in tickets}) == 300
    ended = [cycle for one in tickets for cycle in one.bridge.cycles]
    assert {one.state for one in ended} == {"met", "missed"}
    assert all(one.stopped_at is not None and one.stopped_at < desk.NOW.timestamp() for one in ended)
    assert {one.status.state for one in tickets} == {"open", "closed"}
