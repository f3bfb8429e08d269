"""The processes of an osTicket: which they are, how they are killed, and how they come back."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_START_SECONDS = 120
_GONE_SECONDS = 10


def children(process: int) -> tuple[int, ...]:
    """Return the ids of the processes that this one has started and that still run."""
    threads = Path(f"/proc/{process}/task")
    return tuple(int(one) for thread in threads.iterdir() for one in (thread / "children").read_text().split())


@dataclass(frozen=True, slots=True)
class Processes:
    """php-fpm and the database by the files that hold their ids; `start` is the command that starts what is down."""

    php: Path
    database: Path
    start: Sequence[str]

    @classmethod
    def named(cls, php: str, database: str, start: str) -> "Processes":
        """Return the processes by two paths and a command, as the environment names them."""
        return cls(Path(php), Path(database), shlex.split(start))

    def kill_workers(self) -> int:
        """Kill all workers of php-fpm at once; its master starts new ones. Return how many were killed."""
        workers = children(int(self.php.read_text()))
        for one in workers:
            os.kill(one, signal.SIGKILL)
        return len(workers)

    def kill_database(self) -> int:
        """Kill the database and wait until nothing is left of it; return 1."""
        number = int(self.database.read_text())
        os.kill(number, signal.SIGKILL)
        end = time.monotonic() + _GONE_SECONDS
        # A dead process keeps its name until its parent has asked for its end, and `start` may go by the name.
        while Path(f"/proc/{number}").exists() and time.monotonic() < end:
            time.sleep(0.02)
        return 1

    def bring_back(self) -> None:
        """Start what is down; return when all of it answers. Raises CalledProcessError when it does not."""
        subprocess.run(self.start, check=True, stdout=subprocess.DEVNULL, timeout=_START_SECONDS)
