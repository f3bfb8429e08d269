"""The command line over a double of BeDesk: what it says fits a helpdesk that has no companion plugin."""

import json
from collections.abc import Iterator

import pytest

from bridge.connectors.bedesk_double import BedeskDouble
from bridge.connectors.helpdesks.bedesk.attributes import FIELDS
from tests.cli.conftest import CommandLine


@pytest.fixture
def double() -> Iterator[BedeskDouble]:
    with BedeskDouble() as double:
        yield double


@pytest.fixture
def bedesk_cli(cli: CommandLine, double: BedeskDouble, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    cli.edit("bridge.yaml", "  url: http://127.0.0.1:9", f"  kind: bedesk\n  url: {double.url}")
    monkeypatch.setenv("SLA_BRIDGE_KEY", double.token)
    return cli


@pytest.fixture
def synced(bedesk_cli: CommandLine, double: BedeskDouble) -> CommandLine:
    """Three conversations that run 1 has written."""
    assert bedesk_cli("setup").code == 0
    for number in range(3):
        double.desk.open(f"question {number}", "How?", email=f"user{number}@kolos.example")
    written = bedesk_cli("sync", "--json")
    assert (written.code, written.json["written"], written.json["run"]) == (0, 3, 1)
    return bedesk_cli


def values(double: BedeskDouble, name: str) -> list[str | None]:
    title = FIELDS[name].title
    key = double.desk.key_of(title.text("en"), title.text("ru"))
    return [one.attributes.get(key) for _, one in sorted(double.desk.conversations.items())]


def test_levels_are_shown_by_the_titles_of_the_policy_and_are_no_news_to_the_next_pass(synced, double) -> None:
    assert values(double, "sla_level") == ["Стандартная поддержка"] * 3
    assert synced("sync", "--json").json["written"] == 0
    tickets = [json.loads(line) for line in synced("export").out.splitlines()]
    assert [one["bridge"]["fields"]["sla_level"] for one in tickets] == ["standard"] * 3
