"""The state as a file: who may read it, that it is the one that was opened, and that nobody but the bridge has changed it."""

import os
import stat
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import StateUnusable

_ALLOWED = 0o640
"""Owner and group at most: what is remembered tells who asks for what."""

_PART = 1 << 20


def open_private(path: Path, flags: int) -> int:
    """Return a handle of a file that only its owner and group may read, made where it is not there.

    Raises OSError, for a symbolic link too: somebody else would choose what is written over.
    """
    handle = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with suppress(OSError):
        mode = stat.S_IMODE(os.fstat(handle).st_mode)
        if mode & ~_ALLOWED:
            os.fchmod(handle, mode & _ALLOWED)
    return handle


def sync_folder(folder: Path) -> None:
    """Let a folder remember, whatever crashes, which names it holds. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Mark:
    """What lies beside the state: the token of its last commit, and the sum over the file once it had been closed."""

    token: str
    sum: str = ""

    @classmethod
    def read(cls, path: Path) -> "Mark | None":
        """Return the mark; None where there is none that can be read."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(handle, "rb") as stream, suppress(OSError):
            token, _, total = stream.read(200).decode("ascii", "replace").partition(" ")
            return cls(token, total)
        return None

    def write(self, path: Path) -> None:
        """Put the mark down; where that cannot be done, the next pass reads everything."""
        with suppress(OSError):
            handle = open_private(path, os.O_WRONLY | os.O_TRUNC)
            with os.fdopen(handle, "wb") as stream:
                stream.write(f"{self.token} {self.sum}".strip().encode("ascii", "replace"))


def sum_of(path: Path) -> str:
    """Return the sum over a file's bytes, empty where a log beside it holds more of it."""
    log = path.with_name(path.name + "-wal")
    try:
        if log.exists() and log.stat().st_size:
            return ""
        total = size = 0
        with path.open("rb") as stream:
            while part := stream.read(_PART):
                total, size = zlib.crc32(part, total), size + len(part)
    except OSError:
        return ""
    return f"{total:08x}-{size:x}"


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of its name; None where there is none."""
    try:
        facts = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def refuse_replaced(path: Path, opened: tuple[int, int] | None) -> None:
    """Raise StateUnusable where the path no longer leads to the file that was opened: what is written there is lost."""
    if opened != identity(path):
        raise StateUnusable(
            f"the state file {path} is no longer the one that was opened: it was moved, or the disk it lies on was unmounted",
            hint="See that the disk is mounted and run the command again",
        )
