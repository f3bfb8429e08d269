"""Values in the one spelling that both sides of a comparison are brought into."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sync.planned.stored_values import FIELD_TEXT_AT_MOST, canonical, stored, told

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        ("", None),
        (" \n\t ", None),
        ("standard", "standard"),
        ("2026-11-20T15:00:00Z", "2026-11-20T15:00:00Z"),
        ("a\u00a0b", "a b"),
        (True, True),
        (0, 0),
        (1.5, 1.5),
        ("ёж", "ёж"),
        ("=1+1", "1+1"),
        ("+7 495", "7 495"),
        ("\t-@= x", "x"),
        ("1-1", "1-1"),
        ("=", None),
        ("x" * 5000, "x" * (FIELD_TEXT_AT_MOST - 1) + "…"),
    ],
)
def test_a_value_stands_as_a_helpdesk_keeps_it(value, kept):
    assert canonical(value) == kept


@given(ANY_TEXT)
def test_what_is_kept_stays_as_it_is(text):
    kept = canonical(text)
    assert canonical(kept) == kept


@given(ANY_TEXT)
def test_what_is_kept_can_be_stored_anywhere(text):
    kept = canonical(text)
    assert kept is None or (
        kept.encode("utf-16").decode("utf-16") == kept and "\0" not in kept and max(kept) <= "\uffff"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_json_has_one_spelling_that_reads_back(value):
    spelled = stored(value)
    assert stored(json.loads(spelled)) == spelled


def test_the_order_of_members_makes_no_difference():
    assert stored({"a": 1, "b": [{"c": 2, "d": 3}]}) == stored({"b": [{"d": 3, "c": 2}], "a": 1})


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), object(), {1: {2, 3}}])
def test_what_is_no_json_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        stored(value)


def test_a_told_text_is_bounded_and_fit_for_any_file():
    assert told("half \ud800") == "half \\ud800"
    assert len(told("x" * 10_000)) == 500
