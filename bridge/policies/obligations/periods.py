"""The periods of an obligation (CU-4): calendar months and years, or counted from a contract's first day; what is owed in each.

A period is whole days in the zone of the obligation's calendar, and it ends with its last working second: in May 2026, which
ends on a Sunday, that is the close of Friday the 29th. Of a period that a contract covers only in part, at its beginning or at
its end, a share by days is owed, rounded down, unless the policy says otherwise: two a month from the 16th of November on (15
days of 30) are one, from the 20th on none.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bridge.errors import CalendarError
from bridge.policies.agreement.obligations import Every, ObligationDefinition, PartialPeriod, PeriodsFrom
from bridge.policies.calendar.compiled_years import instant_of
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.obligations.model import Holder, OwedPeriod, Term
from bridge.tickets import Instant

_DAY = timedelta(days=1)


def windows_of(definition: ObligationDefinition, holder: Holder, since: date, until: date) -> Iterator[OwedPeriod]:
    """Yield the holder's periods that have a day from `since` to `until`, in their order, the one at the start first.

    A period in which nothing is owed is left out: one that the holder covers too little of, and one without any working time, in
    which nothing could be kept. Periods that begin with a holder without a first day are none. Raises CalendarError beyond the
    horizon of the calendar.
    """
    start = _start_term(definition, holder)
    if start is not None and start.first <= until and since <= start.last:
        yield start
    if holder.first is not None:
        since = max(since, holder.first)
    if holder.last is not None:
        until = min(until, holder.last)
    if since > until:
        return
    for whole_first, whole_last in _whole(definition, holder, since, until):
        first = whole_first if holder.first is None else max(whole_first, holder.first)
        last = whole_last if holder.last is None else min(whole_last, holder.last)
        at_least = _share(definition, (last - first).days + 1, (whole_last - whole_first).days + 1)
        window = _window(definition.calendar, Term.PERIOD, first, last, at_least)
        if window is not None:
            yield window


def day_starts(calendar: WorkCalendar, day: date) -> Instant:
    """Return the first second of the day in the calendar's zone."""
    return instant_of(calendar.zone, day.toordinal(), 0)


def day_at(calendar: WorkCalendar, at: Instant) -> date:
    """Return the day of the instant in the calendar's zone."""
    return datetime.fromtimestamp(at, calendar.zone).date()


def _whole(definition: ObligationDefinition, holder: Holder, since: date, until: date) -> Iterator[tuple[date, date]]:
    """Yield first and last day of the periods around these days, as if the holder covered all of each."""
    months = definition.every.months
    anchor = _anchor(definition, holder, since)
    if anchor is None:
        return
    number = ((since.year - anchor.year) * 12 + since.month - anchor.month) // months
    # From the 31st of a month on, or before the anchor's day of it, the quotient is one too many.
    while months_after(anchor, number * months) > since:
        number -= 1
    while (first := months_after(anchor, number * months)) <= until:
        number += 1
        yield first, months_after(anchor, number * months) - _DAY


def _anchor(definition: ObligationDefinition, holder: Holder, since: date) -> date | None:
    """Return a day on which a period begins."""
    if definition.periods is PeriodsFrom.START:
        return holder.first
    return date(since.year, 1, 1)


def months_after(day: date, months: int) -> date:
    """Return the day so many months later: the same day of the month, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _share(definition: ObligationDefinition, covered: int, whole: int) -> int:
    if covered == whole or definition.partial is PartialPeriod.WHOLE:
        return definition.at_least
    if definition.partial is PartialPeriod.NOTHING:
        return 0
    return definition.at_least * covered // whole


def _start_term(definition: ObligationDefinition, holder: Holder) -> OwedPeriod | None:
    """Return the period right after the beginning; None where nothing is owed in it."""
    wanted = definition.at_start
    if wanted is None or holder.first is None:
        return None
    calendar = definition.calendar
    try:
        last = day_at(calendar, calendar.due(day_starts(calendar, holder.first), wanted.within) - 1)
    except CalendarError:
        # A contract from before the horizon has begun long ago, and one that begins behind it is none of today's.
        return None
    if holder.last is not None:
        last = min(last, holder.last)
    return _window(calendar, Term.START, holder.first, last, wanted.at_least)


def _window(calendar: WorkCalendar, term: Term, first: date, last: date, at_least: int) -> OwedPeriod | None:
    """Return the period; None where nothing is owed in it, or there is no working time to keep it in."""
    starts, ends = day_starts(calendar, first), day_starts(calendar, last + _DAY)
    worked = calendar.worked(ends)
    if not at_least or worked == calendar.worked(starts):
        return None
    return OwedPeriod(term, first, last, at_least, starts, calendar.reach(worked))


def name_of(first: date, last: date, every: Every) -> str:
    """Return what a period is called: a month, quarter, half-year or year of the calendar as 2026-11, 2026-Q4, 2026-H2 or
    2026, any other by its days."""
    aligned = first.day == 1 and (first.month - 1) % every.months == 0
    if not aligned or last + _DAY != months_after(first, every.months):
        return f"{first}..{last}"
    year, month = first.year, first.month
    names = {
        Every.MONTH: f"{year}-{month:02}",
        Every.QUARTER: f"{year}-Q{(month + 2) // 3}",
        Every.HALF_YEAR: f"{year}-H{(month + 5) // 6}",
        Every.YEAR: f"{year}",
    }
    return names[every]
