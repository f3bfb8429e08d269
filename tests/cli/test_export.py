"""`sla-bridge export`: snapshots as JSON lines that decide and simulate take as they are."""

import json
import os
import stat
from pathlib import Path

import pytest

from bridge.cli.tickets.snapshots import Snapshots
from bridge.connectors.sandbox import Sandbox
from bridge.errors import HelpdeskUnavailable
from bridge.tickets import format_instant
from tests.cli.conftest import CommandLine
from tests.faults import FaultySandbox

HOUR = 3600


@pytest.fixture
def desk(desk_cli: CommandLine, helpdesk: Sandbox) -> CommandLine:
    """Three tickets: an old closed one, an old open one that was answered lately, and a new one."""
    people, now = helpdesk.people, int(helpdesk.store.clock())
    closed = people.create_ticket("Старая", "закрыта", email="buh@rassvet.example", at=now - 90 * 24 * HOUR)
    people.agent_reply(closed, status="Closed", at=now - 89 * 24 * HOUR)
    old = people.create_ticket("Давняя", "открыта", email="ivan@kolos.example", at=now - 60 * 24 * HOUR)
    people.agent_reply(old, at=now - 2 * HOUR)
    people.create_ticket("New\u202e\x1b", "now", email="a@nobody.example", at=now - HOUR)
    assert (desk_cli("setup").code, desk_cli("sync").code) == (0, 0)
    return desk_cli


def ids(text: str) -> list[int]:
    return [json.loads(line)["id"] for line in text.splitlines()]


def instant(helpdesk: Sandbox, hours_ago: float) -> str:
    return format_instant(int(helpdesk.store.clock() - hours_ago * HOUR))


def test_open_tickets_are_written_and_all_of_them_when_asked_for(desk: CommandLine) -> None:
    assert ids(desk("export").out) == [2, 3]
    assert ids(desk("export", "--all").out) == [1, 2, 3]


@pytest.mark.parametrize(
    ("hours", "found"), [(0.5, []), (1.5, [3]), (3, [2, 3]), (24 * 89 + 1, [1, 2, 3]), (24 * 200, [1, 2, 3])]
)
def test_since_takes_every_ticket_in_which_something_happened(
    desk: CommandLine, helpdesk: Sandbox, hours: float, found: list[int]
) -> None:
    assert ids(desk("export", "--since", instant(helpdesk, hours)).out) == found


def test_instants_are_written_as_the_contract_has_them(desk: CommandLine) -> None:
    first = json.loads(desk("export").out.splitlines()[0])
    for at in (first["created_at"], first["events"][0]["at"]):
        assert at.endswith("Z")
    assert {"from", "to"} <= set(first["events"][0])


def test_what_is_written_is_decided_as_the_helpdesks_own_tickets_are(desk: CommandLine, tmp_path: Path) -> None:
    at = "2027-01-15T10:00:00Z"
    lines = desk("export", "--all").out
    decided = [json.loads(line) for line in desk("decide", "--at", at, "--receipts", stdin=lines).out.splitlines()]
    explained = [desk("explain", f"id:{one}", "--at", at, "--json").json for one in (1, 2, 3)]
    for one in explained:
        del one["next"]
    assert decided == explained


def test_simulate_takes_the_file_and_counts_the_same_as_from_the_helpdesk(desk: CommandLine, tmp_path: Path) -> None:
    file, at = tmp_path / "tickets.jsonl", "2027-01-15T10:00:00Z"
    assert desk("export", "-o", str(file)).code == 0
    options = ["policy", "simulate", str(desk.folder), "--at", at, "--json"]
    from_file, from_helpdesk = desk(*options, "--input", str(file)), desk(*options)
    assert from_file.json == from_helpdesk.json
    assert from_file.json["tickets"] == 2


def test_the_file_is_for_its_owner_and_replaced_whole(desk: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    file.write_text("old")
    file.chmod(0o666)
    result = desk("export", "--output", str(file))
    assert (result.code, result.out, result.err) == (0, "", "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ids(file.read_text(encoding="utf-8")) == [2, 3]
    assert [one.name for one in tmp_path.iterdir() if "jsonl" in one.name] == ["tickets.jsonl"]


def test_a_link_stays_and_the_file_behind_it_is_replaced(desk: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real").write_text("old")
    assert desk("export", "-o", str(tmp_path / "link")).code == 0
    assert (tmp_path / "link").is_symlink()
    assert ids((tmp_path / "real").read_text(encoding="utf-8")) == [2, 3]


def test_a_helpdesk_that_breaks_off_leaves_the_old_file(
    desk: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "tickets.jsonl"
    file.write_text("old")
    lines = Snapshots.lines

    def broken_off(self: Snapshots):  # type: ignore[no-untyped-def]
        yield next(lines(self))
        raise HelpdeskUnavailable("no answer")

    monkeypatch.setattr(Snapshots, "lines", broken_off)
    result = desk("export", "-o", str(file))
    assert (result.code, file.read_text()) == (5, "old")
    assert [one.name for one in tmp_path.iterdir() if "jsonl" in one.name] == ["tickets.jsonl"]


@pytest.mark.parametrize("where", ["", "nowhere/tickets.jsonl", "pipe", "/dev/null"])
def test_what_cannot_be_written_is_a_usage_error_before_anything_is_read(
    cli: CommandLine, tmp_path: Path, where: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    result = cli("export", "-o", str(tmp_path / where))
    assert result.code == 2
    assert "--output" in result.err


@pytest.mark.parametrize("text", ["yesterday", "2026-11-01", "2026-11-01 10:00", ""])
def test_a_time_that_is_none_is_a_usage_error(cli: CommandLine, text: str) -> None:
    result = cli("export", "--since", text)
    assert result.code == 2
    assert "--since" in result.err


def test_a_ticket_that_cannot_be_read_is_named_and_the_others_are_written(
    desk: CommandLine, helpdesk: FaultySandbox
) -> None:
    helpdesk.faults.distort(2, created_at="yesterday\x1b")
    result = desk("export", "--all")
    assert (result.code, ids(result.out)) == (4, [1, 3])
    assert result.err.startswith("skipped: ticket id 2: ")
    assert "\x1b" not in result.err
    simulated = desk("policy", "simulate", str(desk.folder), "--json")
    assert (simulated.code, simulated.json["tickets"]) == (4, 1)
    assert [one["ticket_id"] for one in simulated.json["failed"]] == [2]


def test_a_helpdesk_that_does_not_answer_is_exit_code_5(cli: CommandLine) -> None:
    assert cli("export").code == 5


def test_help_says_what_the_lines_hold(cli: CommandLine) -> None:
    assert "PERSONAL DATA" in " ".join(cli("export", "--help").out.split())
