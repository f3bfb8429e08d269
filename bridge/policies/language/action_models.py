"""The shape of actions: what may be done at a threshold, when something happens, while a ticket waits."""

from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from bridge.files.addresses import is_address
from bridge.files.positions import describe, did_you_mean
from bridge.files.types import Id, NotEmpty, Shorthand, Title, TitleText, alone
from bridge.files.validate import Strict
from bridge.policies.actions.letters import parse_letter, parse_subject
from bridge.policies.actions.variables import VARIABLES
from bridge.policies.agreement.actions import CUSTOMER, RECIPIENTS, Happening
from bridge.policies.calendar.amounts import AmountKind
from bridge.policies.language.amount_texts import AmountText
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.operators import Many


def _recipient(value: object) -> object:
    if not isinstance(value, str) or value in RECIPIENTS or is_address(value):
        return value
    allowed = f"write an e-mail address, or one of: {', '.join(RECIPIENTS)}"
    raise ValueError(f"{describe(value)} is no recipient | {did_you_mean(value, RECIPIENTS)}{allowed}")


Recipient = Annotated[str, BeforeValidator(_recipient)]


def checked_template(value: Title, names: Collection[str] = VARIABLES) -> Title:
    """Return the text of a letter with variables of these names. Raises ValueError for what is none."""
    for text in (value.ru, value.en):
        parse_letter(text, names)
    return value


TemplateText = Annotated[TitleText, AfterValidator(checked_template)]
"""What a letter or a note says, in both languages or in one for both: with variables, and with the mark-up of letters."""


def checked_subject(value: Title, names: Collection[str] = VARIABLES) -> Title:
    """Return the subject of a letter with variables of these names. Raises ValueError for what is none."""
    for text in (value.ru, value.en):
        parse_subject(text, names)
    return value


SubjectText = Annotated[TitleText, AfterValidator(checked_subject)]
"""The subject of a letter, in both languages or in one for both: one line with variables, and without mark-up."""


class ReplyModel(Strict):
    """A public reply with a subject of its own."""

    subject: SubjectText | None = Field(default=None, description="Its subject; that of the ticket by default.")
    text: TemplateText = Field(description="What it says.")


def _form_of_reply(value: object) -> str:
    whole = isinstance(value, ReplyModel) or (isinstance(value, Mapping) and not {"subject", "text"}.isdisjoint(value))
    return "letter" if whole else "words"


ReplyText = Annotated[
    Annotated[TemplateText, Tag("words")] | Annotated[ReplyModel, Tag("letter")], Discriminator(_form_of_reply)
]
"""What a reply says, with a subject of its own or without one."""


class EmailModel(Strict):
    """An e-mail to people inside, or to the customer."""

    to: Many[Recipient] = Field(
        description="Addresses, and whom these words mean: assignee, curator, manager, customer."
    )
    subject: SubjectText | None = Field(default=None, description="Its subject; that of the ticket by default.")
    text: TemplateText = Field(description="What it says.")

    @model_validator(mode="after")
    def _customer_alone(self) -> Self:
        if CUSTOMER in self.to and len(self.to) > 1:
            raise ValueError("a letter to the customer names nobody else | write an action of its own for each of them")
        return self


class _Actions(Strict):
    """What may be done, each under its own key."""

    note: TemplateText | None = Field(default=None, description="An internal note.")
    reply: ReplyText | None = Field(default=None, description="A public reply to the customer.")
    email: EmailModel | None = Field(default=None, description="An e-mail.")
    assign: str | None = Field(
        default=None,
        min_length=1,
        description="Assign to this agent or team, or to 'curator'; only while nobody has it.",
    )
    priority: str | None = Field(default=None, min_length=1, description="Set this priority.")
    status: str | None = Field(default=None, min_length=1, description="Set this status.")
    department: str | None = Field(default=None, min_length=1, description="Transfer to this department.")


class ActionModel(_Actions):
    """One thing to do. Exactly one key."""


def one_key(value: object) -> object:
    """Refuse an action that says nothing or several things."""
    if isinstance(value, Mapping) and len(value) != 1:
        raise ValueError("an action has exactly one key | write each action as a list item of its own")
    return value


Actions = Annotated[
    tuple[Annotated[ActionModel, BeforeValidator(one_key)], ...],
    alone(*ActionModel.model_fields),
    Shorthand(("item",)),
]
SomeActions = Annotated[
    tuple[Annotated[ActionModel, BeforeValidator(one_key)], ...],
    NotEmpty,
    alone(*ActionModel.model_fields),
    Shorthand(("item",)),
]


class EventActionsModel(Strict):
    """What to do when something happens to a ticket."""

    id: Id = Field(description="Name of the event.")
    on: Happening = Field(description="What happens.")
    when: ConditionModel | None = Field(default=None, description="What must hold right then.")
    before: AmountText | None = Field(
        default=None, description="For 'promise_near': how long before the date promised by hand."
    )
    calendar: str | None = Field(
        default=None, description="Calendar in which 'before' counts; by default that of the promised date."
    )
    within: AmountText | None = Field(
        default=None,
        description="How long after it happened it may still be done, in calendar time.",
        json_schema_extra={"default": "3d"},
    )
    actions: SomeActions = Field(description="What to do, once each time it happens.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        near = self.on is Happening.PROMISE_NEAR
        if near and self.before is None:
            raise ValueError("'promise_near' needs 'before' | add 'before: 1wd'")
        if not near and self.before is not None:
            raise ValueError(f"'before' goes with 'promise_near', not with '{self.on}' | remove it")
        if not near and self.calendar is not None:
            raise ValueError(f"'calendar' goes with 'promise_near', not with '{self.on}' | remove it")
        if self.within is not None and (self.within.kind is not AmountKind.CALENDAR_TIME or not self.within.value):
            raise ValueError("'within' is calendar time | write 3d or 12h calendar")
        return self


class ReminderStepModel(_Actions):
    """A step of waiting: after how long, and what to do."""

    id: Id = Field(description="Name of the step.")
    after: AmountText = Field(description="How much time of waiting it takes.")
    needs: Id | None = Field(default=None, description="An earlier step whose letter must have been sent.")
    needs_gap: AmountText | None = Field(default=None, description="How much time must have passed since that letter.")
    close: str | None = Field(
        default=None, min_length=1, description="Close with this status; needs an earlier step that reminded."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if all(getattr(self, name) is None for name in STEP_ACTIONS):
            raise ValueError(f"the step {self.id!r} does nothing | add one of: {', '.join(STEP_ACTIONS)}")
        if self.needs_gap is not None and self.needs is None:
            raise ValueError("'needs_gap' goes with 'needs' | add 'needs: ID' of the step that reminds")
        if self.close is not None and self.needs is None:
            raise ValueError("nothing may be closed without a reminder | add 'needs: ID' of the step that reminds")
        return self


STEP_ACTIONS = (*ActionModel.model_fields, "close")
"""The keys of a step that do something, in the order in which that is done: letters first, and closing last."""


class ReminderModel(Strict):
    """Reminders while a ticket waits for the customer."""

    while_: ConditionModel = Field(alias="while", description="What must hold; a message of the customer ends it.")
    calendar: str | None = Field(
        default=None, description="Calendar in which the steps count; by default that of the policy."
    )
    steps: Annotated[tuple[ReminderStepModel, ...], NotEmpty, alone("id", "after"), Shorthand(("item",))] = Field(
        description="What is done, and after how long."
    )


def keys_of(model: _Actions) -> Iterable[tuple[str, Any]]:
    """Yield what a list item or a step does, by its keys and in their order."""
    for name in STEP_ACTIONS:
        value = getattr(model, name, None)
        if value is not None:
            yield name, value
