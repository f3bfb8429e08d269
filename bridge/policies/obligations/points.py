"""The points of a period at which somebody is warned, in the words of thresholds: `75%`, `5wd before`."""

from bridge.policies.agreement.obligations import ObligationDefinition
from bridge.policies.agreement.policy import Point
from bridge.policies.clocks.deadlines import before_deadline, share_of
from bridge.policies.obligations.model import OwedPeriod, PassedPoint
from bridge.tickets import Instant


def point_at(definition: ObligationDefinition, window: OwedPeriod, point: Point) -> Instant:
    """Return when a point of the period is reached: a share of its working time, rounded up, or an amount before its last working
    second, walked back through the obligation's calendar and never beyond the beginning."""
    calendar, start, due = definition.calendar, window.starts_at, window.due_at
    if point.before is not None:
        return before_deadline(calendar, point.before, start, due)
    share = share_of(calendar.worked(due) - calendar.worked(start), point)
    return calendar.reach(calendar.worked(start) + share) if share else start


def points_of(definition: ObligationDefinition, window: OwedPeriod) -> list[PassedPoint]:
    """Return the points of the period with their instants, in the order of time, those of one instant in the policy's order."""
    found = (PassedPoint(point_at(definition, window, one.point), one) for one in definition.warn_at)
    return sorted(found, key=lambda one: one.at)


def points_around(
    definition: ObligationDefinition, window: OwedPeriod, now: Instant
) -> tuple[tuple[PassedPoint, ...], Instant | None]:
    """Return the points that have been reached at `now`, in the order of time, and when the next one is, None after the last."""
    points = points_of(definition, window)
    return tuple(one for one in points if one.at <= now), next((one.at for one in points if one.at > now), None)
