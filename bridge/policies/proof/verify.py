"""The check of a receipt by somebody who has nothing else: no policy, no calendar, no network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bridge.decisions import ClockState, Interval
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.receipt import BEFORE_START, DAY_COUNTED, PAUSE
from bridge.policies.proof.lateness import wrong_lateness
from bridge.policies.proof.thresholds import Measured, wrong_thresholds
from bridge.tickets import Instant, format_instant, instant_text, parse_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a ledger itself says. `due_at` is None where the amount is not used up within it; `problems` name every
    difference from what the clock claims, and every hole."""

    due_at: Instant | None
    elapsed_seconds: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What a clock with a receipt claims, read from its JSON. `amount` None stands for a date promised by hand."""

    lines: list[Interval]
    at: Instant
    zone: ZoneInfo
    amount: Amount | None
    is_paused: bool
    started_at: Instant
    stopped_at: Instant | None
    due_at: Instant | None
    elapsed_seconds: int

    @classmethod
    def of(cls, clock: Mapping[str, Any]) -> "_Claim":
        """Return the claim in a clock's JSON. Raises ValueError for JSON that is no such clock."""
        try:
            receipt, target = clock["receipt"], clock["target"]
            return cls(
                lines=[_line(one) for one in receipt["ledger"]],
                at=parse_instant(receipt["at"]),
                zone=ZoneInfo(receipt["zone"]),
                amount=None if target == "promise" else Amount.parse(target),
                is_paused=clock.get("state") == ClockState.PAUSED,
                started_at=parse_instant(clock["started_at"]),
                stopped_at=_instant(clock["stopped_at"]),
                due_at=_instant(clock["due_at"]),
                elapsed_seconds=clock["elapsed_seconds"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"this is no clock with a receipt: {error!r}") from error


def verify(clock: Mapping[str, Any]) -> Verification:
    """Return deadline and elapsed time re-derived from a clock's JSON with its receipt alone, to the second.

    A date promised by hand cannot be derived: it is taken as it stands. Raises ValueError for JSON that is no such clock.
    """
    claim = _Claim.of(clock)
    problems = list(_holes(claim.lines))
    lines = [line for line in claim.lines if line.reason != BEFORE_START]
    if lines and lines[0].start != claim.started_at:
        begins = format_instant(lines[0].start)
        problems.append(f"the ledger begins at {begins}, the clock at {clock['started_at']}")
    elapsed = _counted(lines, claim.at if claim.stopped_at is None else claim.stopped_at)
    due = _due(claim, lines, problems)
    if due != claim.due_at:
        problems.append(f"due at {_shown(due)} by the ledger, at {_shown(claim.due_at)} by the clock")
    if elapsed != claim.elapsed_seconds:
        problems.append(f"{elapsed} seconds elapsed by the ledger, {claim.elapsed_seconds} by the clock")
    measured = Measured(lines=lines, amount=claim.amount, started_at=claim.started_at, due_at=claim.due_at, at=claim.at)
    try:
        problems.extend(wrong_thresholds(clock.get("thresholds", ()), measured))
        until = claim.at if claim.stopped_at is None else claim.stopped_at
        problems.extend(wrong_lateness(clock, lines, claim.due_at, until, claim.zone))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is no clock with a receipt: {error!r}") from error
    return Verification(due_at=due, elapsed_seconds=elapsed, problems=tuple(problems))


def _due(claim: _Claim, lines: Sequence[Interval], problems: list[str]) -> Instant | None:
    """Return the deadline that the lines give; what they contradict by themselves is added to the problems."""
    if claim.amount is None:
        return claim.due_at
    if claim.is_paused:
        if lines and lines[-1].counted:
            problems.append("the clock is paused, but its ledger ends counting")
        return None
    if claim.amount.kind is AmountKind.WORKING_DAYS:
        return _due_by_days(lines, claim.started_at, claim.amount, claim.zone, problems)
    return reached(lines, claim.started_at, claim.amount.value)


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
    return instant_text(instant) or "no time"


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


class _WorkedTime(NamedTuple):
    """Working time `[start, end)`; for a pause, its beginning and as many seconds as there is working time in it."""

    start: Instant
    end: Instant


def _due_by_days(
    lines: Sequence[Interval], start: Instant, amount: Amount, zone: ZoneInfo, problems: list[str]
) -> Instant | None:
    """Return the close of the last counted day (or the start's time of day on it), moved by the working time in pauses."""
    if not amount.value:
        return start
    closes = [line for line in lines if line.reason == DAY_COUNTED]
    problems.extend(_wrong_days(lines, closes, start, zone))
    if len(closes) < amount.value:
        return None
    last = closes[amount.value - 1]
    return _moved_by_pauses(_same_time(lines, last, start, zone) if amount.same_time else last.start, lines)


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
    worked = list(_worked_times(lines))
    counted = [date.fromisoformat(close.detail) for close in closes]
    own = _local(zone, start).date()
    for day, before, close in zip(counted, [own, *counted], closes, strict=False):
        if day <= before:
            yield f"{day} does not follow {before}"
        if not any(one.start < close.start <= one.end for one in worked):
            yield f"no working time ends at the close of {day}"
    last = max(counted, default=own)
    for one in worked:
        for day in _days_begun(one, zone):
            if own < day < last and day not in counted:
                yield f"{day} was worked and is not counted"


def _days_begun(worked: _WorkedTime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the days that the working time surely belongs to: the one it begins on, and whole ones.

    Time after midnight may belong to the day before.
    """
    first, last = _local(zone, worked.start).date(), _local(zone, worked.end).date()
    yield first
    yield from (first + timedelta(days=number) for number in range(1, (last - first).days))


def _worked_times(lines: Sequence[Interval]) -> Iterator[_WorkedTime]:
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
