"""The first sync of a helpdesk: written page by page, the newest tickets first; one that was stopped goes on where it was.

Nothing is known yet that a guard by proportion could compare with, so nothing has to be planned whole. What would replace a level
that stands already waits all the same: such a ticket is due at once, and the ordinary pass that follows plans and guards it.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, field, replace
from itertools import chain

from bridge.protocols.reading import BEYOND_ALL, ChangePage, TicketItem
from bridge.protocols.writing import WriteOutcome
from bridge.sync.memory.facts import NEVER, SCANNED_AT
from bridge.sync.memory.journal import Journal
from bridge.sync.memory.state import SqliteState
from bridge.sync.planned.plan import Change
from bridge.sync.select import Selection, Selector
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
    journal: Journal | None = None
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
        below = BEYOND_ALL if anew else int(self.state.fact(BELOW) or BEYOND_ALL)
        before = self.state.fact(SCANNED_AT)
        if anew and self.state.fact(BELOW) is not None:
            self.state.commit(facts={BELOW: str(below)}, anew=True)
        writer = Writer(
            selector=self.selector, report=self.report, gone=set(), progress=self.progress, journal=self.journal
        )
        at = {**facts, BELOW: str(below)}
        self._stream(writer, ((page.items, {**at, "cursor": page.cursor}) for page in feed))
        behind = {**facts, "cursor": self.state.fact("cursor") or ""}
        pages = ((self._left(items), {**behind, BELOW: str(items[-1].id)}) for items in filter(None, newest(below)))
        self._stream(writer, pages)
        # That another policy led in between shows with the first write, when an earlier part may have been done long ago.
        again = self.state.fact(SCANNED_AT) == NEVER != before
        scanned = {} if again else {SCANNED_AT: str(self.selector.now)}
        self.state.commit(facts={**behind, BELOW: str(COMPLETE), **scanned})

    def _left(self, items: tuple[TicketItem, ...]) -> tuple[TicketItem, ...]:
        """Return the tickets of a page that are not done yet. Whoever changes one that is brings it into the feed again."""
        done = self.state.known(items[-1].id, items[0].id)
        return tuple(one for one in items if one.id not in done)

    def _stream(self, writer: Writer, pages: Iterable[tuple[tuple[TicketItem, ...], Mapping[str, str]]]) -> None:
        """Write pages, each with the facts to remember beside it. While one is on its way, the next is decided; whatever ends
        this, what was on its way is taken in."""
        with ThreadPoolExecutor(1) as lane, ExitStack() as sent:
            for items, facts in pages:
                page = self._decided(items, facts)
                sent.close()
                if writer.accepted:
                    page.outcomes = lane.submit(writer.send, page.flowing)
                else:
                    # The first ones with care, as in any pass.
                    writer.write(page.flowing[::-1])
                sent.callback(self._finish, writer, page)

    def _decided(self, items: tuple[TicketItem, ...], facts: Mapping[str, str]) -> "_Page":
        selection = self.selector.selection = Selection()
        self.selector.take(items)
        page = _Page(selection, facts)
        for change in selection.changes.walk(backwards=True):
            waits = change.changes_level and not self.mass_change
            (page.waiting if waits else page.flowing).append(change)
        return page

    def _finish(self, writer: Writer, page: "_Page") -> None:
        """Take in what became of a page, and remember it."""
        if page.outcomes is not None:
            writer.settle(page.flowing, page.outcomes.result())
        selection, now = page.selection, self.selector.now
        gone = selection.gone | writer.gone
        self.state.commit(
            facts=page.facts,
            tickets=chain(
                selection.unchanged.walk(),
                (replace(one.remember, next_change_at=now) for one in page.waiting),
                (set_aside(one, now) for one in selection.unreadable.values()),
                writer.remember.walk(),
            ),
            gone=sorted(gone),
        )
        self.report.unchanged += len(selection.unchanged)
        self.report.examined += len(selection.unchanged) + len(page.flowing)
        self._keep(selection, gone)
        writer.forget()

    def _keep(self, selection: Selection, gone: set[int]) -> None:
        """Keep for the ordinary pass what it has to tell, unless it meets the ticket again."""
        self.met.gone |= gone
        self.met.unreadable.update(selection.unreadable)
        self.met.missing |= selection.missing
        self.met.told.update(selection.told)


@dataclass(slots=True)
class _Page:
    """A page that has been decided, the newest tickets first: what is written, what waits for the guard, what came of it."""

    selection: Selection
    facts: Mapping[str, str]
    flowing: list[Change] = field(default_factory=list)
    waiting: list[Change] = field(default_factory=list)
    outcomes: "Future[list[WriteOutcome]] | None" = None
