"""Which events start a clock after, or in, the second of the creation."""

from dataclasses import replace

import pytest

from bridge.policies.agreement.policy import EventPattern
from bridge.tickets import Actor, EventKind, Source
from tests.unit.clocks.desk import (
    NORMAL,
    When,
    at,
    clock,
    clocks_of,
    happened,
    message,
    priority_is,
    response,
    row,
    simple,
    ticket,
)

NEXT = simple(row("next_response", "8h"), clocks=[clock("next_response")])


def started(one, by, metric):
    return [(found.started_at, found.state.value) for found in clocks_of(one, by, "2026-11-23 13:00", metric)]


def test_an_answer_in_the_second_of_the_creation_starts_the_next_update():
    one = ticket("2026-11-23 10:00", response("2026-11-23 10:00"))
    assert started(one, simple(row("periodic_update", "8h")), "periodic_update") == [
        (at("2026-11-23 10:00"), "running")
    ]


def test_without_a_first_response_clock_a_message_before_the_first_answer_starts_no_next_response():
    assert started(ticket("2026-11-23 10:00", message("2026-11-23 10:30")), NEXT, "next_response") == []


def test_the_question_that_an_agent_answered_while_creating_the_ticket_is_no_next_one():
    assert started(ticket("2026-11-23 10:00", response("2026-11-23 10:00")), NEXT, "next_response") == []


def test_a_first_response_that_the_creation_did_not_start_holds_up_no_next_response():
    by_phone = EventPattern(kinds=frozenset({EventKind.CREATED}), sources=frozenset({Source.PHONE}))
    by = simple(
        row("first_response", "8h"),
        row("next_response", "8h"),
        clocks=[replace(clock("first_response"), start=(by_phone,)), clock("next_response")],
    )
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), message("2026-11-23 12:00"))
    assert started(one, by, "first_response") == []
    assert started(one, by, "next_response") == [(at("2026-11-23 12:00"), "running")]


ASKS_MORE = pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ({"sources": frozenset({Source.EMAIL})}, True),
        ({"sources": frozenset({Source.PHONE})}, False),
        ({"when": priority_is(NORMAL)}, True),
        ({"when": When(lambda facts: facts.priority is None, "priority")}, False),
    ],
)


@ASKS_MORE
def test_a_start_that_asks_more_of_the_message_waits_for_one_that_fits(pattern, fits):
    start = EventPattern(kinds=frozenset({EventKind.MESSAGE}), **pattern)
    by = simple(row("resolution", "8h"), clocks=[replace(clock("resolution"), start=(start,))])
    one = ticket(
        "2026-11-23 10:00", happened(EventKind.MESSAGE, "2026-11-23 12:00", Actor.CUSTOMER, source=Source.EMAIL)
    )
    since = "2026-11-23 10:00" if "when" in pattern else "2026-11-23 12:00"
    assert started(one, by, "resolution") == [(at(since), "running")] * fits


@ASKS_MORE
def test_a_creation_starts_only_the_clocks_it_fits(pattern, fits):
    start = EventPattern(kinds=frozenset({EventKind.CREATED}), **pattern)
    by = simple(row("resolution", "8h"), clocks=[replace(clock("resolution"), start=(start,))])
    one = ticket("2026-11-23 10:00")
    one = replace(one, events=tuple(replace(event, source=Source.EMAIL) for event in one.events))
    assert started(one, by, "resolution") == [(at("2026-11-23 10:00"), "running")] * fits
