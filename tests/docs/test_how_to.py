"""The example of the how-to is a whole configuration that works as the page says."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bridge.cli.agreement.policy import SCHEMAS
from bridge.customers import NO_REGISTRY, Category, Customer, Presence, RegistryAnswer
from bridge.decisions import Decision
from bridge.policies.agreement.policy import Policy
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import policy_zone, read_all_cases
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import moment, snapshot
from bridge.policies.trials.run import CaseReport, run_cases
from bridge.tickets import format_instant

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


def _agreement(*changes: tuple[str, str], more: dict[str, str] | None = None) -> Policy:
    """Return the example of the page with changes in its levels and rules, and with more files."""
    business, always, levels, rules, _ = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    text = levels + rules
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    contents = {"calendars/business.yaml": business, "calendars/always.yaml": always, **(more or {})}
    contents["policies/agreement.yaml"] = text
    return compile_policy({name: one.encode() for name, one in contents.items()}, today=date(2026, 5, 1)).policy


def _decided(policy: Policy, created: str, now: str, registry: RegistryAnswer = NO_REGISTRY) -> Decision:
    zone = policy_zone(policy)
    written = TicketModel.model_validate({"created": created, "priority": "High"})
    return decide(snapshot(written, zone, moment(now, zone)), policy, now=moment(now, zone), registry=registry)


NOBODY_KNOWN = RegistryAnswer(presence=Presence.NOT_FOUND)


def test_a_severity_is_raised_when_nobody_answers_as_the_row_says() -> None:
    (written,) = _row("severity raised when nobody answers")
    urgent = "  urgent:\n    extends: silver\n    raise: []\n    title: Urgent\n    targets: {first_response: 3h}\n"
    policy = _agreement(
        ("    title: Silver\n", f"    title: Silver\n    {written}\n"),
        ("  gold:\n    extends: silver ", urgent + "  gold:\n    raise: []\n    extends: silver "),
    )
    before, after = (
        _decided(policy, "2026-05-20 10:00", now, NOBODY_KNOWN) for now in ("2026-05-20 11:59", "2026-05-20 12:00")
    )
    assert (before.level, before.rule) == ("silver", "all-others")
    assert (after.level, after.rule) == ("urgent", "raised:all-others")
    assert format_instant(after.clocks[0].due_at) == "2026-05-20T11:00:00Z"


def test_somebody_is_told_five_times_after_the_time_is_up_as_the_row_says() -> None:
    (written,) = _row("escalation after the time is up, every four hours, five times")
    filled = written.replace("actions: […]", "actions: [{note: Late}]")
    assert filled != written
    policy = _agreement(("  at_risk: 75%\n", f"  at_risk: 75%\n  {filled}\n"))
    now, told = "2026-05-20 10:00", []
    while (made := _decided(policy, "2026-05-20 10:00", now, NOBODY_KNOWN)).next_change_at is not None:
        now = format_instant(made.next_change_at)
        told += [one.not_before for one in made.actions if one.not_before not in told]
    told += [one.not_before for one in made.actions if one.not_before not in told]
    # Due at 14:00, and eight hours are a day: two hours later, and then at noon and at four in turn.
    zone = policy_zone(policy)
    local = [datetime.fromtimestamp(one, zone).strftime("%d %H:%M") for one in told]
    assert local == ["20 16:00", "21 12:00", "21 16:00", "22 12:00", "22 16:00"]


def test_hours_are_those_of_the_customers_own_country_as_the_row_says() -> None:
    written, place = _row("hours of the customer's own country")
    files = {
        f"calendars/{name}.yaml": f"{{id: {name}, zone: {zone}, week: {{mon-fri: 09:00-18:00}}}}"
        for name, zone in (("support-msk", "Europe/Moscow"), ("support-alm", "Asia/Almaty"))
    }
    assert place == "defaults"
    policy = _agreement(("calendar: business", written), more=files)
    found = {}
    for country in ("RU", "KZ", "UZ", "FR"):
        customer = Customer(id="C1", category=Category.COMMERCIAL, attributes={"country": country})
        known = RegistryAnswer(presence=Presence.FOUND, customer=customer)
        (made,) = _decided(policy, "2026-05-20T04:00:00Z", "2026-05-20T04:30:00Z", known).clocks
        found[country] = made.calendar, format_instant(made.due_at)
    almaty, moscow = ("support-alm", "2026-05-20T08:00:00Z"), ("support-msk", "2026-05-20T10:00:00Z")
    assert found == {"RU": moscow, "KZ": almaty, "UZ": almaty, "FR": moscow}


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
