"""The embedded helpdesk's rows: SQLite tables, transactions, the commit-ordered sequence behind the change feed."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.connectors.sandbox.stock import ADDRESSES, FIELDS, TABLES_OF_A_FRESH_HELPDESK
from bridge.tickets import Instant

NATIVE_DATES = (
    "CREATE TABLE IF NOT EXISTS native_dates(ticket_id INTEGER PRIMARY KEY, plan INTEGER)",
    "CREATE TABLE IF NOT EXISTS person_dates(ticket_id INTEGER PRIMARY KEY, due_at INTEGER NOT NULL)",
)
"""The bridge's due dates stand in `tickets.due_at`, like the plan's; a person's come before both."""

TABLES = """
CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE keys(id INTEGER PRIMARY KEY, secret TEXT NOT NULL UNIQUE, scopes TEXT NOT NULL, departments TEXT,
    address TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 1);
CREATE TABLE statuses(id INTEGER PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL,
    reopenable INTEGER NOT NULL DEFAULT 1);
CREATE TABLE departments(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL, department_id INTEGER);
CREATE TABLE priorities(id INTEGER PRIMARY KEY, name TEXT NOT NULL, urgency INTEGER NOT NULL);
CREATE TABLE sla_plans(id INTEGER PRIMARY KEY, name TEXT NOT NULL, grace_hours INTEGER NOT NULL);
CREATE TABLE agents(id INTEGER PRIMARY KEY, name TEXT NOT NULL, service INTEGER NOT NULL DEFAULT 0);
CREATE TABLE fields(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, label TEXT NOT NULL, type TEXT NOT NULL,
    form TEXT NOT NULL, choices TEXT, owner TEXT, UNIQUE(form, name));
CREATE TABLE columns(name TEXT PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE queues(name TEXT PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE organizations(id INTEGER PRIMARY KEY, name TEXT NOT NULL, domain TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '{}');
CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    organization_id INTEGER, fields TEXT NOT NULL DEFAULT '{}');
CREATE TABLE tickets(id INTEGER PRIMARY KEY AUTOINCREMENT, stamp INTEGER NOT NULL, created_at INTEGER NOT NULL,
    closed_at INTEGER, merged_into INTEGER, imported INTEGER NOT NULL DEFAULT 0, source TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, language TEXT, status_id INTEGER NOT NULL,
    department_id INTEGER NOT NULL, topic_id INTEGER, priority_id INTEGER, agent_id INTEGER,
    user_id INTEGER NOT NULL, sla_id INTEGER, due_at INTEGER,
    overdue INTEGER NOT NULL DEFAULT 0, attachments TEXT NOT NULL DEFAULT '[]');
CREATE INDEX tickets_by_user ON tickets(user_id);
CREATE TABLE answers(ticket_id INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY(ticket_id, name)) WITHOUT ROWID;
CREATE TABLE events(id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL, at INTEGER NOT NULL,
    kind TEXT NOT NULL, actor TEXT NOT NULL, source TEXT NOT NULL, before TEXT, after TEXT, field TEXT,
    inferred INTEGER NOT NULL DEFAULT 0, service INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL DEFAULT '',
    agent_id INTEGER);
CREATE INDEX events_by_ticket ON events(ticket_id, at, id);
CREATE TABLE records(ticket_id INTEGER PRIMARY KEY, cycles TEXT NOT NULL DEFAULT '[]',
    detail TEXT NOT NULL DEFAULT '{}');
CREATE TABLE feed(seq INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL UNIQUE, deleted_in INTEGER);
CREATE TABLE gone(ticket_id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE unseen(ticket_id INTEGER PRIMARY KEY, deleted INTEGER NOT NULL);
CREATE TABLE actions(id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_id INTEGER NOT NULL, key TEXT NOT NULL,
    action TEXT NOT NULL, kind TEXT NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
    rev TEXT NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER, changed_at INTEGER NOT NULL, message_id TEXT,
    UNIQUE(ticket_id, key));
CREATE TABLE acting(action TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE mail(ticket_id INTEGER PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE addresses(agent_id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE published(digest TEXT PRIMARY KEY, kept INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE canned(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL UNIQUE COLLATE NOCASE, text TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'en', department INTEGER NOT NULL DEFAULT 0, enabled INTEGER NOT NULL DEFAULT 1);
CREATE TABLE replies(name TEXT PRIMARY KEY, canned_id INTEGER NOT NULL, written TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lease(holder TEXT, epoch INTEGER NOT NULL, expires REAL NOT NULL, seq INTEGER NOT NULL, policy TEXT);
INSERT INTO counters VALUES ('feed', 0), ('feed_floor', 0), ('stamp', 0);
"""

_ADDED = ("gone", "unseen", "published", "actions", "acting", "mail", "addresses", "canned", "replies", "lease")


def dump(value: object) -> str:
    """Return the value as compact JSON text, the form in which lists and mappings stand in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def ticket_number(ticket: int) -> str:
    """Return the number a customer sees: six digits, different for each id below 900,000."""
    return str(100_000 + (ticket * 7_919 + 381_516) % 900_000)


class Store:
    """One helpdesk's rows. All access goes through `transaction`, one at a time, whichever thread asks.

    `path` None keeps everything in memory. `clock` answers the helpdesk's own time in POSIX seconds.
    """

    def __init__(self, path: Path | str | None, clock: Callable[[], float]) -> None:
        self.precise_clock = clock
        self._lock = threading.RLock()
        self._depth = 0
        self._signals = True
        self._plugin = True
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("ticket_number", 1, ticket_number, deterministic=True)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        with self.transaction() as rows:
            for statement in NATIVE_DATES:
                rows.execute(statement)
            if rows.execute("SELECT 1 FROM sqlite_master WHERE name = 'settings'").fetchone() is None:
                self._create(rows)
            for statement in TABLES.split(";"):
                # What earlier versions of the file lack.
                if statement.lstrip().startswith(tuple(f"CREATE TABLE {name}" for name in _ADDED)):
                    rows.execute(statement.replace("TABLE", "TABLE IF NOT EXISTS"))
            if "agent_id" not in {row["name"] for row in rows.execute("PRAGMA table_info(events)")}:
                rows.execute("ALTER TABLE events ADD COLUMN agent_id INTEGER")
            rows.execute("INSERT INTO lease SELECT NULL, 0, 0, 0, NULL WHERE NOT EXISTS (SELECT 1 FROM lease)")
            rows.executemany("INSERT OR IGNORE INTO addresses VALUES (?, ?)", ADDRESSES)
            self.instance_id: str = self.setting("instance_id")

    def _create(self, rows: sqlite3.Connection) -> None:
        for statement in TABLES.split(";"):
            rows.execute(statement)
        settings = {"instance_id": str(uuid.uuid4()), "database_zone": "Europe/Moscow"}
        rows.executemany("INSERT INTO settings VALUES (?, ?)", settings.items())
        for table, found in TABLES_OF_A_FRESH_HELPDESK.items():
            marks = ", ".join("?" * len(found[0]))
            rows.executemany(f"INSERT INTO {table} VALUES ({marks})", found)
        rows.executemany(
            "INSERT INTO fields(name, label, type, form, choices, owner) VALUES (?, ?, ?, ?, NULL, NULL)", FIELDS
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction: everything or nothing. One inside another joins the outer one."""
        with self._lock:
            outermost = self._depth == 0
            if outermost:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self._connection
            except BaseException:
                if outermost:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if outermost:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    @contextmanager
    def without_signals(self) -> Iterator[None]:
        """Keep what happens inside out of the feed: a lost signal, or somebody's SQL beside osTicket."""
        with self._lock:
            self._signals = False
            try:
                yield
            finally:
                self._signals = True

    @contextmanager
    def without_plugin(self) -> Iterator[None]:
        """Let no signal be sent by what happens inside; the log, the messages and the tickets' own numbers tell of it later."""
        with self._lock:
            self._plugin = False
            try:
                yield
            finally:
                self._plugin = True

    def close(self) -> None:
        """Close the database; the store is unusable afterwards."""
        with self._lock:
            self._connection.close()

    def clock(self) -> Instant:
        """Return the helpdesk's own time in whole seconds."""
        return int(self.precise_clock())

    def setting(self, name: str) -> str:
        """Return one setting's text: `instance_id` or `database_zone`."""
        return str(self.rows("SELECT value FROM settings WHERE name = ?", (name,))[0]["value"])

    def counter(self, name: str) -> int:
        """Return a counter as it stands: `feed` (the head), `feed_floor` (the oldest usable cursor), `stamp`."""
        return int(self.rows("SELECT value FROM counters WHERE name = ?", (name,))[0]["value"])

    def advance(self, name: str) -> int:
        """Return the counter's next value, taken inside the caller's transaction: commit order is sequence order."""
        return int(
            self.rows("UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value", (name,))[0]["value"]
        )

    def touch(self, *tickets: int) -> None:
        """Record that inputs of these tickets changed: rendered snapshots are stale, the feed has them at its end."""
        self.restamp(tickets)
        if self._signals:
            for ticket in tickets:
                self._append(ticket, deleted_in=None)

    def bury(self, ticket: int, department: int) -> None:
        """Leave a tombstone in the feed for a ticket whose row is gone; whoever may see `department` is told."""
        if self._signals:
            self._append(ticket, deleted_in=department)

    def restamp(self, tickets: Iterable[int]) -> None:
        """Make rendered snapshots of these tickets stale without telling the feed (the bridge's own writes)."""
        stamp = self.advance("stamp")
        for ticket in tickets:
            self.row("UPDATE tickets SET stamp = ? WHERE id = ?", stamp, ticket)

    def restamp_all(self) -> None:
        """Make every rendered snapshot stale (a name that all of them show has changed)."""
        self._connection.execute("UPDATE tickets SET stamp = ?", (self.advance("stamp"),))

    def _append(self, ticket: int, *, deleted_in: int | None) -> None:
        if not self._plugin:
            self._connection.execute("REPLACE INTO unseen VALUES (?, ?)", (ticket, deleted_in is not None))
            return
        if deleted_in is not None:
            self._connection.execute("REPLACE INTO gone VALUES (?, ?)", (ticket, self.clock()))
        # REPLACE drops the ticket's earlier place: each changed ticket stands in the feed once, at its latest change.
        self._connection.execute("REPLACE INTO feed VALUES (?, ?, ?)", (self.advance("feed"), ticket, deleted_in))

    def tell_unseen(self) -> None:
        """Put into the feed what happened without the plugin; in which department a deleted ticket lay nobody knows then."""
        for row in self.rows("DELETE FROM unseen RETURNING ticket_id, deleted"):
            self._append(row["ticket_id"], deleted_in=0 if row["deleted"] else None)

    def purge_tombstones(self, older_than_seconds: int) -> None:
        """Drop older tombstones; a cursor from before them does not reach the feed any more."""
        limit = self.clock() - older_than_seconds
        old = self.rows(
            """DELETE FROM feed WHERE deleted_in IS NOT NULL
            AND ticket_id IN (SELECT ticket_id FROM gone WHERE at < ?) RETURNING seq""",
            (limit,),
        )
        self.row("DELETE FROM gone WHERE at < ?", limit)
        if old:
            floor = max(row["seq"] for row in old)
            self.row("UPDATE counters SET value = max(value, ?) WHERE name = 'feed_floor'", floor)

    def rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Return all rows of a statement; inside a transaction those of that moment."""
        with self._lock:
            return self._connection.execute(query, parameters).fetchall()

    def row(self, query: str, *parameters: object) -> sqlite3.Row | None:
        """Return the first row of a statement; None where it gives none."""
        return next(iter(self.rows(query, parameters)), None)

    def insert(self, table: str, **columns: object) -> int:
        """Return the id of a new row with these columns."""
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        found = self.rows(f"INSERT INTO {table}({names}) VALUES ({marks}) RETURNING id", tuple(columns.values()))
        return int(found[0]["id"])
