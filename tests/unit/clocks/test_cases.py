"""The worked cases of the clocks, 10 to 26, each by its number."""

from datetime import date

import pytest

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry
from bridge.tickets import Actor, EventKind, FinishedCycle
from tests.unit.clocks.desk import (
    DEVELOPMENT,
    EMERGENCY,
    HIGH,
    NORMAL,
    PENDING,
    M,
    at,
    calendar,
    clocks_of,
    closed,
    decided,
    department,
    department_is,
    field_is,
    happened,
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
    status,
    ticket,
)

RESPONSE_8H = simple(row("first_response", "8h"))
BOTH = simple(row("first_response", "8h"), row("resolution", "16h"))
PRIORITIES = simple(row("first_response", "4h", priority_is(HIGH)), row("first_response", "8h", priority_is(NORMAL)))
AGREEMENT = policy(
    revision(
        [
            level("urgent", row("first_response", "6h"), on_entry=OnEntry.NEW_CYCLE_IF_ANSWERED),
            level("development", row("first_response", "24wd"), on_entry=OnEntry.NEW_CYCLE),
            level("standard", row("first_response", "8h")),
        ],
        rules=[
            rule("development", department_is(DEVELOPMENT)),
            rule("urgent", field_is("sla_set_critical", value=True)),
            rule("standard"),
        ],
    )
)


def test_case_10_raised_on_a_day_off_and_answered_in_the_first_working_minute():
    clock = only_clock(ticket("2026-11-21 12:00", response("2026-11-23 09:00:40")), RESPONSE_8H, "2026-11-23 12:00")
    assert clock.state is ClockState.MET
    assert clock.elapsed_seconds == 40


def test_case_11_a_pause_over_night_gives_one_working_hour_back():
    one = ticket("2026-11-23 10:00", status("2026-11-23 17:00", PENDING), message("2026-11-24 09:00"))
    found = only_clock(one, BOTH, "2026-11-24 09:00", "resolution")
    assert only_clock(ticket("2026-11-23 10:00"), BOTH, "2026-11-24 09:00", "resolution").due_at == at(
        "2026-11-24 17:00"
    )
    assert found.due_at == at("2026-11-24 18:00")
    assert found.elapsed_seconds == 7 * 3600


def test_case_12_a_pause_wholly_at_night_moves_nothing():
    one = ticket("2026-11-23 10:00", status("2026-11-23 19:00", PENDING), message("2026-11-24 08:00"))
    assert only_clock(one, BOTH, "2026-11-24 09:00", "resolution").due_at == at("2026-11-24 17:00")


def test_case_13_a_reply_with_pending_in_one_second_fulfils_first_and_pauses_then():
    one = ticket("2026-11-23 10:00", response("2026-11-23 12:00"), status("2026-11-23 12:00", PENDING))
    first, resolution = decided(one, BOTH, "2026-11-26 12:00").clocks
    assert (first.state, first.stopped_at) == (ClockState.MET, at("2026-11-23 12:00"))
    assert (resolution.state, resolution.due_at, resolution.elapsed_seconds) == (ClockState.PAUSED, None, 7200)
    assert resolution.remaining_seconds == 14 * 3600


def test_case_14_a_higher_priority_after_three_hours_leaves_one():
    one = ticket("2026-11-23 09:00", priority("2026-11-23 12:00", HIGH))
    found = only_clock(one, PRIORITIES, "2026-11-23 12:00")
    assert (found.due_at, found.remaining_seconds, found.target) == (at("2026-11-23 13:00"), 3600, "4h")


def test_case_14_a_higher_priority_after_five_hours_breaches_once_at_the_change():
    one = ticket("2026-11-23 09:00", priority("2026-11-23 14:00", HIGH))
    found = only_clock(one, PRIORITIES, "2026-11-23 14:00")
    assert (found.due_at, found.breached_at) == (at("2026-11-23 13:00"), at("2026-11-23 14:00"))
    assert (found.state, found.cause, found.remaining_seconds) == (ClockState.OVERDUE, "target_changed", -3600)
    assert decided(one, PRIORITIES, "2026-11-23 14:00").next_change_at is None


def test_case_15_a_pause_before_the_level_change_still_counts():
    one = ticket(
        "2026-11-23 09:00",
        status("2026-11-23 10:00", PENDING),
        message("2026-11-23 12:00"),
        priority("2026-11-23 13:00", HIGH),
    )
    assert only_clock(one, PRIORITIES, "2026-11-23 13:00").due_at == at("2026-11-23 15:00")


ANSWERED_CLOSED_REOPENED = (
    response("2026-11-02 12:00"),
    closed("2026-11-02 13:00"),
    reopened("2026-11-23 10:00"),
    message("2026-11-23 10:00"),
)


def test_case_16_reopened_weeks_later_the_first_cycle_stays_met_and_the_second_has_its_own_deadline():
    first, second = clocks_of(ticket("2026-11-02 10:00", *ANSWERED_CLOSED_REOPENED), RESPONSE_8H, "2026-11-23 11:00")
    assert (first.cycle, first.state, first.due_at) == (1, ClockState.MET, at("2026-11-02 18:00"))
    assert (second.cycle, second.state, second.due_at) == (2, ClockState.RUNNING, at("2026-11-23 18:00"))


def test_case_17_reopened_with_a_deadline_of_the_past_raises_no_alarm_about_it():
    one = ticket("2026-11-02 10:00", closed("2026-11-02 11:00"), reopened("2026-11-23 10:00"))
    made = decided(one, BOTH, "2026-11-23 10:00")
    assert made.state is ClockState.RUNNING
    assert made.due_at == at("2026-11-23 18:00")
    assert all(found.breached_at is None for found in made.clocks)


def test_case_18_closed_after_the_deadline_is_missed_with_both_instants():
    one = ticket("2026-11-23 10:00", response("2026-11-23 12:00"), closed("2026-11-25 12:00"))
    found = only_clock(one, BOTH, "2026-11-30 12:00", "resolution")
    assert (found.state, found.due_at, found.breached_at, found.stopped_at) == (
        ClockState.MISSED,
        at("2026-11-24 17:00"),
        at("2026-11-24 17:00"),
        at("2026-11-25 12:00"),
    )
    assert found.elapsed_seconds == (8 + 9 + 3) * 3600
    assert found.remaining_seconds is None


def test_case_19_thanks_on_a_closed_ticket_starts_no_clock():
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 12:00"), closed("2026-11-23 13:00"), message("2026-11-23 14:00")
    )
    made = decided(one, simple(row("first_response", "8h"), row("next_response", "4h")), "2026-11-23 15:00")
    assert [found.state for found in made.clocks] == [ClockState.MET]
    assert made.next_change_at is None


def test_case_19_thanks_that_reopens_starts_a_new_cycle_and_the_old_verdict_stays():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 12:00"),
        closed("2026-11-23 13:00"),
        message("2026-11-24 14:00"),
        reopened("2026-11-24 14:00"),
    )
    made = decided(one, simple(row("first_response", "8h"), row("next_response", "4h")), "2026-11-24 15:00")
    assert [(found.metric, found.cycle, found.state) for found in made.clocks] == [
        ("first_response", 1, ClockState.MET),
        ("first_response", 2, ClockState.RUNNING),
    ]


def test_case_20_three_messages_in_a_row_count_from_the_oldest_unanswered():
    one = ticket(
        "2026-11-23 10:00",
        response("2026-11-23 11:00"),
        message("2026-11-23 12:00"),
        message("2026-11-23 13:00"),
        message("2026-11-23 14:00"),
    )
    by = simple(row("first_response", "8h"), row("next_response", "4h"))
    found = only_clock(one, by, "2026-11-23 15:00", "next_response")
    assert (found.started_at, found.due_at) == (at("2026-11-23 12:00"), at("2026-11-23 16:00"))


@pytest.mark.parametrize(
    "event",
    [
        happened(EventKind.NOTE, "2026-11-23 11:00"),
        happened(EventKind.RESPONSE, "2026-11-23 11:00", Actor.SYSTEM),
        happened(EventKind.NOTE, "2026-11-23 11:00", source="email"),
        happened(EventKind.MESSAGE, "2026-11-23 11:00", Actor.SYSTEM),
        status("2026-11-23 11:00", HIGH),
        happened(EventKind.ASSIGNED, "2026-11-23 11:00", after={"name": "Anna"}),
    ],
    ids=["note", "auto-reply", "note by e-mail", "service agent", "status only", "assignment"],
)
def test_case_21_what_is_not_a_public_message_of_a_human_agent_is_no_first_response(event):
    found = only_clock(ticket("2026-11-23 10:00", event), RESPONSE_8H, "2026-11-23 12:00")
    assert (found.state, found.stopped_at) == (ClockState.RUNNING, None)


def test_case_21a_answered_then_transferred_to_development_runs_a_second_cycle_from_the_transfer():
    one = ticket("2026-11-23 10:00", response("2026-11-23 12:00"), department("2026-11-24 15:00", DEVELOPMENT))
    first, second = clocks_of(one, AGREEMENT, "2026-11-24 16:00")
    assert (first.state, first.level, first.target) == (ClockState.MET, "standard", "8h")
    assert (second.cycle, second.state, second.target) == (2, ClockState.RUNNING, "24wd")
    assert second.started_at == at("2026-11-24 15:00")
    assert second.due_at == at("2026-12-28 18:00")


def test_case_21a_unanswered_the_first_cycle_gives_way_to_the_fresh_reaction():
    first, second = clocks_of(
        ticket("2026-11-23 10:00", department("2026-11-23 15:00", DEVELOPMENT)), AGREEMENT, "2026-11-24 16:00"
    )
    assert (first.state, first.cause, first.stopped_at) == (
        ClockState.CANCELLED,
        "level_changed",
        at("2026-11-23 15:00"),
    )
    assert (second.started_at, second.state) == (at("2026-11-23 15:00"), ClockState.RUNNING)


def test_case_21b_confirmed_critical_before_the_answer_keeps_the_elapsed_time():
    one = ticket("2026-11-23 09:00", set_field("2026-11-23 11:00", "sla_set_critical", value=True))
    found = only_clock(one, AGREEMENT, "2026-11-23 11:00")
    assert (found.level, found.due_at, found.remaining_seconds) == ("urgent", at("2026-11-23 15:00"), 4 * 3600)


def test_case_21b_confirmed_critical_after_the_answer_starts_a_new_cycle():
    one = ticket(
        "2026-11-23 09:00", response("2026-11-23 10:00"), set_field("2026-11-23 11:00", "sla_set_critical", value=True)
    )
    first, second = clocks_of(one, AGREEMENT, "2026-11-23 11:00")
    assert (first.state, first.target) == (ClockState.MET, "8h")
    assert (second.started_at, second.due_at, second.target) == (at("2026-11-23 11:00"), at("2026-11-23 17:00"), "6h")


def _with_day_off(*days: str):
    return calendar(rules=[{"off": list(days)}])


def test_case_22_a_holiday_added_moves_running_clocks_and_leaves_kept_ones():
    later = simple(
        row("first_response", "8h", on=_with_day_off("2026-11-24")),
        row("resolution", "16h", on=_with_day_off("2026-11-24")),
    )
    kept = FinishedCycle(
        metric="first_response",
        cycle=1,
        state="met",
        started_at=at("2026-11-23 17:00"),
        due_at=at("2026-11-24 16:00"),
        stopped_at=at("2026-11-24 15:00"),
        elapsed_seconds=7 * 3600,
        level="standard",
        calendar="d",
        target="8h",
    )
    events = [response("2026-11-24 15:00")]
    before = decided(ticket("2026-11-23 17:00", *events), BOTH, "2026-11-24 16:00")
    after = decided(ticket("2026-11-23 17:00", *events, cycles=[kept]), later, "2026-11-24 16:00")
    assert before.clocks[0].due_at == after.clocks[0].due_at == at("2026-11-24 16:00")
    assert after.clocks[0].elapsed_seconds == 7 * 3600
    assert before.clocks[1].due_at == at("2026-11-25 15:00")
    assert after.clocks[1].due_at == at("2026-11-26 15:00")


def test_case_23_a_promised_date_stays_where_it_is_in_a_pause():
    promised = "2026-11-27T12:00:00Z"
    one = ticket(
        "2026-11-23 10:00",
        set_field("2026-11-23 11:00", "sla_set_promise", promised),
        status("2026-11-24 10:00", PENDING),
    )
    in_pause = only_clock(one, BOTH, "2026-11-25 10:00", "resolution")
    assert (in_pause.state, in_pause.due_at) == (ClockState.PAUSED, at("2026-11-27 15:00"))
    resumed = ticket(one.created_at, *one.events[2:], message("2026-11-26 10:00"))
    assert only_clock(resumed, BOTH, "2026-11-26 11:00", "resolution").due_at == at("2026-11-27 15:00")


def test_case_24_a_renamed_status_still_pairs_up_by_its_id():
    renamed = {"id": PENDING.id, "name": "Awaiting reply", "state": "open"}
    one = ticket(
        "2026-11-23 10:00",
        happened(EventKind.STATUS, "2026-11-23 12:00", before={"id": 1, "name": "Open once"}, after=renamed),
        happened(
            EventKind.STATUS,
            "2026-11-23 14:00",
            before={"id": PENDING.id, "name": "Pending"},
            after={"id": 1, "name": "New", "state": "open"},
        ),
    )
    assert only_clock(one, BOTH, "2026-11-23 15:00", "resolution").due_at == at("2026-11-25 10:00")
    assert decided(one, BOTH, "2026-11-23 15:00").warnings == ()


def test_case_25_a_deadline_beyond_the_published_year_is_provisional():
    year_end = int(M.valid_through.year)
    by = simple(row("first_response", "8h", on=M), row("resolution", "24wd", on=M))
    first, resolution = decided(ticket(f"{year_end}-12-20 10:00"), by, f"{year_end}-12-20 11:00").clocks
    assert not first.provisional
    assert resolution.provisional
    assert resolution.due_at > at(date(year_end + 1, 1, 1).isoformat() + " 00:00")


def test_case_26_no_target_for_this_priority_is_a_visible_state():
    made = decided(ticket("2026-11-23 10:00", first_priority=EMERGENCY), PRIORITIES, "2026-11-23 11:00")
    assert made.state is ClockState.NONE
    assert made.clocks == ()
    assert made.level == "standard"
    assert made.reason == "Standard: no target for First response at priority “Emergency”"
    assert made.fields["sla_state"] == "none"
    assert made.fields["sla_due"] is None
