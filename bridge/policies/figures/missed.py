"""Every breach by itself: which ticket, whose, how late, why, and by which receipt."""

from typing import Any

from bridge.policies.figures.attribution import Attribution, name_of_customer
from bridge.policies.figures.model import Missed
from bridge.policies.figures.reported import ReportedClock, ReportedTicket
from bridge.tickets import FinishedCycle, Reference


def missed_cycle(ticket: ReportedTicket, cycle: FinishedCycle, keys: Attribution) -> Missed:
    """Return a finished cycle that was missed."""
    return Missed(
        **_of_both(ticket, cycle, keys),
        department=cycle.department,
        agent=_somebody(cycle.agent),
        stopped_at=cycle.stopped_at,
        late_seconds=cycle.late_seconds,
        late_days=cycle.late_days,
        elapsed_seconds=cycle.elapsed_seconds,
        policy_digest=cycle.policy_digest,
        inputs=cycle.inputs,
    )


def overdue_clock(ticket: ReportedTicket, clock: ReportedClock, keys: Attribution) -> Missed:
    """Return an open clock that is overdue; how late it is will stand when it ends."""
    return Missed(
        **_of_both(ticket, clock, keys),
        department=ticket.department,
        agent=_somebody(ticket.assignee),
        stopped_at=None,
        late_seconds=None,
        late_days=None,
        elapsed_seconds=None,
        policy_digest=None,
        inputs=None,
    )


def _of_both(ticket: ReportedTicket, one: FinishedCycle | ReportedClock, keys: Attribution) -> dict[str, Any]:
    return {
        "ticket": ticket.id,
        "number": ticket.number,
        "level": keys.level,
        "customer": keys.customer,
        "customer_name": name_of_customer(ticket, keys.customer),
        "metric": one.metric,
        "cycle": one.cycle,
        "started_at": one.started_at,
        "due_at": one.due_at,
        "breached_at": one.breached_at,
        "calendar": one.calendar,
        "target": one.target,
        "breach_cause": one.breach_cause,
    }


def newest_first(missed: list[Missed]) -> tuple[Missed, ...]:
    """Return the breaches with the latest deadline first, of one ticket in the order of metric and cycle."""
    return tuple(sorted(missed, key=lambda one: (-(one.due_at or 0), one.ticket, one.metric, one.cycle)))


def _somebody(agent: Reference | None) -> Reference | None:
    # A team has no id of an agent: nobody had the ticket.
    return agent if agent is not None and agent.id is not None else None
