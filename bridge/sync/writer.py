"""The writing half of a pass: batches, newest tickets first, and what becomes of every answer."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice, repeat
from typing import overload

from bridge.errors import HelpdeskRefused
from bridge.protocols.accounting import TicketState
from bridge.protocols.reading import TicketError
from bridge.protocols.writing import Write, WriteOutcome, WriteResult
from bridge.sync.action_outcomes import ActionOutcomes
from bridge.sync.memory.journal import Journal
from bridge.sync.memory.rolling import RolledOut
from bridge.sync.notices import Notice
from bridge.sync.planned.plan import Change
from bridge.sync.planned.shelf import Shelf
from bridge.sync.planned.stored_values import canonical, told
from bridge.sync.select import Selection, Selector
from bridge.tickets import Instant, Ticket

ROUNDS = 3
"""How often a ticket is decided anew within one pass when people keep editing it."""

BACKOFF_SECONDS = 6 * 3600
"""How long a ticket that cannot be read or written rests, unless it changes before."""

BATCH = 1000
"""So many tickets are written before the next ones are touched, and shown as progress."""

_CAUTIOUS = (1, 100)
"""The first steps of a large pass: one ticket, which is read back, then a hundred, which may all be refused."""

_PROBE = 25
"""A pass with more changes than this reads its first write back, and stops when its first so many are all refused."""


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What a pass did. `failed` names tickets that were skipped, with the reasons; `standing` are troubles of the configuration,
    `told` those of them that are due to be told. `actions` counts what became of actions, by state. `run` is the number under
    which the undo journal keeps what was written; None where nothing was, or no journal is kept. `rollout` is how far a roll-out
    has come, None where none is under way.
    """

    examined: int = 0
    written: int = 0
    unchanged: int = 0
    conflicts: int = 0
    gone: int = 0
    full_scan: bool = False
    failed: list[TicketError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    standing: list[Notice] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)
    actions: dict[str, int] = field(default_factory=dict)
    run: int | None = None
    rollout: RolledOut | None = None

    def renew(self, keys: Collection[str], standing: Sequence[Notice], told: Sequence[Notice]) -> None:
        """Put notices in the place of all of `keys`; of a key that was due to be told, what stands is told now."""
        due = {one.key for one in (*self.told, *told) if one.key in keys}
        self.standing = [*(one for one in self.standing if one.key not in keys), *standing]
        self.told = [*(one for one in self.told if one.key not in keys), *(one for one in standing if one.key in due)]

    @property
    def lacks_source(self) -> bool:
        """Return whether a source of the registry is missing."""
        return any(one.missing for one in self.standing)


@dataclass(slots=True, kw_only=True)
class Writer:
    """Writes changes and keeps book: `remember` and `gone` are for the state, `report` for people, `happened` about actions.
    `journal` is put down before anything is sent, if one is kept."""

    selector: Selector
    report: RunReport
    gone: set[int]
    progress: Callable[[int], None]
    remember: Shelf[TicketState] = field(default_factory=Shelf)
    happened: ActionOutcomes = field(default_factory=ActionOutcomes)
    journal: Journal | None = None
    _accepted: int = 0
    _refused: int = 0

    def write(self, changes: Sequence[Change]) -> None:
        """Write `changes`, which stand in the order of ids, the newest tickets first, and decide anew what meets a conflict, up
        to ROUNDS times. Raises HelpdeskRefused if none of many is taken."""
        pending, probing = changes, len(changes) > _PROBE and not self._accepted
        for _ in range(ROUNDS):
            again: Shelf[Change] = Shelf()
            flow = reversed(pending)
            sizes = chain(_CAUTIOUS if probing else (), repeat(BATCH))
            while batch := list(islice(flow, next(sizes))):
                again.update({one.ticket_id: one for one in self._batch(batch, probing=probing)})
            pending, probing = again.in_order(), False
        for change in reversed(pending):
            # Edited faster than we decide. It is due at once, so the next pass finds it whatever the feed says.
            self.remember[change.ticket_id] = replace(change.remember, next_change_at=self.selector.now)
            self.report.notes.append(f"ticket {change.number} kept changing and is left to the next pass")

    @property
    def accepted(self) -> bool:
        """Return whether the helpdesk has taken anything."""
        return self._accepted > 0

    def send(self, changes: Sequence[Change]) -> list[WriteOutcome]:
        """Send changes; return the outcomes. What they rest on is in the archive before, and they are in the journal, where those
        are kept."""
        if self.selector.archive is not None:
            self.selector.archive.settle()
        if self.journal is not None:
            self.journal.note(changes)
        outcomes = self.selector.helpdesk.write(Outgoing(changes))
        if self.journal is not None:
            self.journal.answered(changes, outcomes)
        return outcomes

    def settle(self, changes: Sequence[Change], outcomes: Sequence[WriteOutcome]) -> None:
        """Take in what became of changes that were sent as Outgoing, and write anew what met a conflict."""
        again: Shelf[Change] = Shelf()
        again.update({one.ticket_id: one for one in self._settled(changes, outcomes)})
        self.progress(len(changes))
        self.write(again.in_order())

    def forget(self) -> None:
        """Begin a new book, once the state has taken over what stands in this one."""
        self.remember = Shelf()
        self.gone = set()

    def _batch(self, batch: list[Change], *, probing: bool) -> list[Change]:
        """Write once; return the changes that met a conflict, decided anew."""
        outcomes = self.send(batch)
        again = self._settled(batch, outcomes)
        if probing and not self._accepted and self._refused > _PROBE:
            reason = self.report.failed[-1].reason
            raise HelpdeskRefused(
                f"the first {self._refused} tickets were all refused, so the pass was stopped: {reason}",
                hint="Run `sla-bridge setup --plan`: the helpdesk's fields may not fit the policy any more",
            )
        if probing and len(batch) == 1 and outcomes[0].result is WriteResult.OK:
            self._read_back(batch[0])
        self.progress(len(batch))
        return again

    def _settled(self, changes: Sequence[Change], outcomes: Sequence[WriteOutcome]) -> list[Change]:
        """Keep book of every outcome; return the changes that met a conflict, decided anew."""
        return [one for pair in zip(changes, outcomes, strict=True) for one in self._settle(*pair)]

    def _settle(self, change: Change, outcome: WriteOutcome) -> list[Change]:
        match outcome.result:
            case WriteResult.OK | WriteResult.NOOP:
                self._accepted += 1
                self.remember[change.ticket_id] = change.remember
                self.report.written += outcome.result is WriteResult.OK
                acted = self._acted(change, outcome) if change.keys or outcome.actions else []
                return acted if outcome.rev in (None, change.rev) else self._put_right(change)
            case WriteResult.GONE:
                self.gone.add(change.ticket_id)
            case WriteResult.INVALID:
                reason = f"the helpdesk did not accept the fields: {outcome.reason}"
                self._fail(TicketError(id=change.ticket_id, reason=told(reason)), was=change.remember)
            case WriteResult.CONFLICT:
                self.report.conflicts += 1
                return self._decide_again(change)
        return []

    def _put_right(self, change: Change) -> list[Change]:
        """Return what follows for a ticket that was written to by what is no more so: somebody was quicker than the write."""
        self.report.conflicts += 1
        return self._anew(change.ticket_id)

    def _acted(self, change: Change, outcome: WriteOutcome) -> list[Change]:
        """Keep book of what became of the actions; return the change that follows from what they made of the ticket."""
        if self.happened.take(change.ticket_id, outcome.actions, change.keys):
            return self._anew(change.ticket_id)
        if self.happened.unkept(outcome.actions):
            self.remember[change.ticket_id] = replace(change.remember, next_change_at=self.selector.now)
        return []

    def anew(self, ticket_ids: Iterable[int]) -> None:
        """Decide tickets anew, each once, and write what follows."""
        again: Shelf[Change] = Shelf()
        for ticket_id in dict.fromkeys(ticket_ids):
            again.update({one.ticket_id: one for one in self._anew(ticket_id)})
        self.write(again.in_order())

    def _fail(self, trouble: TicketError, *, was: TicketState | None) -> None:
        self._refused += 1
        self.report.failed.append(trouble)
        self.remember[trouble.id] = set_aside(trouble, self.selector.now, was=was)

    def _decide_again(self, change: Change) -> list[Change]:
        """Return the change that follows from the ticket as it is now, if it still needs one."""
        selection = self._fetched(change.ticket_id)
        if selection.revs.get(change.ticket_id) == change.rev:
            # Nobody edited it: what we are shown is not what the helpdesk compares with. Insisting would not end.
            reason = (
                "the helpdesk shows it at a revision that it does not take; does something in between cache answers?"
            )
            self._fail(TicketError(id=change.ticket_id, reason=reason), was=change.remember)
            return []
        return self._taken(selection)

    def _anew(self, ticket_id: int) -> list[Change]:
        return self._taken(self._fetched(ticket_id))

    def _fetched(self, ticket_id: int) -> Selection:
        selection = self.selector.selection = Selection()
        self.selector.fetch(ticket_id)
        return selection

    def _taken(self, selection: Selection) -> list[Change]:
        """Keep book of what was read anew; return what has to be written of it."""
        self.remember.update({one.id: one for one in selection.unchanged.walk()})
        self.gone |= selection.gone
        for trouble in selection.unreadable.values():
            self._fail(trouble, was=None)
        return list(selection.changes.walk())

    def _read_back(self, change: Change) -> None:
        """Tell when the helpdesk does not keep what it was given: noticed on the first ticket of many."""
        item = self.selector.helpdesk.ticket(change.ticket_id)
        if not isinstance(item, Ticket):
            return
        for one in change.fields:
            found = canonical(item.bridge.fields.get(one.name))
            if found != one.after:
                self.report.notes.append(
                    f"ticket {change.number}: {one.after!r} was written into {one.name} and {found!r} stands there; has"
                    " the field's type been changed?"
                )


def set_aside(trouble: TicketError, now: Instant, *, was: TicketState | None = None) -> TicketState:
    """Return what is remembered of a ticket that cannot be handled: look again after the back-off.

    One that cannot be read counts as not open: it must not make the source look shrunk.
    """
    unknown = TicketState(id=trouble.id, next_change_at=None, open=False)
    return replace(was or unknown, next_change_at=now + BACKOFF_SECONDS, trouble=trouble.reason)


class Outgoing(Sequence[Write]):
    """Changes as they are sent, each unpacked when it is asked for: the first leave while the others are still packed."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes

    def __len__(self) -> int:
        return len(self._changes)

    @overload
    def __getitem__(self, place: int) -> Write: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Write]: ...

    def __getitem__(self, place: int | slice) -> Write | Sequence[Write]:
        return Outgoing(self._changes[place]) if isinstance(place, slice) else self._changes[place].write()
