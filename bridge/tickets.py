"""What a ticket is to the bridge: one snapshot with its history, as every helpdesk hands it over.

Instants are `Instant`: whole POSIX seconds in UTC. Plain integers keep every comparison and every sum in the core exact,
zone-free and cheap; zones exist only inside calendars and where something is shown. On the wire an instant is
`2026-11-20T07:00:00Z`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, TypeAdapter, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_instant(value: Any) -> int:
    """Return the POSIX second of `2026-11-20T07:00:00Z` (any offset is accepted, a naive time is not).

    Raises ValueError for anything else, and for what lies outside the years 1970 to 2999: no ticket and no deadline does, and
    a step of a zone beyond them ends where dates end. Fractions of a second are cut: osTicket has none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return _bounded(value, value)
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no instant; write it as 2026-11-20T07:00:00Z") from None
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no zone; write an instant as 2026-11-20T07:00:00Z")
    since = moment - _EPOCH
    return _bounded(since.days * 86_400 + since.seconds, value)


_FIRST_AFTER = 32_503_680_000
"""3000-01-01T00:00:00Z."""


def _bounded(instant: int, value: object) -> int:
    if 0 <= instant < _FIRST_AFTER:
        return instant
    raise ValueError(f"{value!r} is no usable instant: it lies outside the years 1970 to 2999")


@lru_cache(maxsize=16384)
def format_instant(instant: int) -> str:
    """Return the instant as `2026-11-20T07:00:00Z`. Remembered: deadlines fall on a few closing times."""
    return datetime.fromtimestamp(instant, UTC).isoformat().replace("+00:00", "Z")


def instant_text(instant: int | None) -> str | None:
    """Return the instant as `format_instant` writes it, None for none."""
    return None if instant is None else format_instant(instant)


Instant = Annotated[
    int,
    BeforeValidator(parse_instant),
    PlainSerializer(format_instant, when_used="json-unless-none"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-20T07:00:00Z"]}),
]

FieldValue = str | bool | int | float | None
"""A custom field's value: a choice's key, a bool, text, a date as `…Z`, or null."""


class EventKind(StrEnum):
    """What happened to a ticket."""

    CREATED = "created"
    MESSAGE = "message"
    RESPONSE = "response"
    NOTE = "note"
    STATUS = "status"
    CLOSED = "closed"
    REOPENED = "reopened"
    DEPARTMENT = "department"
    TOPIC = "topic"
    PRIORITY = "priority"
    ASSIGNED = "assigned"
    FIELD = "field"
    SLA = "sla"
    MERGED = "merged"
    RATING = "rating"


class Actor(StrEnum):
    """Who did it. The bridge's own service agent and automatic mail are `system`."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Source(StrEnum):
    """The channel it came by."""

    WEB = "web"
    EMAIL = "email"
    PHONE = "phone"
    API = "api"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A status, department, topic or priority: the id compares, the name is for people. Only a status has a `state`."""

    id: int | None = None
    name: str = ""
    state: str | None = None

    def named(self) -> dict[str, Any]:
        """Return id and name alone, as JSON tells what something was put down to."""
        return {"id": self.id, "name": self.name}


Assignee = Annotated[
    Reference | None, BeforeValidator(lambda value: {"name": value} if isinstance(value, str) else value)
]
"""Who has the ticket; a bare name is accepted where tests and replays are written by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. `before`/`after` (on the wire `from`/`to`) are the wire's own JSON: a reference's mapping, a
    field value, or for `created` the mapping of the initial status, department, topic and priority. `inferred` marks what
    the helpdesk does not log and the connector reconstructed. `by` is the agent whose deed it was; None of a deed of anybody
    else, and where the helpdesk does not know whose it was."""

    at: Instant
    kind: EventKind
    actor: Actor
    source: Source | None = Source.OTHER
    before: Annotated[Any, Field(alias="from")] = None
    after: Annotated[Any, Field(alias="to")] = None
    field: str | None = None
    inferred: bool = False
    by: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The requester's organisation with its custom fields."""

    id: int | None = None
    name: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who asked."""

    id: int | None = None
    name: str = ""
    email: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    organization: Organization | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of the first message; `size` in bytes."""

    name: str
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeDate:
    """osTicket's own due date as the bridge set it, None for no date."""

    due_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """osTicket's own SLA verdict: shown and compared, never an input.

    `manual` tells whether `due_at` is a person's; it is None where the plugin cannot set dates. `ours` is what stands of a date
    that the bridge has set, also where a person's comes before it.
    """

    sla: str | None = None
    due_at: Instant | None = None
    overdue: bool = False
    manual: bool | None = None
    ours: NativeDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpent:
    """Working seconds of a cycle, pauses included, that its ticket had this status and stood in this department."""

    status: Reference
    department: Reference
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedCycle:
    """A clock's finished cycle as it was judged then. It is kept by the helpdesk and is never judged again.

    The members from `late_seconds` on are null in cycles that were kept before there were any. `department`, `topic` and
    `priority` are those in which the cycle ended; `agent` wrote the answer that ended it, else had the ticket then. `inputs`
    is a digest of policy, calendars and the registry's answer. `breach_cause` tells why a missed cycle was missed, `opening`
    in which opening of the ticket it ended (1 is the first), `spent` where its time went, most first.
    """

    metric: str
    cycle: int
    state: str
    started_at: Instant
    due_at: Instant | None = None
    stopped_at: Instant | None = None
    breached_at: Instant | None = None
    elapsed_seconds: int = 0
    level: str | None = None
    calendar: str | None = None
    target: str | None = None
    cause: str | None = None
    policy_digest: str | None = None
    late_seconds: int | None = None
    late_days: int | None = None
    customer: str | None = None
    department: Reference | None = None
    agent: Reference | None = None
    topic: Reference | None = None
    priority: Reference | None = None
    provisional: bool | None = None
    inputs: str | None = None
    breach_cause: str | None = None
    opening: int | None = None
    spent: tuple[TimeSpent, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """What has become of an action under its key, and when: `accepted`, `held`, `sending`, `done`, `refused`, `unknown` or
    `dropped`."""

    key: str
    state: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRecord:
    """What the bridge wrote to the ticket before: output fields as they stand now, the finished cycles, and what became of its
    actions. `mail` is `ok` or `failed` by the latest letter to the customer, None before the first."""

    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    cycles: tuple[FinishedCycle, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    actions: tuple[Acted, ...] = ()
    mail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket as read at `rev`, with its history in the order of `at`. Of statuses, departments, assignees and fields it is
    whole from `history_from` on; None: from the creation on. `source` is None where the helpdesk does not tell the channel."""

    id: int
    number: str
    rev: str
    created_at: Instant
    closed_at: Instant | None = None
    history_from: Instant | None = None
    merged_into: int | None = None
    imported: bool = False
    source: Source | None = Source.OTHER
    subject: str = ""
    body: str = ""
    language: str | None = None
    status: Reference
    department: Reference
    topic: Reference | None = None
    priority: Reference | None = None
    assignee: Assignee = None
    native: Native = field(default_factory=Native)
    requester: Requester = field(default_factory=Requester)
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    events: tuple[Event, ...] = ()
    bridge: BridgeRecord = field(default_factory=BridgeRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A ticket that is no more."""

    id: int
    deleted: bool = True


@cache
def ticket_adapter() -> TypeAdapter[Ticket]:
    """Return what reads snapshots (`validate_json`, `validate_python`) and writes their JSON Schema; made at the first use."""
    return TypeAdapter(Ticket)


_WRITTEN_BY_PEOPLE = frozenset({"subject", "body", "name", "email", "requester", "fields"})


def faults_told(error: ValidationError) -> str:
    """Return the first three faults of a snapshot as `events.3.at: … (found …)`, never with what a person wrote.

    A fault goes into logs and into the state file, where no customer's words belong.
    """
    faults = error.errors(include_url=False, include_context=False)
    more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
    return "; ".join(map(_fault, faults[:3])) + more


def _fault(fault: ErrorDetails) -> str:
    place, found = ".".join(map(str, fault["loc"])), fault["input"]
    text = f"{place}: {fault['msg']}" if place else fault["msg"]
    # What was found instead says nothing where a member is missing, or where the line is no JSON at all.
    return text if fault["type"] == "missing" or isinstance(found, bytes) else f"{text} ({_found(fault['loc'], found)})"


def _found(place: tuple[str | int, ...], value: object) -> str:
    if isinstance(value, str | int | float | None) and not _WRITTEN_BY_PEOPLE.intersection(place):
        return f"found {value!r:.60}"
    return f"found {type(value).__name__}"
