"""Contracts and certificates bear contacts and counters alike; which of them a check looks at."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.customers import Certificate, Contract, Counter, Tracked
from bridge.decisions import Outcome
from bridge.policies.checks.check_kind import options_of
from bridge.tickets import Requester
from tests.unit.checks.conftest import at

OWN = "buh@rassvet.example"
TEN = Counter(id="t", unit="tickets", included=10, used=9.0)


def certificate(**changes):
    return Certificate(**({"number": "S-1", "valid_until": date(2026, 12, 31)} | changes))


def held(desk, *certificates, contracts=(), **changes):
    answer = desk.holder(certificates=certificates, contracts=contracts)
    return replace(answer, **changes)


@pytest.mark.parametrize(
    ("kind", "papers", "reason"),
    [
        ("contact", certificate(contacts=(OWN,)), "contact_named"),
        ("contact", certificate(contacts=("chef@rassvet.example",)), "contact_not_named"),
        ("contact", certificate(), "contacts_open"),
        ("units", certificate(counters=(TEN,)), "units_low"),
        ("units", certificate(counters=(replace(TEN, used=10.0),)), "units_exhausted"),
        ("units", certificate(), "units_unlimited"),
    ],
)
def test_a_certificate_alone_answers_as_a_contract_would(desk, kind, papers, reason):
    contract = Contract(number="D", contacts=papers.contacts, counters=papers.counters)
    assert desk.check(kind, held(desk, papers)).reason == reason
    assert desk.check(kind, held(desk, contracts=(contract,))).reason == reason


@pytest.mark.parametrize("kind", ["contact", "units"])
def test_a_registry_of_certificates_alone_answers_as_one_that_keeps_all(desk, kind):
    kept = frozenset({Tracked.CERTIFICATES})
    for papers in [(certificate(),), (certificate(contacts=(OWN,), counters=(TEN,)),)]:
        whole, part = held(desk, *papers), held(desk, *papers, tracks=kept)
        assert desk.check(kind, whole).reason == desk.check(kind, part).reason


@pytest.mark.parametrize("kind", ["contact", "units"])
@pytest.mark.parametrize(
    ("options", "tracks", "reason"),
    [
        ({}, {"contracts", "certificates"}, "papers_missing"),
        ({}, {"certificates"}, "certificate_not_in_force"),
        ({}, {"contracts"}, "contract_missing"),
        ({}, {"licences"}, "papers_not_stated"),
        ({"papers": "certificate"}, {"contracts", "certificates"}, "certificate_not_in_force"),
        ({"papers": ["contract"]}, {"certificates"}, "contract_not_stated"),
        ({"papers": ["certificate"]}, {"contracts"}, "certificate_not_stated"),
    ],
)
def test_without_a_paper_the_answer_names_what_was_looked_for(desk, kind, options, tracks, reason):
    answer = held(desk, certificate(valid_until=date(2026, 11, 1)), tracks=frozenset(map(Tracked, tracks)))
    check = desk.check(kind, answer, definition={"options": options})
    assert check.reason == reason
    assert check.outcome is (Outcome.UNKNOWN if reason.endswith("not_stated") else Outcome.FAIL)
    assert check.remedy


def test_a_certificate_that_says_nothing_lifts_no_limit_of_a_contract(desk):
    limited = Contract(number="D", contacts=("chef@rassvet.example",), counters=(replace(TEN, used=10.0),))
    over = replace(limited, valid_until=date(2026, 11, 1))
    for kind, reason in (("contact", "contact_not_named"), ("units", "units_exhausted")):
        assert desk.check(kind, held(desk, certificate(), contracts=(limited,))).reason == reason
        assert desk.check(kind, held(desk, certificate(), contracts=(over,))).reason == "contract_missing"


def test_contacts_of_contract_and_certificate_add_up(desk):
    answer = held(
        desk, certificate(contacts=(OWN,)), contracts=(Contract(number="D", contacts=("chef@rassvet.example",)),)
    )
    assert desk.check("contact", answer).reason == "contact_named"
    narrowed = desk.check("contact", answer, definition={"options": {"papers": "contract"}})
    assert narrowed.reason == "contact_not_named"


def test_an_agreement_with_checks_of_contracts_alone_takes_no_bare_certificate_for_one(desk):
    def reason(*kinds, papers):
        checks = [desk.define("contact"), *(desk.define(kind) for kind in kinds)]
        return desk.judge(checks, held(desk, papers)).checks[0].reason

    assert reason("contract", papers=certificate()) == "contract_missing"
    assert reason("contract", papers=certificate(contacts=(OWN,))) == "contact_named"
    assert reason("contract", "certificate", papers=certificate()) == "contacts_open"
    assert reason("certificate", papers=certificate()) == "contacts_open"


def test_kinds_of_certificates_may_be_asked_for(desk):
    basic, extended = (certificate(number=kind, kind=kind, contacts=(OWN,)) for kind in ("Basic", "Extended"))
    asked = {"options": {"kinds": "extended", "papers": "certificate"}}
    assert desk.check("contact", held(desk, basic), definition=asked).reason == "certificate_not_in_force"
    assert desk.check("contact", held(desk, extended), definition=asked).reason == "contact_named"
    assert options_of("units", {"kinds": "extended"}).kinds == ("extended",)


@pytest.mark.parametrize("kind", ["contact", "units"])
def test_a_certificate_for_one_product_leaves_a_doubt_where_the_product_is_unclear(desk, kind):
    answer = held(desk, certificate(product="accounting", contacts=(OWN,), counters=(TEN,)))
    assert desk.check(kind, answer).outcome is not Outcome.UNKNOWN
    assert desk.check(kind, answer, fields={"product": "retired"}).reason == "papers_missing"
    unlisted = desk.check(kind, answer, fields={"product": "something else"})
    assert unlisted.reason == "certificate_product_unclear"
    two = replace(desk.customer, licences=(*desk.customer.licences, replace(desk.customer.licences[0], product="x")))
    silent = desk.answer(customer=replace(two, certificates=answer.customer.certificates))
    assert desk.check(kind, silent, fields={"product": ""}).reason == "product_not_stated"


def test_more_contacts_than_allowed_are_told_and_still_served(desk):
    named = (OWN, "a@rassvet.example", "A@rassvet.example", "b@rassvet.example", "c@rassvet.example")
    answer = held(desk, certificate(contacts=named))
    three = {"options": {"limit": 3}}
    check = desk.check("contact", answer, definition=three)
    assert (check.outcome, check.reason) == (Outcome.WARN, "contacts_too_many")
    assert check.evidence == {"paper": "S-1", "named": 4, "limit": 3, "beyond": ["c@rassvet.example"]}
    assert "4" in check.message
    assert "3" in check.remedy
    russian = desk.check("contact", answer, definition=three, language="ru")
    assert russian.message == "Контактных лиц названо больше, чем разрешено: 4 вместо 3"
    assert (
        desk.check("contact", held(desk, certificate(contacts=named[:4])), definition=three).reason == "contact_named"
    )
    stranger = desk.check("contact", answer, definition=three, requester=Requester(email="x@rassvet.example"))
    assert stranger.reason == "contact_not_named", "too many names make nobody a contact"
    assert desk.check("contact", held(desk, certificate()), definition=three).reason == "contacts_open"


def test_the_limit_is_one_of_each_paper(desk):
    two = [Contract(number=f"D-{number}", contacts=(OWN, f"{number}@rassvet.example")) for number in range(3)]
    assert (
        desk.check("contact", held(desk, contracts=two), definition={"options": {"limit": 2}}).reason == "contact_named"
    )


def test_the_end_of_a_bare_certificate_is_a_turn_of_time(desk):
    answer = held(desk, certificate())
    for kind in ("contact", "units"):
        assert desk.assess(desk.define(kind), answer).next_change_at == at("2026-12-31T21:00")


@pytest.mark.parametrize("kind", ["contact", "units"])
def test_a_certificate_that_ran_out_after_the_registry_fell_silent_may_have_been_renewed(desk, kind):
    ended = certificate(valid_until=date(2026, 11, 18), contacts=(OWN,), counters=(TEN,))
    live = held(desk, ended)
    assert desk.check(kind, live).reason == "papers_missing"
    silent = replace(live, stale=True, as_of=at("2026-11-18T09:00"))
    assert desk.check(kind, silent).reason == {"contact": "contact_named", "units": "units_low"}[kind]
    assert desk.check("certificate", silent).reason == "certificate_unconfirmed"
    before = replace(live, stale=True, as_of=at("2026-11-19T09:00"))
    assert desk.check(kind, before).reason == "papers_missing"
