"""When curators are away, from CSV and iCalendar exports."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from typing import Any

from dateutil.rrule import rrulestr

from bridge.connectors.registry.cells import day as read_day
from bridge.connectors.registry.description import AbsenceColumns
from bridge.connectors.registry.sources.csv import decoded
from bridge.connectors.registry.sources.table import SourceUnusable
from bridge.errors import Problem

_OCCURRENCES = 1_500
"""So many occurrences of a repeating absence are read: a weekly one for almost thirty years."""

_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days on which somebody is away, both inclusive; `who` is an id, a name or an e-mail address."""

    who: str
    first: date
    last: date
    why: str = ""


def csv_absences(content: bytes, columns: AbsenceColumns, name: str, problems: list[Problem]) -> Iterable[Absence]:
    """Yield the absences of a CSV file; a row that cannot be read becomes a problem. Raises SourceUnusable."""
    text = decoded(content, "auto", name)
    first_line = text.split("\n", 1)[0]
    delimiter = max((";", ",", "\t"), key=first_line.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    missing = {columns.who, columns.first, columns.last} - set(reader.fieldnames or ())
    if missing:
        raise SourceUnusable(f"{name} has no column {min(missing)!r}", hint=f"the header reads: {first_line.strip()}")
    for row in reader:
        who = (row[columns.who] or "").strip()
        if not who:
            continue
        try:
            first, last = (read_day((row[column] or "").strip()) for column in (columns.first, columns.last))
        except ValueError as error:
            message = f"row {reader.line_num}: {error}"
            problems.append(Problem(code="bad_value", message=message, file=name, line=reader.line_num))
            continue
        yield Absence(who=who, first=first, last=last, why=(row.get(columns.why) or "").strip())


def ics_absences(content: bytes, columns: AbsenceColumns, name: str, problems: list[Problem]) -> Iterable[Absence]:
    """Yield the absences of an iCalendar file, repeated ones once each time. Raises SourceUnusable."""
    del columns
    try:
        from icalendar import Calendar  # noqa: PLC0415 -- an extra: paid for only by who reads iCalendar
    except ImportError:
        raise SourceUnusable(
            f"{name}: reading iCalendar needs icalendar", hint="install osticket-sla-bridge[ical]"
        ) from None
    try:
        events = Calendar.from_ical(content).walk("VEVENT")
    except (ValueError, IndexError, KeyError) as error:
        raise SourceUnusable(f"{name} is no iCalendar file: {error}") from None
    for event in events:
        summary = str(event.get("SUMMARY", ""))
        start = event.decoded("DTSTART", None)
        if start is None or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        end = event.decoded("DTEND", None)
        first = _day(start)
        last = first if end is None else end.date() if isinstance(end, datetime) else end - timedelta(days=1)
        attendees = event.get("ATTENDEE", [])
        listed = attendees if isinstance(attendees, list) else [attendees]
        who = " ".join([summary, *(str(one).casefold().removeprefix("mailto:") for one in listed)]).strip()
        length = max(last - first, timedelta())
        try:
            begins = list(_begins(event, first))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"the repeating absence {summary!r} cannot be read: {error}"
            hint = "enter each absence by itself"
            problems.append(Problem(code="repeating_absence", message=message, file=name, hint=hint))
            continue
        yield from (Absence(who=who, first=begin, last=begin + length, why=summary) for begin in begins)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _begins(event: Any, first: date) -> Iterator[date]:
    """Yield the first day of every occurrence of the event; RFC 5545 without RDATE. Raises ValueError."""
    if "RRULE" not in event and "RDATE" not in event:
        yield first
        return
    if "RDATE" in event or isinstance(event["RRULE"], list):
        raise ValueError("only one RRULE is read")
    rule = event["RRULE"]
    if not {frequency.upper() for frequency in rule["FREQ"]} <= _FREQUENCIES:
        raise ValueError("it must be DAILY, WEEKLY, MONTHLY or YEARLY")
    until = [_day(one) for one in rule.pop("UNTIL", [])]
    excluded = event.get("EXDATE", [])
    without = {_day(one.dt) for dates in (excluded if isinstance(excluded, list) else [excluded]) for one in dates.dts}
    text = rule.to_ical().decode()
    days = (moment.date() for moment in rrulestr(text, dtstart=datetime.combine(first, datetime.min.time())))
    ending = takewhile(lambda day: not until or day <= until[0], days)
    yield from (day for day in islice(ending, _OCCURRENCES) if day not in without)
