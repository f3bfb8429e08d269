"""`sla-bridge report`: a month from the helpdesk or from exported files, as a page, as CSV and as JSON."""

import csv
import io
import json
import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.cli.report.command import FORMATS, LISTS
from bridge.connectors.sandbox import Sandbox
from bridge.reports import csv_tables
from tests.cli.conftest import CommandLine
from tests.contract.client import Client
from tests.faults import FaultySandbox
from tests.unit.reports.reader import Reader

HOUR = 3600
GOLDEN = Path(__file__).parent / "golden"
AT = "2026-11-29T09:00:00Z"


def written(at: str) -> str:
    return f"2026-{at}Z"


def cycle(metric: str, state: str, *, stopped: str, agent: int | None = 3, **more: object) -> dict[str, object]:
    return {
        "metric": metric, "cycle": 1, "state": state, "started_at": written("11-02T06:00:00"), "due_at": written("11-02T14:00:00"),
        "stopped_at": written(stopped), "breached_at": written("11-02T14:00:00") if state == "missed" else None,
        "elapsed_seconds": 3600, "level": "standard", "calendar": "support-msk", "target": "8h", "cause": None,
        "policy_digest": "sha256:1", "late_seconds": 60, "late_days": 0, "customer": "K-001",
        "department": {"id": 1, "name": "Support"}, "agent": None if agent is None else {"id": agent, "name": "Anna Schmidt"},
        "topic": None, "priority": None, "provisional": False, "inputs": "sha256:2", "opening": 1, "spent": [],
        "breach_cause": "in_work" if state == "missed" else None, **more,
    }  # fmt: skip


def ticket(number: int, *cycles: dict[str, object], name: str = "ООО «Рассвет»", **more: object) -> str:
    return json.dumps(
        {
            "id": number, "number": f"7{number:05}", "rev": "r", "created_at": written("11-02T06:00:00"),
            "status": {"id": 3, "name": "Closed", "state": "closed"}, "department": {"id": 1, "name": "Support"},
            "bridge": {
                "fields": {"sla_level": "standard"}, "cycles": cycles,
                "detail": {"customer": {"id": "K-001", "name": name}, "clocks": [], "checks": []},
            },
            **more,
        }
    )  # fmt: skip


FILE = "\n".join(
    [
        ticket(1, cycle("first_response", "met", stopped="11-02T09:00:00")),
        ticket(2, cycle("first_response", "missed", stopped="11-02T14:01:00")),
        "",
        ticket(3, cycle("first_response", "met", stopped="10-05T09:00:00", agent=None)),
    ]
)


@pytest.fixture
def desk(desk_cli: CommandLine, helpdesk: Sandbox) -> CommandLine:
    """A desk of two days: a ticket answered in time, one much too late, and one that nobody has answered yet."""
    people, now = helpdesk.people, int(helpdesk.store.clock())
    for days, answered in ((40, 39.9), (39, 20.0), (1, None)):
        one = people.create_ticket(
            f"Before {days}", "days", email="buh@rassvet.example", at=int(now - days * 24 * HOUR)
        )
        if answered is not None:
            people.agent_reply(one, status="Closed", at=int(now - answered * 24 * HOUR))
    assert (desk_cli("setup").code, desk_cli("sync").code) == (0, 0)
    return desk_cli


def reported(cli: CommandLine, *options: str, file: str = FILE) -> dict:
    result = cli("report", "-i", "-", "--at", AT, "--format", "json", *options, stdin=file)
    assert result.code == 0, result.err
    return result.json


def test_the_words_of_the_options_are_those_of_the_tables() -> None:
    assert LISTS == csv_tables.LISTS
    assert FORMATS == ("html", "csv", "json", "text")


def test_lines_of_export_become_figures_of_the_current_month(cli: CommandLine) -> None:
    found = reported(cli)
    assert found["period"] == {"from": "2026-11-01", "until": "2026-11-30", "zone": "Europe/Moscow"}
    assert set(found["by"]) == {"level", "customer", "department", "agent", "month"}
    assert [(one["key"], one["met"], one["breached"]) for one in found["by"]["level"]] == [("standard", 1, 1)]
    assert [(one["key"], one["met"]) for one in found["by"]["month"]] == [("2026-10", 1), ("2026-11", 1)]
    assert [one["number"] for one in found["missed"]] == ["700002"]
    assert found["skipped"] == 0


@pytest.mark.parametrize(
    ("options", "period", "decided"),
    [
        (["--period", "2026-10"], ("2026-10-01", "2026-10-31"), 1),
        (["--period", "last-month"], ("2026-10-01", "2026-10-31"), 1),
        (["--period", "2026-Q4"], ("2026-10-01", "2026-12-31"), 3),
        (["--period", "2026q3"], ("2026-07-01", "2026-09-30"), 0),
        (["--period", "2026"], ("2026-01-01", "2026-12-31"), 3),
        (["--from", "2026-11-02", "--until", "2026-11-02"], ("2026-11-02", "2026-11-02"), 2),
    ],
)
def test_a_period_is_a_month_a_quarter_a_year_or_any_days(cli: CommandLine, options, period, decided) -> None:
    found = reported(cli, *options)
    assert (found["period"]["from"], found["period"]["until"]) == period
    assert sum(one["met"] + one["breached"] for one in found["total"]) == decided


@pytest.mark.parametrize(
    ("options", "decided"),
    [
        (["--level", "standard"], 2),
        (["--level", "urgent"], 0),
        (["--department", "1"], 2),
        (["--agent", "3"], 2),
        (["--agent", ""], 0),
        (["--customer", "K-001"], 2),
        (["--metric", "first_response"], 2),
    ],
)
def test_filters_take_exact_keys(cli: CommandLine, options: list[str], decided: int) -> None:
    assert sum(one["met"] + one["breached"] for one in reported(cli, *options)["total"]) == decided


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--level", "standart"], "there is no level 'standart'; did you mean 'standard'? allowed: '' (none), development (Under"),
        (["--metric", "reaction"], "there is no metric 'reaction'; allowed: first_response (First response)"),
        (["--department", "Support"], "there is no department 'Support'; allowed: '' (none), 1 (Support)"),
        (["--agent", "33"], "there is no agent '33'; did you mean '3'? allowed: '' (none), 3 (Anna Schmidt)"),
        (["--customer", "K-01"], "there is no customer 'K-01'; did you mean 'K-001'? allowed: '' (none), K-001 (ООО «Рассвет»)"),
        (["--period", "November"], "'November' is no period; write 2026-11, 2026-Q4, 2026 or last-month"),
        (["--period", "2026-13"], "'2026-13' is no period"),
        (["--period", "2026-11", "--from", "2026-11-01"], "give --period, or --from and --until, not both"),
        (["--from", "2026-11-01"], "a period has two ends"),
        (["--from", "2026-11-02", "--until", "2026-11-01"], "is no period of 1 to 400 days"),
        (["--from", "2024-11-02", "--until", "2026-11-01"], "is no period of 1 to 400 days"),
        (["--from", "02.11.2026", "--until", "2026-11-01"], "'02.11.2026' is no date"),
        (["--format", "pdf"], "html, csv, json"),
        (["--list", "misses", "--format", "csv"], "rows, missed, coming"),
        (["--list", "missed"], "only a CSV holds one list; add --format csv"),
        (["--language", "de"], "ru, en"),
        (["--for-customer"], "only a page for one customer can be sent; add --customer"),
        (["--for-customer", "--customer", "K-001", "--format", "json"], "only a page for one customer"),
        (["--at", "yesterday"], "is no instant"),
        (["-i", "/nowhere/tickets.jsonl"], "/nowhere/tickets.jsonl cannot be read: No such file"),
        (["-o", "/nowhere/report.html"], "/nowhere/report.html cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_reported_is_a_usage_error_that_says_what_is_allowed(cli: CommandLine, options, says) -> None:
    result = cli("report", "-i", "-", "--at", AT, *options, stdin=FILE)
    assert (result.code, result.out) == (2, "")
    told = " ".join(re.sub("[│╭╮╰╯─]", " ", result.err).split())
    assert says in told


def test_lines_that_are_none_are_told_and_counted_and_the_others_are_reported(cli: CommandLine) -> None:
    broken = [*FILE.split("\n"), "{", '{"id": 9}', ticket(1), "\x1b]0;x\x07", *(["[]"] * 30)]
    result = cli("report", "-i", "-", "--at", AT, "--language", "en", stdin="\n".join(broken))
    assert result.code == 4
    told = result.err.splitlines()
    assert len(told) == 21
    assert all(one.startswith("skipped: ") for one in told)
    assert "line 6: number: Field required" in told[1]
    assert told[2] == "skipped: line 7: ticket id 1 stands in an earlier line, which is counted"
    assert told[-1] == "skipped: 14 more"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", result.err)
    assert "tickets missing here: 34." in Reader(result.out).text


def test_several_files_are_one_report_and_a_ticket_in_both_is_counted_once(cli: CommandLine, tmp_path: Path) -> None:
    lines = FILE.split("\n")
    (tmp_path / "a.jsonl").write_text("\n".join(lines[:2]))
    (tmp_path / "b.jsonl").write_text("\n".join(lines[1:]))
    files = ["-i", str(tmp_path / "a.jsonl"), "-i", str(tmp_path / "b.jsonl")]
    result = cli("report", *files, "--at", AT, "--format", "json")
    assert result.code == 4
    assert result.err == "skipped: b.jsonl: line 1: ticket id 2 stands in an earlier line, which is counted\n"
    assert (result.json["total"][0]["met"], result.json["total"][0]["breached"]) == (1, 1)


def test_the_helpdesk_and_its_export_give_the_same_report(desk: CommandLine, helpdesk: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    assert desk("export", "--all", "-o", str(file)).code == 0
    for options in (["--format", "json"], ["--format", "csv"], ["--language", "en"]):
        asked = ["report", "--from", "2026-01-01", "--until", "2026-12-31", *options]
        moment = ["--at", json.loads(desk("report", "--format", "json").out)["as_of"]]
        live, of_file = desk(*asked, *moment), desk(*asked, *moment, "-i", str(file))
        assert (live.code, live.err) == (0, "")
        assert live.out == of_file.out


@pytest.mark.parametrize("dimension", ["level", "customer", "department", "agent", "month"])
def test_command_and_helpdesk_count_the_same(desk: CommandLine, helpdesk: Sandbox, dimension: str) -> None:
    now = datetime.fromtimestamp(int(helpdesk.store.clock()), UTC)
    first, last = f"{now - timedelta(days=60):%Y-%m-%d}", f"{now:%Y-%m-%d}"
    told = Client(f"{helpdesk.url}/api/sla-bridge/v1", helpdesk.keys.full).get(
        "report", **{"from": first, "until": last, "by": dimension, "tickets": "1000"}
    )
    found = desk("report", "--from", first, "--until", last, "--format", "json").json
    assert found["by"][dimension] == told.body["rows"]
    assert sum(one["met"] + one["breached"] for one in found["total"]) > 0
    for name in (
        "total",
        "tickets",
        "now",
        "backlog",
        "arrivals",
        "breaches",
        "working",
        "spent",
        "missed",
        "excluded",
        "unknown",
    ):
        assert found[name] == told.body[name], name


def test_a_live_report_names_the_tickets_with_their_pages(desk: CommandLine, helpdesk: Sandbox) -> None:
    now = datetime.fromtimestamp(int(helpdesk.store.clock()), UTC)
    found = desk("report", "--from", f"{now - timedelta(days=60):%Y-%m-%d}", "--until", f"{now:%Y-%m-%d}")
    assert found.code == 0
    links = re.findall(r'<a href="(http[^"]*)"', found.out)
    assert links
    assert all(one.startswith(helpdesk.url) for one in links)
    assert Reader(found.out).open == []


def test_tickets_that_the_helpdesk_gives_broken_are_told_and_missed(desk: CommandLine, helpdesk: FaultySandbox) -> None:
    helpdesk.faults.distort(2, created_at="yesterday\x1b")
    result = desk("report", "--language", "en")
    assert (result.code, result.err.startswith("skipped: ticket id 2: ")) == (4, True)
    assert "\x1b" not in result.err
    assert "tickets missing here: 1." in Reader(result.out).text


def test_a_helpdesk_that_does_not_answer_is_exit_code_5(cli: CommandLine) -> None:
    assert cli("report").code == 5


@pytest.mark.parametrize("name", LISTS)
def test_each_list_is_a_csv_for_spreadsheets(cli: CommandLine, name: str) -> None:
    hostile = FILE.replace("Anna Schmidt", "=1+1").replace("700002", "@x")
    result = cli("report", "-i", "-", "--at", AT, "--format", "csv", "--list", name, stdin=hostile)
    assert result.code == 0
    assert result.out.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(result.out.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert len({len(line) for line in lines}) == 1
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "@"))]


def test_the_file_is_for_its_owner_and_stays_as_it_was_where_the_report_fails(cli: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "november.html"
    file.write_text("old")
    result = cli("report", "-i", "-", "--at", AT, "-o", str(file), "--agent", "77", stdin=FILE)
    assert (result.code, file.read_text()) == (2, "old")
    assert cli("report", "-i", "-", "--at", AT, "-o", str(file), stdin=FILE).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [one.name for one in tmp_path.iterdir() if "november" in one.name] == ["november.html"]


def test_a_customers_report_tells_nothing_of_another_customer(cli: CommandLine) -> None:
    other = cycle("first_response", "missed", stopped="11-03T09:00:00", customer="K-002", agent=4)
    file = FILE + "\n" + ticket(8, other).replace("K-001", "K-002").replace("ООО «Рассвет»", "СПК «Колос»")
    for form in ("html", "json"):
        result = cli("report", "-i", "-", "--at", AT, "--customer", "K-001", "--format", form, stdin=file)
        assert result.code == 0
        assert "ООО «Рассвет»" in result.out
        for name in ("Колос", "K-002", "Нива", "700008"):
            assert name not in result.out
    everybody = cli("report", "-i", "-", "--at", AT, stdin=file).out
    assert "Колос" in everybody


def test_a_page_for_a_customer_tells_nothing_of_what_is_inside(cli: CommandLine) -> None:
    asked = ["report", "-i", "-", "--at", AT, "--customer", "K-001", "--language", "en"]
    told, inside = (Reader(cli(*asked, *more, stdin=FILE).out) for more in (["--for-customer"], []))
    for word in ("Anna Schmidt", "Support", "In work, not in time", "Excluded from the report", "Where the time went"):
        assert word in inside.text
        assert word not in told.texts
    assert told.open == []
    for word in ("700002", "sha256:1", "50.0\N{NO-BREAK SPACE}%", "By level", "Certificates that end"):
        assert word in told.text


def test_what_people_wrote_steers_neither_page_nor_terminal(cli: CommandLine) -> None:
    name = "<img src=x onerror=alert(1)>\x1b]0;x\x07\u202e"
    file = ticket(1, cycle("first_response", "missed", stopped="11-02T14:01:00"), name=name)
    for form in FORMATS:
        out = cli("report", "-i", "-", "--at", AT, "--format", form, stdin=file).out
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", out)
    assert "img" not in Reader(cli("report", "-i", "-", "--at", AT, stdin=file).out).tags


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_report_says_exactly_this(cli: CommandLine, language: str) -> None:
    """`UPDATE_GOLDEN=1` writes what it says now."""
    asked = ["report", "-i", "-", "--at", AT, "--language", language]
    page = Reader(cli(*asked, stdin=FILE).out)
    found = {
        f"report.{language}.csv": cli(*asked, "--format", "csv", stdin=FILE).out,
        f"report.{language}.page": "\n".join(text.strip() for text in page.texts if text.strip()) + "\n",
        "report.json": json.dumps(reported(cli), ensure_ascii=False, indent=1) + "\n",
    }
    for name, text in found.items():
        told = re.sub(r"(реестру на|registry of) [^\n]*|(\"registry\": \{\s*\"as_of\": )\"[^\"]*\"", r"\1 …\2", text)
        if os.environ.get("UPDATE_GOLDEN"):
            (GOLDEN / name).write_bytes(told.encode())
        assert (GOLDEN / name).read_bytes().decode() == told, name


def test_help_says_what_the_report_holds(cli: CommandLine) -> None:
    text = " ".join(re.sub("[│╭╮╰╯─]", " ", cli("report", "--help").out).split())
    assert "PERSONAL DATA" in text
    assert "current month" in text
