"""The example of the how-to is a whole configuration that works as the page says."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bridge.cli.policy import SCHEMAS
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import policy_zone, read_all_cases
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import moment, snapshot
from bridge.policies.trials.run import CaseReport, run_cases

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-your-agreement.md").read_text(encoding="utf-8")


def test_the_agreement_of_the_how_to_holds_its_own_cases() -> None:
    business, always, levels, rules, cases = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    files = {
        "calendars/business.yaml": business,
        "calendars/always.yaml": always,
        "policies/agreement.yaml": levels + rules,
        "policies/agreement_test.yaml": cases,
    }
    contents = {name: text.encode() for name, text in files.items()}
    result = compile_policy(contents, today=date(2026, 5, 1))
    assert [str(one) for one in result.warnings] == []
    report = run_cases(result.policy, read_all_cases(contents, result.policy))
    assert not report.failed, as_text(report)
    assert report.share == 1.0


def test_the_how_to_writes_every_schema_that_there_is() -> None:
    (kinds,) = re.findall(r"for kind in (.*); do", PAGE)
    assert kinds.split() == list(SCHEMAS)
    assert all(f"{kind}.json" in PAGE for kind in ("policy", "cases", "policy-part"))


def _row(wanted: str) -> list[str]:
    """Return the pieces of code in the second cell of the row that says so."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {wanted}")]
    return re.findall(r"`([^`]+)`", row.split("|")[2])


def test_short_days_stay_full_as_the_row_says() -> None:
    (written,) = _row("short days before holidays are full days")
    law = {
        "id": "w",
        "zone": "Europe/Moscow",
        "week": {"mon-fri": ["09:00-18:00"]},
        "holidays": [{"ru-production": True}],
    }
    start = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Europe/Moscow"))
    full, short = build_calendar({**law, **yaml.safe_load(written)}), build_calendar(law)
    due = [one.add(start, Amount.parse("8h30m")).astimezone(start.tzinfo) for one in (full, short)]
    assert [(one.day, one.hour, one.minute) for one in due] == [(3, 17, 30), (5, 9, 30)]


def test_a_ticket_is_at_risk_from_an_hour_before_as_the_row_says() -> None:
    written, replaced = _row("at risk from an hour before the time is up")
    business, always, levels, rules, _ = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert replaced in levels
    contents = {
        "calendars/business.yaml": business,
        "calendars/always.yaml": always,
        "policies/agreement.yaml": levels.replace(replaced, written) + rules,
    }
    policy = compile_policy({name: text.encode() for name, text in contents.items()}, today=date(2026, 5, 1)).policy
    zone = policy_zone(policy)
    created = TicketModel.model_validate({"created": "2026-05-20 10:00", "priority": "High"})
    for now, state in (
        ("2026-05-20 10:59", "running"),
        ("2026-05-20 11:00", "at_risk"),
        ("2026-05-20 12:01", "overdue"),
    ):
        at = moment(now, zone)
        assert decide(snapshot(created, zone, at), policy, now=at).state == state


def test_two_whole_days_leave_out_weekends_and_holidays_as_the_row_says() -> None:
    amount, week, full = _row("within 48 hours, not counting")
    days = {"id": "d", "zone": "Europe/Moscow", "holidays": [{"ru-production": True}]}
    calendar = build_calendar({**days, **yaml.safe_load(week), **yaml.safe_load(full)})
    start = datetime(2026, 4, 30, 12, tzinfo=ZoneInfo("Europe/Moscow"))  # a Thursday; May Day is a Friday
    assert calendar.add(start, Amount.parse(amount)) == datetime(2026, 5, 5, 12, tzinfo=start.tzinfo)


def _cases(more: str, cases: str, target: str = "") -> CaseReport:
    """Return how cases fare by the how-to's agreement with more keys and, on every level, one more target."""
    business, always, levels, rules, _ = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    levels = levels.replace("    targets:\n", f"    targets:\n      {target}\n")
    files = {
        "calendars/business.yaml": business,
        "calendars/always.yaml": always,
        "policies/agreement.yaml": levels + rules + more,
        "policies/agreement_test.yaml": "customers: {bank: {tier: gold}}\n" + cases,
    }
    contents = {name: text.encode() for name, text in files.items()}
    policy = compile_policy(contents, today=date(2026, 5, 1)).policy
    return run_cases(policy, read_all_cases(contents, policy))


RAISED = """
ticket: {customer: bank, created: 2026-05-20 09:00, priority: Low, then: [2026-05-20 12:00 priority Emergency]}
cases:
  - name: raised after three hours
    now: 2026-05-20 12:10
    expect: {due: 2026-05-20 %s, state: %s}
"""


def test_a_raised_severity_has_its_time_anew_as_the_row_says() -> None:
    (written,) = _row("a severity that is raised")
    anew, used_up = _cases(written, RAISED % ("12:30", "running")), _cases("", RAISED % ("09:30", "overdue"))
    assert not anew.failed, as_text(anew)
    assert not used_up.failed, as_text(used_up)


ACCEPTED = """
ticket: {customer: bank, created: 2026-05-20 09:00, priority: Low}
cases:
  - name: a refusal goes on, an acceptance ends it
    ticket: {then: [2026-05-20 10:00 set accepted false, 2026-05-20 12:00 set accepted true]}
    at:
      - {now: 2026-05-20 11:00, expect: {clocks: {acceptance: {state: %s}}}}
      - {now: 2026-05-20 13:00, expect: {clocks: {acceptance: {state: met}}}}
"""


def test_only_an_acceptance_stops_the_clock_as_the_row_says() -> None:
    field, written, _ = _row("until the customer accepts it")
    plain = written.replace(", when: {fields: {accepted: true}}", "")
    assert plain != written
    for stop, after_a_refusal in ((written, "running"), (plain, "met")):
        clock = f"\n{field}: accepted\nclocks: {{acceptance: {{title: Acceptance, start: created, {stop}}}}}\n"
        report = _cases(clock, ACCEPTED % after_a_refusal, target="acceptance: 8h")
        assert not report.failed, as_text(report)
