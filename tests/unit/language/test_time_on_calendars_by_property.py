"""What time does to a ticket whose calendar goes by a property: raises, promises, lateness, and the proof of them."""

import json

import pytest

from bridge.policies.decide import decide
from bridge.policies.language.compile import CompileResult, compile_policy
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.recount import Auditor
from bridge.policies.proof.verify_decision import verify_decision
from bridge.tickets import Ticket
from tests.unit.clocks.desk import HIGH, at, closed, priority, promise, response, ticket
from tests.unit.language.test_calendars_by_property import CALENDARS, from_country
from tests.unit.telling.stories import told, told_fully

POLICY = """\
policy: sample
title: {ru: Пример, en: Sample}
language: en
defaults:
  calendar: {by: attributes.country, of: {RU: msk, KZ: alm, DE: ber}, otherwise: msk}
  thresholds: [{id: late, at: 1h after, every: 2h, most: 3, actions: [{note: Late}]}]
levels:
  basic:
    title: {ru: Базовый, en: Basic}
    targets: {first_response: 8h, resolution: 16h}
    raise: {to: urgent, at: 50%, metric: first_response}
  urgent: {title: {ru: Срочный, en: Urgent}, targets: {first_response: 6h, resolution: 8h}}
rules: [{id: rest, level: basic}]
"""
RAISE = "raise: {to: urgent, at: 50%, metric: first_response}"


def compiled(*changes: tuple[str, str], **calendars: str) -> CompileResult:
    text = POLICY
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    files = {f"calendars/{name}.yaml": content.encode() for name, content in {**CALENDARS, **calendars}.items()}
    return compile_policy({**files, "policies/p.yaml": text.encode()})


MONDAY = ticket("2026-11-23 07:00")


def first(by: CompileResult, now: str, country: str, one: Ticket = MONDAY, metric: str = "first_response"):
    made = decide(one, by.policy, now=at(now), registry=from_country(country))
    (clock, *_) = [found for found in made.clocks if found.metric == metric]
    return made, clock


def faults(by: CompileResult, one: Ticket, now: str, country: str) -> list[str]:
    """Return what the proof and the second counter say against the decision."""
    made = decide(one, by.policy, now=at(now), registry=from_country(country), receipts=True)
    data = json.loads(json.dumps(decision_json(made, ledgers=True)))
    proof = verify_decision(data)
    counted = map(str, Auditor(by.policy).audit(made))
    return [*proof.problems, *(problem for _, checked in proof.clocks for problem in checked.problems), *counted]


@pytest.mark.parametrize(
    ("country", "raised", "due", "calendar"),
    [
        ("RU", "2026-11-23 13:00", "2026-11-23 15:00", "msk"),
        ("KZ", "2026-11-23 12:00", "2026-11-23 14:00", "alm"),  # 10:00 there is eight in Moscow
        ("DE", "2026-11-23 14:00", "2026-11-23 16:00", "ber"),
    ],
)
def test_time_raises_the_level_on_the_calendar_of_the_customers_country(
    country: str, raised: str, due: str, calendar: str
) -> None:
    by = compiled()
    made, _ = first(by, "2026-11-23 11:59:59", country)
    assert (made.level, made.next_change_at) == ("basic", at(raised))
    made, clock = first(by, raised, country)
    assert (made.level, made.rule, clock.level) == ("urgent", "raised:rest", "urgent")
    assert (clock.calendar, clock.due_at, clock.target) == (calendar, at(due), "6h")
    for now in (raised, "2026-11-24 12:00", "2026-11-27 12:00"):
        assert faults(by, MONDAY, now, country) == []


def test_a_ticket_raised_by_time_moves_with_the_property_to_the_other_calendar_of_the_raised_level() -> None:
    by = compiled(
        (
            "{by: attributes.country, of: {RU: msk, KZ: alm, DE: ber}, otherwise: msk}",
            "{by: priority, of: {High: ber}, otherwise: msk}",
        )
    )
    one = ticket("2026-11-23 07:00", priority("2026-11-23 14:00", HIGH))
    made, clock = first(by, "2026-11-23 13:59", "RU", one)
    assert (made.level, clock.calendar, clock.due_at) == ("urgent", "msk", at("2026-11-23 15:00"))
    made, clock = first(by, "2026-11-23 14:00", "RU", one)
    assert (made.level, made.rule) == ("urgent", "raised:rest")
    assert (clock.level, clock.calendar, clock.due_at) == ("urgent", "ber", at("2026-11-23 16:00"))
    assert faults(by, one, "2026-11-23 18:00", "RU") == []


@pytest.mark.parametrize(
    ("country", "due"),
    [("RU", "2026-11-25 10:00"), ("KZ", "2026-11-25 08:00"), ("DE", "2026-11-25 12:00")],
)
def test_a_promise_is_read_in_the_zone_of_the_customers_calendar(country: str, due: str) -> None:
    by = compiled((RAISE, "person_may_choose: true"))
    one = ticket("2026-11-23 07:00", promise("2026-11-23 12:00", "2026-11-25 10:00"))
    _, clock = first(by, "2026-11-24 12:00", country, one, "resolution")
    assert (clock.target, clock.due_at) == ("promise", at(due))
    assert faults(by, one, "2026-11-26 12:00", country) == []


def test_a_promise_of_a_day_ends_with_the_day_of_that_calendar_also_where_time_has_raised_the_level() -> None:
    by = compiled()
    one = ticket("2026-11-23 07:00", promise("2026-11-23 16:00", "25.11.2026"))
    ends = {"RU": "2026-11-25 18:00", "KZ": "2026-11-25 16:00", "DE": "2026-11-25 17:00"}
    for country, due in ends.items():
        made, clock = first(by, "2026-11-24 12:00", country, one, "resolution")
        assert (made.level, clock.target, clock.due_at) == ("urgent", "promise", at(due))


SEASONS = (
    "{id: msk, zone: Europe/Moscow, week: {mon-fri: 09:00-18:00},"
    " seasons: [{id: winter, from: 12-01, until: 02-28, week: {mon-thu: 10:00-16:00}}]}"
)


def test_lateness_counts_the_hours_and_days_of_the_season() -> None:
    by = compiled((RAISE, "person_may_choose: true"), msk=SEASONS)
    # Due on Monday 30 November at 17:00; the season begins on the next day, and its Friday is free.
    one = ticket("2026-11-30 09:00", response("2026-12-04 12:00"), closed("2026-12-07 12:00"))
    _, clock = first(by, "2026-12-20 12:00", "RU", one)
    assert clock.due_at == at("2026-11-30 17:00")
    assert (clock.late_seconds, clock.late_days) == ((1 + 3 * 6) * 3600, 3)
    assert faults(by, one, "2026-12-20 12:00", "RU") == []
    lines = told(one, by.policy, "2026-12-20 12:00", from_country("RU"))
    assert any("late by 19:00:00 of working time, working days after that of the deadline: 3" in line for line in lines)


def test_the_explanation_tells_raise_thresholds_and_lateness() -> None:
    by = compiled()
    late = told_fully(MONDAY, by.policy, "2026-11-23 19:00", from_country("KZ"))
    assert "Level: Urgent, by the rule raised:rest (policies/p.yaml:11)" in late
    assert "  reached late#1 (1 working hour after the deadline) 2026-11-23 17:00" in late
    assert not any("Basic" in line and "needs" in line for line in late)
    before = told(MONDAY, by.policy, "2026-11-23 11:00", from_country("RU"))
    assert any(line.strip().removeprefix("Next: ").startswith("2026-11-23 13:00  level: Urgent") for line in before)
    russian = compiled(("language: en", "language: ru"))
    answered = ticket("2026-11-23 07:00", response("2026-11-24 10:00"))
    assert any(
        "опоздание 4:00:00 рабочего времени, рабочих дней после дня срока: 1" in line
        for line in told(answered, russian.policy, "2026-11-24 12:00", from_country("RU"))
    )


def test_a_promise_that_nobody_can_read_is_told_in_the_explanation() -> None:
    one = ticket("2026-11-23 07:00", promise("2026-11-23 12:00", "on Friday"))
    lines = told(one, compiled().policy, "2026-11-23 12:30", from_country("RU"))
    assert any(line.startswith("Note: the promised date “on Friday” cannot be read") for line in lines)
