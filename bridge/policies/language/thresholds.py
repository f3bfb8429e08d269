"""Amounts and thresholds as a policy writes them, and what is to be done at a threshold."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from bridge.files.misspelt import either, plain
from bridge.files.positions import describe
from bridge.files.types import Flag, Id, Shorthand, TitleText, alone
from bridge.files.validate import Strict
from bridge.policies.calendar.amounts import AMOUNT, Amount
from bridge.policies.calendar.misspelt import amount_hint

AmountText = Annotated[
    Amount,
    BeforeValidator(Amount.parse),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^\\s*{AMOUNT}\\s*$",
            "examples": ["8h", "1h30m", "24wd", "24wd same-time", "36h calendar"],
        }
    ),
]


_PERCENT = r"(?!0+(?:[.,]0+)? ?%)(?:100(?:[.,]0+)?|0{0,2}[0-9]{1,2}(?:[.,][0-9]{1,2})?) ?%"
"""The pattern of a share above 0% and up to 100%, for editors."""
_POINTS = "write 75% or 1h before"
_SHARE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%")


def parse_point(text: str) -> tuple[int | None, Amount | None]:
    """Return a threshold's place as (basis points, None) for `75%` or (None, amount) for `1h before`."""
    found = _SHARE.fullmatch(text.strip())
    if found:
        points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        if not 0 < points <= 10_000:
            raise ValueError(f"{text!r}: a threshold lies between 0% and 100% of the target | {_POINTS}")
        return points, None
    before = text.strip().removesuffix("before")
    if before != text.strip():
        try:
            return None, Amount.parse(before.strip())
        except ValueError:
            raise ValueError(f"{describe(text)} is no threshold | {_point_hint(text)}") from None
    raise ValueError(f"{describe(text)} is no threshold | {_point_hint(text)}")


_OF_HUNDRED = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?) ?(?:percent|per cent|pct|проц\w*\.?)?")
_OF_ONE = re.compile(r"0[.,](\d{1,2})")
_BEFORE = re.compile(r"\b(?:before|prior to|за|до|deadline|due|the|срока|дедлайна|earlier)\b|^-")


def _point_hint(text: str) -> str:
    """Return how a threshold is written that somebody wrote another way."""
    words = plain(text)
    share, percent = _OF_ONE.fullmatch(words), _OF_HUNDRED.fullmatch(words)
    if share is not None:
        return either([f"{int(share[1].ljust(2, '0'))}%"])
    if percent is not None:
        return either([f"{percent[1]}%"])
    amount = " ".join(_BEFORE.sub(" ", words).split())
    try:
        meant = either([str(Amount.parse(amount))])
    except ValueError:
        meant = amount_hint(amount)
    if _ONE_CHOICE.fullmatch(meant):
        return f"{meant} before"
    return f"{meant}, each with 'before' behind it" if meant else _POINTS


_ONE_CHOICE = re.compile(r"write \S+")


def _point(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"{describe(value)} is no threshold | {_POINTS}")  # noqa: TRY004 - for pydantic
    parse_point(value)
    return value


PointText = Annotated[
    str,
    BeforeValidator(_point),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^\\s*(?:{_PERCENT}|{AMOUNT}\\s*before)\\s*$",
            "examples": ["75%", "1h before"],
        }
    ),
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
    at_risk: Flag = Field(default=False, description="From here on the clock is at risk.")
    actions: Annotated[
        tuple[Annotated[ActionModel, BeforeValidator(one_key)], ...],
        alone(*ActionModel.model_fields),
        Shorthand(("item",)),
    ] = Field(default=(), description="What to do, once per cycle.")
