"""What each day is, for the second opinion: holidays judged by other means than the calendar's own.

The engine takes transfers from the tables of the `holidays` package and the law's dates from an instance without
them. Here both are read off the names that the package gives to days.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from bridge.policies.calendar.days import DayKind
from bridge.policies.calendar.definition import (
    CalendarModel,
    CountrySource,
    CsvFileSource,
    IcsSource,
    RuProductionSource,
    WrittenSource,
)
from bridge.policies.calendar.sources.ics import read_ics
from bridge.policies.calendar.sources.listed_days import ListedDays, read_csv
from bridge.policies.calendar.windows import DateSpan, Window

_DAY = timedelta(days=1)
_PRESIDENTIAL = (
    ("2020-03-30", "2020-04-30"),
    ("2020-05-06", "2020-05-08"),
    ("2020-06-24", "2020-06-24"),
    ("2020-07-01", "2020-07-01"),
    ("2021-05-04", "2021-05-07"),
    ("2021-10-30", "2021-11-07"),
)
_MOVED = " (перенесено с "
_OBSERVED = " (выходной)"


def holds(span: DateSpan, day: date) -> bool:
    """Tell whether the span contains the day."""
    if span.first_year is not None and span.last_year is not None:
        return (span.first_year, *span.first) <= (day.year, day.month, day.day) <= (span.last_year, *span.last)
    today = (day.month, day.day)
    if span.first <= span.last:
        return span.first <= today <= span.last
    return today >= span.first or today <= span.last


def lasts_on(day: date, first: str, last: str) -> bool:
    """Tell whether a season from `first` to `last`, as its author writes them, has the day."""
    begin, end = (tuple(int(number) for number in text.split("-")) for text in (first, last))
    if len(begin) == 3:
        return begin <= (day.year, day.month, day.day) <= end
    today = (day.month, day.day)
    return begin <= today <= end if begin <= end else today >= begin or today <= end


class Opinion(NamedTuple):
    """What a source says of a day: it is off, it is worked in exchange (by these windows), it is short.

    Windows of a worked day that are the source's `own` hold whatever the week says.
    """

    off: bool = False
    worked: tuple[Window, ...] | None = None
    short: bool = False
    own: bool = False


OpinionSource = Callable[[date], Opinion]
"""One source of holidays, asked day by day."""

WeekOf = Callable[[date], Sequence[tuple[Window, ...]]]
"""The week that holds on a date, from Monday on."""


def _first_worked(week: Sequence[tuple[Window, ...]]) -> tuple[Window, ...]:
    return next((windows for windows in week if windows), ())


def _listed(days: ListedDays, week_of: WeekOf, day: date) -> Opinion:
    """Return what a file says of the day."""
    mark = days.marked_days(day.year, day.year).get(day.toordinal())
    if mark is None:
        return Opinion()
    if mark.kind in (DayKind.HOLIDAY, DayKind.DAY_OFF):
        return Opinion(off=True)
    if mark.kind is DayKind.WORKING:
        return Opinion(short=mark.short)
    return Opinion(worked=mark.windows or _first_worked(week_of(day)), short=mark.short, own=bool(mark.windows))


class _Country:
    """A country's public holidays, asked day by day."""

    def __init__(self, written: CountrySource, week_of: WeekOf) -> None:
        self._written = written
        self._week_of = week_of
        self._years: dict[int, holidays.HolidayBase] = {}

    def opinion(self, day: date) -> Opinion:
        around = self._around(day.year)
        if day in around.weekend_workdays:
            return Opinion(worked=self._exchanged(around, day))
        return Opinion(off=day in around)

    def _around(self, year: int) -> holidays.HolidayBase:
        if year not in self._years:
            blank = holidays.country_holidays(self._written.country, subdiv=self._written.region)
            years = [near for near in (year - 1, year, year + 1) if blank.start_year <= near <= blank.end_year]
            self._years[year] = holidays.country_holidays(
                self._written.country, subdiv=self._written.region, years=years
            )
        return self._years[year]

    def _exchanged(self, around: holidays.HolidayBase, day: date) -> tuple[Window, ...]:
        for year in around.years:
            entry = around.special_public_holidays.get(year, ())
            for item in entry if entry and isinstance(entry[0], tuple) else (entry,):
                if len(item) >= 4 and (item[4] if len(item) > 4 else year, item[2], item[3]) == (
                    day.year,
                    day.month,
                    day.day,
                ):
                    return self._week_of(day)[date(year, item[0], item[1]).weekday()]
        return _first_worked(self._week_of(day))


class _Production:
    """The Russian production calendar, read off the names that the package gives its days."""

    def __init__(self, definition: CalendarModel, week_of: WeekOf) -> None:
        self._week_of = week_of
        self._full_week = all(definition.week.values())
        self._presidential = definition.presidential_days
        self._years: dict[int, holidays.HolidayBase] = {}

    def opinion(self, day: date) -> Opinion:
        if self._is_off(day):
            return Opinion(off=True)
        if self._full_week:
            return Opinion()
        short = self._is_statutory(day + _DAY) or day == date(2014, 2, 24)
        russia = self._around(day.year)
        if not (russia.is_working_day(day) and day.weekday() > 4):
            return Opinion(short=short)
        rest = next(free for free, name in russia.items() if f"{_MOVED}{day:%d.%m.%Y})" in name)
        return Opinion(worked=self._week_of(day)[rest.weekday()], short=short or self._is_statutory(rest + _DAY))

    def _is_off(self, day: date) -> bool:
        if self._presidential and any(first <= day.isoformat() <= last for first, last in _PRESIDENTIAL):
            return True
        if self._full_week:
            return self._is_statutory(day)
        return day in self._around(day.year) or day == date(2014, 3, 10) or self._is_moved_to(day)

    def _around(self, year: int) -> holidays.HolidayBase:
        if year not in self._years:
            self._years[year] = holidays.country_holidays("RU", years=range(year - 1, year + 2), language="ru")
        return self._years[year]

    def _is_statutory(self, day: date) -> bool:
        """Tell whether the law itself names the day, whatever else was moved onto it."""
        names = self._around(day.year).get(day, "").split("; ")
        return any(name and _MOVED not in name and not name.endswith(_OBSERVED) for name in names)

    def _is_moved_to(self, day: date) -> bool:
        """Tell whether art. 112 moves a day of rest here, in a year after the last decree."""
        if day.weekday() > 4 or day.year < 2014 or self._is_decreed(day.year):
            return False
        # Walk back over days that are off anyway: a holiday that fell on the weekend before lands here.
        before = day - _DAY
        pending = 0
        while before.weekday() > 4 or self._is_statutory(before):
            fell_on_weekend = self._is_statutory(before) and before.weekday() > 4 and before.month > 1
            pending += fell_on_weekend
            before -= _DAY
        return pending > 0

    def _is_decreed(self, year: int) -> bool:
        return any(_MOVED in name for free, name in self._around(year).items() if free.year == year)


def open_source(
    written: WrittenSource, definition: CalendarModel, week_of: WeekOf, files: Mapping[str, bytes]
) -> OpinionSource:
    """Return what answers for one source of holidays."""
    match written:
        case RuProductionSource():
            return _Production(definition, week_of).opinion
        case CountrySource():
            return _Country(written, week_of).opinion
        case IcsSource():
            zone = ZoneInfo(definition.zone)
            return partial(_listed, read_ics(written.ics, files[written.ics], zone=zone, only=written.only)[0], week_of)
        case CsvFileSource():
            return partial(_listed, read_csv(written.csv, files[written.csv])[0], week_of)
        case _:
            return lambda day: Opinion(off=any(holds(span, day) for span in written.dates))
