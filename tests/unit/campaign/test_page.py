"""The page of figures: what is not met is said to be, whatever else stands beside it."""

import pytest

from campaign import gates
from campaign.gates import GATES, table
from campaign.ledger import Ledger, Portion
from campaign.page import page
from campaign.rows import ROWS

ENOUGH = {"network": {"faults": 100_000, "wrong": 0, "lost": 0, "doubled": 0}, "kills": {"kills": 20_000}}
EFFECTS, PASSES = GATES[0], GATES[1]


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "ledger.jsonl")


def played(ledger, scenario: str, *, seed: int = 1, commit: str = "abc", findings=(), most=None, **counts: int) -> None:
    told = {"amount": 5, "date": "2026-11-29", "seconds": 1.0, "counts": counts, "most": most or {}}
    ledger.add(Portion(scenario=scenario, seed=seed, commit=commit, findings=list(findings), **told))


def test_what_nobody_measured_is_not_met(ledger):
    assert not EFFECTS.measured(ledger).met
    assert not PASSES.measured(ledger).met
    text = page(ledger)
    assert (
        "| wrong, lost or doubled effects | 0 in ≥ 100,000 faults and ≥ 20,000 kill -9 | not measured yet | **not met** |"
        in text
    )


def test_enough_faults_and_kills_without_a_wrong_effect_meet_the_gate(ledger):
    played(ledger, "network", **ENOUGH["network"])
    assert not EFFECTS.measured(ledger).met, "nothing has been killed"
    played(ledger, "kills", **ENOUGH["kills"])
    figure = EFFECTS.measured(ledger)
    assert (figure.met, figure.text) == (True, "0 wrong, 0 lost, 0 doubled in 100,000 faults and 20,000 kill -9")


@pytest.mark.parametrize("kind", ["wrong", "lost", "doubled"])
def test_one_broken_effect_among_many_is_enough_to_miss_it(ledger, kind):
    for scenario, counts in ENOUGH.items():
        played(ledger, scenario, **counts)
    played(ledger, "race", **{kind: 1}, findings=["a value was\nlost"])
    assert not EFFECTS.measured(ledger).met
    assert "Found, and not mended yet:\n\n- a value was lost\n" in page(ledger)
    played(ledger, "race", commit="mended", faults=5)
    assert EFFECTS.measured(ledger).met
    assert "not mended yet" not in page(ledger)
    assert "| 0, 1 |" in page(ledger), "it is not forgotten either"


def test_a_second_pass_is_met_only_with_a_conflict_in_flight(ledger):
    played(ledger, "race", most={"passes_to_converge": 2})
    played(ledger, "network", most={"passes_to_converge": 1})
    assert PASSES.measured(ledger).met
    played(ledger, "clock", most={"passes_to_converge": 2})
    assert not PASSES.measured(ledger).met


def test_every_mutant_has_to_be_noticed(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(gates, "MUTANTS", tmp_path / "mutants.md")
    mutants = next(one for one in GATES if one.command == "make mutants")
    for told, met in (
        ("60 of 60 noticed", True),
        ("59 of 59 noticed", False),
        ("299 of 300 noticed", False),
        ("", False),
    ):
        gates.MUTANTS.write_text(told, encoding="utf-8")
        assert mutants.measured(ledger).met is met


def test_figures_of_the_bench_are_read_from_its_page(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(gates, "MANY", tmp_path / "many.md")
    idle, memory, scan = GATES[4], GATES[8], GATES[10]
    head = "| pass | wall | memory | state |\n| --- | ---: | ---: | ---: |\n"
    passes = "| the first sync | 700 s | 110 MiB | 45 MiB |\n| a full scan, nothing to write | 380 s | {memory} MiB | 45 MiB |\n"
    idles = (
        "\n| idle pass over | requests | answered with | written | the bridge's processor time | gate |\n| --- |\n"
        "| 1,000,000 tickets | {requests} | 912 bytes | 0 | 0.60 s | x |\n| 100 tickets | 1 | 900 bytes | 0 | 0.55 s | x |\n"
    )
    gates.MANY.write_text(head + passes.format(memory=120) + idles.format(requests=1), encoding="utf-8")
    assert [one.measured(ledger).met for one in (idle, memory, scan)] == [True, True, True]
    assert idle.measured(ledger).text == "1 request, 0 writes, 912 bytes; 1.09 times that over 100"
    gates.MANY.write_text(head + passes.format(memory=129) + idles.format(requests=2), encoding="utf-8")
    assert [one.measured(ledger).met for one in (idle, memory, scan)] == [False, False, True]
    gates.MANY.write_text("nothing", encoding="utf-8")
    assert [one.measured(ledger).met for one in (idle, memory, scan)] == [False, False, False]
    assert table(gates.MANY, "pass") == []


def test_all_rows_stand_on_the_page(ledger):
    text = page(ledger)
    assert [one.number for one in ROWS] == list(range(1, 47))
    for row in ROWS:
        assert f"| {row.number} | {row.trouble} | {row.answer} |" in text
