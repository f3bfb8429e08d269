"""The how-to page on letters names each variable that there is."""

import re
from pathlib import Path

import pytest

from bridge.fields import AGENT_INPUTS
from bridge.policies.outcome.fields import OUTPUT_FIELDS

LETTERS = (Path(__file__).parents[2] / "docs" / "how-to" / "use-it-in-letters.md").read_text(encoding="utf-8")


def test_every_output_has_its_row_and_no_other_variable_is_named() -> None:
    rows = re.findall(r"^\| `%\{ticket\.(\w+)\}` \|", LETTERS, re.MULTILINE)
    assert sorted(rows) == sorted(field.name for field in OUTPUT_FIELDS)
    named = set(re.findall(r"%\{ticket\.(\w+)\}", LETTERS)) - {"number"}
    assert named == set(rows)


def test_each_agents_input_is_told_to_expand_or_not() -> None:
    [expands, does_not] = re.findall(r"\(((?:`sla_set_\w+`,?\s*)+)\)", LETTERS)
    ticks = {field.name for field in AGENT_INPUTS if field.type == "bool"}
    assert set(re.findall(r"`(\w+)`", does_not)) == ticks
    assert set(re.findall(r"`(\w+)`", expands)) == {field.name for field in AGENT_INPUTS} - ticks


@pytest.mark.parametrize("name", ["sla_state", "sla_support"])
def test_values_of_the_table_are_the_titles(name: str) -> None:
    [field] = [one for one in OUTPUT_FIELDS if one.name == name]
    [row] = re.findall(rf"^\| `%\{{ticket\.{name}\}}` \| (.*) \|$", LETTERS, re.MULTILINE)
    assert row.split(", ") == [title.en for title in field.choices.values()]
