"""The calendar's part of a receipt: every second between two instants, counted or not, with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from zoneinfo import ZoneInfo

from bridge.decisions import Interval
from bridge.policies.calendar.compiled_years import cut_windows, instant_of, local_of
from bridge.policies.calendar.days import CalendarDays, DatedRule, DayKind, ResolvedDay, Season, SkippedDate
from bridge.policies.calendar.sources.ru_production import Published
from bridge.policies.calendar.windows import Window
from bridge.tickets import Instant

_SAID = attrgetter("counted", "reason", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One date of a calendar: what it is, when it is worked (wall-clock windows), why, and on whose word.

    `short` says that law or a rule calls the day short, `shortened_seconds` what was cut off its end (0 where
    `short_by` is 0).
    """

    date: date
    kind: DayKind
    windows: tuple[Window, ...]
    reason: str = ""
    source: str = ""
    short: bool = False
    shortened_seconds: int = 0
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A year in sums.

    `norm_hours` is the norm of the 40-hour week: eight hours for each working day, one less for each short one,
    whatever the calendar's own windows are; `worked_seconds` are those windows. `published` is the official norm
    where there is one.
    """

    year: int
    working_days: int
    short_days: int
    norm_hours: int
    worked_seconds: int
    provisional: bool
    published: Published | None = None

    @property
    def as_published(self) -> bool:
        """Whether days and hours are the official ones, or there are none."""
        norm = self.published
        return norm is None or (norm.working_days, norm.hours) == (self.working_days, self.norm_hours)


def title_of(day: ResolvedDay, ordinal: int, language: str) -> tuple[str, str]:
    """Return what makes the date special and who says so; both empty for a day of the plain weekly pattern."""
    authority = day.authority
    if authority is None:
        return "", ""
    if isinstance(authority, DatedRule | Season | SkippedDate):
        return authority.titles.get(language, ""), authority.name
    return authority.title(ordinal, day.mark, language) if day.mark else "", authority.name


def explained(days: CalendarDays, zone: ZoneInfo, start: Instant, end: Instant, language: str) -> Iterator[Interval]:
    """Yield [start, end) cut into counted and uncounted intervals, without a hole, neighbours of one reason joined."""
    pending: Interval | None = None
    for piece in _pieces(days, zone, start, end, language):
        first, last = max(piece.start, start), min(piece.end, end)
        if first >= last:
            continue
        if pending is not None and _SAID(pending) == _SAID(piece):
            first = pending.start
        elif pending is not None:
            yield pending
        pending = Interval(start=first, end=last, counted=piece.counted, reason=piece.reason, detail=piece.detail)
    if pending is not None:
        yield pending


def _pieces(days: CalendarDays, zone: ZoneInfo, start: Instant, end: Instant, language: str) -> Iterator[Interval]:
    first, last = local_of(zone, start)[0] - 1, local_of(zone, end)[0]
    reached = instant_of(zone, first, 0)
    for opens, closes, ordinal in cut_windows(days, zone, first - 1, last + 1):
        if closes <= reached:
            continue
        yield from _rests(days, zone, reached, opens, language)
        day = days.day(ordinal)
        detail = _detail(day, ordinal, language)
        yield Interval(start=max(opens, reached), end=closes, counted=True, reason=day.kind.value, detail=detail)
        reached = closes
    yield from _rests(days, zone, reached, end, language)


def _rests(days: CalendarDays, zone: ZoneInfo, start: Instant, end: Instant, language: str) -> Iterator[Interval]:
    """Yield the uncounted time from `start` to `end`, cut at the zone's midnights."""
    while start < end:
        ordinal = local_of(zone, start)[0]
        # A midnight that the clocks jump over is the moment of the jump; the search never stands still.
        midnight = max(instant_of(zone, ordinal + 1, 0), start + 1)
        reason, detail = _rest(days, zone, ordinal, start, language)
        yield Interval(start=start, end=min(midnight, end), counted=False, reason=reason, detail=detail)
        start = midnight


def _rest(days: CalendarDays, zone: ZoneInfo, ordinal: int, at: Instant, language: str) -> tuple[str, str]:
    day = days.day(ordinal)
    if not day.windows:
        return day.kind.value, _detail(day, ordinal, language)
    if day.cut and at >= instant_of(zone, ordinal, day.windows[-1].closes):
        return DayKind.CLOSED.value, _earlier(day.cut, language)
    return DayKind.CLOSED.value, ""


def _detail(day: ResolvedDay, ordinal: int, language: str) -> str:
    return "; ".join(filter(None, title_of(day, ordinal, language)))


def _earlier(seconds: int, language: str) -> str:
    russian = language == "ru"
    hours, minutes = divmod(seconds // 60, 60)
    units = ((hours, "ч" if russian else "h"), (minutes, "мин" if russian else "min"))
    text = " ".join(f"{n} {unit}" for n, unit in units if n)
    return f"закрытие на {text} раньше" if russian else f"closes {text} earlier"
