"""Units of entitlement in a pass: what its tickets take, and which answers that makes outdated (CU-6)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from bridge.customers import Account, Taking
from bridge.decisions import Decision
from bridge.policies.obligations.from_tickets import is_kept
from bridge.policies.units.breaches import book, breached_now, taken
from bridge.policies.units.tally import Tally
from bridge.protocols.accounting import Accountant, Booked
from bridge.protocols.reading import TicketItem
from bridge.sync.memory.state import SqliteState
from bridge.tickets import Instant, Ticket

log = logging.getLogger("sla_bridge.sync")


class UnitAccounts:
    """The accounts of one pass: as remembered, or begun `anew` by a pass that reads every ticket there is.

    A ticket that cannot be read takes nothing until it can: in the customer's favour, whatever is remembered of it.
    """

    def __init__(self, accountant: Accountant, state: SqliteState, *, anew: bool) -> None:
        self._accountant = accountant
        self._state = state
        self._anew = anew
        self._tally = Tally() if anew else Tally(of_account=state.account, of_ticket=state.takings)

    def count(self, pages: Iterable[tuple[TicketItem, ...]], now: Callable[[], Instant]) -> None:
        """Book all tickets of the pages before any of them is decided."""
        for items in pages:
            for item in items:
                if isinstance(item, Ticket):
                    try:
                        book(self._tally, item.id, self._accountant.takings(item, now()))
                    except Exception:
                        # A bug of ours in one ticket must not stop the others; open ones are told again when decided.
                        log.exception("counting_failed", extra={"ticket": item.id})
        self._tally.settle()

    def decide(self, ticket: Ticket, now: Instant) -> Decision:
        """Book the ticket and return the decision that heeds all bookings known so far."""
        try:
            takings = self._accountant.takings(ticket, now)
        except Exception:
            self.forget(ticket.id)
            raise
        book(self._tally, ticket.id, takings)
        decision = self._accountant.decide(ticket, now, taken=taken(self._tally, ticket.id, takings))
        cycles = breached_now(decision, ticket.bridge.cycles)
        if cycles:
            # The helpdesk keeps them from this pass on, and our own writes wake nobody up.
            after = replace(ticket, bridge=replace(ticket.bridge, cycles=cycles))
            book(self._tally, ticket.id, self._accountant.takings(after, now))
        return decision

    def forget(self, ticket_id: int) -> None:
        """Take the ticket out of the accounts: it was deleted, or cannot be read."""
        book(self._tally, ticket_id, ())

    def spent(self) -> dict[Account, int]:
        """Return what all tickets together take now, by account, in thousandths."""
        total = {} if self._anew else self._state.spent()
        for ticket_id, takings in self._tally.booked.items():
            for one in () if self._anew else self._state.takings(ticket_id):
                total[one.account] = total.get(one.account, 0) - one.amount
            for one in takings:
                total[one.account] = total.get(one.account, 0) + one.amount
        return {account: amount for account, amount in total.items() if amount}

    def kept(self) -> tuple[Taking, ...]:
        """Return what all tickets keep of obligations now."""
        booked = self._tally.booked
        remembered = () if self._anew else self._state.kept()
        of_pass = (one for takings in booked.values() for one in takings if is_kept(one.account))
        return (*(one for one in remembered if one.ticket not in booked), *of_pass)

    def outdated(self, is_open: Callable[[], frozenset[int]]) -> list[int]:
        """Return the open tickets whose count has changed since they were decided, in the order of ids."""
        found = self._tally.outdated()
        return sorted(found & is_open()) if found else []

    def booked(self, outdated: Iterable[int], at: Instant) -> Booked:
        """Return what is to be remembered; `outdated` are left to the next pass."""
        return Booked(takings=self._tally.booked, anew=self._anew, outdated=tuple(outdated), at=at)
