"""What people do in a helpdesk; every action leaves the events that osTicket would leave."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from bridge.connectors.sandbox.opening import NewTicket, Opening
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.connectors.sandbox.store import Store, dump, ticket_number
from bridge.connectors.sandbox.ticket_log import REFERENCES, LogEntry, NotAllowed, TicketLog
from bridge.tickets import FieldValue


class People:
    """Customers and agents at work.

    Instants (`at`) default to the helpdesk's clock. Statuses, departments, topics and priorities may be given by id or
    by name, agents by id (2 unless said otherwise). What the service agent does is `system` and stays out of the change feed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._log = TicketLog(store)
        self._opening = Opening(store)

    def without_signals(self) -> AbstractContextManager[None]:
        """Keep what is done inside out of the change feed: a lost signal, or raw SQL by others."""
        return self._store.without_signals()

    def create_ticket(self, subject: str, body: str = "", *, at: int | None = None, **details: Any) -> int:
        """Return the id of a new ticket; `details` are those of `NewTicket`.

        Whatever comes from outside cannot set any `sla_` field.
        """
        return self._opening.open(NewTicket(subject=subject, body=body, at=self._at(at), **details))

    def user(self, email: str, *, name: str | None = None, **fields: FieldValue) -> int:
        """Return the id of the user with that address, created when unknown; the domain finds his organisation."""
        return self._opening.user(email, name=name, fields=fields)

    def organization(self, name: str, *, domain: str = "", **fields: FieldValue) -> int:
        """Return the id of the organisation of that name, created when unknown."""
        return self._opening.organization(name, domain=domain, fields=fields)

    def edit_user(self, email: str, *, name: str | None = None, **fields: FieldValue) -> None:
        """Change a user's name or fields; all of his open tickets change with him."""
        self._opening.edit_user(email, name=name, fields=fields)

    def edit_organization(self, name: str, **fields: FieldValue) -> None:
        """Change an organisation's fields; the open tickets of all of its users change with it."""
        self._opening.edit_organization(name, fields)

    def customer_message(self, ticket: int, text: str = "…", *, source: str = "web", at: int | None = None) -> None:
        """Write as the customer; a closed ticket reopens where its status allows that."""
        with self._store.transaction() as rows:
            row, moment = self._log.ticket(rows, ticket), self._at(at)
            status = rows.execute("SELECT * FROM statuses WHERE id = ?", (row["status_id"],)).fetchone()
            if status["state"] == "closed" and status["reopenable"]:
                self._log.reopen(rows, ticket, "system", at=moment)
            entry = LogEntry(kind="message", actor="customer", at=moment, source=source, text=text)
            self._log.add(rows, ticket, entry)
            self._store.touch(ticket)

    def agent_reply(
        self, ticket: int, text: str = "…", *, agent: int = 2, status: int | str | None = None, at: int | None = None
    ) -> None:
        """Answer in public as an agent, with a change of status in the same second if one is given.

        An unassigned ticket becomes his, which osTicket does not log.
        """
        with self._store.transaction() as rows:
            row, moment = self._log.ticket(rows, ticket), self._at(at)
            self._log.add_message(rows, ticket, "response", agent=agent, at=moment, text=text)
            if row["agent_id"] is None and agent != SERVICE_AGENT:
                rows.execute("UPDATE tickets SET agent_id = ? WHERE id = ?", (agent, ticket))
            self._log.tell_feed(ticket, agent)
            if status is not None:
                self.set_status(ticket, status, agent=agent, at=moment)

    def note(self, ticket: int, text: str = "…", *, agent: int = 2, source: str = "web", at: int | None = None) -> None:
        """Leave an internal note as an agent. osTicket makes one of an agent's answer by mail, too: source `email`."""
        with self._store.transaction() as rows:
            self._log.ticket(rows, ticket)
            entry = LogEntry(kind="note", actor="agent", at=self._at(at), source=source, text=text, agent=agent)
            self._log.add(rows, ticket, entry)
            self._log.tell_feed(ticket, agent)

    def automatic_reply(self, ticket: int, text: str = "…", *, at: int | None = None) -> None:
        """Send a canned auto-reply: a public message of nobody."""
        with self._store.transaction() as rows:
            self._log.ticket(rows, ticket)
            self._log.add(rows, ticket, LogEntry(kind="response", actor="system", at=self._at(at), text=text))
            self._store.touch(ticket)

    def set_status(
        self, ticket: int, status: int | str, *, agent: int = 2, comment: str | None = None, at: int | None = None
    ) -> None:
        """Set a status; by the states it is logged as `status`, `closed` or `reopened`."""
        with self._store.transaction() as rows:
            row, moment = self._log.ticket(rows, ticket), self._at(at)
            target = self._log.id_of("status", status)
            if target == row["status_id"]:
                raise NotAllowed(f"ticket {ticket} has this status already")
            before = self._log.reference("status", row["status_id"]) or {}
            after = self._log.reference("status", target) or {}
            was_open, is_open = before["state"] == "open", after["state"] == "open"
            kind = "status" if was_open == is_open else "reopened" if is_open else "closed"
            closed_at = row["closed_at"] if kind == "status" else moment if kind == "closed" else None
            rows.execute("UPDATE tickets SET status_id = ?, closed_at = ? WHERE id = ?", (target, closed_at, ticket))
            entry = LogEntry(
                kind=kind, actor="agent", at=moment, before=before, after=after, inferred=True, agent=agent
            )
            self._log.add(rows, ticket, entry)
            if comment is not None:
                self._log.add_message(rows, ticket, "note", agent=agent, at=moment, text=comment)
            self._log.tell_feed(ticket, agent)

    def close(self, ticket: int, *, status: int | str = 2, agent: int = 2, at: int | None = None) -> None:
        """Close a ticket with one of the closed statuses; "Resolved" is the usual one."""
        self.set_status(ticket, status, agent=agent, at=at)

    def reopen(self, ticket: int, *, agent: int = 2, at: int | None = None) -> None:
        """Reopen a closed ticket by hand."""
        self.set_status(ticket, 1, agent=agent, at=at)

    def transfer(
        self, ticket: int, department: int | str, *, comment: str | None = None, agent: int = 2, at: int | None = None
    ) -> None:
        """Hand a ticket over to another department; a closed one reopens."""
        with self._store.transaction() as rows:
            row, moment = self._log.ticket(rows, ticket), self._at(at)
            if row["closed_at"] is not None:
                self._log.reopen(rows, ticket, "agent", at=moment, agent=agent)
            target = self._log.id_of("department", department)
            self._log.move(rows, ticket, "department", target=target, at=moment, agent=agent)
            if comment is not None:
                self._log.add_message(rows, ticket, "note", agent=agent, at=moment, text=comment)
            self._log.tell_feed(ticket, agent)

    def set_topic(self, ticket: int, topic: int | str, *, agent: int = 2, at: int | None = None) -> None:
        """Put a ticket under another help topic."""
        self._move(ticket, "topic", self._log.id_of("topic", topic), agent=agent, at=at)

    def set_priority(self, ticket: int, priority: int | str, *, agent: int = 2, at: int | None = None) -> None:
        """Give a ticket another priority."""
        self._move(ticket, "priority", self._log.id_of("priority", priority), agent=agent, at=at)

    def set_sla(self, ticket: int, plan: int | str, *, agent: int = 2, at: int | None = None) -> None:
        """Put a ticket under another of the helpdesk's own SLA plans."""
        self._move(ticket, "sla", self._log.id_of("sla", plan), agent=agent, at=at)

    def assign(self, ticket: int, assignee: int | None, *, agent: int = 2, at: int | None = None) -> None:
        """Give a ticket to an agent, or to nobody."""
        self._move(ticket, "assigned", assignee, agent=agent, at=at)

    def edit_field(self, ticket: int, name: str, value: FieldValue, *, agent: int = 2, at: int | None = None) -> None:
        """Set a custom field as an agent does. Raises NotAllowed for the bridge's outputs: nobody edits them."""
        with self._store.transaction() as rows:
            self._log.ticket(rows, ticket)
            self._log.edit_fields(rows, ticket, {name: value}, at=self._at(at), agent=agent)
            self._log.tell_feed(ticket, agent)

    def edit_form(
        self, ticket: int, fields: Mapping[str, FieldValue], *, agent: int = 2, at: int | None = None
    ) -> None:
        """Save the whole edit form with these fields changed: boxes that nobody ever ticked are then unticked ones."""
        with self._store.transaction() as rows:
            self._log.ticket(rows, ticket)
            self._log.edit_fields(rows, ticket, fields, at=self._at(at), agent=agent)
            self._log.store_unticked(rows, ticket)
            self._log.tell_feed(ticket, agent)

    def merge(self, child: int, into: int, *, agent: int = 2, at: int | None = None) -> None:
        """Merge a ticket into another: it closes and points to its parent.

        What was said on it stays its own history, although osTicket shows it on the parent's page.
        """
        with self._store.transaction() as rows:
            row, moment = self._log.ticket(rows, child), self._at(at)
            self._log.ticket(rows, into)
            parent, merged = ({"id": one, "name": f"Ticket #{ticket_number(one)}"} for one in (into, child))
            for ticket, before, after in ((into, merged, None), (child, None, parent)):
                entry = LogEntry(kind="merged", actor="agent", at=moment, before=before, after=after, agent=agent)
                self._log.add(rows, ticket, entry)
            if row["closed_at"] is None:
                self.set_status(child, "Closed", agent=agent, at=moment)
            rows.execute("UPDATE tickets SET merged_into = ? WHERE id = ?", (into, child))
            self._store.touch(*sorted((child, into)))

    def delete(self, ticket: int) -> None:
        """Delete a ticket with all of its history."""
        with self._store.transaction() as rows:
            row = self._log.ticket(rows, ticket)
            for table in ("answers", "events", "records"):
                rows.execute(f"DELETE FROM {table} WHERE ticket_id = ?", (ticket,))
            rows.execute("DELETE FROM tickets WHERE id = ?", (ticket,))
            self._store.bury(ticket, row["department_id"])

    def mark_overdue(self, ticket: int) -> None:
        """Do what osTicket's cron does when its own due date has passed. That is native: it does not enter the change feed."""
        with self._store.transaction() as rows:
            rows.execute("UPDATE tickets SET overdue = 1 WHERE id = ?", (ticket,))
            self._store.restamp([ticket])

    def rename(self, kind: str, wanted: int | str, name: str) -> None:
        """Rename a status, department, topic, priority or SLA plan; tickets do not change by it, `meta_rev` does."""
        with self._store.transaction() as rows:
            rows.execute(f"UPDATE {REFERENCES[kind]} SET name = ? WHERE id = ?", (name, self._log.id_of(kind, wanted)))
            self._store.restamp_all()

    def add(self, kind: str, name: str, **columns: FieldValue) -> int:
        """Return the id of a new status (with `state`), department, topic, priority (with `urgency`) or SLA plan."""
        with self._store.transaction() as rows:
            named, marks = ", ".join(["name", *columns]), ", ".join("?" * (1 + len(columns)))
            row = rows.execute(
                f"INSERT INTO {REFERENCES[kind]}({named}) VALUES ({marks}) RETURNING id", (name, *columns.values())
            ).fetchone()
            return int(row["id"])

    def add_field(
        self, name: str, kind: str = "text", *, label: str = "", choices: Mapping[str, str] | None = None
    ) -> None:
        """Add a field of the helpdesk's own to the ticket form; `kind` is osTicket's word for its type."""
        with self._store.transaction() as rows:
            rows.execute(
                "INSERT INTO fields(name, label, type, form, choices) VALUES (?, ?, ?, 'ticket', ?)",
                (name, label or name, kind, None if choices is None else dump(dict(choices))),
            )

    def _at(self, at: int | None) -> int:
        return self._store.clock() if at is None else at

    def _move(self, ticket: int, kind: str, target: int | None, *, agent: int, at: int | None) -> None:
        with self._store.transaction() as rows:
            self._log.ticket(rows, ticket)
            self._log.move(rows, ticket, kind, target=target, at=self._at(at), agent=agent)
            self._log.tell_feed(ticket, agent)
