"""Dates promised by hand."""

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry, Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.tickets import Actor
from tests.unit.clocks.desk import (
    HIGH,
    PENDING,
    D,
    at,
    clock,
    closed,
    decided,
    level,
    message,
    only_clock,
    policy,
    priority,
    priority_is,
    promise,
    revision,
    row,
    rule,
    set_field,
    simple,
    status,
    target,
    ticket,
)

PROMISED = simple(row("resolution", "8h"))


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
