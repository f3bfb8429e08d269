"""What leaves no trace in the feed is found within a day, with about the same to do in each pass."""

from collections import Counter
from contextlib import closing

import pytest

from bridge.errors import GuardRefused, HelpdeskError
from bridge.policies.telling.reach import OpenClocks
from bridge.sync.guards import Guards
from bridge.sync.memory.state import SqliteState
from bridge.sync.memory.sweep_round import Round
from bridge.sync.select import Selector
from bridge.sync.sweep import SWEEP_SECONDS, Sweep
from tests.faults import Fault
from tests.integration.sync.world import START, Policy

COUNT, SLICE = 40, 10
APART = SWEEP_SECONDS // 5
"""Four slices, and the time of one is spare."""

MINUTE = 60


@pytest.fixture
def tickets(world, monkeypatch):
    """Tickets that time alone never changes, in a helpdesk that is swept in four slices of two pages."""
    monkeypatch.setattr("bridge.sync.sweep.SLICE", SLICE)
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", SLICE // 2)
    world.policy = Policy(hours=100_000)
    found = world.tickets(COUNT)
    world.run()
    world.run()
    return found


def passes(world, seconds, every):
    """What each pass of so long a time decided."""
    for _ in range(seconds // every):
        world.time.now += every
        world.run()
        yield list(world.decided)


def test_within_a_day_every_ticket_is_looked_at_and_no_pass_has_more_than_a_slice(world, tickets):
    looked = list(passes(world, SWEEP_SECONDS, 30 * MINUTE))
    assert {len(one) for one in looked} == {0, SLICE}
    assert set().union(*looked) == set(tickets)


def test_day_after_day_no_ticket_waits_longer_than_a_day(world, tickets):
    last = dict.fromkeys(tickets, START)
    longest = 0
    for nth, looked in enumerate(passes(world, 3 * SWEEP_SECONDS, 60 * MINUTE)):
        now = START + (nth + 1) * 60 * MINUTE
        for one in looked:
            longest = max(longest, now - last[one])
            last[one] = now
    assert longest <= SWEEP_SECONDS
    assert min(last.values()) > world.time.now - SWEEP_SECONDS


def test_a_pass_between_two_slices_is_one_request_and_one_with_a_slice_some_pages_more(world, tickets):
    world.time.now = START + APART - 1
    world.run()
    assert world.routes() == ["changes"]
    world.time.now += 1
    world.run()
    assert world.routes() == ["changes", "tickets", "tickets"]
    world.run()
    assert world.routes() == ["changes"]


def test_a_slice_goes_on_behind_the_one_before(world, tickets):
    looked = []
    for nth in range(1, 5):
        world.time.now = START + nth * APART
        world.run()
        looked.append(sorted(world.decided))
    assert looked == [tickets[place : place + SLICE] for place in range(0, COUNT, SLICE)]


def test_raw_sql_is_repaired_within_a_day(world, tickets):
    changed, deleted, closed = tickets[3], tickets[17], tickets[35]
    with world.people.without_signals():
        world.people.edit_field(changed, "sla_set_critical", True)
        world.people.delete(deleted)
        world.people.close(closed)
    reports = []
    for _ in range(5):
        world.time.now += APART
        reports.append(world.run())
    assert not any(one.full_scan for one in reports)
    assert sum(one.gone for one in reports) == 1
    assert world.outputs(changed)["sla_level"] == "urgent"
    assert set(world.state().open_ids()) == set(tickets) - {deleted, closed}
    assert world.is_right(closed)


def test_the_last_tickets_of_all_are_missed_when_they_are_gone(world, tickets):
    with world.people.without_signals():
        world.people.delete(tickets[-1])
    for _ in range(4):
        world.time.now += APART
        world.run()
    assert tickets[-1] not in set(world.state().open_ids())


def test_a_field_that_somebody_overwrote_is_written_back_by_the_sweep(world, tickets):
    world.set_output(tickets[-1], "sla_level", "general")
    for _ in range(4):
        world.time.now += APART
        world.run()
    assert all(map(world.is_right, tickets))


def test_a_pass_that_ends_in_the_middle_of_a_slice_reads_that_slice_again(world, tickets):
    world.time.now = START + APART
    world.run()
    world.time.now += APART
    world.sandbox.faults.next("tickets", Fault.LOGIN_PAGE, times=100)
    with pytest.raises(HelpdeskError):
        world.run()
    world.sandbox.faults.clear()
    world.run()
    assert sorted(world.decided) == tickets[SLICE : 2 * SLICE]


def test_a_pass_that_ends_before_it_has_remembered_reads_that_slice_again(world, tickets):
    for one in tickets[:SLICE]:
        world.set_output(one, "sla_level", "general")
    world.time.now = START + APART

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.run(stop)
    world.run()
    assert sorted(world.decided) == tickets[:SLICE]
    assert all(map(world.is_right, tickets))


def test_after_days_without_a_pass_nothing_is_read_twice(world, tickets):
    world.time.now = START + 3 * SWEEP_SECONDS
    world.run()
    assert Counter(world.decided) == Counter(tickets)
    world.time.now += MINUTE
    world.run()
    assert world.routes() == ["changes"]
    world.time.now += APART
    world.run()
    assert sorted(world.decided) == tickets[:SLICE]


def test_tickets_that_come_and_go_make_nobody_wait(world, tickets):
    for nth in range(1, 6):
        world.time.now = START + nth * APART
        for one in tickets[nth * 2 : nth * 2 + 2]:
            world.people.close(one)
        world.tickets(4)
        world.run()
    left = set(world.state().open_ids())
    assert len(left) == COUNT + 10
    looked = set().union(*passes(world, SWEEP_SECONDS, APART))
    assert looked == left


def test_a_small_helpdesk_is_read_whole_once_a_day(world, monkeypatch):
    monkeypatch.setattr("bridge.sync.sweep.SLICE", COUNT)
    world.policy = Policy(hours=100_000)
    tickets = world.tickets(COUNT)
    world.run()
    looked = list(passes(world, 2 * SWEEP_SECONDS, SWEEP_SECONDS // 4))
    assert [len(one) for one in looked] == [0, 0, 0, COUNT] * 2
    assert tickets == sorted(looked[-1])


def test_one_that_has_grown_small_is_read_whole_again(world, tickets):
    for one in tickets[SLICE:]:
        world.people.close(one)
    for _ in range(5):
        world.time.now += APART
        world.run()
    reports = []
    for _ in range(8):
        world.time.now += SWEEP_SECONDS // 4
        reports.append(world.run().full_scan)
    assert reports.count(True) == 2


def test_a_full_scan_for_another_reason_begins_a_new_round(world, tickets):
    world.time.now = START + APART
    world.run()
    world.policy = Policy(hours=100_001)
    world.time.now += MINUTE
    assert world.run().full_scan
    world.run()
    world.time.now += APART
    world.run()
    assert sorted(world.decided) == tickets[:SLICE]


@pytest.mark.parametrize("lost", [4, 10])
def test_a_slice_that_shows_far_fewer_tickets_stops_the_pass(world, tickets, lost):
    with world.people.without_signals():
        for one in tickets[:lost]:
            world.people.delete(one)
    world.time.now = START + APART
    # The next ones move up into the slice: it is judged by what is known up to its end.
    known = SLICE + lost
    if lost * 100 > 30 * known:
        with pytest.raises(GuardRefused, match=f"shows only {known - lost} of the {known} open tickets known"):
            world.run()
        assert world.run(allow_shrink=True).gone == lost
    else:
        assert world.run().gone == lost


def test_a_helpdesk_that_suddenly_shows_nothing_stops_the_pass(world, tickets):
    with world.people.without_signals():
        for one in tickets:
            world.people.delete(one)
    world.time.now = START + APART
    with pytest.raises(GuardRefused, match="--allow-shrink"):
        world.run()
    assert set(world.state().open_ids()) == set(tickets)


@pytest.mark.parametrize(
    "fact", ["{}", "[]", "[1, 2]", '[1, 2, 3, "4", 5]', "[-1, 2, 3, null, null]", "[true, 2, 3, 4, 5]"]
)
def test_a_place_that_cannot_be_meant_is_none(fact):
    assert Round.remembered(fact) is None


def test_a_place_is_remembered_as_it_was():
    round_ = Round(after=7, next_at=START, every=APART, clocks=OpenClocks(None, START))
    assert Round.remembered(round_.stored()) == round_


def test_what_a_whole_round_has_met_of_open_clocks_takes_the_place_of_what_was_known(world):
    """Else what screens publish would reach back to clocks that ended long ago."""
    state = SqliteState(world.path)
    sweep = Sweep(helpdesk=world.helpdesk(), state=state, guards=Guards(), whole=False)

    def met(oldest, farthest):
        found = Selector(
            helpdesk=sweep.helpdesk, decide=world.policy.decide, since=START, ownership={}, writable=frozenset()
        )
        found.open_clocks, found.met_clocks = OpenClocks(1, 999), OpenClocks(oldest, farthest)
        return found

    with closing(state):
        round_ = Round(after=5, next_at=START, every=APART)
        first, last = met(50, 60), met(40, None)
        sweep.end(round_, first)
        assert (first.open_clocks, round_.clocks) == (OpenClocks(1, 999), OpenClocks(50, 60))
        round_.over = True
        sweep.end(round_, last)
        assert (last.open_clocks, round_.clocks) == (OpenClocks(40, 60), OpenClocks())
