"""An embedded helpdesk that keeps book: what is stored in which field, which pages are read, which letters leave."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.connectors.sandbox.letters import EmailLetter, LetterBox
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from tests.faults import FaultySandbox

_KEEPS = """CREATE TRIGGER written_{when} AFTER {when} ON answers
    WHEN EXISTS (SELECT 1 FROM fields WHERE name = {row}.name AND owner = 'bridge')
    BEGIN INSERT INTO written VALUES ({row}.ticket_id, {row}.name, {value}); END"""
_TRIGGERS = (
    "CREATE TABLE written(ticket INTEGER NOT NULL, name TEXT NOT NULL, value TEXT)",
    _KEEPS.format(when="INSERT", row="NEW", value="NEW.value"),
    _KEEPS.format(when="UPDATE", row="NEW", value="NEW.value"),
    _KEEPS.format(when="DELETE", row="OLD", value="NULL"),
)


class Postbox(LetterBox):
    """Takes every attempt for itself, as a mail server does: a letter that is sent twice lies there twice."""

    def path_of(self, letter: EmailLetter) -> Path:
        """Return a place that nothing has lain at."""
        path = super().path_of(letter)
        return path.with_name(f"{path.stem}.{os.getpid()}.{threading.get_native_id()}.{time.monotonic_ns()}.eml")


class WatchedDesk(FaultySandbox):
    """Passes are killed at it: a request whose bridge is gone is carried out to its end all the same."""

    def __init__(self, clock: Callable[[], float], letters: Path, *, rewrite: bool = True) -> None:
        super().__init__(clock=clock, rewrite=rewrite, letters=Postbox(letters))
        self._letters, self._stamp = letters, 0
        self.pages: list[tuple[int, ...]] = []
        """The pages of a first sync that were read: the ids of their tickets."""
        self.fed: set[int] = set()
        """The tickets of which the change feed told."""
        self.when_asked: Callable[[], object] | None = None
        """Happens with the next request, once."""
        self._under_way, self._idle = 0, threading.Condition()
        with self.store.transaction() as rows:
            for statement in _TRIGGERS:
                rows.execute(statement)

    def respond(self, request: ApiRequest) -> Response:
        if self.when_asked is not None:
            happens, self.when_asked = self.when_asked, None
            happens()
        with self._idle:
            self._under_way += 1
        try:
            response = super().respond(request)
            if response.status == 200:
                self._keep_book(request, response)
            return response
        finally:
            with self._idle:
                self._under_way -= 1
                self._idle.notify_all()

    def _keep_book(self, request: ApiRequest, response: Response) -> None:
        if request.route == "changes":
            self.fed.update(one["id"] for one in json.loads(response.body)["items"])
        elif request.route == "tickets" and "before" in request.query:
            self.pages.append(tuple(one["id"] for one in json.loads(response.body)["items"]))

    def settle(self) -> None:
        """Wait for the requests that killed passes have left."""
        with self._idle:
            if not self._idle.wait_for(lambda: not self._under_way, 30):
                raise TimeoutError("a request does not come to its end")

    def written(self) -> Iterator[tuple[int, str, object]]:
        """Yield what was stored in the bridge's fields since this was asked last: ticket, name, value."""
        rows = self.store.rows("SELECT * FROM written ORDER BY rowid")
        with self.store.transaction() as change:
            change.execute("DELETE FROM written")
        for row in rows:
            yield row["ticket"], row["name"], None if row["value"] is None else json.loads(row["value"])

    @contextmanager
    def by_hand(self) -> Iterator[None]:
        """Change fields past the bridge without a note in the book."""
        self.settle()
        with self.store.transaction() as rows:
            yield
            rows.execute("DELETE FROM written")

    def empty_fields(self) -> None:
        """Make it a helpdesk that no bridge has written to and whose tickets are older than the plugin; what has been sent or
        noted down in tickets stays."""
        with self.by_hand(), self.store.transaction() as rows:
            rows.execute("DELETE FROM answers WHERE name IN (SELECT name FROM fields WHERE owner = 'bridge')")
            rows.execute("DELETE FROM records")
            self.store.restamp([row["id"] for row in self.store.rows("SELECT id FROM tickets")])
        self.forget_changes()

    def keep(self) -> sqlite3.Connection:
        """Return all rows as they are now."""
        self.settle()
        rows = sqlite3.connect(":memory:", check_same_thread=False)
        self.store._connection.backup(rows)
        return rows

    def put_back(self, rows: sqlite3.Connection) -> None:
        """Make all rows what they were; what the helpdesk had shown of them is forgotten."""
        self.settle()
        self._stamp += 1_000_000
        rows.backup(self.store._connection)
        with self.store.transaction() as change:
            change.execute("UPDATE counters SET value = ? WHERE name = 'stamp'", (self._stamp,))
            self.store.restamp_all()
        for letter in self._letters.iterdir():
            letter.unlink()
        self.clear_journal()
