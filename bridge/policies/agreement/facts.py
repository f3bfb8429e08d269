"""What a condition may look at: the ticket as it stood after one step of its history, the customer, the checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bridge.customers import NO_REGISTRY, RegistryAnswer
from bridge.decisions import Outcome
from bridge.tickets import FieldValue, Instant, Reference, Ticket


class Judged(Protocol):
    """What conditions may ask of a check."""

    @property
    def outcome(self) -> Outcome:
        """Return what it answered."""
        ...


@dataclass(slots=True, kw_only=True)
class Facts:
    """The ticket at one instant.

    Mutable on purpose: the replay moves one object through the history and conditions only read it. `fields` holds agents'
    inputs only where an agent's own event set them (AG-2, AG-3). `judged_at` is the instant by whose day papers of the registry
    are in force; None stands for the ticket's creation.
    """

    ticket: Ticket
    at: Instant
    status: Reference
    department: Reference
    topic: Reference | None
    priority: Reference | None
    assignee: Reference | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    answered: bool = False
    closed: bool = False
    reopened_count: int = 0
    messages: int = 0
    responses: int = 0
    registry: RegistryAnswer = NO_REGISTRY
    checks: Mapping[str, Judged] = field(default_factory=dict)
    category: str = "unregistered"
    judged_at: Instant | None = None
