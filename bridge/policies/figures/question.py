"""What is asked of the figures: a period, exact keys, and whose departments may be seen."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.errors import BridgeError
from bridge.policies.calendar.compiled_years import instant_of
from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR
from bridge.policies.figures.model import Filters, Period
from bridge.tickets import Instant

DAYS_AT_MOST = 400
MONTHS = 12
"""So many calendar months are compared, the last of them that of the period's end."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PeriodRefused(BridgeError):
    """A period that no report can be made of."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question; with `departments`, the ids of those that may be seen, nothing of any other is told."""

    period: Period
    filters: Filters = field(default_factory=Filters)
    departments: frozenset[int] | None = None


def asked_period(since: str | None, until: str | None, *, zone: ZoneInfo, now: Instant) -> Period:
    """Return the period between two dates like `2026-11-01`, both included; the month of `now` where none is given.

    Raises PeriodRefused for what is no date or lies where no calendar answers, for one end alone, and for a period that ends
    before it begins or has more than 400 days.
    """
    if since is None and until is None:
        today = datetime.fromtimestamp(now, zone).date()
        return Period(since=today.replace(day=1), until=_month_end(today), zone=zone.key)
    if since is None or until is None:
        raise PeriodRefused("a period has two ends", hint="name `from` and `until`, or neither for the current month")
    first, last = _date("from", since), _date("until", until)
    if not 0 <= (last - first).days < DAYS_AT_MOST:
        raise PeriodRefused(
            f"from {first} until {last} is no period of 1 to {DAYS_AT_MOST} days", hint="both dates belong to it"
        )
    return Period(since=first, until=last, zone=zone.key)


def _date(name: str, text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not HORIZON_FIRST_YEAR <= day.year < HORIZON_END_YEAR:
        raise PeriodRefused(
            f"{name}: {text!r} is no date from {HORIZON_FIRST_YEAR} to {HORIZON_END_YEAR - 1}",
            hint="write one as 2026-11-01",
        )
    return day


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def bounds(period: Period, zone: ZoneInfo) -> tuple[Instant, Instant]:
    """Return the first instant of the period, and the first one behind it."""
    return _midnight(period.since, zone), _midnight(period.until + timedelta(days=1), zone)


def months_until(period: Period, zone: ZoneInfo) -> tuple[tuple[str, ...], tuple[Instant, ...]]:
    """Return the months that are compared, as `2026-11`, and the instants at which they begin with that of their end."""
    firsts = [period.until.replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    edges = [*firsts, _month_end(period.until) + timedelta(days=1)]
    return tuple(f"{one:%Y-%m}" for one in firsts), tuple(_midnight(one, zone) for one in edges)


def _midnight(day: date, zone: ZoneInfo) -> Instant:
    return instant_of(zone, day.toordinal(), 0)
