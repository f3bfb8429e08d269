"""Which events end a cycle, and whether another follows."""

from dataclasses import replace

import pytest

from bridge.policies.agreement.metrics import CREATED, DEFAULT_ANSWER
from bridge.policies.agreement.policy import EventPattern, OnEntry
from bridge.tickets import Actor, EventKind, Source
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    NARROWER,
    clock,
    clocks_of,
    closed,
    department,
    department_is,
    happened,
    level,
    policy,
    response,
    revision,
    row,
    rule,
    simple,
    ticket,
)

EVERY_ANSWER = replace(clock("periodic_update"), start=(CREATED,), stop=DEFAULT_ANSWER)


def states(one, by, metric):
    return [(found.cycle, found.state.value, found.cause) for found in clocks_of(one, by, "2026-11-23 13:00", metric)]


@pytest.mark.parametrize("part", ["stop", "reset", "cancel"])
@pytest.mark.parametrize(("pattern", "fits"), NARROWER)
def test_an_end_that_asks_more_of_the_event_waits_for_one_that_fits(part, pattern, fits):
    ends = EventPattern(kinds=frozenset({EventKind.NOTE}), **pattern)
    by = simple(row("resolution", "8h"), clocks=[replace(clock("resolution"), **{part: (ends,)})])
    one = ticket("2026-11-23 10:00", happened(EventKind.NOTE, "2026-11-23 12:00", Actor.AGENT, source=Source.EMAIL))
    expected = {
        "stop": [(1, "met", None)],
        "reset": [(1, "cancelled", "reset"), (2, "running", None)],
        "cancel": [(1, "cancelled", "condition")],
    }
    assert states(one, by, "resolution") == (expected[part] if fits else [(1, "running", None)])


def test_a_clock_that_restarts_on_its_stop_needs_no_other_start():
    by = simple(row("periodic_update", "8h"), clocks=[EVERY_ANSWER])
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    assert states(one, by, "periodic_update") == [(1, "met", None), (2, "running", None)]


def test_a_clock_that_restarts_on_its_stop_is_over_with_an_answer_that_closes():
    by = simple(row("periodic_update", "8h"), clocks=[EVERY_ANSWER])
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 11:00"))
    assert states(one, by, "periodic_update") == [(1, "met", None)]


def test_the_answer_that_a_level_demanded_anew_is_demanded_once():
    by = policy(
        revision(
            [
                level("development", row("first_response", "8h"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )
    one = ticket("2026-11-23 10:00", department("2026-11-23 11:00", DEVELOPMENT), response("2026-11-23 12:00"))
    assert states(one, by, "first_response") == [(1, "cancelled", "level_changed"), (2, "met", None)]


def test_an_answer_in_the_second_of_the_creation_ends_nothing_that_the_creation_did_not_start():
    by_phone = EventPattern(kinds=frozenset({EventKind.CREATED}), sources=frozenset({Source.PHONE}))
    by = simple(row("first_response", "8h"), clocks=[replace(clock("first_response"), start=(by_phone,))])
    assert states(ticket("2026-11-23 10:00", response("2026-11-23 10:00")), by, "first_response") == []


def test_a_merge_counts_from_its_own_second_on():
    one = ticket("2026-11-23 10:00", happened(EventKind.MERGED, "2026-11-23 13:00"), merged_into=7)
    assert states(one, simple(row("resolution", "8h")), "resolution") == [(1, "cancelled", "merged")]
