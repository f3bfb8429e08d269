"""Dates promised by hand: which texts are one, and when it is."""

import re
from datetime import date, datetime, timedelta

from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.tickets import FieldValue, Instant, parse_instant

_DAY = (
    r"(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<day_first>\d{1,2})\.(?P<month_second>\d{1,2})\.(?P<year_last>\d{4}))"
)
_LOCAL = re.compile(_DAY + r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?")
_ONE_DAY = Amount(AmountKind.WORKING_DAYS, 1)


def promised_at(value: FieldValue, calendar: WorkCalendar) -> Instant:
    """Return the instant that an agent promised.

    Read are instants such as `2026-11-20T07:00:00Z`, and in the calendar's zone `2026-11-20 10:00`, `20.11.2026 10:00`, and
    a day alone, which ends at its close, or at midnight where it is none of work. Raises ValueError for anything else, and
    for a date beyond the calendar's horizon.
    """
    text = " ".join(str(value).split())
    found = _LOCAL.fullmatch(text)
    at = parse_instant(text.replace(" ", "T", 1)) if found is None else _local(found, calendar)
    try:
        calendar.years_at(at)
    except CalendarError as error:
        raise ValueError(str(error)) from None
    return at


def _local(found: re.Match[str], calendar: WorkCalendar) -> Instant:
    part = found.groupdict()
    day = date(
        int(part["year"] or part["year_last"]),
        int(part["month"] or part["month_second"]),
        int(part["day"] or part["day_first"]),
    )
    if part["hour"] is None:
        return _close_of(day, calendar)
    hour, minute, second = int(part["hour"]), int(part["minute"]), int(part["second"] or 0)
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=calendar.zone)
    return int(local.timestamp())


def _close_of(day: date, calendar: WorkCalendar) -> Instant:
    if day in (date.min, date.max):
        raise ValueError(f"{day} is out of every calendar's horizon")
    eve, following = (
        int(datetime(one.year, one.month, one.day, 12, tzinfo=calendar.zone).timestamp())
        for one in (day - timedelta(days=1), day + timedelta(days=1))
    )
    try:
        closes = calendar.due(eve, _ONE_DAY)
        if closes != calendar.due(following - 86_400, _ONE_DAY):
            return closes
    except CalendarError as error:
        raise ValueError(str(error)) from None
    midnight = day + timedelta(days=1)
    return int(datetime(midnight.year, midnight.month, midnight.day, tzinfo=calendar.zone).timestamp())
