"""What screens count with gives what the engine says: windows the working time, a detail the instants at which it moves."""

from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bridge.decisions import ClockState
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.telling.detail import detail
from bridge.policies.telling.publication import Publication
from bridge.policies.telling.reach import OpenClocks, WindowReach
from bridge.sync.planned.stored_values import stored
from bridge.tickets import parse_instant
from tests.property.test_calendar_properties import QUICK, definitions
from tests.property.test_clocks import MIXED, MIXED_NAMES, START, histories
from tests.unit.clocks.desk import D, decided, row, simple, target, ticket

NOW = START
RISKY = st.sampled_from(sorted(name for name in MIXED if "raised" not in name))
"""Agreements whose levels time alone does not raise: a raise grants another target, with other thresholds."""


def between(windows, start, end):
    """Working seconds as a screen adds them up."""
    return sum(max(0, min(close, end) - max(opened, start)) for opened, close in windows)


@QUICK
@given(definitions(), st.data())
def test_published_windows_give_the_working_seconds_of_the_calendar_between_any_two_instants(made, data):
    written, _ = made
    calendar = build_calendar(written)
    now = int(data.draw(st.integers(1_735_689_600, 1_798_761_600)))
    reach = WindowReach.around(now, OpenClocks(oldest=now - data.draw(st.integers(0, 500)) * 86_400))
    content = Publication(simple(row("resolution", target("8h", calendar)))).content(reach, at=now)
    one = content["calendars"]["random"]
    first, until = parse_instant(one["from"]), parse_instant(one["until"])
    assert first <= now - 60 * 86_400
    assert until >= now + 400 * 86_400
    windows = [tuple(map(parse_instant, window)) for window in one["windows"]]
    assert windows == sorted(windows)
    for _ in range(20):
        start, end = sorted(data.draw(st.lists(st.integers(first, until - 1), min_size=2, max_size=2)))
        assert between(windows, start, end) == calendar.worked(end) - calendar.worked(start)
    zone = ZoneInfo(one["zone"])
    for day, told in one["days"].items():
        found = calendar.day(date.fromisoformat(day))
        assert (told["kind"] in {"holiday", "day_off"}) == (not found.windows), (day, zone)


@settings(max_examples=100)
@given(histories(), RISKY, st.integers(0, 60 * 24 * 6))
def test_risk_at_is_the_very_second_in_which_the_engine_turns_a_clock_at_risk(events, name, minutes):
    now = max([START, *(one.at for one in events)]) + minutes * 60
    one, by = ticket(START, *events), MIXED[name]
    for clock in detail(decided(one, by, now))["clocks"]:
        is_running, is_at_risk = (clock["state"] == state for state in ("running", "at_risk"))
        assert (clock["risk_at"] is not None) == (is_running or is_at_risk), clock
        if clock["risk_at"] is None:
            continue
        turns = parse_instant(clock["risk_at"])
        assert (turns <= now) == is_at_risk
        last_event = max([START, *(event.at for event in events)])
        for at, state in ((turns - 1, ClockState.RUNNING), (turns, ClockState.AT_RISK)):
            if at > last_event:
                assert state_at(one, by, at, clock) is state


def state_at(one, by, at, clock):
    same = (clock["metric"], clock["cycle"])
    return next(found.state for found in decided(one, by, at).clocks if (found.metric, found.cycle) == same)


@settings(max_examples=100)
@given(histories(), MIXED_NAMES, st.integers(0, 60 * 24 * 6), st.integers(1, 86_400))
def test_a_detail_stands_word_for_word_until_the_decision_says_that_time_changes_it(events, name, minutes, seconds):
    now = max([START, *(one.at for one in events)]) + minutes * 60
    one, by = ticket(START, *events), MIXED[name]
    early = decided(one, by, now)
    until = early.next_change_at
    later = now + seconds if until is None else min(now + seconds, until - 1)
    assume(later > now)
    assert stored(detail(early, publishes=True)) == stored(detail(decided(one, by, later), publishes=True))


def test_two_months_pass_under_one_digest_and_one_reach():
    publication, clocks = Publication(simple(row("resolution", target("8h", D)))), OpenClocks()
    reach = WindowReach.around(NOW, clocks)
    days = [day for day in range(120) if not reach.suffices(NOW + day * 86_400, clocks)]
    assert 55 <= days[0] <= 95
    assert publication.fingerprint(reach) == Publication(simple(row("resolution", target("8h", D)))).fingerprint(reach)
