"""Two bridges with different policies at one helpdesk: one is stopped by SIGSTOP in the middle of its pass, the other leads meanwhile,
then the first one goes on.

What the helpdesk stored is told by a trigger of its database, not by anything that is under test: each policy writes its own number, and
no number may ever stand after a higher one.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Self

from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.errors import BridgeError
from bridge.protocols.leading import LeaseDeed, LeaseGrant, LeaseWish
from bridge.protocols.provisioning import SetupRequest
from bridge.protocols.writing import Write, WriteOutcome
from bridge.sync.engine import Engine
from bridge.sync.lease import POLICY_SEQ, Leader, led
from bridge.sync.memory.state import SqliteState
from tests.integration.sync.world import LEVELS, Policy

ROOT = Path(__file__).parents[3]
TTL, LONG_TTL = 0.3, 10.0
"""Of the one that is stopped: so long the other one waits. And of that other one, which gives its lease back in the end: on a machine
that has other work it must not lapse in the middle."""

TICKETS = 30
POINTS = ("before take", "after take", "before write 1", "before write 2", "in write 1", "in write 2", "after all")
"""Where one is stopped; in a write, its request is still under way while the other leads."""

_KEEPS = "ON answers WHEN NEW.name = 'sla_reason' BEGIN INSERT INTO written VALUES (NEW.value); END"
_TRIGGERS = (
    "CREATE TABLE written(number TEXT NOT NULL)",
    f"CREATE TRIGGER written_new AFTER INSERT {_KEEPS}",
    f"CREATE TRIGGER written_again AFTER UPDATE {_KEEPS}",
)


@dataclass
class Figures:
    """What the pauses came to: how the stopped passes ended by exit codes, how long the other one waited at most, and what was
    written that should not have been."""

    pauses: int = 0
    ended: Counter[int] = field(default_factory=Counter)
    stopped_at: Counter[str] = field(default_factory=Counter)
    failover_seconds: float = 0.0
    writes: int = 0
    stale: int = 0
    findings: list[str] = field(default_factory=list)


class _Desk(Sandbox):
    """A helpdesk at which one request of a stopped bridge is on its way for as long as that takes."""

    def __init__(self) -> None:
        super().__init__()
        self.hold_at, self.victim = 0, 0
        self.go_on = threading.Event()
        with self.store.transaction() as rows:
            for statement in _TRIGGERS:
                rows.execute(statement)

    def respond(self, request: ApiRequest) -> Response:
        if request.route == "writes" and self.hold_at:
            self.hold_at -= 1
            if not self.hold_at:
                os.kill(self.victim, signal.SIGSTOP)
                self.go_on.wait(30)
        return super().respond(request)


class StoppedLeaders:
    """Stops one bridge after the other; without `leased` they know of no lease."""

    def __init__(self, folder: Path, random: Random, *, leased: bool = True) -> None:
        self._random, self._leased = random, leased
        self.desk = _Desk().start()
        self._paths = {name: folder / f"{name}.sqlite3" for name in "ab"}
        self.figures = Figures()
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.integration.sync.stopped_leaders import serve; serve()"],
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
        self._process.wait(20)
        self._process.stdout.close()
        self.desk.close()

    def setup(self) -> None:
        helpdesk = OsTicket(Transport(self.desk.url, SecretStr(self.desk.keys.full)))
        helpdesk.setup(SetupRequest(action="apply", language="en", levels=LEVELS))
        helpdesk.close()
        for one in range(TICKETS):
            self.desk.people.create_ticket(f"question {one}", email=f"user{one}@kolos.example")

    def run(self, pauses: int) -> Figures:
        """Stop a leader so many times; return what came of it."""
        self.setup()
        for one in range(pauses):
            self._pause(2 * one + 1, self._random.choice(POINTS))
        numbers = [
            int(json.loads(row["number"])) for row in self.desk.store.rows("SELECT number FROM written ORDER BY rowid")
        ]
        self.figures.writes = len(numbers)
        highest = 0
        for number in numbers:
            self.figures.stale += number < highest
            highest = max(highest, number)
        return self.figures

    def _pause(self, number: int, point: str) -> None:
        """Let `a` lead by one policy and be stopped at `point`, `b` by the next one, and `a` go on."""
        figures, desk = self.figures, self.desk
        self._both_have_seen()
        desk.go_on.clear()
        desk.hold_at = int(point[-1]) if point.startswith("in write") else 0
        self._send(name="a", number=number, stop_at=point)
        desk.victim = int(self._told()["pid"])
        found = self._told()
        stopped = "stopped" in found
        began = time.monotonic()
        figures.pauses += stopped
        figures.stopped_at[point] += stopped
        code = 7
        while code == 7 and time.monotonic() - began < 30:
            self._send(name="b", number=number + 1, stop_at="never")
            self._told()
            code = int(self._told()["exit"])
        if code:
            figures.findings.append(f"{point}: the other bridge ended with {code}")
        figures.failover_seconds = max(figures.failover_seconds, time.monotonic() - began)
        desk.hold_at = 0
        desk.go_on.set()
        if stopped:
            self._send(go_on=True)
            found = self._told()
        figures.ended[int(found["exit"])] += 1

    def _both_have_seen(self) -> None:
        seq = self.desk.store.rows("SELECT seq FROM lease")[0]["seq"]
        for path in self._paths.values():
            state = SqliteState(path)
            state.commit(facts={POLICY_SEQ: str(seq)})
            state.close()

    def _send(self, **order: Any) -> None:
        assert self._process.stdin is not None
        if "name" in order:
            order |= {"path": str(self._paths[order["name"]]), "leased": self._leased}
            order |= {"url": self.desk.url, "key": self.desk.keys.full}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


def serve() -> None:
    """Fork a pass for every line that comes in, and tell when it was stopped or how it ended."""
    stopped = 0
    for line in sys.stdin:
        order = json.loads(line)
        if "go_on" in order:
            child = stopped
            os.kill(child, signal.SIGCONT)
        else:
            child = os.fork()
            if child == 0:
                os._exit(_one_pass(**order))
            print(json.dumps({"pid": child}), flush=True)
        _, status = os.waitpid(child, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            stopped = child
            print(json.dumps({"stopped": child}), flush=True)
        else:
            print(json.dumps({"exit": os.waitstatus_to_exitcode(status)}), flush=True)


def _one_pass(*, name: str, number: int, stop_at: str, path: str, leased: bool, url: str, key: str) -> int:
    """Return how a pass of the bridge `name` by the policy `number` ended, after it has stopped itself where it should."""

    def point(where: str) -> None:
        if where == stop_at:
            os.kill(os.getpid(), signal.SIGSTOP)

    class Stoppable(OsTicket):
        writes = 0

        def lease(self, wish: LeaseWish) -> LeaseGrant:
            if wish.do is not LeaseDeed.TAKE:
                return super().lease(wish)
            point("before take")
            granted = super().lease(wish)
            point("after take")
            return granted

        def write(self, writes: list[Write]) -> list[WriteOutcome]:
            self.writes += 1
            point(f"before write {self.writes}")
            return super().write(writes)

    policy = Policy(extra={"sla_reason": str(number)})
    state = SqliteState(Path(path))
    helpdesk = Stoppable(Transport(url, SecretStr(key)), route=state.fact("route"))
    digest = f"sha256:{number:064x}"
    leader = Leader(
        helpdesk, state, lambda: digest, holder=name, ttl=TTL if name == "a" else LONG_TTL, supersedes=name == "b"
    )
    target = led(helpdesk, leader) if leased else helpdesk
    try:
        Engine(target, state, policy.decide, basis=policy.basis, local_clock=time.time).sync()
        point("after all")
    except BridgeError as error:
        return error.exit_code
    finally:
        leader.release()
    return 0
