"""From a helpdesk's log to a timeline: grouping by the second, and inferring what was not logged.

Helpdesks log unevenly. osTicket writes neither the status before a change nor the one after a reopening, an automatic claim
leaves no event at all, and its stamps have one second and come from two tables without a common order. So events of one
second are one step; what was not logged is inferred from the neighbours and from the ticket as it stands now; and an
unlogged change is taken to have stood since the last logged change of its kind.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeGuard

from bridge.fields import ATTENTION_FIELD
from bridge.policies.history.timeline import (
    ALL_FACTS,
    ANSWERED,
    ASSIGNEE,
    AT,
    CLOSED,
    CREATION,
    DEPARTMENT,
    EVENT_SETS,
    FIELDS,
    MESSAGES,
    PRIORITY,
    REOPENED,
    RESPONSES,
    STATUS,
    TOPIC,
    Step,
    Timeline,
)
from bridge.tickets import Actor, Event, EventKind, FieldValue, Instant, Reference, Ticket

_CHANGED_BY_KIND: Mapping[EventKind, int] = {
    EventKind.STATUS: STATUS | CLOSED,
    EventKind.CLOSED: STATUS | CLOSED,
    EventKind.REOPENED: STATUS | CLOSED | REOPENED | ANSWERED,
    EventKind.DEPARTMENT: DEPARTMENT,
    EventKind.TOPIC: TOPIC,
    EventKind.PRIORITY: PRIORITY,
    EventKind.ASSIGNED: ASSIGNEE,
    EventKind.FIELD: FIELDS,
}
_EFFECTS = {
    kind: {actor: (bit, _CHANGED_BY_KIND.get(kind, 0)) for actor, bit in actors.items()}
    for kind, actors in EVENT_SETS.items()
}
_EFFECTS[EventKind.MESSAGE][Actor.CUSTOMER] = (EVENT_SETS[EventKind.MESSAGE][Actor.CUSTOMER], MESSAGES)
_EFFECTS[EventKind.RESPONSE][Actor.AGENT] = (EVENT_SETS[EventKind.RESPONSE][Actor.AGENT], RESPONSES)
"""What each pair of kind and actor is to a step: its bit, and the changes it brings."""

_CREATED_KIND, _CLOSED_KIND, _REOPENED_KIND = EventKind.CREATED, EventKind.CLOSED, EventKind.REOPENED
_REFERENCE_KINDS = ((EventKind.DEPARTMENT, "department"), (EventKind.TOPIC, "topic"), (EventKind.PRIORITY, "priority"))


@dataclass(slots=True)
class _Logged:
    """A ticket's log, grouped: a step for each second, and the events that tell of a change, each with its step."""

    steps: list[Step]
    statuses: list[tuple[Step, Event]]
    others: dict[EventKind, list[tuple[Step, Event]]]


def read_history(ticket: Ticket, now: Instant, agent_inputs: frozenset[str]) -> Timeline:
    """Return the ticket's timeline as it was known at `now`; events after `now` only help to infer what stood before them.

    `agent_inputs` are the fields that count only where an agent's own event set them (AG-2, AG-3): at each step such a field
    has the value its last event gave it, if that event was an agent's, and none otherwise. The one by which attention is called
    for may also be set by the customer.
    """
    events = _in_order(ticket)
    logged = _grouped(ticket.created_at, events)
    steps = logged.steps
    if not steps[0].happened & CREATION:
        steps[0].happened |= EVENT_SETS[EventKind.CREATED][Actor.CUSTOMER]
    timeline = Timeline(steps, events, {})
    _infer(ticket, timeline, logged, agent_inputs)
    if ticket.merged_into is not None:
        timeline.merged_at = _merged_at(ticket, timeline)
    while len(steps) > 1 and steps[-1].at > now:
        steps.pop()
    return timeline


def _in_order(ticket: Ticket) -> Sequence[Event]:
    """Return the ticket's events by time. What is stamped before the creation belongs to no ticket of ours."""
    previous = ticket.created_at
    for event in ticket.events:
        if event.at < previous:
            return sorted((one for one in ticket.events if one.at >= ticket.created_at), key=attrgetter("at"))
        previous = event.at
    return ticket.events


def _grouped(created_at: Instant, events: Sequence[Event]) -> _Logged:
    messages = responses = 0
    step = Step(created_at, 0, ALL_FACTS, 0, 0, 0, 0)
    logged = _Logged([step], [], {})
    last_at = created_at
    for index, event in enumerate(events):
        if event.at != last_at:
            last_at = event.at
            step = Step(last_at, 0, AT, messages, responses, index, index)
            logged.steps.append(step)
        kind = event.kind
        happened, changed = _EFFECTS[kind][event.actor]
        if kind is _CREATED_KIND:
            # osTicket asks for the time anew for each row it writes, so this event may lie a second after the ticket's own
            # stamp. It is the creation all the same: taken for a later event, it would begin every clock a second time.
            logged.steps[0].happened |= happened
            step.last = index + 1
            continue
        step.happened |= happened
        step.last = index + 1
        if not changed:
            continue
        step.changed |= changed
        if changed == MESSAGES:
            messages += 1
            step.messages = messages
        elif changed == RESPONSES:
            responses += 1
            step.responses = responses
        elif changed & STATUS:
            logged.statuses.append((step, event))
        else:
            logged.others.setdefault(kind, []).append((step, event))
    return logged


def _infer(ticket: Ticket, timeline: Timeline, logged: _Logged, agent_inputs: frozenset[str]) -> None:
    """Give every step its new values and the timeline its initial ones."""
    at_creation = _values_at_creation(timeline)
    fields = ticket.fields
    if agent_inputs and not agent_inputs.isdisjoint(fields):
        _note_unproven(fields, timeline, logged.others.get(EventKind.FIELD, ()), agent_inputs)
        fields = {name: value for name, value in fields.items() if name not in agent_inputs}
    timeline.initial = {
        "department": ticket.department,
        "topic": ticket.topic,
        "priority": ticket.priority,
        "assignee": ticket.assignee,
        "fields": fields,
    }
    if logged.statuses:
        _infer_status(ticket, timeline, logged.statuses, at_creation.get("status"))
    else:
        _settle_unlogged_status(ticket, timeline, at_creation.get("status"))
    for kind, name in _REFERENCE_KINDS:
        if kind in logged.others:
            _infer_reference(ticket, timeline, logged.others[kind], name, at_creation)
        elif name in at_creation:
            _note_unlogged(timeline, name, at_creation[name], getattr(ticket, name))
    if EventKind.ASSIGNED in logged.others:
        _infer_assignee(ticket, timeline, logged.others[EventKind.ASSIGNED])
    if EventKind.FIELD in logged.others:
        _infer_fields(timeline, logged.others[EventKind.FIELD], agent_inputs)


def _values_at_creation(timeline: Timeline) -> Mapping[str, object]:
    for event in timeline.events:
        if event.kind is _CREATED_KIND and _is_mapping(event.after):
            return event.after
    return {}


def _is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    # The wire gives plain dicts; asking for them first spares the slower question.
    return value.__class__ is dict or (value is not None and isinstance(value, Mapping))


def reference(value: object, *, state: str | None = None) -> Reference | None:
    """Return the wire's `{"id", "name", "state"}` as a `Reference`, None for anything else; `state` where it has none."""
    if not _is_mapping(value):
        return None
    return _remembered(value.get("id"), value.get("name"), value.get("state") or state)


@lru_cache(maxsize=4096)
def _remembered(number: object, name: object, state: object) -> Reference:
    # A desk has few statuses and departments, and they come again and again.
    known = number if isinstance(number, int) else None
    return Reference(id=known, name=str(name or ""), state=str(state) if state else None)


_OPEN = Reference(state="open")
_CLOSED = Reference(state="closed")


def _is_closed(status: Reference) -> bool:
    return status.state not in (None, "open")


def _infer_status(ticket: Ticket, timeline: Timeline, pairs: list[tuple[Step, Event]], at_creation: object) -> None:
    if len(pairs) > 1:
        pairs.sort(key=_reopening_first)
    initial = reference(at_creation, state="open") or _before(pairs[0][1])
    timeline.initial["status"] = initial
    timeline.initial["closed"] = _is_closed(initial)
    status = initial
    followers = [*(event for _, event in pairs[1:]), None]
    for (step, event), follower in zip(pairs, followers, strict=True):
        found = reference(event.after, state="closed" if event.kind is _CLOSED_KIND else "open")
        status = found or _inferred_status(ticket.status, initial, event.kind, follower)
        step.values = {"status": status, "closed": _is_closed(status)}
    _settle_last_status(ticket, timeline, pairs[-1][0], status)


def _before(event: Event) -> Reference:
    """Return the status before the first status event of a ticket whose creation tells none."""
    return reference(event.before, state="open") or (_CLOSED if event.kind is _REOPENED_KIND else _OPEN)


def _settle_last_status(ticket: Ticket, timeline: Timeline, last: Step, status: Reference) -> None:
    """Make the log end where the ticket stands; what lies between was changed without an event."""
    now = ticket.status
    if status.id == now.id and status.id is not None:
        # The log's own words may be older than a renaming.
        last.set("status", now)
    elif _is_closed(now) and not _is_closed(status) and ticket.closed_at is not None:
        _insert_closing(ticket, timeline, max(ticket.closed_at, last.at))
    elif status is not now and (status.id is not None or _is_closed(status) is not _is_closed(now)):
        timeline.warnings.append("status changed without an event")
        last.set("status", now)
        last.set("closed", _is_closed(now))


def _reopening_first(pair: tuple[Step, Event]) -> tuple[Instant, bool]:
    return pair[0].at, pair[1].kind is not _REOPENED_KIND


def _inferred_status(current: Reference, initial: Reference, kind: EventKind, follower: Event | None) -> Reference:
    """Return the status after an event that does not tell it: what the next event found, or how the ticket stands now."""
    closes = kind is _CLOSED_KIND
    if follower is None:
        if _is_closed(current) is closes:
            return current
    else:
        found = reference(follower.before, state="open")
        if found is not None and _is_closed(found) is closes:
            return found
    if closes:
        return _CLOSED
    return _OPEN if _is_closed(initial) else initial


def _settle_unlogged_status(ticket: Ticket, timeline: Timeline, at_creation: object) -> None:
    """Without a single status event the ticket always stood as it stands, unless it tells when it was closed."""
    closed = _is_closed(ticket.status)
    if closed and ticket.closed_at is not None and ticket.closed_at > ticket.created_at:
        initial = reference(at_creation, state="open")
        timeline.initial["status"] = _OPEN if initial is None or _is_closed(initial) else initial
        timeline.initial["closed"] = False
        _insert_closing(ticket, timeline, ticket.closed_at)
        return
    timeline.initial["status"] = ticket.status
    timeline.initial["closed"] = closed
    _note_unlogged(timeline, "status", at_creation, ticket.status)


def _insert_closing(ticket: Ticket, timeline: Timeline, at: Instant) -> None:
    """Add the closing that the helpdesk tells by `closed_at` alone."""
    steps = timeline.steps
    place = bisect_left(steps, at, key=attrgetter("at"))
    if place == len(steps) or steps[place].at != at:
        before = steps[place - 1]
        steps.insert(place, Step(at, 0, AT, before.messages, before.responses, before.last, before.last))
    step = steps[place]
    step.happened |= EVENT_SETS[_CLOSED_KIND][Actor.SYSTEM]
    step.changed |= STATUS | CLOSED
    step.set("status", ticket.status)
    step.set("closed", value=True)
    timeline.warnings.append("status changed without an event")


def _note_unlogged(timeline: Timeline, name: str, logged: object, current: Reference | None) -> None:
    known = logged.get("id") if _is_mapping(logged) else None
    if known is not None and (current is None or known != current.id):
        timeline.warnings.append(f"{name} changed without an event")


def _infer_reference(
    ticket: Ticket, timeline: Timeline, pairs: list[tuple[Step, Event]], name: str, at_creation: Mapping[str, object]
) -> None:
    current: Reference | None = getattr(ticket, name)
    none = Reference() if name == "department" else None
    initial = reference(at_creation.get(name)) or reference(pairs[0][1].before) or none
    timeline.initial[name] = initial
    value = initial
    for position, (step, event) in enumerate(pairs):
        value = reference(event.after)
        if value is None and position + 1 < len(pairs):
            value = reference(pairs[position + 1][1].before)
        step.set(name, value or none)
    _note_unlogged(timeline, name, pairs[-1][1].after, current)
    pairs[-1][0].set(name, current)


def _infer_assignee(ticket: Ticket, timeline: Timeline, pairs: list[tuple[Step, Event]]) -> None:
    timeline.initial["assignee"] = _person(pairs[0][1].before)
    for step, event in pairs:
        step.set("assignee", _person(event.after))
    pairs[-1][0].set("assignee", ticket.assignee)


def _person(value: object) -> Reference | None:
    return reference({"name": value} if isinstance(value, str) else value)


def _infer_fields(timeline: Timeline, pairs: list[tuple[Step, Event]], agent_inputs: frozenset[str]) -> None:
    """Undo the field events from the current values, then play them forward again."""
    current: dict[str, FieldValue] = timeline.initial["fields"]
    named = [(step, event, event.field) for step, event in pairs if event.field]
    values = dict(current)
    for _, event, name in reversed(named):
        if name not in agent_inputs:
            values[name] = event.before
    timeline.initial["fields"] = values
    last_of = {name: event for _, event, name in named}
    for step, event, name in named:
        values = dict(values)
        if name in agent_inputs:
            values[name] = event.after if _counts(event) else None
        else:
            # The helpdesk's own value of now is better known than the log's text of it.
            values[name] = current.get(name) if last_of[name] is event else event.after
        step.set("fields", values)


def _counts(event: Event) -> bool:
    """Return whether an event may set an agents' input: who did it is an agent, or a customer who calls for attention."""
    return event.actor is Actor.AGENT or (event.actor is Actor.CUSTOMER and event.field == ATTENTION_FIELD)


def _note_unproven(
    fields: Mapping[str, FieldValue],
    timeline: Timeline,
    pairs: Sequence[tuple[Step, Event]],
    agent_inputs: frozenset[str],
) -> None:
    """Say which agents' inputs stand in the ticket otherwise than an agent's last event left them: they do not count."""
    standing = {name: value for name, value in fields.items() if value and name in agent_inputs}
    if not standing:
        return
    last = {event.field: event for _, event in pairs}
    for name, value in standing.items():
        event = last.get(name)
        if event is None or not _counts(event) or event.after != value:
            timeline.warnings.append(f"no agent is known to have set what stands in {name}: it does not count")


_MERGE_TAKES_SECONDS = 5


def _merged_at(ticket: Ticket, timeline: Timeline) -> Instant:
    """Return when the ticket was merged away; osTicket closes it in the same breath, which is no closing of its own."""
    closed_at = ticket.closed_at
    for event in reversed(timeline.events):
        if event.kind is EventKind.MERGED:
            merged = event.at
            return merged if closed_at is None or not 0 < merged - closed_at <= _MERGE_TAKES_SECONDS else closed_at
    return closed_at if closed_at is not None else timeline.steps[-1].at
