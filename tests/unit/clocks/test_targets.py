"""Levels and targets: what is due, and what becomes of it when the level changes."""

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry
from bridge.tickets import Actor
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    EMERGENCY,
    HIGH,
    NORMAL,
    When,
    at,
    clock,
    clocks_of,
    closed,
    decided,
    department,
    department_is,
    field_is,
    level,
    message,
    only_clock,
    policy,
    priority,
    priority_is,
    reopened,
    response,
    revision,
    row,
    rule,
    set_field,
    simple,
    states,
    ticket,
)


def leveled(on_entry: OnEntry):
    return policy(
        revision(
            [
                level("high", row("first_response", "4h"), on_entry=on_entry),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )


def test_keep_target_leaves_a_running_cycle_with_its_old_target():
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    found = only_clock(one, leveled(OnEntry.KEEP_TARGET), "2026-11-23 13:00")
    assert (found.target, found.level) == ("8h", "standard")
    assert decided(one, leveled(OnEntry.KEEP_TARGET), "2026-11-23 13:00").level == "high"


def test_a_breach_never_unhappens_when_a_later_level_is_more_generous():
    one = ticket("2026-11-23 09:00", priority("2026-11-23 14:00", NORMAL, HIGH), first_priority=HIGH)
    found = only_clock(one, leveled(OnEntry.KEEP_ELAPSED), "2026-11-23 15:00")
    assert (found.state, found.target, found.due_at) == (ClockState.OVERDUE, "4h", at("2026-11-23 13:00"))
    assert found.cause is None


def test_a_reply_and_a_transfer_in_one_second_fulfil_the_old_level_first():
    by = policy(
        revision(
            [
                level("development", row("first_response", "24wd"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )
    one = ticket("2026-11-23 10:00", department("2026-11-23 12:00", DEVELOPMENT), response("2026-11-23 12:00"))
    assert states(one, by, "2026-11-23 13:00") == [(1, "met", None), (2, "running", None)]


def test_where_no_target_is_left_the_clock_is_cancelled_and_comes_back_with_its_elapsed_time():
    by = simple(row("first_response", "8h", priority_is(NORMAL)))
    gone = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", EMERGENCY))
    back = ticket("2026-11-23 10:00", *gone.events[2:], priority("2026-11-23 14:00", NORMAL, EMERGENCY))
    assert states(gone, by, "2026-11-23 13:00") == [(1, "cancelled", "no_target")]
    assert decided(gone, by, "2026-11-23 13:00").warnings != ()
    _, second = clocks_of(back, by, "2026-11-23 15:00")
    assert (second.cycle, second.started_at, second.due_at) == (2, at("2026-11-23 10:00"), at("2026-11-23 18:00"))


def test_applies_hides_a_clock_until_it_holds_and_then_counts_from_the_start():
    by = simple(row("resolution", "8h"), clocks=[clock("resolution", applies=priority_is(HIGH))])
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH), priority("2026-11-23 14:00", NORMAL, HIGH))
    assert clocks_of(one, by, "2026-11-23 11:00", "resolution") == []
    assert only_clock(one, by, "2026-11-23 12:00", "resolution").due_at == at("2026-11-23 18:00")
    assert states(one, by, "2026-11-23 15:00", "resolution") == [(1, "cancelled", "not_applicable")]


def test_no_rule_gives_no_level_and_the_state_none():
    by = policy(revision([level("high", row("first_response", "4h"))], rules=[rule("high", priority_is(HIGH))]))
    made = decided(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00")
    assert (made.level, made.rule, made.state, made.clocks) == (None, None, ClockState.NONE, ())
    assert made.reason == "No rule of the agreement applies"


def test_agents_inputs_count_only_when_the_last_event_that_set_them_was_an_agents():
    by = policy(
        revision(
            [level("urgent", row("first_response", "6h")), level("standard", row("first_response", "8h"))],
            rules=[rule("urgent", field_is("sla_set_critical", value=True)), rule("standard")],
        )
    )
    agent = set_field("2026-11-23 11:00", "sla_set_critical", value=True)
    customer = set_field("2026-11-23 12:00", "sla_set_critical", value=True, actor=Actor.CUSTOMER)
    smuggled = ticket("2026-11-23 10:00", fields={"sla_set_critical": True})
    assert decided(smuggled, by, "2026-11-23 13:00").level == "standard"
    assert decided(ticket("2026-11-23 10:00", agent), by, "2026-11-23 13:00").level == "urgent"
    assert decided(ticket("2026-11-23 10:00", customer), by, "2026-11-23 13:00").level == "standard"
    assert decided(ticket("2026-11-23 10:00", agent, customer), by, "2026-11-23 13:00").level == "standard"
    assert decided(ticket("2026-11-23 10:00", agent), by, "2026-11-23 10:30").level == "standard"


def test_a_condition_that_does_not_tell_what_it_reads_is_tested_at_every_step():
    class Silent:
        def test(self, facts):
            return facts.messages >= 2

    by = policy(
        revision(
            [level("talkative", row("first_response", "4h")), level("standard", row("first_response", "8h"))],
            rules=[rule("talkative", Silent()), rule("standard")],
        )
    )
    assert decided(ticket("2026-11-23 10:00", message("2026-11-23 11:00")), by, "2026-11-23 12:00").level == "talkative"


def test_counts_that_conditions_read_follow_the_history():
    seen = {}

    def remember(facts):
        seen[facts.at] = (facts.messages, facts.responses, facts.answered, facts.reopened_count, facts.closed)
        return True

    by = policy(
        revision([level("standard", row("first_response", "8h"))], rules=[rule("standard", When(remember, "at"))])
    )
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        closed("2026-11-23 12:00"),
        message("2026-11-23 13:00"),
        reopened("2026-11-23 14:00"),
    )
    decided(one, by, "2026-11-23 15:00")
    assert list(seen.values()) == [
        (1, 0, False, 0, False),
        (1, 1, True, 0, False),
        (1, 1, True, 0, True),
        (2, 1, True, 0, True),
        (2, 1, False, 1, False),
    ]


def test_moved_to_where_no_rule_holds_the_clock_is_cancelled_and_no_level_is_left():
    by = policy(
        revision([level("standard", row("first_response", "8h"))], rules=[rule("standard", priority_is(NORMAL))])
    )
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    assert states(one, by, "2026-11-23 13:00") == [(1, "cancelled", "no_target")]
    assert decided(one, by, "2026-11-23 13:00").level is None


def test_a_clock_breached_before_it_lost_its_target_stays_overdue():
    by = simple(row("first_response", "1h", priority_is(NORMAL)))
    one = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    assert states(one, by, "2026-11-23 13:00") == [(1, "overdue", None)]


def test_a_metric_that_never_had_a_target_is_not_shown_whatever_moves():
    by = simple(row("first_response", "8h", priority_is(NORMAL)), clocks=[clock("first_response")])
    one = ticket(
        "2026-11-23 10:00",
        priority("2026-11-23 12:00", EMERGENCY, HIGH),
        closed("2026-11-23 13:00"),
        first_priority=HIGH,
    )
    assert clocks_of(one, by, "2026-11-23 14:00") == []


def test_the_same_target_at_another_level_only_changes_the_level_shown():
    by = policy(
        revision(
            [level("high", row("resolution", "8h")), level("standard", row("resolution", "8h"))],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )
    moved = ticket("2026-11-23 10:00", priority("2026-11-23 12:00", HIGH))
    found = only_clock(moved, by, "2026-11-23 13:00", "resolution")
    assert (found.cycle, found.level, found.due_at) == (1, "high", at("2026-11-23 18:00"))
    keeping = policy(
        revision(
            [
                level("high", row("resolution", "8h"), on_entry=OnEntry.KEEP_TARGET),
                level("standard", row("resolution", "8h")),
            ],
            rules=[rule("high", priority_is(HIGH)), rule("standard")],
        )
    )
    assert only_clock(moved, keeping, "2026-11-23 13:00", "resolution").level == "standard"


def test_a_change_in_the_very_second_of_the_new_deadline_is_no_breach_yet():
    one = ticket("2026-11-23 10:00", priority("2026-11-23 14:00", HIGH))
    by = leveled(OnEntry.KEEP_ELAPSED)
    assert only_clock(one, by, "2026-11-23 14:00").breached_at is None
    found = only_clock(one, by, "2026-11-23 14:00:01")
    assert (found.state, found.breached_at, found.cause) == (ClockState.OVERDUE, at("2026-11-23 14:00"), None)


def test_the_fresh_reaction_of_development_ends_with_its_answer_and_does_not_begin_again():
    by = policy(
        revision(
            [
                level("development", row("first_response", "24wd"), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
        )
    )
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        department("2026-11-23 12:00", DEVELOPMENT),
        response("2026-11-24 11:00"),
        message("2026-11-24 12:00"),
        response("2026-11-24 13:00"),
    )
    assert states(one, by, "2026-11-25 10:00") == [(1, "met", None), (2, "met", None)]


def test_a_rule_that_looks_at_the_answer_is_asked_again_when_it_comes_and_after_a_reopening():
    answered = When(lambda facts: facts.answered, "answered")
    by = policy(
        revision(
            [level("answered", row("resolution", "8h")), level("waiting", row("resolution", "4h"))],
            rules=[rule("answered", answered), rule("waiting")],
        )
    )
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 12:00"), reopened("2026-11-23 13:00")
    )
    levels = [decided(one, by, now).level for now in ("2026-11-23 10:30", "2026-11-23 11:00", "2026-11-23 14:00")]
    assert levels == ["waiting", "answered", "waiting"]
