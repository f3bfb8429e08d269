from datetime import date

import pytest

from bridge.customers import NO_REGISTRY, Category, Licence, Presence, RegistryAnswer, Tracked
from bridge.decisions import Outcome, SupportVerdict
from bridge.policies.checks.eligibility import category_of


def test_a_known_customer_with_a_licence_of_the_product_is_registered(desk):
    check = desk.check("registration")
    assert (check.outcome, check.reason) == (Outcome.PASS, "registered")
    assert check.evidence == {"customer": "Рассвет", "matched_by": "email", "product": "accounting"}
    assert check.as_of == desk.now - 600


def test_an_unregistered_requester_fails_registration_but_is_never_refused_for_it(desk):
    support = desk.judge(
        [desk.define("registration", effect="refuse")], desk.answer(presence=Presence.NOT_FOUND, customer=None)
    )
    assert (support.checks[0].outcome, support.checks[0].reason) == (Outcome.FAIL, "not_registered")
    assert support.checks[0].effect == "none"
    assert support.verdict is SupportVerdict.FULL
    assert "registration number" in support.checks[0].remedy


def test_a_customer_whom_the_registry_lists_as_unregistered_is_unregistered(desk):
    assert desk.check("registration", desk.holder(category=Category.UNREGISTERED)).reason == "not_registered"


@pytest.mark.parametrize("kind", ["registration", "licence", "certificate"])
def test_without_a_registry_nothing_is_concluded(desk, kind):
    check = desk.check(kind, NO_REGISTRY)
    assert (check.outcome, check.reason, check.as_of) == (Outcome.UNKNOWN, "registry_unavailable", None)


@pytest.mark.parametrize("kind", ["registration", "licence", "certificate"])
def test_an_ambiguous_match_is_reported_and_not_guessed(desk, kind):
    answer = desk.answer(presence=Presence.AMBIGUOUS, customer=None, candidates=("K-1", "K-2"))
    check = desk.check(kind, answer)
    assert (check.outcome, check.reason) == (Outcome.UNKNOWN, "registry_ambiguous")
    assert check.evidence["candidates"] == ["K-1", "K-2"]
    assert "K-1, K-2" in check.message


@pytest.mark.parametrize("kind", ["licence", "certificate"])
def test_for_an_unregistered_requester_the_other_registry_checks_are_unknown(desk, kind):
    check = desk.check(kind, desk.answer(presence=Presence.NOT_FOUND, customer=None))
    assert (check.outcome, check.reason) == (Outcome.UNKNOWN, "customer_not_found")


def test_a_product_without_a_licence_is_not_covered(desk):
    answer = desk.holder(licences=(Licence(product="accounting", number="REG-1"), Licence(product="retired")))
    assert (
        desk.check("registration", desk.holder(licences=(Licence(product="retired"),))).reason == "product_not_covered"
    )
    assert desk.check("registration", answer).reason == "registered"


def test_a_licence_whose_product_cannot_be_read_may_be_of_any_product(desk):
    lost, other = Licence(product="", unreadable=True), Licence(product="retired")
    expired = Licence(product="accounting", valid_until=date(2026, 11, 19))
    assert desk.check("registration", desk.holder(licences=(lost, other))).reason == "registered"
    for licences in ((lost, other), (lost, expired)):
        check = desk.check("licence", desk.holder(licences=licences))
        assert (check.outcome, check.reason) == (Outcome.UNKNOWN, "licence_unreadable")
    holds = desk.holder(licences=(lost, Licence(product="accounting")))
    assert desk.check("licence", holds).reason == "licence_valid"


def test_a_product_that_is_no_longer_supported_fails(desk):
    check = desk.check("registration", fields={"product": "retired"})
    assert (check.outcome, check.reason) == (Outcome.FAIL, "product_not_supported")


def test_partners_need_no_product_where_the_policy_says_so(desk):
    options = {"options": {"any_product": ("partner",)}}
    answer = desk.holder(category=Category.PARTNER, licences=())
    assert desk.check("registration", answer, definition=options).outcome is Outcome.PASS
    assert desk.check("licence", answer, definition=options).reason == "licence_not_needed"
    assert desk.check("registration", answer).outcome is Outcome.FAIL


def test_the_customers_only_product_is_taken_when_he_names_none(desk):
    check = desk.check("registration", fields={"product": ""})
    assert (check.outcome, check.evidence["product"]) == (Outcome.PASS, "accounting")


def test_of_several_products_none_is_guessed(desk):
    answer = desk.holder(
        licences=(Licence(product="accounting", number="REG-1"), Licence(product="retired", number="REG-2"))
    )
    for kind in ("registration", "licence"):
        assert desk.check(kind, answer, fields={"product": None}).reason == "product_not_stated"


def test_the_registration_number_tells_which_product_is_meant(desk):
    answer = desk.holder(
        licences=(Licence(product="accounting", number="REG-1"), Licence(product="retired", number="REG-2"))
    )
    check = desk.check("registration", answer, fields={"product": None, "registration_number": " reg-1 "})
    assert check.outcome is Outcome.PASS


def test_a_product_name_nobody_knows_is_unknown_and_never_unlicensed(desk):
    for kind in ("registration", "licence"):
        check = desk.check(kind, fields={"product": "Учёт на ферме"})
        assert (check.outcome, check.reason) == (Outcome.UNKNOWN, "product_unlisted")


def test_a_registry_may_name_a_product_in_words_the_catalogue_lacks(desk):
    answer = desk.holder(licences=(Licence(product="Учёт «на ферме»"),))
    assert desk.check("licence", answer, fields={"product": "учет на ферме"}).outcome is Outcome.PASS


def test_a_registry_without_licences_is_no_evidence_against_anybody(desk):
    answer = desk.answer(tracks=frozenset({Tracked.CERTIFICATES}))
    assert desk.check("registration", answer).outcome is Outcome.PASS
    assert desk.check("licence", answer).reason == "licence_not_stated"


@pytest.mark.parametrize(
    ("licence", "outcome", "reason"),
    [
        (Licence(product="accounting"), "pass", "licence_valid"),
        (Licence(product="accounting", valid_until=date(2027, 6, 1)), "pass", "licence_valid"),
        (Licence(product="accounting", valid_until=date(2026, 11, 20)), "warn", "licence_expiring"),
        (Licence(product="accounting", valid_until=date(2026, 12, 20)), "warn", "licence_expiring"),
        (Licence(product="accounting", valid_until=date(2026, 12, 21)), "pass", "licence_valid"),
        (Licence(product="accounting", valid_until=date(2026, 11, 19)), "fail", "licence_expired"),
        (Licence(product="accounting", valid_from=date(2026, 11, 21)), "fail", "licence_not_begun"),
        (Licence(product="accounting", blocked=True), "fail", "licence_blocked"),
        (Licence(product="accounting", seats=5, seats_used=6), "fail", "licence_seats_exceeded"),
        (Licence(product="accounting", seats=5, seats_used=5), "pass", "licence_valid"),
        (Licence(product="accounting", seats=5), "pass", "licence_valid"),
        (Licence(product="accounting", unreadable=True), "unknown", "licence_unreadable"),
        (Licence(product="", unreadable=True), "unknown", "licence_unreadable"),
        (Licence(product="accounting", unreadable=True, blocked=True), "fail", "licence_blocked"),
        (Licence(product="retired"), "fail", "licence_missing"),
    ],
)
def test_a_licence_is_judged_by_its_dates_its_seats_and_whether_it_is_blocked(desk, licence, outcome, reason):
    check = desk.check("licence", desk.holder(licences=(licence,)))
    assert (check.outcome, check.reason) == (outcome, reason)


def test_one_valid_licence_is_enough_and_seats_add_up(desk):
    licences = (
        Licence(product="accounting", number="A", blocked=True),
        Licence(product="БСХП", number="B", seats=2, seats_used=3),
        Licence(product="accounting", number="C", seats=2, seats_used=0, valid_until=date(2028, 1, 1)),
    )
    assert desk.check("licence", desk.holder(licences=licences)).outcome is Outcome.PASS


def test_days_are_those_of_the_registrys_zone(desk, instant):
    answer = desk.holder(licences=(Licence(product="accounting", valid_until=date(2026, 11, 19)),))
    late = instant("2026-11-19T20:59")
    assert desk.check("licence", answer, now=late, created_at=late).outcome is Outcome.WARN
    assert desk.check("licence", answer, now=late + 60, created_at=late).outcome is Outcome.FAIL


def test_the_category_follows_the_registry_and_is_open_without_one(desk):
    assert category_of(desk.answer()) is Category.COMMERCIAL
    assert category_of(RegistryAnswer(presence=Presence.NOT_FOUND)) is Category.UNREGISTERED
    assert category_of(NO_REGISTRY) is None
    assert category_of(RegistryAnswer(presence=Presence.AMBIGUOUS, candidates=("a", "b"))) is None


def test_a_licence_that_ran_out_while_the_registry_was_silent_is_not_held_against_the_customer(desk, instant):
    licences = (Licence(product="accounting", number="L", valid_until=date(2026, 11, 15)),)
    customer = desk.holder(licences=licences).customer
    silent = desk.answer(customer=customer, stale=True, as_of=instant("2026-11-14T09:00"))
    long_silent = desk.answer(customer=customer, stale=True, as_of=instant("2026-11-16T09:00"))
    assert desk.check("licence", desk.answer(customer=customer)).reason == "licence_expired"
    assert desk.check("licence", silent).reason == "licence_unconfirmed"
    assert desk.check("licence", long_silent).reason == "licence_expired"


def test_a_customer_without_any_licence_and_without_a_word_of_the_product_has_none(desk):
    assert desk.check("licence", desk.holder(licences=()), fields={"product": ""}).reason == "licence_missing"


def test_dates_at_the_end_of_the_calendar_never_end(desk):
    licences = (Licence(product="accounting", valid_from=date.min, valid_until=date.max),)
    found = desk.assess(desk.define("licence"), desk.holder(licences=licences))
    assert found.support.checks[0].outcome is Outcome.PASS
    assert found.next_change_at is None or found.next_change_at > desk.now
