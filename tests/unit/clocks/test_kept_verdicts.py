"""Finished cycles as the helpdesk keeps them."""

from bridge.decisions import ClockState
from bridge.tickets import FinishedCycle
from tests.unit.clocks.desk import (
    FIRST,
    at,
    closed,
    decided,
    only_clock,
    reopened,
    response,
    row,
    simple,
    states,
    ticket,
)


def kept(cycle=1, state="met", start="2026-11-23 10:00", stop="2026-11-23 12:00", **more):
    return FinishedCycle(
        metric="first_response",
        cycle=cycle,
        state=state,
        started_at=at(start),
        stopped_at=at(stop),
        target="5h",
        **more,
    )


def test_a_kept_verdict_is_shown_as_it_was_judged_whatever_the_policy_says_now():
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 12:00"), cycles=[kept(state="missed", due_at=at("2026-11-23 11:00"))]
    )
    found = only_clock(one, FIRST, "2026-11-24 10:00")
    assert (found.state, found.target, found.due_at) == (ClockState.MISSED, "5h", at("2026-11-23 11:00"))


def test_a_cycle_kept_as_finished_does_not_come_back_to_life():
    assert only_clock(ticket("2026-11-23 10:00", cycles=[kept()]), FIRST, "2026-11-24 10:00").state is ClockState.MET


def test_a_later_cycle_whose_number_is_taken_is_numbered_past_the_kept_ones():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 12:00"),
        closed("2026-11-23 13:00"),
        reopened("2026-11-25 10:00"),
        cycles=[kept(), kept(2, start="2026-11-23 12:30", stop="2026-11-23 12:40")],
    )
    assert states(one, FIRST, "2026-11-25 11:00") == [(1, "met", None), (2, "met", None), (3, "running", None)]


def test_a_kept_verdict_of_a_metric_the_policy_no_longer_has_is_still_shown():
    one = ticket("2026-11-23 10:00", cycles=[kept()])
    made = decided(one, simple(row("resolution", "8h")), "2026-11-23 15:00")
    assert [found.metric for found in made.clocks] == ["resolution", "first_response"]


def test_a_past_instant_does_not_see_what_was_kept_later():
    one = ticket("2026-11-23 10:00", response("2026-11-23 12:00"), cycles=[kept()])
    assert only_clock(one, FIRST, "2026-11-23 11:00").state is ClockState.RUNNING
