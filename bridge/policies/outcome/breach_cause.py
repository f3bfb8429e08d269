"""Why a clock was not met: the one cause that a report names for it.

A cause is found when the cycle ends and is kept with it; a clock that is overdue is told what would be kept now.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

from bridge.decisions import Clock, ClockState
from bridge.policies.clocks.states import Cause
from bridge.policies.outcome.basis import Basis
from bridge.tickets import EventKind, Instant, Reference


class BreachCause(StrEnum):
    """Why a deadline was missed. Of several that hold, the first of this list stands."""

    LEVEL_RAISED = "level_raised"
    """The deadline lay in the past already when a level, a priority or a promise gave it."""
    TRANSFERRED = "transferred"
    """The ticket changed its department between start and deadline."""
    UNASSIGNED = "unassigned"
    """Nobody had it from start to deadline."""
    MAIL_FAILED = "mail_failed"
    """The latest letter to the customer did not arrive."""
    CURATOR_ABSENT = "curator_absent"
    """The customer's person in charge is absent, and nobody stands in."""
    IN_WORK = "in_work"
    """Somebody had it and was not in time."""


BREACHED = frozenset({ClockState.MISSED, ClockState.OVERDUE})
"""The states of a clock that has a cause."""


def breach_cause(clock: Clock, basis: Basis) -> BreachCause | None:
    """Return why the clock is missed or overdue, None where it is neither."""
    if clock.state not in BREACHED or clock.due_at is None:
        return None
    found = (cause for cause, holds in _CAUSES if holds(basis, clock, clock.due_at))
    return next(found, BreachCause.IN_WORK)


def told_cause(clock: Clock, basis: Basis) -> str | None:
    """Return the cause as it was kept with a finished cycle, else as it is now."""
    if clock.stopped_at is not None:
        for one in basis.ticket.bridge.cycles:
            if (one.metric, one.cycle) == (clock.metric, clock.cycle):
                return one.breach_cause
    return breach_cause(clock, basis)


def _level_raised(_basis: Basis, clock: Clock, due: Instant) -> bool:
    return clock.cause == Cause.TARGET_CHANGED or due < clock.started_at


def _transferred(basis: Basis, clock: Clock, due: Instant) -> bool:
    """A change in the second of the start is the place where the clock began; one in that of the deadline came in its way."""
    first, *later = basis.timeline.values_of("department", clock.started_at, due)
    return any(_key(department) != _key(first[1]) for _, department in later)


def _key(place: Reference) -> object:
    return place.name if place.id is None else place.id


def _unassigned(basis: Basis, clock: Clock, due: Instant) -> bool:
    since, claimed_at = _silent_claim(basis)
    return all(
        agent is None or (claimed_at is not None and at >= since and claimed_at > due)
        for at, agent in basis.timeline.values_of("assignee", clock.started_at, due)
    )


def _silent_claim(basis: Basis) -> tuple[Instant, Instant | None]:
    """Return since when the log says that nobody has the ticket, and when the one who has it took it by his answer.

    osTicket gives a ticket that nobody has to whoever answers it, and logs nothing. The timeline takes him to have had it since
    the last assignment that is logged; for a late answer that would hide that nobody had it before. None where that is not known.
    """
    ticket, since = basis.ticket, basis.ticket.created_at
    logged = [event for event in basis.timeline.events if event.kind is EventKind.ASSIGNED]
    if logged:
        since = logged[-1].at
    if ticket.assignee is None or (logged and logged[-1].after is not None):
        return since, None
    answers = (
        event.at
        for event in basis.timeline.events
        if event.kind is EventKind.RESPONSE
        and event.by is not None
        and event.by.id == ticket.assignee.id
        and event.at >= since
    )
    return since, next(answers, None)


def _mail_failed(basis: Basis, _clock: Clock, _due: Instant) -> bool:
    return basis.ticket.bridge.mail == "failed"


def _curator_absent(basis: Basis, _clock: Clock, _due: Instant) -> bool:
    return bool(basis.registry.absent_curator) and not basis.registry.curator


_CAUSES: Sequence[tuple[BreachCause, Callable[[Basis, Clock, Instant], bool]]] = (
    (BreachCause.LEVEL_RAISED, _level_raised),
    (BreachCause.TRANSFERRED, _transferred),
    (BreachCause.UNASSIGNED, _unassigned),
    (BreachCause.MAIL_FAILED, _mail_failed),
    (BreachCause.CURATOR_ABSENT, _curator_absent),
)
