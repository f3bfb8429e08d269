"""A plan is a value: what the next pass would write, ticket by ticket, and nothing else."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.decisions import Action, ClockState, Decision
from bridge.policies.outcome import record
from bridge.policies.outcome.decision_json import action_json
from bridge.protocols.accounting import AT_RISK, OVERDUE, TicketState
from bridge.protocols.reading import TicketError
from bridge.protocols.writing import Encoded, Write
from bridge.sync.planned.native_date import DateChange
from bridge.sync.planned.offers import NOTHING, Offer
from bridge.sync.planned.ownership import FieldChange, Settled
from bridge.sync.planned.stored_values import canonical, sent, stored
from bridge.tickets import FieldValue, FinishedCycle, Instant, Ticket

LEVEL_FIELD = "sla_level"
_PRESSING = {ClockState.AT_RISK: AT_RISK, ClockState.OVERDUE: OVERDUE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one ticket gets. `rev` is the revision of the inputs that this follows from, `keys` are those of its actions,
    `who` says whose ticket it is (`marks`).

    Detail, cycles and actions are JSON, packed to a tenth of the objects' size where a pass may hold a hundred thousand of these.
    """

    ticket_id: int
    number: str
    rev: str
    fields: tuple[FieldChange, ...]
    level_before: str | None
    level_after: str | None
    remember: TicketState
    packed_detail: bytes | None
    packed_cycles: bytes | None
    date: DateChange | None = None
    packed_actions: bytes | None = None
    keys: tuple[str, ...] = ()
    who: str = ""

    @property
    def actions(self) -> Sequence[Mapping[str, Any]]:
        """Return the actions as they are offered."""
        return () if (content := _unpacked(self.packed_actions)) is None else json.loads(content)

    @property
    def detail(self) -> Mapping[str, Any] | None:
        """Return the decision's standing part as it will be kept; None when it stands already."""
        return None if (content := _unpacked(self.packed_detail)) is None else json.loads(content)

    @property
    def cycles(self) -> Sequence[Mapping[str, Any]] | None:
        """Return the finished cycles as they will be kept; None when they stand already."""
        return None if (content := _unpacked(self.packed_cycles)) is None else json.loads(content)

    @property
    def ends_cycles(self) -> bool:
        """Return whether it brings finished cycles."""
        return self.packed_cycles is not None

    @property
    def changes_level(self) -> bool:
        """Return whether a level that stands there is replaced or taken away."""
        return any(one.name == LEVEL_FIELD and one.before is not None for one in self.fields)

    def write(self) -> Write:
        """Return the change as it is sent."""
        fields = {one.name: one.after for one in self.fields}
        detail, cycles = _unpacked(self.packed_detail), _unpacked(self.packed_cycles)
        return Write(
            id=self.ticket_id,
            if_rev=self.rev,
            fields=fields,
            detail=detail,
            cycles=cycles,
            native=None if self.date is None else self.date.write(),
            actions=_unpacked(self.packed_actions),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All changes of a pass in the order of ticket ids, with what was examined and what could not be; `letters` belong to no
    ticket."""

    at: Instant
    changes: Sequence[Change]
    unchanged: Sequence[TicketState]
    gone: tuple[int, ...]
    unreadable: tuple[TicketError, ...]
    notes: tuple[str, ...] = ()
    letters: tuple[Action, ...] = ()

    @property
    def acts(self) -> int:
        """How many actions would be carried out."""
        return sum(len(one.keys) for one in self.changes) + len(self.letters)

    @property
    def examined(self) -> int:
        """How many tickets were decided."""
        return len(self.changes) + len(self.unchanged)

    @property
    def digest(self) -> str:
        """A digest of the writes, so that a reviewed plan can be told from another one."""
        digest = hashlib.sha256()
        for one in self.changes:
            fields = [[change.name, change.after] for change in one.fields]
            others: list[object] = [] if one.date is None else [one.date.write()]
            others += [{"actions": one.actions}] if one.keys else []
            digest.update(stored([one.ticket_id, one.rev, fields, one.detail, one.cycles, *others]))
        if self.letters:
            digest.update(stored([one.key for one in self.letters]))
        return f"sha256:{digest.hexdigest()}"


def difference(
    ticket: Ticket,
    decision: Decision,
    settled: Settled,
    *,
    detail: Mapping[str, Any],
    cycles: Sequence[FinishedCycle],
    date: DateChange | None = None,
    offer: Offer = NOTHING,
    pack: bool = True,
) -> Change | TicketState:
    """Return what has to be written so that the ticket says what was decided, or what to remember if nothing has. `cycles` are
    the finished ones. Without `pack` the change is made sooner, and takes four times the memory."""
    turns = [one for one in (decision.next_change_at, offer.again_at) if one is not None]
    # What is stamped by a clock ahead of the pass's own has not been seen yet, and the feed will not tell it again.
    turns += [one.at for one in ticket.events if one.at > decision.at]
    remember = TicketState(
        id=ticket.id,
        next_change_at=min(turns, default=None),
        open=(is_open := ticket.status.state == "open"),
        pressing=_PRESSING.get(decision.state, 0) if is_open else 0,
    )
    wanted = {**detail, "fields": settled.kept, **({"corrected": settled.corrected} if settled.corrected else {})}
    stands = ticket.bridge.detail
    new_detail = None if stands and _says(wanted, stands) else _fitted(wanted)
    # Read back, it may say what stands although `wanted` does not: cut to size, without what no JSON carries.
    detail_stands = new_detail is None or (bool(stands) and _says(json.loads(new_detail), stands))
    cycles_stand = tuple(cycles) == tuple(ticket.bridge.cycles)
    if not settled.changes and detail_stands and cycles_stand and date is None and not offer.actions:
        return remember
    before: FieldValue = canonical(ticket.bridge.fields.get(LEVEL_FIELD))
    return Change(
        ticket_id=ticket.id,
        number=ticket.number,
        rev=ticket.rev,
        fields=settled.changes,
        level_before=before if isinstance(before, str) else None,
        level_after=decision.level,
        remember=remember,
        packed_detail=None if detail_stands or new_detail is None else _packed(new_detail, pack=pack),
        packed_cycles=None if cycles_stand else _packed(sent([record.cycle_json(one) for one in cycles]), pack=pack),
        date=date,
        packed_actions=_packed(sent([action_json(one) for one in offer.actions]), pack=pack) if offer.actions else None,
        keys=tuple(one.key for one in offer.actions),
        who=marks(email=ticket.requester.email, customer=decision.customer.id),
    )


def marks(*, email: str | None = None, customer: str | None = None) -> str:
    """Return marks by which a person's records are found again, without the address or the id standing there."""
    said = (("email", email), ("customer", customer))
    return " ".join(
        hashlib.sha256(f"{kind} {value.strip().casefold()}".encode("utf-8", "replace")).hexdigest()[:24]
        for kind, value in said
        if value
    )


def _fitted(detail: Mapping[str, Any]) -> bytes:
    """Return the detail as it is sent, less of it where the helpdesk would not take it whole."""
    content = sent(detail)
    if len(content) > record.DETAIL_AT_MOST:
        for less in record.smaller(detail):
            content = sent(less)
            if len(content) <= record.DETAIL_AT_MOST:
                break
    return content


def _says(wanted: Mapping[str, Any], stands: Mapping[str, Any]) -> bool:
    """Return whether the detail stands word for word, ages apart. Asked first, since it saves spelling it out as JSON."""
    return wanted == stands or record.standing(wanted) == record.standing(stands)


def _packed(content: bytes, *, pack: bool) -> bytes:
    return zlib.compress(content, 1) if pack else content


def _unpacked(content: bytes | None) -> Encoded | None:
    if content is None:
        return None
    # Nothing that has been packed begins with a bracket.
    return Encoded(content if content[:1] in b"[{" else zlib.decompress(content))
