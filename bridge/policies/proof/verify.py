"""The check of a receipt by somebody who has nothing else: no policy, no calendar, no network."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from bridge.decisions import ClockState
from bridge.policies.calendar.amounts import AmountKind
from bridge.policies.clocks.deadlines import FOREVER, PausedSpan, breach_at
from bridge.policies.clocks.receipt import CALENDAR_TIME, DAY_COUNTED, PAUSE
from bridge.policies.clocks.states import Cause
from bridge.policies.proof.claim import ClockClaim
from bridge.policies.proof.lateness import wrong_lateness
from bridge.policies.proof.ledger import counted, due_by_days, due_without_pauses, lasting, reached, worked, wrong_lines
from bridge.policies.proof.risk import Risk, risk_of
from bridge.policies.proof.thresholds import wrong_thresholds
from bridge.tickets import Instant, format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a receipt itself says. `due_at` is None where the amount is not used up within the ledger; `problems` name every
    difference from what the clock claims, and every hole. `changes_by` is the latest instant at which time alone changes
    the clock, None where nothing says so."""

    due_at: Instant | None
    elapsed_seconds: int
    problems: tuple[str, ...] = ()
    changes_by: Instant | None = None


def verify(clock: Mapping[str, Any]) -> Verification:
    """Return what follows from a clock's JSON with its receipt alone, to the second, and what of the clock does not.

    A date promised by hand cannot be derived: it is taken as it stands. Raises ValueError for JSON that is no such clock.
    """
    proof = _Proof(ClockClaim.of(clock))
    proof.found.extend(wrong_lateness(clock, proof.claim, proof.due))
    proof.found.extend(wrong_thresholds(clock, proof.claim, proof.whole))
    return proof.verification()


class _Proof:
    """A claim, and what the lines of its ledger give."""

    def __init__(self, claim: ClockClaim) -> None:
        self.claim = claim
        self.lines = claim.lines
        self.found: list[str] = list(wrong_lines(claim.ledger))
        self.elapsed = counted(self.lines, claim.seen_until)
        self.due = self._due()
        """When the clock is due by the lines; a clock that is paused before has no deadline."""
        self.shown_due = None if self._waits else self.due
        self.risk = risk_of(claim, self.lines, self.due, self.whole) if claim.is_open else Risk()

    @property
    def _waits(self) -> bool:
        claim = self.claim
        return claim.amount is not None and claim.is_paused and claim.breached_at is None

    def _due(self) -> Instant | None:
        claim = self.claim
        if claim.amount is None:
            return claim.due_at
        if claim.amount.kind is AmountKind.WORKING_DAYS:
            return due_by_days(self.lines, claim.started_at, claim.amount, claim.zone, self.found)
        return reached(self.lines, claim.started_at, claim.amount.value)

    @property
    def whole(self) -> int | None:
        """The seconds that the clock has from its start, pauses left out; None where the lines do not tell."""
        claim = self.claim
        if claim.amount is None:
            return lasting(worked(self.lines), claim.due_at) if claim.due_at is not None else None
        if claim.amount.kind is not AmountKind.WORKING_DAYS:
            return claim.amount.value
        base = due_without_pauses(self.lines, claim.started_at, claim.amount, claim.zone)
        return None if base is None else lasting(worked(self.lines), base)

    def verification(self) -> Verification:
        """Return the outcome."""
        for check in _CHECKS:
            self.found.extend(check(self))
        return Verification(
            due_at=self.shown_due,
            elapsed_seconds=self.elapsed,
            problems=tuple(dict.fromkeys(self.found)),
            changes_by=self._changes_by(),
        )

    def _changes_by(self) -> Instant | None:
        claim = self.claim
        if not claim.is_open or claim.is_paused:
            return None
        ahead = [one for one in self.risk.points if one > claim.at]
        if claim.breached_at is None and self.due is not None:
            ahead.append(breach_at(self.due, claim.pauses) + 1)
        return min(ahead, default=None)

    def wrong_order(self) -> Iterator[str]:
        """Yield instants that contradict each other."""
        claim = self.claim
        if claim.started_at > claim.seen_until:
            yield f"the clock begins at {format_instant(claim.started_at)}, after what the receipt tells"
        if claim.seen_until > claim.at:
            yield f"the clock ended at {_shown(claim.stopped_at)}, after the receipt was made ({format_instant(claim.at)})"
        if claim.is_open == claim.has_ended_state:
            yield f"the state is {claim.state}, but the clock {'has not ended' if claim.is_open else 'has ended'}"

    def wrong_reach(self) -> Iterator[str]:
        """Yield where the ledger begins or ends elsewhere than the clock."""
        claim, lines = self.claim, self.lines
        begins = lines[0].start if lines else claim.started_at
        if begins != claim.started_at:
            yield f"the ledger begins at {format_instant(begins)}, the clock at {format_instant(claim.started_at)}"
        wanted = max(claim.started_at, claim.seen_until, self.shown_due or 0)
        ends = lines[-1].end if lines else claim.started_at
        # For a time of the day on the last day, that day's close is told too.
        goes_on = claim.amount is not None and claim.amount.same_time
        if ends < wanted or (ends > wanted and not goes_on):
            yield f"the ledger ends at {format_instant(ends)} and should reach {format_instant(wanted)}"

    def wrong_kind(self) -> Iterator[str]:
        """Yield lines that a clock with this target cannot have."""
        amount = self.claim.amount
        if amount is None:
            return
        by_days = amount.kind is AmountKind.WORKING_DAYS
        plain = amount.kind is AmountKind.CALENDAR_TIME
        for line in self.lines:
            if (line.reason == DAY_COUNTED and not by_days) or (
                line.counted and (line.reason == CALENDAR_TIME) != plain
            ):
                yield f"the line at {format_instant(line.start)} ({line.reason}) has no place in a target of {amount}"

    def wrong_pauses(self) -> Iterator[str]:
        """Yield pauses that overlap, or lie elsewhere than the clock."""
        claim = self.claim
        for before, pause in pairwise(claim.pauses):
            if pause.start < before.end:
                yield f"the pause at {format_instant(pause.start)} begins before the one ahead of it ends"
        for pause in claim.pauses:
            yield from self._wrong_place(pause)

    def _wrong_place(self, pause: PausedSpan) -> Iterator[str]:
        claim = self.claim
        if pause.end == FOREVER:
            end, ends_well = None, claim.is_open
        else:
            end, ends_well = pause.end, pause.start <= pause.end <= claim.seen_until
        if pause.start < claim.started_at or not ends_well:
            yield f"the pause from {format_instant(pause.start)} to {_shown(end)} does not lie within the clock"
        if pause.start > claim.seen_until:
            yield f"the pause at {format_instant(pause.start)} begins after what the receipt tells"

    def wrong_paused_lines(self) -> Iterator[str]:
        """Yield lines that are counted within a pause, or are a pause that there was not."""
        claim = self.claim
        for line in self.lines:
            if line.counted and any(max(line.start, one.start) < min(line.end, one.end) for one in claim.pauses):
                yield f"the line at {format_instant(line.start)} is counted within a pause"
            if line.reason == PAUSE and not any(
                one.start <= line.start and line.end <= one.end for one in claim.pauses
            ):
                yield f"the line at {format_instant(line.start)} is a pause that is not among the pauses"

    def wrong_due(self) -> Iterator[str]:
        """Yield a deadline that the lines do not give."""
        claim = self.claim
        if self.shown_due != claim.due_at or (claim.due_at is None and not self._waits):
            yield f"due at {_shown(self.shown_due)} by the ledger, at {_shown(claim.due_at)} by the clock"

    def wrong_times(self) -> Iterator[str]:
        """Yield seconds that the lines do not give."""
        claim = self.claim
        if self.elapsed != claim.elapsed_seconds:
            yield f"{self.elapsed} seconds elapsed by the ledger, {claim.elapsed_seconds} by the clock"
        if not claim.is_open:
            if claim.remaining_seconds is not None:
                yield f"{claim.remaining_seconds} seconds remain by the clock, which has ended"
            return
        remaining = self._remaining()
        if claim.remaining_seconds is None or remaining not in (None, claim.remaining_seconds):
            yield f"{remaining} seconds remain by the ledger, {claim.remaining_seconds} by the clock"

    def _remaining(self) -> int | None:
        claim, whole = self.claim, self.whole
        if claim.amount is not None:
            return None if whole is None else whole - self.elapsed
        if claim.due_at is None or whole is None or claim.due_at < claim.started_at:
            return None
        stands = claim.pauses[-1].start if claim.is_paused else claim.at
        return whole - lasting(worked(self.lines), stands)

    def wrong_breach(self) -> Iterator[str]:
        """Yield a breach that there was not, or one that is not told."""
        claim, due = self.claim, self.due
        if due is None:
            if claim.breached_at is not None:
                yield f"breached at {_shown(claim.breached_at)} by the clock, but it is not due by the ledger"
            return
        by_time = breach_at(due, claim.pauses)
        if claim.breached_at is None:
            if by_time < claim.seen_until:
                yield f"breached at {format_instant(by_time)} by the ledger, not breached by the clock"
            return
        if claim.breached_at > claim.seen_until:
            yield f"breached at {_shown(claim.breached_at)} by the clock, after what the receipt tells"
        if not self._may_breach(claim.breached_at, due, by_time):
            said = f"breached at {_shown(by_time)} by the ledger, at {_shown(claim.breached_at)} by the clock"
            yield f"{said} (cause: {claim.cause or 'none'})"

    def _may_breach(self, breached_at: Instant, due: Instant, by_time: Instant) -> bool:
        """Return whether the clock's cause lets it breach then; `by_time` is when time alone would have breached it."""
        claim = self.claim
        withdrawn = claim.state is ClockState.CANCELLED and claim.cause in _WITHDRAWN
        if breached_at == due == by_time < claim.seen_until:
            return claim.cause not in _OF_BREACH
        if breached_at == by_time < claim.seen_until:
            return claim.cause in _OF_BREACH or withdrawn
        # A changed target breaches at the instant of the change, whatever time alone would have done.
        return (claim.cause is Cause.TARGET_CHANGED or withdrawn) and due < breached_at

    def wrong_state(self) -> Iterator[str]:
        """Yield a state or a cause that does not follow from the rest."""
        claim = self.claim
        states = self._ended_states() if not claim.is_open else self._open_states()
        if claim.state not in states:
            yield f"the state is {' or '.join(states)} by the ledger, {claim.state} by the clock"
        if claim.is_open and claim.cause is not None and (claim.breached_at is None or claim.cause not in _OF_BREACH):
            yield f"the cause {claim.cause} belongs to a breach or an end, and there is none"

    def _ended_states(self) -> tuple[ClockState, ...]:
        claim = self.claim
        if claim.breached_at is not None:
            return (ClockState.CANCELLED, ClockState.MISSED) if claim.cause in _WITHDRAWN else (ClockState.MISSED,)
        return (ClockState.MET,) if claim.cause is None else (ClockState.CANCELLED,)

    def _open_states(self) -> tuple[ClockState, ...]:
        claim = self.claim
        if claim.breached_at is not None:
            return (ClockState.OVERDUE,)
        if claim.is_paused:
            return (ClockState.PAUSED,)
        if any(point <= claim.at for point in self.risk.points):
            return (ClockState.AT_RISK,)
        return (ClockState.RUNNING, ClockState.AT_RISK) if self.risk.is_open_question else (ClockState.RUNNING,)

    def wrong_provisional(self) -> Iterator[str]:
        """Yield a flag that does not follow from how far the days off are published."""
        claim = self.claim
        if claim.published is None:
            yield from self._unpublished()
            return
        first, last = claim.published
        due = claim.due_at
        if not claim.runs_by_calendar or due is None:
            yield "the receipt says how far the days off are published, which does not matter to this deadline"
            return
        beyond = (last is not None and due > last) or (first is not None and due < first)
        if beyond != claim.provisional:
            yield f"{'provisional' if beyond else 'not provisional'} by the receipt, the other by the clock"

    def _unpublished(self) -> Iterator[str]:
        claim = self.claim
        if not claim.is_open:
            return
        if claim.runs_by_calendar and claim.due_at is not None:
            yield "nothing says how far the days off are published"
        elif claim.provisional:
            yield "provisional without a reason"


_OF_BREACH = frozenset({Cause.PAUSE_ENDED, Cause.TARGET_CHANGED})
_WITHDRAWN = frozenset({Cause.MERGED, Cause.DELETED, Cause.IMPORTED})

_CHECKS: tuple[Callable[[_Proof], Iterator[str]], ...] = (
    _Proof.wrong_order,
    _Proof.wrong_reach,
    _Proof.wrong_kind,
    _Proof.wrong_pauses,
    _Proof.wrong_paused_lines,
    _Proof.wrong_due,
    _Proof.wrong_times,
    _Proof.wrong_breach,
    _Proof.wrong_state,
    _Proof.wrong_provisional,
)


def _shown(instant: Instant | None) -> str:
    return "no time" if instant is None or instant == FOREVER else format_instant(instant)
