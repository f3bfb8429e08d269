"""Types that several files share: days, flags, ids, titles, lists that are not empty, short forms in the JSON Schema."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bridge.files.misspelt import dates, either, foreign_letters, latin
from bridge.files.positions import describe, nearest
from bridge.files.validate import Strict

OPENED, WORD_FOR_TRUTH = "x-opened", "x-word-for-truth"
"""Marks in pydantic's JSON Schema that `json_schema` replaces: the key that a short form is, and a flag in any word."""


@dataclass(frozen=True, slots=True)
class Shorthand:
    """Tells editors that a value may also be written in a short form, which a validator opens.

    `forms` are a text, a list, or one item of a list without it. `text` and `items` are the keys of the model that the text and
    the list stand for (else an editor takes anything there), `words` texts of a meaning of their own. `filled`: neither the
    list nor the mapping may be empty.
    """

    forms: tuple[str, ...] = ("text", "list")
    text: str = ""
    items: str = ""
    words: tuple[str, ...] = ()
    filled: bool = False

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        full, item = handler(core), "item" in self.forms
        short: list[dict[str, Any]] = [{"const": word} for word in self.words]
        if "text" in self.forms:
            short.append({"type": ["string", "number", "boolean"], OPENED: self.text})
        if "list" in self.forms:
            short.append({"type": "array", "minItems": 1, OPENED: self.items})
        if item and "items" in full:
            short.append(full["items"])
        if self.filled:
            full = {**full, "minItems" if item else "minProperties": 1}
        return {"anyOf": [*short, full]}


@dataclass(frozen=True, slots=True)
class _AnyWord:
    """Tells editors that a flag may be written in any word for it, such as yes and off."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), WORD_FOR_TRUTH: True}


AnyFlag = Annotated[bool, _AnyWord()]
"""true or false, also as yes, no, on and off: what files could say from the beginning."""

_T = TypeVar("_T")


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple | Mapping) else [value]


Listed = Annotated[tuple[_T, ...], BeforeValidator(_listed), Shorthand(("item",))]
"""A list of which one item alone needs none; it may be empty."""


MONTH_AND_DAY = "(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
DATE = f"[0-9]{{4}}-{MONTH_AND_DAY}"
"""Patterns of dates, for editors."""


def alone(*keys: str) -> BeforeValidator:
    """Return what lets one mapping alone stand for a list of one. It is known by one of `keys`: what has none of them is no
    item without its list, and is told as such."""

    def opened(value: object) -> object:
        return [value] if isinstance(value, Mapping) and not value.keys().isdisjoint(keys) else value

    return BeforeValidator(opened)


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is no day of the calendar | write a date as 2026-11-20") from None
    meant = [one for one in dates(value) if len(one) == _DAY_LENGTH] if isinstance(value, str) else []
    raise ValueError(f"{describe(value)} is no date | {either(meant) if meant else 'write a date as 2026-11-20'}")


_DAY_LENGTH = len("2026-11-20")


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{DATE}$", "examples": ["2026-11-20"]}),
]


_LONGEST_ZONE = 64


def zone_name(value: str) -> str:
    """Return the name of a known IANA zone; ValueError for any other."""
    try:
        # Each part of a name is a folder to import from: beyond any real length, too many of them.
        ZoneInfo(value if len(value) <= _LONGEST_ZONE else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{describe(value)} is no time zone | {_zone_hint(value)}") from None
    return value


def _zone_hint(value: str) -> str:
    zones = sorted(available_timezones())
    city = value.rpartition("/")[2].strip().replace(" ", "_").casefold()
    of_city = [zone for zone in zones if zone.rpartition("/")[2].casefold() == city]
    meant = _ZONES.get(city) or next(iter(of_city), None) or nearest(value, zones)
    return f"{f'did you mean {meant!r}? ' if meant else ''}write an IANA name such as Europe/Moscow"


_ZONES = {**dict.fromkeys(("msk", "мск", "москва", "utc+3", "gmt+3", "+03:00"), "Europe/Moscow"), "z": "UTC"}


ZoneName = Annotated[str, AfterValidator(zone_name), Field(json_schema_extra={"pattern": "^[A-Za-z][A-Za-z0-9_+/-]*$"})]
"""The name of an IANA time zone."""

Flag = Annotated[bool, Field(strict=True)]
"""true or false, and no other word for it."""

ID_PATTERN = r"^[a-z][a-z0-9_-]*$"


def _id_hint(value: str) -> str:
    meant = re.sub(r"[^a-z0-9_-]+", "-", latin(value).casefold()).strip("-")
    written = re.fullmatch(ID_PATTERN, meant) and latin(value).isascii()
    rule = "use small Latin letters, digits, '-' and '_', a letter first"
    said = "; ".join(one for one in (either([meant]) if written else "", foreign_letters(value)) if one)
    return f"{said}; {rule}" if said else rule


def _identifier(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(ID_PATTERN, value):
        raise ValueError(f"{describe(value)} is no id | {_id_hint(value)}")
    return value


Id = Annotated[str, BeforeValidator(_identifier), WithJsonSchema({"type": "string", "pattern": ID_PATTERN})]
"""An id that also serves as a choice key in the helpdesk."""


def _both(value: object) -> object:
    return {"ru": value, "en": value} if isinstance(value, str) else value


class Title(Strict):
    """A name or sentence that people read, in both languages."""

    ru: str = Field(min_length=1, description="Russian.")
    en: str = Field(min_length=1, description="English.")

    def text(self, language: str | None) -> str:
        """Return the title in `language`; Russian for `ru`, English for anything else."""
        return self.ru if language == "ru" else self.en


TitleText = Annotated[Title, BeforeValidator(_both), Shorthand(("text",), text="ru")]
"""A title in both languages, or one text for both."""


class LongTitle(Title):
    """A title that may have a short one, for where there is no room for it."""

    short: TitleText | None = Field(
        default=None, description="A short one for narrow places; left out, the title stands there as well."
    )


LongTitleText = Annotated[LongTitle, BeforeValidator(_both), Shorthand(("text",), text="ru")]
"""The same, with or without a short title."""


def _some(value: object) -> object:
    if isinstance(value, list) and not value:
        raise ValueError("the list is empty | add at least one item, or remove the key")
    return value


@dataclass(frozen=True, slots=True)
class _Some:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_some, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        full = handler(core)
        for one in full.get("anyOf", [full]):
            if one.get("type") == "array":
                one["minItems"] = 1
        return full


NotEmpty = _Some()
"""A list that must have an item. Pydantic's own minimum would count items that are wrong as missing."""
