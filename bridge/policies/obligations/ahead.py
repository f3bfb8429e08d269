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
    calendars = (each.definition.calendar for one in found.obligations for each in one.editions)
    turns = [day_starts(one, day_at(one, now) + _DAY) for one in calendars]
    for one in found.rows:
        if one.state is OwedState.DUE:
            turns += [at for at in (one.next_point_at, one.due_at + 1) if at is not None and at > now]
    return min(turns)
