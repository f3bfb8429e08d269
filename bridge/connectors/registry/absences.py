"""When curators are away, from CSV and iCalendar exports."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bridge.connectors.registry.cells import day as read_day
from bridge.connectors.registry.description import AbsenceColumns
from bridge.connectors.registry.sources.csv import decoded
from bridge.connectors.registry.sources.table import SourceUnusable
from bridge.errors import Problem
from bridge.files.icalendar import CalendarEvent, LibraryMissing, RuleRefused, occurrences, read_events, series

_YEARS = 25
"""So long a repetition without an end is followed. One for each working day has too many occurrences then."""


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
    """Yield the absences of an iCalendar file, repeated ones each time; bad ones become problems. Raises SourceUnusable."""
    del columns
    try:
        groups = series(read_events(content))
    except LibraryMissing as error:
        message, _, hint = str(error).partition(" | ")
        raise SourceUnusable(f"{name}: {message}", hint=hint) from None
    except ValueError as error:
        raise SourceUnusable(f"{name} is no iCalendar file: {error}") from None
    for group in groups:
        if group[0].cancelled and not group[0].replaces:
            continue
        try:
            found = occurrences(group, date(group[0].first_day.year + _YEARS, 12, 31))
        except ValueError as error:
            problems.append(_unreadable(group[0], error, name))
            continue
        for event, first, last in found:
            if not event.cancelled:
                who = " ".join([event.text("SUMMARY"), *event.attendees]).strip()
                yield Absence(who=who, first=first, last=last, why=event.text("SUMMARY"))


def _unreadable(event: CalendarEvent, error: ValueError, name: str) -> Problem:
    said = "it must be DAILY, WEEKLY, MONTHLY or YEARLY" if isinstance(error, RuleRefused) else error
    kind = "repeating absence" if event.rules else "absence"
    message = f"the {kind} {event.text('SUMMARY')!r} cannot be read: {said}"
    return Problem(code="repeating_absence", message=message, file=name, hint="enter each absence by itself")
