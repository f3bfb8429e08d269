"""Commands with keys that must not be seen, before a helpdesk and a registry that show them back, fail and lie.

What a command prints, logs and dies with is looked at, and every file that it leaves. A key is known by its first half, so
that one which is cut or written in small letters is found as well.
"""

import base64
import io
import logging
import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from random import Random
from unittest.mock import patch

from bridge.cli import endings
from bridge.cli.main import app
from bridge.connectors.helpdesks import plugin_answers
from bridge.connectors.sandbox.responses import Response
from bridge.connectors.sandbox.routes import ApiRequest
from campaign.outcome import Outcome
from tests.faults import Fault, FaultySandbox
from tests.unit.connectors.servers import Heard, request_of, server

TITLE = "commands with a key, before helpdesks and registries that show it back, fail and lie"
PORTION = 150
_EPISODE = 15
_SHIPPED = Path(__file__).resolve().parents[2] / "config"
_OWN = frozenset({"key", "osticket-api-key"})
"""The files that hold the key by right: the operator's own."""

_COMMANDS = (
    "sync",
    "sync",
    "--verbose sync",
    "sync --json --audit 5",
    "sync --all --allow-mass-change",
    "plan --json",
    "doctor",
    "doctor --json",
    "explain id:1 --full",
    "explain id:1 --json",
    "export",
    "export -o {out}/export.jsonl",
    "report -o {out}/report.html",
    "report --format json",
    "setup",
    "setup --plan --json",
    "actions list",
    "actions drop id:1 nothing",
    "registry check",
    "registry lookup --email user1@kolos.example --json",
    "policy check",
    "state show",
    "state show --json",
    "state runs",
    "state undo 1",
    "sync --release",
    "sync --no-such-option {key}",
    "explain {key}",
)
_STATUSES = (200, 201, 302, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503)
_LATE = frozenset({Fault.DELAY, Fault.DRIP, Fault.LOST, Fault.HUGE, Fault.GZIP_BOMB, Fault.RACE})
_QUICK = [one for one in Fault if one not in _LATE]


class _Showing(FaultySandbox):
    """A helpdesk that shows some requests back, as an error page meant for programmers does."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.shows = 0

    def respond(self, request: ApiRequest) -> Response:
        if self.shows <= 0:
            return super().respond(request)
        self.shows -= 1
        shown = request.headers.get("x-api-key", "")
        whole = {"code": shown, "message": shown, "hint": shown}
        body = self.random.choice(
            [
                f'{{"error": {{"code": "x", "message": "{shown}", "hint": "{shown}"}}, "next": "{shown}"}}',
                f'{{"items": [], "next": "{shown}", "has_more": false, "server_time": "{shown}", "meta_rev": "{shown}"}}',
                f"<html><pre>X-Api-Key: {shown}</pre>{whole}</html>",
                f"Fatal error: Uncaught {shown}",
                f'{{"items": [{{"id": 1, "rev": "{shown}"',
            ]
        )
        headers = self._api.headers() | {"Location": f"http://127.0.0.2:9/?key={shown}", "Retry-After": shown}
        return Response(status=self.random.choice(_STATUSES), body=body.encode(), headers=headers)


def _registry(connection: object, heard: Heard, random: Random) -> None:
    """Answer the customers, or show the request."""
    head = request_of(connection, heard)  # type: ignore[arg-type]
    customers = b'[{"id": "K-1", "mail": "user1@kolos.example"}]'
    status, body = random.choice(
        [("200 OK", customers), ("200 OK", head), ("500 Oops", head), ("302 Found", head), ("401 Unauthorized", head)]
    )
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", "Location: http://127.0.0.2:9/"]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)  # type: ignore[attr-defined]


def _needles(key: str) -> tuple[bytes, ...]:
    half = key[:16]
    return half.encode(), half.lower().encode(), base64.b64encode(half.encode())[:20]


class _Episode:
    """A configuration, a helpdesk, a registry, and commands in turn."""

    def __init__(self, random: Random, folder: Path, outcome: Outcome, name: str) -> None:
        self.random, self.folder, self.outcome, self.name = random, folder, outcome, name
        self.token = f"{random.getrandbits(128):032X}"
        self.key = ""

    def play(self, commands: int) -> None:
        with ExitStack() as stack:
            desk = stack.enter_context(_Showing(self.random))
            crm = stack.enter_context(server(lambda wire, heard: _registry(wire, heard, self.random)))
            self.key = self.random.choice([desk.keys.full] * 4 + [desk.keys.readonly, desk.keys.noscope])
            stack.enter_context(patch.dict(os.environ, self._configured(desk.url, crm.url)))
            for one in range(3):
                desk.people.create_ticket(f"question {one}", body=self.key, email=f"user{one}@kolos.example")
            desk.people.create_ticket(self.key, email="user4@kolos.example")
            self._run(desk, "setup")
            for _ in range(commands):
                self._trouble(desk)
                self._run(desk, self.random.choice(_COMMANDS))
            self._look_into_files()

    def _configured(self, desk: str, crm: str) -> dict[str, str]:
        """Write the configuration; return the environment in which it holds."""
        config, random = self.folder / "config", self.random
        shutil.copytree(_SHIPPED, config)
        (self.folder / "out").mkdir()
        where = random.choice(["{env: SLA_BRIDGE_KEY}", "{file: key}", "{credential: osticket-api-key}"])
        for name in ("key", "osticket-api-key"):
            path = config / name
            path.touch(mode=0o600)
            path.write_text(self.key, encoding="ascii")
        settings = (config / "bridge.yaml").read_text("utf-8")
        for old, new in {
            "url: http://127.0.0.1": f"url: {desk}\n  total_seconds: 2\n  request_seconds: 2",
            "{env: SLA_BRIDGE_KEY}": where,
            "/var/lib/sla-bridge": str(self.folder / "state"),
            "version: 1\n": f"version: 1\nlogs: {random.choice(['text', 'json'])}\nmetrics: {{textfile: ../bridge.prom}}\n",
        }.items():
            settings = settings.replace(old, new, 1)
        if random.random() < 0.5:
            source = f"{{kind: http, url: '{crm}', secret: {{env: CRM_TOKEN}}, columns: {{customer: id, email: mail}}}}"
            (config / "registry/registry.yaml").write_text(f"sources:\n  crm: {source}\n", "utf-8")
        (config / "bridge.yaml").write_text(settings, "utf-8")
        return {
            "SLA_BRIDGE_KEY": self.key,
            "CRM_TOKEN": self.token,
            "CREDENTIALS_DIRECTORY": str(config),
            "SLA_BRIDGE_CONFIG": str(config),
            "NO_COLOR": "1",
        }

    def _trouble(self, desk: _Showing) -> None:
        desk.faults.clear()
        desk.shows = self.random.choice([0, 0, 1, 2, 30])
        if self.random.random() < 0.4:
            desk.faults.next("*", self.random.choice(_QUICK), times=self.random.choice([1, 3, 30]))
        if self.random.random() < 0.3:
            desk.people.agent_reply(self.random.randint(1, 4))

    def _run(self, desk: _Showing, command: str) -> None:
        # The command line itself shows a key that a person typed into it: that is another one.
        typed = command.format(out=self.folder / "out", key="0" * 32).split()
        with self._sometimes_a_bug(), _quiet_afterwards():
            told = _told_by(typed)
        self.outcome.count(commands=1, shown=int(desk.shows < 2))
        for what, text in told.items():
            self._look(f"{what} of `{command}`", text)

    @contextmanager
    def _sometimes_a_bug(self) -> Iterator[None]:
        """Let the bridge have a bug where answers are read, now and then: a traceback is what is told then."""
        if self.random.random() < 0.9:
            yield
            return

        def bug(*_: object, **__: object) -> None:
            raise RuntimeError("a bug")

        self.outcome.count(bugs=1)
        with patch.object(plugin_answers, "change_page", bug), patch.object(plugin_answers, "ping", bug):
            yield

    def _look_into_files(self) -> None:
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name not in _OWN:
                self._look(f"the file {path.relative_to(self.folder)}", path.read_bytes())

    def _look(self, what: str, told: bytes) -> None:
        self.outcome.count(outputs=1)
        for name, secret in (("the key", self.key), ("the registry's secret", self.token)):
            if any(one in told for one in _needles(secret)):
                self.outcome.count(hits=1)
                self.outcome.findings.append(f"{self.name}: {name} stands in {what}")


@contextmanager
def _quiet_afterwards() -> Iterator[None]:
    """Take back how a command configured the log of this process."""
    logger = logging.getLogger("sla_bridge")
    try:
        yield
    finally:
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)


def _told_by(arguments: list[str]) -> dict[str, bytes]:
    """Run a command in this process; return what it printed, and what a person sees where it dies of a bug."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    died = ""
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["sla-bridge", *arguments]):
        try:
            endings.run(partial(app, prog_name="sla-bridge", standalone_mode=False))
        except Exception as error:  # noqa: BLE001 - what a bug shows is what is looked at
            died = "".join(traceback.format_exception(error))
    printed = {"standard output": out, "standard error": err}
    return {name: one.buffer.getvalue() for name, one in printed.items()} | {"the traceback": died.encode()}  # type: ignore[attr-defined]


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Run so many commands; `outputs` counts what was looked at, `hits` where a key stood."""
    outcome, random = Outcome({"commands": 0, "outputs": 0, "hits": 0}), Random(seed)
    for number, first in enumerate(range(0, amount, _EPISODE)):
        name = f"seed {seed}, episode {number}"
        place = folder / str(number)
        place.mkdir()
        _Episode(random, place, outcome, name).play(min(_EPISODE, amount - first))
        shutil.rmtree(place)
    return outcome
