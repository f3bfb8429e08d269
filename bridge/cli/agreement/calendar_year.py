"""A calendar's year for people: every month with its days off and short days, the totals, and what makes them differ."""

import calendar as months
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from bridge.policies.calendar.days import DayKind
from bridge.policies.calendar.definition import SeasonModel
from bridge.policies.calendar.intervals import Day, Totals
from bridge.policies.calendar.windows import Window
from bridge.policies.calendar.work_calendar import WorkCalendar

_WEEK = "Mo Tu We Th Fr Sa Su"
_PLAIN = frozenset({DayKind.WORKING, DayKind.WEEKEND})


def days_of(calendar: WorkCalendar, year: int) -> Iterator[Day]:
    """Yield every day of the year."""
    first = date(year, 1, 1)
    return (calendar.day(first + timedelta(days=number)) for number in range(365 + months.isleap(year)))


def seasons_of(calendar: WorkCalendar, year: int) -> Iterator[SeasonModel]:
    """Yield the seasons that have days in the year."""
    return (one for one in calendar.definition.seasons if next(one.span.ordinals(year), None) is not None)


def _week(week: Mapping[str, tuple[Window, ...]]) -> str:
    """Return a week in one line, neighbours with the same windows together."""
    runs = [
        (windows, [day for day, _ in days]) for windows, days in groupby(week.items(), key=itemgetter(1)) if windows
    ]
    named = ((days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}", windows) for windows, days in runs)
    return ", ".join(f"{days} {' '.join(map(str, windows))}" for days, windows in named) or "closed"


def year_lines(calendar: WorkCalendar, year: int) -> Iterator[str]:
    """Yield the year as text: `*` behind a day marks a day off, `-` a short day, `+` a working day off."""
    days = {one.date: one for one in days_of(calendar, year)}
    yield f"{calendar.id} {year} ({calendar.zone.key}); * day off, - short day, + working day off"
    yield from (f"season {one.id}, {one.from_} to {one.until}: {_week(one.week)}" for one in seasons_of(calendar, year))
    for month in range(1, 13):
        yield ""
        yield f"{months.month_name[month]} {year}"
        yield "  ".join(f"{name:<2}" for name in _WEEK.split())
        for week in months.Calendar().monthdatescalendar(year, month):
            yield " ".join(_cell(days.get(one), month) for one in week).rstrip()
    yield ""
    yield from (
        f"{one.date} {one.date:%a}  {one.kind.value:<16} {_hours(one):<24} {one.reason}{f' ({one.source})' if one.source else ''}"
        for one in days.values()
        if one.kind not in _PLAIN
    )
    yield ""
    yield totals_line(calendar.totals(year))


def totals_line(totals: Totals) -> str:
    """Return a year's sums in one line, beside the published ones where there are any."""
    text = (
        f"{totals.year}: {totals.working_days} working days, {totals.short_days} short,"
        f" {totals.norm_hours} h of a 40-hour week, {totals.worked_seconds / 3600:g} h by this calendar's windows"
    )
    if totals.published is not None:
        text += f"; published: {totals.published.working_days} days, {totals.published.hours} h"
        text += "" if totals.as_published else " - DIFFERENT"
    return text + ("; provisional" if totals.provisional else "")


def _cell(day: Day | None, month: int) -> str:
    if day is None or day.date.month != month:
        return "   "
    mark = " " if day.windows else "*"
    if day.short:
        mark = "-"
    if day.kind is DayKind.WORKING_WEEKEND:
        mark = "+"
    return f"{day.date.day:>2}{mark}"


def _hours(day: Day) -> str:
    return " ".join(str(window) for window in day.windows) or "closed"
