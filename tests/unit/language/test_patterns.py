"""Linear-time patterns: the same answers as `re`, and no text that makes them slow."""

import re
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.patterns import PatternRefused, pattern

_ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "c",
        ".",
        "[ab]",
        "[^a]",
        r"\d",
        r"\w",
        r"\W",
        r"[^\W\d]",
        r"[\Wя]",
        r"[\S]",
        r"[^\s_]",
        "^",
        "$",
        "[a-c]",
        r"\s",
        "B",
        "я",
    ]
)


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(parts, parts).map("".join),
        st.tuples(parts, parts).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        st.tuples(parts, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?"])).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
    )


@settings(derandomize=True, max_examples=600, deadline=None)
@given(st.recursive(_ATOMS, _joined, max_leaves=8), st.text("abcAB1 _я", max_size=8))
def test_patterns_answer_as_pythons_re_does(source: str, text: str) -> None:
    expected = re.search(source.replace("$", r"\Z"), text, re.IGNORECASE) is not None
    assert pattern(source)(text) is expected


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("(a+)+$", "a" * 50_000 + "!"),
        ("(a*)*(a*)*b", "a" * 50_000),
        ("(a|a)*c", "a" * 50_000),
        ("(.*)(.*)(.*)(.*)x", "y" * 50_000),
        ("(x?){20}x{20}", "x" * 19),
    ],
)
def test_patterns_that_explode_elsewhere_stay_linear(source: str, text: str) -> None:
    started = time.process_time()
    assert not pattern(source)(text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "empty"),
        ("(a", "without"),
        ("a)", "without"),
        ("*a", "repeats nothing"),
        ("a**", "two repetitions"),
        (r"(a)\1", "back-references"),
        ("(?=a)", "look-around"),
        ("(?P<n>a)", "look-around"),
        ("[z-a]", "backwards"),
        ("[a", "too early"),
        ("a{2000}", "at most"),
        ("a{3,2}", "at most"),
        ("((a{100}){100}){100}", "at most"),
        (r"(\w{100}){10}", "too large"),
        (r"\bword\b", "whole word"),
        (r"\B", "whole word"),
        ("(?i)a", "flags"),
        (r"\p{Nothing}", "no class"),
        ("\ud800", "half a character"),
        ("a\\", "too early"),
        (r"\q", "not supported"),
    ],
)
def test_patterns_outside_the_dialect_are_refused_in_words(source: str, said: str) -> None:
    started = time.process_time()
    with pytest.raises(PatternRefused, match=said):
        pattern(source)
    assert time.process_time() - started < 1


def test_upper_and_lower_case_are_the_same() -> None:
    assert pattern("ошибка [А-Я]+")("Критическая ОШИБКА ввода")


def test_control_characters_can_be_written() -> None:
    assert pattern(r"a\tb\nc")("a\tb\nc")
    assert pattern(r"[\d\-]+$")("12-3")
    assert not pattern(r"[^\s]{2}")("a b")


def test_letters_digits_and_blanks_are_those_of_unicode() -> None:
    assert pattern(r"^\w+\s\d+$")("ошибка\u00a0٣٤")
    assert pattern(r"^[\w-]+[\s,][^\d]$")("счёт-фактура\u2003я")
    assert not pattern(r"\W|[\W]|[^\w]")("Ошибка_٣")
    assert not pattern(r"\S|[\S]|[^\s]|[[:alpha:]\w]")(" \t\u00a0\u3000")


def test_a_class_may_begin_with_its_own_bracket() -> None:
    assert pattern(r"^[]\d]+$")("]1]")
    assert pattern(r"^[^]\w]$")("-")


def test_what_stands_behind_a_backslash_is_meant_itself() -> None:
    assert pattern(r"^\{x\}\–\.\«$")("{x}–.«")


def test_half_a_character_in_a_text_does_no_harm() -> None:
    assert pattern("ab$")("\ud800 AB")


def test_a_pattern_is_compiled_once() -> None:
    assert pattern("once") is pattern("once")


def test_without_the_package_the_refusal_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    with pytest.raises(PatternRefused, match=r"osticket-sla-bridge\[re2\]"):
        pattern("not seen yet")
    with pytest.raises(ValueError, match=r"osticket-sla-bridge\[re2\]"):
        ConditionModel.model_validate({"subject": {"matches": "never seen before"}})
