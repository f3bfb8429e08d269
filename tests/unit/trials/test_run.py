"""Policy tests: the short notation, expectations, coverage, filters and reports."""

import json
from datetime import UTC
from textwrap import dedent
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from bridge.customers import Presence, Tracked
from bridge.errors import ConfigurationInvalid
from bridge.policies.agreement.policy import Policy
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_json, as_junit, as_text
from bridge.policies.trials.cases import read_all_cases, read_cases
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import VERBS, local_text, moment, snapshot
from bridge.policies.trials.run import CaseReport, registry_answer, run_cases
from bridge.tickets import Actor, EventKind, Source, Ticket, parse_instant
from tests.unit.language.configurations import files, with_rules

MOSCOW = ZoneInfo("Europe/Moscow")


def policy() -> Policy:
    return compile_policy(
        with_rules("- {id: high, level: silver, when: {priority: High}}\n- {id: rest, level: silver}\n")
    ).policy


def told(*lines: str, now: str = "2030-01-01 00:00", **ticket: object) -> Ticket:
    model = TicketModel.model_validate(
        {"created": "2025-04-07 10:00", "then": list(lines), **ticket}
        if lines
        else {"created": "2025-04-07 10:00", **ticket}
    )
    return snapshot(model, MOSCOW, moment(now, MOSCOW))


def run(text: str, *, select: str = "") -> CaseReport:
    one = policy()
    return run_cases(one, [read_cases(dedent(text).encode(), one, file="policies/p_test.yaml")], select=select)


def test_local_times_are_read_in_the_zone_of_the_file() -> None:
    assert moment("2025-04-07 10:00", MOSCOW) == parse_instant("2025-04-07T07:00:00Z")
    assert moment("2025-04-07 9:05:30", UTC) == parse_instant("2025-04-07T09:05:30Z")
    assert moment("2025-04-07T07:00:00Z", MOSCOW) == parse_instant("2025-04-07T07:00:00Z")
    assert local_text(moment("2025-04-07 10:00:05", MOSCOW), MOSCOW) == "2025-04-07 10:00:05"
    with pytest.raises(ValueError, match="no time"):
        moment("Monday", MOSCOW)


def test_lines_become_the_events_a_helpdesk_tells() -> None:
    ticket = told(
        "11:00 answer",
        "11:30 message by email",
        "2025-04-08 09:00 status Waiting for the customer",
        "09:00 agent message by phone",
        "09:30 system note",
        "10:00 department Development",
        "10:10 topic Failure",
        "10:20 priority High",
        "10:30 assign Olga",
        "10:40 set sla_set_critical true",
        "10:41 set product Big accounting",
        "10:42 clear product",
        "11:00 close Resolved",
        "12:00 reopen",
        "13:00 close",
        "14:00 rate 5",
    )
    kinds = [(event.kind, event.actor) for event in ticket.events]
    assert kinds == [
        (EventKind.CREATED, Actor.CUSTOMER),
        (EventKind.RESPONSE, Actor.AGENT),
        (EventKind.MESSAGE, Actor.CUSTOMER),
        (EventKind.STATUS, Actor.AGENT),
        (EventKind.MESSAGE, Actor.AGENT),
        (EventKind.NOTE, Actor.SYSTEM),
        (EventKind.DEPARTMENT, Actor.AGENT),
        (EventKind.TOPIC, Actor.AGENT),
        (EventKind.PRIORITY, Actor.AGENT),
        (EventKind.ASSIGNED, Actor.AGENT),
        (EventKind.FIELD, Actor.AGENT),
        (EventKind.FIELD, Actor.AGENT),
        (EventKind.FIELD, Actor.AGENT),
        (EventKind.CLOSED, Actor.AGENT),
        (EventKind.REOPENED, Actor.AGENT),
        (EventKind.CLOSED, Actor.AGENT),
        (EventKind.RATING, Actor.CUSTOMER),
    ]
    assert (ticket.events[2].source, ticket.events[4].source) == (Source.EMAIL, Source.PHONE)
    assert ticket.events[6].before == {"id": 1, "name": "Support"}
    assert ticket.events[6].after == {"id": 2, "name": "Development"}
    assert ticket.events[12].before == "Big accounting"
    assert (ticket.status.name, ticket.status.state) == ("Closed", "closed")
    assert ticket.closed_at == moment("2025-04-08 13:00", MOSCOW)
    assert dict(ticket.fields) == {"sla_set_critical": True, "product": None}
    assert ticket.assignee is not None
    assert ticket.assignee.name == "Olga"


def test_what_happens_after_now_is_not_in_the_snapshot() -> None:
    ticket = told("11:00 answer", "12:00 close", now="2025-04-07 11:30")
    assert [event.kind for event in ticket.events] == [EventKind.CREATED, EventKind.RESPONSE]
    assert ticket.status.state == "open"


def test_a_ticket_may_say_everything_at_creation() -> None:
    ticket = told(
        channel="phone",
        status="New",
        department="Second line",
        topic="Failure",
        priority="High",
        subject="s",
        body="b",
        language="en",
        email="a@b.example",
        requester={"phone": "1"},
        organization="Farm",
        organization_fields={"region": "Altai"},
        fields={"product": "x"},
        attachments=["a.png", "b.txt"],
        imported=True,
    )
    assert (ticket.source, ticket.status.name, ticket.department.name, ticket.imported) == (
        Source.PHONE,
        "New",
        "Second line",
        True,
    )
    assert ticket.requester.organization is not None
    assert dict(ticket.requester.organization.fields) == {"region": "Altai"}
    assert [attachment.name for attachment in ticket.attachments] == ["a.png", "b.txt"]
    assert ticket.topic is not None


def test_a_merged_ticket_names_its_parent() -> None:
    assert told("11:00 merge").merged_into == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("answer", "cannot be read"),
        ("11:00", "cannot be read"),
        ("11:00 anwser", "nothing that happens"),
        ("09:00 answer", "before the line above"),
        ("25:00 answer", "hour must be"),
        ("11:00 status", "which status"),
        ("11:00 set x", "what is set"),
        ("11:00 clear", "which field"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        told(line)


def test_every_verb_is_told_in_the_reference() -> None:
    from docs.reference_pages import policy_tests_page

    page = policy_tests_page()
    assert [verb for verb in VERBS if verb not in page] == []


@pytest.mark.parametrize(
    ("name", "presence", "category"),
    [
        ("unknown", Presence.UNKNOWN, None),
        ("ambiguous", Presence.AMBIGUOUS, None),
        ("not_found", Presence.NOT_FOUND, None),
        ("unregistered", Presence.NOT_FOUND, None),
        ("partner", Presence.FOUND, "partner"),
    ],
)
def test_a_customer_may_be_a_word(name: str, presence: Presence, category: str | None) -> None:
    answer = registry_answer(name, {}, 0)
    assert answer.presence is presence
    assert (answer.customer.category if answer.customer else None) == category


CASES = """\
    ticket: {created: 2025-04-07 10:00}
    cases:
      - name: high is silver
        ticket: {priority: High}
        now: 2025-04-07 11:00
        expect: {level: silver, rule: high, due: 2025-04-07 18:00, state: running, category: none, verdict: full,
                 clocks: {first_response: {elapsed: 1h, remaining: 7h, target: 8h, cycle: 1}, resolution: none}}
      - name: everything wrong
        at:
          - now: 2025-04-07 11:00
            expect:
              level: gold
              rule: rest
              state: overdue
              due: none
              verdict: limited
              category: partner
              reason: [Silver, nonsense]
              checks: {certificate: pass}
              reasons: {certificate: x}
              fields: {sla_level: gold, sla_curator: none}
              next_change: none
              clocks:
                resolution: {state: met}
                first_response: {state: met, due: 2025-04-07 17:00, breached: 2025-04-07 17:00, elapsed: 2h,
                                 target: 4h, calendar: other, provisional: true, stopped: none, started: 2025-04-07 10:00}
      - name: an overdue clock shows what is left as negative
        now: 2025-04-08 10:00
        expect: {clocks: {first_response: {remaining: 1h}}}
      - name: nobody knows this customer
        ticket: {customer: frm}
        now: 2025-04-07 11:00
        expect: {level: silver}
    """


def test_a_case_names_everything_that_comes_out_differently() -> None:
    report = run(CASES)
    right, wrong, overdue, nobody = report.results
    assert right.passed
    assert [mismatch.what for mismatch in wrong.mismatches] == [
        "level", "state", "verdict", "category", "due", "next_change", "reason", "checks.certificate", "reasons.certificate",
        "fields.sla_level", "clocks.resolution", "clocks.first_response.state", "clocks.first_response.calendar",
        "clocks.first_response.provisional", "clocks.first_response.target", "clocks.first_response.due",
        "clocks.first_response.breached", "clocks.first_response.elapsed",
    ]  # fmt: skip
    level = wrong.mismatches[0]
    assert (level.expected, level.found, level.at) == ("gold", "silver", "policies/p_test.yaml:12")
    assert [mismatch.found for mismatch in overdue.mismatches] == ["-1h"]
    assert "no customer 'frm'" in nobody.error


def test_coverage_counts_cases_by_rule() -> None:
    report = run(CASES)
    assert [(rule.rule, rule.at, rule.cases) for rule in report.coverage] == [
        ("high", "policies/p.yaml:9", 1),
        ("rest", "policies/p.yaml:10", 2),
    ]
    assert report.share == 1.0
    only = run(CASES, select="high*")
    assert [rule.rule for rule in only.untested] == ["rest"]
    assert not only.complete
    assert only.share == 0.5


@pytest.mark.parametrize(
    ("select", "names"), [("SILVER", 1), ("*wrong", 1), ("p_test", 4), ("*p_test.yaml", 4), ("nothing", 0)]
)
def test_a_filter_selects_by_name_or_file(select: str, names: int) -> None:
    assert len(run(CASES, select=select).results) == names


def test_the_report_for_people_names_place_expected_and_found() -> None:
    text = as_text(run(CASES), coverage=True)
    assert (
        "FAIL policies/p_test.yaml:8 everything wrong\n  policies/p_test.yaml:12 level: expected gold, found silver\n"
        in text
    )
    assert text.endswith(
        "1 passed, 3 failed\nrules: 2 of 2 decide a case (100%)\n"
        "    1  high (policies/p.yaml:9)\n    2  rest (policies/p.yaml:10)"
    )
    part = as_text(run(CASES, select="high is"), coverage=True)
    assert "rules: 1 of 2 decide a case (50%; only part of the cases ran)\n" in part
    assert "    0  rest (policies/p.yaml:10)" in part


def test_a_rule_that_no_case_reaches_is_told_unasked() -> None:
    report = run(CASES.replace("priority: High", "priority: Low"))
    assert [rule.rule for rule in report.untested] == ["high"]
    assert as_text(report).endswith("rules: 1 of 2 decide a case (50%)\n  no case reaches high (policies/p.yaml:9)")
    assert "no case reaches" not in as_text(run(CASES, select="silver"))


def test_the_report_for_build_servers_is_junit() -> None:
    root = ET.fromstring(as_junit(run(CASES)))  # noqa: S314 - our own output
    (suite,) = root
    assert dict(suite.attrib) == {"name": "policies/p_test.yaml", "tests": "4", "failures": "2", "errors": "1"}
    assert [len(case) for case in suite] == [0, 1, 1, 1]
    assert suite[1][0].tag == "failure"
    assert suite[3][0].attrib["message"].startswith("no customer 'frm'")


def test_the_report_for_programs_is_json() -> None:
    data = as_json(run(CASES))
    assert (data["passed"], data["failed"], data["complete"]) == (1, 3, True)
    assert data["cases"][0] == {
        "name": "high is silver", "file": "policies/p_test.yaml", "line": 3, "passed": True, "error": None, "mismatches": [], "rules": ["high"],
    }  # fmt: skip
    assert data["coverage"]["rules"][0] == {"rule": "high", "at": "policies/p.yaml:9", "cases": 1}


def test_a_broken_test_file_names_every_problem() -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        run("zone: Europe/Moskow\ncases:\n  - {name: x, now: 2025-04-07 10:00, expect: {}}\n")
    assert [problem.code for problem in caught.value.problems] == ["bad_value"]
    with pytest.raises(ConfigurationInvalid) as caught:
        run("zoen: x\ncases: []\n")
    assert {problem.code for problem in caught.value.problems} == {"unknown_key", "bad_value"}


def test_a_file_may_tell_its_times_in_another_zone() -> None:
    report = run(
        """\
        zone: UTC
        cases:
          - name: in UTC
            ticket: {created: 2025-04-07 07:00}
            now: 2025-04-07 08:00
            expect: {due: 2025-04-07 15:00}
        """
    )
    assert not report.failed, as_text(report)


def test_a_clock_that_should_not_be_is_named() -> None:
    report = run(
        "cases: [{name: x, ticket: {created: 2025-04-07 10:00}, now: 2025-04-07 11:00, expect: {clocks: {first_response: none}}}]"
    )
    assert as_text(report).startswith(
        "FAIL policies/p_test.yaml:1 x\n  policies/p_test.yaml:1 clocks.first_response: expected none, found running, cycle 1\n"
        "0 passed, 1 failed\n"
    )


def test_coverage_tells_rules_of_one_name_in_two_revisions_apart() -> None:
    files = with_rules("- {id: high, level: silver, when: {priority: High}}\n- {id: rest, level: silver}\n")
    files["policies/q.yaml"] = b"extends: p.yaml\nvalid_from: 2026-01-01\nrules: [{id: rest, when: {closed: false}}]\n"
    one = compile_policy(files).policy
    cases = b"cases: [{name: x, ticket: {created: 2025-04-07 10:00}, now: 2025-04-07 11:00, expect: {level: silver}}]"
    report = run_cases(one, [read_cases(cases, one, file="policies/p_test.yaml")])
    assert [(rule.rule, rule.cases) for rule in report.coverage] == [("high", 0), ("rest", 1), ("rest", 0)]


def test_a_ticket_that_no_rule_fits_is_a_case_too() -> None:
    one = compile_policy(with_rules("- {id: high, level: silver, when: {priority: High}}\n")).policy
    cases = b"cases: [{name: x, ticket: {created: 2025-04-07 10:00}, now: 2025-04-07 11:00, expect: {level: none, rule: none, state: none}}]"
    assert not run_cases(one, [read_cases(cases, one, file="policies/p_test.yaml")]).failed


def test_a_whole_configuration_has_the_cases_of_all_its_test_files() -> None:
    files = with_rules("- {id: rest, level: silver}\n")
    one = compile_policy(files).policy
    case = "cases: [{name: NAME, ticket: {created: 2025-04-07 10:00}, now: 2025-04-07 11:00, expect: {rule: rest}}]"
    files["policies/p_test.yaml"] = case.replace("NAME", "first").encode()
    files["policies/q_test.yaml"] = case.replace("NAME", "second").encode()
    report = run_cases(one, read_all_cases(files, one))
    assert [(result.name, result.file, result.passed) for result in report.results] == [
        ("first", "policies/p_test.yaml", True),
        ("second", "policies/q_test.yaml", True),
    ]
    files["policies/p_test.yaml"] = b"cases: []"
    files["policies/q_test.yaml"] = b"cases: [{name: x}]"
    with pytest.raises(ConfigurationInvalid) as caught:
        read_all_cases(files, one)
    assert [problem.file for problem in caught.value.problems] == ["policies/p_test.yaml", "policies/q_test.yaml"]


def test_the_same_cases_give_the_same_report() -> None:
    assert as_json(run(CASES)) == as_json(run(CASES))


UNITS = """
policy: sample
title: {ru: Пример, en: Sample}
defaults: {calendar: week}
levels: {plain: {title: Plain, targets: {first_response: 8h}}}
rules: [{id: all, level: plain}]
checks: {certificate: {kind: certificate}, contact: {kind: contact}, contract: {kind: contract}}
"""


@pytest.mark.parametrize(
    ("keeps", "own", "customer", "reasons"),
    [
        ("", Tracked, "partner", ("certificate_missing", "papers_missing", "contract_missing")),
        ("", ["certificates"], "partner", ("certificate_missing", "certificate_not_in_force", "contract_not_stated")),
        ("", [], "holder", ("certificate_active", "contact_named", "contract_not_stated")),
        ("", ["contracts"], "holder", ("certificate_active", "contact_named", "contract_missing")),
        ("keeps: licences", Tracked, "partner", ("certificate_not_stated", "papers_not_stated", "contract_not_stated")),
        ("keeps: [contracts]", [], "partner", ("certificate_not_stated", "contract_missing", "contract_missing")),
    ],
)
def test_cases_are_decided_by_what_the_registry_keeps(keeps: str, own: list, customer: str, reasons: tuple) -> None:
    one = compile_policy(files(UNITS)).policy
    expected = dict(zip(("certificate", "contact", "contract"), reasons, strict=True))
    text = f"""
{keeps}
customers:
  holder: {{certificates: [{{valid_until: 2030-12-31, contacts: customer@farm.example}}]}}
ticket: {{created: 2025-04-07 10:00, customer: {customer}}}
cases: [{{name: x, now: 2025-04-07 11:00, expect: {{reasons: {json.dumps(expected)}}}}}]
"""
    if customer == "partner" and not keeps:
        text = text.replace(
            "  holder: {certificates: [{valid_until: 2030-12-31, contacts: customer@farm.example}]}", "  {}"
        )
    cases = read_cases(text.encode(), one, file="policies/p_test.yaml")
    report = run_cases(one, [cases], keeps=frozenset(map(Tracked, own)))
    assert [(each.error, each.mismatches) for each in report.results] == [("", ())]
