"""The play of an undo on a running osTicket would notice: a field that is not as it was, and a desk that is not named."""

import sys

import pytest

from campaign.osticket import undoing
from tests.contract.staff_pages import PREFIX

STOOD = {"sla_level": "general", "sla_due": "2026-11-20T15:00:00Z", "sla_reason": None}


@pytest.mark.parametrize(
    ("name", "value"),
    [("sla_level", "urgent"), ("sla_due", None), ("sla_reason", "Nearly right"), ("sla_state", "running")],
)
def test_a_field_that_does_not_say_what_it_said_before_is_found(name: str, value: str | None) -> None:
    assert undoing._differences(7, STOOD, STOOD) == []
    (told,) = undoing._differences(7, STOOD, STOOD | {name: value})
    assert told == f"ticket 7: {name} is {value!r}, not {STOOD.get(name)!r}"


def test_a_field_that_went_away_is_found() -> None:
    stands = {name: value for name, value in STOOD.items() if name != "sla_level"}
    assert undoing._differences(7, STOOD, stands) == ["ticket 7: sla_level is None, not 'general'"]


def test_without_an_osticket_the_command_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["undoing"])
    for one in undoing.NEEDED:
        monkeypatch.delenv(PREFIX + one, raising=False)
    monkeypatch.setenv(PREFIX + "URL", "http://127.0.0.1:1")
    assert undoing.main() == 2
    told = capsys.readouterr().err
    assert PREFIX + "KEY_CREATE" in told
    assert f"{PREFIX}URL," not in told
