"""What a condition may say: the closed vocabulary over a ticket, its requester, its customer, its checks, its history.

Short forms are opened before validation, so that every leaf has one shape and an error has one place: `status: Open`
means `status: {is: [Open]}`, a list means any of its members. Several keys in one condition must all hold.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from bridge.customers import Category, Presence
from bridge.decisions import Outcome
from bridge.files.positions import describe
from bridge.files.types import Day, Shorthand
from bridge.files.validate import Strict
from bridge.policies.language.conditions.patterns import PatternRefused, pattern
from bridge.policies.language.conditions.predicates import is_version
from bridge.tickets import Source

T = TypeVar("T")


def _many(value: object) -> object:
    """Return a single value as a list of one."""
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError("an empty list matches nothing | name at least one value, or leave the key out")
        return value
    return [value]


def _opened(value: object) -> object:
    """Return the short form of a test as its full form."""
    if isinstance(value, Mapping):
        if not value:
            raise ValueError("an empty test | name an operator such as 'is' or 'contains'")
        return value
    return {"is": value}


OPENED = BeforeValidator(_opened)
SHORT = Shorthand()


def _linear(value: str) -> str:
    try:
        pattern(value)
    except PatternRefused as refusal:
        raise ValueError(f"the pattern {describe(value)} is refused: {refusal}") from None
    return value


Many = Annotated[tuple[T, ...], BeforeValidator(_many), Shorthand(("item",))]
"""One value or a list of values."""

PatternText = Annotated[str, BeforeValidator(lambda value: _linear(value) if isinstance(value, str) else value)]

_SET = Field(default=None, description="Whether there is a value at all.")


class TextTest(Strict):
    """A test of a text. Upper and lower case are the same; with a list, one match is enough."""

    is_: Many[str] | None = Field(default=None, alias="is", description="Equals one of these.")
    not_: Many[str] | None = Field(default=None, alias="not", description="Equals none of these.")
    contains: Many[str] | None = Field(default=None, description="One of these occurs in it.")
    starts: Many[str] | None = Field(default=None, description="Starts with one of these.")
    ends: Many[str] | None = Field(default=None, description="Ends with one of these.")
    matches: Many[PatternText] | None = Field(
        default=None, description="One of these patterns occurs in it (linear-time regular expressions)."
    )
    set: Annotated[bool, Field(strict=True)] | None = _SET


class ChoiceTest(Strict, Generic[T]):
    """A test of a value from a closed list."""

    is_: Many[T] | None = Field(default=None, alias="is", description="Is one of these.")
    not_: Many[T] | None = Field(default=None, alias="not", description="Is none of these.")


class StatusStateTest(ChoiceTest[Literal["open", "closed", "archived", "deleted"]]):
    """A test of what a status means to the helpdesk."""


class ChannelTest(ChoiceTest[Source]):
    """A test of the channel."""


class CategoryTest(ChoiceTest[Category]):
    """A test of the customer's category."""


class PresenceTest(ChoiceTest[Presence]):
    """A test of how sure the registry is."""


class OutcomeTest(ChoiceTest[Outcome]):
    """A test of a check's answer."""


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"a number is expected, found {describe(value)}")  # noqa: TRY004 - pydantic takes ValueError
    return value


Number = Annotated[float, BeforeValidator(_number)]


class NumberTest(Strict):
    """A test of a number."""

    is_: Many[Number] | None = Field(default=None, alias="is", description="Equals one of these.")
    not_: Many[Number] | None = Field(default=None, alias="not", description="Equals none of these.")
    above: Number | None = Field(default=None, description="Greater than this.")
    at_least: Number | None = Field(default=None, description="This or greater.")
    below: Number | None = Field(default=None, description="Less than this.")
    at_most: Number | None = Field(default=None, description="This or less.")


def _version(value: object) -> object:
    if isinstance(value, str) and not is_version(value):
        raise ValueError(f"{describe(value)} is no version of numbers and dots | write it as 6.10")
    return value


VersionText = Annotated[str, BeforeValidator(_version)]


class VersionTest(Strict):
    """A test of a version made of numbers and dots. An unreadable version passes none of them."""

    is_: Many[VersionText] | None = Field(default=None, alias="is", description="Is one of these versions.")
    above: VersionText | None = Field(default=None, description="Newer than this.")
    at_least: VersionText | None = Field(default=None, description="This or newer.")
    below: VersionText | None = Field(default=None, description="Older than this.")
    at_most: VersionText | None = Field(default=None, description="This or older.")


def _scalar(value: object) -> object:
    if not isinstance(value, str | bool):
        raise ValueError(f"a text, true or false is expected, found {describe(value)}")  # noqa: TRY004 - as above
    return value


Scalar = Annotated[str | bool, BeforeValidator(_scalar)]


class FieldTest(Strict):
    """A test of a custom field: text, yes/no, number, version or date."""

    is_: Many[Scalar] | None = Field(default=None, alias="is", description="Equals one of these.")
    not_: Many[Scalar] | None = Field(default=None, alias="not", description="Equals none of these.")
    contains: Many[str] | None = Field(default=None, description="One of these occurs in it.")
    starts: Many[str] | None = Field(default=None, description="Starts with one of these.")
    ends: Many[str] | None = Field(default=None, description="Ends with one of these.")
    matches: Many[PatternText] | None = Field(default=None, description="One of these patterns occurs in it.")
    above: Number | None = Field(default=None, description="A number greater than this.")
    at_least: Number | None = Field(default=None, description="A number of this or greater.")
    below: Number | None = Field(default=None, description="A number less than this.")
    at_most: Number | None = Field(default=None, description="A number of this or less.")
    before: Day | None = Field(default=None, description="A date before this day (UTC).")
    after: Day | None = Field(default=None, description="A date after this day (UTC).")
    version: Annotated[VersionTest, OPENED, SHORT] | None = Field(default=None, description="A version.")
    set: Annotated[bool, Field(strict=True)] | None = _SET


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class MomentTest(Strict):
    """A test of an instant. `from` and `until` are inclusive days."""

    from_: Day | None = Field(default=None, alias="from", description="On this day or later.")
    until: Day | None = Field(default=None, description="On this day or earlier.")
    weekday: Many[Weekday] | None = Field(default=None, description="On one of these days of the week.")
    inside: str | None = Field(default=None, description="In the working time of this calendar.")
    outside: str | None = Field(default=None, description="Outside the working time of this calendar.")
    calendar: str | None = Field(default=None, description="Whose zone days are read in; the policy's own by default.")


Text = Annotated[TextTest, OPENED, SHORT]
Value = Annotated[FieldTest, OPENED, SHORT]
Count = Annotated[NumberTest, OPENED, SHORT]
Conditions = Annotated["tuple[Condition, ...]", BeforeValidator(_many), Shorthand(("item",))]


class RequesterTest(Strict):
    """Who asked."""

    name: Text | None = Field(default=None, description="Name.")
    email: Text | None = Field(default=None, description="E-mail address.")
    domain: Text | None = Field(default=None, description="What stands behind the @ of the address.")
    fields: Mapping[str, Value] | None = Field(default=None, description="The user's custom fields by name.")


class OrganizationTest(Strict):
    """The requester's organisation in the helpdesk."""

    name: Text | None = Field(default=None, description="Name.")
    fields: Mapping[str, Value] | None = Field(default=None, description="The organisation's custom fields by name.")


class AttachmentsTest(Strict):
    """The attachments of the first message. `name`, `type` and `size` hold when one attachment fits."""

    count: Count | None = Field(default=None, description="How many there are.")
    name: Text | None = Field(default=None, description="A file's name.")
    type: Text | None = Field(default=None, description="A file's media type, such as image/png.")
    size: Count | None = Field(default=None, description="A file's size in bytes.")


class CustomerTest(Strict):
    """The customer as the registry knows him."""

    category: Annotated[CategoryTest, OPENED, SHORT] | None = Field(
        default=None, description="Category of the agreement."
    )
    presence: Annotated[PresenceTest, OPENED, SHORT] | None = Field(
        default=None,
        description="How sure the registry is: found, not_found, ambiguous, or unknown without a usable registry.",
    )
    tier: Text | None = Field(default=None, description="Tier, the registry's own word.")
    id: Text | None = Field(default=None, description="Id in the registry.")
    name: Text | None = Field(default=None, description="Name in the registry.")
    curator: Text | None = Field(default=None, description="The person in charge today.")
    services: Text | None = Field(default=None, description="A service of a contract in force on the ticket's day.")
    certificates: Text | None = Field(
        default=None, description="The kind of a certificate in force on the ticket's day."
    )
    attributes: Mapping[str, Value] | None = Field(default=None, description="Further columns of the registry by name.")


class Condition(Strict):
    """A condition. Every key that is given must hold; `all`, `any` and `not` join conditions."""

    all: Conditions | None = Field(default=None, description="All of these hold.")
    any: Conditions | None = Field(default=None, description="At least one of these holds.")
    not_: "Condition | None" = Field(default=None, alias="not", description="This does not hold.")
    condition: Many[str] | None = Field(default=None, description="Named conditions of this policy; all of them hold.")
    status: Text | None = Field(default=None, description="Status, by name or id.")
    status_state: Annotated[StatusStateTest, OPENED, SHORT] | None = Field(
        default=None, description="What the status means to the helpdesk."
    )
    department: Text | None = Field(default=None, description="Department, by name or id.")
    topic: Text | None = Field(default=None, description="Help topic, by name or id.")
    priority: Text | None = Field(default=None, description="Priority, by name or id.")
    assignee: Text | None = Field(default=None, description="The agent or team in charge.")
    channel: Annotated[ChannelTest, OPENED, SHORT] | None = Field(default=None, description="How the ticket came in.")
    subject: Text | None = Field(default=None, description="Subject.")
    body: Text | None = Field(default=None, description="First message as text.")
    text: Text | None = Field(default=None, description="Subject and first message together.")
    language: Text | None = Field(default=None, description="The ticket's language, such as ru.")
    created: MomentTest | None = Field(default=None, description="When the ticket was created.")
    fields: Mapping[str, Value] | None = Field(default=None, description="Custom fields and agents' inputs by name.")
    attachments: AttachmentsTest | None = Field(default=None, description="Attachments of the first message.")
    requester: RequesterTest | None = Field(default=None, description="Who asked.")
    organization: OrganizationTest | None = Field(default=None, description="His organisation in the helpdesk.")
    customer: CustomerTest | None = Field(default=None, description="The customer in the registry.")
    check: Mapping[str, Annotated[OutcomeTest, OPENED, SHORT]] | None = Field(
        default=None, description="Answers of the eligibility checks by id."
    )
    answered: Annotated[bool, Field(strict=True)] | None = Field(default=None, description="An agent has answered.")
    closed: Annotated[bool, Field(strict=True)] | None = Field(default=None, description="The ticket is closed.")
    imported: Annotated[bool, Field(strict=True)] | None = Field(
        default=None, description="It was imported, not raised here."
    )
    reopened: Count | None = Field(default=None, description="How often it was reopened.")
    messages: Count | None = Field(default=None, description="How many messages the customer wrote.")
    responses: Count | None = Field(default=None, description="How many answers he got.")

    @model_validator(mode="before")
    @classmethod
    def _says_something(cls, value: Any) -> Any:
        if value == {}:
            raise ValueError("an empty condition | leave 'when' out for what always holds")
        return value
