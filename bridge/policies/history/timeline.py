"""The steps of a ticket's history: what happened in each second, and which facts it changed.

What happened and what changed are sets that are asked for at every step of every ticket. They are kept as integers, a
bit for each member, so that `step.happened & watched` is what both have in common: that is a third more decisions a
second than with Python's own sets. Nothing outside this module needs to know which bit is whose.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from bridge.policies.agreement.facts import Facts
from bridge.tickets import Actor, Event, EventKind, Instant

EventSet = int
"""A set of pairs of an event's kind and its actor; `&` gives what two sets share, `|` joins them, 0 is empty."""

FactSet = int
"""A set of attributes of `Facts` that a step can change, by the same operators."""

STATUS, DEPARTMENT, TOPIC, PRIORITY, ASSIGNEE, FIELDS, CLOSED, ANSWERED, REOPENED, MESSAGES, RESPONSES, AT = (
    1 << position for position in range(12)
)
ALL_FACTS: FactSet = (1 << 12) - 1
CLOSING: FactSet = 1 << 12
"""Not a fact, but what the replay makes of one: this step closes the ticket."""

FACT_SETS: Mapping[str, FactSet] = {
    "status": STATUS,
    "department": DEPARTMENT,
    "topic": TOPIC,
    "priority": PRIORITY,
    "assignee": ASSIGNEE,
    "fields": FIELDS,
    "closed": CLOSED,
    "answered": ANSWERED,
    "reopened_count": REOPENED,
    "messages": MESSAGES,
    "responses": RESPONSES,
    "at": AT,
}
"""Each attribute of `Facts` that a step can change, as a set of one."""

EVENT_SETS: Mapping[EventKind, Mapping[Actor, EventSet]] = {
    kind: {actor: 1 << (3 * row + column) for column, actor in enumerate(Actor)} for row, kind in enumerate(EventKind)
}
"""Each pair of a kind and an actor, as a set of one."""

CUSTOMER_MESSAGE = EVENT_SETS[EventKind.MESSAGE][Actor.CUSTOMER]
AGENT_RESPONSE = EVENT_SETS[EventKind.RESPONSE][Actor.AGENT]


def event_set(kinds: Iterable[EventKind], actors: frozenset[Actor] = frozenset()) -> EventSet:
    """Return all pairs of these kinds and actors; no actor means any."""
    return reduce(or_, (EVENT_SETS[kind][actor] for kind in kinds for actor in actors or Actor), 0)


CREATION = event_set({EventKind.CREATED})
REOPENING = event_set({EventKind.REOPENED})
STATUS_EVENT = event_set({EventKind.STATUS, EventKind.CLOSED, EventKind.REOPENED})


@dataclass(slots=True)
class Step:
    """Everything that happened in one second (the helpdesk's stamps are no finer, and its tables share no order).

    `changed` holds the facts that may be others from here on (`at` always is); `values` those that got new values;
    `messages` and `responses` are running totals; `first` and `last` index the timeline's events.
    """

    at: Instant
    happened: EventSet
    changed: FactSet
    messages: int
    responses: int
    first: int
    last: int
    values: dict[str, object] | None = None

    def set(self, name: str, value: object) -> None:
        """Note that a fact has this value from here on."""
        if self.values is None:
            self.values = {}
        self.values[name] = value


@dataclass(slots=True)
class Timeline:
    """A ticket's steps up to the deciding instant, the creation first, and its first values; `warnings` name unlogged changes."""

    steps: list[Step]
    events: Sequence[Event]
    initial: dict[str, Any]
    merged_at: Instant | None = None
    warnings: list[str] = field(default_factory=list)

    def rewind(self, facts: Facts) -> None:
        """Set the facts to what they were at the creation."""
        facts.answered = False
        facts.reopened_count = 0
        facts.messages = 0
        facts.responses = 0
        for name, value in self.initial.items():
            setattr(facts, name, value)

    def play(self, facts: Facts, now: Instant) -> None:
        """Bring the facts from the creation to an instant: the deciding one, or an earlier one."""
        last = self.steps[0]
        for step in self.steps:
            if step.at > now:
                break
            last = step
            if step.happened & REOPENING:
                facts.answered = False
                facts.reopened_count += 1
            if step.happened & AGENT_RESPONSE:
                facts.answered = True
            if step.values is not None:
                for name, value in step.values.items():
                    setattr(facts, name, value)
        facts.at = now
        facts.messages = last.messages
        facts.responses = last.responses

    def values_of(self, name: str, start: Instant, until: Instant) -> list[tuple[Instant, Any]]:
        """Return what a fact was after the second `start`, and what it became after it up to the second `until`, with when."""
        found = [(start, self.initial[name])]
        for step in self.steps:
            if step.at > until:
                break
            if step.values is not None and name in step.values:
                if step.at <= start:
                    found = [(start, step.values[name])]
                else:
                    found.append((step.at, step.values[name]))
        return found

    def turns(self) -> Iterator[tuple[Instant, bool]]:
        """Yield when the ticket was closed (True) and when it was reopened (False). What came in closed was not closed here."""
        closed = was_closed = bool(self.initial["closed"])
        for step in self.steps:
            if step.values is not None:
                closed = bool(step.values.get("closed", closed))
            if step.happened & REOPENING or (was_closed and not closed):
                yield step.at, False
                was_closed = False
            if closed and not was_closed:
                yield step.at, True
            was_closed = closed

    def agent_responses(self) -> tuple[Instant, ...]:
        """Return when agents answered."""
        return tuple(step.at for step in self.steps if step.happened & AGENT_RESPONSE)

    def last_opened_at(self) -> Instant:
        """Return when the ticket was created or, if it was, last reopened."""
        for step in reversed(self.steps):
            if step.happened & REOPENING:
                return step.at
        return self.steps[0].at

    def last_closed_at(self, created_at: Instant) -> Instant:
        """Return when the ticket, closed at the end, was closed; one that was closed from the beginning, at its creation."""
        at = created_at
        closed = self.initial.get("closed") is True
        for step in self.steps:
            now_closed = (step.values or {}).get("closed", closed) is True
            if now_closed and not closed:
                at = step.at
            closed = now_closed
        return at
