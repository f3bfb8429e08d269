"""A check is one file: this is one, added while the program runs, and nothing else is touched."""

import importlib.util
from dataclasses import replace

import pytest

from bridge.customers import NO_REGISTRY
from bridge.errors import ConfigurationInvalid
from bridge.files.types import Title
from bridge.policies.checks import check_kind
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.schema import policy_schema
from bridge.policies.telling.explain import explain
from bridge.policies.telling.story import story_of
from docs.reference_pages import policy_page
from tests.unit.language.configurations import HEAD, LEVELS, files

LENGTH = '''
"""Is the subject short enough to be read in a queue?"""

from pydantic import Field

from bridge.files.types import Title
from bridge.policies.checks.answer import failed, passed
from bridge.policies.checks.check_kind import CheckKind, Options, register
from bridge.policies.checks.wording import wording


class LengthOptions(Options):
    """The subject's length."""

    longest: int = Field(default=80, ge=1, description="Characters that a subject may have.")


def answer(case, options):
    length = len(case.ticket.subject)
    return passed("subject_short") if length <= options.longest else failed("subject_long", length=length)


WORDINGS = {
    "subject_short": wording(ru="Тема коротка", en="The subject is short"),
    "subject_long": wording(
        ru="Тема слишком длинна: {length}",
        en="The subject is too long: {length}",
        mend_ru="Назовите, пожалуйста, тему короче.",
        mend_en="Please give a shorter subject.",
    ),
}

register(CheckKind(kind="length", title=Title(ru="Длина", en="Length"), place=200, options=LengthOptions, answer=answer, wordings=WORDINGS))
'''


@pytest.fixture(autouse=True)
def one_more(tmp_path, monkeypatch):
    monkeypatch.setattr(check_kind, "_KINDS", dict(check_kind._KINDS))
    path = tmp_path / "length.py"
    path.write_text(LENGTH, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("one_file_length", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def policy(checks):
    rules = "rules:\n  - id: all\n    level: silver\n"
    return compile_policy(files(HEAD + LEVELS + rules + "checks:\n" + checks)).policy


LONG = "  short-subject: {kind: length, effect: limit, deciding: now, options: {longest: 10}}\n"


def test_a_policy_that_uses_it_compiles_is_judged_and_explained(desk):
    compiled = policy(LONG)
    decision = decide(desk.ticket(subject="Ошибка!", language="en"), compiled, now=desk.now)
    assert [(one.outcome, one.message) for one in decision.support.checks] == [("pass", "The subject is short")]
    decision = decide(desk.ticket(language="en"), compiled, now=desk.now)
    (check,) = decision.support.checks
    assert (check.outcome, check.reason, check.message) == ("fail", "subject_long", "The subject is too long: 31")
    assert (check.remedy, check.evidence) == ("Please give a shorter subject.", {"length": 31})
    assert decision.support.verdict == "limited"
    assert "Тема слишком длинна: 31" in decision.reason
    english = replace(compiled, language="en")
    told = explain(story_of(desk.ticket(), english, now=desk.now, registry_at=lambda _: NO_REGISTRY))
    assert "  fail: The subject is too long: 31. Please give a shorter subject." in told


def test_its_mistaken_options_are_told_where_they_stand():
    with pytest.raises(ConfigurationInvalid) as caught:
        policy("  short-subject:\n    kind: length\n    options:\n      longest: 0\n      shortest: 3\n")
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 2
    assert "policies/p.yaml:15:16" in told[0]
    assert "'longest': at least 1 expected" in told[0]
    assert "policies/p.yaml:16:7" in told[1]
    assert "unknown key 'shortest'" in told[1]
    assert "allowed: longest" in told[1]


def test_it_is_told_with_the_others_where_kinds_are_told():
    with pytest.raises(ConfigurationInvalid, match="units, contact, length"):
        policy("  short-subject: {kind: lenght}\n")
    assert policy_schema()["$defs"]["CheckModel"]["properties"]["kind"]["enum"][-1] == "length"
    assert "### kind: length" in policy_page()


def test_two_kinds_of_one_name_are_refused():
    with pytest.raises(ValueError, match="there is a check of the kind 'length' already"):
        check_kind.register(replace(check_kind.check_kind("units"), kind="length"))


def test_a_kind_that_says_something_else_with_the_code_of_another_is_refused():
    taken = check_kind.CheckKind(
        kind="again",
        title=Title(ru="Ещё раз", en="Again"),
        place=220,
        options=check_kind.Options,
        answer=lambda case, options: None,
        wordings={"subject_short": check_kind.all_wordings()["subject_long"]},
    )
    with pytest.raises(ValueError, match="'again' says something else with codes of others: subject_short"):
        check_kind.register(taken)
