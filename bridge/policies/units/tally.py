"""Sums of what tickets take of units of entitlement (CU-6), by their creation in whatever order they are read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bridge.customers import Account, Taking
from bridge.tickets import Instant

Position = tuple[Instant, int]
"""Where a ticket stands among the others: by creation, those of one second by id."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A booking that changed: whom it can concern are the later tickets, the earlier ones, or both."""

    account: Account
    position: Position
    later: bool
    earlier: bool


class Tally:
    """What all tickets take, ticket by ticket, and which answers a change has made outdated.

    `of_account` and `of_ticket` give what is remembered from before; without them the tally begins empty.
    """

    def __init__(
        self,
        *,
        of_account: Callable[[Account], Iterable[Taking]] = lambda _: (),
        of_ticket: Callable[[int], Iterable[Taking]] = lambda _: (),
    ) -> None:
        self._of_account = of_account
        self._of_ticket = of_ticket
        self._accounts: dict[Account, dict[int, Taking]] = {}
        self.booked: dict[int, tuple[Taking, ...]] = {}
        """What was booked here, by ticket; nothing for a ticket that takes part no longer."""
        self._moves: list[_Move] = []
        self._told: dict[int, int] = {}

    def book(self, ticket_id: int, takings: Sequence[Taking]) -> None:
        """Book what the ticket takes in place of what it took before."""
        known = self.booked.get(ticket_id)
        before = {one.account: one for one in (self._of_ticket(ticket_id) if known is None else known)}
        after = {one.account: one for one in takings}
        self.booked[ticket_id] = tuple(takings)
        for account, one in {**before, **after}.items():
            rows = self._rows(account)
            nothing = replace(one, amount=0, stated=0)
            old, new = before.get(account, nothing), after.get(account, nothing)
            if account in after:
                rows[ticket_id] = new
            else:
                rows.pop(ticket_id, None)
            # An amount concerns later tickets, a stated one the ticket itself and the earlier ones.
            later, earlier = old.amount != new.amount, old.stated != new.stated
            if later or earlier:
                self._moves.append(_Move(account, (one.created_at, ticket_id), later, earlier))

    def knows(self, ticket_id: int) -> bool:
        """Return whether the ticket takes part, here or as remembered."""
        known = self.booked.get(ticket_id)
        return bool(known) if known is not None else any(True for _ in self._of_ticket(ticket_id))

    def taken(self, ticket_id: int, takings: Iterable[Taking]) -> dict[Account, int]:
        """Return what tickets add to the registry's counts as of the creation of the ticket with these takings.

        What earlier tickets took on top; less what the registry counted of this and later ones.
        """
        self._told[ticket_id] = len(self._moves)
        found: dict[Account, int] = {}
        for asked in takings:
            place = (asked.created_at, asked.ticket)
            rows = self._rows(asked.account).values()
            found[asked.account] = sum(
                one.amount if (one.created_at, one.ticket) < place else -one.stated for one in rows
            )
        return found

    def settle(self) -> None:
        """Take everything booked so far for known before any answer was given."""
        self._moves.clear()
        self._told.clear()

    def outdated(self) -> set[int]:
        """Return the tickets whose count has changed since it was told, here or in an earlier pass."""
        found: set[int] = set()
        for number, move in enumerate(self._moves, 1):
            for one in self._rows(move.account).values():
                place = (one.created_at, one.ticket)
                concerned = move.later if place > move.position else move.earlier
                if concerned and self._told.get(one.ticket, 0) < number:
                    found.add(one.ticket)
        return found

    def _rows(self, account: Account) -> dict[int, Taking]:
        if account not in self._accounts:
            remembered = (one for one in self._of_account(account) if one.ticket not in self.booked)
            self._accounts[account] = {one.ticket: one for one in remembered}
        return self._accounts[account]
