"""The panel's script counts as the engine does, to the second."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.decisions import ClockState
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.deadlines import FOREVER, PausedSpan, spent
from bridge.policies.clocks.pauses import union
from bridge.policies.clocks.states import END_STATES
from bridge.policies.decide import decide
from tests.panel.script import EVERY_SECOND, calendar_of, clocks_of, windows_of
from tests.property.test_calendar_properties import cases
from tests.property.test_clocks import CALENDARS, MIXED, START, histories
from tests.unit.clocks.desk import calendar, promise, ticket

DAY = 86_400
HOURS = {
    **CALENDARS,
    "new york": calendar("new york", zone="America/New_York", week={"mon-sun": ["00:00-03:30", "22:15-24:00"]}),
    "lord howe": calendar("lord howe", zone="Australia/Lord_Howe", week={"mon-sun": ["01:00-05:00", "21:00-01:00"]}),
    "seasons": calendar(
        "seasons",
        zone="Europe/Berlin",
        week={"mon-fri": ["09:00-17:30"]},
        seasons=[{"id": "summer", "from": "06-01", "until": "08-31", "week": {"mon-sat": ["07:00-12:00"]}}],
    ),
}
FIRST = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("name", sorted(HOURS))
def test_the_working_time_between_two_hundred_random_pairs_of_instants_is_the_engines(script, name):
    days, dice = HOURS[name], random.Random(name)
    windows = windows_of(days, FIRST - 10 * DAY, FIRST + 400 * DAY)
    asked, expected = [], []
    for _ in range(200):
        start = FIRST + dice.randrange(330 * DAY)
        end = start + dice.randrange(-5 * DAY, 60 * DAY)
        asked.append(("worked", windows, [], start, end))
        between = days.between(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        expected.append(between.total_seconds())
    assert script.ask_all(asked) == expected
    assert len(set(expected)) > 100


@pytest.mark.parametrize("name", sorted(HOURS))
def test_pauses_are_taken_off_as_the_engine_takes_them_off(script, name):
    days, dice = HOURS[name], random.Random(name)
    windows = windows_of(days, FIRST - 10 * DAY, FIRST + 400 * DAY)
    asked, expected = [], []
    for _ in range(100):
        start = FIRST + dice.randrange(300 * DAY)
        end = start + dice.randrange(40 * DAY)
        begins = [start + dice.randrange(30 * DAY) for _ in range(dice.randrange(4))]
        spans = union([PausedSpan(at, at + dice.randrange(1, 5 * DAY)) for at in begins])
        if spans and dice.random() < 0.5:
            spans[-1] = PausedSpan(spans[-1].start, FOREVER)
        pauses = [[one.start, None if one.end == FOREVER else one.end] for one in spans]
        asked.append(("worked", windows, pauses, start, end))
        expected.append(spent(days, start, spans, end))
    assert script.ask_all(asked) == expected


@settings(max_examples=60)
@given(case=cases())
def test_on_random_calendars_too(script, case):
    days, _, moments, _ = case
    windows = windows_of(days, moments[0] - 5 * DAY, moments[-1] + 5 * DAY)
    for start in moments:
        for end in moments:
            assert script.ask("worked", windows, [], start, end) == days.worked(end) - days.worked(start)


POLICIES = {name: by for name, by in MIXED.items() if "raised" not in name}
PROMISES = st.none() | st.tuples(st.integers(0, 8 * 48), st.integers(0, 20 * 48))


@st.composite
def stories(draw):
    """A ticket with whatever happened to it, sometimes with a date promised by hand, and its policy and calendar."""
    events = draw(histories())
    given = draw(PROMISES)
    if given is not None:
        written = datetime.fromtimestamp(START + given[1] * 1800, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        events = sorted([*events, promise(START + given[0] * 1800 + 60, written)], key=lambda one: one.at)
    name = draw(st.sampled_from(sorted(POLICIES)))
    return ticket(START, *events), POLICIES[name], CALENDARS[name]


@settings(max_examples=250)
@given(story=stories(), late=st.integers(0, 20 * DAY))
def test_a_clock_read_later_stands_as_the_engine_judges_it_then(script, story, late):
    one, policy, days = story
    seen = one.events[-1].at + late % 3 * late
    shown = decide(one, policy, now=seen)
    here = calendar_of(days, START - 3 * DAY, seen + 120 * DAY)
    for index, clock in enumerate(clocks_of(shown)):
        own = (
            here
            if clock["calendar"] != EVERY_SECOND
            else {"zone": "UTC", "windows": [[START - DAY, here["windows"][-1][1]]]}
        )
        for now in instants(clock, seen, late):
            judged = decide(one, policy, now=now).clocks[index]
            found = script.ask("clockAt", clock, own, now)
            assert found["state"] == expected_state(judged, clock, days, now, found["left"])
            if judged.state not in END_STATES:
                agrees_on_amounts(found, judged, clock)
            if found["next"] is not None:
                assert found["next"] > now
                assert script.ask("clockAt", clock, own, found["next"] - 1)["state"] == found["state"]


def instants(clock, seen, late):
    """The instants around which something changes, and a few that mean nothing, from when the page was made on."""
    marks = [clock["risk_at"], clock["due_at"], *(end for _, end in clock["pauses"] or [])]
    around = {mark + offset for mark in marks if mark is not None for offset in (-1, 0, 1)}
    return sorted(at for at in {*around, seen, seen + 1, seen + late, seen + 3 * late} if at >= seen)


def expected_state(judged, clock, days, now, left):
    """The engine's state; `outside` for a running clock that nobody works on, unless its time is used up."""
    if judged.state is ClockState.CANCELLED:
        return "none"
    is_closed = days.worked(now + 1) == days.worked(now) and clock["calendar"] != EVERY_SECOND
    return "outside" if judged.state is ClockState.RUNNING and is_closed and left else judged.state.value


def agrees_on_amounts(found, judged, clock):
    remaining = judged.remaining_seconds
    if found["state"] == "overdue":
        # The engine takes no pauses off after a date promised by hand; a screen whose number does not grow in a pause must.
        if judged.target != "promise":
            assert found["late"] == -remaining
        assert found["left"] is None
    elif clock["target_days"] is None or clock["due_at"] is not None:
        assert found["left"] == max(0, remaining)
    assert (found["waitingSince"] is not None) == bool(judged.pauses and judged.pauses[-1][1] == FOREVER)


DAYS = sorted(set(HOURS) - {"always", "night", "new york", "lord howe"})


@pytest.mark.parametrize("name", DAYS)
def test_whole_working_days_are_those_that_lie_between_two_instants(script, name):
    days, dice = HOURS[name], random.Random(name)
    here = calendar_of(days, FIRST - 10 * DAY, FIRST + 400 * DAY)
    for _ in range(40):
        now = FIRST + dice.randrange(300 * DAY)
        due = days.due(now, Amount(AmountKind.WORKING_DAYS, dice.randrange(1, 30)))
        clock = {
            "state": "running",
            "due_at": due,
            "risk_at": None,
            "breached_at": None,
            "pauses": [],
            "target_days": 24,
        }
        found = script.ask("clockAt", clock, here, now)
        dates = [date.fromordinal(one) for one in days.years_at(now, due).days]
        spans = [hours(days.day(one), one, days.zone) for one in dates]
        whole = [(opens, closes) for opens, closes in spans if now <= opens and closes <= due]
        rest = days.worked(due) - days.worked(now) - sum(days.worked(end) - days.worked(start) for start, end in whole)
        assert (found["days"], found["rest"]) == (len(whole), rest)


def hours(day, on, zone):
    """The first opening and the last closing of a day that has windows."""
    midnight = datetime(on.year, on.month, on.day, tzinfo=zone)
    return [
        int((midnight + timedelta(seconds=second)).timestamp())
        for second in (day.windows[0].opens, day.windows[-1].closes)
    ]
