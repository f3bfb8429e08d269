"""Compare-and-set writes of the output fields: one transaction a batch, each item on its own inside it."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from bridge.connectors.sandbox import snapshots
from bridge.connectors.sandbox.responses import Refusal, encode, exact_instant
from bridge.connectors.sandbox.store import Store, dump
from bridge.errors import BridgeError

ITEMS_AT_MOST = 500
DETAIL_BYTES_AT_MOST = 64 * 1024


class BadItem(BridgeError):
    """What makes one item `invalid`; `error` is the contract's `{"code", "message", "hint"}`."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.error = {"code": code, "message": message, "hint": hint}


def _items(request: Any) -> list[dict[str, Any]]:
    if not isinstance(request, dict) or not isinstance(request.get("items"), list):
        raise Refusal(
            "unprocessable", "the body is no object with a list of items", 'send {"lease": null, "items": []}'
        )
    items: list[dict[str, Any]] = request["items"]
    if len(items) > ITEMS_AT_MOST:
        raise Refusal("bad_request", f"{len(items)} items", f"send at most {ITEMS_AT_MOST} at once")
    if request.get("lease") is not None:
        raise Refusal("lease_lost", "nobody holds a lease here", "send null")
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            raise Refusal("unprocessable", f"items[{place}] is no object")
        if not isinstance(item.get("id"), int) or isinstance(item["id"], bool):
            raise Refusal("unprocessable", f"items[{place}].id is no number")
        if not isinstance(item.get("if_rev"), str):
            raise Refusal("unprocessable", f"items[{place}].if_rev is no text")
    return items


def checked_value(field: Mapping[str, Any] | sqlite3.Row, value: Any) -> str | bool | None:
    """Return a field's value as it is stored; None always suits. Raises BadItem where the type does not."""
    if value is None:
        return None
    name, kind = field["name"], field["type"]
    if kind == "bool":
        if not isinstance(value, bool):
            raise BadItem("bad_value", f"{name} is true, false or null")
        return value
    if not isinstance(value, str):
        raise BadItem("bad_value", f"{name} is a text or null")
    if kind == "choices":
        choices = json.loads(field["choices"] or "{}")
        if value not in choices:
            raise BadItem("bad_value", f"{name} has no choice {value!r}", "choices: " + ", ".join(choices))
    elif kind == "datetime":
        if exact_instant(value) is None:
            raise BadItem("bad_value", f"{name} is no instant", "write it as 2026-11-20T07:00:00Z")
    elif any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise BadItem("bad_value", f"{name} holds a character that no text may hold")
    return value or None


def _checked(item: Mapping[str, Any], fields: Mapping[str, sqlite3.Row]) -> dict[str, str | bool | None]:
    """Return the item's values as they are stored. Raises BadItem for anything that cannot be written."""
    if item.get("actions"):
        raise BadItem("bad_item", "actions must be empty")
    if not isinstance(item.get("fields", {}), dict):
        raise BadItem("bad_item", "fields is no object")
    if not isinstance(item.get("detail", {}), dict):
        raise BadItem("bad_item", "detail is no object")
    if len(encode(item.get("detail", {}))) > DETAIL_BYTES_AT_MOST:
        raise BadItem("bad_item", "detail is larger than 64 KiB")
    cycles = item.get("cycles", [])
    if not isinstance(cycles, list) or not all(isinstance(cycle, dict) for cycle in cycles):
        raise BadItem("bad_item", "cycles is no list of objects")
    for name in item.get("fields", {}):
        if name not in fields:
            raise BadItem("unknown_field", f"there is no output field {name!r}", "outputs: " + ", ".join(fields))
    return {name: checked_value(fields[name], value) for name, value in item.get("fields", {}).items()}


def _apply(
    rows: sqlite3.Connection, item: Mapping[str, Any], values: Mapping[str, Any], stands: Mapping[str, Any]
) -> bool:
    """Store what differs from what stands; return whether anything did."""
    ticket = item["id"]
    moved = {name: value for name, value in values.items() if stands["fields"].get(name) != value}
    for name, value in moved.items():
        if value is None:
            rows.execute("DELETE FROM answers WHERE ticket_id = ? AND name = ?", (ticket, name))
        else:
            rows.execute("REPLACE INTO answers VALUES (?, ?, ?)", (ticket, name, dump(value)))
    record = {name: item.get(name, stands[name]) for name in ("cycles", "detail")}
    if changed := any(record[name] != stands[name] for name in record):
        rows.execute("REPLACE INTO records VALUES (?, ?, ?)", (ticket, dump(record["cycles"]), dump(record["detail"])))
    return bool(moved) or changed


def write(store: Store, request: Any, departments: frozenset[int] | None) -> list[dict[str, Any]]:
    """Return one result an item, in the same order; what is not `ok` changed nothing.

    Refuses (400, 409, 422) a request that is no batch of items at all.
    """
    items = _items(request)
    results = []
    with store.transaction() as rows:
        fields = {row["name"]: row for row in rows.execute("SELECT * FROM fields WHERE owner = 'bridge' ORDER BY id")}
        now = snapshots.read(store, [item["id"] for item in items])
        for item in items:
            snapshot = now.get(item["id"])
            if snapshot is None or (departments is not None and snapshot["department"]["id"] not in departments):
                results.append({"id": item["id"], "result": "gone", "rev": None, "error": None})
                continue
            answer = {"id": item["id"], "result": "conflict", "rev": snapshot["rev"], "error": None}
            results.append(answer)
            if item["if_rev"] != snapshot["rev"]:
                continue
            try:
                values = _checked(item, fields)
            except BadItem as problem:
                answer |= {"result": "invalid", "error": problem.error}
                continue
            if not _apply(rows, item, values, snapshot["bridge"]):
                answer["result"] = "noop"
                continue
            answer["result"] = "ok"
            store.restamp([item["id"]])
            now |= snapshots.read(store, [item["id"]])
    return results
