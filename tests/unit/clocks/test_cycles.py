"""Starting, stopping, level changes, promises, kept verdicts."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.decisions import ClockState
from bridge.policies.cycles import Cycle, RegimeState
from bridge.policies.durations import Amount
from bridge.policies.metrics import standard_clock
from bridge.policies.policy import EventPattern, OnEntry, OnReopen, Threshold
from bridge.policies.regimes import Rulebook
from bridge.tickets import Actor, EventKind, FinishedCycle, Source
from tests.unit.clocks.desk import (
    AT_75,
    CLOSED,
    DEVELOPMENT,
    EMERGENCY,
    HIGH,
    NORMAL,
    PENDING,
    ROUND_THE_CLOCK,
    SUPPORT,
    D,
    When,
    at,
    clock,
    clocks_of,
    closed,
    decided,
    department,
    department_is,
    field_is,
    happened,
    level,
    message,
    only_clock,
    policy,
    priority,
    priority_is,
    reopened,
    response,
    revision,
    row,
    rule,
    set_field,
    simple,
    status,
    target,
    ticket,
)

FIRST = simple(row("first_response", "8h"))
ALL = simple(
    *(row(metric, "8h") for metric in ("first_response", "next_response", "periodic_update", "resolution", "ownership"))
)


def states(one, by, now, metric="first_response"):
    return [(found.cycle, found.state.value, found.cause) for found in clocks_of(one, by, now, metric)]


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


# -- levels and targets ---------------------------------------------------------------------------------------------------


def leveled(on_entry: OnEntry):
    return policy(
        revision(
            [
                level("high", row("first_response", "4h"), on_entry=on_entry),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )


def test_keep_target_leaves_a_running_cycle_with_its_old_target():
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    found = only_clock(one, leveled(OnEntry.KEEP_TARGET), "2026-11-23 13:00")
    assert (found.target, found.level) == ("8h", "standard")
    assert decided(one, leveled(OnEntry.KEEP_TARGET), "2026-11-23 13:00").level == "high"


def test_a_breach_never_unhappens_when_a_later_level_is_more_generous():
    one = ticket("2026-11-23 09:00", priority("2026-11-23 14:00", NORMAL, HIGH), first_priority=HIGH)
    found = only_clock(one, leveled(OnEntry.KEEP_ELAPSED), "2026-11-23 15:00")
    assert (found.state, found.target, found.due_at) == (ClockState.OVERDUE, "4h", at("2026-11-23 13:00"))
    assert found.cause is None


def test_a_reply_and_a_transfer_in_one_second_fulfil_the_old_level_first():
    by = policy(
        revision(
            [
                level("development", row("first_response", "24wd"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )
    one = ticket("2026-11-23 10:00", department("2026-11-23 12:00", DEVELOPMENT), response("2026-11-23 12:00"))
    assert states(one, by, "2026-11-23 13:00") == [(1, "met", None), (2, "running", None)]


def test_where_no_target_is_left_the_clock_is_cancelled_and_comes_back_with_its_elapsed_time():
    by = simple(row("first_response", "8h", priority_is(NORMAL)))
    gone = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", EMERGENCY))
    back = ticket("2026-11-23 10:00", *gone.events[2:], priority("2026-11-23 14:00", NORMAL, EMERGENCY))
    assert states(gone, by, "2026-11-23 13:00") == [(1, "cancelled", "no_target")]
    assert decided(gone, by, "2026-11-23 13:00").warnings != ()
    _, second = clocks_of(back, by, "2026-11-23 15:00")
    assert (second.cycle, second.started_at, second.due_at) == (2, at("2026-11-23 10:00"), at("2026-11-23 18:00"))


def test_applies_hides_a_clock_until_it_holds_and_then_counts_from_the_start():
    by = simple(row("resolution", "8h"), clocks=[clock("resolution", applies=priority_is(HIGH))])
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH), priority("2026-11-23 14:00", NORMAL, HIGH))
    assert clocks_of(one, by, "2026-11-23 11:00", "resolution") == []
    assert only_clock(one, by, "2026-11-23 12:00", "resolution").due_at == at("2026-11-23 18:00")
    assert states(one, by, "2026-11-23 15:00", "resolution") == [(1, "cancelled", "not_applicable")]


def test_no_rule_gives_no_level_and_the_state_none():
    by = policy(revision([level("high", row("first_response", "4h"))], rules=[rule("high", priority_is(HIGH))]))
    made = decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00")
    assert (made.level, made.rule, made.state, made.clocks) == (None, None, ClockState.NONE, ())
    assert made.reason == "No rule of the agreement applies"


def test_agents_inputs_count_only_when_the_last_event_that_set_them_was_an_agents():
    by = policy(
        revision(
            [level("urgent", row("first_response", "6h")), level("standard", row("first_response", "8h"))],
            rules=[rule("urgent", field_is("sla_set_critical", value=True)), rule("standard")],
        )
    )
    agent = set_field("2026-11-23 11:00", "sla_set_critical", value=True)
    customer = set_field("2026-11-23 12:00", "sla_set_critical", value=True, actor=Actor.CUSTOMER)
    smuggled = ticket("2026-11-23 10:00", fields={"sla_set_critical": True})
    assert decided(smuggled, by, "2026-11-23 13:00").level == "standard"
    assert decided(ticket("2026-11-23 10:00", agent), by, "2026-11-23 13:00").level == "urgent"
    assert decided(ticket("2026-11-23 10:00", customer), by, "2026-11-23 13:00").level == "standard"
    assert decided(ticket("2026-11-23 10:00", agent, customer), by, "2026-11-23 13:00").level == "standard"
    assert decided(ticket("2026-11-23 10:00", agent), by, "2026-11-23 10:30").level == "standard"


# -- dated states of the agreement ----------------------------------------------------------------------------------------


def dated():
    old = revision([level("standard", row("first_response", "8h"))])
    new = revision([level("standard", row("first_response", "4h"))], valid_from=date(2026, 11, 24))
    return policy(old, new)


def test_the_state_in_force_when_a_cycle_starts_governs_it():
    one = ticket(
        "2026-11-23 17:00",
        response("2026-11-24 11:00"),
        closed("2026-11-24 12:00"),
        reopened("2026-11-24 13:00"),
    )
    first, second = clocks_of(one, dated(), "2026-11-24 14:00")
    assert (first.target, first.due_at) == ("8h", at("2026-11-24 16:00"))
    assert (second.target, second.due_at) == ("4h", at("2026-11-24 17:00"))


def test_a_state_begins_at_midnight_of_its_levels_zone():
    before = only_clock(ticket("2026-11-23 23:59:59"), dated(), "2026-11-24 09:30")
    after = only_clock(ticket("2026-11-24 00:00:00"), dated(), "2026-11-24 09:30")
    assert (before.target, after.target) == ("8h", "4h")


def test_each_level_of_a_new_state_begins_in_its_own_zone():
    def state(amount, **dates):
        return revision(
            [
                level("world", row("first_response", amount), on=ROUND_THE_CLOCK),
                level("moscow", row("first_response", amount)),
            ],
            rules=[rule("world", priority_is(HIGH)), rule("moscow")],
            **dates,
        )

    by = policy(state("8h"), state("4h", valid_from=date(2026, 11, 24)))
    moment = at("2026-11-24 01:00")
    assert only_clock(ticket(moment), by, moment).target == "4h"
    assert only_clock(ticket(moment, first_priority=HIGH), by, moment).target == "8h"


def test_a_dated_exception_holds_through_its_last_day():
    rules = [
        rule("favour", level="high", valid_until=date(2026, 11, 23), approver="CEO", why="outage"),
        rule("standard"),
    ]
    by = policy(
        revision([level("high", row("first_response", "4h")), level("standard", row("first_response", "8h"))], rules)
    )
    assert decided(ticket("2026-11-23 23:59:59"), by, "2026-11-30 10:00").rule == "favour"
    assert decided(ticket("2026-11-24 00:00:00"), by, "2026-11-30 10:00").rule == "standard"


def test_a_level_change_of_an_older_state_and_a_fresh_reaction_of_the_newer_one():
    def state(amount, **dates):
        return revision(
            [
                level("development", row("first_response", amount), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
            **dates,
        )

    by = policy(state("24wd"), state("10wd", valid_from=date(2026, 11, 24)))
    one = ticket("2026-11-23 17:00", department("2026-11-24 10:00", DEVELOPMENT))
    first, second = clocks_of(one, by, "2026-11-24 11:00")
    assert (first.target, first.state, first.cause) == ("8h", ClockState.CANCELLED, "level_changed")
    assert second.target == "10wd"


# -- promises --------------------------------------------------------------------------------------------------------------

PROMISED = simple(row("resolution", "8h"))


def promise(when, until):
    return set_field(when, "sla_set_promise", until)


def test_a_promised_date_replaces_the_deadline_and_is_breached_when_it_passes():
    one = ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "2026-11-27T12:00:00Z"))
    running, overdue = (
        only_clock(one, PROMISED, now, "resolution") for now in ("2026-11-26 10:00", "2026-11-27 15:00:01")
    )
    assert (running.state, running.due_at, running.target) == (ClockState.RUNNING, at("2026-11-27 15:00"), "promise")
    assert running.remaining_seconds == (8 + 6) * 3600
    assert (overdue.state, overdue.breached_at) == (ClockState.OVERDUE, at("2026-11-27 15:00"))


def test_a_promise_that_passes_inside_a_pause_is_breached_when_the_pause_ends():
    one = ticket(
        "2026-11-23 10:00",
        promise("2026-11-23 11:00", "2026-11-25T12:00:00Z"),
        status("2026-11-24 10:00", PENDING),
        message("2026-11-26 10:00"),
    )
    assert only_clock(one, PROMISED, "2026-11-25 16:00", "resolution").state is ClockState.PAUSED
    found = only_clock(one, PROMISED, "2026-11-26 10:01", "resolution")
    assert (found.due_at, found.breached_at, found.cause) == (
        at("2026-11-25 15:00"),
        at("2026-11-26 10:00"),
        "pause_ended",
    )


def test_a_promise_by_anybody_but_an_agent_is_none():
    event = set_field("2026-11-23 11:00", "sla_set_promise", "2026-11-27T12:00:00Z", actor=Actor.CUSTOMER)
    found = only_clock(ticket("2026-11-23 10:00", event), PROMISED, "2026-11-23 12:00", "resolution")
    assert (found.target, found.due_at) == ("8h", at("2026-11-23 18:00"))


def test_a_promise_alone_is_a_deadline_where_the_level_has_no_target():
    by = simple(row("first_response", "8h"), clocks=[clock("first_response"), clock("resolution")])
    one = ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "2026-11-27T12:00:00Z"))
    found = only_clock(one, by, "2026-11-23 12:00", "resolution")
    assert (found.due_at, found.target, found.calendar) == (at("2026-11-27 15:00"), "promise", "d")


def test_an_unreadable_promise_is_none():
    one = ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "soon"))
    assert only_clock(one, PROMISED, "2026-11-23 12:00", "resolution").target == "8h"


def test_taking_a_promise_back_can_put_the_deadline_into_the_past():
    one = ticket(
        "2026-11-23 10:00",
        promise("2026-11-23 11:00", "2026-11-27T12:00:00Z"),
        set_field("2026-11-25 10:00", "sla_set_promise", None, before="2026-11-27T12:00:00Z"),
    )
    found = only_clock(one, PROMISED, "2026-11-25 10:00", "resolution")
    assert (found.due_at, found.breached_at, found.cause) == (
        at("2026-11-23 18:00"),
        at("2026-11-25 10:00"),
        "target_changed",
    )


# -- merged, deleted, imported, split -------------------------------------------------------------------------------------


def test_a_merged_ticket_has_its_clocks_cancelled_even_after_a_breach():
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-25 12:00"),
        happened(EventKind.MERGED, "2026-11-25 12:00"),
        merged_into=7,
    )
    made = decided(one, ALL, "2026-11-26 10:00")
    assert {(found.state.value, found.cause) for found in made.clocks} == {("cancelled", "merged")}
    assert (made.state, made.next_change_at, made.actions) == (ClockState.NONE, None, ())
    assert decided(one, ALL, "2026-11-25 11:00").state is ClockState.OVERDUE


def test_a_merge_that_osticket_closed_some_seconds_before_is_no_closing():
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-23 12:00:00"),
        happened(EventKind.MERGED, "2026-11-23 12:00:03"),
        merged_into=7,
    )
    assert {(found.state.value, found.cause) for found in decided(one, ALL, "2026-11-26 10:00").clocks} == {
        ("cancelled", "merged")
    }


def test_a_deleted_ticket_has_its_clocks_cancelled():
    gone = CLOSED.__class__(id=9, name="Deleted", state="deleted")
    one = ticket("2026-11-23 10:00", closed("2026-11-23 12:00", gone))
    assert {(found.state.value, found.cause) for found in decided(one, ALL, "2026-11-26 10:00").clocks} == {
        ("cancelled", "deleted")
    }


def test_imported_as_closed_is_cancelled_and_a_reopening_starts_real_clocks():
    one = ticket("2026-11-02 10:00", first_status=CLOSED, closed_at=at("2026-11-02 10:00"), imported=True)
    made = decided(one, ALL, "2026-11-23 10:00")
    assert {(found.state.value, found.cause) for found in made.clocks} == {("cancelled", "imported")}
    assert made.state is ClockState.NONE
    again = ticket("2026-11-02 10:00", reopened("2026-11-23 10:00"), first_status=CLOSED, status=PENDING, imported=True)
    assert states(again, FIRST, "2026-11-23 11:00")[-1][:2] == (2, "paused")


def test_a_ticket_seen_before_its_creation_is_not_there_yet():
    made = decided(ticket("2026-11-23 10:00"), FIRST, "2026-11-23 09:00")
    assert (made.state, made.clocks, made.next_change_at) == (ClockState.NONE, (), at("2026-11-23 10:00"))


# -- verdicts kept by the helpdesk ----------------------------------------------------------------------------------------


def kept(cycle=1, state="met", start="2026-11-23 10:00", stop="2026-11-23 12:00", **more):
    return FinishedCycle(
        metric="first_response",
        cycle=cycle,
        state=state,
        started_at=at(start),
        stopped_at=at(stop),
        target="5h",
        **more,
    )


def test_a_kept_verdict_is_shown_as_it_was_judged_whatever_the_policy_says_now():
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 12:00"), cycles=[kept(state="missed", due_at=at("2026-11-23 11:00"))]
    )
    found = only_clock(one, FIRST, "2026-11-24 10:00")
    assert (found.state, found.target, found.due_at) == (ClockState.MISSED, "5h", at("2026-11-23 11:00"))


def test_a_cycle_kept_as_finished_does_not_come_back_to_life():
    assert only_clock(ticket("2026-11-23 10:00", cycles=[kept()]), FIRST, "2026-11-24 10:00").state is ClockState.MET


def test_a_later_cycle_whose_number_is_taken_is_numbered_past_the_kept_ones():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 12:00"),
        closed("2026-11-23 13:00"),
        reopened("2026-11-25 10:00"),
        cycles=[kept(), kept(2, start="2026-11-23 12:30", stop="2026-11-23 12:40")],
    )
    assert states(one, FIRST, "2026-11-25 11:00") == [(1, "met", None), (2, "met", None), (3, "running", None)]


def test_a_kept_verdict_of_a_metric_the_policy_no_longer_has_is_still_shown():
    one = ticket("2026-11-23 10:00", cycles=[kept()])
    made = decided(one, simple(row("resolution", "8h")), "2026-11-23 15:00")
    assert [found.metric for found in made.clocks] == ["resolution", "first_response"]


def test_a_past_instant_does_not_see_what_was_kept_later():
    one = ticket("2026-11-23 10:00", response("2026-11-23 12:00"), cycles=[kept()])
    assert only_clock(one, FIRST, "2026-11-23 11:00").state is ClockState.RUNNING


# -- thresholds -----------------------------------------------------------------------------------------------------------


def thresholds(amount, *marks):
    made = [
        Threshold(id=f"t{number}", before=Amount.parse(mark), at_risk=not number, actions=({"do": "note"},))
        for number, mark in enumerate(marks)
    ]
    return simple(row("first_response", target(amount, D, *made)))


@pytest.mark.parametrize(
    ("amount", "before", "expected"),
    [
        ("8h", "1h", "2026-11-23 17:00"),
        ("16h", "9h", "2026-11-23 17:00"),
        ("8h", "20h", "2026-11-23 10:00"),
        ("16h", "12h calendar", "2026-11-24 05:00"),
        ("3wd", "2h", "2026-11-26 16:00"),
        ("3wd", "1wd", "2026-11-25 23:59:59"),
        ("3wd", "5wd", "2026-11-23 10:00"),
        ("3wd", "3wd", "2026-11-23 23:59:59"),
        ("36h calendar", "90m", "2026-11-24 16:30"),
    ],
)
def test_an_amount_before_the_deadline_is_walked_back_through_the_targets_own_time(amount, before, expected):
    by = thresholds(amount, before)
    one = ticket("2026-11-23 10:00")
    if at(expected) > at("2026-11-23 10:00"):
        assert decided(one, by, at(expected) - 1).state is ClockState.RUNNING
    made = decided(one, by, at(expected))
    assert made.state is ClockState.AT_RISK
    assert made.actions[0]["key"] == "first_response/1/t0"


def test_a_share_of_working_days_is_a_share_of_the_working_time_up_to_their_deadline():
    by = simple(row("first_response", target("3wd", D, AT_75)))
    made = decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00")
    assert made.next_change_at == at("2026-11-26 09:15")


def test_thresholds_move_with_pauses_and_do_not_strike_inside_them():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-23 15:00"))
    assert decided(one, FIRST, "2026-11-23 14:00").next_change_at is None
    assert decided(one, FIRST, "2026-11-23 15:00").next_change_at == at("2026-11-24 10:00")


def test_every_threshold_reached_is_named_once_by_its_key_also_after_an_outage():
    by = thresholds("8h", "4h", "2h", "1h")
    made = decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00")
    assert [(one["key"], one["at"]) for one in made.actions] == [
        ("first_response/1/t0", "2026-11-23T11:00:00Z"),
        ("first_response/1/t1", "2026-11-23T13:00:00Z"),
        ("first_response/1/t2", "2026-11-23T14:00:00Z"),
    ]


def test_a_finished_clock_asks_for_nothing_any_more():
    by = thresholds("8h", "4h")
    assert decided(ticket("2026-11-23 10:00", response("2026-11-23 17:00")), by, "2026-11-25 10:00").actions == ()


def test_thresholds_of_a_promised_date_do_not_move_with_pauses():
    by = simple(row("resolution", "8h"))
    one = ticket(
        "2026-11-23 10:00",
        promise("2026-11-23 10:00:01", "2026-11-24T15:00:00Z"),
        status("2026-11-23 12:00", PENDING),
        message("2026-11-23 15:00"),
    )
    assert decided(one, by, "2026-11-23 16:00").next_change_at == at("2026-11-24 13:45")


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


def test_a_clock_without_thresholds_changes_next_at_its_deadline():
    by = simple(row("first_response", target("8h", D)))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00").next_change_at == at("2026-11-23 18:00:01")


def test_a_condition_that_does_not_tell_what_it_reads_is_tested_at_every_step():
    class Silent:
        def test(self, facts):
            return facts.messages >= 2

    by = policy(
        revision(
            [level("talkative", row("first_response", "4h")), level("standard", row("first_response", "8h"))],
            rules=[rule("talkative", Silent()), rule("standard")],
        )
    )
    assert decided(ticket("2026-11-23 10:00", message("2026-11-23 11:00")), by, "2026-11-23 12:00").level == "talkative"


def test_counts_that_conditions_read_follow_the_history():
    seen = {}

    def remember(facts):
        seen[facts.at] = (facts.messages, facts.responses, facts.answered, facts.reopened_count, facts.closed)
        return True

    by = policy(
        revision([level("standard", row("first_response", "8h"))], rules=[rule("standard", When(remember, "at"))])
    )
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        message("2026-11-23 13:00"),
        reopened("2026-11-23 14:00"),
    )
    decided(one, by, "2026-11-23 15:00")
    assert list(seen.values()) == [
        (1, 0, False, 0, False),
        (1, 1, True, 0, False),
        (1, 1, True, 0, True),
        (2, 1, True, 0, True),
        (2, 1, False, 1, False),
    ]


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


def test_moved_to_where_no_rule_holds_the_clock_is_cancelled_and_no_level_is_left():
    by = policy(
        revision([level("standard", row("first_response", "8h"))], rules=[rule("standard", priority_is(NORMAL))])
    )
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    assert states(one, by, "2026-11-23 13:00") == [(1, "cancelled", "no_target")]
    assert decided(one, by, "2026-11-23 13:00").level is None


def test_a_clock_breached_before_it_lost_its_target_stays_overdue():
    by = simple(row("first_response", "1h", priority_is(NORMAL)))
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    assert states(one, by, "2026-11-23 13:00") == [(1, "overdue", None)]


def test_a_metric_that_never_had_a_target_is_not_shown_whatever_moves():
    by = simple(row("first_response", "8h", priority_is(NORMAL)), clocks=[clock("first_response")])
    one = ticket(
        "2026-11-23 10:00",
        priority("2026-11-23 12:00", EMERGENCY, HIGH),
        closed("2026-11-23 13:00"),
        first_priority=HIGH,
    )
    assert clocks_of(one, by, "2026-11-23 14:00") == []


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


def test_an_amount_before_a_promised_date_is_walked_back_from_it():
    mark = Threshold(id="soon", before=Amount.parse("1h"), at_risk=True)
    by = simple(row("resolution", target("8h", D, mark)))
    one = ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "2026-11-27T12:00:00Z"))
    assert decided(one, by, "2026-11-23 12:00").next_change_at == at("2026-11-27 14:00")
    assert decided(one, by, "2026-11-27 14:00").state is ClockState.AT_RISK


def test_a_promise_changes_under_keep_target_while_the_target_stays():
    by = policy(
        revision(
            [
                level("high", row("resolution", "4h"), on_entry=OnEntry.KEEP_TARGET),
                level("standard", row("resolution", "8h")),
            ],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        priority("2026-11-23 11:00", HIGH),
        promise("2026-11-23 12:00", "2026-11-27T12:00:00Z"),
        set_field("2026-11-23 13:00", "sla_set_promise", None, before="2026-11-27T12:00:00Z"),
        set_field("2026-11-23 13:30", "other", 1),
    )
    assert only_clock(one, by, "2026-11-23 12:30", "resolution").due_at == at("2026-11-27 15:00")
    found = only_clock(one, by, "2026-11-23 14:00", "resolution")
    assert (found.target, found.level, found.due_at) == ("8h", "standard", at("2026-11-23 18:00"))


def test_the_same_target_at_another_level_only_changes_the_level_shown():
    by = policy(
        revision(
            [level("high", row("resolution", "8h")), level("standard", row("resolution", "8h"))],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )
    moved = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    found = only_clock(moved, by, "2026-11-23 13:00", "resolution")
    assert (found.cycle, found.level, found.due_at) == (1, "high", at("2026-11-23 18:00"))
    keeping = policy(
        revision(
            [
                level("high", row("resolution", "8h"), on_entry=OnEntry.KEEP_TARGET),
                level("standard", row("resolution", "8h")),
            ],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )
    assert only_clock(moved, keeping, "2026-11-23 13:00", "resolution").level == "standard"


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
    assert len(Rulebook(by).regimes[0].pause_plans) == 1


def test_a_cycle_in_which_nothing_is_due_belongs_to_no_level():
    regime = Rulebook(FIRST).regimes[0]
    with pytest.raises(LookupError):
        _ = Cycle(regime.clocks["first_response"], RegimeState(regime), 0).granted_by


def test_a_metric_that_the_newer_state_drops_ends_with_its_cycle():
    old = revision([level("standard", row("resolution", "8h"))])
    new = revision([level("standard", row("first_response", "8h"))], valid_from=date(2026, 11, 24))
    one = ticket("2026-11-23 17:00", closed("2026-11-24 10:00"), reopened("2026-11-24 12:00"))
    made = decided(one, policy(old, new), "2026-11-24 13:00")
    assert [(found.metric, found.cycle, found.state.value) for found in made.clocks] == [
        ("first_response", 1, "running"),
        ("resolution", 1, "met"),
    ]


def test_before_the_agreement_began_there_is_no_rule():
    by = policy(revision([level("standard", row("first_response", "8h"))], valid_from=date(2026, 11, 24)))
    made = decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00")
    assert (made.level, made.clocks) == (None, ())


def test_after_a_state_without_a_follower_has_ended_there_is_no_rule():
    by = policy(revision([level("standard", row("first_response", "8h"))], valid_until=date(2026, 11, 22)))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00").level is None


def test_a_state_valid_to_the_end_of_time_never_ends():
    by = policy(revision([level("standard", row("first_response", "8h"))], valid_until=date.max))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00").level == "standard"


def test_resumed_and_closed_in_one_second_after_the_promise_passed_is_still_in_time():
    one = ticket(
        "2026-11-23 10:00",
        promise("2026-11-23 11:00", "2026-11-25T12:00:00Z"),
        status("2026-11-24 10:00", PENDING),
        message("2026-11-26 10:00"),
        closed("2026-11-26 10:00"),
    )
    assert only_clock(one, PROMISED, "2026-11-26 11:00", "resolution").state is ClockState.MET


def test_a_promised_clocks_remaining_time_stands_still_in_a_pause():
    one = ticket(
        "2026-11-23 10:00", promise("2026-11-23 11:00", "2026-11-27T12:00:00Z"), status("2026-11-24 10:00", PENDING)
    )
    early, late = (only_clock(one, PROMISED, now, "resolution") for now in ("2026-11-24 11:00", "2026-11-25 17:00"))
    assert early.remaining_seconds == late.remaining_seconds == (8 + 9 + 9 + 6) * 3600


def test_a_change_in_the_very_second_of_the_new_deadline_is_no_breach_yet():
    one = ticket("2026-11-23 10:00", priority("2026-11-23 14:00", HIGH))
    by = leveled(OnEntry.KEEP_ELAPSED)
    assert only_clock(one, by, "2026-11-23 14:00").breached_at is None
    found = only_clock(one, by, "2026-11-23 14:00:01")
    assert (found.state, found.breached_at, found.cause) == (ClockState.OVERDUE, at("2026-11-23 14:00"), None)


def test_the_fresh_reaction_of_development_ends_with_its_answer_and_does_not_begin_again():
    by = policy(
        revision(
            [
                level("development", row("first_response", "24wd"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        department("2026-11-23 12:00", DEVELOPMENT),
        response("2026-11-24 11:00"),
        message("2026-11-24 12:00"),
        response("2026-11-24 13:00"),
    )
    assert states(one, by, "2026-11-25 10:00") == [(1, "met", None), (2, "met", None)]


def test_imported_but_open_runs_and_created_closed_but_not_imported_is_judged():
    assert states(ticket("2026-11-23 10:00", imported=True), FIRST, "2026-11-23 11:00") == [(1, "running", None)]
    born_closed = ticket("2026-11-23 10:00", first_status=CLOSED, closed_at=at("2026-11-23 10:00"))
    by = simple(row("first_response", "8h"), row("resolution", "8h"))
    assert states(born_closed, by, "2026-11-23 11:00") == [(1, "cancelled", "closed_unanswered")]
    assert states(born_closed, by, "2026-11-23 11:00", "resolution") == [(1, "met", None)]


def test_a_closed_ticket_set_to_an_open_status_is_reopened_also_without_such_an_event():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 11:00"), status("2026-11-23 12:00", PENDING, CLOSED))
    assert states(one, ALL, "2026-11-23 13:00", "resolution") == [(1, "met", None), (2, "paused", None)]


def test_a_rule_that_looks_at_the_answer_is_asked_again_when_it_comes_and_after_a_reopening():
    answered = When(lambda facts: facts.answered, "answered")
    by = policy(
        revision(
            [level("answered", row("resolution", "8h")), level("waiting", row("resolution", "4h"))],
            rules=[rule("answered", answered), rule("waiting")],
        )
    )
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 12:00"), reopened("2026-11-23 13:00")
    )
    levels = [decided(one, by, now).level for now in ("2026-11-23 10:30", "2026-11-23 11:00", "2026-11-23 14:00")]
    assert levels == ["waiting", "answered", "waiting"]


def test_a_ticket_of_a_later_state_that_lives_into_the_next_one_follows_both():
    def state(amount, **dates):
        return revision([level("standard", row("first_response", amount))], **dates)

    by = policy(state("8h"), state("6h", valid_from=date(2026, 11, 24)), state("4h", valid_from=date(2026, 11, 26)))
    one = ticket(
        "2026-11-25 10:00",
        response("2026-11-25 11:00"),
        closed("2026-11-25 12:00"),
        reopened("2026-11-26 10:00"),
    )
    assert [found.target for found in clocks_of(one, by, "2026-11-26 11:00")] == ["6h", "4h"]


def test_seen_in_the_very_second_of_the_merge_the_clocks_are_cancelled():
    one = ticket("2026-11-23 10:00", happened(EventKind.MERGED, "2026-11-23 12:00"), merged_into=7)
    assert states(one, FIRST, "2026-11-23 11:59:59") == [(1, "running", None)]
    assert states(one, FIRST, "2026-11-23 12:00:00") == [(1, "cancelled", "merged")]


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
