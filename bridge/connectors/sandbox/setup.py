"""`POST /setup`: a list of steps, planned, applied or taken back; applying twice changes nothing."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bridge.connectors.sandbox import names
from bridge.connectors.sandbox.answers import Refusal
from bridge.connectors.sandbox.names import Provided, with_levels
from bridge.connectors.sandbox.store import Store, dump

ACTIONS = ("plan", "apply", "remove")
LANGUAGES = ("ru", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do: `conflict` says what stands in its way, `due` whether there is anything to do, `act` does it."""

    id: str
    title: str
    due: bool
    act: Callable[[], object]
    conflict: str = ""


def _checked(request: Any) -> dict[str, Any]:
    if not isinstance(request, dict):
        raise Refusal("unprocessable", "the body is no object")
    if request.get("action") not in ACTIONS:
        raise Refusal("bad_request", "unknown action", "actions: " + ", ".join(ACTIONS))
    if request.get("language", "en") not in LANGUAGES:
        raise Refusal("bad_request", "unknown language", "languages: " + ", ".join(LANGUAGES))
    levels, inputs = request.get("levels"), request.get("inputs", [])
    if levels is not None and not (isinstance(levels, list) and all(_is_level(level) for level in levels)):
        raise Refusal("unprocessable", "levels is no list of objects", 'a level is {"id", "label", "choosable"}')
    if not isinstance(inputs, list) or not all(name in names.INPUTS_OF_CUSTOMERS for name in inputs):
        raise Refusal("unprocessable", "unknown input", "inputs: " + ", ".join(names.INPUTS_OF_CUSTOMERS))
    return request


def _is_level(level: Any) -> bool:
    return (
        isinstance(level, dict)
        and isinstance(level.get("id"), str)
        and isinstance(level.get("label"), str)
        and isinstance(level.get("choosable", False), bool)
    )


def _field_step(rows: sqlite3.Connection, field: Provided, language: str, *, keep: bool) -> Step:
    found = rows.execute("SELECT * FROM fields WHERE form = 'ticket' AND name = ?", (field.name,)).fetchone()
    choices = dump(field.labels(language)) if field.type == "choices" else None
    conflict = ""
    if found is not None and (found["owner"] != field.owner or (field.owner and found["type"] != field.type)):
        conflict = f"a field {field.name} of type {found['type']} exists and is not ours: rename or delete it"

    def act() -> None:
        if found is None:
            rows.execute(
                "INSERT INTO fields(name, label, type, form, choices, owner) VALUES (?, ?, ?, 'ticket', ?, ?)",
                (field.name, field.title(language), field.type, choices, field.owner),
            )
        else:
            rows.execute("UPDATE fields SET choices = ? WHERE id = ?", (choices, found["id"]))

    # A label in another language is left alone, and so are levels that the request does not name.
    stands = found is not None and (field.owner is None or keep or _same(found["choices"], choices))
    return Step(id=f"field:{field.name}", title=field.title(language), due=not stands, act=act, conflict=conflict)


def _same(stored: str | None, wanted: str | None) -> bool:
    return bool(json.loads(stored or "null") == json.loads(wanted or "null"))


def _row_step(rows: sqlite3.Connection, step: str, titles: tuple[str, str], language: str, insert: str) -> Step:
    table = insert.partition("(")[0]
    known = rows.execute(f"SELECT 1 FROM {table} WHERE name IN (?, ?)", titles).fetchone()
    title = titles[language == "ru"]
    statement = f"INSERT INTO {insert}"
    return Step(id=step, title=title, due=known is None, act=partial(rows.execute, statement, (title,)))


def _steps(rows: sqlite3.Connection, request: dict[str, Any]) -> list[Step]:
    language = request.get("language", "en")
    levels = request.get("levels")
    fields = [with_levels(field, levels) for field in names.OUTPUTS + names.INPUTS_OF_AGENTS]
    fields += [names.INPUTS_OF_CUSTOMERS[name] for name in request.get("inputs", [])]
    steps = [
        _field_step(rows, field, language, keep=levels is None and field.name in ("sla_level", "sla_set_level"))
        for field in fields
    ]
    if request.get("waiting_status"):
        insert = "statuses(name, state) VALUES (?, 'open')"
        steps.append(_row_step(rows, "status:waiting", names.WAITING_STATUS, language, insert))
    if request.get("development_department"):
        steps.append(
            _row_step(rows, "department:development", names.DEVELOPMENT, language, "departments(name) VALUES (?)")
        )
    titles = {field.name: field.title(language) for field in names.OUTPUTS}
    for name in names.COLUMNS:
        known = rows.execute("SELECT 1 FROM columns WHERE name = ?", (name,)).fetchone()
        act = partial(rows.execute, "INSERT INTO columns VALUES (?, ?)", (name, titles[name]))
        steps.append(Step(id=f"column:{name}", title=titles[name], due=known is None, act=act))
    title = names.QUEUE[language == "ru"]
    known = rows.execute("SELECT 1 FROM queues WHERE name = 'attention'").fetchone()
    act = partial(rows.execute, "INSERT INTO queues VALUES ('attention', ?)", (title,))
    return [*steps, Step(id="queue:attention", title=title, due=known is None, act=act)]


def _removals(rows: sqlite3.Connection, language: str) -> list[Step]:
    def forget(name: str) -> Callable[[], None]:
        def act() -> None:
            rows.execute("DELETE FROM fields WHERE name = ? AND owner IS NOT NULL", (name,))
            rows.execute("DELETE FROM answers WHERE name = ?", (name,))

        return act

    owned = {row["name"] for row in rows.execute("SELECT name FROM fields WHERE owner IS NOT NULL")}
    steps = [
        Step(id=f"field:{field.name}", title=field.title(language), due=field.name in owned, act=forget(field.name))
        for field in names.OUTPUTS + names.INPUTS_OF_AGENTS
    ]
    for table in ("columns", "queues"):
        for row in rows.execute(f"SELECT name, title FROM {table} ORDER BY name").fetchall():
            act = partial(rows.execute, f"DELETE FROM {table} WHERE name = ?", (row["name"],))
            steps.append(Step(id=f"{table[:-1]}:{row['name']}", title=row["title"], due=True, act=act))
    return steps


def provision(store: Store, request: Any) -> dict[str, Any]:
    """Return the steps of `plan`, `apply` or `remove` with their states and the number of changes this call made.

    Refuses (400) an unknown action and (422) anything that is no setup request.
    """
    wanted = _checked(request)
    language = wanted.get("language", "en")
    changed = 0
    shown = []
    with store.transaction() as rows:
        removing = wanted["action"] == "remove"
        for step in _removals(rows, language) if removing else _steps(rows, wanted):
            state = "conflict" if step.conflict else "todo" if step.due else "done"
            if state == "todo" and wanted["action"] != "plan":
                step.act()
                state = "done"
                changed += 1
            shown.append({"id": step.id, "title": step.title, "state": state, "detail": step.conflict})
        if changed:
            if removing:
                rows.execute("DELETE FROM records")
            store.restamp_all()
    return {"action": wanted["action"], "steps": shown, "changed": changed}
