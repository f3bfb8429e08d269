"""By which calendar a report counts: it has one, whatever calendars its tickets had."""

from collections import Counter

from bridge.policies.agreement.policy import Policy
from bridge.policies.calendar.work_calendar import WorkCalendar


def report_calendar(policy: Policy) -> WorkCalendar:
    """Return the calendar whose dates and zone a report is told in, and by whose working days it counts ages.

    It is the default one of the latest edition, else that of most of its levels, of equally many the one written first.
    """
    latest = policy.revisions[-1]
    if latest.calendar is not None:
        return latest.calendar
    by_id = {level.calendar.id: level.calendar for level in latest.levels.values()}
    (most, _), *_ = Counter(level.calendar.id for level in latest.levels.values()).most_common(1)
    return by_id[most]
