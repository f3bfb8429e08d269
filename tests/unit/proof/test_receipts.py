"""Receipts: the ledger of a clock, and its verification."""

import json
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from bridge.policies.outcome.decision_json import clock_json, decision_json
from bridge.policies.proof.verify import verify
from bridge.tickets import BridgeRecord, FinishedCycle
from tests.unit.clocks.desk import (
    BOTH,
    PENDING,
    M,
    as_kept,
    at,
    calendar,
    decided,
    message,
    response,
    row,
    set_field,
    simple,
    status,
    ticket,
)

FIRST = simple(row("first_response", "8h"))


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
    found = as_kept(decided(one, by, now), kept=())
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
    assert verify(found).problems == ("the ledger ends at 2026-11-23T15:00:00Z and should reach 2026-11-24T09:00:00Z",)


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


def test_the_next_opening_after_the_start_s_time_of_day_is_no_pause_that_begins_after_hours():
    night = calendar("night", zone="Europe/Berlin", week={"mon-sun": ["00:00-06:00", "22:00-24:00"]})
    by = simple(row("resolution", "1wd same-time", on=night))
    one = ticket("2026-10-22 08:00", status("2026-10-23 08:30", PENDING), message("2026-10-23 09:00"))
    found = receipt(one, by, "2026-10-23 09:00")
    assert (found["due_at"], verify(found).problems) == ("2026-10-23T20:00:00Z", ())
