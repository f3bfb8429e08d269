"""The feed of changes as a pass walks it: of the helpdesk that is known, from the remembered cursor to the end."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from bridge.errors import CursorGone, GuardRefused, HelpdeskRefused
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import ChangePage
from bridge.sync.memory.state import SqliteState

log = logging.getLogger("sla_bridge.sync")


@dataclass(frozen=True, slots=True)
class Feed:
    """Walks the feed; a page of another helpdesk than the remembered one is refused."""

    helpdesk: Helpdesk
    state: SqliteState

    def first_page(self) -> tuple[ChangePage, bool]:
        """Return the page behind the remembered cursor, and whether that cursor is gone. Raises what `pinned` raises."""
        cursor, passed = self.state.fact("cursor"), self.state.fact("passed")
        # Who only looks tells nothing.
        ended = int(passed) if passed is not None and not self.state.read_only else None
        try:
            page, gone = self.helpdesk.changes(cursor, passed=ended), False
        except CursorGone as error:
            log.warning("cursor_gone", extra={"reason": str(error)})
            page, gone = self.helpdesk.changes(None), True
        return self.pinned(page), gone

    def pinned(self, page: ChangePage) -> ChangePage:
        """Return the page where it is of the helpdesk that is known. Raises GuardRefused for another one's."""
        pinned = self.state.fact("instance_id")
        if pinned is not None and pinned != page.instance_id:
            raise GuardRefused(
                f"another helpdesk answers at this address: its instance is {page.instance_id}, known is {pinned}",
                hint="If it was moved or reinstalled on purpose, run `sla-bridge state reset`",
            )
        return page

    def pages(self, page: ChangePage) -> Iterator[ChangePage]:
        """Yield the page and those behind it to the feed's end."""
        taken = 0
        while True:
            yield page
            taken += len(page.items)
            if not page.has_more:
                return
            if not page.items or taken > page.head:
                # The feed cannot hold more tickets than it has ever numbered: it would be walked for ever.
                raise HelpdeskRefused(
                    f"the change feed does not end: {taken} items read, its head is {page.head}",
                    hint="Bring the companion plugin and the bridge to the same version",
                )
            page = self.helpdesk.changes(page.cursor)
