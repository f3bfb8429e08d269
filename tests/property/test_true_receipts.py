"""No true decision is refused, whatever happened to the ticket and in whichever second somebody asks."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bridge.policies.agreement.policy import CalendarCell, CalendarTable, Raise, Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.policies.clocks.states import END_STATES
from bridge.policies.decide import decide
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.verify_decision import verify_decision
from bridge.tickets import FinishedCycle, format_instant
from tests.property.test_clocks import CALENDARS, MIXED, MIXED_NAMES, NAMES, SLOT, START, histories
from tests.unit.clocks.desk import (
    AT_75,
    HELD,
    HIGH,
    NAG,
    WAITING,
    as_kept,
    clock,
    level,
    policy,
    priority_is,
    promise,
    revision,
    row,
    rule,
    simple,
    target,
    ticket,
)

POINTS = [
    Threshold(id=text, before=Amount.parse(text), at_risk=True) for text in ("1h", "3h", "2h calendar", "1wd", "90m")
] + [Threshold(id="half", share_basis_points=5050, at_risk=True), AT_75]
AMOUNTS = ["2h", "5h", "9h", "1wd", "2wd same-time", "20h calendar", "0h"]
LATER = Threshold(id="later", share_basis_points=15_000)
RAISED_AT = (
    {"share_basis_points": 5_000},
    {"share_basis_points": 12_500},
    {"before": Amount.parse("1h")},
    {"after": Amount.parse("1wd")},
)
METRICS = ("first_response", "next_response", "periodic_update", "ownership", "resolution")


@st.composite
def policies(draw):
    days = CALENDARS[draw(NAMES)]

    def grant():
        points = draw(st.lists(st.sampled_from(POINTS), max_size=2, unique_by=lambda one: one.id))
        return target(draw(st.sampled_from(AMOUNTS)), days, *points)

    rows = [
        one
        for metric in METRICS
        for one in (row(metric, grant(), priority_is(HIGH)), row(metric, grant()))
        if draw(st.booleans())
    ]
    pauses = draw(st.sampled_from([(WAITING,), (WAITING, HELD)]))
    return simple(*(rows or [row("resolution", grant())]), clocks=[clock(metric, *pauses) for metric in METRICS])


@st.composite
def raising_policies(draw):
    """Two levels that time leads between, each on a calendar that goes by the priority."""
    usual, other = CALENDARS[draw(NAMES)], CALENDARS[draw(NAMES)]
    cells = CalendarCell(when=priority_is(HIGH), calendar=other), CalendarCell(when=None, calendar=usual)
    table = CalendarTable(by="priority", cells=cells, found=lambda facts: facts.priority)

    def placed(name):
        points = draw(st.lists(st.sampled_from([*POINTS, NAG, LATER]), max_size=2, unique_by=lambda one: one.id))
        rows = [
            row(metric, replace(target(draw(st.sampled_from(AMOUNTS)), usual, *points), calendars=table))
            for metric in METRICS
        ]
        return replace(level(name, *rows, on=usual), calendars=table)

    metric = draw(st.sampled_from(("next_response", "resolution")))
    up = Raise(to="high", metric=metric, **draw(st.sampled_from(RAISED_AT)))
    levels = [replace(placed("low"), raises=(up,)), placed("high")]
    clocks = [clock(metric, WAITING, HELD) for metric in METRICS]
    return policy(revision(levels, [rule("rest", level="low")], clocks))


@st.composite
def tickets(draw):
    events = draw(histories())
    for slot in draw(st.lists(st.integers(0, 8 * 48), max_size=2, unique=True)):
        until = format_instant(START + draw(st.integers(0, 12 * 48)) * SLOT)
        events.append(promise(START + slot * SLOT, until))
    return ticket(START, *sorted(events, key=lambda event: event.at))


@settings(max_examples=60)
@given(tickets(), raising_policies(), st.data())
def test_nor_is_one_that_time_raised_on_a_calendar_by_property(one, by, data):
    for now in data.draw(st.lists(st.sampled_from(instants(one, by)), min_size=1, max_size=12, unique=True)):
        assert problems(decide(one, by, now=now, receipts=True)) == [], now


def instants(one, by):
    """The seconds in which something happens or turns, and the ones beside them."""
    far = decide(one, by, now=START + 12 * 86_400)
    known = {event.at for event in one.events}
    known |= {
        at for clock in far.clocks for at in (clock.due_at, clock.breached_at, clock.stopped_at) if at is not None
    }
    following = decide(one, by, now=START).next_change_at
    for _ in range(12):
        if following is None:
            break
        known.add(following)
        following = decide(one, by, now=following).next_change_at
    return sorted({at + step for at in known for step in (-1, 0, 1) if at + step >= START})


def problems(decision):
    found = verify_decision(json.loads(json.dumps(decision_json(decision, ledgers=True))))
    return [*found.problems, *(problem for _, checked in found.clocks for problem in checked.problems)]


@settings(max_examples=60)
@given(tickets(), policies(), st.data())
def test_a_true_decision_is_never_refused(one, by, data):
    for now in data.draw(st.lists(st.sampled_from(instants(one, by)), min_size=1, max_size=12, unique=True)):
        assert problems(decide(one, by, now=now, receipts=True)) == [], now


@settings(max_examples=40)
@given(tickets(), MIXED_NAMES, MIXED_NAMES, st.integers(0, 10 * 48))
def test_nor_is_one_with_cycles_that_the_helpdesk_keeps(one, name, other, slot):
    made = decide(one, MIXED[name], now=START + slot * SLOT)
    found = as_kept(made, kept=())
    cycles = tuple(TypeAdapter(FinishedCycle).validate_python(cycle) for cycle in found)
    kept = replace(one, bridge=replace(one.bridge, cycles=cycles))
    assert len(cycles) == sum(clock.state in END_STATES for clock in made.clocks)
    for by in (MIXED[name], MIXED[other]):
        assert problems(decide(kept, by, now=START + 11 * 86_400, receipts=True)) == []
