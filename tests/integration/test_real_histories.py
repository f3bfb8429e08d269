"""3,804 histories of a real help desk, replayed through `decide` and counted again by hand."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.decisions import ClockState
from bridge.policies.calendar.amounts import Amount
from bridge.policies.clocks.states import END_STATES, Cause
from bridge.policies.decide import decide
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.second_counter import SecondCounter
from bridge.policies.proof.verify import verify
from bridge.tickets import EventKind
from tests.unit.clocks.desk import (
    CLOSED,
    NEW,
    PENDING,
    WAITING,
    calendar,
    clock,
    closed,
    happened,
    reopened,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "helpdesk_events.csv"
ROME = ZoneInfo("Europe/Rome")
OFFICE = calendar("rome", zone="Europe/Rome", week={"mon-fri": ["09:00-13:00", "14:00-18:00"]})
TARGETS = {"first_response": 8 * 3600, "resolution": 40 * 3600}
POLICY = simple(
    row("first_response", target("8h", OFFICE)),
    row("resolution", target("40h", OFFICE)),
    clocks=[clock("first_response", WAITING), clock("resolution", WAITING)],
)
TAKEN, WAITS, RESOLVED = "8", "9", "6"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the help desk's histories are not beside this repository")


@dataclass
class Case:
    """One case as rows, as a ticket, and as the cycles a person would write down."""

    number: str
    seconds: list[tuple[int, list[str]]]
    events: list[object] = field(default_factory=list)
    cycles: list[dict[str, object]] = field(default_factory=list)

    def build(self):
        """Read the rows once: events for the engine, cycles and pauses for the second count."""
        self.events, self.cycles = [], []
        open_cycles: dict[str, dict[str, object]] = {}
        pauses: list[list[int | None]] = []
        is_closed = waiting = False
        for position, (at, activities) in enumerate(self.seconds):
            if position == 0:
                open_cycles = self._begin(at, pauses)
            for activity in sorted(activities, key=lambda one: (one == RESOLVED, one != TAKEN)):
                if activity in (TAKEN, WAITS) and is_closed:
                    self.events.append(reopened(at))
                    is_closed = waiting = False
                    open_cycles = self._begin(at, pauses)
                if activity == TAKEN:
                    self.events.append(response(at))
                    self._end(open_cycles, "first_response", at, "met")
                    if waiting:
                        self.events.append(status(at, NEW, PENDING))
                        waiting = False
                        pauses[-1][1] = at
                elif activity == WAITS:
                    self.events.append(status(at, PENDING, PENDING if waiting else NEW))
                    if not waiting:
                        pauses.append([at, None])
                    waiting = True
                elif activity == RESOLVED:
                    self.events.append(closed(at))
                    self._end(open_cycles, "resolution", at, "met")
                    self._end(open_cycles, "first_response", at, "cancelled")
                    if waiting:
                        pauses[-1][1] = at
                    is_closed, waiting = True, False
                elif position:
                    self.events.append(happened(EventKind.NOTE, at))
        return ticket(self.seconds[0][0], *self.events, status=CLOSED if is_closed else PENDING if waiting else NEW)

    def _begin(self, at, pauses):
        begun = {metric: {"metric": metric, "start": at, "pauses": pauses} for metric in TARGETS}
        self.cycles.extend(begun.values())
        return begun

    @staticmethod
    def _end(open_cycles, metric, at, verdict):
        cycle = open_cycles.pop(metric, None)
        if cycle is not None:
            cycle["stop"], cycle["verdict"] = at, verdict


@lru_cache(maxsize=1)
def cases() -> list[Case]:
    with DATA.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = []
    for number, of_case in groupby(rows, key=lambda one: one["CaseID"]):
        stamped = [
            (int(datetime.fromisoformat(one["CompleteTimestamp"]).replace(tzinfo=ROME).timestamp()), one["ActivityID"])
            for one in of_case
        ]
        seconds = [
            (at, [activity for _, activity in same]) for at, same in groupby(sorted(stamped), key=lambda one: one[0])
        ]
        found.append(Case(number, seconds))
    return found


@lru_cache(maxsize=4096)
def windows(ordinal: int) -> list[tuple[int, int]]:
    """The working windows of a date as instants, straight from the wall clock."""
    day = datetime.fromordinal(ordinal)
    if day.weekday() > 4:
        return []
    edges = [(9, 13), (14, 18)]
    return [tuple(int(day.replace(hour=hour, tzinfo=ROME).timestamp()) for hour in edge) for edge in edges]


def counted(start: int, stop: int, pauses) -> int:
    """Working seconds from start to stop outside the pauses, window by window."""
    total = 0
    day = datetime.fromtimestamp(start, ROME).date()
    while day <= datetime.fromtimestamp(stop, ROME).date():
        for opens, closes in windows(day.toordinal()):
            total += max(0, min(closes, stop) - max(opens, start))
            for begin, end in pauses:
                total -= max(0, min(closes, stop, stop if end is None else end) - max(opens, start, begin))
        day += timedelta(days=1)
    return total


def test_every_history_ends_in_the_closed_list_and_its_totals_are_those_counted_by_hand():
    states, seconds, by_hand = Counter(), 0, 0
    for case in cases():
        one = case.build()
        end = case.seconds[-1][0]
        made = decide(one, POLICY, now=end + 86_400)
        assert made.warnings == ()
        expected = sorted(case.cycles, key=lambda cycle: (cycle["metric"], cycle["start"]))
        found = sorted(made.clocks, key=lambda clock: (clock.metric, clock.started_at))
        assert [(c.metric, c.started_at, c.stopped_at) for c in found] == [
            (c["metric"], c["start"], c.get("stop")) for c in expected
        ], case.number
        for cycle, clock_ in zip(expected, found, strict=True):
            assert clock_.state in END_STATES
            assert clock_.cause is None or clock_.cause in set(Cause)
            hand = counted(cycle["start"], cycle["stop"], cycle["pauses"])
            assert clock_.elapsed_seconds == hand, case.number
            late = hand > TARGETS[clock_.metric]
            if hand != TARGETS[clock_.metric]:
                assert (clock_.state is ClockState.MISSED) == late, case.number
            if not late and clock_.state is not ClockState.MISSED:
                assert clock_.state.value == cycle["verdict"]
            states[clock_.metric, clock_.state.value] += 1
            seconds += clock_.elapsed_seconds
            by_hand += hand
    assert seconds == by_hand
    assert sum(states.values()) == sum(len(case.cycles) for case in cases())
    assert len(cases()) == 3804


def test_seen_in_the_middle_of_its_life_each_ticket_has_one_open_state_and_a_sound_receipt():
    for case in cases()[::7]:
        one = case.build()
        middle = (case.seconds[0][0] + case.seconds[-1][0]) // 2
        made = decide(one, POLICY, now=middle, receipts=True)
        for found in decision_json(made, ledgers=True)["clocks"]:
            assert found["state"] in set(ClockState) - {ClockState.NONE}
            assert verify(found).problems == ()


def test_the_second_opinion_agrees_about_a_sample_of_deadlines():
    counter = SecondCounter(OFFICE.definition)
    checked = 0
    for case in cases()[::60]:
        one = case.build()
        made = decide(one, POLICY, now=case.seconds[-1][0] + 86_400)
        by_start = {(cycle["metric"], cycle["start"]): cycle for cycle in case.cycles}
        for found in made.clocks:
            cycle = by_start[found.metric, found.started_at]
            pauses = [
                (max(begin, found.started_at), end)
                for begin, end in cycle["pauses"]
                if begin < found.stopped_at and (end or found.stopped_at) > found.started_at
            ]
            pauses = [(begin, min(end or found.stopped_at, found.stopped_at)) for begin, end in pauses]
            assert counter.between(found.started_at, found.stopped_at, pauses=pauses) == found.elapsed_seconds
            amount = Amount.parse(found.target)
            assert counter.due(found.started_at, amount, pauses=pauses) == found.due_at, (case.number, found)
            checked += 1
    assert checked > 100
