"""A decision as the helpdesk keeps it: both languages, nothing that moves by itself, and never more than there is room for."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest

from bridge.decisions import ClockState
from bridge.files.types import Title
from bridge.policies.agreement.policy import CheckDefinition, Raise
from bridge.policies.checks.prepared_check import PreparedCheck
from bridge.policies.outcome import record
from bridge.policies.telling.detail import detail
from bridge.protocols.accounting import TicketState
from bridge.sync.planned.ownership import settle
from bridge.sync.planned.plan import Change, difference
from bridge.sync.planned.stored_values import stored
from bridge.tickets import BridgeRecord
from tests.integration.sync.world import START, Policy
from tests.unit.clocks.desk import (
    BOTH,
    FIRST,
    HIGH,
    PENDING,
    WITH_CHECKS,
    as_kept,
    at,
    closed,
    decided,
    known,
    level,
    message,
    policy,
    priority_is,
    reopened,
    response,
    revision,
    row,
    rule,
    set_field,
    status,
    ticket,
)

MEMBERS = [
    "v",
    "level",
    "rule",
    "rule_at",
    "reason",
    "verdict",
    "checks",
    "clocks",
    "customer",
    "curator",
    "absent_curator",
    "curator_until",
    "exceptions",
    "why_not",
    "published",
]
PLAIN_TICKET = ticket(START)
PAUSED = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-24 10:00"))


def test_it_has_the_members_of_its_second_version():
    found = detail(decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=known(curator="Olga")))
    assert list(found) == MEMBERS
    assert (found["v"], found["published"], found["curator"]) == (2, None, "Olga")
    assert found["customer"] == {"id": "C1", "name": None, "category": "commercial"}
    of_a_check = {"id", "title", "outcome", "reason", "message", "remedy", "evidence", "as_of", "effect"}
    assert set(found["checks"][0]) == of_a_check


def test_who_stands_in_for_the_curator_is_told_with_the_instant_at_which_that_ends():
    away = known(curator="Olga", absent_curator="Anna", curator_until=at("2026-11-26 00:00"))
    found = detail(decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=away))
    assert (found["curator"], found["absent_curator"]) == ("Olga", "Anna")
    assert found["curator_until"] == "2026-11-25T21:00:00Z"
    usual = detail(decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=known(curator="Olga")))
    assert (usual["absent_curator"], usual["curator_until"]) == (None, None)


def test_reason_and_checks_are_told_in_both_languages_whatever_the_policys():
    answer = known(until=date(2026, 11, 1), as_of=at("2026-11-20 10:00"))
    found = {
        own: detail(decided(PAUSED, replace(WITH_CHECKS, language=own), "2026-11-24 11:00", registry=answer))
        for own in ("ru", "en")
    }
    assert found["ru"] == found["en"]
    one = found["en"]
    assert one["reason"]["en"].startswith("Standard: First response running (8 working hours)")
    assert one["reason"]["ru"].startswith("Standard: Первый ответ: срок идёт (8 рабочих часов)")
    (support,) = (check for check in one["checks"] if check["id"] == "support")
    assert "ended" in support["message"]["en"] or "expired" in support["message"]["en"]
    assert support["message"]["ru"] != support["message"]["en"]
    assert support["evidence"]["valid_until"] == "2026-11-01"
    assert support["as_of"] == "2026-11-20T07:00:00Z"


def test_a_check_says_what_its_failure_means():
    decision = decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=known(until=date(2026, 11, 1)))
    found = {one["id"]: (one["outcome"], one["effect"]) for one in detail(decision)["checks"]}
    assert found == {one.id: (one.outcome.value, one.effect) for one in decision.support.checks}
    assert found["support"] == ("fail", "refuse")


def test_an_open_clock_shows_its_pauses_and_how_much_was_used_up_at_the_last_event():
    (clock, _) = detail(decided(PAUSED, BOTH, "2026-11-24 15:00"))["clocks"]
    assert clock["pauses"] == [["2026-11-23T09:00:00Z", "2026-11-24T07:00:00Z"]]
    assert clock["worked_to"] == {"at": "2026-11-24T07:00:00Z", "seconds": 2 * 3600}
    still = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING))
    (clock, _) = detail(decided(still, BOTH, "2026-11-24 15:00"))["clocks"]
    assert clock["pauses"] == [["2026-11-23T09:00:00Z", None]]
    assert clock["worked_to"] == {"at": "2026-11-23T09:00:00Z", "seconds": 2 * 3600}


def test_a_finished_clock_says_how_late_it_was_and_a_running_one_does_not():
    one = ticket("2026-11-23 10:00", response("2026-11-25 11:00"))
    late, running = detail(decided(one, BOTH, "2026-11-27 11:00"))["clocks"]
    assert (late["late_seconds"], late["late_days"]) == ((9 + 2) * 3600, 2)
    assert late["worked_to"] == {"at": "2026-11-25T08:00:00Z", "seconds": 19 * 3600}
    assert (running["state"], running["late_seconds"], running["late_days"]) == ("overdue", None, None)


def test_nothing_in_it_moves_by_itself():
    for one in (PAUSED, ticket("2026-11-23 10:00"), ticket("2026-11-23 10:00", response("2026-11-25 11:00"))):
        overdue = [decided(one, BOTH, now, registry=known()) for now in ("2026-11-27 10:00", "2026-11-27 17:00")]
        assert overdue[0].clocks != overdue[1].clocks
        assert stored(detail(overdue[0])) == stored(detail(overdue[1]))


def test_why_not_another_level_is_told_in_both_languages_and_a_level_raised_by_time_is_no_other():
    by = policy(
        revision(
            [level("high", row("first_response", "4h")), level("standard", row("first_response", "8h"))],
            [rule("high", priority_is(HIGH)), rule("standard")],
        )
    )
    (gap,) = detail(decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00"))["why_not"]
    assert gap["level"] == "high"
    assert gap["text"]["en"].startswith("High: the rule high")
    assert gap["text"]["ru"].startswith("High: ")
    up = Raise(to="high", metric="first_response", share_basis_points=2500)
    levels = by.revisions[0].levels
    raising = policy(revision([levels["high"], replace(levels["standard"], raises=(up,))], by.revisions[0].rules))
    found = detail(decided(ticket("2026-11-23 10:00"), raising, "2026-11-23 13:00"))
    assert (found["level"], found["rule"]) == ("high", "raised:standard")
    assert found["why_not"] == []


def test_a_dated_exception_that_holds_is_named_with_who_answers_for_it():
    by = policy(
        revision(
            [level("high", row("first_response", "4h")), level("standard", row("first_response", "8h"))],
            [
                rule("fair", level="high", approver="A. Head", why="Trade fair", valid_until=date(2026, 12, 1)),
                rule("other", priority_is(HIGH), level="high", approver="B. Head", why="Other"),
                rule("standard"),
            ],
        )
    )
    found = detail(decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00"))
    assert found["exceptions"] == [
        {"id": "fair", "level": "high", "reason": "Trade fair", "approver": "A. Head", "until": "2026-12-01"}
    ]


def kept(one, found, cycles=()):
    values = BridgeRecord(detail=json.loads(stored({**found, "fields": {}})), cycles=tuple(cycles))
    return replace(one, bridge=values)


def change(one, decision):
    settled = settle(one, {}, ownership={}, writable=frozenset())
    return difference(one, decision, settled, detail=detail(decision), cycles=one.bridge.cycles)


def test_a_registry_that_was_read_again_is_no_difference_and_one_that_says_something_else_is():
    early, late, other = (
        decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=answer)
        for answer in (
            known(as_of=at("2026-11-20 10:00")),
            known(as_of=at("2026-11-21 10:00")),
            known(date(2026, 12, 1)),
        )
    )
    one = kept(PAUSED, detail(early))
    assert isinstance(change(one, early), TicketState)
    assert isinstance(change(one, late), TicketState)
    assert isinstance(change(one, other), Change)


def test_a_cycle_that_has_been_kept_meanwhile_makes_no_difference():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), response("2026-11-25 11:00"))
    made = decided(one, BOTH, "2026-11-25 12:00", registry=known())
    cycles = [record.FinishedCycle(**_read(cycle)) for cycle in as_kept(made, kept=())]
    again = kept(one, detail(made), cycles)
    assert isinstance(change(again, decided(again, BOTH, "2026-11-25 12:00", registry=known())), TicketState)


def _read(cycle):
    from pydantic import TypeAdapter

    found = TypeAdapter(record.FinishedCycle).validate_python(cycle)
    return {name: getattr(found, name) for name in cycle}


def test_pauses_of_a_kept_cycle_that_the_rules_would_measure_otherwise_are_not_recorded():
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    (cycle,) = as_kept(decided(one, FIRST, "2026-11-23 12:00"), kept=())
    moved = {**_read(cycle), "started_at": at("2026-11-23 10:30")}
    (clock,) = detail(decided(kept(one, {}, [record.FinishedCycle(**moved)]), FIRST, "2026-11-23 12:00"))["clocks"]
    assert clock["pauses"] is None


def test_a_decision_without_a_basis_is_told_in_the_language_it_has():
    found = detail(Policy().decide(PLAIN_TICKET, START))
    assert found["reason"]["ru"] == found["reason"]["en"]
    assert found["checks"][0]["message"] == {"ru": "Лицензия действует", "en": "Лицензия действует"}
    assert (found["why_not"], found["exceptions"], found["clocks"][0]["worked_to"]) == ([], [], None)


def test_the_detail_moves_with_the_state():
    early, late = (decided(PAUSED, BOTH, now) for now in ("2026-11-25 10:00", "2026-11-27 17:00"))
    assert stored(detail(early)) != stored(detail(late))


def busy(rounds):
    """A ticket that was closed and reopened again and again, paused each time."""
    events = []
    for number in range(rounds):
        day = START + number * 86_400
        events += [reopened(day), status(day + 60, PENDING), message(day + 120), response(day + 180), closed(day + 240)]
    return ticket(START - 3600, closed(START - 1800), *events)


def written_of(one, found):
    settled = settle(one, {"sla_reason": "x" * 900}, ownership={}, writable=frozenset({"sla_reason"}))
    made = difference(one, decided(one, BOTH, START), settled, detail=found, cycles=[])
    return stored(made.detail), made.detail


@pytest.mark.parametrize("rounds", [80, 400])
def test_what_does_not_fit_goes_in_its_order_pictures_of_finished_clocks_first(rounds):
    one = busy(rounds)
    found = detail(decided(one, BOTH, START + 500 * 86_400, registry=known()))
    whole = len(stored(found))
    content, made = written_of(one, found)
    assert whole > 64 * 1024 > len(content)
    assert made["cut"] is True
    assert made["fields"] == {"sla_reason": "x" * 900}
    over = [clock for clock in made["clocks"] if clock["state"] in record.FINISHED]
    assert {clock["worked_to"] for clock in over} == {None}
    if rounds == 80:
        assert len(over) == len(found["clocks"])
    else:
        assert 0 < len(over) < len(found["clocks"])
        began = sorted(clock["started_at"] for clock in found["clocks"] if clock["state"] in record.FINISHED)
        assert sorted(clock["started_at"] for clock in over) == began[-len(over) :]


def test_evidence_goes_before_clocks_and_an_open_clock_keeps_its_picture_longest():
    found = detail(decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=known()))
    heavy = {**found["checks"][0], "evidence": {f"e{number}": "я" * 400 for number in range(100)}}
    content, made = written_of(PAUSED, {**found, "checks": [heavy, *found["checks"][1:]]})
    assert len(content) < 64 * 1024
    assert (made["cut"], made["checks"][0]["evidence"]) == (True, {})
    assert made["clocks"] == json.loads(json.dumps(found["clocks"]))
    assert made["why_not"] == found["why_not"]


@pytest.mark.parametrize(
    "swell",
    [
        lambda found: found["checks"][0].update(message={"ru": "я" * 40_000, "en": ""}),
        lambda found: found.update(why_not=[{"level": "x", "text": {"ru": "я" * 400, "en": ""}}] * 200),
        lambda found: found["clocks"][0].update(pauses=[["2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"]] * 2000),
        lambda found: found.update(checks=found["checks"] * 900),
    ],
)
def test_whatever_swells_the_helpdesk_is_never_sent_more_than_it_takes(swell):
    found = deepcopy(detail(decided(PAUSED, WITH_CHECKS, "2026-11-24 11:00", registry=known())))
    swell(found)
    content, made = written_of(PAUSED, found)
    assert len(content) <= 64 * 1024
    assert made["cut"] is True


def test_endless_texts_of_customers_are_cut():
    decision = Policy().decide(replace(PLAIN_TICKET, subject="я" * 100_000), START)
    check = replace(decision.support.checks[0], message="я" * 100_000, remedy="ю" * 100_000, evidence={"a": "я" * 9000})
    decision = replace(decision, support=replace(decision.support, checks=(check,) * 12))
    found = detail(decision)
    assert found["checks"][0]["message"]["ru"].endswith("…")
    assert len(found["checks"][0]["evidence"]["a"]) == 400
    assert len(stored(found)) < 256 * 1024


def test_a_clock_that_ended_in_time_is_not_late():
    one = ticket("2026-11-23 10:00", response("2026-11-23 18:00"), set_field("2026-11-23 19:00", "x", 1))
    clock = decided(one, FIRST, "2026-11-24 11:00").clocks[0]
    assert (clock.state, clock.late_seconds, clock.late_days) == (ClockState.MET, 0, 0)


def test_a_check_without_a_title_of_its_own_is_called_by_its_kind_and_its_id_where_that_is_another_word():
    plain = CheckDefinition(id="certificate", kind="certificate", effect="none", deciding="now")
    titled = replace(plain, id="third", title=Title(ru="О", en="O"))
    titles = [PreparedCheck(one).title for one in (plain, replace(plain, id="second"), titled)]
    assert [one.en for one in titles] == ["Support certificate", "Support certificate (second)", "O"]
    assert [one.ru for one in titles] == ["Сертификат поддержки", "Сертификат поддержки (second)", "О"]
