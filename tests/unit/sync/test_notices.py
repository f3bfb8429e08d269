"""Which standing troubles are told when, and what is remembered of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sync.notices import AGAIN_SECONDS, Notice, remembered, stored, to_tell

A, B = Notice(key="a", text="one is wrong"), Notice(key="b", text="two is wrong")


def told(passes: list[tuple[int, list[Notice]]]) -> list[list[str]]:
    """Return the keys that each pass tells, one after the other, through what the state keeps."""
    found, fact = [], None
    for now, standing in passes:
        due, kept = to_tell(standing, remembered(fact), now)
        fact = stored(kept)
        found.append([one.key for one in due])
    return found


def test_a_trouble_is_told_at_its_beginning_and_a_day_later() -> None:
    day = AGAIN_SECONDS
    assert told([(0, [A]), (60, [A]), (day - 1, [A]), (day, [A]), (day + 60, [A])]) == [["a"], [], [], ["a"], []]


def test_each_trouble_has_a_day_of_its_own() -> None:
    day = AGAIN_SECONDS
    assert told([(0, [A]), (100, [A, B]), (day, [A, B]), (day + 100, [A, B])]) == [["a"], ["b"], ["a"], ["b"]]


def test_one_that_ended_and_comes_back_is_told_again() -> None:
    assert told([(0, [A]), (60, []), (120, [A])]) == [["a"], [], ["a"]]


def test_a_change_of_the_text_is_news_and_one_behind_the_gist_is_not() -> None:
    assert told([(0, [A]), (60, [Notice(key="a", text="one is worse")])]) == [["a"], ["a"]]
    drifting = [Notice(key="a", text=f"{seconds} s off", gist="ahead") for seconds in (301, 302)]
    assert told([(0, [drifting[0]]), (60, [drifting[1]]), (120, [Notice(key="a", text="x", gist="behind")])]) == [
        ["a"],
        [],
        ["a"],
    ]


def test_a_clock_that_went_back_does_not_silence_a_trouble() -> None:
    assert told([(1000, [A]), (0, [A])]) == [["a"], ["a"]]


@pytest.mark.parametrize(
    "fact", [None, "", "no json", "7", "{}", '[{"notice": {}}]', '[{"notice": {"key": 1}, "told_at": 0}]']
)
def test_what_cannot_be_understood_is_nothing(fact) -> None:
    assert remembered(fact) == ()


@given(
    st.lists(st.builds(Notice, key=st.text(), text=st.text(), source=st.text(), missing=st.booleans()), max_size=5),
    st.integers(0, 2**40),
)
def test_what_is_kept_is_remembered_whole(standing, now) -> None:
    _, kept = to_tell(standing, (), now)
    assert remembered(stored(kept)) == kept
    assert json.loads(stored(kept)) is not None
    assert to_tell(standing, kept, now)[0] == () or len({one.key for one in standing}) < len(standing)
