"""The short form of the scenario `kills`: passes that are killed anywhere leave nothing wrong, lost or doubled behind."""

from pathlib import Path
from random import Random

import pytest

from campaign.killed_bridge import KilledBridge
from campaign.outcome import Outcome
from campaign.scenarios import kills

pytestmark = pytest.mark.timeout(600)
KILLS = 40


def found(folder: Path, mutant: str, kinds: tuple[str, ...]) -> Outcome:
    """Play rounds of these kinds until a known fault of the bridge is found, at most so many."""
    with KilledBridge(folder, Random(1), mutant) as bridge:
        for number in range(16):
            bridge.rounds[kinds[number % len(kinds)]]()
            if bridge.outcome.findings:
                break
        return bridge.outcome


def test_passes_that_are_killed_anywhere_converge_and_do_nothing_twice(tmp_path: Path) -> None:
    outcome = kills.play(1, KILLS, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["kills"] >= KILLS
    assert outcome.counts["kills_process"] > 0
    assert outcome.most["passes_to_converge"] == 1
    assert outcome.most["restart_seconds"] > 0


@pytest.mark.parametrize(
    ("mutant", "kinds", "what"),
    [
        ("no journal", ("changes",), "lost"),
        ("journal behind the write", ("first", "policy"), "lost"),
        ("cursor before the writes", ("changes",), "wrong"),
        ("page done before it is", ("first",), "wrong"),
    ],
)
def test_a_bridge_that_loses_something_to_a_kill_is_found_out(
    tmp_path: Path, mutant: str, kinds: tuple[str, ...], what: str
) -> None:
    assert found(tmp_path, mutant, kinds).counts[what] > 0


def test_a_first_sync_that_begins_anew_is_found_out_by_the_pages_that_it_reads_again(tmp_path: Path) -> None:
    with KilledBridge(tmp_path, Random(1), "place forgotten") as bridge:
        for _ in range(16):
            bridge.rounds["first"]()
            if bridge.outcome.findings:
                break
        assert "pages were done again" in bridge.outcome.findings[0]
