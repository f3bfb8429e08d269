"""Days off out of an iCalendar file (RFC 5545).

Only what a holiday feed needs is read: whole-day events, with yearly recurrence. Anything else is refused or
reported, because a day off that is overlooked moves deadlines.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr

from bridge.policies.calendar.day_kind import HORIZON_END_YEAR, DayKind, Mark
from bridge.policies.calendar.sources.listed_days import ListedDay, ListedDays
from bridge.policies.calendar.windows import DateSpan

_OBSERVANCE = re.compile(r"\b(observance|not a (public|bank) holiday|памятн\w+ д\w+|рабочий праздник)\b", re.IGNORECASE)
_DURATION = re.compile(r"P(?:([0-9]+)W|([0-9]+)D)(?:T0?0H)?(?:0M0S)?")
_LONGEST_EVENT_DAYS = 366
_CLOCK_PARTS = {"BYHOUR", "BYMINUTE", "BYSECOND"}


@dataclass(slots=True)
class _Event:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)

    def take(self, prop: str, value: str) -> None:
        if prop == "EXDATE":
            self.excluded.extend(value.split(","))
        elif prop == "CATEGORIES" and prop in self.values:
            self.values[prop] += f",{value}"
        else:
            self.values.setdefault(prop, value)

    def text(self, name: str) -> str:
        raw = self.values.get(name, "")
        return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], raw)


def read_ics(name: str, content: bytes, *, only: Iterable[str] = ()) -> tuple[ListedDays, tuple[str, ...]]:
    """Return the days off of an `.ics` file, and one sentence for each event that was left out.

    Left out are cancelled events, observances (by category or description) and events of less than a day; with
    `only`, also those whose categories and description contain none of these words. The data reaches to the end of
    the last year that a dated event names. Raises ValueError, with the line, for a file that is no iCalendar or has a
    date that cannot be read.
    """
    wanted = [word.casefold() for word in only]
    days: list[ListedDay] = []
    left_out: list[str] = []
    years: list[int] = []
    for event in _events(name, content):
        summary = event.text("SUMMARY").strip()
        about = f"{event.text('CATEGORIES')}\n{event.text('DESCRIPTION')}"
        try:
            if event.text("STATUS").upper() == "CANCELLED":
                continue
            first, length = _whole_days(event)
            if not length:
                left_out.append(f"{name} line {event.line}: {summary!r} is not a whole day and is left out")
                continue
            if _OBSERVANCE.search(about) or (wanted and not any(word in about.casefold() for word in wanted)):
                left_out.append(f"{name} line {event.line}: {summary!r} is no day off and is left out")
                continue
            starts = list(_starts(event, first))
        except ValueError as error:
            raise ValueError(f"{name} line {event.line}: {error}") from None
        if "RRULE" not in event.values:
            years.append((first + timedelta(days=length - 1)).year)
        mark = Mark(kind=DayKind.HOLIDAY)
        for start in starts:
            last = start + timedelta(days=length - 1)
            span = DateSpan((start.month, start.day), (last.month, last.day), start.year, last.year)
            days.append(ListedDay(span=span, mark=mark, titles={"ru": summary, "en": summary}))
    return ListedDays(name, days, valid_through=date(max(years), 12, 31) if years else None), tuple(left_out)


def _lines(name: str, content: bytes) -> Iterator[tuple[int, str]]:
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
                raise ValueError(f"{name} line {pending[0]} is not UTF-8 text; export the calendar again") from None
        pending = (number, line) if line.strip() else None


def _properties(name: str, content: bytes) -> Iterator[tuple[int, str, str]]:
    """Yield (line, property name, value) of each content line; parameters are not needed."""
    for number, line in _lines(name, content):
        # A quoted parameter may hold a colon itself: X;CN="a:b":value
        found = re.match(r'([A-Za-z0-9-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)', line, re.DOTALL)
        if found is None:
            raise ValueError(f"{name} line {number}: this is no line of an iCalendar file")
        yield number, found[1].upper(), found[2]


def _events(name: str, content: bytes) -> Iterator[_Event]:
    """Yield the events of the file; what stands inside them (alarms) and beside them (time zones) is passed over."""
    parts: list[str] = []
    event = _Event(0)
    seen = False
    for number, prop, value in _properties(name, content):
        if not parts and (prop, value.upper()) != ("BEGIN", "VCALENDAR"):
            raise ValueError(f"{name} line {number}: this is no iCalendar file, it must start with BEGIN:VCALENDAR")
        seen = True
        if prop == "BEGIN":
            parts.append(value.upper())
            if parts[-1] == "VEVENT":
                event = _Event(number)
        elif prop == "END":
            if parts.pop() != value.upper():
                raise ValueError(f"{name} line {number}: END:{value} closes nothing; the file is damaged")
            if value.upper() == "VEVENT":
                yield event
        elif parts[-1] == "VEVENT":
            event.take(prop, value)
    if parts or not seen:
        raise ValueError(f"{name} ends before END:{parts[-1] if parts else 'VCALENDAR'}; the file is cut off")


def _day(text: str) -> tuple[date, bool]:
    """Return the date, and whether the text is a whole-day value or a midnight."""
    try:
        if re.fullmatch(r"[0-9]{8}", text):
            return datetime.strptime(text, "%Y%m%d").date(), True  # noqa: DTZ007 - a date has no zone
        moment = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"{text!r} is no date of an event") from None
    return moment.date(), not (text.endswith("Z") or moment.hour or moment.minute or moment.second)


def _whole_days(event: _Event) -> tuple[date, int]:
    """Return the event's first day and its length in days; 0 for an event that does not fill whole days."""
    if "DTSTART" not in event.values:
        raise ValueError("the event has no DTSTART")
    first, whole = _day(event.values["DTSTART"])
    length = 1
    if "DTEND" in event.values:
        end, whole_end = _day(event.values["DTEND"])
        whole = whole and whole_end
        length = (end - first).days
        if whole and length == 0 and "T" not in event.values["DTEND"]:
            length = 1  # Some feeds repeat the start as the end of a one-day event.
    elif "DURATION" in event.values:
        found = _DURATION.fullmatch(event.values["DURATION"])
        whole = whole and found is not None
        length = int(found[1] or 0) * 7 + int(found[2] or 0) if found else 0
    elif "T" in event.values["DTSTART"]:
        whole = False  # RFC 5545: a moment without an end takes no time.
    if whole and not 0 < length <= _LONGEST_EVENT_DAYS:
        raise ValueError(f"the event lasts {length} days; between 1 and {_LONGEST_EVENT_DAYS} are possible")
    return first, length if whole else 0


def _starts(event: _Event, first: date) -> Iterator[date]:
    """Yield the first days of all occurrences within the horizon."""
    if "RDATE" in event.values:
        raise ValueError("RDATE is not supported; write each date as an event of its own")
    rule = event.values.get("RRULE", "")
    if not rule:
        yield first
        return
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    # Other frequencies make no public holiday; some of their rules, and an interval of 0, would never yield a date.
    interval = re.fullmatch("0*[1-9][0-9]*", parts.get("INTERVAL", "1"))
    if parts.get("FREQ") != "YEARLY" or interval is None or parts.keys() & _CLOCK_PARTS:
        raise ValueError(f"RRULE {rule!r} is not supported; holidays recur with FREQ=YEARLY")
    excluded = {_day(text.strip())[0] for text in event.excluded}
    until = parts.pop("UNTIL", "")
    end = min(_day(until)[0] if until else date.max, date(HORIZON_END_YEAR - 1, 12, 31))
    plain = ";".join(f"{key}={value}" for key, value in parts.items())
    try:
        moments = rrulestr(plain, dtstart=datetime(first.year, first.month, first.day))  # noqa: DTZ001 - dates only
        days = {moment.date() for moment in takewhile(lambda moment: moment.date() <= end, moments)}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"RRULE {rule!r} cannot be read: {error}") from None
    yield from sorted(days - excluded)
