"""A field of the bridge stands once, in Python: the decision fills it, both helpdesks create it from the same entry."""

import json

import pytest

from bridge.connectors.sandbox import Sandbox
from bridge.customers import Category
from bridge.decisions import ClockState, SupportVerdict
from bridge.fields import AGENT_INPUTS, CUSTOMER_INPUTS, BridgeField, Owner
from bridge.policies.checks.deferral import Deferral
from bridge.policies.language.draft import STANDARD_FIELDS, STANDARD_INPUTS
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from docs import blueprint
from tests.unit.clocks.desk import BOTH, decided, ticket
from tests.unit.sandbox.conftest import Caller, Clock

EVERY = (*OUTPUT_FIELDS, *AGENT_INPUTS, *CUSTOMER_INPUTS)
BY_NAME = {field.name: field for field in EVERY}


def titles(field: BridgeField, language: str) -> dict[str, str] | None:
    if field.type != "choices":
        return None
    return {str(key): title.text(language) for key, title in field.choices.items()}


def test_every_name_stands_once_and_its_prefix_tells_the_owner() -> None:
    assert len(BY_NAME) == len(EVERY)
    for field in EVERY:
        expected = (
            Owner.AGENT
            if field.name.startswith("sla_set_")
            else Owner.BRIDGE
            if field.name.startswith("sla_")
            else Owner.CUSTOMER
        )
        assert field.owner is expected, field.name
        assert (field.type == "choices") == bool(field.choices), field.name


def test_a_decision_fills_exactly_the_output_fields() -> None:
    assert list(decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00").fields) == [
        one.name for one in OUTPUT_FIELDS
    ]


def test_choices_are_the_words_of_the_decision() -> None:
    assert set(BY_NAME["sla_state"].choices) == set(ClockState) - {ClockState.CANCELLED}
    assert set(BY_NAME["sla_support"].choices) == set(SupportVerdict)
    assert set(BY_NAME["sla_customer"].choices) == set(Category)


def test_policies_know_the_same_fields_of_people() -> None:
    assert {one.name for one in AGENT_INPUTS} == STANDARD_INPUTS
    assert {one.name for one in (*AGENT_INPUTS, *CUSTOMER_INPUTS)} == STANDARD_FIELDS
    assert set(BY_NAME["sla_set_deferral"].choices) == set(Deferral)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_embedded_helpdesk_creates_every_field(language: str) -> None:
    with Sandbox(clock=Clock()) as sandbox:
        caller = Caller(sandbox)
        body = {"action": "apply", "language": language, "inputs": [one.name for one in CUSTOMER_INPUTS]}
        steps = caller.session.post(f"{caller.base}/setup", json=body, timeout=10).json()["steps"]
        assert [one["id"] for one in steps if one["id"].startswith("field:")] == [f"field:{name}" for name in BY_NAME]
        columns = [one["id"] for one in steps if one["id"].startswith("column:")]
        assert columns == [*(f"column:{one.name}" for one in EVERY if one.column is not None), "column:badge"]
        there = {one["name"]: one for one in caller.get("meta").json()["fields"] if one["form"] == "ticket"}
    for field in EVERY:
        found = there[field.name]
        owner = None if field.owner is Owner.CUSTOMER else field.owner.value
        assert (found["type"], found["owner"]) == (field.type, owner), field.name
        assert (found["label"], found["choices"]) == (field.title.text(language), titles(field, language)), field.name


def test_the_plugins_blueprint_is_what_python_writes_and_has_every_field() -> None:
    committed = blueprint.FILE.read_text(encoding="utf-8")
    assert committed == blueprint.blueprint(), "run `make docs`: the plugin's blueprint.json is out of date"
    written = json.loads(committed)["fields"]
    assert [one["name"] for one in written] == list(BY_NAME)
    for one in written:
        field = BY_NAME[one["name"]]
        assert (one["type"], one["owner"], one.get("column")) == (field.type, field.owner, field.column)
        for language in ("en", "ru"):
            assert one["title"][language] == field.title.text(language)
            choices = {key: title[language] for key, title in one["choices"].items()} if "choices" in one else None
            assert choices == titles(field, language)
