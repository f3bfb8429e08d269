"""Many questions at once give the answers of single ones, with numpy and without."""

import random
import sys

import pytest

from bridge.errors import CalendarError
from bridge.policies.calendar import batch, worked_seconds


@pytest.fixture(params=["numpy", "plain"])
def way(request, monkeypatch):
    if request.param == "plain":
        monkeypatch.setattr(worked_seconds, "load_numpy", lambda: None)
    else:
        pytest.importorskip("numpy", reason="numpy (extra `fast`) is not installed")
    return request.param


@pytest.fixture(
    scope="module",
    params=[
        {"mon-fri": "05:00-14:00"},
        {"mon-sun": "00:00-24:00"},
        {"sun-thu": ["22:00-06:00", "12:00-12:01"]},
        {"tue": ["09:00-13:00", "14:00-18:00"]},
    ],
)
def any_calendar(request, calendar):
    return calendar(request.param, holidays=[{"dates": "12-30..01-08"}])


def test_many_deadlines_equal_single_ones(way, any_calendar):
    dice = random.Random(1)
    starts = [dice.randrange(700_000_000, 3_000_000_000) for _ in range(1500)]
    seconds = [dice.choice((0, 1, 3600, dice.randrange(1, 900_000))) for _ in starts]
    expected = [
        any_calendar.reach(any_calendar.worked(start) + amount) if amount else start
        for start, amount in zip(starts, seconds, strict=True)
    ]
    assert list(any_calendar.add_many(starts, seconds)) == expected
    one = [any_calendar.reach(any_calendar.worked(start) + 28_800) for start in starts]
    assert list(any_calendar.add_many(starts, 28_800)) == one
    assert list(any_calendar.add_many(starts, 0)) == starts


def test_many_stretches_equal_single_ones(way, any_calendar):
    dice = random.Random(2)
    starts = [dice.randrange(700_000_000, 3_000_000_000) for _ in range(1500)]
    ends = [start + dice.randrange(-3_000_000, 3_000_000) for start in starts]
    expected = [any_calendar.worked(end) - any_calendar.worked(start) for start, end in zip(starts, ends, strict=True)]
    assert list(any_calendar.between_many(starts, ends)) == expected


def test_more_than_one_chunk_is_answered_in_order(way, d, monkeypatch):
    monkeypatch.setattr(batch, "_CHUNK", 7)
    starts = [1_744_000_000 + 977 * n for n in range(100)]
    assert list(d.add_many(starts, 5000)) == [d.reach(d.worked(start) + 5000) for start in starts]


def test_nothing_asked_is_nothing_answered(way, d):
    assert list(d.add_many([], [])) == []
    assert list(d.add_many([], 3600)) == []
    assert list(d.between_many([], [])) == []


def test_a_negative_amount_is_refused_for_all(way, d):
    with pytest.raises(CalendarError, match="negative"):
        d.add_many([1_744_000_000] * 2, [3600, -1])


@pytest.mark.parametrize("instant", [0, 4_200_000_000])
def test_an_instant_out_of_the_horizon_is_refused_for_all(way, d, instant):
    with pytest.raises(CalendarError, match="horizon"):
        d.add_many([1_744_000_000, instant], 3600)
    with pytest.raises(CalendarError, match="horizon"):
        d.between_many([1_744_000_000], [instant])


def test_an_unreachable_amount_is_refused_for_all(way, d):
    with pytest.raises(CalendarError, match="less working time"):
        d.add_many([1_744_000_000] * 2, [3600, 1 << 40])


def test_lists_of_two_lengths_are_refused(way, d):
    with pytest.raises(ValueError, match=r"broadcast|shorter"):
        d.add_many([1_744_000_000] * 3, [3600, 3600])
    with pytest.raises(ValueError, match=r"3 starts and 2 ends|shorter"):
        d.between_many([1_744_000_000] * 3, [1_744_000_000] * 2)


def test_numpy_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert batch.load_numpy() is None


def test_a_fresh_calendar_compiles_what_many_need(way, calendar):
    fresh = calendar({"mon-fri": "09:00-18:00"})
    assert list(fresh.add_many([700_000_000, 3_900_000_000], 3600)) == [
        fresh.reach(fresh.worked(700_000_000) + 3600),
        fresh.reach(fresh.worked(3_900_000_000) + 3600),
    ]


def test_years_compiled_later_are_answered_for_by_many_too(way, calendar):
    fresh = calendar({"mon-fri": "09:00-18:00"})
    for start in (1_744_000_000, 3_300_000_000, 800_000_000, 3_900_000_000):
        assert list(fresh.add_many([start], 3600)) == [fresh.reach(fresh.worked(start) + 3600)]
        assert list(fresh.between_many([start], [start + 90_000])) == [
            fresh.worked(start + 90_000) - fresh.worked(start)
        ]


def test_a_single_second_is_an_amount_too(way, d):
    start = 1_744_000_000
    assert list(d.add_many([start, start], [1, 1])) == [d.reach(d.worked(start) + 1)] * 2


def test_deadlines_far_beyond_what_is_compiled_are_found_by_many_too(way, calendar):
    fresh = calendar({"mon-fri": "09:00-18:00"})
    start, amount = 1_744_000_000, 40 * 250 * 9 * 3600
    fresh.worked(start)
    assert list(fresh.add_many([start], [amount])) == [fresh.reach(fresh.worked(start) + amount)]
