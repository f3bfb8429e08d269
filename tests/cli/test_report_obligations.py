"""`sla-bridge report --obligations`, and what the agreement owes in the other forms of the report, by the example of a vendor whose
contracts owe two visits a month and trainings."""

import csv
import io
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, CommandLine
from tests.unit.reports.reader import Reader

GOLDEN = Path(__file__).parent / "golden"
AT = "2026-11-20T09:00:00Z"
CONTRACTS = ["VS-7", "VS-8"]


@pytest.fixture
def vendor(cli: CommandLine) -> CommandLine:
    """The command line over the vendor's example."""
    shutil.rmtree(cli.folder)
    shutil.copytree(ROOT / "config" / "examples" / "vs", cli.folder)
    cli.edit("bridge.yaml", "/var/lib/sla-bridge-vs/state.sqlite3", str(cli.folder.parent / "state.sqlite3"))
    return cli


def visit(number: int, closed: str | None, *, domain: str = "haulier.example", **more: object) -> str:
    """Return the ticket of a visit as `export` writes it, closed on that day."""
    at = None if closed is None else f"2026-{closed}T08:00:00Z"
    state = {"id": 3, "name": "Closed", "state": "closed"} if closed else {"id": 1, "name": "Open", "state": "open"}
    events = [] if at is None else [{"at": at, "kind": "closed", "actor": "agent", "to": state}]
    return json.dumps(
        {
            "id": number, "number": f"7{number:05}", "rev": "r", "created_at": "2026-10-01T06:00:00Z", "closed_at": at,
            "status": state, "department": {"id": 1, "name": "Support"}, "topic": {"id": 4, "name": "On-site visit"},
            "requester": {"id": 9, "name": "D", "email": f"d@{domain}"}, "events": events, **more,
        }
    )  # fmt: skip


FILE = "\n".join(
    [
        visit(1, "10-07"),
        visit(2, "10-22"),
        visit(3, "11-05"),
        visit(4, None),
        visit(5, "11-06", domain="nobody.example"),
        visit(6, "11-09", fields={"sla_set_deferral": "beyond_scope"}, events=[
            {"at": "2026-11-09T07:00:00Z", "kind": "field", "actor": "agent", "field": "sla_set_deferral", "to": "beyond_scope"},
            {"at": "2026-11-09T08:00:00Z", "kind": "closed", "actor": "agent", "to": {"id": 3, "name": "Closed", "state": "closed"}},
        ]),
        visit(7, "11-12", domain="depot.example", merged_into=3),
    ]
)  # fmt: skip
QUARTER = ["report", "-i", "-", "--at", AT, "--period", "2026-Q4"]


def owed(cli: CommandLine, *options: str, file: str = FILE) -> dict:
    result = cli(*QUARTER, "--obligations", "--format", "json", *options, stdin=file)
    assert result.code == 0, result.err
    return result.json


def shown(found: dict) -> list[tuple]:
    return [
        (one["paper"], one["obligation"], one["period"], one["count"], one["at_least"], one["state"])
        for one in found["rows"]
    ]


def test_closed_tickets_of_visits_and_listed_trainings_are_counted_by_contract_and_period(vendor: CommandLine) -> None:
    found = owed(vendor)
    assert shown(found) == [
        ("VS-8", "visits", "2026-10", 0, 2, "missed"),
        ("VS-8", "visits", "2026-11", 0, 2, "due"),
        ("VS-8", "visits", "2026-12", 0, 2, "not_begun"),
        ("VS-7", "visits", "2026-10", 2, 2, "kept"),
        ("VS-7", "visits", "2026-11", 1, 2, "due"),
        ("VS-7", "visits", "2026-12", 0, 2, "not_begun"),
        ("VS-7", "training", "2026-H2", 1, 1, "kept"),
    ]
    november = found["rows"][4]
    assert november["counted"] == [{"day": "2026-11-05", "ticket": 3, "matched_by": "only"}]
    assert (november["last_day"], november["due_at"]) == ("2026-11-30", "2026-11-30T15:00:00Z")
    assert november["warned"] == "50%"
    # An open visit, one that was beyond the scope and one that was merged keep nothing; whose ticket 5 is nobody knows.
    assert [(one["ticket"], one["why"]) for one in found["not_counted"]] == [(5, "unknown_customer")]


def test_an_earlier_instant_shows_what_was_known_then(vendor: CommandLine) -> None:
    found = vendor(*QUARTER[:-2], "--obligations", "--format", "json", "--at", "2026-10-15T09:00:00Z", stdin=FILE).json
    (october,) = [one for one in found["rows"] if one["paper"] == "VS-7" and one["obligation"] == "visits"]
    assert (october["count"], october["state"], october["left_seconds"] > 0) == (1, "due", True)


def test_one_customer_alone_can_be_asked_for(vendor: CommandLine) -> None:
    found = owed(vendor, "--customer", "V-02")
    assert {one["customer"] for one in found["rows"]} == {"V-02"}
    assert found["not_counted"] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_text_csv_and_page_say_exactly_this(vendor: CommandLine, language: str) -> None:
    """`UPDATE_GOLDEN=1` writes what they say now."""
    asked = [*QUARTER, "--language", language]
    page = vendor(*asked, stdin=FILE).out
    part = page[page.index('<section id="obligations"') :].partition("</section>")[0]
    found = {
        f"obligations.{language}.txt": vendor(*asked, "--obligations", stdin=FILE).out,
        f"obligations.{language}.csv": vendor(*asked, "--obligations", "--format", "csv", stdin=FILE).out,
        f"obligations.{language}.page": "\n".join(one.strip() for one in Reader(part).texts if one.strip()) + "\n",
    }
    if language == "en":
        found["obligations.json"] = json.dumps(owed(vendor), ensure_ascii=False, indent=1) + "\n"
    for name, told in found.items():
        if os.environ.get("UPDATE_GOLDEN"):
            (GOLDEN / name).write_bytes(told.encode())
        assert (GOLDEN / name).read_bytes().decode() == told, name


def test_the_whole_report_has_the_same_obligations(vendor: CommandLine) -> None:
    whole = vendor(*QUARTER, "--format", "json", stdin=FILE).json
    assert whole["obligations"] == owed(vendor)
    as_list = vendor(*QUARTER, "--format", "csv", "--list", "obligations", stdin=FILE).out
    assert as_list == vendor(*QUARTER, "--obligations", "--format", "csv", stdin=FILE).out


def test_a_report_for_a_customer_has_his_obligations_and_no_other(vendor: CommandLine) -> None:
    # The figures know the customer by a ticket of his that the bridge has decided.
    decided = visit(8, "11-10", bridge={"fields": {}, "cycles": [], "detail": {"customer": {"id": "V-01"}}})
    result = vendor(*QUARTER, "--customer", "V-01", "--for-customer", "--language", "en", stdin=f"{FILE}\n{decided}")
    assert result.code == 0, result.err
    text = Reader(result.out).text
    assert "Engineer's visits" in text
    assert "VS-7" in text
    assert "VS-8" not in text


def test_a_list_that_is_gone_without_a_copy_makes_the_obligation_unknown_and_not_missed(vendor: CommandLine) -> None:
    (vendor.folder / "registry" / "trainings.csv").unlink()
    found = owed(vendor)
    assert [(one["count"], one["state"]) for one in found["rows"] if one["obligation"] == "training"] == [
        (None, "unknown")
    ]
    checked = vendor("registry", "check")
    assert "registry/trainings.csv: trainings.csv cannot be read: No such file or directory" in checked.out
    assert "events.trainings: missing, 0 row(s), as of never: trainings.csv cannot be read" in checked.out
    assert checked.code == 4


def test_a_list_that_is_gone_is_served_from_its_last_good_copy_with_its_age(vendor: CommandLine) -> None:
    whole = owed(vendor)["rows"]
    assert vendor("registry", "check").code == 0
    (vendor.folder / "registry" / "trainings.csv").unlink()
    # What is asked of a day before the copy was made, it tells as the list did.
    assert owed(vendor)["rows"] == whole
    checked = vendor("registry", "check")
    assert "events.trainings: last good copy, 2 row(s), as of 20" in checked.out
    assert checked.code == 3
    (fared,) = vendor("registry", "check", "--json").json["events"]
    assert (fared["id"], fared["from_copy"], fared["missing"]) == ("events.trainings", True, False)


def test_a_row_without_a_day_is_told_with_its_line_and_leaves_its_customer_unknown(vendor: CommandLine) -> None:
    (vendor.folder / "registry" / "trainings.csv").write_text("date;code;contract\nnext week;V-01;VS-7\n")
    assert "registry/trainings.csv:2: row 2: 'date': 'next week' is no date" in vendor("registry", "check").out
    assert [one["state"] for one in owed(vendor)["rows"] if one["obligation"] == "training"] == ["unknown"]


def test_a_training_by_a_contract_that_nobody_has_is_told(vendor: CommandLine) -> None:
    (vendor.folder / "registry" / "trainings.csv").write_text("date;code;contract\n2026-11-02;V-01;VS-9\n")
    found = owed(vendor)
    assert {
        "obligation": "training",
        "customer": "V-01",
        "paper": "VS-9",
        "day": "2026-11-02",
        "ticket": None,
        "why": "unknown_paper",
    } in found["not_counted"]


def test_a_list_that_the_registry_does_not_name_is_told_where_the_policy_asks_for_it(vendor: CommandLine) -> None:
    vendor.edit("policies/vs.yaml", "{events: trainings}", "{events: traning}")
    result = vendor("policy", "check")
    line = 1 + (vendor.folder / "policies/vs.yaml").read_text(encoding="utf-8").split("\n").index(
        "    counted_from: {events: traning}"
    )
    assert result.code == 3
    told = f"policies/vs.yaml:{line}: the obligation 'training' counts the events 'traning', but registry/registry.yaml names no list"
    assert told in result.out
    assert "did you mean 'trainings'?" in result.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--format", "html"], "the page has all of the report; leave out --obligations"),
        (["--level", "included"], "obligations have customers alone"),
        (["--customer", "V-1"], "there is no customer 'V-1'; did you mean 'V-01'? allowed: V-01 (ООО «Перевозчик»)"),
        (["--list", "obligations"], "only a CSV holds one list"),
    ],
)
def test_what_obligations_cannot_be_asked_by_is_a_usage_error(
    vendor: CommandLine, options: list[str], says: str
) -> None:
    result = vendor(*QUARTER, "--obligations", *options, stdin=FILE)
    assert (result.code, result.out) == (2, "")
    assert says in " ".join(re.sub("[│╭╮╰╯─]", " ", result.err).split())


def test_a_policy_without_obligations_says_so_and_its_report_has_none(cli: CommandLine) -> None:
    result = cli(*QUARTER, "--obligations")
    assert result.code == 2
    assert "the policy owes nothing again and again" in " ".join(re.sub("[│╭╮╰╯─]", " ", result.err).split())
    assert cli(*QUARTER, "--format", "json").json["obligations"] is None
    assert 'id="obligations"' not in cli(*QUARTER).out


def test_text_is_for_obligations_alone(vendor: CommandLine) -> None:
    result = vendor(*QUARTER, "--format", "text", stdin=FILE)
    assert (result.code, result.out) == (2, "")
    assert "add --obligations" in " ".join(re.sub("[│╭╮╰╯─]", " ", result.err).split())


def test_what_a_customer_is_called_steers_neither_terminal_nor_spreadsheet_nor_page(vendor: CommandLine) -> None:
    hostile = "@x [bold]<b>"
    contracts = vendor.folder / "registry" / "contracts.csv"
    contracts.write_text(contracts.read_text(encoding="utf-8").replace("ООО «Перевозчик»", hostile), encoding="utf-8")
    text, table = (vendor(*QUARTER, "--obligations", *form, stdin=FILE).out for form in ([], ["--format", "csv"]))
    assert "@x [bold]<b>" in text
    cells = [one for line in csv.reader(io.StringIO(table.removeprefix("\ufeff")), delimiter=";") for one in line]
    assert not [one for one in cells if one.startswith("@")]
    page = vendor(*QUARTER, stdin=FILE).out
    assert "<b>" not in page[page.index('<section id="obligations"') :].partition("</section>")[0]
