"""Receipts: the ledger behind a clock.

A ledger tells every second from the ticket's creation to the deadline (or to the stop, or to now, whichever is later) in
order and without a hole: counted or not, and why. `verification` reads it back.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter

from bridge.decisions import Grounds, Interval
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.deadlines import FOREVER, PLAIN_TIME, PausedSpan
from bridge.tickets import Instant

PAUSE = "pause"
BEFORE_START = "before_start"
CALENDAR_TIME = "calendar_time"
DAY_COUNTED = "day_counted"


def ledger_of(cycle: Cycle, now: Instant, *, created_at: Instant, language: str) -> tuple[Interval, ...]:
    """Return the ledger of a cycle whose state at `now` is settled. `language` is that of the holidays' names."""
    start = cycle.start
    days = cycle.allowance.amount if cycle.allowance is not None and cycle.promise is None else None
    end = _end(cycle, days, now)
    lines = list(_paused(_time(cycle, start, end, language), cycle.pauses))
    if days is not None and days.kind is AmountKind.WORKING_DAYS:
        lines = _with_days(lines, cycle, days, end)
    if created_at < start:
        lines.insert(0, Interval(start=created_at, end=start, counted=False, reason=BEFORE_START))
    return tuple(lines)


def grounds_of(cycle: Cycle) -> Grounds:
    """Return what else decides about a cycle whose state is settled: with it and the ledger, all the clock says follows."""
    allowance, by_calendar = cycle.allowance, cycle.promise is None and cycle.flow is cycle.calendar
    thresholds = allowance.thresholds if allowance is not None and cycle.stopped_at is None else ()
    return Grounds(
        pauses=tuple((start, None if end == FOREVER else end) for start, end, _ in cycle.pauses),
        at_risk=tuple(str(one) for one in thresholds if one.at_risk),
        published=cycle.calendar.published if by_calendar and cycle.due is not None else None,
    )


def _end(cycle: Cycle, amount: Amount | None, now: Instant) -> Instant:
    """Return where the ledger ends: at the deadline, or at the stop or `now` where that is later."""
    end = max(cycle.start, cycle.due or 0, now if cycle.stopped_at is None else cycle.stopped_at)
    if amount is not None and amount.same_time and cycle.due is not None:
        # Whoever checks the start's time of day on the last day needs that day's close.
        end = max(end, cycle.calendar.due(cycle.start, Amount(amount.kind, amount.value)))
    return end


def _time(cycle: Cycle, start: Instant, end: Instant, language: str) -> Iterator[Interval]:
    """Yield the time of the cycle, counted or not, as if there were no pauses."""
    if cycle.flow is not PLAIN_TIME:
        yield from cycle.calendar.intervals(start, end, language=language)
    elif start < end:
        yield Interval(start=start, end=end, counted=True, reason=CALENDAR_TIME)


def _paused(stretches: Iterator[Interval], pauses: Sequence[PausedSpan]) -> Iterator[Interval]:
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


def _part(line: Interval, start: Instant, end: Instant) -> Interval:
    # `dataclasses.replace` says the same and takes so long that receipts become a twentieth slower.
    return Interval(start=start, end=end, counted=line.counted, reason=line.reason, detail=line.detail)


def _with_days(lines: Sequence[Interval], cycle: Cycle, amount: Amount, end: Instant) -> list[Interval]:
    """Return the lines with a mark at the close of every working day that is counted, and where a pause begins after hours:
    a deadline that lies in a pause moves only if the pause began before it."""
    calendar = cycle.calendar
    marks = []
    for number in range(1, amount.value + 1):
        closes = calendar.due(cycle.start, Amount(AmountKind.WORKING_DAYS, number))
        if closes > end:
            break
        day = calendar.day_of_close(closes).isoformat()
        marks.append(Interval(start=closes, end=closes, counted=False, reason=DAY_COUNTED, detail=day))
    shown = {line.start for line in lines if line.reason == PAUSE}
    marks += [
        Interval(start=begin, end=begin, counted=False, reason=PAUSE, detail=label)
        for begin, _, label in cycle.pauses
        if begin not in shown
    ]
    return _cut_at(lines, sorted(marks, key=attrgetter("start")))


def _cut_at(lines: Sequence[Interval], marks: Sequence[Interval]) -> list[Interval]:
    cut: list[Interval] = []
    waiting = list(marks)
    for line in lines:
        at = line.start
        while waiting and waiting[0].start < line.end:
            mark = waiting.pop(0)
            if mark.start > at:
                cut.append(_part(line, at, mark.start))
                at = mark.start
            cut.append(mark)
        cut.append(_part(line, at, line.end))
    return [*cut, *waiting]
