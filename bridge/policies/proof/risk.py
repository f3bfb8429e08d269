"""From which instants a clock is at risk, by its ledger alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.decisions import Interval
from bridge.policies.calendar.amounts import AmountKind
from bridge.policies.clocks.receipt import CALENDAR_TIME
from bridge.policies.proof.claim import ClockClaim, RiskPoint
from bridge.policies.proof.ledger import lasting, reached, used_up, worked
from bridge.tickets import Instant


@dataclass(frozen=True, slots=True)
class Risk:
    """The instants from which a clock is at risk; an open question where one takes more than the ledger to find."""

    points: tuple[Instant, ...] = ()
    is_open_question: bool = False


def risk_of(claim: ClockClaim, lines: Sequence[Interval], due: Instant | None, whole: int | None) -> Risk:
    """Return the instants, as far as the lines reach, at which an open clock turns at risk.

    `whole` are the seconds of the clock from its start to its deadline without pauses, where the lines tell them.
    """
    points: list[Instant] = []
    is_open_question = False
    for risk in claim.risks:
        if risk.share is None and risk.before is None:
            continue
        seconds = _seconds(claim, lines, risk, whole)
        if seconds is not None:
            at = _spent(claim, lines, seconds)
        elif risk.before is not None and risk.before.kind is AmountKind.CALENDAR_TIME:
            at = None if due is None else max(claim.started_at, due - risk.before.value)
        else:
            at, is_open_question = None, True
        if at is not None:
            points.append(at)
    return Risk(tuple(points), is_open_question)


def _spent(claim: ClockClaim, lines: Sequence[Interval], seconds: int) -> Instant | None:
    """Return when the clock has spent its seconds; a date promised by hand spends working time only."""
    if claim.amount is None:
        return used_up(worked(lines), claim.started_at, seconds)
    return reached(lines, claim.started_at, seconds)


def _seconds(claim: ClockClaim, lines: Sequence[Interval], risk: RiskPoint, whole: int | None) -> int | None:
    """Return after how many seconds on the clock the point is reached; None where that is not what decides, or unknown."""
    if whole is None:
        return None
    if risk.share is not None:
        return risk.part_of(whole)
    plain = any(line.reason == CALENDAR_TIME for line in lines)
    if risk.before is None or risk.before.kind is not AmountKind.WORKING_TIME or plain:
        return None
    if claim.amount is None and claim.due_at is not None:
        whole = lasting(worked(lines), claim.due_at)
    return max(0, whole - risk.before.value)
