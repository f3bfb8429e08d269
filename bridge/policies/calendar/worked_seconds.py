"""The whole-second core of a calendar: how much has been worked by when, and when so much will have been worked."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.compiled_years import (
    NOTHING_COMPILED,
    ORIGIN_YEAR,
    CompiledYears,
    compile_years,
    instant_of,
    local_of,
    widened,
)
from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR, CalendarDays
from bridge.tickets import Instant, format_instant


class WorkedSeconds:
    """Counts the working seconds of one calendar. Instants are whole POSIX seconds.

    Years are compiled when first asked for, from 1 January 1990 up to 1 January 2100 in the calendar's zone. An
    instant outside raises CalendarError, and so does an amount that cannot be reached inside.
    """

    def __init__(self, calendar_id: str, zone: ZoneInfo, days: CalendarDays) -> None:
        self.id = calendar_id
        self.zone = zone
        self._days = days
        # Two threads may both compile more years: the results agree, and the last one stays.
        self._years = NOTHING_COMPILED

    def worked(self, at: Instant) -> int:
        """Return the working seconds from the origin (1 January 2020) to `at`, negative before it; only differences count."""
        years = self._years
        if not years.start <= at < years.end:
            years = self.years_at(at)
        index = bisect_right(years.opens, at) - 1
        left = years.closes[index] - at
        return years.ends[index] - left if left > 0 else years.ends[index]

    def reach(self, worked: int) -> Instant:
        """Return the earliest instant by which `worked` seconds passed, never an opening; CalendarError out of the horizon."""
        years = self._years
        ends = years.ends
        if not ends or not ends[0] < worked <= ends[-1]:
            years = self._years_of(worked)
            ends = years.ends
        index = bisect_left(ends, worked)
        return years.closes[index] + worked - ends[index]

    def windows(self, start: Instant, end: Instant) -> Iterator[tuple[Instant, Instant]]:
        """Yield opening and close of each window between two instants, cut at both; each belongs to the day it opens on."""
        years = self.years_at(start, end - 1)
        for index in range(bisect_right(years.closes, start), bisect_left(years.opens, end)):
            opens, closes = max(years.opens[index], start), min(years.closes[index], end)
            if opens < closes:
                yield opens, closes

    def due(self, start: Instant, amount: Amount) -> Instant:
        """Return when the amount has run out, counted from `start`.

        Working time and calendar time of zero give the start. Working days follow arts. 191 and 194 of the Russian
        Civil Code: the start's own date does not count, and the N-th working day after it runs to its last close.
        With `same_time` it is due at the start's time of day on that day: in a gap at the next opening, after hours
        at the day's last close.
        """
        if amount.kind is AmountKind.CALENDAR_TIME:
            self.years_at(start)
            self.years_at(start + amount.value)
            return start + amount.value
        if not amount.value:
            self.years_at(start)
            return start
        if amount.kind is AmountKind.WORKING_TIME:
            return self.reach(self.worked(start) + amount.value)
        years = self.years_at(start)
        ordinal, wall_seconds = local_of(self.zone, start)
        while (index := bisect_right(years.days, ordinal) + amount.value - 1) >= len(years.days):
            if years.end_year >= HORIZON_END_YEAR:
                raise CalendarError(
                    f"calendar {self.id} has no {amount} from {format_instant(start)} on before {HORIZON_END_YEAR}",
                    hint="check the amount, and the calendar's week and dated rules",
                )
            years = self._widen(years, years.end_year)
        closes = years.day_closes[index]
        if not amount.same_time:
            return closes
        same = instant_of(self.zone, years.days[index], wall_seconds)
        if same >= closes:
            return closes
        window = bisect_right(years.opens, same) - 1
        return same if same < years.closes[window] else years.opens[window + 1]

    def days_between(self, start: Instant, end: Instant) -> int:
        """Return how many working days there are after the day of `start` up to that of `end`, by their dates in the zone.

        Midnight is the end of a day. Negative where `end` lies before.
        """
        days = self.years_at(start - 1, end - 1).days
        first, last = (local_of(self.zone, at - 1)[0] for at in (start, end))
        return bisect_right(days, last) - bisect_right(days, first)

    def day_of_close(self, closes: Instant) -> date:
        """Return the working day whose last window ends at `closes`, as `due` gives it: an earlier date for a night shift."""
        years = self._years
        # The last night of the horizon closes outside of it.
        if not years.day_closes or not years.day_closes[0] <= closes <= years.day_closes[-1]:
            years = self.years_at(closes - 1)
        return date.fromordinal(years.days[bisect_left(years.day_closes, closes)])

    def years_at(self, *instants: Instant) -> CompiledYears:
        """Return compiled years that hold the instants; it compiles more, or raises CalendarError at the horizon."""
        years = self._years
        for at in instants:
            if years.start <= at < years.end:
                continue
            try:
                year = datetime.fromtimestamp(at, self.zone).year
            except (OverflowError, ValueError, OSError):
                year = 0
            if not HORIZON_FIRST_YEAR <= year < HORIZON_END_YEAR:
                shown = f"{at} (POSIX seconds)" if not year else format_instant(at)
                raise CalendarError(
                    f"{shown} is out of the calendar's horizon, which is {HORIZON_FIRST_YEAR} to {HORIZON_END_YEAR}",
                    hint="check the year of the date",
                )
            years = self._widen(years, year)
        return years

    def _years_of(self, worked: int) -> CompiledYears:
        """Return compiled years inside which `worked` is reached, compiling more when needed."""
        years = self._years if self._years.ends else self._widen(self._years, ORIGIN_YEAR)
        while not years.ends[0] < worked <= years.ends[-1]:
            if worked > years.ends[-1] and years.end_year < HORIZON_END_YEAR:
                years = self._widen(years, years.end_year)
            elif worked <= years.ends[0] and years.first_year > HORIZON_FIRST_YEAR:
                years = self._widen(years, years.first_year - 1)
            else:
                raise self._unreachable()
        return years

    def _unreachable(self) -> CalendarError:
        return CalendarError(
            f"calendar {self.id} has less working time between {HORIZON_FIRST_YEAR} and {HORIZON_END_YEAR}",
            hint="check the amount, and the calendar's week and dated rules",
        )

    def _widen(self, years: CompiledYears, year: int) -> CompiledYears:
        first_year, end_year = widened(years, year)
        self._years = years = compile_years(self._days, self.zone, first_year, end_year)
        return years
