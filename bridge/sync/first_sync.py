"""The first sync of a helpdesk: written page by page, the newest tickets first; one that was stopped goes on where it was.

Nothing is known yet that a guard by proportion could compare with, so nothing has to be planned whole. What would replace a level
that stands already waits all the same: such a ticket is due at once, and the ordinary pass that follows plans and guards it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import chain

from bridge.protocols import BEYOND_ALL, ChangePage, TicketItem
from bridge.sync.plan import Change
from bridge.sync.select import Selection, Selector
from bridge.sync.state import SqliteState
from bridge.sync.writer import RunReport, Writer, set_aside

BELOW = "below"
"""The fact that says how far the first sync came: all open tickets from this id on are done."""

COMPLETE = 0


def under_way(state: SqliteState) -> bool:
    """Return whether the helpdesk has not been read whole yet: it is unknown, or its first sync was stopped."""
    below = state.fact(BELOW)
    return state.fact("cursor") is None if below is None else int(below) != COMPLETE


@dataclass(slots=True)
class FirstSync:
    """Writes what `selector` decides; with `mass_change` also what replaces a level. `progress` is told how many were written.

    `report` is what has been done; `met` are tickets that are gone or cannot be read, and what others had to tell.
    """

    state: SqliteState
    selector: Selector
    _: KW_ONLY
    mass_change: bool
    progress: Callable[[int], None]
    report: RunReport = field(default_factory=lambda: RunReport(full_scan=True))
    met: Selection = field(default_factory=Selection)

    def run(
        self,
        feed: Iterable[ChangePage],
        newest: Callable[[int], Iterable[tuple[TicketItem, ...]]],
        facts: Mapping[str, str],
        *,
        anew: bool,
    ) -> None:
        """Write what the feed tells, then all other open tickets in the pages that `newest` gives below an id; `facts` are
        remembered beside each. With `anew` nothing counts that is remembered of tickets."""
        writer = Writer(selector=self.selector, report=self.report, gone=set(), progress=self.progress)
        below = BEYOND_ALL if anew else int(self.state.fact(BELOW) or BEYOND_ALL)
        if anew and self.state.fact(BELOW) is not None:
            self.state.commit(facts={BELOW: str(below)}, anew=True)
        for page in feed:
            facts = {**facts, "cursor": page.cursor, BELOW: str(below)}
            self._write(writer, page.items, facts)
        for items in filter(None, newest(below)):
            # Whoever changes one of the tickets that are done brings it into the feed again.
            done = self.state.known(items[-1].id, items[0].id)
            self._write(writer, tuple(one for one in items if one.id not in done), {**facts, BELOW: str(items[-1].id)})
        self.state.commit(facts={**facts, BELOW: str(COMPLETE), "scanned_at": str(self.selector.now)})

    def _write(self, writer: Writer, items: tuple[TicketItem, ...], facts: Mapping[str, str]) -> None:
        """Decide a page, write what it comes to, and remember it."""
        selection = self.selector.selection = Selection()
        self.selector.take(items)
        waiting, flowing = self._sorted(selection)
        writer.write(flowing)
        now, report = self.selector.now, self.report
        gone = selection.gone | writer.gone
        self.state.commit(
            facts=facts,
            tickets=chain(
                selection.unchanged.walk(),
                (replace(one.remember, next_change_at=now) for one in waiting),
                (set_aside(one, now) for one in selection.unreadable.values()),
                writer.remember.walk(),
            ),
            gone=sorted(gone),
        )
        report.unchanged += len(selection.unchanged)
        report.examined += len(selection.unchanged) + len(flowing)
        self._keep(selection, gone)
        writer.forget()

    def _keep(self, selection: Selection, gone: set[int]) -> None:
        """Keep for the ordinary pass what it has to tell, unless it meets the ticket again."""
        self.met.gone |= gone
        self.met.unreadable.update(selection.unreadable)
        self.met.missing |= selection.missing
        self.met.told.update(selection.told)

    def _sorted(self, selection: Selection) -> tuple[list[Change], list[Change]]:
        """Return the changes that wait for the guard, and those that do not, each in the order of ids."""
        waiting: list[Change] = []
        flowing: list[Change] = []
        for change in selection.changes.walk():
            (waiting if change.changes_level and not self.mass_change else flowing).append(change)
        return waiting, flowing
