"""What is damage in a database of the bridge's own, and what is only trouble: a lock, a full disk, a missing permission."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

_UNREADABLE = ("Could not decode", "no such table", "no such column", "malformed", "integer overflow")
"""How errors begin that bear no code of damage, and have no other cause in a file that only the bridge writes."""

_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

TROUBLES = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What SQLite raises; the second comes in place of its own error where that would quote a damaged text."""


class Damaged(sqlite3.DatabaseError):
    """What SQLite reads without complaint, and what no bridge has written."""


def is_damage(error: Exception) -> bool:
    """Return whether the file is damaged; no lock, full disk or missing permission is."""
    if isinstance(error, Damaged | UnicodeDecodeError) or str(error).startswith(_UNREADABLE):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    # An extended code keeps the kind in its lowest byte.
    return code is not None and code & 0xFF in _DAMAGE


def moved_aside(path: Path, *companions: str) -> Path:
    """Move a damaged file out of the way, and throw away what belongs to it alone, by the ends of its name; return where the file
    is now. Raises OSError."""
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    path.rename(aside)
    for suffix in companions:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
