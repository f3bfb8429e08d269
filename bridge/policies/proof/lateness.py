"""Lateness in a receipt derived again from its ledger."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decisions import Interval
from bridge.policies.clocks.receipt import CALENDAR_TIME, PAUSE
from bridge.tickets import Instant


def wrong_lateness(
    clock: Mapping[str, Any], lines: Sequence[Interval], due: Instant | None, until: Instant, zone: ZoneInfo
) -> Iterator[str]:
    """Yield what is wrong with the lateness that a clock claims, `until` being its stop or the instant of the receipt.

    A ledger of calendar time knows no working hours, and one that is not recorded claims nothing. Days come out as nearly as
    a ledger tells them: time after midnight may belong to the day before, and the last day may begin after the stop.
    """
    seconds, days = clock.get("late_seconds"), clock.get("late_days")
    if seconds is None or days is None:
        return
    if clock["breached_at"] is None or due is None:
        if (seconds, days) != (0, 0):
            yield f"{seconds} s and {days} days late, but never breached"
        return
    if any(line.reason == CALENDAR_TIME for line in lines):
        return
    worked = [line for line in lines if line.start < line.end and (line.counted or line.reason == PAUSE)]
    derived = sum(max(0, min(line.end, until) - max(line.start, due)) for line in worked)
    if derived != seconds:
        yield f"{derived} seconds late by the ledger, {seconds} by the clock"
    fewest, most = _days_late(worked, due, until, zone)
    if not fewest <= days <= most:
        yield f"{fewest} to {most} working days late by the ledger, {days} by the clock"


def _days_late(worked: Sequence[Interval], due: Instant, until: Instant, zone: ZoneInfo) -> tuple[int, int]:
    """Return the fewest and the most working days that there can be after the day of the deadline up to that of the stop."""
    first, last = _day(due - 1, zone), _day(until - 1, zone)
    sure: set[date] = set()
    touched: set[date] = set() if last <= first else {last}
    for begins, ends in _stretches(worked):
        opening, closing = _day(begins, zone), _day(ends - 1, zone)
        touched |= _between(opening, closing, first, last)
        sure |= _between(opening, opening, first, last)
        sure |= _between(opening + timedelta(days=1), closing - timedelta(days=1), first, last)
    return len(sure), len(touched)


def _stretches(worked: Sequence[Interval]) -> Iterator[tuple[Instant, Instant]]:
    """Yield the stretches of worked time, neighbours joined."""
    begins = ends = None
    for line in worked:
        if begins is None or line.start != ends:
            if begins is not None and ends is not None:
                yield begins, ends
            begins = line.start
        ends = line.end
    if begins is not None and ends is not None:
        yield begins, ends


def _between(start: date, end: date, first: date, last: date) -> set[date]:
    """Return the dates from `start` to `end` that lie after `first` and not after `last`."""
    start, end = max(start, first + timedelta(days=1)), min(end, last)
    return {start + timedelta(days=number) for number in range((end - start).days + 1)}


def _day(at: Instant, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, zone).date()
