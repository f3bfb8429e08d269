"""Receipts: the ledger behind a clock, and its check by anybody who has nothing but the ledger.

A ledger tells every second from the ticket's creation to the deadline (or to the stop, or to now, whichever is later) in
order and without a hole: counted or not, and why. `verify` reads it back with no policy, no calendar and no network.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decisions import Interval
from bridge.policies.calendar import WorkCalendar
from bridge.policies.cycles import Cycle
from bridge.policies.deadlines import PLAIN_TIME, Span
from bridge.policies.durations import Amount, AmountKind
from bridge.tickets import Instant, format_instant, parse_instant

PAUSE = "pause"
BEFORE_START = "before_start"
CALENDAR_TIME = "calendar_time"
DAY_COUNTED = "day_counted"


def ledger_of(cycle: Cycle, now: Instant, *, created_at: Instant, language: str) -> tuple[Interval, ...]:
    """Return the ledger of a cycle whose state at `now` is settled. `language` is that of the holidays' names."""
    start = cycle.start
    end = max(start, cycle.due or 0, now if cycle.stopped_at is None else cycle.stopped_at)
    allowance = cycle.allowance
    days = allowance.amount if allowance is not None and cycle.promise is None else None
    if days is not None and days.same_time and cycle.due is not None:
        end = max(end, cycle.calendar.due(start, Amount(days.kind, days.value)))
    if cycle.flow is PLAIN_TIME:
        stretches: Iterator[Interval] = iter(
            (Interval(start=start, end=end, counted=True, reason=CALENDAR_TIME),) if start < end else ()
        )
    else:
        stretches = cycle.calendar.intervals(start, end, language=language)
    lines = list(_paused(stretches, cycle.pauses))
    if days is not None and days.kind is AmountKind.WORKING_DAYS:
        lines = _with_days(lines, cycle, days, end)
    if created_at < start:
        lines.insert(0, Interval(start=created_at, end=start, counted=False, reason=BEFORE_START))
    return tuple(lines)


def _paused(stretches: Iterator[Interval], pauses: Sequence[Span]) -> Iterator[Interval]:
    """Yield the stretches with the counted time inside pauses cut out; pauses say nothing about time that never counts."""
    for stretch in stretches:
        if not stretch.counted:
            yield stretch
            continue
        at = stretch.start
        for start, end, label in pauses:
            if end <= at:
                continue
            if start >= stretch.end:
                break
            if at < start:
                yield _part(stretch, at, start)
            at, begin = min(end, stretch.end), max(start, at)
            yield Interval(start=begin, end=at, counted=False, reason=PAUSE, detail=label)
        if at < stretch.end:
            yield _part(stretch, at, stretch.end)


def _part(stretch: Interval, start: Instant, end: Instant) -> Interval:
    return Interval(start=start, end=end, counted=True, reason=stretch.reason, detail=stretch.detail)


def _with_days(lines: Sequence[Interval], cycle: Cycle, amount: Amount, end: Instant) -> list[Interval]:
    """Return the lines with a mark at the close of every working day that is counted."""
    calendar = cycle.calendar
    marks = []
    for number in range(1, amount.value + 1):
        closes = calendar.due(cycle.start, Amount(AmountKind.WORKING_DAYS, number))
        if closes > end:
            break
        day = _day_that_closes(calendar, closes).isoformat()
        marks.append(Interval(start=closes, end=closes, counted=False, reason=DAY_COUNTED, detail=day))
    return _cut_at(lines, marks)


def _day_that_closes(calendar: WorkCalendar, closes: Instant) -> date:
    """Return the working day whose last window ends at `closes`: with windows over midnight, the date before."""
    day = _local(calendar.zone, closes - 1).date()
    eve = datetime.combine(day - timedelta(days=1), time(12), tzinfo=calendar.zone)
    first_after = calendar.due(int(eve.timestamp()), Amount(AmountKind.WORKING_DAYS, 1))
    return day if first_after == closes else day - timedelta(days=1)


def _cut_at(lines: Sequence[Interval], marks: Sequence[Interval]) -> list[Interval]:
    cut: list[Interval] = []
    waiting = list(marks)
    for line in lines:
        at = line.start
        while waiting and waiting[0].start < line.end:
            mark = waiting.pop(0)
            if mark.start > at:
                cut.append(
                    Interval(start=at, end=mark.start, counted=line.counted, reason=line.reason, detail=line.detail)
                )
                at = mark.start
            cut.append(mark)
        cut.append(Interval(start=at, end=line.end, counted=line.counted, reason=line.reason, detail=line.detail))
    return [*cut, *waiting]


def _local(zone: ZoneInfo, at: Instant) -> datetime:
    return datetime.fromtimestamp(at, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a ledger itself says. `due_at` is None where the amount is not used up within it; `problems` name every
    difference from what the clock claims, and every hole."""

    due_at: Instant | None
    elapsed_seconds: int
    problems: tuple[str, ...] = ()


def verify(clock: Mapping[str, Any]) -> Verification:
    """Return deadline and elapsed time re-derived from a clock's JSON with its receipt alone, to the second.

    A date promised by hand cannot be derived: it is taken as it stands. Raises ValueError for JSON that is no such clock.
    """
    try:
        receipt = clock["receipt"]
        lines = [_line(one) for one in receipt["ledger"]]
        started_at, at = parse_instant(clock["started_at"]), parse_instant(receipt["at"])
        zone = ZoneInfo(receipt["zone"])
        target = clock["target"]
        stopped_at = _instant(clock["stopped_at"])
        claimed_due, claimed_elapsed = _instant(clock["due_at"]), clock["elapsed_seconds"]
        amount = None if target == "promise" else Amount.parse(target)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is no clock with a receipt: {error!r}") from error
    problems = list(_holes(lines))
    lines = [line for line in lines if line.reason != BEFORE_START]
    if lines and lines[0].start != started_at:
        problems.append(f"the ledger begins at {format_instant(lines[0].start)}, the clock at {clock['started_at']}")
    elapsed = _counted(lines, at if stopped_at is None else stopped_at)
    if amount is None:
        due = claimed_due
    elif amount.kind is AmountKind.WORKING_DAYS:
        due = _due_by_days(lines, started_at, amount, zone, problems)
    else:
        due = _reached(lines, started_at, amount.value)
    if due != claimed_due:
        problems.append(f"due at {_shown(due)} by the ledger, at {_shown(claimed_due)} by the clock")
    if elapsed != claimed_elapsed:
        problems.append(f"{elapsed} seconds elapsed by the ledger, {claimed_elapsed} by the clock")
    return Verification(due_at=due, elapsed_seconds=elapsed, problems=tuple(problems))


def _line(one: Mapping[str, Any]) -> Interval:
    return Interval(
        start=parse_instant(one["start"]),
        end=parse_instant(one["end"]),
        counted=bool(one["counted"]),
        reason=str(one["reason"]),
        detail=str(one.get("detail", "")),
    )


def _instant(value: object) -> Instant | None:
    return None if value is None else parse_instant(value)


def _shown(instant: Instant | None) -> str:
    return "no time" if instant is None else format_instant(instant)


def _holes(lines: Sequence[Interval]) -> Iterator[str]:
    for before, line in pairwise(lines):
        if line.start != before.end:
            yield f"between {format_instant(before.end)} and {format_instant(line.start)} the ledger is not continuous"


def _counted(lines: Sequence[Interval], until: Instant) -> int:
    return sum(max(0, min(line.end, until) - line.start) for line in lines if line.counted)


def _reached(lines: Sequence[Interval], start: Instant, seconds: int) -> Instant | None:
    """Return when `seconds` have been counted, the start itself for none."""
    if not seconds:
        return start
    for line in lines:
        if line.counted:
            length = line.end - line.start
            if length >= seconds:
                return line.start + seconds
            seconds -= length
    return None


def _due_by_days(
    lines: Sequence[Interval], start: Instant, amount: Amount, zone: ZoneInfo, problems: list[str]
) -> Instant | None:
    """Return the close of the last counted day (or the start's time of day on it), moved by the working time in pauses."""
    if not amount.value:
        return start
    marks = [line for line in lines if line.reason == DAY_COUNTED]
    problems.extend(_wrong_days(lines, marks, start, zone))
    if len(marks) < amount.value:
        return None
    last = marks[amount.value - 1]
    due = _same_time(lines, last, start, zone) if amount.same_time else last.start
    given_back = sum(max(0, min(line.end, due) - line.start) for line in lines if line.reason == PAUSE)
    if not given_back:
        return due
    return _reached(lines, start, _counted(lines, due) + given_back)


def _wrong_days(lines: Sequence[Interval], marks: Sequence[Interval], start: Instant, zone: ZoneInfo) -> Iterator[str]:
    """Tell of marked days out of order or without work, and of working days before the last mark that are not marked."""
    stretches = list(_stretches(lines))
    marked = [date.fromisoformat(mark.detail) for mark in marks]
    own = _local(zone, start).date()
    for day, before, mark in zip(marked, [own, *marked], marks, strict=False):
        if day <= before:
            yield f"{day} does not follow {before}"
        if not any(stretch.start < mark.start <= stretch.end for stretch in stretches):
            yield f"no working time ends at the close of {day}"
    for stretch in stretches:
        first, last = _local(zone, stretch.start), _local(zone, stretch.end)
        day = first.date()
        # Time after midnight may belong to the day before, so only the day work begins on and whole days must be there.
        while day == first.date() or day < last.date():
            if own < day < max(marked, default=own) and day not in marked:
                yield f"{day} was worked and is not counted"
            day += timedelta(days=1)


def _stretches(lines: Sequence[Interval]) -> Iterator[Span]:
    """Yield the time that was worked, paused or not, neighbours joined."""
    open_since: Instant | None = None
    end = 0
    for line in lines:
        if line.reason == DAY_COUNTED:
            continue
        works = line.counted or line.reason == PAUSE
        if works and open_since is None:
            open_since = line.start
        elif not works and open_since is not None:
            yield Span(open_since, end)
            open_since = None
        end = line.end
    if open_since is not None:
        yield Span(open_since, end)


def _same_time(lines: Sequence[Interval], last: Interval, start: Instant, zone: ZoneInfo) -> Instant:
    """Return the start's time of day on the last day: in a gap the next opening, after hours the close."""
    clock = datetime.fromtimestamp(start, zone).time()
    same = int(datetime.combine(date.fromisoformat(last.detail), clock, tzinfo=zone).astimezone(UTC).timestamp())
    if same >= last.end:
        return last.end
    ahead = (line for line in lines if line.end > same and (line.counted or line.reason == PAUSE))
    return next((max(same, line.start) for line in ahead), same)
