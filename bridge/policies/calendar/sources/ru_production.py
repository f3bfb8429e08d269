"""The Russian production calendar for the five-day week: arts. 95 and 112 of the Labour Code and the yearly decrees.

Days off, transfers and working weekends come from the `holidays` package. What it does not know is derived here:
short days (art. 95), the moves that art. 112 makes by itself in years without a decree, and how far the decrees
reach.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import holidays

from bridge.errors import CalendarError
from bridge.policies.calendar.days import DayKind, MarkedDay
from bridge.policies.calendar.sources.holidays_package import HOLIDAYS_VERSION, country_holidays, transfers

_MOVED_BUT_MISSING = {date(2014, 3, 10): date(2014, 3, 8)}
"""Art. 112 moved the Saturday of 8 March 2014 to Monday; the package does not have that day."""

_SHORT_BY_LIST = frozenset({date(2014, 2, 24)})
"""Decree 444 took the day off of Monday 24 February 2014 away, and the day was worked as a pre-holiday one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A year's published norm of the 40-hour week, and the Government's decree on the transfers of that year."""

    decree_date: str
    decree_number: str
    working_days: int
    hours: int


PUBLISHED: Mapping[int, Published] = {
    year: Published(decree_date=day, decree_number=number, working_days=days, hours=hours)
    for year, day, number, days, hours in (
        (2013, "15.10.2012", "1048", 247, 1970),
        (2014, "28.05.2013", "444", 247, 1970),
        (2015, "27.08.2014", "860", 247, 1971),
        (2016, "24.09.2015", "1017", 247, 1974),
        (2017, "04.08.2016", "756", 247, 1973),
        (2018, "14.10.2017", "1250", 247, 1970),
        (2019, "01.10.2018", "1163", 247, 1970),
        (2020, "10.07.2019", "875", 248, 1979),
        (2021, "10.10.2020", "1648", 247, 1972),
        (2022, "16.09.2021", "1564", 247, 1973),
        (2023, "29.08.2022", "1505", 247, 1973),
        (2024, "10.08.2023", "1314", 248, 1979),
        (2025, "04.10.2024", "1335", 247, 1972),
        (2026, "24.09.2025", "1466", 247, 1972),
        (2027, "17.09.2026", "1187", 247, 1972),
    )
}

_PRESIDENTIAL = (
    (date(2020, 3, 30), date(2020, 4, 3), "25.03.2020", "206"),
    (date(2020, 4, 4), date(2020, 4, 30), "02.04.2020", "239"),
    (date(2020, 5, 6), date(2020, 5, 8), "28.04.2020", "294"),
    (date(2020, 6, 24), date(2020, 6, 24), "29.05.2020", "345"),
    (date(2020, 7, 1), date(2020, 7, 1), "01.06.2020", "354"),
    (date(2021, 5, 4), date(2021, 5, 7), "23.04.2021", "242"),
    (date(2021, 10, 30), date(2021, 11, 7), "20.10.2021", "595"),
)
"""Paid non-working days declared by the President outside the transfer decrees: first day, last day, decree."""


class RuProduction:
    """`ru-production` as a source of holidays.

    `full_week`: the calendar works all seven days. Then no weekly day of rest exists that could be transferred, and
    no day is short: only the holidays of art. 112 themselves are off. `presidential_days`: the non-working days of
    2020-2021 are off too.
    """

    name = f"ru-production (holidays {HOLIDAYS_VERSION})"
    valid_from: date | None = date(2013, 1, 1)
    """Art. 112 has its present list of holidays since 2013; earlier years are computed, but provisional."""

    def __init__(self, *, full_week: bool = False, presidential_days: bool = False) -> None:
        self._full_week = full_week
        self._presidential = (
            {
                ordinal: (day, number)
                for first, last, day, number in _PRESIDENTIAL
                for ordinal in range(first.toordinal(), last.toordinal() + 1)
            }
            if presidential_days
            else {}
        )

    @cached_property
    def valid_through(self) -> date:
        """The last day of the last year whose transfer decree the installed package knows."""
        decreed = getattr(country_holidays("RU"), "special_public_holidays", None)
        if not decreed:
            raise CalendarError(
                f"holidays {HOLIDAYS_VERSION} carries no Russian transfer decrees",
                hint="install holidays>=0.107",
            )
        return date(max(decreed), 12, 31)

    def marked_days(self, first_year: int, last_year: int) -> Mapping[int, MarkedDay]:
        """Return the marked days of the years, holidays on weekends included."""
        # The package answers about working weekends only for years that were asked for by name, and a swap may reach
        # into the neighbour year: hence the wider range.
        years = range(first_year - 1, last_year + 2)
        data = country_holidays("RU", years=years)
        statutory = _statutory(years)
        marks = self._off(data, statutory, years)
        if self._full_week:
            marks = {ordinal: mark for ordinal, mark in marks.items() if mark.kind is DayKind.HOLIDAY}
        else:
            marks |= self._worked(data, statutory, marks)
        for ordinal in self._presidential:
            if ordinal not in marks or marks[ordinal].kind is DayKind.WORKING:
                marks[ordinal] = MarkedDay(kind=DayKind.DAY_OFF)
        first, last = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        return {ordinal: mark for ordinal, mark in marks.items() if first <= ordinal <= last}

    def _off(
        self, data: holidays.HolidayBase, statutory: frozenset[date], years: Iterable[int]
    ) -> dict[int, MarkedDay]:
        """Return the holidays, the days off that decrees moved, and those that the law itself moves."""
        moved = [day.toordinal() for day in (*data, *_MOVED_BUT_MISSING) if day not in statutory]
        moved += [ordinal for year in years for ordinal in self._moved_by_law(year, statutory)]
        off = {day.toordinal(): MarkedDay(kind=DayKind.HOLIDAY) for day in data if day in statutory}
        return off | dict.fromkeys(moved, MarkedDay(kind=DayKind.DAY_OFF))

    def _worked(
        self, data: holidays.HolidayBase, statutory: frozenset[date], off: Mapping[int, MarkedDay]
    ) -> dict[int, MarkedDay]:
        """Return the working weekends and the short days (art. 95: an hour less right before a public holiday)."""
        eves = {day.toordinal() - 1 for day in statutory}
        worked = {
            worked.toordinal(): MarkedDay(
                kind=DayKind.WORKING_WEEKEND,
                # Such a Saturday is worked in place of its weekday: it is short when that weekday would have been.
                short=not eves.isdisjoint((worked.toordinal(), rest.toordinal())),
                like=rest.toordinal(),
            )
            for rest, worked in transfers(data)
            if worked in data.weekend_workdays
        }
        _refuse_lost_swaps(day for day in data.weekend_workdays if day.toordinal() not in worked)
        short = eves.difference(off, worked) | {day.toordinal() for day in _SHORT_BY_LIST}
        return worked | dict.fromkeys(short, MarkedDay(kind=DayKind.WORKING, short=True))

    def _moved_by_law(self, year: int, statutory: frozenset[date]) -> Iterator[int]:
        """Yield the days off of a year without a decree: by art. 112 a holiday on a weekend moves its day off to the next
        working day; the January ones wait for the decree."""
        if year <= self.valid_through.year:
            return
        taken = {day.toordinal() for day in statutory}
        for day in sorted(day for day in statutory if day.year == year and day.month > 1):
            if day.weekday() < 5:
                continue
            moved = day.toordinal() + 1
            while moved in taken or date.fromordinal(moved).weekday() > 4:
                moved += 1
            taken.add(moved)
            yield moved

    def title(self, ordinal: int, mark: MarkedDay, language: str) -> str:
        """Return the holiday's name, where a day off came from, or what makes the day a short or a worked one."""
        day = date.fromordinal(ordinal)
        russian = language == "ru"
        if mark.kind is DayKind.WORKING:
            return "Предпраздничный день, ст. 95 ТК РФ" if russian else "Eve of a public holiday, Labour Code art. 95"
        if mark.kind is DayKind.WORKING_WEEKEND and mark.like is not None:
            name = "Рабочий день вместо" if russian else "Worked in place of"
            return f"{name} {date.fromordinal(mark.like):%d.%m.%Y}{_decree(day.year, russian=russian)}"
        data = country_holidays("RU", years=day.year, language="ru" if russian else "en_US")
        if (moved_from := dict(transfers(data)).get(day)) is not None:
            name = "Выходной, перенесён с" if russian else "Day off moved from"
            return f"{name} {moved_from:%d.%m.%Y}{_decree(day.year, russian=russian)}"
        known: str | None = data.get(day)
        return known if known is not None else self._other_title(ordinal, russian=russian)

    def _other_title(self, ordinal: int, *, russian: bool) -> str:
        """Return the title of a day off that the package does not know."""
        if ordinal not in self._presidential:
            return "Выходной, перенесён по ст. 112 ТК РФ" if russian else "Day off moved by Labour Code art. 112"
        signed, number = self._presidential[ordinal]
        if russian:
            return f"Нерабочий день, указ Президента от {signed} № {number}"
        return f"Non-working day, President's decree of {signed} No. {number}"


def _refuse_lost_swaps(lost: Iterable[date]) -> None:
    if day := min(lost, default=None):
        raise CalendarError(
            f"holidays {HOLIDAYS_VERSION} does not say which day off {day} was swapped with",
            hint="report this version: its data has a shape we do not know",
        )


def _statutory(years: Iterable[int]) -> frozenset[date]:
    """Return the holidays that art. 112 names, without any day that was moved."""
    data = country_holidays("RU", observed=False)
    # Emptied on this instance only: what remains are the fixed dates of the law.
    data.special_public_holidays = {}
    for year in years:
        data.get(date(year, 1, 1))  # asking is what fills the year
    return frozenset(data)


def _decree(year: int, *, russian: bool) -> str:
    decree = PUBLISHED.get(year)
    if decree is None:
        return ""
    if russian:
        return f", постановление Правительства от {decree.decree_date} № {decree.decree_number}"
    return f", Government decree of {decree.decree_date} No. {decree.decree_number}"
