"""To whom cycles, clocks and tickets are put down, and which of them a question is about."""

from typing import NamedTuple

from bridge.policies.figures.model import NOBODY, Filters
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import ReportedClock, ReportedTicket
from bridge.tickets import FinishedCycle, Reference


def key_of(reference: Reference | None) -> str:
    """Return the key of a status, department or agent; `NOBODY` for none and for what has no id."""
    return NOBODY if reference is None or reference.id is None else str(reference.id)


class Attribution(NamedTuple):
    """What a cycle, a clock or a ticket is put down to."""

    level: str
    customer: str
    department: str
    agent: str


def of_ticket(ticket: ReportedTicket) -> Attribution:
    """Return the keys of a ticket as it stands now."""
    level, customer = ticket.bridge.fields.get("sla_level"), ticket.bridge.detail.customer
    return Attribution(
        level=level if isinstance(level, str) else NOBODY,
        customer=NOBODY if customer is None else customer.id or NOBODY,
        department=key_of(ticket.department),
        agent=key_of(ticket.assignee),
    )


def of_clock(clock: ReportedClock, ticket: Attribution) -> Attribution:
    """Return the keys of an open clock: its own level, the rest is the ticket's."""
    return ticket._replace(level=clock.level or NOBODY)


def of_cycle(cycle: FinishedCycle) -> Attribution:
    """Return the keys of a finished cycle, all its own."""
    return Attribution(cycle.level or NOBODY, cycle.customer or NOBODY, key_of(cycle.department), key_of(cycle.agent))


def name_of_customer(ticket: ReportedTicket, customer: str) -> str:
    """Return what the ticket calls the customer; empty where its own is another one today."""
    known = ticket.bridge.detail.customer
    return known.name or "" if known is not None and known.id == customer else ""


class Sieve:
    """Lets through what a question is about."""

    def __init__(self, question: Question) -> None:
        self._departments = question.departments
        self._metric = question.filters.metric
        self._wanted = _wanted(question.filters)

    def sees(self, department: Reference | None) -> bool:
        """Return whether the department may be seen; one that is not told only by who sees all."""
        return self._departments is None or (department is not None and department.id in self._departments)

    def passes(self, keys: Attribution) -> bool:
        """Return whether the keys are those that are asked for."""
        return not self._wanted or all(keys[index] == wanted for index, wanted in self._wanted)

    def measures(self, metric: str) -> bool:
        """Return whether the metric is asked for."""
        return self._metric is None or metric == self._metric


def _wanted(filters: Filters) -> tuple[tuple[int, str], ...]:
    asked = Attribution(*(getattr(filters, name) for name in Attribution._fields))
    return tuple((index, wanted) for index, wanted in enumerate(asked) if wanted is not None)
