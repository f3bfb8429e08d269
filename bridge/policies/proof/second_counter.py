"""A second opinion on deadlines (BX-8): the same question, answered slowly and plainly by code of its own.

Nothing here uses the calendar's engine. From the definition as its author wrote it this module decides by itself what
each day is, turns its windows into instants, and then walks through time in steps of at most a minute.
It is some thousand times slower than the engine, and it is meant to be read. Only files (`.ics`, CSV) are read by the
common readers: what they list belongs to the definition.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.definition import WEEKDAYS, CalendarModel, OffRule, ShortRule, WorkRule
from bridge.policies.calendar.windows import DateSpan, Window
from bridge.policies.proof.second_days import Opinion, holds, lasts_on, open_source
from bridge.tickets import Instant

_STEP = 60
_NOON = 12 * 3600
_DAY = timedelta(days=1)
_END_OF_TIME = date(2100, 1, 1)
Pause = tuple[Instant, Instant]
"""A half-open pause `[start, end)`."""

_Opening = tuple[Instant, Instant]
"""A window of a date as the instants at which it opens and closes."""


class SecondCounter:
    """Counts working time on a calendar's definition, in whole POSIX seconds and independently of `WorkCalendar`."""

    def __init__(self, definition: CalendarModel, files: Mapping[str, bytes] | None = None) -> None:
        self._definition = definition
        self._zone = ZoneInfo(definition.zone)
        self._week = [definition.week[day] for day in WEEKDAYS]
        contents = files or {}
        self._sources = [open_source(written, definition, self.week_of, contents) for written in definition.holidays]
        self._openings: dict[date, list[_Opening]] = {}

    def between(self, start: Instant, end: Instant, *, pauses: Sequence[Pause] = ()) -> int:
        """Return the working seconds from `start` to `end` outside the pauses; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start, pauses=pauses)
        return sum(length for _, length in self._counted(start, pauses, end))

    def due(self, start: Instant, amount: Amount, *, pauses: Sequence[Pause] = ()) -> Instant:
        """Return when `amount` from `start` has run out; pauses give back the time that would have counted in them.

        Raises CalendarError when that never happens before 2100.
        """
        if not amount.value:
            return start
        if amount.kind is AmountKind.CALENDAR_TIME:
            return self._spent(start, amount.value, _plain_time(start, pauses))
        if amount.kind is AmountKind.WORKING_TIME:
            return self._spent(start, amount.value, self._counted(start, pauses))
        due = self._working_days(start, amount)
        if not pauses:
            return due
        worked = self.between(start, due)
        return self._spent(start, worked, self._counted(start, pauses)) if worked else due

    def _spent(self, start: Instant, seconds: int, steps: Iterable[tuple[Instant, int]]) -> Instant:
        left = seconds
        for at, length in steps:
            if length >= left:
                return at + left
            left -= length
        raise CalendarError(f"{seconds} seconds from {start} are not reached before {_END_OF_TIME.year}")

    def _counted(
        self, start: Instant, pauses: Sequence[Pause], end: Instant | None = None
    ) -> Iterator[tuple[Instant, int]]:
        """Yield (instant, seconds) for each counted step; none is longer than a minute or crosses a change.

        A change is an instant at which a window opens or closes, or a pause begins or ends.
        """
        at = start
        day = self._local(at).date() - 2 * _DAY
        while day < _END_OF_TIME and (end is None or at < end):
            windows = self._windows_around(day)
            # Everything before the day after next's midnight is decided by the windows of these days.
            midnight = self._instant(day + _DAY, 0)
            limit = midnight if end is None else min(end, midnight)
            yield from _steps(at, limit, windows, pauses)
            at = max(at, limit)
            day += _DAY

    def _working_days(self, start: Instant, amount: Amount) -> Instant:
        """Return the last close of the N-th working day after the start's date, or the start's time of day then."""
        local = self._local(start)
        day, left = local.date(), amount.value
        while left:
            day += _DAY
            if day >= _END_OF_TIME:
                raise CalendarError(f"{amount} from {start} are not reached before {_END_OF_TIME.year}")
            left -= bool(self._openings_of(day))
        closes = max(closed for _, closed in self._openings_of(day))
        if not amount.same_time:
            return closes
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        same = self._instant(day, seconds)
        if same >= closes:
            return closes
        windows = self._windows_around(day)
        if _within(same, windows):
            return same
        return min(opened for opened, _ in windows if opened > same)

    def _windows_around(self, day: date) -> list[_Opening]:
        """Return the windows that can reach into the day: its own, those over the midnights on both sides.

        Where a zone left out the date before, the night of the date before that one reaches into the day.
        """
        return [opening for offset in (-2, -1, 0, 1) for opening in self._openings_of(day + offset * _DAY)]

    def _openings_of(self, day: date) -> list[_Opening]:
        """Return the day's windows as instants; a window that a change of the clocks swallows is none."""
        if day not in self._openings:
            resolved = [
                (self._instant(day, window.opens), self._instant(day, window.closes)) for window in self.windows(day)
            ]
            self._openings[day] = sorted(opening for opening in resolved if opening[0] < opening[1])
        return self._openings[day]

    def _instant(self, day: date, wall_seconds: int) -> Instant:
        """Return the instant of a wall-clock time, read with fold=0 as the standard library does."""
        wall = datetime.combine(day, time()) + timedelta(seconds=wall_seconds)
        return int(wall.replace(tzinfo=self._zone).timestamp())

    def _local(self, at: Instant) -> datetime:
        return datetime.fromtimestamp(at, UTC).astimezone(self._zone)

    def week_of(self, day: date) -> list[tuple[Window, ...]]:
        """Return the week that holds on the date, from Monday on: that of its season, or the usual one."""
        for season in self._definition.seasons:
            if lasts_on(day, season.from_, season.until):
                return [season.week[name] for name in WEEKDAYS]
        return self._week

    def windows(self, day: date) -> list[Window]:
        """Return the windows of a date: dated rules over holidays over the season's week over the usual one."""
        if self._local(self._instant(day, _NOON)).date() != day:
            return []  # The zone left this date out: at no moment do its clocks show it.
        off, worked, shortened = self._rules(day)
        if off:
            return []
        if worked is not None:
            return _cut(worked, shortened or 0)
        pattern, short = self._by_sources(day)
        by_law = self._definition.short_by if short else 0
        return _cut(pattern, by_law if shortened is None else shortened)

    def _by_sources(self, day: date) -> tuple[Iterable[Window], bool]:
        """Return the day's windows as the holidays leave them, and whether the day is short."""
        opinions = [source(day) for source in self._sources]
        if any(opinion.off for opinion in opinions):
            return (), False
        exchange = next((opinion for opinion in opinions if opinion.worked is not None), Opinion(worked=()))
        usual = () if exchange.own else self.week_of(day)[day.weekday()]
        return usual or exchange.worked or (), any(opinion.short for opinion in opinions)

    def _rules(self, day: date) -> tuple[bool, tuple[Window, ...] | None, int | None]:
        """Return what the dated rules say of the day: off, worked by windows, shortened; a year outranks none."""
        off, worked, shortened = False, None, None
        for with_year in (False, True):
            for rule in self._definition.rules:
                match rule:
                    case OffRule() if _named(day, rule.off, with_year):
                        off, worked = True, None
                    case WorkRule() if _named(day, rule.work, with_year):
                        off, worked = False, rule.windows
                    case ShortRule() if _named(day, rule.short, with_year):
                        shortened = rule.by
        return off, worked, shortened


def _steps(
    at: Instant, limit: Instant, windows: Sequence[_Opening], pauses: Sequence[Pause]
) -> Iterator[tuple[Instant, int]]:
    """Yield the counted steps from `at` to `limit`, all of whose windows are given."""
    changes = [instant for period in (*windows, *pauses) for instant in period]
    while at < limit:
        following = min([limit, *(instant for instant in changes if instant > at)])
        step = min(_STEP, following - at)
        if _within(at, windows) and not _within(at, pauses):
            yield at, step
            at += step
        else:
            at = following


def _within(at: Instant, periods: Iterable[tuple[Instant, Instant]]) -> bool:
    return any(first <= at < end for first, end in periods)


def _cut(windows: Iterable[Window], seconds: int) -> list[Window]:
    """Return the windows without the last `seconds` of working time."""
    left, kept = seconds, list(windows)
    while left and kept:
        last = kept.pop()
        if last.closes - last.opens > left:
            kept.append(Window(last.opens, last.closes - left))
            left = 0
        else:
            left -= last.closes - last.opens
    return kept


def _named(day: date, spans: Iterable[DateSpan], with_year: bool) -> bool:  # noqa: FBT001 - both ways, one after the other
    return any(holds(span, day) for span in spans if span.yearly is not with_year)


def _plain_time(start: Instant, pauses: Sequence[Pause]) -> Iterator[tuple[Instant, int]]:
    """Yield the pieces of calendar time from `start` on that lie outside the pauses."""
    at = start
    for since, until in sorted(pauses):
        if since > at:
            yield at, since - at
        at = max(at, until)
    yield at, 1 << 40
