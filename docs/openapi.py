"""docs/api-v1.openapi.yaml: the HTTP contract for machines, made from the models of `docs/wire.py`.

Each operation stands once, in the table below. The contract suite holds every answer of both helpdesks to the schemas in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from bridge.connectors.sandbox.publication_body import DATE_PATTERN, SENT_INSTANT_PATTERN
from bridge.policies.figures.model import Dimension
from docs import wire

FILE = Path(__file__).resolve().parent / "api-v1.openapi.yaml"

_NUMBER = {"type": "integer", "minimum": 0, "maximum": 2**32 - 1}
_LIMIT = {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}
_IDS = {"type": "integer", "enum": [0, 1], "default": 0, "description": "1: ids in the place of snapshots."}
# A form sends what was not filled in as nothing, and the report takes that as not asked.
_DATE = {"type": "string", "pattern": f"^({DATE_PATTERN[1:-1]})?$"}
_STATES = "accepted|sending|done|held|refused|unknown|dropped"
_BY_STATUS = {
    400: "A parameter or a body that cannot be used.",
    401: "No valid key for this address.",
    403: "The key lacks the scope.",
    404: "No such route or ticket.",
    409: "Another leads, nothing may be sent now, or no calendar of reports is published.",
    410: "The feed does not know this cursor: read everything once.",
    413: "The body is larger than 8 MiB, a publication than 2 MiB.",
    415: "The body is not said to be JSON.",
    422: "JSON of the wrong shape.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A bug; neither trace nor secret.",
    503: "Not available now; `Retry-After` says when to come back.",
}
_ALWAYS = (400, 401, 403, 404, 413, 429, 500, 503)
_WITH_BODY = (409, 415, 422)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One route: `scope` is what the key needs, `answer` names the component that 200 bears."""

    path: str
    summary: str
    answer: str
    scope: str = ""
    body: str = ""
    parameters: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    statuses: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The operation's id."""
        name, _, rest = self.path.strip("/").partition("/")
        if name == "actions" and rest:
            return f"{name}_{rest}"
        return "ticket" if rest else name


OPERATIONS = (
    Operation(path="/ping", summary="Who speaks here, and what this key may do.", answer="Ping"),
    Operation(
        path="/meta", summary="Statuses, departments, topics, priorities, plans, fields.", answer="Meta", scope="read"
    ),
    Operation(
        path="/tickets",
        summary="Snapshots in the order of their ids.",
        answer="Tickets",
        scope="read",
        parameters={
            "after": _NUMBER | {"default": 0, "description": "The last id of the page before."},
            "before": _NUMBER
            | {"description": "From the newest down: the last id of the page before, at first the highest."},
            "limit": _LIMIT,
            "open": {"type": "integer", "enum": [0, 1], "default": 0, "description": "1: open ones alone."},
            "number": {"type": "string", "description": "The number that people know."},
            "ids": _IDS,
        },
    ),
    Operation(path="/tickets/{id}", summary="One snapshot.", answer="Ticket", scope="read"),
    Operation(
        path="/changes",
        summary="What changed behind a cursor.",
        answer="Changes",
        scope="read",
        parameters={
            "after": {"type": "string", "description": "`next` of the call before."},
            "limit": _LIMIT,
            "ids": _IDS,
            "passed": {
                "type": "string",
                "pattern": SENT_INSTANT_PATTERN,
                "description": "When the bridge's last whole pass ended, by this helpdesk's clock.",
            },
        },
        statuses=(410,),
    ),
    Operation(
        path="/report",
        summary="The figures of a period, and how tickets stand now.",
        answer="Report",
        scope="read",
        parameters={
            "from": _DATE
            | {"description": "The first date; with `until`, or the current month. Empty as if left out."},
            "until": _DATE | {"description": "The last date. Empty as if left out."},
            "by": {
                "type": "string",
                "enum": [*(one.value for one in Dimension), ""],
                "default": "level",
                "description": "What rows are parted by; empty as if left out.",
            },
            **{name: {"type": "string", "description": f"The exact {name}."} for name in ("metric", "level")},
            **{
                name: {"type": "string", "description": f"The id of the {name}."}
                for name in ("department", "customer", "agent")
            },
            "tickets": {
                "type": "integer",
                "minimum": 0,
                "maximum": 1000,
                "default": 200,
                "description": "How many tickets a list names.",
            },
        },
        statuses=(409,),
    ),
    Operation(
        path="/writes",
        summary="Compare-and-set writes of output fields.",
        answer="Writes",
        scope="write",
        body="WriteRequest",
    ),
    Operation(
        path="/publish",
        summary="What screens need once and not per ticket.",
        answer="Publish",
        scope="write",
        body="PublishRequest",
    ),
    Operation(
        path="/lease",
        summary="Write alone for a while: take, renew or release the lease.",
        answer="Lease",
        scope="write",
        body="LeaseRequest",
    ),
    Operation(
        path="/setup",
        summary="Provision osTicket, or take it back.",
        answer="Setup",
        scope="setup",
        body="SetupRequest",
    ),
    Operation(
        path="/actions",
        summary="The actions that are kept, the oldest first.",
        answer="KeptActions",
        scope="read",
        parameters={
            "state": {
                "type": "string",
                "default": "held,unknown,refused",
                "pattern": f"^({_STATES})(,({_STATES}))*$",
                "description": "States, parted by commas.",
            },
            "after": _NUMBER | {"default": 0, "description": "`next` of the page before."},
            "limit": _LIMIT,
        },
    ),
    Operation(
        path="/actions/declare",
        summary="Which actions there are, and how many may run a day.",
        answer="Declared",
        scope="act",
        body="DeclareRequest",
    ),
    Operation(
        path="/actions/run",
        summary="Run what waits.",
        answer="ActionsRan",
        scope="act",
        body="RunRequest",
    ),
    Operation(
        path="/actions/offer",
        summary="All letters that are due and belong to no ticket.",
        answer="Offered",
        scope="act",
        body="OfferRequest",
    ),
    Operation(
        path="/actions/settle",
        summary="Send or drop an action by a person's decision.",
        answer="Settled",
        scope="act",
        body="SettleRequest",
    ),
    Operation(
        path="/actions/test",
        summary="Send a letter to an address of one's own.",
        answer="Sent",
        scope="act",
        body="TestRequest",
    ),
)


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "osticket-sla-bridge",
            "version": "1",
            "description": "What the bridge and a helpdesk say to one another. In words: api-v1.md.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": "/api/sla-bridge/v1"},
            {"url": "/api/http.php/sla-bridge/v1", "description": "Where the web server rewrites nothing."},
        ],
        "security": [{"key": []}],
        "paths": {one.path: {"post" if one.body else "get": _operation(one)} for one in OPERATIONS},
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
            "headers": _HEADERS,
            "schemas": schemas(),
        },
    }


_HEADERS = {
    "X-Sla-Bridge-Instance": {"required": True, "schema": {"type": "string", "minLength": 8}},
    "X-Sla-Bridge-Contract": {"required": True, "schema": {"type": "string", "const": "1"}},
    "X-Sla-Bridge-Server-Time": {"required": True, "schema": {"type": "string", "pattern": wire.INSTANT_PATTERN}},
    "Cache-Control": {"required": True, "schema": {"type": "string", "const": "no-store"}},
}


def _operation(one: Operation) -> dict[str, Any]:
    statuses = sorted({*_ALWAYS, *one.statuses, *(_WITH_BODY if one.body else ())})
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "description": f"The key needs the scope `{one.scope}`." if one.scope else "The key needs no scope.",
        "parameters": _parameters(one),
        "responses": {"200": _response("What was asked for.", one.answer)}
        | {str(status): _response(_BY_STATUS[status], "Refused") for status in statuses},
    }
    if one.body:
        described["requestBody"] = {"required": True, "content": _json(one.body)}
    return described


def _parameters(one: Operation) -> list[dict[str, Any]]:
    in_path = [{"name": "id", "in": "path", "required": True, "schema": _NUMBER}] if "{id}" in one.path else []
    return in_path + [
        {
            "name": name,
            "in": "query",
            "description": schema.get("description", ""),
            "schema": {member: value for member, value in schema.items() if member != "description"},
        }
        for name, schema in one.parameters.items()
    ]


def _response(description: str, component: str) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    return {"description": description, "headers": headers, "content": _json(component)}


def _json(component: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{component}"}}}


def schemas() -> dict[str, Any]:
    """Return every component by name: the answers as tight as a helpdesk sends them, the requests as wide as it takes them."""
    answers = {name: _as_on_the_wire(part) for name, part in _components(wire.ANSWERS).items()}
    return dict(sorted({**_components(wire.REQUESTS), **answers}.items()))


def _components(models: Sequence[Any]) -> dict[str, Any]:
    inputs: Any = [(model, "validation", TypeAdapter(model)) for model in models]
    _, found = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    components: dict[str, Any] = found["$defs"]
    return components


def _as_on_the_wire(schema: Any) -> Any:
    """Tighten the models' schema, which also reads tickets written by hand, to what a helpdesk sends."""
    if isinstance(schema, list):
        return [_as_on_the_wire(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    tight = {name: part for name, part in schema.items() if name != "default"}
    if "properties" in tight:
        foreign = wire.OF_OTHER_KINDS.get(tight.get("title", ""), set())
        tight["properties"] = {
            member: _as_on_the_wire(_told(part) if member in wire.ALWAYS_TOLD else part)
            for member, part in tight["properties"].items()
            if member not in foreign
        }
    for name in ("anyOf", "items", "additionalProperties"):
        if name in tight:
            tight[name] = _as_on_the_wire(tight[name])
    if tight.get("format") == "date-time":
        tight["pattern"] = wire.INSTANT_PATTERN
    if tight.get("title") in wire.KEPT_AS_WRITTEN:
        tight.pop("required")
    elif "properties" in tight:
        tight["additionalProperties"] = False
        tight["required"] = sorted(set(tight["properties"]) - wire.OPTIONAL.get(tight["title"], set()))
    return tight


def _told(schema: Any) -> Any:
    """Return a member's schema without the null that says that it is not known."""
    known = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    return known[0] if len(known) == 1 else schema


def text() -> str:
    """Return the file's text."""
    written: str = yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=120)
    return f"# Written by `make docs` from docs/openapi.py and docs/wire.py.\n{written}"
