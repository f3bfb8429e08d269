"""How far published windows reach: far enough for every open clock, and so generously that a new reach is rarely needed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bridge.decisions import Clock
from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR
from bridge.policies.clocks.states import END_STATES
from bridge.tickets import Instant

_DAY = 86_400
_BACK, _BACK_AT_MOST = 60 * _DAY, 365 * _DAY
_AHEAD, _BEHIND_DUE, _AHEAD_AT_MOST = 400 * _DAY, 60 * _DAY, 3 * 366 * _DAY
_SPARE = 60 * _DAY
"""So much further than needed a new reach goes: as long it will do."""

_FIRST, _END = date(HORIZON_FIRST_YEAR, 1, 1), date(HORIZON_END_YEAR, 1, 1)
EVER: Instant = 0
"""Stands for the oldest start where nobody knows it."""


@dataclass(slots=True)
class OpenClocks:
    """The oldest start and the farthest deadline of the open clocks that were met; None where none was."""

    oldest: Instant | None = None
    farthest: Instant | None = None

    def take(self, clocks: Iterable[Clock]) -> None:
        """Take in the clocks of a ticket."""
        for clock in clocks:
            if clock.state in END_STATES:
                continue
            if self.oldest is None or clock.started_at < self.oldest:
                self.oldest = clock.started_at
            if clock.due_at is not None and (self.farthest is None or clock.due_at > self.farthest):
                self.farthest = clock.due_at

    def join(self, others: "OpenClocks") -> None:
        """Take in clocks that were met elsewhere."""
        starts = [one for one in (self.oldest, others.oldest) if one is not None]
        ends = [one for one in (self.farthest, others.farthest) if one is not None]
        self.oldest, self.farthest = min(starts, default=None), max(ends, default=None)


@dataclass(frozen=True, slots=True)
class WindowReach:
    """From the midnight at which one date begins to that at which another does, by the clocks of each calendar. Both are first
    days of a month."""

    first: date
    end: date

    @classmethod
    def around(cls, now: Instant, clocks: OpenClocks) -> "WindowReach":
        """Return a reach that will do for these clocks, and for about two months to come."""
        return cls(_month(_needed_from(now, clocks)), _month(_needed_until(now, clocks, spare=_SPARE), up=True))

    def suffices(self, now: Instant, clocks: OpenClocks) -> bool:
        """Return whether it is still far enough for these clocks."""
        return self.first <= _needed_from(now, clocks) and _needed_until(now, clocks) <= self.end

    def shorter(self, now: Instant) -> Iterator["WindowReach"]:
        """Yield reaches of fewer days back, for a helpdesk that does not take this one."""
        for back in (_BACK, 0):
            first = _month(_day(now - back, -1))
            if first > self.first:
                yield WindowReach(first, self.end)


def _needed_from(now: Instant, clocks: OpenClocks) -> date:
    oldest = now if clocks.oldest is None else clocks.oldest
    return _day(min(now - _BACK, max(oldest, now - _BACK_AT_MOST)), -1)


def _needed_until(now: Instant, clocks: OpenClocks, *, spare: int = 0) -> date:
    farthest = now if clocks.farthest is None else clocks.farthest
    return _day(min(max(now + _AHEAD, farthest + _BEHIND_DUE), now + _AHEAD_AT_MOST) + spare, 2)


def _day(at: Instant, shift: int) -> date:
    """Return the date of an instant in UTC, moved so that its midnight lies on the safe side in every zone; within what calendars
    know."""
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)).date() + timedelta(days=shift)
    return min(max(day, _FIRST), _END)


def _month(day: date, *, up: bool = False) -> date:
    """Return the first day of the month, or with `up` of the next one where that is not today."""
    first = day.replace(day=1)
    return first if first == day or not up else (first + timedelta(days=32)).replace(day=1)
