"""Whose value stands in an output field: ours, or somebody else's?

With every write the helpdesk keeps, beside the decision, the field values that the bridge left behind. What differs
from them later was changed by somebody else: by SQL, another tool, a server that does not store what it was given.
Such a value is written back (`enforce`), left and told (`report`) or left in peace (`yield`). Writing back is bounded:
after three times in a row the other side has won until the ticket itself calls for another value.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.protocols import Ownership
from bridge.sync.stored_values import canonical
from bridge.tickets import FieldValue, Ticket

CORRECTIONS = 3
"""How often in a row one field of one ticket is written back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One output field: what stands there and what belongs there."""

    name: str
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What becomes of a ticket's output fields.

    `kept` and `corrected` are for the record beside the decision: the values that are ours after the write, and how
    often in a row a field has been written back. `told` are sentences about other people's values, `missing` the
    fields that the helpdesk does not have.
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
    changes: list[FieldChange] = []
    told: list[str] = []
    kept: dict[str, FieldValue] = {}
    corrected: dict[str, int] = {}
    left_behind, corrections = _record(ticket)
    for name in sorted(wanted.keys() & writable):
        before, after = canonical(ticket.bridge.fields.get(name)), canonical(wanted[name])
        ours = canonical((left_behind or {}).get(name))
        kept[name] = after
        if before == after:
            continue
        if before != ours and before is not None and ownership.get(name, Ownership.ENFORCE) is not Ownership.ENFORCE:
            kept[name] = ours
            if ownership[name] is Ownership.REPORT:
                told.append(
                    f"{name} holds {before!r}, which is not the bridge's; {after!r} belongs there and is not written"
                )
            continue
        if before != ours and left_behind is not None:
            times = corrections.get(name, 0)
            if times >= CORRECTIONS and after == ours:
                kept[name], corrected[name] = ours, times
                told.append(f"{name} is turned into {before!r} again and again; {after!r} is not written any more")
                continue
            corrected[name] = min(times + 1, CORRECTIONS)
            told.append(f"{name} was turned into {before!r} by somebody else; {after!r} is written back")
        changes.append(FieldChange(name=name, before=before, after=after))
    return Settled(
        changes=tuple(changes),
        kept={name: value for name, value in kept.items() if value is not None},
        corrected=corrected,
        told=tuple(told),
        missing=frozenset(wanted.keys() - writable),
    )


def _record(ticket: Ticket) -> tuple[Mapping[str, FieldValue] | None, Mapping[str, int]]:
    """Return the values that the bridge left behind (None: it never wrote here), and the corrections so far."""
    fields, corrected = ticket.bridge.detail.get("fields"), ticket.bridge.detail.get("corrected")
    return (
        fields if isinstance(fields, Mapping) else None,
        {name: times for name, times in corrected.items() if isinstance(times, int)}
        if isinstance(corrected, Mapping)
        else {},
    )
