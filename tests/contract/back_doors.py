"""What happens behind a helpdesk's back: the plugin switched off, rows changed by SQL, things renamed by an administrator."""

# ruff: noqa: S608 -- whoever runs the tests gives the command, and the tests the names.

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from bridge.connectors.sandbox.field_values import store_value
from bridge.connectors.sandbox.store import Store
from bridge.tickets import FieldValue
from tests.desk_people import DeskPeople

TABLES = {
    "status": ("ticket_status", "id", "name"), "department": ("department", "id", "name"),
    "topic": ("help_topic", "topic_id", "topic"), "priority": ("ticket_priority", "priority_id", "priority_desc"),
    "agent": ("staff", "staff_id", "firstname"), "team": ("team", "team_id", "name"),
}  # fmt: skip
"""kind: table, id, name"""


class BackDoor(Protocol):
    """What nobody may do through the front."""

    def plugin_off(self) -> AbstractContextManager[None]:
        """Switch the plugin off for a while; the API is not to be asked meanwhile."""

    def force(self, ticket: int, field: str, value: FieldValue) -> None:
        """Put a value into a field, past all guards and signals."""

    def rename(self, kind: str, number: int, name: str) -> None:
        """Rename a status, department, topic or priority."""

    def own_field(self, name: str) -> AbstractContextManager[int]:
        """Give the ticket form a text field of the desk's own for a while; its id is given."""

    def age_tombstones(self, days: int) -> None:
        """Let days go by since the tickets that are gone went."""


class EmbeddedBackDoor:
    """The embedded helpdesk's rows."""

    def __init__(self, store: Store, people: DeskPeople) -> None:
        self._store = store
        self._people = people

    def plugin_off(self) -> AbstractContextManager[None]:
        return self._people.without_plugin()

    def force(self, ticket: int, field: str, value: FieldValue) -> None:
        with self._store.transaction():
            store_value(self._store, ticket, field, value)
            self._store.restamp([ticket])

    def rename(self, kind: str, number: int, name: str) -> None:
        self._people.rename(kind, number, name)

    @contextmanager
    def own_field(self, name: str) -> Iterator[int]:
        self._people.add_field(name)
        yield self._store.rows("SELECT id FROM fields WHERE name = ?", (name,))[0]["id"]
        self._store.row("DELETE FROM answers WHERE name = ?", name)
        self._store.row("DELETE FROM fields WHERE name = ?", name)

    def age_tombstones(self, days: int) -> None:
        self._store.row("UPDATE gone SET at = at - ?", days * 86_400)


class OsticketBackDoor:
    """A real osTicket's tables, reached by a command that takes SQL on its standard input."""

    def __init__(self, command: str, prefix: str = "ost_") -> None:
        self._command = [*shlex.split(command), "--batch", "--skip-column-names", "--default-character-set=utf8"]
        self._prefix = prefix

    def sql(self, text: str) -> str:
        """Run statements in which `%` before a name stands for the tables' prefix; return what they print."""
        done = subprocess.run(
            self._command, input=text.replace("%", self._prefix), capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    @contextmanager
    def plugin_off(self) -> Iterator[None]:
        change = "UPDATE %plugin SET isactive = {} WHERE install_path LIKE 'plugins/sla-bridge'"
        self.sql(change.format(0))
        try:
            yield
        finally:
            self.sql(change.format(1))

    def force(self, ticket: int, field: str, value: FieldValue) -> None:
        stored = {True: "1", False: "0"}.get(value, value) if isinstance(value, bool) else value
        if field == "sla_level" and isinstance(stored, str):
            stored = f'{{"{stored}": "{stored}"}}'
        self.sql(
            f"""INSERT INTO %form_entry_values (entry_id, field_id, value)
            SELECT e.id, f.id, {"NULL" if stored is None else repr(stored)} FROM %form_entry e
            JOIN %form_field f ON f.form_id = e.form_id AND f.name = {field!r}
            WHERE e.object_type = 'T' AND e.object_id = {ticket} ON DUPLICATE KEY UPDATE value = VALUES(value)"""
        )

    def rename(self, kind: str, number: int, name: str) -> None:
        table, key, column = TABLES[kind]
        self.sql(f"UPDATE %{table} SET {column} = {name!r} WHERE {key} = {number}")

    @contextmanager
    def own_field(self, name: str) -> Iterator[int]:
        self.sql(
            f"""INSERT INTO %form_field (form_id, flags, type, label, name, configuration, sort, created, updated)
            SELECT id, 0x3301, 'text', {name!r}, {name!r}, '{{"size":40,"length":0}}', 99, NOW(), NOW()
            FROM %form WHERE type = 'T' ORDER BY id LIMIT 1;
            ALTER TABLE %ticket__cdata ADD COLUMN {name} MEDIUMTEXT"""
        )
        number = int(self.sql(f"SELECT id FROM %form_field WHERE name = {name!r}"))
        try:
            yield number
        finally:
            self.sql(
                f"""DELETE FROM %form_entry_values WHERE field_id = {number}; DELETE FROM %form_field WHERE id = {number};
                ALTER TABLE %ticket__cdata DROP COLUMN {name}"""
            )

    def age_tombstones(self, days: int) -> None:
        self.sql(f"UPDATE %sla_bridge_gone SET at = at - {days * 86_400}")
