"""What tickets take: the sum never depends on the order of reading, and giving back undoes taking."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.customers import Taking
from bridge.policies.units.tally import Tally

ACCOUNTS = ("a", "b")
rows = st.builds(
    lambda account, amount, stated: (account, amount, stated),
    st.sampled_from(ACCOUNTS),
    st.integers(0, 5000),
    st.sampled_from([0, 0, 0, 1000]),
)
tickets = st.dictionaries(
    st.integers(1, 12),
    st.tuples(st.integers(0, 3), st.lists(rows, max_size=2, unique_by=lambda row: row[0])),
    max_size=10,
)


def takings(ticket, found):
    created_at, listed = found
    return tuple(
        Taking(ticket=ticket, created_at=created_at, account=account, amount=amount, stated=stated)
        for account, amount, stated in listed
    )


def asking(ticket, found):
    return [Taking(ticket=ticket, created_at=found[0], account=account) for account in ACCOUNTS]


def sums(tally, world):
    return {ticket: tally.taken(ticket, asking(ticket, found)) for ticket, found in world.items()}


def booked(world, order):
    tally = Tally()
    for ticket in order:
        tally.book(ticket, takings(ticket, world[ticket]))
    return tally


@given(world=tickets, data=st.data())
def test_sums_never_depend_on_the_order_of_reading(world, data):
    order = data.draw(st.permutations(sorted(world)))
    assert sums(booked(world, order), world) == sums(booked(world, sorted(world)), world)


@given(world=tickets)
def test_a_sum_is_what_earlier_tickets_took_less_what_was_counted_of_later_ones(world):
    tally = booked(world, sorted(world))
    for ticket, found in world.items():
        for account in ACCOUNTS:
            wanted = 0
            for other, theirs in world.items():
                earlier = (theirs[0], other) < (found[0], ticket)
                for name, amount, stated in theirs[1]:
                    if name == account:
                        wanted += amount if earlier else -stated
            assert tally.taken(ticket, asking(ticket, found))[account] == wanted


@given(world=tickets, pick=st.integers(0, 20))
def test_giving_back_and_taking_again_are_inverse(world, pick):
    tally = booked(world, sorted(world))
    before = sums(tally, world)
    if world:
        ticket = sorted(world)[pick % len(world)]
        tally.book(ticket, ())
        tally.book(ticket, takings(ticket, world[ticket]))
    assert sums(tally, world) == before


@given(world=tickets, changes=st.lists(st.tuples(st.integers(1, 12), st.lists(rows, max_size=1)), max_size=5))
def test_whoever_is_not_outdated_would_be_told_the_same_again(world, changes):
    tally = booked(world, sorted(world))
    tally.settle()
    told = {ticket: tally.taken(ticket, takings(ticket, found)) for ticket, found in world.items()}
    for ticket, listed in changes:
        if ticket in world:
            world[ticket] = (world[ticket][0], listed)
            tally.book(ticket, takings(ticket, world[ticket]))
            told[ticket] = tally.taken(ticket, takings(ticket, world[ticket]))
    outdated = tally.outdated()
    fresh = Tally()
    for ticket, found in world.items():
        fresh.book(ticket, takings(ticket, found))
    for ticket, found in world.items():
        if ticket not in outdated:
            assert fresh.taken(ticket, takings(ticket, found)) == told[ticket]


@given(world=tickets, again=st.integers(1, 12))
def test_a_remembered_tally_goes_on_where_the_last_one_ended(world, again):
    whole = booked(world, sorted(world))
    kept = [one for found in whole.booked.values() for one in found]
    later = Tally(
        of_account=lambda account: [one for one in kept if one.account == account],
        of_ticket=lambda ticket: [one for one in kept if one.ticket == ticket],
    )
    if again in world:
        later.book(again, takings(again, world[again]))
    assert later.outdated() == set()
    assert sums(later, world) == sums(whole, world)
