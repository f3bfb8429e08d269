"""Tickets that another system closed before they came here: their clocks are cancelled, not judged."""

from dataclasses import replace

import pytest

from bridge.policies.agreement.policy import EventPattern
from bridge.tickets import EventKind, Source
from tests.unit.clocks.desk import CLOSED, NORMAL, When, at, clock, decided, priority_is, row, simple, ticket

IMPORTED = ticket("2026-11-02 10:00", first_status=CLOSED, closed_at=at("2026-11-02 10:00"), imported=True)
METRICS = ("first_response", "next_response", "periodic_update", "resolution", "ownership")


def cancelled(by):
    found = decided(IMPORTED, by, "2026-11-23 10:00").clocks
    return [(one.metric, one.state.value, one.cause) for one in found]


def test_only_clocks_that_begin_with_the_ticket_are_shown_as_cancelled():
    found = cancelled(simple(*(row(metric, "8h") for metric in METRICS)))
    assert found == [(metric, "cancelled", "imported") for metric in ("first_response", "resolution", "ownership")]


@pytest.mark.parametrize(
    ("pattern", "begins"),
    [
        ({"sources": frozenset({Source.WEB})}, True),
        ({"sources": frozenset({Source.PHONE})}, False),
        ({"when": priority_is(NORMAL)}, True),
        ({"when": When(lambda facts: facts.priority is None, "priority")}, False),
    ],
)
def test_a_clock_that_asks_more_of_the_creation_is_shown_where_the_creation_fits(pattern, begins):
    start = EventPattern(kinds=frozenset({EventKind.CREATED}), **pattern)
    by = simple(row("resolution", "8h"), clocks=[replace(clock("resolution"), start=(start,))])
    assert cancelled(by) == [("resolution", "cancelled", "imported")] * begins


def test_an_imported_ticket_that_is_open_has_real_clocks():
    one = ticket("2026-11-23 10:00", imported=True)
    found = decided(one, simple(row("resolution", "8h")), "2026-11-23 12:00").clocks
    assert [clock.state.value for clock in found] == ["running"]


def test_a_ticket_that_was_deleted_from_its_first_second_is_not_called_imported():
    gone = replace(CLOSED, state="deleted")
    one = ticket("2026-11-23 10:00", first_status=gone)
    found = decided(one, simple(row("resolution", "8h")), "2026-11-23 12:00").clocks
    assert [(clock.state.value, clock.cause) for clock in found] == [("cancelled", "deleted")]


def test_a_ticket_of_this_desk_that_was_created_closed_is_solved_and_was_never_answered():
    one = ticket("2026-11-23 10:00", first_status=CLOSED, closed_at=at("2026-11-23 10:00"))
    found = decided(one, simple(row("first_response", "8h"), row("resolution", "8h")), "2026-11-23 12:00").clocks
    assert [(clock.state.value, clock.cause) for clock in found] == [("cancelled", "closed_unanswered"), ("met", None)]
