"""Actions as the bridge sends them, and where letters of a helpdesk under test can be read."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from tests.contract.client import Client

LIMITS = {"per_day": 200, "per_ticket_per_day": 20}
KINDS = {
    "tell": "note", "answer": "reply", "warn": "email", "raise": "priority", "park": "status", "hand": "department",
    "give": "assign", "close": "close",
}  # fmt: skip


def at(hours: float = 0) -> str:
    """Return an instant so many hours from now."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def texts(text: str) -> dict[str, str]:
    return {"ru": text, "en": text}


def letter(
    subject: str = "Срок близко", text: str = "Осталось мало.", html: str = "<p>Осталось мало.</p>"
) -> dict[str, Any]:
    return {"subject": texts(subject), "text": texts(text), "html": texts(html)}


def action(name: str, params: dict[str, Any], *, cycle: int | str = 1, **changes: Any) -> dict[str, Any]:
    """Return an action of the declared ones, due since a moment."""
    offered = {
        "key": f"{name}:ticket:{cycle}", "id": name, "kind": KINDS[name], "params": params, "not_before": at(), "not_after": None,
    }  # fmt: skip
    return offered | changes


def warning(to: list[str] | None = None, *, cycle: int | str = 1, **changes: Any) -> dict[str, Any]:
    """Return a letter to the staff."""
    to = ["curator@support.example"] if to is None else to
    return action("warn", {"to": to, **letter()}, cycle=cycle) | changes


def declare(api: Client, kinds: dict[str, str] | None = None, **limits: int) -> dict[str, Any]:
    listed = [{"id": one, "kind": kind} for one, kind in (KINDS if kinds is None else kinds).items()]
    reply = api.post("actions/declare", {"actions": listed, "limits": LIMITS | limits})
    assert reply.status == 200, reply.text
    return reply.body


def offer(api: Client, ticket: int, *actions: dict[str, Any], rev: str | None = None) -> list[tuple[str, str]]:
    """Write actions; return state and reason of each."""
    if_rev = api.ticket(ticket)["rev"] if rev is None else rev
    result = api.write({"id": ticket, "if_rev": if_rev, "actions": list(actions)})[0]
    return [(one["state"], one["reason"]) for one in result.get("actions", [])]


def kept(api: Client, ticket: int) -> dict[str, str]:
    """Return what the snapshot tells: states by keys."""
    return {one["key"]: one["state"] for one in api.ticket(ticket)["bridge"]["actions"]}


def letters(folder: Path) -> list[EmailMessage]:
    """Return the letters that lie in a folder, the oldest first."""
    files = sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    return [message_from_bytes(one.read_bytes(), policy=default) for one in files]  # type: ignore[misc]


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())
