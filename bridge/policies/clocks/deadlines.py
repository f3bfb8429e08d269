"""How time runs on one clock: what has been spent, when an amount will have been, all around the pauses.

A pause is a half-open span `[start, end)`; spans are ordered and never overlap. A deadline is the earliest instant at which
the amount has been worked outside them. So a pause gives back the working time inside it and nothing else, and one that
begins in the second of the deadline moves nothing. A breach is later than its deadline: an answer in that very second is in
time, and while a pause lasts nothing is breached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bridge.policies.agreement.policy import Target, Threshold
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.tickets import Instant

FOREVER: Instant = 1 << 60
"""The end of a pause that has not ended yet."""

WHOLE = 10_000
"""A whole, in basis points."""


class PausedSpan(NamedTuple):
    """One pause `[start, end)`; `label` is the status that paused, for people."""

    start: Instant
    end: Instant
    label: str = ""


class Flow(Protocol):
    """How time accumulates: a calendar's working seconds, or plain seconds."""

    def worked(self, at: Instant) -> int:
        """Return the seconds that have counted up to `at`; only differences mean something."""

    def reach(self, worked: int) -> Instant:
        """Return the earliest instant at which that many seconds have counted."""


class PlainTime:
    """Calendar time: every second counts."""

    def worked(self, at: Instant) -> int:
        """Return the instant itself."""
        return at

    def reach(self, worked: int) -> Instant:
        """Return the sum itself."""
        return worked


PLAIN_TIME = PlainTime()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A target made ready for arithmetic. `text` is the amount as the agreement writes it."""

    amount: Amount
    calendar: WorkCalendar
    flow: Flow
    text: str
    thresholds: tuple[Threshold, ...]

    @classmethod
    def of(cls, target: Target) -> "Allowance":
        """Return the allowance that a target grants."""
        plain = target.amount.kind is AmountKind.CALENDAR_TIME
        return cls(
            amount=target.amount,
            calendar=target.calendar,
            flow=PLAIN_TIME if plain else target.calendar,
            text=str(target.amount),
            thresholds=target.thresholds,
        )

    def seconds(self, start: Instant) -> int:
        """Return the seconds that the clock has from `start`; for working days the working time up to their deadline."""
        if self.amount.kind is not AmountKind.WORKING_DAYS:
            return self.amount.value
        due = self.calendar.due(start, self.amount)
        return self.flow.worked(due) - self.flow.worked(start)

    def due(self, start: Instant, pauses: Sequence[PausedSpan]) -> Instant | None:
        """Return the deadline of a clock started at `start`, or None where a pause without an end comes first."""
        if self.amount.kind is AmountKind.WORKING_DAYS:
            return moved_by_pauses(self.flow, self.calendar.due(start, self.amount), pauses)
        return after(self.flow, start, self.amount.value, pauses)


def after(flow: Flow, start: Instant, seconds: int, pauses: Sequence[PausedSpan]) -> Instant | None:
    """Return when the clock started at `start` will have spent `seconds`, or None where an endless pause comes first."""
    at = flow.reach(flow.worked(start) + seconds) if seconds else start
    return moved_by_pauses(flow, at, pauses) if pauses else at


def moved_by_pauses(flow: Flow, at: Instant, pauses: Sequence[PausedSpan]) -> Instant | None:
    """Return `at` moved by the working time of every pause that begins before it is reached."""
    for start, end, _ in pauses:
        if at <= start:
            break
        if end == FOREVER:
            return None
        given_back = flow.worked(end) - flow.worked(start)
        if given_back:
            at = flow.reach(flow.worked(at) + given_back)
    return at


def breach_at(due: Instant, pauses: Sequence[PausedSpan]) -> Instant:
    """Return the instant after which a clock with this deadline is breached: the deadline, or the end of a pause around it.

    A promised date stays where it is and can fall into a pause; so can a deadline in the second a pause begins.
    """
    for start, end, _ in pauses:
        if start <= due < end:
            return end
    return due


def spent(flow: Flow, start: Instant, pauses: Sequence[PausedSpan], at: Instant) -> int:
    """Return the seconds on the clock at `at`; inside a pause, what there was when the pause began."""
    seconds = flow.worked(at) - flow.worked(start)
    for begin, end, _ in pauses:
        if begin >= at:
            break
        seconds -= flow.worked(min(end, at)) - flow.worked(begin)
    return seconds


def threshold_at(
    allowance: Allowance, threshold: Threshold, start: Instant, pauses: Sequence[PausedSpan]
) -> Instant | None:
    """Return when a threshold is reached, or None where an endless pause comes first.

    A share is a share of the seconds between start and deadline. An amount before the deadline is walked back through the
    target's own time, never before the start.
    """
    if threshold.before is None:
        seconds = -(-allowance.seconds(start) * (threshold.share_basis_points or 0) // WHOLE)
        return after(allowance.flow, start, seconds, pauses)
    if threshold.before.kind is AmountKind.WORKING_TIME and allowance.amount.kind is not AmountKind.CALENDAR_TIME:
        return after(allowance.flow, start, max(0, allowance.seconds(start) - threshold.before.value), pauses)
    due = allowance.due(start, pauses)
    return None if due is None else before_deadline(allowance.calendar, threshold.before, start, due)


def promised_threshold_at(allowance: Allowance, threshold: Threshold, start: Instant, promise: Instant) -> Instant:
    """Return when a threshold before a date promised by hand is reached; like the date itself it does not move with pauses."""
    if threshold.before is not None:
        return before_deadline(allowance.calendar, threshold.before, start, promise)
    flow = allowance.flow
    whole = flow.worked(promise) - flow.worked(start)
    share = -(-whole * (threshold.share_basis_points or 0) // WHOLE)
    return flow.reach(flow.worked(start) + share) if share else start


def before_deadline(calendar: WorkCalendar, amount: Amount, start: Instant, due: Instant) -> Instant:
    """Return the last instant from which `amount` still fits before `due`, but not before `start`."""
    if amount.kind is AmountKind.CALENDAR_TIME:
        return max(start, due - amount.value)
    if amount.kind is AmountKind.WORKING_TIME:
        return max(start, calendar.reach(max(calendar.worked(start), calendar.worked(due) - amount.value)))
    low, high = start, due
    if calendar.due(low, amount) > due:
        return low
    while high - low > 1:
        middle = (low + high) // 2
        if calendar.due(middle, amount) <= due:
            low = middle
        else:
            high = middle
    return low
