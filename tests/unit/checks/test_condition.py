"""Checks of one's own: conditions of the language with texts of their own, and what nobody can know."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from bridge.customers import NO_REGISTRY, Category, Certificate, Contract, Presence, RegistryAnswer, Tracked
from bridge.decisions import Outcome, SupportVerdict
from bridge.policies.checks.eligibility import judge_of
from bridge.policies.checks.facts_in_words import NAMES, spoken
from bridge.policies.checks.wording import written
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.conditions.fact_types import FLAG
from bridge.policies.language.conditions.facts import FACTS as VOCABULARY
from bridge.tickets import Source
from tests.unit.language.configurations import HEAD, LEVELS, files

GOLD = {"customer": {"tier": "gold"}}
OLD_PLATFORM = {"fields": {"platform_version": {"version": {"below": "8.3.24"}}}}
AMBIGUOUS = RegistryAnswer(presence=Presence.AMBIGUOUS, candidates=("a", "b"))
NOBODY = RegistryAnswer(presence=Presence.NOT_FOUND)


def judged(desk, definition, answer=None, **given):
    (check,) = desk.judge(definition, answer, **given).checks
    return check


def test_it_says_its_own_texts_where_it_fails_and_a_plain_one_where_it_does_not(desk):
    own = desk.own(
        {"channel": "phone"},
        message={"ru": "Обращение: {channel}", "en": "It came by {channel}"},
        remedy={"ru": "Напишите нам.", "en": "Write to us."},
    )
    failed = judged(desk, own, source=Source.PHONE, language="ru")
    assert (failed.outcome, failed.reason, failed.message, failed.remedy) == (
        Outcome.FAIL,
        "own",
        "Обращение: телефон",
        "Напишите нам.",
    )
    passed = judged(desk, own, source=Source.WEB)
    assert (passed.outcome, passed.reason, passed.message, passed.remedy) == (
        Outcome.PASS,
        "own",
        "Own: nothing to object to",
        "",
    )
    assert passed.evidence == {"channel": "web"}


@pytest.mark.parametrize(
    ("effect", "required", "version", "verdict"),
    [
        ("refuse", False, "8.2.1", "refusable"),
        ("limit", False, "8.2.1", "limited"),
        ("none", False, "8.2.1", "full"),
        ("refuse", True, "новая", "unknown"),
        ("refuse", False, "новая", "full"),
        ("refuse", True, "8.3.24", "full"),
    ],
)
def test_the_verdict_follows_from_its_effect_and_from_being_required(desk, effect, required, version, verdict):
    own = desk.own(OLD_PLATFORM, effect=effect, required=required)
    support = desk.judge(own, fields={"platform_version": version})
    assert support.verdict is SupportVerdict(verdict)


def test_a_failure_outranks_a_warning_and_a_doubt_outranks_both(desk):
    own = desk.own(
        {"channel": "phone"}, warns_when={"channel": ["phone", "api"]}, unknown_when={"fields": {"region": "?"}}
    )
    for source, region, outcome in (
        (Source.PHONE, "", "fail"),
        (Source.API, "", "warn"),
        (Source.WEB, "", "pass"),
        (Source.PHONE, "?", "unknown"),
        (Source.WEB, "?", "unknown"),
    ):
        assert judged(desk, own, source=source, fields={"region": region}).outcome == outcome


def test_a_check_may_only_warn(desk):
    own = desk.own(warns_when={"channel": "api"}, effect="refuse")
    support = desk.judge(own, source=Source.API)
    assert (support.checks[0].outcome, support.checks[0].message, support.verdict) == ("warn", "Not so", "full")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NO_REGISTRY, "the customer registry is not available"),
        (AMBIGUOUS, "several customers of the registry match"),
        (RegistryAnswer(presence=Presence.FOUND), "the registry does not tell"),
    ],
)
def test_what_the_registry_cannot_tell_is_unknown_and_says_why(desk, answer, why):
    for fails in (
        GOLD,
        {"customer": {"tier": {"not": "gold"}}},
        {"not": GOLD},
        {"customer": {"attributes": {"a": "b"}}},
    ):
        check = judged(desk, desk.own(fails, remedy="Buy gold."), answer)
        assert (check.outcome, check.reason, check.remedy) == (Outcome.UNKNOWN, "own", "")
        assert check.message == f"Own: it cannot be told: {why}"
        assert check.evidence["unknown"] in (["customer.tier"], ["customer.attributes.a"])


def test_a_customer_whom_a_healthy_registry_does_not_know_has_no_tier(desk):
    assert judged(desk, desk.own(GOLD), NOBODY).outcome is Outcome.PASS
    assert judged(desk, desk.own({"not": GOLD}), NOBODY).outcome is Outcome.FAIL


def test_the_presence_itself_is_always_known(desk):
    own = desk.own({"customer": {"presence": "unknown"}})
    assert judged(desk, own, NO_REGISTRY).outcome is Outcome.FAIL
    assert judged(desk, own, AMBIGUOUS).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("fails", "fields"),
    [
        (OLD_PLATFORM, {"platform_version": "последняя"}),
        (OLD_PLATFORM, {"platform_version": "8.3"}),
        (OLD_PLATFORM, {"platform_version": ""}),
        ({"not": OLD_PLATFORM}, {"platform_version": "?"}),
        ({"fields": {"region": {"above": 10}}}, {"region": "many"}),
        ({"fields": {"region": {"before": "2026-01-01"}}}, {"region": "soon"}),
        ({"fields": {"region": {"version": "6.10"}}}, {"region": "six"}),
    ],
)
def test_a_value_that_cannot_be_read_is_no_evidence(desk, fails, fields):
    assert judged(desk, desk.own(fails), fields=fields).outcome is Outcome.UNKNOWN


def test_an_unreadable_value_is_named_with_what_stands_there(desk):
    check = judged(desk, desk.own(OLD_PLATFORM), fields={"platform_version": "последняя"}, language="ru")
    assert check.message == "Своё: сказать нельзя: не читается: версия платформы «последняя»"
    check = judged(desk, desk.own(OLD_PLATFORM), language="en")
    assert check.message == "Own: it cannot be told: not stated: the platform's version"


def test_an_unknown_operand_counts_only_where_it_decides(desk):
    by_phone = {"channel": "phone"}
    both, one = desk.own({"all": [GOLD, by_phone]}), desk.own({"any": [GOLD, by_phone]})
    assert judged(desk, both, NO_REGISTRY, source=Source.WEB).outcome is Outcome.PASS
    assert judged(desk, both, NO_REGISTRY, source=Source.PHONE).outcome is Outcome.UNKNOWN
    assert judged(desk, one, NO_REGISTRY, source=Source.PHONE).outcome is Outcome.FAIL
    assert judged(desk, one, NO_REGISTRY, source=Source.WEB).outcome is Outcome.UNKNOWN


def test_a_doubt_that_is_itself_unknown_is_one(desk):
    own = desk.own({"channel": "phone"}, unknown_when=GOLD)
    assert judged(desk, own, NO_REGISTRY, source=Source.PHONE).outcome is Outcome.UNKNOWN
    assert judged(desk, own, source=Source.PHONE).outcome is Outcome.FAIL


def test_a_policy_says_itself_that_an_empty_field_leaves_it_open(desk):
    said = judged(desk, desk.own({"fields": {"region": {"not": "Altai"}}}), fields={"region": ""})
    assert said.outcome is Outcome.FAIL
    own = desk.own({"fields": {"region": {"not": "Altai"}}}, unknown_when={"fields": {"region": {"set": False}}})
    check = judged(desk, own, fields={"region": ""})
    assert (check.outcome, check.message) == (Outcome.UNKNOWN, "Own: it cannot be told: not stated: region")
    assert judged(desk, own, fields={"region": "Altai"}).outcome is Outcome.PASS


def test_an_input_that_no_agent_set_is_known_to_be_unset(desk):
    own = desk.own({"fields": {"approved": {"not": True}}})
    assert judged(desk, own, ticket=desk.ticket(), fields={}).outcome is Outcome.FAIL
    assert judged(desk, own, ticket=desk.ticket(), fields={"approved": True}).outcome is Outcome.PASS


def with_certificate(desk, **paper):
    return desk.holder(certificates=(Certificate(kind="extended", **paper),))


def test_papers_are_looked_at_on_the_deciding_day_and_turn_it_by_themselves(desk, instant):
    fails = {"not": {"customer": {"certificates": "extended"}}}
    answer = with_certificate(desk, valid_until=date(2026, 11, 30))
    opened, later = instant("2026-11-20"), instant("2026-12-02T07:00")
    moving, fixed = desk.own(fails, deciding="now"), desk.own(fails)
    before = desk.assess(moving, answer, created_at=opened, now=opened)
    assert before.support.checks[0].outcome is Outcome.PASS
    assert before.next_change_at == instant("2026-11-30T21:00")
    assert desk.judge(moving, answer, created_at=opened, now=before.next_change_at - 1) == before.support
    assert judged(desk, moving, answer, created_at=opened, now=before.next_change_at).outcome is Outcome.FAIL
    still = desk.assess(fixed, answer, created_at=opened, now=later)
    assert (still.support.checks[0].outcome, still.next_change_at) == (Outcome.PASS, None)


def test_a_service_of_a_contract_turns_it_too(desk, instant):
    own = desk.own({"not": {"customer": {"services": "visit"}}}, deciding="now")
    contract = Contract(number="1", services=("visit",), valid_from=date(2026, 12, 5))
    found = desk.assess(own, desk.holder(contracts=(contract,)))
    assert (found.support.checks[0].outcome, found.next_change_at) == (Outcome.FAIL, instant("2026-12-04T21:00"))


def test_what_looks_at_no_paper_never_turns(desk):
    answer = with_certificate(desk, valid_until=date(2026, 11, 30))
    assert desk.assess(desk.own(GOLD, deciding="now"), answer).next_change_at is None


@pytest.mark.parametrize(
    ("path", "kept"),
    [("certificates", Tracked.CERTIFICATES), ("services", Tracked.CONTRACTS)],
)
def test_papers_that_the_registry_does_not_keep_are_unknown(desk, path, kept):
    own = desk.own({"not": {"customer": {path: "extended"}}})
    assert judged(desk, own).outcome is Outcome.FAIL
    without = desk.answer(tracks=frozenset(Tracked) - {kept})
    assert judged(desk, own, without).outcome is Outcome.UNKNOWN


def test_a_paper_that_ran_out_after_the_last_copy_may_have_been_renewed(desk, instant):
    own = desk.own({"not": {"customer": {"certificates": "extended"}}}, deciding="now")
    stale = replace(
        with_certificate(desk, valid_until=date(2026, 11, 19)), stale=True, as_of=instant("2026-11-18T07:00")
    )
    assert judged(desk, own, stale).outcome is Outcome.UNKNOWN
    assert judged(desk, own, replace(stale, as_of=instant("2026-11-20T06:00"))).outcome is Outcome.FAIL
    assert (
        judged(desk, desk.own({"customer": {"certificates": "extended"}}, deciding="created"), stale).outcome != "fail"
    )


def test_one_paper_that_fits_is_enough_whatever_else_ran_out(desk, instant):
    own = desk.own({"not": {"customer": {"certificates": "basic"}}}, deciding="now")
    held = (
        Certificate(kind="extended", valid_until=date(2026, 11, 19)),
        Certificate(kind="basic", valid_until=date(2027, 1, 1)),
    )
    stale = replace(desk.holder(certificates=held), stale=True, as_of=instant("2026-11-18T07:00"))
    assert judged(desk, own, stale).outcome is Outcome.PASS


def test_the_age_of_the_registry_stands_beside_it_only_where_it_looks_there(desk):
    stale = desk.answer(stale=True, as_of=desk.now - 86_400)
    check = judged(desk, desk.own({"not": GOLD}), stale)
    assert (check.message, check.as_of) == ("Not so (by registry data of 2026-11-19)", desk.now - 86_400)
    assert judged(desk, desk.own({"channel": "web"}), stale).as_of is None


@pytest.mark.parametrize("answer", [NOBODY, "unregistered"])
def test_nobody_is_refused_for_being_unregistered_alone(desk, answer):
    if answer == "unregistered":
        answer = desk.holder(category=Category.UNREGISTERED)
    alone = desk.own({"customer": {"category": "unregistered"}}, effect="refuse")
    either = desk.own({"any": [{"customer": {"category": "unregistered"}}, {"channel": "phone"}]}, effect="refuse")
    both = desk.own({"customer": {"category": "unregistered"}, "channel": "phone"}, effect="refuse")
    for source, expected in (
        (Source.PHONE, ["limited", "refusable", "refusable"]),
        (Source.WEB, ["limited", "limited", "full"]),
    ):
        assert [desk.judge(own, answer, source=source).verdict for own in (alone, either, both)] == expected
    assert desk.judge(alone, desk.answer()).verdict is SupportVerdict.FULL


def test_a_long_text_is_cut_in_the_evidence(desk):
    own = desk.own({"body": {"contains": "ошибк"}})
    check = judged(desk, own, body="ошибка " * 100)
    assert len(check.evidence["body"]) == 200
    assert check.evidence["body"].endswith("…")


def test_what_a_customer_wrote_is_never_taken_for_a_placeholder(desk):
    own = desk.own({"fields": {"region": {"set": True}}, "channel": "web"}, message="From {fields.region}")
    assert judged(desk, own, fields={"region": "{channel}"}).message == "From {channel}"


def test_evidence_shows_every_fact_that_it_looked_at(desk):
    own = desk.own(
        {"status": "Open", "created": {"until": "2026-01-01"}, "attachments": {"count": {"above": 3}}},
        warns_when={"fields": {"approved": True}},
    )
    check = judged(desk, own, ticket=desk.ticket(created_at=1_790_000_000), fields={"approved": False})
    assert check.evidence == {
        "status": "Open",
        "created": "2026-09-21T14:13:20Z",
        "attachments.count": 0,
        "fields.approved": False,
    }


def test_what_is_remembered_of_one_ticket_is_not_told_of_another(desk):
    definitions = (desk.own({"fields": {"approved": True}}), desk.own({"subject": {"contains": "печать"}}))
    definitions = (definitions[0], replace(definitions[1], id="other"))
    kept = judge_of(desk.catalogue, definitions)
    for number in range(20):
        told, printed = number % 2 == 0, number % 3 == 0
        ticket = desk.ticket(subject="печать" if printed else "вход")
        support = kept.judge(ticket, desk.answer(), now=desk.now, language="en", fields={"approved": told}).support
        assert [check.outcome == "fail" for check in support.checks] == [told, printed]


def chained(desk, **more):
    """Return a certificate check, and one of one's own that asks for its answer."""
    both = {"check": {"certificate": "fail"}, "channel": "phone"}
    checks = {"certificate": {"kind": "certificate"}, "own": {"kind": "condition", "title": "T", "message": "M"}}
    checks["own"] |= {"fails_when": both} | more
    text = HEAD + LEVELS + "rules: [{id: all, level: silver}]\nchecks: " + json.dumps(checks)
    return compile_policy(files(text)).policy.revisions[-1].checks


def test_it_may_ask_for_the_answers_of_the_checks_above_it(desk):
    definitions = chained(desk)
    without = desk.holder(certificates=())
    for answer, source, outcome in (
        (without, Source.PHONE, "fail"),
        (without, Source.WEB, "pass"),
        (desk.answer(), Source.PHONE, "pass"),
        (NO_REGISTRY, Source.PHONE, "unknown"),
        (NO_REGISTRY, Source.WEB, "pass"),
    ):
        _, own = desk.judge(definitions, answer, source=source).checks
        assert own.outcome == outcome
        assert own.evidence["check.certificate"] in {"fail", "pass", "unknown"}


def test_an_unknown_answer_is_an_answer_where_it_is_asked_for(desk):
    definitions = chained(desk, fails_when={"check": {"certificate": ["fail", "unknown"]}})
    assert [one.outcome for one in desk.judge(definitions, NO_REGISTRY).checks] == ["unknown", "fail"]
    definitions = chained(desk, fails_when={"check": {"certificate": {"not": "pass"}}})
    assert [one.outcome for one in desk.judge(definitions, NO_REGISTRY).checks] == ["unknown", "unknown"]


def test_what_one_ticket_was_answered_is_not_asked_for_another(desk):
    kept = judge_of(desk.catalogue, chained(desk, fails_when={"check": {"certificate": "fail"}}))
    for number in range(20):
        fine = number % 3 == 0
        customer = replace(desk.customer, certificates=desk.customer.certificates if fine else ())
        for _ in range(2):
            judged = kept.judge(desk.ticket(), desk.answer(customer=customer), now=desk.now, language="en", fields={})
            assert [one.outcome for one in judged.support.checks] == ["pass" if fine else "fail"] * 2


def test_a_turn_of_the_check_it_asks_turns_it_too(desk, instant):
    definitions = [replace(one, deciding="now") for one in chained(desk, fails_when={"check": {"certificate": "fail"}})]
    answer = desk.holder(certificates=(Certificate(valid_until=date(2026, 11, 25)),))
    found = desk.assess(definitions, answer)
    assert found.next_change_at == instant("2026-11-25T21:00")
    assert [one.outcome for one in desk.judge(definitions, answer, now=found.next_change_at).checks] == ["fail", "fail"]
    assert [one.outcome for one in desk.judge(definitions, answer, now=found.next_change_at - 1).checks] == [
        "warn",
        "pass",
    ]


RUSSIAN = re.compile("[а-яё]")


@pytest.mark.parametrize("fact", [one.name for one in VOCABULARY if not one.by_name])
def test_every_fact_has_a_name_in_both_languages(fact):
    assert RUSSIAN.search(NAMES[fact].ru)
    assert not RUSSIAN.search(NAMES[fact].en)


def test_no_name_is_given_to_what_is_no_fact():
    assert NAMES.keys() <= {one.name for one in VOCABULARY}


@pytest.mark.parametrize(
    "fact", [one for one in VOCABULARY if one.type.domain and not one.by_name and one.type is not FLAG]
)
def test_every_value_of_a_closed_list_is_told_in_words_and_kept_as_it_is(fact):
    for value in fact.type.domain:
        told = spoken(fact.name, value)
        assert told == value
        assert RUSSIAN.search(written(told, "ru"))
        assert not RUSSIAN.search(written(told, "en"))


def test_a_doubt_of_the_policys_own_names_the_fact_in_words(desk):
    check = judged(
        desk, desk.own({"channel": "phone"}, unknown_when={"channel": "api"}), source=Source.API, language="ru"
    )
    assert check.message == "Своё: сказать нельзя: канал обращения"
    check = judged(desk, desk.own({"channel": "phone"}, unknown_when={"fields": {"sla_set_abuse": {"set": False}}}))
    assert check.message == "Own: it cannot be told: not stated: Abusive communication"
