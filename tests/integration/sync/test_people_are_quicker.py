"""Agents and deletions between our read and our write."""

from copy import copy

import pytest

from bridge.connectors.helpdesks.plugin_api import STALE_SECONDS
from bridge.errors import BridgeError, HelpdeskUnavailable
from bridge.sync.writer import BACKOFF_SECONDS, ROUNDS
from tests.faults import Fault
from tests.integration.sync.world import HOUR, START


def test_an_edit_between_read_and_write_is_a_conflict_and_the_ticket_is_decided_anew(world):
    ticket, other = world.tickets(2)
    world.sandbox.faults.next(
        "writes", Fault.RACE, edit=lambda: world.people.edit_field(ticket, "sla_set_critical", True)
    )
    report = world.run()
    assert (report.conflicts, report.written) == (1, 2)
    assert world.outputs(ticket)["sla_level"] == "urgent"
    assert world.is_right(other)
    assert world.snapshot(ticket).fields["sla_set_critical"] is True


def test_the_agents_value_survives_every_conflict(world):
    (ticket,) = world.tickets(1)
    for number in range(2):
        world.sandbox.faults.next(
            "writes",
            Fault.RACE,
            edit=lambda number=number: world.people.edit_field(ticket, "product", f"version {number}"),
        )
    report = world.run()
    assert report.conflicts == 2
    assert world.snapshot(ticket).fields["product"] == "version 1"
    assert world.is_right(ticket)


def test_somebody_who_never_stops_editing_does_not_hold_the_pass_up(world):
    ticket, other = world.tickets(2)
    world.run()
    world.people.note(other)
    world.people.edit_field(ticket, "sla_set_critical", True)
    for number in range(10):
        world.sandbox.faults.next(
            "writes",
            Fault.RACE,
            edit=lambda number=number: world.people.edit_field(ticket, "product", f"version {number}"),
        )
    report = world.run()
    assert report.conflicts == ROUNDS
    assert any("left to the next pass" in note for note in report.notes)
    assert world.is_right(other)
    world.sandbox.faults.clear()
    assert world.run().written == 1
    assert world.is_right(ticket)


def test_a_ticket_left_over_is_found_again_even_if_the_feed_lost_the_edit(world):
    (ticket,) = world.tickets(1)
    world.run()
    world.people.edit_field(ticket, "sla_set_critical", True)

    def edit() -> None:
        with world.people.without_signals():
            world.people.note(ticket)

    for _ in range(ROUNDS):
        world.sandbox.faults.next("writes", Fault.RACE, edit=edit)
    world.run()
    assert not world.is_right(ticket)
    world.run()
    assert world.is_right(ticket)


def test_a_ticket_deleted_between_read_and_write_is_gone_without_a_retry(world):
    ticket, other = world.tickets(2)
    world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: world.people.delete(ticket))
    report = world.run()
    assert (report.gone, report.written, report.conflicts) == (1, 1, 0)
    assert world.is_right(other)
    assert set(world.state().open_ids()) == {other}
    assert world.run().failed == []


def test_a_ticket_deleted_while_a_conflict_is_settled_is_gone(world):
    (ticket,) = world.tickets(1)
    world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: world.people.note(ticket))
    world.sandbox.faults.next("ticket", Fault.RACE, edit=lambda: world.people.delete(ticket))
    report = world.run(everything=True)
    assert (report.conflicts, report.gone, report.written) == (1, 1, 0)
    assert set(world.state().open_ids()) == frozenset()


def test_a_ticket_that_cannot_be_read_while_a_conflict_is_settled_is_set_aside_and_comes_back(world):
    ticket, other = world.tickets(2)

    def spoil() -> None:
        world.people.note(ticket)
        world.sandbox.faults.distort(ticket, created_at="yesterday")

    world.sandbox.faults.next("writes", Fault.RACE, edit=spoil)
    report = world.run(everything=True)
    assert [one.id for one in report.failed] == [ticket]
    assert "created_at" in report.failed[0].reason
    assert [one.id for one in world.state().troubles()] == [ticket]
    assert world.is_right(other)
    world.sandbox.faults.clear()
    # The feed's row of the edit is lost: only the state still knows.
    world.sandbox.store.rows("DELETE FROM feed")
    world.time.now += BACKOFF_SECONDS
    world.run()
    assert world.is_right(ticket)


def test_a_ticket_that_a_person_put_right_needs_no_second_write(world):
    (ticket,) = world.tickets(1)
    world.run()
    world.people.edit_field(ticket, "sla_set_critical", True)

    def back() -> None:
        with world.sandbox.store.transaction() as rows:
            rows.execute("DELETE FROM answers WHERE name = 'sla_set_critical'")
            rows.execute("DELETE FROM events WHERE field = 'sla_set_critical'")
            world.sandbox.store.touch(ticket)

    world.sandbox.faults.next("writes", Fault.RACE, edit=back)
    report = world.run()
    assert (report.conflicts, report.written) == (1, 0)
    assert world.is_right(ticket)


def test_what_another_bridge_wrote_in_the_meantime_is_remembered_as_done(world, tmp_path):
    (ticket,) = world.tickets(1)
    other = copy(world)
    other.path = tmp_path / "other.sqlite3"
    other.decided = []

    def quicker() -> None:
        with world.people.without_signals():
            world.people.note(ticket)
        other.run()

    world.sandbox.faults.next("writes", Fault.RACE, edit=quicker)
    report = world.run(everything=True)
    assert (report.conflicts, report.written) == (1, 0)
    assert world.is_right(ticket)
    assert set(world.state().open_ids()) == {ticket}
    world.time.now = START + 8 * HOUR
    assert world.run().written == 1


def test_a_revision_that_the_helpdesk_shows_but_does_not_take_ends_in_a_reason(world):
    wrong, other = world.tickets(2)
    world.sandbox.faults.distort(wrong, rev="0" * 24)
    report = world.run()
    assert [one.id for one in report.failed] == [wrong]
    assert "cache" in report.failed[0].reason
    assert report.conflicts == 1
    assert world.is_right(other)
    world.sandbox.faults.clear()
    world.people.note(wrong)
    world.run()
    assert world.is_right(wrong)


def test_a_stale_page_of_a_cache_never_rolls_a_write_back(world):
    (ticket,) = world.tickets(1)
    world.run()
    world.run()
    world.people.edit_field(ticket, "sla_set_critical", True)
    world.run()
    assert world.outputs(ticket)["sla_level"] == "urgent"
    world.path.unlink()
    world.sandbox.faults.next("changes", Fault.STALE)
    world.run()
    assert world.outputs(ticket)["sla_level"] == "urgent"
    world.run()
    assert world.is_right(ticket)


@pytest.mark.parametrize("route", ["changes", "tickets", "ticket", "meta", "*"])
@pytest.mark.parametrize("everything", [False, True], ids=["an ordinary pass", "a full scan"])
def test_old_answers_of_any_route_end_in_nothing_old(world, route, everything):
    """What was new when the cache kept it is written over nothing, and the pass behind it knows all there is."""
    tickets = world.tickets(4)
    world.run()
    for one in tickets:
        world.people.edit_field(one, "sla_set_critical", True)
    world.run()
    world.people.agent_reply(tickets[0])
    world.run(everything=everything)
    before = [world.outputs(one) for one in tickets]
    world.people.rename("status", "Open", "Under way")
    world.people.note(tickets[1])
    for _ in range(3):
        world.sandbox.faults.next(route, Fault.STALE)
    try:
        world.run(everything=everything)
    except BridgeError:
        assert "writes" not in world.routes()
    for one, stood in zip(tickets, before, strict=True):
        assert world.is_right(one) or world.outputs(one) == stood
    world.sandbox.faults.clear()
    world.run(everything=everything)
    assert all(world.is_right(one) for one in tickets)


def test_an_old_answer_for_a_ticket_whose_change_was_read_already_ends_the_pass(world):
    (ticket,) = world.tickets(1)
    world.run()
    for number in range(2):
        world.people.edit_field(ticket, "product", f"version {number}")
        assert world.helpdesk().ticket(ticket).fields["product"] == f"version {number}"
        world.time.now += STALE_SECONDS + 1
    # The helpdesk cannot make the feed's page, so that the ticket is read by itself, and something in between has kept it.
    world.sandbox.faults.next("changes", Fault.INTERNAL, times=10)
    world.sandbox.faults.next("ticket", Fault.STALE)
    with pytest.raises(HelpdeskUnavailable, match="older than one before it"):
        world.run()
    world.run()
    assert world.is_right(ticket)


def test_answers_of_web_servers_whose_clocks_differ_a_little_are_taken(world):
    (ticket,) = world.tickets(1)
    helpdesk = world.helpdesk()
    for seconds in (0, -STALE_SECONDS, STALE_SECONDS, 1, -STALE_SECONDS):
        world.time.now += seconds
        assert helpdesk.ticket(ticket).id == ticket
    world.time.now -= 2
    with pytest.raises(HelpdeskUnavailable, match="62 s older"):
        helpdesk.ticket(ticket)
