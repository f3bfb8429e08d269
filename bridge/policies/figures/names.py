"""What customers, departments, agents and statuses are called."""

from bridge.policies.figures.attribution import Attribution, key_of, name_of_customer
from bridge.policies.figures.reported import ReportedTicket
from bridge.tickets import FinishedCycle, Reference

Rank = tuple[bool, int, int]
"""Whether it is true today; when it was true, or whose ticket tells it; of which ticket."""


class NamesByKey:
    """Names by key: of two for one key that of the higher rank stays."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Rank, str]] = {}

    def take(self, key: str, name: str, rank: Rank) -> None:
        """Take in a name."""
        known = self._known.get(key)
        if key and (known is None or known[0] <= rank):
            self._known[key] = (rank, name)

    def of(self, key: str) -> str:
        """Return the name; empty where none is known."""
        known = self._known.get(key)
        return "" if known is None else known[1]


class Names:
    """The names in the figures.

    They are those of today where a clock is open, for its ticket tells them; else those that the cycle tells which ended last.
    What its customer is called a cycle does not tell, but its ticket, as long as that has the same customer.
    """

    def __init__(self) -> None:
        self.customers, self.departments, self.agents, self.statuses = (NamesByKey() for _ in range(4))

    def take_open(self, ticket: ReportedTicket, keys: Attribution) -> None:
        """Take in a ticket with an open clock."""
        rank = (True, ticket.id, 0)
        _take(self.departments, ticket.department, rank)
        _take(self.agents, ticket.assignee, rank)
        self._take_customer(ticket, keys, rank)

    def take_cycle(self, ticket: ReportedTicket, cycle: FinishedCycle, keys: Attribution) -> None:
        """Take in a finished cycle."""
        rank = (False, cycle.stopped_at or 0, ticket.id)
        _take(self.departments, cycle.department, rank)
        _take(self.agents, cycle.agent, rank)
        self._take_customer(ticket, keys, rank)

    def _take_customer(self, ticket: ReportedTicket, keys: Attribution, rank: Rank) -> None:
        name = name_of_customer(ticket, keys.customer)
        if name:
            self.customers.take(keys.customer, name, rank)


def _take(names: NamesByKey, reference: Reference | None, rank: Rank) -> None:
    if reference is not None:
        names.take(key_of(reference), reference.name, rank)
