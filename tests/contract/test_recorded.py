"""The embedded helpdesk is held to what a real osTicket answered."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.sandbox import Sandbox
from tests.contract.client import Client
from tests.contract.comparing import comparable, differences
from tests.contract.desk import SETUP, EmbeddedDesk, Unsupported
from tests.contract.scenarios import SCENARIOS, Play
from tests.contract.staff_pages import OsticketDesk

FOLDER = Path(__file__).parent / "recorded"
only_recording = pytest.mark.skipif(
    os.environ.get("SLA_BRIDGE_TEST_RECORD") != "1", reason="set SLA_BRIDGE_TEST_RECORD=1 to record a real osTicket"
)


@dataclass
class SteppingClock:
    """A clock that goes on by a minute at each step of a scenario."""

    now: int = 1_795_168_800

    def __call__(self) -> int:
        return self.now

    def step(self) -> None:
        self.now += 60


@pytest.fixture
def embedded_play() -> Iterator[Play]:
    """A fresh embedded helpdesk, set up, for one scenario."""
    clock = SteppingClock()
    desk = EmbeddedDesk(Sandbox(clock=clock))
    api = Client(desk.base, desk.key)
    assert api.post("setup", {"action": "apply", **SETUP}).status == 200
    yield Play(desk, api, clock.step)
    api.close()
    desk.close()


def recorded(name: str) -> list[dict[str, Any]]:
    """Return a scenario's exchanges as a real osTicket had them."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["exchanges"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_embedded_helpdesk_answers_as_a_real_osticket_did(embedded_play: Play, name: str) -> None:
    SCENARIOS[name](embedded_play)
    ours, theirs = comparable(embedded_play.exchanges), comparable(recorded(name))
    assert [one["step"] for one in ours] == [one["step"] for one in theirs]
    wrong = [
        f"{mine['step']}{line}" for mine, real in zip(ours, theirs, strict=True) for line in differences(mine, real)
    ]
    assert not wrong, "\n".join(wrong)


def test_recordings_hold_no_secret_and_no_address() -> None:
    texts = [path.read_text("utf-8") for path in FOLDER.glob("*.json")]
    assert len(texts) == len(SCENARIOS) + 1
    for text in texts:
        for word in ("X-API-Key", "OSTSESSID", "Cookie", "127.0.0.1", "localhost", "password"):
            assert word not in text
        assert not [value for value in _secrets() if value in text]


def _secrets() -> list[str]:
    names = ("KEY", "PASSWORD")
    return [
        value for name, value in os.environ.items() if value and any(part in name for part in names) and len(value) > 8
    ]


def test_embedded_helpdesk_is_made_of_the_same_fields(embedded_play: Play) -> None:
    real = json.loads((FOLDER / "meta.json").read_text("utf-8"))
    ours = embedded_play.api.get("meta").body
    assert set(ours) == set(real)

    def described(meta: dict[str, Any]) -> dict[tuple[str, str], tuple[str, str | None]]:
        return {(field["form"], field["name"]): (field["type"], field["owner"]) for field in meta["fields"]}

    assert described(ours) == described(real)
    fixed = ("sla_state", "sla_support", "sla_customer", "sla_set_deferral")
    choices = [
        {field["name"]: field["choices"] for field in meta["fields"] if field["name"] in fixed} for meta in (ours, real)
    ]
    assert choices[0] == choices[1]
    states = [{(one["name"], one["state"]) for one in meta["statuses"]} for meta in (ours, real)]
    assert states[0] == states[1]
    assert ours["priorities"] == real["priorities"]


@only_recording
@pytest.mark.parametrize("name", SCENARIOS)
def test_record(real_desk: OsticketDesk, api: Client, name: str) -> None:
    play = Play(real_desk, api, lambda: time.sleep(1.1))
    try:
        SCENARIOS[name](play)
    except Unsupported as reason:
        pytest.skip(str(reason))
    versions = api.get("ping").body["versions"]
    _save(name, {"from": versions, "scenario": SCENARIOS[name].__doc__, "exchanges": play.exchanges}, real_desk)


@only_recording
def test_record_meta(real_desk: OsticketDesk, api: Client) -> None:
    _save("meta", api.get("meta").body, real_desk)


def _save(name: str, content: dict[str, Any], desk: OsticketDesk) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    for secret in filter(None, (desk.key, desk.key_noscope, desk.root.partition("//")[2])):
        text = text.replace(secret, "redacted")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text, "utf-8")
