from datetime import date

import pytest

from bridge.customers import Certificate, Licence, Tracked
from bridge.decisions import Outcome, SupportVerdict


def held(*certificates: Certificate) -> tuple[Certificate, ...]:
    return certificates


@pytest.mark.parametrize(
    ("certificate", "outcome", "reason"),
    [
        (Certificate(number="S", valid_until=date(2027, 12, 31)), "pass", "certificate_active"),
        (Certificate(number="S", valid_until=date(2026, 12, 21)), "pass", "certificate_active"),
        (Certificate(number="S", valid_until=date(2026, 12, 20)), "warn", "certificate_expiring"),
        (Certificate(number="S", valid_until=date(2026, 11, 20)), "warn", "certificate_expiring"),
        (Certificate(number="S", valid_until=date(2026, 11, 19)), "fail", "certificate_expired"),
        (
            Certificate(number="S", valid_from=date(2026, 11, 21), valid_until=date(2028, 1, 1)),
            "fail",
            "certificate_not_begun",
        ),
        (Certificate(number="S"), "unknown", "certificate_end_unknown"),
        (Certificate(number="S", product="retired", valid_until=date(2028, 1, 1)), "fail", "certificate_missing"),
        (Certificate(number="S", product="БСХП", valid_until=date(2028, 1, 1)), "pass", "certificate_active"),
    ],
)
def test_a_certificate_is_judged_on_the_deciding_day(desk, certificate, outcome, reason):
    check = desk.check("certificate", desk.holder(certificates=held(certificate)))
    assert (check.outcome, check.reason) == (outcome, reason)


def test_without_a_certificate_support_may_be_refused(desk):
    support = desk.judge([desk.define("certificate", effect="refuse")], desk.holder(certificates=()))
    assert (support.checks[0].reason, support.verdict) == ("certificate_missing", SupportVerdict.REFUSABLE)


def test_a_registry_that_keeps_no_certificates_makes_the_customer_be_asked(desk):
    check = desk.check("certificate", desk.answer(tracks=frozenset({Tracked.LICENCES})))
    assert (check.outcome, check.reason) == (Outcome.UNKNOWN, "certificate_not_stated")
    assert check.remedy == "Please tell us the number of your support certificate and until when it runs."


def test_a_certificate_the_registry_does_not_know_is_checked_by_people(desk):
    check = desk.check("certificate", desk.holder(certificates=()), fields={"certificate_number": "S-77"})
    assert (check.outcome, check.reason, check.evidence) == (
        Outcome.UNKNOWN,
        "certificate_unverified",
        {"certificate": "S-77"},
    )


def test_naming_a_certificate_that_expired_does_not_help(desk):
    answer = desk.holder(certificates=held(Certificate(number="S-1", valid_until=date(2025, 1, 1))))
    assert desk.check("certificate", answer, fields={"certificate_number": " s-1"}).reason == "certificate_expired"


def test_the_longest_certificate_decides(desk):
    answer = desk.holder(
        certificates=held(
            Certificate(number="old", valid_until=date(2024, 1, 1)),
            Certificate(number="short", valid_until=date(2026, 12, 1)),
            Certificate(number="long", valid_until=date(2029, 1, 1)),
        )
    )
    assert desk.check("certificate", answer).evidence == {"certificate": "long", "valid_until": "2029-01-01"}


def test_only_the_kinds_that_the_policy_counts_count(desk):
    answer = desk.holder(certificates=held(Certificate(number="S", kind="Базовый", valid_until=date(2028, 1, 1))))
    assert desk.check("certificate", answer, definition={"options": {"kinds": ("базовый",)}}).outcome is Outcome.PASS
    assert (
        desk.check("certificate", answer, definition={"options": {"kinds": ("полный",)}}).reason
        == "certificate_missing"
    )


def test_a_certificate_of_another_product_is_unclear_while_the_product_is_not_known(desk):
    certificates = held(Certificate(number="S", product="retired", valid_until=date(2028, 1, 1)))
    assert desk.check(
        "certificate", desk.holder(certificates=certificates, licences=()), fields={"product": ""}
    ).reason == ("product_not_stated")
    assert desk.check(
        "certificate", desk.holder(certificates=certificates), fields={"product": "Неизвестный"}
    ).reason == ("certificate_product_unclear")


def test_the_deciding_instant_may_be_creation_now_or_the_last_reply(desk, instant):
    answer = desk.holder(certificates=held(Certificate(number="S", valid_until=date(2026, 11, 10))))
    created, replied = instant("2026-11-09T09:00"), instant("2026-11-11T09:00")

    def outcome(deciding, replies=()):
        given = {"created_at": created, "replies": replies}
        return desk.check("certificate", answer, definition={"deciding": deciding}, **given).outcome

    assert outcome("created") is Outcome.WARN
    assert outcome("now") is Outcome.FAIL
    assert outcome("reply") is Outcome.WARN
    assert outcome("reply", (replied, created + 60)) is Outcome.FAIL
    assert outcome("reply", (created + 60, desk.now + 60)) is Outcome.WARN


def test_a_certificate_that_ran_out_while_the_registry_was_silent_is_not_held_against_the_customer(desk, instant):
    answer = desk.holder(certificates=held(Certificate(number="S", valid_until=date(2026, 11, 15))))
    silent = {"stale": True, "as_of": instant("2026-11-14T09:00")}
    fresh = desk.check("certificate", answer)
    kept = desk.check("certificate", desk.answer(customer=answer.customer, **silent))
    assert fresh.outcome is Outcome.FAIL
    assert (kept.outcome, kept.reason, kept.evidence["stale"]) == (Outcome.WARN, "certificate_unconfirmed", True)
    assert kept.message.endswith("(by registry data of 2026-11-14)")


def test_a_certificate_that_had_run_out_before_stays_expired_in_an_old_copy(desk, instant):
    answer = desk.holder(certificates=held(Certificate(number="S", valid_until=date(2026, 11, 1))))
    kept = desk.check(
        "certificate", desk.answer(customer=answer.customer, stale=True, as_of=instant("2026-11-14T09:00"))
    )
    assert kept.outcome is Outcome.FAIL


def test_russian_sentences_write_dates_the_russian_way(desk):
    answer = desk.holder(certificates=held(Certificate(number="S", valid_until=date(2026, 11, 1))))
    check = desk.check("certificate", answer, language="ru")
    assert check.message == "Срок сертификата поддержки истёк 01.11.2026"
    assert check.evidence["valid_until"] == "2026-11-01"


BASIC = Certificate(number="S-1", kind="basic", valid_until=date(2027, 12, 31))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"product": "Другое"},  # not in the catalogue
        {"product": ""},
        {"certificate_number": "S-1"},  # the basic one, which the registry knows
    ],
)
def test_a_certificate_of_another_kind_than_asked_for_is_missing_and_never_in_doubt(desk, fields):
    two = (*desk.customer.licences, Licence(product="retired"))
    answer = desk.holder(certificates=held(BASIC, BASIC), licences=two)
    check = desk.check("certificate", answer, definition={"options": {"kinds": ("extended",)}}, fields=fields)
    assert (check.outcome, check.reason) == (Outcome.FAIL, "certificate_missing")
    assert check.message == "The customer has no support certificate of the kind asked for: extended"
    assert check.evidence == {"kinds": ["extended"]}


def test_one_of_the_kind_asked_for_leaves_the_doubt_about_an_unclear_product(desk):
    of_kind = Certificate(number="S-2", kind="extended", product="retired", valid_until=date(2027, 12, 31))
    answer = desk.holder(certificates=held(BASIC, of_kind))
    definition = {"options": {"kinds": ("extended",)}}
    unclear = desk.check("certificate", answer, definition=definition, fields={"product": "Другое"})
    assert (unclear.outcome, unclear.reason) == (Outcome.UNKNOWN, "certificate_product_unclear")
    assert desk.check("certificate", answer, definition=definition).reason == "certificate_missing"


def test_one_of_another_kind_that_the_registry_does_not_have_is_still_checked_by_people(desk):
    answer = desk.holder(certificates=held(BASIC))
    check = desk.check(
        "certificate", answer, definition={"options": {"kinds": ("extended",)}}, fields={"certificate_number": "X-9"}
    )
    assert check.reason == "certificate_unverified"


@pytest.mark.parametrize(
    ("kinds", "others", "outcome", "reason"),
    [
        (("полный",), (), "unknown", "certificate_kind_unknown"),
        ((), (), "pass", "certificate_active"),
        (
            ("полный",),
            (Certificate(number="F", kind="полный", valid_until=date(2028, 1, 1)),),
            "pass",
            "certificate_active",
        ),
        (
            ("полный",),
            (Certificate(number="B", kind="базовый", valid_until=date(2028, 1, 1)),),
            "unknown",
            "certificate_kind_unknown",
        ),
    ],
)
def test_a_certificate_whose_kind_cannot_be_read_is_never_held_against_the_customer(
    desk, kinds, others, outcome, reason
):
    damaged = Certificate(number="S", valid_until=date(2027, 12, 31), unreadable=True)
    answer = desk.holder(certificates=held(damaged, *others))
    check = desk.check("certificate", answer, definition={"options": {"kinds": kinds}})
    assert (check.outcome, check.reason) == (outcome, reason)


def test_a_certificate_of_a_lost_kind_that_has_expired_has_expired(desk):
    damaged = Certificate(number="S", valid_until=date(2025, 12, 31), unreadable=True)
    answer = desk.holder(certificates=held(damaged))
    check = desk.check("certificate", answer, definition={"options": {"kinds": ("полный",)}})
    assert check.reason == "certificate_expired"
