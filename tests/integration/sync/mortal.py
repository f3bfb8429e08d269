"""A warmed process that forks one pass per order, so that passes can be killed by the hundred: JSON lines in and out."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from bridge.sync.plan import Change

ROOT = Path(__file__).parents[3]


class Mortals:
    """Runs passes that die where they are told to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.integration.sync.mortal import serve; serve()"],
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

    def run(
        self,
        url: str,
        key: str,
        path: Path,
        *,
        now: int,
        die_at: str = "never",
        undo: int = 0,
        mass_change: bool = False,
        rollout: int | None = None,
        hours: int = 8,
    ) -> dict[str, Any]:
        """Return `{"signal": 9}` of a pass that died, `{"written", "requests", "seconds"}` of one that did not.

        With `undo` a run is put back in the place of a pass; `hours` are those of the policy.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"url": url, "key": key, "path": str(path), "now": now}
        order |= {"die_at": die_at, "undo": undo, "mass_change": mass_change}
        order |= {"rollout": rollout, "hours": hours}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def serve() -> None:
    """Fork a pass for every line that comes in."""
    # Imported before the first fork, so that a pass starts at once.
    import tests.integration.sync.world  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _one_pass(**json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print(json.dumps({"signal": os.WTERMSIG(status)}), flush=True)
        elif os.WEXITSTATUS(status):
            print(json.dumps({"exit": os.WEXITSTATUS(status)}), flush=True)


def _one_pass(
    *,
    url: str,
    key: str,
    path: str,
    now: int,
    die_at: str,
    undo: int,
    mass_change: bool,
    rollout: int | None,
    hours: int,
) -> None:
    import time

    from pydantic import SecretStr

    from bridge.connectors.helpdesks.osticket import OsTicket
    from bridge.connectors.helpdesks.transport import Transport
    from bridge.protocols import Write, WriteOutcome
    from bridge.sync.engine import Engine, PassOptions
    from bridge.sync.journal import Journal, Retention, beside
    from bridge.sync.state import SqliteState
    from bridge.sync.undo import Undo
    from tests.integration.sync.world import Policy

    def point(name: str) -> None:
        if name == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

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

    started = time.monotonic()
    state = MortalState(Path(path))
    book = MortalJournal(beside(Path(path)), retention=Retention(), clock=lambda: float(now), undoes=undo or None)
    helpdesk = MortalHelpdesk(Transport(url, SecretStr(key)), route=state.fact("route"))
    if undo:
        journal = Journal(beside(Path(path)), retention=Retention(), clock=lambda: float(now))
        writable = frozenset(one.name for one in helpdesk.meta().fields if one.owner == "bridge")
        report = Undo(
            helpdesk=helpdesk, journal=journal, run=undo, writable=writable, now=now, state=state, book=book
        ).carry_out()
        print(json.dumps({"put_back": report.put_back, "left": len(report.left)}), flush=True)
        return
    engine = Engine(
        helpdesk,
        state,
        Policy(hours=hours).decide,
        basis=Policy(hours=hours).basis,
        local_clock=lambda: float(now),
        options=PassOptions(allow_mass_change=mass_change, rollout=rollout),
        journal=book,
    )
    survey = engine.survey(engine.begin())
    point("after survey")
    report = engine.apply(survey)
    seconds = time.monotonic() - started
    print(json.dumps({"written": report.written, "requests": helpdesk.requests_sent, "seconds": seconds}), flush=True)
