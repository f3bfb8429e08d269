"""The list of tickets, which a full scan walks, and single tickets: nothing is left out, nothing is taken for gone."""

from dataclasses import replace

import pytest

from bridge.errors import HelpdeskRefused, HelpdeskUnavailable
from tests.faults import Fault
from tests.integration.sync.world import HOUR, START


@pytest.fixture
def listed(world, monkeypatch):
    """Eleven tickets that no feed tells of, in pages of four."""
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 4)
    tickets = world.tickets(11)
    world.sandbox.forget_changes()
    return tickets


def test_every_ticket_of_every_page_is_written(world, listed):
    assert world.run().written == 11
    assert [one for one in listed if not world.is_right(one)] == []


@pytest.mark.parametrize("removed", [(), (1,), (4, 5), (8,), (3, 4, 5, 6, 7)])
def test_gaps_between_the_ids_leave_no_ticket_out(world, listed, removed):
    for one in removed:
        world.people.delete(one)
    world.sandbox.forget_changes()
    left = [one for one in listed if one not in removed]
    assert world.run().written == len(left)
    assert [one for one in left if not world.is_right(one)] == []


@pytest.mark.parametrize("page", [0, 1, 2])
@pytest.mark.parametrize("fault", [Fault.BROKEN_JSON, Fault.WRONG_JSON, Fault.LOGIN_PAGE, Fault.CUT, Fault.INTERNAL])
def test_a_page_that_cannot_be_read_is_never_taken_for_an_empty_one(world, listed, fault, page):
    world.run()
    known, facts = set(world.state().open_ids()), world.state().facts()
    for one in listed:
        world.set_output(one, "sla_level", None)
    world.time.now = START + 24 * HOUR
    world.sandbox.faults.next("tickets", fault, after=page, times=500)
    with pytest.raises((HelpdeskUnavailable, HelpdeskRefused)):
        world.run(allow_shrink=True)
    assert set(world.state().open_ids()) == known
    assert world.state().fact("scanned_at") == facts["scanned_at"]
    world.sandbox.faults.clear()
    assert world.run().full_scan
    assert [one for one in listed if not world.is_right(one)] == []


@pytest.mark.parametrize("lost", ["UPDATE keys SET active = 0", """UPDATE keys SET scopes = '["write"]'"""])
def test_a_ticket_that_may_not_be_read_is_not_taken_for_gone(world, lost):
    ticket, *_ = world.tickets(2)
    world.run()
    world.time.now = START + 8 * HOUR

    def lose() -> None:
        with world.sandbox.store.transaction() as rows:
            rows.execute(lost)

    world.sandbox.faults.next("ticket", Fault.RACE, edit=lose)
    with pytest.raises(HelpdeskRefused, match=r"key|scope"):
        world.run()
    assert ticket in world.state().open_ids()
    assert world.outputs(ticket)["sla_state"] == "running"


def test_the_tickets_that_have_been_due_longest_are_read_first(world, monkeypatch):
    monkeypatch.setattr("bridge.sync.select._MOST", 2)
    tickets = world.tickets(4)
    # The younger ones by their ids are the older ones by their deadlines.
    world.decide = lambda ticket, now: _due_in(world, ticket, now, hours=8 - ticket.id)
    world.run()
    world.time.now = START + 8 * HOUR
    read = []
    for _ in range(2):
        world.run()
        read.append(sorted(set(world.decided)))
    assert read == [tickets[2:], tickets[:2]]


def _due_in(world, ticket, now, *, hours):
    decision, at = world.policy.decide(ticket, now), START + hours * HOUR
    return replace(decision, next_change_at=at if now < at else None)
