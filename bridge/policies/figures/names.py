"""What customers, departments, agents and statuses are called."""

from bridge.policies.figures.attribution import key_of
from bridge.policies.figures.reported import ReportedTicket
from bridge.tickets import FinishedCycle, Reference

_Rank = tuple[bool, int]


class NamesByKey:
    """Names by key. Of two names of one key that of the higher rank stays; an empty one never does."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Rank, str]] = {}

    def take(self, key: str, name: str, rank: _Rank) -> None:
        """Take in a name."""
        known = self._known.get(key)
        if key and name and (known is None or known[0] <= rank):
            self._known[key] = (rank, name)

    def of(self, key: str) -> str:
        """Return the name; empty where none is known."""
        known = self._known.get(key)
        return "" if known is None else known[1]


class Names:
    """The names that tickets tell.

    A ticket tells what its department, its agent and its status are called today, a finished cycle what they were called when it
    ended: that counts only where no ticket is there any more. What a customer is called his newest ticket tells.
    """

    def __init__(self) -> None:
        self.customers, self.departments, self.agents, self.statuses = (NamesByKey() for _ in range(4))

    def take_ticket(self, ticket: ReportedTicket) -> None:
        """Take in a ticket."""
        rank = (True, ticket.id)
        _take(self.departments, ticket.department, rank)
        _take(self.statuses, ticket.status, rank)
        _take(self.agents, ticket.assignee, rank)
        customer = ticket.bridge.detail.customer
        if customer is not None:
            self.customers.take(customer.id or "", customer.name or "", rank)

    def take_cycle(self, cycle: FinishedCycle) -> None:
        """Take in a finished cycle."""
        rank = (False, cycle.stopped_at or 0)
        _take(self.departments, cycle.department, rank)
        _take(self.agents, cycle.agent, rank)
        for one in cycle.spent or ():
            _take(self.departments, one.department, rank)
            _take(self.statuses, one.status, rank)


def _take(names: NamesByKey, reference: Reference | None, rank: _Rank) -> None:
    if reference is not None:
        names.take(key_of(reference), reference.name, rank)
