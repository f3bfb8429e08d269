"""A disk that takes no more: how a command ends then, and what it says."""

import errno
from pathlib import Path

from bridge.errors import StateUnusable

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk is full, the user's share of it is, or a file may not grow any more."""


class OutputUnwritable(StateUnusable):
    """Standard output, or a file that the bridge writes, takes nothing."""


def refuse_no_room(path: Path, error: OSError) -> None:
    """Raise OutputUnwritable where it was want of room that kept the file or folder from being written."""
    if error.errno in _NO_ROOM:
        raise OutputUnwritable(
            f"{path} cannot be written: {error.strerror}",
            hint="Nothing was changed there; make room on that disk, or name a place on another one",
        ) from None
