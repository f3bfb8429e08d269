"""Units of entitlement on the command line: counted over a stream when asked for, and from memory by explain."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

VS = ROOT / "config" / "examples" / "vs"
AT = "2026-11-24T10:00:00Z"


@pytest.fixture
def vehicles(cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """The command line over the example in which visits are counted."""
    folder = tmp_path / "vs"
    shutil.copytree(VS, folder)
    settings = folder / "bridge.yaml"
    text = settings.read_text(encoding="utf-8")
    state = next(line for line in text.splitlines() if line.startswith("state:"))
    settings.write_text(text.replace(state, f"state: {tmp_path / 'vs-state' / 'state.sqlite3'}"), encoding="utf-8")
    monkeypatch.setenv("SLA_BRIDGE_CONFIG", str(folder))
    cli.folder = folder
    return cli


def visit(number: int, day: int, **changed: object) -> str:
    ticket = {
        "id": number,
        "number": str(number),
        "rev": "a",
        "created_at": f"2026-11-{day:02}T08:00:00Z",
        "source": "email",
        "status": {"id": 1, "name": "Open", "state": "open"},
        "department": {"id": 1, "name": "Support"},
        "topic": {"id": 9, "name": "On-site visit"},
        "requester": {"id": number, "email": "dispatcher@haulier.example"},
    }
    return json.dumps(ticket | changed) + "\n"


def levels(result) -> list[str]:
    return [json.loads(line)["level"] for line in result.out.splitlines()]


def test_decide_counts_over_its_lines_only_when_it_is_asked_to(vehicles) -> None:
    lines = visit(3, 20) + visit(1, 10) + visit(2, 12) + visit(4, 21)
    plain = vehicles("decide", "--at", AT, stdin=lines)
    assert levels(plain) == ["field-visit"] * 4
    checks = json.loads(plain.out.splitlines()[0])["support"]["checks"]
    assert next(one["reason"] for one in checks if one["id"] == "visits") == "units_unknown"
    counted = vehicles("decide", "--at", AT, "--count-units", stdin=lines)
    assert levels(counted) == ["extra", "field-visit", "field-visit", "extra"]
    assert levels(vehicles("decide", "--at", AT, "--count-units", stdin=visit(1, 10))) == ["field-visit"]


def test_lines_that_are_no_tickets_count_for_nothing_and_keep_their_numbers(vehicles) -> None:
    result = vehicles("decide", "--at", AT, "--count-units", stdin=visit(1, 10) + "nothing\n\n" + visit(2, 11))
    assert result.code == 4
    answers = [json.loads(line) for line in result.out.splitlines()]
    assert [one.get("level", one.get("line")) for one in answers] == ["field-visit", 2, "field-visit"]


def test_simulate_shows_what_another_number_of_visits_changes_when_it_counts(vehicles, tmp_path: Path) -> None:
    candidate = tmp_path / "candidate"
    shutil.copytree(vehicles.folder, candidate)
    path = candidate / "registry" / "contracts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("visits;visits;2", "visits;visits;1"), encoding="utf-8")
    lines = visit(1, 10) + visit(2, 12) + visit(3, 20)
    arguments = ("policy", "simulate", str(candidate), "-i", "-", "--at", AT, "--json")
    assert vehicles(*arguments, stdin=lines).json["changed"] == 0
    summary = vehicles(*arguments, "--count-units", stdin=lines).json
    assert summary["levels"] == [{"from": "field-visit", "to": "extra", "tickets": 1}]


def test_sync_counts_and_explain_tells_the_same_from_memory(
    vehicles, helpdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLA_BRIDGE_KEY", helpdesk.keys.full)
    settings = vehicles.folder / "bridge.yaml"
    url = next(line for line in settings.read_text(encoding="utf-8").splitlines() if "url:" in line)
    vehicles.edit("bridge.yaml", url.strip(), f"url: {helpdesk.url}")
    people = helpdesk.people
    topic = people.add("topic", "On-site visit")
    tickets = [
        people.create_ticket(f"visit {one}", email="dispatcher@haulier.example", topic=topic) for one in range(3)
    ]
    assert vehicles("setup").code == 0
    before = vehicles("explain", f"id:{tickets[2]}", "--json").json
    assert before["level"] == "field-visit", "nobody has counted yet"
    assert vehicles("sync").code == 0
    assert vehicles("explain", f"id:{tickets[2]}", "--json").json["level"] == "extra"
    assert "израсходован: 2 из 2" in vehicles("explain", f"id:{tickets[2]}").out
    assert vehicles("explain", f"id:{tickets[1]}", "--json").json["level"] == "field-visit"
    assert vehicles("plan", "--exit-code").code == 0
    people.delete(tickets[0])
    plan = vehicles("plan", "--json").json
    assert [(one["ticket_id"], one["level"]["from"], one["level"]["to"]) for one in plan["changes"]] == [
        (tickets[1], "field-visit", "field-visit"),
        (tickets[2], "extra", "field-visit"),
    ], "the first of them only tells that more is left"
