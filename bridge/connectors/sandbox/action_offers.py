"""The actions that an item of a write carries, and letters that belong to no ticket, each checked by itself."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bridge.connectors.sandbox.field_values import BadItem
from bridge.connectors.sandbox.store import dump
from bridge.tickets import Instant, faults_told, format_instant, parse_instant

AT_MOST = 20
LETTERS_AT_MOST = 200
"""So many letters of no ticket are offered at once."""

PARAMS_BYTES_AT_MOST = 64 * 1024

OF_A_TICKET = ("customer", "assignee")
"""Recipients that only a ticket has."""

Word = Annotated[str, Field(pattern=re.compile(r"^[\x21-\x7e]{1,190}\Z"))]
Name = Annotated[str, Field(min_length=1, max_length=255, pattern=re.compile(r"\S"))]
Kind = Literal["note", "reply", "email", "priority", "status", "department", "assign", "close"]
Language = Literal["ru", "en"]
Texts = Annotated[dict[Language, Annotated[str, Field(min_length=1)]], Field(min_length=1)]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    needs: Word | None = None


class _Note(_Params):
    text: Texts


class _Reply(_Params):
    subject: Texts
    text: Texts
    html: Texts


class _Email(_Reply):
    to: Annotated[list[Name], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _customer_alone(self) -> "_Email":
        if "customer" in self.to and len(self.to) > 1:
            raise ValueError("the customer stands beside others")
        return self


class _Named(_Params):
    name: Name


class _Assigned(_Params):
    agent: Name | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "_Assigned":
        if (self.agent is None) == (self.name is None):
            raise ValueError("either agent or name says to whom")
        return self


_PARAMS: Mapping[str, type[_Params]] = {"note": _Note, "reply": _Reply, "email": _Email, "assign": _Assigned}


class _Offered(BaseModel):
    """An action as it comes over the wire."""

    model_config = ConfigDict(extra="forbid", strict=True)

    key: Word
    id: Word
    kind: Kind
    params: dict[str, Any]
    not_before: str
    not_after: str | None = None

    @model_validator(mode="after")
    def _params_of_the_kind(self) -> "_Offered":
        _PARAMS.get(self.kind, _Named).model_validate(self.params)
        if len(json.dumps(self.params).encode()) > PARAMS_BYTES_AT_MOST:
            raise ValueError("params are larger than 64 KiB")
        for text in (self.not_before, self.not_after):
            if text is not None and format_instant(parse_instant(text)) != text:
                raise ValueError(f"{text!r} is no instant like 2026-11-20T07:00:00Z")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedAction:
    """An action that may be kept; `params` are JSON as they are stored."""

    key: str
    id: str
    kind: str
    params: str
    not_before: Instant
    not_after: Instant | None


def offers_of(found: Any) -> list[OfferedAction]:
    """Return the actions of an item. Raises BadItem for what is no list of actions."""
    if found is None:
        return []
    return _listed(found, AT_MOST)


def letters_of(found: Any) -> list[OfferedAction]:
    """Return the letters of a list that belong to no ticket. Raises BadItem for what is no list of such letters."""
    letters = _listed(found, LETTERS_AT_MOST)
    for place, one in enumerate(letters):
        if (fault := _bound_to_a_ticket(one)) is not None:
            raise BadItem("bad_item", f"actions[{place}]: {fault}", "write kind email, with e-mail addresses in to")
    return letters


def _bound_to_a_ticket(letter: OfferedAction) -> str | None:
    """Return what of an action means a ticket; None where it can do without."""
    if letter.kind != "email":
        return f"kind {letter.kind} is done to a ticket, and here is none"
    params = json.loads(letter.params)
    if words := [one for one in params["to"] if one in OF_A_TICKET]:
        return f"to names {words[0]}, and no ticket says who that is"
    return "needs names an action of a ticket, and here is none" if params.get("needs") is not None else None


def _listed(found: Any, at_most: int) -> list[OfferedAction]:
    if not isinstance(found, list) or len(found) > at_most:
        raise BadItem("bad_item", f"actions is no list of at most {at_most}")
    offers = [_offer(one, place) for place, one in enumerate(found)]
    if len({one.key for one in offers}) < len(offers):
        raise BadItem("bad_item", "a key stands twice among the actions")
    return offers


def _offer(found: Any, place: int) -> OfferedAction:
    try:
        given = _Offered.model_validate(found)
        # JSON can spell half of a surrogate pair, but no letter can hold it.
        params = dump(given.params)
        params.encode()
    except ValidationError as error:
        raise BadItem("bad_item", f"actions[{place}]: {faults_told(error)}") from None
    except UnicodeEncodeError:
        raise BadItem("bad_item", f"actions[{place}] holds a character that no text may hold") from None
    return OfferedAction(
        key=given.key,
        id=given.id,
        kind=given.kind,
        params=params,
        not_before=parse_instant(given.not_before),
        not_after=None if given.not_after is None else parse_instant(given.not_after),
    )
