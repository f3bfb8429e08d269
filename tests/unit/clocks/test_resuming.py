"""Events that end a pause although its condition still holds."""

from dataclasses import replace

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import EventPattern
from bridge.tickets import Actor, EventKind, Source
from tests.unit.clocks.desk import (
    NARROWER,
    PENDING,
    clock,
    happened,
    only_clock,
    row,
    simple,
    status,
    ticket,
)


@pytest.mark.parametrize("waiting_from_the_start", [True, False])
@pytest.mark.parametrize(("pattern", "fits"), NARROWER)
def test_a_resumption_that_asks_more_of_the_event_waits_for_one_that_fits(pattern, fits, waiting_from_the_start):
    resume = EventPattern(kinds=frozenset({EventKind.NOTE}), **pattern)
    by = simple(row("resolution", "8h"), clocks=[replace(clock("resolution"), resume=(resume,))])
    note = happened(EventKind.NOTE, "2026-11-23 12:00", Actor.AGENT, source=Source.EMAIL)
    if waiting_from_the_start:
        one = ticket("2026-11-23 10:00", note, first_status=PENDING)
    else:
        one = ticket("2026-11-23 10:00", status("2026-11-23 11:00", PENDING), note)
    found = only_clock(one, by, "2026-11-23 13:00", "resolution")
    assert found.state is (ClockState.RUNNING if fits else ClockState.PAUSED)


@pytest.mark.parametrize(("source", "state"), [(Source.EMAIL, ClockState.RUNNING), (Source.PHONE, ClockState.PAUSED)])
def test_an_event_in_the_second_of_the_creation_resumes_what_the_ticket_was_created_waiting_for(source, state):
    resume = EventPattern(kinds=frozenset({EventKind.NOTE}), sources=frozenset({Source.EMAIL}))
    by = simple(row("resolution", "8h"), clocks=[replace(clock("resolution"), resume=(resume,))])
    note = happened(EventKind.NOTE, "2026-11-23 10:00", Actor.AGENT, source=source)
    one = ticket("2026-11-23 10:00", note, first_status=PENDING)
    assert only_clock(one, by, "2026-11-23 13:00", "resolution").state is state
