"""The suite's own client: it asks, checks every answer against the committed schemas, and can write down what was said."""

import json
import re
from dataclasses import dataclass
from typing import Any

import requests

from tests.contract.answers import schema_errors

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SECONDS_AT_MOST = 60


@dataclass(frozen=True)
class Reply:
    """One answer: status, headers, and its body as JSON (None where it is none)."""

    status: int
    headers: Any
    body: Any
    text: str

    @property
    def code(self) -> str:
        """Return the error's code."""
        return self.body["error"]["code"]

    @property
    def hint(self) -> str:
        """Return the error's hint."""
        return self.body["error"]["hint"]


class Client:
    """Speaks the contract with one key."""

    def __init__(self, base: str, key: str | None) -> None:
        self.base = base
        self.session = requests.Session()
        if key is not None:
            self.session.headers["X-API-Key"] = key
        self.exchanges: list[dict[str, Any]] = []

    def close(self) -> None:
        self.session.close()

    def get(self, path: str, **query: object) -> Reply:
        """Ask; `open_` stands for the parameter `open`."""
        return self.request("GET", path, params={name.rstrip("_"): str(value) for name, value in query.items()})

    def post(self, path: str, body: object) -> Reply:
        """Send JSON."""
        data = json.dumps(body, ensure_ascii=False).encode()
        return self.request("POST", path, data=data, headers={"Content-Type": "application/json"})

    def request(self, method: str, path: str, **options: Any) -> Reply:
        """Send anything, and check what comes back."""
        answer = self.session.request(
            method, f"{self.base}/{path}", timeout=SECONDS_AT_MOST, allow_redirects=False, **options
        )
        reply = Reply(answer.status_code, answer.headers, self._json(answer), answer.text)
        self._check(method, path, reply)
        return reply

    @staticmethod
    def _json(answer: requests.Response) -> Any:
        assert answer.headers["Content-Type"].startswith("application/json"), answer.text[:500]
        return json.loads(answer.content.decode("utf-8"))

    def _check(self, method: str, path: str, reply: Reply) -> None:
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["X-Sla-Bridge-Contract"] == "1"
        assert reply.headers["X-Sla-Bridge-Instance"]
        assert INSTANT.fullmatch(reply.headers["X-Sla-Bridge-Server-Time"])
        assert not reply.headers.get("Set-Cookie")
        problems = schema_errors(method, path, reply.status, reply.body)
        assert not problems, f"{method} {path} {reply.status}: {problems[:5]}"

    # --- what tests ask most ---------------------------------------------------------------------------------------

    def ticket(self, ticket: int) -> dict[str, Any]:
        """Return a ticket's snapshot."""
        reply = self.get(f"tickets/{ticket}")
        assert reply.status == 200, reply.text
        return reply.body

    def cursor(self) -> str:
        """Return the cursor at the feed's end."""
        cursor, more = None, True
        while more:
            page = self.get("changes", limit=1000, **({} if cursor is None else {"after": cursor})).body
            cursor, more = page["next"], page["has_more"]
        return cursor

    def changed(self, cursor: str, ticket: int) -> list[dict[str, Any]]:
        """Return that ticket's items behind the cursor: other people may be at work on the same helpdesk."""
        found, more = [], True
        while more:
            page = self.get("changes", after=cursor, limit=1000).body
            found += [item for item in page["items"] if item["id"] == ticket]
            cursor, more = page["next"], page["has_more"]
        return found

    def write(self, *items: dict[str, Any]) -> list[dict[str, Any]]:
        """Write, and return the results."""
        reply = self.post("writes", {"lease": None, "items": list(items)})
        assert reply.status == 200, reply.text
        return reply.body["results"]

    def write_fields(self, ticket: int, **fields: object) -> dict[str, Any]:
        """Write fields at the ticket's present revision, and return the one result."""
        return self.write({"id": ticket, "if_rev": self.ticket(ticket)["rev"], "fields": fields})[0]
