"""The sums of an account: as a plain count says, and in time that grows with the tickets and not with their square."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.customers import Taking
from bridge.policies.units import ordered_sums, tally
from bridge.policies.units.ordered_sums import OrderedSums
from bridge.policies.units.tally import Tally

ORDERS = ["as created", "backwards", "mixed"]


@given(
    st.lists(st.tuples(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.integers(-5, 5), st.booleans()), max_size=60)
)
def test_the_sum_before_a_position_is_that_of_all_weights_added_there(steps: list) -> None:
    sums, plain = OrderedSums(), []
    for position, weight, ask in steps:
        sums.add(position, weight)
        plain.append((position, weight))
        if ask:
            assert sums.before(position) == sum(amount for at, amount in plain if at < position)
    assert sums.total == sum(amount for _, amount in plain)


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 3), st.booleans()),
        max_size=40,
    )
)
def test_what_is_outdated_is_what_a_plain_count_would_answer_otherwise(steps: list) -> None:
    """Tickets of one second too: their creation is their number halved."""
    counted, rows, told = Tally(), {}, {}

    def plain(ticket: int) -> dict[str, int]:
        place = (ticket // 2, ticket)
        return {
            account: sum(
                one.amount if (one.created_at, one.ticket) < place else -one.stated
                for one in rows.values()
                if one.account == account
            )
            for account in {rows[ticket].account}
        }

    for ticket, account, amount, stated, asks in steps:
        rows[ticket] = Taking(ticket=ticket, created_at=ticket // 2, account=account, amount=amount, stated=stated)
        counted.book(ticket, (rows[ticket],))
        told.pop(ticket, None)
        if asks:
            told[ticket] = plain(ticket)
            assert counted.taken(ticket, (rows[ticket],)) == told[ticket]
    changed = {ticket for ticket, answer in told.items() if plain(ticket) != answer}
    assert changed <= counted.outdated(), "who is told otherwise now has to be told again"


class Instants:
    """Counts how often instants are compared, and how many lines of the counting run."""

    def __init__(self) -> None:
        self.steps = 0

    def instant(self, value: int) -> int:
        counter = self

        class Counted(int):
            __slots__ = ()

            def __lt__(self, other: int) -> bool:
                counter.steps += 1
                return int.__lt__(self, other)

            def __eq__(self, other: object) -> bool:
                counter.steps += 1
                return int.__eq__(self, other)

            __hash__ = int.__hash__

        return Counted(value)

    @contextmanager
    def counting(self) -> Iterator[None]:
        files = {tally.__file__, ordered_sums.__file__}

        def inside(_frame: object, event: str, _arg: object) -> Callable:
            self.steps += event == "line"
            return inside

        def trace(frame: object, _event: str, _arg: object) -> Callable | None:
            return inside if frame.f_code.co_filename in files else None

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(before)


def steps(tickets: int, order: str, work: Callable[[Tally, list[Taking]], None]) -> int:
    counter = Instants()
    one_type = counter.instant(0).__class__
    takings = [
        Taking(ticket=number, created_at=one_type(number * 60), account="A", amount=1000) for number in range(tickets)
    ]
    if order == "backwards":
        takings.reverse()
    elif order == "mixed":
        random.Random(7).shuffle(takings)
    with counter.counting():
        work(Tally(), takings)
    return counter.steps


def count_then_decide(counted: Tally, takings: list[Taking]) -> None:
    """As a full pass does, and `decide --count-units`: all are booked, then each is asked."""
    for one in takings:
        counted.book(one.ticket, (one,))
    counted.settle()
    for one in takings:
        counted.book(one.ticket, (one,))
        counted.taken(one.ticket, (one,))
    assert counted.outdated() == set()


def decide_as_they_come(counted: Tally, takings: list[Taking]) -> None:
    """As a pass does with tickets that are new to it: each is booked and asked at once, then those outdated again."""
    for one in takings:
        counted.book(one.ticket, (one,))
        counted.taken(one.ticket, (one,))
    for ticket in sorted(counted.outdated()):
        one = takings[0]
        counted.taken(ticket, (one,))
    counted.outdated()


def give_all_back(counted: Tally, takings: list[Taking]) -> None:
    """As a pass does after a changed policy: every ticket's taking moves, and each move concerns all later ones."""
    decide_as_they_come(counted, takings)
    for one in takings:
        counted.book(one.ticket, ())
    counted.outdated()


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("work", [count_then_decide, decide_as_they_come, give_all_back])
def test_twice_the_tickets_cost_hardly_more_than_twice_the_work(order: str, work: Callable) -> None:
    """A square would be four times as much; the bound leaves room for the logarithm."""
    assert steps(4_000, order, work) < 2.5 * steps(2_000, order, work)
