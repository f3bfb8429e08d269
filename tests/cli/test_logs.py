"""`logs: json` makes each line on stderr one of JSON, `logs: journal` an entry with fields; neither can be forged."""

import json
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bridge.cli.passes import journal
from bridge.connectors.sandbox import Sandbox


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox):
    helpdesk.people.create_ticket("Вопрос", "Не открывается отчёт", email="user@unknown.example")
    assert desk_cli("setup").code == 0
    return desk_cli


def style(cli, name: str) -> None:
    cli.edit("bridge.yaml", "version: 1", f"version: 1\nlogs: {name}")


def test_each_line_on_stderr_is_json_with_time_level_and_figures(ready, helpdesk: Sandbox) -> None:
    style(ready, "json")
    helpdesk.faults.distort(1, status=None)
    result = ready("sync")
    assert (result.code, result.out) == (4, "")
    lines = [json.loads(line) for line in result.err.splitlines()]
    assert all(one["time"].endswith("Z") and one["level"] in {"info", "warning", "error"} for one in lines)
    assert any(one["level"] == "warning" and one["message"].startswith("ticket id 1: ") for one in lines)


def test_a_pass_is_one_event_with_numbers(ready) -> None:
    style(ready, "json")
    (line,) = [json.loads(one) for one in ready("sync").err.splitlines() if '"pass"' in one]
    assert (line["message"], line["level"]) == ("pass", "info")
    assert (line["written"], line["examined"], line["skipped"]) == (1, 1, 0)
    assert isinstance(line["seconds"], float)


def test_an_error_is_a_line_as_well_and_the_code_stays(ready, helpdesk: Sandbox) -> None:
    style(ready, "json")
    helpdesk.close()
    ready.edit("bridge.yaml", "  key:", "  total_seconds: 1\n  key:")
    result = ready("sync")
    assert result.code == 5
    lines = [json.loads(one) for one in result.err.splitlines()]
    assert lines[-1]["level"] == "error"


def test_with_json_on_the_command_line_the_error_stays_as_documented(ready, helpdesk: Sandbox) -> None:
    style(ready, "json")
    helpdesk.close()
    ready.edit("bridge.yaml", "  key:", "  total_seconds: 1\n  key:")
    assert json.loads(ready("sync", "--json").err.splitlines()[-1])["exit_code"] == 5


def test_an_idle_pass_is_silent_where_nobody_watches(ready) -> None:
    style(ready, "json")
    ready("sync", "--quiet")
    result = ready("sync")
    assert result.out == result.err == ""


def test_the_next_command_talks_as_it_always_did(ready) -> None:
    style(ready, "json")
    ready("sync")
    assert ready("explain", "4711000").err.startswith("error: ")


def test_an_unknown_style_is_refused_with_what_is_allowed(ready) -> None:
    style(ready, "xml")
    result = ready("sync")
    assert result.code == 3
    assert "journal" in result.err


@pytest.fixture
def journald(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket in the place of the journal's."""
    path = str(tmp_path / "journal")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(path)
        receiver.settimeout(5)
        monkeypatch.setattr(journal, "SOCKET", path)
        yield receiver


def waiting(journald: socket.socket) -> Iterator[bytes]:
    journald.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            yield journald.recv(1 << 18)


def fields(datagram: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    while datagram:
        head, _, datagram = datagram.partition(b"\n")
        name, equals, value = head.partition(b"=")
        if not equals:
            (length,) = struct.unpack("<Q", datagram[:8])
            value, datagram = datagram[8 : 8 + length], datagram[9 + length :]
        found[name.decode()] = value.decode()
    return found


def test_the_journal_gets_a_pass_with_fields_and_stderr_nothing(ready, journald: socket.socket) -> None:
    style(ready, "journal")
    result = ready("sync")
    assert (result.code, result.err) == (0, "")
    entries = [fields(one) for one in waiting(journald)]
    (told,) = [one for one in entries if one.get("SLA_BRIDGE_WRITTEN")]
    assert told["SLA_BRIDGE_WRITTEN"] == "1"
    assert (told["PRIORITY"], told["SYSLOG_IDENTIFIER"]) == ("6", "sla-bridge")
    assert told["MESSAGE"].startswith("pass ")


def test_without_a_journal_stderr_gets_the_lines(ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "SOCKET", str(tmp_path / "nobody"))
    style(ready, "journal")
    assert "written=1" in ready("sync").err


def test_a_value_with_line_breaks_forges_no_field_and_a_name_no_other() -> None:
    content = journal.entry("one\nPRIORITY=0", 4, {"ticket\nMESSAGE=x": "2\n3", "long": "x" * 100_000})
    found = fields(content)
    assert found["MESSAGE"] == "one\nPRIORITY=0"
    assert found["PRIORITY"] == "4"
    assert found["SLA_BRIDGE_TICKET_MESSAGE_X"] == "2\n3"
    assert len(found["SLA_BRIDGE_LONG"]) == 64 * 1024
