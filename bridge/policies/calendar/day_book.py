"""What each calendar date is: the weekly pattern, overlaid by the sources of holidays, overlaid by dated rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.policies.calendar.day_kind import DayKind, Mark, Source
from bridge.policies.calendar.windows import DateSpan, Window, shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A dated rule: days worked by `windows`, days that close `short_by` seconds earlier, or days off."""

    spans: tuple[DateSpan, ...]
    windows: tuple[Window, ...] | None = None
    short_by: int | None = None
    titles: Mapping[str, str]
    place: str

    name = "dated rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A date as it is worked: `cut` are the seconds taken off its end, `short` that law or a rule calls it short."""

    kind: DayKind
    windows: tuple[Window, ...]
    short: bool = False
    cut: int = 0
    authority: Source | Rule | None = None
    mark: Mark | None = None


_WEEKEND_STARTS = 5
_UNMARKED = Mark(kind=DayKind.WORKING)


class DayBook:
    """Answers what a date is. Days that nothing but the weekly pattern touches are not stored."""

    def __init__(
        self,
        week: Sequence[tuple[Window, ...]],
        sources: Sequence[Source],
        rules: Sequence[Rule],
        *,
        short_by: int,
    ) -> None:
        self.week = tuple(week)
        self.sources = tuple(sources)
        self.rules = tuple(rules)
        self._short_by = short_by
        self._plain = tuple(
            Shape(kind=DayKind.WORKING if windows else _rest(weekday), windows=windows)
            for weekday, windows in enumerate(self.week)
        )
        self._years: dict[int, dict[int, Shape]] = {}

    def shape(self, ordinal: int) -> Shape:
        """Return what the date of this proleptic ordinal is."""
        year = date.fromordinal(ordinal).year
        return self.special(year, year).get(ordinal) or self._plain[(ordinal + 6) % 7]

    def special(self, first_year: int, last_year: int) -> Mapping[int, Shape]:
        """Return the dates of the years that the weekly pattern alone does not describe."""
        missing = [year for year in range(first_year, last_year + 1) if year not in self._years]
        if missing:
            self._years |= self._overlaid(missing[0], missing[-1])
        if first_year == last_year:
            return self._years[first_year]
        return {
            ordinal: shape for year in range(first_year, last_year + 1) for ordinal, shape in self._years[year].items()
        }

    def _overlaid(self, first_year: int, last_year: int) -> dict[int, dict[int, Shape]]:
        marked: dict[int, list[tuple[Source, Mark]]] = {}
        for source in self.sources:
            for ordinal, mark in source.marks(first_year, last_year).items():
                marked.setdefault(ordinal, []).append((source, mark))
        years: dict[int, dict[int, Shape]] = {}
        for year in range(first_year, last_year + 1):
            days, shorts = self._ruled(year)
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            touched = {ordinal for ordinal in marked if first <= ordinal <= last} | days.keys() | shorts.keys()
            years[year] = {
                ordinal: self._shape(ordinal, marked.get(ordinal, ()), days.get(ordinal), shorts.get(ordinal))
                for ordinal in sorted(touched)
            }
        return years

    def _ruled(self, year: int) -> tuple[dict[int, Rule], dict[int, Rule]]:
        """Return a year's off and work rules, and its short ones, by day; a span with a year outranks a yearly one."""
        days: dict[int, Rule] = {}
        shorts: dict[int, Rule] = {}
        for yearly in (True, False):
            for rule in self.rules:
                for span in rule.spans:
                    if span.yearly is yearly:
                        (days if rule.short_by is None else shorts).update(dict.fromkeys(span.ordinals(year), rule))
        return days, shorts

    def _shape(self, ordinal: int, marks: Iterable[tuple[Source, Mark]], day: Rule | None, short: Rule | None) -> Shape:
        plain = self._plain[(ordinal + 6) % 7]
        by_rank = sorted(marks, key=lambda marked: _RANK[marked[1].kind])
        shape = plain
        if day is not None and day.windows is None:
            return Shape(kind=DayKind.DAY_OFF, windows=(), authority=day)
        if day is not None and day.windows is not None:
            kind = DayKind.WORKING if plain.windows else DayKind.WORKING_WEEKEND
            shape = Shape(kind=kind, windows=day.windows, authority=day)
        elif by_rank:
            source, mark = by_rank[0]
            if mark.kind in (DayKind.HOLIDAY, DayKind.DAY_OFF):
                return Shape(kind=mark.kind, windows=(), authority=source, mark=mark)
            if mark.kind is DayKind.WORKING_WEEKEND and (windows := self._swapped(plain, mark)):
                kind = DayKind.WORKING if plain.windows else DayKind.WORKING_WEEKEND
                shape = Shape(kind=kind, windows=windows, authority=source, mark=mark)
        if not shape.windows:
            return shape
        if short is not None and short.short_by is not None:
            return _cut(shape, short, None, short.short_by)
        shortening = next((marked for marked in by_rank if marked[1].short), None)
        if shortening is None or day is not None:
            return shape
        return _cut(shape, *shortening, self._short_by)

    def _swapped(self, plain: Shape, mark: Mark) -> tuple[Window, ...]:
        """Return the windows of a worked weekend: its own, the pattern's, or those of the day it was swapped with."""
        if mark.windows or plain.windows:
            return mark.windows or plain.windows
        if mark.like is not None:
            return self.week[(mark.like + 6) % 7]
        return next((windows for windows in self.week if windows), ())


_RANK = {DayKind.HOLIDAY: 0, DayKind.DAY_OFF: 1, DayKind.WORKING_WEEKEND: 2, DayKind.WORKING: 3}


def _rest(weekday: int) -> DayKind:
    return DayKind.WEEKEND if weekday >= _WEEKEND_STARTS else DayKind.CLOSED


def _cut(shape: Shape, authority: Source | Rule, mark: Mark | None, by_seconds: int) -> Shape:
    windows = shortened(shape.windows, by_seconds)
    kind = shape.kind
    if not windows:
        kind = DayKind.DAY_OFF
    elif kind is DayKind.WORKING and by_seconds:
        kind = DayKind.SHORT_DAY
    named = kind is DayKind.WORKING_WEEKEND and shape.authority is not None
    return Shape(
        kind=kind,
        windows=windows,
        short=True,
        cut=by_seconds,
        authority=shape.authority if named else authority,
        mark=shape.mark if named else mark or _UNMARKED,
    )
