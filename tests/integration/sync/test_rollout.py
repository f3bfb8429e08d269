"""A new policy reaches many tickets: limited in each pass, gone on with after a kill, and nothing of one in between stays."""

import sqlite3

import pytest

from bridge.errors import GuardRefused
from bridge.sync.memory.rolling import RolledOut
from tests.integration.sync.mortal import Mortals
from tests.integration.sync.world import HOUR, START, Policy

COUNT, MOST = 30, 8
LATER, LEVEL, OTHER = Policy(hours=9), Policy(level="general"), Policy(level="urgent")


@pytest.fixture
def tickets(world):
    found = world.tickets(COUNT)
    world.run()
    return found


@pytest.fixture
def roll(world):
    """A pass of at most MOST tickets."""

    def one_pass(policy=None, **changed):
        world.policy = policy or world.policy
        return world.run(rollout=MOST, **changed)

    return one_pass


def right(world, tickets):
    return [one for one in tickets if world.is_right(one)]


def test_a_new_policy_reaches_so_many_tickets_in_each_pass_the_newest_first(world, tickets, roll):
    report = roll(LATER)
    assert (report.written, report.full_scan) == (MOST, True)
    assert right(world, tickets) == tickets[-MOST:]
    reports = [roll() for _ in range(4)]
    assert [one.written for one in reports] == [8, 8, 6, 0]
    assert not any(one.full_scan for one in reports)
    assert right(world, tickets) == tickets


def test_a_pass_of_a_roll_out_decides_no_more_than_its_part(world, tickets, roll):
    roll(LATER)
    roll()
    assert sorted(world.decided) == tickets[-2 * MOST : -MOST]


def test_every_pass_tells_how_far_it_has_come(world, tickets, roll):
    told = [roll(LATER).rollout, *(roll().rollout for _ in range(3))]
    assert told == [RolledOut(done=done, total=COUNT) for done in (8, 16, 24)] + [None]
    assert str(RolledOut(done=4000, total=104_000)) == "rolling out: 4,000 of 104,000"


def test_a_change_that_fits_into_one_pass_is_no_roll_out(world, tickets):
    world.policy = LATER
    report = world.run(rollout=COUNT)
    assert (report.written, report.rollout) == (COUNT, None)


def test_an_idle_pass_after_a_roll_out_is_one_request(world, tickets, roll):
    for _ in range(5):
        roll(LATER)
    roll()
    assert (world.routes(), world.state().waiting()) == (["changes"], 0)


def test_what_people_do_meanwhile_is_decided_by_the_new_policy_at_once(world, tickets, roll):
    roll(LATER)
    oldest = tickets[0]
    world.people.agent_reply(oldest)
    new = world.people.create_ticket("in the middle")
    assert roll().written == MOST + 2
    assert world.is_right(oldest)
    assert world.is_right(new)


def test_what_people_did_before_comes_first_and_takes_no_place_of_others(world, tickets, roll):
    for one in tickets[:3]:
        world.people.agent_reply(one)
    assert roll(LATER).written == MOST + 3
    assert right(world, tickets) == [*tickets[:3], *tickets[-MOST:]]


def test_what_presses_comes_before_what_is_new(world, tickets, roll):
    world.time.now = START + HOUR
    young = world.tickets(COUNT)
    world.run()
    # Two hours, so that all of the first ones would be overdue by now.
    world.time.now = START + 2 * HOUR + 60
    roll(Policy(hours=2))
    assert right(world, tickets + young) == tickets[-MOST:]
    for _ in range(3):
        roll()
    assert right(world, tickets + young) == [*tickets, *young[-2:]]


def test_a_ticket_whose_own_time_comes_does_not_wait_for_its_turn(world, tickets, roll):
    roll(LATER)
    world.time.now = START + 9 * HOUR
    roll()
    assert right(world, tickets) == tickets


def test_closed_and_deleted_tickets_do_not_hold_a_roll_out(world, tickets, roll):
    roll(LATER)
    with world.people.without_signals():
        world.people.delete(tickets[0])
        world.people.close(tickets[1])
    for _ in range(4):
        roll()
    assert world.state().waiting() == 0
    assert right(world, tickets[1:]) == tickets[1:]


def test_a_pass_that_is_stopped_costs_no_more_than_its_part(world, tickets, roll):
    roll(LATER)

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.run(stop, rollout=MOST)
    assert world.state().waiting() == COUNT - MOST
    assert [roll().rollout for _ in range(3)] == [RolledOut(done=16, total=30), RolledOut(done=24, total=30), None]
    assert right(world, tickets) == tickets


@pytest.fixture(scope="module")
def mortals():
    with Mortals() as started:
        yield started


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize(
    "point",
    ["after survey", "before write 1", "after write 1", "before commit 1", "after commit 1", "before commit 2"],
)
def test_a_pass_that_is_killed_anywhere_is_gone_on_with(world, tickets, mortals, point, nth):
    """In its first pass, in one of the middle and in the last one: each costs one pass at most."""
    world.policy = LATER
    order = {"now": world.time.now, "rollout": MOST, "hours": LATER.hours}
    where = (world.sandbox.url, world.sandbox.keys.full, world.path)
    for _ in range(nth - 1):
        mortals.run(*where, **order)
    done = mortals.run(*where, **order, die_at=point)
    died = done == {"signal": 9}
    # A pass of the middle commits once; the first one besides before its first write.
    assert died is not (point == "before commit 2" and nth > 1)
    for _ in range(4 - nth + died):
        mortals.run(*where, **order)
    assert right(world, tickets) == tickets
    assert (world.state().waiting(), mortals.run(*where, **order)["requests"]) == (0, 1)


def test_a_first_pass_that_is_stopped_is_planned_anew(world, tickets, roll):
    def stop(_):
        raise KeyboardInterrupt

    world.policy = LATER
    with pytest.raises(KeyboardInterrupt):
        world.run(stop, rollout=MOST)
    report = roll()
    assert (report.full_scan, report.rollout.total) == (True, COUNT - MOST)
    for _ in range(4):
        roll()
    assert right(world, tickets) == tickets


def test_another_policy_in_the_middle_begins_anew_and_leaves_nothing_of_that_before(world, tickets, roll):
    roll(LATER)
    roll()
    report = roll(Policy(hours=10))
    assert (report.full_scan, report.rollout) == (True, RolledOut(done=MOST, total=COUNT))
    for _ in range(3):
        roll()
    assert right(world, tickets) == tickets
    assert world.state().waiting() == 0


def test_going_back_to_the_policy_before_takes_back_what_was_rolled_out(world, tickets, roll):
    before = world.policy
    roll(LATER)
    report = roll(before)
    assert (report.written, report.unchanged, report.rollout) == (MOST, COUNT - MOST, None)
    assert right(world, tickets) == tickets


def test_a_mass_change_is_asked_about_once_for_the_whole_roll_out(world, tickets, roll):
    with pytest.raises(GuardRefused, match=f"{COUNT} of {COUNT} tickets would change their level"):
        roll(LEVEL)
    roll(allow_mass_change=True)
    assert [roll().written for _ in range(3)] == [8, 8, 6]
    assert right(world, tickets) == tickets


def test_nothing_is_written_before_the_whole_has_been_guarded(world, tickets, roll):
    """Of the newest ones few change their level: the guard must not look at the first part alone."""
    world.decide = lambda ticket, now: (LEVEL if ticket.id <= tickets[-MOST - 1] else LATER).decide(ticket, now)
    with pytest.raises(GuardRefused):
        roll(LATER)
    assert "writes" not in world.routes()


def test_a_permission_is_for_one_policy(world, tickets, roll):
    roll(LEVEL, allow_mass_change=True)
    with pytest.raises(GuardRefused):
        roll(OTHER)
    with pytest.raises(GuardRefused):
        roll()


def test_a_permission_is_for_what_was_planned_and_no_more(world, tickets, roll):
    """Half of the levels were to change; then something else than the policy, such as the registry, makes it all of them."""
    half = tickets[COUNT // 2]
    world.decide = lambda ticket, now: (LEVEL if ticket.id < half else Policy()).decide(ticket, now)
    roll(LEVEL, allow_mass_change=True)
    world.decide = LEVEL.decide
    with sqlite3.connect(world.path) as file:
        file.execute("UPDATE fact SET value = '1' WHERE name = 'scanned_at'")
    with pytest.raises(GuardRefused):
        roll()


def test_a_permission_is_used_up_by_the_levels_that_have_changed(world, tickets, roll):
    roll(LEVEL, allow_mass_change=True)
    roll()
    roll()
    # Something moves all levels again, although six changes alone are left of what was permitted.
    world.decide = OTHER.decide
    with sqlite3.connect(world.path) as file:
        file.execute("UPDATE fact SET value = '1' WHERE name = 'scanned_at'")
    with pytest.raises(GuardRefused):
        roll()


def test_a_sweep_in_the_middle_neither_asks_again_nor_writes_everything(world, tickets, roll):
    roll(LEVEL, allow_mass_change=True)
    with sqlite3.connect(world.path) as file:
        file.execute("UPDATE fact SET value = '1' WHERE name = 'scanned_at'")
    report = roll()
    assert (report.full_scan, report.written, report.rollout) == (True, MOST, RolledOut(done=16, total=COUNT))


def test_plan_shows_the_whole_roll_out_and_its_passes_also_in_the_middle(world, tickets, roll):
    world.policy = LATER
    survey = world.plan(rollout=MOST)
    assert (len(survey.plan.changes), survey.part.passes) == (COUNT, 4)
    for left, passes in ((22, 3), (14, 2)):
        roll()
        world.sandbox.clear_journal()
        survey = world.plan(rollout=MOST, whole=True)
        assert (len(survey.plan.changes), survey.part.passes) == (left, passes)
    roll()
    survey = world.plan(rollout=MOST, whole=True)
    assert (len(survey.plan.changes), survey.part) == (6, None)


def test_everything_is_everything(world, tickets, roll):
    report = roll(LATER, everything=True)
    assert (report.written, report.rollout) == (COUNT, None)


def test_a_first_sync_is_no_roll_out(world, roll):
    tickets = world.tickets(COUNT)
    assert roll().written == COUNT
    assert right(world, tickets) == tickets


def test_a_lost_state_loses_no_ticket_of_a_roll_out(world, tickets, roll):
    roll(LATER)
    world.path.unlink()
    for _ in range(5):
        roll(allow_mass_change=True)
    assert right(world, tickets) == tickets


def test_reading_a_part_passes_over_what_is_done(world, roll, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 5)
    tickets = world.tickets(COUNT)
    world.run()
    few = tickets[::10]
    world.decide = lambda ticket, now: (LATER if ticket.id in few else Policy()).decide(ticket, now)
    world.policy = LATER
    world.run(rollout=1)
    world.run(rollout=2)
    assert world.routes().count("tickets") == 2
    assert [one for one in few if world.outputs(one) == LATER.decide(world.snapshot(one), world.time.now).fields] == few
