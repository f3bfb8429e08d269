"""The answers of the contract as models: the committed JSON Schemas come from them, and every answer is held to those.

`python -m tests.contract.answers` writes the schemas anew.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from bridge.protocols import WriteResult
from bridge.tickets import Ticket, Tombstone, ticket_adapter

FOLDER = Path(__file__).parent / "schemas"
INSTANT_PATTERN = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
WireInstant = Annotated[str, StringConstraints(pattern=INSTANT_PATTERN)]


class Answer(BaseModel):
    """Nothing more than what is written here: what one server adds, the other must add too."""

    model_config = ConfigDict(extra="forbid")


class Envelope(Answer):
    instance_id: Annotated[str, Field(min_length=8)]
    contract: Literal[1]
    server_time: WireInstant


class Versions(Answer):
    osticket: str
    php: str
    plugin: str
    contract: Literal[1]


class Ping(Envelope):
    versions: Versions
    ip: str
    scopes: list[Literal["read", "write", "setup"]]
    departments: list[int] | None


class Named(Answer):
    id: int
    name: str


class Status(Named):
    state: str


class Priority(Named):
    urgency: int


class Plan(Named):
    grace_hours: int


class FieldOfForm(Named):
    label: str
    type: str
    form: Literal["ticket", "topic", "user", "organization"]
    choices: dict[str, str] | None
    owner: Literal["bridge", "agent"] | None


class Meta(Envelope):
    meta_rev: Annotated[str, Field(min_length=4)]
    database_zone: str
    statuses: list[Status]
    departments: list[Named]
    topics: list[Named]
    agents: list[Named]
    teams: list[Named]
    priorities: list[Priority]
    sla_plans: list[Plan]
    fields: list[FieldOfForm]


class Tickets(Envelope):
    items: list[Ticket]
    next: int | None


class Changes(Envelope):
    items: list[Ticket | Tombstone]
    next: str
    head: Annotated[int, Field(ge=0)]
    has_more: bool
    meta_rev: Annotated[str, Field(min_length=4)]
    lease: None


class Problem(Answer):
    code: str
    message: str
    hint: str


class Refused(Answer):
    error: Problem


class WriteAnswer(Answer):
    id: int
    result: WriteResult
    rev: str | None
    error: Problem | None


class Writes(Envelope):
    results: list[WriteAnswer]


class Step(Answer):
    id: str
    title: str
    state: Literal["todo", "done", "conflict"]
    detail: str


class Setup(Envelope):
    action: Literal["plan", "apply", "remove"]
    steps: list[Step]
    changed: Annotated[int, Field(ge=0)]


ANSWERS: dict[str, TypeAdapter[Any]] = {
    "ping": TypeAdapter(Ping),
    "meta": TypeAdapter(Meta),
    "tickets": TypeAdapter(Tickets),
    "ticket": ticket_adapter(),
    "changes": TypeAdapter(Changes),
    "writes": TypeAdapter(Writes),
    "setup": TypeAdapter(Setup),
    "error": TypeAdapter(Refused),
}
OPTIONAL = {"Event": {"inferred"}, "Reference": {"state"}}
"""Members that the wire may leave out: `inferred` where nothing was, `state` of what is no status."""
KEPT_AS_WRITTEN = {"FinishedCycle"}
"""What a helpdesk stores for the bridge and hands back unread."""


def generate() -> dict[str, str]:
    """Return the text of every schema file by its name."""
    texts = {}
    for name, adapter in ANSWERS.items():
        schema = _as_on_the_wire(adapter.json_schema(mode="validation"))
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        texts[name] = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return texts


def _as_on_the_wire(schema: Any) -> Any:
    """Tighten the models' schema, which also reads tickets written by hand, to what a helpdesk sends."""
    if isinstance(schema, list):
        return [_as_on_the_wire(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tight = {name: part for name, part in schema.items() if name != "default"}
    for name in ("properties", "$defs"):
        if name in tight:
            tight[name] = {member: _as_on_the_wire(part) for member, part in tight[name].items()}
    for name in ("anyOf", "items", "additionalProperties"):
        if name in tight:
            tight[name] = _as_on_the_wire(tight[name])
    if tight.get("format") == "date-time":
        tight["pattern"] = INSTANT_PATTERN
    if tight.get("title") in KEPT_AS_WRITTEN:
        tight.pop("required")
    elif "properties" in tight:
        tight["additionalProperties"] = False
        tight["required"] = sorted(set(tight["properties"]) - OPTIONAL.get(tight["title"], set()))
    return tight


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def schema_errors(method: str, path: str, status: int, body: Any) -> list[str]:
    """Return what is wrong with an answer by the committed schemas."""
    route = "ticket" if re.fullmatch(r"tickets/\d+", path) else path.partition("?")[0]
    name = route if status == 200 and route in ANSWERS else "error"
    if name == "error" and status == 200:
        return [f"no schema for {method} {path}"]
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(name).iter_errors(body)]


if __name__ == "__main__":
    for file, text in generate().items():
        (FOLDER / f"{file}.json").write_text(text, "utf-8")
