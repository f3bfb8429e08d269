"""The short form of `make campaign --only bedesk`, and two mutants of the connector that it finds."""

from pathlib import Path
from random import Random

import pytest

from campaign.killed_bedesk import KilledBedesk
from campaign.outcome import Outcome

pytestmark = pytest.mark.timeout(600)


def played(folder: Path, kills: int, *, replaces: bool = False, mutant: str = "") -> Outcome:
    with KilledBedesk(folder, Random(1), conversations=12, replaces=replaces, mutant=mutant) as bridge:
        return bridge.play(kills)


@pytest.mark.parametrize("replaces", [False, True])
def test_one_pass_behind_killed_ones_sets_all_right_and_the_window_of_a_write_is_measured(
    tmp_path: Path, *, replaces: bool
) -> None:
    outcome = played(tmp_path, 6, replaces=replaces)
    assert outcome.findings == []
    assert outcome.counts["kills"] >= 6
    assert outcome.counts["forced"] > 0
    assert outcome.counts["windows"] > 12
    assert replaces or outcome.counts["overwritten"] == 0


@pytest.mark.parametrize("mutant", ["settled at once", "others travel along"])
def test_a_connector_that_loses_edits_is_found_out(tmp_path: Path, mutant: str) -> None:
    assert played(tmp_path, 60, mutant=mutant).findings != []
