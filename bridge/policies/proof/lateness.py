"""How late a clock was, by its ledger alone: working seconds, and working days."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decisions import Interval
from bridge.policies.clocks.receipt import CALENDAR_TIME
from bridge.policies.proof.claim import ClockClaim
from bridge.policies.proof.ledger import days_begun, lasting, worked, worked_times
from bridge.tickets import Instant


def wrong_lateness(clock: Mapping[str, Any], claim: ClockClaim, due: Instant | None) -> Iterator[str]:
    """Yield what is wrong with the lateness that a clock tells; a kept cycle may tell none: it was not always noted."""
    for name in ("late_seconds", "late_days"):
        told = clock.get(name)
        if name not in clock or (told is None and not claim.is_open):
            continue
        if type(told) is not int:
            yield f"{name} is {told!r}, which is no number"
            continue
        low, high = _bounds(name, claim, due)
        if not low <= told or (high is not None and told > high):
            yield f"{name} is {_said(low, high)} by the ledger, {told} by the clock"


def _said(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} or more"
    return f"{low}" if low == high else f"{low} to {high}"


def _bounds(name: str, claim: ClockClaim, due: Instant | None) -> tuple[int, int | None]:
    """Return the least and the most that it can be; the same where the lines tell it exactly, None for no bound."""
    if claim.breached_at is None:
        return 0, 0
    lines = claim.lines
    # Every second of calendar time counts, so such a ledger does not show which of them were worked.
    if due is None or due < claim.started_at or any(line.reason == CALENDAR_TIME for line in lines):
        return 0, None
    if name == "late_days":
        return _days(lines, claim.zone, due, claim.seen_until)
    late = lasting(worked(lines), claim.seen_until) - lasting(worked(lines), due)
    return late, late


def _days(lines: Sequence[Interval], zone: ZoneInfo, due: Instant, until: Instant) -> tuple[int, int]:
    """Return the least and the most working days after the deadline's day, up to that of the end.

    Midnight is the end of a day. Working time after midnight may belong to the day before or to its own, and the last day may
    be one whose work has not begun.
    """
    after, last = _day(zone, due - 1), _day(zone, until - 1)
    sure: set[date] = set()
    possible = {last}
    for one in worked_times(lines):
        sure.update(days_begun(one, zone))
        possible.add(_day(zone, one.end - 1))
    counted = {day for day in sure if after < day <= last}
    return len(counted), len(counted | {day for day in possible if after < day <= last})


def _day(zone: ZoneInfo, at: Instant) -> date:
    return datetime.fromtimestamp(at, zone).date()
