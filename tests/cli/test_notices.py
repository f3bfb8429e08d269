"""Standing troubles: told when they begin, when they change and once a day; 4 while a source is missing; silence else."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox
from tests.faults import FaultySandbox
from tests.unit.connectors.servers import request_of, server

DAY = 24 * 3600
ROOT = Path(__file__).resolve().parents[2]
BODY = json.dumps([{"id": "K-1", "mail": "buh@rassvet.example", "cert": "C-1", "until": "2099-12-31"}]).encode()


class Later:
    """How far the helpdesk's clock is ahead."""

    seconds = 0


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def helpdesk(later: Later) -> Iterator[Sandbox]:
    with FaultySandbox(clock=lambda: int(time.time()) + later.seconds) as sandbox:
        yield sandbox


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox):
    """The shipped configuration after setup, with one ticket."""
    assert desk_cli("setup").code == 0
    helpdesk.people.create_ticket("Отчёт", "Не открывается", email="buh@rassvet.example")
    return desk_cli


def described(cli, url: str, more: str = "") -> None:
    columns = "{customer: id, email: mail, certificate: cert, certificate_until: until}"
    text = f"sources:\n  crm: {{kind: http, url: '{url}', refresh_minutes: 600, columns: {columns}{more}}}\n"
    (cli.folder / "registry/registry.yaml").write_text(text)


def told(result) -> list[str]:
    """What is said of sources, without the rest."""
    return [one for one in result.err.splitlines() if "the registry's source" in one]


def test_a_missing_source_is_told_once_and_ends_every_pass_with_4(ready, later) -> None:
    described(ready, "http://127.0.0.1:9/c")
    first = ready("sync")
    assert first.code == 4
    (line,) = told(first)
    assert line.startswith("warning: the registry's source crm is missing")
    assert "nothing listens there" in line
    for _ in range(3):
        again = ready("sync")
        assert (again.code, told(again), again.out) == (4, [], "")
    later.seconds = DAY + 60
    assert len(told(ready("sync"))) == 1, "a day later"
    assert told(ready("sync")) == []


def test_a_missing_source_always_stands_in_json_plan_and_doctor(ready) -> None:
    described(ready, "http://127.0.0.1:9/c")
    for _ in range(2):
        result = ready("sync", "--json")
        assert result.code == 4
        assert [(one["source"], one["missing"]) for one in result.json["notices"]] == [("crm", True)]
        planned = ready("plan", "--json")
        assert planned.code == 4
        assert [one["source"] for one in planned.json["notices"]] == ["crm"]
        assert len(told(ready("plan"))) == 1
        doctor = ready("doctor", "--json")
        assert doctor.code == 4
        assert any("the source crm is missing" in one["found"] and one["state"] == "fail" for one in doctor.json)
    assert ready("registry", "check").code == 4


def test_a_trouble_that_changes_is_told_again(ready) -> None:
    described(ready, "http://127.0.0.1:9/c")
    ready("sync")

    def refusing(wire, heard) -> None:
        request_of(wire, heard)
        wire.sendall(b"HTTP/1.1 503 Later\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with server(refusing) as crm:
        described(ready, f"{crm.url}/c")
        (line,) = told(ready("sync"))
        assert "status 503" in line
        assert told(ready("sync")) == []


def guarded(wire, heard) -> None:
    allowed = b"X-Token: Bearer t0ken" in request_of(wire, heard)
    body, status = (BODY, "200 OK") if allowed else (b"{}", "401 Unauthorized")
    wire.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


def test_a_ticket_is_decided_by_a_source_that_demands_its_header(ready, monkeypatch) -> None:
    monkeypatch.setenv("CRM_TOKEN", "Bearer t0ken")
    with server(guarded) as crm:
        described(ready, f"{crm.url}/c", ", header: X-Token, secret: {env: CRM_TOKEN}")
        result = ready("sync", "--json")
    assert (result.code, result.json["written"], result.json["notices"]) == (0, 1, [])
    assert json.loads(ready("explain", "id:1", "--json").out)["customer"]["id"] == "K-1"


def test_a_wrong_secret_is_a_missing_source_and_nothing_is_concluded(ready, monkeypatch) -> None:
    monkeypatch.setenv("CRM_TOKEN", "Bearer wrong")
    with server(guarded) as crm:
        described(ready, f"{crm.url}/c", ", header: X-Token, secret: {env: CRM_TOKEN}")
        result = ready("sync")
        assert result.code == 4
        assert "status 401: the secret is missing or wrong" in result.err
        assert "Bearer" not in result.err
        assert json.loads(ready("explain", "id:1", "--json").out)["fields"]["sla_support"] == "unknown"


def test_a_source_that_comes_back_is_noticed_by_the_next_pass_and_every_ticket_decided_anew(
    ready, helpdesk, monkeypatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", "Bearer t0ken")
    up = {"now": False}

    def sometimes(wire, heard) -> None:
        if up["now"]:
            guarded(wire, heard)

    with server(sometimes) as crm:
        described(ready, f"{crm.url}/c", ", header: X-Token, secret: {env: CRM_TOKEN}")
        assert ready("sync").code == 4
        up["now"] = True
        back = ready("sync", "--json")
        assert (back.code, back.json["written"], back.json["full_scan"], back.json["notices"]) == (0, 1, True, [])
        heard = len(crm.requests)
        helpdesk.clear_journal()
        idle = ready("sync", "--json")
        assert (idle.code, idle.json["requests"], len(crm.requests)) == (0, 1, heard), "no further question"


def test_a_file_that_is_gone_is_told_though_its_copy_serves_and_the_pass_succeeds(ready, later) -> None:
    assert ready("sync").code == 0
    path = ready.folder / "registry/customers.csv"
    kept = path.read_bytes()
    path.unlink()
    first = ready("sync")
    assert first.code == 0
    (line,) = told(first)
    assert "customers is served from its last good copy of 20" in line
    assert told(ready("sync")) == []
    later.seconds = DAY + 60
    assert len(told(ready("sync"))) == 1
    path.write_bytes(kept)
    back = ready("sync", "--json")
    assert (back.code, [one["source"] for one in back.json["notices"] if one["source"]]) == (0, [])


def test_a_list_of_events_that_is_gone_is_told_as_a_source_is(ready) -> None:
    described = "events:\n  visits: {kind: csv, file: visits.csv, columns: {day: day, customer: who}}\nsources:\n"
    ready.edit("registry/registry.yaml", "sources:\n", described)
    path = ready.folder / "registry/visits.csv"
    path.write_text("day;who\n2026-11-05;K-1\n")
    assert told(ready("sync")) == []
    path.unlink()
    copied = ready("sync")
    (line,) = told(copied)
    assert (copied.code, "the registry's source events.visits is served from its last good copy of 20" in line) == (
        0,
        True,
    )
    for copy in ready.folder.parent.rglob("events.visits.*"):
        copy.unlink()
    gone = ready("sync", "--json")
    (notice,) = [one for one in gone.json["notices"] if one["source"]]
    assert (gone.code, notice["missing"]) == (4, True)
    assert "events.visits is missing, and nobody knows what was kept by it: visits.csv cannot be read" in notice["text"]


def test_a_file_that_was_never_there_is_missing(ready) -> None:
    ready.edit(
        "registry/registry.yaml", "sources:\n", "sources:\n  new: {kind: csv, file: new.csv, columns: {customer: id}}\n"
    )
    result = ready("sync")
    assert result.code == 4
    assert "the registry's source new is missing" in result.err
    assert "new.csv cannot be read: No such file or directory" in result.err


def test_an_answer_that_may_lack_pages_is_told_like_any_standing_trouble(ready) -> None:
    def half(wire, heard) -> None:
        request_of(wire, heard)
        body = json.dumps({"rows": json.loads(BODY), "total": 2}).encode()
        wire.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)

    with server(half) as crm:
        described(ready, f"{crm.url}/c", ", records: rows")
        first = ready("sync")
        assert first.code == 0
        assert "the answer speaks of 2 records and holds 1" in first.err
        assert ready("sync").err == ""


def test_a_warning_of_the_policy_is_told_once_and_not_with_every_change_elsewhere(ready) -> None:
    ready.edit("policies/agrosoft.yaml", "status: [Waiting for the customer,", "status: [Wating for the customr,")
    ready.edit("policies/agrosoft.yaml", "Ожидает ответа клиента]", "Ожидание]")
    assert "Wating for the customr" in ready("sync").err
    (ready.folder / "registry/contracts.csv").touch()
    assert ready("sync").err == "", "the configuration moved, its trouble did not"
    assert "Wating for the customr" in ready("plan").err


def test_clocks_that_differ_are_told_once_a_day_and_again_when_they_turn_round(ready, later) -> None:
    later.seconds = 4000
    assert "this host's clock is -" in ready("sync").err
    later.seconds = 4300
    assert ready("sync").err == "", "a second more is nothing new"
    assert any("this host's clock" in one["text"] for one in ready("sync", "--json").json["notices"])
    later.seconds += DAY
    assert "this host's clock is -" in ready("sync").err


def test_a_helpdesk_without_fields_says_so_once(desk_cli, helpdesk) -> None:
    helpdesk.people.create_ticket("x", "y", email="a@x.example")
    assert "none of the output fields yet" in desk_cli("sync").err
    assert "none of the output fields yet" not in desk_cli("sync").err
    assert any("none of the output fields" in one for one in desk_cli("sync", "--json").json["notes"])


def test_a_state_that_cannot_be_understood_is_told_anew(ready) -> None:
    import sqlite3
    from contextlib import closing

    described(ready, "http://127.0.0.1:9/c")
    ready("sync")
    with closing(sqlite3.connect(ready.folder.parent / "state/state.sqlite3")) as file, file:
        file.execute(
            """UPDATE fact SET value = '[{"notice": {"from": "the future"}, "told_at": "x"}]' WHERE name = 'notices'"""
        )
    ready.edit("registry/registry.yaml", "refresh_minutes: 600", "refresh_minutes: 601")
    assert len(told(ready("sync"))) == 1


def test_a_pass_without_news_says_nothing_where_nobody_watches(ready) -> None:
    first, second = ready("sync"), ready("sync")
    assert first.out.startswith("examined 1, written 1")
    assert (second.out, second.err, second.code) == ("", "", 0)
    assert ready("sync", "--json").json["written"] == 0


def test_a_pass_without_news_says_so_to_a_person_at_a_terminal(ready, monkeypatch) -> None:
    import sys

    ready("sync")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    assert "written 0" in ready("sync").out


def test_quiet_leaves_the_summary_out_and_troubles_in(ready) -> None:
    described(ready, "http://127.0.0.1:9/c")
    result = ready("sync", "--quiet")
    assert (result.code, result.out) == (4, "")
    assert len(told(result)) == 1


def test_the_cron_lines_of_the_tutorial_and_of_the_shipped_file_are_one() -> None:
    lines = [
        re.findall(r"^\* \* \* \* \* .*$", (ROOT / name).read_text(), re.MULTILINE)
        for name in ("docs/tutorial.md", "deploy/sla-bridge.cron")
    ]
    assert lines[0] == lines[1]
    assert lines[0] == ["* * * * * sla-bridge /usr/local/bin/sla-bridge sync --quiet"]
