"""One pass at a time on one host."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bridge.errors import Busy, StateUnusable
from bridge.sync.memory.state_file import open_private


def lock_of(state_path: Path) -> Path:
    """Return where the lock of a state's passes lies."""
    return state_path.with_name(state_path.name + ".lock")


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file at `path`; raise Busy when another process holds it.

    The kernel releases the lock when the process dies, however it dies, so the file is never deleted. Raises
    StateUnusable where the file cannot be opened or locked at all.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        handle = open_private(path, os.O_RDWR)
    except OSError as error:
        raise _unusable(path, error) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode(errors="replace").strip() or "unknown"
            raise Busy(
                f"another run holds {path} (process {holder})", hint="Nothing is wrong: the next run will catch up"
            ) from None
        except OSError as error:
            raise _unusable(path, error) from None
        with suppress(OSError):
            # Only for the message above; a full disk is no reason not to run.
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _unusable(path: Path, error: OSError) -> StateUnusable:
    return StateUnusable(
        f"the lock file {path} cannot be used: {'it is a symbolic link' if path.is_symlink() else error.strerror}",
        hint="Set `state` in bridge.yaml to a path that this user may write",
    )
