"""`sla-bridge run` in a process of its own, as tests look at it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 60
FAST = "\nrun: {every_seconds: 1, jitter_seconds: 0}\n"


def until(said: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until it is so."""
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, f"{what}: waited for in vain"
        time.sleep(0.02)


class Service:
    """The running process; `out` and `err` grow as it speaks."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._files = folder / "out", folder / "err"
        with self._files[0].open("w") as out, self._files[1].open("w") as err:
            command = [sys.executable, "-m", "bridge", "run"]
            self.process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=out, stderr=err)

    @property
    def out(self) -> str:
        return self._files[0].read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._files[1].read_text(encoding="utf-8")

    @property
    def cycles(self) -> int:
        return len(re.findall("^(examined|no pass)", self.out, re.MULTILINE))

    def another_cycle(self, count: int = 1) -> None:
        wanted = self.cycles + count
        until(lambda: self.cycles >= wanted or self.process.poll() is not None, f"cycle {wanted}")
        assert self.process.poll() is None, self.err

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, within: float = PATIENCE) -> int:
        self.signal(signal.SIGTERM)
        return self.process.wait(within)
