"""Files that are put in place whole by a draft: what a process that was killed has left of one goes with the next."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import IO


@contextmanager
def replaced(target: Path, *, mode: int) -> Iterator[IO[bytes]]:
    """Yield a stream whose bytes are on the disk and in the place of `target` at the end of the block; a new file has the `mode`.

    Raises OSError. Until the end, and for ever where the block fails, what stood there stands.
    """
    draft = draft_of(target)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            claim(stream.fileno())
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def draft_of(target: Path) -> Path:
    """Return where this process writes what is to become `target`, once drafts of the dead are gone: each process has a name
    of its own, so nothing else ever takes one away."""
    for path in target.parent.glob(f".{escape(target.name)}.*"):
        if path.suffix[1:].isdigit():
            with suppress(OSError):
                _drop(path)
    return target.with_name(f".{target.name}.{os.getpid()}")


def claim(handle: int) -> None:
    """Say for an open draft that its process lives: the system takes that back however it ends. Raises OSError where somebody has
    just taken the draft for one of the dead."""
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _drop(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    finally:
        os.close(handle)
