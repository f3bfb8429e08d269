"""What people do in a helpdesk now and then: acts that the tests need and the sample tickets do not."""

import json
from collections.abc import Mapping

from bridge.connectors.sandbox import NotAllowed, People
from bridge.connectors.sandbox.field_values import store_value
from bridge.connectors.sandbox.store import dump
from bridge.connectors.sandbox.ticket_log import REFERENCES
from bridge.tickets import FieldValue


class DeskPeople(People):
    """People of an embedded helpdesk who also change topics, priorities, whole forms, users and names."""

    def set_topic(self, ticket: int, topic: int | str, *, agent: int = 2, at: int | None = None) -> None:
        """Put a ticket under another help topic."""
        self._move(ticket, "topic", topic, agent=agent, at=at)

    def edit_form(self, ticket: int, fields: Mapping[str, FieldValue]) -> None:
        """Save the whole edit form with these fields changed: boxes that nobody ever ticked are then unticked ones.

        osTicket does not log those.
        """
        with self._acting(ticket, None, 2) as (_, moment):
            for name, value in fields.items():
                self._log.edit_field(ticket, name, value, at=moment, agent=2)
            unanswered = """SELECT name FROM fields WHERE form = 'ticket' AND type = 'bool'
                AND name NOT IN (SELECT name FROM answers WHERE ticket_id = ?)"""
            for row in self._store.rows(unanswered, (ticket,)):
                store_value(self._store, ticket, row["name"], value=False)

    def edit_user(self, email: str, *, name: str | None = None, **fields: FieldValue) -> None:
        """Change a user's name or fields; his open tickets change with him."""
        with self._store.transaction():
            row = self._store.row("SELECT * FROM users WHERE email = ?", email)
            if row is None:
                raise NotAllowed(f"no user {email}")
            merged = dump(json.loads(row["fields"]) | fields)
            self._store.row(
                "UPDATE users SET name = ?, fields = ? WHERE id = ?", name or row["name"], merged, row["id"]
            )
            self._touch_tickets_of("id", row["id"])

    def edit_organization(self, name: str, **fields: FieldValue) -> None:
        """Change an organisation's fields; the open tickets of all of its users change with it."""
        with self._store.transaction():
            row = self._store.row("SELECT * FROM organizations WHERE name = ?", name)
            if row is None:
                raise NotAllowed(f"no organisation {name}")
            merged = dump(json.loads(row["fields"]) | fields)
            self._store.row("UPDATE organizations SET fields = ? WHERE id = ?", merged, row["id"])
            self._touch_tickets_of("organization_id", row["id"])

    def _touch_tickets_of(self, column: str, owner: int) -> None:
        """Let the open tickets of the users with that value in the column enter the feed, and go stale with the others."""
        found = self._store.rows(
            f"""SELECT t.id, s.state FROM tickets t JOIN statuses s ON s.id = t.status_id
            JOIN users u ON u.id = t.user_id WHERE u.{column} = ? ORDER BY t.id""",  # noqa: S608 -- the two columns stand above
            (owner,),
        )
        self._store.restamp([row["id"] for row in found if row["state"] != "open"])
        self._store.touch(*[row["id"] for row in found if row["state"] == "open"])

    def mark_overdue(self, ticket: int) -> None:
        """Do what osTicket's cron does when its own due date has passed. That is native: it does not enter the change feed."""
        with self._store.transaction():
            self._store.row("UPDATE tickets SET overdue = 1 WHERE id = ?", ticket)
            self._store.restamp([ticket])

    def rename(self, kind: str, wanted: int | str, name: str) -> None:
        """Rename a status, department, topic or priority; tickets do not change by it, `meta_rev` does."""
        with self._store.transaction():
            update = f"UPDATE {REFERENCES[kind]} SET name = ? WHERE id = ?"  # noqa: S608 -- a table of ours
            self._store.row(update, name, self._log.id_of(kind, wanted))
            self._store.restamp_all()
