"""The how-to on the portal: what it has a policy say is taken as it says, and its table has every word."""

import re
from pathlib import Path

import pytest

from bridge.errors import ConfigurationInvalid
from bridge.policies.agreement.policy import PortalWord
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.publication import Publication
from tests.unit.language.configurations import files

PAGE = (Path(__file__).parents[2] / "docs/how-to/show-customers-their-deadlines.md").read_text(encoding="utf-8")
PORTAL, LEVELS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
HEAD = "policy: sample\ntitle: Sample\ndefaults: {calendar: week}\nrules: [{id: all, level: development}]\n"
POLICY = HEAD + LEVELS.rstrip() + "\n    targets: {first_response: 24wd}\n"


def compiled(text: str):
    return compile_policy(files(text))


def test_the_examples_are_taken_without_a_warning() -> None:
    result = compiled(POLICY + PORTAL)
    assert result.warnings == ()
    assert result.policy.portal == (PortalWord.LEVEL, PortalWord.STATE, PortalWord.DUE)
    said = Publication(result.policy)._said
    assert said["titles"]["levels"]["development"]["short"] == {"ru": "Разработка", "en": "Development"}
    assert said["portal"] == {"show": ["level", "state", "due"]}


def test_left_out_or_empty_it_shows_nothing() -> None:
    for text in (POLICY, POLICY + "portal: {show: []}\n", POLICY + "portal: {}\n"):
        assert compiled(text).policy.portal == ()


def test_the_table_has_every_word_and_another_one_is_refused_with_those() -> None:
    words = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert words == [one.value for one in PortalWord]
    with pytest.raises(ConfigurationInvalid, match=r"did you mean 'due'.*allowed: level, state, due, attention"):
        compiled(POLICY + "portal: {show: dues}\n")


@pytest.mark.parametrize(("short", "code"), [("short: Под контролем разработки сейчас", "long_short_title")])
def test_a_short_title_that_is_no_shorter_is_warned_of(short: str, code: str) -> None:
    text = POLICY.replace("short: {ru: Разработка, en: Development}", short)
    assert [one.code for one in compiled(text).warnings] == [code]
