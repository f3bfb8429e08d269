"""What a pass has found, ticket by ticket: in memory while it is little, in a file without a name beyond.

A full scan of a million tickets has to be compared whole before its first write, and must not be held in memory for that.
"""

import pickle
import sqlite3
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from bridge.errors import StateUnusable

LOOSE = 1_000
"""So many values are held in memory; beyond, they go to the file together."""

_FORWARDS = "SELECT value FROM found ORDER BY id"
_BACKWARDS = f"{_FORWARDS} DESC"
_V = TypeVar("_V")


class Shelf(MutableMapping[int, _V]):
    """Values by ticket id; walked in the order of ids. The file goes away with the process, and no other can open it.

    Raises StateUnusable where the disk takes no more.
    """

    def __init__(self) -> None:
        self._loose: dict[int, _V] = {}
        self._file: sqlite3.Connection | None = None
        self._count: int | None = None
        self._highest = 0

    @property
    def spilled(self) -> bool:
        """Return whether values have gone to the file."""
        return self._file is not None

    def __getitem__(self, key: int) -> _V:
        if key in self._loose:
            return self._loose[key]
        row = self._row("SELECT value", key)
        if row is None:
            raise KeyError(key)
        return pickle.loads(row[0])  # type: ignore[no-any-return]  # noqa: S301 - our own, from a file without a name

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and (key in self._loose or self._row("SELECT 1", key) is not None)

    def __setitem__(self, key: int, value: _V) -> None:
        self._loose[key] = value
        self._highest = max(self._highest, key)
        self._count = None
        if len(self._loose) > LOOSE:
            self._flush()

    def __delitem__(self, key: int) -> None:
        if key not in self:
            raise KeyError(key)
        self._loose.pop(key, None)
        self._count = None
        if self._file is not None:
            self._file.execute("DELETE FROM found WHERE id = ?", (key,))

    def __len__(self) -> int:
        if self._file is None:
            return len(self._loose)
        if self._count is None:
            self._flush()
            self._count = int(self._file.execute("SELECT count(*) FROM found").fetchone()[0])
        return self._count

    def __iter__(self) -> Iterator[int]:
        if self._file is None:
            return iter(sorted(self._loose))
        self._flush()
        return (key for (key,) in self._file.execute("SELECT id FROM found ORDER BY id"))

    def in_order(self) -> "InOrder[_V]":
        """Return the values in the order of ids, read as they are asked for."""
        return InOrder(self)

    def walk(self, *, backwards: bool = False) -> Iterator[_V]:
        """Yield the values in the order of ids, or the other way round; nothing may be put on the shelf meanwhile."""
        if self._file is None:
            for key in sorted(self._loose, reverse=backwards):
                yield self._loose[key]
            return
        self._flush()
        for (value,) in self._file.execute(_BACKWARDS if backwards else _FORWARDS):
            yield pickle.loads(value)  # noqa: S301 - our own, from a file without a name

    def _row(self, what: str, key: int) -> Any:
        # A scan meets ids beyond all that are on the shelf, and would ask the file for each of them several times.
        if self._file is None or key > self._highest:
            return None
        return self._file.execute(f"{what} FROM found WHERE id = ?", (key,)).fetchone()

    def _flush(self) -> None:
        try:
            if self._file is None:
                self._file = _new_file()
            self._file.executemany(
                "INSERT OR REPLACE INTO found VALUES (?, ?)",
                ((key, pickle.dumps(self._loose[key], pickle.HIGHEST_PROTOCOL)) for key in sorted(self._loose)),
            )
        except sqlite3.OperationalError as error:
            raise StateUnusable(
                f"a pass cannot put aside what it has found: {error}",
                hint="Make room in the folder for temporary files (/var/tmp, or the one that TMPDIR names)",
            ) from None
        self._loose.clear()

    def __del__(self) -> None:
        with suppress(AttributeError, sqlite3.Error):
            if self._file is not None:
                self._file.close()


def _new_file() -> sqlite3.Connection:
    # Without a name SQLite makes a file of its own once its cache is full, and unlinks it at once.
    file = sqlite3.connect("", isolation_level=None)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2048"):
        file.execute(f"PRAGMA {setting}")
    file.execute("CREATE TABLE found (id INTEGER PRIMARY KEY, value BLOB NOT NULL)")
    file.execute("BEGIN")
    return file


class InOrder(Sequence[_V], Generic[_V]):
    """The values of a shelf as a sequence that is never held whole."""

    def __init__(self, shelf: Shelf[_V]) -> None:
        self._shelf = shelf

    def __len__(self) -> int:
        return len(self._shelf)

    def __iter__(self) -> Iterator[_V]:
        return self._shelf.walk()

    def __reversed__(self) -> Iterator[_V]:
        return self._shelf.walk(backwards=True)

    @overload
    def __getitem__(self, place: int) -> _V: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[_V]: ...

    def __getitem__(self, place: int | slice) -> _V | Sequence[_V]:
        if isinstance(place, slice):
            start, stop, step = place.indices(len(self))
            return tuple(self)[place] if step < 1 else tuple(islice(self, start, stop, step))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        flow, nth = (iter(self), place) if place >= 0 else (reversed(self), -place - 1)
        return next(islice(flow, nth, None))
