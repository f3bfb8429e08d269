"""Mistakes in the shape of a document do not hide its other mistakes."""

import pytest

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.yaml import read_yaml
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.models import PolicyDocument
from bridge.policies.language.salvage import salvage
from tests.unit.language.configurations import HEAD, LEVELS, with_rules


def problems(contents: dict[str, bytes]) -> list[Problem]:
    with pytest.raises(ConfigurationInvalid) as caught:
        compile_policy(contents)
    return list(caught.value.problems)


def told(contents: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in problems(contents)]


ALL = "- {id: all, level: silver}\n"


def test_a_bad_amount_does_not_hide_an_unknown_calendar() -> None:
    contents = with_rules(ALL, levels=LEVELS.replace("8h", "8 hours perhaps"), head=HEAD.replace("week", "weak"))
    assert told(contents) == [
        ("unknown_calendar", "defaults.calendar"),
        ("bad_value", "levels.silver.targets.first_response"),
    ]


def test_a_bad_rule_does_not_hide_mistakes_of_later_rules_and_their_paths_stay() -> None:
    contents = with_rules(
        """
        - {id: one, level: [silver]}
        - {level: silver}
        - {id: three, level: sliver}
        - {id: four, level: silver, when: {fields: {prodct: x}}}
        - {id: five, level: silver, when: {condition: nobody}}
        """
    )
    assert told(contents) == [
        ("wrong_type", "rules[0].level"),
        ("missing_key", "rules[1]"),
        ("unknown_level", "rules[2].level"),
        ("unknown_field", "rules[3].when.fields.prodct"),
        ("unknown_condition", "rules[4].when.condition"),
    ]
    lines = [problem.line for problem in problems(contents)]
    assert lines == list(range(lines[0], lines[0] + 5))


@pytest.mark.parametrize(
    ("rules", "more", "wrong"),
    [
        ("- {id: all, level: silver, when: {condition: x}}\n", "conditions: {x: {status: {}}}\n", "conditions.x"),
        ("- {id: all, level: silver, when: {condition: x}}\n", "conditions: several\n", "conditions"),
        ("- {id: all, level: silver, when: {fields: {x: y}}}\n", "fields: [x, [y]]\n", "fields[1]"),
        ("- {id: all, level: silver, when: {fields: {x: y}}}\n", "fields: {x: y}\n", "fields"),
        ("- {id: all, level: gold}\n", "", "levels.gold"),
    ],
)
def test_a_name_whose_definition_is_wrong_is_not_called_unknown(rules: str, more: str, wrong: str) -> None:
    levels = LEVELS + ("  gold: {title: Gold, targets: 8h}\n" if not more else "")
    found = told(with_rules(rules, levels=levels, more=more))
    assert found
    assert all(path.startswith(wrong) for _, path in found)


def test_what_was_taken_out_is_not_reported_as_missing() -> None:
    contents = with_rules(
        ALL, levels=LEVELS.replace("Silver", "[a, b]"), head=HEAD.replace("calendar: week", "calendar: [week]")
    )
    assert {path.split(".")[0] for _, path in told(contents)} == {"levels", "defaults"}
    assert "missing_key" not in [code for code, _ in told(contents)]


def test_a_key_without_a_value_hides_nothing_either() -> None:
    contents = with_rules("- {id: all, level: sliver, when: }\n")
    assert sorted(told(contents)) == [("no_value", "rules[0].when"), ("unknown_level", "rules[0].level")]


def test_nothing_is_left_of_a_document_that_lacks_its_levels() -> None:
    document = read_yaml(b"policy: p\ntitle: P\nrules: []\n", file="p.yaml")
    assert salvage(PolicyDocument, document) is None


def test_a_document_that_fits_is_left_whole() -> None:
    document = read_yaml(with_rules(ALL)["policies/p.yaml"], file="p.yaml")
    rest = salvage(PolicyDocument, document)
    assert rest is not None
    assert (rest.document.data, rest.names, rest.parts) == (document.data, frozenset(), frozenset())


CATALOGUE = """\
products:
  one: {title: One, latest: "1.0", colour: red}
  two: {title: Two, latest: new}
  three: {title: Three, latest: "1.0", names: [Two]}
"""


def catalogue_problems(text: str) -> list[tuple[str, int]]:
    with pytest.raises(ConfigurationInvalid) as caught:
        read_catalogue(text.encode(), file="catalogue.yaml")
    return [(problem.code, problem.line) for problem in caught.value.problems]


def test_an_unknown_key_of_the_catalogue_does_not_hide_a_bad_version_and_an_ambiguous_name() -> None:
    assert catalogue_problems(CATALOGUE) == [("unknown_key", 2), ("bad_version", 3), ("ambiguous_name", 4)]


def test_versions_are_not_judged_where_the_scheme_itself_is_wrong() -> None:
    text = CATALOGUE.replace("latest: new", "latest: new, scheme: roman")
    assert catalogue_problems(text) == [("unknown_key", 2), ("not_allowed", 3), ("ambiguous_name", 4)]
