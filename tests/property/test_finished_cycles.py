"""Random histories: what is kept of a finished cycle for figures agrees with the ticket's log, counted by other means."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings

from bridge.policies.decide import facts_at
from bridge.policies.outcome.breach_cause import BreachCause
from bridge.tickets import parse_instant
from tests.property.test_clocks import CALENDARS, MIXED, MIXED_NAMES, START, histories
from tests.unit.clocks.desk import D, as_kept, decided, ticket

ALL_CALENDARS = {**{one.id: one for one in CALENDARS.values()}, D.id: D}


def finished(events, name):
    now = max([START, *(one.at for one in events)]) + 10 * 86_400
    one, by = ticket(START, *events), replace(MIXED[name], calendars=ALL_CALENDARS)
    return one, by, as_kept(decided(one, by, now))


@settings(max_examples=150)
@given(histories(), MIXED_NAMES)
def test_time_spent_is_all_the_working_time_of_the_cycle_each_second_where_the_ticket_was(events, name):
    one, by, cycles = finished(events, name)
    for cycle in cycles:
        start, stop = parse_instant(cycle["started_at"]), parse_instant(cycle["stopped_at"])
        calendar = ALL_CALENDARS[cycle["calendar"]]
        told = Counter({(each["status"]["id"], each["department"]["id"]): each["seconds"] for each in cycle["spent"]})
        assert told.total() == calendar.worked(stop) - calendar.worked(start)
        assert len(told) == len(cycle["spent"])
        seconds = [each["seconds"] for each in cycle["spent"]]
        assert seconds == sorted(seconds, reverse=True)
        assert all(each > 0 for each in seconds)
        counted = Counter()
        bounds = sorted({start, stop, *(event.at for event in events if start < event.at < stop)})
        for since, until in pairwise(bounds):
            _, facts = facts_at(one, by, now=since)
            counted[facts.status.id, facts.department.id] += calendar.worked(until) - calendar.worked(since)
        assert told == +counted


@settings(max_examples=150)
@given(histories(), MIXED_NAMES)
def test_each_missed_cycle_has_one_cause_no_other_has_and_openings_never_go_back(events, name):
    _, _, cycles = finished(events, name)
    for cycle in cycles:
        assert (cycle["breach_cause"] in set(BreachCause)) == (cycle["state"] == "missed")
    for metric in {cycle["metric"] for cycle in cycles}:
        openings = [cycle["opening"] for cycle in cycles if cycle["metric"] == metric]
        assert openings == sorted(openings)
        assert openings[0] >= 1
