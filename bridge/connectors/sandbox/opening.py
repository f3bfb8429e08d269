"""Customers, organisations, and how a ticket begins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.connectors.sandbox.field_values import store_value
from bridge.connectors.sandbox.store import Store, dump
from bridge.connectors.sandbox.ticket_log import LogEntry, TicketLog
from bridge.tickets import FieldValue

NATIVE_GRACE_SECONDS = 18 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a ticket is opened with. `by` is `customer`, or `agent` where an agent typed it in: the one of the id `agent`."""

    subject: str
    body: str = ""
    email: str = "ivan@kolos.example"
    name: str | None = None
    source: str = "web"
    by: str = "customer"
    agent: int = 2
    topic: int | str | None = None
    department: int | str | None = None
    priority: int | str | None = 2
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    attachments: tuple[Mapping[str, Any], ...] = ()
    language: str | None = None
    imported: bool = False
    at: int


class Opening:
    """Creates users, organisations and tickets. Instants (`at`) default to the helpdesk's clock."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = TicketLog(store)

    def create_ticket(self, subject: str, body: str = "", *, at: int | None = None, **details: Any) -> int:
        """Return the id of a new ticket; `details` are those of `NewTicket`. From outside no field of ours can be set."""
        new = NewTicket(subject=subject, body=body, at=self._at(at), **details)
        with self._store.transaction():
            pointers = self._pointers(new)
            ticket = self._insert(new, pointers)
            owners = {row["name"]: row["owner"] for row in self._store.rows("SELECT name, owner FROM fields")}
            given = {
                name: self._log.checked_value(name, value, by=new.by)
                for name, value in new.fields.items()
                if new.by != "customer" or owners.get(name) is None
            }
            for name, value in given.items():
                store_value(self._store, ticket, name, value)
            inputs = {name: value for name, value in given.items() if owners[name] == "agent"}
            for entry in self._beginning(new, pointers, inputs):
                self._log.add(ticket, entry)
            self._store.touch(ticket)
            return ticket

    def _at(self, at: int | None) -> int:
        return self._store.clock() if at is None else at

    def _pointers(self, new: NewTicket) -> dict[str, int | None]:
        """Return the ids of status, department, topic and priority at creation."""
        topic = None if new.topic is None else self._log.id_of("topic", new.topic)
        priority = None if new.priority is None else self._log.id_of("priority", new.priority)
        department = self._department_of(new.department, topic)
        return {"status": 1, "department": department, "topic": topic, "priority": priority}

    def _department_of(self, wanted: int | str | None, topic: int | None) -> int:
        if wanted is not None:
            return self._log.id_of("department", wanted)
        row = self._store.row("SELECT department_id FROM topics WHERE id = ?", topic)
        return 1 if row is None or row["department_id"] is None else int(row["department_id"])

    def _insert(self, new: NewTicket, pointers: Mapping[str, int | None]) -> int:
        return self._store.insert(
            "tickets",
            stamp=0,
            created_at=new.at,
            imported=new.imported,
            source=new.source,
            subject=new.subject,
            body=new.body,
            language=new.language,
            **{f"{kind}_id": target for kind, target in pointers.items()},
            user_id=self.user(new.email, name=new.name),
            sla_id=1,
            due_at=new.at + NATIVE_GRACE_SECONDS,
            attachments=dump(new.attachments),
        )

    def _beginning(
        self, new: NewTicket, pointers: Mapping[str, int | None], inputs: Mapping[str, FieldValue]
    ) -> Iterator[LogEntry]:
        references = {kind: self._log.reference(kind, found) for kind, found in pointers.items()}
        agent = new.agent if new.by == "agent" else None
        yield LogEntry(kind="created", actor=new.by, at=new.at, source=new.source, after=references, agent=agent)
        yield LogEntry(kind="message", actor="customer", at=new.at, source=new.source, text=new.body)
        for name, value in inputs.items():
            if value:
                # What an agent entered when he opened the ticket is in no log of osTicket either.
                yield LogEntry(kind="field", at=new.at, after=value, field=name, inferred=True, agent=agent)

    def user(self, email: str, *, name: str | None = None) -> int:
        """Return the id of the user with that address, created when unknown; the domain finds his organisation."""
        domain = email.rpartition("@")[2]
        with self._store.transaction():
            found = self._store.row("SELECT id FROM users WHERE email = ?", email)
            if found is not None:
                return int(found["id"])
            owner = self._store.row("SELECT id FROM organizations WHERE domain = ? AND domain != ''", domain)
            organization = None if owner is None else owner["id"]
            named = name or email.partition("@")[0]
            return self._store.insert("users", name=named, email=email, organization_id=organization)

    def organization(self, name: str, *, domain: str = "") -> int:
        """Return the id of the organisation of that name, created when unknown."""
        with self._store.transaction():
            found = self._store.row("SELECT id FROM organizations WHERE name = ?", name)
            return self._store.insert("organizations", name=name, domain=domain) if found is None else int(found["id"])
