"""Every breach by itself: which ticket, whose, how late, why, and by which receipt."""

from bridge.policies.figures.attribution import Attribution, name_of_customer
from bridge.policies.figures.model import Missed
from bridge.policies.figures.reported import ReportedClock, ReportedTicket
from bridge.tickets import FinishedCycle, Reference


def missed_cycle(ticket: ReportedTicket, cycle: FinishedCycle, keys: Attribution) -> Missed:
    """Return a finished cycle that was missed."""
    return Missed(
        ticket=ticket.id,
        number=ticket.number,
        level=keys.level,
        customer=keys.customer,
        customer_name=name_of_customer(ticket, keys.customer),
        department=cycle.department,
        agent=_somebody(cycle.agent),
        metric=cycle.metric,
        cycle=cycle.cycle,
        started_at=cycle.started_at,
        due_at=cycle.due_at,
        breached_at=cycle.breached_at,
        stopped_at=cycle.stopped_at,
        late_seconds=cycle.late_seconds,
        late_days=cycle.late_days,
        elapsed_seconds=cycle.elapsed_seconds,
        calendar=cycle.calendar,
        target=cycle.target,
        breach_cause=cycle.breach_cause,
        policy_digest=cycle.policy_digest,
        inputs=cycle.inputs,
    )


def overdue_clock(ticket: ReportedTicket, clock: ReportedClock, keys: Attribution) -> Missed:
    """Return an open clock that is overdue; how late it is will stand when it ends."""
    return Missed(
        ticket=ticket.id,
        number=ticket.number,
        level=keys.level,
        customer=keys.customer,
        customer_name=name_of_customer(ticket, keys.customer),
        department=ticket.department,
        agent=_somebody(ticket.assignee),
        metric=clock.metric,
        cycle=clock.cycle,
        started_at=clock.started_at,
        due_at=clock.due_at,
        breached_at=clock.breached_at,
        stopped_at=None,
        late_seconds=None,
        late_days=None,
        elapsed_seconds=None,
        calendar=clock.calendar,
        target=clock.target,
        breach_cause=clock.breach_cause,
        policy_digest=None,
        inputs=None,
    )


def newest_first(missed: list[Missed]) -> tuple[Missed, ...]:
    """Return the breaches with the latest deadline first, of one ticket in the order of metric and cycle."""
    return tuple(sorted(missed, key=lambda one: (-(one.due_at or 0), one.ticket, one.metric, one.cycle)))


def _somebody(agent: Reference | None) -> Reference | None:
    # A team has no id of an agent: nobody had the ticket.
    return agent if agent is not None and agent.id is not None else None
