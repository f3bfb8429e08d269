"""Days off out of an iCalendar file: its whole-day events, with yearly recurrence.

Anything else is refused or reported, because a day off that is overlooked moves deadlines.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from bridge.files.icalendar import (
    CalendarEvent,
    LibraryMissing,
    Occurrence,
    RuleRefused,
    occurrences,
    read_events,
    series,
)
from bridge.policies.calendar.days import HORIZON_END_YEAR, DayKind, MarkedDay
from bridge.policies.calendar.sources.listed_days import Doubt, ListedDay, ListedDays
from bridge.policies.calendar.windows import DateSpan

_OBSERVANCE = re.compile(r"\b(observance|not a (public|bank) holiday|памятн\w+ д\w+|рабочий праздник)\b", re.IGNORECASE)
_LONGEST_EVENT_DAYS = 366
_LAST_DAY = date(HORIZON_END_YEAR - 1, 12, 31)


def read_ics(name: str, content: bytes, *, only: Iterable[str] = ()) -> tuple[ListedDays, tuple[Doubt, ...]]:
    """Return the days off of an `.ics` file, and one sentence for each event that was left out.

    Left out are cancelled events, observances (by category or description) and events of less than a day; with
    `only`, also those whose categories and description contain none of these words. The data reaches to the end of
    the last year that a dated event names. Raises ValueError, with the line, for a file that is no iCalendar or has a
    date that cannot be read.
    """
    wanted = [word.casefold() for word in only]
    doubts = {event: _doubt(name, event, wanted) for event in _events(name, content)}
    found = list(_days_off(name, doubts))
    left_out = tuple(Doubt("event_left_out", doubt) for doubt in doubts.values() if doubt)
    return ListedDays(name, map(_listed, found), valid_through=_last_day(found)), left_out


def _days_off(name: str, doubts: Mapping[CalendarEvent, str | None]) -> Iterator[Occurrence]:
    # What replaces one occurrence of another event does so even where it is no day off itself.
    followed = [event for event, doubt in doubts.items() if event.replaces or doubt is None]
    for group in series(followed):
        yield from (one for one in _occurrences(name, group) if doubts[one.event] is None)


def _last_day(found: Iterable[Occurrence]) -> date | None:
    dated = [one.last.year for one in found if not one.event.rules and not one.event.replaces]
    return date(max(dated), 12, 31) if dated else None


def _events(name: str, content: bytes) -> list[CalendarEvent]:
    try:
        return read_events(content)
    except LibraryMissing as error:
        raise ValueError(f"{name}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


def _doubt(name: str, event: CalendarEvent, wanted: Sequence[str]) -> str | None:
    """Return why the event is no day off, in a sentence; empty for one that is cancelled, None for a day off."""
    if event.cancelled:
        return ""
    place = f"{name} line {event.line}"
    try:
        length = event.whole_days
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
    summary = event.text("SUMMARY").strip()
    if length is None:
        return f"{place}: {summary!r} is not a whole day and is left out"
    if not 0 < length <= _LONGEST_EVENT_DAYS:
        raise ValueError(f"{place}: the event lasts {length} days; between 1 and {_LONGEST_EVENT_DAYS} are possible")
    about = f"{event.categories}\n{event.text('DESCRIPTION')}"
    if _OBSERVANCE.search(about) or (wanted and not any(word in about.casefold() for word in wanted)):
        return f"{place}: {summary!r} is no day off and is left out"
    return None


def _occurrences(name: str, group: Sequence[CalendarEvent]) -> list[Occurrence]:
    place = f"{name} line {group[0].line}"
    try:
        return occurrences(group, _LAST_DAY, frequencies={"YEARLY"})
    except RuleRefused as error:
        raise ValueError(f"{place}: RRULE {str(error)!r} is not supported; holidays recur with FREQ=YEARLY") from None
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _listed(one: Occurrence) -> ListedDay:
    first, last, title = one.first, one.last, one.event.text("SUMMARY").strip()
    span = DateSpan((first.month, first.day), (last.month, last.day), first.year, last.year)
    return ListedDay(span=span, mark=MarkedDay(kind=DayKind.HOLIDAY), titles={"ru": title, "en": title})
