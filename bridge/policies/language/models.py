"""The shape of a policy document: levels, rules, exceptions, clocks, checks."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from bridge.files.misspelt import plain
from bridge.files.types import Day, Flag, Id, LongTitleText, NotEmpty, Shorthand, TitleText, alone
from bridge.files.validate import Strict
from bridge.policies.agreement.policy import OnEntry, OnReopen, PortalWord
from bridge.policies.checks.answer import Effect
from bridge.policies.checks.check_kind import KindName
from bridge.policies.language.action_models import EventActionsModel, ReminderModel
from bridge.policies.language.amount_texts import AmountText
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.operators import Many, ManyOrNone
from bridge.policies.language.obligation_models import ObligationModel
from bridge.policies.language.thresholds import EarlyPointText, PointText, ThresholdModel
from bridge.tickets import Actor, EventKind, Source

NO_TARGET = "none"
OTHERWISE = "otherwise"


def _opened_event(value: object) -> object:
    return {"event": value} if isinstance(value, str) else value


class EventModel(Strict):
    """An event to look for. What is not given may be anything."""

    event: Many[EventKind] = Field(description="Kind of event.")
    by: Many[Actor] | None = Field(default=None, description="Who did it.")
    channel: Many[Source] | None = Field(default=None, description="By which channel.")
    field: str | None = Field(default=None, description="For 'field' events: which field.")
    when: ConditionModel | None = Field(default=None, description="What must hold right after the event.")


Event = Annotated[EventModel, BeforeValidator(_opened_event), Shorthand(("text",), text="event")]


class PauseModel(Strict):
    """While the condition holds the clock stands still."""

    while_: ConditionModel = Field(alias="while", description="What must hold.")
    until_customer_message: Flag = Field(
        default=True, description="A customer's message ends the pause until the status is set anew."
    )


Pauses = Annotated[tuple[PauseModel, ...], alone("while"), Shorthand(("item",))]
Thresholds = Annotated[tuple[ThresholdModel, ...], alone("id", "at"), Shorthand(("item",))]

_FORMS = ("amount", "none", "rows", "by")
"""The keys of a target of which it has exactly one."""


_NOTHING = frozenset({"never", "no", "n/a", "-", "unlimited", "нет", "никогда", "не ограничено", "без срока"})


_BY = (
    "The property of the table: priority, status, department, topic, channel, language, category, tier, presence, "
    "organization, fields.NAME or attributes.NAME."
)


class CalendarTableModel(Strict):
    """A calendar by one of the properties of the ticket or of its customer."""

    by: str = Field(description=_BY)
    of: Annotated[Mapping[str, str], Field(min_length=1)] = Field(
        description="The table: value (or several, with commas) to calendar."
    )
    otherwise: str | None = Field(
        default=None, description="The calendar for all other values; without it they have no deadline."
    )


def _form_of_calendar(value: object) -> str | None:
    return "id" if isinstance(value, str) else "table" if isinstance(value, Mapping | CalendarTableModel) else None


NamedCalendar = Annotated[
    Annotated[str, Tag("id")] | Annotated[CalendarTableModel, Tag("table")],
    Discriminator(
        _form_of_calendar,
        custom_error_type="named_calendar",
        custom_error_message="a calendar is named by its id, or by a table with 'by' and 'of'",
    ),
]
"""A calendar's id, or a table of them."""


def _opened_target(value: object) -> object:
    if isinstance(value, str) and plain(value) in _NOTHING:
        raise ValueError(f"{value!r} is no amount of time | write {NO_TARGET} where there is no target")
    if isinstance(value, str):
        return {"none": True} if value == NO_TARGET else {"amount": value}
    if isinstance(value, list):
        return {"rows": value}
    return value


class TargetModel(Strict):
    """How much time a clock has: an amount, `none`, ordered rows, or a table by one of the ticket's properties."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [form]} for form in _FORMS],
            "dependentRequired": {"by": ["of"], "of": ["by"], "calendar": ["amount"], "thresholds": ["amount"]},
        }
    )
    amount: AmountText | None = Field(default=None, description="The time.")
    none: Literal[True] | None = Field(default=None, description="No target, on purpose; written as 'none'.")
    calendar: NamedCalendar | None = Field(
        default=None, description="Calendar of this target, or a table of calendars; the level's by default."
    )
    thresholds: Thresholds | None = Field(default=None, description="Thresholds of this target.")
    rows: "tuple[TargetRowModel, ...] | None" = Field(
        default=None,
        description="Ordered rows; the first that holds counts.",
        json_schema_extra={"minItems": 1},
    )
    by: str | None = Field(
        default=None,
        description=_BY,
    )
    of: "Mapping[str, Target] | None" = Field(
        default=None,
        description="The table: value (or several, with commas) to target; 'otherwise' for all other values.",
    )

    @model_validator(mode="before")
    @classmethod
    def _one_form(cls, value: Any) -> Any:
        known = value if isinstance(value, Mapping) else {}
        forms = [key for key in _FORMS if key in known]
        if len(forms) != 1 or ("by" in known) != ("of" in known):
            allowed = "an amount such as 8h, 'none', a list of rows, or 'by' with 'of'"
            raise ValueError(f"a target is one of: {allowed}")
        if known.get("rows") == []:
            raise ValueError("an empty list gives no target | write 'none' for no target")
        if forms[0] != "amount" and ("calendar" in known or "thresholds" in known):
            raise ValueError("'calendar' and 'thresholds' go with an 'amount' | write them inside each row")
        return value


Target = Annotated[
    TargetModel, BeforeValidator(_opened_target), Shorthand(text="amount", items="rows", words=(NO_TARGET,))
]


class TargetRowModel(Strict):
    """One row of a target: without `when` it always holds."""

    when: ConditionModel | None = Field(default=None, description="When the row counts.")
    target: Target = Field(description="The target then.")


class RaiseModel(Strict):
    """A point on a clock at which time raises the ticket to another level."""

    to: Id = Field(description="The level that it gets.")
    at: PointText = Field(description="When: written as for thresholds, such as 50%, 1h before or 2h after.")
    metric: Id = Field(description="On which clock; the level holds until that cycle ends.")
    unconfirmed: Flag = Field(default=False, description="Also to a level whose rules all ask for a decision of staff.")


class LevelModel(Strict):
    """A service level."""

    extends: Id | None = Field(
        default=None,
        description="Take everything not given here from this level of the policy; of its targets, those of metrics "
        "that have none here.",
    )
    title: LongTitleText | None = Field(default=None, description="What people read.")
    calendar: NamedCalendar | None = Field(
        default=None, description="Working time that counts: a calendar, or a table of calendars."
    )
    on_entry: OnEntry | None = Field(
        default=None, description="What happens to the clocks when a ticket enters the level."
    )
    person_may_choose: Flag | None = Field(default=None, description="Staff may choose it by hand (sla_set_level).")
    channels: Annotated[Many[Source], NotEmpty] | None = Field(
        default=None,
        description="Channels by which a ticket must have come in for a rule to give it this level; exceptions go beyond it.",
    )
    targets: Mapping[Id, Target] | None = Field(default=None, description="Time per metric.")
    raise_: ManyOrNone[RaiseModel] | None = Field(
        default=None, alias="raise", description="To which level time raises a ticket; an empty list takes over none."
    )


class RuleModel(Strict):
    """An ordered rule: the first whose condition holds decides the level."""

    id: Id = Field(description="Name of the rule, shown as the reason.")
    level: Id = Field(description="The level it gives.")
    when: ConditionModel | None = Field(default=None, description="When it holds; left out: always.")
    number: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="Lower numbers are tried first; rules without one follow in the order they stand."
    )
    valid_from: Day | None = Field(default=None, description="First day, inclusive.")
    valid_until: Day | None = Field(default=None, description="Last day, inclusive.")


class ExceptionModel(Strict):
    """A dated exception: it outranks every rule, and somebody answers for it."""

    id: Id = Field(description="Name of the exception.")
    level: Id = Field(description="The level it gives.")
    when: ConditionModel = Field(description="Which tickets.")
    reason: str = Field(min_length=1, description="Why.")
    approver: str = Field(min_length=1, description="Who approved it.")
    valid_from: Day | None = Field(default=None, description="First day, inclusive.")
    until: Day = Field(description="Last day, inclusive.")


class ClockModel(Strict):
    """A metric. A standard one may be changed part by part; a custom one needs at least title, start and stop."""

    title: TitleText | None = Field(default=None, description="What people read.")
    applies: ConditionModel | None = Field(default=None, description="Which tickets have this clock.")
    start: Many[Event] | None = Field(default=None, description="Events that start a cycle.")
    stop: Many[Event] | None = Field(default=None, description="Events that fulfil it.")
    pauses: Pauses | None = Field(default=None, description="When it stands still; replaces the defaults.")
    resume: Many[Event] | None = Field(default=None, description="Events that end a pause.")
    reset: Many[Event] | None = Field(default=None, description="Events that begin the cycle anew.")
    cancel: Many[Event] | None = Field(default=None, description="Events that call it off.")
    on_reopen: OnReopen | None = Field(default=None, description="What a reopening does.")
    needs_answer: Flag | None = Field(default=None, description="Only after the first response.")
    off_while_closed: Flag | None = Field(default=None, description="Closing calls it off.")
    closing_finishes: Flag | None = Field(default=None, description="Closing fulfils it.")
    restart_on_stop: Flag | None = Field(default=None, description="The stopping event starts the next cycle.")
    promise: str | None = Field(default=None, description="The agents' field with a date promised by hand.")
    department: Many[str] | None = Field(
        default=None, description="For 'ownership': the departments that own the ticket."
    )


class CheckModel(Strict):
    """An eligibility check. One of the kind `condition` is stated here itself: it needs a title, a message, and `fails_when` or
    `warns_when`."""

    retired: ClassVar[Mapping[str, str]] = {
        "kind: channel": "state a check of your own: {kind: condition, fails_when: {channel: {not: [web, email, api]}}, "
        "title: …, message: …, remedy: …, effect: …}",
        "kind: etiquette": "state a check of your own: {kind: condition, fails_when: {fields: {sla_set_abuse: true}}, "
        "title: …, message: …, remedy: …, effect: …}",
    }
    kind: KindName = Field(description="Which check.")
    fails_when: ConditionModel | None = Field(default=None, description="For 'condition': when it fails.")
    warns_when: ConditionModel | None = Field(
        default=None, description="For 'condition': when it warns, unless it fails."
    )
    unknown_when: ConditionModel | None = Field(
        default=None, description="For 'condition': when it cannot be told, whatever else holds."
    )
    title: TitleText | None = Field(default=None, description="What people read in place of its id.")
    message: TitleText | None = Field(
        default=None,
        description="For 'condition': what it says where it fails or warns; a fact it looks at may stand in braces, such as "
        "{channel} or {fields.product}.",
    )
    effect: Effect = Field(default=Effect.NONE, description="What a failure means for the support verdict.")
    required: Flag = Field(default=False, description="An unknown answer makes the verdict unknown.")
    deciding: Literal["created", "now", "reply"] = Field(
        default="created", description="The instant it is judged at: creation, now, or the latest reply."
    )
    when: ConditionModel | None = Field(default=None, description="Which tickets are checked.")
    options: Mapping[str, object] = Field(default_factory=dict, description="The kind's own options.")
    remedy: TitleText | None = Field(default=None, description="What mends it, in one sentence for the customer.")
    given_back: ConditionModel | None = Field(
        default=None, description="For 'units': which tickets take no units, or give back those they took."
    )


class DefaultsModel(Strict):
    """What holds where a level or a clock says nothing else."""

    calendar: NamedCalendar | None = Field(default=None, description="Calendar of levels, or a table of calendars.")
    on_entry: OnEntry = Field(default=OnEntry.KEEP_ELAPSED, description="See levels.")
    person_may_choose: Flag = Field(default=False, description="See levels.")
    at_risk: EarlyPointText | None = Field(
        default=None, description="Short form of a threshold that turns a clock at risk."
    )
    thresholds: Thresholds = Field(default=(), description="Thresholds of every target.")
    pauses: Pauses = Field(default=(), description="When clocks stand still.")
    on_reopen: OnReopen = Field(default=OnReopen.NEW_CYCLE, description="What a reopening does.")
    response: Many[Event] | None = Field(
        default=None, description="What counts as a response; by default a public message of an agent."
    )


class PortalModel(Strict):
    """What customers see of their tickets in the helpdesk's portal."""

    show: ManyOrNone[PortalWord] = Field(
        default=(), description="What they are shown of a ticket, in these words; by default nothing."
    )


class PolicyDocument(Strict):
    """One dated state of an agreement."""

    retired: ClassVar[Mapping[str, str]] = {
        "tests": "put the cases into a file of their own, policies/NAME_test.yaml, under 'cases:'",
        "template": "begin the file's name with '_' instead",
    }
    policy: Id = Field(description="Id of the policy.")
    title: TitleText = Field(description="What people read.")
    language: Literal["ru", "en"] = Field(default="ru", description="Language of texts where the ticket does not say.")
    valid_from: Day | None = Field(default=None, description="First day of this revision, inclusive.")
    valid_until: Day | None = Field(default=None, description="Last day, inclusive.")
    extends: str | None = Field(default=None, description="File this one changes, relative to this file's folder.")
    fields: Many[str] = Field(default=(), description="Custom fields that conditions use, beside the standard ones.")
    inputs: Many[str] = Field(
        default=(), description="Fields that only count when an agent set them, beside sla_set_*."
    )
    defaults: DefaultsModel = Field(default_factory=DefaultsModel, description="What holds where nothing else is said.")
    conditions: Mapping[Id, ConditionModel] = Field(default_factory=dict, description="Named conditions.")
    levels: Mapping[Id, LevelModel] = Field(description="Service levels by id.")
    rules: Annotated[tuple[RuleModel, ...], alone("id", "level"), Shorthand(("item",))] = Field(
        description="Ordered rules."
    )
    exceptions: Annotated[tuple[ExceptionModel, ...], alone("id", "level"), Shorthand(("item",))] = Field(
        default=(), description="Dated exceptions."
    )
    clocks: Mapping[Id, ClockModel] = Field(default_factory=dict, description="Metrics by id.")
    checks: Mapping[Id, CheckModel] = Field(default_factory=dict, description="Eligibility checks by id, in order.")
    portal: PortalModel = Field(default_factory=PortalModel, description="What customers see; by default nothing.")
    events: Annotated[tuple[EventActionsModel, ...], alone("id", "on"), Shorthand(("item",))] = Field(
        default=(), description="What to do when something happens to a ticket."
    )
    reminders: Mapping[Id, ReminderModel] = Field(
        default_factory=dict, description="Reminders of tickets that wait for the customer, by id."
    )
    obligations: Mapping[Id, ObligationModel] = Field(
        default_factory=dict, description="What is owed again and again, such as visits and trainings, by id."
    )
