"""When curators are away, from CSV and iCalendar exports."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo

from bridge.connectors.registry.cells import day as read_day
from bridge.connectors.registry.damage import mended
from bridge.connectors.registry.description import AbsenceColumns
from bridge.connectors.registry.sources.csv import opened
from bridge.connectors.registry.sources.file_formats import refuse_other_formats
from bridge.connectors.registry.sources.table import SourceUnusable, TableNote, column_places, found_header
from bridge.errors import Problem, Severity
from bridge.files.encodings import encoding_of
from bridge.files.icalendar import CalendarEvent, LibraryMissing, other_entries, read_events
from bridge.files.icalendar_series import (
    Occurrence,
    Room,
    RuleRefused,
    TooManyOccurrences,
    occurrences,
    series,
    unmet_exceptions,
)

_SHORT = timedelta(hours=4)
_AT_WORK = frozenset({"FREE", "WORKINGELSEWHERE"})
_LONGEST_SHOWN = 60
_NAMED = 5
_MOST_TOLD = 20
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
    refuse_other_formats(content, name, "csv")
    wanted = {"who": columns.who, "first": columns.first, "last": columns.last}
    notes: list[TableNote] = []
    text, rows = opened(content, name, encoding_of(content), "auto", wanted, notes)
    header = found_header(rows, wanted, notes)
    if columns.why in header:
        wanted["why"] = columns.why
    places = column_places(header, wanted, name)
    text.width = len(header)
    for line, row in rows:
        cells = {ours: mended(row[place])[0] if place < len(row) else "" for ours, place in places.items()}
        if not (cells["who"] or cells["first"] or cells["last"]):
            continue
        try:
            absence = _absence(cells, columns.who)
        except ValueError as error:
            problems.append(_bad_row(name, line, str(error)))
            continue
        yield absence
    problems += [note.problem(name) for note in notes]


def _absence(cells: Mapping[str, str], column: str) -> Absence:
    """Return the absence of a row; `column` is the title of the column that names who is away. Raises ValueError."""
    if not cells["who"]:
        raise ValueError(f"nobody is named in column {column!r}")
    first, last = read_day(cells["first"]), read_day(cells["last"])
    if last < first:
        raise ValueError(f"the absence ends on {last}, before it begins on {first}")
    return Absence(who=cells["who"], first=first, last=last, why=cells.get("why", ""))


def _bad_row(name: str, number: int, message: str) -> Problem:
    return Problem(code="bad_value", message=f"row {number}: {message}", file=name, line=number)


def ics_absences(
    content: bytes, columns: AbsenceColumns, name: str, problems: list[Problem], *, zone: tzinfo = UTC
) -> Iterable[Absence]:
    """Yield the absences of an iCalendar file, repeated ones each time, on the days of `zone`; bad ones become problems.

    What counts although it may not be meant so is a warning. Raises SourceUnusable.
    """
    del columns
    try:
        groups = series(read_events(content))
        others = other_entries(content)
    except LibraryMissing as error:
        message, _, hint = str(error).partition(" | ")
        raise SourceUnusable(f"{name}: {message}", hint=hint) from None
    except ValueError as error:
        raise SourceUnusable(f"{name} is no iCalendar file: {error}") from None
    told, room = _Told(name), Room()
    for group in groups:
        if group[0].cancelled and not group[0].replaces:
            continue
        try:
            last = date(group[0].first_day.year + _YEARS, 12, 31)
            found = occurrences(group, last, zone=zone)
            unmet = list(unmet_exceptions(group, last, zone=zone))
            room.take(found)
        except TooManyOccurrences as error:
            raise SourceUnusable(f"{name}: {error}") from None
        except ValueError as error:
            problems.append(_unreadable(group[0], error, name))
            continue
        told.look_at(found, unmet)
        for one in found:
            if not one.event.cancelled:
                who = " ".join([one.event.text("SUMMARY"), *one.event.attendees]).strip()
                yield Absence(who=who, first=one.first, last=one.last, why=one.event.text("SUMMARY"))
    problems += told.warnings(others, nothing=not groups)


def _unreadable(event: CalendarEvent, error: ValueError, name: str) -> Problem:
    said = "it must be DAILY, WEEKLY, MONTHLY or YEARLY" if isinstance(error, RuleRefused) else error
    kind = "repeating absence" if event.rules else "absence"
    message = f"the {kind} {event.text('SUMMARY')[:_LONGEST_SHOWN]!r} cannot be read: {said}"
    hint = "enter each absence by itself" if event.rules else "mend the entry, and export the calendar again"
    return Problem(code="repeating_absence", message=message, file=name, line=event.line, hint=hint)


class _Told:
    """What is doubtful about the absences of one file, each kind of doubt told once with the entries that it is about."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events: dict[str, dict[int, CalendarEvent]] = {}
        self._unmet: list[Problem] = []

    def look_at(self, found: Iterable[Occurrence], unmet: Iterable[tuple[CalendarEvent, date]]) -> None:
        """Take in the occurrences of a series, and its exceptions that meet none of them."""
        for one in found:
            for code in () if one.event.cancelled else _doubts(one):
                self._events.setdefault(code, {})[one.event.line] = one.event
        for event, day in unmet:
            message = f"{event.text('SUMMARY')[:_LONGEST_SHOWN]!r} has an exception for {day}, on which it does not take place"
            hint = "check the date of its EXDATE or RECURRENCE-ID"
            self._unmet.append(self._warning("exception_unmet", message, event.line, hint))

    def warnings(self, others: Mapping[str, int], *, nothing: bool) -> Iterable[Problem]:
        """Yield the warnings about the whole file."""
        for code, events in self._events.items():
            listed = list(events.values())
            titles = ", ".join(f"line {one.line} {one.text('SUMMARY')[:_LONGEST_SHOWN]!r}" for one in listed[:_NAMED])
            more = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
            message, hint = _DOUBTS[code]
            yield self._warning(code, f"{titles}{more}: {message}", listed[0].line, hint)
        yield from self._unmet[:_MOST_TOLD]
        for kind, number in others.items():
            yield self._warning(
                "entries_unread", f"the file has {number} {kind}, which are no events and are not read", 0
            )
        if nothing:
            yield self._warning("no_absences", "the file has no event", 0, "check that it is the right file")

    def _warning(self, code: str, message: str, line: int, hint: str = "") -> Problem:
        return Problem(code=code, message=message, file=self._name, line=line, hint=hint, severity=Severity.WARNING)


_DOUBTS = {
    "absence_tentative": ("only tentative, and counts as an absence", "delete it if it is not certain"),
    "absence_free": ("marked as free time, and counts as an absence", "delete it if the person is at work"),
    "absence_short": (
        "takes less than four hours, and the whole day counts as an absence",
        "delete it if it is no absence",
    ),
}


def _doubts(one: Occurrence) -> Iterable[str]:
    """Yield what makes an entry doubtful as an absence."""
    event = one.event
    busy = event.text("X-MICROSOFT-CDO-BUSYSTATUS").upper()
    if event.text("STATUS").upper() == "TENTATIVE" or busy == "TENTATIVE":
        yield "absence_tentative"
    if busy in _AT_WORK or (not busy and event.text("TRANSP").upper() == "TRANSPARENT"):
        yield "absence_free"
    if one.length < _SHORT:
        yield "absence_short"
