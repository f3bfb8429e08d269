"""What people and programs get: fields, the sentence, JSON, receipts, the readable timeline."""

import json
from dataclasses import replace
from datetime import date

import pytest
from pydantic import TypeAdapter

from bridge.customers import Category, Certificate, Customer, Presence, RegistryAnswer
from bridge.decisions import Check, ClockState, Interval, Outcome, Support, SupportVerdict
from bridge.policies.catalogue import EMPTY_CATALOGUE
from bridge.policies.causes import Cause
from bridge.policies.decide import decide, engine_of
from bridge.policies.explain import REASONS, STATES, VERDICTS, duration, explain
from bridge.policies.fields import certificate_until, last_category
from bridge.policies.metrics import STANDARD_TITLES, standard_clock
from bridge.policies.policy import CheckDefinition
from bridge.policies.reasons import CAUSES, LONGEST, amount_text, polished, reason
from bridge.policies.record import finished_cycles
from bridge.policies.verification import verify
from bridge.policies.wire import clock_json, decision_json
from bridge.tickets import BridgeRecord, FinishedCycle
from tests.unit.clocks.desk import (
    INPUTS,
    PENDING,
    D,
    M,
    When,
    at,
    calendar,
    clock,
    closed,
    decided,
    level,
    message,
    policy,
    reopened,
    response,
    revision,
    row,
    rule,
    set_field,
    simple,
    status,
    ticket,
)

FIRST = simple(row("first_response", "8h"))
BOTH = simple(row("first_response", "8h"), row("resolution", "16h"))
RUSSIAN = simple(row("first_response", "8h"), row("resolution", "16h"), language="ru")
WITH_CHECKS = replace(
    BOTH,
    revisions=(
        replace(
            BOTH.revisions[0],
            checks=(
                CheckDefinition(id="support", kind="certificate", effect="refuse", required=True, deciding="now"),
                CheckDefinition(id="talk", kind="etiquette", effect="refuse", deciding="reply"),
            ),
        ),
    ),
)


def known(until=date(2026, 11, 25), **more):
    customer = Customer(
        id="C1", category=Category.COMMERCIAL, certificates=(Certificate(number="S1", valid_until=until),)
    )
    return RegistryAnswer(presence=Presence.FOUND, customer=customer, zone="Europe/Moscow", **more)


# -- fields ----------------------------------------------------------------------------------------------------------------


def test_the_fields_carry_keys_instants_and_nulls():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", registry=known(curator="Olga"))
    assert made.fields == {
        "sla_level": "standard",
        "sla_state": "running",
        "sla_due": "2026-11-23T15:00:00Z",
        "sla_response_due": "2026-11-23T15:00:00Z",
        "sla_resolution_due": "2026-11-24T14:00:00Z",
        "sla_support": "full",
        "sla_reason": "Standard: First response running (8 working hours)",
        "sla_customer": "commercial",
        "sla_certificate_until": None,
        "sla_curator": "Olga",
    }


def test_a_metric_the_policy_does_not_have_has_no_field():
    made = decided(ticket("2026-11-23 10:00"), simple(row("ownership", "8h")), "2026-11-23 11:00")
    assert {"sla_response_due", "sla_resolution_due"}.isdisjoint(made.fields)


def test_a_finished_ticket_has_no_due_time():
    made = decided(
        ticket("2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 12:00")), BOTH, "2026-11-23 13:00"
    )
    assert made.due_at is None
    assert made.fields["sla_due"] is made.fields["sla_response_due"] is made.fields["sla_resolution_due"] is None


def test_the_certificates_last_second_is_shown_and_its_end_is_the_next_change():
    one = ticket("2026-11-23 10:00", response("2026-11-23 10:30"), closed("2026-11-23 10:40"))
    made = decide(one, WITH_CHECKS, now=at("2026-11-23 11:00"), registry=known())
    assert made.support.verdict is SupportVerdict.FULL
    assert made.fields["sla_certificate_until"] == "2026-11-25T20:59:59Z"
    assert made.next_change_at == at("2026-11-26 00:00")
    after = decide(one, WITH_CHECKS, now=at("2026-11-26 00:00"), registry=known())
    assert after.support.verdict is SupportVerdict.REFUSABLE
    assert after.fields["sla_support"] == "refusable"


def test_a_certificate_without_a_readable_end_shows_none():
    check = Check(id="support", outcome=Outcome.FAIL)
    support = Support(verdict=SupportVerdict.FULL, checks=(check,))
    assert certificate_until(support, "support", "UTC") is None
    assert certificate_until(support, "other", "UTC") is None
    assert certificate_until(support, None, "UTC") is None
    last_day = replace(check, evidence={"valid_until": "9999-12-31"})
    assert certificate_until(Support(verdict=SupportVerdict.FULL, checks=(last_day,)), "support", "UTC") is not None


def test_the_curators_change_is_the_next_change():
    made = decided(
        ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", registry=known(curator_until=at("2026-11-23 12:00"))
    )
    assert made.next_change_at == at("2026-11-23 12:00")


def test_without_a_registry_the_category_decided_last_stands():
    by_category = policy(
        revision(
            [level("standard", row("first_response", "8h")), level("general", row("first_response", "40h"))],
            rules=[rule("standard", When(lambda facts: facts.category == "commercial")), rule("general")],
        )
    )
    paying = ticket("2026-11-23 10:00", bridge_fields={"sla_customer": "commercial"})
    made = decided(paying, by_category, "2026-11-23 11:00")
    assert (made.level, made.customer.category) == ("standard", Category.COMMERCIAL)
    unknown = decided(ticket("2026-11-23 10:00"), by_category, "2026-11-23 11:00")
    assert (unknown.level, unknown.customer.category, unknown.fields["sla_customer"]) == ("general", None, None)
    gone = decided(paying, by_category, "2026-11-23 11:00", registry=RegistryAnswer(presence=Presence.NOT_FOUND))
    assert (gone.level, gone.customer.category) == ("general", Category.UNREGISTERED)


def test_an_unknown_category_on_the_ticket_is_none():
    assert last_category({"sla_customer": "royal"}) is None
    assert last_category({"sla_customer": True}) is None


def test_rules_see_the_checks_where_they_ask_for_them():
    limited = When(lambda facts: facts.checks["support"].outcome is Outcome.FAIL, "checks")
    by = policy(
        replace(
            revision(
                [level("refused", row("first_response", "40h")), level("standard", row("first_response", "8h"))],
                rules=[rule("refused", limited), rule("standard")],
            ),
            checks=WITH_CHECKS.revisions[0].checks,
        )
    )
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 12:00"), closed("2026-11-23 13:00"), reopened("2026-11-23 14:00")
    )
    assert decided(one, by, "2026-11-24 11:00", registry=known()).level == "standard"
    assert decided(one, by, "2026-11-27 11:00", registry=known()).level == "refused"


# -- the sentence -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "now", "english", "russian"),
    [
        (
            [],
            "2026-11-23 11:00",
            "Standard: First response running (8 working hours)",
            "Standard: Первый ответ: срок идёт (8 рабочих часов)",
        ),
        (
            [],
            "2026-11-23 17:00",
            "Standard: First response close to its deadline (8 working hours)",
            "Standard: Первый ответ: срок подходит к концу (8 рабочих часов)",
        ),
        (
            [],
            "2026-11-23 19:00",
            "Standard: First response overdue (8 working hours)",
            "Standard: Первый ответ: срок истёк (8 рабочих часов)",
        ),
        (
            [status("2026-11-23 10:30", PENDING)],
            "2026-11-23 11:00",
            "Standard: Resolution paused (16 working hours)",
            "Standard: Решение: срок приостановлен (16 рабочих часов)",
        ),
        (
            [response("2026-11-23 11:00"), closed("2026-11-23 12:00")],
            "2026-11-23 13:00",
            "Standard: Resolution in time (16 working hours)",
            "Standard: Решение: срок соблюдён (16 рабочих часов)",
        ),
        (
            [response("2026-11-23 11:00"), closed("2026-11-27 12:00")],
            "2026-11-28 13:00",
            "Standard: Resolution missed (16 working hours)",
            "Standard: Решение: срок нарушен (16 рабочих часов)",
        ),
    ],
)
def test_the_sentence_says_where_the_ticket_stands(events, now, english, russian):
    one = ticket("2026-11-23 10:00", *events)
    assert decided(one, BOTH, now).reason == english
    assert decided(one, RUSSIAN, now).reason == russian


def test_a_cancelled_clock_tells_its_cause():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 12:00"))
    by = simple(row("first_response", "8h"))
    assert (
        decided(one, by, "2026-11-23 13:00").reason
        == "Standard: First response: the ticket was closed without an answer"
    )


def test_the_verdict_on_support_is_part_of_the_sentence_in_the_policys_language():
    one = ticket("2026-11-23 10:00", language="ru")
    made = decide(one, WITH_CHECKS, now=at("2026-11-30 11:00"), registry=known())
    assert made.reason.startswith("Standard: First response overdue (8 working hours); support may be refused: ")
    assert made.reason.isascii()
    assert not made.support.checks[0].message.isascii()
    unknown = decide(ticket("2026-11-23 10:00"), WITH_CHECKS, now=at("2026-11-23 11:00"))
    assert "; entitlement is not established" in unknown.reason


@pytest.mark.parametrize("text", ["=1+1", "-x", "+x", "@x", " \t=x", "--=x"])
def test_the_sentence_never_begins_like_a_formula(text):
    assert polished(text)[0] not in "-=+@"


def test_the_sentence_fits_the_field_on_one_line():
    assert polished("a\n b\t c") == "a b c"
    long = polished("word " * 200)
    assert len(long) <= LONGEST
    assert long.endswith("…")


def test_a_level_without_targets_says_so():
    made = decided(ticket("2026-11-23 10:00"), simple(clocks=[]), "2026-11-23 11:00")
    assert made.reason == "Standard: the agreement sets no targets"
    quiet = simple(row("next_response", "8h"))
    assert (
        decided(ticket("2026-11-23 10:00"), quiet, "2026-11-23 11:00").reason
        == "Standard: nothing is being measured now"
    )


@pytest.mark.parametrize(
    ("target", "english", "russian"),
    [
        ("8h", "8 working hours", "8 рабочих часов"),
        ("1h", "1 working hour", "1 рабочий час"),
        ("1h30m", "1 working hour 30 working minutes", "1 рабочий час 30 рабочих минут"),
        ("24wd", "24 working days", "24 рабочих дня"),
        ("11wd", "11 working days", "11 рабочих дней"),
        ("2d", "2 calendar days", "2 календарных дня"),
        ("36h calendar", "1 calendar day 12 hours", "1 календарный день 12 часов"),
        ("0h", "0 working seconds", "0 рабочих секунд"),
        ("promise", "promised date", "обещанная дата"),
        ("what", "what", "what"),
    ],
)
def test_targets_are_said_as_people_say_them(target, english, russian):
    assert amount_text(target, "en") == english
    assert amount_text(target, "ru") == russian


def test_every_cause_state_verdict_and_reason_has_words():
    assert set(CAUSES) == set(Cause)
    assert set(STATES) == set(ClockState)
    assert set(VERDICTS) == set(SupportVerdict)
    assert {"pause", "before_start", "calendar_time", "day_counted", "working", "holiday"} <= set(REASONS)


def test_a_kept_clock_of_an_unknown_metric_and_cause_is_told_by_its_own_words():
    one = FinishedCycle(
        metric="own",
        cycle=1,
        state="cancelled",
        started_at=at("2026-11-23 10:00"),
        stopped_at=at("2026-11-23 11:00"),
        cause="other",
    )
    made = decided(ticket("2026-11-23 10:00", cycles=[one]), simple(clocks=[]), "2026-11-23 12:00")
    assert made.reason == "Standard: own"
    unlevelled = policy(revision([level("standard")], rules=[rule("standard", When(lambda _: False))]))
    assert decided(ticket("2026-11-23 10:00", cycles=[one]), unlevelled, "2026-11-23 12:00").reason == "own"


def test_the_reason_names_the_first_hole_only_when_nothing_runs():
    text = reason(
        level=None,
        state=ClockState.NONE,
        clocks=(),
        titles={},
        holes=["hole one", "hole two"],
        support=Support(verdict=SupportVerdict.FULL),
        language="en",
    )
    assert text == "hole one"
    unfounded = reason(
        level=None,
        state=ClockState.NONE,
        clocks=(),
        titles={},
        holes=["hole"],
        support=Support(verdict=SupportVerdict.LIMITED),
        language="en",
    )
    assert unfounded == "hole; support is limited"
    checks = (
        Check(id="a", outcome=Outcome.PASS),
        Check(id="b", outcome=Outcome.UNKNOWN, required=True, message="who is it"),
    )
    unknown = reason(
        level=None,
        state=ClockState.NONE,
        clocks=(),
        titles={},
        holes=["hole"],
        support=Support(verdict=SupportVerdict.UNKNOWN, checks=checks),
        language="en",
    )
    assert unknown == "hole; entitlement is not established: who is it"


# -- JSON --------------------------------------------------------------------------------------------------------------------


def test_the_json_has_the_members_outside_programs_read_and_survives_a_round_trip():
    made = decision_json(decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", registry=known()))
    assert set(made) >= {
        "ticket_id",
        "number",
        "at",
        "level",
        "rule",
        "rule_at",
        "support",
        "customer",
        "clocks",
        "state",
        "due_at",
        "next_change_at",
        "fields",
        "actions",
        "policy_digest",
    }
    assert made["clocks"][0] == {
        "metric": "first_response",
        "cycle": 1,
        "level": "standard",
        "calendar": "d",
        "target": "8h",
        "started_at": "2026-11-23T07:00:00Z",
        "due_at": "2026-11-23T15:00:00Z",
        "provisional": False,
        "state": "running",
        "stopped_at": None,
        "breached_at": None,
        "elapsed_seconds": 3600,
        "remaining_seconds": 25200,
        "cause": None,
    }
    assert made["customer"] == {"id": "C1", "category": "commercial", "curator": None}
    assert json.loads(json.dumps(made)) == made


def test_checks_are_written_with_their_evidence():
    made = decision_json(
        decide(
            ticket("2026-11-23 10:00"),
            WITH_CHECKS,
            now=at("2026-11-23 11:00"),
            registry=known(as_of=at("2026-11-23 09:00")),
        )
    )
    first = made["support"]["checks"][0]
    assert (first["id"], first["outcome"], first["as_of"]) == ("support", "warn", "2026-11-23T06:00:00Z")
    assert first["evidence"]["valid_until"] == "2026-11-25"


# -- receipts ----------------------------------------------------------------------------------------------------------------


def receipt(one, by, now, metric="resolution"):
    made = decision_json(decided(one, by, now, receipts=True), ledgers=True)
    return next(found for found in made["clocks"] if found["metric"] == metric)


PAUSED = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-24 10:00"))


def test_a_receipt_tells_every_second_with_its_reason():
    ledger = receipt(PAUSED, BOTH, "2026-11-24 11:00")["receipt"]["ledger"]
    assert [(line["counted"], line["reason"], line["detail"]) for line in ledger[:4]] == [
        (True, "working", ""),
        (False, "pause", "Waiting for the customer"),
        (False, "closed", ""),
        (False, "pause", "Waiting for the customer"),
    ]


def test_a_receipt_is_verified_with_nothing_but_itself():
    found = receipt(PAUSED, BOTH, "2026-11-24 11:00")
    checked = verify(json.loads(json.dumps(found)))
    assert (checked.due_at, checked.elapsed_seconds, checked.problems) == (at("2026-11-25 15:00"), 3 * 3600, ())


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda one: one.update(due_at="2026-11-25T12:00:01Z"), "due at 2026-11-25T12:00:00Z by the ledger"),
        (lambda one: one.update(elapsed_seconds=1), "10800 seconds elapsed by the ledger"),
        (lambda one: one["receipt"]["ledger"].pop(2), "not continuous"),
        (lambda one: one["receipt"]["ledger"].pop(0), "the ledger begins at"),
        (lambda one: one["receipt"]["ledger"].clear(), "due at no time by the ledger"),
    ],
)
def test_a_receipt_that_was_tampered_with_is_found_out(tamper, words):
    found = receipt(PAUSED, BOTH, "2026-11-24 11:00")
    tamper(found)
    assert any(words in problem for problem in verify(found).problems)


def kept_as_judged(one, by, now):
    """The ticket with the finished cycles that a helpdesk would keep of it."""
    found = finished_cycles(decided(one, by, now).clocks, policy_digest="d", kept=())
    cycles = [TypeAdapter(FinishedCycle).validate_python(cycle) for cycle in found]
    return replace(one, bridge=BridgeRecord(cycles=tuple(cycles)))


ANSWERED = ticket("2026-11-23 10:00", response("2026-11-23 12:00"))


def test_a_kept_cycle_shows_its_ledger_while_the_rules_still_say_the_same():
    one = kept_as_judged(ANSWERED, FIRST, "2026-11-23 13:00")
    found = receipt(one, FIRST, "2026-11-30 10:00", "first_response")
    checked = verify(found)
    assert (checked.elapsed_seconds, checked.problems) == (2 * 3600, ())


def test_a_kept_cycle_that_the_rules_would_judge_otherwise_today_stands_without_a_ledger():
    one = kept_as_judged(ANSWERED, FIRST, "2026-11-23 13:00")
    found = receipt(one, simple(row("first_response", "1h")), "2026-11-30 10:00", "first_response")
    assert (found["state"], found["target"]) == ("met", "8h")
    assert "receipt" not in found


def test_what_is_no_receipt_is_refused():
    with pytest.raises(ValueError, match="no clock with a receipt"):
        verify({"target": "8h"})


DAYS = simple(row("resolution", "3wd"))
HOLIDAYS = simple(row("resolution", "24wd", on=M))
SAME_TIME = simple(row("resolution", "3wd same-time"))
SPLIT = simple(
    row("resolution", "2wd same-time", on=calendar("split", week={"mon-fri": ["09:00-13:00", "14:00-18:00"]}))
)


@pytest.mark.parametrize(
    ("by", "created", "due"),
    [
        (DAYS, "2026-11-23 10:00", "2026-11-26 18:00"),
        (HOLIDAYS, "2026-12-07 10:00", None),
        (SAME_TIME, "2026-11-23 10:00", "2026-11-26 10:00"),
        (SAME_TIME, "2026-11-23 20:00", "2026-11-26 18:00"),
        (SPLIT, "2026-11-23 13:30", "2026-11-25 14:00"),
        (SPLIT, "2026-11-23 07:00", "2026-11-25 09:00"),
        (simple(row("resolution", "0wd")), "2026-11-23 10:00", "2026-11-23 10:00"),
        (simple(row("resolution", "0h")), "2026-11-23 10:00", "2026-11-23 10:00"),
        (simple(row("resolution", "36h calendar")), "2026-11-23 10:00", "2026-11-24 22:00"),
    ],
)
def test_receipts_of_days_and_calendar_time_are_re_derived(by, created, due):
    found = receipt(ticket(created), by, created)
    checked = verify(found)
    assert checked.problems == ()
    if due is not None:
        assert checked.due_at == at(due)


def test_a_day_left_out_or_made_up_in_a_receipt_is_found_out():
    found = receipt(ticket("2026-11-23 10:00"), DAYS, "2026-11-23 11:00")
    ledger = found["receipt"]["ledger"]
    marks = [line for line in ledger if line["reason"] == "day_counted"]
    assert [line["detail"] for line in marks] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    ledger.remove(marks[1])
    assert any("2026-11-25 was worked and is not counted" in problem for problem in verify(found).problems)
    ledger.insert(ledger.index(marks[0]), dict(marks[0]))
    assert any("does not follow" in problem for problem in verify(found).problems)
    marks[2]["start"] = marks[2]["end"] = "2026-11-26T20:00:00Z"
    assert any("no working time ends" in problem or "not continuous" in problem for problem in verify(found).problems)


@pytest.mark.parametrize(
    ("begins", "due"), [("2026-11-23 19:00", "2026-11-24 11:00"), ("2026-11-24 09:00", "2026-11-24 09:00")]
)
def test_a_day_whose_deadline_lies_in_a_pause_is_re_derived_by_when_the_pause_began(begins, due):
    days = simple(row("resolution", "1wd same-time"))
    one = ticket("2026-11-23 08:00", status(begins, PENDING), message("2026-11-24 11:00"))
    checked = verify(receipt(one, days, "2026-11-24 11:00"))
    assert (checked.due_at, checked.problems) == (at(due), ())


def test_a_deadline_used_up_in_the_second_a_pause_begins_is_not_claimed_while_it_lasts():
    one = ticket("2026-11-23 10:00", status("2026-11-23 18:00", PENDING))
    found = receipt(one, simple(row("resolution", "8h")), "2026-11-24 12:00")
    assert (found["state"], found["due_at"], verify(found).problems) == ("paused", None, ())
    del found["receipt"]["ledger"][1:]
    assert verify(found).problems == ("the clock is paused, but its ledger ends counting",)


def test_a_promised_date_is_taken_as_it_stands_and_a_paused_clock_has_no_deadline():
    promised = ticket("2026-11-23 10:00", set_field("2026-11-23 11:00", "sla_set_promise", "2026-11-27T12:00:00Z"))
    assert verify(receipt(promised, BOTH, "2026-11-23 12:00")).problems == ()
    waiting = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING))
    assert verify(receipt(waiting, BOTH, "2026-11-24 12:00")).due_at is None


def test_a_later_cycle_tells_what_lay_before_its_start():
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), message("2026-11-23 12:00"))
    by = simple(row("first_response", "8h"), row("next_response", "4h"))
    ledger = receipt(one, by, "2026-11-23 13:00", "next_response")["receipt"]["ledger"]
    assert ledger[0] == {
        "start": "2026-11-23T07:00:00Z",
        "end": "2026-11-23T09:00:00Z",
        "counted": False,
        "reason": "before_start",
        "detail": "",
    }


def test_clocks_without_a_ledger_have_no_receipt():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")
    assert "receipt" not in clock_json(made.clocks[0], at=made.at)


# -- the readable timeline --------------------------------------------------------------------------------------------------


def test_the_timeline_is_readable_in_english():
    one = ticket(
        "2026-11-23 10:00",
        status("2026-11-23 12:00", PENDING),
        message("2026-11-23 13:00"),
        response("2026-11-23 14:00"),
    )
    by = simple(row("first_response", "4h"))
    assert explain(decided(one, by, "2026-11-23 15:00", receipts=True), by) == [
        "Ticket 100001, at 2026-11-23 15:00 (Europe/Moscow)",
        "Level: Standard, by the rule standard (policies/test.yaml:8)",
        "State: met",
        "Reason: Standard: First response in time (4 working hours)",
        "Support: full",
        "",
        "First response, cycle 1: met",
        "  4 working hours on the calendar d, level standard",
        "  started 2026-11-23 10:00, due 2026-11-23 15:00, stopped 2026-11-23 14:00, elapsed 3:00:00",
        "    2026-11-23 10:00 .. 2026-11-23 12:00  +   2:00:00  working time",
        "    2026-11-23 12:00 .. 2026-11-23 13:00  -            pause: Waiting for the customer",
        "    2026-11-23 13:00 .. 2026-11-23 14:00  +   1:00:00  working time",
        "    2026-11-23 14:00  = stopped",
        "    2026-11-23 14:00 .. 2026-11-23 15:00  +   1:00:00  working time",
        "    2026-11-23 15:00  = due",
    ]


def test_the_timeline_is_readable_in_russian_with_checks_and_remedies():
    by = replace(WITH_CHECKS, language="ru", calendars={"d": D})
    made = decide(ticket("2026-11-23 10:00:05"), by, now=at("2026-11-30 11:00"), registry=known(), receipts=True)
    lines = explain(made, by)
    assert lines[0] == "Заявка 100001, на 30.11.2026 11:00 (Europe/Moscow)"
    assert lines[2] == "Состояние: просрочено, ближайший срок 24.11.2026 09:00:05"
    assert any(line.startswith("  support: нет - ") for line in lines)
    assert "Поддержка: можно отказать" in lines
    assert any("просрочено на" in line for line in lines)


def test_stopped_in_the_second_it_was_due_both_are_told():
    by = simple(row("first_response", "4h"))
    one = ticket("2026-11-23 10:00", response("2026-11-23 14:00"), message("2026-11-23 15:00"))
    lines = explain(decided(one, by, "2026-11-23 15:00", receipts=True), by)
    assert lines[-2:] == ["    2026-11-23 14:00  = due", "    2026-11-23 14:00  = stopped"]
    paused = ticket("2026-11-23 10:00", status("2026-11-23 14:00", PENDING), message("2026-11-23 15:00"))
    marked = explain(decided(paused, BOTH, "2026-11-23 14:00", receipts=True), BOTH)
    assert "    2026-11-23 14:00  = now" in marked


def test_the_timeline_tells_days_causes_and_what_is_preliminary():
    year = int(M.valid_through.year)
    by = simple(row("resolution", "24wd", on=M), row("first_response", "8h", on=M), language="en")
    made = decided(
        ticket(f"{year}-12-20 10:00", closed(f"{year}-12-21 08:00")), by, f"{year}-12-22 10:00", receipts=True
    )
    text = "\n".join(explain(made, by))
    assert "(preliminary)" in text
    assert "cancelled (the ticket was closed without an answer)" in text
    assert "working day counted" in text


def test_a_breach_at_another_instant_than_the_deadline_is_told():
    one = ticket(
        "2026-11-23 10:00",
        set_field("2026-11-23 11:00", "sla_set_promise", "2026-11-24T12:00:00Z"),
        status("2026-11-24 10:00", PENDING),
        message("2026-11-26 10:00"),
    )
    text = "\n".join(explain(decided(one, BOTH, "2026-11-26 11:00", receipts=True), BOTH))
    assert "breached 2026-11-26 10:00" in text


def test_without_a_level_or_clocks_the_timeline_says_so():
    by = policy(revision([level("standard")], rules=[rule("standard", When(lambda _: False))]))
    lines = explain(decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00"), by)
    assert lines[0].endswith("(UTC)")
    assert "Level: none" in lines
    warned = explain(replace(decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00"), warnings=("look",)), by)
    assert "Note: look" in warned


def test_a_check_without_words_is_told_by_its_outcome():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")
    silent = replace(
        made, support=Support(verdict=SupportVerdict.FULL, checks=(Check(id="plain", outcome=Outcome.PASS),))
    )
    assert "  plain: pass" in explain(silent, BOTH)


def test_a_kept_clock_without_calendar_is_told_in_the_policys_zone():
    one = FinishedCycle(
        metric="own", cycle=1, state="met", started_at=at("2026-11-23 10:00"), stopped_at=at("2026-11-23 11:00")
    )
    by = replace(simple(clocks=[]), calendars={"d": D})
    lines = explain(decided(ticket("2026-11-23 10:00", cycles=[one]), by, "2026-11-23 12:00", receipts=True), by)
    assert lines[0].endswith("(Europe/Moscow)")
    assert any(line.startswith("own, cycle 1: met") for line in lines)


def test_durations_are_hours_minutes_and_seconds():
    running = explain(decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00"), BOTH)
    assert "Will change by itself: 2026-11-23 13:00" in running
    assert [duration(one) for one in (0, 59, 3600, 100 * 3600 + 61)] == ["0:00:00", "0:00:59", "1:00:00", "100:01:01"]


# -- engine and metrics -----------------------------------------------------------------------------------------------------


def test_one_policy_object_has_one_engine_and_few_are_kept():
    policies = [simple(row("first_response", "8h")) for _ in range(12)]
    engines = [engine_of(one) for one in policies]
    assert engine_of(policies[-1]) is engines[-1]
    assert engine_of(policies[0]) is not engines[0]
    assert engine_of(policies[0]).policy is policies[0]


def test_the_five_standard_metrics_are_defined_and_others_are_refused():
    assert [standard_clock(name).metric for name in STANDARD_TITLES] == list(STANDARD_TITLES)
    with pytest.raises(KeyError):
        standard_clock("mood")


def test_the_catalogue_is_empty_unless_given():
    one = ticket("2026-11-23 10:00")
    assert decided(one, BOTH, "2026-11-23 11:00", catalogue=EMPTY_CATALOGUE) == decided(one, BOTH, "2026-11-23 11:00")


def test_intervals_of_a_ledger_are_plain_data():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", receipts=True)
    assert made.clocks[0].receipt == (
        Interval(start=at("2026-11-23 10:00"), end=at("2026-11-23 18:00"), counted=True, reason="working"),
    )
    assert made.clocks[0].zone == "Europe/Moscow"
    assert INPUTS
    assert clock("first_response").metric == "first_response"
