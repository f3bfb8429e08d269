"""Versions are totally ordered inside their scheme, and what cannot be told is never "older"."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.checks.versions import Dotted, Named, Order, Ordered, compare, older_than

NAMES = ("Anna", "Berta", "Clara", "Dora")
numbers = st.lists(st.integers(0, 300), min_size=1, max_size=5).map(lambda parts: ".".join(map(str, parts)))
builds = st.one_of(st.just(""), st.integers(0, 99).map(lambda build: f" (build {build})"))
texts = {
    Dotted(): st.builds(str.__add__, numbers, builds),
    Named(("beta", "", "lts")): st.builds(str.__add__, numbers, st.sampled_from(["", " beta", " LTS", "-lts"])),
    Ordered(NAMES): st.sampled_from(NAMES),
}
same_scheme = st.sampled_from(list(texts)).flatmap(
    lambda scheme: st.tuples(*[texts[scheme].map(scheme.read)] * 3),
)


@given(same_scheme)
def test_versions_of_a_scheme_are_totally_ordered(versions):
    first, second, third = versions
    assert compare(first, first) is Order.SAME
    mirrored = {Order.OLDER: Order.NEWER, Order.NEWER: Order.OLDER, Order.SAME: Order.SAME}
    assert compare(second, first) is mirrored[compare(first, second)]
    rising = {Order.OLDER, Order.SAME}
    if compare(first, second) in rising and compare(second, third) in rising:
        assert compare(first, third) in rising
    if compare(first, second) is Order.SAME and compare(second, third) is Order.SAME:
        assert compare(first, third) is Order.SAME


@given(same_scheme)
def test_older_than_a_bound_agrees_with_the_order_or_says_nothing(versions):
    stated, bound, _ = versions
    assert older_than(stated, bound) in {None, compare(stated, bound) is Order.OLDER}
    assert older_than(stated, stated) is False


@given(same_scheme)
def test_what_is_surely_not_older_stays_so_for_an_earlier_bound(versions):
    stated, bound, earlier = versions
    if older_than(stated, bound) is False and compare(earlier, bound) is Order.OLDER:
        assert older_than(stated, earlier) is False


@given(st.text(max_size=100))
def test_no_text_can_break_the_reading_or_make_itself_outdated(text):
    for scheme in texts:
        version = scheme.read(text)
        if version is None:
            assert older_than(version, scheme.read("3.0")) is None
        else:
            assert compare(version, version) is Order.SAME
