"""The reader of iCalendar files (RFC 5545) for holidays and absences: bytes in, events out.

The packages `icalendar` and `recurring-ical-events` (the extra `ical`) read the values and, in `icalendar_series.py`,
follow the repetitions. What they forgive is refused here first, with its line: to them a damaged file is a short one, and
a day that is overlooked moves deadlines.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

MAX_EVENTS = 10_000

_DAY = timedelta(days=1)
_PROPERTY = re.compile(
    r'([A-Za-z0-9-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)', re.DOTALL
)  # a quoted parameter may hold a colon
_OTHER_ENTRIES = frozenset({"VTODO", "VJOURNAL", "VFREEBUSY"})


class LibraryMissing(ValueError):
    """The packages that read iCalendar are not installed."""


@dataclass(frozen=True, slots=True, eq=False)
class CalendarEvent:
    """One event as it is written; `line` is the one with its BEGIN. `withdrawn`: its calendar only takes events back."""

    line: int
    component: Any
    withdrawn: bool = False

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
        return self.withdrawn or self.text("STATUS").upper() == "CANCELLED"

    @property
    def sequence(self) -> int:
        """Which edition of the event it is; 0 where it does not say."""
        number = self.text("SEQUENCE")
        return int(number) if number.isdecimal() else 0

    @property
    def replaces(self) -> bool:
        """Whether it stands for one occurrence of a repeating event of the same UID."""
        return "RECURRENCE-ID" in self.component

    @property
    def identity(self) -> tuple[str, str]:
        """What its editions share: the UID, and of which occurrence it speaks."""
        of = next(iter(_each(self.component.get("RECURRENCE-ID"))), None)
        return self.text("UID"), "" if of is None else _as_written(of)

    @property
    def rules(self) -> tuple[str, ...]:
        """How it repeats (RRULE), as text."""
        return tuple(_as_written(rule).upper() for rule in _each(self.component.get("RRULE")))

    @property
    def ends(self) -> bool:
        """Whether each of its repetitions has an end; what does not repeat has one."""
        return all("UNTIL=" in rule or "COUNT=" in rule for rule in self.rules)

    @property
    def first_day(self) -> date:
        """The day on which it starts, as it is written. Raises ValueError where that cannot be read."""
        start = self.moment("DTSTART")
        if start is None:
            raise ValueError("the event has no DTSTART")
        return day_of(start)

    def whole_days(self, zone: tzinfo) -> int | None:
        """Return how many days it lasts from midnight to midnight, maybe below 1; None for any other event.

        Midnight is that of the event's own zone; of `zone`, that of the reader, for an event in UTC. Raises ValueError
        for dates that cannot be read.
        """
        self.first_day  # noqa: B018 - it tells that there is none
        start, end = wall(self.moment("DTSTART"), zone), wall(self.moment("DTEND"), zone)
        if end is not None:
            # Some feeds repeat the start as the end of a one-day event.
            length = _DAY if end == start and not isinstance(end, datetime) else day_of(end) - day_of(start)
        elif (duration := self.duration) is not None:
            length = duration
        elif isinstance(start, datetime):
            return None  # RFC 5545: a moment without an end takes no time.
        else:
            length = _DAY
        whole = not length % _DAY and is_midnight(start) and (end is None or is_midnight(end))
        return length.days if whole else None

    @property
    def duration(self) -> timedelta | None:
        """How long it lasts, where it says so. Raises ValueError for what is no length of time."""
        found = self.values("DURATION")
        if found and not isinstance(found[0].dt, timedelta):
            raise ValueError(f"{_written(found[0])!r} is no duration")
        return found[0].dt if found else None

    def moment(self, name: str) -> date | None:
        """Return a property that is a date or a datetime; None where there is none. Raises ValueError for others."""
        found = self.values(name)
        if not found:
            return None
        if not isinstance(found[0].dt, date):
            raise ValueError(f"{_written(found[0])!r} is no date of an event")  # noqa: TRY004 - the file is wrong
        if len(found) > 1:
            raise ValueError(f"the event has {name} more than once")
        return found[0].dt

    def values(self, name: str) -> list[Any]:
        """Return the property's values, each as icalendar has it. Raises ValueError for one that it cannot read."""
        found = _each(self.component.get(name))
        # What icalendar cannot read it keeps as text.
        if broken := [value for value in found if isinstance(value, str)]:
            raise ValueError(f"{str(broken[0])!r} is no date of an event")
        return found


def _as_written(value: Any) -> str:
    """Return a value as the file writes it; what the library could not read, it keeps as text."""
    text = value if isinstance(value, str) else value.to_ical()
    return text.decode() if isinstance(text, bytes) else str(text)


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
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # The library stumbles over parameters that stand twice and the like in ways of its own.
        raise ValueError(f"cannot be read: {error}") from None
    components = [
        (component, str(calendar.get("METHOD", "")).upper() == "CANCEL")
        for calendar in calendars
        for component in calendar.walk("VEVENT")
    ]
    return [CalendarEvent(line, *component) for line, component in zip(begins, components, strict=True)]


def other_entries(content: bytes) -> dict[str, int]:
    """Return how many entries the file has that are no events (VTODO, VJOURNAL, VFREEBUSY), by their kind."""
    found: dict[str, int] = {}
    for number, line in _content_lines(content):
        name, value = _property(number, line)
        if name == "BEGIN" and value in _OTHER_ENTRIES:
            found[value] = found.get(value, 0) + 1
    return found


def shown_in(moment: date, zone: tzinfo) -> date:
    """Return a moment with a zone as the clocks of `zone` show it; any other as it is. Raises ValueError beyond year 9999."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(zone)
    except OverflowError:
        raise ValueError(f"'{moment:%Y-%m-%d}' lies beyond the years that can be counted") from None


def wall(moment: Any, zone: tzinfo) -> Any:
    """Return a moment as clocks on the wall show it: those of its own zone; of `zone` for one in UTC, where nobody lives."""
    if not isinstance(moment, datetime):
        return moment
    local: Any = shown_in(moment, zone) if moment.tzname() == "UTC" else moment
    return local.replace(tzinfo=None)


def is_midnight(moment: date) -> bool:
    """Return whether a day begins there, as it is written; every day does."""
    return not isinstance(moment, datetime) or not (moment.hour or moment.minute or moment.second)


def _written(value: Any) -> str:
    text = value.to_ical()
    return text.decode() if isinstance(text, bytes) else str(text)


def _each(value: Any) -> list[Any]:
    """Return what icalendar keeps of a property as a list: nothing, one value, or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def day_of(moment: date) -> date:
    """Return the day of a moment, as it is written."""
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


def _as_utf8(content: bytes) -> bytes:
    """Return the file in UTF-8 without a byte order mark; what bears no mark is left as it is."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        try:
            return content.decode("utf-16").encode()
        except UnicodeError:
            return content
    return content.removeprefix(codecs.BOM_UTF8)


def _content_lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield unfolded content lines with the number of their first physical line."""
    pending: tuple[int, bytes] | None = None
    # Unfolded as bytes: RFC 5545 lets a line break fall inside a letter of several bytes.
    for number, line in enumerate([*_as_utf8(content).splitlines(), b""], 1):
        if line[:1] in (b" ", b"\t") and pending is not None:
            pending = pending[0], pending[1] + line[1:]
            continue
        if pending is not None:
            try:
                yield pending[0], pending[1].decode("utf-8")
            except UnicodeDecodeError:
                raise ValueError(f"line {pending[0]} is not UTF-8 text; export the calendar again") from None
        pending = (number, line) if line.strip() else None
