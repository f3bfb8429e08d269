"""Which level is told first to whoever asks why a ticket has no better one, and what an agent could do about it."""

import pytest

from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.better import Levels
from bridge.policies.telling.detail import detail
from tests.unit.clocks.desk import ROUND_THE_CLOCK, calendar, level, row, target
from tests.unit.language.configurations import CALENDAR
from tests.unit.telling.test_why_not import material

BY_HAND = ["11:00 set sla_set_level general"]
CONFIRMED = ["11:00 set sla_set_critical true"]


def told(customer="commercial", **ticket):
    policy, one, at, registry = material(customer, "2025-04-07 12:00", **ticket)
    return detail(decide(one, policy, now=at, registry=registry))["why_not"]


@pytest.mark.parametrize(
    ("customer", "ticket", "better", "others"),
    [
        ("commercial", {}, ["urgent"], ["development", "general"]),
        ("commercial", {"topic": "Consulting"}, ["standard", "urgent"], ["development"]),
        ("commercial", {"then": BY_HAND}, ["standard", "urgent"], ["development"]),
        ("not_found", {}, ["standard", "urgent"], ["development"]),
        ("noncommercial", {}, ["standard", "urgent"], ["development"]),
        ("commercial", {"then": CONFIRMED}, [], ["development", "standard", "general"]),
        # What a word of staff alone would bring comes after what the rules themselves would give.
        ("partner", {"department": "Development"}, ["standard", "urgent", "general"], []),
    ],
)
def test_the_next_better_level_that_the_customer_can_have_comes_first(customer, ticket, better, others):
    found = told(customer, **ticket)
    assert [gap["level"] for gap in found if gap["better"]] == better
    assert [gap["level"] for gap in found] == better + others


def test_a_level_tells_the_time_that_it_gives_and_where_its_condition_stands_beside_the_sentence():
    urgent = told()[0]
    assert (urgent["level"], urgent["target"]) == ("urgent", "6h")
    assert urgent["at"].startswith("policies/agrosoft.yaml:")
    assert ".yaml" not in "".join(urgent["text"].values())
    consulting = told(topic="Consulting")[0]
    assert consulting["at"].startswith("policies/agrosoft.yaml:"), "also where the rule would hold, and comes too late"


@pytest.mark.parametrize(
    ("customer", "ticket", "first", "wanted"),
    [
        ("commercial", {}, "urgent", "sla_set_critical"),
        ("commercial", {"then": BY_HAND}, "standard", "sla_set_level"),
        ("not_found", {}, "urgent", None),
        ("partner", {"department": "Development"}, "urgent", None),
        ("commercial", {"topic": "Consulting"}, "standard", None),
    ],
)
def test_an_input_is_named_only_where_an_agents_word_alone_would_bring_the_level(customer, ticket, first, wanted):
    (gap,) = [one for one in told(customer, **ticket) if one["level"] == first]
    assert gap["input"] == wanted


@pytest.mark.parametrize(
    ("amount", "other", "is_better"),
    [
        ("8h", "40h", True),
        ("40h", "8h", False),
        ("8h", "8h", False),
        ("24wd", "40h", False),
        ("4wd", "40h", True),
        ("1d", "40h", True),
        ("8h", "1d", False),
        ("2h", "1d", True),
    ],
)
def test_unlike_targets_are_compared_by_how_soon_an_answer_comes(amount, other, is_better):
    levels = Levels([level("one", row("first_response", amount)), level("two", row("first_response", other))])
    assert levels.is_better("one", "two") is is_better


def test_eight_hours_around_the_clock_are_sooner_than_eight_in_the_office():
    by_night = level("night", row("first_response", target("8h", ROUND_THE_CLOCK)))
    levels = Levels([by_night, level("day", row("first_response", "8h"))])
    assert levels.is_better("night", "day")
    assert not levels.is_better("day", "night")


def test_without_a_first_response_another_shared_metric_decides_and_without_one_nothing_is_better():
    mend = [level(name, row("resolution", amount)) for name, amount in (("fast", "4h"), ("slow", "20h"))]
    levels = Levels([*mend, level("answer", row("first_response", "1h"))])
    assert levels.is_better("fast", "slow")
    assert not levels.is_better("answer", "slow")
    assert levels.is_better("slow", None), "any level is better than none"


def test_a_day_of_a_calendar_that_is_worked_once_a_week_lasts_a_week():
    shut = calendar("shut", week={"mon": ["09:00-10:00"]}, holidays=[])
    levels = Levels([level("a", row("first_response", target("1wd", shut))), level("b", row("first_response", "1wd"))])
    assert levels.is_better("b", "a")


def test_an_agreement_without_a_better_level_names_none_as_such():
    files = {
        "calendars/week.yaml": CALENDAR,
        "policies/p.yaml": b"""\
policy: sample
title: Sample
defaults: {calendar: week}
levels: {a: {title: A, targets: {resolution: 1h}}, b: {title: B, targets: {resolution: 1h}}}
rules:
  - {id: high, level: b, when: {priority: High}}
  - {id: all, level: a}
""",
    }
    _, one, at, registry = material("commercial", "2025-04-07 12:00")
    (gap,) = detail(decide(one, compile_policy(files).policy, now=at, registry=registry))["why_not"]
    assert (gap["level"], gap["better"], gap["target"], gap["input"]) == ("b", False, None, None)
