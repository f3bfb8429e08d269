"""Customers, organisations, and how a ticket begins."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.connectors.sandbox.store import Store, dump
from bridge.connectors.sandbox.ticket_log import LogEntry, NotAllowed, TicketLog
from bridge.tickets import FieldValue

NATIVE_GRACE_SECONDS = 18 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a ticket is opened with. `by` is `customer`, or `agent` where an agent typed it in."""

    subject: str
    body: str = ""
    email: str = "ivan@kolos.example"
    name: str | None = None
    source: str = "web"
    by: str = "customer"
    topic: int | str | None = None
    department: int | str | None = None
    priority: int | str | None = 2
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    attachments: tuple[Mapping[str, Any], ...] = ()
    language: str | None = None
    imported: bool = False
    at: int


class Opening:
    """Creates users, organisations and tickets."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = TicketLog(store)

    def open(self, new: NewTicket) -> int:
        """Return the id of the new ticket. From outside no `sla_` field can be set: such names are dropped."""
        with self._store.transaction() as rows:
            pointers = self._pointers(rows, new)
            ticket = self._insert(rows, new, pointers)
            given = {
                name: self._log.checked_value(rows, name, value, by=new.by)
                for name, value in new.fields.items()
                if not (new.by == "customer" and name.startswith("sla_"))
            }
            self._log.store_values(rows, ticket, given)
            for entry in self._beginning(new, pointers, given):
                self._log.add(rows, ticket, entry)
            self._store.touch(ticket)
            return ticket

    def _pointers(self, rows: sqlite3.Connection, new: NewTicket) -> dict[str, int | None]:
        """Return the ids of status, department, topic and priority at creation."""
        topic = None if new.topic is None else self._log.id_of("topic", new.topic)
        priority = None if new.priority is None else self._log.id_of("priority", new.priority)
        department = self._department_of(rows, new.department, topic)
        return {"status": 1, "department": department, "topic": topic, "priority": priority}

    def _department_of(self, rows: sqlite3.Connection, wanted: int | str | None, topic: int | None) -> int:
        if wanted is not None:
            return self._log.id_of("department", wanted)
        row = rows.execute("SELECT department_id FROM topics WHERE id = ?", (topic,)).fetchone()
        return 1 if row is None or row["department_id"] is None else int(row["department_id"])

    def _insert(self, rows: sqlite3.Connection, new: NewTicket, pointers: Mapping[str, int | None]) -> int:
        row = rows.execute(
            """INSERT INTO tickets(stamp, created_at, imported, source, subject, body, language, status_id,
            department_id, topic_id, priority_id, user_id, sla_id, due_at, attachments)
            VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?) RETURNING id""",
            (
                new.at,
                new.imported,
                new.source,
                new.subject,
                new.body,
                new.language,
                *pointers.values(),
                self.user(new.email, name=new.name),
                new.at + NATIVE_GRACE_SECONDS,
                dump(new.attachments),
            ),
        ).fetchone()
        return int(row["id"])

    def _beginning(
        self, new: NewTicket, pointers: Mapping[str, int | None], given: Mapping[str, FieldValue]
    ) -> Iterator[LogEntry]:
        """Yield the first events of a ticket's log."""
        references = {kind: self._log.reference(kind, found) for kind, found in pointers.items()}
        yield LogEntry(kind="created", actor=new.by, at=new.at, source=new.source, after=references)
        yield LogEntry(kind="message", actor="customer", at=new.at, source=new.source, text=new.body)
        for name, value in given.items():
            if name.startswith("sla_set_") and value:
                # What an agent entered when he opened the ticket is in no log of osTicket either.
                yield LogEntry(kind="field", actor="agent", at=new.at, after=value, field=name, inferred=True)

    def user(self, email: str, *, name: str | None = None, fields: Mapping[str, FieldValue] | None = None) -> int:
        """Return the id of the user with that address, created when unknown; the domain finds his organisation."""
        with self._store.transaction() as rows:
            found = rows.execute("SELECT id FROM users WHERE email = ?", (email,)).fetchone()
            if found is None:
                owner = rows.execute(
                    "SELECT id FROM organizations WHERE domain = ? AND domain != ''", (email.rpartition("@")[2],)
                ).fetchone()
                found = rows.execute(
                    "INSERT INTO users(name, email, organization_id, fields) VALUES (?, ?, ?, ?) RETURNING id",
                    (
                        name or email.partition("@")[0],
                        email,
                        None if owner is None else owner["id"],
                        dump(fields or {}),
                    ),
                ).fetchone()
            return int(found["id"])

    def organization(self, name: str, *, domain: str, fields: Mapping[str, FieldValue] | None = None) -> int:
        """Return the id of the organisation of that name, created when unknown."""
        with self._store.transaction() as rows:
            found = rows.execute("SELECT id FROM organizations WHERE name = ?", (name,)).fetchone()
            if found is None:
                found = rows.execute(
                    "INSERT INTO organizations(name, domain, fields) VALUES (?, ?, ?) RETURNING id",
                    (name, domain, dump(fields or {})),
                ).fetchone()
            return int(found["id"])

    def edit_user(self, email: str, *, name: str | None, fields: Mapping[str, FieldValue]) -> None:
        """Change a user; all of his open tickets change with him. Raises NotAllowed for an unknown address."""
        with self._store.transaction() as rows:
            row = rows.execute("SELECT * FROM users WHERE email = ?", (email,)).fetchone()
            if row is None:
                raise NotAllowed(f"no user {email}")
            rows.execute(
                "UPDATE users SET name = ?, fields = ? WHERE id = ?",
                (name or row["name"], dump(json.loads(row["fields"]) | dict(fields)), row["id"]),
            )
            self._touch_tickets_of([row["id"]])

    def edit_organization(self, name: str, fields: Mapping[str, FieldValue]) -> None:
        """Change an organisation's fields; the open tickets of all of its users change with it."""
        with self._store.transaction() as rows:
            row = rows.execute("SELECT * FROM organizations WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise NotAllowed(f"no organisation {name}")
            rows.execute(
                "UPDATE organizations SET fields = ? WHERE id = ?",
                (dump(json.loads(row["fields"]) | dict(fields)), row["id"]),
            )
            users = rows.execute("SELECT id FROM users WHERE organization_id = ?", (row["id"],)).fetchall()
            self._touch_tickets_of([user["id"] for user in users])

    def _touch_tickets_of(self, users: list[int]) -> None:
        found = self._store.rows(
            """SELECT t.id, s.state FROM tickets t JOIN statuses s ON s.id = t.status_id
            WHERE t.user_id IN (SELECT value FROM json_each(?)) ORDER BY t.id""",
            (dump(users),),
        )
        self._store.restamp([row["id"] for row in found if row["state"] != "open"])
        self._store.touch(*[row["id"] for row in found if row["state"] == "open"])
