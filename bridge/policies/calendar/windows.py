"""The two small values that a calendar is written in: windows of a day (`09:00-18:00`) and spans of dates."""

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bridge.files.misspelt import dates, either, hours
from bridge.files.positions import describe

DAY_SECONDS = 86_400
MINUTE_SECONDS = 60
_WINDOW = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-\N{EN DASH}]\s*([0-9]{1,2}):([0-9]{2})")
WINDOW = "([01]?[0-9]|2[0-4]):[0-5][0-9]\\s*[-\N{EN DASH}]\\s*([01]?[0-9]|2[0-4]):[0-5][0-9]"
"""The pattern of a window, for editors."""
_SECONDS = re.compile(r"[0-9]:[0-9]{2}:[0-9]{2}")
_FULL_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEARLY_DATE = re.compile(r"([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2024
_DATE_FORMS = "write 2026-05-02, 2026-05-02..2026-05-04, 05-02 or 12-28..01-08"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One window `[opens, closes)` of a day, in seconds of wall-clock time from that day's midnight.

    `closes` is above 86400 for a window over midnight; such a window belongs to the day on which it opens.
    """

    opens: int
    closes: int

    @classmethod
    def parse(cls, text: object) -> "Window":
        """Return the window written as `09:00-18:00`, `22:00-06:00` (over midnight), `00:00-24:00`; else ValueError tells why."""
        found = _WINDOW.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise ValueError(_no_window(text))
        hour, minute, to_hour, to_minute = (int(part) for part in found.groups())
        opens = _time_of_day(hour, minute, text)
        closes = _time_of_day(to_hour, to_minute, text)
        if opens == DAY_SECONDS:
            raise ValueError(f"{text!r} opens at 24:00 | 24:00 is only an end, write 00:00 on the next day")
        if opens == closes:
            raise ValueError(f"{text!r} ends when it starts | for the whole day write 00:00-24:00")
        return cls(opens, closes if closes > opens else closes + DAY_SECONDS)

    @property
    def seconds(self) -> int:
        """The window's length in wall-clock seconds."""
        return self.closes - self.opens

    def until(self, other: "Window") -> "Window":
        """Return this window as it would end where the other one, of this day or of the next, opens."""
        return Window(self.opens, other.opens if other.opens > self.opens else other.opens + DAY_SECONDS)

    def __str__(self) -> str:
        closes = self.closes if self.closes <= DAY_SECONDS else self.closes - DAY_SECONDS
        return f"{_clock(self.opens)}-{_clock(closes)}"


def _no_window(text: object) -> str:
    if isinstance(text, str) and _SECONDS.search(text):
        return f"{text!r} has seconds, which windows do not have | the end of a day is 24:00, and the whole day 00:00-24:00"
    meant = hours(text) if isinstance(text, str) else None
    return f"{describe(text)} is no window of working time | {either([meant or '09:00-18:00'])}, in quotes"


def _time_of_day(hour: int, minute: int, text: object) -> int:
    if minute > 59 or hour > 24 or (hour == 24 and minute):
        raise ValueError(f"{text!r} has no such time of day | hours go from 00:00 to 24:00")
    return hour * 3600 + minute * 60


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def lost_minute(window: Window) -> str:
    """Return what to write for a window that ends at 23:59 or begins at 00:01, empty for any other."""
    if window.closes % DAY_SECONDS == DAY_SECONDS - MINUTE_SECONDS:
        whole = window.opens <= MINUTE_SECONDS
        return (
            "for the whole day write 00:00-24:00" if whole else f"for the end of the day write {str(window)[:5]}-24:00"
        )
    return f"for the beginning of the day write 00:00{str(window)[5:]}" if window.opens == MINUTE_SECONDS else ""


def overlapping(windows: tuple[Window, ...]) -> tuple[Window, Window] | None:
    """Return the first two windows of one day that share time, or None. Touching windows do not overlap."""
    ordered = sorted(windows)
    for first, second in pairwise(ordered):
        if second.opens < first.closes:
            return first, second
    return None


def shortened(windows: tuple[Window, ...], by_seconds: int) -> tuple[Window, ...]:
    """Return the day's windows without their last `by_seconds` of working time, cut back through the windows."""
    left = sum(window.seconds for window in windows) - by_seconds
    kept: list[Window] = []
    for window in sorted(windows):
        if left <= 0:
            break
        kept.append(Window(window.opens, min(window.closes, window.opens + left)))
        left -= window.seconds
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Dates from `first` to `last`, both included. Without years it recurs every year and may run across New Year."""

    first: tuple[int, int]
    last: tuple[int, int]
    first_year: int | None = None
    last_year: int | None = None

    @classmethod
    def parse(cls, text: object) -> "DateSpan":
        """Return the span written as `2026-05-02`, `2026-05-02..2026-05-04`, `05-02` or `12-28..01-08`.

        Raises ValueError for anything else, for a day that no calendar has, and for a span that ends before it starts.
        """
        if not isinstance(text, str):
            raise ValueError(f"{describe(text)} is no date | {_DATE_FORMS}")  # noqa: TRY004 - pydantic turns it into a message
        start, dots, end = (part.strip() for part in text.partition(".."))
        first, last = _date_parts(start, text), _date_parts(end if dots else start, text)
        if (first[0] is None) != (last[0] is None):
            raise ValueError(f"{text!r} has a year at one end only | write both ends alike")
        if first[0] is not None and first > last:
            raise ValueError(f"{text!r} ends before it starts")
        return cls(first[1:], last[1:], first[0], last[0])

    @property
    def yearly(self) -> bool:
        """Whether the span recurs every year."""
        return self.first_year is None

    def ordinals(self, year: int) -> Iterator[int]:
        """Yield the proleptic ordinals of the span's days that lie in `year`, in order."""
        january, december = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        if self.first_year is None or self.last_year is None:
            pieces = (
                [(self._ordinal(year, self.first), self._last_ordinal(year))]
                if self.first <= self.last
                else [(january, self._last_ordinal(year)), (self._ordinal(year, self.first), december)]
            )
        else:
            pieces = [(date(self.first_year, *self.first).toordinal(), date(self.last_year, *self.last).toordinal())]
        for first, last in pieces:
            yield from range(max(first, january), min(last, december) + 1)

    @staticmethod
    def _ordinal(year: int, day: tuple[int, int]) -> int:
        # 29 February of a common year: a span that starts there starts on 1 March.
        return date(year, 3, 1).toordinal() if day == (2, 29) and not isleap(year) else date(year, *day).toordinal()

    def _last_ordinal(self, year: int) -> int:
        ordinal = self._ordinal(year, self.last)
        # …and one that ends there ends on 28 February, so that the single day `02-29` is empty then.
        return ordinal - 1 if self.last == (2, 29) and not isleap(year) else ordinal

    def __str__(self) -> str:
        ends = [
            f"{month:02}-{day:02}" if year is None else f"{year:04}-{month:02}-{day:02}"
            for year, (month, day) in ((self.first_year, self.first), (self.last_year, self.last))
        ]
        return ends[0] if ends[0] == ends[1] else "..".join(ends)


def _span_hint(text: str) -> str:
    """Return how the date, or the two ends of a span, are written; all forms where nothing tells."""
    whole = dates(text)
    if whole:
        return either(whole)
    for mark in (" - ", "-", "..", "\N{EN DASH}", "\N{EM DASH}", " to ", " по ", "/"):
        first, found, last = text.partition(mark)
        ends = dates(first), dates(last)
        if found and all(ends):
            return either("..".join(pair) for pair in zip(*ends, strict=False))
    return _DATE_FORMS


def _date_parts(part: str, text: str) -> tuple[int | None, int, int]:
    full, yearly = _FULL_DATE.fullmatch(part), _YEARLY_DATE.fullmatch(part)
    if full is None and yearly is None:
        raise ValueError(f"{describe(text)} is no date | {_span_hint(text)}")
    numbers = [int(number) for number in (full or yearly).groups()]  # type: ignore[union-attr]
    year = numbers[0] if full else None
    month, day = numbers[-2:]
    try:
        date(_LEAP_YEAR if year is None else year, month, day)
    except ValueError:
        raise ValueError(f"{text!r}: there is no such day as {part}") from None
    return year, month, day
