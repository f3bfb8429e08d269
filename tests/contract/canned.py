"""A desk's canned responses in the hands of its people, past the pages: of the embedded helpdesk and of a real osTicket."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import hashlib
from dataclasses import dataclass
from typing import Protocol

from bridge.connectors.sandbox.ready_replies import digest_of
from bridge.connectors.sandbox.store import Store
from tests.contract.back_doors import OsticketBackDoor


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned response. `department` 0: all of them."""

    id: int
    title: str
    text: str
    language: str
    department: int
    enabled: bool


class CannedBook(Protocol):
    """All of them, to read and to change."""

    def all(self) -> dict[str, Canned]:
        """Return them by title."""

    def edit(self, number: int, column: str, value: str | int) -> None:
        """Change `title`, `text`, `department` or `enabled`."""

    def delete(self, number: int) -> None: ...
    def add(self, title: str) -> None: ...
    def date_back(self, name: str, title: str, text: str) -> None:
        """Make it so that an earlier version of the plugin wrote the reply of that name, with that title and text."""

    def clear(self) -> None:
        """Let no setup ever have made a reply."""


class EmbeddedBook:
    """The embedded helpdesk's rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> dict[str, Canned]:
        return {
            row["title"]: Canned(row["id"], row["title"], row["text"], row["language"], row["department"],
                                 bool(row["enabled"]))
            for row in self._store.rows("SELECT * FROM canned")
        }  # fmt: skip

    def edit(self, number: int, column: str, value: str | int) -> None:
        self._store.row(f"UPDATE canned SET {column} = ? WHERE id = ?", value, number)

    def delete(self, number: int) -> None:
        self._store.row("DELETE FROM canned WHERE id = ?", number)

    def add(self, title: str) -> None:
        self._store.insert("canned", title=title, text="<p>Theirs</p>")

    def date_back(self, name: str, title: str, text: str) -> None:
        number = self._store.rows("SELECT canned_id FROM replies WHERE name = ?", (name,))[0]["canned_id"]
        self.edit(number, "title", title)
        self.edit(number, "text", text)
        self._store.row("UPDATE replies SET written = ? WHERE name = ?", digest_of(title, text), name)

    def clear(self) -> None:
        self._store.row("DELETE FROM canned")
        self._store.row("DELETE FROM replies")


class OsticketBook:
    """A real osTicket's table."""

    COLUMNS = {"title": "title", "text": "response", "department": "dept_id", "enabled": "isenabled"}  # noqa: RUF012

    def __init__(self, back: OsticketBackDoor) -> None:
        self._back = back

    def all(self) -> dict[str, Canned]:
        rows = self._back.sql(
            "SELECT canned_id, HEX(title), HEX(response), lang, dept_id, isenabled FROM %canned_response"
        )
        found = {}
        for line in rows.splitlines():
            number, title, text, language, department, enabled = line.split("\t")
            read = bytes.fromhex(title).decode(), bytes.fromhex(text).decode()
            found[read[0]] = Canned(int(number), *read, language[:2], int(department), enabled == "1")
        return found

    def edit(self, number: int, column: str, value: str | int) -> None:
        value = _quoted(value) if isinstance(value, str) else value
        self._back.sql(f"UPDATE %canned_response SET {self.COLUMNS[column]} = {value} WHERE canned_id = {number}")

    def delete(self, number: int) -> None:
        self._back.sql(f"DELETE FROM %canned_response WHERE canned_id = {number}")

    def add(self, title: str) -> None:
        self._back.sql(
            f"INSERT INTO %canned_response (title, response, created, updated) VALUES ({_quoted(title)}, '<p>Theirs</p>', NOW(), NOW())"
        )

    def date_back(self, name: str, title: str, text: str) -> None:
        what = f"LEFT(what, {len(name) + 7}) = 'reply:{name}:'"
        number = int(self._back.sql(f"SELECT object_id FROM %sla_bridge_made WHERE {what}"))
        self.edit(number, "title", title)
        self.edit(number, "text", text)
        written = hashlib.sha1(f"{title}\0{text}\0000\0001\0000".encode()).hexdigest()  # noqa: S324
        self._back.sql(f"UPDATE %sla_bridge_made SET what = 'reply:{name}:{written}' WHERE {what}")

    def clear(self) -> None:
        self._back.sql(
            """DELETE FROM %canned_response WHERE notes REGEXP 'sla-bridge:' OR response = '<p>Theirs</p>';
            DELETE FROM %sla_bridge_made WHERE LEFT(what, 6) = 'reply:'"""
        )


def _quoted(text: str) -> str:
    return f"CONVERT(x'{text.encode().hex()}' USING utf8)"
