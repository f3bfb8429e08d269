"""Cycles from their start to their end: answers, closings, reopenings, pauses."""

from dataclasses import replace

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.metrics import standard_clock
from bridge.policies.agreement.policy import EventPattern, OnReopen
from bridge.policies.clocks.cycle import Cycle, TermsReplay
from bridge.policies.clocks.in_force import Rulebook
from bridge.tickets import Actor, EventKind, Source
from tests.unit.clocks.desk import (
    ALL,
    CLOSED,
    DEVELOPMENT,
    FIRST,
    HIGH,
    PENDING,
    SUPPORT,
    at,
    clock,
    clocks_of,
    closed,
    decided,
    department,
    field_is,
    happened,
    message,
    only_clock,
    priority,
    priority_is,
    reopened,
    response,
    row,
    set_field,
    simple,
    states,
    status,
    ticket,
)


def test_an_answer_in_the_second_of_the_deadline_is_in_time_and_one_second_later_is_not():
    in_time = ticket("2026-11-23 10:00", response("2026-11-23 18:00:00"))
    late = ticket("2026-11-23 10:00", response("2026-11-23 18:00:01"))
    assert states(in_time, FIRST, "2026-11-24 10:00") == [(1, "met", None)]
    assert states(late, FIRST, "2026-11-24 10:00") == [(1, "missed", None)]


def test_overdue_begins_one_second_after_the_deadline_and_the_decision_said_so():
    one = ticket("2026-11-23 10:00")
    running = decided(one, FIRST, "2026-11-23 18:00:00")
    assert running.state is ClockState.AT_RISK
    assert running.next_change_at == at("2026-11-23 18:00:01")
    overdue = decided(one, FIRST, "2026-11-23 18:00:01")
    assert (overdue.state, overdue.clocks[0].breached_at) == (ClockState.OVERDUE, at("2026-11-23 18:00"))
    assert overdue.next_change_at is None


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        ("2026-11-23 12:00", (1, "cancelled", "closed_unanswered")),
        ("2026-11-23 18:00:00", (1, "cancelled", "closed_unanswered")),
        ("2026-11-24 12:00", (1, "missed", "closed_unanswered")),
    ],
)
def test_closed_without_an_answer_is_cancelled_before_the_deadline_and_missed_after_it(closing, expected):
    assert states(ticket("2026-11-23 10:00", closed(closing)), FIRST, "2026-11-25 10:00") == [expected]


def test_a_reply_that_closes_counts_as_the_answer():
    one = ticket("2026-11-23 10:00", response("2026-11-23 12:00"), closed("2026-11-23 12:00"))
    assert states(one, FIRST, "2026-11-25 10:00") == [(1, "met", None)]


def test_a_ticket_opened_by_an_agent_with_his_answer_is_answered_at_once():
    one = ticket("2026-11-23 10:00", response("2026-11-23 10:00"))
    found = only_clock(one, FIRST, "2026-11-23 11:00")
    assert (found.state, found.elapsed_seconds) == (ClockState.MET, 0)


def test_reopened_and_answered_in_one_second_the_reopening_comes_first():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        response("2026-11-24 10:00"),
        reopened("2026-11-24 10:00"),
    )
    assert states(one, FIRST, "2026-11-24 11:00") == [(1, "met", None), (2, "met", None)]


def test_next_response_runs_only_after_the_first_answer_and_ends_with_each_answer():
    one = ticket(
        "2026-11-23 10:00",
        message("2026-11-23 10:30"),
        response("2026-11-23 11:00"),
        message("2026-11-23 12:00"),
        response("2026-11-23 13:00"),
        message("2026-11-23 14:00"),
    )
    found = clocks_of(one, ALL, "2026-11-23 15:00", "next_response")
    assert [(one.cycle, one.started_at, one.state.value) for one in found] == [
        (1, at("2026-11-23 12:00"), "met"),
        (2, at("2026-11-23 14:00"), "running"),
    ]


def test_next_response_is_off_while_closed():
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 11:00"), message("2026-11-23 12:00"), closed("2026-11-23 13:00")
    )
    assert states(one, ALL, "2026-11-25 10:00", "next_response") == [(1, "cancelled", "closed_unanswered")]


def test_without_a_first_response_target_a_reopening_message_starts_next_response():
    by = simple(row("next_response", "8h"), clocks=[clock("first_response"), clock("next_response")])
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        message("2026-11-24 10:00"),
        happened(EventKind.REOPENED, "2026-11-24 09:59", Actor.SYSTEM),
    )
    assert states(one, by, "2026-11-24 11:00", "next_response") == [(1, "running", None)]


def test_periodic_update_begins_anew_with_each_answer_and_ends_with_the_closing():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        response("2026-11-23 15:00"),
        response("2026-11-25 12:00"),
        closed("2026-11-25 13:00"),
    )
    assert states(one, ALL, "2026-11-26 10:00", "periodic_update") == [
        (1, "met", None),
        (2, "missed", None),
        (3, "cancelled", "closed"),
    ]


def test_ownership_is_one_cycle_for_each_stay_in_a_department():
    one = ticket(
        "2026-11-23 10:00",
        department("2026-11-23 12:00", DEVELOPMENT),
        department("2026-11-24 12:00", SUPPORT, DEVELOPMENT),
        closed("2026-11-24 14:00"),
    )
    found = clocks_of(one, ALL, "2026-11-25 10:00", "ownership")
    assert [(one.started_at, one.stopped_at, one.state.value) for one in found] == [
        (at("2026-11-23 10:00"), at("2026-11-23 12:00"), "met"),
        (at("2026-11-23 12:00"), at("2026-11-24 12:00"), "missed"),
        (at("2026-11-24 12:00"), at("2026-11-24 14:00"), "met"),
    ]


def test_a_custom_metric_resets_and_cancels_by_its_own_events():
    rating = (EventPattern(kinds=frozenset({EventKind.RATING})),)
    topic = (EventPattern(kinds=frozenset({EventKind.TOPIC})),)
    by = simple(row("resolution", "8h"), clocks=[clock("resolution", reset=rating, cancel=topic)])
    one = ticket(
        "2026-11-23 10:00",
        happened(EventKind.RATING, "2026-11-23 12:00"),
        happened(EventKind.TOPIC, "2026-11-23 13:00"),
    )
    assert states(one, by, "2026-11-23 14:00", "resolution") == [
        (1, "cancelled", "reset"),
        (2, "cancelled", "condition"),
    ]


def test_a_pattern_can_ask_for_channel_field_and_condition():
    phone = EventPattern(
        kinds=frozenset({EventKind.FIELD}),
        actors=frozenset({Actor.AGENT}),
        field="confirmed",
        when=field_is("confirmed", value=True),
    )
    by = simple(row("resolution", "8h"), clocks=[clock("resolution", stop=(phone,), closing_finishes=False)])
    other = set_field("2026-11-23 11:00", "other", value=True)
    refused = set_field("2026-11-23 12:00", "confirmed", value=False)
    accepted = set_field("2026-11-23 13:00", "confirmed", value=True, before=False)
    assert states(ticket("2026-11-23 10:00", other, refused), by, "2026-11-23 15:00", "resolution") == [
        (1, "running", None)
    ]
    assert states(ticket("2026-11-23 10:00", other, refused, accepted), by, "2026-11-23 15:00", "resolution") == [
        (1, "met", None)
    ]


def test_the_state_is_the_worst_of_the_clocks():
    by = simple(row("first_response", "4h"), row("resolution", "40h"))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-23 15:00").state is ClockState.OVERDUE
    met = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    assert decided(met, by, "2026-11-23 15:00").state is ClockState.RUNNING
    missed = ticket("2026-11-23 10:00", response("2026-11-23 15:00"), closed("2026-11-23 16:00"))
    assert decided(missed, by, "2026-11-23 17:00").state is ClockState.MISSED


def test_calendar_time_counts_every_second():
    by = simple(row("first_response", "36h calendar"))
    one = ticket("2026-11-21 10:00", status("2026-11-21 12:00", PENDING), message("2026-11-21 15:00"))
    assert only_clock(one, by, "2026-11-22 10:00").due_at == at("2026-11-23 01:00")


def test_working_days_move_by_the_working_time_of_a_pause_and_not_by_a_night():
    by = simple(row("first_response", "2wd"))
    night = ticket("2026-11-23 10:00", status("2026-11-23 19:00", PENDING), message("2026-11-24 08:00"))
    day = ticket("2026-11-23 10:00", status("2026-11-24 10:00", PENDING), message("2026-11-24 13:00"))
    assert only_clock(night, by, "2026-11-24 14:00").due_at == at("2026-11-25 18:00")
    assert only_clock(day, by, "2026-11-24 14:00").due_at == at("2026-11-26 12:00")


def test_a_pattern_can_ask_for_a_channel():
    phone = (EventPattern(kinds=frozenset({EventKind.RESPONSE}), sources=frozenset({Source.PHONE})),)
    by = simple(row("first_response", "8h"), clocks=[clock("first_response", stop=phone)])
    mail = happened(EventKind.RESPONSE, "2026-11-23 11:00", source=Source.EMAIL)
    call = happened(EventKind.RESPONSE, "2026-11-23 12:00", source=Source.PHONE)
    assert states(ticket("2026-11-23 10:00", mail), by, "2026-11-23 13:00") == [(1, "running", None)]
    assert states(ticket("2026-11-23 10:00", mail, call), by, "2026-11-23 13:00") == [(1, "met", None)]


def test_a_pattern_with_a_condition_alone_asks_nothing_of_the_event():
    urgent = (EventPattern(kinds=frozenset({EventKind.RESPONSE}), when=priority_is(HIGH)),)
    by = simple(row("first_response", "8h"), clocks=[clock("first_response", stop=urgent)])
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        priority("2026-11-23 12:00", HIGH),
        response("2026-11-23 13:00"),
    )
    assert only_clock(one, by, "2026-11-23 14:00").stopped_at == at("2026-11-23 13:00")


def test_reset_in_the_first_second_and_at_a_creation_changes_nothing():
    noted = (EventPattern(kinds=frozenset({EventKind.NOTE})),)
    by = simple(row("resolution", "8h"), clocks=[clock("resolution", reset=noted)])
    one = ticket("2026-11-23 10:00", happened(EventKind.NOTE, "2026-11-23 10:00"))
    assert states(one, by, "2026-11-23 11:00", "resolution") == [(1, "running", None)]


def test_a_department_handed_over_in_the_second_of_the_creation_is_one_stay():
    one = ticket(
        "2026-11-23 10:00",
        department("2026-11-23 10:00", DEVELOPMENT),
        first_department=SUPPORT,
        department=DEVELOPMENT,
    )
    assert states(one, ALL, "2026-11-23 11:00", "ownership") == [(1, "running", None)]


def test_a_clock_that_runs_while_the_ticket_is_closed_is_left_alone_by_closing_and_reopening():
    after_closing = EventPattern(kinds=frozenset({EventKind.CLOSED}))
    rated = EventPattern(kinds=frozenset({EventKind.RATING}))
    by = simple(row("follow_up", "8h"), clocks=[replaced(metric="follow_up", start=(after_closing,), stop=(rated,))])
    one = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"))
    rated_later = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), happened(EventKind.RATING, "2026-11-23 12:00"))
    assert states(one, by, "2026-11-23 13:00", "follow_up") == [(1, "running", None)]
    assert states(rated_later, by, "2026-11-23 13:00", "follow_up") == [(1, "met", None)]


def replaced(**changes):
    return replace(standard_clock("resolution"), closing_finishes=False, promise_field=None, **changes)


def test_ownership_starts_anew_when_a_ticket_is_reopened_where_it_was():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"))
    assert states(one, ALL, "2026-11-23 13:00", "ownership") == [(1, "met", None), (2, "running", None)]


def test_continue_starts_a_first_cycle_where_none_was_measured():
    by = simple(
        row("first_response", "8h", priority_is(HIGH)), clocks=[clock("first_response", on_reopen=OnReopen.CONTINUE)]
    )
    one = ticket(
        "2026-11-23 10:00", closed("2026-11-23 11:00"), priority("2026-11-23 11:30", HIGH), reopened("2026-11-23 12:00")
    )
    assert only_clock(one, by, "2026-11-23 13:00").started_at == at("2026-11-23 12:00")


def test_continue_keeps_earlier_pauses_and_every_closed_stretch():
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", on_reopen=OnReopen.CONTINUE)])
    one = ticket(
        "2026-11-23 09:00",
        status("2026-11-23 10:00", PENDING),
        closed("2026-11-23 11:00"),
        reopened("2026-11-23 12:00"),
        closed("2026-11-23 13:00"),
        reopened("2026-11-23 14:00"),
        status("2026-11-23 15:00", PENDING),
    )
    third = clocks_of(one, by, "2026-11-23 16:00", "resolution")[-1]
    assert (third.cycle, third.state, third.elapsed_seconds) == (3, ClockState.PAUSED, 3 * 3600)


def test_a_clock_without_pauses_runs_through_every_status():
    by = simple(row("resolution", "8h"), clocks=[standard_clock("resolution")])
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING))
    assert only_clock(one, by, "2026-11-23 13:00", "resolution").state is ClockState.RUNNING


def test_clocks_of_one_policy_share_their_pauses_and_others_do_not():
    by = simple(
        row("first_response", "8h"),
        row("resolution", "8h"),
        clocks=[clock("first_response"), standard_clock("resolution"), clock("ownership")],
    )
    assert len(Rulebook(by).all_terms[0].pause_plans) == 1


def test_a_cycle_in_which_nothing_is_due_belongs_to_no_level():
    terms = Rulebook(FIRST).all_terms[0]
    with pytest.raises(LookupError):
        _ = Cycle(terms.clocks["first_response"], TermsReplay(terms), 0).granted_by


def test_a_closed_ticket_set_to_an_open_status_is_reopened_also_without_such_an_event():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), status("2026-11-23 12:00", PENDING, CLOSED))
    assert states(one, ALL, "2026-11-23 13:00", "resolution") == [(1, "met", None), (2, "paused", None)]


def test_a_closing_answer_begins_no_further_update_cycle():
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 11:00"), response("2026-11-23 12:00"), closed("2026-11-23 12:00")
    )
    assert states(one, ALL, "2026-11-23 13:00", "periodic_update") == [(1, "met", None)]


def test_what_the_closing_ended_goes_on_with_the_reopening_also_where_it_does_not_start_with_the_ticket():
    taken = EventPattern(kinds=frozenset({EventKind.DEPARTMENT}))
    by = simple(row("stay", "8h"), clocks=[replace(standard_clock("ownership"), metric="stay", start=(taken,))])
    never_taken = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"))
    one = ticket(
        "2026-11-23 10:00",
        department("2026-11-23 10:30", DEVELOPMENT),
        closed("2026-11-23 11:00"),
        reopened("2026-11-23 12:00"),
    )
    assert states(never_taken, by, "2026-11-23 13:00", "stay") == []
    assert states(one, by, "2026-11-23 13:00", "stay") == [(1, "met", None), (2, "running", None)]


def test_what_concerns_no_clock_is_passed_over_and_what_follows_is_not():
    one = ticket(
        "2026-11-23 10:00",
        happened(EventKind.NOTE, "2026-11-23 11:00"),
        response("2026-11-23 12:00"),
    )
    assert states(one, FIRST, "2026-11-23 13:00") == [(1, "met", None)]
