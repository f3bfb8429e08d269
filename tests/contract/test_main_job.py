"""The main job at both helpdesks: what people do reaches the fields at the next pass, and an idle pass is one request."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.conftest import outcome
from tests.contract.desk import API, Desk

ROOT = Path(__file__).resolve().parents[2]


class Bridge:
    """`sla-bridge` with the shipped configuration, pointed at a desk; `config` is the folder of its copy."""

    def __init__(self, desk: Desk, scratch: Path) -> None:
        self.config = folder = scratch / "config"
        shutil.copytree(ROOT / "config", folder)
        main = folder / "bridge.yaml"
        text = main.read_text(encoding="utf-8").replace("url: http://127.0.0.1", f"url: {desk.base.removesuffix(API)}")
        main.write_text(text.replace("/var/lib/sla-bridge", str(scratch / "state")), encoding="utf-8")
        self._environment = {"SLA_BRIDGE_CONFIG": str(folder), "SLA_BRIDGE_KEY": desk.key, "PATH": "/usr/bin:/bin"}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, however that is."""
        return subprocess.run(
            [sys.executable, "-m", "bridge", *arguments],
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    def __call__(self, *arguments: str, code: int = 0) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    def sync(self) -> Any:
        # A suite's tickets come and go: an unusual share of changes is what it is made of.
        return self("sync", "--allow-mass-change", "--allow-shrink")


@pytest.fixture(scope="module")
def bridge(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Bridge:
    """A bridge that has provisioned the desk and made its first pass."""
    made = Bridge(desk, tmp_path_factory.mktemp("bridge"))
    made("setup")
    made.sync()
    return made


@pytest.fixture
def fields(api: Client, bridge: Bridge) -> Callable[[int], dict[str, Any]]:
    """Make a pass, then return a ticket's output fields as the helpdesk has them."""

    def read(ticket: int) -> dict[str, Any]:
        bridge.sync()
        return api.get(f"tickets/{ticket}").body["bridge"]["fields"]

    return read


def test_a_new_ticket_gets_level_state_due_and_support(ticket: int, fields: Callable[[int], dict[str, Any]]) -> None:
    found = fields(ticket)
    assert found["sla_level"] in {"general", "standard"}
    assert found["sla_state"] in {"running", "at_risk"}
    assert found["sla_due"].endswith("Z")
    assert found["sla_support"] in {"full", "limited", "refusable", "unknown"}
    assert found["sla_reason"]


def test_an_idle_pass_is_one_request_and_no_write(ticket: int, bridge: Bridge) -> None:
    bridge.sync()
    idle = bridge.sync()
    assert (idle["requests"], idle["written"], idle["examined"]) == (1, 0, 0)


def test_an_agents_reply_meets_the_deadline(ticket: int, desk: Desk, fields: Callable[[int], dict[str, Any]]) -> None:
    assert fields(ticket)["sla_state"] in {"running", "at_risk"}
    outcome(lambda: desk.reply(ticket, "Добрый день! Обновите, пожалуйста, программу."))
    found = fields(ticket)
    assert found["sla_state"] == "met"
    assert found.get("sla_due") is None


def test_an_internal_note_is_seen_and_is_no_answer(
    ticket: int, desk: Desk, bridge: Bridge, fields: Callable[[int], dict[str, Any]]
) -> None:
    before = fields(ticket)
    outcome(lambda: desk.note(ticket, "Позвонил, не отвечает."))
    assert bridge.sync()["examined"] == 1
    assert fields(ticket) == before


def test_a_transfer_to_development_sets_its_level_and_a_fresh_deadline(
    ticket: int, desk: Desk, api: Client, fields: Callable[[int], dict[str, Any]]
) -> None:
    before = fields(ticket)
    names = {one["name"]: one["id"] for one in api.get("meta").body["departments"]}
    department = names.get("Отдел разработки") or names["Development"]
    outcome(lambda: desk.transfer(ticket, department))
    found = fields(ticket)
    assert found["sla_level"] == "development"
    assert found["sla_due"] > before["sla_due"]


def test_waiting_for_the_customer_pauses_and_hides_the_deadline(
    ticket: int, desk: Desk, api: Client, fields: Callable[[int], dict[str, Any]]
) -> None:
    fields(ticket)
    names = {one["name"]: one["id"] for one in api.get("meta").body["statuses"]}
    waiting = names.get("Ожидает ответа клиента") or names["Waiting for the customer"]
    outcome(lambda: desk.set_status(ticket, waiting))
    found = fields(ticket)
    assert found["sla_state"] == "paused"
    assert found.get("sla_due") is None


def test_an_agents_edit_of_a_field_moves_the_level(
    ticket: int, desk: Desk, fields: Callable[[int], dict[str, Any]]
) -> None:
    fields(ticket)
    outcome(lambda: desk.edit_field(ticket, "sla_set_level", value="general"))
    assert fields(ticket)["sla_level"] == "general"


def test_every_open_ticket_has_level_state_and_support(api: Client, ticket: int, bridge: Bridge) -> None:
    bridge.sync()
    after, missing = 0, []
    while after is not None:
        page = api.session.get(
            f"{api.base}/tickets", params={"open": 1, "after": after, "limit": 500}, timeout=60
        ).json()
        for item in page["items"]:
            found = item["bridge"]["fields"]
            if not (found.get("sla_level") and found.get("sla_state") and found.get("sla_support")):
                missing.append(item["number"])
        after = page["next"]
    assert missing == []
