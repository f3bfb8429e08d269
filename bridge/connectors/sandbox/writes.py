"""Compare-and-set writes of the output fields: one transaction a batch, each item on its own inside it."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from bridge.connectors.sandbox import native_dates, snapshots
from bridge.connectors.sandbox.action_offers import OfferedAction, offers_of
from bridge.connectors.sandbox.actions import ActionRunner, told
from bridge.connectors.sandbox.feed import may_see
from bridge.connectors.sandbox.field_values import BadItem, checked_value, store_value
from bridge.connectors.sandbox.lease import Lease
from bridge.connectors.sandbox.responses import Refusal, encode
from bridge.connectors.sandbox.store import Store, dump

ITEMS_AT_MOST = 500
_MEMBERS = ("id", "if_rev", "fields", "detail", "cycles", "actions", "native")
DETAIL_BYTES_AT_MOST = 64 * 1024
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet that opens an export takes what begins so for a formula."""
_NO_ID = 2**63
"""What neither PHP nor a database takes for a whole number any more."""


def _items(request: Any) -> list[dict[str, Any]]:
    if not isinstance(request, dict) or not isinstance(request.get("items"), list):
        hint = 'send {"lease": null, "items": []}'
        raise Refusal("unprocessable", "the body is no object with a list of items", hint)
    items: list[dict[str, Any]] = request["items"]
    if len(items) > ITEMS_AT_MOST:
        raise Refusal("bad_request", f"{len(items)} items", f"send at most {ITEMS_AT_MOST} at once")
    for place, item in enumerate(items):
        _check_address(item, place)
    return items


def _check_address(item: Any, place: int) -> None:
    """Refuse (422) an item that does not say which revision of which ticket it means."""
    if not isinstance(item, dict):
        raise Refusal("unprocessable", f"items[{place}] is no object")
    ticket = item.get("id")
    if not isinstance(ticket, int) or isinstance(ticket, bool) or not 0 < ticket < _NO_ID:
        raise Refusal("unprocessable", f"items[{place}].id is no ticket id")
    if not isinstance(item.get("if_rev"), str):
        raise Refusal("unprocessable", f"items[{place}].if_rev is no text")


def _checked(item: Mapping[str, Any], fields: Mapping[str, sqlite3.Row]) -> dict[str, str | bool | None]:
    """Return the item's values as they are stored. Raises BadItem for anything that cannot be written."""
    if strange := next((name for name in item if name not in _MEMBERS), None):
        raise BadItem("bad_item", f"an item has no {strange!r}", "members: " + ", ".join(_MEMBERS))
    values = _given(item, "fields", {})
    if not isinstance(values, dict):
        raise BadItem("bad_item", "fields is no object")
    _check_record(_given(item, "detail", {}), _given(item, "cycles", []))
    native_dates.checked(item.get("native"))
    for name in values:
        if name not in fields:
            raise BadItem("unknown_field", f"there is no output field {name!r}", "outputs: " + ", ".join(fields))
        _refuse_formula(fields[name], values[name])
    return {name: checked_value(fields[name], value) for name, value in values.items()}


def _refuse_formula(field: sqlite3.Row, value: object) -> None:
    if field["type"] in ("text", "memo") and isinstance(value, str) and value.startswith(_FORMULA_SIGNS):
        hint = "begin with no = + - @, tab or carriage return"
        raise BadItem("bad_value", f"{field['name']} begins like a formula", hint)


def _given(item: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    """Return a member of an item; null is as good as left out."""
    value = item.get(name)
    return otherwise if value is None else value


def _check_record(detail: Any, cycles: Any) -> None:
    if not isinstance(detail, dict):
        raise BadItem("bad_item", "detail is no object")
    if len(encode(detail)) > DETAIL_BYTES_AT_MOST:
        raise BadItem("bad_item", "detail is larger than 64 KiB")
    if not isinstance(cycles, list) or not all(isinstance(cycle, dict) for cycle in cycles):
        raise BadItem("bad_item", "cycles is no list of objects")


def _apply(store: Store, item: Mapping[str, Any], values: Mapping[str, Any], snapshot: Mapping[str, Any]) -> bool:
    """Store what differs from what stands; return whether anything did."""
    ticket, stands = item["id"], snapshot["bridge"]
    moved = {name: value for name, value in values.items() if stands["fields"].get(name) != value}
    for name, value in moved.items():
        store_value(store, ticket, name, value)
    record = {name: _given(item, name, stands[name]) for name in ("cycles", "detail")}
    if changed := any(record[name] != stands[name] for name in record):
        store.row("REPLACE INTO records VALUES (?, ?, ?)", ticket, dump(record["cycles"]), dump(record["detail"]))
    dated = native_dates.apply(store, ticket, item.get("native"), snapshot["native"]["ours"])
    return bool(moved) or changed or dated


def write(
    store: Store, request: Any, departments: frozenset[int] | None, actions: ActionRunner, *, may_act: bool
) -> list[dict[str, Any]]:
    """Return one result an item, in order; what is not `ok` changed nothing. What is accepted of actions runs when the
    transaction is over. Refuses (400, 409, 422) what is no batch."""
    items = _items(request)
    results, taken = [], []
    with store.transaction():
        Lease(store).check(request.get("lease"))
        fields = {row["name"]: row for row in store.rows("SELECT * FROM fields WHERE owner = 'bridge' ORDER BY id")}
        found = snapshots.read(store, [item["id"] for item in items])
        visible = {one: seen for one, seen in found.items() if may_see(departments, seen["department"]["id"])}
        for item in items:
            result, offers = _write_one(store, item, visible.get(item["id"]), fields)
            acted = actions.take(item["id"], item["if_rev"], offers, may_act=may_act)
            if any(isinstance(one, int) for one in acted.values()):
                result["result"] = "ok"
            results.append(result)
            taken.append(acted)
            if result["result"] == "ok":
                store.restamp([item["id"]])
                # A later item of the batch may mean the same ticket.
                visible |= snapshots.read(store, [item["id"]])
    outcomes = actions.run(row for acted in taken for row in acted.values() if isinstance(row, int))
    return [
        result | ({"actions": told(acted, outcomes)} if acted else {})
        for result, acted in zip(results, taken, strict=True)
    ]


def _write_one(
    store: Store,
    item: Mapping[str, Any],
    snapshot: Mapping[str, Any] | None,
    fields: Mapping[str, sqlite3.Row],
) -> tuple[dict[str, Any], list[OfferedAction]]:
    """Return the item's result, with what it changes stored, and the actions it brings; `snapshot` is the ticket as the caller
    sees it, None for gone."""
    if snapshot is None:
        return {"id": item["id"], "result": "gone", "rev": None, "error": None}, []
    result = {"id": item["id"], "result": "conflict", "rev": snapshot["rev"], "error": None}
    if item["if_rev"] != snapshot["rev"]:
        return result, []
    try:
        values, offers = _checked(item, fields), offers_of(item.get("actions"))
    except BadItem as problem:
        return result | {"result": "invalid", "error": problem.error}, []
    return result | {"result": "ok" if _apply(store, item, values, snapshot) else "noop"}, offers
