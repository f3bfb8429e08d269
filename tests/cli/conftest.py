"""The command line as a person uses it: real arguments, real exit codes, against the embedded helpdesk."""

import io
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.cli.main import main
from bridge.connectors.sandbox import Sandbox
from tests import canary
from tests.faults import FaultySandbox

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


class CommandLine:
    """Runs `sla-bridge` in this process, with a configuration folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Result:
        self._monkeypatch.setattr(sys, "argv", ["sla-bridge", *arguments])
        self._monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin if isinstance(stdin, bytes) else stdin.encode()))
        )
        self._capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        captured = self._capsys.readouterr()
        return Result(code, captured.out, captured.err)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line over a copy of the shipped configuration; nothing answers at its helpdesk address."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config", folder)
    monkeypatch.setenv("SLA_BRIDGE_CONFIG", str(folder))
    monkeypatch.setenv("SLA_BRIDGE_KEY", canary.key("1"))
    monkeypatch.setenv("NO_COLOR", "1")
    line = CommandLine(folder, monkeypatch, capsys)
    line.edit("bridge.yaml", "/var/lib/sla-bridge/state.sqlite3", str(tmp_path / "state" / "state.sqlite3"))
    line.edit("bridge.yaml", "url: http://127.0.0.1", "url: http://127.0.0.1:9")
    return line


@pytest.fixture
def helpdesk() -> Iterator[Sandbox]:
    with FaultySandbox() as sandbox:
        yield sandbox


@pytest.fixture
def desk_cli(cli: CommandLine, helpdesk: Sandbox, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line over the embedded helpdesk, with a key that may do everything."""
    cli.edit("bridge.yaml", "http://127.0.0.1:9", helpdesk.url)
    monkeypatch.setenv("SLA_BRIDGE_KEY", helpdesk.keys.full)
    return cli
