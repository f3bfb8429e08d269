"""Deadlines of open tickets that come next, as the helpdesk keeps them: what is owed in the days to come."""

from dataclasses import dataclass

from bridge.decisions import ClockState
from bridge.policies.figures.attribution import Sieve, name_of_customer, of_clock, of_ticket
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import ReportedTicket
from bridge.tickets import Instant, Reference

DAYS = 7
"""So many days ahead are looked at."""

_AHEAD = DAYS * 86_400
_RUNS = frozenset({ClockState.RUNNING.value, ClockState.AT_RISK.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An open deadline that is not missed yet; `state` is `running` or `at_risk`."""

    ticket: int
    number: str
    level: str
    customer: str
    customer_name: str
    department: Reference
    agent: Reference | None
    metric: str
    state: str
    due_at: Instant


class ComingDeadlines:
    """The deadlines of the next days from `now` on that a question is about, while they are collected."""

    def __init__(self, question: Question, now: Instant) -> None:
        self._sieve, self._until = Sieve(question), now + _AHEAD
        self._found: list[Coming] = []

    def take(self, ticket: ReportedTicket) -> None:
        """Take in a ticket. One that is kept out of the figures is owed an answer all the same."""
        if ticket.status.state != "open" or ticket.merged_into is not None or not self._sieve.sees(ticket.department):
            return
        for clock in ticket.bridge.detail.clocks:
            if clock.state not in _RUNS or clock.due_at is None or clock.due_at > self._until:
                continue
            keys = of_clock(clock, of_ticket(ticket))
            if self._sieve.measures(clock.metric) and self._sieve.passes(keys):
                self._found.append(
                    Coming(
                        ticket=ticket.id,
                        number=ticket.number,
                        level=keys.level,
                        customer=keys.customer,
                        customer_name=name_of_customer(ticket, keys.customer),
                        department=ticket.department,
                        agent=ticket.assignee if keys.agent else None,
                        metric=clock.metric,
                        state=clock.state,
                        due_at=clock.due_at,
                    )
                )

    def soonest(self) -> tuple[Coming, ...]:
        """Return them in the order in which they are due."""
        return tuple(sorted(self._found, key=lambda one: (one.due_at, one.ticket, one.metric)))
