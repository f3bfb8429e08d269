"""When the events of an iCalendar file take place: editions, repetitions, and single occurrences that are moved or cancelled.

`recurring-ical-events` follows the repetitions; what would not end is refused before, and what it would match with nothing
is put into words that it matches.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr

from bridge.files.icalendar import CalendarEvent, day_of, is_midnight, shown_in, wall

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
MAX_OCCURRENCES = 5_000
"""So many occurrences may a repeating event have. More are refused before any is made: every second of a year is."""

MAX_IN_ALL = 20_000
"""So many occurrences may all events of a file have together."""

_FIRST_YEAR = 1900
_DAY = timedelta(days=1)
_TIMES_OF_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
# Such a part can make a daily or weekly rule that no day ever fulfils; the search for one goes on to the year 9999.
_NEVER_MET = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYEASTER"})
_NUMBER = "X-BRIDGE-NUMBER"
_ONCE = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID")


class TooManyOccurrences(ValueError):
    """The events of a file repeat more often than anybody can have meant."""


class RuleRefused(ValueError):
    """A repetition that is not followed: its frequency was not asked for, it has no step, or it names times of day."""


class Occurrence(NamedTuple):
    """An event takes place on the days `first` to `last` of whoever reads it; an end at midnight adds no day. `length` is
    how long it lasts."""

    event: CalendarEvent
    first: date
    last: date
    length: timedelta


def series(events: Iterable[CalendarEvent]) -> list[list[CalendarEvent]]:
    """Return the events in groups: each with those that replace single occurrences of it behind it.

    Of several editions of one event the latest counts (SEQUENCE). Two events that share a UID although none replaces the
    other are both taken: no day is overlooked.
    """
    groups: list[list[CalendarEvent]] = []
    by_uid: dict[str, list[CalendarEvent]] = {}
    for event in sorted(_latest(events), key=lambda event: event.replaces):
        uid = event.text("UID")
        if event.replaces and uid in by_uid:
            by_uid[uid].append(event)
            continue
        groups.append([event])
        if uid:
            by_uid.setdefault(uid, groups[-1])
    return sorted(groups, key=lambda group: group[0].line)


def _latest(events: Iterable[CalendarEvent]) -> list[CalendarEvent]:
    """Return the events without those of which the file has a later edition."""
    listed = list(events)
    newest: dict[tuple[str, str], int] = {}
    for event in listed:
        newest[event.identity] = max(newest.get(event.identity, 0), event.sequence)
    return [event for event in listed if not event.text("UID") or event.sequence == newest[event.identity]]


def occurrences(
    group: Sequence[CalendarEvent], last: date, *, zone: tzinfo, frequencies: Collection[str] = FREQUENCIES
) -> list[Occurrence]:
    """Return when the events of one of the `series` take place up to the day `last`, cancelled occurrences included.

    What is written in UTC or in another zone takes place on the days of `zone`, unless it fills whole days of its own.
    Raises RuleRefused, with the rule, for another frequency, and ValueError for one that cannot be read or has no end.
    """
    from icalendar import Calendar  # noqa: PLC0415

    calendar = Calendar()
    unnamed = set()
    for number, event in enumerate(group):
        if not _begins_by_rule(event, last, frequencies):
            unnamed.add((number, event.first_day))
        _refuse_contradictions(event)
        event.component[_NUMBER] = number
        # They are one series, and its editions are chosen: however the file names and counts them serves no more.
        event.component["UID"] = "series"
        event.component.pop("SEQUENCE", None)
        calendar.add_component(event.component)
    _match_days(group, zone)
    found = []
    until = last + _DAY if last < date.max else last
    for one in _followed(calendar, until):
        start, end = one["DTSTART"].dt, one["DTEND"].dt
        if (one[_NUMBER], day_of(start)) not in unnamed:
            found.append(_taken_place(group[one[_NUMBER]], start, end, zone))
    return sorted(found, key=lambda one: one.first)


class Room:
    """How many occurrences a file may still have."""

    def __init__(self) -> None:
        self._left = MAX_IN_ALL

    def take(self, found: Sequence[Occurrence]) -> None:
        """Make room for what was found. Raises TooManyOccurrences where there is none left."""
        self._left -= len(found)
        if self._left < 0:
            raise TooManyOccurrences(
                f"its events repeat more than {MAX_IN_ALL:,} times in all; give them an end (UNTIL or COUNT), or split the file"
            )


def _taken_place(event: CalendarEvent, start: date, end: date, zone: tzinfo) -> Occurrence:
    if not (is_midnight(wall(start, zone)) and is_midnight(wall(end, zone))):
        start, end = shown_in(start, zone), shown_in(end, zone)
    start, end = wall(start, zone), wall(end, zone)
    first, length = day_of(start), end - start
    before = day_of(end - timedelta(microseconds=1)) if isinstance(end, datetime) else end - _DAY
    return Occurrence(event, first, max(first, before), length)


def _followed(calendar: Any, until: date) -> list[Any]:
    from recurring_ical_events import of  # noqa: PLC0415

    try:
        return list(of(calendar).between((_FIRST_YEAR, 1, 1), (until.year, until.month, until.day)))
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:
        # The package stumbles over values that do not go together, such as dates beside moments with a zone.
        raise ValueError(f"its dates do not go together: {error}") from None


def _refuse_contradictions(event: CalendarEvent) -> None:
    """Raise ValueError for what says one thing twice, has two ends, or ends before it begins, for lists of anything but days
    and moments, and for rules that nobody follows any more."""
    _refuse_values(event)
    start, end, duration = event.moment("DTSTART"), event.moment("DTEND"), event.duration
    if "EXRULE" in event.component:
        raise ValueError("EXRULE is not followed; leave single days out with EXDATE")
    if end is not None and duration is not None:
        raise ValueError("it has both DTEND and DURATION; keep one of them")
    both_alike = isinstance(start, datetime) == isinstance(end, datetime)
    if (duration is not None and duration < timedelta(0)) or (start and end and both_alike and _before(end, start)):
        raise ValueError("it ends before it begins")


def _refuse_values(event: CalendarEvent) -> None:
    for name in _ONCE:
        if len(event.values(name)) > 1:
            raise ValueError(f"the event has {name} more than once")
    for name in ("RDATE", "EXDATE", "RECURRENCE-ID"):
        for moment in moments(event, name):
            if not isinstance(moment, date):
                raise ValueError(f"{str(moment)!r} in {name} is no date of an event")  # noqa: TRY004 - the file is wrong


def _before(one: date, other: date) -> bool:
    try:
        return one < other
    except TypeError:  # one has a zone, the other has none
        return day_of(one) < day_of(other)


def _match_days(group: Sequence[CalendarEvent], zone: tzinfo) -> None:
    """Write the exceptions of a series of days as days: some programs give them as moments in UTC, which match none."""
    from icalendar import vDDDLists, vDDDTypes  # noqa: PLC0415

    master = group[0]
    if master.replaces or isinstance(master.moment("DTSTART"), datetime):
        return
    if days := [_day_meant(moment, zone) for moment in moments(master, "EXDATE")]:
        master.component["EXDATE"] = vDDDLists(days)
    for event in group[1:]:
        (moment,) = moments(event, "RECURRENCE-ID")
        day = vDDDTypes(_day_meant(moment, zone))
        day.params = event.component["RECURRENCE-ID"].params
        day.params["VALUE"] = "DATE"
        event.component["RECURRENCE-ID"] = day


def _day_meant(moment: date, zone: tzinfo) -> date:
    """Return the day that a moment stands for: midnight of the reader's, or else the day as it is written."""
    local = shown_in(moment, zone)
    return day_of(local if is_midnight(local) else moment)


def unmet_exceptions(
    group: Sequence[CalendarEvent], last: date, *, zone: tzinfo
) -> Iterator[tuple[CalendarEvent, date]]:
    """Yield exceptions of a series that meet none of its occurrences, each with the day that it wants to change.

    The series must be one that `occurrences` has understood.
    """
    master = group[0]
    start = master.moment("DTSTART")
    if master.replaces or start is None:
        return
    named = list(_exceptions(group))
    if not named:
        return
    days = {day_of(start), *(day_of(moment) for moment in moments(master, "RDATE"))}
    for rule in master.rules:
        days.update(_days_of(rule, day_of(start), last))
    for event, moment in named:
        day = _day_changed(start, moment, zone)
        if day not in days and day <= last:
            yield event, day


def _exceptions(group: Sequence[CalendarEvent]) -> Iterator[tuple[CalendarEvent, date]]:
    """Yield the moments of a series that are moved or left out, each with the event that says so."""
    for event in group[1:]:
        yield from ((event, moment) for moment in moments(event, "RECURRENCE-ID"))
    yield from ((group[0], moment) for moment in moments(group[0], "EXDATE"))


def _day_changed(start: date, moment: date, zone: tzinfo) -> date:
    """Return the day that an exception names, in the zone of a series of moments, or as a day where it begins with one."""
    if not isinstance(start, datetime):
        return _day_meant(moment, zone)
    return day_of(moment if start.tzinfo is None else shown_in(moment, start.tzinfo))


def moments(event: CalendarEvent, name: str) -> Iterator[date]:
    """Yield the moments of a property that may list several; of a period, when it begins."""
    for value in event.values(name):
        for one in getattr(value, "dts", (value,)):
            yield one.dt[0] if isinstance(one.dt, tuple) else one.dt


def _begins_by_rule(event: CalendarEvent, last: date, frequencies: Collection[str]) -> bool:
    """Return whether its rules give its own start, or it has none. Raises ValueError for what cannot or must not be followed."""
    for name in ("DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE"):
        event.values(name)
    first = event.first_day
    starts: list[date] = []
    for rule in event.rules:
        _refuse_rule(rule, _parts(rule), frequencies)
        try:
            days = _days_of(rule, first, last)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"RRULE {rule!r} cannot be read: {error}") from None
        if len(days) > MAX_OCCURRENCES:
            raise ValueError(f"it repeats more than {MAX_OCCURRENCES:,} times; give it an end (UNTIL or COUNT)")
        starts += days[:1]
    return not event.rules or first in starts


def _parts(rule: str) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in rule.split(";"))


def _refuse_rule(rule: str, parts: dict[str, str], frequencies: Collection[str]) -> None:
    often = parts.get("FREQ") in {"DAILY", "WEEKLY"}
    unmet = parts.keys() & (_TIMES_OF_DAY | _NEVER_MET if often else _TIMES_OF_DAY)
    # An interval of 0 would stand still.
    steps = re.fullmatch("0*[1-9][0-9]*", parts.get("INTERVAL", "1"))
    if parts.get("FREQ") not in frequencies or unmet or not steps:
        raise RuleRefused(rule)


@lru_cache(maxsize=256)
def _days_of(rule: str, first: date, last: date) -> tuple[date, ...]:
    """Return the days up to `last` that the rule gives, but only one more than are allowed.

    Kept, since exceptions ask for them a second time, and exports say the same rule over and over.
    """
    from icalendar import vDDDTypes  # noqa: PLC0415

    parts = _parts(rule)
    if until := parts.get("UNTIL"):
        last = min(last, day_of(vDDDTypes.from_ical(until)))  # type: ignore[no-untyped-call]
    plain = ";".join(f"{key}={value}" for key, value in parts.items() if key != "UNTIL")
    days = (moment.date() for moment in rrulestr(plain, dtstart=datetime.combine(first, datetime.min.time())))
    return tuple(islice(takewhile(lambda day: day <= last, days), MAX_OCCURRENCES + 1))
