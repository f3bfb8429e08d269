"""What entering a level, or staying in one, does to a clock."""

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    EMERGENCY,
    HIGH,
    NORMAL,
    PENDING,
    at,
    clock,
    clocks_of,
    department,
    department_is,
    level,
    message,
    only_clock,
    policy,
    priority,
    priority_is,
    response,
    revision,
    row,
    rule,
    set_field,
    simple,
    status,
    ticket,
)

TWO_ROWS_ALIKE = simple(row("resolution", "8h", priority_is(HIGH)), row("resolution", "8h", priority_is(NORMAL)))
PAUSED_IN_THE_SECOND_OF_THE_DEADLINE = ticket(
    "2026-11-23 10:00", status("2026-11-23 18:00", PENDING), priority("2026-11-24 10:00", HIGH)
)


def levels(on_entry, *more, first="8h", then="8h"):
    """Tickets of the development department have a level of their own; others the standard one."""
    return policy(
        revision(
            [
                level("development", row("first_response", then), *more, on_entry=on_entry),
                level("standard", row("first_response", first), *more),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )


def states(one, by, now, metric="first_response"):
    return [(found.cycle, found.state.value) for found in clocks_of(one, by, now, metric)]


def test_another_row_with_an_equal_target_breaches_nothing_in_a_pause_that_began_at_the_deadline():
    found = only_clock(PAUSED_IN_THE_SECOND_OF_THE_DEADLINE, TWO_ROWS_ALIKE, "2026-11-24 11:00", "resolution")
    assert (found.state, found.breached_at) == (ClockState.PAUSED, None)


def test_the_same_row_looked_at_again_breaches_nothing_in_a_pause_that_began_at_the_deadline():
    by = simple(row("resolution", "4h", priority_is(EMERGENCY)), row("resolution", "8h"))
    found = only_clock(PAUSED_IN_THE_SECOND_OF_THE_DEADLINE, by, "2026-11-24 11:00", "resolution")
    assert (found.state, found.breached_at) == (ClockState.PAUSED, None)


def test_an_answered_ticket_owes_no_second_answer_to_a_level_that_keeps_what_has_elapsed():
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), department("2026-11-23 12:00", DEVELOPMENT))
    assert states(one, levels(OnEntry.KEEP_ELAPSED), "2026-11-23 13:00") == [(1, "met")]


def test_a_level_that_demands_a_new_answer_only_from_answered_tickets_leaves_an_open_cycle_alone():
    one = ticket("2026-11-23 10:00", department("2026-11-23 12:00", DEVELOPMENT))
    found = only_clock(one, levels(OnEntry.NEW_CYCLE_IF_ANSWERED), "2026-11-23 13:00")
    assert (found.cycle, found.started_at) == (1, at("2026-11-23 10:00"))


def test_no_next_response_runs_beside_an_answer_that_a_level_demands_anew():
    by = levels(OnEntry.NEW_CYCLE, row("next_response", "8h"))
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        department("2026-11-23 12:00", DEVELOPMENT),
        message("2026-11-23 12:30"),
    )
    assert states(one, by, "2026-11-23 13:00") == [(1, "met"), (2, "running")]
    assert states(one, by, "2026-11-23 13:00", "next_response") == []


def test_a_promise_outlives_the_move_to_a_level_with_an_equal_target():
    by = policy(
        revision(
            [level("development", row("resolution", "8h")), level("standard", row("resolution", "8h"))],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
            clocks=[clock("resolution")],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        set_field("2026-11-23 10:30", "sla_set_promise", "2026-12-01T10:00:00+03:00"),
        department("2026-11-23 12:00", DEVELOPMENT),
    )
    assert only_clock(one, by, "2026-11-23 13:00", "resolution").due_at == at("2026-12-01 10:00")


def test_another_rule_of_the_same_level_is_no_entry():
    by = policy(
        revision(
            [level("standard", row("first_response", "8h"), on_entry=OnEntry.NEW_CYCLE)],
            rules=[
                rule("high", priority_is(HIGH), level="standard"),
                rule("standard"),
            ],
        )
    )
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    assert states(one, by, "2026-11-23 13:00") == [(1, "running")]
