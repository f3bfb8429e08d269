"""From tickets to decisions: what a pass has read so far, and what follows for each ticket."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from bridge.decisions import Decision
from bridge.errors import BridgeError, GuardRefused, StateUnusable
from bridge.policies.outcome import record
from bridge.policies.telling.detail import detail
from bridge.policies.telling.reach import OpenClocks
from bridge.protocols.accounting import TicketState
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import TicketError, TicketItem
from bridge.protocols.writing import Ownership
from bridge.sync.clock import LEAP_SECONDS
from bridge.sync.memory.archive import Archive
from bridge.sync.planned.native_date import date_change, person_comes_first
from bridge.sync.planned.offers import NOTHING, UNDER_WAY, Offers
from bridge.sync.planned.ownership import settle
from bridge.sync.planned.plan import Change, difference
from bridge.sync.planned.shelf import Shelf
from bridge.sync.planned.stored_values import told
from bridge.sync.units import UnitAccounts
from bridge.tickets import Instant, Ticket, Tombstone

log = logging.getLogger("sla_bridge.sync")

Decide = Callable[[Ticket, Instant], Decision]

_NOTES_AT_MOST = 20

_FEW = 25
"""Up to so many tickets are fetched one by one; beyond, pages of open tickets are cheaper."""

_MOST = 500
"""So many tickets that stand in no page of open ones are fetched one by one in a pass; the others stay due."""


@dataclass(slots=True)
class Selection:
    """What a pass has decided so far: `told` are sentences about single tickets, `acting` those that were read while an action of
    theirs was under way, `missing` fields that the helpdesk lacks."""

    changes: Shelf[Change] = field(default_factory=Shelf)
    unchanged: Shelf[TicketState] = field(default_factory=Shelf)
    unreadable: dict[int, TicketError] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    revs: Shelf[str] = field(default_factory=Shelf)
    told: Shelf[tuple[str, ...]] = field(default_factory=Shelf)
    acting: set[int] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)

    def has_met(self, ticket_id: int) -> bool:
        """Return whether the ticket was met in any state."""
        return any(ticket_id in book for book in (self.unchanged, self.changes, self.gone, self.unreadable))

    @property
    def empty(self) -> bool:
        """Return whether no ticket was met."""
        return not (self.gone or self.unreadable or len(self.unchanged) or len(self.changes))

    def open_among(self, known: Iterable[int]) -> frozenset[int]:
        """Return the open tickets: those met here as they are now, the others as they were `known`."""
        states = chain((one.remember for one in self.changes.walk()), self.unchanged.walk())
        return frozenset(one for one in known if not self.has_met(one)) | {one.id for one in states if one.open}

    def notes(self) -> Iterator[str]:
        """Yield what single tickets have to tell, the first of it."""
        sentences = chain.from_iterable(self.told.walk())
        yield from islice(sentences, _NOTES_AT_MOST)
        if more := sum(1 for _ in sentences):
            yield f"and {more} more of this kind"

    def forget(self, ticket_id: int) -> None:
        """Take back what was concluded about a ticket."""
        books: Iterable[MutableMapping[int, Any]] = (
            self.changes,
            self.unchanged,
            self.unreadable,
            self.revs,
            self.told,
        )
        for book in books:
            if ticket_id in book:
                del book[ticket_id]
        self.gone.discard(ticket_id)
        self.acting.discard(ticket_id)


@dataclass(slots=True, kw_only=True)
class Selector:
    """Decides what it is given, at the pass's instant `since` or at the later time of reading; `accounts` count units, if any.
    `open_clocks` take in the clocks that were met, where the helpdesk keeps publications for its screens, and `met_clocks` those
    of this pass alone; `offers` choose the actions, where some are carried out; `archive` keeps what cycles that are over were
    decided by, if one is kept."""

    helpdesk: Helpdesk
    decide: Decide
    since: Instant
    due_dates: bool = False
    """Whether osTicket's own due date is to be the decision's."""
    ownership: Mapping[str, Ownership]
    writable: frozenset[str]
    accounts: UnitAccounts | None = None
    open_clocks: OpenClocks | None = None
    met_clocks: OpenClocks = field(default_factory=OpenClocks)
    offers: Offers | None = None
    archive: Archive | None = None
    selection: Selection = field(default_factory=Selection)

    @property
    def now(self) -> Instant:
        """Return the helpdesk's time, which never goes back within a pass. Raises GuardRefused where it leaps within one."""
        now = max(self.since, self.helpdesk.server_time or self.since)
        if now - self.since > LEAP_SECONDS:
            raise GuardRefused(
                f"the helpdesk's clock went ahead by {now - self.since} s within this pass",
                hint="Set the clock of the helpdesk's host; the next run decides all tickets anew that this one met",
            )
        return now

    def take(self, items: Iterable[TicketItem]) -> None:
        """Decide tickets as they were read."""
        selection = self.selection
        for item in items:
            known = isinstance(item, Ticket) and selection.revs.get(item.id) == item.rev
            # An intent that went since somebody was quicker moves no revision, and the feed tells of it once.
            if known and item.id not in selection.acting:
                continue
            selection.forget(item.id)
            if isinstance(item, Ticket):
                selection.revs[item.id] = item.rev
                if any(one.state in UNDER_WAY for one in item.bridge.actions):
                    selection.acting.add(item.id)
                self._decide_one(item)
                continue
            if isinstance(item, Tombstone):
                selection.gone.add(item.id)
            else:
                selection.unreadable[item.id] = TicketError(id=item.id, reason=told(item.reason))
            if self.accounts is not None:
                self.accounts.forget(item.id)

    def fetch(self, ticket_id: int) -> None:
        """Read one ticket and decide it."""
        item = self.helpdesk.ticket(ticket_id)
        self.take([item if item is not None else Tombstone(id=ticket_id)])

    def fetch_all(self, wanted: Sequence[int], *, pages: bool) -> None:
        """Read tickets and decide them, those named first first: one by one, or with `pages` by those where many are."""
        left = wanted
        if pages and len(left) > _FEW:
            named = set(left)
            seen: set[int] = set()
            for items in self.helpdesk.tickets(open_only=True):
                found = [one for one in items if one.id in named]
                seen.update(one.id for one in found)
                self.take(found)
            left = [one for one in left if one not in seen]
        for ticket_id in left[:_MOST]:
            self.fetch(ticket_id)

    def fetch_listed(self, wanted: Sequence[int]) -> None:
        """Read tickets and decide them, named in the order of ids: by pages of open ones, passing over those where none is. One
        that stands in no page is fetched by itself."""
        left = deque(one for one in wanted if not self.selection.has_met(one))
        alone: list[int] = []
        while left:
            page = self.helpdesk.page(after=left[0] - 1)
            shown = {one.id: one for one in page.items}
            named: list[int] = []
            while left and (page.next is None or left[0] <= page.next):
                named.append(left.popleft())
            self.take(shown[one] for one in named if one in shown)
            alone += (one for one in named if one not in shown)
        for ticket_id in alone[:_MOST]:
            self.fetch(ticket_id)

    def decide_again(self, wanted: Sequence[int]) -> None:
        """Read tickets and decide them anew, also those that have not changed since they were read."""
        for ticket_id in wanted:
            self.selection.revs.pop(ticket_id, None)
        self.fetch_all(wanted, pages=True)

    def _decide_one(self, ticket: Ticket) -> None:
        selection, now = self.selection, self.now
        try:
            result = self._result(ticket, now)
        except StateUnusable:
            # No fault of this ticket: the disk takes nothing, or does not show what is remembered.
            raise
        except BridgeError as error:
            selection.unreadable[ticket.id] = TicketError(id=ticket.id, reason=told(str(error)))
            return
        except Exception as error:
            # A bug of ours in one ticket must not stop the others.
            log.exception("decision_failed", extra={"ticket": told(ticket.number)})
            reason = f"a bug of the bridge, please report it: {type(error).__name__}"
            selection.unreadable[ticket.id] = TicketError(id=ticket.id, reason=reason)
            return
        if isinstance(result, Change):
            selection.changes[ticket.id] = result
        else:
            selection.unchanged[ticket.id] = result

    def _result(self, ticket: Ticket, now: Instant) -> Change | TicketState:
        decision = self.decide(ticket, now) if self.accounts is None else self.accounts.decide(ticket, now)
        if self.open_clocks is not None:
            self.open_clocks.take(decision.clocks)
            self.met_clocks.take(decision.clocks)
        settled = settle(ticket, decision.fields, ownership=self.ownership, writable=self.writable)
        result = difference(
            ticket,
            decision,
            settled,
            detail=detail(decision, publishes=self.open_clocks is not None),
            cycles=record.cycles_after(decision, kept=ticket.bridge.cycles),
            date=date_change(ticket, decision, wanted=self.due_dates),
            offer=NOTHING if self.offers is None else self.offers.of(ticket, decision, now),
            pack=self.selection.changes.spilled,
        )
        if (
            self.archive is not None
            and isinstance(result, Change)
            and result.ends_cycles
            and decision.basis is not None
        ):
            self.archive.keep_inputs(decision.policy_digest, decision.basis.registry)
        self.selection.missing |= settled.missing
        sentences = settled.told
        if self.due_dates and (sentence := person_comes_first(ticket, decision)) is not None:
            sentences = (*sentences, sentence)
        if sentences:
            self.selection.told[ticket.id] = tuple(told(f"ticket {ticket.number}: {one}") for one in sentences)
        return result
