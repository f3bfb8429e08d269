"""The file that a collector of textfiles reads, such as node_exporter's: put in place whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

_AT_MOST = 1 << 20
_MODE = 0o644
"""Readable by all, since the collector is another user; it holds numbers, and names of calendars."""


def read_textfile(path: Path) -> str:
    """Return what stands in the file, nothing where it is not there or is not ours to read: counters then begin anew."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            return stream.read(_AT_MOST).decode("utf-8", "replace")
    except OSError:
        return ""


def write_textfile(path: Path, content: bytes) -> None:
    """Replace the file, one process at a time. Raises OSError, and what stood there stands."""
    # A collector reads what ends in .prom, so the draft must not. Always the same one: what a killed pass left of it goes.
    draft = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        draft.unlink()
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _MODE)
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(stream.fileno(), _MODE)
            stream.write(content)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
