"""What the lines of a ledger say by themselves: the time they count, when an amount is used up, which days count."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bridge.decisions import Interval
from bridge.policies.calendar.amounts import Amount
from bridge.policies.clocks.receipt import BEFORE_START, CALENDAR_TIME, DAY_COUNTED, PAUSE
from bridge.tickets import Instant, format_instant

COUNTED_REASONS = frozenset({"working", "short_day", "working_weekend", CALENDAR_TIME})
_REASONS = COUNTED_REASONS | {"closed", "weekend", "holiday", "day_off", PAUSE, BEFORE_START, DAY_COUNTED}
_MOMENTS = frozenset({PAUSE, DAY_COUNTED})
"""Reasons that a line of no length may have."""


def wrong_lines(lines: Sequence[Interval]) -> Iterator[str]:
    """Yield what no ledger can say: holes, time that runs backwards, reasons that contradict what is counted."""
    for number, line in enumerate(lines):
        at = format_instant(line.start)
        if line.end < line.start or (line.end == line.start and line.reason not in _MOMENTS):
            yield f"the line at {at} ends at {format_instant(line.end)}"
        yield from _wrong_reason(line, at)
        if line.reason == BEFORE_START and number:
            yield f"the line at {at} says that the clock had not begun, which only the first can"
    for before, line in pairwise(lines):
        if line.start != before.end:
            yield f"between {format_instant(before.end)} and {format_instant(line.start)} the ledger is not continuous"


def _wrong_reason(line: Interval, at: str) -> Iterator[str]:
    if line.reason not in _REASONS:
        yield f"the line at {at} has the reason {line.reason!r}, which there is not"
    elif line.counted != (line.reason in COUNTED_REASONS):
        yield f"the line at {at} is {'' if line.counted else 'not '}counted for the reason {line.reason!r}"
    if line.reason == DAY_COUNTED and line.start != line.end:
        yield f"the mark at {at} of a counted day has a length"


def counted(lines: Iterable[Interval], until: Instant) -> int:
    """Return the seconds that the lines count up to an instant."""
    return sum(max(0, min(line.end, until) - line.start) for line in lines if line.counted)


def reached(lines: Sequence[Interval], start: Instant, seconds: int) -> Instant | None:
    """Return when `seconds` have been counted, the start itself for none; None where the lines hold fewer."""
    return used_up([line for line in lines if line.counted], start, seconds)


def used_up(lines: Iterable[Interval], start: Instant, seconds: int) -> Instant | None:
    """Return when the lines, one after the other, have lasted `seconds`; the start itself for none."""
    return _use_up(lines, seconds) if seconds > 0 else start


def _use_up(lines: Iterable[Interval], seconds: int) -> Instant | None:
    for line in lines:
        length = line.end - line.start
        if length >= seconds:
            return line.start + seconds
        seconds -= length
    return None


class _WorkedTime(NamedTuple):
    """Working time `[start, end)`; for a pause, its beginning and as many seconds as there is working time in it."""

    start: Instant
    end: Instant


def due_by_days(
    lines: Sequence[Interval], start: Instant, amount: Amount, zone: ZoneInfo, problems: list[str]
) -> Instant | None:
    """Return the close of the last counted day (or the start's time of day on it), moved by the working time in pauses."""
    problems.extend(_wrong_days(lines, [line for line in lines if line.reason == DAY_COUNTED], start, zone))
    due = due_without_pauses(lines, start, amount, zone)
    return _moved_by_pauses(due, lines) if due is not None and amount.value else due


def due_without_pauses(lines: Sequence[Interval], start: Instant, amount: Amount, zone: ZoneInfo) -> Instant | None:
    """Return the deadline in working days as it would be without pauses; None where the lines do not reach it."""
    if not amount.value:
        return start
    closes = [line for line in lines if line.reason == DAY_COUNTED]
    if len(closes) < amount.value:
        return None
    last = closes[amount.value - 1]
    return _same_time(lines, last, start, zone) if amount.same_time else last.start


def worked(lines: Iterable[Interval]) -> list[Interval]:
    """Return the lines of working time, counted or paused."""
    return [line for line in lines if line.start < line.end and (line.counted or line.reason == PAUSE)]


def lasting(lines: Iterable[Interval], until: Instant) -> int:
    """Return the seconds of the lines up to an instant, whatever they say."""
    return sum(max(0, min(line.end, until) - line.start) for line in lines)


def _moved_by_pauses(due: Instant, lines: Sequence[Interval]) -> Instant | None:
    """Return the deadline with all the working time given back of every pause that begins before it."""
    worked = [line for line in lines if line.counted or line.reason == PAUSE]
    moved: Instant | None = due
    for pause in _pauses(lines):
        if moved is None or moved <= pause.start:
            break
        until = sum(max(0, min(line.end, moved) - line.start) for line in worked)
        moved = _use_up(worked, until + pause.end - pause.start)
    return moved


def _pauses(lines: Sequence[Interval]) -> list[_WorkedTime]:
    """Return when each pause began, with as many seconds as there is working time in it."""
    found: list[_WorkedTime] = []
    ongoing = False
    for line in lines:
        if line.reason == PAUSE:
            # A line of no length says that a pause begins after hours: another one, whatever stands before it.
            if line.start == line.end or not ongoing:
                found.append(_WorkedTime(line.start, line.start))
            began, so_far = found[-1]
            found[-1] = _WorkedTime(began, so_far + line.end - line.start)
            ongoing = True
        elif line.counted:
            ongoing = False
    return [pause for pause in found if pause.end > pause.start]


def _wrong_days(lines: Sequence[Interval], closes: Sequence[Interval], start: Instant, zone: ZoneInfo) -> Iterator[str]:
    """Yield what is wrong with the days that are counted, and the worked days before the last of them that are not."""
    worked = list(worked_times(lines))
    counted = [date.fromisoformat(close.detail) for close in closes]
    own = _local(zone, start).date()
    for day, before, close in zip(counted, [own, *counted], closes, strict=False):
        if day <= before:
            yield f"{day} does not follow {before}"
        if not any(one.start < close.start <= one.end for one in worked):
            yield f"no working time ends at the close of {day}"
    last = max(counted, default=own)
    for one in worked:
        for day in days_begun(one, zone):
            if own < day < last and day not in counted:
                yield f"{day} was worked and is not counted"


def days_begun(worked: _WorkedTime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the days that the working time surely belongs to: the one it begins on, and whole ones.

    Time after midnight may belong to the day before.
    """
    first, last = _local(zone, worked.start).date(), _local(zone, worked.end).date()
    yield first
    between = (first + timedelta(days=number) for number in range(1, (last - first).days))
    # A date that the zone left out (Apia 2011) was no day, however long the work around it lasted.
    yield from (day for day in between if _local(zone, _noon(day, zone)).date() == day)


def _noon(day: date, zone: ZoneInfo) -> Instant:
    return int(datetime(day.year, day.month, day.day, 12, tzinfo=zone).timestamp())


def worked_times(lines: Sequence[Interval]) -> Iterator[_WorkedTime]:
    """Yield the time that was worked, paused or not, neighbours joined."""
    lasting = (line for line in lines if line.start < line.end)
    for works, neighbours in groupby(lasting, key=lambda line: line.counted or line.reason == PAUSE):
        if works:
            joined = list(neighbours)
            yield _WorkedTime(joined[0].start, joined[-1].end)


def _same_time(lines: Sequence[Interval], last: Interval, start: Instant, zone: ZoneInfo) -> Instant:
    """Return the start's time of day on the last day: in a gap the next opening, after hours the close."""
    clock = _local(zone, start).time()
    same = int(datetime.combine(date.fromisoformat(last.detail), clock, tzinfo=zone).astimezone(UTC).timestamp())
    if same >= last.end:
        return last.end
    # A line of no length only says where a pause began after hours; nobody works there.
    worked = (line for line in lines if line.start < line.end and (line.counted or line.reason == PAUSE))
    ahead = (line for line in worked if line.end > same)
    return next((max(same, line.start) for line in ahead), same)


def _local(zone: ZoneInfo, at: Instant) -> datetime:
    return datetime.fromtimestamp(at, zone)
