"""The first sync: written page by page from the newest ticket down, taken up where it was stopped, guarded all the same."""

import pytest

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.errors import GuardRefused, HelpdeskUnavailable
from tests.faults import Fault
from tests.integration.sync.world import HOUR, Policy


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 10)


class Stopped(Exception):
    """Stands for whatever ends a process."""


def stopped_after(world, monkeypatch, pages):
    """Make a pass that ends once so many pages of the list have been taken; return the ids it has read."""
    read = []
    original = OsTicket.newest

    def newest(self, **asked):
        for number, items in enumerate(original(self, **asked)):
            if number == pages:
                raise Stopped
            read.extend(one.id for one in items)
            yield items

    with monkeypatch.context() as patch:
        patch.setattr(OsTicket, "newest", newest)
        with pytest.raises(Stopped):
            world.run()
    return read


def old_tickets(world, count):
    """Tickets from before the plugin's installation: nothing in the feed tells of them."""
    found = world.tickets(count)
    world.sandbox.store.rows("DELETE FROM feed")
    return found


def lists(world):
    """Where the pages of the list began that the last pass asked for."""
    return [int(one.query["before"]) for one in world.sandbox.journal if one.route == "tickets"]


def test_a_first_sync_that_was_stopped_goes_on_where_it_was(world, monkeypatch):
    tickets = old_tickets(world, 50)
    assert stopped_after(world, monkeypatch, 3) == tickets[:-31:-1]
    assert [one for one in tickets if world.outputs(one)] == tickets[20:]
    report = world.run()
    assert lists(world) == [tickets[20], tickets[10]]
    assert world.decided == tickets[19::-1]
    assert (report.written, report.full_scan) == (20, True)
    assert all(world.is_right(one) for one in tickets)
    assert world.run().examined == 0


def test_what_people_do_between_two_halves_of_a_first_sync_is_found(world, monkeypatch):
    tickets = old_tickets(world, 30)
    stopped_after(world, monkeypatch, 2)
    world.people.edit_field(tickets[-1], "sla_set_critical", True)
    world.people.edit_field(tickets[0], "sla_set_critical", True)
    world.people.delete(tickets[-2])
    world.time.now += 9 * HOUR
    report = world.run()
    assert report.gone == 1
    assert all(world.is_right(one) for one in tickets if one != tickets[-2])
    assert tickets[-2] not in set(world.state().open_ids())


@pytest.mark.parametrize("change", ["policy", "vocabulary", "cursor"])
def test_it_begins_anew_where_what_it_decided_on_has_changed(world, monkeypatch, change):
    tickets = old_tickets(world, 30)
    stopped_after(world, monkeypatch, 2)
    if change == "policy":
        world.policy = Policy(hours=2)
    elif change == "vocabulary":
        world.people.rename("status", 1, "Opened")
    else:
        world.sandbox.forget_changes()
    world.run()
    assert lists(world)[0] == 4294967295
    assert all(world.is_right(one) for one in tickets)


def test_a_first_sync_over_a_helpdesk_that_has_levels_changes_none_of_them_unguarded(world):
    tickets = world.tickets(40)
    world.run()
    world.path.unlink()
    world.policy = Policy(level="general")
    with pytest.raises(GuardRefused, match="40 of 40 tickets would change their level"):
        world.run()
    assert {world.outputs(one)["sla_level"] for one in tickets} == {"standard"}
    with pytest.raises(GuardRefused, match="40 of 40"):
        world.run()
    report = world.run(allow_mass_change=True)
    assert report.written == 40
    assert {world.outputs(one)["sla_level"] for one in tickets} == {"general"}


def test_few_levels_that_change_are_written_by_the_pass_behind_it(world):
    tickets = world.tickets(40)
    world.run()
    world.path.unlink()
    for one in tickets[:3]:
        world.people.edit_field(one, "sla_set_critical", True)
    report = world.run()
    assert all(world.is_right(one) for one in tickets)
    assert (report.written, report.failed) == (3, [])


def test_tickets_that_the_feed_told_are_not_decided_again_by_their_page(world):
    tickets = world.tickets(35)
    world.run()
    assert sorted(world.decided) == tickets
    assert len(lists(world)) == 4


def test_what_another_policy_decided_before_the_stop_is_not_passed_over(world, monkeypatch):
    tickets = old_tickets(world, 30)
    stopped_after(world, monkeypatch, 2)
    world.policy = Policy(hours=2)
    stopped_after(world, monkeypatch, 1)
    world.run()
    assert all(world.is_right(one) for one in tickets)


def test_what_is_told_of_single_tickets_is_told_once(world):
    tickets = old_tickets(world, 25)
    world.sandbox.faults.distort(tickets[3], created_at="soon")
    report = world.run()
    assert [one.id for one in report.failed] == [tickets[3]]
    assert [one.id for one in world.state().troubles()] == [tickets[3]]
    assert (report.examined, report.written) == (25, 24)


def test_a_missing_field_is_told_by_the_pass_that_ends_it(world):
    old_tickets(world, 25)
    world.sandbox.store.rows("DELETE FROM fields WHERE name = 'sla_reason'")
    report = world.run()
    assert any("no field sla_reason" in note for note in report.notes)
    assert report.written == 25


def test_nothing_but_one_page_is_done_twice_when_the_helpdesk_goes_away(world):
    tickets = old_tickets(world, 50)
    world.sandbox.faults.next("writes", Fault.UNAVAILABLE, after=3, times=100)
    with pytest.raises(HelpdeskUnavailable):
        world.run()
    done = [one for one in tickets if world.outputs(one)]
    assert 0 < len(done) < 50
    world.sandbox.faults.clear()
    report = world.run()
    assert report.written == 50 - len(done)
    assert report.unchanged <= 10
    assert all(world.is_right(one) for one in tickets)
