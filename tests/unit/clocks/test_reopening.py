"""What a reopening does to clocks that are over, or never had anything due."""

from dataclasses import replace

from bridge.policies.agreement.metrics import HANDED_OVER
from bridge.policies.agreement.policy import OnEntry, OnReopen
from bridge.policies.outcome.decision_json import decision_json
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    HIGH,
    NEW,
    PENDING,
    When,
    at,
    clock,
    clocks_of,
    closed,
    decided,
    department,
    department_is,
    level,
    message,
    policy,
    priority,
    priority_is,
    reopened,
    response,
    revision,
    row,
    rule,
    simple,
    status,
    ticket,
)

FROM_HAND_OVER = simple(row("ownership", "8h"), clocks=[replace(clock("ownership"), start=(HANDED_OVER,), stop=())])


def cycles(one, by, metric):
    return [
        (found.cycle, found.started_at, found.state.value) for found in clocks_of(one, by, "2026-11-25 13:00", metric)
    ]


def test_a_clock_that_goes_on_is_not_begun_anew_by_a_level_entered_in_the_second_of_the_reopening():
    by = policy(
        revision(
            [
                level("development", row("first_response", "16h"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "16h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
            clocks=[clock("first_response", on_reopen=OnReopen.CONTINUE)],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        reopened("2026-11-25 10:00"),
        department("2026-11-25 10:00", DEVELOPMENT),
    )
    created = at("2026-11-23 10:00")
    assert cycles(one, by, "first_response") == [(1, created, "met"), (2, created, "running")]


def test_ignore_starts_nothing_even_where_nothing_was_due_before_the_closing():
    by = simple(row("resolution", "8h", priority_is(HIGH)), clocks=[clock("resolution", on_reopen=OnReopen.IGNORE)])
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-23 12:00"),
        priority("2026-11-24 10:00", HIGH),
        reopened("2026-11-25 10:00"),
    )
    assert cycles(one, by, "resolution") == []


def test_a_clock_that_the_closing_finished_begins_anew_although_the_creation_did_not_begin_it():
    one = ticket(
        "2026-11-23 10:00",
        department("2026-11-23 11:00", DEVELOPMENT),
        closed("2026-11-23 12:00"),
        reopened("2026-11-25 10:00"),
    )
    assert cycles(one, FROM_HAND_OVER, "ownership") == [
        (1, at("2026-11-23 11:00"), "met"),
        (2, at("2026-11-25 10:00"), "running"),
    ]


def test_a_clock_that_never_began_is_not_begun_by_a_reopening():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 12:00"), reopened("2026-11-25 10:00"))
    assert cycles(one, FROM_HAND_OVER, "ownership") == []


def test_a_clock_that_an_answer_ended_waits_for_its_own_start_after_a_reopening():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        message("2026-11-23 11:30"),
        response("2026-11-23 11:40"),
        closed("2026-11-23 12:00"),
        reopened("2026-11-25 10:00"),
    )
    assert cycles(one, simple(row("next_response", "8h")), "next_response") == [(1, at("2026-11-23 11:30"), "met")]


RESPONSE = simple(row("first_response", "8h"))


def test_a_status_event_that_opens_a_closed_ticket_is_a_reopening():
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 12:00"), status("2026-11-25 10:00", NEW)
    )
    assert [found[0] for found in cycles(one, RESPONSE, "first_response")] == [1, 2]


def test_another_status_of_an_open_ticket_is_no_reopening():
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), status("2026-11-23 12:00", PENDING))
    assert [found[0] for found in cycles(one, RESPONSE, "first_response")] == [1]


def test_reopened_answered_and_closed_in_one_second_is_a_cycle_of_its_own():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        reopened("2026-11-25 10:00"),
        response("2026-11-25 10:00"),
        closed("2026-11-25 10:00"),
    )
    assert [(number, state) for number, _, state in cycles(one, RESPONSE, "first_response")] == [(1, "met"), (2, "met")]


def test_a_level_for_tickets_reopened_twice_is_entered_with_the_second_reopening_however_it_was_logged():
    twice = When(lambda facts: facts.reopened_count >= 2, "reopened_count")
    by = policy(
        revision(
            [level("again", row("first_response", "4h")), level("standard", row("first_response", "8h"))],
            rules=[rule("again", twice), rule("standard")],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-23 11:00"),
        status("2026-11-24 10:00", NEW),
        closed("2026-11-24 11:00"),
        status("2026-11-25 10:00", NEW),
    )
    found = clocks_of(one, by, "2026-11-25 11:00", "first_response")
    assert [clock.target for clock in found] == ["8h", "8h", "4h"]


def test_the_closed_stretch_of_a_clock_that_goes_on_is_told_in_its_receipt():
    by = simple(row("resolution", "16h"), clocks=[clock("resolution", on_reopen=OnReopen.CONTINUE)])
    one = ticket("2026-11-23 10:00", closed("2026-11-23 14:00"), reopened("2026-11-23 16:00"))
    second = decision_json(decided(one, by, "2026-11-23 17:00", receipts=True), ledgers=True)["clocks"][-1]
    assert [(line["reason"], line["detail"]) for line in second["receipt"]["ledger"][:3]] == [
        ("working", ""),
        ("pause", "closed"),
        ("working", ""),
    ]


def test_the_cycle_that_a_reopening_begins_is_not_begun_twice_by_a_level_entered_in_the_same_second():
    by = policy(
        revision(
            [
                level("development", row("first_response", "8h"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        reopened("2026-11-25 10:00"),
        department("2026-11-25 10:00", DEVELOPMENT),
    )
    assert [(number, state) for number, _, state in cycles(one, by, "first_response")] == [(1, "met"), (2, "running")]
