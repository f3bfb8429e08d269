"""The reader of iCalendar files: what it refuses before the packages behind it see it, and what a day of an event is."""

import time
from datetime import date

import pytest

from bridge.files import icalendar
from bridge.files.icalendar import RuleRefused, occurrences, read_events, series

LAST = date(2099, 12, 31)


def calendar(*events):
    body = "".join("BEGIN:VEVENT\r\n" + "\r\n".join(lines) + "\r\nEND:VEVENT\r\n" for lines in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


def days(*lines):
    (group,) = series(read_events(calendar(lines)))
    return [(str(first), str(last)) for _, first, last in occurrences(group, LAST)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["DTSTART;VALUE=DATE:20261201", "DURATION:P5D"], ("2026-12-01", "2026-12-05")),
        (["DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261203"], ("2026-12-01", "2026-12-02")),
        (
            ["DTSTART;TZID=Europe/Moscow:20261201T000000", "DTEND;TZID=Europe/Moscow:20261202T000000"],
            ("2026-12-01", "2026-12-01"),
        ),
        (["DTSTART:20261201T220000", "DTEND:20261202T060000"], ("2026-12-01", "2026-12-02")),
        (["DTSTART:20261201T220000"], ("2026-12-01", "2026-12-01")),
        (["DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261201"], ("2026-12-01", "2026-12-01")),
    ],
)
def test_an_end_at_midnight_belongs_to_the_day_before(lines, found):
    assert days(*lines) == [found]


def test_an_event_that_begins_beside_its_own_rule_does_not_take_place_then():
    assert days("DTSTART;VALUE=DATE:20261101", "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1;COUNT=2") == [
        ("2026-12-01", "2026-12-01"),
        ("2027-12-01", "2027-12-01"),
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=2",
        "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=9",
        "COUNT=2",
    ],
)
def test_a_repetition_that_may_never_end_is_refused_before_it_is_followed(rule):
    begun = time.process_time()
    with pytest.raises(RuleRefused):
        days("DTSTART:20260101T100000", f"RRULE:{rule}")
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=DAILY;COUNT=5001", "FREQ=YEARLY;BYDAY=MO,TU,WE"])
def test_more_than_five_thousand_occurrences_are_refused(rule):
    with pytest.raises(ValueError, match="more than 5,000 times"):
        days("DTSTART;VALUE=DATE:20260101", f"RRULE:{rule}")
    assert len(days("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;COUNT=5000")) == 5000


def test_a_file_of_too_many_events_is_refused(monkeypatch):
    monkeypatch.setattr(icalendar, "MAX_EVENTS", 2)
    event = ["DTSTART;VALUE=DATE:20260101"]
    assert len(read_events(calendar(event, event))) == 2
    with pytest.raises(ValueError, match="more than 2 events"):
        read_events(calendar(event, event, event))


@pytest.mark.parametrize("name", ["DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE"])
def test_a_date_that_cannot_be_read_is_refused_wherever_it_stands(name):
    start = [] if name == "DTSTART" else ["DTSTART;VALUE=DATE:20260101"]
    with pytest.raises(ValueError, match="'someday' is no date of an event"):
        days(*start, f"{name}:someday")


def test_an_event_knows_its_line_and_keeps_its_order():
    event = ["SUMMARY:x", "DTSTART;VALUE=DATE:20260101"]
    assert [found.line for found in read_events(calendar(event, event))] == [3, 7]
