"""An agreement that changes on a date."""

from datetime import date

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    HIGH,
    ROUND_THE_CLOCK,
    at,
    clocks_of,
    closed,
    decided,
    department,
    department_is,
    level,
    only_clock,
    policy,
    priority_is,
    reopened,
    response,
    revision,
    row,
    rule,
    ticket,
)


def dated():
    old = revision([level("standard", row("first_response", "8h"))])
    new = revision([level("standard", row("first_response", "4h"))], valid_from=date(2026, 11, 24))
    return policy(old, new)


def test_the_state_in_force_when_a_cycle_starts_governs_it():
    one = ticket(
        "2026-11-23 17:00",
        response("2026-11-24 11:00"),
        closed("2026-11-24 12:00"),
        reopened("2026-11-24 13:00"),
    )
    first, second = clocks_of(one, dated(), "2026-11-24 14:00")
    assert (first.target, first.due_at) == ("8h", at("2026-11-24 16:00"))
    assert (second.target, second.due_at) == ("4h", at("2026-11-24 17:00"))


def test_a_state_begins_at_midnight_of_its_levels_zone():
    before = only_clock(ticket("2026-11-23 23:59:59"), dated(), "2026-11-24 09:30")
    after = only_clock(ticket("2026-11-24 00:00:00"), dated(), "2026-11-24 09:30")
    assert (before.target, after.target) == ("8h", "4h")


def test_each_level_of_a_new_state_begins_in_its_own_zone():
    def state(amount, **dates):
        return revision(
            [
                level("world", row("first_response", amount), on=ROUND_THE_CLOCK),
                level("moscow", row("first_response", amount)),
            ],
            rules=[rule("world", priority_is(HIGH)), rule("moscow")],
            **dates,
        )

    by = policy(state("8h"), state("4h", valid_from=date(2026, 11, 24)))
    moment = at("2026-11-24 01:00")
    assert only_clock(ticket(moment), by, moment).target == "4h"
    assert only_clock(ticket(moment, first_priority=HIGH), by, moment).target == "8h"


def test_a_dated_exception_holds_through_its_last_day():
    rules = [
        rule("favour", level="high", valid_until=date(2026, 11, 23), approver="CEO", why="outage"),
        rule("standard"),
    ]
    by = policy(
        revision([level("high", row("first_response", "4h")), level("standard", row("first_response", "8h"))], rules)
    )
    assert decided(ticket("2026-11-23 23:59:59"), by, "2026-11-30 10:00").rule == "favour"
    assert decided(ticket("2026-11-24 00:00:00"), by, "2026-11-30 10:00").rule == "standard"


def test_a_level_change_of_an_older_state_and_a_fresh_reaction_of_the_newer_one():
    def state(amount, **dates):
        return revision(
            [
                level("development", row("first_response", amount), on_entry=OnEntry.NEW_CYCLE),
                level("standard", row("first_response", "8h")),
            ],
            rules=[rule("development", department_is(DEVELOPMENT)), rule("standard")],
            **dates,
        )

    by = policy(state("24wd"), state("10wd", valid_from=date(2026, 11, 24)))
    one = ticket("2026-11-23 17:00", department("2026-11-24 10:00", DEVELOPMENT))
    first, second = clocks_of(one, by, "2026-11-24 11:00")
    assert (first.target, first.state, first.cause) == ("8h", ClockState.CANCELLED, "level_changed")
    assert second.target == "10wd"


def test_a_metric_that_the_newer_state_drops_ends_with_its_cycle():
    old = revision([level("standard", row("resolution", "8h"))])
    new = revision([level("standard", row("first_response", "8h"))], valid_from=date(2026, 11, 24))
    one = ticket("2026-11-23 17:00", closed("2026-11-24 10:00"), reopened("2026-11-24 12:00"))
    made = decided(one, policy(old, new), "2026-11-24 13:00")
    assert [(found.metric, found.cycle, found.state.value) for found in made.clocks] == [
        ("first_response", 1, "running"),
        ("resolution", 1, "met"),
    ]


def test_before_the_agreement_began_there_is_no_rule():
    by = policy(revision([level("standard", row("first_response", "8h"))], valid_from=date(2026, 11, 24)))
    made = decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00")
    assert (made.level, made.clocks) == (None, ())


def test_after_a_state_without_a_follower_has_ended_there_is_no_rule():
    by = policy(revision([level("standard", row("first_response", "8h"))], valid_until=date(2026, 11, 22)))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00").level is None


def test_a_state_valid_to_the_end_of_time_never_ends():
    by = policy(revision([level("standard", row("first_response", "8h"))], valid_until=date.max))
    assert decided(ticket("2026-11-23 10:00"), by, "2026-11-25 10:00").level == "standard"


def test_a_ticket_of_a_later_state_that_lives_into_the_next_one_follows_both():
    def state(amount, **dates):
        return revision([level("standard", row("first_response", amount))], **dates)

    by = policy(state("8h"), state("6h", valid_from=date(2026, 11, 24)), state("4h", valid_from=date(2026, 11, 26)))
    one = ticket(
        "2026-11-25 10:00",
        response("2026-11-25 11:00"),
        closed("2026-11-25 12:00"),
        reopened("2026-11-26 10:00"),
    )
    assert [found.target for found in clocks_of(one, by, "2026-11-26 11:00")] == ["6h", "4h"]
