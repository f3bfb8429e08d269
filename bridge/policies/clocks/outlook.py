"""What screens count with besides a clock's anchor: when it turns at risk, and how much time it has in all."""

from contextlib import suppress
from functools import lru_cache

from bridge.decisions import Clock, ClockState
from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.verdicts import PROMISED
from bridge.tickets import Instant

_IN_TIME = frozenset({ClockState.RUNNING, ClockState.AT_RISK})


def risk_at(cycle: Cycle) -> Instant | None:
    """Return when an open cycle turns at risk, or did so, if nothing happens; None where it does not, is paused or overdue."""
    if cycle.allowance is None or cycle.state not in _IN_TIME:
        return None
    points = (cycle.reaches(one, cycle.pauses) for one in cycle.allowance.thresholds if one.at_risk)
    return min((at for at in points if at is not None), default=None)


def granted(clock: Clock, cycle: Cycle | None, calendar: WorkCalendar | None) -> tuple[int | None, int | None]:
    """Return how much time a clock has in all: seconds, or working days for a target that is written in those. Both are None
    where nobody knows. `cycle` is the one that is told, where it is open, and `calendar` that of the clock."""
    if clock.target != PROMISED:
        return _written(clock.target)
    flow = calendar if cycle is None else cycle.flow
    if flow is not None and clock.due_at is not None:
        # A date of a kept cycle may lie where calendars end.
        with suppress(CalendarError):
            return flow.worked(clock.due_at) - flow.worked(clock.started_at), None
    return None, None


@lru_cache(maxsize=1_000)
def _written(target: str) -> tuple[int | None, int | None]:
    try:
        amount = Amount.parse(target)
    except ValueError:
        return None, None
    return (None, amount.value) if amount.kind is AmountKind.WORKING_DAYS else (amount.value, None)
