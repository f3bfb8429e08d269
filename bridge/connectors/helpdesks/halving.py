"""Pages that the helpdesk cannot make: asked for in halves, down to the one ticket that spoils them.

A ticket with a history of a hundred megabytes takes the memory of the process that reads it. It must not hide the others: where
it stands alone, the page is asked for as ids, which the helpdesk always can make.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from bridge.errors import HelpdeskUnavailable

_HALVES_TRIED = 1
_CANNOT = 500
_Page = TypeVar("_Page")


def cannot_make(error: HelpdeskUnavailable) -> bool:
    """Return whether the helpdesk tried and failed: a smaller question may be answered."""
    return error.status == _CANNOT


class Portion(NamedTuple):
    """How much is asked for, with `ids` as ids alone; `attempts` None are as many as usual."""

    limit: int
    attempts: int | None = None
    ids: bool = False


class HalvedPages:
    """Sizes of pages: at most `most` tickets, fewer while the helpdesk cannot make them."""

    def __init__(self, most: int) -> None:
        self._most = self._size = most

    def page(self, ask: Callable[[Portion], _Page]) -> _Page:
        """Return the page that `ask` gets. Raises HelpdeskUnavailable where smaller pages do not help."""
        while True:
            try:
                page = ask(Portion(self._size, attempts=None if self._size == self._most else _HALVES_TRIED))
            except HelpdeskUnavailable as error:
                if not cannot_make(error):
                    raise
                if self._size == 1:
                    return ask(Portion(1, ids=True))
                self._size //= 2
                continue
            self._size = min(self._most, self._size * 2)
            return page
