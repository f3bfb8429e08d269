"""The readable timeline in Russian and English."""

from dataclasses import replace

from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.policies.decide import decide
from bridge.policies.outcome.readable import duration
from bridge.policies.telling.explain import explain
from bridge.tickets import FinishedCycle
from tests.unit.clocks.desk import (
    BOTH,
    PENDING,
    WITH_CHECKS,
    D,
    M,
    When,
    at,
    closed,
    decided,
    known,
    level,
    message,
    policy,
    response,
    revision,
    row,
    rule,
    set_field,
    simple,
    status,
    ticket,
)


def test_the_timeline_is_readable_in_english():
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 12:00", PENDING),
        message("2026-11-23 13:00"),
        response("2026-11-23 14:00"),
    )
    by = simple(row("first_response", "4h"))
    assert explain(decided(one, by, "2026-11-23 15:00", receipts=True), by) == [
        "Ticket 100001, at 2026-11-23 15:00 (Europe/Moscow)",
        "Level: Standard, by the rule standard (policies/test.yaml:8)",
        "State: met",
        "Reason: Standard: First response in time (4 working hours)",
        "Support: full",
        "",
        "First response, cycle 1: met",
        "  4 working hours on the calendar d, level standard",
        "  started 2026-11-23 10:00, due 2026-11-23 15:00, stopped 2026-11-23 14:00, elapsed 3:00:00",
        "    2026-11-23 10:00 .. 2026-11-23 12:00  +   2:00:00  working time",
        "    2026-11-23 12:00 .. 2026-11-23 13:00  -            pause: Waiting for the customer",
        "    2026-11-23 13:00 .. 2026-11-23 14:00  +   1:00:00  working time",
        "    2026-11-23 14:00  = stopped",
        "    2026-11-23 14:00 .. 2026-11-23 15:00  +   1:00:00  working time",
        "    2026-11-23 15:00  = due",
    ]


def test_the_timeline_is_readable_in_russian_with_checks_and_remedies():
    by = replace(WITH_CHECKS, language="ru", calendars={"d": D})
    made = decide(ticket("2026-11-23 10:00:05"), by, now=at("2026-11-30 11:00"), registry=known(), receipts=True)
    lines = explain(made, by)
    assert lines[0] == "Заявка 100001, на 30.11.2026 11:00 (Europe/Moscow)"
    assert lines[2] == "Состояние: просрочено, ближайший срок 24.11.2026 09:00:05"
    assert any(line.startswith("  support: нет - ") for line in lines)
    assert "Поддержка: можно отказать" in lines
    assert any("просрочено на" in line for line in lines)


def test_stopped_in_the_second_it_was_due_both_are_told():
    by = simple(row("first_response", "4h"))
    one = ticket("2026-11-23 10:00", response("2026-11-23 14:00"), message("2026-11-23 15:00"))
    lines = explain(decided(one, by, "2026-11-23 15:00", receipts=True), by)
    assert lines[-2:] == ["    2026-11-23 14:00  = due", "    2026-11-23 14:00  = stopped"]
    paused = ticket("2026-11-23 10:00", status("2026-11-23 14:00", PENDING), message("2026-11-23 15:00"))
    marked = explain(decided(paused, BOTH, "2026-11-23 14:00", receipts=True), BOTH)
    assert "    2026-11-23 14:00  = now" in marked


def test_the_timeline_tells_days_causes_and_what_is_preliminary():
    year = int(M.valid_through.year)
    by = simple(row("resolution", "24wd", on=M), row("first_response", "8h", on=M), language="en")
    made = decided(
        ticket(f"{year}-12-20 10:00", closed(f"{year}-12-21 08:00")), by, f"{year}-12-22 10:00", receipts=True
    )
    text = "\n".join(explain(made, by))
    assert "(preliminary)" in text
    assert "cancelled (the ticket was closed without an answer)" in text
    assert "working day counted" in text


def test_a_breach_at_another_instant_than_the_deadline_is_told():
    one = ticket(
        "2026-11-23 10:00",
        set_field("2026-11-23 11:00", "sla_set_promise", "2026-11-24T12:00:00Z"),
        status("2026-11-24 10:00", PENDING),
        message("2026-11-26 10:00"),
    )
    text = "\n".join(explain(decided(one, BOTH, "2026-11-26 11:00", receipts=True), BOTH))
    assert "breached 2026-11-26 10:00" in text


def test_without_a_level_or_clocks_the_timeline_says_so():
    by = policy(revision([level("standard")], rules=[rule("standard", When(lambda _: False))]))
    lines = explain(decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00"), by)
    assert lines[0].endswith("(UTC)")
    assert "Level: none" in lines
    warned = explain(replace(decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00"), warnings=("look",)), by)
    assert "Note: look" in warned


def test_a_check_without_words_is_told_by_its_outcome():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")
    silent = replace(
        made, support=Support(verdict=SupportVerdict.FULL, checks=(Check(id="plain", outcome=Outcome.PASS),))
    )
    assert "  plain: pass" in explain(silent, BOTH)


def test_a_kept_clock_without_calendar_is_told_in_the_policys_zone():
    one = FinishedCycle(
        metric="own", cycle=1, state="met", started_at=at("2026-11-23 10:00"), stopped_at=at("2026-11-23 11:00")
    )
    by = replace(simple(clocks=[]), calendars={"d": D})
    lines = explain(decided(ticket("2026-11-23 10:00", cycles=[one]), by, "2026-11-23 12:00", receipts=True), by)
    assert lines[0].endswith("(Europe/Moscow)")
    assert any(line.startswith("own, cycle 1: met") for line in lines)


def test_durations_are_hours_minutes_and_seconds():
    running = explain(decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00"), BOTH)
    assert "Will change by itself: 2026-11-23 13:00" in running
    assert [duration(one) for one in (0, 59, 3600, 100 * 3600 + 61)] == ["0:00:00", "0:00:59", "1:00:00", "100:01:01"]
