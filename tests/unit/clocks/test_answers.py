"""What an answer changes beside the clock it ends."""

from dataclasses import replace

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import EventPattern
from bridge.tickets import Actor, EventKind, Source
from tests.unit.clocks.desk import When, at, clock, happened, only_clock, response, row, simple, ticket

ANSWERED = When(lambda facts: facts.answered, "answered")


@pytest.mark.parametrize(("source", "target"), [(Source.EMAIL, "4h"), (Source.PHONE, "8h")])
def test_a_target_for_answered_tickets_holds_from_what_counts_as_an_answer(source, target):
    by_mail = EventPattern(
        kinds=frozenset({EventKind.RESPONSE}), actors=frozenset({Actor.AGENT}), sources=frozenset({Source.EMAIL})
    )
    by = simple(
        row("first_response", "8h"),
        row("resolution", "4h", ANSWERED),
        row("resolution", "8h"),
        clocks=[replace(clock("first_response"), stop=(by_mail,)), clock("resolution")],
    )
    one = ticket("2026-11-23 10:00", happened(EventKind.RESPONSE, "2026-11-23 11:00", source=source))
    assert only_clock(one, by, "2026-11-23 12:00", "resolution").target == target


def test_a_creation_that_the_helpdesk_logs_a_second_late_begins_no_second_cycle():
    # Seen on a running osTicket: the ticket at :50, its `created` event, first message and the answer at :51.
    created_at, second_later = at("2026-11-23 10:00"), at("2026-11-23 10:00") + 1
    one = ticket(created_at)
    late = (*(replace(event, at=second_later) for event in one.events), response(second_later))
    found = only_clock(replace(one, events=late), simple(row("first_response", "8h")), "2026-11-23 12:00")
    assert (found.cycle, found.state, found.started_at) == (1, ClockState.MET, created_at)
