"""How time runs on one clock: what has been spent, when an amount will have been, all around the pauses.

A pause is a half-open span `[start, end)`; spans are ordered and never overlap. A deadline is the earliest instant at which
the amount has been worked outside them. So a pause gives back the working time inside it and nothing else, and one that
begins in the second of the deadline moves nothing. A breach is later than its deadline: an answer in that very second is in
time, and while a pause lasts nothing is breached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bridge.policies.agreement.policy import WHOLE, Point, Target, Threshold
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.tickets import Instant

FOREVER: Instant = 1 << 60
"""The end of a pause that has not ended yet."""


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


def same_allowance(one: Allowance | None, other: Allowance | None) -> bool:
    """Return whether both grant the same time on the same calendar."""
    if one is other:
        return True
    return one is not None and other is not None and one.amount == other.amount and one.calendar is other.calendar


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


def point_at(allowance: Allowance, point: Point, start: Instant, pauses: Sequence[PausedSpan]) -> Instant | None:
    """Return when a point up to the deadline is reached, or None where an endless pause comes first.

    A share is a share of the seconds between start and deadline. An amount before the deadline is walked back through the
    target's own time, never before the start.
    """
    if point.before is None:
        return after(allowance.flow, start, share_of(allowance.seconds(start), point), pauses)
    if point.before.kind is AmountKind.WORKING_TIME and allowance.amount.kind is not AmountKind.CALENDAR_TIME:
        return after(allowance.flow, start, max(0, allowance.seconds(start) - point.before.value), pauses)
    due = allowance.due(start, pauses)
    return None if due is None else before_deadline(allowance.calendar, point.before, start, due)


def promised_point_at(allowance: Allowance, point: Point, start: Instant, promise: Instant) -> Instant:
    """Return when a point up to a date promised by hand is reached; like the date itself it does not move with pauses."""
    if point.before is not None:
        return before_deadline(allowance.calendar, point.before, start, promise)
    flow = allowance.flow
    share = share_of(flow.worked(promise) - flow.worked(start), point)
    return flow.reach(flow.worked(start) + share) if share else start


def share_of(seconds: int, point: Point) -> int:
    """Return a point's share of the seconds, rounded up: a share is reached when all of it has passed."""
    return -(-seconds * (point.share_basis_points or 0) // WHOLE)


def later(calendar: WorkCalendar, since: Instant, amount: Amount, pauses: Sequence[PausedSpan]) -> Instant | None:
    """Return when `amount` has passed since an instant, outside the pauses; None where one without an end comes first."""
    ahead = _ahead(since, pauses)
    if amount.kind is AmountKind.WORKING_DAYS:
        return moved_by_pauses(calendar, calendar.due(since, amount), ahead)
    return after(_flow(calendar, amount), since, amount.value, ahead)


def spent_since(flow: Flow, since: Instant, seconds: int, pauses: Sequence[PausedSpan]) -> Instant | None:
    """Return when that many seconds of the flow have passed since an instant, outside the pauses."""
    return after(flow, since, seconds, _ahead(since, pauses))


def _ahead(since: Instant, pauses: Sequence[PausedSpan]) -> list[PausedSpan]:
    return [PausedSpan(max(start, since), end, label) for start, end, label in pauses if end > since]


def _flow(calendar: WorkCalendar, amount: Amount) -> Flow:
    return PLAIN_TIME if amount.kind is AmountKind.CALENDAR_TIME else calendar


def repeats(
    calendar: WorkCalendar, threshold: Threshold, first: Instant, pauses: Sequence[PausedSpan], now: Instant
) -> tuple[int, Instant, Instant | None]:
    """Return number and instant of the latest time a threshold first reached at `first` has come by `now`, and its next
    time; None where it comes no more, or an endless pause comes first."""
    every, number, at = threshold.every, 1, first
    if every is None:
        return number, at, None
    if every.kind is not AmountKind.WORKING_DAYS:
        flow = _flow(calendar, every)
        number += min(threshold.most - 1, spent(flow, first, _ahead(first, pauses), now) // every.value)
        at = spent_since(flow, first, (number - 1) * every.value, pauses) or first
    while number < threshold.most:
        following = later(calendar, at, every, pauses)
        if following is None or following > now:
            return number, at, following
        number, at = number + 1, following
    return number, at, None


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
