"""How late a clock was, or is by now: in working time and in working days."""

import pytest

from bridge.decisions import ClockState
from tests.unit.clocks.desk import (
    BOTH,
    HIGH,
    PENDING,
    ROUND_THE_CLOCK,
    D,
    M,
    at,
    calendar,
    closed,
    decided,
    message,
    only_clock,
    priority,
    priority_is,
    promise,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)

HOUR = 3600


def late(one, by, now, metric="first_response"):
    found = only_clock(one, by, now, metric)
    return found.late_seconds, found.late_days


@pytest.mark.parametrize(
    ("amount", "answered", "seconds", "days"),
    [
        ("8h", "2026-11-23 18:00", 0, 0),
        ("8h", "2026-11-23 18:00:01", 0, 0),
        ("8h", "2026-11-24 09:00", 0, 1),
        ("8h", "2026-11-24 12:30", 3 * HOUR + 1800, 1),
        ("4h", "2026-11-23 15:00", HOUR, 0),
        ("8h", "2026-11-27 18:00", 4 * 9 * HOUR, 4),
        ("8h", "2026-11-28 12:00", 4 * 9 * HOUR, 4),
        ("8h", "2026-11-30 10:00", 4 * 9 * HOUR + HOUR, 5),
        ("1wd", "2026-11-25 10:00", HOUR, 1),
        ("6h calendar", "2026-11-23 20:00", 2 * HOUR, 0),
        ("12h calendar", "2026-11-23 23:00", 0, 0),
    ],
)
def test_lateness_is_working_time_and_working_days_from_the_deadline_to_the_stop(amount, answered, seconds, days):
    by = simple(row("first_response", target(amount, D)))
    one = ticket("2026-11-23 10:00", response(answered))
    for now in (answered, "2026-12-24 10:00"):
        assert late(one, by, now) == (seconds, days)


def test_a_clock_that_is_still_open_is_late_by_now():
    one = ticket("2026-11-23 10:00")
    by = simple(row("first_response", "8h"))
    assert late(one, by, "2026-11-23 17:00") == late(one, by, "2026-11-23 18:00") == (0, 0)
    assert late(one, by, "2026-11-24 10:00") == (HOUR, 1)
    assert late(one, by, "2026-11-30 10:00") == (37 * HOUR, 5)


def test_days_are_those_of_the_clocks_own_calendar_and_zone():
    by = simple(row("first_response", "9h", on=M))
    assert late(ticket("2026-12-30 05:00", response("2027-01-12 06:00")), by, "2027-01-12 07:00") == (
        9 * HOUR + HOUR,
        2,
    )
    east = calendar("east", zone="Asia/Vladivostok")
    by = simple(row("first_response", "8h", on=east))
    one = ticket("2026-11-23 02:00", response("2026-11-23 18:00"))
    assert only_clock(one, by, "2026-11-23 19:00").due_at == at("2026-11-23 10:00")
    assert late(one, by, "2026-11-23 19:00") == (HOUR, 1)


def test_midnight_is_the_end_of_a_day_for_a_deadline_and_for_a_stop():
    by = simple(row("first_response", "24h", on=ROUND_THE_CLOCK))
    one = ticket("2026-11-23 03:00", response("2026-11-25 03:00"))
    assert only_clock(one, by, "2026-11-25 04:00").due_at == at("2026-11-24 03:00")
    assert late(one, by, "2026-11-25 04:00") == (24 * HOUR, 1)
    assert late(ticket("2026-11-23 03:00", response("2026-11-24 04:00")), by, "2026-11-25 04:00") == (HOUR, 1)


def test_pauses_behind_the_deadline_are_not_taken_off():
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-24 10:00", PENDING),
        message("2026-11-24 16:00"),
        response("2026-11-24 17:00"),
    )
    assert late(one, simple(row("first_response", "8h")), "2026-11-25 10:00") == (8 * HOUR, 1)


def test_a_stop_before_the_end_of_a_pause_around_the_deadline_is_in_time():
    one = ticket(
        "2026-11-23 10:00",
        promise("2026-11-23 11:00", "2026-11-25 15:00"),
        status("2026-11-24 10:00", PENDING),
        closed("2026-11-27 10:00"),
    )
    found = only_clock(one, BOTH, "2026-11-27 11:00", "resolution")
    assert (found.state, found.late_seconds, found.late_days) == (ClockState.MET, 0, 0)


def test_a_promise_that_was_broken_is_late_from_its_date_on():
    one = ticket("2026-11-23 10:00", promise("2026-11-23 11:00", "2026-11-24"), closed("2026-11-26 10:00"))
    assert late(one, BOTH, "2026-11-26 11:00", "resolution") == (10 * HOUR, 2)


def test_a_target_that_a_change_put_into_the_past_is_late_from_there():
    by = simple(row("resolution", "4h", priority_is(HIGH)), row("resolution", "16h"))
    one = ticket("2026-11-23 10:00", priority("2026-11-23 16:00", HIGH), closed("2026-11-23 17:00"))
    assert late(one, by, "2026-11-24 10:00", "resolution") == (3 * HOUR, 0)


def test_a_cancelled_clock_that_had_been_breached_is_late_until_it_was_called_off():
    one = ticket("2026-11-23 10:00", closed("2026-11-24 11:00"))
    made = decided(one, simple(row("first_response", "8h")), "2026-11-25 10:00").clocks[0]
    assert (made.state, made.late_seconds, made.late_days) == (ClockState.MISSED, 2 * HOUR, 1)
