"""What customers hold: whatever stands in a registry, rows are all that qualify, in one order, cut at one length."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.connectors.sandbox.publication_body import PublishRequest
from bridge.customers import Certificate, Contract, Counter, Customer, Licence
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.outcome.record import short
from bridge.policies.telling import standing as module
from bridge.policies.telling.publication import Publication
from bridge.policies.telling.reach import OpenClocks, WindowReach
from bridge.policies.telling.standing import DAYS, Roll, standing_of
from tests.unit.clocks.desk import D, at, row, simple, target

NOW = at("2026-11-29 12:00")
TODAY = date(2026, 11, 29)
POLICY = simple(row("resolution", target("8h", D)))
CATALOGUE = read_catalogue(
    b"zone: Europe/Moscow\nproducts:\n  farm: {title: Farm, latest: 3.2.0, minimum: 3.0.5}\n", file="catalogue.yaml"
)
KEYS = ("certificates", "entitlements", "versions", "exceptions")

days = st.none() | st.integers(-5, DAYS + 5).map(lambda number: TODAY + timedelta(days=number))
amounts = st.integers(0, 30).map(lambda halves: halves / 2) | st.just(999_999_999_999.5)
certificates = st.builds(
    Certificate,
    number=st.sampled_from("ab"),
    valid_until=days,
    product=st.sampled_from(["", "farm"]),
    kind=st.sampled_from("xy"),
)
counters = st.builds(
    Counter, id=st.sampled_from("ht"), unit=st.sampled_from(["hours", "tickets"]), included=amounts, used=st.none() | amounts,
    period=st.sampled_from(["", "month", "2026-11", "2026-10", "year"]),
)  # fmt: skip
contracts = st.builds(
    Contract, number=st.sampled_from("cd"), valid_until=days, counters=st.lists(counters, max_size=3).map(tuple)
)
licences = st.builds(
    Licence,
    product=st.sampled_from(["farm", "Farm", "other"]),
    version=st.sampled_from(["", "3.2", "3", "3.0", "2.9", "2.10", "new"]),
)
customers = st.lists(
    st.builds(
        Customer, id=st.uuids().map(lambda one: str(one) + "x" * (one.int % 3 * 1500)), name=st.sampled_from(["Альфа", "альфа", "Beta", "<b>", ""]),
        certificates=st.lists(certificates, max_size=3).map(tuple), contracts=st.lists(contracts, max_size=2).map(tuple),
        licences=st.lists(licences, max_size=4).map(tuple),
    ),
    max_size=12,
)  # fmt: skip


def found(listed, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST", most)
        return standing_of(
            POLICY, CATALOGUE, now=NOW, roll=Roll(customers=iter(listed), zone="Europe/Moscow", as_of=NOW)
        )


@settings(max_examples=150, deadline=None)
@given(customers, st.integers(1, 5), st.randoms(use_true_random=False))
def test_a_list_is_the_beginning_of_the_whole_one_in_whatever_order_customers_come(
    listed, most, shuffler: random.Random
):
    whole = found(listed, 10_000)
    mixed = list(listed)
    shuffler.shuffle(mixed)
    cut = found(mixed, most)
    for key in KEYS:
        rows = getattr(whole, key)
        assert getattr(cut, key) == rows[:most]
        assert cut.more[key] == whole.more[key] == len(rows)
    assert whole.cut(most).json() == cut.json()


@settings(max_examples=150, deadline=None)
@given(customers)
def test_rows_are_all_that_qualify_and_no_others(listed):
    whole = found(listed, 10_000)
    until = [one.days for one in whole.certificates]
    assert until == sorted(until)
    assert all(0 <= one <= DAYS for one in until)
    held = [one for customer in listed for one in customer.certificates if one.valid_until is not None]
    ending = [one for one in held if 0 <= (one.valid_until - TODAY).days <= DAYS]
    # What is left out is renewed by one of the same customer that lasts longer.
    assert len(until) <= len(ending)
    for customer in listed:
        last = max((one.valid_until for one in customer.certificates if one.valid_until), default=None)
        if last and 0 <= (last - TODAY).days <= DAYS and all(one.valid_until for one in customer.certificates):
            assert (short(customer.id), last) in {(one.customer, one.until) for one in whole.certificates}
    left = [one.left for one in whole.entitlements]
    assert left == sorted(left)
    assert all(one.used + one.left == one.of for one in whole.entitlements)
    told = {(one.customer, one.version): one.state.value for one in whole.versions}
    for customer in listed:
        for one in customer.licences:
            expected = {
                "2.9": "outdated",
                "2.10": "outdated",
                "new": "unreadable",
                "3": "unreadable",
                "3.0": "unreadable",
            }
            assert told.get((short(customer.id), one.version)) == (
                expected.get(one.version) if one.product != "other" else told.get((short(customer.id), one.version))
            )


@settings(max_examples=60, deadline=None)
@given(customers)
def test_what_is_published_is_what_a_helpdesk_takes(listed):
    content = Publication(POLICY).content(
        WindowReach.around(NOW, OpenClocks()), at=NOW, standing=found(listed, module.MOST)
    )
    PublishRequest.model_validate(content)
