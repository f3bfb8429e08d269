"""The contract's routes: who may ask, what is asked, what comes back."""

import hmac
import json
import platform
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.connectors.sandbox import publications
from bridge.connectors.sandbox.action_routes import ActionRoutes
from bridge.connectors.sandbox.actions import ActionRunner
from bridge.connectors.sandbox.feed import changes, id_alone, may_see
from bridge.connectors.sandbox.lease import Lease
from bridge.connectors.sandbox.meta import describe
from bridge.connectors.sandbox.report import report
from bridge.connectors.sandbox.responses import Refusal, Response, encode
from bridge.connectors.sandbox.setup import provision
from bridge.connectors.sandbox.snapshots import Rendered
from bridge.connectors.sandbox.store import Store
from bridge.connectors.sandbox.writes import write
from bridge.policies.figures.figures_json import TICKETS
from bridge.tickets import format_instant

CONTRACT = 1
VERSION = "0.1.0"
BASES = ("/api/sla-bridge/v1", "/api/http.php/sla-bridge/v1")
LIMIT_AT_MOST = 1000
ID_AT_MOST = 2**32 - 1
"""osTicket's ids are unsigned numbers of 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRequest:
    """One request; `path` is what follows the base, `headers` have lower-case names, `body` is None where it is too large."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes | None
    address: str

    @property
    def route(self) -> str:
        """Return the route's name: `ping`, `meta`, `tickets`, `ticket`, `changes`, `report`, `writes`, `publish`, `lease`,
        `setup`, and those of actions by their whole path."""
        path = self.path.strip("/")
        name, _, rest = path.partition("/")
        if name == "actions":
            return path
        return "ticket" if name == "tickets" and rest else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and what he may do; `departments` None means all."""

    scopes: tuple[str, ...]
    departments: frozenset[int] | None


def number(request: ApiRequest, name: str, default: int, *, most: int = ID_AT_MOST, least: int = 0) -> int:
    """Return a query parameter as a number. Refuses (400) what is none or is out of range."""
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or not least <= int(text) <= most:
        raise Refusal("bad_request", f"{name} is no usable number", f"send a number from {least} to {most}")
    return int(text)


class Api:
    """Responds to requests from the store. Holds no state of its own but rendered snapshots."""

    def __init__(self, store: Store, actions: ActionRunner) -> None:
        self._store = store
        self._actions = actions
        self._acting = ActionRoutes(store, actions)
        self._lease = Lease(store)
        self.rendered = Rendered(store)
        self._routes: dict[tuple[str, str], tuple[str, Callable[[ApiRequest, Caller], Response]]] = {
            ("GET", "ping"): ("", self._ping),
            ("GET", "meta"): ("read", self._meta),
            ("GET", "tickets"): ("read", self._tickets),
            ("GET", "ticket"): ("read", self._ticket),
            ("GET", "changes"): ("read", self._changes),
            ("GET", "report"): ("read", self._report),
            ("POST", "writes"): ("write", self._writes),
            ("POST", "publish"): ("write", self._publish),
            ("POST", "lease"): ("write", self._asked_lease),
            ("POST", "setup"): ("setup", self._setup),
            ("GET", "actions"): ("read", self._listed_actions),
            ("POST", "actions/declare"): ("act", self._declare),
            ("POST", "actions/run"): ("act", self._run),
            ("POST", "actions/offer"): ("act", self._offer),
            ("POST", "actions/settle"): ("act", self._settle),
            ("POST", "actions/test"): ("act", self._test_letter),
        }

    def respond(self, request: ApiRequest) -> Response:
        """Return the response to one request, refusals included."""
        try:
            response = self._handle(request)
        except Refusal as refusal:
            response = refusal.response
        response.headers.update(self.headers())
        return response

    def _handle(self, request: ApiRequest) -> Response:
        if request.body is None:
            raise Refusal("too_large", "the body is larger than 8 MiB", "send fewer items at once")
        if "_method" in request.query:
            raise Refusal("bad_request", "the verb is emulated", "send the request by its own verb, without `_method`")
        caller = self._caller(request)
        found = self._routes.get((request.method, request.route))
        if found is None:
            raise Refusal("not_found", f"no route {request.method} {request.path}", "see docs/api-v1.md")
        scope, handle = found
        if scope and scope not in caller.scopes:
            raise Refusal("forbidden", "this key may not do that", f"give the key the scope {scope}")
        return handle(request, caller)

    def headers(self) -> dict[str, str]:
        """Return the headers that every response of the contract carries."""
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Sla-Bridge-Instance": self._store.instance_id,
            "X-Sla-Bridge-Contract": str(CONTRACT),
            "X-Sla-Bridge-Server-Time": format_instant(self._store.clock()),
        }

    def _caller(self, request: ApiRequest) -> Caller:
        presented = request.headers.get("x-api-key", "").encode("latin-1", "replace")
        caller: sqlite3.Row | None = None
        for key in self._store.rows("SELECT * FROM keys WHERE active = 1"):
            # Every key is compared, each in constant time: neither order nor length of a match can be measured.
            if hmac.compare_digest(key["secret"].encode(), presented) and key["address"] == request.address:
                caller = key
        if caller is None:
            hint = f"send X-API-Key with an active key for {request.address}, the address seen here"
            raise Refusal("unauthorized", "no valid key", hint)
        limit = json.loads(caller["departments"] or "null")
        departments = None if limit is None else frozenset(limit)
        return Caller(scopes=tuple(json.loads(caller["scopes"])), departments=departments)

    def _envelope(self) -> dict[str, Any]:
        return {
            "instance_id": self._store.instance_id,
            "contract": CONTRACT,
            "server_time": format_instant(self._store.clock()),
        }

    def _page(self, items: list[bytes], members: Mapping[str, Any]) -> Response:
        tail = encode({**members, **self._envelope()})
        return Response(body=b'{"items":[' + b",".join(items) + b"]," + tail[1:])

    def _ping(self, request: ApiRequest, caller: Caller) -> Response:
        # The embedded helpdesk has no osTicket and no PHP inside; it says what it stands in for and what runs it.
        versions = {
            "osticket": "v1.18.1 (embedded)",
            "php": f"python {platform.python_version()}",
            "plugin": VERSION,
            "contract": CONTRACT,
        }
        departments = None if caller.departments is None else sorted(caller.departments)
        members = {"versions": versions, "ip": request.address, "scopes": caller.scopes, "departments": departments}
        told = publications.of_ping(self._store) | {"policy": self._lease.policy()}
        return Response(body=encode(self._envelope() | members | told))

    def _meta(self, _request: ApiRequest, _caller: Caller) -> Response:
        return Response(body=encode(self._envelope() | describe(self._store)))

    def _tickets(self, request: ApiRequest, caller: Caller) -> Response:
        limit = number(request, "limit", 100, most=LIMIT_AT_MOST, least=1)
        only_open = number(request, "open", 0, most=1)
        ids_alone, newest_first = number(request, "ids", 0, most=1), "before" in request.query
        where, order = "t.id > ?", "DESC" if newest_first else "ASC"
        parameters: list[int | str] = [number(request, "after", 0)]
        if newest_first:
            where += " AND t.id < ?"
            parameters.append(number(request, "before", 0))
        if only_open:
            where += " AND s.state = 'open'"
        if "number" in request.query:
            where += " AND ticket_number(t.id) = ?"
            parameters.append(request.query["number"])
        if caller.departments is not None:
            where += " AND t.department_id IN (SELECT value FROM json_each(?))"
            parameters.append(json.dumps(sorted(caller.departments)))
        with self._store.transaction():
            found = self._store.rows(
                f"""SELECT t.id, t.stamp FROM tickets t JOIN statuses s ON s.id = t.status_id
                WHERE {where} ORDER BY t.id {order} LIMIT ?""",
                (*parameters, limit + 1),
            )
            page = {row["id"]: row["stamp"] for row in found[:limit]}
            items = [id_alone(one) for one in page] if ids_alone else list(self.rendered.render(page).values())
        return self._page(items, {"next": [*page][-1] if len(found) > limit else None})

    def _ticket(self, request: ApiRequest, caller: Caller) -> Response:
        text = request.path.strip("/").partition("/")[2]
        ticket = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
        with self._store.transaction():
            found = self._store.row("SELECT stamp, department_id FROM tickets WHERE id = ?", ticket)
            if found is None or not may_see(caller.departments, found["department_id"]):
                hint = "it was deleted, or this key may not see its department"
                raise Refusal("not_found", f"no ticket {text}", hint)
            return Response(body=self.rendered.render({ticket: found["stamp"]})[ticket])

    def _changes(self, request: ApiRequest, caller: Caller) -> Response:
        limit = number(request, "limit", 100, most=LIMIT_AT_MOST, least=1)
        after = request.query.get("after")
        rendered = None if number(request, "ids", 0, most=1) else self.rendered
        publications.note_pass(self._store, request.query.get("passed"), believed="write" in caller.scopes)
        items, members = changes(self._store, rendered, after=after, limit=limit, departments=caller.departments)
        members["lease"] = self._lease.told()
        members["published"] = publications.published(self._store)
        return self._page(items, members | {"meta_rev": describe(self._store)["meta_rev"]})

    def _report(self, request: ApiRequest, caller: Caller) -> Response:
        tickets = number(request, "tickets", TICKETS, most=LIMIT_AT_MOST)
        with self._store.transaction():
            found = report(
                publications.latest(self._store),
                self._all_snapshots(),
                request.query,
                departments=caller.departments,
                tickets=tickets,
                now=self._store.clock(),
            )
        return Response(body=encode(found | self._envelope()))

    def _all_snapshots(self) -> Iterator[bytes]:
        after = 0
        while found := self._store.rows(
            "SELECT id, stamp FROM tickets WHERE id > ? ORDER BY id LIMIT ?", (after, LIMIT_AT_MOST)
        ):
            yield from self.rendered.render({row["id"]: row["stamp"] for row in found}).values()
            after = found[-1]["id"]

    def _writes(self, request: ApiRequest, caller: Caller) -> Response:
        may_act = "act" in caller.scopes
        results = write(self._store, self._body(request), caller.departments, self._actions, may_act=may_act)
        return Response(body=encode({"results": results} | self._envelope()))

    def _publish(self, request: ApiRequest, _caller: Caller) -> Response:
        if len(request.body or b"") > publications.BYTES_AT_MOST:
            raise Refusal("too_large", "the publication is larger than 2 MiB", "publish fewer days")
        kept = publications.keep(self._store, self._body(request))
        return Response(body=encode({"published": kept} | self._envelope()))

    def _asked_lease(self, request: ApiRequest, _caller: Caller) -> Response:
        return Response(body=encode(self._lease.asked(self._body(request)) | self._envelope()))

    def _setup(self, request: ApiRequest, _caller: Caller) -> Response:
        return Response(body=encode(provision(self._store, self._body(request)) | self._envelope()))

    def _listed_actions(self, request: ApiRequest, caller: Caller) -> Response:
        after, limit = number(request, "after", 0), number(request, "limit", 100, most=LIMIT_AT_MOST, least=1)
        found = self._acting.listed(request.query, caller.departments, after=after, limit=limit)
        return Response(body=encode(found | self._envelope()))

    def _declare(self, request: ApiRequest, _caller: Caller) -> Response:
        return Response(body=encode(self._acting.declare(self._body(request)) | self._envelope()))

    def _run(self, request: ApiRequest, caller: Caller) -> Response:
        return Response(body=encode(self._acting.run(self._body(request), caller.departments) | self._envelope()))

    def _offer(self, request: ApiRequest, caller: Caller) -> Response:
        return Response(body=encode(self._acting.offer(self._body(request), caller.departments) | self._envelope()))

    def _settle(self, request: ApiRequest, caller: Caller) -> Response:
        return Response(body=encode(self._acting.settle(self._body(request), caller.departments) | self._envelope()))

    def _test_letter(self, request: ApiRequest, caller: Caller) -> Response:
        return Response(body=encode(self._acting.test(self._body(request), caller.departments) | self._envelope()))

    def _body(self, request: ApiRequest) -> Any:
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            hint = "send Content-Type: application/json"
            raise Refusal("unsupported_media_type", "the body is not said to be JSON", hint)
        try:
            return json.loads(request.body or b"")
        except (ValueError, RecursionError):
            raise Refusal("bad_request", "the body is no readable JSON", "send one JSON object in UTF-8") from None
