"""A ticket as a report reads it: of a snapshot only what figures are counted from, so that many are read fast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pydantic import TypeAdapter

from bridge.tickets import FieldValue, FinishedCycle, Instant, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedClock:
    """A clock of the ticket's detail."""

    metric: str
    cycle: int
    state: str
    started_at: Instant
    level: str | None = None
    calendar: str | None = None
    target: str | None = None
    due_at: Instant | None = None
    breached_at: Instant | None = None
    breach_cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCustomer:
    """The customer of the ticket's detail."""

    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCheck:
    """A check of the ticket's detail."""

    id: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedDetail:
    """What the ticket's detail tells."""

    clocks: tuple[ReportedClock, ...] = ()
    customer: ReportedCustomer | None = None
    checks: tuple[ReportedCheck, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRecord:
    """What the bridge wrote to the ticket."""

    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    cycles: tuple[FinishedCycle, ...] = ()
    detail: ReportedDetail = field(default_factory=ReportedDetail)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEvent:
    """An event by its field and by whose deed it was."""

    kind: str
    field: str | None = None
    by: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTicket:
    """A ticket with its cycles and clocks, and the agents' inputs."""

    id: int
    number: str
    created_at: Instant
    merged_into: int | None = None
    status: Reference
    department: Reference
    assignee: Reference | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    events: tuple[ReportedEvent, ...] = ()
    bridge: ReportedRecord = field(default_factory=ReportedRecord)


@cache
def reported_adapter() -> TypeAdapter[ReportedTicket]:
    """Return what reads reported tickets out of snapshots (`validate_json`); made at the first use."""
    return TypeAdapter(ReportedTicket)
