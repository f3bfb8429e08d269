from dataclasses import dataclass, replace
from datetime import date

import pytest
from pydantic import ValidationError

from bridge.customers import NO_REGISTRY, Category, Certificate, Contract, Licence, Presence
from bridge.decisions import Check, Outcome, SupportVerdict
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.checks.catalogue import Catalogue
from bridge.policies.checks.check_kind import options_of
from bridge.policies.checks.eligibility import judge_of
from bridge.policies.checks.judge import verdict


def answered(outcome, effect="none", *, required=False):
    return Check(id="c", outcome=Outcome(outcome), effect=effect, required=required)


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([], "full"),
        ([answered("pass", "refuse")], "full"),
        ([answered("warn", "refuse")], "full"),
        ([answered("fail", "none")], "full"),
        ([answered("fail", "limit")], "limited"),
        ([answered("fail", "refuse")], "refusable"),
        ([answered("unknown", "refuse")], "full"),
        ([answered("unknown", "refuse", required=True)], "unknown"),
        ([answered("fail", "limit"), answered("unknown", required=True)], "unknown"),
        ([answered("unknown", required=True), answered("fail", "refuse")], "refusable"),
    ],
)
def test_the_verdict_joins_the_checks_in_the_declared_order(checks, expected):
    assert verdict(checks) is SupportVerdict(expected)


def test_checks_come_in_the_policys_order_with_the_policys_remedy(desk):
    own = Title(ru="Позвоните нам.", en="Call us.")
    support = desk.judge(
        [desk.define("certificate", remedy=own), desk.define("registration", remedy=own)], desk.holder(certificates=())
    )
    assert [check.id for check in support.checks] == ["certificate", "registration"]
    assert [check.remedy for check in support.checks] == ["Call us.", ""]


def test_a_remedy_of_the_policy_may_name_values_and_braces_of_its_own(desk):
    own = Title(ru="Продлите {certificate} {или} {", en="Renew {certificate} {or} {")
    answer = desk.holder(certificates=(Certificate(number="S-9", valid_until=date(2026, 1, 1)),))
    assert desk.check("certificate", answer, definition={"remedy": own}).remedy == "Renew S-9 {or} {"


@dataclass(frozen=True)
class OnlyFor:
    category: str

    def test(self, facts: Facts) -> bool:
        return facts.category == self.category

    def trace(self, facts: Facts):
        return ()


def test_a_check_is_made_only_where_its_condition_holds(desk):
    definitions = [desk.define("certificate", when=OnlyFor("commercial")), desk.define("attachments")]
    assert len(desk.judge(definitions).checks) == 2
    assert [check.id for check in desk.judge(definitions, desk.holder(category=Category.PARTNER)).checks] == [
        "attachments"
    ]
    ticket = desk.ticket()
    facts = Facts(
        ticket=ticket, at=desk.now, status=ticket.status, department=ticket.department, topic=None, priority=None
    )
    assert len(desk.judge(definitions, ticket=ticket, facts=facts).checks) == 1


def test_facts_of_a_replay_vouch_for_agents_inputs(desk):
    ticket = desk.ticket()
    facts = Facts(
        ticket=ticket,
        at=desk.now,
        status=ticket.status,
        department=ticket.department,
        topic=None,
        priority=None,
        fields=dict(ticket.fields) | {"sla_set_abuse": True},
    )
    abuse = desk.own({"fields": {"sla_set_abuse": True}})
    assert desk.judge(abuse, ticket=ticket, facts=facts).checks[0].outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ("2026-11-20T07:00", "2026-11-30T21:00"),
        ("2026-11-30T20:59", "2026-11-30T21:00"),
        ("2026-11-30T21:00", "2026-12-31T21:00"),
        ("2026-12-31T21:00", None),
    ],
)
def test_time_alone_changes_a_certificate_at_the_warning_and_after_the_last_day(desk, instant, now, change):
    answer = desk.holder(certificates=(Certificate(valid_until=date(2026, 12, 31)),))
    found = desk.assess(desk.define("certificate"), answer, now=instant(now), created_at=instant("2026-11-01"))
    assert found.next_change_at == (instant(change) if change else None)


def test_the_answer_changes_exactly_when_it_was_announced(desk):
    answer = desk.holder(
        certificates=(Certificate(valid_from=date(2026, 12, 5), valid_until=date(2027, 3, 1)),),
        licences=(Licence(product="accounting", valid_from=date(2026, 11, 25), valid_until=date(2027, 2, 1)),),
        contracts=(Contract(number="Д", valid_from=date(2026, 12, 1), valid_until=date(2027, 1, 1)),),
    )
    definitions = [desk.define(kind) for kind in ("certificate", "licence", "version", "contract")]
    ticket = desk.ticket(fields={"product_version": "2.0.66"})
    now, seen = desk.now, 0
    while True:
        found = desk.assess(definitions, answer, ticket=ticket, now=now)
        if found.next_change_at is None:
            break
        assert found.next_change_at > now
        before = desk.judge(definitions, answer, ticket=ticket, now=found.next_change_at - 1)
        assert before == found.support
        now, seen = found.next_change_at, seen + 1
    assert seen == 8
    assert [check.reason for check in found.support.checks] == [
        "certificate_expired",
        "licence_expired",
        "version_ended",
        "contract_missing",
    ]


def test_a_check_of_creation_does_not_move_with_time(desk):
    answer = desk.holder(certificates=(Certificate(valid_until=date(2026, 12, 31)),))
    assert desk.assess(desk.define("certificate", deciding="created"), answer).next_change_at is None


def test_the_next_change_is_the_same_in_every_language(desk):
    definitions = (desk.define("certificate"), desk.define("version"))
    answer, ticket = desk.holder(certificates=(Certificate(valid_until=date(2026, 12, 31)),)), desk.ticket()
    found = desk.assess(definitions, answer, ticket=ticket, language="ru")
    assert desk.assess(definitions, answer, ticket=ticket, language="ru").support == found.support
    assert desk.assess(definitions, answer, ticket=ticket, language="en").next_change_at == found.next_change_at


def test_a_judge_is_kept_for_the_same_catalogue_and_checks_only(desk):
    definitions = (desk.define("certificate"),)
    kept = judge_of(desk.catalogue, definitions)
    assert judge_of(desk.catalogue, definitions) is kept
    assert judge_of(desk.catalogue, (desk.define("certificate"),)) is not kept
    assert judge_of(Catalogue(), definitions) is not kept


def test_what_was_remembered_of_one_customer_is_not_told_of_another(desk):
    definitions = (desk.define("certificate"), desk.define("registration"))
    kept = judge_of(desk.catalogue, definitions)
    for number in range(40):
        fine = number % 2 == 0
        customer = replace(desk.customer, id=f"K-{number}", certificates=desk.customer.certificates if fine else ())
        support = kept.judge(desk.ticket(), desk.answer(customer=customer), now=desk.now, language="en").support
        assert support.verdict is (SupportVerdict.FULL if fine else SupportVerdict.REFUSABLE)


def test_a_customer_renewed_in_place_is_seen_anew(desk):
    definitions = (desk.define("certificate"),)
    for certificates, outcome in (((), "fail"), (desk.customer.certificates, "pass"), ((), "fail")):
        support = desk.judge(definitions, desk.holder(certificates=certificates))
        assert support.checks[0].outcome == outcome


def test_the_age_of_the_registry_stands_beside_what_rests_on_it(desk):
    stale = desk.answer(stale=True, as_of=desk.now - 86_400)
    support = desk.judge([desk.define("certificate"), desk.define("attachments")], stale, language="ru")
    certificate, files = support.checks
    assert certificate.message == "Сертификат поддержки действует до 31.12.2027 (по данным реестра от 19.11.2026)"
    assert (certificate.outcome, certificate.evidence["stale"], certificate.as_of) == (
        Outcome.PASS,
        True,
        desk.now - 86_400,
    )
    assert (files.as_of, "stale" in files.evidence) == (None, False)
    assert "last known registry data" in desk.check("certificate", desk.answer(stale=True, as_of=None)).message


def test_options_are_read_strictly_and_have_defaults():
    assert options_of("certificate", {}).warn_days == 30
    assert options_of("certificate", {"warn_days": "10"}).warn_days == 10
    with pytest.raises(ValidationError, match="warn_dayz"):
        options_of("certificate", {"warn_dayz": 3})
    with pytest.raises(ValueError, match="'mood' is not a valid kind of check; there are registration, "):
        options_of("mood", {})


def test_a_registry_that_found_somebody_without_telling_whom_is_no_evidence(desk):
    answer = desk.answer(presence=Presence.FOUND, customer=None)
    for kind in ("registration", "licence", "certificate", "contract"):
        assert desk.check(kind, answer).outcome is Outcome.UNKNOWN


def test_what_is_remembered_is_bounded(desk, monkeypatch):
    monkeypatch.setattr("bridge.policies.checks.remembering_judge._REMEMBERED", 5)
    kept = judge_of(desk.catalogue, (desk.define("certificate"), desk.define("registration")))
    ticket = desk.ticket()
    for number in range(20):
        customer = replace(desk.customer, id=f"K-{number}", name=f"N{number}")
        for _ in range(3):
            judged = kept.judge(
                ticket, desk.answer(customer=customer), now=desk.now, language="en", fields=ticket.fields
            )
            assert judged.support.checks[1].evidence["customer"] == f"N{number}"
        assert 1 <= len(kept._stretches) <= 5
    assert len(kept._customers) <= 5
    for number in range(20):
        for _ in range(3):
            kept.judge(ticket, NO_REGISTRY, now=desk.now, language="en", fields={"product": f"P{number}"})
        assert 1 <= len(kept._stretches) <= 5
    assert len(kept._strangers) <= 5
    assert all(one._answered.cache_info().maxsize == 512 for one in kept._judge.checks)


def test_of_a_customer_who_comes_once_nothing_is_kept_but_that_he_came(desk):
    kept = judge_of(desk.catalogue, (desk.define("certificate"),))
    kept.judge(desk.ticket(), desk.answer(), now=desk.now, language="en", fields={})
    assert (len(kept._customers), len(kept._stretches)) == (1, 0)


def test_of_strangers_nothing_is_kept_until_two_say_the_same(desk):
    kept = judge_of(desk.catalogue, (desk.define("certificate"),))
    known = []
    for product in ("a", "b", "a"):
        kept.judge(desk.ticket(), NO_REGISTRY, now=desk.now, language="en", fields={"product": product})
        known.append(len(kept._stretches))
    assert known == [0, 0, 1]


def test_another_customer_in_the_place_of_one_who_was_forgotten_is_not_taken_for_him(desk, monkeypatch):
    monkeypatch.setattr("bridge.policies.checks.remembering_judge._REMEMBERED", 1)
    kept = judge_of(desk.catalogue, (desk.define("registration"),))
    for number in range(200):
        customer = replace(desk.customer, name=f"N{number}")
        for _ in range(2):
            judged = kept.judge(desk.ticket(), desk.answer(customer=customer), now=desk.now, language="en", fields={})
            assert judged.support.checks[0].evidence["customer"] == f"N{number}"
        del customer
