"""When a clock turns at risk, and how much time it has in all, as a detail tells both."""

from dataclasses import replace

import pytest

from bridge.policies.agreement.policy import Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.policies.outcome.record import cycles_after
from bridge.policies.telling.detail import detail
from bridge.policies.telling.publication import publication_of
from bridge.tickets import BridgeRecord
from tests.unit.clocks.desk import (
    AT_75,
    BOTH,
    FIRST,
    PENDING,
    D,
    decided,
    message,
    promise,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)

OPEN = ticket("2026-11-23 10:00")
HOUR_BEFORE = Threshold(id="hour", before=Amount.parse("1h"), at_risk=True)
QUIET = Threshold(id="quiet", share_basis_points=1000)


def clock(one, by, now):
    return detail(decided(one, by, now))["clocks"][0]


def measured(amount, *thresholds):
    return simple(row("first_response", target(amount, D, *thresholds)))


@pytest.mark.parametrize(
    ("thresholds", "risk"),
    [
        ((AT_75,), "2026-11-23T13:00:00Z"),
        ((HOUR_BEFORE,), "2026-11-23T14:00:00Z"),
        ((HOUR_BEFORE, AT_75), "2026-11-23T13:00:00Z"),
        ((QUIET,), None),
        ((), None),
    ],
)
def test_it_is_the_first_of_the_points_that_turn_a_clock_at_risk(thresholds, risk):
    assert clock(OPEN, measured("8h", *thresholds), "2026-11-23 11:00")["risk_at"] == risk


@pytest.mark.parametrize(
    ("now", "state", "risk"),
    [
        ("2026-11-23 15:59:59", "running", "2026-11-23T13:00:00Z"),
        ("2026-11-23 16:00", "at_risk", "2026-11-23T13:00:00Z"),
        ("2026-11-23 18:00", "at_risk", "2026-11-23T13:00:00Z"),
        ("2026-11-23 18:00:01", "overdue", None),
    ],
)
def test_it_stays_while_the_clock_is_at_risk_and_goes_when_it_is_overdue(now, state, risk):
    found = clock(OPEN, FIRST, now)
    assert (found["state"], found["risk_at"]) == (state, risk)


def test_it_moves_with_pauses_and_is_nothing_in_one_or_when_all_is_over():
    waits = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING))
    assert clock(waits, FIRST, "2026-11-23 13:00")["risk_at"] is None
    back = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING), message("2026-11-23 14:00"))
    assert clock(back, FIRST, "2026-11-23 15:00")["risk_at"] == "2026-11-23T15:00:00Z"
    over = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    assert clock(over, FIRST, "2026-11-23 12:00")["risk_at"] is None


@pytest.mark.parametrize(
    ("amount", "seconds", "days"),
    [
        ("8h", 28_800, None),
        ("90m", 5400, None),
        ("24wd", None, 24),
        ("3wd same-time", None, 3),
        ("2d", 172_800, None),
        ("2w", 1_209_600, None),
        ("36h calendar", 129_600, None),
    ],
)
def test_a_target_is_told_in_seconds_or_in_working_days_as_it_is_written(amount, seconds, days):
    for one in (OPEN, ticket("2026-11-23 10:00", response("2026-11-23 11:00"))):
        found = clock(one, measured(amount), "2026-11-23 12:00")
        assert (found["target_seconds"], found["target_days"]) == (seconds, days)


def test_a_promised_date_gives_the_working_time_up_to_it():
    by = replace(BOTH, calendars={"d": D})
    promised = promise("2026-11-23 11:00", "2026-11-25T07:00:00Z")
    for one in (
        ticket("2026-11-23 10:00", promised),
        ticket("2026-11-23 10:00", promised, response("2026-11-23 12:00")),
    ):
        (found,) = (
            one for one in detail(decided(one, by, "2026-11-23 13:00"))["clocks"] if one["metric"] == "resolution"
        )
        assert found["target"] == "promise"
        assert (found["target_seconds"], found["target_days"]) == ((8 + 9 + 1) * 3600, None)


def test_a_kept_cycle_that_does_not_tell_its_target_says_that_nobody_knows():
    over = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    (kept,) = cycles_after(decided(over, FIRST, "2026-11-23 12:00"), kept=())
    for written in (None, "", "a while", "promise"):
        cycle = replace(kept, target=written)
        found = clock(replace(over, bridge=BridgeRecord(cycles=(cycle,))), FIRST, "2026-11-23 12:00")
        assert (found["target_seconds"], found["target_days"]) == (None, None)


def test_a_detail_names_the_publication_only_where_the_helpdesk_keeps_one():
    decision = decided(OPEN, FIRST, "2026-11-23 11:00")
    assert detail(decision)["published"] is None
    assert detail(decision, publishes=True)["published"] == publication_of(FIRST).digest
