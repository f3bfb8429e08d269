"""The reader of iCalendar files (RFC 5545) for holidays and absences: bytes in, events and their occurrences out.

The packages `icalendar` and `recurring-ical-events` (the extra `ical`) read the values and follow the repetitions. What
they forgive is refused here first, with its line: to them a damaged file is a short one, and a day that is overlooked
moves deadlines.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, NamedTuple

from dateutil.rrule import rrulestr

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
MAX_EVENTS = 10_000
MAX_OCCURRENCES = 5_000
"""So many occurrences may a repeating event have. More are refused before any is made: every second of a year is."""

_FIRST_YEAR = 1900
_DAY = timedelta(days=1)
_PROPERTY = re.compile(
    r'([A-Za-z0-9-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)', re.DOTALL
)  # a quoted parameter may hold a colon
_TIMES_OF_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
# Such a part can make a daily or weekly rule that no day ever fulfils; the search for one goes on to the year 9999.
_NEVER_MET = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYEASTER"})
_NUMBER = "X-BRIDGE-NUMBER"


class LibraryMissing(ValueError):
    """The packages that read iCalendar are not installed."""


class RuleRefused(ValueError):
    """A repetition that is not followed: its frequency was not asked for, it has no step, or it names times of day."""


@dataclass(frozen=True, slots=True, eq=False)
class CalendarEvent:
    """One event as it is written; `line` is the one with its BEGIN."""

    line: int
    component: Any

    def text(self, name: str) -> str:
        """Return a property as text, empty where there is none. The first of several counts."""
        return str(next(iter(_each(self.component.get(name))), ""))

    @property
    def categories(self) -> str:
        """All its categories."""
        return ",".join(map(str, self.component.categories))

    @property
    def attendees(self) -> tuple[str, ...]:
        """The addresses of those who take part."""
        return tuple(str(one).casefold().removeprefix("mailto:") for one in _each(self.component.get("ATTENDEE")))

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.text("STATUS").upper() == "CANCELLED"

    @property
    def replaces(self) -> bool:
        """Whether it stands for one occurrence of a repeating event of the same UID."""
        return "RECURRENCE-ID" in self.component

    @property
    def rules(self) -> tuple[str, ...]:
        """How it repeats (RRULE), as text."""
        found = _each(self.component.get("RRULE"))
        return tuple((str(rule) if isinstance(rule, str) else rule.to_ical().decode()).upper() for rule in found)

    @property
    def first_day(self) -> date:
        """The day on which it starts, as it is written. Raises ValueError where that cannot be read."""
        start = self.moment("DTSTART")
        if start is None:
            raise ValueError("the event has no DTSTART")
        return _day_of(start)

    @property
    def whole_days(self) -> int | None:
        """How many days it lasts from midnight to midnight of whoever reads it, maybe below 1; None for any other event.
        Raises ValueError for dates that cannot be read."""
        first, end = self.first_day, self.moment("DTEND")
        if end is not None:
            # Some feeds repeat the start as the end of a one-day event.
            length = _DAY if end == first and not isinstance(end, datetime) else _day_of(end) - first
        elif duration := self.values("DURATION"):
            length = duration[0].dt
        elif isinstance(self.moment("DTSTART"), datetime):
            return None  # RFC 5545: a moment without an end takes no time.
        else:
            length = _DAY
        whole = not length % _DAY and self._at_midnight("DTSTART") and self._at_midnight("DTEND")
        return length.days if whole else None

    def moment(self, name: str) -> date | None:
        """Return a property that is a date or a datetime; None where there is none. Raises ValueError for others."""
        found = self.values(name)
        if not found:
            return None
        if not isinstance(found[0].dt, date):
            raise ValueError(  # noqa: TRY004 - the file is wrong, not the program
                f"{found[0].to_ical().decode()!r} is no date of an event"
            )
        return found[0].dt

    def values(self, name: str) -> list[Any]:
        """Return the property's values, each as icalendar has it. Raises ValueError for one that it cannot read."""
        found = _each(self.component.get(name))
        # What icalendar cannot read it keeps as text.
        if broken := [value for value in found if isinstance(value, str)]:
            raise ValueError(f"{str(broken[0])!r} is no date of an event")
        return found

    def _at_midnight(self, name: str) -> bool:
        moment = self.moment(name)
        if not isinstance(moment, datetime):
            return True
        # Midnight in UTC, written with a Z, is another time of day for most who read it.
        utc = moment.tzinfo is not None and "TZID" not in self.values(name)[0].params
        return not (utc or moment.hour or moment.minute or moment.second)


class Occurrence(NamedTuple):
    """An event takes place on the days `first` to `last`, as they are written; an end at midnight adds no day."""

    event: CalendarEvent
    first: date
    last: date


def read_events(content: bytes) -> list[CalendarEvent]:
    """Return the events in their order. Raises ValueError, with the line, for a file that is damaged, and LibraryMissing."""
    try:
        from icalendar import Calendar  # noqa: PLC0415 - an extra: paid for only by who reads iCalendar
    except ImportError:
        raise LibraryMissing("reading iCalendar needs icalendar | install osticket-sla-bridge[ical]") from None
    lines = list(_content_lines(content))
    begins = _event_lines(lines)
    if len(begins) > MAX_EVENTS:
        raise ValueError(f"holds more than {MAX_EVENTS:,} events; split it into several files")
    try:
        # From lines that are unfolded already: icalendar does not put a letter together that a line break cuts.
        calendars = Calendar.from_ical("\r\n".join(line for _, line in lines), multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise ValueError(f"cannot be read: {error}") from None
    components = (component for calendar in calendars for component in calendar.walk("VEVENT"))
    return [CalendarEvent(line, component) for line, component in zip(begins, components, strict=True)]


def series(events: Iterable[CalendarEvent]) -> list[list[CalendarEvent]]:
    """Return the events in groups: each with those that replace single occurrences of it behind it.

    Two events that share a UID although none replaces the other are both taken: no day is overlooked.
    """
    groups: list[list[CalendarEvent]] = []
    by_uid: dict[str, list[CalendarEvent]] = {}
    for event in sorted(events, key=lambda event: event.replaces):
        uid = event.text("UID")
        if event.replaces and uid in by_uid:
            by_uid[uid].append(event)
            continue
        groups.append([event])
        if uid:
            by_uid.setdefault(uid, groups[-1])
    return sorted(groups, key=lambda group: group[0].line)


def occurrences(
    group: Sequence[CalendarEvent], last: date, *, frequencies: Collection[str] = FREQUENCIES
) -> list[Occurrence]:
    """Return when the events of one of the `series` take place up to the day `last`, cancelled occurrences included.

    Raises RuleRefused, with the rule, for another frequency, and ValueError for one that cannot be read or has no end.
    """
    from icalendar import Calendar  # noqa: PLC0415
    from recurring_ical_events import of  # noqa: PLC0415

    calendar = Calendar()
    unnamed = set()
    for number, event in enumerate(group):
        if not _begins_by_rule(event, last, frequencies):
            unnamed.add((number, event.first_day))
        event.component[_NUMBER] = number
        calendar.add_component(event.component)
    found = []
    until = last + _DAY
    for one in of(calendar).between((_FIRST_YEAR, 1, 1), (until.year, until.month, until.day)):
        first, end = _day_of(one["DTSTART"].dt), one["DTEND"].dt
        before = _day_of(end - timedelta(microseconds=1)) if isinstance(end, datetime) else end - _DAY
        if (one[_NUMBER], first) not in unnamed:
            found.append(Occurrence(group[one[_NUMBER]], first, max(first, before)))
    return sorted(found, key=lambda one: one.first)


def _begins_by_rule(event: CalendarEvent, last: date, frequencies: Collection[str]) -> bool:
    """Return whether its rules give its own start, or it has none. Raises ValueError for what cannot or must not be followed."""
    for name in ("DTEND", "DURATION", "RECURRENCE-ID", "RDATE", "EXDATE"):
        event.values(name)
    first = event.first_day
    starts: list[date] = []
    for rule in event.rules:
        parts = dict(part.partition("=")[::2] for part in rule.split(";"))
        _refuse_rule(rule, parts, frequencies)
        try:
            days = _days_of(parts, first, last)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"RRULE {rule!r} cannot be read: {error}") from None
        if len(days) > MAX_OCCURRENCES:
            raise ValueError(f"it repeats more than {MAX_OCCURRENCES:,} times; give it an end (UNTIL or COUNT)")
        starts += days[:1]
    return not event.rules or first in starts


def _refuse_rule(rule: str, parts: dict[str, str], frequencies: Collection[str]) -> None:
    often = parts.get("FREQ") in {"DAILY", "WEEKLY"}
    unmet = parts.keys() & (_TIMES_OF_DAY | _NEVER_MET if often else _TIMES_OF_DAY)
    # An interval of 0 would stand still.
    steps = re.fullmatch("0*[1-9][0-9]*", parts.get("INTERVAL", "1"))
    if parts.get("FREQ") not in frequencies or unmet or not steps:
        raise RuleRefused(rule)


def _days_of(parts: dict[str, str], first: date, last: date) -> list[date]:
    """Return the days up to `last` that the rule gives, but only one more than are allowed."""
    from icalendar import vDDDTypes  # noqa: PLC0415

    if until := parts.get("UNTIL"):
        last = min(last, _day_of(vDDDTypes.from_ical(until)))  # type: ignore[no-untyped-call]
    plain = ";".join(f"{key}={value}" for key, value in parts.items() if key != "UNTIL")
    days = (moment.date() for moment in rrulestr(plain, dtstart=datetime.combine(first, datetime.min.time())))
    return list(islice(takewhile(lambda day: day <= last, days), MAX_OCCURRENCES + 1))


def _each(value: Any) -> list[Any]:
    """Return what icalendar keeps of a property as a list: nothing, one value, or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _day_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _event_lines(lines: Iterable[tuple[int, str]]) -> list[int]:
    """Return the line of each event's BEGIN. Raises ValueError for a file that is not built as it should be."""
    parts: list[str] = []
    events: list[int] = []
    number = 0
    for number, line in lines:
        name, value = _property(number, line)
        if name == "BEGIN":
            events += [number] if value == "VEVENT" else []
            parts.append(value)
        if parts[:1] != ["VCALENDAR"]:
            raise ValueError(f"line {number}: this is no iCalendar file, it must start with BEGIN:VCALENDAR")
        if name == "END" and parts.pop() != value:
            raise ValueError(f"line {number}: END:{value} closes nothing; the file is damaged")
    if parts or not number:
        raise ValueError(f"ends before END:{parts[-1] if parts else 'VCALENDAR'}; the file is cut off")
    return events


def _property(number: int, line: str) -> tuple[str, str]:
    found = _PROPERTY.match(line)
    if found is None:
        raise ValueError(f"line {number}: this is no line of an iCalendar file")
    return found[1].upper(), found[2].upper()


def _content_lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield unfolded content lines with the number of their first physical line."""
    pending: tuple[int, bytes] | None = None
    # Unfolded as bytes: RFC 5545 lets a line break fall inside a letter of several bytes.
    for number, line in enumerate([*content.removeprefix(b"\xef\xbb\xbf").splitlines(), b""], 1):
        if line[:1] in (b" ", b"\t") and pending is not None:
            pending = pending[0], pending[1] + line[1:]
            continue
        if pending is not None:
            try:
                yield pending[0], pending[1].decode("utf-8")
            except UnicodeDecodeError:
                raise ValueError(f"line {pending[0]} is not UTF-8 text; export the calendar again") from None
        pending = (number, line) if line.strip() else None
