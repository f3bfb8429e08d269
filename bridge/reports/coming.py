"""Deadlines of open tickets that come next, as the helpdesk keeps them: what is owed in the days to come."""

from collections.abc import Iterator
from dataclasses import dataclass

from bridge.tickets import Instant, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An open deadline that is not missed yet; `state` is `running` or `at_risk`."""

    ticket: int
    number: str
    level: str
    customer: str
    customer_name: str
    department: Reference | None
    agent: Reference | None
    metric: str
    state: str
    due_at: Instant


def soonest(found: Iterator[Coming] | list[Coming]) -> list[Coming]:
    """Return them in the order in which they are due."""
    return sorted(found, key=lambda one: (one.due_at, one.ticket, one.metric))
