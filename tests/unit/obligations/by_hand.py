"""Obligations counted a second time, day by day, with every assignment tried; it shares no code with the bridge.

The year is 2026 by the Russian production calendar, written down here from the decree, with working days of 05:00 to 14:00 in
Moscow (UTC+3), an hour less before a holiday.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import product
from typing import NamedTuple

MOSCOW = timezone(timedelta(hours=3))
OFF = {
    *((1, day) for day in (1, 2, 5, 6, 7, 8, 9)), (2, 23), (3, 9), (5, 1), (5, 11), (6, 12), (11, 4), (12, 31),
}  # fmt: skip
SHORT = {(4, 30), (5, 8), (6, 11), (11, 3)}
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


class Owner(NamedTuple):
    """A contract: its number, its first and its last day."""

    number: str
    first: date
    last: date


class Terms(NamedTuple):
    """What is owed: so many every so often, from the calendar or the contract's start, and in a part of a period."""

    at_least: int
    every: str
    from_start: bool
    partial: str
    start: tuple[int, int] | None = None
    """So many within so many working days of the first."""


class Stretch(NamedTuple):
    """A period of a contract by its place, as it was found by walking."""

    owner: int
    start: bool
    first: date
    last: date
    at_least: int
    due: datetime


def window(day: date) -> tuple[datetime, datetime] | None:
    """Return the working time of a day of 2026."""
    if day.weekday() > 4 or (day.month, day.day) in OFF:
        return None
    closes = 13 if (day.month, day.day) in SHORT else 14
    return datetime(day.year, day.month, day.day, 5, tzinfo=MOSCOW), datetime(
        day.year, day.month, day.day, closes, tzinfo=MOSCOW
    )


def walk(first: date, last: date) -> Iterator[date]:
    """Yield the days one after the other."""
    while first <= last:
        yield first
        first += timedelta(days=1)


def seconds_left(now: datetime, first: date, last: date) -> int:
    """Return the working seconds of these days behind `now`."""
    found = 0
    for day in walk(first, last):
        hours = window(day)
        if hours is not None:
            found += max(0, int((hours[1] - max(now, hours[0])).total_seconds()))
    return found


def is_boundary(day: date, anchor: date, months: int) -> bool:
    """Return whether a period begins on the day; where a month is too short, on its last day."""
    apart = (day.year - anchor.year) * 12 + day.month - anchor.month
    if apart % months:
        return False
    ends = (day + timedelta(days=1)).day == 1
    return day.day == anchor.day or (ends and day.day < anchor.day)


def stretches(place: int, owner: Owner, terms: Terms) -> Iterator[Stretch]:
    """Yield the contract's periods in which something is owed."""
    months = MONTHS[terms.every]
    anchor = owner.first if terms.from_start else date(2020, 1, 1)
    begin = owner.first
    while not is_boundary(begin, anchor, months):
        begin -= timedelta(days=1)
    while begin <= owner.last:
        end = begin + timedelta(days=1)
        while not is_boundary(end, anchor, months):
            end += timedelta(days=1)
        days = [day for day in walk(begin, end - timedelta(days=1)) if owner.first <= day <= owner.last]
        whole = (end - begin).days
        owed = terms.at_least
        if len(days) < whole and terms.partial != "whole":
            # The largest number of times a whole share fits, found by counting.
            share = 0
            while terms.partial == "in_proportion" and (share + 1) * whole <= terms.at_least * len(days):
                share += 1
            owed = share
        yield from _stretch(place, False, days, owed)
        begin = end
    if terms.start is not None:
        owed, within = terms.start
        day, worked = owner.first, 0
        while worked < within:
            day += timedelta(days=1)
            worked += window(day) is not None
        yield from _stretch(place, True, list(walk(owner.first, min(day, owner.last))), owed)


def _stretch(place: int, start: bool, days: Sequence[date], owed: int) -> Iterator[Stretch]:  # noqa: FBT001
    closes = [hours[1] for day in days if (hours := window(day)) is not None]
    if owed and closes:
        yield Stretch(place, start, days[0], days[-1], owed, max(closes))


class Tried(NamedTuple):
    """The best there is: periods kept, events that count towards what is owed."""

    kept: int
    useful: int


def fits(event: tuple[date, str], owner: Owner, own: Sequence[Stretch]) -> bool:
    """Return whether an event may count for a contract."""
    day, named = event
    inside = owner.first <= day <= owner.last and any(one.first <= day <= one.last for one in own)
    return inside and named in ("", owner.number)


def best(owners: Sequence[Owner], periods: Sequence[Stretch], events: Sequence[tuple[date, str]]) -> Tried:
    """Return what the best of all assignments gives."""
    choices = []
    for event in events:
        places = [
            place
            for place, owner in enumerate(owners)
            if fits(event, owner, [one for one in periods if one.owner == place])
        ]
        if places:
            choices.append([(event[0], place) for place in places])
    return max((judged(periods, assigned) for assigned in product(*choices)), default=Tried(0, 0))


def judged(periods: Sequence[Stretch], assigned: Sequence[tuple[date, int]]) -> Tried:
    """Return what an assignment of days to contracts gives."""
    counts = [0] * len(periods)
    useful = 0
    for day, place in sorted(assigned):
        counted = False
        for index, one in enumerate(periods):
            if one.owner == place and one.first <= day <= one.last:
                counted |= counts[index] < one.at_least
                counts[index] += 1
        useful += counted
    return Tried(sum(count >= one.at_least for count, one in zip(counts, periods, strict=True)), useful)
