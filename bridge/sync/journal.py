"""The undo journal: what each run is about to write, put down for good before it is sent.

It lies beside the state and is no cache: what stood in a field before is known nowhere else. Records are only added; whole runs
go when they are too old or take too much room. A write whose answer was lost may have been carried out or not, so nothing here
says that something was written: whoever undoes compares with what stands.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bridge.errors import StateUnusable
from bridge.protocols.writing import WriteOutcome, WriteResult
from bridge.sync.damage import TROUBLES, is_damage
from bridge.sync.local_disk import refuse_missing_mount, refuse_network_file_system
from bridge.sync.native_date import DateChange
from bridge.sync.ownership import FieldChange
from bridge.sync.plan import Change
from bridge.sync.state_file import open_private
from bridge.sync.stored_values import sent
from bridge.tickets import Instant, NativeDate

_APPLICATION = 0x534C4155
"""Marks a file as the bridge's undo journal ("SLAU")."""
_VERSION = 1
_SCHEMA = (
    """CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, began_at INTEGER NOT NULL, ended_at INTEGER,
    policy TEXT NOT NULL, undoes INTEGER, bytes INTEGER NOT NULL) STRICT""",
    """CREATE TABLE entry (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, ticket INTEGER NOT NULL, number TEXT NOT NULL,
    rev TEXT NOT NULL, who TEXT NOT NULL, refused INTEGER NOT NULL, content BLOB NOT NULL) STRICT""",
    "CREATE INDEX entry_run ON entry (run, ticket)",
    "CREATE INDEX entry_ticket ON entry (ticket)",
)
_TAKEN = frozenset({WriteResult.OK, WriteResult.NOOP})
_ROW_BYTES = 80
"""What a record takes beside its content, numbers and indexes included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long runs are kept, and how many bytes all of them may take. The run under way is always kept whole."""

    seconds: int = 30 * 86400
    bytes: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the journal knows it. `ended_at` is None for one that did not come to its end, `policy` the digest it wrote by,
    `undoes` the run that it put back. `tickets` is how many it wrote to."""

    id: int
    began_at: Instant
    ended_at: Instant | None
    policy: str
    undoes: int | None
    tickets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One write of a run: the fields before and after, osTicket's own due date if it wrote that, and the keys of the actions
    that it offered. `rev` is the revision of the inputs that it followed from, `who` whose ticket it is (`plan.marks`)."""

    run: int
    ticket_id: int
    number: str
    rev: str
    who: str
    fields: tuple[FieldChange, ...]
    actions: tuple[str, ...] = ()
    date: DateChange | None = None


def beside(state_path: Path) -> Path:
    """Return where the journal of a state lies."""
    return state_path.with_name(state_path.name + ".undo")


class Journal:
    """The journal at `path`, opened when it is first needed: a pass that writes nothing leaves no trace here.

    Notes made by one object are one run, begun with the first of them; `policy` tells by which digest it writes, `undoes`
    which run it puts back, `clock` the POSIX time. Raises StateUnusable where the file cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        *,
        retention: Retention,
        clock: Callable[[], float],
        policy: Callable[[], str] = lambda: "",
        undoes: int | None = None,
    ) -> None:
        self.path = path
        self.run: int | None = None
        self.set_aside: Path | None = None
        self._retention, self._clock, self._policy, self._undoes = retention, clock, policy, undoes
        self._connection: sqlite3.Connection | None = None

    def note(self, changes: Iterable[Change]) -> None:
        """Put down what is about to be sent; when this returns, no crash takes it away. Writes of the record beside the
        fields alone are left out: nothing of them can be put back."""
        rows = [(one, _content(one)) for one in changes if _to_note(one)]
        if not rows:
            return
        with self._usable() as connection, connection:
            if self.run is None:
                self.run = self._begun(connection)
            run = self.run
            connection.executemany(
                "INSERT INTO entry (run, ticket, number, rev, who, refused, content) VALUES (?, ?, ?, ?, ?, 0, ?)",
                ((run, one.ticket_id, one.number, one.rev, one.who, content) for one, content in rows),
            )
            size = sum(len(content) + _ROW_BYTES for _, content in rows)
            connection.execute("UPDATE run SET bytes = bytes + ? WHERE id = ?", (size, run))

    def answered(self, changes: Sequence[Change], outcomes: Sequence[WriteOutcome]) -> None:
        """Mark what the helpdesk is known not to have taken."""
        refused = [
            (self.run, change.ticket_id, change.rev)
            for change, outcome in zip(changes, outcomes, strict=True)
            if outcome.result not in _TAKEN and _to_note(change)
        ]
        if refused:
            with self._usable() as connection, connection:
                connection.executemany("UPDATE entry SET refused = 1 WHERE run = ? AND ticket = ? AND rev = ?", refused)

    def end(self) -> None:
        """Say that the run came to its end; nothing where it wrote nothing."""
        if self.run is not None:
            with self._usable() as connection, connection:
                connection.execute("UPDATE run SET ended_at = ? WHERE id = ?", (int(self._clock()), self.run))

    def runs(self) -> tuple[Run, ...]:
        """Return the runs that are kept, the latest first."""
        if not self.path.exists():
            return ()
        query = """SELECT id, began_at, ended_at, policy, undoes,
            (SELECT count(DISTINCT ticket) FROM entry WHERE run = run.id AND refused = 0) FROM run ORDER BY id DESC"""
        names = ("id", "began_at", "ended_at", "policy", "undoes", "tickets")
        with self._usable() as connection:
            return tuple(Run(**dict(zip(names, row, strict=True))) for row in connection.execute(query))

    def tickets(self, run: int) -> list[int]:
        """Return the tickets that a run wrote to, the newest first."""
        query = "SELECT DISTINCT ticket FROM entry WHERE run = ? AND refused = 0 ORDER BY ticket DESC"
        with self._usable() as connection:
            return [ticket for (ticket,) in connection.execute(query, (run,))]

    def entries(self, tickets: Sequence[int], *, since: int) -> Mapping[int, list[Entry]]:
        """Return what the run `since` and later ones wrote to tickets, in the order of writing."""
        found: dict[int, list[Entry]] = {one: [] for one in tickets}
        query = """SELECT run, ticket, number, rev, who, content FROM entry
            WHERE ticket = ? AND run >= ? AND refused = 0 ORDER BY id"""
        with self._usable() as connection:
            for ticket in tickets:
                found[ticket] += map(_entry, connection.execute(query, (ticket, since)))
        return found

    def forget(self, mark: str) -> int:
        """Erase what was put down about the tickets that bear a mark; return how many records that were. Their runs can still be
        undone for all others."""
        if not self.path.exists():
            return 0
        with self._usable() as connection:
            with connection:
                count = connection.execute("DELETE FROM entry WHERE instr(who, ?) > 0", (mark,)).rowcount
                connection.execute("PRAGMA incremental_vacuum").fetchall()
            # The log beside the file holds the pages as they were.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _begun(self, connection: sqlite3.Connection) -> int:
        """Begin a run, and let go of those that are too old or take too much room."""
        now = int(self._clock())
        old = [one for (one,) in connection.execute(_OLD, (now - self._retention.seconds,))]
        room = self._retention.bytes
        for run, size in connection.execute("SELECT id, bytes FROM run ORDER BY id DESC").fetchall():
            room -= size
            if room < 0:
                old.append(run)
        for table, column in (("entry", "run"), ("run", "id")):
            connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(one,) for one in set(old)])  # noqa: S608
        if old:
            connection.execute("PRAGMA incremental_vacuum").fetchall()
        row = (now, self._policy(), self._undoes)
        query = "INSERT INTO run (began_at, policy, undoes, bytes) VALUES (?, ?, ?, 0) RETURNING id"
        return int(connection.execute(query, row).fetchone()[0])

    @contextmanager
    def _usable(self) -> Iterator[sqlite3.Connection]:
        """Give the open file and turn SQLite's errors into ours; one that proves damaged is set aside for the next run's sake."""
        try:
            if self._connection is None:
                self._connection = self._opened()
            yield self._connection
        except TROUBLES as error:
            self.close()
            if not is_damage(error):
                raise _unusable(self.path, str(error)) from None
            self._put_aside()
            raise StateUnusable(
                f"the undo journal {self.path} was damaged; it has been moved to {self.set_aside}",
                hint="Run the command again: it begins a new journal, and what earlier runs wrote can no longer be undone",
            ) from None

    def _opened(self) -> sqlite3.Connection:
        refuse_network_file_system(self.path)
        refuse_missing_mount(self.path)
        try:
            os.close(open_private(self.path, os.O_RDWR))
        except OSError as error:
            raise _unusable(self.path, error.strerror or str(error)) from None
        # A first sync notes a page in the lane that sends it, while the next one is decided; never two at a time.
        connection = sqlite3.connect(self.path, timeout=5, check_same_thread=False)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables in a new file. What is deleted leaves no bytes behind, since it tells of people."""
        facts = ("application_id", "user_version")
        mark, layout = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in facts)
        used = mark or layout or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if used and (mark, layout) != (_APPLICATION, _VERSION):
            raise _unusable(self.path, "it was written by another program or a newer version of the bridge")
        for setting in ("auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {setting}")
        if used:
            return
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _put_aside(self) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        self.set_aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        try:
            self.path.rename(self.set_aside)
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self.path, f"it is damaged and cannot be moved away: {error.strerror}") from None


_OLD = "SELECT id FROM run WHERE coalesce(ended_at, began_at) < ?"


def _to_note(change: Change) -> bool:
    return bool(change.fields or change.keys or change.date is not None)


def _content(change: Change) -> bytes:
    content: dict[str, Any] = {"fields": change.fields}
    if change.keys:
        content["actions"] = change.keys
    if change.date is not None:
        # A list of the due date alone, so that no date and osTicket's own date are two things.
        content["date"] = [None if one is None else [one.due_at] for one in (change.date.before, change.date.after)]
    return sent(content)


def _entry(row: tuple[int, int, str, str, str, bytes]) -> Entry:
    run, ticket, number, rev, who, content = row
    members = json.loads(content)
    return Entry(
        run=run,
        ticket_id=ticket,
        number=number,
        rev=rev,
        who=who,
        fields=tuple(FieldChange(*one) for one in members["fields"]),
        actions=tuple(members.get("actions", ())),
        date=_date(members["date"]) if "date" in members else None,
    )


def _date(kept: Sequence[Sequence[Instant | None] | None]) -> DateChange:
    before, after = (None if one is None else NativeDate(due_at=one[0]) for one in kept)
    return DateChange(before=before, after=after)


def _unusable(path: Path, reason: str) -> StateUnusable:
    return StateUnusable(
        f"the undo journal {path} cannot be used: {reason}",
        hint="Check the disk and the file's owner; `undo: off` in bridge.yaml does without, and nothing can be undone then",
    )
