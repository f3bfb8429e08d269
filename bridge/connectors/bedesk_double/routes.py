"""The double's answers: the operations of BeDesk's documented API that the bridge uses, and the description of them."""

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Any

from bridge.connectors.bedesk_double.desk import GROUPS, STATUSES, Attribute, Conversation, DoubleDesk
from bridge.connectors.sandbox.responses import Response, encode
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.tickets import format_instant

BASE = "/api/v1"
DESCRIPTION = Path(__file__).with_name("openapi.yaml")
_MESSAGES = 20
_FORMATS = frozenset({"text", "multiLineText", "email", "url", "switch", "number", "phone", "date", "rating"})
_CHOICES = frozenset({"radioGroup", "checkboxGroup", "dropdown"})


class RefusedRequest(Exception):
    """A request that is answered with an error: its status, its message, and for 422 the fields at fault."""

    def __init__(self, status: int, message: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.errors = status, message, errors


class DoubleApi:
    """Responds to requests from the desk's rows."""

    def __init__(self, desk: DoubleDesk, token: str) -> None:
        self._desk = desk
        self._token = token
        one = r"/helpdesk/agent/conversations/(\d+)"
        self._routes: tuple[tuple[str, str, Callable[..., Any]], ...] = (
            ("GET", "/helpdesk/agent/conversations", self._list),
            ("GET", one, self._one),
            ("PUT", one, self._put),
            ("GET", f"{one}/messages", self._messages),
            ("POST", one.replace(r"/(\d+)", "/status/change"), self._change_status),
            ("GET", "/helpdesk/attributes", self._attributes),
            ("POST", "/helpdesk/attributes", self._define),
            ("GET", "/helpdesk/statuses", self._statuses),
            ("GET", "/helpdesk/agents", self._agents),
            ("GET", "/helpdesk/groups", self._groups),
        )

    def respond(self, request: ApiRequest) -> Response:
        """Return the response to one request, refusals included."""
        with self._desk.lock:
            try:
                response = self._found(request)
            except RefusedRequest as refusal:
                errors = {} if refusal.errors is None else {"errors": refusal.errors}
                response = Response(status=refusal.status, body=encode({"message": refusal.message, **errors}))
            response.headers["Date"] = formatdate(self._desk.now, usegmt=True)
        return response

    def _found(self, request: ApiRequest) -> Response:
        if request.path == "/swagger.yaml":
            return Response(body=DESCRIPTION.read_bytes(), headers={"Content-Type": "application/yaml"})
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise RefusedRequest(401, "Unauthenticated.")
        for method, path, handle in self._routes:
            found = re.fullmatch(BASE + path, request.path)
            if found is not None and method == request.method:
                made = handle(request, *map(int, found.groups()))
                status, body = made if isinstance(made, tuple) else (200, made)
                return Response(status=status, body=encode(body), headers={"Content-Type": "application/json"})
        raise RefusedRequest(404, "The route could not be found.")

    def _list(self, request: ApiRequest) -> dict[str, Any]:
        wanted, newest = request.query.get("orderDir", "desc"), request.query.get("orderBy", "updated_at")
        rows = sorted(
            self._desk.conversations.values(),
            key=lambda one: (getattr(one, newest, one.updated_at), one.id),
            reverse=wanted == "desc",
        )
        return self._page(request, [self._conversation(one) for one in rows])

    def _page(self, request: ApiRequest, rows: Sequence[Any]) -> dict[str, Any]:
        size = min(_number(request, "perPage", 15), self._desk.assumptions.largest_page)
        page = max(1, _number(request, "page", 1))
        shown = list(rows[(page - 1) * size : page * size])
        found: dict[str, Any] = {"data": shown, "current_page": page, "per_page": size}
        found["next_page"] = page + 1 if page * size < len(rows) else None
        if request.query.get("paginate") == "lengthAware":
            found |= {"total": len(rows), "last_page": -(-len(rows) // size)}
        return {"pagination": found} if self._desk.assumptions.wraps_pages else found

    def _one(self, _request: ApiRequest, number: int) -> dict[str, Any]:
        one = self._existing(number)
        values = one.attributes
        shown = [
            {**self._attribute(each), "value": values.get(each.key)}
            for each in self._desk.attributes.values()
            if each.type == "conversation" and (each.key in values or self._desk.assumptions.lists_unset)
        ]
        user = {**self._desk.users[one.user], "country": None, "timezone": None, "tags": []}
        return {
            "conversation": self._conversation(one),
            "user": user,
            "attributes": shown,
            "tags": [],
            "summary": None,
            "envatoPurchaseCodes": one.codes,
            "status": "success",
        }

    def _put(self, request: ApiRequest, number: int) -> dict[str, Any]:
        one, body = self._existing(number), _object(request)
        attributes = body.get("attributes", {})
        if not isinstance(attributes, dict):
            raise RefusedRequest(
                422, "The given data was invalid.", {"attributes": ["The attributes must be an object."]}
            )
        if "subject" in body:
            one.subject = str(body["subject"])
        self._desk.put(one, attributes)
        return {"conversation": self._conversation(one), "status": "success"}

    def _messages(self, request: ApiRequest, number: int) -> dict[str, Any]:
        rows = sorted(self._existing(number).messages, key=lambda one: -one["id"])
        before = _number(request, "cursor", 0)
        rows = [one for one in rows if not before or one["id"] < before]
        shown = [
            {**one, "conversation_id": number, "attachments": [], "created_at": format_instant(one["created_at"])}
            for one in rows[:_MESSAGES]
        ]
        found = {"data": shown, "next_cursor": str(shown[-1]["id"]) if len(rows) > _MESSAGES else None}
        return {"pagination": found} if self._desk.assumptions.wraps_pages else found

    def _change_status(self, request: ApiRequest) -> dict[str, Any]:
        body = _object(request)
        for number in body.get("conversationIds", ()):
            if body.get("statusId") not in STATUSES:
                raise RefusedRequest(422, "The given data was invalid.", {"statusId": ["The status does not exist."]})
            self._existing(number)
            self._desk.set_status(number, body["statusId"])
        return {"status": "success"}

    def _attributes(self, request: ApiRequest) -> dict[str, Any]:
        return self._page(request, [self._attribute(one) for one in self._desk.attributes.values()])

    def _define(self, request: ApiRequest) -> tuple[int, dict[str, Any]]:
        body = _object(request)
        errors = {
            name: [f"The {name} is invalid."]
            for name, good in (
                ("name", bool(body.get("name"))),
                ("type", body.get("type") in {"conversation", "user"}),
                ("format", body.get("format") in _FORMATS | _CHOICES),
            )
            if not good
        }
        if errors:
            raise RefusedRequest(422, "The given data was invalid.", errors)
        made = self._desk.define(body["name"], type_=body["type"], format_=body["format"], permissions=body)
        return 201, {"attribute": self._attribute(made), "status": "success"}

    def _statuses(self, request: ApiRequest) -> dict[str, Any]:
        rows = [{"id": one, "name": name, "category": category} for one, (name, category) in STATUSES.items()]
        return self._page(request, rows)

    def _agents(self, request: ApiRequest) -> dict[str, Any]:
        return self._page(request, [{"id": one, "name": name} for one, name in self._desk.agents.items()])

    def _groups(self, request: ApiRequest) -> dict[str, Any]:
        return self._page(request, [{"id": one, "name": name} for one, name in GROUPS.items()])

    def _existing(self, number: int) -> Conversation:
        found = self._desk.conversations.get(number)
        if found is None:
            raise RefusedRequest(404, "Not Found")
        return found

    def _conversation(self, one: Conversation) -> dict[str, Any]:
        assignee, group = one.assignee, one.group
        return {
            "id": one.id,
            "type": one.type,
            "subject": one.subject,
            "status_id": one.status,
            "status_category": STATUSES[one.status][1],
            "assignee": None if assignee is None else {"id": assignee, "name": self._desk.agents.get(assignee, "?")},
            "group": None if group is None else {"id": group, "name": GROUPS[group]},
            "rating": None,
            "created_at": format_instant(one.created_at),
            "updated_at": format_instant(one.updated_at),
        }

    def _attribute(self, one: Attribute) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": one.id, "key": one.key, "name": one.name, "type": one.type, "format": one.format}
        return shown | (
            {"permissions": one.permissions} if self._desk.assumptions.nests_permissions else one.permissions
        )


def _number(request: ApiRequest, name: str, default: int) -> int:
    text = request.query.get(name) or ""
    return int(text) if text.isascii() and text.isdigit() else default


def _object(request: ApiRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.body or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RefusedRequest(422, "The given data was invalid.", {"body": ["The body must be a JSON object."]})
    return found
