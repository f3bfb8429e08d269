"""Values of custom fields: which a field takes, and how they are stored."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.sandbox.store import Store, dump
from bridge.tickets import FieldValue, format_instant, parse_instant

Field = Mapping[str, Any] | sqlite3.Row
"""A row of the table `fields`."""


class BadItem(Refusal):
    """What makes one item of a batch `invalid`: it stands in that item's result, and the batch goes on."""


def checked_value(field: Field, value: Any) -> str | bool | None:
    """Return a field's value as it is stored; None always suits. Raises BadItem where the type does not."""
    if value is None:
        return None
    if field["type"] == "bool":
        if not isinstance(value, bool):
            raise BadItem("bad_value", f"{field['name']} is true, false or null")
        return value
    if not isinstance(value, str):
        raise BadItem("bad_value", f"{field['name']} is a text or null")
    CHECKS.get(field["type"], _check_text)(field, value)
    return value or None


def _check_choice(field: Field, value: str) -> None:
    choices = json.loads(field["choices"] or "{}")
    if value not in choices:
        raise BadItem("bad_value", f"{field['name']} has no choice {value!r}", "choices: " + ", ".join(choices))


def _check_instant(field: Field, value: str) -> None:
    try:
        exact = format_instant(parse_instant(value)) == value
    except ValueError:
        exact = False
    if not exact:
        raise BadItem("bad_value", f"{field['name']} is no instant", "write it as 2026-11-20T07:00:00Z")


def _check_text(field: Field, value: str) -> None:
    # JSON can spell half of a surrogate pair, but no UTF-8 can hold it.
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise BadItem("bad_value", f"{field['name']} holds a character that no text may hold")


CHECKS: Mapping[str, Callable[[Field, str], None]] = {"choices": _check_choice, "datetime": _check_instant}


def store_value(store: Store, ticket: int, name: str, value: FieldValue) -> None:
    """Store one value of a ticket inside the caller's transaction; None empties the field."""
    if value is None:
        store.row("DELETE FROM answers WHERE ticket_id = ? AND name = ?", ticket, name)
    else:
        store.row("REPLACE INTO answers VALUES (?, ?, ?)", ticket, name, dump(value))
