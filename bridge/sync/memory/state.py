"""The bridge's memory in SQLite: the feed's cursor, and per ticket when it has to be looked at again.

It is a cache. Deleting it costs one full scan and never a wrong field, so a file that is damaged in any way is set aside and
begun anew: one whose bytes are not those that were written, whose tables are not ours, or that holds values which cannot be
meant. An old copy that was put back would be worse than none: it is told by a token that lies beside the file and changes
with every commit, and costs a full scan as well.
"""

import errno
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from bridge.customers import Account, Taking
from bridge.errors import StateUnusable
from bridge.policies.obligations.from_tickets import KEPT
from bridge.protocols.accounting import AT_RISK, OVERDUE, Booked, TicketState
from bridge.protocols.reading import BEYOND_ALL, TicketError
from bridge.sync.memory.damage import TROUBLES, Damaged, is_damage, moved_aside
from bridge.sync.memory.facts import unfit
from bridge.sync.memory.local_disk import refuse_missing_mount, refuse_network_file_system
from bridge.sync.memory.state_file import Mark, identity, open_private, refuse_replaced, sum_of
from bridge.tickets import Instant

_SCHEMA = (
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE ticket (id INTEGER PRIMARY KEY, next_change_at INTEGER,
    open INTEGER NOT NULL, trouble TEXT NOT NULL, pressing INTEGER NOT NULL, waits INTEGER NOT NULL) STRICT""",
    "CREATE INDEX ticket_due ON ticket (next_change_at) WHERE next_change_at IS NOT NULL",
    "CREATE INDEX ticket_open ON ticket (id) WHERE open = 1",
    "CREATE INDEX ticket_pressing ON ticket (pressing) WHERE pressing > 0",
    "CREATE INDEX ticket_waits ON ticket (pressing, id) WHERE waits = 1",
    """CREATE TABLE taking (account TEXT NOT NULL, ticket INTEGER NOT NULL, created_at INTEGER NOT NULL,
    amount INTEGER NOT NULL, stated INTEGER NOT NULL, PRIMARY KEY (account, ticket)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX taking_ticket ON taking (ticket)",
)
_TABLES = ("fact", "ticket", "taking")
_TAKING = ("account", "ticket", "created_at", "amount", "stated")
_VERSION = 6
_APPLICATION = 0x534C4142
"""Marks a file as the bridge's ("SLAB"): nobody else's database is ever begun anew."""

_BELOW_ALL = -(2**63)
"""Below every number that may stand as an id, also where none can be meant: damage must not be passed over."""

_TOKEN = "token"  # noqa: S105 - a mark, not a secret
_WRITTEN_SCHEMA = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"


class SqliteState:
    """The state file, opened for one process; `set_aside` is where a damaged file has been moved to.

    `read_only` never creates or changes anything: it reads the file once into memory.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.set_aside: Path | None = None
        self._read_only = read_only
        self._stands: str | None = None
        self._beside = path.with_name(path.name + ".token")
        self._mark = Mark.read(self._beside)
        self._identity: tuple[int, int] | None = None
        self._connection = self._copy() if read_only else self._open()
        self._distrust_an_old_copy()

    @property
    def read_only(self) -> bool:
        """Return whether nothing can be remembered in it."""
        return self._read_only

    def fact(self, name: str) -> str | None:
        """Return a remembered fact, such as the feed's cursor."""
        rows = self._rows("SELECT value FROM fact WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def facts(self) -> dict[str, str]:
        """Return all remembered facts."""
        return dict(self._rows("SELECT name, value FROM fact WHERE name <> ? ORDER BY name", _TOKEN))

    def open_ids(self, behind: int = _BELOW_ALL, last: int = BEYOND_ALL) -> Iterator[int]:
        """Yield the tickets that were open when last seen, in the order of ids: those behind one id, up to another."""
        return self._ids("SELECT id FROM ticket WHERE open = 1 AND id > ? AND id <= ? ORDER BY id", behind, last)

    def known(self, first: int, last: int) -> frozenset[int]:
        """Return the tickets from the id `first` to `last` that are remembered, open or not."""
        return frozenset(self._ids("SELECT id FROM ticket WHERE id BETWEEN ? AND ?", first, last))

    def due(self, now: Instant) -> Iterator[int]:
        """Yield the tickets whose decision time alone has changed by `now`, the longest due first."""
        return self._ids("SELECT id FROM ticket WHERE next_change_at <= ? ORDER BY next_change_at, id", now)

    def waits(self) -> bool:
        """Return whether a roll-out has tickets left."""
        return bool(self._rows("SELECT 1 FROM ticket WHERE waits = 1 LIMIT 1"))

    def waiting(self) -> int:
        """Return how many tickets a roll-out has left."""
        return int(self._rows("SELECT count(*) FROM ticket WHERE waits = 1")[0][0])

    def next_waiting(self, most: int | None) -> Iterator[int]:
        """Yield the tickets that a roll-out has left, the most pressing first and of these the newest; None: all of them."""
        query = "SELECT id FROM ticket WHERE waits = 1 ORDER BY pressing DESC, id DESC LIMIT ?"
        return self._ids(query, -1 if most is None else most)

    def troubles(self) -> tuple[TicketError, ...]:
        """Return the tickets that are set aside, with their reasons."""
        rows = self._rows("SELECT id, trouble FROM ticket WHERE trouble <> '' ORDER BY id")
        return tuple(TicketError(id=one, reason=reason) for one, reason in rows)

    def counts(self) -> dict[str, int]:
        """Return how many tickets are known, open, waiting for a point in time, set aside."""
        query = """SELECT count(*), coalesce(sum(open), 0), count(next_change_at), coalesce(sum(trouble <> ''), 0)
            FROM ticket"""
        return dict(zip(("known", "open", "timed", "set_aside"), *self._rows(query), strict=True))

    def pressing(self) -> dict[str, int]:
        """Return how many tickets are open, at risk and overdue, counted over indexes: closed ones cost nothing."""
        ((still_open,),) = self._rows("SELECT count(*) FROM ticket WHERE open = 1")
        found = dict(self._rows("SELECT pressing, count(*) FROM ticket WHERE pressing > 0 GROUP BY pressing"))
        return {"open": still_open, "at_risk": found.get(AT_RISK, 0), "overdue": found.get(OVERDUE, 0)}

    def account(self, account: Account) -> tuple[Taking, ...]:
        """Return what tickets are remembered to take from an account."""
        return self._takings("account = ?", account)

    def takings(self, ticket_id: int) -> tuple[Taking, ...]:
        """Return what a ticket is remembered to take."""
        return self._takings("ticket = ?", ticket_id)

    def kept(self) -> tuple[Taking, ...]:
        """Return what tickets are remembered to keep of obligations."""
        return tuple(one for one in self._takings("account >= ?", KEPT) if one.account.startswith(KEPT))

    def spent(self) -> dict[Account, int]:
        """Return what all tickets together are remembered to take, by account, in thousandths."""
        return dict(self._rows("SELECT account, sum(amount) FROM taking GROUP BY account"))

    def commit(
        self,
        *,
        facts: Mapping[str, str],
        tickets: Iterable[TicketState] = (),
        gone: Iterable[int] = (),
        booked: Booked | None = None,
        anew: bool = False,
    ) -> None:
        """Remember facts, tickets and bookings in one transaction: a cursor is never ahead of what it stands for. With `anew` the
        tickets take the place of those that are remembered.
        """
        refuse_replaced(self.path, self._identity)
        token = secrets.token_hex(8)
        with self._usable(), self._connection:
            if anew:
                self._connection.execute("DELETE FROM ticket")
            self._connection.executemany("DELETE FROM ticket WHERE id = ?", [(one,) for one in gone])
            self._connection.executemany(
                """INSERT OR REPLACE INTO ticket (id, next_change_at, open, trouble, pressing, waits)
                VALUES (?, ?, ?, ?, ?, ?)""",
                (
                    (one.id, one.next_change_at, int(one.open), one.trouble, one.pressing, int(one.waits))
                    for one in tickets
                ),
            )
            if booked is not None:
                self._book(booked)
            self._connection.executemany(
                "INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", [*facts.items(), (_TOKEN, token)]
            )
        refuse_replaced(self.path, self._identity)
        Mark(token).write(self._beside)
        self._stands = token

    def _book(self, booked: Booked) -> None:
        if booked.anew:
            self._connection.execute("DELETE FROM taking")
        else:
            self._connection.executemany("DELETE FROM taking WHERE ticket = ?", [(one,) for one in booked.takings])
        self._connection.executemany(
            f"INSERT INTO taking ({', '.join(_TAKING)}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - ours
            map(attrgetter(*_TAKING), chain.from_iterable(booked.takings.values())),
        )
        self._connection.executemany(
            "UPDATE ticket SET next_change_at = min(coalesce(next_change_at, ?1), ?1) WHERE id = ?2",
            [(booked.at, one) for one in booked.outdated],
        )

    def _takings(self, condition: str, value: int | str) -> tuple[Taking, ...]:
        query = f"SELECT {', '.join(_TAKING)} FROM taking WHERE {condition}"  # noqa: S608 - ours
        return tuple(Taking(**dict(zip(_TAKING, row, strict=True))) for row in self._rows(query, value))

    def _ids(self, query: str, *values: int) -> Iterator[int]:
        with self._usable():
            for (one,) in self._connection.execute(query, values):
                if type(one) is not int or one <= 0:
                    raise Damaged(f"{one!r} is no ticket's id")
                yield one

    def _rows(self, query: str, *values: int | str) -> list[Any]:
        with self._usable():
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file, and put down the sum over it where it is complete without a log."""
        with self._usable():
            self._connection.close()
        if not self._read_only and self._identity is not None and self._identity == identity(self.path):
            mark = Mark.read(self._beside)
            if mark is not None and mark.token == self._stands:
                Mark(mark.token, sum_of(self.path)).write(self._beside)

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Turn SQLite's errors into ours; a file that proves damaged in use is set aside for the next run's sake."""
        try:
            yield
        except TROUBLES as error:
            if not is_damage(error) or self._read_only:
                raise self._unusable(str(error)) from None
            self._connection.close()
            self._put_aside()
            raise StateUnusable(
                f"the state file {self.path} was damaged; it has been moved to {self.set_aside}",
                hint="Run the command again: it costs one full scan",
            ) from None

    def _distrust_an_old_copy(self) -> None:
        """Ask for a full scan where the file is not the one that was written last."""
        self._stands = self.fact(_TOKEN)
        if self._mark is None or self._stands != self._mark.token:
            with self._usable(), self._connection:
                self._connection.execute("DELETE FROM fact WHERE name = 'scanned_at'")

    def _unusable(self, reason: str) -> StateUnusable:
        return StateUnusable(
            f"the state file {self.path} cannot be used: {reason}",
            hint="Check the disk and the file's owner; deleting the file is safe and costs one full scan",
        )

    def _open(self) -> sqlite3.Connection:
        refuse_network_file_system(self.path)
        refuse_missing_mount(self.path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        except OSError as error:
            raise StateUnusable(
                f"the folder of the state file {self.path} cannot be made: {error.strerror}",
                hint="Set `state` in bridge.yaml to a path that this user may write",
            ) from None
        try:
            return self._connect()
        except TROUBLES as error:
            if not is_damage(error) or self.set_aside is not None:
                raise self._unusable(str(error)) from None
        self._put_aside()
        return self._open()

    def _connect(self) -> sqlite3.Connection:
        summed = sum_of(self.path)
        try:
            os.close(open_private(self.path, os.O_RDWR))
        except OSError as error:
            link = error.errno == errno.ELOOP
            raise self._unusable("it is a symbolic link" if link else str(error.strerror)) from None
        self._identity = identity(self.path)
        connection = sqlite3.connect(self.path, timeout=5)
        try:
            self._judge(connection)
            self._refuse_damage(connection, summed)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_damage(self, connection: sqlite3.Connection, summed: str) -> None:
        """Raise sqlite3.DatabaseError for a file that is not what a bridge left behind; `summed` is the sum over it."""
        if _layout(connection) != _VERSION:
            return
        mark = self._mark
        if mark is not None and mark.sum and summed:
            token = connection.execute("SELECT value FROM fact WHERE name = ?", (_TOKEN,)).fetchone()
            if token == (mark.token,) and mark.sum != summed:
                raise Damaged("its bytes are not those that were written")
        elif [(said,) for (said,) in connection.execute("PRAGMA quick_check(1)")] != [("ok",)]:
            # Without a sum, after a pass that was killed, SQLite's own check has to do.
            raise Damaged("SQLite finds it damaged")
        if {sql for (sql,) in connection.execute(_WRITTEN_SCHEMA)} != set(_SCHEMA):
            raise Damaged("its tables are not the bridge's")
        if name := unfit(dict(connection.execute("SELECT name, value FROM fact"))):
            raise Damaged(f"its fact {name!r} cannot be meant")

    def _copy(self) -> sqlite3.Connection:
        """Return a copy apart from the file; an empty one where there is no file, or none that anything can be read from."""
        # Without a name SQLite keeps it in memory as long as it is small.
        copy = sqlite3.connect("")
        if self.path.exists():
            # Without a log beside it the file is complete; immutable keeps SQLite from making files next to it.
            wal = self.path.with_name(self.path.name + "-wal")
            mode = "ro" if wal.exists() and wal.stat().st_size else "ro&immutable=1"
            summed = sum_of(self.path)
            try:
                with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode={mode}", uri=True)) as file:
                    self._judge(file)
                    self._refuse_damage(file, summed)
                    if _layout(file) == _VERSION:
                        file.backup(copy)
            except TROUBLES as error:
                copy.close()
                if not is_damage(error):
                    raise self._unusable(str(error)) from None
                copy = sqlite3.connect("")
        _prepare(copy)
        return copy

    def _judge(self, connection: sqlite3.Connection) -> None:
        """Raise StateUnusable for a file that must not be touched: a newer bridge's, or not the bridge's at all."""
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        if mark != _APPLICATION and self._mark is not None and self._mark.sum:
            # A sum lies beside it, so the bridge left its own file at this place.
            raise Damaged("its head is damaged")
        if mark != _APPLICATION and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise StateUnusable(
                f"{self.path} is a database, but no state file of the bridge",
                hint="Set `state` in bridge.yaml to a path of its own",
            )
        if (layout := _layout(connection)) > _VERSION:
            raise StateUnusable(
                f"the state file {self.path} was written by a newer version of the bridge (layout {layout}, this one"
                f" knows {_VERSION})",
                hint="Update the bridge, or run `sla-bridge state reset`: it costs one full scan",
            )

    def _put_aside(self) -> None:
        self._mark = None
        try:
            self.set_aside = moved_aside(self.path, "-wal", "-shm", ".token")
        except OSError as error:
            raise self._unusable(f"it is damaged and cannot be moved away: {error.strerror}") from None


def _layout(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _prepare(connection: sqlite3.Connection) -> None:
    """Create the tables where they are not there in this layout."""
    if _layout(connection) == _VERSION:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for name in _TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
