"""Damage to what the bridge remembers: whatever is done to the state, two passes later the fields are right again.

Each case runs a pass against the embedded helpdesk, damages the state, lets people go on working, and runs two more passes.
"""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from bridge.errors import StateUnusable
from campaign.mutations import damaged
from tests.integration.sync.world import HOUR, World

PASSES = 2
"""So many passes may it take."""

_TICKETS = 30
_LEFT = r"state\.sqlite3(\.undo)?(-wal|-shm|\.token|\.lock|\.damaged-[0-9TZ.]+)?"
_WORDS = ("soon", "", "-1", "99999999999999999999", "[]", "{}", "null", '[{"notice": 5}]', "\x00", "0", "4102444799")
_NUMBERS = (None, -1, 0, 2**62, 1)


def _bytes(path: Path, random: Random) -> None:
    path.write_bytes(damaged(path.read_bytes(), random))


def _some_bytes(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(random.randint(1, 8)):
        content[random.randrange(len(content))] = random.randrange(256)
    path.write_bytes(content)


def _log(path: Path, random: Random) -> None:
    """Leave a log beside the file as a killed pass does, and damage it."""
    log = path.with_name(path.name + "-wal")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        with connection:
            connection.execute("UPDATE fact SET value = value")
        content = log.read_bytes()
    log.write_bytes(damaged(content, random) if random.random() < 0.5 else random.randbytes(random.randint(1, 9000)))


def _token(path: Path, random: Random) -> None:
    token = path.with_name(path.name + ".token")
    token.write_bytes(damaged(token.read_bytes(), random))


def _fact(path: Path, random: Random) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        names = [name for (name,) in connection.execute("SELECT name FROM fact ORDER BY name")]
        connection.execute("UPDATE fact SET value = ? WHERE name = ?", (random.choice(_WORDS), random.choice(names)))


def _row(path: Path, random: Random) -> None:
    column = random.choice(("id", "next_change_at", "open", "trouble"))
    value: object = random.choice(_WORDS if column == "trouble" else _NUMBERS)
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.IntegrityError), connection:
        connection.execute(f"UPDATE ticket SET {column} = ? WHERE id % 3 = 0", (value,))  # noqa: S608 - ours
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM ticket WHERE id % 7 = ?", (random.randrange(7),))


def _schema(path: Path, random: Random) -> None:
    statement = random.choice(
        (
            "DROP TABLE fact",
            "DROP TABLE ticket",
            "DROP TABLE taking",
            "ALTER TABLE ticket RENAME COLUMN trouble TO truoble",
            "ALTER TABLE ticket ADD COLUMN more TEXT",
            "DROP INDEX ticket_due",
            "CREATE TRIGGER t AFTER INSERT ON ticket BEGIN DELETE FROM ticket; END",
            "PRAGMA application_id = 7",
            "PRAGMA user_version = 0",
        )
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


WAYS: Mapping[str, Callable[[Path, Random], None]] = {
    "the file, as other files are damaged": _bytes,
    "some bytes of the file": _some_bytes,
    "the log": _log,
    "the token": _token,
    "a fact": _fact,
    "rows": _row,
    "the schema": _schema,
}


class NotHealed(Exception):
    """Damage that two passes did not mend."""


def heal(seed: int, case: int) -> None:
    """Damage a state by the case and let the passes run. Raises NotHealed, or what came out of a pass."""
    random = Random(f"{seed}/{case}")
    way = list(WAYS)[case % len(WAYS)]
    with tempfile.TemporaryDirectory(prefix="campaign-state-") as folder:
        world = World(Path(folder))
        try:
            wrong = _healed(world, way, random)
        finally:
            world.close()
    if wrong:
        raise NotHealed(f"{way}: {wrong}")


def _healed(world: World, way: str, random: Random) -> str | None:
    """Return what is wrong after the passes; None where everything is right."""
    tickets = world.tickets(_TICKETS)
    world.run()
    WAYS[way](world.path, random)
    for one in random.sample(tickets, 5):
        world.people.edit_field(one, "sla_set_critical", True)
    world.people.close(tickets[0])
    world.time.now += 9 * HOUR
    for _ in range(PASSES):
        with suppress(StateUnusable):
            world.run()
    if wrong := [one for one in tickets if not world.is_right(one)]:
        return f"the fields of {len(wrong)} tickets are wrong"
    world.people.note(tickets[1])
    after = world.run()
    if after.full_scan or after.examined != 1:
        return "the third pass does not go on as usual"
    left = [one.name for one in world.path.parent.iterdir() if not re.fullmatch(_LEFT, one.name)]
    return f"it left {', '.join(left)}" if left else None
