"""What is known about conditions without a ticket: exclusion, consequence, holes."""

import pytest

from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.language.conditions.compiled import CompiledCondition, compile_tree, compiled
from bridge.policies.language.conditions.logic import can_both_hold, can_hold, follows, left_over, told
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.names import KnownNames


def condition(text: str) -> CompiledCondition:
    document = read_yaml(text.encode(), file="p.yaml")
    problems = []
    model = validate(ConditionModel, document, problems)
    scope = KnownNames(document=document, problems=problems, fields=frozenset({"x", "y"}), checks=frozenset({"c"}))
    tree = compile_tree(model, (), scope)
    assert not problems
    return compiled(tree)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status: Open", "status: Closed"),
        ("status: Open", "status: {not: open}"),
        ("priority: [High, Low]", "priority: {not: [low, high, other]}"),
        ("customer: {category: commercial}", "customer: {category: {not: [commercial, partner]}}"),
        (
            "customer: {category: {not: [commercial, partner, noncommercial]}, presence: found}",
            "customer: {category: {not: unregistered}}",
        ),
        ("closed: true", "closed: false"),
        ("fields: {x: a}", "fields: {x: b}"),
        ("fields: {x: {set: true}}", "fields: {x: {set: false}}"),
        ("any: [status: A, status: B]", "any: [status: C, status: D]"),
        ("subject: {contains: a}", "not: {subject: {contains: a}}"),
        ("messages: 1", "messages: 2"),
    ],
)
def test_conditions_that_exclude_each_other(one: str, other: str) -> None:
    assert not can_both_hold(condition(one), condition(other))
    assert not can_hold(condition(f"all:\n- {{{one}}}\n- {{{other}}}"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("status: Open", "priority: High"),
        ("status: Open", "status: 1"),
        ("status: {not: A}", "status: {not: B}"),
        ("customer: {services: phone}", "customer: {services: visits}"),
        ("attachments: {name: a}", "attachments: {name: b}"),
        ("subject: {contains: a}", "subject: {contains: b}"),
        ("check: {c: fail}", "fields: {x: a}"),
    ],
)
def test_conditions_that_may_hold_together(one: str, other: str) -> None:
    assert can_both_hold(condition(one), condition(other))
    assert can_both_hold(condition(one), None)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("status: Open", "status: [open, Closed]"),
        ("status: Open\npriority: High", "priority: High"),
        ("status: Open", "status: {not: Closed}"),
        ("status: {not: [A, B]}", "status: {not: A}"),
        ("status: Open", "any: [status: Open, priority: High]"),
        ("any: [status: A, status: B]", "status: [A, B, C]"),
        ("not: {any: [status: A, status: B]}", "status: {not: A}"),
        ("subject: {contains: a}\nclosed: true", "subject: {contains: a}"),
    ],
)
def test_what_follows(narrow: str, wide: str) -> None:
    assert follows(condition(narrow), condition(wide))
    assert follows(condition(narrow), None)
    assert not follows(None, condition(wide))


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("status: [Open, Closed]", "status: Open"),
        ("status: {not: A}", "status: {not: [A, B]}"),
        ("status: {not: A}", "status: B"),
        ("priority: High", "status: Open"),
        ("customer: {services: phone}", "customer: {services: {not: visits}}"),
        ("fields: {x: {set: true}}", "fields: {x: 'true'}"),
    ],
)
def test_what_does_not_follow(narrow: str, wide: str) -> None:
    assert not follows(condition(narrow), condition(wide))


def test_all_categories_with_and_without_a_registry_leave_nothing_over() -> None:
    rules = [
        condition("customer: {category: [commercial, partner]}"),
        condition("customer: {presence: [unknown, ambiguous]}"),
        condition("customer: {category: noncommercial}"),
        condition("customer: {category: unregistered}"),
    ]
    assert left_over(None, rules) == []
    (hole,) = left_over(None, rules[:-1])
    assert "customer.category" in told(hole)


def test_a_catch_all_leaves_nothing_over() -> None:
    assert left_over(None, [condition("status: A"), None]) == []


def test_the_hole_of_a_list_is_told_in_words() -> None:
    left = left_over(None, [condition("priority: [High, Low]\nclosed: true"), condition("subject: {contains: x}")])
    assert {told(one) for one in left} == {
        "priority is none of High, Low; subject not contains x",
        "closed is not true; subject not contains x",
    }
    assert told(()) == "any ticket"


def test_set_leaves_are_told() -> None:
    left = left_over(None, [condition("fields: {x: {set: true}}")])
    assert [told(one) for one in left] == ["fields.x is not set"]


def test_conditions_too_large_to_look_through_stay_undecided() -> None:
    wide = "all:\n" + "".join(f"- any: [subject: {{contains: a{n}}}, body: {{contains: b{n}}}]\n" for n in range(12))
    big = condition(wide)
    assert big.alternatives is None
    assert can_hold(big)
    assert can_both_hold(big, big)
    assert not follows(big, condition("status: A"))
    assert left_over(big, []) is None
    many = condition("any:\n" + "".join(f"- messages: {n}\n" for n in range(300)))
    assert many.alternatives is None
    hard = [condition(f"subject: {{contains: a{n}}}\nbody: {{contains: b{n}}}") for n in range(9)]
    assert left_over(None, hard) is None
    assert (
        left_over(
            None,
            [
                condition(
                    "not: {"
                    "all: ["
                    + ", ".join(f"{{any: [subject: {{contains: a{n}}}, body: {{contains: b{n}}}]}}" for n in range(12))
                    + "]}"
                )
            ],
        )
        is None
    )
