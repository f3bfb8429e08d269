"""Undo of a run: each field that still says what the run wrote says again what it said before.

Fields are compared one by one with the journal, and so is osTicket's own due date where the run wrote that. What somebody
changed since, a person or a later run, stands and is named. The decision beside the fields and the finished cycles are not
put back: the journal does not keep them, and the next pass writes them anew. Actions are named, since no letter can be
called back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from bridge.errors import BridgeError
from bridge.protocols.accounting import TicketState
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import TicketError, TicketItem
from bridge.protocols.writing import WriteOutcome, WriteResult
from bridge.sync.memory.journal import Journal
from bridge.sync.memory.journal_records import Entry
from bridge.sync.memory.state import SqliteState
from bridge.sync.planned.native_date import DateChange, date_text
from bridge.sync.planned.ownership import FieldChange
from bridge.sync.planned.plan import LEVEL_FIELD, Change
from bridge.sync.planned.stored_values import canonical, sent, told
from bridge.sync.writer import ROUNDS, Outgoing
from bridge.tickets import FieldValue, Instant, Ticket

BATCH = 250
"""So many tickets are written before the next ones are read."""

DUE_DATE = "native.due_at"
"""What osTicket's own due date is called among the fields that are left."""

_DENSE = 4
"""Pages of all tickets are read where at least one of so many ids is wanted; else the tickets one by one."""


_Value = TypeVar("_Value")


class NoSuchRun(BridgeError):
    """The undo journal keeps no such run, or none any more."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Left:
    """A field that is not put back: what the run wrote, what stands there now, and the later `run` that wrote that (None:
    somebody else did)."""

    ticket_id: int
    number: str
    name: str
    wrote: FieldValue
    stands: FieldValue
    run: int | None = None


@dataclass(slots=True, kw_only=True)
class UndoReport:
    """What an undo did, or would do. `put_back` counts tickets of which every field of the run stands as before again, `partly`
    those of which some do; `as_before` had nothing left to put back. `gone` are tickets that are no more, `failed` those
    that could not be read or written, `actions` the keys of what the run had offered, by ticket."""

    run: int
    put_back: int = 0
    partly: int = 0
    as_before: int = 0
    left: list[Left] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    failed: list[TicketError] = field(default_factory=list)
    actions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Return whether nothing of the run is left."""
        return not (self.left or self.failed)


@dataclass(frozen=True, slots=True)
class _Reverse:
    """What becomes of one ticket; `change` is None where nothing is to be written."""

    left: tuple[Left, ...]
    change: Change | None


@dataclass(slots=True, kw_only=True)
class Undo:
    """Puts back the run `run` of `journal`. `writable` are the output fields that the helpdesk has, `now` is its own time.

    With `state` it is done, and put down in `book` as a run of its own; without it only looks.
    """

    helpdesk: Helpdesk
    journal: Journal
    run: int
    writable: frozenset[str]
    now: Instant
    state: SqliteState | None = None
    book: Journal | None = None

    def carry_out(self) -> UndoReport:
        """Return what was done, or would be. Safe to be repeated after any failure: what stands as before is left in peace."""
        report = UndoReport(run=self.run)
        flow = self._read(self.journal.tickets(self.run))
        while batch := dict(islice(flow, BATCH)):
            entries = self.journal.entries(list(batch), since=self.run)
            report.actions += [
                (one.number, key) for ticket in batch for one in entries[ticket] for key in self._keys(one)
            ]
            self._put_back(batch, entries, report)
        if self.book is not None:
            self.book.end()
        return report

    def _keys(self, entry: Entry) -> tuple[str, ...]:
        return entry.actions if entry.run == self.run else ()

    def _read(self, wanted: Sequence[int]) -> Iterator[tuple[int, TicketItem | None]]:
        """Yield tickets as they are now, the newest first; None for one that is no more."""
        if len(wanted) > BATCH and (wanted[0] - wanted[-1]) < _DENSE * len(wanted):
            yield from self._paged(wanted)
            return
        for one in wanted:
            yield one, self.helpdesk.ticket(one)

    def _paged(self, wanted: Sequence[int]) -> Iterator[tuple[int, TicketItem | None]]:
        left = dict.fromkeys(wanted)
        for items in self.helpdesk.newest(open_only=False, below=wanted[0] + 1):
            for item in items:
                if item.id in left:
                    del left[item.id]
                    yield item.id, item
            if not left or items[-1].id <= wanted[-1]:
                break
        # A page may leave out what one ticket's own answer tells.
        for one in left:
            yield one, self.helpdesk.ticket(one)

    def _put_back(
        self, batch: Mapping[int, TicketItem | None], entries: Mapping[int, list[Entry]], report: UndoReport
    ) -> None:
        found = batch
        for last in reversed(range(ROUNDS)):
            reversed_ = {one.id: self._reverse(one, entries[one.id]) for one in self._usable(found, report)}
            outcomes = self._written([one.change for one in reversed_.values() if one.change is not None])
            again: dict[int, TicketItem | None] = {}
            for ticket_id, one in reversed_.items():
                outcome = outcomes.get(ticket_id)
                if outcome is not None and outcome.result is WriteResult.CONFLICT and not last:
                    reason = "people kept changing it; undo the run again"
                    report.failed.append(TicketError(id=ticket_id, reason=reason))
                elif outcome is not None and outcome.result is WriteResult.CONFLICT:
                    again[ticket_id] = self.helpdesk.ticket(ticket_id)
                else:
                    _keep_book(report, ticket_id, one, outcome)
            if not (found := again):
                return

    def _usable(self, found: Mapping[int, TicketItem | None], report: UndoReport) -> Iterator[Ticket]:
        for ticket_id, item in found.items():
            if isinstance(item, Ticket):
                yield item
            elif isinstance(item, TicketError):
                report.failed.append(TicketError(id=ticket_id, reason=told(item.reason)))
            else:
                report.gone.append(ticket_id)

    def _reverse(self, ticket: Ticket, entries: Sequence[Entry]) -> _Reverse:
        """Return what has to be written so that the run's fields say what they said before, and what others made of them."""
        changes, left = list[FieldChange](), list[Left]()
        for name in sorted({one.name for entry in entries if entry.run == self.run for one in entry.fields}):
            stands = canonical(ticket.bridge.fields.get(name))
            steps = [(entry.run, one) for entry in entries for one in entry.fields if one.name == name]
            mine = [one for run, one in steps if run == self.run]
            before, ours = _traced_back(stands, [(one.before, one.after) for one in mine])
            if not ours or name not in self.writable:
                later = next((run for run, one in reversed(steps) if run != self.run and one.after == stands), None)
                left.append(Left(ticket.id, ticket.number, name, mine[-1].after, stands, later))
            elif before != stands:
                changes.append(FieldChange(name, stands, before))
        date = self._date_back(ticket, entries, left)
        if not changes and date is None:
            return _Reverse(tuple(left), None)
        return _Reverse(tuple(left), self._change(ticket, tuple(changes), date, entries[-1].who))

    def _date_back(self, ticket: Ticket, entries: Sequence[Entry], left: list[Left]) -> DateChange | None:
        """Return what becomes of osTicket's own due date. One that a person gave the ticket is another: it comes first, and
        stands, while the one below it goes back."""
        stands = ticket.native.ours
        steps = [(entry.run, entry.date) for entry in entries if entry.date is not None]
        mine = [one for run, one in steps if run == self.run]
        if not mine:
            return None
        before, ours = _traced_back(stands, [(one.before, one.after) for one in mine])
        if not ours or ticket.native.manual is None:
            later = next((run for run, one in reversed(steps) if run != self.run and one.after == stands), None)
            wrote, found = date_text(mine[-1].after), date_text(stands)
            left.append(Left(ticket.id, ticket.number, DUE_DATE, wrote, found, later))
            return None
        return None if before == stands else DateChange(before=stands, after=before, stands=ticket.native.due_at)

    def _change(self, ticket: Ticket, changes: tuple[FieldChange, ...], date: DateChange | None, who: str) -> Change:
        level = canonical(ticket.bridge.fields.get(LEVEL_FIELD))
        after = next((one.after for one in changes if one.name == LEVEL_FIELD), level)
        detail = _left_behind(ticket.bridge.detail, changes) if changes else None
        return Change(
            ticket_id=ticket.id,
            number=ticket.number,
            rev=ticket.rev,
            fields=changes,
            level_before=level if isinstance(level, str) else None,
            level_after=after if isinstance(after, str) else None,
            # The next pass that is not held looks at it again, whatever the feed says.
            remember=TicketState(id=ticket.id, next_change_at=self.now, open=ticket.status.state == "open"),
            packed_detail=None if detail is None else sent(detail),
            packed_cycles=None,
            date=date,
            who=who,
        )

    def _written(self, changes: Sequence[Change]) -> Mapping[int, WriteOutcome]:
        """Send changes, put down before in state and journal; nothing of that where it is only looked."""
        if self.state is None or not changes:
            return {}
        self.state.commit(facts={}, tickets=[one.remember for one in changes])
        if self.book is not None:
            self.book.note(changes)
        outcomes = self.helpdesk.write(Outgoing(changes))
        if self.book is not None:
            self.book.answered(changes, outcomes)
        return {change.ticket_id: one for change, one in zip(changes, outcomes, strict=True)}


def _traced_back(stands: _Value, steps: Sequence[tuple[_Value, _Value]]) -> tuple[_Value, bool]:
    """Return what stood there before the run's `steps`, and whether what stands there now is the run's or older.

    The answer to a write may have been lost, so a step counts only where it leads to what stands.
    """
    value = stands
    for before, after in reversed(steps):
        if value == after:
            value = before
        elif value != before:
            return stands, False
    return value, True


def _left_behind(detail: Mapping[str, Any], changes: Sequence[FieldChange]) -> dict[str, Any] | None:
    """Return the record beside the fields with the values that are put back as those that the bridge left behind: the next pass
    would take them for somebody else's. None where there is no such record."""
    fields, corrected = detail.get("fields"), detail.get("corrected")
    if not isinstance(fields, Mapping):
        return None
    back = {one.name: one.after for one in changes}
    left: dict[str, Any] = {**detail, "fields": {**fields, **back}}
    if isinstance(corrected, Mapping):
        left["corrected"] = {name: times for name, times in corrected.items() if name not in back}
    return left


def _keep_book(report: UndoReport, ticket_id: int, one: _Reverse, outcome: WriteOutcome | None) -> None:
    report.left += one.left
    if outcome is not None and outcome.result is WriteResult.GONE:
        report.gone.append(ticket_id)
    elif outcome is not None and outcome.result is WriteResult.INVALID:
        reason = f"the helpdesk did not accept the fields: {outcome.reason}"
        report.failed.append(TicketError(id=ticket_id, reason=told(reason)))
    elif one.change is None:
        report.as_before += not one.left
    elif one.left:
        report.partly += 1
    else:
        report.put_back += 1
