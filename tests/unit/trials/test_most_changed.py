"""The most changed tickets of a simulation: each once, bounded, the largest changes first, however the work is cut."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.trials.simulate import Difference, Summary

SAME = Difference(
    ticket_id=1,
    number="1",
    department="Support",
    category="commercial",
    level=("a", "a"),
    rule=("r", "r"),
    state=("running", "running"),
    verdict=("full", "full"),
    due=(100, 100),
)


def of(ticket_id: int, **changes: object) -> Difference:
    return replace(SAME, ticket_id=ticket_id, **changes)


def kept(*differences: Difference, shown: int = 100) -> list[int]:
    summary = Summary(shown=shown)
    for one in differences:
        summary.add(one)
    return [one.ticket_id for one in summary.most_changed()]


def test_a_broken_promise_comes_before_anything_else() -> None:
    assert kept(
        of(1, state=("running", "at_risk")),
        of(2, due=(100, 160)),
        of(3, due=(100, 40_000)),
        of(4, due=(100, None)),
        of(5, level=("a", "b")),
        of(6, verdict=("full", "limited")),
        of(7, saved=("resolution",)),
        of(8, breached=("resolution",)),
        of(9, breached=("resolution", "first_response")),
    ) == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_a_ticket_that_comes_twice_is_kept_once_as_it_changes_most() -> None:
    assert kept(of(1, due=(100, 160)), of(2, due=(100, 170)), of(1, due=(100, 500)), of(1, due=(100, 110))) == [1, 2]


def test_no_more_are_kept_than_are_shown() -> None:
    summary = Summary(shown=3)
    for number in range(1, 1000):
        summary.add(of(number, due=(100, 100 + number)))
        assert len(summary.largest) <= 7
    assert [one.ticket_id for one in summary.most_changed()] == [999, 998, 997]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 50)), max_size=60), st.integers(1, 5), st.integers(0, 60))
def test_parts_join_to_the_same_tickets(moves: list[tuple[int, int]], shown: int, cut: int) -> None:
    changes = [of(ticket, due=(100, 100 + move)) for ticket, move in moves]
    first, second = Summary(shown=shown), Summary(shown=shown)
    for one in changes[:cut]:
        first.add(one)
    for one in changes[cut:]:
        second.add(one)
    first.join(second)
    assert [one.ticket_id for one in first.most_changed()] == kept(*changes, shown=shown)
