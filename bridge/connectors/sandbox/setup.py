"""`POST /setup`: a list of steps, planned, applied or taken back; applying twice changes nothing."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bridge.connectors.sandbox import native_dates
from bridge.connectors.sandbox.ready_replies import reply_removals, reply_steps
from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.sandbox.setup_step import SandboxStep
from bridge.connectors.sandbox.store import Store, dump
from bridge.fields import (
    AGENT_INPUTS,
    AT_RISK_QUEUE,
    AUTOMATIC,
    AUTOMATIC_TITLE,
    CUSTOMER_INPUTS,
    DEVELOPMENT_DEPARTMENT,
    DUE_COLUMN,
    OVERDUE_QUEUE,
    WAITING_STATUS,
    BridgeField,
    Owner,
)
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS

ACTIONS = ("plan", "apply", "plan_remove", "remove")
LANGUAGES = ("ru", "en")
_LEVEL_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_NO_LABEL = re.compile(r'[\s{}",:]+')
OWN_FIELDS: tuple[BridgeField, ...] = (*OUTPUT_FIELDS, *AGENT_INPUTS)
"""Always created, and taken away by `remove`."""

ON_REQUEST = {field.name: field for field in CUSTOMER_INPUTS}


def _usable(body: Any) -> dict[str, Any]:
    """Return the request without what is null. Refuses (400) an unknown action or language and (422) any other shape."""
    if not isinstance(body, dict):
        raise Refusal("unprocessable", "the body is no object")
    request = {name: value for name, value in body.items() if value is not None}
    if request.get("action") not in ACTIONS:
        raise Refusal("bad_request", "unknown action", "actions: " + ", ".join(ACTIONS))
    if request.get("language", "en") not in LANGUAGES:
        raise Refusal("bad_request", "unknown language", "languages: " + ", ".join(LANGUAGES))
    _refuse_unusable_lists(request.get("levels", []), request.get("inputs", []))
    for flag in ("waiting_status", "development_department", "keep_values", "tables"):
        if not isinstance(request.get(flag, False), bool):
            raise Refusal("unprocessable", f"{flag} is neither true nor false")
    if request.get("keep_values") and request.get("tables"):
        raise Refusal("unprocessable", "keep_values and tables exclude each other")
    return request


def _refuse_unusable_lists(levels: Any, inputs: Any) -> None:
    if not isinstance(levels, list) or not all(map(_is_level, levels)):
        raise Refusal(
            "unprocessable",
            "levels is no list of levels",
            'a level is {"id": "word", "label": "text", "choosable": true}',
        )
    if not isinstance(inputs, list) or not all(isinstance(name, str) and name in ON_REQUEST for name in inputs):
        raise Refusal("unprocessable", "unknown input", "inputs: " + ", ".join(ON_REQUEST))


def _is_level(level: Any) -> bool:
    return (
        isinstance(level, dict)
        and isinstance(level.get("id"), str)
        and _LEVEL_ID.fullmatch(level["id"]) is not None
        and isinstance(level.get("label"), str | None)
        and isinstance(level.get("choosable"), bool | None)
    )


def _label(level: Mapping[str, Any]) -> Title:
    """Return what people read; osTicket's lists of choices give braces, quotation marks, commas and colons a meaning."""
    text = _NO_LABEL.sub(" ", level.get("label") or "").strip() or level["id"]
    return Title(ru=text, en=text)


def _with_levels(field: BridgeField, levels: list[dict[str, Any]] | None) -> BridgeField:
    """Return the field with the levels as choices, if it is one for them. Refuses (422) what queues could not tell apart."""
    if levels is None or field.levels is None:
        return field
    choices = {level["id"]: _label(level) for level in levels if field.levels == "all" or level.get("choosable")}
    if field.levels == "choosable":
        choices = {AUTOMATIC: AUTOMATIC_TITLE, **choices}
    _refuse_tails(list(choices))
    return replace(field, choices=choices)


def _refuse_tails(keys: list[str]) -> None:
    # osTicket's queues find a choice by the end of its key: "ok" would be found in "not_ok".
    for key in keys:
        if longer := next((other for other in keys if other != key and other.endswith(key)), None):
            raise Refusal("unprocessable", f"level {key!r} is the tail of {longer!r}", "give it another id")


def _field_step(store: Store, field: BridgeField, language: str, *, levels_named: bool) -> SandboxStep:
    title = field.title.text(language)
    owner = None if field.owner is Owner.CUSTOMER else field.owner
    choices = _choices(field, language)
    insert = partial(store.insert, "fields", name=field.name, label=title, type=field.type, form="ticket")
    step = SandboxStep(
        id=f"field:{field.name}", title=title, due=True, act=partial(insert, choices=choices, owner=owner)
    )
    found = store.row("SELECT * FROM fields WHERE form = 'ticket' AND name = ?", field.name)
    if found is None:
        return step
    conflict = ""
    if found["owner"] != owner or (owner and found["type"] != field.type):
        conflict = f"a field {field.name} of type {found['type']} exists and is not ours: rename or delete it"
    # Levels that the request does not name are left alone, and so is a label that somebody gave.
    kept = found["choices"] if owner is None or (field.levels is not None and not levels_named) else choices
    label = title if owner and found["label"] in (field.title.ru, field.title.en) else found["label"]
    update = partial(store.row, "UPDATE fields SET label = ?, choices = ? WHERE id = ?", label, kept, found["id"])
    due = label != found["label"] or not _same(found["choices"], kept)
    return replace(step, due=due, act=update, conflict=conflict)


def _choices(field: BridgeField, language: str) -> str | None:
    """Return the choices as they stand in a row; None for a field that has no choices."""
    if field.type != "choices":
        return None
    return dump({str(key): title.text(language) for key, title in field.choices.items()})


def _same(stored: str | None, wanted: str | None) -> bool:
    return bool(json.loads(stored or "null") == json.loads(wanted or "null"))


def _steps(store: Store, request: Mapping[str, Any], language: str) -> Iterator[SandboxStep]:
    levels = request.get("levels")
    for field in (*OWN_FIELDS, *(ON_REQUEST[name] for name in request.get("inputs", []))):
        yield _field_step(store, _with_levels(field, levels), language, levels_named=levels is not None)
    for asked, step, table, title, columns in (
        ("waiting_status", "status:waiting", "statuses", WAITING_STATUS, {"state": "open"}),
        ("development_department", "department:development", "departments", DEVELOPMENT_DEPARTMENT, {}),
    ):
        if request.get(asked):
            name = title.text(language)
            known = store.row(f"SELECT 1 FROM {table} WHERE name IN (?, ?)", title.en, title.ru)
            yield SandboxStep(
                id=step, title=name, due=known is None, act=partial(store.insert, table, name=name, **columns)
            )
    for field in OWN_FIELDS:
        if field.column is not None:
            yield _queue_step(store, "column", field.name, field.title.text(language))
    yield _queue_step(store, "column", "badge", DUE_COLUMN.text(language))
    yield _queue_step(store, "queue", "at_risk", AT_RISK_QUEUE.text(language))
    yield _queue_step(store, "queue", "overdue", OVERDUE_QUEUE.text(language))
    yield from reply_steps(store, language)


def _queue_step(store: Store, kind: str, name: str, title: str) -> SandboxStep:
    known = store.row(f"SELECT 1 FROM {kind}s WHERE name = ?", name)
    act = partial(store.row, f"INSERT INTO {kind}s VALUES (?, ?)", name, title)
    return SandboxStep(id=f"{kind}:{name}", title=title, due=known is None, act=act)


def _removals(store: Store, language: str, *, keeps: bool) -> Iterator[SandboxStep]:
    yield from reply_removals(store, language)
    owned = {row["name"] for row in store.rows("SELECT name FROM fields WHERE owner IS NOT NULL")}
    for field in () if keeps else OWN_FIELDS:
        act = partial(_forget, store, field.name)
        yield SandboxStep(id=f"field:{field.name}", title=field.title.text(language), due=field.name in owned, act=act)
    for kind in ("column", "queue"):
        for row in store.rows(f"SELECT name, title FROM {kind}s ORDER BY name"):
            delete = partial(store.row, f"DELETE FROM {kind}s WHERE name = ?", row["name"])
            yield SandboxStep(id=f"{kind}:{row['name']}", title=row["title"], due=True, act=delete)


def _forget(store: Store, name: str) -> None:
    store.row("DELETE FROM fields WHERE name = ? AND owner IS NOT NULL", name)
    store.row("DELETE FROM answers WHERE name = ?", name)


def _run(step: SandboxStep, action: str) -> tuple[dict[str, str], bool]:
    """Return the step as it is shown, and whether this call did it."""
    state = "conflict" if step.conflict else "todo" if step.due else "done"
    does = state == "todo" and action in ("apply", "remove")
    if does:
        step.act()
        state = "done"
    return {"id": step.id, "title": step.title, "state": state, "detail": step.conflict or step.detail}, does


def provision(store: Store, body: Any) -> dict[str, Any]:
    """Return the steps of a plan, a setup or a removal with their states and the number of changes this call made.

    Refuses (400) an unknown action and (422) anything that is no setup request.
    """
    request = _usable(body)
    action, language = request["action"], request.get("language", "en")
    removing = action in ("plan_remove", "remove")
    keeps = bool(request.get("keep_values"))
    with store.transaction():
        steps = list(_removals(store, language, keeps=keeps) if removing else _steps(store, request, language))
        done = [_run(step, action) for step in steps]
        changed = sum(did for _, did in done)
        if changed:
            if removing and not keeps:
                for table in ("records", "actions", "acting", "mail"):
                    store.row(f"DELETE FROM {table}")
                native_dates.release_all(store)
            store.restamp_all()
    # Nobody builds queues or filters of his own here.
    uses: list[str] | None = [] if action == "plan_remove" else None
    return {"action": action, "steps": [shown for shown, _ in done], "changed": changed, "counting": None, "uses": uses}
