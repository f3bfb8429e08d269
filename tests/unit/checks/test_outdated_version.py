from datetime import date

import pytest

from bridge.customers import NO_REGISTRY, Certificate
from bridge.decisions import Outcome, SupportVerdict
from bridge.files.types import Title
from bridge.policies.checks.catalogue import Catalogue, Product
from bridge.policies.checks.versions import Dotted

read = Dotted().read


@pytest.mark.parametrize(
    ("version", "outcome", "reason"),
    [
        ("3.0.52.35", "pass", "version_current"),
        ("3.0.50", "pass", "version_behind"),
        ("3.0.49.99", "fail", "version_outdated"),
        ("3.0", "unknown", "version_abbreviated"),
        ("2.0.66.12", "fail", "version_limited"),
        ("1.5", "fail", "version_ended"),
        ("3.5", "pass", "version_newer"),
        ("0.9", "unknown", "version_unlisted"),
        ("последняя", "unknown", "version_unreadable"),
        ("", "unknown", "version_not_stated"),
        (None, "unknown", "version_not_stated"),
    ],
)
def test_a_version_is_judged_by_its_family_and_its_life_cycle(desk, version, outcome, reason):
    check = desk.check("version", fields={"product_version": version})
    assert (check.outcome, check.reason) == (outcome, reason)


def test_an_outdated_version_limits_support_while_a_certificate_is_active(desk):
    support = desk.judge([desk.define("version", effect="refuse")], fields={"product_version": "3.0.1"})
    assert (support.checks[0].effect, support.verdict) == ("limit", SupportVerdict.LIMITED)
    assert support.checks[0].remedy == "Please update the product to version 3.0.52.35."


def test_an_outdated_version_without_a_certificate_may_be_refused(desk):
    for certificates in ((), (Certificate(valid_until=date(2026, 1, 1)),)):
        answer = desk.holder(certificates=certificates)
        support = desk.judge([desk.define("version", effect="refuse")], answer, fields={"product_version": "3.0.1"})
        assert (support.checks[0].effect, support.verdict) == ("refuse", SupportVerdict.REFUSABLE)


def test_an_outdated_version_only_limits_support_while_the_certificate_is_unknown(desk):
    support = desk.judge([desk.define("version", effect="refuse")], NO_REGISTRY, fields={"product_version": "3.0.1"})
    assert support.verdict is SupportVerdict.LIMITED


def test_a_policy_that_wants_no_effect_has_none(desk):
    support = desk.judge([desk.define("version", effect="none")], fields={"product_version": "3.0.1"})
    assert (support.checks[0].outcome, support.verdict) == (Outcome.FAIL, SupportVerdict.FULL)


def test_the_policys_certificate_check_says_which_certificates_soften(desk):
    checks = [desk.define("version"), desk.define("certificate", options={"kinds": ("полный",)}, effect="none")]
    support = desk.judge(checks, fields={"product_version": "3.0.1"})
    assert support.checks[0].effect == "refuse"


def test_a_product_nobody_lists_has_no_outdated_version(desk):
    assert desk.check("version", fields={"product": "Другое"}).reason == "product_unlisted"
    assert desk.check("version", NO_REGISTRY, fields={"product": ""}).reason == "product_not_stated"


def test_the_end_of_a_familys_support_is_announced(desk, instant):
    soon = instant("2028-12-10")
    check = desk.check("version", now=soon, created_at=soon - 60)
    assert (check.outcome, check.evidence["supported_until"]) == (Outcome.WARN, "2028-12-31")


def test_a_product_without_families_is_judged_by_its_minimum(desk):
    product = Product(
        id="plain", title=Title(ru="Простой", en="Plain"), latest=read("5.0"), minimum=read("4.2 (build 3)")
    )
    desk.catalogue = Catalogue(products={"plain": product}, zone="Europe/Moscow")

    def reason(version):
        return desk.check("version", fields={"product": "plain", "product_version": version}).reason

    assert [reason(one) for one in ("5.0", "4.5", "4.1", "4.2", "6")] == [
        "version_current",
        "version_behind",
        "version_outdated",
        "version_abbreviated",
        "version_newer",
    ]


def test_a_catalogue_in_another_zone_has_days_of_its_own(desk, instant):
    desk.catalogue = Catalogue(products=desk.catalogue.products, zone="Asia/Vladivostok")
    before = instant("2026-06-30T13:59")
    fields = {"product_version": "2.0.66"}
    assert desk.check("version", now=before, created_at=before, fields=fields).outcome is Outcome.WARN
    assert desk.check("version", now=before + 60, created_at=before, fields=fields).reason == "version_limited"
