"""Whose value stands in an output field: ours, or somebody else's?

With every write the helpdesk keeps, beside the decision, the field values that the bridge left behind. What differs
from them later was changed by somebody else: by SQL, another tool, a server that does not store what it was given.
Such a value is written back (`enforce`), left and told (`report`) or left in peace (`yield`). Writing back is bounded:
after three times in a row the other side has won until the ticket itself calls for another value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bridge.protocols.writing import Ownership
from bridge.sync.planned.stored_values import canonical
from bridge.tickets import FieldValue, Ticket

CORRECTIONS = 3
"""How often in a row one field of one ticket is written back."""


class FieldChange(NamedTuple):
    """One output field: what stands there and what belongs there."""

    name: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of a ticket's output fields.

    For the record beside the decision, `kept` are the values that are ours after the write, `corrected` how often in a row
    a field was written back. `told` are sentences about other people's values, `missing` fields that the helpdesk lacks.
    """

    changes: tuple[FieldChange, ...] = ()
    kept: Mapping[str, FieldValue]
    corrected: Mapping[str, int]
    told: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()


def settle(
    ticket: Ticket,
    wanted: Mapping[str, FieldValue],
    *,
    ownership: Mapping[str, Ownership],
    writable: frozenset[str],
) -> Settled:
    """Return what has to be written so that the fields of `ticket` say what is wanted, as far as that is ours."""
    past, stands = _past(ticket), ticket.bridge.fields
    changes: list[FieldChange] = []
    kept: dict[str, FieldValue] = {}
    corrected: dict[str, int] = {}
    told: list[str] = []
    for name in sorted(wanted.keys() & writable):
        one = _settled_field(name, canonical(stands.get(name)), canonical(wanted[name]), past, ownership)
        if one.change is not None:
            changes.append(one.change)
        if one.kept is not None:
            kept[name] = one.kept
        if one.corrected:
            corrected[name] = one.corrected
        if one.told:
            told.append(one.told)
    return Settled(
        changes=tuple(changes),
        kept=kept,
        corrected=corrected,
        told=tuple(told),
        missing=frozenset(wanted.keys() - writable),
    )


class _Past(NamedTuple):
    """What the bridge left behind (None: it never wrote here, or that is damaged), and how often in a row it corrected each."""

    left_behind: Mapping[str, FieldValue] | None
    corrections: Mapping[str, int]


def _past(ticket: Ticket) -> _Past:
    detail = ticket.bridge.detail
    fields, corrected = (one if isinstance(one, Mapping) else None for one in map(detail.get, ("fields", "corrected")))
    return _Past(fields, {name: count for name, count in (corrected or {}).items() if isinstance(count, int)})


class _SettledField(NamedTuple):
    """What becomes of one field; `corrected` counts how often in a row it has been written back, this time included."""

    kept: FieldValue
    change: FieldChange | None = None
    corrected: int = 0
    told: str = ""


def _settled_field(
    name: str, before: FieldValue, after: FieldValue, past: _Past, ownership: Mapping[str, Ownership]
) -> _SettledField:
    if before == after:
        return _SettledField(after)
    change = FieldChange(name, before, after)
    ours = canonical((past.left_behind or {}).get(name))
    if before == ours:
        return _SettledField(after, change)
    rule = ownership.get(name, Ownership.ENFORCE)
    if before is not None and rule is not Ownership.ENFORCE:
        told = f"{name} holds {before!r}, which is not the bridge's; {after!r} belongs there and is not written"
        return _SettledField(kept=ours, told=told if rule is Ownership.REPORT else "")
    if past.left_behind is None:
        return _SettledField(after, change)
    times = past.corrections.get(name, 0)
    if times >= CORRECTIONS and after == ours:
        told = f"{name} is turned into {before!r} again and again; {after!r} is not written any more"
        return _SettledField(kept=ours, corrected=times, told=told)
    told = f"{name} was turned into {before!r} by somebody else; {after!r} is written back"
    return _SettledField(kept=after, change=change, corrected=min(times + 1, CORRECTIONS), told=told)
