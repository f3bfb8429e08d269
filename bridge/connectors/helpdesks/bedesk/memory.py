"""What the bridge has seen of a conversation, look by look: the history that BeDesk itself does not keep.

Pure: a look and what was seen before go in, what is known now comes out. Nothing is guessed. A change is put down to the site's
own stamp of its last change where that lies between the look before and the one that found it, else to the latter. What lay
between two looks further apart than APART, with a change in between, is unseen: history is known from the later look on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bridge.tickets import FieldValue, Instant

APART = 900
"""Seconds. What happened and was undone in less time than this between two looks may have been missed; a clock lives with it."""

STALE = 60
"""Seconds. So long after the remembered look, a touched conversation is worth a write to remember the new one."""

_EVENTS_AT_MOST = 400

Named = Mapping[str, Any]
"""A status, group or person: `id`, `name`, and of a status `state`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenState:
    """How a conversation stands: what no message tells. `inputs` are the agents' inputs that count, `fields` all others."""

    status: Named
    group: Named | None
    assignee: Named | None
    inputs: Mapping[str, FieldValue]
    fields: Mapping[str, FieldValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look found, when, and by the site's stamps when the conversation was created and last changed. `watched` is the
    instant up to which no change can have escaped the looks before; None where nobody watched."""

    at: Instant
    standing: SeenState
    created_at: Instant
    updated_at: Instant
    watched: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What is known of a conversation: when it was looked at last, since when its history is (None: its creation), how it
    stood, and the changes, as events of a ticket's wire form."""

    seen: Instant
    known_from: Instant | None
    standing: SeenState
    events: tuple[Mapping[str, Any], ...] = field(default=())


def remembered(before: Memory | None, look: Look) -> Memory:
    """Return what is known after a look."""
    if before is None:
        return _first(look)
    known_until = before.seen if look.watched is None else max(before.seen, look.watched)
    unseen = look.updated_at - known_until > APART
    last = before.events[-1]["at"] if before.events else look.created_at
    stamped = known_until < look.updated_at <= look.at
    at = max(last, look.updated_at if stamped else look.at)
    events = (*before.events, *_changes(before.standing, look.standing, at))
    known_from = look.at if unseen else before.known_from
    if len(events) > _EVENTS_AT_MOST:
        dropped, events = events[-_EVENTS_AT_MOST - 1], events[-_EVENTS_AT_MOST:]
        known_from = max(known_from or 0, dropped["at"] + 1)
    return Memory(seen=max(before.seen, look.at), known_from=known_from, standing=look.standing, events=events)


def must_be_kept(before: Memory | None, after: Memory, updated_at: Instant) -> bool:
    """Return whether what a look has found is lost unless it is written down."""
    return before is None or replace(before, seen=after.seen) != after or updated_at - before.seen > STALE


def _first(look: Look) -> Memory:
    """Return what the first look tells. Soon after the creation all is known; what was set or closed meanwhile happened then."""
    standing = look.standing
    whole = look.at - look.created_at <= APART
    at = min(max(look.updated_at, look.created_at), look.at)
    events: list[Mapping[str, Any]] = []
    if whole and standing.status["state"] != "open":
        events.append(_event(at, "closed", after=standing.status))
    events += _fields({}, standing.inputs, at, "agent")
    known_from = None if whole else look.at
    return Memory(seen=look.at, known_from=known_from, standing=standing, events=tuple(events))


def _changes(before: SeenState, after: SeenState, at: Instant) -> Iterator[Mapping[str, Any]]:
    if _id(before.status) != _id(after.status):
        was_open, is_open = before.status["state"] == "open", after.status["state"] == "open"
        kind = ("status" if was_open else "reopened") if is_open else "closed"
        yield _event(at, kind, before=before.status, after=after.status)
    if _id(before.group) != _id(after.group):
        yield _event(at, "department", before=before.group, after=after.group)
    if _id(before.assignee) != _id(after.assignee):
        yield _event(at, "assigned", before=before.assignee, after=after.assignee)
    yield from _fields(before.inputs, after.inputs, at, "agent")
    # Whose deed this and all above was, nobody can tell.
    yield from _fields(before.fields, after.fields, at, "system")


def _fields(
    before: Mapping[str, FieldValue], after: Mapping[str, FieldValue], at: Instant, actor: str
) -> Iterator[Mapping[str, Any]]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield _event(at, "field", before=before.get(name), after=after.get(name), actor=actor, field=name)


def _id(one: Named | None) -> object:
    return None if one is None else one["id"]


def _event(
    at: Instant, kind: str, *, before: Any = None, after: Any = None, actor: str = "system", **more: Any
) -> Named:
    return {
        "at": at,
        "kind": kind,
        "actor": actor,
        "from": before,
        "to": after,
        "inferred": True,
        "source": None,
        **more,
    }
