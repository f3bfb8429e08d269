"""Levels that time raises."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.policies.agreement.policy import OnEntry, Raise
from bridge.policies.calendar.amounts import Amount
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    HIGH,
    PENDING,
    at,
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
    promise,
    reopened,
    response,
    revision,
    row,
    rule,
    set_field,
    status,
    ticket,
)


def raised(one, *raises):
    return replace(one, raises=tuple(raises))


def up(to, share=50, metric="first_response", **point):
    where = point or {"share_basis_points": share * 100}
    return Raise(to=to, metric=metric, at=f"policies/test.yaml:{to}", **where)


BASIC = level("basic", row("first_response", "8h"), row("resolution", "30h"))
STANDARD = level("standard", row("first_response", "6h"), row("resolution", "20h"))
URGENT = level("urgent", row("first_response", "5h"), row("resolution", "10h"))


def ladder(*raises, standard=STANDARD, urgent=URGENT, extra=()):
    levels = [raised(BASIC, *(raises or (up("standard"),))), standard, urgent]
    rules = [
        rule("by-hand", field_is("sla_set_level", "urgent"), level="urgent"),
        rule("kept-low", field_is("sla_set_level", "basic"), level="basic"),
        rule("critical", field_is("sla_set_critical", True), level="urgent", needs_staff=True),
        rule("high", priority_is(HIGH), level="standard"),
        *extra,
        rule("rest", level="basic"),
    ]
    return policy(revision(levels, rules))


MONDAY = ticket("2026-11-23 10:00")


def stands(one, by, now):
    made = decided(one, by, now)
    return made.level, made.rule


def test_time_raises_the_level_at_the_point_and_the_clock_gets_the_new_target_from_its_old_start():
    by = ladder()
    assert stands(MONDAY, by, "2026-11-23 13:59:59") == ("basic", "rest")
    made = decided(MONDAY, by, "2026-11-23 14:00")
    assert (made.level, made.rule, made.rule_at) == ("standard", "raised:rest", "policies/test.yaml:standard")
    found = only_clock(MONDAY, by, "2026-11-23 14:00")
    assert (found.due_at, found.target, found.level) == (at("2026-11-23 16:00"), "6h", "standard")
    assert made.fields["sla_level"] == "standard"
    assert only_clock(MONDAY, by, "2026-11-23 14:00", "resolution").target == "20h"


def test_the_next_change_is_the_raise():
    by = ladder(up("standard", 40))
    assert decided(MONDAY, by, "2026-11-23 10:00").next_change_at == at("2026-11-23 13:12")
    assert decided(MONDAY, by, "2026-11-23 13:12").next_change_at == at("2026-11-23 14:30")


def test_the_level_goes_down_again_when_the_cycle_ends():
    one = ticket("2026-11-23 10:00", response("2026-11-23 15:00"))
    by = ladder()
    assert stands(one, by, "2026-11-23 14:59:59") == ("standard", "raised:rest")
    assert stands(one, by, "2026-11-23 15:00") == ("basic", "rest")
    assert only_clock(one, by, "2026-11-23 15:00").level == "standard"
    assert only_clock(one, by, "2026-11-23 15:00", "resolution").target == "30h"


def test_an_answer_in_the_very_second_of_the_point_comes_first():
    one = ticket("2026-11-23 10:00", response("2026-11-23 14:00"))
    found = only_clock(one, ladder(), "2026-11-24 10:00")
    assert (found.level, found.state.value) == ("basic", "met")


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ({"before": Amount.parse("1h")}, "2026-11-23 17:00"),
        ({"after": Amount.parse("2h")}, "2026-11-24 11:00"),
        ({"after": Amount.parse("1wd")}, "2026-11-24 18:00"),
        ({"share_basis_points": 15000}, "2026-11-24 13:00"),
        ({"share_basis_points": 10000}, "2026-11-23 18:00"),
    ],
)
def test_points_are_those_of_thresholds(point, expected):
    by = ladder(up("standard", **point))
    assert decided(MONDAY, by, at(expected) - 1).level == "basic"
    assert decided(MONDAY, by, expected).level == "standard"


def test_a_pause_moves_the_raise_and_none_comes_inside_it():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-24 12:00"))
    by = ladder()
    paused = decided(one, by, "2026-11-24 11:00")
    assert (paused.level, paused.next_change_at) == ("basic", None)
    assert decided(one, by, "2026-11-24 13:59:59").level == "basic"
    assert decided(one, by, "2026-11-24 14:00").level == "standard"


def test_raises_follow_one_another_and_a_breach_that_a_raise_alone_brings_is_one_at_its_instant():
    by = ladder(standard=raised(STANDARD, up("urgent", 90)))
    assert stands(MONDAY, by, "2026-11-23 15:23:59") == ("standard", "raised:rest")
    assert stands(MONDAY, by, "2026-11-23 15:24") == ("urgent", "raised:rest")
    found = only_clock(MONDAY, by, "2026-11-23 16:00")
    assert (found.breached_at, found.due_at, found.cause) == (
        at("2026-11-23 15:24"),
        at("2026-11-23 15:00"),
        "target_changed",
    )


def test_a_list_of_raises_goes_on_from_the_level_it_led_to():
    by = ladder(up("standard"), up("urgent", 100))
    assert stands(MONDAY, by, "2026-11-23 15:59:59") == ("standard", "raised:rest")
    assert stands(MONDAY, by, "2026-11-23 16:00") == ("urgent", "raised:rest")


def test_raises_of_one_second_end_at_the_highest():
    by = ladder(up("standard"), up("urgent"), standard=raised(STANDARD, up("urgent", 99)))
    assert decided(MONDAY, by, "2026-11-23 14:00").level == "urgent"


def test_a_person_beats_time_before_the_raise_and_after_it():
    before = ticket("2026-11-23 10:00", set_field("2026-11-23 11:00", "sla_set_level", "basic"))
    by = ladder()
    assert stands(before, by, "2026-11-23 15:00") == ("basic", "kept-low")
    after = ticket("2026-11-23 10:00", set_field("2026-11-23 15:00", "sla_set_level", "basic"))
    assert stands(after, by, "2026-11-23 14:30") == ("standard", "raised:rest")
    assert stands(after, by, "2026-11-23 15:00") == ("basic", "kept-low")


def test_a_choice_taken_back_gives_the_level_to_time_again():
    one = ticket(
        "2026-11-23 10:00",
        set_field("2026-11-23 11:00", "sla_set_level", "basic"),
        set_field("2026-11-23 15:00", "sla_set_level", "automatic", before="basic"),
    )
    by = ladder()
    assert stands(one, by, "2026-11-23 14:59:59") == ("basic", "kept-low")
    assert stands(one, by, "2026-11-23 15:00") == ("standard", "raised:rest")


def test_a_confirmation_by_staff_beats_time_too():
    one = ticket("2026-11-23 10:00", set_field("2026-11-23 15:00", "sla_set_critical", True))
    assert stands(one, ladder(), "2026-11-23 15:00") == ("urgent", "critical")


def test_another_rule_does_not_take_the_raised_level_away_unless_it_gives_more():
    lower = level("lower", row("first_response", "9h"))
    by = ladder(up("standard"))
    levels = [*by.revisions[0].levels.values(), lower]
    rules = (rule("moved", department_is(DEVELOPMENT), level="lower"), *by.revisions[0].rules)
    by = policy(revision(levels, rules))
    one = ticket("2026-11-23 10:00", department("2026-11-23 15:00", DEVELOPMENT))
    assert stands(one, by, "2026-11-23 15:00") == ("standard", "raised:rest")
    same = ticket("2026-11-23 10:00", priority("2026-11-23 15:00", HIGH))
    assert stands(same, by, "2026-11-23 15:00") == ("standard", "high")


def test_every_cycle_is_raised_by_itself():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 15:00"),
        closed("2026-11-23 15:30"),
        reopened("2026-11-25 10:00"),
    )
    by = ladder()
    assert decided(one, by, "2026-11-25 13:59:59").level == "basic"
    assert decided(one, by, "2026-11-25 14:00").level == "standard"
    assert [found.level for found in clocks_of(one, by, "2026-11-25 14:00")] == ["standard", "standard"]


def test_a_promise_moves_the_point_with_the_deadline():
    by = ladder(up("standard", metric="resolution"))
    one = ticket("2026-11-23 10:00", promise("2026-11-23 10:30", "2026-11-23T11:00:00Z"))
    assert decided(one, by, "2026-11-23 11:59:59").level == "basic"
    assert decided(one, by, "2026-11-23 12:00").level == "standard"


def test_a_raise_to_a_level_that_wants_a_fresh_reaction_begins_one_and_coming_down_begins_none():
    fresh = replace(STANDARD, on_entry=OnEntry.NEW_CYCLE)
    by = ladder(up("standard", metric="resolution", share=20), standard=fresh)
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 11:00"), response("2026-11-24 10:00"), closed("2026-11-24 11:00")
    )
    found = clocks_of(one, by, "2026-11-25 10:00")
    assert [(clock.started_at, clock.level, clock.state.value) for clock in found] == [
        (at("2026-11-23 10:00"), "basic", "met"),
        (at("2026-11-23 16:00"), "standard", "met"),
    ]
    low = replace(BASIC, on_entry=OnEntry.NEW_CYCLE, raises=(up("standard"),))
    by = policy(revision([low, STANDARD], [rule("rest", level="basic")]))
    assert len(clocks_of(ticket("2026-11-23 10:00", response("2026-11-23 15:00")), by, "2026-11-25 10:00")) == 1


def test_a_target_that_is_gone_for_a_while_does_not_end_the_raise():
    gone = level("standard", row("first_response", None, priority_is(HIGH)), row("first_response", "6h"))
    by = policy(revision([raised(BASIC, up("standard")), gone], [rule("rest", level="basic")]))
    one = ticket("2026-11-23 10:00", priority("2026-11-23 15:00", HIGH), priority("2026-11-23 15:30", HIGH, HIGH))
    assert stands(one, by, "2026-11-23 17:00") == ("standard", "raised:rest")


def test_a_cycle_is_raised_by_the_agreement_it_began_under():
    old = revision([raised(BASIC, up("standard")), STANDARD], [rule("rest", level="basic")])
    new = revision([BASIC, STANDARD], [rule("rest", level="basic")], valid_from=date(2026, 11, 24))
    by = policy(old, new)
    assert decided(ticket("2026-11-23 17:00"), by, "2026-11-24 13:00").level == "standard"
    assert decided(ticket("2026-11-24 09:00"), by, "2026-11-24 17:00").level == "basic"


def test_events_that_change_nothing_do_not_change_when_time_raises():
    quiet = ticket(
        "2026-11-23 10:00", set_field("2026-11-23 13:00", "other", 1), set_field("2026-11-23 16:30", "other", 2)
    )
    by = ladder()
    for now in ("2026-11-23 13:59:59", "2026-11-23 14:00", "2026-11-23 17:00"):
        assert only_clock(quiet, by, now) == only_clock(MONDAY, by, now)


def test_the_end_of_the_cycle_and_the_point_are_found_again_whenever_one_looks():
    one = ticket("2026-11-23 10:00", response("2026-11-23 15:00"), closed("2026-11-24 11:00"))
    by = ladder()
    whole = decided(one, by, "2026-12-24 10:00").clocks
    assert [(found.level, found.due_at) for found in whole] == [
        ("standard", at("2026-11-23 16:00")),
        ("basic", at("2026-11-26 13:00")),
    ]
