"""One pass after the other: what it reads, what it writes, what it remembers."""

import pytest

from bridge.sync.sweep import SWEEP_SECONDS
from tests.faults import Fault
from tests.integration.sync.world import HOUR, START, Policy


def test_the_first_pass_reads_every_open_ticket_and_writes_what_the_policy_says(world):
    tickets = world.tickets(3)
    report = world.run()
    assert report.written == 3
    assert report.full_scan
    assert all(world.is_right(one) for one in tickets)
    assert world.outputs(tickets[0])["sla_due"] == "2026-11-18T19:06:40Z"


def test_the_second_pass_is_one_request_of_less_than_a_kilobyte_and_writes_nothing(world):
    world.tickets(30)
    world.run()
    report = world.run()
    assert (report.written, report.examined) == (0, 0)
    assert world.routes() == ["changes"]
    assert world.sandbox.journal[0].sent_bytes <= 1024


def test_idle_passes_stay_idle_for_hours(world):
    world.tickets(5)
    world.run()
    for _ in range(7):
        world.time.now += HOUR - 60
        report = world.run()
        assert (report.written, world.routes()) == (0, ["changes"])


def test_own_writes_do_not_wake_the_next_pass_up(world):
    world.tickets(3)
    world.run()
    world.policy = Policy(level="general")
    assert world.run(allow_mass_change=True).written == 3
    assert world.run().examined == 0
    assert world.routes() == ["changes"]


ACTIONS = {
    "an agent's reply": lambda people, ticket: people.agent_reply(ticket),
    "a reply with a status in the same second": lambda people, ticket: people.agent_reply(ticket, status="Resolved"),
    "an internal note": lambda people, ticket: people.note(ticket),
    "a customer's message": lambda people, ticket: people.customer_message(ticket),
    "a transfer": lambda people, ticket: people.transfer(ticket, "Sales"),
    "a status": lambda people, ticket: people.set_status(ticket, "Resolved"),
    "a topic": lambda people, ticket: people.set_topic(ticket, 1),
    "a priority": lambda people, ticket: people.set_priority(ticket, 3),
    "an assignment": lambda people, ticket: people.assign(ticket, 2),
    "an agent's input": lambda people, ticket: people.edit_field(ticket, "sla_set_critical", True),
    "a customer's fact": lambda people, ticket: people.edit_field(ticket, "product", "Агрософт"),
    "a user's name": lambda people, ticket: people.edit_user("user0@kolos.example", name="Пётр Первый"),
    "another status and back": lambda people, ticket: (people.close(ticket), people.reopen(ticket)),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_kind_of_action_reaches_the_fields_at_the_next_pass(world, action):
    ticket, bystander = world.tickets(2)
    world.run()
    before = world.outputs(ticket)
    world.time.now += 60
    ACTIONS[action](world.people, ticket)
    report = world.run()
    assert report.written == 1
    assert world.outputs(ticket) != before
    assert world.is_right(ticket)
    assert bystander not in world.decided
    assert world.routes() == ["changes", "writes"]


def test_a_cycle_that_has_ended_is_kept_in_the_helpdesk_and_not_sent_again(world):
    (ticket,) = world.tickets(1)
    world.run()
    assert world.snapshot(ticket).bridge.cycles == ()
    world.time.now += 60
    world.people.agent_reply(ticket)
    world.run()
    (cycle,) = world.snapshot(ticket).bridge.cycles
    assert (cycle.metric, cycle.cycle, cycle.state) == ("first_response", 1, "met")
    world.path.unlink()
    report = world.run()
    assert (report.full_scan, report.written) == (True, 0)


def test_a_new_ticket_gets_its_fields_at_the_next_pass(world):
    world.tickets(1)
    world.run()
    new = world.people.create_ticket("brand new")
    assert world.run().written == 1
    assert world.is_right(new)


def test_a_merged_ticket_and_its_parent_are_both_decided_anew(world):
    child, parent = world.tickets(2)
    world.run()
    world.time.now += 60
    world.people.merge(child, parent)
    assert world.run().written == 2
    assert world.is_right(child)
    assert world.is_right(parent)


def test_a_deleted_ticket_is_forgotten(world):
    ticket, _ = world.tickets(2)
    world.run()
    world.people.delete(ticket)
    assert world.run().gone == 1
    assert world.run().gone == 0
    assert ticket not in set(world.state().open_ids())


def test_time_alone_changes_a_ticket_and_only_that_one_is_fetched(world):
    early = world.people.create_ticket("early")
    world.time.now += HOUR
    world.people.create_ticket("late")
    world.run()
    world.time.now = START + 8 * HOUR
    report = world.run()
    assert world.decided == [early]
    assert report.written == 1
    assert world.outputs(early)["sla_state"] == "overdue"
    assert world.routes() == ["changes", "ticket", "writes"]
    assert world.run().examined == 0


def test_a_second_too_early_nothing_has_changed(world):
    world.tickets(1)
    world.run()
    world.time.now = START + 8 * HOUR - 1
    assert world.run().examined == 0


def test_many_tickets_that_fall_due_together_are_read_by_pages(world):
    due = world.tickets(40)
    world.time.now += HOUR
    later = world.tickets(5)
    world.run()
    world.time.now = START + 8 * HOUR
    report = world.run()
    assert report.written == 40
    assert set(due) == set(world.decided)
    assert not set(later) & set(world.decided)
    assert world.routes().count("ticket") == 1, "the first write is read back, nothing else is read singly"
    assert "tickets" in world.routes()


def test_closed_tickets_that_fall_due_with_many_others_are_read_singly(world):
    tickets = world.tickets(30)
    for one in tickets[:3]:
        world.people.close(one)
    world.run()
    world.time.now = START + 8 * HOUR
    assert world.run().written == 30
    assert world.routes().count("ticket") == 3 + 1
    assert all(world.is_right(one) for one in tickets)


def test_closed_tickets_that_fall_due_during_a_sweep_are_not_left_for_the_next_pass(world):
    ticket, _ = world.tickets(2)
    world.people.close(ticket)
    world.run()
    world.time.now += SWEEP_SECONDS
    assert world.run().full_scan
    assert world.outputs(ticket)["sla_state"] == "overdue"
    assert world.run().examined == 0


def test_what_one_pass_cannot_read_singly_stays_due_for_the_next(world, monkeypatch):
    monkeypatch.setattr("bridge.sync.select._MOST", 10)
    tickets = world.tickets(30)
    for one in tickets:
        world.people.close(one)
    world.run()
    world.time.now = START + 8 * HOUR
    assert [world.run().written for _ in range(4)] == [10, 10, 10, 0]
    assert all(world.is_right(one) for one in tickets)


def test_a_sweep_repairs_what_raw_sql_changed_behind_the_feed(world):
    ticket, deleted, closed = world.tickets(3)
    world.run()
    with world.people.without_signals():
        world.people.edit_field(ticket, "sla_set_critical", True)
        world.people.delete(deleted)
        world.people.close(closed)
    world.time.now += 60
    assert world.run().examined == 0
    world.time.now = START + SWEEP_SECONDS
    report = world.run(allow_shrink=True)
    assert report.full_scan
    assert world.outputs(ticket)["sla_level"] == "urgent"
    assert set(world.state().open_ids()) == {ticket}
    assert world.is_right(closed)
    assert not world.run().full_scan


def test_another_policy_decides_every_ticket_anew_but_writes_only_differences(world):
    ordinary = world.tickets(4)
    critical = world.people.create_ticket("the plant stands still")
    world.people.edit_field(critical, "sla_set_critical", True)
    world.run()
    world.policy = Policy(level="general")
    report = world.run(allow_mass_change=True)
    assert sorted(world.decided) == [*ordinary, critical]
    assert (report.written, report.unchanged) == (4, 1)
    assert world.run().examined == 0


def test_another_registry_with_the_same_answers_writes_nothing(world):
    world.tickets(4)
    world.run()
    world.policy = Policy(extra={"sla_curator": None})
    report = world.run()
    assert (report.examined, report.written) == (4, 0)
    assert "writes" not in world.routes()


def test_a_renamed_status_reaches_the_fields_although_no_ticket_moved(world):
    ticket, *_ = world.tickets(2)
    world.run()
    world.people.rename("status", 1, "Открыта")
    report = world.run()
    assert report.written == 2
    assert "Открыта" in world.outputs(ticket)["sla_reason"]


def test_closed_tickets_from_before_the_installation_are_left_alone_unless_asked_for(world):
    old, current = world.tickets(2)
    world.people.close(old)
    world.sandbox.forget_changes()
    world.run()
    assert world.outputs(old) == {}
    assert world.is_right(current)
    world.run(everything=True)
    assert world.is_right(old)


def test_tickets_closed_after_the_installation_are_taken(world):
    ticket, *_ = world.tickets(2)
    world.people.close(ticket)
    world.run()
    assert world.is_right(ticket)


def test_pages_are_walked_to_the_end(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 4)
    tickets = world.tickets(11)
    world.run()
    assert all(world.is_right(one) for one in tickets)
    for one in tickets:
        world.people.note(one)
    report = world.run()
    assert report.written == 11
    assert world.routes().count("changes") == 3
    assert world.run().examined == 0


def test_a_ticket_that_changes_between_two_pages_is_decided_on_its_latest_revision(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    first, *_ = world.tickets(5)
    world.run()
    for one in range(1, 6):
        world.people.note(one)
    edits = iter([lambda: None, lambda: world.people.transfer(first, "Sales")])
    helpdesk_changes = type(world.helpdesk()).changes

    def changes(self, cursor, **options):
        next(edits, lambda: None)()
        return helpdesk_changes(self, cursor, **options)

    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.OsTicket.changes", changes)
    report = world.run()
    assert report.conflicts == 0
    assert world.decided.count(first) == 2
    assert world.is_right(first)


def test_a_ticket_deleted_between_two_pages_is_neither_written_nor_remembered(world, monkeypatch):
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    first, *others = world.tickets(5)
    world.run()
    for one in (first, *others):
        world.people.note(one)
    calls = []
    helpdesk_changes = type(world.helpdesk()).changes

    def changes(self, cursor, **options):
        calls.append(cursor)
        if len(calls) == 2:
            world.people.delete(first)
        return helpdesk_changes(self, cursor, **options)

    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.OsTicket.changes", changes)
    report = world.run()
    assert (report.gone, report.written) == (1, 4)
    assert first not in set(world.state().open_ids())


def test_a_ticket_that_was_right_and_is_deleted_between_two_pages_is_not_remembered(world, monkeypatch):
    first, *_ = world.tickets(3)
    world.run()
    world.path.unlink()
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)
    world.sandbox.faults.next("changes", Fault.RACE, after=1, edit=lambda: world.people.delete(first))
    report = world.run(everything=True)
    assert (report.gone, report.unchanged, report.written) == (1, 2, 0)
    assert first not in set(world.state().open_ids())


def test_a_ticket_that_becomes_unreadable_between_two_pages_is_not_written(world, monkeypatch):
    first, *_ = world.tickets(3)
    monkeypatch.setattr("bridge.connectors.helpdesks.osticket.PAGE", 2)

    def spoil() -> None:
        world.people.note(first)
        world.sandbox.faults.distort(first, created_at="yesterday")

    world.sandbox.faults.next("changes", Fault.RACE, after=1, edit=spoil)
    report = world.run(everything=True)
    assert [one.id for one in report.failed] == [first]
    assert world.outputs(first) == {}


def test_newest_tickets_are_written_first(world):
    tickets = world.tickets(150)
    sent = []
    original = type(world.helpdesk()).write

    def write(self, writes):
        sent.extend(one.id for one in writes)
        return original(self, writes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bridge.connectors.helpdesks.osticket.OsTicket.write", write)
        world.run()
    assert sent == sorted(tickets, reverse=True)


def test_progress_counts_every_ticket_as_it_is_written(world):
    world.tickets(150)
    steps = []
    world.run(progress=steps.append)
    assert sum(steps) == 150
    assert len(steps) > 1


# --- findings beyond what is held in memory ----------------------------------------------------------------------------


@pytest.mark.parametrize("held", [0, 1, 7, 1000])
def test_a_pass_does_the_same_however_little_it_may_hold_in_memory(world, monkeypatch, held):
    monkeypatch.setattr("bridge.sync.planned.shelf.LOOSE", held)
    tickets = world.tickets(40)
    world.sandbox.faults.distort(tickets[5], created_at="soon")
    world.sandbox.faults.next("writes", Fault.RACE, edit=lambda: world.people.note(tickets[-1]))
    report = world.run()
    assert (report.examined, report.written, report.unchanged, report.conflicts) == (41, 39, 1, 1)
    assert [one.id for one in report.failed] == [tickets[5]]
    world.sandbox.faults.clear()
    world.people.delete(tickets[0])
    world.people.note(tickets[1])
    world.people.note(tickets[5])
    world.sandbox.forget_changes()
    again = world.run()
    assert (again.full_scan, again.written, again.unchanged, again.gone) == (True, 2, 37, 1)
    assert all(world.is_right(one) for one in tickets[1:])
    assert world.run().examined == 0
