"""Dates promised by hand."""

from dataclasses import replace

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry, OnReopen, Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.tickets import Actor
from tests.unit.clocks.desk import (
    AT_75,
    HIGH,
    NAG,
    NORMAL,
    PENDING,
    D,
    at,
    calendar,
    clock,
    clocks_of,
    closed,
    decided,
    level,
    message,
    only_clock,
    policy,
    priority,
    priority_is,
    promise,
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-27T12:00:00Z", "2026-11-27 15:00"),
        ("2026-11-27T12:00:00+01:00", "2026-11-27 14:00"),
        ("2026-11-27 12:00Z", "2026-11-27 15:00"),
        ("2026-11-27 10:00", "2026-11-27 10:00"),
        ("2026-11-27T10:00:30", "2026-11-27 10:00:30"),
        ("27.11.2026 9:05", "2026-11-27 09:05"),
        ("  27.11.2026   10:00 ", "2026-11-27 10:00"),
        ("2026-11-27", "2026-11-27 18:00"),
        ("27.11.2026", "2026-11-27 18:00"),
        ("2026-11-28", "2026-11-29 00:00"),
    ],
)
def test_a_date_is_read_as_people_and_policy_tests_write_it_in_the_zone_of_the_levels_calendar(text, expected):
    made = decided(ticket("2026-11-23 10:00", promise("2026-11-23 11:00", text)), PROMISED, "2026-11-23 12:00")
    assert (made.clocks[0].due_at, made.clocks[0].target, made.warnings) == (at(expected), "promise", ())


@pytest.mark.parametrize(
    "text",
    ["soon", "27.11.26", "27/11/2026", "2026-13-01", "2026-11-27 25:00", "31.11.2026", "2300-01-01", True, 1795000000],
)
def test_what_is_no_date_is_no_promise_and_named_in_a_warning(text):
    made = decided(ticket("2026-11-23 10:00", promise("2026-11-23 11:00", text)), PROMISED, "2026-11-23 12:00")
    assert made.clocks[0].target == "8h"
    (warning,) = made.warnings
    assert f"“{text}” cannot be read" in warning


def test_a_letter_pasted_into_the_date_is_told_in_the_policys_language_and_cut():
    by = simple(row("resolution", "8h"), language="ru")
    made = decided(ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "скоро " * 99)), by, "2026-11-23 12:00")
    (warning,) = made.warnings
    assert warning.startswith("обещанная дата «скоро скоро")
    assert len(warning) < 200


def test_a_day_is_read_in_the_zone_and_hours_of_the_levels_own_calendar():
    night = calendar("night", zone="Asia/Vladivostok", week={"mon-fri": ["20:00-02:00"]})
    by = policy(revision([level("standard", row("resolution", "8h", on=night), on=night)]))
    one = ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "2026-11-24"))
    assert only_clock(one, by, "2026-11-23 12:00", "resolution").due_at == at("2026-11-24 19:00")


APRIL = (
    promise("2026-11-23 11:00", "2026-11-24T12:00:00Z"),
    closed("2026-11-24 14:00"),
    reopened("2026-12-14 10:00"),
)


def test_a_kept_promise_is_not_the_next_cycles():
    found = clocks_of(ticket("2026-11-23 10:00", *APRIL), PROMISED, "2026-12-14 11:00", "resolution")
    assert [(one.target, one.state.value, one.due_at) for one in found] == [
        ("promise", "met", at("2026-11-24 15:00")),
        ("8h", "running", at("2026-12-14 18:00")),
    ]


def test_a_cycle_that_counts_on_after_a_reopening_has_no_promise_of_the_one_before():
    by = simple(row("resolution", "8h"), clocks=[clock("resolution", on_reopen=OnReopen.CONTINUE)])
    found = clocks_of(ticket("2026-11-23 10:00", *APRIL), by, "2026-12-14 11:00", "resolution")
    assert [one.target for one in found] == ["promise", "8h"]


def test_a_promise_for_the_next_cycle_is_its_own():
    one = ticket("2026-11-23 10:00", *APRIL, promise("2026-12-14 12:00", "2026-12-20"))
    found = clocks_of(one, PROMISED, "2026-12-14 13:00", "resolution")
    assert [clock.due_at for clock in found] == [at("2026-11-24 15:00"), at("2026-12-21 00:00")]


def test_a_promise_set_in_the_second_of_a_reopening_belongs_to_the_new_cycle():
    one = ticket("2026-11-23 10:00", *APRIL, promise("2026-12-14 10:00", "2026-12-18"))
    assert clocks_of(one, PROMISED, "2026-12-14 13:00", "resolution")[-1].due_at == at("2026-12-18 18:00")


def promising(metric):
    return simple(
        row("first_response", "8h"), row(metric, "8h"), clocks=[clock("first_response"), promising_clock(metric)]
    )


def promising_clock(metric):
    return replace(clock(metric), promise_field="sla_set_promise")


def test_a_promise_of_one_answer_is_not_that_of_the_next():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 10:30"),
        message("2026-11-23 11:00"),
        promise("2026-11-23 11:30", "2026-11-24 12:00"),
        response("2026-11-24 11:00"),
        message("2026-11-26 10:00"),
    )
    found = clocks_of(one, promising("next_response"), "2026-11-26 11:00", "next_response")
    assert [(clock.target, clock.state.value) for clock in found] == [("promise", "met"), ("8h", "running")]


def test_a_promise_given_with_an_answer_is_for_the_message_that_follows_it():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 10:30"),
        promise("2026-11-23 10:30", "2026-11-25"),
        response("2026-11-24 11:00"),
    )
    found = clocks_of(one, promising("periodic_update"), "2026-11-24 12:00", "periodic_update")
    assert [(clock.target, clock.due_at) for clock in found] == [
        ("promise", at("2026-11-25 18:00")),
        ("8h", at("2026-11-25 10:00")),
    ]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_promise_while_no_clock_runs_is_told_and_ignored(language):
    by = simple(row("resolution", "8h"), language=language)
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-23 14:00"),
        promise("2026-11-23 15:00", "2026-11-20"),
        reopened("2026-12-14 10:00"),
    )
    made = decided(one, by, "2026-12-14 11:00")
    assert [clock.target for clock in made.clocks] == ["8h", "8h"]
    (warning,) = made.warnings
    assert "2026-11-20" in warning
    assert ("while no clock" if language == "en" else "отсчёт не шёл") in warning


def test_taking_a_promise_back_while_no_clock_runs_is_nothing_to_tell():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 14:00"), promise("2026-11-23 15:00", None))
    assert decided(one, PROMISED, "2026-11-23 16:00").warnings == ()


def test_a_promise_lasts_through_a_level_without_a_target_for_the_clock():
    by = policy(
        revision(
            [level("high", row("first_response", "4h")), level("standard", row("resolution", "8h"))],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
            clocks=[replace(clock("resolution"), applies=priority_is(NORMAL))],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        promise("2026-11-23 10:30", "2026-11-25"),
        priority("2026-11-23 11:00", HIGH),
        priority("2026-11-23 12:00", NORMAL, HIGH),
    )
    assert clocks_of(one, by, "2026-11-23 13:00", "resolution")[-1].due_at == at("2026-11-25 18:00")


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


def test_points_of_a_date_promised_for_before_the_start_are_reached_at_the_start():
    late = Threshold(id="late", share_basis_points=15000)
    by = simple(row("resolution", target("8h", D, AT_75, late, NAG)))
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-23 10:30"),
        reopened("2026-11-23 15:00"),
        promise("2026-11-23 15:00", "2026-11-23T07:00:00Z"),
    )
    second = clocks_of(one, by, "2026-11-23 15:30", "resolution")[-1]
    assert (second.started_at, second.due_at) == (at("2026-11-23 15:00"), at("2026-11-23 10:00"))
    assert {one.id: one.at for one in second.thresholds} == dict.fromkeys(
        ("at_risk", "late", "nag#1"), second.started_at
    )
