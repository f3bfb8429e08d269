"""A kind of helpdesk added at run time: one class, one line in the table, and no other file knows of it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bridge.cli.main import app
from bridge.connectors.helpdesks import KINDS
from bridge.connectors.shipped import shipped
from bridge.protocols.helpdesk import Connection
from tests.contract.helpdesk_tests import HelpdeskTests
from tests.contract.memory_helpdesk import MemoryDesk, MemoryHelpdesk

URL = "http://desk.example"


@pytest.fixture
def memory_desk(monkeypatch: pytest.MonkeyPatch) -> MemoryDesk:
    desk = MemoryDesk()
    monkeypatch.setitem(KINDS, "memory", "tests.contract.memory_helpdesk:MemoryHelpdesk")
    monkeypatch.setitem(MemoryHelpdesk.desks, URL, desk)
    return desk


class TestMemoryHelpdesk(HelpdeskTests):
    kind = "memory"
    over_network = False

    @pytest.fixture
    def connection(self, memory_desk: MemoryDesk) -> Connection:
        return Connection(url=URL, key=SecretStr(memory_desk.key))

    @pytest.fixture
    def people(self, memory_desk: MemoryDesk) -> MemoryDesk:
        return memory_desk


@pytest.fixture
def command(memory_desk: MemoryDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`sla-bridge` with the shipped configuration, pointed at the helpdesk in memory."""
    folder = tmp_path / "config"
    shutil.copytree(shipped("config"), folder)
    main = folder / "bridge.yaml"
    text = main.read_text(encoding="utf-8").replace("  url: http://127.0.0.1", f"  kind: memory\n  url: {URL}")
    main.write_text(text.replace("/var/lib/sla-bridge", str(tmp_path / "state")), encoding="utf-8")
    monkeypatch.setenv("SLA_BRIDGE_CONFIG", str(folder))
    monkeypatch.setenv("SLA_BRIDGE_KEY", memory_desk.key)

    def run(*arguments: str) -> Any:
        done = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


def test_a_pass_runs_with_it_and_an_idle_one_is_one_request(
    memory_desk: MemoryDesk, command: Callable[..., Any]
) -> None:
    ticket, other = memory_desk.open("Не печатается накладная", ""), memory_desk.open("Вопрос", "")
    assert command("sync")["written"] == 2
    fields = memory_desk.snapshots[ticket]["bridge"]["fields"]
    assert fields["sla_state"] == "running"
    assert fields["sla_level"] in {"general", "standard"}
    idle = command("sync")
    assert (idle["requests"], idle["written"], idle["examined"]) == (1, 0, 0)
    memory_desk.reply(ticket, "Обновите, пожалуйста, программу.")
    assert command("sync")["written"] == 1
    assert memory_desk.snapshots[ticket]["bridge"]["fields"]["sla_state"] == "met"
    assert memory_desk.snapshots[other]["bridge"]["fields"]["sla_state"] == "running"


def test_doctor_names_its_kind_and_its_programs(command: Callable[..., Any]) -> None:
    (found,) = [one["found"] for one in command("doctor") if one["what"] == "helpdesk"]
    assert found == f"memory at {URL}: memory 1; it sees this host as here"


def test_doctor_warns_of_a_program_that_is_too_old(
    command: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    current = MemoryHelpdesk.ping
    old = {"versions": {"memory": "0.9", "PHP": "8.1.2"}, "outdated": {"PHP": "8.2"}}
    monkeypatch.setattr(MemoryHelpdesk, "ping", lambda helpdesk: replace(current(helpdesk), **old))
    warnings = [(one["found"], one["next"]) for one in command("doctor") if "older" in one["found"]]
    found = "PHP 8.1.2 is older than 8.2, the oldest that the bridge is tested with"
    assert warnings == [(found, "Update PHP; until then nothing is promised")]


def test_a_ticket_of_it_is_explained_by_its_number(memory_desk: MemoryDesk, command: Callable[..., Any]) -> None:
    memory_desk.open("Не печатается накладная", "")
    assert command("explain", "M-1")["number"] == "M-1"
    assert command("explain", "#M-1")["number"] == "M-1"


def test_its_tickets_are_simulated_and_lead_to_no_page_where_it_has_none(
    memory_desk: MemoryDesk, command: Callable[..., Any], tmp_path: Path
) -> None:
    memory_desk.open("Не печатается накладная", "")
    draft = tmp_path / "draft"
    shutil.copytree(tmp_path / "config", draft)
    policy = draft / "policies" / "agrosoft.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("first_response: ", "first_response: 1"), "utf-8")
    simulated = command("policy", "simulate", str(draft), "--html", str(tmp_path / "page.html"))
    assert (simulated["tickets"], simulated["changed"]) == (1, 1)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "M-1" in page
    assert "<a " not in page
