"""Thresholds in a receipt derived again from its ledger: when the clock came to each of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.decisions import Interval
from bridge.policies.agreement.policy import WHOLE, Point
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.receipt import DAY_COUNTED, PAUSE
from bridge.policies.language.thresholds import parse_point
from bridge.tickets import Instant, format_instant, parse_instant

_AGAIN = "#"
"""Stands before the number of a threshold that comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A clock as its receipt tells it: the lines from its start on, its amount (None: a promised date), its deadline and
    the instant of the receipt."""

    lines: Sequence[Interval]
    amount: Amount | None
    started_at: Instant
    due_at: Instant | None
    at: Instant


def wrong_thresholds(said: Sequence[Mapping[str, Any]], clock: Measured) -> Iterator[str]:
    """Yield what is wrong with the thresholds that a clock says it has reached.

    Those of time counted by the ledger come out to the second. One in working days, or coming for the second time, is only
    held to lie where it can. Raises KeyError or ValueError for what is no threshold.
    """
    for one in said:
        name, point, at = one["id"], parse_point(one["point"]), parse_instant(one["reached_at"])
        if not clock.started_at <= at <= clock.at:
            yield f"the threshold {name!r} was reached at {format_instant(at)}, outside of what the receipt tells"
            continue
        if point.is_late and clock.due_at is not None and at < clock.due_at:
            yield f"the threshold {name!r} lies behind the deadline and was reached at {format_instant(at)}, before it"
            continue
        number = str(name).rpartition(_AGAIN)[2] if _AGAIN in str(name) else "1"
        derived = _derived(point, clock) if number == "1" else None
        if derived is not None and derived != at:
            claimed = f"at {format_instant(at)} by the clock"
            yield f"the threshold {name!r} is reached at {format_instant(derived)} by the ledger, {claimed}"


def _derived(point: Point, clock: Measured) -> Instant | None:
    """Return when the ledger comes to the point; None where it alone cannot tell."""
    counted = [line for line in clock.lines if line.counted]
    amount = point.before or point.after
    whole = _whole(clock)
    if amount is None:
        if whole is None:
            return None
        share = -(-whole * (point.share_basis_points or 0) // WHOLE)
        return (
            _after(counted, clock.due_at, share - whole) if point.is_late else _after(counted, clock.started_at, share)
        )
    if amount.kind is not AmountKind.WORKING_TIME or clock.amount is None:
        return None
    if clock.amount.kind is AmountKind.CALENDAR_TIME:
        return None
    if point.after is not None:
        return _after(counted, clock.due_at, amount.value)
    return None if whole is None else _after(counted, clock.started_at, max(0, whole - amount.value))


def _whole(clock: Measured) -> int | None:
    """Return the seconds that the clock has in all."""
    amount = clock.amount
    if amount is None or amount.same_time:
        return None
    if amount.kind is not AmountKind.WORKING_DAYS:
        return amount.value
    if not amount.value:
        return 0
    closes = [line.start for line in clock.lines if line.reason == DAY_COUNTED]
    if len(closes) < amount.value:
        return None
    last = closes[amount.value - 1]
    worked = (line for line in clock.lines if line.counted or line.reason == PAUSE)
    return sum(max(0, min(line.end, last) - line.start) for line in worked)


def _after(counted: Sequence[Interval], since: Instant | None, seconds: int) -> Instant | None:
    """Return when that many seconds have been counted since an instant; None where the lines hold fewer."""
    if since is None or not seconds:
        return since
    for line in counted:
        begins = max(line.start, since)
        if line.end - begins >= seconds:
            return begins + seconds
        seconds -= max(0, line.end - begins)
    return None
