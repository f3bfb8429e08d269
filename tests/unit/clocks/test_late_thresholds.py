"""Thresholds behind the deadline, and those that come again."""

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import Point, Threshold
from bridge.policies.calendar.amounts import Amount
from tests.unit.clocks.desk import (
    PENDING,
    D,
    at,
    decided,
    message,
    note,
    only_clock,
    promise,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)


def point(text):
    if text.endswith("after"):
        return {"after": Amount.parse(text.removesuffix("after").strip())}
    return {"share_basis_points": int(text.removesuffix("%")) * 100}


def nagging(amount, text, *, every=None, most=1, metric="first_response"):
    again = None if every is None else Amount.parse(every)
    mark = Threshold(id="nag", **point(text), every=again, most=most, actions=(note("nag"),))
    return simple(row(metric, target(amount, D, mark)))


def reached(one, by, now, metric="first_response"):
    return [(mark.id, mark.at) for mark in only_clock(one, by, now, metric).thresholds]


MONDAY = ticket("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("amount", "text", "expected"),
    [
        ("4h", "150%", "2026-11-23 16:00"),
        ("8h", "150%", "2026-11-24 13:00"),
        ("8h", "2h after", "2026-11-24 11:00"),
        ("4h", "90m after", "2026-11-23 15:30"),
        ("8h", "1wd after", "2026-11-24 18:00"),
        ("4h", "12h calendar after", "2026-11-24 02:00"),
        ("4h", "2d after", "2026-11-25 14:00"),
        ("1wd", "1wd after", "2026-11-25 18:00"),
        ("1wd", "1h after", "2026-11-25 10:00"),
        ("1wd", "200%", "2026-11-26 17:00"),
        ("6h calendar", "150%", "2026-11-23 19:00"),
        ("6h calendar", "3h after", "2026-11-24 10:00"),
        ("8h", "100%", "2026-11-23 18:00"),
    ],
)
def test_a_point_behind_the_deadline_is_walked_on_through_working_time(amount, text, expected):
    by = nagging(amount, text)
    assert reached(MONDAY, by, at(expected) - 1) == []
    assert reached(MONDAY, by, expected) == [("nag", at(expected))]
    assert decided(MONDAY, by, expected).actions[0].key == "nag:first_response:1"


def test_the_next_change_is_the_breach_and_then_the_point_behind_it():
    by = nagging("4h", "2h after")
    assert decided(MONDAY, by, "2026-11-23 12:00").next_change_at == at("2026-11-23 14:00:01")
    assert decided(MONDAY, by, "2026-11-23 14:00:01").next_change_at == at("2026-11-23 16:00")
    assert decided(MONDAY, by, "2026-11-23 16:00").next_change_at is None


def test_a_pause_behind_the_deadline_moves_the_point_and_nothing_strikes_inside_it():
    one = ticket("2026-11-23 10:00", status("2026-11-23 15:00", PENDING), message("2026-11-24 11:00"))
    by = nagging("4h", "2h after")
    paused = decided(one, by, "2026-11-24 10:00")
    assert (paused.state, paused.next_change_at, paused.actions) == (ClockState.OVERDUE, None, ())
    assert reached(one, by, "2026-11-24 11:59:59") == []
    assert reached(one, by, "2026-11-24 12:00") == [("nag", at("2026-11-24 12:00"))]


def test_a_pause_that_began_before_the_deadline_ended_counts_from_where_the_deadline_came_to_lie():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-23 15:00"))
    by = nagging("4h", "1h after")
    assert reached(one, by, "2026-11-23 17:59:59") == []
    assert reached(one, by, "2026-11-23 18:00") == [("nag", at("2026-11-23 18:00"))]


def test_a_share_beyond_a_promised_date_is_a_share_of_the_time_up_to_it():
    one = ticket("2026-11-23 10:00", promise("2026-11-23 10:30", "2026-11-23T11:00:00Z"))
    by = nagging("30h", "150%", metric="resolution")
    assert reached(one, by, "2026-11-23 15:59:59", "resolution") == []
    assert reached(one, by, "2026-11-23 16:00", "resolution") == [("nag", at("2026-11-23 16:00"))]


def test_what_comes_again_names_only_the_latest_time_after_an_outage_and_expects_the_next():
    by = nagging("4h", "2h after", every="4h", most=5)
    times = ["2026-11-23 16:00", "2026-11-24 11:00", "2026-11-24 15:00", "2026-11-25 10:00", "2026-11-25 14:00"]
    for number, (when, following) in enumerate(zip(times, [*times[1:], None], strict=True), start=1):
        made = decided(MONDAY, by, when)
        assert [one.key for one in made.actions] == [f"nag:first_response:1#{number}"]
        assert made.actions[0].not_before == decided(MONDAY, by, at(when) + 60).actions[0].not_before
        assert made.next_change_at == (at(following) if following else None)
        before = decided(MONDAY, by, at(when) - 1).actions
        assert [one.key for one in before] == ([f"nag:first_response:1#{number - 1}"] if number > 1 else [])
    assert reached(MONDAY, by, "2026-12-24 10:00") == [("nag#5", at(times[-1]))]


@pytest.mark.parametrize(
    ("every", "third"),
    [("1wd", "2026-11-25 18:00"), ("1d", "2026-11-25 16:00"), ("9h", "2026-11-25 16:00"), ("18h", "2026-11-27 16:00")],
)
def test_the_time_between_is_of_any_kind(every, third):
    by = nagging("4h", "2h after", every=every, most=3)
    assert reached(MONDAY, by, at(third) - 1)[0][0] == "nag#2"
    assert reached(MONDAY, by, third) == [("nag#3", at(third))]


def test_what_comes_again_waits_in_a_pause():
    one = ticket("2026-11-23 10:00", status("2026-11-23 17:00", PENDING), message("2026-11-25 09:00"))
    by = nagging("4h", "2h after", every="2h", most=9)
    assert reached(one, by, "2026-11-25 08:59") == [("nag#1", at("2026-11-23 16:00"))]
    assert decided(one, by, "2026-11-24 12:00").next_change_at is None
    assert decided(one, by, "2026-11-25 09:00").next_change_at == at("2026-11-25 10:00")


def test_what_comes_again_before_the_deadline_goes_on_behind_it():
    by = nagging("4h", "50%", every="1h", most=4)
    assert reached(MONDAY, by, "2026-11-23 15:30") == [("nag#4", at("2026-11-23 15:00"))]


def test_it_ends_with_the_cycle():
    one = ticket("2026-11-23 10:00", response("2026-11-23 17:30"))
    by = nagging("4h", "2h after", every="1h", most=9)
    assert reached(one, by, "2026-11-23 17:29:59") == [("nag#2", at("2026-11-23 17:00"))]
    made = decided(one, by, "2026-11-23 17:30")
    assert (made.actions, made.next_change_at, made.clocks[0].thresholds) == ((), None, ())


@pytest.mark.parametrize(
    "text", ["75%", "12.5%", "150%", "1h30m before", "2h after", "1wd after", "36h calendar after"]
)
def test_a_point_is_told_as_it_is_written(text):
    from bridge.policies.language.thresholds import parse_point

    assert str(parse_point(text)) == text
    assert parse_point(text).is_late == (text in {"150%", "2h after", "1wd after", "36h calendar after"})
    assert isinstance(parse_point(text), Point)
