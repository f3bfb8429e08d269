"""What goes over the wire of the HTTP contract, as models: docs/api-v1.openapi.yaml is made from them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from bridge.connectors.sandbox.lease import ReleaseLease, RenewLease, TakeLease, WrittenUnder
from bridge.connectors.sandbox.publication_body import Digest, PublishRequest
from bridge.protocols.writing import WriteResult
from bridge.tickets import Ticket, Tombstone

INSTANT_PATTERN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
WireInstant = Annotated[str, StringConstraints(pattern=INSTANT_PATTERN)]


WireDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
Count = Annotated[int, Field(ge=0)]
WeekOfHours = Annotated[
    list[Annotated[list[Count], Field(min_length=24, max_length=24)]], Field(min_length=7, max_length=7)
]


class Answer(BaseModel):
    """Nothing more than what is written here: what one server adds, the other must add too."""

    model_config = ConfigDict(extra="forbid")


class Envelope(Answer):
    """What every answer of a route bears."""

    instance_id: Annotated[str, Field(min_length=8)]
    contract: Literal[1]
    server_time: WireInstant


class Versions(Answer):
    """What runs there."""

    osticket: str
    php: str
    plugin: str
    contract: Literal[1]


class Ping(Envelope):
    """Who speaks here, what the key may do, what this plugin can do beyond the first ones, and when the bridge last went
    through."""

    versions: Versions
    ip: str
    scopes: list[Literal["read", "write", "setup", "act"]]
    departments: list[int] | None
    features: list[Literal["publish", "passed", "native", "actions", "phrases", "report", "lease", "offer"]]
    last_pass: WireInstant | None
    policy: "PolicyInForce | None"


class PolicyInForce(Answer):
    """The policy of the latest lease: which one in their order, and its digest."""

    seq: Annotated[int, Field(ge=1)]
    digest: Digest


class Named(Answer):
    """Something with an id and a name."""

    id: int
    name: str


class Status(Named):
    """A status, and what it means to the helpdesk."""

    state: str


class Department(Named):
    """A department; whether the helpdesk itself answers each of its new tickets by a letter."""

    auto_response: bool


class Priority(Named):
    """A priority; the smaller its urgency, the more urgent."""

    urgency: int


class Plan(Named):
    """An SLA plan of osTicket's own."""

    grace_hours: int


class FieldOfForm(Named):
    """A custom field of one of the forms."""

    label: str
    type: str
    form: Literal["ticket", "topic", "user", "organization"]
    choices: dict[str, str] | None
    owner: Literal["bridge", "agent"] | None


class Meta(Envelope):
    """The helpdesk's lists: what tickets refer to."""

    meta_rev: Annotated[str, Field(min_length=4)]
    database_zone: str
    statuses: list[Status]
    departments: list[Department]
    topics: list[Named]
    agents: list[Named]
    teams: list[Named]
    priorities: list[Priority]
    sla_plans: list[Plan]
    fields: list[FieldOfForm]
    service_agent: bool
    database_offset: int


class IdAlone(Answer):
    """What stands for a ticket in a page that was asked for with `ids=1`."""

    id: int


class Tickets(Envelope):
    """A page of snapshots."""

    items: list[Ticket] | list[IdAlone]
    next: int | None


class Published(Answer):
    """Which publication the helpdesk keeps as its latest, and how far its calendars reach."""

    digest: Digest
    until: WireInstant


class Publish(Envelope):
    """What is kept now."""

    published: Published


class LeaseInForce(Answer):
    """Who may write alone, and until when."""

    holder: str
    epoch: Annotated[int, Field(ge=1)]
    expires_at: WireInstant


class Lease(Envelope):
    """The lease after a take, a renewal or a release; nobody holds it then."""

    epoch: Annotated[int, Field(ge=1)]
    seq: Annotated[int, Field(ge=1)]
    expires_at: WireInstant | None
    holder: str | None


class Changes(Envelope):
    """A page of the feed."""

    items: list[Ticket | Tombstone] | list[IdAlone | Tombstone]
    next: str
    head: Annotated[int, Field(ge=0)]
    has_more: bool
    meta_rev: Annotated[str, Field(min_length=4)]
    lease: LeaseInForce | None
    published: Published | None


class PeriodTold(Answer):
    """Dates of the zone, both included."""

    from_: WireDate = Field(alias="from")
    until: WireDate
    zone: str


class FiltersTold(Answer):
    """The keys that were asked for; null for all."""

    metric: str | None
    level: str | None
    department: str | None
    customer: str | None
    agent: str | None


class FiguresRow(Answer):
    """What became of the cycles of one metric that share a key."""

    key: str
    name: str
    metric: str
    met: Count
    breached: Count
    open: Count
    open_breached: Count
    median_seconds: Count | None
    p90_seconds: Count | None


class TicketFigures(Answer):
    """Tickets by what became of their cycles."""

    met: Count
    breached: Count
    last_breached: Count
    reopened: Count
    cancelled: Count
    excluded: Count
    open_breached: Count


class MostLateTicket(Answer):
    """The overdue ticket that was due first."""

    ticket: int
    due_at: WireInstant


class TodaysFigures(Answer):
    """How the open tickets stand."""

    open: Count
    new_today: Count
    at_risk: Count
    next_due: WireInstant | None
    overdue: Count
    most_late: MostLateTicket | None
    paused: Count
    no_sla: Count
    unknown: Count


class BacklogBand(Answer):
    """Open tickets of an age in working days, from `from_days` up to below `until_days`."""

    from_days: Count
    until_days: Count | None
    ours: Count
    waiting: Count


class SpentFigures(Answer):
    """The working time of cycles in one status or department."""

    key: str
    name: str
    seconds: Count
    cycles: Count


class SpentTold(Answer):
    """Where the time went, longest first."""

    status: list[SpentFigures]
    department: list[SpentFigures]


class Whose(Answer):
    """A department or an agent."""

    id: int | None
    name: str


class MissedCycle(Answer):
    """A missed cycle, or an overdue clock that is open."""

    ticket: int
    number: str
    level: str
    customer: str
    customer_name: str
    department: Whose | None
    agent: Whose | None
    metric: str
    cycle: int
    started_at: WireInstant
    due_at: WireInstant | None
    breached_at: WireInstant | None
    stopped_at: WireInstant | None
    late_seconds: int | None
    late_days: int | None
    elapsed_seconds: int | None
    calendar: str | None
    target: str | None
    breach_cause: str | None
    policy_digest: str | None
    inputs: str | None


class ExcludedTicket(Answer):
    """A ticket that is left out, why, and by whose word."""

    ticket: int
    number: str
    reason: str
    by: str | None


class UnknownTicket(Answer):
    """A ticket whose support cannot be judged, and the checks that could not be answered."""

    ticket: int
    number: str
    checks: list[str]


class ListLengths(Answer):
    """How many tickets there are in each list."""

    missed: Count
    excluded: Count
    unknown: Count


class Report(Envelope):
    """The figures of a period."""

    period: PeriodTold
    filters: FiltersTold
    as_of: WireInstant
    by: Literal["level", "customer", "department", "agent", "month"]
    rows: list[FiguresRow]
    total: list[FiguresRow]
    tickets: TicketFigures
    now: TodaysFigures
    backlog: list[BacklogBand]
    arrivals: WeekOfHours
    breaches: WeekOfHours
    working: WeekOfHours
    spent: SpentTold
    missed: list[MissedCycle]
    excluded: list[ExcludedTicket]
    unknown: list[UnknownTicket]
    more: ListLengths
    registry: dict[str, Any] | None


class Problem(Answer):
    """What went wrong, and the next step."""

    code: str
    message: str
    hint: str


class Refused(Answer):
    """Every answer but 200."""

    error: Problem


class ActionAnswer(Answer):
    """What became of an action."""

    key: str
    state: Literal["accepted", "sending", "done", "already", "held", "refused", "unknown", "dropped"]
    reason: str


class WriteAnswer(Answer):
    """What became of one item; of its actions only where it brought some and was written."""

    id: int
    result: WriteResult
    rev: str | None
    error: Problem | None
    actions: list[ActionAnswer] = Field(default_factory=list)


class Writes(Envelope):
    """What became of the items, in their order."""

    results: list[WriteAnswer]


class Declared(Envelope):
    """Whether actions are carried out, and since when each of the declared ones is switched on."""

    on: bool
    since: dict[str, WireInstant]


class KeptAction(ActionAnswer):
    """An action as it is kept; `at` is its trigger. A letter that belongs to no ticket has null and an empty number."""

    row: int
    ticket: int | None
    number: str
    id: str
    kind: str
    at: WireInstant
    changed_at: WireInstant


class KeptActions(Envelope):
    """A page of the actions that are kept, and how many ran today."""

    on: bool
    actions: list[KeptAction]
    next: int | None
    today: Annotated[int, Field(ge=0)]


class RanAction(ActionAnswer):
    """What became of an action of which ticket; null where it belongs to none."""

    ticket: int | None


class ActionsRan(Envelope):
    """What came into another state, and how many still wait."""

    results: list[RanAction]
    left: Annotated[int, Field(ge=0)]


class Offered(Envelope):
    """What became of the letters, in their order."""

    results: list[ActionAnswer]


class Settled(ActionAnswer, Envelope):
    """What became of the action that a person has decided on."""


class Sent(Envelope):
    """The letter that was sent on trial."""

    message_id: str


class Step(Answer):
    """One thing to do, or done."""

    id: str
    title: str
    state: Literal["todo", "done", "conflict"]
    detail: str


class ScannedTable(Answer):
    """A table that is read in full again and again."""

    table: str
    rows: Annotated[int, Field(ge=0)]


class Counting(Answer):
    """How the database counts all queues at once."""

    server: str
    setting: str | None
    value: str | None
    eased: bool
    scanned: list[ScannedTable]


class Use(Answer):
    """Something of the desk's own people that uses what setup made, and which field it is about."""

    kind: Literal["queue", "column", "sort", "export", "filter", "template", "canned"]
    title: str
    field: str


class Setup(Envelope):
    """The steps of a setup; with a plan also how queues are counted, with that of a removal who uses what would go."""

    action: Literal["plan", "apply", "plan_remove", "remove"]
    steps: list[Step]
    changed: Annotated[int, Field(ge=0)]
    counting: Counting | None
    uses: list[Use] | None


OPTIONAL = {"Event": {"inferred"}, "Reference": {"state"}, "WriteAnswer": {"actions"}}
"""Members that the wire may leave out: `inferred` where nothing was, `state` of what is no status, `actions` where none were
brought."""
OF_OTHER_KINDS = {"Ticket": {"history_from"}}
"""Members that only helpdesks of other kinds need: osTicket tells a ticket's whole history."""
ALWAYS_TOLD = {"source"}
"""Members that may be unknown of other kinds of helpdesks, and never of osTicket."""
KEPT_AS_WRITTEN = {"FinishedCycle", "TimeSpent"}
"""What a helpdesk stores for the bridge and hands back unread."""


class Request(BaseModel):
    """A server reads what it knows and passes over the rest, so that a newer bridge may speak to an older plugin."""

    model_config = ConfigDict(extra="allow")


class Written(Request):
    """One ticket's output fields, and what is kept with them; what is left out stays as it was.

    Of the address the whole batch is refused (422), of the rest the item alone (`invalid`).
    """

    id: Annotated[int, Field(ge=1, lt=2**63)]
    if_rev: str
    fields: Any = Field(default=None, description="Values by the output field's name; null clears.")
    detail: Any = Field(default=None, description="An object of at most 64 KiB as JSON; replaces what is stored.")
    cycles: Any = Field(default=None, description="Finished cycles, a list of objects; replaces what is stored.")
    actions: Any = Field(
        default=None,
        description="At most 20 actions: objects with `key`, `id`, `kind`, `params`, `not_before`, `not_after`.",
    )
    native: Any = Field(
        default=None,
        description='osTicket\'s own due date: `{"due_at": "…Z"}` sets it, `{"due_at": null}` leaves none,'
        ' `{"release": true}` gives it back.',
    )


class WriteRequest(Request):
    """A batch of writes; `lease` is null while nobody holds one."""

    lease: WrittenUnder | None = None
    items: Annotated[list[Written], Field(max_length=500)]


class LeaseRequest(RootModel[TakeLease | RenewLease | ReleaseLease]):
    """A wish to write alone, to go on with that, or to end it."""


class Level(Request):
    """A level as the choices of `sla_level`, and where `choosable` of `sla_set_level`, show it."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
    label: str | None = None
    choosable: bool | None = None


class SetupRequest(Request):
    """What to provision, or to take away."""

    action: Literal["plan", "apply", "plan_remove", "remove"]
    language: Literal["ru", "en"] | None = None
    levels: list[Level] | None = None
    inputs: (
        list[Literal["product", "product_version", "platform_version", "registration_number", "steps_to_reproduce"]]
        | None
    ) = None
    waiting_status: bool | None = None
    development_department: bool | None = None
    keep_values: bool | None = None
    tables: bool | None = None


class DeclaredAction(Request):
    """An action that the agreement has."""

    id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,190}$")]
    kind: Literal["note", "reply", "email", "priority", "status", "department", "assign", "close"]


class Limits(Request):
    """How many actions may run a day."""

    per_day: Annotated[int, Field(ge=0, le=1_000_000)]
    per_ticket_per_day: Annotated[int, Field(ge=0, le=1_000_000)]


class DeclareRequest(Request):
    """Which actions there are; what is not named is forgotten."""

    actions: Annotated[list[DeclaredAction], Field(max_length=1000)]
    limits: Limits


class RunRequest(Request):
    """Nothing has to be said."""


class OfferedLetter(Request):
    """A letter that belongs to no ticket."""

    key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,190}$")]
    id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,190}$")]
    kind: Literal["email"]
    params: Any = Field(
        description="`to`, e-mail addresses alone, and `subject`, `text`, `html` in `ru`, `en` or both."
    )
    not_before: str
    not_after: str | None = None


class OfferRequest(Request):
    """All letters that are due and belong to no ticket: what waits of others is withdrawn."""

    lease: WrittenUnder | None = None
    actions: Annotated[list[OfferedLetter], Field(max_length=200)]


class SettleRequest(Request):
    """A person's decision on an action that is held, refused or of unknown fate; `ticket` is null where it belongs to none."""

    ticket: Annotated[int, Field(ge=1)] | None
    key: str
    do: Literal["send", "drop"]


class LetterTexts(Request):
    """What a letter says; places of the helpdesk's own stand as U+E000, a name, U+E001."""

    subject: str
    text: str
    html: str


class TestRequest(Request):
    """A letter about a ticket, to an address of one's own."""

    ticket: Annotated[int, Field(ge=1)]
    to: str
    letter: LetterTexts


ANSWERS: tuple[Any, ...] = (
    Ping,
    Meta,
    Tickets,
    Ticket,
    Changes,
    Writes,
    Publish,
    Lease,
    Report,
    Setup,
    Declared,
    KeptActions,
    ActionsRan,
    Offered,
    Settled,
    Sent,
    Refused,
)
REQUESTS: tuple[Any, ...] = (
    WriteRequest,
    PublishRequest,
    LeaseRequest,
    SetupRequest,
    DeclareRequest,
    RunRequest,
    OfferRequest,
    SettleRequest,
    TestRequest,
)
