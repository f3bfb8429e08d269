"""Pages that the helpdesk cannot make: asked for in halves, down to the one ticket that spoils them.

A ticket with a history of a hundred megabytes takes the memory of the process that reads it. It must not hide the others.
"""

from collections.abc import Callable, Iterator

from bridge.connectors.helpdesks.plugin_answers import ListPage
from bridge.errors import HelpdeskUnavailable
from bridge.protocols import TicketError, TicketItem
from bridge.tickets import Ticket

GAP_AT_MOST = 200
"""So many ids are tried one by one for the ticket that spoils a page: who does not tell a ticket does not tell its id."""

_HALVES_TRIED = 1
_CANNOT = 500


def cannot_make(error: HelpdeskUnavailable) -> bool:
    """Return whether the helpdesk tried and failed: a smaller question may be answered."""
    return error.status == _CANNOT


class HalvedPages:
    """Reads the list of tickets in pages of at most `size`.

    `ask(after, limit, attempts)` returns a page, with None as often as usual; `single(id)` one ticket, None where there is none.
    """

    def __init__(
        self,
        ask: Callable[[int, int, int | None], ListPage],
        single: Callable[[int], Ticket | TicketError | None],
        *,
        size: int,
        open_only: bool,
    ) -> None:
        self._ask = ask
        self._single = single
        self._size = size
        self._open_only = open_only

    def walk(self) -> Iterator[tuple[TicketItem, ...]]:
        """Yield the pages to the end. Raises HelpdeskUnavailable where smaller ones do not help."""
        after: int | None = 0
        size = self._size
        while after is not None:
            try:
                page = self._ask(after, size, None if size == self._size else _HALVES_TRIED)
            except HelpdeskUnavailable as error:
                if not cannot_make(error):
                    raise
                if size > 1:
                    size //= 2
                    continue
                items, after = self._one_by_one(after, error)
                yield items
                continue
            yield page.items
            after, size = page.next, min(self._size, size * 2)

    def _one_by_one(self, after: int, trouble: HelpdeskUnavailable) -> tuple[tuple[TicketItem, ...], int]:
        """Return what lies behind `after` up to the ticket that cannot be made, and its id."""
        found: list[TicketItem] = []
        for ticket_id in range(after + 1, after + 1 + GAP_AT_MOST):
            item = self._single(ticket_id)
            if isinstance(item, TicketError):
                return (*found, item), ticket_id
            if item is not None and (item.status.state == "open" or not self._open_only):
                found.append(item)
        raise trouble
