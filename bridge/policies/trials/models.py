"""The shape of policy tests: tickets in short notation, customers, and what is expected of a decision."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bridge.customers import Category, Tracked
from bridge.decisions import ActionKind, ClockState, SupportVerdict
from bridge.files.json_schema import described
from bridge.files.types import Day, Flag, NotEmpty, Shorthand, ZoneName, alone
from bridge.files.validate import Strict
from bridge.policies.language.amount_texts import AmountText
from bridge.policies.language.conditions.operators import Many, ManyOrNone
from bridge.tickets import Source

MomentText = Annotated[str, Field(examples=["2025-04-07 10:00", "2025-04-07T07:00:00Z"])]
"""A local time of the file's zone, or an instant."""


NO_CUSTOMER = ("unknown", "ambiguous", "not_found")
"""What a ticket may say in place of a customer, beside the categories."""


class LicenceModel(Strict):
    """A licence in the registry."""

    product: str = Field(description="Product.")
    number: str = Field(default="", description="Registration number.")
    valid_from: Day | None = Field(default=None, description="First day.")
    valid_until: Day | None = Field(default=None, description="Last day.")
    blocked: Flag = Field(default=False, description="Blocked by the vendor.")
    seats: int | None = Field(default=None, description="Seats bought.")
    seats_used: int | None = Field(default=None, description="Seats in use.")


class CounterModel(Strict):
    """Units of entitlement."""

    id: str = Field(description="Id.")
    unit: str = Field(description="What is counted: tickets, hours, visits.")
    included: float = Field(description="How much is included.")
    used: float | None = Field(
        default=None,
        description="How much is used by the registry's count; left out and counted by a check: nothing yet, since a case "
        "knows no other tickets.",
    )
    period: str = Field(
        default="", description="Period: month, quarter, year, one by name such as 2026-11, or validity."
    )
    as_of: Day | None = Field(default=None, description="Day up to which 'used' counts.")


Counters = Annotated[tuple[CounterModel, ...], alone("id", "unit"), Shorthand(("item",))]


class CertificateModel(Strict):
    """A support certificate in the registry."""

    number: str = Field(default="", description="Number.")
    product: str = Field(default="", description="Product; left out: all of the customer's.")
    kind: str = Field(default="", description="Kind.")
    valid_from: Day | None = Field(default=None, description="First day.")
    valid_until: Day | None = Field(default=None, description="Last day.")
    counters: Counters = Field(default=(), description="Units of entitlement.")
    contacts: Many[str] = Field(default=(), description="Who may ask.")


class ContractModel(Strict):
    """A contract in the registry."""

    number: str = Field(description="Number.")
    valid_from: Day | None = Field(default=None, description="First day.")
    valid_until: Day | None = Field(default=None, description="Last day.")
    services: Many[str] = Field(default=(), description="Included services.")
    counters: Counters = Field(default=(), description="Units of entitlement.")
    contacts: Many[str] = Field(default=(), description="Who may ask.")
    channels: Many[str] = Field(default=(), description="Channels allowed.")


class CustomerModel(Strict):
    """A customer in the registry."""

    name: str = Field(default="", description="Name.")
    category: Category = Field(default=Category.COMMERCIAL, description="Category of the agreement.")
    tier: str = Field(default="", description="Tier.")
    curator: str = Field(default="", description="Person in charge.")
    licences: Annotated[tuple[LicenceModel, ...], alone("product"), Shorthand(("item",))] = Field(
        default=(), description="Licences."
    )
    certificates: Annotated[
        tuple[CertificateModel, ...], alone(*CertificateModel.model_fields), Shorthand(("item",))
    ] = Field(default=(), description="Certificates.")
    contracts: Annotated[tuple[ContractModel, ...], alone("number"), Shorthand(("item",))] = Field(
        default=(), description="Contracts."
    )
    attributes: Mapping[str, str] = Field(default_factory=dict, description="Further columns.")
    breaches: Mapping[str, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict,
        description="How many finished cycles were breached before the ticket's creation in its period, by metric.",
    )


class TicketModel(Strict):
    """A ticket in short notation. Everything but the time has a default."""

    created: MomentText | None = Field(default=None, description="When it was created.")
    customer: str | None = Field(
        default=None,
        description="A customer of this file, a category (a customer of that category without papers), 'not_found', "
        "'ambiguous', or 'unknown' for a registry that does not answer.",
    )
    channel: Source | None = Field(default=None, description="How it came in; web by default.")
    status: str | None = Field(default=None, description="Status at creation; Open by default.")
    department: str | None = Field(default=None, description="Department at creation; Support by default.")
    topic: str | None = Field(default=None, description="Help topic.")
    priority: str | None = Field(default=None, description="Priority; Normal by default.")
    subject: str | None = Field(default=None, description="Subject.")
    body: str | None = Field(default=None, description="First message.")
    language: str | None = Field(default=None, description="Language.")
    email: str | None = Field(default=None, description="The requester's address.")
    requester: Mapping[str, str | bool] | None = Field(default=None, description="The requester's custom fields.")
    organization: str | None = Field(default=None, description="The requester's organisation.")
    organization_fields: Mapping[str, str | bool] | None = Field(default=None, description="Its custom fields.")
    fields: Mapping[str, str | bool] | None = Field(default=None, description="Custom fields at creation.")
    attachments: Many[str] | None = Field(default=None, description="Names of the attached files.")
    imported: Flag | None = Field(default=None, description="Imported from elsewhere.")
    then: Many[str] | None = Field(default=None, description="What happened next, one line each.")
    done: Mapping[str, MomentText] | None = Field(
        default=None,
        description="When actions were carried out, by the id of the action or of what declares it; what is done is due no more, "
        "and what needs it may follow.",
    )


class ClockExpectation(Strict):
    """What is expected of the latest cycle of a metric."""

    none: Literal[True] | None = Field(default=None, description="No clock of this metric; written as 'none'.")
    state: ClockState | None = Field(default=None, description="State.")
    due: MomentText | None = Field(default=None, description="Deadline, or 'none'.")
    started: MomentText | None = Field(default=None, description="Start of the cycle.")
    stopped: MomentText | None = Field(default=None, description="End of the cycle, or 'none'.")
    breached: MomentText | None = Field(default=None, description="Moment of the breach, or 'none'.")
    elapsed: AmountText | None = Field(default=None, description="Working time used up.")
    remaining: AmountText | None = Field(default=None, description="Working time left.")
    late: AmountText | None = Field(default=None, description="Working time from the deadline to the stop, or to now.")
    late_days: int | None = Field(
        default=None, description="Working days after the day of the deadline, up to that of the stop, or of now."
    )
    target: AmountText | None = Field(default=None, description="Target.")
    cycle: int | None = Field(default=None, description="Number of the cycle.")
    cause: str | None = Field(default=None, description="Cause.")
    thresholds: ManyOrNone[str] | None = Field(
        default=None,
        description="Thresholds that the open clock has reached, all of them in their order; 'id#3' is the third time of "
        "one that comes again; an empty list for none.",
    )
    calendar: str | None = Field(default=None, description="Calendar.")
    provisional: Flag | None = Field(default=None, description="Beyond the published holidays.")


class ActionExpectation(Strict):
    """An action that is expected to be due."""

    id: str = Field(min_length=1, description="Its id, or that of the threshold, event or step that declares it.")
    kind: ActionKind | None = Field(default=None, description="What it does.")
    to: Many[str] | None = Field(
        default=None,
        description="For e-mails: to whom, in any order; here curators and managers have made-up addresses.",
    )
    name: str | None = Field(default=None, description="What it sets: a status, a priority, a department, an agent.")
    says: Many[str] | None = Field(default=None, description="Texts that its subject or its text contains.")


def _by_id(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


ActionText = Annotated[ActionExpectation, BeforeValidator(_by_id), Shorthand(("text",), text="id")]


def _absent(value: object) -> object:
    return {"none": True} if value == "none" else value


ClockText = Annotated[ClockExpectation, BeforeValidator(_absent), Shorthand((), words=("none",))]
CategoryText = Literal["partner", "commercial", "noncommercial", "unregistered", "none"]
OutcomeText = Literal["pass", "warn", "fail", "unknown", "none"]


class Expectation(Strict):
    """What is expected of a decision. What is not named may be anything."""

    level: str | None = Field(default=None, description="Level, or 'none'.")
    rule: str | None = Field(default=None, description="Rule that gave the level, or 'none'.")
    state: ClockState | None = Field(default=None, description="State of the ticket.")
    due: MomentText | None = Field(default=None, description="Nearest deadline, or 'none'.")
    verdict: SupportVerdict | None = Field(default=None, description="Support verdict.")
    category: CategoryText | None = Field(default=None, description="Customer category, or 'none'.")
    reason: Many[str] | None = Field(default=None, description="Texts that the reason contains.")
    checks: Mapping[str, OutcomeText] | None = Field(default=None, description="Answers of checks by id.")
    reasons: Mapping[str, str] | None = Field(default=None, description="Reason codes of checks by id.")
    clocks: Mapping[str, ClockText] | None = Field(default=None, description="Clocks by metric.")
    fields: Mapping[str, str | bool] | None = Field(default=None, description="Output fields; 'none' for an empty one.")
    next_change: MomentText | None = Field(default=None, description="When time alone changes the decision, or 'none'.")
    actions: ManyOrNone[ActionText] | None = Field(
        default=None, description="All actions that are due, in any order; an empty list for none."
    )


class CheckpointModel(Strict):
    """A decision at one frozen instant, and what is expected of it."""

    now: MomentText = Field(description="The frozen time.")
    expect: Expectation = Field(description="What is expected then.")


class CaseModel(Strict):
    """One case: a ticket, and what is expected of it at one or several frozen instants."""

    name: str = Field(min_length=1, description="What the case shows, as a sentence.")
    ticket: TicketModel = Field(
        default_factory=TicketModel, description="The ticket; the file's own fills what is missing."
    )
    at: Annotated[tuple[CheckpointModel, ...], NotEmpty, alone("now", "expect"), Shorthand(("item",))] = Field(
        description="Frozen times one after the other; instead of one alone, 'now' and 'expect' of the case itself will do."
    )

    @model_validator(mode="before")
    @classmethod
    def _one_way(cls, value: Any) -> Any:
        if isinstance(value, Mapping):
            single = {"now", "expect"} & set(value)
            if ("at" in value) == bool(single) or (single and len(single) != 2):
                raise ValueError("a case has either 'now' with 'expect', or a list 'at' of both")
            if single:
                others = {key: part for key, part in value.items() if key not in single}
                return {**others, "at": [{"now": value["now"], "expect": value["expect"]}]}
        return value


class CaseFile(Strict):
    """A file of policy tests."""

    zone: ZoneName | None = Field(
        default=None, description="Zone of local times; by default that of the policy's calendar."
    )
    customers: Mapping[str, CustomerModel] = Field(default_factory=dict, description="Customers by a short name.")
    keeps: Many[Tracked] | None = Field(
        default=None,
        description="What the registry keeps: licences, certificates, contracts. Left out: what the configuration's own "
        "registry keeps, and what customers of this file hold. What a registry does not keep is not stated, never missing.",
    )
    ticket: TicketModel = Field(default_factory=TicketModel, description="What tickets of this file have in common.")
    cases: Annotated[tuple[CaseModel, ...], NotEmpty, alone("name", "ticket"), Shorthand(("item",))] = Field(
        description="The cases."
    )


def cases_schema() -> dict[str, Any]:
    """Return the JSON Schema of a test file, for editors."""
    schema = described(CaseFile, "cases")
    # A case with one frozen time may name it without a list; a validator opens that short form, which pydantic cannot tell.
    case, checkpoint = schema["$defs"]["CaseModel"], "#/$defs/CheckpointModel/properties"
    case["required"] = ["name"]
    case["properties"].update({name: {"$ref": f"{checkpoint}/{name}"} for name in ("now", "expect")})
    case["oneOf"] = [{"required": ["at"]}, {"required": ["now", "expect"]}]
    return schema
