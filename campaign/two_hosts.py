"""Two real `sla-bridge run` beside one embedded helpdesk: the one that leads falls while its write is under way."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import Transport
from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from bridge.protocols.provisioning import SetupRequest

ROOT = Path(__file__).resolve().parents[1]
HOSTS = ("host-a", "host-b")
_STARTS_WITHIN = 120.0
_DONE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A request with writes: of which holder, by which status it was answered, and when (monotonic)."""

    holder: str
    status: int
    at: float


@dataclass(slots=True)
class _Trap:
    """Holds the next request with writes until somebody lets it go on; `of` tells whose it was."""

    armed: bool = False
    of: str = ""
    caught: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


class Desk(Sandbox):
    """A helpdesk that keeps book of writes, and at which one of them is on its way for as long as that takes."""

    def __init__(self) -> None:
        super().__init__()
        self.trap = _Trap()
        self.answered: list[Answered] = []

    def respond(self, request: ApiRequest) -> Response:
        """Answer; a request with writes goes through the trap before anything is done."""
        if request.route != "writes":
            return super().respond(request)
        lease = json.loads(request.body or b"{}").get("lease") or {}
        holder, trap = str(lease.get("holder")), self.trap
        if trap.armed:
            trap.armed, trap.of = False, holder
            trap.caught.set()
            trap.go_on.wait()
        response = super().respond(request)
        self.answered.append(Answered(holder=holder, status=response.status, at=time.monotonic()))
        return response


class TwoHosts:
    """Both hosts with a configuration and a state of their own, in one folder; a lease lasts `ttl` seconds."""

    def __init__(self, folder: Path, *, ttl: int) -> None:
        self._folder, self._ttl = folder, ttl
        self.desk = Desk()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self.desk.start()
        helpdesk = OsTicket(Transport(self.desk.url, SecretStr(self.desk.keys.full)))
        helpdesk.setup(SetupRequest(action="apply", language="ru"))
        helpdesk.close()
        for host in HOSTS:
            self._configure(host)
            self.start(host)
        self._until(lambda: all(self._cycles(one) for one in HOSTS), "both hosts have made a pass")
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.trap.go_on.set()
        for process in self._running.values():
            process.kill()
            process.wait()
        self.desk.close()

    def _configure(self, host: str) -> None:
        folder = self._folder / host
        shutil.copytree(ROOT / "config", folder)
        file = folder / "bridge.yaml"
        text = file.read_text(encoding="utf-8")
        text = text.replace("url: http://127.0.0.1\n", f"url: {self.desk.url}\n")
        text = text.replace("/var/lib/sla-bridge/state.sqlite3", str(self._folder / f"{host}-state" / "state.sqlite3"))
        file.write_text(f"{text}\nlease: {{holder: {host}, ttl: {self._ttl}s}}\n", encoding="utf-8")

    def start(self, host: str) -> None:
        """Start the host's service, as its service manager does after a death."""
        environment = {
            **os.environ,
            "SLA_BRIDGE_CONFIG": str(self._folder / host),
            "SLA_BRIDGE_KEY": self.desk.keys.full,
        }
        with (self._folder / f"{host}.out").open("ab") as out, (self._folder / f"{host}.err").open("ab") as err:
            self._running[host] = subprocess.Popen(
                [sys.executable, "-m", "bridge", "run"], env=environment, stdout=out, stderr=err, cwd=ROOT
            )

    def signal(self, host: str, number: int) -> None:
        """Send a signal to a host's service; one that it dies of is waited for."""
        self._running[host].send_signal(number)
        if number == signal.SIGKILL:
            self._running[host].wait()

    def _cycles(self, host: str) -> int:
        lines = (self._folder / f"{host}.out").read_text(encoding="utf-8").splitlines()
        return sum(one.startswith(("examined", "no pass")) for one in lines)

    def errors(self, host: str) -> str:
        """Return what the host's service told on stderr."""
        return (self._folder / f"{host}.err").read_text(encoding="utf-8")

    def catch_a_leader(self, wanted: str) -> str:
        """Give both something to write, and return who is caught with his write under way; `wanted` goes first."""
        trap = self.desk.trap
        trap.caught.clear()
        trap.go_on.clear()
        trap.armed = True
        self.desk.people.create_ticket("a question", email="user@kolos.example")
        # It makes a pass at once when its configuration has been looked at.
        self.signal(wanted, signal.SIGHUP)
        if not trap.caught.wait(_STARTS_WITHIN):
            raise TimeoutError("nobody wrote the new ticket")
        return trap.of

    def led(self, host: str, *, since: float, within: float) -> float | None:
        """Return after how many seconds the host has written, None where it did not in time."""
        end = since + within
        while time.monotonic() < end:
            found = [one.at for one in list(self.desk.answered) if (one.holder, one.status) == (host, _DONE)]
            if found and found[-1] > since:
                return found[-1] - since
            time.sleep(0.02)
        return None

    def answers_to(self, host: str, *, since: float, count: int) -> list[int]:
        """Return by which statuses the host's requests with writes were answered since then, at least so many."""

        def found() -> list[int]:
            return [one.status for one in list(self.desk.answered) if one.holder == host and one.at > since]

        self._until(lambda: len(found()) >= count, f"{host} is answered")
        return found()

    def another_pass(self, host: str) -> None:
        """Wait until the host has made one more pass."""
        before = self._cycles(host)
        self._until(lambda: self._cycles(host) > before, f"{host} makes a pass")

    def _until(self, said: Callable[[], object], what: str) -> None:
        end = time.monotonic() + _STARTS_WITHIN
        while not said():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain until {what}")
            for host, process in self._running.items():
                if process.poll() is not None:
                    raise ChildProcessError(f"{host} ended with {process.returncode}: {self.errors(host)[-400:]}")
            time.sleep(0.02)
