"""Days off out of an iCalendar file: its whole-day events, with yearly recurrence.

Anything else is refused or reported, because a day off that is overlooked moves deadlines, and so does one too many.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, tzinfo

from bridge.files.icalendar import CalendarEvent, LibraryMissing, other_entries, read_events
from bridge.files.icalendar_series import Occurrence, Room, RuleRefused, occurrences, series, unmet_exceptions
from bridge.policies.calendar.days import HORIZON_END_YEAR, DayKind, MarkedDay
from bridge.policies.calendar.sources.feed_words import is_observance, unknown_words
from bridge.policies.calendar.sources.listed_days import Doubt, ListedDay, ListedDays
from bridge.policies.calendar.windows import DateSpan

_LONGEST_EVENT_DAYS = 366
_LONGEST_SHOWN = 60
_NAMED = 5
_MOST_TOLD = 20
_LAST_DAY = date(HORIZON_END_YEAR - 1, 12, 31)


def read_ics(
    name: str, content: bytes, *, zone: tzinfo, only: Iterable[str] = ()
) -> tuple[ListedDays, tuple[Doubt, ...]]:
    """Return the days off of an `.ics` file, and what its owner should know: what was left out, and what counts in doubt.

    Left out are cancelled events, observances (by category or description) and events of less than a day of `zone`; with
    `only`, also those whose categories and description contain none of these words. The data reaches to the end of
    the last year that a dated event names. Raises ValueError, with the line, for a file that is no iCalendar or has a
    date that cannot be read.
    """
    events = _events(name, content)
    words = tuple(word for word in only if word.strip())
    feed = _Feed(name, zone, words)
    doubts = {event: feed.left_out(event) for event in events}
    found = list(_days_off(feed, doubts))
    left_out = [Doubt("event_left_out", doubt) for doubt in doubts.values() if doubt]
    told = _bounded(left_out, f"{name}: {{}} more events are left out")
    counted = [event for event, doubt in doubts.items() if doubt is None]
    told += [*feed.doubtful(counted), *feed.unmet, *feed.unread(events, content, nothing=not found and not left_out)]
    return ListedDays(name, map(_listed, found), valid_through=_last_day(found)), tuple(told)


def _bounded(doubts: Sequence[Doubt], more: str) -> list[Doubt]:
    """Return the doubts; of very many the first ones, and how many more there are."""
    left = len(doubts) - _MOST_TOLD
    return [*doubts[:_MOST_TOLD], Doubt(doubts[0].code, more.format(left))] if left > 0 else list(doubts)


def _days_off(feed: "_Feed", doubts: Mapping[CalendarEvent, str | None]) -> Iterator[Occurrence]:
    # What replaces one occurrence of another event does so even where it is no day off itself.
    followed = [event for event, doubt in doubts.items() if event.replaces or doubt is None]
    for group in series(followed):
        yield from (one for one in feed.occurrences(group) if doubts[one.event] is None)


def _last_day(found: Sequence[Occurrence]) -> date | None:
    dated = [one.last.year for one in found if not one.event.rules and not one.event.replaces]
    if not dated and found and all(one.event.ends for one in found):
        # Nothing but repetitions, each of which ends: so does what the file knows.
        dated = [max(one.last.year for one in found)]
    return date(max(dated), 12, 31) if dated else None


def _events(name: str, content: bytes) -> list[CalendarEvent]:
    try:
        return read_events(content)
    except LibraryMissing as error:
        raise ValueError(f"{name}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


class _Feed:
    """One file: what of it counts, and what is doubtful about that. `words` are those that an entry must bear, if any."""

    def __init__(self, name: str, zone: tzinfo, words: Sequence[str]) -> None:
        self._name = name
        self._zone = zone
        self._words = words
        self._wanted = [word.casefold() for word in words]
        self._room = Room()
        self.unmet: list[Doubt] = []

    def left_out(self, event: CalendarEvent) -> str | None:
        """Return why the event is no day off, in a sentence; empty for one that is cancelled, None for a day off."""
        if event.cancelled:
            return ""
        place = f"{self._name} line {event.line}"
        try:
            length = event.whole_days(self._zone)
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None
        summary = _title(event)
        if length is None:
            return f"{place}: {summary!r} is not a whole day and is left out"
        if not 0 < length <= _LONGEST_EVENT_DAYS:
            raise ValueError(
                f"{place}: the event lasts {length} days; between 1 and {_LONGEST_EVENT_DAYS} are possible"
            )
        about = _about(event)
        wanted = not self._wanted or any(word in about.casefold() for word in self._wanted)
        if is_observance(_said(event), about) or not wanted:
            return f"{place}: {summary!r} is no day off and is left out"
        return None

    def occurrences(self, group: Sequence[CalendarEvent]) -> list[Occurrence]:
        """Return when the events of a series take place; exceptions that meet nothing are noted in `unmet`."""
        place = f"{self._name} line {group[0].line}"
        try:
            found = occurrences(group, _LAST_DAY, zone=self._zone, frequencies={"YEARLY"})
            self._room.take(found)
        except RuleRefused as error:
            raise ValueError(
                f"{place}: RRULE {str(error)!r} is not supported; holidays recur with FREQ=YEARLY"
            ) from None
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None
        for event, day in unmet_exceptions(group, _LAST_DAY, zone=self._zone):
            place = f"{self._name} line {event.line}"
            sentence = f"{place}: {_title(event)!r} has an exception for {day}, on which it does not take place"
            self.unmet.append(Doubt("exception_unmet", sentence, "check the date of its EXDATE or RECURRENCE-ID"))
        return found

    def doubtful(self, counted: Sequence[CalendarEvent]) -> Iterator[Doubt]:
        """Yield what counts although it may not be meant so: what is not certain yet, what nobody knows the words of."""
        tentative = [event for event in counted if event.text("STATUS").upper() == "TENTATIVE"]
        if tentative:
            sentence = f"{self._name} {_named(tentative)}: only tentative (STATUS:TENTATIVE), and counts as a day off"
            yield Doubt("event_counts", sentence, "delete it if it is not certain")
        if self._words:
            return
        by_words: dict[tuple[str, ...], list[CalendarEvent]] = {}
        for event in counted:
            if words := unknown_words(_said(event)):
                by_words.setdefault(words, []).append(event)
        hint = "if that means no day off, keep only the events that bear a certain word: 'only: [word]'"
        doubts = [
            Doubt(
                "event_counts",
                f"{self._name} {_named(events)}: counts as a day off, described as {_shown(words)}",
                hint,
            )
            for words, events in by_words.items()
        ]
        yield from _bounded(doubts, f"{self._name}: events with {{}} more descriptions count as days off")

    def unread(self, events: Sequence[CalendarEvent], content: bytes, *, nothing: bool) -> Iterator[Doubt]:
        """Yield what a reader of the file would miss in the calendar: other entries, words that nothing bears, everything."""
        for kind, number in other_entries(content).items():
            yield Doubt("entries_unread", f"{self._name} has {number} {kind}, which are no events and are not read")
        everything = "\n".join(map(_about, events)).casefold()
        for word in self._words:
            if word.casefold() not in everything:
                hint = "compare it with the categories and descriptions in the file"
                yield Doubt("word_unused", f"{self._name}: no event bears the word {word!r} of 'only'", hint)
        if nothing:
            yield Doubt("no_days_off", f"{self._name} brings no day off", "check that it is the right file")


def _title(event: CalendarEvent) -> str:
    return event.text("SUMMARY").strip()


def _about(event: CalendarEvent) -> str:
    return f"{event.categories}\n{event.text('DESCRIPTION')}"


def _said(event: CalendarEvent) -> tuple[str, ...]:
    """Return how the event is described: its categories, and the first line of its description."""
    first = event.text("DESCRIPTION").strip().partition("\n")[0]
    return tuple(word.strip() for word in (*event.categories.split(","), first) if word.strip())


def _named(events: Sequence[CalendarEvent]) -> str:
    """Return the first events with their lines, and how many more there are."""
    named = ", ".join(f"line {event.line} {_title(event)[:_LONGEST_SHOWN]!r}" for event in events[:_NAMED])
    left = len(events) - _NAMED
    return f"{named} and {left} more" if left > 0 else named


def _shown(words: Sequence[str]) -> str:
    text = ", ".join(words)
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def _listed(one: Occurrence) -> ListedDay:
    first, last, title = one.first, one.last, one.event.text("SUMMARY").strip()
    span = DateSpan((first.month, first.day), (last.month, last.day), first.year, last.year)
    return ListedDay(span=span, mark=MarkedDay(kind=DayKind.HOLIDAY), titles={"ru": title, "en": title})
