"""`POST /setup`: a list of steps, planned, applied or taken back; applying twice changes nothing."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.sandbox.store import Store, dump
from bridge.fields import (
    AGENT_INPUTS,
    ATTENTION_QUEUE,
    AUTOMATIC,
    AUTOMATIC_TITLE,
    CUSTOMER_INPUTS,
    DEVELOPMENT_DEPARTMENT,
    WAITING_STATUS,
    BridgeField,
    Owner,
)
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS

ACTIONS = ("plan", "apply", "remove")
LANGUAGES = ("ru", "en")
OWN_FIELDS: tuple[BridgeField, ...] = (*OUTPUT_FIELDS, *AGENT_INPUTS)
"""Always created, and taken away by `remove`."""

ON_REQUEST = {field.name: field for field in CUSTOMER_INPUTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxStep:
    """One thing to do: `conflict` says what stands in its way, `due` whether there is anything to do, `act` does it."""

    id: str
    title: str
    due: bool
    act: Callable[[], object]
    conflict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSetup:
    """A checked request. `levels` None leaves the choices of the level fields as they are."""

    action: str
    language: str
    levels: list[dict[str, Any]] | None
    inputs: list[str]
    waiting_status: bool
    development_department: bool


def _checked(request: Any) -> CheckedSetup:
    if not isinstance(request, dict):
        raise Refusal("unprocessable", "the body is no object")
    if request.get("action") not in ACTIONS:
        raise Refusal("bad_request", "unknown action", "actions: " + ", ".join(ACTIONS))
    if request.get("language", "en") not in LANGUAGES:
        raise Refusal("bad_request", "unknown language", "languages: " + ", ".join(LANGUAGES))
    return CheckedSetup(
        action=request["action"],
        language=request.get("language", "en"),
        levels=_checked_levels(request.get("levels")),
        inputs=_checked_inputs(request.get("inputs", [])),
        waiting_status=bool(request.get("waiting_status")),
        development_department=bool(request.get("development_department")),
    )


def _checked_levels(levels: Any) -> list[dict[str, Any]] | None:
    if levels is None:
        return None
    if not isinstance(levels, list) or not all(_is_level(level) for level in levels):
        raise Refusal("unprocessable", "levels is no list of objects", 'a level is {"id", "label", "choosable"}')
    return levels


def _is_level(level: Any) -> bool:
    return (
        isinstance(level, dict)
        and isinstance(level.get("id"), str)
        and isinstance(level.get("label"), str)
        and isinstance(level.get("choosable", False), bool)
    )


def _checked_inputs(inputs: Any) -> list[str]:
    if not isinstance(inputs, list) or not all(isinstance(name, str) and name in ON_REQUEST for name in inputs):
        raise Refusal("unprocessable", "unknown input", "inputs: " + ", ".join(ON_REQUEST))
    return inputs


def _with_levels(field: BridgeField, levels: list[dict[str, Any]] | None) -> BridgeField:
    """Return the field with the policy's levels as choices, if it is one for levels.

    Refuses (422) levels that queues could not tell apart.
    """
    if levels is None or field.levels is None:
        return field
    choices = {
        level["id"]: Title(ru=level["label"] or level["id"], en=level["label"] or level["id"])
        for level in levels
        if field.levels == "all" or level.get("choosable", False)
    }
    if field.levels == "choosable":
        choices = {AUTOMATIC: AUTOMATIC_TITLE, **choices}
    _refuse_tails(list(choices))
    return replace(field, choices=choices)


def _refuse_tails(keys: list[str]) -> None:
    # osTicket's queues find a choice by the end of its key: "ok" would be found in "not_ok".
    for key in keys:
        if longer := next((other for other in keys if other != key and other.endswith(key)), None):
            raise Refusal("unprocessable", f"level {key!r} is the tail of {longer!r}", "give it another id")


def _field_step(rows: sqlite3.Connection, field: BridgeField, request: CheckedSetup) -> SandboxStep:
    title = field.title.text(request.language)
    owner = None if field.owner is Owner.CUSTOMER else field.owner
    choices = _choices(field, request.language)
    found = rows.execute("SELECT * FROM fields WHERE form = 'ticket' AND name = ?", (field.name,)).fetchone()
    if found is None:
        row = (field.name, title, field.type, choices, owner)
        insert = "INSERT INTO fields(name, label, type, form, choices, owner) VALUES (?, ?, ?, 'ticket', ?, ?)"
        return SandboxStep(id=f"field:{field.name}", title=title, due=True, act=partial(rows.execute, insert, row))
    conflict = ""
    if found["owner"] != owner or (owner and found["type"] != field.type):
        conflict = f"a field {field.name} of type {found['type']} exists and is not ours: rename or delete it"
    # A label in another language is left alone, and so are levels that the request does not name.
    keep = owner is None or (request.levels is None and field.levels is not None)
    update = partial(rows.execute, "UPDATE fields SET choices = ? WHERE id = ?", (choices, found["id"]))
    due = not keep and not _same(found["choices"], choices)
    return SandboxStep(id=f"field:{field.name}", title=title, due=due, act=update, conflict=conflict)


def _choices(field: BridgeField, language: str) -> str | None:
    """Return the choices as they stand in a row; None for a field that has no choices."""
    if field.type != "choices":
        return None
    return dump({str(key): title.text(language) for key, title in field.choices.items()})


def _same(stored: str | None, wanted: str | None) -> bool:
    return bool(json.loads(stored or "null") == json.loads(wanted or "null"))


def _row_step(rows: sqlite3.Connection, step: str, title: Title, language: str, insert: str) -> SandboxStep:
    """Return the step that creates a status or department, due unless one has that name in either language."""
    table = insert.partition("(")[0]
    known = rows.execute(f"SELECT 1 FROM {table} WHERE name IN (?, ?)", (title.en, title.ru)).fetchone()
    name = title.text(language)
    return SandboxStep(
        id=step, title=name, due=known is None, act=partial(rows.execute, f"INSERT INTO {insert}", (name,))
    )


def _steps(rows: sqlite3.Connection, request: CheckedSetup) -> Iterator[SandboxStep]:
    language = request.language
    for field in (*OWN_FIELDS, *(ON_REQUEST[name] for name in request.inputs)):
        yield _field_step(rows, _with_levels(field, request.levels), request)
    if request.waiting_status:
        insert = "statuses(name, state) VALUES (?, 'open')"
        yield _row_step(rows, "status:waiting", WAITING_STATUS, language, insert)
    if request.development_department:
        insert = "departments(name) VALUES (?)"
        yield _row_step(rows, "department:development", DEVELOPMENT_DEPARTMENT, language, insert)
    for field in OWN_FIELDS:
        if field.column is not None:
            yield _queue_step(rows, "column", field.name, field.title.text(language))
    yield _queue_step(rows, "queue", "attention", ATTENTION_QUEUE.text(language))


def _queue_step(rows: sqlite3.Connection, kind: str, name: str, title: str) -> SandboxStep:
    """Return the step that creates a queue or a column of the queues."""
    known = rows.execute(f"SELECT 1 FROM {kind}s WHERE name = ?", (name,)).fetchone()
    act = partial(rows.execute, f"INSERT INTO {kind}s VALUES (?, ?)", (name, title))
    return SandboxStep(id=f"{kind}:{name}", title=title, due=known is None, act=act)


def _removals(rows: sqlite3.Connection, language: str) -> Iterator[SandboxStep]:
    owned = {row["name"] for row in rows.execute("SELECT name FROM fields WHERE owner IS NOT NULL")}
    for field in OWN_FIELDS:
        act = partial(_forget, rows, field.name)
        yield SandboxStep(id=f"field:{field.name}", title=field.title.text(language), due=field.name in owned, act=act)
    for kind in ("column", "queue"):
        for row in rows.execute(f"SELECT name, title FROM {kind}s ORDER BY name").fetchall():
            delete = partial(rows.execute, f"DELETE FROM {kind}s WHERE name = ?", (row["name"],))
            yield SandboxStep(id=f"{kind}:{row['name']}", title=row["title"], due=True, act=delete)


def _forget(rows: sqlite3.Connection, name: str) -> None:
    rows.execute("DELETE FROM fields WHERE name = ? AND owner IS NOT NULL", (name,))
    rows.execute("DELETE FROM answers WHERE name = ?", (name,))


def _run(step: SandboxStep, action: str) -> tuple[dict[str, str], bool]:
    """Return the step as it is shown, and whether this call did it."""
    state = "conflict" if step.conflict else "todo" if step.due else "done"
    does = state == "todo" and action != "plan"
    if does:
        step.act()
        state = "done"
    return {"id": step.id, "title": step.title, "state": state, "detail": step.conflict}, does


def provision(store: Store, request: Any) -> dict[str, Any]:
    """Return the steps of `plan`, `apply` or `remove` with their states and the number of changes this call made.

    Refuses (400) an unknown action and (422) anything that is no setup request.
    """
    wanted = _checked(request)
    removing = wanted.action == "remove"
    with store.transaction() as rows:
        steps = list(_removals(rows, wanted.language) if removing else _steps(rows, wanted))
        done = [_run(step, wanted.action) for step in steps]
        changed = sum(did for _, did in done)
        if changed:
            if removing:
                rows.execute("DELETE FROM records")
            store.restamp_all()
    return {"action": wanted.action, "steps": [shown for shown, _ in done], "changed": changed}
