"""The shape of points at which it is warned that an obligation is not kept yet, and of the letters that are sent there."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bridge.files.addresses import is_address
from bridge.files.positions import describe, did_you_mean
from bridge.files.types import Id, Shorthand, TitleText, alone
from bridge.files.validate import Strict
from bridge.policies.actions.owed_variables import OWED_VARIABLES
from bridge.policies.agreement.actions import CURATOR, MANAGER, RECIPIENTS
from bridge.policies.language.action_models import ActionModel, checked_subject, checked_template
from bridge.policies.language.conditions.operators import Many
from bridge.policies.language.thresholds import EarlyPointText

_INSIDE = (CURATOR, MANAGER)


def _recipient(value: object) -> object:
    if not isinstance(value, str) or value in _INSIDE or is_address(value):
        return value
    allowed = f"write an e-mail address, or one of: {', '.join(_INSIDE)}"
    if value in RECIPIENTS:
        raise ValueError(f"{value!r} is somebody of a ticket, and an obligation has none | {allowed}")
    raise ValueError(f"{describe(value)} is no recipient | {did_you_mean(value, _INSIDE)}{allowed}")


class OwedEmailModel(Strict):
    """An e-mail to people inside: an obligation that is not kept yet."""

    to: Many[Annotated[str, BeforeValidator(_recipient)]] = Field(
        description="Addresses, and whom these words mean: curator (of the customer, in charge today), manager."
    )
    subject: Annotated[TitleText, AfterValidator(partial(checked_subject, names=OWED_VARIABLES))] = Field(
        description="Its subject."
    )
    text: Annotated[TitleText, AfterValidator(partial(checked_template, names=OWED_VARIABLES))] = Field(
        description="What it says, with the variables of letters about obligations."
    )


class OwedActionModel(Strict):
    """One thing to do about an obligation."""

    email: OwedEmailModel = Field(description="An e-mail.")


def _no_ticket(value: object) -> object:
    if isinstance(value, Mapping):
        for name in value.keys() & ActionModel.model_fields.keys() - OwedActionModel.model_fields.keys():
            raise ValueError(f"{name!r} is done to a ticket, and an obligation has none | write 'email'")
    return value


class WarningPointModel(Strict):
    """A point at which it is told that an obligation is not kept yet, and the letters that are sent there."""

    at: EarlyPointText = Field(
        description="A share of the period's working time such as 75%, or an amount before its last working second such as "
        "'5wd before'."
    )
    id: Id | None = Field(default=None, description="Name of the point; its letters are known by it for ever.")
    actions: Annotated[
        tuple[Annotated[OwedActionModel, BeforeValidator(_no_ticket)], ...],
        alone(*ActionModel.model_fields),
        Shorthand(("item",)),
    ] = Field(default=(), description="Letters, once for each period, while it is not kept.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.actions and self.id is None:
            raise ValueError("a point with actions needs an id, by which its letters are known | add 'id: visits-late'")
        return self


def _opened(value: object) -> object:
    return {"at": value} if isinstance(value, str) else value


WarningPointText = Annotated[WarningPointModel, BeforeValidator(_opened), Shorthand(("text",), text="at")]
"""A point, or where it does nothing but tell, its place alone."""
