"""The undo journal: what each run is about to write, put down for good before it is sent.

It lies beside the state and is no cache: what stood in a field before is known nowhere else. Records are only added; whole runs
go when they are too old or take too much room. A write whose answer was lost may have been carried out or not, so nothing here
says that something was written: whoever undoes compares with what stands.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import StateUnusable
from bridge.protocols.writing import WriteOutcome, WriteResult
from bridge.sync.memory.damage import TROUBLES, is_damage, moved_aside
from bridge.sync.memory.journal_records import Entry, Tickets, entries, packed, without
from bridge.sync.memory.local_disk import refuse_missing_mount, refuse_network_file_system
from bridge.sync.memory.state_file import open_private
from bridge.sync.planned.plan import Change
from bridge.tickets import Instant

_APPLICATION = 0x534C4155
"""Marks a file as the bridge's undo journal ("SLAU")."""
_VERSION = 2
_SCHEMA = (
    """CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, began_at INTEGER NOT NULL, ended_at INTEGER,
    policy TEXT NOT NULL, undoes INTEGER, tickets INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT""",
    "CREATE TABLE batch (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, content BLOB NOT NULL) STRICT",
    "CREATE INDEX batch_run ON batch (run)",
    """CREATE TABLE refused (batch INTEGER NOT NULL, ticket INTEGER NOT NULL,
    PRIMARY KEY (batch, ticket)) STRICT, WITHOUT ROWID""",
)
_PLACES = "CREATE TEMP TABLE place (ticket INTEGER, batch INTEGER, PRIMARY KEY (ticket, batch)) WITHOUT ROWID"
"""Where a ticket's records lie. Made when a run is undone and thrown away with the process: it would be the larger part of a file
that is written with every request and hardly ever read."""

_TAKEN = frozenset({WriteResult.OK, WriteResult.NOOP})
_BATCH_BYTES = 40
"""What a batch takes beside its content, numbers and index included."""


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
        self._written = Tickets()
        self._batch, self._fresh = 0, set[int]()
        self._places_since: int | None = None

    def note(self, changes: Iterable[Change]) -> None:
        """Put down what is about to be sent; when this returns, no crash takes it away. Writes of the record beside the
        fields alone are left out: nothing of them can be put back."""
        noted = [one for one in changes if _to_note(one)]
        if not noted:
            return
        content = packed(noted)
        fresh = {one.ticket_id for one in noted if self._written.add(one.ticket_id)}
        with self._usable() as connection, connection:
            if self.run is None:
                self.run = self._begun(connection)
            query = "INSERT INTO batch (run, content) VALUES (?, ?) RETURNING id"
            ((self._batch,),) = connection.execute(query, (self.run, content)).fetchall()
            self._fresh = fresh
            connection.execute(
                "UPDATE run SET bytes = bytes + ?, tickets = tickets + ? WHERE id = ?",
                (len(content) + _BATCH_BYTES, len(fresh), self.run),
            )

    def answered(self, changes: Sequence[Change], outcomes: Sequence[WriteOutcome]) -> None:
        """Mark what the helpdesk is known not to have taken of the changes that were put down last."""
        refused = [
            change.ticket_id
            for change, outcome in zip(changes, outcomes, strict=True)
            if outcome.result not in _TAKEN and _to_note(change)
        ]
        if not refused:
            return
        untouched = self._fresh.intersection(refused)
        with self._usable() as connection, connection:
            connection.executemany("INSERT INTO refused VALUES (?, ?)", [(self._batch, one) for one in refused])
            connection.execute("UPDATE run SET tickets = tickets - ? WHERE id = ?", (len(untouched), self.run))
        for one in untouched:
            self._written.drop(one)

    def end(self) -> None:
        """Say that the run came to its end; nothing where it wrote nothing."""
        if self.run is not None:
            with self._usable() as connection, connection:
                connection.execute("UPDATE run SET ended_at = ? WHERE id = ?", (int(self._clock()), self.run))

    def runs(self) -> tuple[Run, ...]:
        """Return the runs that are kept, the latest first."""
        if not self.path.exists():
            return ()
        query = "SELECT id, began_at, ended_at, policy, undoes, tickets FROM run ORDER BY id DESC"
        names = ("id", "began_at", "ended_at", "policy", "undoes", "tickets")
        with self._usable() as connection:
            return tuple(Run(**dict(zip(names, row, strict=True))) for row in connection.execute(query))

    def tickets(self, run: int) -> list[int]:
        """Return the tickets that a run wrote to, the newest first."""
        query = """SELECT DISTINCT place.ticket FROM place JOIN batch ON batch.id = place.batch WHERE batch.run = ?
            ORDER BY place.ticket DESC"""
        with self._usable() as connection:
            self._find_places(connection, run)
            return [ticket for (ticket,) in connection.execute(query, (run,))]

    def entries(self, tickets: Sequence[int], *, since: int) -> Mapping[int, list[Entry]]:
        """Return what the run `since` and later ones wrote to tickets, in the order of writing."""
        found: dict[int, list[Entry]] = {one: [] for one in tickets}
        with self._usable() as connection:
            self._find_places(connection, since)
            places: dict[int, set[int]] = {}
            for ticket in found:
                for (batch,) in connection.execute("SELECT batch FROM place WHERE ticket = ?", (ticket,)):
                    places.setdefault(batch, set()).add(ticket)
            for batch, wanted in sorted(places.items()):
                for row in connection.execute("SELECT run, content FROM batch WHERE id = ?", (batch,)):
                    for one in entries(*row):
                        if one.ticket_id in wanted:
                            found[one.ticket_id].append(one)
        return found

    def forget(self, mark: str) -> int:
        """Erase what was put down about the tickets that bear a mark; return how many records that were. Their runs can still be
        undone for all others."""
        if not self.path.exists():
            return 0
        with self._usable() as connection:
            with connection:
                batches = connection.execute("SELECT id FROM batch").fetchall()
                count = sum(_erased(connection, batch, mark) for (batch,) in batches)
                for (run,) in connection.execute("SELECT id FROM run").fetchall() if count else ():
                    _count_anew(connection, run)
                connection.execute("PRAGMA incremental_vacuum").fetchall()
            # The log beside the file holds the pages as they were.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return count

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection, self._places_since = None, None

    def _find_places(self, connection: sqlite3.Connection, since: int) -> None:
        """Put down for every ticket where its records of the run `since` and later ones lie, without what was refused."""
        if self._places_since == since:
            return
        with connection:
            connection.execute("DROP TABLE IF EXISTS temp.place")
            connection.execute(_PLACES)
            batches = connection.execute("SELECT id, run, content FROM batch WHERE run >= ?", (since,))
            rows = ((one.ticket_id, batch) for batch, run, content in batches for one in entries(run, content))
            connection.executemany("INSERT OR IGNORE INTO temp.place VALUES (?, ?)", rows)
            connection.execute("DELETE FROM temp.place WHERE (batch, ticket) IN (SELECT batch, ticket FROM refused)")
        self._places_since = since

    def _begun(self, connection: sqlite3.Connection) -> int:
        """Begin a run, and let go of those that are too old or take too much room."""
        now = int(self._clock())
        old = [one for (one,) in connection.execute(_OLD, (now - self._retention.seconds,))]
        room = self._retention.bytes
        for run, size in connection.execute("SELECT id, bytes FROM run ORDER BY id DESC").fetchall():
            room -= size
            if room < 0:
                old.append(run)
        for statement in _LET_GO:
            connection.executemany(statement, [(one,) for one in set(old)])
        if old:
            connection.execute("PRAGMA incremental_vacuum").fetchall()
        row = (now, self._policy(), self._undoes)
        query = "INSERT INTO run (began_at, policy, undoes, tickets, bytes) VALUES (?, ?, ?, 0, 0) RETURNING id"
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
        try:
            self.set_aside = moved_aside(self.path, "-wal", "-shm")
        except OSError as error:
            raise _unusable(self.path, f"it is damaged and cannot be moved away: {error.strerror}") from None


_OLD = "SELECT id FROM run WHERE coalesce(ended_at, began_at) < ?"
_REFUSED_OF = "SELECT batch, ticket FROM refused WHERE batch IN (SELECT id FROM batch WHERE run = ?)"
_LET_GO = (
    "DELETE FROM refused WHERE batch IN (SELECT id FROM batch WHERE run = ?)",
    "DELETE FROM batch WHERE run = ?",
    "DELETE FROM run WHERE id = ?",
)


def _to_note(change: Change) -> bool:
    return bool(change.fields or change.keys or change.date is not None)


def _erased(connection: sqlite3.Connection, batch: int, mark: str) -> int:
    """Erase the records of a batch that bear the mark; return how many."""
    ((content,),) = connection.execute("SELECT content FROM batch WHERE id = ?", (batch,)).fetchall()
    left, count = without(content, mark)
    if count:
        connection.execute("UPDATE batch SET content = ? WHERE id = ?", (left, batch))
    return count


def _count_anew(connection: sqlite3.Connection, run: int) -> None:
    """Put down how many tickets a run wrote to, and how much room that takes, after records have gone."""
    refused, written, size = set(connection.execute(_REFUSED_OF, (run,))), Tickets(), 0
    for batch, content in connection.execute("SELECT id, content FROM batch WHERE run = ?", (run,)):
        size += len(content) + _BATCH_BYTES
        for one in entries(run, content):
            if (batch, one.ticket_id) not in refused:
                written.add(one.ticket_id)
    connection.execute("UPDATE run SET tickets = ?, bytes = ? WHERE id = ?", (len(written), size, run))


def _unusable(path: Path, reason: str) -> StateUnusable:
    return StateUnusable(
        f"the undo journal {path} cannot be used: {reason}",
        hint="Check the disk and the file's owner; `undo: off` in bridge.yaml does without, and nothing can be undone then",
    )
