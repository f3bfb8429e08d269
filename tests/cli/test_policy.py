"""`sla-bridge policy`: check, test, schema, simulate."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bridge.cli.agreement.policy import SCHEMAS
from bridge.connectors.sandbox import Sandbox

AT = "2026-11-24T10:00:00Z"


def snapshot(ticket_id: int, **changes: object) -> str:
    """A ticket of Monday, 23 November 2026, 07:00 Moscow time, as a JSON line."""
    reference = {"id": 1, "name": "Open", "state": "open"}
    start = {"status": reference, "department": {"id": 1, "name": "Support"}}
    ticket: dict[str, object] = {
        "id": ticket_id,
        "number": f"{ticket_id:06}",
        "rev": "r",
        "created_at": "2026-11-23T04:00:00Z",
        "status": reference,
        "department": {"id": 1, "name": "Support"},
        "requester": {"email": "buh@rassvet.example"},
        "events": [{"at": "2026-11-23T04:00:00Z", "kind": "created", "actor": "customer", "to": start}],
    }
    return json.dumps({**ticket, **changes}, ensure_ascii=False) + "\n"


@pytest.fixture
def candidate(cli) -> Path:
    """A copy of the configuration in which the standard level answers within six hours."""
    folder = cli.folder.parent / "candidate"
    shutil.copytree(cli.folder, folder)
    path = folder / "policies" / "agrosoft.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("first_response: 8h", "first_response: 2h"), encoding="utf-8"
    )
    return folder


OLD = """
tests:
  - name: an unknown customer waits for forty hours
    ticket: {created: 2025-04-07 10:00, customer: unregistered}
    now: 2025-04-07 11:00
    expect: {level: general}
"""


def with_cases_inside(cli) -> None:
    path = cli.folder / "policies" / "agrosoft.yaml"
    path.write_text(path.read_text(encoding="utf-8") + OLD, encoding="utf-8")


MORE = "more may follow once these are mended: nothing is checked further while they stand"


def break_reading(cli) -> None:
    cli.edit("calendars/support-msk.yaml", "zone:", "zone: [")
    cli.edit("registry/registry.yaml", "match:", "match: {")
    cli.edit("policies/agrosoft_test.yaml", "cases:", "cases:\ncases:")


def break_shapes(cli) -> None:
    cli.edit("bridge.yaml", "minimum: 10", "minimum: ten")
    cli.edit("policies/agrosoft.yaml", "first_response: 8h", "first_response: 8 hours perhaps")
    cli.edit("calendars/support-msk.yaml", "mon-fri", "mon-fry")
    cli.edit("catalogue.yaml", "products:", "zome: UTC\nproducts:")


def break_names(cli) -> None:
    cli.edit("policies/agrosoft.yaml", "calendar: support-msk", "calendar: suport-msk")
    cli.edit("policies/agrosoft.yaml", "when: {condition: consulting}", "when: {condition: konsulting}")


def break_meaning(cli) -> None:
    rule = "rules:\n  - {id: none, level: general}\n  - {id: never, level: general, when: {topic: Any}}\n"
    cli.edit("policies/agrosoft.yaml", "rules:\n", rule)


def test_check_of_the_shipped_configuration_finds_nothing(cli) -> None:
    result = cli("policy", "check")
    assert (result.code, result.err) == (0, "")
    assert result.out == "agrosoft: 4 levels, 9 rules, 11 checks, 1 calendars; 0 warning(s)\n"
    assert cli("policy", "check", "--json").json == []


def places(result) -> list[tuple[str, str, str]]:
    found = [(one["file"], one["line"], one["column"]) for one in result.json]
    assert found == sorted(found)
    assert all(line and column for _, line, column in found)
    return [(one["file"], one["code"], one["path"]) for one in result.json]


def test_mistakes_are_told_in_three_stages_each_of_all_files_at_once_sorted_by_place(cli) -> None:
    break_meaning(cli)
    break_names(cli)
    break_shapes(cli)
    break_reading(cli)
    first = cli("policy", "check", "--json")
    assert first.code == 3
    assert places(first) == [
        ("calendars/support-msk.yaml", "syntax", ""),
        ("policies/agrosoft_test.yaml", "duplicate_key", "cases"),
        ("registry/registry.yaml", "syntax", ""),
    ]
    cli.edit("calendars/support-msk.yaml", "zone: [", "zone:")
    cli.edit("registry/registry.yaml", "match: {", "match:")
    cli.edit("policies/agrosoft_test.yaml", "cases:\ncases:", "cases:")
    second = cli("policy", "check", "--json")
    assert places(second) == [
        ("bridge.yaml", "wrong_type", "guards.minimum"),
        ("calendars/support-msk.yaml", "bad_value", "week"),
        ("catalogue.yaml", "unknown_key", "zome"),
        ("policies/agrosoft.yaml", "bad_value", "levels.standard.targets.first_response"),
    ]
    cli.edit("bridge.yaml", "minimum: ten", "minimum: 10")
    cli.edit("policies/agrosoft.yaml", "first_response: 8 hours perhaps", "first_response: 8h")
    third = cli("policy", "check", "--json")
    assert places(third) == [
        ("calendars/support-msk.yaml", "bad_value", "week"),
        ("catalogue.yaml", "unknown_key", "zome"),
        ("policies/agrosoft.yaml", "unknown_calendar", "defaults.calendar"),
        ("policies/agrosoft.yaml", "unknown_condition", "rules[6].when.condition"),
        ("policies/agrosoft.yaml", "unknown_calendar", "reminders.waiting.calendar"),
    ]
    cli.edit("calendars/support-msk.yaml", "mon-fry", "mon-fri")
    cli.edit("catalogue.yaml", "zome: UTC\n", "")
    cli.edit("policies/agrosoft.yaml", "suport-msk", "support-msk")
    cli.edit("policies/agrosoft.yaml", "konsulting", "consulting")
    last = cli("policy", "check", "--json")
    assert (last.code, places(last)[0]) == (3, ("policies/agrosoft.yaml", "reserved_rule", "rules[0].id"))
    assert {one["severity"] for one in last.json} == {"error", "warning"}
    stages = [{one["more_may_follow"] for one in result.json} for result in (first, second, third, last)]
    assert stages == [{True}, {True}, {True}, {False}]


def test_the_last_line_says_that_more_may_follow_until_the_last_stage(cli) -> None:
    assert MORE not in cli("policy", "check").err
    break_meaning(cli)
    assert (cli("policy", "check").code, cli("policy", "check").err) == (3, "")
    assert MORE not in cli("decide").err
    break_shapes(cli)
    assert cli("policy", "check").err.splitlines() == [MORE]
    assert cli("decide").err.splitlines()[-1] == MORE
    break_reading(cli)
    assert cli("policy", "check").err.splitlines() == [MORE]
    error = json.loads(cli("policy", "test", "--json").err)
    assert (error["more_may_follow"], {one["more_may_follow"] for one in error["problems"]}) == (True, {True})


def test_every_problem_is_a_line_with_its_place_and_the_nearest_name(cli) -> None:
    break_names(cli)
    always = "id: always\nzone_name: UTC\nweek: {mon-sun: 00:00-24:00}\n"
    (cli.folder / "calendars" / "always.yaml").write_text(always, encoding="utf-8")
    cli.edit("catalogue.yaml", "products:", "zome: UTC\nproducts:")
    result = cli("policy", "check")
    assert result.code == 3
    assert len(result.out.splitlines()) == 5  # the missing zone is the unknown key
    assert all(re.match(r"error: [a-z0-9/]+\.yaml:\d+:\d+: ", line) for line in result.out.splitlines())
    assert "did you mean 'support-msk'?" in result.out
    assert "did you mean 'consulting'?" in result.out


def test_a_wrong_description_of_the_registry_is_told_with_the_rest_although_no_row_is_read(cli) -> None:
    cli.edit("registry/registry.yaml", "match:", "mach:")
    cli.edit("policies/agrosoft.yaml", "calendar: support-msk", "calendar: suport-msk")
    (cli.folder / "registry" / "customers.csv").unlink()
    result = cli("policy", "check", "--json")
    assert result.code == 3
    assert [one["file"] for one in result.json] == [
        "policies/agrosoft.yaml",
        "policies/agrosoft.yaml",
        "registry/registry.yaml",
    ]


def test_a_registry_description_that_is_not_there_is_told(cli) -> None:
    cli.edit("bridge.yaml", "registry: registry/registry.yaml", "registry: registry/nothing.yaml")
    result = cli("policy", "check", "--json")
    assert (result.code, [one["code"] for one in result.json]) == (3, ["unreadable"])
    assert result.json[0]["line"] > 0


def test_missing_customer_data_does_not_stop_the_check_of_the_agreement(cli) -> None:
    (cli.folder / "registry" / "customers.csv").unlink()
    assert cli("policy", "check").code == 0


def test_check_loads_neither_network_nor_database_nor_the_engine_that_decides(cli) -> None:
    program = (
        "import sys\n"
        "sys.argv = ['sla-bridge', 'policy', 'check']\n"
        "from bridge.cli.main import app\n"
        "app(standalone_mode=False)\n"
        "print(*sys.modules)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.splitlines()[-1].split())
    assert "bridge.policies.language.compile" in loaded
    unwanted = {"requests", "sqlite3", "openpyxl", "icalendar", "rich", "numpy", "tenacity", "bridge.policies.decide"}
    assert loaded & unwanted == set()


@pytest.mark.parametrize("command", [("policy", "check"), ("policy", "test"), ("decide",)])
def test_cases_inside_a_policy_are_answered_with_the_new_way_by_every_command(cli, command: tuple[str, ...]) -> None:
    with_cases_inside(cli)
    result = cli(*command)
    assert result.code == 3
    said = result.out + result.err
    assert "put the cases into a file of their own, policies/NAME_test.yaml, under 'cases:'" in said
    assert re.search(r"policies/agrosoft\.yaml:\d+:1", said)


def test_check_tells_the_problems_of_every_file_in_one_run(cli) -> None:
    cli.edit("bridge.yaml", "minimum: 10", "minimum: ten")
    cli.edit("calendars/support-msk.yaml", "mon-fri", "mon-fry")
    cli.edit("catalogue.yaml", "scheme: dotted", "scheme: doted")
    cli.edit("policies/agrosoft.yaml", "first_response: 8h", "first_response: 8 hours")
    cli.edit("policies/agrosoft_test.yaml", "state: at_risk", "state: atrisk")
    result = cli("policy", "check")
    assert result.code == 3
    assert list(dict.fromkeys(line.split(":")[1].strip() for line in result.out.splitlines())) == [
        "bridge.yaml",
        "calendars/support-msk.yaml",
        "catalogue.yaml",
        "policies/agrosoft.yaml",
        "policies/agrosoft_test.yaml",
    ]
    assert next(one["file"] for one in cli("policy", "check", "--json").json) == "bridge.yaml"


def test_a_mistake_in_the_tests_stops_the_check_and_nothing_else(cli) -> None:
    cli.edit("policies/agrosoft_test.yaml", "state: at_risk", "state: atrisk")
    result = cli("policy", "check")
    assert (result.code, "did you mean 'at_risk'?" in result.out) == (3, True)
    assert cli("decide", stdin=snapshot(1)).code == 0


def test_sync_writes_nothing_with_a_policy_that_cannot_be_used(desk_cli, helpdesk: Sandbox) -> None:
    helpdesk.people.create_ticket("Question", "Nothing opens", email="buh@rassvet.example")
    assert desk_cli("setup").code == 0
    helpdesk.clear_journal()
    with_cases_inside(desk_cli)
    result = desk_cli("sync")
    assert result.code == 3
    assert "the key 'tests' is no longer read" in result.err
    assert "writes" not in [one.route for one in helpdesk.journal]


def test_the_shipped_cases_pass_and_reach_every_rule(cli) -> None:
    result = cli("policy", "test", "--coverage")
    assert result.code == 0
    assert "0 failed" in result.out
    assert "rules: 9 of 9 decide a case (100%)" in result.out


def test_cases_are_decided_by_what_the_registry_of_the_configuration_keeps(cli) -> None:
    """A live ticket would be told that its certificate is not stated: a case that expects it missing has to fail."""
    case = """
cases:
  - name: nothing stands in the registry
    ticket: {created: 2025-04-07 10:00, customer: commercial}
    now: 2025-04-07 11:00
    expect: {reasons: {certificate: certificate_missing}}
"""
    (cli.folder / "policies/kept_test.yaml").write_text(case, encoding="utf-8")
    assert cli("policy", "test", "--select", "stands in").code == 0
    for column in ("certificate:", "certificate_kind:", "certificate_from:", "certificate_until:"):
        cli.edit("registry/registry.yaml", f"      {column}", f"      # {column}")
    result = cli("policy", "test", "--select", "stands in")
    assert result.code == 8
    assert "expected certificate_missing, found certificate_not_stated" in result.out


def test_a_failing_case_is_told_with_place_expected_and_found_and_exits_with_8(cli) -> None:
    cli.edit("policies/agrosoft.yaml", "first_response: 8h", "first_response: 7h")
    result = cli("policy", "test")
    assert result.code == 8
    assert re.search(
        r"policies/agrosoft_test\.yaml:\d+ due: expected 2025-04-08 09:00, found 2025-04-08 08:00", result.out
    )


def test_a_rule_without_a_case_exits_with_8_unless_cases_were_left_out(cli) -> None:
    cli.edit(
        "policies/agrosoft.yaml",
        "rules:\n",
        "rules:\n  - {id: never-tried, level: urgent, when: {subject: {contains: unheard-of}}}\n",
    )
    result = cli("policy", "test")
    assert (result.code, "no case reaches never-tried (policies/agrosoft.yaml:" in result.out) == (8, True)
    assert re.search(r"^ +0  never-tried ", cli("policy", "test", "--coverage").out, re.MULTILINE)
    assert cli("policy", "test", "--select", "runs out").code == 0


def test_select_runs_only_the_cases_of_that_name(cli) -> None:
    result = cli("policy", "test", "--select", "*reaction*runs out", "--json")
    assert [one["name"] for one in result.json["cases"]] == ["the reaction of the standard level runs out"]
    assert result.json["complete"] is False


def test_a_filter_that_no_case_fits_is_a_usage_error(cli) -> None:
    result = cli("policy", "test", "--select", "unheard-of")
    assert (result.code, "no case has 'unheard-of'" in result.err) == (2, True)


def test_a_report_that_cannot_be_written_is_a_usage_error(cli, candidate: Path) -> None:
    nowhere = str(cli.folder / "nowhere" / "report")
    for arguments in (
        ("policy", "test", "--junit", nowhere),
        ("policy", "simulate", str(candidate), "-i", "-", "--html", nowhere),
    ):
        result = cli(*arguments, stdin=snapshot(1))
        assert (result.code, "cannot be written" in result.err) == (2, True)


def test_junit_has_a_test_for_each_case_and_a_failure_for_each_that_failed(cli) -> None:
    cli.edit("policies/agrosoft.yaml", "first_response: 8h", "first_response: 7h")
    file = cli.folder.parent / "report.xml"
    report = cli("policy", "test", "--json", "--junit", str(file)).json
    root = ET.parse(file).getroot()  # noqa: S314 - our own file
    assert len(list(root.iter("testcase"))) == len(report["cases"])
    assert len(list(root.iter("failure"))) == report["failed"] > 0


def test_schema_prints_a_json_schema_of_each_kind_and_refuses_others(cli) -> None:
    for kind in SCHEMAS:
        assert cli("policy", "schema", kind).json["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"policy", "policy-part", "cases", "calendar", "catalogue", "registry", "bridge"} == set(SCHEMAS)
    assert cli("policy", "schema", "pony").code == 2


def test_simulating_the_same_configuration_changes_nothing(cli) -> None:
    result = cli(
        "policy", "simulate", str(cli.folder), "-i", "-", "--at", AT, "--json", stdin=snapshot(1) + snapshot(2)
    )
    assert result.code == 0
    assert (result.json["tickets"], result.json["changed"], result.json["failed"]) == (2, 0, [])


def test_simulate_counts_what_a_shorter_target_breaches(cli, candidate: Path) -> None:
    at = "2026-11-23T07:00:00Z"
    result = cli("policy", "simulate", str(candidate), "-i", "-", "--at", at, "--json", stdin=snapshot(1))
    assert result.code == 0
    assert result.json["states"] == [{"from": "running", "to": "overdue", "tickets": 1}]
    assert result.json["breached"] == [{"name": "first_response", "tickets": 1}]
    assert result.json["deadlines"]["earlier"] == 1
    text = cli("policy", "simulate", str(candidate), "-i", "-", "--at", at, stdin=snapshot(1)).out
    assert "1 of 1 tickets would change" in text
    assert "running → overdue" in text


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        (("--most-changed", "100"), 0),
        (("--most-changed", "99"), 8),
        (("--most-breached", "1"), 0),
        (("--most-breached", "0"), 8),
    ],
)
def test_simulate_exits_with_8_only_above_its_limits(cli, candidate: Path, limit: tuple[str, str], code: int) -> None:
    arguments = ("policy", "simulate", str(candidate), "-i", "-", "--at", "2026-11-23T07:00:00Z", *limit)
    result = cli(*arguments, stdin=snapshot(1))
    assert result.code == code
    assert ("above the limit" in result.err) is (code == 8)


def test_a_candidates_registry_is_tried_as_it_is_and_leaves_the_last_good_copies_alone(cli, candidate: Path) -> None:
    assert cli("registry", "check").code == 0
    copies = cli.folder.parent / "state" / "registry"
    before = {path.name: path.read_bytes() for path in copies.iterdir()}
    export = candidate / "registry" / "customers.csv"
    head, first, *_ = export.read_text(encoding="utf-8").splitlines()
    export.write_text(f"{head}\n{first.replace('rassvet', 'zakat')}\n", encoding="utf-8")
    result = cli("policy", "simulate", str(candidate), "-i", "-", "--at", AT, "--json", stdin=snapshot(1))
    assert result.json["levels"] == [{"from": "standard", "to": "general", "tickets": 1}]
    assert {path.name: path.read_bytes() for path in copies.iterdir()} == before


def test_a_candidate_that_is_not_there_is_told_by_its_path(cli) -> None:
    result = cli("policy", "simulate", str(cli.folder / "nowhere"), "-i", "-")
    assert (result.code, "nowhere (check its path)" in result.err) == (3, True)


def test_a_line_that_is_no_ticket_is_told_with_its_number_and_exits_with_4(cli, candidate: Path) -> None:
    lines = snapshot(1) + "nothing\n" + snapshot(2)
    result = cli("policy", "simulate", str(candidate), "-i", "-", "--at", AT, "--json", stdin=lines)
    assert (result.code, result.json["tickets"]) == (4, 2)
    assert [one["reason"].startswith("line 2:") for one in result.json["failed"]] == [True]


def test_a_candidate_that_cannot_be_used_exits_with_3(cli, candidate: Path) -> None:
    (candidate / "policies" / "agrosoft.yaml").write_text("policy: [", encoding="utf-8")
    assert cli("policy", "simulate", str(candidate), "-i", "-", stdin=snapshot(1)).code == 3


def test_a_snapshot_file_that_is_not_there_is_a_usage_error(cli, candidate: Path) -> None:
    assert cli("policy", "simulate", str(candidate), "-i", str(candidate / "nothing.jsonl")).code == 2


def test_the_page_is_self_contained_and_escapes_what_tickets_say(cli, candidate: Path) -> None:
    page = cli.folder.parent / "page.html"
    hostile = "<script>alert(1)</script>"
    line = snapshot(1, number=hostile, department={"id": 1, "name": f'"{hostile}&'})
    cli(
        "policy", "simulate", str(candidate), "-i", "-", "--at", "2026-11-23T07:00:00Z", "--html", str(page), stdin=line
    )
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&quot;&lt;script&gt;" in text
    assert not re.search(r"""src\s*=|url\(|@import|<link""", text)
    # Nothing is fetched; a ticket's number leads to its page in the helpdesk.
    assert set(re.findall(r"https?://[^\"]*", text)) == {"http://127.0.0.1:9/scp/tickets.php?id=1"}


def test_simulate_reads_the_tickets_of_the_helpdesk_and_writes_none(desk_cli, helpdesk: Sandbox) -> None:
    for number in range(3):
        helpdesk.people.create_ticket(f"Question {number}", "Nothing opens", email="buh@rassvet.example")
    candidate = desk_cli.folder.parent / "candidate"
    shutil.copytree(desk_cli.folder, candidate)
    path = candidate / "policies" / "agrosoft.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("first_response: 8h", "first_response: 2h"), encoding="utf-8")
    helpdesk.clear_journal()
    result = desk_cli("policy", "simulate", str(candidate), "--json")
    assert (result.code, result.json["tickets"], result.json["changed"]) == (0, 3, 3)
    assert result.json["deadlines"]["earlier"] == 3
    assert {one.method for one in helpdesk.journal} == {"GET"}


def test_check_warns_of_a_status_and_a_priority_that_only_policy_tests_know(cli) -> None:
    cli.edit("policies/agrosoft_test.yaml", "12:30 status Resolved", "12:30 status Waiting for a customer")
    cli.edit("policies/agrosoft_test.yaml", "ticket: {channel: other}", "ticket: {channel: other, priority: Urgent}")
    result = cli("policy", "check")
    assert result.code == 0
    first, second, last = result.out.splitlines()
    assert re.match(
        r"warning: policies/agrosoft_test\.yaml:\d+:\d+: only policy tests know the status 'Waiting for a", first
    )
    assert "did you mean 'Waiting for the customer'?" in first
    assert "only policy tests know the priority 'Urgent' (the policy itself names: none)" in second
    assert last.endswith("2 warning(s)")
    codes = [one["code"] for one in json.loads(cli("policy", "check", "--json").out)]
    assert codes == ["only_in_tests", "only_in_tests"]
