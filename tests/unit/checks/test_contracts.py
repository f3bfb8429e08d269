from datetime import date

import pytest

from bridge.customers import NO_REGISTRY, Contract, Counter, Tracked
from bridge.decisions import Outcome, SupportVerdict
from bridge.tickets import Reference, Requester, Source


def contract(**changes):
    return Contract(**({"number": "Д-1", "services": ("консультации", "выезд")} | changes))


def test_a_service_of_the_contract_is_included_and_another_one_is_not(desk):
    answer = desk.holder(contracts=(contract(),))
    assert desk.check("contract", answer, fields={"service": "Консультации"}).reason == "service_included"
    check = desk.check("contract", answer, fields={"service": "обучение"})
    assert (check.outcome, check.reason, check.evidence["service"]) == (
        Outcome.FAIL,
        "service_not_included",
        "обучение",
    )


def test_the_topic_may_tell_the_service(desk):
    options = {"options": {"by_topic": {"Выезд специалиста": "выезд", "Обучение": "обучение"}}}
    answer = desk.holder(contracts=(contract(),))
    assert (
        desk.check("contract", answer, definition=options, topic=Reference(name="выезд специалиста")).outcome
        is Outcome.PASS
    )
    assert desk.check("contract", answer, definition=options, topic=Reference(name="Обучение")).outcome is Outcome.FAIL
    assert (
        desk.check("contract", answer, definition=options, topic=Reference(name="Другое")).reason == "contract_active"
    )
    assert desk.check("contract", answer, definition=options).reason == "contract_active"


@pytest.mark.parametrize("kind", ["contract", "units", "contact"])
def test_a_contract_out_of_force_is_no_contract(desk, kind):
    gone = contract(valid_until=date(2026, 11, 19))
    ahead = contract(valid_from=date(2026, 11, 21))
    assert desk.check(kind, desk.holder(contracts=(gone, ahead))).reason == "contract_missing"


@pytest.mark.parametrize("kind", ["contract", "units", "contact"])
def test_without_knowledge_of_contracts_nothing_is_concluded(desk, kind):
    assert desk.check(kind, NO_REGISTRY).outcome is Outcome.UNKNOWN
    reason = "contract_not_stated" if kind == "contract" else "papers_not_stated"
    assert desk.check(kind, desk.answer(tracks=frozenset({Tracked.LICENCES}))).reason == reason


def test_a_contract_may_name_its_channels(desk):
    answer = desk.holder(contracts=(contract(channels=("email",)),))
    assert desk.check("contract", answer, source=Source.EMAIL).outcome is Outcome.PASS
    check = desk.check("contract", answer, source=Source.WEB)
    assert (check.reason, check.evidence["channels"]) == ("contract_channel", ["email"])


def test_a_channel_that_the_helpdesk_does_not_tell_is_unknown_and_no_breach_of_the_contract(desk):
    limited = desk.check("contract", desk.holder(contracts=(contract(channels=("email",)),)), source=None)
    assert (limited.outcome, limited.reason) == (Outcome.UNKNOWN, "contract_channel_unknown")
    assert desk.check("contract", desk.holder(contracts=(contract(),)), source=None).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("used", "outcome", "reason"),
    [
        (0, "pass", "units_left"),
        (22, "pass", "units_left"),
        (23, "warn", "units_low"),
        (24, "fail", "units_exhausted"),
        (30, "fail", "units_exhausted"),
        (None, "unknown", "units_unknown"),
    ],
)
def test_units_are_counted_down_and_unknown_while_nobody_counts(desk, used, outcome, reason):
    answer = desk.holder(contracts=(contract(counters=(Counter(id="t", unit="tickets", included=24, used=used),)),))
    check = desk.check("units", answer)
    assert (check.outcome, check.reason) == (outcome, reason)


def test_at_exhaustion_the_policy_refuses_warns_or_goes_negative(desk):
    answer = desk.holder(contracts=(contract(counters=(Counter(id="t", unit="tickets", included=2, used=5),)),))

    def judged(exhausted):
        return desk.judge(desk.define("units", options={"exhausted": exhausted}), answer)

    assert judged("refuse").verdict is SupportVerdict.REFUSABLE
    assert (judged("warn").checks[0].outcome, judged("warn").verdict) == (Outcome.WARN, SupportVerdict.FULL)
    negative = judged("negative").checks[0]
    assert (negative.outcome, negative.evidence["left"]) == (Outcome.PASS, -3)


def test_counters_are_chosen_by_unit_or_by_id_and_add_up_over_contracts(desk):
    tickets = Counter(id="t", unit="tickets", included=2, used=2)
    hours = Counter(id="h", unit="hours", included=10.5, used=9)
    answer = desk.holder(contracts=(contract(counters=(tickets, hours)), contract(number="Д-2", counters=(tickets,))))
    assert desk.check("units", answer).evidence["included"] == 4
    check = desk.check("units", answer, definition={"options": {"counter": "h"}}, language="ru")
    assert check.message == "Включённый объём поддержки почти израсходован: осталось 1,5 из 10,5"
    assert desk.check("units", answer, definition={"options": {"unit": "visits"}}).reason == "units_unlimited"


def test_only_named_contacts_may_ask_where_the_contract_names_any(desk):
    answer = desk.holder(contracts=(contract(contacts=("Buh@rassvet.example",)),))
    assert desk.check("contact", answer).reason == "contact_named"
    stranger = desk.check("contact", answer, requester=Requester(email="gost@rassvet.example"))
    assert (stranger.outcome, stranger.reason) == (Outcome.FAIL, "contact_not_named")
    assert desk.check("contact", answer, requester=Requester()).reason == "contact_unknown"
    assert desk.check("contact", desk.holder(contracts=(contract(),))).reason == "contacts_open"
