"""Days on which something is in force, and the instants at which that changes. All dates are inclusive."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from bridge.customers import Certificate, Contract, Licence
from bridge.tickets import Instant


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | timezone:
    return UTC if name == "UTC" else ZoneInfo(name)


def day_of(instant: Instant, zone: str) -> date:
    """Return the calendar day of the instant in the zone."""
    return datetime.fromtimestamp(instant, _zone(zone)).date()


@lru_cache(maxsize=65_536)
def start_of(day: date, zone: str) -> Instant:
    """Return the instant at which the day begins in the zone."""
    return int(datetime.combine(day, time.min, tzinfo=_zone(zone)).timestamp())


def day_after(day: date) -> date:
    """Return the next day; the last day of the calendar is its own."""
    return day if day == date.max else day + timedelta(days=1)


def days_before(day: date, days: int) -> date:
    """Return the day `days` earlier; never before the first day of the calendar."""
    return day - timedelta(days=days) if (day - date.min).days >= days else date.min


def in_force(one: Licence | Certificate | Contract, day: date) -> bool:
    """Return whether it is in force on the day; without a date it has always been, or always will be."""
    return (one.valid_from is None or one.valid_from <= day) and (one.valid_until is None or day <= one.valid_until)


def validity_turns(
    held: Iterable[Licence | Certificate | Contract], zone: str, warn_days: int | None = None
) -> list[Instant]:
    """Return the instants at which one of these begins or is over; with `warn_days` also when it is about to end."""
    days: list[date] = []
    for one in held:
        if one.valid_from is not None:
            days.append(one.valid_from)
        if one.valid_until is not None:
            days.append(day_after(one.valid_until))
            if warn_days is not None:
                days.append(days_before(one.valid_until, warn_days))
    return [start_of(day, zone) for day in days]
