"""Small shapes that several models share: titles, amounts, days, thresholds, and short forms in the JSON Schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from bridge.policies.durations import Amount
from bridge.policies.language.positions import describe
from bridge.policies.language.validate import Strict


@dataclass(frozen=True, slots=True)
class Shorthand:
    """Tells editors that a value may also be written in a short form, which a validator opens."""

    forms: tuple[str, ...] = ("text", "list")

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        short: list[dict[str, Any]] = []
        if "text" in self.forms:
            short.append({"type": ["string", "number", "boolean"]})
        if "list" in self.forms:
            short.append({"type": "array", "minItems": 1})
        full = handler(core)
        if "item" in self.forms and "items" in full:
            short.append(full["items"])
        return {"anyOf": [*short, full]}


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is no day of the calendar | write a date as 2026-11-20") from None
    raise ValueError(f"{describe(value)} is no date | write a date as 2026-11-20")


def _amount(value: object) -> Amount:
    return Amount.parse(value)  # type: ignore[arg-type]


Day = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-11-20"]})
]
AmountText = Annotated[
    Amount,
    BeforeValidator(_amount),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "examples": ["8h", "1h30m", "24wd", "24wd same-time", "36h calendar"]}),
]
Flag = Annotated[bool, Field(strict=True)]
"""true or false, and no other word for it."""

ID_PATTERN = r"^[a-z][a-z0-9_-]*$"


def _identifier(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(ID_PATTERN, value):
        raise ValueError(f"{describe(value)} is no id | use small Latin letters, digits, '-' and '_', a letter first")
    return value


Id = Annotated[str, BeforeValidator(_identifier), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]
"""An id that also serves as a choice key in the helpdesk."""


def _both(value: object) -> object:
    return {"ru": value, "en": value} if isinstance(value, str) else value


class TitleModel(Strict):
    """What people read, in both languages."""

    ru: str = Field(min_length=1, description="Russian.")
    en: str = Field(min_length=1, description="English.")


TitleText = Annotated[TitleModel, BeforeValidator(_both), Shorthand(("text",))]
"""A title in both languages, or one text for both."""


def _some(value: object) -> object:
    if isinstance(value, list) and not value:
        raise ValueError("the list is empty | add at least one item, or remove the key")
    return value


NotEmpty = BeforeValidator(_some)
"""A list that must have an item. Pydantic's own minimum would count items that are wrong as missing."""

_SHARE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%")


def parse_point(text: str) -> tuple[int | None, Amount | None]:
    """Return a threshold's place as (basis points, None) for `75%` or (None, amount) for `1h before`."""
    found = _SHARE.fullmatch(text.strip())
    if found:
        points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        if not 0 < points <= 10_000:
            raise ValueError(f"{text!r}: a threshold lies between 0% and 100% of the target")
        return points, None
    before = text.strip().removesuffix("before")
    if before != text.strip():
        return None, Amount.parse(before.strip())
    raise ValueError(f"{text!r} is no threshold | write 75% or 1h before")


def _point(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"{describe(value)} is no threshold | write 75% or 1h before")  # noqa: TRY004 - for pydantic
    parse_point(value)
    return value


PointText = Annotated[
    str, BeforeValidator(_point), WithJsonSchema({"type": "string", "examples": ["75%", "1h before"]})
]


class EmailModel(Strict):
    """An e-mail to somebody inside."""

    to: str = Field(min_length=1, description="Address, or 'manager' or 'curator'.")
    text: TitleText = Field(description="What it says.")


class ActionModel(Strict):
    """One thing to do at a threshold. Exactly one key."""

    note: TitleText | None = Field(default=None, description="An internal note.")
    reply: TitleText | None = Field(default=None, description="A public reply.")
    assign: str | None = Field(default=None, description="Assign to this agent or team, or to 'curator'.")
    priority: str | None = Field(default=None, description="Set this priority.")
    status: str | None = Field(default=None, description="Set this status.")
    email: EmailModel | None = Field(default=None, description="Send an e-mail.")


def one_key(value: object) -> object:
    """Refuse an action that says nothing or several things."""
    if isinstance(value, Mapping) and len(value) != 1:
        raise ValueError("an action has exactly one key | write each action as a list item of its own")
    return value


class ThresholdModel(Strict):
    """A point before the deadline, and what to do there."""

    id: Id = Field(description="Name of the threshold.")
    at: PointText = Field(
        description="A share of the target such as 75%, or an amount before the deadline such as '1h before'."
    )
    at_risk: Annotated[bool, Field(strict=True)] = Field(
        default=False, description="From here on the clock is at risk."
    )
    actions: tuple[Annotated[ActionModel, BeforeValidator(one_key)], ...] = Field(
        default=(), description="What to do, once per cycle."
    )
