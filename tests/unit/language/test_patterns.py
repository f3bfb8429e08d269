"""Linear-time patterns: the same answers as `re`, and no text that makes them slow."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.policies.language.conditions.patterns import Pattern, PatternRefused

_ATOMS = st.sampled_from(
    ["a", "b", "c", ".", "[ab]", "[^a]", r"\d", r"\w", r"\W", r"\b", "^", "$", "[a-c]", r"\s", "B", "я"]
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
    assert Pattern(source).search(text) is expected


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
    started = time.perf_counter()
    assert not Pattern(source).search(text)
    assert time.perf_counter() - started < 1


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
        ("a{x}", "no repetition"),
        ("((a{100}){100}){100}", "too large"),
        ("(" * 40 + "a" + ")" * 40, "too deep"),
        ("a\\", "too early"),
        (r"\q", "not supported"),
    ],
)
def test_patterns_outside_the_dialect_are_refused_in_words(source: str, said: str) -> None:
    started = time.perf_counter()
    with pytest.raises(PatternRefused, match=said):
        Pattern(source)
    assert time.perf_counter() - started < 1


def test_upper_and_lower_case_are_the_same() -> None:
    assert Pattern("ошибка [А-Я]+").search("Критическая ОШИБКА ввода")


def test_control_characters_can_be_written() -> None:
    assert Pattern(r"a\tb\nc").search("a\tb\nc")
    assert Pattern(r"[\d\-]+$").search("12-3")
    assert not Pattern(r"[^\s]{2}").search("a b")


def test_what_is_remembered_stays_bounded() -> None:
    pattern = Pattern("x$")
    assert not pattern.search("".join(map(chr, range(0x4E00, 0x4E00 + 20_950))))
    assert len(pattern._moves) <= 20_001
    assert pattern.search("y" * 10 + "X")
