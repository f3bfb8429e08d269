"""The sweep: within a day every open ticket is looked at again, for SQL by others leaves no trace in the feed of changes.

A small helpdesk is read whole once a day. A larger one is read in slices that are due one after the other, so that each pass has
about the same to do, and the state remembers where the next one begins.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from bridge.policies.telling.reach import OpenClocks
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import BEYOND_ALL
from bridge.sync.guards import Guards, check_source
from bridge.sync.memory.facts import NEVER, SCANNED_AT
from bridge.sync.memory.state import SqliteState
from bridge.sync.memory.sweep_round import SWEEP, Round
from bridge.sync.select import Selector
from bridge.tickets import Instant

SWEEP_SECONDS = 24 * 3600
"""Within this time every open ticket is looked at."""

SLICE = 1000
"""So many tickets are one slice, and a helpdesk that has no more open ones is read whole."""

_SPARE = 4
"""One slice's time in so many is spare, at least one: tickets move to a later slice when older ones are opened again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Reads a helpdesk whole or in slices; what is missing there is looked for, unless that is too much for the guards (None:
    it never is). With `whole` nothing is spread."""

    helpdesk: Helpdesk
    state: SqliteState
    guards: Guards | None
    whole: bool

    def outdated(self, now: Instant) -> bool:
        """Return whether everything has to be read now: it never was, or it is a day ago and no slices are due instead."""
        scanned_at = self._scanned_at
        return scanned_at == 0 or (now - scanned_at >= SWEEP_SECONDS and not self._round(scanned_at).every)

    def scan(self, selector: Selector, *, open_only: bool) -> None:
        """Read everything, and what is known and not shown there."""
        for items in self.helpdesk.tickets(open_only=open_only):
            selector.take(items)
        self._look_for_missing(selector, self.state.open_ids())

    def slices(self, selector: Selector, now: Instant) -> Round:
        """Read the slices that are due, never a ticket twice; return where the round is then."""
        at = self._round(self._scanned_at)
        while at.every and at.next_at <= now and not at.over:
            self._slice(selector, at)
        if at.every and at.next_at <= now:
            at.next_at = now + at.every
        return at

    def end(self, at: Round, selector: Selector) -> str:
        """Take in what a pass has met of open clocks; return what the state keeps. A round that is over has met them all."""
        if selector.open_clocks is not None:
            at.clocks.join(selector.met_clocks)
            if at.over:
                selector.open_clocks, at.clocks = at.clocks, OpenClocks()
        return at.stored()

    @property
    def _scanned_at(self) -> Instant:
        return int(self.state.fact(SCANNED_AT) or NEVER)

    def _round(self, scanned_at: Instant) -> Round:
        found = Round.remembered(self.state.fact(SWEEP))
        if found is not None and not (found.every and self.whole):
            return found
        every = 0 if self.whole else self._apart()
        return Round(after=0, next_at=scanned_at + every, every=every)

    def _apart(self) -> int:
        """Return how many seconds slices have to be apart for all of them to have their turn in time."""
        slices = -(-self.state.pressing()["open"] // SLICE)
        return 0 if slices <= 1 else SWEEP_SECONDS // (slices + max(1, slices // _SPARE))

    def _slice(self, selector: Selector, at: Round) -> None:
        place, seen, behind = at.after, 0, at.after
        while seen < SLICE:
            page = self.helpdesk.page(after=place)
            selector.take(page.items)
            seen += len(page.items)
            if page.next is None:
                place, at.over = BEYOND_ALL, True
                break
            place = page.next
        self._look_for_missing(selector, self.state.open_ids(behind, place))
        at.after = 0 if at.over else place
        # A helpdesk that grows has to be read faster from now on; one that is small is read whole from its next round on.
        apart = self._apart()
        at.every = apart if at.over else apart or at.every
        at.next_at += at.every

    def _look_for_missing(self, selector: Selector, expected: Iterable[int]) -> None:
        known, missing = 0, array("q")
        for ticket_id in expected:
            known += 1
            if not selector.selection.has_met(ticket_id):
                missing.append(ticket_id)
        if self.guards is not None:
            check_source(known=known, seen=known - len(missing), guards=self.guards)
        for ticket_id in missing:
            # Closed or deleted behind the feed's back, by raw SQL for instance.
            selector.fetch(ticket_id)
