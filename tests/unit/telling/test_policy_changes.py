"""What differs between two agreements, each difference once and in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.agreement.policy import Policy
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.policy_changes import _moved, policy_changes
from tests.unit.language.configurations import CALENDAR, files

AGREEMENT = """\
policy: sample
title: {ru: Пример, en: Sample}
language: en
defaults: {calendar: week, at_risk: 75%}
levels:
  gold: {title: {ru: Золото, en: Gold}, targets: {first_response: 1h, resolution: [{when: {priority: High}, target: 4h}, {target: 8h}]}}
  plain: {title: Plain, targets: {first_response: 8h}}
rules:
  - {id: high, level: gold, when: {priority: High}}
  - {id: fair, level: gold, when: {topic: Fair}}
  - {id: any, level: plain}
checks:
  papers: {kind: certificate, effect: refuse, deciding: now}
"""


def policy(*changes: tuple[str, str], calendar: bytes = CALENDAR) -> Policy:
    text = AGREEMENT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return compile_policy({**files(text), "calendars/week.yaml": calendar}).policy


def told(*changes: tuple[str, str]) -> list[tuple[str, str, str, str, str]]:
    return [(one.part, one.how, one.name, one.before, one.after) for one in policy_changes(policy(), policy(*changes))]


def test_the_same_agreement_read_twice_differs_in_nothing() -> None:
    assert policy_changes(policy(), policy()) == []


def test_where_things_stand_in_the_file_does_not_count_but_that_something_differs_is_told() -> None:
    assert told(("policy: sample", "# a remark\n\npolicy: sample")) == [("other", "changed", "", "", "")]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            ("{first_response: 8h}", "{first_response: 6h}"),
            ("target", "changed", "Plain, First response", "8 working hours", "6 working hours"),
        ),
        (
            ("{target: 8h}", "{target: 2wd}"),
            (
                "target",
                "changed",
                "Gold, Resolution",
                "4 working hours (the priority = High); 8 working hours",
                "4 working hours (the priority = High); 2 working days",
            ),
        ),
        (
            ("{first_response: 8h}", "{first_response: 8h, resolution: 5wd}"),
            ("target", "added", "Plain, Resolution", "", "5 working days"),
        ),
        (
            ("topic: Fair", "topic: [Fair, Market]"),
            ("rule", "changed", "fair", "Gold: the help topic = Fair", "Gold: the help topic = Fair or Market"),
        ),
        (
            ("  - {id: fair, level: gold, when: {topic: Fair}}\n", ""),
            ("rule", "removed", "fair", "Gold: the help topic = Fair", ""),
        ),
        (
            (
                "  - {id: any,",
                "  - {id: vip, level: gold, when: {not: {channel: phone, answered: true}}}\n  - {id: any,",
            ),
            ("rule", "added", "vip", "", "Gold: (the channel not telephone or whether it was answered not yes)"),
        ),
        (("effect: refuse", "effect: limit"), ("check", "changed", "papers", "", "")),
        (("  papers:", "  paper: {kind: attachments}\n  papers:"), ("check", "added", "paper", "", "")),
        (("en: Gold}", "en: Golden}"), ("level", "changed", "Golden", "Gold", "Golden")),
        (
            ("title: Plain", "title: {ru: Plain, en: Plain, short: P}"),
            ("level", "changed", "Plain", "Plain", "Plain [P]"),
        ),
        (("checks:\n", "portal: {show: [due, level]}\nchecks:\n"), ("portal", "added", "", "", "level, due")),
        (
            ("  plain: {", "  best: {title: Best, targets: {first_response: 1h}}\n  plain: {"),
            ("level", "added", "Best", "", ""),
        ),
    ],
)
def test_each_difference_is_told_once_in_words(change: tuple[str, str], found: tuple[str, ...]) -> None:
    changes = told(change)
    assert changes == [found]


def test_a_warning_that_comes_earlier_is_told_with_its_share() -> None:
    (gold, *_) = told(("at_risk: 75%", "at_risk: 50%"))
    assert gold[3].endswith("at_risk 75 %")
    assert gold[4].endswith("at_risk 50 %")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{id: late, at: 150%}", "late 150 %"),
        ("{id: late, at: 2h after}", "late 2 working hours after the deadline"),
        ("{id: late, at: 1wd before}", "late 1 working day before the deadline"),
        (
            "{id: late, at: 2h after, every: 4h, most: 5, actions: [{note: Late}]}",
            "late 2 working hours after the deadline, again every 4 working hours, at most 5 times in all",
        ),
    ],
)
def test_thresholds_behind_the_deadline_are_told_in_words(written: str, said: str) -> None:
    (gold, *_) = told(("at_risk: 75%}", f"at_risk: 75%, thresholds: [{written}]}}"))
    assert gold[4].endswith(said)


def test_what_time_raises_a_level_to_is_told_apart_from_the_level() -> None:
    raising = "plain: {title: Plain, raise: {to: gold, at: 50%, metric: first_response},"
    later = "plain: {title: Plain, raise: {to: gold, at: 2h after, metric: first_response},"
    before, after = policy(("plain: {title: Plain,", raising)), policy(("plain: {title: Plain,", later))
    soon, late = "to Gold at 50 % of First response", "to Gold at 2 working hours after the deadline of First response"
    for current, candidate, found in (
        (policy(), before, ("raise", "added", "Plain", "", soon)),
        (before, policy(), ("raise", "removed", "Plain", soon, "")),
        (before, after, ("raise", "changed", "Plain", soon, late)),
    ):
        (one,) = policy_changes(current, candidate)
        assert (one.part, one.how, one.name, one.before, one.after) == found


def test_what_customers_are_shown_is_told_from_what_to_what() -> None:
    all_of_it, due = (policy(("checks:\n", f"portal: {{show: {show}}}\nchecks:\n")) for show in ("[level, due]", "due"))
    for current, candidate, found in (
        (all_of_it, due, ("portal", "changed", "", "level, due", "due")),
        (due, policy(), ("portal", "removed", "", "due", "")),
    ):
        (one,) = policy_changes(current, candidate)
        assert (one.part, one.how, one.name, one.before, one.after) == found


def test_rules_in_another_order_are_told_as_moved() -> None:
    swapped = told(
        ("  - {id: high, level: gold, when: {priority: High}}\n", ""),
        ("  - {id: any,", "  - {id: high, level: gold, when: {priority: High}}\n  - {id: any,"),
    )
    assert [one[:3] for one in swapped] == [("rule", "moved", "fair")]


def test_another_calendar_is_told_even_where_no_rule_differs() -> None:
    longer = CALENDAR.replace(b"18:00", b"20:00")
    assert longer != CALENDAR
    changes = policy_changes(policy(), policy(calendar=longer))
    assert ("calendar", "changed") in {(one.part, one.how) for one in changes}


def test_two_levels_of_one_title_are_told_apart_by_their_ids() -> None:
    changes = told(("title: Plain", "title: {ru: Золото, en: Gold}"))
    assert changes == [("level", "changed", "Gold (plain)", "Plain", "Gold")]


@given(st.permutations("abcdefg"))
def test_the_fewest_rules_that_explain_a_new_order_are_told(order: list[str]) -> None:
    moved = _moved("abcdefg", order)
    stay = [name for name in order if name not in moved]
    assert stay == sorted(stay)
    assert (moved == []) == (order == sorted(order))
