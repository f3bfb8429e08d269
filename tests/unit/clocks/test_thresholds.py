"""Thresholds before a deadline."""

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.tickets import format_instant
from tests.unit.clocks.desk import (
    AT_75,
    FIRST,
    PENDING,
    D,
    at,
    decided,
    message,
    note,
    promise,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)


def thresholds(amount, *marks):
    made = [
        Threshold(id=f"t{number}", before=Amount.parse(mark), at_risk=not number, actions=(note(f"t{number}"),))
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
    assert made.actions[0].key == "t0:first_response:1"


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
    assert [(one.key, format_instant(one.not_before)) for one in made.actions] == [
        ("t0:first_response:1", "2026-11-23T11:00:00Z"),
        ("t1:first_response:1", "2026-11-23T13:00:00Z"),
        ("t2:first_response:1", "2026-11-23T14:00:00Z"),
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


def test_a_clock_without_thresholds_changes_next_at_its_deadline():
    by = simple(row("first_response", target("8h", D)))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00").next_change_at == at("2026-11-23 18:00:01")
