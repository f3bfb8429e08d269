"""The campaign's own bookkeeping: portions add up over runs, and what was found once is neither hidden nor counted for ever."""

import sys
from pathlib import Path

import pytest

from campaign import __main__ as command
from campaign.ledger import Ledger, Portion
from campaign.outcome import Outcome
from campaign.scenarios import SCENARIOS, Scenario


def portion(seed: int, **changed) -> Portion:
    told = {"scenario": "s", "seed": seed, "amount": 5, "commit": "a", "date": "2026-11-29", "seconds": 1.0}
    return Portion(**told | {"counts": {"faults": 5}, "most": {"passes": seed}} | changed)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


def test_portions_add_up_over_runs(tmp_path, ledger):
    ledger.add(portion(1))
    ledger.add(portion(2, counts={"faults": 7, "wrong": 1}))
    ledger.add(portion(1, scenario="other"))
    again = Ledger(tmp_path / "ledger.jsonl")
    assert again.portions == ledger.portions
    total = again.total("s")
    assert (total.counts, total.most, total.findings) == ({"faults": 12, "wrong": 1}, {"passes": 2}, [])
    assert again.next_seed("s", "a") == 3
    assert again.next_seed("new", "a") == 1


def test_a_seed_that_found_something_is_played_again_by_a_later_commit_and_then_counts_once(ledger):
    ledger.add(portion(1, findings=["broken"]))
    ledger.add(portion(2))
    assert ledger.total("s").findings == ["broken"]
    assert (ledger.next_seed("s", "a"), ledger.next_seed("s", "b")) == (3, 1)
    ledger.add(portion(1, commit="b"))
    total = ledger.total("s")
    assert (total.counts["faults"], total.findings, ledger.mended("s")) == (10, [], 1)
    assert ledger.next_seed("s", "b") == 3
    assert len(ledger.portions) == 3


def test_a_seed_after_which_too_many_pages_were_done_again_is_played_again(ledger):
    ledger.add(portion(1, most={"pages_redone": 2}))
    ledger.add(portion(2, most={"pages_redone": 1}))
    assert ledger.next_seed("s", "b") == 1
    ledger.add(portion(1, commit="b", most={"pages_redone": 1}))
    assert (ledger.next_seed("s", "c"), ledger.mended("s")) == (3, 1)


@pytest.fixture
def played(monkeypatch, ledger):
    """Run the command with these scenarios, on a clean tree of commit `abc`; return its exit code."""
    tree = {"status": "", "rev-parse": "abc"}
    monkeypatch.setattr(command, "Ledger", lambda: ledger)
    monkeypatch.setattr(command, "_git", lambda word, *_: tree[word])

    def run(*words: str, **plays) -> int:
        scenarios = [Made(name, "faults", 20, how) for name, how in plays.items()]
        monkeypatch.setattr(command, "SCENARIOS", scenarios)
        monkeypatch.setattr(sys, "argv", ["campaign", *words])
        return command.main()

    run.tree = tree
    return run


class Made(Scenario):
    def __init__(self, name, counted, target, how):
        super().__init__(name, counted, target)
        object.__setattr__(self, "how", how)

    portion = 8

    @property
    def play(self):
        return self.how


def good(seed: int, amount: int, folder: Path) -> Outcome:
    assert not list(folder.iterdir())
    return Outcome(counts={"faults": amount})


def test_scenarios_take_turns_until_each_has_its_target(played, ledger):
    assert played(one=good, two=good) == 0
    assert [(one.scenario, one.seed) for one in ledger.portions] == [
        (name, seed) for seed in (1, 2, 3) for name in ("one", "two")
    ]
    assert {one.commit for one in ledger.portions} == {"abc"}
    assert played(one=good, two=good) == 0
    assert len(ledger.portions) == 6, "nothing is due any more"


def test_a_run_that_was_stopped_goes_on_where_it_was(played, ledger):
    played("--portions", "1", one=good)
    played("--minutes", "0", one=good)
    assert [one.seed for one in ledger.portions] == [1]
    played(one=good)
    assert [one.seed for one in ledger.portions] == [1, 2, 3]


def test_what_is_found_is_told_and_recorded_and_so_is_what_breaks_off(played, ledger, capsys):
    def broken(seed: int, amount: int, folder: Path) -> Outcome:
        if seed == 2:
            raise ZeroDivisionError("in the middle")
        return Outcome(counts={"faults": amount}, findings=["a value was lost"])

    assert played("--portions", "2", one=broken) == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "one, seed 1, amount 8: a value was lost",
        "one, seed 2, amount 8: it broke off: ZeroDivisionError: in the middle",
    ]
    assert [one.findings for one in ledger.portions] == [[told[0]], [told[1]]]
    played.tree["rev-parse"] = "mended"
    assert played(one=good) == 0
    assert [one.seed for one in ledger.portions[2:]] == [1, 2, 3]


def test_nothing_is_recorded_of_a_tree_that_no_commit_names(played, ledger):
    played.tree["status"] = " M bridge/sync/engine.py"
    assert played(one=good) == 2
    assert played("--try", "5", one=good) == 0
    assert ledger.portions == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_every_scenario_says_what_it_does_and_has_a_short_form(scenario):
    assert scenario.title
    assert scenario.portion > 0
    assert scenario.target > 0
    assert callable(scenario.play)
    short = Path(__file__).resolve().parents[2] / "integration" / "campaign" / f"test_{scenario.name}.py"
    assert short.exists(), "a test plays every scenario in short"
