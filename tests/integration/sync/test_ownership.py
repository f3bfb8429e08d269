"""Somebody else writes into the output fields: written back, told, or left in peace, and never without end."""

import pytest

from bridge.protocols.writing import Ownership
from bridge.sync.planned.ownership import CORRECTIONS
from tests.integration.sync.world import HOUR, START, Policy


def look_again(world):
    """Make the next pass decide every ticket anew, as the daily sweep does."""
    world.time.now += 24 * HOUR


@pytest.fixture
def answered(world):
    """A ticket that time no longer changes."""
    (ticket,) = world.tickets(1)
    world.people.agent_reply(ticket)
    world.run()
    return ticket


def owned(world, how):
    world.options = type(world.options)(ownership={"sla_level": how})


@pytest.mark.parametrize("value", ["general", None])
def test_a_changed_output_is_written_back_and_told(world, answered, value):
    world.set_output(answered, "sla_level", value)
    look_again(world)
    report = world.run()
    assert world.outputs(answered)["sla_level"] == "standard"
    assert any("by somebody else" in note for note in report.notes)


def test_a_field_to_report_keeps_the_other_value_and_is_told_at_every_look(world, answered):
    owned(world, Ownership.REPORT)
    world.set_output(answered, "sla_level", "general")
    for _ in range(2):
        look_again(world)
        report = world.run()
        assert report.written == 0
        assert any("'general'" in note and "not written" in note for note in report.notes)
    assert world.outputs(answered)["sla_level"] == "general"


def test_a_field_to_yield_keeps_the_other_value_in_peace(world, answered):
    owned(world, Ownership.YIELD)
    world.set_output(answered, "sla_level", "general")
    look_again(world)
    report = world.run()
    assert (report.written, report.notes) == (0, [])
    world.people.edit_field(answered, "sla_set_critical", True)
    world.run()
    assert world.outputs(answered)["sla_level"] == "general"
    assert "urgent" not in world.outputs(answered).values()


@pytest.mark.parametrize("how", Ownership)
def test_our_own_old_value_is_renewed_whoever_owns_the_field(world, answered, how):
    owned(world, how)
    world.people.edit_field(answered, "sla_set_critical", True)
    world.run()
    assert world.outputs(answered)["sla_level"] == "urgent"


@pytest.mark.parametrize("how", [Ownership.REPORT, Ownership.YIELD])
def test_an_emptied_field_is_the_bridges_again(world, answered, how):
    owned(world, how)
    world.set_output(answered, "sla_level", None)
    look_again(world)
    world.run()
    assert world.outputs(answered)["sla_level"] == "standard"


@pytest.mark.parametrize("how", [Ownership.REPORT, Ownership.YIELD])
def test_a_value_from_before_the_bridge_is_somebody_elses(world, how):
    owned(world, how)
    (ticket,) = world.tickets(1)
    world.set_output(ticket, "sla_level", "general")
    world.run()
    assert world.outputs(ticket) == {**world.expected(ticket), "sla_level": "general"}


def test_a_fight_over_a_field_ends_after_three_corrections(world, answered):
    reports = []
    for _ in range(CORRECTIONS + 3):
        world.set_output(answered, "sla_level", "general")
        look_again(world)
        reports.append(world.run())
    assert [one.written for one in reports] == [1] * CORRECTIONS + [0] * 3
    assert any("again and again" in note for note in reports[-1].notes)
    assert world.outputs(answered)["sla_level"] == "general"


def test_a_lost_fight_is_remembered_even_if_the_state_is_lost(world, answered):
    for _ in range(CORRECTIONS):
        world.set_output(answered, "sla_level", "general")
        look_again(world)
        world.run()
    world.set_output(answered, "sla_level", "general")
    world.path.unlink()
    assert world.run().written == 0


def test_a_lost_fight_does_not_keep_a_really_new_value_away(world, answered):
    for _ in range(CORRECTIONS + 1):
        world.set_output(answered, "sla_level", "general")
        look_again(world)
        world.run()
    world.people.edit_field(answered, "sla_set_critical", True)
    world.run()
    assert world.outputs(answered)["sla_level"] == "urgent"


def test_a_fight_over_one_field_leaves_the_others_right(world, answered):
    for _ in range(CORRECTIONS + 1):
        world.set_output(answered, "sla_level", "general")
        look_again(world)
        world.run()
    world.people.transfer(answered, "Sales")
    world.run()
    assert "Sales" in world.outputs(answered)["sla_reason"]
    assert world.outputs(answered)["sla_level"] == "general"


def test_peace_is_made_when_the_other_side_stops(world, answered):
    for _ in range(2):
        world.set_output(answered, "sla_level", "general")
        look_again(world)
        world.run()
    assert world.snapshot(answered).bridge.detail["corrected"] == {"sla_level": 2}
    look_again(world)
    world.run()
    assert "corrected" not in world.snapshot(answered).bridge.detail
    look_again(world)
    assert world.run().written == 0


def test_a_server_that_stores_something_else_is_not_written_to_for_ever(world, answered):
    """A field of the wrong length, say: what comes back is never what was sent."""
    written = []
    for _ in range(6):
        world.set_output(answered, "sla_reason", "cut of")
        look_again(world)
        written.append(world.run().written)
    assert written == [1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("two  spaces ", "two spaces"),
        ("line\nbreak", "line break"),
        ("", None),
        ("emoji 😀", "emoji \ufffd"),
        ("NUL\0", "NUL"),
    ],
)
def test_a_value_that_a_helpdesk_normalises_is_written_once(world, wanted, kept):
    (ticket,) = world.tickets(1)
    world.policy = Policy(extra={"sla_curator": wanted})
    world.run()
    assert world.outputs(ticket).get("sla_curator") == kept
    look_again(world)
    world.time.now = START
    world.path.unlink()
    report = world.run()
    assert (report.written, report.notes) == (0, [])


def test_a_foreign_value_that_is_right_already_is_nobodys_business(world):
    (ticket,) = world.tickets(1)
    world.set_output(ticket, "sla_level", "standard")
    report = world.run()
    assert report.notes == []
    assert world.is_right(ticket)
