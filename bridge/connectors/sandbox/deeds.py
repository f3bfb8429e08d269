"""What actions of the native kinds do to a ticket, in the name of the service agent: a note, or a change as an agent makes it."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from bridge.connectors.sandbox.letters import in_language, places_of, plain
from bridge.connectors.sandbox.people import People
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.connectors.sandbox.store import Store

Params = Mapping[str, Any]


class Deeds:
    """Carries out the native kinds inside the caller's transaction; each returns why it may not be done, empty where it is done.

    A thing that already is as it is to be is left alone.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._people = People(store)
        self._of: Mapping[str, Callable[[sqlite3.Row, Params], str]] = {
            "note": self._note,
            "priority": self._priority,
            "status": self._status,
            "close": self._close,
            "department": self._department,
            "assign": self._assign,
        }

    def perform(self, kind: str, ticket: int, params: Params) -> str:
        """Do it; return the reason of a refusal."""
        row = self._store.rows("SELECT * FROM tickets WHERE id = ?", (ticket,))[0]
        return self._of[kind](row, params)

    def _named(self, table: str, name: str) -> sqlite3.Row | None:
        """Return what bears that very name, where one alone does."""
        found = self._store.rows(f"SELECT * FROM {table} WHERE trim(name) = ?", (name.strip(),))
        return found[0] if len(found) == 1 else None

    def _note(self, ticket: sqlite3.Row, params: Params) -> str:
        text = plain(in_language(params["text"], "ru"), places_of(ticket["id"], for_staff=True))
        self._people.note(ticket["id"], text, agent=SERVICE_AGENT)
        return ""

    def _priority(self, ticket: sqlite3.Row, params: Params) -> str:
        found = self._named("priorities", params["name"])
        if found is None:
            return "no_such_priority"
        if found["id"] != ticket["priority_id"]:
            self._people.set_priority(ticket["id"], found["id"], agent=SERVICE_AGENT)
        return ""

    def _status(self, ticket: sqlite3.Row, params: Params, states: tuple[str, ...] = ("open", "closed")) -> str:
        found = self._named("statuses", params["name"])
        if found is None or found["state"] not in states:
            return "no_such_status"
        if found["id"] == ticket["status_id"]:
            return ""
        if found["state"] == "closed" and not found["reopenable"]:
            return "not_reopenable"
        self._people.set_status(ticket["id"], found["id"], agent=SERVICE_AGENT)
        return ""

    def _close(self, ticket: sqlite3.Row, params: Params) -> str:
        return self._status(ticket, params, ("closed",))

    def _department(self, ticket: sqlite3.Row, params: Params) -> str:
        found = self._named("departments", params["name"])
        if found is None:
            return "no_such_department"
        if found["id"] == ticket["department_id"]:
            return ""
        if ticket["closed_at"] is not None:
            return "closed"  # a transfer would open it again
        self._people.transfer(ticket["id"], found["id"], agent=SERVICE_AGENT)
        return ""

    def _assign(self, ticket: sqlite3.Row, params: Params) -> str:
        agent = self._agent(params)
        if agent is None:
            return "no_agent"
        if ticket["closed_at"] is not None:
            return "closed"
        if ticket["agent_id"] is not None:
            return "assigned"
        self._people.assign(ticket["id"], agent, agent=SERVICE_AGENT)
        return ""

    def _agent(self, params: Params) -> int | None:
        if "agent" in params:
            query = """SELECT a.id FROM addresses w JOIN agents a ON a.id = w.agent_id
                WHERE w.email = ? AND NOT a.service"""
            found = self._store.rows(query, (params["agent"].strip(),))
        else:
            query = "SELECT id FROM agents WHERE trim(name) = ? AND NOT service"
            found = self._store.rows(query, (params["name"].strip(),))
        return int(found[0]["id"]) if len(found) == 1 else None
