"""Why not a better level: the nearest rule, the first condition that failed, the smallest change."""

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.customers import Presence, RegistryAnswer
from bridge.policies.agreement.policy import Policy
from bridge.policies.decide import decide, facts_of
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling import titles
from bridge.policies.telling.why_not import LevelGap, told, why_not
from bridge.policies.trials.cases import policy_zone
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import moment, snapshot
from bridge.policies.trials.run import registry_answer
from bridge.tickets import BridgeRecord, Instant, Ticket
from tests.unit.language.configurations import CALENDAR, files

CONFIG = Path(__file__).parents[3] / "config"


def agreement() -> Policy:
    return compile_policy({str(path.relative_to(CONFIG)): path.read_bytes() for path in CONFIG.rglob("*.yaml")}).policy


TITLES = {name: one.title for name, one in agreement().revisions[-1].levels.items()}


def gaps(
    customer: str = "commercial", now: str = "2025-04-07 12:00", levels: tuple[str, ...] = (), **ticket: object
) -> dict[str, LevelGap]:
    policy, ticket_, at, registry = material(customer, now, **ticket)
    terms, facts = facts_of(ticket_, policy, now=at, registry=registry)
    return {gap.level: gap for gap in why_not(terms, facts, levels)}


def material(customer: str, now: str, **ticket: object) -> tuple[Policy, Ticket, Instant, RegistryAnswer]:
    policy = agreement()
    zone = policy_zone(policy)
    at = moment(now, zone)
    model = TicketModel.model_validate({"created": "2025-04-07 10:00", "topic": "Report a Problem", **ticket})
    return policy, snapshot(model, zone, at), at, registry_answer(customer, {}, at)


def test_every_other_level_names_the_rule_that_comes_nearest() -> None:
    found = gaps()
    assert {level: gap.rule for level, gap in found.items()} == {
        "general": "moved-to-general",
        "development": "development",
        "urgent": "critical-error",
    }


def test_the_first_failed_condition_comes_with_value_found_and_wanted() -> None:
    (missing,) = gaps()["urgent"].missing
    assert (missing.path, missing.wanted, missing.found) == ("fields.sla_set_critical", (True,), None)
    assert missing.at.startswith("policies/agrosoft.yaml:")


def test_an_unregistered_user_lacks_two_things_for_the_urgent_level() -> None:
    urgent = gaps("not_found")["urgent"]
    assert [trace.path for trace in urgent.missing] == ["customer.category", "fields.sla_set_critical"]


def test_a_rule_that_fits_but_comes_later_names_the_one_before_it() -> None:
    standard = gaps(then=["11:00 set sla_set_level general"])["standard"]
    assert (standard.rule, standard.missing, standard.outranked_by) == ("commercial", (), "moved-to-general")


def test_only_the_levels_asked_for_are_told() -> None:
    assert list(gaps(levels=("urgent",))) == ["urgent"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "ru",
            "Оперативная поддержка: по правилу «critical-error» нужно: «Критическая ошибка подтверждена» = да, сейчас пусто",
        ),
        ("en", "Operative support: the rule critical-error needs “Critical error confirmed” = yes, now nothing"),
    ],
)
def test_a_gap_is_one_sentence_in_both_languages(language: str, sentence: str) -> None:
    assert told(gaps()["urgent"], TITLES, language).startswith(sentence)


def test_several_values_and_an_outranked_rule_are_told_too() -> None:
    assert "the department = Development or Отдел разработки, now Support" in told(gaps()["development"], TITLES, "en")
    outranked = gaps(then=["11:00 set sla_set_level general"])["standard"]
    assert (
        told(outranked, TITLES, "ru")
        == "Стандартная поддержка: правило «commercial» подходит, но раньше него действует «moved-to-general», "
        "пока «Задать уровень SLA» = Общие вопросы"
    )
    assert (
        told(outranked, TITLES, "en")
        == "Standard support: the rule commercial fits, but moved-to-general comes before it as long as "
        "“Set SLA level” = General questions"
    )


def test_a_change_that_would_not_be_enough_is_told_with_what_stands_before_it() -> None:
    standard = gaps("not_found", topic="Consulting")["standard"]
    assert [trace.path for trace in standard.missing] == ["customer.category"]
    assert standard.outranked_by == "consulting"
    assert [(trace.path, trace.operator, trace.held) for trace in standard.holding] == [("topic", "is", True)]
    assert told(standard, TITLES, "en").endswith(
        ", but consulting comes before it as long as the help topic = " + CONSULTING
    )


CONSULTING = "General Inquiry or Consulting or Общие вопросы or Консультация"


def test_all_rules_that_come_before_are_counted_against_a_rule() -> None:
    standard = gaps(
        topic="Consulting", then=["11:00 set sla_set_level general", "11:00 set sla_set_deferral beyond_scope"]
    )["standard"]
    assert (standard.missing, standard.outranked_by) == ((), "moved-to-general")
    assert [trace.path for trace in standard.holding] == ["fields.sla_set_level", "fields.sla_set_deferral", "topic"]


def test_a_rule_behind_one_that_always_holds_cannot_be_reached() -> None:
    files = {
        "calendars/week.yaml": CALENDAR,
        "policies/p.yaml": b"""\
policy: sample
title: Sample
defaults: {calendar: week}
levels: {a: {title: A, targets: {resolution: 1h}}, b: {title: B, targets: {resolution: 1h}}}
rules:
  - {id: high, level: b, when: {priority: High, closed: true}}
  - {id: all, level: a}
  - {id: late, level: b, when: {priority: Normal}}
""",
    }
    policy = compile_policy(files).policy
    ticket = snapshot(TicketModel.model_validate({"created": "2025-04-07 10:00"}), policy_zone(policy), 1_744_010_000)
    terms, facts = facts_of(ticket, policy, now=1_744_010_000)
    (gap,) = why_not(terms, facts)
    assert (gap.rule, len(gap.missing), gap.outranked_by) == ("high", 2, None)


def test_without_a_registry_the_category_on_the_ticket_stands_for_the_rules_too() -> None:
    policy, ticket, at, registry = material("unknown", "2025-04-07 12:00")
    ticket = replace(ticket, bridge=BridgeRecord(fields={"sla_customer": "commercial"}))
    _, facts = facts_of(ticket, policy, now=at, registry=registry)
    decision = decide(ticket, policy, now=at, registry=registry)
    assert (facts.category, decision.customer.category) == ("commercial", "commercial")
    not_found = replace(registry, presence=Presence.NOT_FOUND)
    assert facts_of(ticket, policy, now=at, registry=not_found)[1].category == "unregistered"


CHANNELS = """
policy: sample
title: {ru: Пример, en: Sample}
language: en
defaults: {calendar: week}
levels:
  gold: {title: Gold, channels: [web, email], targets: {first_response: 1h}}
  plain: {title: Plain, targets: {first_response: 8h}}
rules:
  - {id: high, level: gold, when: {priority: High}}
  - {id: any, level: plain}
exceptions:
  - {id: fair, level: gold, when: {topic: Fair}, reason: Fair, approver: Head, until: 2027-12-31}
"""


@pytest.mark.parametrize(
    ("ticket", "level"),
    [
        ({"channel": "web", "priority": "High"}, "gold"),
        ({"channel": "phone", "priority": "High"}, "plain"),
        ({"channel": "email"}, "plain"),
        ({"channel": "phone", "topic": "Fair"}, "gold"),
    ],
)
def test_a_level_with_channels_is_given_to_tickets_that_came_in_by_them(ticket: dict[str, str], level: str) -> None:
    policy = compile_policy(files(CHANNELS)).policy
    at = moment("2025-04-07 12:00", policy_zone(policy))
    model = TicketModel.model_validate({"created": "2025-04-07 10:00", **ticket})
    decision = decide(snapshot(model, policy_zone(policy), at), policy, now=at)
    assert decision.level == level


def test_the_channel_of_a_level_is_told_where_it_stands_between_the_ticket_and_the_level() -> None:
    policy = compile_policy(files(CHANNELS.partition("exceptions:")[0])).policy
    at = moment("2025-04-07 12:00", policy_zone(policy))
    model = TicketModel.model_validate({"created": "2025-04-07 10:00", "channel": "phone", "priority": "High"})
    terms, facts = facts_of(snapshot(model, policy_zone(policy), at), policy, now=at)
    (gap,) = why_not(terms, facts, ("gold",))
    (missing,) = gap.missing
    assert (gap.rule, missing.path, missing.wanted, missing.found) == ("high", "channel", ("web", "email"), "phone")
    assert missing.at == "policies/p.yaml:7"


def test_a_decision_changes_by_itself_when_the_copy_it_rests_on_grows_stale() -> None:
    policy, ticket, at, registry = material("commercial", "2025-04-07 12:00")
    before = decide(ticket, policy, now=at, registry=registry).next_change_at
    assert before is None or before > at + 60
    turned = replace(registry, stale_from=at + 60)
    assert decide(ticket, policy, now=at, registry=turned).next_change_at == at + 60


@pytest.mark.parametrize(
    ("path", "russian", "english"),
    [
        ("fields.sla_set_critical", "«Критическая ошибка подтверждена»", "“Critical error confirmed”"),
        ("fields.room", "room", "room"),
        ("department", "отдел", "the department"),
        ("customer.attributes.country", "country", "country"),
        ("whatever", "whatever", "whatever"),
    ],
)
def test_facts_are_told_by_their_titles(path: str, russian: str, english: str) -> None:
    assert (titles.fact_title(path, "ru"), titles.fact_title(path, "en")) == (russian, english)


@pytest.mark.parametrize(
    ("path", "value", "title"),
    [
        ("customer.category", "commercial", "коммерческий клиент"),
        ("customer.presence", "not_found", "не найден"),
        ("channel", "phone", "телефон"),
        ("check.licence", "fail", "нет"),
        ("fields.sla_set_deferral", "needs_facts", "Недостаточно сведений"),
        ("fields.sla_set_level", "urgent", "Оперативная поддержка"),
        ("topic", "Consulting", "Consulting"),
        ("fields.room", "4", "4"),
    ],
)
def test_values_are_told_by_their_titles(path: str, value: str, title: str) -> None:
    assert titles.value_title(path, value, TITLES, "ru") == title
