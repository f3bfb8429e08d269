"""Thresholds as a policy writes them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from bridge.files.misspelt import either, plain
from bridge.files.positions import describe
from bridge.files.types import Flag, Id
from bridge.files.validate import Strict
from bridge.policies.agreement.policy import Point
from bridge.policies.calendar.amounts import AMOUNT, Amount
from bridge.policies.calendar.misspelt import amount_hint
from bridge.policies.language.action_models import Actions

_PERCENT = r"(?!0+(?:[.,]0+)? ?%)[0-9]{1,3}(?:[.,][0-9]{1,2})? ?%"
"""The pattern of a share above 0%, for editors."""
_UP_TO_WHOLE = r"(?!0+(?:[.,]0+)? ?%)(?:100(?:[.,]0+)?|0{0,2}[0-9]{1,2}(?:[.,][0-9]{1,2})?) ?%"
"""The pattern of a share above 0% and up to 100%, for editors."""
_POINTS = "write 75%, 1h before, 150% or 2h after"
_EARLY_POINTS = "write 75% or 1h before"
_SHARE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))? ?%")


def parse_point(text: str) -> Point:
    """Return the point written as `75%`, `1h before`, `150%` or `2h after`. Raises ValueError for anything else."""
    words = text.strip()
    found = _SHARE.fullmatch(words)
    if found:
        points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        if not points:
            raise ValueError(f"{text!r}: a share of nothing is the start itself | {_POINTS}")
        return Point(share_basis_points=points)
    side = next((one for one in ("before", "after") if words.endswith(one)), None)
    if side is None:
        raise ValueError(f"{describe(text)} is no threshold | {_point_hint(text)}")
    try:
        amount = Amount.parse(words.removesuffix(side).strip())
    except ValueError:
        raise ValueError(f"{describe(text)} is no threshold | {_point_hint(text)}") from None
    if not amount.value:
        raise ValueError(f"no time {side} the deadline is the deadline itself | write 100%")
    return Point(before=amount) if side == "before" else Point(after=amount)


_OF_HUNDRED = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?) ?(?:percent|per cent|pct|проц\w*\.?)?")
_OF_ONE = re.compile(r"0[.,](\d{1,2})")
_SIDES = re.compile(
    r"\b(?:before|prior to|after|past|later than|за|до|после|спустя|deadline|due|the|срока|дедлайна|earlier|later)\b|^[-+]"
)
_AFTER = re.compile(r"\b(?:after|past|later|после|спустя)\b|^\+")


def _point_hint(text: str) -> str:
    """Return how a threshold is written that somebody wrote another way."""
    words = plain(text)
    share, percent = _OF_ONE.fullmatch(words), _OF_HUNDRED.fullmatch(words)
    if share is not None:
        return either([f"{int(share[1].ljust(2, '0'))}%"])
    if percent is not None:
        return either([f"{percent[1]}%"])
    side = "after" if _AFTER.search(words) else "before"
    amount = " ".join(_SIDES.sub(" ", words).split())
    try:
        meant = either([str(Amount.parse(amount))])
    except ValueError:
        meant = amount_hint(amount)
    if _ONE_CHOICE.fullmatch(meant):
        return f"{meant} {side}"
    return f"{meant}, each with {side!r} behind it" if meant else _POINTS


_ONE_CHOICE = re.compile(r"write \S+")


def _point(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(f"{describe(value)} is no threshold | {_POINTS}")  # noqa: TRY004 - for pydantic
    parse_point(value)
    return value


def _early(value: object) -> object:
    _point(value)
    if isinstance(value, str) and parse_point(value).is_late:
        raise ValueError(f"{value!r}: behind its deadline a clock is overdue, no longer at risk | {_EARLY_POINTS}")
    return value


def _interval(value: object) -> object:
    amount = Amount.parse(value)  # type: ignore[arg-type]  # whatever is no text is refused there
    if not amount.value:
        raise ValueError("a threshold cannot come again at once | write every: 4h")
    return amount


def _text(check: Callable[[object], object], pattern: str, *examples: str) -> Any:
    schema = {"type": "string", "pattern": f"^\\s*(?:{pattern})\\s*$", "examples": list(examples)}
    return Annotated[str, BeforeValidator(check), WithJsonSchema(schema)]


if TYPE_CHECKING:
    PointText = str
    EarlyPointText = str
else:
    PointText = _text(_point, f"{_PERCENT}|{AMOUNT}\\s*(?:before|after)", "75%", "1h before", "150%", "2h after")
    EarlyPointText = _text(_early, f"{_UP_TO_WHOLE}|{AMOUNT}\\s*before", "75%", "1h before")

MOST_OFTEN = 100
"""How often a threshold may come again: whoever did not react to a hundred reminders will not react to more."""

RepeatText = Annotated[
    Amount,
    BeforeValidator(_interval),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": f"^\\s*{AMOUNT}\\s*$", "examples": ["4h", "1wd"]}),
]


class ThresholdModel(Strict):
    """A point before or after the deadline, and what to do there."""

    id: Id = Field(description="Name of the threshold.")
    at: PointText = Field(
        description="A share of the target such as 75% or 150%, or an amount before or after the deadline such as '1h before' "
        "or '2h after'."
    )
    every: RepeatText | None = Field(
        default=None, description="It comes again so much later, and again; working time of the clock's calendar."
    )
    most: Annotated[int, Field(ge=2, le=MOST_OFTEN)] | None = Field(
        default=None, description="With 'every': how often it comes at most, the first time included."
    )
    at_risk: Flag = Field(default=False, description="From here on the clock is at risk.")
    actions: Actions = Field(default=(), description="What to do, once per cycle or as often as it comes.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.every is not None and self.most is None:
            raise ValueError("'every' needs 'most', so that it ends some time | add 'most: 5'")
        if self.most is not None and self.every is None:
            raise ValueError("'most' goes with 'every' | add 'every: 4h'")
        if self.at_risk:
            _early(self.at)
        return self
