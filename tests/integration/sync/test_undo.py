"""Undo of a run: what the bridge wrote goes back, what anybody made of it since stands, whatever ends a process in between."""

import sqlite3
from contextlib import closing
from itertools import pairwise

import pytest

from bridge.errors import StateUnusable
from bridge.protocols.accounting import TicketState
from bridge.sync.memory.journal import Retention, beside
from bridge.sync.planned.plan import Change
from bridge.sync.undo import Left, Undo
from bridge.tickets import format_instant
from tests.faults import Fault
from tests.integration.sync.mortal import Mortals
from tests.integration.sync.world import HOUR, Policy

DAY = 24 * HOUR
QUICKER, SLOWER = Policy(level="urgent", hours=4), Policy(level="general", hours=12)


def fields(world, tickets):
    return {one: world.outputs(one) for one in tickets}


def agreed(world, policy, **options):
    """Let a changed policy be written; return the run's number."""
    world.policy = policy
    report = world.run(allow_mass_change=True, **options)
    assert report.run is not None
    return report.run


def runs(world):
    with closing(world.journal()) as journal:
        return journal.runs()


def test_of_a_thousand_tickets_of_which_people_changed_fifty_950_go_back_and_50_are_named(world):
    tickets = world.tickets(1000)
    world.run()
    before = fields(world, tickets)
    run = agreed(world, SLOWER)
    changed = tickets[::20]
    for one in changed:
        world.set_output(one, "sla_level", "urgent")
    looked, report = world.undo(run, plan=True), world.undo(run)
    assert looked == report
    assert (report.put_back, report.partly, len(report.left)) == (950, 50, 50)
    assert [one.ticket_id for one in report.left] == changed[::-1]
    assert {(one.name, one.wrote, one.stands, one.run) for one in report.left} == {
        ("sla_level", "general", "urgent", None)
    }
    after = fields(world, tickets)
    assert all(after[one] == before[one] | ({"sla_level": "urgent"} if one in changed else {}) for one in tickets)


def test_a_ticket_that_went_before_its_write_came_is_none_of_the_run(world):
    """What the helpdesk is known not to have taken has nothing to be put back."""
    ticket, other = world.tickets(2)
    world.run()
    world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: world.people.delete(ticket))
    agreed(world, SLOWER)
    assert runs(world)[0].tickets == 1
    with closing(world.journal()) as journal:
        assert journal.tickets(runs(world)[0].id) == [other]


def test_a_plan_of_an_undo_changes_nothing_here_or_there(world):
    tickets = world.tickets(5)
    world.run()
    run = agreed(world, SLOWER)
    stood, kept = fields(world, tickets), runs(world)
    assert world.undo(run, plan=True).put_back == 5
    assert (fields(world, tickets), runs(world)) == (stood, kept)
    assert "writes" not in world.routes()


def test_a_first_sync_goes_back_to_empty_fields(world):
    tickets = world.tickets(30)
    report = world.run()
    assert all(world.outputs(one) for one in tickets)
    assert world.undo(report.run).put_back == 30
    assert not any(world.outputs(one) for one in tickets)


def test_what_was_put_back_is_the_bridge_s_own_and_nobody_is_accused_of_it(world):
    """With `yield` a field that somebody else changed is left in peace for ever: an undone one must not be taken for such."""
    tickets = world.tickets(3)
    world.run()
    run = agreed(world, SLOWER)
    world.undo(run)
    ownership = dict.fromkeys(("sla_level", "sla_due", "sla_state", "sla_reason"), "yield")
    report = world.run(allow_mass_change=True, ownership=ownership)
    assert report.written == 3
    assert not [one for one in report.notes if "somebody else" in one]
    assert all(world.is_right(one) for one in tickets)


def test_the_next_pass_looks_at_every_ticket_that_was_put_back(world):
    tickets = world.tickets(40)
    world.run()
    run = agreed(world, SLOWER)
    world.undo(run)
    assert world.run(allow_mass_change=True).written == 40
    assert all(world.is_right(one) for one in tickets)


def test_an_undo_is_a_run_that_can_be_undone(world):
    tickets = world.tickets(4)
    world.run()
    run = agreed(world, SLOWER)
    wrote = fields(world, tickets)
    world.undo(run)
    latest = runs(world)[0]
    assert (latest.undoes, latest.tickets) == (run, 4)
    assert world.undo(latest.id).put_back == 4
    assert fields(world, tickets) == wrote


def test_what_a_later_run_wrote_stands_and_the_run_is_named(world):
    tickets = world.tickets(3)
    world.run()
    run = agreed(world, SLOWER)
    later = agreed(world, QUICKER)
    stood = fields(world, tickets)
    report = world.undo(run)
    assert (report.put_back, report.partly) == (0, 0)
    assert {one.run for one in report.left} == {later}
    assert fields(world, tickets) == stood
    # The later one first, then the earlier: that is the way back.
    assert world.undo(later).put_back == 3
    assert world.undo(run).put_back == 3


def test_a_field_that_somebody_turned_back_himself_needs_nothing(world):
    (ticket,) = world.tickets(1)
    world.run()
    before = world.outputs(ticket)
    run = agreed(world, SLOWER)
    for name, value in before.items():
        world.set_output(ticket, name, value)
    report = world.undo(run)
    assert (report.as_before, report.left) == (1, [])


def test_a_field_that_was_emptied_since_is_somebody_s_decision(world):
    (ticket,) = world.tickets(1)
    world.run()
    run = agreed(world, SLOWER)
    world.set_output(ticket, "sla_due", None)
    number = world.snapshot(ticket).number
    wrote = format_instant(world.snapshot(ticket).created_at + 12 * HOUR)
    assert world.undo(run).left == [Left(ticket, number, "sla_due", wrote, None)]
    assert "sla_due" not in world.outputs(ticket)


def test_a_ticket_that_is_no_more_is_told_and_the_others_go_back(world):
    tickets = world.tickets(3)
    world.run()
    run = agreed(world, SLOWER)
    world.people.delete(tickets[1])
    report = world.undo(run)
    assert (report.gone, report.put_back) == ([tickets[1]], 2)


def test_a_field_that_the_helpdesk_has_no_more_is_named(world):
    (ticket,) = world.tickets(1)
    world.run()
    run = agreed(world, SLOWER)
    with closing(world.journal()) as journal:
        report = Undo(
            helpdesk=world.helpdesk(), journal=journal, run=run, writable=frozenset({"sla_level"}), now=world.time.now
        ).carry_out()
    assert {one.name for one in report.left} == {"sla_due"}
    assert (report.partly, report.left[0].ticket_id) == (1, ticket)


def test_people_who_edit_while_it_is_put_back_are_waited_for(world):
    tickets = world.tickets(3)
    world.run()
    before = fields(world, tickets)
    run = agreed(world, SLOWER)
    world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: world.people.agent_reply(tickets[0]))
    report = world.undo(run)
    assert (report.put_back, report.failed) == (3, [])
    assert fields(world, tickets) == before


def test_a_write_that_met_a_conflict_is_not_what_stands(world):
    """The run wrote another value after the conflict: that one goes back, to what stood before both."""
    (ticket,) = world.tickets(1)
    world.run()
    before = world.outputs(ticket)
    world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: world.people.agent_reply(ticket))
    run = agreed(world, SLOWER)
    assert world.outputs(ticket)["sla_state"] == "met"
    assert world.undo(run).put_back == 1
    assert world.outputs(ticket) == before


def test_an_answer_that_was_lost_leaves_nothing_that_cannot_be_put_back(world):
    tickets = world.tickets(10)
    world.run()
    before = fields(world, tickets)
    world.sandbox.faults.next("writes", Fault.LOST)
    run = agreed(world, SLOWER)
    assert world.undo(run).whole
    assert fields(world, tickets) == before


def test_an_idle_pass_leaves_no_trace(world):
    assert world.run().run is None
    assert not beside(world.path).exists()
    world.tickets(1)
    run = world.run().run
    assert world.run().run is None
    assert [one.id for one in runs(world)] == [run]


def test_the_journal_is_for_its_owner_s_eyes(world):
    world.tickets(1)
    world.run()
    assert beside(world.path).stat().st_mode & 0o777 == 0o600


def test_runs_that_are_too_old_go_when_the_next_one_begins(world):
    world.retention = Retention(seconds=3 * DAY)
    numbers = []
    for _ in range(5):
        world.tickets(1)
        numbers.append(world.run(everything=True).run)
        world.time.now += DAY
    assert [one.id for one in runs(world)] == [one for one in numbers[::-1] if one >= numbers[1]]


def test_the_oldest_runs_go_where_all_take_too_much_room_and_the_one_under_way_never(world):
    world.retention = Retention(bytes=3_000)
    for _ in range(6):
        world.tickets(20)
        world.run()
    kept = runs(world)
    assert 1 < len(kept) < 6
    assert [one.tickets for one in kept] == [20] * len(kept)
    world.retention = Retention(bytes=1)
    world.tickets(20)
    assert world.run().run == kept[0].id + 1
    assert [one.tickets for one in runs(world)] == [20]


def test_what_is_let_go_leaves_no_bytes_behind(world):
    world.people.create_ticket("the secret of the harvest", email="a@b.example")
    world.run()
    (content,) = contents_of(world)
    assert content in bytes_of(world)
    world.time.now += 40 * DAY
    world.tickets(1)
    world.run()
    assert content not in bytes_of(world)


def contents_of(world):
    with closing(sqlite3.connect(beside(world.path))) as file:
        return [content for (content,) in file.execute("SELECT content FROM batch ORDER BY id")]


def bytes_of(world):
    return b"".join(one.read_bytes() for one in world.path.parent.glob(beside(world.path).name + "*"))


@pytest.mark.parametrize(
    "content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000], ids=["text", "torn"]
)
def test_a_damaged_journal_is_set_aside_and_nothing_is_written_without_one(world, content):
    (ticket,) = world.tickets(1)
    beside(world.path).write_bytes(content)
    with pytest.raises(StateUnusable, match="was damaged; it has been moved"):
        world.run()
    assert not world.outputs(ticket)
    world.run()
    assert world.is_right(ticket)
    assert len(list(world.path.parent.glob("*.undo.damaged-*"))) == 1


@pytest.mark.parametrize("theirs", ["CREATE TABLE theirs (one)", "PRAGMA user_version = 99"], ids=["other", "newer"])
def test_a_database_of_somebody_else_or_of_a_newer_bridge_is_left_as_it_is(world, theirs):
    (ticket,) = world.tickets(1)
    with closing(sqlite3.connect(beside(world.path))) as other, other:
        other.execute("PRAGMA application_id = " + str(0x534C4155 if "99" in theirs else 7))
        other.execute(theirs)
    with pytest.raises(StateUnusable, match="another program or a newer version"):
        world.run()
    assert not world.outputs(ticket)
    with closing(sqlite3.connect(beside(world.path))) as other:
        assert other.execute("SELECT count(*) FROM sqlite_master WHERE name = 'run'").fetchone() == (0,)


def test_where_the_journal_takes_nothing_nothing_is_written(world, monkeypatch):
    (ticket,) = world.tickets(1)
    world.run()
    stood = world.outputs(ticket)
    world.policy = SLOWER
    beside(world.path).unlink()
    beside(world.path).mkdir()
    with pytest.raises(StateUnusable, match="undo: off"):
        world.run(allow_mass_change=True)
    assert world.outputs(ticket) == stood
    assert "writes" not in world.routes()


POINTS = [
    *(
        f"{side} {what}"
        for what in ("note 1", "write 1", "note 2", "write 2", "commit 2")
        for side in ("before", "after")
    ),
    "before end",
    "after end",
]


@pytest.fixture(scope="module")
def mortals():
    with Mortals() as made:
        yield made


def passing(world, mortals, **order):
    return mortals.run(world.sandbox.url, world.sandbox.keys.full, world.path, now=world.time.now, **order)


@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_was_killed_anywhere_is_put_back_whole(world, mortals, point):
    """More than one request: the first ticket goes alone. What is written before a kill is in the journal before it."""
    world.policy = SLOWER
    tickets = world.tickets(30)
    world.run()
    before = fields(world, tickets)
    first = runs(world)[0].id
    died = passing(world, mortals, die_at=point, mass_change=True)
    assert died == {"signal": 9}
    kept = [one for one in runs(world) if one.id > first]
    assert len(kept) == (point != "before note 1")
    for run in kept:
        assert (run.ended_at is None) == (point != "after end")
        assert world.undo(run.id).whole
    assert fields(world, tickets) == before


@pytest.mark.parametrize("point", [*POINTS[:4], "before commit 1", "after commit 1", *POINTS[-2:]])
def test_an_undo_that_was_killed_anywhere_is_taken_up_by_the_next(world, mortals, monkeypatch, point):
    monkeypatch.setattr("bridge.sync.undo.BATCH", 10)
    tickets = world.tickets(30)
    world.run()
    before = fields(world, tickets)
    run = agreed(world, SLOWER)
    assert passing(world, mortals, die_at=point, undo=run) == {"signal": 9}
    report = world.undo(run)
    assert report.whole
    assert report.put_back + report.as_before == 30
    assert fields(world, tickets) == before
    # Whoever goes on finds everything due that was put back, before or after the kill.
    assert world.run(allow_mass_change=True).written == 30


def test_the_journal_is_ahead_of_the_helpdesk_at_every_request(world):
    """Whatever a request carries is in the file before the request leaves."""
    tickets = world.tickets(30)
    seen = []

    def look():
        with closing(world.journal()) as journal:
            found = journal.entries(tickets, since=1)
        seen.append(
            {ticket: {one.name: one.after for one in some[-1].fields} for ticket, some in found.items() if some}
        )

    for _ in range(2):
        world.sandbox.faults.next("writes", Fault.RACE, edit=look)
    world.run()
    assert [len(one) for one in seen] == [1, 30]
    assert all(earlier.items() <= later.items() for earlier, later in pairwise(seen))
    assert all(seen[-1][one]["sla_level"] == world.outputs(one)["sla_level"] for one in tickets)


def test_actions_of_the_run_are_named_and_those_of_other_runs_are_not(world):
    """No letter can be called back; who undoes has to know which ones went."""
    (ticket,) = world.tickets(1)
    world.run()
    run = agreed(world, SLOWER)
    with closing(world.journal()) as journal:
        (entry,) = journal.entries([ticket], since=run)[ticket]
    snapshot = world.snapshot(ticket)
    for keys in (("remind:first_response:1", "note:ticket:1"), ("late:first_response:1",)):
        with closing(world.journal()) as journal:
            journal.note(
                [
                    Change(
                        ticket_id=ticket,
                        number=snapshot.number,
                        rev=snapshot.rev,
                        fields=entry.fields,
                        level_before=None,
                        level_after=None,
                        remember=TicketState(id=ticket, next_change_at=None),
                        packed_detail=None,
                        packed_cycles=None,
                        keys=keys,
                    )
                ]
            )
    report = world.undo(run + 1, plan=True)
    assert report.actions == [(snapshot.number, "remind:first_response:1"), (snapshot.number, "note:ticket:1")]


def date_of(world, ticket):
    return world.snapshot(ticket).native


def persons_date(world, ticket, at):
    """A person gives the ticket a due date."""
    with world.sandbox.store.transaction() as rows:
        rows.execute("REPLACE INTO person_dates VALUES (?, ?)", (ticket, at))


def test_osticket_s_own_due_date_goes_back_to_what_the_run_before_had_set(world):
    tickets = world.tickets(3)
    world.run(due_dates=True)
    before = [date_of(world, one) for one in tickets]
    run = agreed(world, SLOWER, due_dates=True)
    assert all(date_of(world, one).ours != was.ours for one, was in zip(tickets, before, strict=True))
    looked, report = world.undo(run, plan=True), world.undo(run)
    assert looked == report
    assert (report.put_back, report.left) == (3, [])
    assert [date_of(world, one) for one in tickets] == before


def test_a_date_that_the_run_took_over_is_osticket_s_own_again(world):
    tickets = world.tickets(3)
    before = [date_of(world, one) for one in tickets]
    report = world.run(due_dates=True)
    assert all(date_of(world, one).ours for one in tickets)
    assert world.undo(report.run).put_back == 3
    assert [date_of(world, one) for one in tickets] == before


def test_the_setting_switched_off_and_the_run_undone_the_date_is_set_again(world):
    """A run that wrote nothing but dates is kept as well."""
    tickets = world.tickets(2)
    world.run(due_dates=True)
    before = [date_of(world, one) for one in tickets]
    run = world.run(everything=True).run
    assert not any(date_of(world, one).ours for one in tickets)
    assert world.undo(run).put_back == 2
    assert [date_of(world, one) for one in tickets] == before


def test_a_ticket_that_waited_had_no_date_and_has_none_again(world):
    (ticket,) = world.tickets(1)
    world.people.agent_reply(ticket)
    world.run(due_dates=True)
    before = date_of(world, ticket)
    assert before.ours is not None
    assert before.ours.due_at is None
    run = world.run(everything=True).run
    assert world.undo(run).put_back == 1
    assert date_of(world, ticket) == before


def test_a_date_that_somebody_changed_beside_the_bridge_is_left_and_named(world):
    tickets = world.tickets(2)
    world.run(due_dates=True)
    run = agreed(world, SLOWER, due_dates=True)
    theirs = world.time.now + 99 * HOUR
    with world.sandbox.store.transaction() as rows:
        rows.execute("UPDATE tickets SET due_at = ? WHERE id = ?", (theirs, tickets[0]))
    snapshot = world.snapshot(tickets[0])
    wrote = format_instant(snapshot.created_at + 12 * HOUR)
    report = world.undo(run)
    assert report.left == [Left(tickets[0], snapshot.number, "native.due_at", wrote, format_instant(theirs))]
    assert (report.put_back, report.partly) == (1, 1)
    assert date_of(world, tickets[0]).due_at == theirs


def test_a_date_that_a_later_run_set_stands_and_the_run_is_named(world):
    (ticket,) = world.tickets(1)
    world.run(due_dates=True)
    run = agreed(world, SLOWER, due_dates=True)
    later = agreed(world, QUICKER, due_dates=True)
    stood = date_of(world, ticket)
    (left,) = [one for one in world.undo(run).left if one.name == "native.due_at"]
    assert (left.run, date_of(world, ticket)) == (later, stood)


def test_a_date_that_osticket_has_again_since_is_not_taken_from_it(world):
    """Given back by a later run or by whoever removed the bridge's fields."""
    (ticket,) = world.tickets(1)
    world.run(due_dates=True)
    run = agreed(world, SLOWER, due_dates=True)
    released = world.run(everything=True).run
    (left,) = [one for one in world.undo(run).left if one.name == "native.due_at"]
    assert (left.stands, left.run) == ("osTicket's own", released)
    assert date_of(world, ticket).ours is None


def test_a_person_s_date_stands_and_the_one_below_it_goes_back(world):
    (ticket,) = world.tickets(1)
    world.run(due_dates=True)
    before = date_of(world, ticket).ours
    run = agreed(world, SLOWER, due_dates=True)
    theirs = world.time.now + 50 * HOUR
    persons_date(world, ticket, theirs)
    report = world.undo(run)
    native = date_of(world, ticket)
    assert (report.left, report.put_back) == ([], 1)
    assert (native.due_at, native.manual, native.ours) == (theirs, True, before)


def test_a_date_whose_write_was_never_answered_goes_back(world):
    tickets = world.tickets(4)
    world.run(due_dates=True)
    before = [date_of(world, one) for one in tickets]
    world.sandbox.faults.next("writes", Fault.LOST)
    run = agreed(world, SLOWER, due_dates=True)
    assert world.undo(run).whole
    assert [date_of(world, one) for one in tickets] == before


def test_an_undone_date_can_be_had_again(world):
    (ticket,) = world.tickets(1)
    world.run(due_dates=True)
    run = agreed(world, SLOWER, due_dates=True)
    wrote = date_of(world, ticket)
    world.undo(run)
    assert world.undo(runs(world)[0].id).put_back == 1
    assert date_of(world, ticket) == wrote
