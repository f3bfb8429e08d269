"""The rows of actions: one a ticket and key, kept as long as the ticket, and for good where a letter belongs to none; since when
each id is switched on, and the limits."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bridge.connectors.sandbox.action_offers import OfferedAction
from bridge.connectors.sandbox.store import Store
from bridge.tickets import Instant

LIMITS = {"per_day": 200, "per_ticket_per_day": 5}
"""Until somebody has declared others."""

TEST = "test"
"""A letter that somebody sent to himself to look at: it counts, and is nobody's action."""

NO_TICKET = 0
"""Stands in the place of a ticket's id at letters that belong to none."""

_RAN = "('done', 'sending', 'unknown')"
"""What ran, or may have run."""


class ActionRows:
    """Reads and writes inside the caller's transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- what is declared ---

    def since(self) -> dict[str, Instant]:
        """Return since when each declared action is switched on."""
        return {row["action"]: row["since"] for row in self._store.rows("SELECT * FROM acting ORDER BY action")}

    def declare(self, ids: Sequence[str], limits: Mapping[str, int]) -> None:
        """Switch on what is new, forget what is not named any more, and keep the limits."""
        self._store.row("DELETE FROM acting WHERE action NOT IN (SELECT value FROM json_each(?))", json.dumps(ids))
        for one in ids:
            self._store.row("INSERT OR IGNORE INTO acting VALUES (?, ?)", one, self._store.clock())
        for name, most in limits.items():
            self._store.row("REPLACE INTO counters VALUES (?, ?)", name, most)

    def forget(self) -> None:
        """Forget since when anything was switched on."""
        self._store.row("DELETE FROM acting")

    def limit(self, name: str) -> int:
        """Return how many may run a day: `per_day` at all, `per_ticket_per_day` for one ticket."""
        row = self._store.row("SELECT value FROM counters WHERE name = ?", name)
        return LIMITS[name] if row is None else int(row["value"])

    # --- rows ---

    def state(self, ticket: int, key: str) -> str | None:
        """Return the state of the action under its key; None where there is none."""
        row = self.find(ticket, key)
        return None if row is None else str(row["state"])

    def find(self, ticket: int, key: str) -> sqlite3.Row | None:
        """Return the row of an action."""
        query = "SELECT * FROM actions WHERE ticket_id = ? AND key = ? AND kind != ?"
        return self._store.row(query, ticket, key, TEST)

    def at(self, row: int) -> sqlite3.Row | None:
        """Return a row by its id."""
        return self._store.row("SELECT * FROM actions WHERE id = ?", row)

    def add(self, ticket: int, rev: str, offer: OfferedAction) -> int:
        """Return the id of a new row that waits to be run."""
        return self._store.insert(
            "actions",
            ticket_id=ticket,
            key=offer.key,
            action=offer.id,
            kind=offer.kind,
            params=offer.params,
            state="accepted",
            rev=rev,
            not_before=offer.not_before,
            not_after=offer.not_after,
            changed_at=self._store.clock(),
        )

    def add_test(self, ticket: int, message_id: str) -> int:
        """Return the id of the row of a letter on trial, which is being sent."""
        now = self._store.clock()
        return self._store.insert(
            "actions",
            ticket_id=ticket,
            key=message_id,
            action=TEST,
            kind=TEST,
            params="{}",
            state="sending",
            rev="",
            not_before=now,
            changed_at=now,
            message_id=message_id,
        )

    def mark(self, row: sqlite3.Row, state: str, reason: str = "", *, message_id: str | None = None) -> None:
        """Bring an action into a state; what it was already keeps its instant."""
        self._store.row(
            """UPDATE actions SET state = ?, reason = ?, changed_at = ?, message_id = coalesce(?, message_id)
            WHERE id = ? AND NOT (state = ? AND reason = ?)""",
            *(state, reason, self._store.clock(), message_id, row["id"], state, reason),
        )
        self._store.restamp([row["ticket_id"]])

    def delete(self, row: sqlite3.Row) -> None:
        """Drop an action that has not run: the bridge will decide again."""
        self._store.row("DELETE FROM actions WHERE id = ?", row["id"])

    def withdraw(self, keys: Sequence[str]) -> None:
        """Drop what waits and belongs to no ticket, but for these keys."""
        self._store.row(
            """DELETE FROM actions WHERE ticket_id = ? AND state IN ('accepted', 'held')
            AND key NOT IN (SELECT value FROM json_each(?))""",
            *(NO_TICKET, json.dumps(list(keys))),
        )

    def sending(self) -> list[sqlite3.Row]:
        """Return the letters that are on their way."""
        return self._store.rows("SELECT * FROM actions WHERE state = 'sending'")

    def due(self, departments: frozenset[int] | None, limit: int) -> list[int]:
        """Return what waits, accepted ones first, each in the order of their coming."""
        found = self._store.rows(
            f"""SELECT a.id FROM actions a LEFT JOIN tickets t ON t.id = a.ticket_id
            WHERE a.state IN ('accepted', 'held') AND a.not_before <= ? {_seen(departments)}
            ORDER BY a.state, a.id LIMIT ?""",
            (self._store.clock(), limit),
        )
        return [row["id"] for row in found]

    def listed(
        self, states: Sequence[str], departments: frozenset[int] | None, after: int, limit: int
    ) -> list[sqlite3.Row]:
        """Return what is kept in one of these states behind a row, the oldest first."""
        return self._store.rows(
            f"""SELECT a.*, iif(t.id IS NULL, '', ticket_number(t.id)) AS number
            FROM actions a LEFT JOIN tickets t ON t.id = a.ticket_id
            WHERE a.state IN (SELECT value FROM json_each(?)) AND a.kind != ? AND a.id > ? {_seen(departments)}
            ORDER BY a.id LIMIT ?""",
            (json.dumps(list(states)), TEST, after, limit),
        )

    def told(self, tickets: str) -> dict[int, list[dict[str, Any]]]:
        """Return what snapshots tell, by ticket, the oldest first; `tickets` are ids as a JSON list."""
        told: dict[int, list[dict[str, Any]]] = {}
        query = """SELECT ticket_id, key, state, changed_at AS at FROM actions
            WHERE ticket_id IN (SELECT value FROM json_each(?)) AND kind != ? ORDER BY id"""
        for row in self._store.rows(query, (tickets, TEST)):
            told.setdefault(row["ticket_id"], []).append({name: row[name] for name in ("key", "state", "at")})
        return told

    def ran_today(self, ticket: int | None = None) -> int:
        """Return how many ran on the database's own day, letters on trial included, or for one ticket without those."""
        since = self._midnight()
        if ticket is None:
            query, given = f"SELECT count(*) AS n FROM actions WHERE changed_at >= ? AND state IN {_RAN}", (since,)
            return int(self._store.rows(query, given)[0]["n"])
        query = f"""SELECT count(*) AS n FROM actions WHERE changed_at >= ? AND state IN {_RAN}
            AND ticket_id = ? AND kind != ?"""
        return int(self._store.rows(query, (since, ticket, TEST))[0]["n"])

    def _midnight(self) -> int:
        zone = ZoneInfo(self._store.setting("database_zone"))
        today = datetime.fromtimestamp(self._store.clock(), zone)
        return int(today.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _seen(departments: frozenset[int] | None) -> str:
    if departments is None:
        return f"AND (t.id IS NOT NULL OR a.ticket_id = {NO_TICKET})"
    return f"AND t.department_id IN ({', '.join(str(int(one)) for one in sorted(departments)) or 'NULL'})"
