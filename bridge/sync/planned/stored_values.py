"""Values as helpdesks keep them, so that what a server normalised is not written anew for ever."""

import json
import re

from pydantic_core import to_json

from bridge.policies.outcome.record import short
from bridge.tickets import FieldValue

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_UNSTORABLE = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")

_LIKE_A_FORMULA = "=+-@ "

FIELD_TEXT_AT_MOST = 1000
"""A field holds a sentence. A customer's endless product name in it must not make the helpdesk refuse the ticket."""


def canonical(value: FieldValue) -> FieldValue:
    """Return a field value as it comes back from a helpdesk.

    Runs of white space are one space, control characters too; an empty text is null, and none begins like a formula. What lies
    beyond three-byte UTF-8 (and half of a surrogate pair) is U+FFFD, because osTicket's tables hold nothing longer.
    """
    if not isinstance(value, str):
        return value
    if not value.isascii():
        value = _UNSTORABLE.sub("\ufffd", value)
    if not value.isprintable():
        value = "".join(" " if sign < " " or sign == "\x7f" else sign for sign in value)
    return short(" ".join(value.split()).lstrip(_LIKE_A_FORMULA), FIELD_TEXT_AT_MOST) or None


def stored(value: object) -> bytes:
    """Return a JSON value in one spelling: equal values are equal bytes. Raises TypeError or ValueError for others."""
    return _ENCODER.encode(value).encode("utf-8", "replace")


def sent(value: object) -> bytes:
    """Return a JSON value as it is sent, its members in their own order: half the time of `stored`. Raises as that does."""
    try:
        return to_json(value, inf_nan_mode="null")
    except ValueError:
        # Half of a surrogate pair.
        return stored(value)


def told(text: str, most: int = 500) -> str:
    """Return a text of unknown origin as a report shows it: bounded, and fit for every file and terminal."""
    return text[:most].encode("utf-8", "backslashreplace").decode()
