"""What the calendar says when it refuses, word for word where a person acts on it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from bridge.errors import CalendarError, CalendarInvalid
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar

NAIVE = datetime(2025, 4, 7, 10)
OTHER_NAIVE = datetime(2025, 4, 8, 10)
AWARE = datetime(2025, 4, 7, 10, tzinfo=UTC)
ADVICE = "has no time zone. pass an aware datetime, such as one with tzinfo=UTC"


@pytest.mark.parametrize(
    ("start", "end", "named"),
    [(NAIVE, AWARE, NAIVE), (AWARE, NAIVE, NAIVE), (NAIVE, OTHER_NAIVE, NAIVE), ("2025", AWARE, "2025")],
)
def test_the_moment_without_a_zone_is_named(d: WorkCalendar, start, end, named):
    with pytest.raises(CalendarError) as caught:
        d.between(start, end)
    assert str(caught.value) == f"{named!r} {ADVICE}"


@pytest.mark.parametrize("amount", [timedelta(hours=1), Amount.parse("1h")])
def test_a_start_without_a_zone_is_named(d: WorkCalendar, amount):
    with pytest.raises(CalendarError) as caught:
        d.add(NAIVE, amount)
    assert str(caught.value) == f"{NAIVE!r} {ADVICE}"


def test_what_is_no_amount_is_named_with_what_to_pass(d: WorkCalendar):
    with pytest.raises(CalendarError) as caught:
        d.add(AWARE, 8)
    assert str(caught.value) == "8 is no amount of time. pass Amount.parse('8h') or a timedelta"


def test_a_negative_amount_is_answered_with_the_other_question(d: WorkCalendar):
    with pytest.raises(CalendarError) as caught:
        d.add(AWARE, timedelta(hours=-1))
    assert str(caught.value) == "the amount is negative: -1 day, 23:00:00. deadlines only lie ahead; use between"


def test_the_longest_span_that_is_not_beyond_all_reason_is_refused_like_any_other(calendar):
    always = calendar({"mon-sun": "00:00-24:00"}, zone="UTC")
    with pytest.raises(CalendarError, match="less working time"):
        always.add(datetime(1990, 1, 2, tzinfo=UTC), timedelta(days=366 * 110))


@pytest.mark.parametrize(
    ("start", "end"), [("1989-12-31 23:00", "2025-04-07 10:00"), ("2025-04-07 10:00", "2100-01-02 00:00")]
)
def test_a_receipt_that_leaves_the_horizon_on_either_side_is_refused(d: WorkCalendar, at, start, end):
    with pytest.raises(CalendarError, match="horizon"):
        list(d.intervals(int(at(start).timestamp()), int(at(end).timestamp())))


def test_the_first_day_of_the_horizon_is_told_and_the_day_before_is_refused(d: WorkCalendar):
    assert d.day(date(1990, 1, 1)).kind == "working"
    with pytest.raises(CalendarError, match=re.escape("calendars reach from 1990 to 2100, 1989-12-31 lies outside")):
        d.day(date(1989, 12, 31))


def test_a_problem_of_the_definition_has_its_code_and_the_plain_words():
    with pytest.raises(CalendarInvalid) as caught:
        build_calendar({"id": "x", "zone": "Nowhere", "week": {"mon": "09:00-18:00"}, "Xtra": 1})
    problems = {problem.path: problem for problem in caught.value.problems}
    assert set(problems) == {"zone", "Xtra"}
    assert (problems["zone"].code, problems["Xtra"].code) == ("bad_value", "unknown_key")
    assert not problems["zone"].message.startswith("Value error")
