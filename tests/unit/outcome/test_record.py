"""Finished cycles as the helpdesk keeps them: word for word, with all that figures ask of them."""

import json
from dataclasses import replace
from datetime import date

from pydantic import TypeAdapter

from bridge.customers import NO_REGISTRY
from bridge.policies.outcome import record
from bridge.tickets import FinishedCycle, Reference, Ticket, TimeSpent, ticket_adapter
from tests.integration.sync.world import HOUR, START, Policy
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    FIRST,
    HIGH,
    as_kept,
    assigned,
    at,
    closed,
    decided,
    department,
    known,
    priority,
    response,
    row,
    simple,
    ticket,
)

TICKET = Ticket(
    id=1,
    number="1",
    rev="r",
    created_at=START,
    subject="вопрос",
    status=Reference(id=1, name="Open", state="open"),
    department=Reference(id=1, name="Support"),
)
CYCLE = FinishedCycle(
    metric="first_response", cycle=1, state="met", started_at=START, due_at=START + HOUR, stopped_at=START + 5
)


def test_finished_cycles_are_kept_and_running_ones_are_not():
    made = Policy().decide(TICKET, START)
    running = made.clocks[0]
    assert as_kept(made, kept=[]) == []
    finished = replace(running, state=record.ClockState.MET, stopped_at=START + 5)
    (kept,) = as_kept(replace(made, clocks=(finished,), policy_digest="d"), kept=[])
    assert (kept["state"], kept["stopped_at"], kept["policy_digest"]) == ("met", "2026-11-18T11:06:45Z", "d")


def test_a_finished_cycle_is_never_judged_again():
    made = Policy().decide(TICKET, START)
    otherwise = replace(made.clocks[0], state=record.ClockState.MISSED, stopped_at=START + 99)
    now = replace(made, clocks=(otherwise,), policy_digest="new")
    assert as_kept(now, kept=[CYCLE]) == [record.cycle_json(CYCLE)]


def test_cycles_are_in_the_order_of_metric_and_number_whatever_the_order_of_the_clocks():
    made = Policy().decide(TICKET, START)
    clock = replace(made.clocks[0], state=record.ClockState.MET)
    clocks = tuple(replace(clock, metric=metric, cycle=cycle) for metric, cycle in (("b", 2), ("a", 10), ("a", 9)))
    kept = as_kept(replace(made, clocks=clocks), kept=[])
    assert [(one["metric"], one["cycle"]) for one in kept] == [("a", 9), ("a", 10), ("b", 2)]


def test_a_cycle_travels_there_and_back_unchanged():
    snapshot = {
        "id": 1,
        "number": "1",
        "rev": "r",
        "created_at": START,
        "status": {"id": 1, "name": "Open", "state": "open"},
        "department": {"id": 1},
        "bridge": {"cycles": [record.cycle_json(CYCLE)]},
    }
    assert ticket_adapter().validate_python(snapshot).bridge.cycles == (CYCLE,)


ANNA = Reference(id=5, name="Anna")
LATE = ticket(
    "2026-11-23 10:00",
    assigned("2026-11-23 12:00", ANNA),
    priority("2026-11-24 09:00", HIGH),
    response("2026-11-25 11:00"),
    department("2026-11-25 11:00", DEVELOPMENT),
    closed("2026-11-27 10:00"),
)


def test_a_cycle_says_how_late_it_was_and_where_it_ended_by_the_second_of_its_end():
    made = decided(LATE, FIRST, "2026-11-30 10:00", registry=known())
    (cycle,) = as_kept(made, kept=[])
    assert {name: cycle[name] for name in list(cycle)[13:-4]} == {
        "late_seconds": (9 + 2) * 3600,
        "late_days": 2,
        "customer": "C1",
        "department": {"id": 1, "name": "Support"},
        "agent": {"id": 5, "name": "Anna"},
        "topic": None,
        "priority": {"id": 3, "name": "High"},
        "provisional": False,
    }
    assert cycle["inputs"].startswith("sha256:")


def test_who_took_the_ticket_by_his_answer_is_its_agent():
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), assigned("2026-11-23 11:00", ANNA))
    (cycle,) = as_kept(decided(one, FIRST, "2026-11-23 12:00"), kept=[])
    assert cycle["agent"] == {"id": 5, "name": "Anna"}


def test_a_later_assignee_or_department_has_no_part_in_an_earlier_cycle():
    later = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        assigned("2026-11-23 12:00", ANNA),
        department("2026-11-23 13:00", DEVELOPMENT),
    )
    (cycle,) = as_kept(decided(later, FIRST, "2026-11-23 14:00"), kept=[])
    assert (cycle["agent"], cycle["department"]["name"]) == (None, "Support")


def test_the_department_that_hands_over_ends_its_own_cycle():
    one = ticket("2026-11-23 10:00", department("2026-11-23 12:00", DEVELOPMENT))
    by = simple(row("ownership", "8h"))
    (cycle,) = as_kept(decided(one, by, "2026-11-23 14:00"), kept=[])
    assert cycle["department"]["name"] == "Support"


def test_the_inputs_are_the_policy_and_what_the_registry_said_and_not_the_age_of_its_copy():
    answer = known()
    same = [record.inputs_digest("d", one) for one in (answer, known(as_of=5), known(stale_from=7, curator_until=9))]
    others = [
        record.inputs_digest("e", answer),
        record.inputs_digest("d", known(curator="Olga")),
        record.inputs_digest("d", known(until=date(2026, 11, 26))),
        record.inputs_digest("d", known(taken={"a": 1})),
        record.inputs_digest("d", NO_REGISTRY),
    ]
    assert len(set(same)) == 1
    assert len({same[0], *others}) == 6


def test_what_was_kept_before_there_were_such_members_is_never_filled_in():
    old = FinishedCycle(
        metric="first_response", cycle=1, state="missed", started_at=at("2026-11-23 10:00"),
        due_at=at("2026-11-23 18:00"), stopped_at=at("2026-11-25 11:00"), target="8h", level="standard", calendar="d",
    )  # fmt: skip
    one = replace(LATE, bridge=replace(LATE.bridge, cycles=(old,)))
    made = decided(one, FIRST, "2026-11-30 10:00", registry=known())
    assert (made.clocks[0].late_seconds, made.clocks[0].late_days) == (None, None)
    (cycle,) = as_kept(made, kept=(old,))
    empty = (
        "late_seconds",
        "late_days",
        "customer",
        "department",
        "agent",
        "topic",
        "priority",
        "provisional",
        "inputs",
        "breach_cause",
        "opening",
        "spent",
    )
    assert [cycle[name] for name in empty] == [None] * 12


def test_a_cycle_with_all_its_members_travels_there_and_back_unchanged():
    (cycle,) = as_kept(decided(LATE, FIRST, "2026-11-30 10:00", registry=known()), kept=[])
    assert record.cycle_json(TypeAdapter(FinishedCycle).validate_json(json.dumps(cycle))) == cycle


def test_where_the_time_of_a_cycle_went_travels_there_and_back_unchanged():
    spent = (
        TimeSpent(status=Reference(id=1, name="Open"), department=Reference(id=2, name="Development"), seconds=3_600),
    )
    cycle = record.cycle_json(replace(CYCLE, breach_cause="transferred", opening=2, spent=spent))
    assert cycle["spent"] == [
        {"status": {"id": 1, "name": "Open"}, "department": {"id": 2, "name": "Development"}, "seconds": 3_600}
    ]
    assert record.cycle_json(TypeAdapter(FinishedCycle).validate_json(json.dumps(cycle))) == cycle
