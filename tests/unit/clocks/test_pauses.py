"""When clocks stand still."""

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import EventPattern, OnReopen, Pause
from bridge.tickets import Actor, EventKind
from tests.unit.clocks.desk import (
    CLOSED,
    DEVELOPMENT,
    HELD,
    NEW,
    ON_HOLD,
    PENDING,
    When,
    at,
    clock,
    clocks_of,
    closed,
    decided,
    department,
    happened,
    message,
    only_clock,
    reopened,
    response,
    row,
    set_field,
    simple,
    status,
    ticket,
)

RESOLUTION = simple(row("resolution", "16h"))


def resolution(one, now, by=RESOLUTION):
    return only_clock(one, by, now, "resolution")


def test_a_paused_clock_has_no_due_time_and_its_remaining_time_stands_still():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING))
    early, late = resolution(one, "2026-11-23 13:00"), resolution(one, "2026-12-23 13:00")
    assert early.state is late.state is ClockState.PAUSED
    assert early.due_at is late.due_at is None
    assert early.remaining_seconds == late.remaining_seconds == 14 * 3600
    assert decided(one, RESOLUTION, "2026-11-23 13:00").next_change_at is None
    assert decided(one, RESOLUTION, "2026-11-23 13:00").fields["sla_due"] is None


def test_a_clock_already_breached_stays_overdue_in_a_pause():
    one = ticket("2026-11-23 10:00", status("2026-11-25 12:00", PENDING))
    found = resolution(one, "2026-11-27 12:00")
    assert (found.state, found.due_at) == (ClockState.OVERDUE, at("2026-11-24 17:00"))
    assert found.remaining_seconds == -4 * 3600


def test_nothing_is_breached_while_paused_although_the_deadline_would_have_passed():
    one = ticket("2026-11-23 10:00", status("2026-11-24 16:59:59", PENDING))
    assert resolution(one, "2026-12-24 12:00").state is ClockState.PAUSED


def test_paused_in_the_very_second_of_the_deadline_is_breached_when_the_pause_ends():
    one = ticket("2026-11-23 10:00", status("2026-11-24 17:00", PENDING), message("2026-11-26 12:00"))
    assert resolution(one, "2026-11-25 12:00").state is ClockState.PAUSED
    found = resolution(one, "2026-11-26 12:00:01")
    assert (found.state, found.due_at, found.breached_at) == (
        ClockState.OVERDUE,
        at("2026-11-24 17:00"),
        at("2026-11-26 12:00"),
    )
    assert found.cause == "pause_ended"


def test_the_customers_message_ends_waiting_for_him_although_the_status_stands():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-23 14:00"))
    assert resolution(one, "2026-11-23 15:00").due_at == at("2026-11-25 10:00")


def test_only_an_agents_response_resumes_the_wait_while_the_status_stands():
    base = (status("2026-11-23 12:00", PENDING), message("2026-11-23 14:00"))
    noted = ticket("2026-11-23 10:00", *base, happened(EventKind.NOTE, "2026-11-23 15:00"))
    answered = ticket("2026-11-23 10:00", *base, response("2026-11-23 15:00"))
    automatic = ticket("2026-11-23 10:00", *base, happened(EventKind.RESPONSE, "2026-11-23 15:00", Actor.SYSTEM))
    assert resolution(noted, "2026-11-23 16:00").state is ClockState.RUNNING
    assert resolution(automatic, "2026-11-23 16:00").state is ClockState.RUNNING
    assert resolution(answered, "2026-11-23 16:00").state is ClockState.PAUSED


def test_a_new_status_event_resumes_the_wait():
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 12:00", PENDING),
        message("2026-11-23 14:00"),
        status("2026-11-23 15:00", PENDING, PENDING),
    )
    assert resolution(one, "2026-11-23 16:00").state is ClockState.PAUSED


def test_a_message_in_the_second_of_the_wait_wins_because_resuming_comes_after_pausing():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-23 12:00"))
    assert resolution(one, "2026-11-23 13:00").state is ClockState.RUNNING


def test_a_pause_that_is_not_the_customers_ignores_his_messages():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", ON_HOLD), message("2026-11-23 14:00"))
    assert resolution(one, "2026-11-23 15:00").state is ClockState.PAUSED


def test_two_pauses_at_once_are_one_union():
    field = Pause(while_=When(lambda facts: facts.fields.get("waits") is True, "fields"), until_customer_message=False)
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", HELD, field)])
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 11:00", ON_HOLD),
        set_field("2026-11-23 12:00", "waits", value=True),
        status("2026-11-23 13:00", NEW, ON_HOLD),
        set_field("2026-11-23 14:00", "waits", value=False, before=True),
    )
    found = resolution(one, "2026-11-23 15:00", by)
    assert found.elapsed_seconds == 2 * 3600
    assert found.due_at == at("2026-11-25 11:00")


def test_a_declared_resume_event_ends_every_pause():
    resume = (EventPattern(kinds=frozenset({EventKind.RATING})),)
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", resume=resume)])
    one = ticket(
        "2026-11-23 10:00", status("2026-11-23 12:00", ON_HOLD), happened(EventKind.RATING, "2026-11-23 14:00")
    )
    assert resolution(one, "2026-11-23 15:00", by).due_at == at("2026-11-25 10:00")


def test_a_pause_ended_by_a_resume_event_is_not_begun_again_by_the_customers_message():
    resume = (EventPattern(kinds=frozenset({EventKind.RATING})),)
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", resume=resume)])
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 12:00", ON_HOLD),
        happened(EventKind.RATING, "2026-11-23 14:00"),
        message("2026-11-23 14:30"),
    )
    assert resolution(one, "2026-11-23 15:00", by).state is ClockState.RUNNING


def test_a_cycle_begun_inside_a_pause_counts_from_the_end_of_the_pause():
    by = simple(row("ownership", "8h"), clocks=[clock("ownership")])
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 11:00", PENDING),
        department("2026-11-23 12:00", DEVELOPMENT),
        message("2026-11-23 15:00"),
    )
    first, second = clocks_of(one, by, "2026-11-23 16:00", "ownership")
    assert (first.elapsed_seconds, first.due_at) == (3600, at("2026-11-24 10:00"))
    assert (second.elapsed_seconds, second.due_at) == (3600, at("2026-11-24 14:00"))


def test_a_ticket_created_waiting_is_paused_from_its_first_second():
    for waiting in (ON_HOLD, PENDING):
        found = resolution(ticket("2026-11-23 10:00", first_status=waiting, status=waiting), "2026-11-23 12:00")
        assert (found.state, found.elapsed_seconds) == (ClockState.PAUSED, 0)


def test_stopped_while_paused_the_deadline_noted_is_that_of_a_clock_resumed_then():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), closed("2026-11-26 12:00"))
    found = resolution(one, "2026-11-30 12:00")
    assert (found.state, found.elapsed_seconds) == (ClockState.MET, 7200)
    assert found.due_at == at("2026-11-27 17:00")


def test_continue_goes_on_where_the_closing_left_off_and_gives_the_closed_time_back():
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", on_reopen=OnReopen.CONTINUE)])
    one = ticket("2026-11-23 10:00", closed("2026-11-23 14:00"), reopened("2026-11-25 14:00"))
    first, second = clocks_of(one, by, "2026-11-25 15:00", "resolution")
    assert (first.cycle, first.state) == (1, ClockState.MET)
    assert (second.cycle, second.started_at, second.elapsed_seconds) == (2, at("2026-11-23 10:00"), 5 * 3600)
    assert second.due_at == at("2026-11-26 17:00")


def test_ignore_leaves_a_reopened_ticket_without_a_clock():
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", on_reopen=OnReopen.IGNORE)])
    one = ticket("2026-11-23 10:00", closed("2026-11-23 14:00"), reopened("2026-11-25 14:00"))
    assert [found.state for found in clocks_of(one, by, "2026-11-25 15:00", "resolution")] == [ClockState.MET]


def test_an_archived_ticket_is_closed():
    archived = CLOSED.__class__(id=5, name="Archived", state="archived")
    one = ticket("2026-11-23 10:00", closed("2026-11-23 14:00", archived))
    assert resolution(one, "2026-11-30 12:00").state is ClockState.MET


def test_in_the_second_a_pause_around_the_deadline_ends_the_next_change_is_the_breach_to_come():
    one = ticket("2026-11-23 10:00", status("2026-11-23 18:00", PENDING), message("2026-11-24 11:00"))
    made = decided(one, simple(row("resolution", "8h")), "2026-11-24 11:00")
    assert (made.clocks[0].state, made.next_change_at) == (ClockState.AT_RISK, at("2026-11-24 11:00") + 1)
    later = decided(one, simple(row("resolution", "8h")), "2026-11-24 11:00:01")
    assert later.clocks[0].state is ClockState.OVERDUE
