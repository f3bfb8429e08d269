"""How the tickets stand now, whatever the period: what is open, what is due next, what is late, what cannot be judged."""

from collections import Counter

from bridge.decisions import ClockState, Outcome, SupportVerdict
from bridge.policies.calendar.compiled_years import instant_of
from bridge.policies.figures.backlog import BacklogCount
from bridge.policies.figures.hours import WorkingHours, local_date
from bridge.policies.figures.model import AgeBand, MostLate, Now, Unknown
from bridge.policies.figures.reported import ReportedTicket
from bridge.tickets import Instant, parse_instant

_AT_RISK, _OVERDUE, _PAUSED = ClockState.AT_RISK.value, ClockState.OVERDUE.value, ClockState.PAUSED.value
_UNKNOWN_VERDICT, _UNKNOWN_OUTCOME = SupportVerdict.UNKNOWN.value, Outcome.UNKNOWN.value


class TodayCount:
    """The tickets as they stand, while they are counted."""

    def __init__(self, calendar: WorkingHours, now: Instant) -> None:
        today = local_date(now, calendar.zone)
        self._today = range(*(instant_of(calendar.zone, day, 0) for day in (today, today + 1)))
        self._backlog = BacklogCount(calendar, now)
        self._open = self._new_today = 0
        self._states: Counter[str] = Counter()
        self._next_due: Instant | None = None
        self._most_late: MostLate | None = None
        self._unknown: list[Unknown] = []

    def take(self, ticket: ReportedTicket, *, is_open: bool) -> None:
        """Take in a ticket."""
        self._new_today += ticket.created_at in self._today
        if is_open:
            self._take_open(ticket)

    def _take_open(self, ticket: ReportedTicket) -> None:
        fields = ticket.bridge.fields
        state = fields.get("sla_state") or ClockState.NONE.value
        self._open += 1
        self._states[str(state)] += 1
        self._backlog.take(ticket.created_at, waiting=state == _PAUSED)
        if state in (_AT_RISK, _OVERDUE):
            self._take_due(ticket.id, _instant(fields.get("sla_due")), is_late=state == _OVERDUE)
        if fields.get("sla_support") == _UNKNOWN_VERDICT:
            checks = tuple(one.id for one in ticket.bridge.detail.checks if one.outcome == _UNKNOWN_OUTCOME)
            self._unknown.append(Unknown(ticket=ticket.id, number=ticket.number, checks=checks))

    def _take_due(self, ticket: int, due: Instant | None, *, is_late: bool) -> None:
        if due is None:
            return
        if not is_late:
            self._next_due = due if self._next_due is None else min(due, self._next_due)
            return
        before = self._most_late
        if before is None or (due, ticket) < (before.due_at, before.ticket):
            self._most_late = MostLate(ticket=ticket, due_at=due)

    def now(self) -> Now:
        """Return how the tickets stand."""
        return Now(
            open=self._open,
            new_today=self._new_today,
            at_risk=self._states[_AT_RISK],
            next_due=self._next_due,
            overdue=self._states[_OVERDUE],
            most_late=self._most_late,
            paused=self._states[_PAUSED],
            no_sla=self._states[ClockState.NONE.value],
            unknown=len(self._unknown),
        )

    def backlog(self) -> tuple[AgeBand, ...]:
        """Return the open tickets by age."""
        return self._backlog.bands()

    def unknown(self) -> tuple[Unknown, ...]:
        """Return the open tickets whose support is unknown, in the order of their ids."""
        return tuple(sorted(self._unknown, key=lambda one: one.ticket))


def _instant(value: object) -> Instant | None:
    try:
        return parse_instant(value) if isinstance(value, str) else None
    except ValueError:
        return None
