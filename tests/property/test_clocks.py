"""Random histories: the engine against a slow counter, and laws that hold whatever happens."""

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bridge.decisions import ClockState
from bridge.policies.agreement.policy import OnEntry, OnReopen, Raise, Threshold
from bridge.policies.calendar.amounts import Amount
from bridge.policies.clocks.deadlines import FOREVER, PausedSpan, after, spent
from bridge.policies.clocks.pauses import union
from bridge.policies.clocks.states import END_STATES, Cause
from bridge.policies.decide import decide
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.verify import verify
from bridge.tickets import FinishedCycle, parse_instant
from tests.unit.clocks.desk import (
    AT_75,
    DEVELOPMENT,
    HELD,
    HIGH,
    NAG,
    NEW,
    NORMAL,
    PENDING,
    SUPPORT,
    WAITING,
    D,
    as_kept,
    at,
    calendar,
    clock,
    closed,
    department,
    level,
    message,
    note,
    policy,
    priority,
    priority_is,
    reopened,
    response,
    revision,
    row,
    rule,
    simple,
    status,
    target,
    ticket,
)
from tests.unit.clocks.slow_counter import MINUTE, SlowDesk

START = at("2026-10-22 08:00")
SLOT = 30 * MINUTE

CALENDARS = {
    "office": D,
    "lunch": calendar("lunch", week={"mon-fri": ["09:00-13:00", "14:00-18:00"]}),
    "night": calendar("night", week={"mon-fri": ["20:00-04:00"], "sat": ["10:00-12:00"]}),
    "berlin": calendar("berlin", zone="Europe/Berlin", week={"mon-sun": ["00:00-06:00", "22:00-24:00"]}),
    "always": calendar("always", zone="America/New_York", week={"mon-sun": ["00:00-24:00"]}),
    "russia": calendar("russia", week={"mon-fri": ["05:00-14:00"]}, holidays=[{"ru-production": True}]),
}


@cache
def works_on(name):
    days = CALENDARS[name]
    first, last = START - 86_400, START + 60 * 86_400
    worked = {
        one
        for at in range(first, last, MINUTE)
        if days.worked(at + MINUTE) - days.worked(at) == MINUTE
        for one in (at,)
    }
    return worked.__contains__


@st.composite
def histories(draw, most=12):
    """Events on half-hour slots, in an order that a desk can produce; at most one change of a kind in one second."""
    slots = sorted(draw(st.lists(st.integers(0, 8 * 48), max_size=most)))
    events, is_closed, current, used = [], False, NEW, set()
    importance, place = NORMAL, SUPPORT
    for slot in slots:
        moment = START + slot * SLOT
        kinds = ["message"] if is_closed else ["message", "response", "response"]
        if not is_closed:
            kinds += [kind for kind in ("priority", "department") if (slot, kind) not in used]
        if (slot, "status") not in used:
            kinds += ["reopened"] if is_closed else ["status", "status", "closed"]
        kind = draw(st.sampled_from(kinds))
        used.add((slot, "status" if kind in ("closed", "reopened") else kind))
        if kind == "message":
            events.append(message(moment))
        elif kind == "response":
            events.append(response(moment))
        elif kind == "status":
            previous, current = current, PENDING if current is NEW else NEW
            events.append(status(moment, current, previous))
        elif kind == "closed":
            events.append(closed(moment))
            is_closed, current = True, NEW
        elif kind == "reopened":
            events.append(reopened(moment))
            is_closed = False
        elif kind == "priority":
            previous, importance = importance, HIGH if importance is NORMAL else NORMAL
            events.append(priority(moment, importance, previous))
        else:
            previous, place = place, DEVELOPMENT if place is SUPPORT else SUPPORT
            events.append(department(moment, place, previous))
    return events


def desk_policy(days):
    return simple(
        row("first_response", target("2h", days, AT_75), priority_is(HIGH)),
        row("first_response", target("4h", days, AT_75)),
        row("resolution", target("2h", days, AT_75), priority_is(HIGH)),
        row("resolution", target("10h", days, AT_75)),
        clocks=[clock("first_response", WAITING), clock("resolution", WAITING)],
    )


POLICIES = {name: desk_policy(days) for name, days in CALENDARS.items()}
RAISING = ("first_response", "next_response", "resolution")
MIXED = {
    name: simple(
        row("first_response", target("2h", days, AT_75), priority_is(HIGH)),
        row("first_response", target("3wd", days, AT_75)),
        row("next_response", target("3h", days, AT_75)),
        row("periodic_update", target("1wd same-time", days, AT_75)),
        row("ownership", target("20h calendar", days, AT_75)),
        row("resolution", target("12h", days, AT_75)),
        clocks=[
            clock("first_response", WAITING, HELD),
            clock("next_response", WAITING),
            clock("periodic_update"),
            clock("ownership", WAITING),
            clock("resolution", WAITING, on_reopen=OnReopen.CONTINUE),
        ],
    )
    for name, days in CALENDARS.items()
}
HALF_AGAIN = Threshold(id="half", share_basis_points=15_000, actions=(note("half", "later"),))
MIXED |= {
    f"{name}, raised": policy(
        revision(
            [
                replace(
                    level("low", *(row(one, target("6h", days, AT_75, NAG)) for one in RAISING), on=days),
                    raises=(
                        Raise(to="mid", metric="first_response", share_basis_points=5_000),
                        Raise(to="top", metric="resolution", after=Amount.parse("1h")),
                    ),
                ),
                replace(
                    level("mid", *(row(one, target("1wd", days, HALF_AGAIN)) for one in RAISING), on=days),
                    raises=(Raise(to="top", metric="first_response", before=Amount.parse("1h")),),
                ),
                level(
                    "top",
                    *(row(one, target("4h", days, AT_75, NAG)) for one in RAISING),
                    on=days,
                    on_entry=OnEntry.NEW_CYCLE_IF_ANSWERED,
                ),
            ],
            [rule("high", priority_is(HIGH), level="mid"), rule("rest", level="low")],
        )
    )
    for name, days in CALENDARS.items()
}
NAMES = st.sampled_from(sorted(CALENDARS))
MIXED_NAMES = st.sampled_from(sorted(MIXED))
LATER = st.integers(0, 12 * 48 * 30).map(lambda minutes: START + minutes * MINUTE)


def essence(decision):
    found = [
        (
            one.metric,
            one.started_at,
            one.stopped_at,
            "running" if one.state is ClockState.AT_RISK else one.state.value,
            one.breached_at,
            one.elapsed_seconds,
        )
        for one in decision.clocks
    ]
    return sorted(found, key=lambda one: (one[0], one[1]))


@settings(max_examples=150)
@given(histories(), NAMES, st.integers(0, 10 * 48))
def test_the_engine_and_the_slow_counter_agree_to_the_second(events, name, slot):
    now = START + slot * SLOT
    targets = {"first_response": 240, "resolution": 600, "high": 120}
    slow = SlowDesk(START, [one for one in events if one.at <= now], works_on(name), targets)
    made = decide(ticket(START, *events), POLICIES[name], now=now)
    assert essence(made) == slow.verdicts(now)
    open_now = {one.metric: one.due_at for one in made.clocks if one.state not in END_STATES}
    assert open_now == slow.deadlines(now)


@given(histories(), MIXED_NAMES, LATER, LATER)
def test_a_breach_never_unhappens_and_an_end_is_final(events, name, one_time, other_time):
    one = ticket(START, *events)
    early, late = sorted((one_time, other_time))
    then = {(c.metric, c.cycle): c for c in decide(one, MIXED[name], now=early).clocks}
    now = {(c.metric, c.cycle): c for c in decide(one, MIXED[name], now=late).clocks}
    for key, clock_then in then.items():
        assert key in now
        if clock_then.state in END_STATES:
            assert now[key] == clock_then
        if clock_then.breached_at is not None:
            assert now[key].breached_at == clock_then.breached_at
            assert now[key].due_at == clock_then.due_at


@given(histories(), MIXED_NAMES, LATER)
def test_nothing_changes_before_the_next_change_and_something_does_then(events, name, later):
    one = ticket(START, *events)
    now = max(later, max((event.at for event in events), default=START))
    made = decide(one, MIXED[name], now=now)

    def standing(decision):
        return (
            [(c.metric, c.cycle, c.state, c.due_at, c.breached_at) for c in decision.clocks],
            decision.fields,
            decision.actions,
        )

    if made.next_change_at is None:
        far = decide(one, MIXED[name], now=now + 90 * 86_400)
        assert standing(far) == standing(made)
        return
    assert made.next_change_at > now
    assert standing(decide(one, MIXED[name], now=made.next_change_at - 1)) == standing(made)
    assert standing(decide(one, MIXED[name], now=made.next_change_at)) != standing(made)


@given(histories(), MIXED_NAMES, LATER)
def test_the_same_inputs_give_the_same_bytes(events, name, now):
    one = ticket(START, *events)
    by = MIXED[name]
    first = json.dumps(decision_json(decide(one, by, now=now, receipts=True), ledgers=True))
    second = json.dumps(decision_json(decide(one, replace(by), now=now, receipts=True), ledgers=True))
    assert first == second


@given(histories(), MIXED_NAMES, LATER)
def test_every_clock_is_in_a_closed_list_and_its_receipt_agrees_with_it(events, name, now):
    made = decision_json(decide(ticket(START, *events), MIXED[name], now=now, receipts=True), ledgers=True)
    for one in made["clocks"]:
        assert one["state"] in set(ClockState) - {ClockState.NONE}
        assert one["cause"] is None or one["cause"] in set(Cause)
        checked = verify(one)
        assert checked.problems == ()
        assert checked.elapsed_seconds == one["elapsed_seconds"]
        assert checked.due_at == (None if one["due_at"] is None else parse_instant(one["due_at"]))


@given(histories(), histories(), MIXED_NAMES)
def test_what_happens_after_the_end_of_a_cycle_does_not_touch_it(events, more, name):
    before = [event for event in events if event.at < START + 4 * 86_400]
    is_closed = bool([e for e in before if e.kind == "closed"]) and before and _closed_at_the_end(before)
    cut = START + 5 * 86_400
    later = [reopened(cut)] if is_closed else []
    later += [replace(event, at=event.at + 6 * 86_400) for event in more if event.kind in ("message", "response")]
    now = cut + 20 * 86_400
    first = [one for one in decide(ticket(START, *before), MIXED[name], now=cut - 1).clocks if one.state in END_STATES]
    second = decide(ticket(START, *before, *later), MIXED[name], now=now).clocks
    for one in first:
        assert one in second


def _closed_at_the_end(events):
    kinds = [event.kind for event in events if event.kind in ("closed", "reopened")]
    return bool(kinds) and kinds[-1] == "closed"


@given(histories(), MIXED_NAMES, LATER, MIXED_NAMES)
def test_verdicts_once_kept_stay_what_they_were_under_any_policy(events, name, now, other):
    one = ticket(START, *events)
    made = decide(one, MIXED[name], now=now)
    kept = tuple(map(TypeAdapter(FinishedCycle).validate_python, as_kept(made, kept=())))
    again = decide(replace(one, bridge=replace(one.bridge, cycles=kept)), MIXED[other], now=now)
    for finished in made.clocks:
        if finished.state in END_STATES:
            assert replace(finished, pauses=None) in [replace(c, pauses=None) for c in again.clocks]
    same = decide(replace(one, bridge=replace(one.bridge, cycles=kept)), MIXED[name], now=now)
    assert same.clocks == made.clocks


@given(histories(), MIXED_NAMES, LATER, st.randoms(use_true_random=False))
def test_the_order_of_events_inside_one_second_does_not_matter(events, name, now, dice):
    one = ticket(START, *events)
    shuffled = list(one.events)
    dice.shuffle(shuffled)
    mixed = replace(one, events=tuple(sorted(shuffled, key=lambda event: event.at)))
    assert decide(mixed, MIXED[name], now=now).clocks == decide(one, MIXED[name], now=now).clocks


SPANS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(1, 4_000)).map(
        lambda one: PausedSpan(START + one[0] * MINUTE, START + (one[0] + one[1]) * MINUTE)
    ),
    max_size=6,
)


@given(SPANS, NAMES, st.integers(0, 30 * 60), st.integers(0, 24_000))
def test_several_pauses_are_their_union_and_spent_and_deadline_are_inverse(spans, name, minutes, until):
    days = CALENDARS[name]
    joined = union(spans)
    covered = {minute for span in spans for minute in range(span.start, span.end, MINUTE)}
    assert covered == {minute for span in joined for minute in range(span.start, span.end, MINUTE)}
    assert all(one.end < other.start for one, other in pairwise(joined))
    works = works_on(name)
    counted = sum(MINUTE for at in range(START, START + until * MINUTE, MINUTE) if works(at) and at not in covered)
    assert spent(days, START, joined, START + until * MINUTE) == counted
    due = after(days, START, minutes * MINUTE, joined)
    assert due is not None
    assert spent(days, START, joined, due) == minutes * MINUTE
    if minutes:
        assert spent(days, START, joined, due - 1) < minutes * MINUTE


@given(SPANS, NAMES, st.integers(1, 30 * 60))
def test_a_pause_without_an_end_leaves_no_deadline_unless_it_came_too_late(spans, name, minutes):
    days = CALENDARS[name]
    joined = union(spans)
    due = after(days, START, minutes * MINUTE, joined)
    endless = after(days, START, minutes * MINUTE, union([*joined, PausedSpan(due - 1, FOREVER)]))
    assert endless is None
    assert after(days, START, minutes * MINUTE, union([*joined, PausedSpan(due, FOREVER)])) == due
