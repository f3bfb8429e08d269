"""What figures ask of a finished cycle: whose answer ended it, in which opening, and where its time went."""

from dataclasses import replace

from bridge.tickets import Actor, EventKind, Reference
from tests.unit.clocks.desk import (
    BOTH,
    DEVELOPMENT,
    FIRST,
    PENDING,
    SUPPORT,
    D,
    as_kept,
    assigned,
    closed,
    decided,
    department,
    happened,
    message,
    reopened,
    response,
    row,
    simple,
    status,
    ticket,
)

ANNA = Reference(id=5, name="Anna")
BORIS = Reference(id=6, name="Boris")
START, NOW = "2026-11-23 10:00", "2026-11-30 10:00"


def kept(*events, by=FIRST, now=NOW, **values):
    by = replace(by, calendars={"d": D})
    return as_kept(decided(ticket(START, *events, **values), by, now))


def agent(*events, by=FIRST, metric="first_response", **values):
    (one,) = (cycle for cycle in kept(*events, by=by, **values) if cycle["metric"] == metric)
    return one["agent"]


def test_who_wrote_the_answer_that_ended_it_is_its_agent_whoever_had_the_ticket():
    assert agent(assigned(START, ANNA), response("2026-11-23 12:00", BORIS)) == {"id": 6, "name": "Boris"}


def test_of_several_answers_in_the_second_of_the_end_the_first_ended_it():
    both = (response("2026-11-23 12:00", BORIS), response("2026-11-23 12:00", ANNA))
    assert agent(*both) == {"id": 6, "name": "Boris"}


def test_where_the_author_is_not_known_it_is_who_had_the_ticket():
    assert agent(assigned(START, ANNA), response("2026-11-23 12:00")) == {"id": 5, "name": "Anna"}


def test_an_answer_sent_with_a_closed_status_ended_what_the_closing_ends():
    when = "2026-11-23 12:00"
    had = assigned(START, ANNA)
    answered = (had, response("2026-11-23 11:00", ANNA), response(when, BORIS), closed(when))
    assert agent(*answered, by=BOTH, metric="resolution") == {"id": 6, "name": "Boris"}
    silently = (had, response("2026-11-23 11:00", BORIS), closed(when))
    assert agent(*silently, by=BOTH, metric="resolution") == {"id": 5, "name": "Anna"}


def test_an_answer_in_the_second_of_a_transfer_ended_no_ownership():
    when = "2026-11-23 12:00"
    events = (assigned(START, ANNA), response(when, BORIS), department(when, DEVELOPMENT))
    assert agent(*events, by=simple(row("ownership", "8h")), metric="ownership") == {"id": 5, "name": "Anna"}


def test_no_answer_ended_what_was_cancelled():
    when = "2026-11-23 12:00"
    note = replace(happened(EventKind.NOTE, when), by=BORIS)
    assert agent(assigned(START, ANNA), note, closed(when)) == {"id": 5, "name": "Anna"}


def test_what_the_bridge_answers_itself_is_nobodys_answer():
    when = "2026-11-23 12:00"
    own = replace(happened(EventKind.RESPONSE, when, Actor.SYSTEM), by=None)
    assert agent(own, response(when, BORIS)) == {"id": 6, "name": "Boris"}


def openings(*events, metric="first_response", **more):
    return [one["opening"] for one in kept(*events, **more) if one["metric"] == metric]


def test_each_reopening_is_another_opening():
    rounds = []
    for day in (23, 24, 25):
        rounds += [response(f"2026-11-{day} 11:00"), closed(f"2026-11-{day} 12:00"), reopened(f"2026-11-{day} 13:00")]
    assert openings(*rounds, response("2026-11-25 14:00")) == [1, 2, 3, 4]


def test_what_begins_and_ends_in_the_second_of_a_reopening_is_the_new_opening_s():
    again = "2026-11-23 13:00"
    events = (response("2026-11-23 11:00"), closed("2026-11-23 12:00"), reopened(again), response(again))
    assert openings(*events) == [1, 2]


def test_what_goes_on_after_a_reopening_is_the_later_opening_s():
    events = (
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        reopened("2026-11-24 10:00"),
        closed("2026-11-24 12:00"),
    )
    found = openings(*events, by=BOTH, metric="resolution")
    assert found == [1, 2]


def test_a_closed_ticket_that_gets_an_open_status_is_reopened_whatever_it_is_called():
    events = (
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        status("2026-11-23 13:00", PENDING),
        response("2026-11-24 11:00"),
    )
    assert openings(*events) == [1, 2]


def spent(*events, metric="first_response", **more):
    (one, *_) = (cycle for cycle in kept(*events, **more) if cycle["metric"] == metric)
    return [(each["status"]["name"], each["department"]["name"], each["seconds"]) for each in one["spent"]]


def test_time_is_told_by_status_and_department_with_its_pauses_and_most_first():
    events = (
        department("2026-11-23 11:00", DEVELOPMENT),
        status("2026-11-23 11:30", PENDING),
        message("2026-11-24 10:00"),
        response("2026-11-24 12:00"),
    )
    assert spent(*events) == [
        ("Waiting for the customer", "Development", int(6.5 * 3600) + 3 * 3600),
        ("New", "Support", 3600),
        ("New", "Development", 1800),
    ]


def test_time_comes_together_where_a_ticket_comes_back():
    events = (
        department("2026-11-23 11:00", DEVELOPMENT),
        department("2026-11-23 13:00", SUPPORT, DEVELOPMENT),
        response("2026-11-23 14:30"),
    )
    assert spent(*events) == [("New", "Support", 2 * 3600 + 1800), ("New", "Development", 2 * 3600)]


def test_of_the_second_of_the_start_counts_what_stands_after_it_and_of_the_stop_nothing():
    moves = (department(START, DEVELOPMENT), department("2026-11-23 12:00", SUPPORT, DEVELOPMENT))
    assert spent(*moves, response("2026-11-23 12:00")) == [("New", "Development", 2 * 3600)]


def test_time_of_which_nothing_is_worked_is_not_told():
    assert spent(response(START)) == []
    night = (department("2026-11-23 18:00", DEVELOPMENT), department("2026-11-24 09:00", SUPPORT, DEVELOPMENT))
    assert spent(*night, response("2026-11-24 10:00")) == [("New", "Support", 9 * 3600)]


def test_of_equal_times_the_earlier_comes_first():
    events = (department("2026-11-23 11:00", DEVELOPMENT), response("2026-11-23 12:00"))
    assert spent(*events) == [("New", "Support", 3600), ("New", "Development", 3600)]


def test_a_calendar_that_the_policy_does_not_name_leaves_it_unsaid():
    (one,) = as_kept(decided(ticket(START, response("2026-11-23 12:00")), FIRST, NOW))
    assert one["spent"] is None
