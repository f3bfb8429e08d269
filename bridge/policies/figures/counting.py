"""All figures in one reading of the tickets, however many there are."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bridge.decisions import ClockState
from bridge.policies.clocks.states import END_STATES
from bridge.policies.figures.attribution import Attribution, Sieve, of_clock, of_cycle, of_ticket
from bridge.policies.figures.hours import WeekCount, WorkingHours, working_week
from bridge.policies.figures.missed import missed_cycle, newest_first, overdue_clock
from bridge.policies.figures.model import NOBODY, Dimension, Excluded, Figures, Missed
from bridge.policies.figures.names import Names, NamesByKey
from bridge.policies.figures.question import Question, bounds, months_until
from bridge.policies.figures.reported import ReportedClock, ReportedTicket
from bridge.policies.figures.rows import RowTallies
from bridge.policies.figures.spent import SpentCount
from bridge.policies.figures.tickets import TicketCount, reason_to_exclude, who_excluded
from bridge.policies.figures.today import TodayCount
from bridge.tickets import FinishedCycle, Instant

_MISSED, _OVERDUE = ClockState.MISSED.value, ClockState.OVERDUE.value
_DECIDED = frozenset({ClockState.MET.value, _MISSED})
_OVER = frozenset(one.value for one in END_STATES)
_ATTRIBUTED = tuple((Dimension(name), index) for index, name in enumerate(Attribution._fields))
_NAMELESS = NamesByKey()
"""Levels and months: their titles stand in the agreement and in calendars."""

_Cycle = tuple[FinishedCycle, Attribution]
_Clock = tuple[ReportedClock, Attribution]


def figures_of(
    tickets: Iterable[ReportedTicket],
    question: Question,
    calendar: WorkingHours,
    now: Instant,
    standing_json: Mapping[str, Any] | None = None,
) -> Figures:
    """Return the figures of the tickets as they stand at `now`, by the dates of the report's calendar.

    Each ticket is looked at once and let go. `standing_json` is what stands in the registry: told only to who sees every
    department. Raises CalendarError where the calendar does not answer for the period.
    """
    count = _Count(question, calendar, now)
    for ticket in tickets:
        count.take(ticket)
    return count.figures(standing_json)


class _Count:
    def __init__(self, question: Question, calendar: WorkingHours, now: Instant) -> None:
        zone = calendar.zone
        self._question, self._calendar, self._now = question, calendar, now
        self._sieve = Sieve(question)
        self._start, self._end = bounds(question.period, zone)
        self._months, self._month_edges = months_until(question.period, zone)
        self._earliest = min(self._start, self._month_edges[0])
        self._latest = max(self._end, self._month_edges[-1])
        self._rows = {one: RowTallies() for one in Dimension}
        self._total = RowTallies()
        self._names = Names()
        self._tickets, self._today = TicketCount(), TodayCount(calendar, now)
        self._arrivals, self._breaches = WeekCount(zone), WeekCount(zone)
        self._spent = SpentCount(question.departments)
        self._missed: list[Missed] = []
        self._excluded: list[Excluded] = []

    def take(self, ticket: ReportedTicket) -> None:
        if not self._sieve.sees(ticket.department):
            return
        keys, is_open = of_ticket(ticket), ticket.merged_into is None and ticket.status.state == "open"
        if self._sieve.passes(keys):
            self._today.take(ticket, is_open=is_open)
            if self._in_period(ticket.created_at):
                self._arrivals.take(ticket.created_at)
        cycles = [*self._cycles(ticket)]
        clocks = [*self._open_clocks(ticket, keys)] if is_open else []
        if cycles or clocks:
            self._take_ticket(ticket, cycles, clocks)

    def _take_ticket(self, ticket: ReportedTicket, cycles: Sequence[_Cycle], clocks: Sequence[_Clock]) -> None:
        ended = [one for one, _ in cycles if one.stopped_at is not None and self._in_period(one.stopped_at)]
        reason = reason_to_exclude(ticket)
        if reason:
            if ended or clocks:
                self._excluded.append(
                    Excluded(ticket=ticket.id, number=ticket.number, reason=reason, by=who_excluded(ticket))
                )
            return
        for cycle, keys in cycles:
            self._take_cycle(ticket, cycle, keys)
        for clock, keys in clocks:
            self._take_clock(ticket, clock, keys)
        self._tickets.take(ended, is_overdue=any(clock.state == _OVERDUE for clock, _ in clocks))

    def _in_period(self, at: Instant) -> bool:
        return self._start <= at < self._end

    def _cycles(self, ticket: ReportedTicket) -> Iterator[_Cycle]:
        """Yield the finished cycles that the question is about and that lie in its time."""
        sieve = self._sieve
        for cycle in ticket.bridge.cycles:
            if self._is_of_its_time(cycle) and sieve.measures(cycle.metric) and sieve.sees(cycle.department):
                keys = of_cycle(cycle)
                if sieve.passes(keys):
                    yield cycle, keys

    def _is_of_its_time(self, cycle: FinishedCycle) -> bool:
        stopped, breached = cycle.stopped_at, cycle.breached_at
        if stopped is None:
            return False
        return self._earliest <= stopped < self._latest or (breached is not None and self._in_period(breached))

    def _open_clocks(self, ticket: ReportedTicket, ticket_keys: Attribution) -> Iterator[_Clock]:
        for clock in ticket.bridge.detail.clocks:
            if clock.state not in _OVER and self._sieve.measures(clock.metric):
                keys = of_clock(clock, ticket_keys)
                if self._sieve.passes(keys):
                    yield clock, keys

    def _take_cycle(self, ticket: ReportedTicket, cycle: FinishedCycle, keys: Attribution) -> None:
        stopped, is_missed = cycle.stopped_at, cycle.state == _MISSED
        if stopped is None or cycle.state not in _DECIDED:
            return
        if self._month_edges[0] <= stopped < self._month_edges[-1]:
            month = self._months[bisect_right(self._month_edges, stopped) - 1]
            self._rows[Dimension.MONTH].ended(month, cycle.metric, cycle.elapsed_seconds, missed=is_missed)
        if is_missed and cycle.breached_at is not None and self._in_period(cycle.breached_at):
            self._breaches.take(cycle.breached_at)
        if not self._in_period(stopped):
            return
        for dimension, index in _ATTRIBUTED:
            self._rows[dimension].ended(keys[index], cycle.metric, cycle.elapsed_seconds, missed=is_missed)
        self._total.ended(NOBODY, cycle.metric, cycle.elapsed_seconds, missed=is_missed)
        self._names.take_cycle(ticket, cycle, keys)
        self._spent.take(cycle.spent or (), stopped_at=stopped, ticket=ticket.id)
        if is_missed:
            self._missed.append(missed_cycle(ticket, cycle, keys))

    def _take_clock(self, ticket: ReportedTicket, clock: ReportedClock, keys: Attribution) -> None:
        is_overdue = clock.state == _OVERDUE
        for dimension, index in _ATTRIBUTED:
            self._rows[dimension].stands(keys[index], clock.metric, overdue=is_overdue)
        self._total.stands(NOBODY, clock.metric, overdue=is_overdue)
        self._names.take_open(ticket, keys)
        if is_overdue:
            self._missed.append(overdue_clock(ticket, clock, keys))
            if clock.breached_at is not None and self._in_period(clock.breached_at):
                self._breaches.take(clock.breached_at)

    def _names_by_dimension(self) -> Mapping[Dimension, NamesByKey]:
        names = self._names
        return {
            Dimension.LEVEL: _NAMELESS,
            Dimension.CUSTOMER: names.customers,
            Dimension.DEPARTMENT: names.departments,
            Dimension.AGENT: names.agents,
            Dimension.MONTH: _NAMELESS,
        }

    def figures(self, standing_json: Mapping[str, Any] | None) -> Figures:
        question = self._question
        return Figures(
            period=question.period,
            filters=question.filters,
            as_of=self._now,
            rows={one: self._rows[one].rows(names) for one, names in self._names_by_dimension().items()},
            total=self._total.rows(_NAMELESS),
            tickets=self._tickets.counts(len(self._excluded)),
            now=self._today.now(),
            backlog=self._today.backlog(),
            arrivals=self._arrivals.heat_map(),
            breaches=self._breaches.heat_map(),
            working=working_week(self._calendar, question.period),
            spent=self._spent.spent(),
            missed=newest_first(self._missed),
            excluded=tuple(sorted(self._excluded, key=lambda one: one.ticket)),
            unknown=self._today.unknown(),
            registry=standing_json if question.departments is None else None,
        )
