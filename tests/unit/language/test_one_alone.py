"""Wherever a list is expected, one value alone may be written, and means the list of one."""

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.checks.check_kind import options_of
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.models import DefaultsModel
from bridge.policies.language.schema import calendar_schema, catalogue_schema, policy_schema
from bridge.policies.trials.models import CustomerModel, cases_schema
from tests.unit.language.configurations import HEAD, LEVELS, files

HAS_A_SHORT_FORM_OF_ITS_OWN = {"rows"}


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from node.get("properties", {}).items()
        for value in node.values():
            yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


def listed(schema: dict[str, Any]) -> list[str]:
    """Return the keys that take a list and nothing else."""
    found = []
    for name, part in properties(schema):
        forms = [one for one in part.get("anyOf", [part]) if one.get("type") != "null"]
        if all(one.get("type") == "array" for one in forms) and name not in HAS_A_SHORT_FORM_OF_ITS_OWN:
            found.append(name)
    return found


@pytest.mark.parametrize("schema", [policy_schema, calendar_schema, catalogue_schema, cases_schema])
def test_no_key_of_the_language_takes_a_list_and_nothing_else(schema: Any) -> None:
    assert listed(schema()) == []


@pytest.mark.parametrize(
    ("kind", "option", "value"),
    [
        ("certificate", "kinds", "extended"),
        ("licence", "any_product", "partner"),
        ("registration", "any_product", "partner"),
        ("attachments", "formats", "png"),
        ("completeness", "facts", "product"),
        ("completeness", "on_request", "server_settings"),
        ("completeness", "link_words", "manual"),
    ],
)
def test_a_list_option_of_a_check_takes_one_value_alone(kind: str, option: str, value: str) -> None:
    assert options_of(kind, {option: value}) == options_of(kind, {option: [value]})


def test_facts_by_topic_take_one_alone() -> None:
    one = options_of("completeness", {"by_topic": {"Consulting": "product"}})
    assert one == options_of("completeness", {"by_topic": {"Consulting": ["product"]}})


@pytest.mark.parametrize(
    ("model", "key", "value"),
    [
        (DefaultsModel, "pauses", {"while": {"status": "Waiting"}}),
        (DefaultsModel, "thresholds", {"id": "half", "at": "50%", "actions": {"note": "Half is gone"}}),
        (CustomerModel, "licences", {"product": "x"}),
        (CustomerModel, "certificates", {"kind": "extended"}),
        (CustomerModel, "contracts", {"number": "1", "counters": {"id": "a", "unit": "hours", "included": 1}}),
    ],
)
def test_one_mapping_alone_is_a_list_of_one(model: Any, key: str, value: dict[str, Any]) -> None:
    assert model.model_validate({key: value}) == model.model_validate({key: [value]})


def test_a_calendar_with_one_source_and_one_rule_takes_them_alone() -> None:
    plain = {"id": "a", "zone": "UTC", "week": {"mon-fri": "09:00-18:00"}}
    alone = CalendarModel.model_validate(plain | {"holidays": {"country": "DE"}, "rules": {"off": "2026-05-02"}})
    assert alone == CalendarModel.model_validate(
        plain | {"holidays": [{"country": "DE"}], "rules": [{"off": "2026-05-02"}]}
    )


def test_one_rule_and_one_exception_alone_compile_like_lists() -> None:
    one = "{id: all, level: silver}"
    fair = "{id: fair, level: silver, when: {channel: web}, reason: a, approver: b, until: 2027-01-01}"
    alone = compile_policy(files(f"{HEAD}{LEVELS}rules: {one}\nexceptions: {fair}\n")).policy
    listed_ = compile_policy(files(f"{HEAD}{LEVELS}rules: [{one}]\nexceptions: [{fair}]\n")).policy
    told = [[(rule.id, rule.level) for rule in policy.revisions[0].rules] for policy in (alone, listed_)]
    assert told[0] == told[1] == [("fair", "silver"), ("all", "silver")]


def test_one_rule_alone_is_laid_on_what_a_file_extends_and_joined_with_that_of_another() -> None:
    base = f"{HEAD}{LEVELS}rules: [{{id: high, level: silver, when: {{priority: High}}}}, {{id: all, level: silver}}]\n"
    over = "extends: _base.yaml\nrules: {id: web, level: silver, when: {channel: web}}\n"
    laid = compile_policy(files(over, policies___base=base)).policy
    assert [rule.id for rule in laid.revisions[0].rules] == ["web", "high", "all"]
    more = "policy: sample\nrules: {id: web, level: silver, number: 1, when: {channel: web}}\n"
    joined = compile_policy(files(f"{HEAD}{LEVELS}rules: {{id: all, level: silver}}\n", policies__q=more)).policy
    assert [rule.id for rule in joined.revisions[0].rules] == ["web", "all"]


def test_names_written_as_keys_are_still_told_to_be_no_list() -> None:
    with pytest.raises(ConfigurationInvalid, match="'rules': a list expected"):
        compile_policy(files(f"{HEAD}{LEVELS}rules: {{all: {{level: silver}}}}\n"))


def test_what_is_wrong_in_one_alone_is_told_where_it_stands() -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        compile_policy(files(f"{HEAD}{LEVELS}rules:\n  id: all\n  level: sliver\n"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.code) == (10, 10, "unknown_level")
