"""Why a clock was missed: one cause, found when it ends, and told of one that is overdue."""

from dataclasses import replace

import pytest

from bridge.customers import NO_REGISTRY
from bridge.policies.agreement.policy import OnEntry
from bridge.policies.outcome.breach_cause import BreachCause
from bridge.policies.telling.detail import detail
from bridge.tickets import EventKind, FinishedCycle, Reference
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    FIRST,
    HIGH,
    SUPPORT,
    as_kept,
    assigned,
    at,
    closed,
    decided,
    department,
    happened,
    known,
    level,
    message,
    policy,
    priority,
    priority_is,
    promise,
    response,
    revision,
    row,
    rule,
    simple,
    ticket,
)

ANNA = Reference(id=5, name="Anna")
BORIS = Reference(id=6, name="Boris")
START, DUE, LATE, NOW = "2026-11-23 10:00", "2026-11-23 18:00", "2026-11-24 12:00", "2026-11-25 10:00"
AFTER_DUE = "2026-11-23 18:00:01"


def cause(*events, by=FIRST, mail=None, now=NOW, registry=NO_REGISTRY, **values):
    """The cause that is kept with the first cycle of a ticket with these events."""
    one = ticket(START, *events, **values)
    one = replace(one, bridge=replace(one.bridge, mail=mail))
    first, *_ = as_kept(decided(one, by, now, registry=registry))
    return first["breach_cause"]


def released(when):
    return happened(EventKind.ASSIGNED, when)


def test_what_somebody_had_and_did_not_do_in_time_was_in_work():
    assert cause(assigned(START, ANNA), response(LATE, ANNA)) == "in_work"


def test_what_was_in_time_or_ended_otherwise_has_no_cause():
    assert cause(response(DUE)) is None
    assert cause(closed("2026-11-23 12:00")) is None


@pytest.mark.parametrize("when", [START, "2026-11-23 10:00:01", "2026-11-23 17:59:59", DUE])
def test_who_had_it_for_one_second_up_to_the_deadline_had_it(when):
    assert cause(assigned(when, ANNA), response(LATE, ANNA)) == "in_work"


def test_who_got_it_a_second_after_the_deadline_is_no_excuse():
    assert cause(assigned(AFTER_DUE, ANNA), response(LATE, ANNA)) == "unassigned"


def test_who_gave_it_back_in_the_second_of_the_start_did_not_have_it():
    events = (replace(assigned(START, ANNA), at=at(START)), released(START), response(LATE, ANNA))
    assert cause(*events, assignee=None) == "unassigned"


def test_who_took_it_by_a_late_answer_did_not_have_it_before():
    assert cause(response(LATE, ANNA), assignee=ANNA) == "unassigned"


def test_who_took_it_by_an_answer_in_time_had_it():
    by = simple(row("resolution", "8h"))
    assert cause(response("2026-11-23 17:00", ANNA), closed(LATE), by=by, assignee=ANNA) == "in_work"
    assert cause(response(DUE, ANNA), closed(LATE), by=by, assignee=ANNA) == "in_work"
    assert cause(response(AFTER_DUE, ANNA), closed(LATE), by=by, assignee=ANNA) == "unassigned"


def test_who_took_it_by_an_answer_after_another_gave_it_back_did_not_have_it_in_between():
    given_back = (assigned("2026-11-23 09:40", BORIS), released("2026-11-23 09:50"))
    answers = (response("2026-11-23 09:45", ANNA), response(LATE, ANNA))
    by = simple(row("next_response", "8h"))

    def of(back):
        one = ticket("2026-11-23 09:30", given_back[0], answers[0], back, message(START), answers[1], assignee=ANNA)
        return as_kept(decided(one, by, NOW))[-1]["breach_cause"]

    assert of(given_back[1]) == "unassigned"
    assert of(released("2026-11-23 10:00:01")) == "in_work", "Boris had it in the first second"


def test_without_authors_of_answers_who_has_it_is_taken_to_have_had_it():
    assert cause(response(LATE), assignee=ANNA) == "in_work"


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (START, "unassigned"),
        ("2026-11-23 10:00:01", "transferred"),
        (DUE, "transferred"),
        (AFTER_DUE, "unassigned"),
    ],
)
def test_a_transfer_counts_from_the_second_after_the_start_to_that_of_the_deadline(when, found):
    assert cause(department(when, DEVELOPMENT), response(LATE)) == found


def test_a_ticket_that_came_back_was_transferred_all_the_same():
    there, back = "2026-11-23 11:00", "2026-11-23 12:00"
    events = (department(there, DEVELOPMENT), department(back, SUPPORT, DEVELOPMENT), assigned(there, ANNA))
    assert cause(*events, response(LATE)) == "transferred"


def test_a_transfer_to_where_it_is_already_is_none():
    assert cause(department("2026-11-23 11:00", SUPPORT), assigned(START, ANNA), response(LATE)) == "in_work"


RAISED = policy(
    revision(
        [
            level("urgent", row("first_response", "1h"), on_entry=OnEntry.KEEP_ELAPSED),
            level("standard", row("first_response", "8h")),
        ],
        [rule("urgent", priority_is(HIGH)), rule("standard")],
    )
)


def test_a_level_whose_deadline_lay_in_the_past_when_it_came_is_the_cause():
    events = (department("2026-11-23 10:30", DEVELOPMENT), priority("2026-11-23 11:00:01", HIGH), response(LATE))
    assert cause(*events, by=RAISED) == "level_raised"


def test_a_level_that_leaves_its_own_last_second_is_no_cause():
    assert cause(priority("2026-11-23 11:00", HIGH), response(LATE), by=RAISED) == "unassigned"


SOLVED = simple(row("resolution", "8h"))


@pytest.mark.parametrize("given", [START, "2026-11-23 12:00"])
def test_a_date_promised_for_the_past_is_the_cause_at_the_start_too(given):
    had = assigned(START, ANNA)
    assert cause(had, promise(given, "2026-11-20T07:00:00Z"), closed(LATE), by=SOLVED) == "level_raised"


def test_a_date_promised_for_the_second_in_which_it_is_given_lies_not_in_the_past():
    given = promise("2026-11-23 12:00", "2026-11-23 12:00")
    assert cause(assigned(START, ANNA), given, closed(LATE), by=SOLVED) == "in_work"


def test_mail_that_failed_comes_before_an_absent_curator_and_after_what_the_desk_did():
    away = known(absent_curator="Olga")
    had = (assigned(START, ANNA), response(LATE, ANNA))
    assert cause(*had, mail="failed", registry=away) == "mail_failed"
    assert cause(*had, mail="ok", registry=away) == "curator_absent"
    assert cause(*had, mail="ok", registry=known(absent_curator="Olga", curator="Petr")) == "in_work"
    assert cause(response(LATE), mail="failed", registry=away) == "unassigned"
    assert cause(department(DUE, DEVELOPMENT), response(LATE), mail="failed", registry=away) == "transferred"


def test_an_overdue_clock_is_told_what_would_be_kept_and_others_have_no_such_member():
    def told(now, *events):
        return [
            one.get("breach_cause", "absent") for one in detail(decided(ticket(START, *events), FIRST, now))["clocks"]
        ]

    assert told(DUE) == ["absent"]
    assert told(AFTER_DUE) == ["unassigned"]
    assert told(NOW, assigned(START, ANNA)) == ["in_work"]
    assert told(NOW, response(DUE)) == ["absent"]
    assert told(NOW, response(LATE, ANNA)) == ["unassigned"]


def kept(**members):
    return FinishedCycle(
        metric="first_response", cycle=1, state="missed", started_at=at(START), due_at=at(DUE), stopped_at=at(LATE),
        breached_at=at(DUE), target="8h", level="standard", calendar="d", **members,
    )  # fmt: skip


@pytest.mark.parametrize("was", [None, "mail_failed"])
def test_a_kept_cycle_is_told_as_it_was_judged_then(was):
    one = ticket(START, response(LATE), cycles=[kept(breach_cause=was)])
    (clock,) = detail(decided(one, FIRST, NOW))["clocks"]
    assert clock["breach_cause"] == was


def test_the_causes_are_a_closed_list_in_the_order_in_which_they_are_looked_for():
    assert [one.value for one in BreachCause] == [
        "level_raised",
        "transferred",
        "unassigned",
        "mail_failed",
        "curator_absent",
        "in_work",
    ]
