"""The steps of a ticket's history, with events and changes as bits, so that one `&` tells whether a step matters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.policies.agreement.facts import Facts
from bridge.tickets import Actor, Event, EventKind, Instant

STATUS, DEPARTMENT, TOPIC, PRIORITY, ASSIGNEE, FIELDS, CLOSED, ANSWERED, REOPENED, MESSAGES, RESPONSES, AT = (
    1 << position for position in range(12)
)
ANYTHING = (1 << 12) - 1

CHANGE_BITS: Mapping[str, int] = {
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
"""Attributes of `Facts` that a step can change, each as one bit."""

KIND_BITS: Mapping[EventKind, Mapping[Actor, int]] = {
    kind: {actor: 1 << (3 * row + column) for column, actor in enumerate(Actor)} for row, kind in enumerate(EventKind)
}
"""Each pair of event kind and actor as one bit, so that a step is one integer and a match is one `&`."""

CUSTOMER_MESSAGE = KIND_BITS[EventKind.MESSAGE][Actor.CUSTOMER]
AGENT_RESPONSE = KIND_BITS[EventKind.RESPONSE][Actor.AGENT]


def bits_of(kinds: Iterable[EventKind], actors: Iterable[Actor] = ()) -> int:
    """Return the bits of all pairs of these kinds and actors; no actor means any."""
    chosen = tuple(actors) or tuple(Actor)
    bits = 0
    for kind in kinds:
        for actor in chosen:
            bits |= KIND_BITS[kind][actor]
    return bits


CREATION = bits_of({EventKind.CREATED})
REOPENING = bits_of({EventKind.REOPENED})
_ANSWER_TURNS = REOPENING | AGENT_RESPONSE
STATUS_EVENT = bits_of({EventKind.STATUS, EventKind.CLOSED, EventKind.REOPENED})


@dataclass(slots=True)
class Step:
    """Everything that happened in one second.

    `mask` holds the bits of `KIND_BITS`, `changed` those of `CHANGE_BITS` (`at` changes with every step); `values` are the facts
    that got new values; `messages` and `responses` are running totals.
    """

    at: Instant
    mask: int
    changed: int
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
    """A ticket's steps up to the deciding instant, with the values it was created with.

    The first step is always the creation. `events` is what `Step.first` and `Step.last` index. `warnings` name changes that
    the helpdesk did not log.
    """

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
        """Bring the facts from the creation to the deciding instant."""
        for step in self.steps:
            if step.mask & _ANSWER_TURNS:
                if step.mask & REOPENING:
                    facts.answered = False
                    facts.reopened_count += 1
                if step.mask & AGENT_RESPONSE:
                    facts.answered = True
            if step.values is not None:
                for name, value in step.values.items():
                    setattr(facts, name, value)
        facts.at = now
        facts.messages = step.messages
        facts.responses = step.responses

    def last_opened_at(self) -> Instant:
        """Return when the ticket was created or, if it was, last reopened."""
        for step in reversed(self.steps):
            if step.mask & REOPENING:
                return step.at
        return self.steps[0].at
