"""A warmed process that forks one pass per order, so that passes can be killed by the thousand: JSON lines in and out.

A pass dies where it is told to, or after so many seconds, wherever that finds it.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from bridge.sync.planned.plan import Change

ROOT = Path(__file__).parents[3]


class Mortals:
    """Runs passes that die; an order that was sent has to be waited for before the next one. `target` is the function that makes
    one, as `module:name`: it takes an order's members and returns figures."""

    def __init__(self, target: str = "tests.integration.sync.mortal:one_pass") -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from tests.integration.sync.mortal import serve; serve({target!r})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def send(self, **order: Any) -> None:
        """Let a pass begin; `order` are options of the function, and `kill_after` so many seconds."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def told(self) -> dict[str, Any]:
        """Wait for the pass; return what `run` does."""
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def run(self, url: str, key: str, path: Path, *, now: int, **order: Any) -> dict[str, Any]:
        """Return `{"signal": 9}` of a pass that died, `{"exit": …}` of one that failed, and of any other its figures: `written`,
        `requests`, `seconds`, and `first_request`, the seconds until it asked the helpdesk something.

        With `undo` a run is put back in the place of a pass; `hours` are those of the policy.
        """
        self.send(url=url, key=key, path=str(path), now=now, **order)
        return self.told()


def serve(target: str) -> None:
    """Fork a pass for every line that comes in."""
    # Imported before the first fork, so that a pass starts at once.
    import tests.integration.sync.desk_policy
    import tests.integration.sync.world  # noqa: F401

    place, _, name = target.partition(":")
    module = importlib.import_module(place)
    one = getattr(module, name)
    getattr(module, "warm", int)()
    # A collection would copy every page that the forked ones share.
    gc.freeze()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin:
        order = json.loads(line)
        seconds = order.pop("kill_after", None)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            figures = one(**order)
            os.write(writing, json.dumps(figures).encode())
            os._exit(0)
        os.close(writing)
        if seconds is not None and signal.sigtimedwait({signal.SIGCHLD}, seconds) is None:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        # What has been waited for otherwise must not cut the next wait short.
        signal.sigtimedwait({signal.SIGCHLD}, 0)
        with os.fdopen(reading) as told:
            figures = told.read()
        if os.WIFSIGNALED(status):
            figures = json.dumps({"signal": os.WTERMSIG(status)})
        elif os.WEXITSTATUS(status):
            figures = json.dumps({"exit": os.WEXITSTATUS(status)})
        print(figures, flush=True)


def one_pass(
    *,
    url: str,
    key: str,
    path: str,
    now: int,
    die_at: str = "never",
    undo: int = 0,
    mass_change: bool = False,
    rollout: int | None = None,
    hours: int = 8,
    deeds: dict[str, Any] | None = None,
    yielded: Iterable[str] = (),
    holder: str | None = None,
    page: int | None = None,
    mutant: str = "",
) -> dict[str, Any]:
    """Make a pass by the small policy of so many `hours`, or with `deeds` by one that acts (DeskPolicy by these options); `holder`
    writes under the lease, `page` tickets are asked for at once, `mutant` breaks the code in a known way. Return its
    figures."""
    started = time.monotonic()
    from pydantic import SecretStr

    from bridge.connectors.helpdesks import osticket
    from bridge.connectors.helpdesks.osticket import OsTicket
    from bridge.connectors.helpdesks.transport import Transport
    from bridge.protocols.writing import Ownership, Write, WriteOutcome
    from bridge.sync.engine import Engine, PassOptions
    from bridge.sync.lease import Leader, led
    from bridge.sync.memory.journal import Journal, Retention, beside
    from bridge.sync.memory.state import SqliteState
    from bridge.sync.undo import Undo
    from tests.integration.sync.desk_policy import KINDS, LIMITS, MUTANTS, DeskPolicy
    from tests.integration.sync.world import Policy

    def point(name: str) -> None:
        if name == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    first_request: list[float] = []

    class MortalTransport(Transport):
        def request(self, *arguments: Any, **options: Any) -> Any:
            first_request.append(time.monotonic() - started)
            return super().request(*arguments, **options)

    class MortalHelpdesk(OsTicket):
        writes = 0

        def write(self, writes: list[Write]) -> list[WriteOutcome]:
            self.writes += 1
            point(f"before write {self.writes}")
            outcomes = super().write(writes)
            point(f"after write {self.writes}")
            return outcomes

    class MortalState(SqliteState):
        commits = 0

        def commit(self, **what: Any) -> None:
            self.commits += 1
            point(f"before commit {self.commits}")
            super().commit(**what)
            point(f"after commit {self.commits}")

    class MortalJournal(Journal):
        notes = 0

        def note(self, changes: Iterable[Change]) -> None:
            self.notes += 1
            point(f"before note {self.notes}")
            super().note(changes)
            point(f"after note {self.notes}")

        def end(self) -> None:
            point("before end")
            super().end()
            point("after end")

    if page is not None:
        osticket.PAGE = page
    if mutant:
        MUTANTS[mutant]()
    policy = Policy(hours=hours) if deeds is None else DeskPolicy(**deeds)
    state = MortalState(Path(path))
    book = MortalJournal(beside(Path(path)), retention=Retention(), clock=lambda: float(now), undoes=undo or None)
    helpdesk = MortalHelpdesk(MortalTransport(url, SecretStr(key)), route=state.fact("route"))
    if undo:
        journal = Journal(beside(Path(path)), retention=Retention(), clock=lambda: float(now))
        writable = frozenset(one.name for one in helpdesk.meta().fields if one.owner == "bridge")
        report = Undo(
            helpdesk=helpdesk, journal=journal, run=undo, writable=writable, now=now, state=state, book=book
        ).carry_out()
        return {"put_back": report.put_back, "left": len(report.left)}
    leader = None if holder is None else Leader(helpdesk, state, lambda: policy.digest, holder=holder, ttl=30)
    engine = Engine(
        helpdesk if leader is None else led(helpdesk, leader),
        state,
        policy.decide,
        basis=policy.basis,
        local_clock=lambda: float(now),
        options=PassOptions(
            allow_mass_change=mass_change,
            ownership=dict.fromkeys(yielded, Ownership.YIELD),
            actions=None if deeds is None else LIMITS,
            rollout=rollout,
        ),
        kinds=None if deeds is None else lambda: KINDS,
        journal=book,
    )
    survey = engine.survey(engine.begin())
    point("after survey")
    report = engine.apply(survey)
    if leader is not None:
        leader.release()
    state.close()
    figures = {"written": report.written, "requests": helpdesk.requests_sent, "conflicts": report.conflicts}
    return figures | {"first_request": first_request[0], "seconds": time.monotonic() - started}
