"""A calendar compiled to sorted whole seconds, so that one bisection answers each question."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR, CalendarDays
from bridge.policies.calendar.windows import DAY_SECONDS
from bridge.tickets import Instant

EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
ORIGIN_YEAR = 2020
_MARGIN_DAYS = 3
_JUMP_SECONDS = 20 * 3600
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock time, before any zone is applied


def instant_of(zone: ZoneInfo, ordinal: int, wall_seconds: int) -> Instant:
    """Return the instant at which the zone's clocks show `wall_seconds` after midnight of the day.

    A time in a gap is read with the offset before it, one that occurs twice is its first occurrence (RFC 5545, PEP
    495 fold=0).
    """
    wall = (ordinal - EPOCH_ORDINAL) * DAY_SECONDS + wall_seconds
    offset: timedelta = zone.utcoffset(_NAIVE_EPOCH + timedelta(0, wall))  # type: ignore[assignment]
    return wall - offset.days * DAY_SECONDS - offset.seconds


def local_of(zone: ZoneInfo, at: Instant) -> tuple[int, int]:
    """Return the calendar date (as ordinal) and the seconds since midnight on the zone's clocks at the instant."""
    local = datetime.fromtimestamp(at, zone)
    return local.toordinal(), local.hour * 3600 + local.minute * 60 + local.second


@lru_cache(maxsize=64)
def skipped_dates(zone: ZoneInfo) -> frozenset[int]:
    """Return the dates within the horizon, as ordinals, that the zone left out when it crossed the date line (Apia 2011)."""
    found: set[int] = set()
    for year in range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR):
        first, end = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        # Such a jump stays, so the offsets around the year tell it; the rest of the year need not be walked.
        if instant_of(zone, end, 0) - instant_of(zone, first, 0) < (end - first) * DAY_SECONDS - _JUMP_SECONDS:
            found.update(one for one in range(first, end) if instant_of(zone, one + 1, 0) <= instant_of(zone, one, 0))
    return frozenset(found)


def cut_windows(days: CalendarDays, zone: ZoneInfo, first: int, end: int) -> Iterator[tuple[Instant, Instant, int]]:
    """Yield (open, close, day) of all windows that open on the days `first`..`end`-1: sorted, apart, never empty.

    Where a change of the clocks makes windows touch, cross or vanish, what is left counts once, for the earlier window.
    """
    week = days.week
    exceptions = days.exceptions(date.fromordinal(first).year, date.fromordinal(end - 1).year)
    cut: list[tuple[Instant, Instant, int]] = []
    for ordinal in range(first, end):
        day = exceptions.get(ordinal)
        windows = week[(ordinal + 6) % 7] if day is None else day.windows
        for window in windows:
            opens, closes = instant_of(zone, ordinal, window.opens), instant_of(zone, ordinal, window.closes)
            cut.append((opens, closes, ordinal))
    cut.sort()
    reached = cut[0][0] if cut else 0
    for opens, closes, ordinal in cut:
        begins = opens if opens > reached else reached  # noqa: FURB136 - max() costs a fifth of the compilation
        if closes > begins:
            yield begins, closes, ordinal
            reached = closes


class TimeSpans(NamedTuple):
    """Compiled years as time spans: `start`, `end`, `opens` and `closes` since the epoch, `ends` as time worked."""

    start: timedelta
    end: timedelta
    opens: list[timedelta]
    closes: list[timedelta]
    ends: list[timedelta]


@dataclass(frozen=True, kw_only=True)
class CompiledYears:
    """The windows of the years `first_year`..`end_year`-1, sorted. It answers for the instants `start <= at < end`.

    Window number i is [opens[i], closes[i]); ends[i] is the working time from the calendar's origin to closes[i],
    negative before the origin. The first and the last window are empty ones outside, so that every instant has one
    window behind it and one ahead.
    `days` are the working dates as ordinals, `day_closes` when the last window of each closes.
    """

    first_year: int
    end_year: int
    start: Instant
    end: Instant
    opens: list[Instant]
    closes: list[Instant]
    ends: list[int]
    days: list[int]
    day_closes: list[Instant]

    @cached_property
    def spans(self) -> TimeSpans:
        """The same windows for questions that come as datetimes.

        Searching for a timedelta among timedeltas is exact to the microsecond, and takes half the time of turning it
        into whole seconds and the answer back.
        """
        columns = ([timedelta(0, each) for each in column] for column in (self.opens, self.closes, self.ends))
        return TimeSpans(timedelta(0, self.start), timedelta(0, self.end), *columns)


NOTHING_COMPILED = CompiledYears(
    first_year=ORIGIN_YEAR, end_year=ORIGIN_YEAR, start=0, end=0, opens=[], closes=[], ends=[], days=[], day_closes=[]
)
"""No year: every question to it makes the calendar compile some."""


def compile_years(days: CalendarDays, zone: ZoneInfo, first_year: int, end_year: int) -> CompiledYears:
    """Return the windows of these years, which must contain the origin's."""
    first, last = date(first_year, 1, 1).toordinal(), date(end_year, 1, 1).toordinal()
    start, end = instant_of(zone, first, 0), instant_of(zone, last, 0)
    outside = start - _MARGIN_DAYS * DAY_SECONDS
    opens, closes, ends = [outside], [outside], [0]
    day_closes: dict[int, Instant] = {}
    total = 0
    # Two days ahead of the first instant answered for: a window over midnight may reach into it.
    for opened, closed, ordinal in cut_windows(days, zone, first - 2, last):
        total += closed - opened
        opens.append(opened)
        closes.append(closed)
        ends.append(total)
        day_closes[ordinal] = closed
    outside = end + _MARGIN_DAYS * DAY_SECONDS
    opens.append(outside)
    closes.append(outside)
    ends.append(total)
    origin = instant_of(zone, date(ORIGIN_YEAR, 1, 1).toordinal(), 0)
    index = bisect_right(opens, origin) - 1
    shift = ends[index] - max(0, closes[index] - origin)
    return CompiledYears(
        first_year=first_year,
        end_year=end_year,
        start=start,
        end=end,
        opens=opens,
        closes=closes,
        ends=[worked - shift for worked in ends],
        days=list(day_closes),
        day_closes=list(day_closes.values()),
    )


def widened(years: CompiledYears, at_year: int) -> tuple[int, int]:
    """Return the first and the end year to compile so that `at_year` is held too; growing by halves, a long walk costs little."""
    first, end = years.first_year, max(years.end_year, ORIGIN_YEAR + 5)
    if at_year < first:
        first = max(HORIZON_FIRST_YEAR, min(at_year, first - 5))
    if at_year >= end:
        end = min(HORIZON_END_YEAR, max(at_year + 2, end + (end - first) // 2))
    return first, end
