"""A ticket told in Russian and English: who, what, where it stands, what comes next; short and in full."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.customers import Category, Customer, Presence, RegistryAnswer
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.files.types import Title
from bridge.policies.checks.catalogue import Catalogue, Product
from bridge.policies.outcome.readable import duration
from bridge.policies.telling.explain import explain
from bridge.tickets import FinishedCycle, Organization, Reference, Requester
from tests.unit.clocks.desk import (
    BOTH,
    PENDING,
    WITH_CHECKS,
    D,
    M,
    When,
    at,
    closed,
    known,
    level,
    message,
    policy,
    reopened,
    response,
    revision,
    row,
    rule,
    set_field,
    simple,
    status,
    ticket,
)
from tests.unit.telling.stories import story, told, told_fully

OLGA = Requester(name="Olga Orlova", email="olga@farm.example", organization=Organization(name="Farm Ltd"))
FARM = replace(known(curator="Ivan"), customer=Customer(id="C1", name="Farm Limited", category=Category.COMMERCIAL))

MENDED = "Продлите, пожалуйста, сертификат поддержки или сообщите номер действующего."


def test_the_short_form_says_who_what_where_it_stands_and_what_comes_next():
    one = ticket(
        "2026-11-23 10:00",
        subject="The robots\nstand still",
        requester=OLGA,
        assignee=Reference(id=3, name="Anna"),
    )
    assert told(one, BOTH, "2026-11-23 11:00", FARM) == [
        "Ticket 100001 “The robots stand still”, at 2026-11-23 11:00 (Europe/Moscow)",
        "Requester: Olga Orlova <olga@farm.example>, Farm Ltd",
        "Customer: Farm Limited, commercial",
        "Department: Support, priority: Normal, status: New",
        "Agent: Anna, curator: Ivan",
        "Level: Standard, by the rule standard",
        "First response (8 working hours): running, due 2026-11-23 18:00, left 7:00:00",
        "Resolution (16 working hours): running, due 2026-11-24 17:00, left 15:00:00",
        "Support: full",
        "Next:",
        "  2026-11-23 16:00  First response: at risk",
        "  2026-11-23 18:00  First response: overdue",
        "  2026-11-24 13:00  Resolution: at risk",
    ]


def test_the_short_form_in_russian_names_the_checks_that_cost_something_with_what_mends_them():
    by = replace(WITH_CHECKS, language="ru", calendars={"d": D})
    assert told(ticket("2026-11-23 10:00:05"), by, "2026-11-30 11:00", known()) == [
        "Заявка 100001, на 30.11.2026 11:00 (Europe/Moscow)",
        "Клиент: C1, коммерческий клиент",
        "Отдел: Support, приоритет: Normal, статус: New",
        "Исполнитель: никто",
        "Уровень: Standard, по правилу «standard»",
        "Первый ответ (8 рабочих часов): просрочено, срок 24.11.2026 09:00:05, просрочено на 37:59:55",
        "Решение (16 рабочих часов): просрочено, срок 24.11.2026 17:00:05, просрочено на 29:59:55",
        "Поддержка: можно отказать",
        f"  нет: Срок сертификата поддержки истёк 25.11.2026. {MENDED}",
        "Дальше: само по себе ничего не изменится",
    ]


def test_the_product_is_told_by_its_title_and_else_in_the_customers_words():
    robots = Product(id="robots", title=Title(ru="Роботы", en="Milking robots"), names=("MR",))
    one = ticket("2026-11-23 10:00", fields={"product": "mr", "product_version": "3.1"})
    lines = explain(story(one, BOTH, "2026-11-23 11:00", catalogue=Catalogue(products={"robots": robots})))
    assert "Product: Milking robots, version 3.1" in lines
    assert "Product: mr, version 3.1" in told(one, BOTH, "2026-11-23 11:00")
    assert "Product: version 3.1" in told(
        ticket("2026-11-23 10:00", fields={"product_version": "3.1"}), BOTH, "2026-11-23 11:00"
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (RegistryAnswer(presence=Presence.UNKNOWN), "Customer: no usable registry"),
        (RegistryAnswer(presence=Presence.NOT_FOUND), "Customer: not in the registry"),
        (RegistryAnswer(presence=Presence.AMBIGUOUS), "Customer: several customers of the registry fit"),
    ],
)
def test_why_no_customer_is_known_stands_where_his_name_would(answer, said):
    assert said in told(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", answer)


def test_the_past_is_told_with_the_department_of_then():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 15:00"))
    assert "Department: Support, priority: Normal, status: New" in told(one, BOTH, "2026-11-23 11:00")
    assert "Department: Support, priority: Normal, status: Closed" in told(one, BOTH, "2026-11-23 16:00")


def test_no_line_is_empty_or_ends_in_a_blank():
    one = ticket("2026-11-23 10:00", requester=OLGA)
    for form in (told, told_fully):
        for when in ("2026-11-23 11:00", "2026-11-30 11:00", "2026-11-20 11:00"):
            lines = form(one, WITH_CHECKS, when, known())
            assert all(line.strip() and line == line.rstrip() for line in lines)


def test_of_several_cycles_the_short_form_has_the_latest():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        reopened("2026-11-24 10:00"),
    )
    lines = told(one, BOTH, "2026-11-24 11:00")
    assert [line for line in lines if line.startswith("Resolution")] == [
        "Resolution (16 working hours): running, due 2026-11-25 17:00, left 15:00:00, cycles before: 1"
    ]
    assert sum(line.startswith("Resolution, cycle ") for line in told_fully(one, BOTH, "2026-11-24 11:00")) == 2


def test_the_ledger_is_readable_in_english():
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 12:00", PENDING),
        message("2026-11-23 13:00"),
        response("2026-11-23 14:00"),
    )
    by = simple(row("first_response", "4h"))
    lines = told_fully(one, by, "2026-11-23 15:00")
    assert "Level: Standard, by the rule standard (policies/test.yaml:8)" in lines
    assert "State: met" in lines
    assert "Reason: Standard: First response in time (4 working hours)" in lines
    assert lines[lines.index("First response, cycle 1: met") :] == [
        "First response, cycle 1: met",
        "  4 working hours on the calendar “d”, level Standard",
        "  started 2026-11-23 10:00, due 2026-11-23 15:00, stopped 2026-11-23 14:00, elapsed 3:00:00",
        "    2026-11-23 10:00 .. 2026-11-23 12:00  +   2:00:00  working time",
        "    2026-11-23 12:00 .. 2026-11-23 13:00  -            pause: Waiting for the customer",
        "    2026-11-23 13:00 .. 2026-11-23 14:00  +   1:00:00  working time",
        "    2026-11-23 14:00  = stopped",
        "    2026-11-23 14:00 .. 2026-11-23 15:00  +   1:00:00  working time",
        "    2026-11-23 15:00  = due",
    ]


def test_the_full_form_in_russian_has_every_check_and_the_nearest_deadline():
    by = replace(WITH_CHECKS, language="ru", calendars={"d": D})
    lines = told_fully(ticket("2026-11-23 10:00:05"), by, "2026-11-30 11:00", known())
    assert lines[0] == "Заявка 100001, на 30.11.2026 11:00 (Europe/Moscow)"
    assert "Состояние: просрочено, ближайший срок 24.11.2026 09:00:05" in lines
    assert any(line.startswith("  нет: Срок сертификата") for line in lines)
    assert any(line.startswith("  да: ") for line in lines)
    assert "Поддержка: можно отказать" in lines
    assert any("просрочено на" in line for line in lines)


def test_stopped_in_the_second_it_was_due_both_are_told():
    by = simple(row("first_response", "4h"))
    one = ticket("2026-11-23 10:00", response("2026-11-23 14:00"), message("2026-11-23 15:00"))
    lines = told_fully(one, by, "2026-11-23 15:00")
    assert lines[-2:] == ["    2026-11-23 14:00  = due", "    2026-11-23 14:00  = stopped"]
    paused = ticket("2026-11-23 10:00", status("2026-11-23 14:00", PENDING), message("2026-11-23 15:00"))
    assert "    2026-11-23 14:00  = now" in told_fully(paused, BOTH, "2026-11-23 14:00")


@pytest.mark.parametrize(("language", "day"), [("en", "2026-12-21"), ("ru", "21.12.2026")])
def test_the_ledger_tells_days_causes_and_what_is_preliminary(language, day):
    assert M.valid_through == date(2027, 12, 31)
    by = simple(row("resolution", "24wd", on=M), row("first_response", "8h", on=M), language=language)
    one = ticket("2027-12-20 10:00", closed("2027-12-21 08:00"))
    text = "\n".join(told_fully(one, by, "2027-12-22 10:00"))
    cancelled = "cancelled (the ticket was closed without an answer)"
    preliminary, counted = "(preliminary)", "working day counted: "
    if language == "ru":
        cancelled = "отменено (заявка закрыта без ответа)"
        preliminary, counted = "(предварительно)", "засчитан рабочий день: "
    assert preliminary in text
    assert cancelled in text
    assert counted + day.replace("2026", "2027") in text


def test_a_breach_at_another_instant_than_the_deadline_is_told():
    one = ticket(
        "2026-11-23 10:00",
        set_field("2026-11-23 11:00", "sla_set_promise", "2026-11-24T12:00:00Z"),
        status("2026-11-24 10:00", PENDING),
        message("2026-11-26 10:00"),
    )
    assert "breached 2026-11-26 10:00" in "\n".join(told_fully(one, BOTH, "2026-11-26 11:00"))


def test_without_a_level_or_clocks_the_reason_stands_in_the_short_form_too():
    by = policy(revision([level("standard")], rules=[rule("standard", When(lambda _: False))]))
    lines = told(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00")
    assert lines[0].endswith("(UTC)")
    assert "Level: none" in lines
    assert "Reason: No rule of the agreement applies" in lines


def test_warnings_are_told():
    one = story(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")
    assert "Note: look" in explain(replace(one, decision=replace(one.decision, warnings=("look",))))


def test_a_check_without_words_is_told_by_its_outcome_and_the_same_words_once():
    one = story(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")
    checks = (
        Check(id="plain", outcome=Outcome.PASS),
        Check(id="a", outcome=Outcome.UNKNOWN, message="No product"),
        Check(id="b", outcome=Outcome.UNKNOWN, message="No product"),
        Check(id="bad", outcome=Outcome.FAIL, message="Bad", remedy="Mend it."),
    )
    silent = replace(one, decision=replace(one.decision, support=Support(verdict=SupportVerdict.FULL, checks=checks)))
    assert "  pass: plain" in explain(silent, full=True)
    assert "  fail: Bad. Mend it." in explain(silent, full=True)
    lines = explain(silent)
    assert [line for line in lines if line.startswith("  ") and "  20" not in line] == [
        "  fail: Bad",
        "  unknown: No product",
    ]


def test_a_kept_clock_without_calendar_is_told_in_the_policys_zone():
    one = FinishedCycle(
        metric="own", cycle=1, state="met", started_at=at("2026-11-23 10:00"), stopped_at=at("2026-11-23 11:00")
    )
    by = replace(simple(clocks=[]), calendars={"d": D})
    kept = ticket("2026-11-23 10:00", cycles=[one])
    lines = told_fully(kept, by, "2026-11-23 12:00")
    assert lines[0].endswith("(Europe/Moscow)")
    assert lines[lines.index("own, cycle 1: met") + 1].startswith("  started ")
    assert "own: met, stopped 2026-11-23 11:00" in told(kept, by, "2026-11-23 12:00")


def test_durations_are_hours_minutes_and_seconds():
    assert [duration(one) for one in (0, 59, 3600, 100 * 3600 + 61)] == ["0:00:00", "0:00:59", "1:00:00", "100:01:01"]
