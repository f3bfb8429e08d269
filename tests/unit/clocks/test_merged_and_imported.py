"""Tickets that are merged, deleted, imported or split."""

from bridge.decisions import ClockState
from bridge.tickets import EventKind
from tests.unit.clocks.desk import (
    ALL,
    BOTH,
    CLOSED,
    FIRST,
    PENDING,
    at,
    closed,
    decided,
    happened,
    message,
    reopened,
    response,
    row,
    simple,
    states,
    ticket,
)


def test_a_merged_ticket_has_its_clocks_cancelled_even_after_a_breach():
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-25 12:00"),
        happened(EventKind.MERGED, "2026-11-25 12:00"),
        merged_into=7,
    )
    made = decided(one, ALL, "2026-11-26 10:00")
    assert {(found.state.value, found.cause) for found in made.clocks} == {("cancelled", "merged")}
    assert (made.state, made.next_change_at, made.actions) == (ClockState.NONE, None, ())
    assert decided(one, ALL, "2026-11-25 11:00").state is ClockState.OVERDUE


def test_a_merge_that_osticket_closed_some_seconds_before_is_no_closing():
    one = ticket(
        "2026-11-23 10:00",
        closed("2026-11-23 12:00:00"),
        happened(EventKind.MERGED, "2026-11-23 12:00:03"),
        merged_into=7,
    )
    assert {(found.state.value, found.cause) for found in decided(one, ALL, "2026-11-26 10:00").clocks} == {
        ("cancelled", "merged")
    }


def test_an_answer_in_the_second_of_the_merge_counts_and_the_closing_that_belongs_to_it_does_not():
    merged = happened(EventKind.MERGED, "2026-11-23 12:00:03")
    ends = (response("2026-11-23 12:00"), closed("2026-11-23 12:00"), merged)
    one = ticket("2026-11-23 10:00", *ends, merged_into=5)
    assert states(one, BOTH, "2026-11-24 10:00") == [(1, "met", None)]
    assert states(one, BOTH, "2026-11-24 10:00", "resolution") == [(1, "cancelled", "merged")]
    late = ticket("2026-11-23 10:00", response("2026-11-23 12:00:01"), *ends[1:], merged_into=5)
    assert states(late, BOTH, "2026-11-24 10:00") == [(1, "cancelled", "merged")]


def test_an_answer_to_a_question_and_the_next_promised_word_end_in_the_second_of_a_merge_too():
    by = simple(*(row(metric, "8h") for metric in ("first_response", "next_response", "periodic_update")))
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 10:30"),
        message("2026-11-23 11:00"),
        response("2026-11-23 12:00"),
        happened(EventKind.MERGED, "2026-11-23 12:00"),
        merged_into=5,
    )
    assert [states(one, by, "2026-11-24 10:00", metric) for metric in ("next_response", "periodic_update")] == [
        [(1, "met", None)]
    ] * 2


def test_a_deleted_ticket_has_its_clocks_cancelled():
    gone = CLOSED.__class__(id=9, name="Deleted", state="deleted")
    one = ticket("2026-11-23 10:00", closed("2026-11-23 12:00", gone))
    assert {(found.state.value, found.cause) for found in decided(one, ALL, "2026-11-26 10:00").clocks} == {
        ("cancelled", "deleted")
    }


def test_imported_as_closed_is_cancelled_and_a_reopening_starts_real_clocks():
    one = ticket("2026-11-02 10:00", first_status=CLOSED, closed_at=at("2026-11-02 10:00"), imported=True)
    made = decided(one, ALL, "2026-11-23 10:00")
    assert {(found.state.value, found.cause) for found in made.clocks} == {("cancelled", "imported")}
    assert made.state is ClockState.NONE
    again = ticket("2026-11-02 10:00", reopened("2026-11-23 10:00"), first_status=CLOSED, status=PENDING, imported=True)
    assert states(again, FIRST, "2026-11-23 11:00")[-1][:2] == (2, "paused")


def test_a_ticket_seen_before_its_creation_is_not_there_yet():
    made = decided(ticket("2026-11-23 10:00"), FIRST, "2026-11-23 09:00")
    assert (made.state, made.clocks, made.next_change_at) == (ClockState.NONE, (), at("2026-11-23 10:00"))


def test_imported_but_open_runs_and_created_closed_but_not_imported_is_judged():
    assert states(ticket("2026-11-23 10:00", imported=True), FIRST, "2026-11-23 11:00") == [(1, "running", None)]
    born_closed = ticket("2026-11-23 10:00", first_status=CLOSED, closed_at=at("2026-11-23 10:00"))
    by = simple(row("first_response", "8h"), row("resolution", "8h"))
    assert states(born_closed, by, "2026-11-23 11:00") == [(1, "cancelled", "closed_unanswered")]
    assert states(born_closed, by, "2026-11-23 11:00", "resolution") == [(1, "met", None)]


def test_seen_in_the_very_second_of_the_merge_the_clocks_are_cancelled():
    one = ticket("2026-11-23 10:00", happened(EventKind.MERGED, "2026-11-23 12:00"), merged_into=7)
    assert states(one, FIRST, "2026-11-23 11:59:59") == [(1, "running", None)]
    assert states(one, FIRST, "2026-11-23 12:00:00") == [(1, "cancelled", "merged")]
