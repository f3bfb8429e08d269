"""When time alone may next change how obligations stand."""

from datetime import timedelta

from bridge.policies.obligations.model import OwedState
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import day_at, day_starts
from bridge.tickets import Instant

_DAY = timedelta(days=1)


def next_turn(found: Obligations) -> Instant:
    """Return the next instant at which a point is passed, something is missed, or a day begins, which may begin a period."""
    now = found.span.now
    turns = [day_starts(one.calendar, day_at(one.calendar, now) + _DAY) for one in found.definitions]
    for one in found.rows:
        if one.state is OwedState.DUE:
            turns += [at for at in (one.next_point_at, one.due_at + 1) if at is not None and at > now]
    return min(turns)
