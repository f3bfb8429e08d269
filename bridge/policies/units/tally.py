"""Sums of what tickets take of units of entitlement (CU-6), by their creation in whatever order they are read."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from bridge.customers import Account, Taking
from bridge.policies.units.ordered_sums import OrderedSums, Position


class _Move(NamedTuple):
    """A booking that changed, by the number of the change: `later` and `earlier` are that number where later tickets, or the
    ticket itself and earlier ones, are concerned, else nought."""

    position: Position
    later: int
    earlier: int


@dataclass(slots=True)
class _Book:
    """One account: what each ticket takes, the sums of it, and what has changed."""

    rows: dict[int, Taking] = field(default_factory=dict)
    sums: OrderedSums = field(default_factory=OrderedSums)
    stated: int = 0
    moves: list[_Move] = field(default_factory=list)

    def put(self, ticket_id: int, one: Taking | None) -> None:
        """Put a taking in place of the ticket's former one."""
        former = self.rows.pop(ticket_id, None)
        if former is not None:
            self._weigh(former, -1)
        if one is not None:
            self.rows[ticket_id] = one
            self._weigh(one, 1)

    def _weigh(self, one: Taking, sign: int) -> None:
        # An earlier ticket's amount comes on top, a later one's stated share comes off. Weighing both together turns the
        # two sums into one over the earlier tickets, less all that is stated.
        self.sums.add(_position(one), sign * (one.amount + one.stated))
        self.stated += sign * one.stated

    def taken_before(self, position: Position) -> int:
        """Return what earlier tickets take on top of the registry's count, less what it counted of this and later ones."""
        return self.sums.before(position) - self.stated

    def outdated(self, told: Callable[[int], int]) -> Iterable[int]:
        """Yield the tickets that a change concerns which is newer than what they were told."""
        moves = sorted(self.moves)
        positions = [one.position for one in moves]
        later = list(accumulate((one.later for one in moves), max, initial=0))
        earlier = list(accumulate((one.earlier for one in reversed(moves)), max, initial=0))[::-1]
        for one in self.rows.values():
            place = bisect_left(positions, _position(one))
            if told(one.ticket) < max(later[place], earlier[place]):
                yield one.ticket


_position: Callable[[Taking], Position] = attrgetter("created_at", "ticket")


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
        self._books: dict[Account, _Book] = {}
        self.booked: dict[int, tuple[Taking, ...]] = {}
        """What was booked here, by ticket; nothing for a ticket that takes part no longer."""
        self._moves = 0
        self._told: dict[int, int] = {}

    def book(self, ticket_id: int, takings: Sequence[Taking]) -> None:
        """Book what the ticket takes in place of what it took before."""
        known, now = self.booked.get(ticket_id), tuple(takings)
        if known == now:
            return
        before = {one.account: one for one in (self._of_ticket(ticket_id) if known is None else known)}
        after = {one.account: one for one in now}
        self.booked[ticket_id] = now
        for account, one in {**before, **after}.items():
            self._put(account, ticket_id, before.get(account), after.get(account), _position(one))

    def _put(
        self, account: Account, ticket_id: int, old: Taking | None, new: Taking | None, position: Position
    ) -> None:
        book = self._book(account)
        if new is None or book.rows.get(ticket_id) != new:
            book.put(ticket_id, new)
        # An amount concerns later tickets, a stated one the ticket itself and the earlier ones.
        later = (old.amount if old else 0) != (new.amount if new else 0)
        earlier = (old.stated if old else 0) != (new.stated if new else 0)
        if later or earlier:
            self._moves += 1
            book.moves.append(_Move(position, self._moves * later, self._moves * earlier))

    def knows(self, ticket_id: int) -> bool:
        """Return whether the ticket takes part, here or as remembered."""
        known = self.booked.get(ticket_id)
        return bool(known) if known is not None else any(True for _ in self._of_ticket(ticket_id))

    def taken(self, ticket_id: int, takings: Iterable[Taking]) -> dict[Account, int]:
        """Return what tickets add to the registry's counts as of the creation of the ticket with these takings.

        What earlier tickets took on top; less what the registry counted of this and later ones.
        """
        self._told[ticket_id] = self._moves
        return {one.account: self._book(one.account).taken_before(_position(one)) for one in takings}

    def settle(self) -> None:
        """Take everything booked so far for known before any answer was given."""
        self._moves = 0
        for book in self._books.values():
            book.moves.clear()
        self._told.clear()

    def outdated(self) -> set[int]:
        """Return the tickets whose count has changed since it was told, here or in an earlier pass."""

        def told(ticket_id: int) -> int:
            return self._told.get(ticket_id, 0)

        return {ticket for book in self._books.values() if book.moves for ticket in book.outdated(told)}

    def _book(self, account: Account) -> _Book:
        book = self._books.get(account)
        if book is None:
            book = self._books[account] = _Book()
            for one in self._of_account(account):
                if one.ticket not in self.booked:
                    book.put(one.ticket, one)
        return book
