"""Whom a release is told, counted again by other means: every customer of the product in one place, with the right reason."""

import random
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.customers import Certificate, Contract, Customer, HeldPapers, Tracked
from bridge.policies.checks.catalogue import Tell
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.telling.news import NoNews, Papers, news_of, releases_out
from bridge.policies.telling.running import Installation, Said, Unread

TODAY = date(2026, 11, 29)
CATALOGUE = """\
products:
  farm:
    title: Farm
    names: [Ферма]
    latest: "3.2"
    releases:
      - {{version: "3.2", date: 2026-11-01, tell: {tell}}}
      - {{version: "3.1", date: 2026-10-01, tell: {tell}}}
  field: {{title: Field, latest: "1.0"}}
"""
# What each text means against 3.2, by hand.
OLDER = {
    "3.1": True,
    "v3.0.9": True,
    "2": True,
    "3.2": False,
    "3.2.1": False,
    "4": False,
    "3": None,
    "": None,
    "new": None,
    None: None,
}
WHY = {"3": Unread.ABBREVIATED, "": Unread.NOT_STATED, "new": Unread.UNREADABLE, None: Unread.UNREADABLE}

days = st.none() | st.integers(-2, 2).map(lambda number: TODAY + timedelta(days=number))
customers = st.builds(
    Customer,
    id=st.just("set below"),
    certificates=st.lists(
        st.builds(Certificate, valid_from=days, valid_until=days, product=st.sampled_from(["", "Ферма", "field", "?"])),
        max_size=2,
    ).map(tuple),
    contracts=st.lists(st.builds(Contract, number=st.just("1"), valid_from=days, valid_until=days), max_size=1).map(
        tuple
    ),
)
held = st.lists(
    st.tuples(customers, st.lists(st.tuples(st.sampled_from(["farm", "FARM", "field", "?", None]), st.sampled_from(list(OLDER))), max_size=3)),
    max_size=12,
)  # fmt: skip


def reason(customer: Customer) -> NoNews | None:
    """Return why nothing in force covers the farm, in plain steps."""
    found = set()
    for one in customer.contracts:
        if (one.valid_from or TODAY) <= TODAY <= (one.valid_until or TODAY):
            return None
        found.add(NoNews.PAPER_EXPIRED if one.valid_until and one.valid_until < TODAY else NoNews.PAPER_NOT_BEGUN)
    for one in customer.certificates:
        if one.product == "field":
            continue
        if one.valid_until is not None and one.valid_until < TODAY:
            found.add(NoNews.PAPER_EXPIRED)
        elif one.valid_from is not None and one.valid_from > TODAY:
            found.add(NoNews.PAPER_NOT_BEGUN)
        elif one.product == "?":
            found.add(NoNews.PAPER_PRODUCT_UNCLEAR)
        elif one.valid_until is None:
            found.add(NoNews.PAPER_END_UNKNOWN)
        else:
            return None
    for why in ("paper_end_unknown", "paper_product_unclear", "paper_expired", "paper_not_begun"):
        if why in found:
            return NoNews(why)
    return NoNews.NO_PAPER


@settings(max_examples=200, deadline=None)
@given(held, st.sampled_from([Tell.ENTITLED, Tell.EVERYBODY]), st.randoms(use_true_random=False))
def test_every_customer_of_the_product_stands_in_one_place_with_the_right_reason(
    made, tell: Tell, chance: random.Random
):
    catalogue = read_catalogue(CATALOGUE.format(tell=tell.value).encode(), file="catalogue.yaml")
    known = {f"K{number}": customer for number, (customer, _) in enumerate(made)}
    lines = [
        Installation(f"K{number}", Said(product, version), "c.csv", 2)
        for number, (_, said) in enumerate(made)
        for product, version in said
    ]
    chance.shuffle(lines)
    told = {one for one in known if chance.random() < 0.2}
    papers = Papers(
        held=lambda name: HeldPapers(known[name].certificates, known[name].contracts),
        tracks=frozenset(Tracked),
        day=TODAY,
        catalogue=catalogue,
    )
    releases = [(catalogue.products["farm"], one) for one in releases_out(catalogue.products["farm"], TODAY)]
    news = news_of(lines, catalogue, papers, releases=releases, told=lambda *_: told)
    (found,) = news.releases
    assert found.release.version.text == "3.2"

    expected = {"tell": {}, "apart": {}, "up_to_date": set(), "told": set()}
    for name, customer in known.items():
        runs = [
            one.said.version for one in lines if one.customer == name and (one.said.product or "").lower() == "farm"
        ]
        older = {version for version in runs if OLDER[version]}
        if not runs:
            continue
        if all(OLDER[version] is False for version in runs):
            expected["up_to_date"].add(name)
        elif name in told:
            expected["told"].add(name)
        elif not older:
            expected["apart"][name] = {WHY[version] for version in runs if OLDER[version] is None}
        elif tell is Tell.ENTITLED and (why := reason(customer)):
            expected["apart"][name] = {why}
        else:
            expected["tell"][name] = older
    assert {one.customer: set(one.versions) for one in found.tell} == expected["tell"]
    assert {one.customer for one in found.apart} == expected["apart"].keys()
    assert all(one.why in expected["apart"][one.customer] for one in found.apart)
    assert set(found.up_to_date) == expected["up_to_date"]
    assert set(found.told) == expected["told"]
    places = [*(one.customer for one in (*found.tell, *found.apart)), *found.up_to_date, *found.told]
    assert len(places) == len(set(places))
    assert {one.installation.customer for one in news.apart} == {
        one.customer for one in lines if one.said.product is None
    }
