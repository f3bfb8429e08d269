"""How long a really new process needs to its first request behind one that was killed."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from campaign.outcome import Outcome
from campaign.small_bridge import SmallBridge
from campaign.watched_desk import WatchedDesk

_TICKETS = 20
_TRIES = 2
_PATIENCE = 600
"""Seconds: a host that does other things is no finding."""


def play(folder: Path, random: Random) -> Outcome:
    """Kill `sla-bridge sync` in its pass and start it again, some times over; return the quickest."""
    outcome = Outcome()
    with WatchedDesk(time.time, folder / "letters") as desk:
        for number in range(_TICKETS):
            desk.people.create_ticket(f"question {number}", email=f"user{number}@kolos.example")
        bridge = SmallBridge(folder / "config", desk.url, desk.keys.full)
        outcome.reach(restart_seconds=min(_killed_and_started(bridge, desk, random) for _ in range(_TRIES)))
    outcome.count(kills=_TRIES, kills_process=_TRIES)
    return outcome


def _killed_and_started(bridge: SmallBridge, desk: WatchedDesk, random: Random) -> float:
    """Return the seconds from the start of the process to its first request."""
    for ticket in desk.store.rows("SELECT id FROM tickets"):
        desk.people.note(ticket["id"])
    asked = threading.Event()
    desk.when_asked = asked.set
    with _started(bridge) as process:
        if not asked.wait(_PATIENCE):
            raise RuntimeError("the pass that is to be killed asks nothing")
        time.sleep(random.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
    desk.settle()
    seconds: list[float] = []
    began = time.monotonic()
    with _started(bridge) as process:
        desk.when_asked = lambda: seconds.append(time.monotonic() - began - _waited(process.pid))
        code = process.wait(_PATIENCE)
    if code or not seconds:
        raise RuntimeError(f"the pass behind a killed one ended with {code}")
    return seconds[0]


def _waited(process: int) -> float:
    """Return how many seconds a process has waited for a processor that others had: a host that does nothing else has none."""
    _, waited, _ = Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()
    return int(waited) / 1e9


@contextmanager
def _started(bridge: SmallBridge) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a pass; it is over when the block is."""
    start = partial(subprocess.Popen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with start(bridge.command("sync"), env=bridge.environment, cwd=os.fspath(bridge.folder)) as process:
        yield process
