"""What an action of people leaves behind: an event in the ticket's log, moved references, field values, a place in the feed."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from bridge.connectors.sandbox.field_values import BadItem, checked_value, store_value
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.connectors.sandbox.store import Store, dump
from bridge.errors import BridgeError
from bridge.tickets import FieldValue

REFERENCES = {
    "status": "statuses",
    "department": "departments",
    "topic": "topics",
    "priority": "priorities",
    "sla": "sla_plans",
}


class NotAllowed(BridgeError):
    """The helpdesk does not let people do that: a field nobody edits, a bad value, no such ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One event to be written. `agent` is who acted, where an agent did; what the service agent does is `system`."""

    kind: str
    actor: str = "agent"
    at: int
    source: str = "other"
    before: object = None
    after: object = None
    field: str | None = None
    inferred: bool = False
    agent: int | None = None
    text: str = ""


class TicketLog:
    """Reads and writes inside the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ticket(self, ticket: int) -> sqlite3.Row:
        """Return the ticket's row. Raises NotAllowed when there is none."""
        row = self._store.row("SELECT * FROM tickets WHERE id = ?", ticket)
        if row is None:
            raise NotAllowed(f"no ticket {ticket}")
        return row

    def id_of(self, kind: str, wanted: int | str) -> int:
        """Return the id of a status, department, topic, priority or SLA plan given by id or name."""
        column = "id" if isinstance(wanted, int) else "name"
        found = self._store.row(f"SELECT id FROM {REFERENCES[kind]} WHERE {column} = ?", wanted)
        if found is None:
            raise NotAllowed(f"no {kind} {wanted!r}")
        return int(found["id"])

    def reference(self, kind: str, wanted: int | None) -> dict[str, Any] | None:
        """Return `{"id", "name"}` (a status also `state`) as events carry it; None stays None."""
        if wanted is None:
            return None
        table = "agents" if kind == "assigned" else REFERENCES[kind]
        columns = "id, name, state" if kind == "status" else "id, name"
        return dict(self._store.rows(f"SELECT {columns} FROM {table} WHERE id = ?", (wanted,))[0])

    def add(self, ticket: int, entry: LogEntry) -> None:
        """Write an event into the ticket's history."""
        service = entry.agent == SERVICE_AGENT
        actor = "system" if service else entry.actor
        self._store.row(
            """INSERT INTO events(ticket_id, at, kind, actor, source, before, after, field, inferred, service, text, agent_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            ticket,
            entry.at,
            entry.kind,
            actor,
            entry.source,
            None if entry.before is None else dump(entry.before),
            None if entry.after is None else dump(entry.after),
            entry.field,
            entry.inferred,
            service,
            entry.text,
            entry.agent if actor == "agent" else None,
        )

    def tell_feed(self, ticket: int, agent: int | None) -> None:
        """Put the ticket at the end of the change feed, unless it was the service agent who wrote."""
        if agent == SERVICE_AGENT:
            self._store.restamp([ticket])
        else:
            self._store.touch(ticket)

    def move(self, ticket: int, kind: str, *, target: int | None, at: int, agent: int) -> None:
        """Point the ticket to another department, topic, priority or assignee, and log it."""
        column = "agent_id" if kind == "assigned" else f"{kind}_id"
        before = self.reference(kind, self.ticket(ticket)[column])
        after = self.reference(kind, target)
        self._store.row(f"UPDATE tickets SET {column} = ? WHERE id = ?", target, ticket)
        self.add(ticket, LogEntry(kind=kind, at=at, before=before, after=after, agent=agent))

    def reopen(self, ticket: int, actor: str, *, at: int, agent: int | None = None) -> None:
        """Reopen a closed ticket as a side effect; the statuses are not logged and therefore inferred."""
        before = self.reference("status", self.ticket(ticket)["status_id"])
        after = self.reference("status", 1)
        self._store.row("UPDATE tickets SET status_id = 1, closed_at = NULL WHERE id = ?", ticket)
        entry = LogEntry(kind="reopened", actor=actor, at=at, before=before, after=after, inferred=True, agent=agent)
        self.add(ticket, entry)

    def checked_value(self, name: str, value: FieldValue, *, by: str) -> FieldValue:
        """Return a ticket field's value as stored. Raises NotAllowed where `by` may not set it, or not so."""
        field = self._store.row("SELECT * FROM fields WHERE form = 'ticket' AND name = ?", name)
        if field is None:
            raise NotAllowed(f"no ticket field {name!r}")
        if field["owner"] == "bridge" or (field["owner"] == "agent" and by == "customer"):
            raise NotAllowed(f"{name} is not for a {by} to set")
        try:
            return checked_value(field, value)
        except BadItem as problem:
            raise NotAllowed(problem.message, hint=problem.hint) from None

    def edit_field(
        self, ticket: int, name: str, value: FieldValue, *, at: int, agent: int | None = None, actor: str = "agent"
    ) -> None:
        """Store what was entered into a field of agents, and log it where it changed something."""
        after = self.checked_value(name, value, by="agent")
        found = self._store.row("SELECT value FROM answers WHERE ticket_id = ? AND name = ?", ticket, name)
        before = None if found is None else json.loads(found["value"])
        if before is None and isinstance(after, bool):
            before = False  # a box is ticked or not: osTicket knows no third state
        if before != after:
            store_value(self._store, ticket, name, after)
            self.add(
                ticket, LogEntry(kind="field", actor=actor, at=at, before=before, after=after, field=name, agent=agent)
            )
