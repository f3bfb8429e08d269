"""What people do in a helpdesk; every action leaves the events that osTicket would leave."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from bridge.connectors.sandbox.opening import Opening
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.connectors.sandbox.store import ticket_number
from bridge.connectors.sandbox.ticket_log import REFERENCES, LogEntry, NotAllowed
from bridge.fields import ATTENTION_FIELD
from bridge.tickets import FieldValue

SCORES = range(1, 6)
"""From worst to best."""


class People(Opening):
    """Customers and agents at work.

    Statuses, departments, topics and priorities may be given by id or by name, agents by id (2 unless said otherwise).
    What the service agent does is `system`; what he writes stays out of the change feed, what he changes does not.
    """

    def without_signals(self) -> AbstractContextManager[None]:
        """Keep what is done inside out of the change feed: a lost signal, or raw SQL by others."""
        return self._store.without_signals()

    def without_plugin(self) -> AbstractContextManager[None]:
        """Do what is done inside while the plugin is switched off: the feed tells of it as soon as it is asked again."""
        return self._store.without_plugin()

    @contextmanager
    def _acting(self, ticket: int, at: int | None, agent: int | None = None) -> Iterator[tuple[sqlite3.Row, int]]:
        """Give the ticket's row and the instant inside a transaction; at its end the feed is told."""
        with self._store.transaction():
            yield self._log.ticket(ticket), self._at(at)
            self._log.tell_feed(ticket, agent)

    def customer_message(self, ticket: int, text: str = "…", *, source: str = "web", at: int | None = None) -> None:
        """Write as the customer; a closed ticket reopens where its status allows that."""
        with self._acting(ticket, at) as (row, moment):
            status = self._store.rows("SELECT * FROM statuses WHERE id = ?", (row["status_id"],))[0]
            if status["state"] == "closed" and status["reopenable"]:
                self._log.reopen(ticket, "system", at=moment)
            self._log.add(ticket, LogEntry(kind="message", actor="customer", at=moment, source=source, text=text))

    def agent_reply(
        self, ticket: int, text: str = "…", *, agent: int = 2, status: int | str | None = None, at: int | None = None
    ) -> None:
        """Answer in public as an agent, with a change of status in the same second if one is given.

        An unassigned ticket becomes his, which osTicket does not log.
        """
        with self._acting(ticket, at, agent) as (row, moment):
            self._log.add(ticket, LogEntry(kind="response", at=moment, source="web", text=text, agent=agent))
            if row["agent_id"] is None and agent != SERVICE_AGENT:
                self._store.row("UPDATE tickets SET agent_id = ? WHERE id = ?", agent, ticket)
            if status is not None:
                self.set_status(ticket, status, agent=agent, at=moment)

    def note(self, ticket: int, text: str = "…", *, agent: int = 2, source: str = "web", at: int | None = None) -> None:
        """Leave an internal note as an agent. osTicket makes one of an agent's answer by mail, too: source `email`."""
        with self._acting(ticket, at, agent) as (_, moment):
            self._log.add(ticket, LogEntry(kind="note", at=moment, source=source, text=text, agent=agent))

    def automatic_reply(self, ticket: int, text: str = "…", *, at: int | None = None) -> None:
        """Send a canned auto-reply: a public message of nobody."""
        with self._acting(ticket, at) as (_, moment):
            self._log.add(ticket, LogEntry(kind="response", actor="system", at=moment, text=text))

    def set_status(
        self, ticket: int, status: int | str, *, agent: int = 2, comment: str | None = None, at: int | None = None
    ) -> None:
        """Set a status; by the states it is logged as `status`, `closed` or `reopened`."""
        with self._acting(ticket, at) as (row, moment):
            target = self._log.id_of("status", status)
            if target == row["status_id"]:
                raise NotAllowed(f"ticket {ticket} has this status already")
            before = self._log.reference("status", row["status_id"]) or {}
            after = self._log.reference("status", target) or {}
            was_open, is_open = before["state"] == "open", after["state"] == "open"
            kind = "status" if was_open == is_open else "reopened" if is_open else "closed"
            closed_at = row["closed_at"] if kind == "status" else moment if kind == "closed" else None
            self._store.row("UPDATE tickets SET status_id = ?, closed_at = ? WHERE id = ?", target, closed_at, ticket)
            entry = LogEntry(kind=kind, at=moment, before=before, after=after, inferred=True, agent=agent)
            self._log.add(ticket, entry)
            if comment is not None:
                self._log.add(ticket, LogEntry(kind="note", at=moment, source="web", text=comment, agent=agent))

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
        with self._acting(ticket, at) as (row, moment):
            if row["closed_at"] is not None:
                self._log.reopen(ticket, "agent", at=moment, agent=agent)
            target = self._log.id_of("department", department)
            self._log.move(ticket, "department", target=target, at=moment, agent=agent)
            if comment is not None:
                self._log.add(ticket, LogEntry(kind="note", at=moment, source="web", text=comment, agent=agent))

    def assign(self, ticket: int, assignee: int | None, *, agent: int = 2, at: int | None = None) -> None:
        """Give a ticket to an agent, or to nobody."""
        with self._acting(ticket, at) as (_, moment):
            self._log.move(ticket, "assigned", target=assignee, at=moment, agent=agent)

    def set_priority(self, ticket: int, priority: int | str, *, agent: int = 2, at: int | None = None) -> None:
        """Give a ticket another priority."""
        self._move(ticket, "priority", priority, agent=agent, at=at)

    def _move(self, ticket: int, kind: str, wanted: int | str, *, agent: int, at: int | None) -> None:
        with self._acting(ticket, at) as (_, moment):
            self._log.move(ticket, kind, target=self._log.id_of(kind, wanted), at=moment, agent=agent)

    def edit_field(self, ticket: int, name: str, value: FieldValue, *, agent: int = 2, at: int | None = None) -> None:
        """Set a custom field as an agent does. Raises NotAllowed for the bridge's outputs: nobody edits them."""
        with self._acting(ticket, at, agent) as (_, moment):
            self._log.edit_field(ticket, name, value, at=moment, agent=agent)

    def call_head(self, ticket: int, reason: str = "", *, at: int | None = None) -> None:
        """Call the head of support as the customer does in the portal: the agents' tick is set, his words become a note."""
        with self._acting(ticket, at) as (_, moment):
            self._log.edit_field(ticket, ATTENTION_FIELD, True, at=moment, actor="customer")
            self._log.add(ticket, LogEntry(kind="note", actor="system", at=moment, text=reason))

    def rate(self, ticket: int, score: int, *, at: int | None = None) -> None:
        """Rate the help, from 1 to 5, once for each time the ticket was resolved."""
        with self._acting(ticket, at) as (row, moment):
            if score not in SCORES or row["closed_at"] is None:
                raise NotAllowed(f"ticket {ticket} cannot be rated {score} now")
            query = "SELECT 1 FROM events WHERE ticket_id = ? AND kind = 'rating' AND at >= ?"
            if self._store.row(query, ticket, row["closed_at"]) is not None:
                raise NotAllowed(f"ticket {ticket} is rated already")
            self._log.add(ticket, LogEntry(kind="rating", actor="customer", at=moment, source="web", after=score))

    def return_letter(self, ticket: int, *, at: int | None = None) -> None:
        """Let the latest letter to the customer come back undelivered; a second report of it changes nothing."""
        with self._acting(ticket, at) as (_, moment):
            sent = self._store.row("SELECT state FROM mail WHERE ticket_id = ?", ticket)
            if sent is None:
                raise NotAllowed(f"no letter left to the customer of ticket {ticket}")
            if sent["state"] != "failed":
                self._store.row("UPDATE mail SET state = 'failed' WHERE ticket_id = ?", ticket)
                entry = LogEntry(kind="note", actor="system", at=moment, source="email", text="Letter not delivered")
                self._log.add(ticket, entry)

    def merge(self, child: int, into: int, *, agent: int = 2, at: int | None = None) -> None:
        """Merge a ticket into another: it closes and points to its parent.

        What was said on it stays its own history, although osTicket shows it on the parent's page.
        """
        with self._store.transaction():
            row, moment = self._log.ticket(child), self._at(at)
            self._log.ticket(into)
            parent, merged = ({"id": one, "name": f"Ticket #{ticket_number(one)}"} for one in (into, child))
            self._log.add(into, LogEntry(kind="merged", at=moment, before=merged, agent=agent))
            self._log.add(child, LogEntry(kind="merged", at=moment, after=parent, agent=agent))
            if row["closed_at"] is None:
                self.set_status(child, "Closed", agent=agent, at=moment)
            self._store.row("UPDATE tickets SET merged_into = ? WHERE id = ?", into, child)
            self._store.touch(*sorted((child, into)))

    def delete(self, ticket: int) -> None:
        """Delete a ticket with all of its history."""
        with self._store.transaction():
            row = self._log.ticket(ticket)
            for table in ("answers", "events", "records", "native_dates", "person_dates", "actions", "mail"):
                self._store.row(f"DELETE FROM {table} WHERE ticket_id = ?", ticket)
            self._store.row("DELETE FROM tickets WHERE id = ?", ticket)
            self._store.bury(ticket, row["department_id"])

    def add(self, kind: str, name: str, **columns: FieldValue) -> int:
        """Return the id of a new status (with `state`), department, topic, priority (with `urgency`) or SLA plan."""
        return self._store.insert(REFERENCES[kind], name=name, **columns)

    def add_field(self, name: str, kind: str = "text", *, label: str = "") -> None:
        """Add a field of the helpdesk's own to the ticket form; `kind` is osTicket's word for its type."""
        self._store.insert("fields", name=name, label=label or name, type=kind, form="ticket")
