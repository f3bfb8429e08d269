"""The short form of the scenario `crash_points`, and whether it has been at everything that lasts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaign.crash_points import KINDS, Case, CrashPoints
from campaign.durable_sites import durable_sites
from campaign.outcome import Outcome
from campaign.scenarios import crash_points
from tests.integration.sync.mortal import Mortals

pytestmark = pytest.mark.timeout(600)
DEATHS = 4

ONCE_BY_HAND = {
    "cli/helpdesk/demo.py:_settings": "a demo lives in a folder that goes with it",
    "cli/helpdesk/demo.py:_demo_of_osticket": "a demo lives in a folder that goes with it",
    "cli/helpdesk/plugin.py:install": "somebody installs the plugin and sees whether it went well",
    "cli/agreement/policy.py:_write": "the texts of a test's expectations, kept by whoever asked for them",
    "cli/console/streams.py:abandon_output": "opens the device that keeps nothing",
    "cli/console/whole_file.py:copy_folder": "`init` makes a folder that was not there",
    "connectors/helpdesks/osticket.py:OsTicket.offer_actions": "its answers, lost or repeated, are tried in tests/integration/sync/test_owed_letters.py",
    "connectors/helpdesks/osticket.py:OsTicket._once": "a person's word on an action, which is sent once",
    "sync/memory/archive.py:_thrown_away": "only where a file could not be written whole, as on a full disk",
    "sync/memory/journal.py:Journal._begun": "part of the transaction of Journal.note",
}


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    with Mortals("campaign.effects:command") as started:
        yield started


def test_everything_that_lasts_is_done_by_some_command_that_is_let_die(tmp_path: Path, mortals: Mortals) -> None:
    been: set[str] = set()
    for number, name in enumerate(KINDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Case.begun(folder, mortals) as case:
            told = CrashPoints(case, name).recorded()
        assert told["missed"] == [], name
        been.update(told["places"])
    sites = durable_sites()
    assert sites - been - ONCE_BY_HAND.keys() == set()
    assert ONCE_BY_HAND.keys() <= sites - been


@pytest.mark.parametrize("name", ["changes", "undo", "forget"])
def test_a_command_that_dies_behind_some_of_its_effects_is_taken_up_by_the_next(tmp_path: Path, name: str) -> None:
    outcome = crash_points.play(list(KINDS).index(name) + 1, DEATHS, tmp_path)
    assert outcome.findings == []
    assert outcome.counts["kills"] == DEATHS


def found(folder: Path, mortals: Mortals, name: str, mutant: str, behind: str) -> Outcome:
    """Let a broken command die behind its first effect that begins so."""
    with Case.begun(folder, mortals, mutant) as case:
        points = CrashPoints(case, name)
        effects = points.recorded()["effects"]
        points.try_one(next(place for place, one in enumerate(effects, start=1) if one.startswith(behind)))
        return points.outcome


@pytest.mark.parametrize(
    ("name", "mutant", "behind"),
    [
        ("changes", "journal behind the write", "POST /writes"),
        ("changes", "archive behind the write", "POST /writes"),
        ("undo", "hold behind the undo", "POST /writes"),
        ("forget", "drafts left", "ftruncate"),
    ],
)
def test_a_command_that_does_its_work_in_the_wrong_order_is_found_out(
    tmp_path: Path, mortals: Mortals, name: str, mutant: str, behind: str
) -> None:
    assert found(tmp_path, mortals, name, mutant, behind).findings


def test_a_third_policy_behind_a_killed_pass_is_no_older_one(tmp_path: Path, mortals: Mortals) -> None:
    outcome = found(tmp_path, mortals, "another policy, and a third one before the next pass", "", "POST /lease")
    assert outcome.findings == []
