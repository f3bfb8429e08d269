"""What each calendar date is: the week of its season, overlaid by the sources of holidays, overlaid by dated rules."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from bridge.policies.calendar.windows import DateSpan, Window, shortened

HORIZON_FIRST_YEAR, HORIZON_END_YEAR = 1990, 2100
"""Calendars answer for 1 January 1990 up to, not including, 1 January 2100 of their zone."""


class DayKind(StrEnum):
    """What a calendar date is. `working_weekend` is a day of rest that is worked by decree or by a dated rule."""

    WORKING = "working"
    SHORT_DAY = "short_day"
    WORKING_WEEKEND = "working_weekend"
    CLOSED = "closed"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDay:
    """What one source of holidays says of one day.

    `kind` is `holiday`, `day_off`, `working_weekend`, or `working` when only `short` matters. A working weekend is
    worked by the windows of `like` (the ordinal of the day it was swapped with) unless `windows` names its own.
    """

    kind: DayKind
    short: bool = False
    like: int | None = None
    windows: tuple[Window, ...] = ()


class HolidaySource(Protocol):
    """A source of holidays. It knows from when to when its data is published; None means without end."""

    name: str
    """The source with its version, as a receipt names it."""
    valid_from: date | None
    """The first day for which the data is published; None: from the beginning."""

    @property
    def valid_through(self) -> date | None:
        """The last day for which the data is published; None: without end."""

    def marked_days(self, first_year: int, last_year: int) -> Mapping[int, MarkedDay]:
        """Return the marked days of the years `first_year`..`last_year` by proleptic ordinal."""

    def title(self, ordinal: int, mark: MarkedDay, language: str) -> str:
        """Return what a day that this source marked so is called, in `ru` or `en`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRule:
    """A dated rule: days worked by `windows`, days that close `short_by` seconds earlier, or days off."""

    spans: tuple[DateSpan, ...]
    windows: tuple[Window, ...] | None = None
    short_by: int | None = None
    titles: Mapping[str, str]
    place: str

    name = "dated rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A time of the year, both ends included, with a week of its own from Monday to Sunday."""

    id: str
    span: DateSpan
    week: tuple[tuple[Window, ...], ...]
    titles: Mapping[str, str]
    place: str

    @property
    def name(self) -> str:
        """The season as a receipt names it."""
        return f"season {self.id}"


class SkippedDate:
    """A date that a zone left out when it changed sides of the date line: no clock there ever showed it."""

    name = "time zone"
    titles: Mapping[str, str] = MappingProxyType(
        {"ru": "Такой даты в этом часовом поясе не было", "en": "The time zone left this date out"}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDay:
    """What a date is in the end. `cut` are the seconds taken off its close; `short`: law or a rule calls it short.

    `authority` is the source, rule or season that decided it, `mark` what that source says; both None for the plain week.
    """

    kind: DayKind
    windows: tuple[Window, ...]
    short: bool = False
    cut: int = 0
    authority: HolidaySource | DatedRule | Season | SkippedDate | None = None
    mark: MarkedDay | None = None


class CalendarDays:
    """Answers what a date is. Days that nothing but the weekly pattern touches are not stored.

    `skipped` are the dates, as ordinals, that the calendar's zone left out.
    """

    def __init__(
        self,
        week: Sequence[tuple[Window, ...]],
        sources: Sequence[HolidaySource],
        rules: Sequence[DatedRule],
        *,
        short_by: int,
        seasons: Sequence[Season] = (),
        skipped: Collection[int] = (),
    ) -> None:
        self.week = tuple(week)
        self.sources = tuple(sources)
        self.rules = tuple(rules)
        self.seasons = tuple(seasons)
        self._short_by = short_by
        self._skipped = frozenset(skipped)
        self._plain = _plain_week(self.week, None, self.week)
        self._by_season = {season.id: _plain_week(season.week, season, self.week) for season in self.seasons}
        self._years: dict[int, dict[int, ResolvedDay]] = {}

    def day(self, ordinal: int) -> ResolvedDay:
        """Return what the date of this proleptic ordinal is."""
        year = date.fromordinal(ordinal).year
        return self.exceptions(year, year).get(ordinal) or self._plain[(ordinal + 6) % 7]

    def exceptions(self, first_year: int, last_year: int) -> Mapping[int, ResolvedDay]:
        """Return the dates of the years that the weekly pattern alone does not describe."""
        missing = [year for year in range(first_year, last_year + 1) if year not in self._years]
        if missing:
            self._years |= self._overlaid(missing[0], missing[-1])
        if first_year == last_year:
            return self._years[first_year]
        return {ordinal: day for year in range(first_year, last_year + 1) for ordinal, day in self._years[year].items()}

    def _overlaid(self, first_year: int, last_year: int) -> dict[int, dict[int, ResolvedDay]]:
        marked: dict[int, list[tuple[HolidaySource, MarkedDay]]] = {}
        for source in self.sources:
            for ordinal, mark in source.marked_days(first_year, last_year).items():
                marked.setdefault(ordinal, []).append((source, mark))
        years: dict[int, dict[int, ResolvedDay]] = {}
        for year in range(first_year, last_year + 1):
            rules, shorts = self._rules_of(year)
            seasons = {ordinal: season for season in self.seasons for ordinal in season.span.ordinals(year)}
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            touched = {ordinal for ordinal in (*marked, *self._skipped) if first <= ordinal <= last}
            years[year] = {
                ordinal: _NO_DATE
                if ordinal in self._skipped
                else self._resolved(
                    self._plain_day(ordinal, seasons.get(ordinal)),
                    marked.get(ordinal, ()),
                    rules.get(ordinal),
                    shorts.get(ordinal),
                )
                for ordinal in sorted(touched.union(seasons, rules, shorts))
            }
        return years

    def _plain_day(self, ordinal: int, season: Season | None) -> "_Plain":
        weekday = (ordinal + 6) % 7
        if season is None:
            return _Plain(self._plain[weekday], self.week)
        return _Plain(self._by_season[season.id][weekday], season.week)

    def _rules_of(self, year: int) -> tuple[dict[int, DatedRule], dict[int, DatedRule]]:
        """Return a year's off and work rules, and its short ones, by day; a span with a year outranks a yearly one."""
        rules: dict[int, DatedRule] = {}
        shorts: dict[int, DatedRule] = {}
        for yearly in (True, False):
            for rule in self.rules:
                for span in rule.spans:
                    if span.yearly is yearly:
                        (rules if rule.short_by is None else shorts).update(dict.fromkeys(span.ordinals(year), rule))
        return rules, shorts

    def _resolved(
        self,
        plain: "_Plain",
        marked: Iterable[tuple[HolidaySource, MarkedDay]],
        rule: DatedRule | None,
        short: DatedRule | None,
    ) -> ResolvedDay:
        day = plain.day
        by_rank = sorted(marked, key=lambda said: _RANK[said[1].kind])
        if rule is not None:
            day = _by_rule(day, rule)
        elif by_rank:
            day = _by_source(plain, *by_rank[0])
        if not day.windows:
            return day
        if short is not None:
            return _cut(day, short, None, short.short_by or 0)
        by_law = next((said for said in by_rank if said[1].short), None)
        # The windows of a `work` rule are worked as its author wrote them: only a `short` rule cuts them.
        return day if by_law is None or rule is not None else _cut(day, *by_law, self._short_by)


class _Plain(NamedTuple):
    """What the week alone says of a date, and the week that holds then."""

    day: ResolvedDay
    week: tuple[tuple[Window, ...], ...]


_NO_DATE = ResolvedDay(kind=DayKind.CLOSED, windows=(), authority=SkippedDate())


def _plain_week(
    week: Sequence[tuple[Window, ...]], season: Season | None, usual: Sequence[tuple[Window, ...]]
) -> tuple[ResolvedDay, ...]:
    """Return what the week says of each of its days; the season is named where it differs from the usual week."""
    return tuple(
        ResolvedDay(
            kind=DayKind.WORKING if windows else _rest(weekday),
            windows=windows,
            authority=season if windows != usual[weekday] else None,
        )
        for weekday, windows in enumerate(week)
    )


def _by_source(plain: _Plain, source: HolidaySource, mark: MarkedDay) -> ResolvedDay:
    if mark.kind in (DayKind.HOLIDAY, DayKind.DAY_OFF):
        return ResolvedDay(kind=mark.kind, windows=(), authority=source, mark=mark)
    windows = _swapped(plain, mark) if mark.kind is DayKind.WORKING_WEEKEND else ()
    if not windows:
        return plain.day
    return ResolvedDay(kind=_worked(plain.day), windows=windows, authority=source, mark=mark)


def _swapped(plain: _Plain, mark: MarkedDay) -> tuple[Window, ...]:
    """Return the windows of a worked weekend: its own, the week's, or those of the day it was swapped with, in the week
    that holds on the day that is worked."""
    if mark.windows or plain.day.windows:
        return mark.windows or plain.day.windows
    if mark.like is not None:
        return plain.week[(mark.like + 6) % 7]
    return next((windows for windows in plain.week if windows), ())


_RANK = {DayKind.HOLIDAY: 0, DayKind.DAY_OFF: 1, DayKind.WORKING_WEEKEND: 2, DayKind.WORKING: 3}
"""Which word counts where sources differ: a day that one of them calls off is off."""

_SATURDAY = 5


def _rest(weekday: int) -> DayKind:
    return DayKind.WEEKEND if weekday >= _SATURDAY else DayKind.CLOSED


def _worked(plain: ResolvedDay) -> DayKind:
    return DayKind.WORKING if plain.windows else DayKind.WORKING_WEEKEND


def _by_rule(plain: ResolvedDay, rule: DatedRule) -> ResolvedDay:
    if rule.windows is None:
        return ResolvedDay(kind=DayKind.DAY_OFF, windows=(), authority=rule)
    return ResolvedDay(kind=_worked(plain), windows=rule.windows, authority=rule)


def _cut(
    day: ResolvedDay, authority: HolidaySource | DatedRule, mark: MarkedDay | None, by_seconds: int
) -> ResolvedDay:
    """Return the day as it closes earlier; `authority` is who says so, `mark` its word where it is a source."""
    windows = shortened(day.windows, by_seconds)
    kind = day.kind
    if not windows:
        kind = DayKind.DAY_OFF
    elif kind is DayKind.WORKING and by_seconds:
        kind = DayKind.SHORT_DAY
    # A worked weekend keeps its own reason: it says more than that it is short.
    named = kind is DayKind.WORKING_WEEKEND and day.authority is not None
    return ResolvedDay(
        kind=kind,
        windows=windows,
        short=True,
        cut=by_seconds,
        authority=day.authority if named else authority,
        mark=day.mark if named else mark or MarkedDay(kind=DayKind.WORKING),
    )
