"""Thresholds in a receipt derived again from its ledger: when the clock came to each of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.decisions import Interval
from bridge.policies.agreement.policy import WHOLE, Point
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.language.thresholds import parse_point
from bridge.policies.proof.claim import ClockClaim, instant_of
from bridge.policies.proof.ledger import used_up, worked
from bridge.tickets import Instant, format_instant

_AGAIN = "#"
"""Stands before the number of a threshold that comes again."""


def wrong_thresholds(clock: Mapping[str, Any], claim: ClockClaim, whole: int | None) -> Iterator[str]:
    """Yield what is wrong with the thresholds that a clock says it has reached; `whole` are the seconds it has in all.

    Those of time counted by the ledger come out to the second. One in working days, or coming for the second time, is only
    held to lie where it can. Raises ValueError for what is no threshold.
    """
    for name, point, at in _said(clock):
        if not claim.started_at <= at <= claim.at:
            yield f"the threshold {name!r} was reached at {format_instant(at)}, outside of what the receipt tells"
        elif point.is_late and claim.due_at is not None and at < claim.due_at:
            yield f"the threshold {name!r} lies behind the deadline and was reached at {format_instant(at)}, before it"
        elif _AGAIN not in name or name.endswith(f"{_AGAIN}1"):
            derived = _derived(point, claim, whole)
            if derived is not None and derived != at:
                claimed = f"at {format_instant(at)} by the clock"
                yield f"the threshold {name!r} is reached at {format_instant(derived)} by the ledger, {claimed}"


def _said(clock: Mapping[str, Any]) -> list[tuple[str, Point, Instant]]:
    """Return the thresholds of a clock, each with its point and when it was reached. Raises ValueError."""
    try:
        return [
            (str(one["id"]), parse_point(one["point"]), instant_of(one["reached_at"]))
            for one in clock.get("thresholds", ())
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no clock with a receipt: {error!r}") from error
    except ValueError as error:
        raise ValueError(f"this is no clock with a receipt: {error}") from error


def _derived(point: Point, claim: ClockClaim, whole: int | None) -> Instant | None:
    """Return when the ledger comes to the point; None where it alone cannot tell."""
    if claim.amount is None:
        return _before_promise(point, claim, whole)
    if claim.amount.same_time or not _by_lines(point.before or point.after, claim.amount):
        return None
    counted = [line for line in claim.lines if line.counted]
    if point.after is not None:
        return _after(counted, claim.due_at, point.after.value)
    return None if whole is None else _within(point, claim, counted, whole)


def _by_lines(amount: Amount | None, target: Amount) -> bool:
    """Return whether the counted lines tell such an amount of a clock with this target; a share they always do."""
    if amount is None:
        return True
    return AmountKind.CALENDAR_TIME not in (target.kind, amount.kind) and amount.kind is not AmountKind.WORKING_DAYS


def _within(point: Point, claim: ClockClaim, counted: Sequence[Interval], whole: int) -> Instant | None:
    """Return when the ledger comes to a share of the clock, or to a time before its end."""
    if point.before is not None:
        return _after(counted, claim.started_at, max(0, whole - point.before.value))
    share = -(-whole * (point.share_basis_points or 0) // WHOLE)
    return _after(counted, claim.due_at, share - whole) if point.is_late else _after(counted, claim.started_at, share)


def _before_promise(point: Point, claim: ClockClaim, whole: int | None) -> Instant | None:
    """Return when a share of the time up to a promised date is reached; like the date it does not move with pauses."""
    if point.is_late or point.before is not None or whole is None:
        return None
    return used_up(worked(claim.lines), claim.started_at, -(-whole * (point.share_basis_points or 0) // WHOLE))


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
