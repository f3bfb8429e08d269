"""Reading a file that a configuration names: whatever the path leads to, it ends, and it fits into the memory."""

import os
import stat
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a pipe"),
    (stat.S_ISSOCK, "it is a socket"),
    (stat.S_ISCHR, "it is a device"),
    (stat.S_ISBLK, "it is a device"),
)

_PART = 1 << 24


class NotReadable(Exception):
    """A file cannot be read; the text says why, without anything that stands in it."""


def read_regular(path: Path, largest: int) -> tuple[bytes, int]:
    """Return a file's bytes and when it was written (POSIX seconds).

    Raises NotReadable for what is no regular file, such as a pipe, which would be waited for without end, and for more
    than `largest` bytes.
    """
    try:
        # Without O_NONBLOCK opening a pipe waits until somebody writes into it.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _read(handle, largest)
        finally:
            os.close(handle)
    except OSError as error:
        raise NotReadable(error.strerror or str(error)) from None
    except ValueError:
        raise NotReadable("no file can have this name") from None


def _read(handle: int, largest: int) -> tuple[bytes, int]:
    facts = os.fstat(handle)
    for is_kind, what in _KINDS:
        if is_kind(facts.st_mode):
            raise NotReadable(what)
    content = bytearray()
    # What the system says of a size need not be so, as for the files of /proc.
    while len(content) <= largest and (part := os.read(handle, min(largest + 1 - len(content), _PART))):
        content += part
    if len(content) > largest:
        size = max(facts.st_size, len(content))
        raise NotReadable(f"it has {size:,} bytes; at most {largest:,} are read")
    return bytes(content), int(facts.st_mtime)
