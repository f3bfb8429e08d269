"""The check of a receipt by somebody who has nothing else: no policy, no calendar, no network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decisions import ClockState, Interval
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.deadlines import Span
from bridge.policies.clocks.receipt import BEFORE_START, DAY_COUNTED, PAUSE
from bridge.tickets import Instant, format_instant, parse_instant


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
    elif clock.get("state") == ClockState.PAUSED:
        due = None
        if lines and lines[-1].counted:
            problems.append("the clock is paused, but its ledger ends counting")
    elif amount.kind is AmountKind.WORKING_DAYS:
        due = _due_by_days(lines, started_at, amount, zone, problems)
    else:
        due = reached(lines, started_at, amount.value)
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


def reached(lines: Sequence[Interval], start: Instant, seconds: int) -> Instant | None:
    """Return when `seconds` have been counted, the start itself for none; None where the lines hold fewer."""
    return _use_up([line for line in lines if line.counted], seconds) if seconds else start


def _use_up(lines: Sequence[Interval], seconds: int) -> Instant | None:
    for line in lines:
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
    due: Instant | None = _same_time(lines, last, start, zone) if amount.same_time else last.start
    worked = [line for line in lines if line.counted or line.reason == PAUSE]
    for pause in _pauses(lines):
        if due is None or due <= pause.start:
            break
        # Where a pause begins before the deadline, all the working time in it is given back.
        upto = sum(max(0, min(line.end, due) - line.start) for line in worked)
        due = _use_up(worked, upto + pause.end - pause.start)
    return due


def _pauses(lines: Sequence[Interval]) -> list[Span]:
    """Return when each pause began, with as many seconds as there is working time in it."""
    found: list[Span] = []
    ongoing = False
    for line in lines:
        if line.reason == PAUSE:
            if line.start == line.end or not ongoing:
                found.append(Span(line.start, line.start))
            began, so_far, _ = found[-1]
            found[-1] = Span(began, so_far + line.end - line.start)
            ongoing = True
        elif line.counted:
            ongoing = False
    return [pause for pause in found if pause.end > pause.start]


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
        if line.start == line.end:
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


def _local(zone: ZoneInfo, at: Instant) -> datetime:
    return datetime.fromtimestamp(at, zone)
