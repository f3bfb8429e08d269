"""The week by hours, and the dates that are worked, by the report's calendar."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bridge.policies.calendar.compiled_years import instant_of, local_of
from bridge.policies.calendar.days import HORIZON_FIRST_YEAR
from bridge.policies.figures.model import HeatMap, Period
from bridge.tickets import Instant

_HOURS, _WEEK = 24, 7
_EARLIEST = date(HORIZON_FIRST_YEAR, 1, 3).toordinal()


class WorkingHours(Protocol):
    """A calendar as reports need it."""

    zone: ZoneInfo

    def windows(self, start: Instant, end: Instant) -> Iterator[tuple[Instant, Instant]]:
        """Yield opening and close of each window between two instants, cut at both."""


class WeekCount:
    """How often something happened in each hour of the week, by the clocks of a zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._counts = [[0] * _HOURS for _ in range(_WEEK)]

    def take(self, at: Instant) -> None:
        """Take in an instant."""
        local = datetime.fromtimestamp(at, self._zone)
        self._counts[local.weekday()][local.hour] += 1

    def heat_map(self) -> HeatMap:
        """Return the numbers, Monday first."""
        return tuple(map(tuple, self._counts))


def working_week(calendar: WorkingHours, period: Period) -> HeatMap:
    """Return 1 for each hour of the week whose first instant is worked on at least half of the period's dates of that weekday,
    0 for the others."""
    zone, first, end = calendar.zone, period.since.toordinal(), period.until.toordinal() + 1
    windows = list(calendar.windows(instant_of(zone, first, 0), instant_of(zone, end, 0)))
    opens, closes = [one for one, _ in windows], [one for _, one in windows]
    dates: Counter[int] = Counter()
    worked: Counter[tuple[int, int]] = Counter()
    for ordinal in range(first, end):
        if instant_of(zone, ordinal, 0) >= instant_of(zone, ordinal + 1, 0):
            continue  # A date that the zone left out when it crossed the date line.
        weekday = (ordinal - 1) % _WEEK
        dates[weekday] += 1
        for hour in range(_HOURS):
            at = instant_of(zone, ordinal, hour * 3600)
            index = bisect_right(opens, at) - 1
            worked[weekday, hour] += index >= 0 and at < closes[index]
    return tuple(
        tuple(int(2 * worked[weekday, hour] >= dates[weekday] > 0) for hour in range(_HOURS))
        for weekday in range(_WEEK)
    )


def working_dates(calendar: WorkingHours, first: int, last: int) -> list[int]:
    """Return the dates from `first` to `last`, as ordinals, that are worked: a window opens on them. What lies before the
    calendar's horizon is left out."""
    first = max(first, _EARLIEST)
    if last < first:
        return []
    # From two days before on: a night shift that reaches into the first date is cut there, and opens on an earlier one.
    start, end = (instant_of(calendar.zone, day, 0) for day in (first - 2, last + 1))
    opened = {local_of(calendar.zone, opens)[0] for opens, _ in calendar.windows(start, end)}
    return sorted(one for one in opened if first <= one <= last)


def local_date(at: Instant, zone: ZoneInfo) -> int:
    """Return the date at the instant, as an ordinal."""
    return local_of(zone, at)[0]
