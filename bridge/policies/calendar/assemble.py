"""From a calendar's definition to what each date is: sources opened, rules checked, every problem collected."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from bridge.errors import CalendarInvalid, Problem, Severity
from bridge.files.types import Title
from bridge.files.yaml import MAX_BYTES
from bridge.policies.calendar.compiled_years import skipped_dates
from bridge.policies.calendar.days import (
    HORIZON_END_YEAR,
    HORIZON_FIRST_YEAR,
    CalendarDays,
    DatedRule,
    DayKind,
    HolidaySource,
    MarkedDay,
    Season,
)
from bridge.policies.calendar.definition import (
    WEEKDAYS,
    CalendarModel,
    CountrySource,
    DatesSource,
    IcsSource,
    OffRule,
    RuProductionSource,
    SeasonModel,
    WorkRule,
    WrittenRule,
    WrittenSource,
)
from bridge.policies.calendar.doubts import doubts, warning
from bridge.policies.calendar.seasons import overlaps
from bridge.policies.calendar.sources.country import CountryHolidays
from bridge.policies.calendar.sources.holidays_package import HOLIDAYS_VERSION
from bridge.policies.calendar.sources.ics import read_ics
from bridge.policies.calendar.sources.listed_days import Doubt, ListedDay, ListedDays, read_csv
from bridge.policies.calendar.sources.ru_production import RuProduction
from bridge.policies.calendar.windows import DAY_SECONDS, DateSpan

_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A usable calendar: its days, how far they are published, what its author should know."""

    days: CalendarDays
    valid_from: date | None
    valid_through: date | None
    warnings: tuple[Problem, ...]
    holiday_data: str


def assemble(model: CalendarModel, files: Mapping[str, bytes]) -> Assembled:
    """Return the calendar's days. Raises CalendarInvalid with all problems of the definition and its files at once."""
    problems: list[Problem] = []
    sources = list(_sources(model, files, problems))
    rules = tuple(_rule(rule, f"rules[{index}]") for index, rule in enumerate(model.rules))
    seasons = tuple(_season(written, f"seasons[{index}]") for index, written in enumerate(model.seasons))
    problems += [*_contradictions(rules), *_wrong_seasons(seasons), *doubts(model)]
    days = CalendarDays(
        [model.week[day] for day in WEEKDAYS],
        sources,
        rules,
        short_by=model.short_by,
        seasons=seasons,
        skipped=skipped_dates(ZoneInfo(model.zone)),
    )
    if not _fatal(problems):
        problems += _without_work(days) or _crossing_nights(days)
    if _fatal(problems):
        raise CalendarInvalid(problems)
    return Assembled(
        days=days,
        valid_from=max((day for source in sources if (day := source.valid_from)), default=None),
        valid_through=_valid_through(model, sources),
        warnings=tuple(problems),
        holiday_data=_holiday_data(model),
    )


def _holiday_data(model: CalendarModel) -> str:
    """Return the version of the package that holidays are taken from, empty where none are."""
    from_package = any(isinstance(written, RuProductionSource | CountrySource) for written in model.holidays)
    return HOLIDAYS_VERSION if from_package else ""


def _valid_through(model: CalendarModel, sources: Iterable[HolidaySource]) -> date | None:
    """Return the last day for which everything is published: what the author says, or else the earliest end."""
    if model.valid_through:
        return date.fromisoformat(model.valid_through)
    return min((day for source in sources if (day := source.valid_through)), default=None)


def _fatal(problems: list[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _sources(model: CalendarModel, files: Mapping[str, bytes], problems: list[Problem]) -> Iterator[HolidaySource]:
    for index, written in enumerate(model.holidays):
        path = f"holidays[{index}]"
        try:
            source, doubtful = _source(written, model, files)
        except ValueError as error:
            message, _, hint = str(error).partition(" | ")
            problems.append(Problem(code="holiday_source", message=message, path=path, hint=hint))
            continue
        problems += [warning(one.code, one.sentence, path, one.hint) for one in doubtful]
        yield source


def _source(
    written: WrittenSource, model: CalendarModel, files: Mapping[str, bytes]
) -> tuple[HolidaySource, tuple[Doubt, ...]]:
    match written:
        case RuProductionSource():
            full_week = all(model.week[day] for day in WEEKDAYS)
            return RuProduction(full_week=full_week, presidential_days=model.presidential_days), ()
        case CountrySource():
            return CountryHolidays(written.country, written.region), ()
        case DatesSource():
            mark = MarkedDay(kind=DayKind.HOLIDAY)
            titles = _titles(written.title)
            return ListedDays("dates", [ListedDay(span=span, mark=mark, titles=titles) for span in written.dates]), ()
        case IcsSource():
            return read_ics(written.ics, _content(written.ics, files), zone=ZoneInfo(model.zone), only=written.only)
        case _:
            return read_csv(written.csv, _content(written.csv, files))


def _content(name: str, files: Mapping[str, bytes]) -> bytes:
    if name not in files:
        known = name.lower().endswith((".ics", ".csv"))
        raise ValueError(
            f"the file {name} is not there" + ("" if known else " | only files that end in .ics or .csv are read")
        )
    if len(files[name]) > MAX_BYTES:
        raise ValueError(f"the file {name} has more than {MAX_BYTES:,} bytes | split it, or leave out years long gone")
    return files[name]


def _titles(title: Title | None) -> Mapping[str, str]:
    return {"ru": title.ru, "en": title.en} if title else {}


def _rule(written: WrittenRule, place: str) -> DatedRule:
    titles = _titles(written.title)
    match written:
        case OffRule():
            return DatedRule(spans=written.off, titles=titles, place=place)
        case WorkRule():
            return DatedRule(spans=written.work, windows=written.windows, titles=titles, place=place)
        case _:
            return DatedRule(spans=written.short, short_by=written.by, titles=titles, place=place)


def _season(written: SeasonModel, place: str) -> Season:
    week = tuple(written.week[day] for day in WEEKDAYS)
    return Season(id=written.id, span=written.span, week=week, titles=_titles(written.title), place=place)


def _wrong_seasons(seasons: Sequence[Season]) -> Iterator[Problem]:
    """Yield seasons that bear one name, and those that claim one day."""
    named: dict[str, Season] = {}
    for season in seasons:
        if named.setdefault(season.id, season) is not season:
            message = f"the season {season.id!r} is defined twice"
            yield Problem(code="defined_twice", message=message, path=f"{season.place}.id", hint="give it another id")
    for overlap in overlaps(seasons):
        shown = f"{overlap.day:%m-%d} of every year" if overlap.yearly else str(overlap.day)
        message = f"the seasons {overlap.one.id!r} and {overlap.other.id!r} both hold on {shown}"
        hint = "both their days, 'from' and 'until', belong to them; let one end before the other begins"
        yield Problem(code="seasons_overlap", message=message, path=overlap.other.place, hint=hint)


def _contradictions(rules: tuple[DatedRule, ...]) -> Iterator[Problem]:
    """Yield two rules of equal rank that say different things about one day."""
    said: dict[tuple[bool, bool, int], DatedRule] = {}
    for rule in rules:
        told: set[str] = set()
        for span in rule.spans:
            # One leap year has every date that a yearly span can name.
            for ordinal in _days_of(span, yearly=(_LEAP_YEAR,)):
                other = said.setdefault((rule.short_by is None, span.yearly, ordinal), rule)
                if (other.windows, other.short_by) != (rule.windows, rule.short_by) and other.place not in told:
                    told.add(other.place)
                    day = date.fromordinal(ordinal)
                    shown = f"{day:%m-%d} of every year" if span.yearly else str(day)
                    message = f"{rule.place} and {other.place} say different things about {shown}"
                    yield Problem(code="rules_contradict", message=message, path=rule.place, hint="keep one of them")
                    break


def _days_of(span: DateSpan, *, yearly: Iterable[int]) -> Iterator[int]:
    """Yield the days of a span within the horizon; those of a yearly one in the years `yearly`."""
    years = yearly
    if span.first_year is not None and span.last_year is not None:
        years = range(max(span.first_year, HORIZON_FIRST_YEAR), min(span.last_year + 1, HORIZON_END_YEAR))
    for year in years:
        yield from span.ordinals(year)


def _without_work(days: CalendarDays) -> list[Problem]:
    """Return the problem of a calendar without one working second within the horizon."""
    if any(chain(days.week, *(season.week for season in days.seasons))) or any(rule.windows for rule in days.rules):
        # Recent years first: nearly every calendar answers within its first week.
        for year in (2026, *range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR)):
            first = date(year, 1, 1).toordinal()
            if any(days.day(ordinal).windows for ordinal in range(first, first + 365)):
                return []
    message, hint = "the calendar has no working time at all", "give a day its windows"
    return [Problem(code="no_working_time", message=message, path="week", hint=hint)]


def _crossing_nights(days: CalendarDays) -> list[Problem]:
    """Return dated windows, and edges of seasons, that share time with a window over midnight; only such windows can reach
    another day."""
    if not _works_at_night(days):
        return []
    places = [(rule.place, _dates_of(*rule.spans)) for rule in days.rules if rule.windows]
    places += [(season.place, _edges(_dates_of(season.span))) for season in days.seasons]
    crossings = ((place, _first_crossing(days, dates)) for place, dates in places)
    return [Problem(code="windows_overlap", message=crossing, path=place) for place, crossing in crossings if crossing]


def _works_at_night(days: CalendarDays) -> bool:
    weeks = [days.week, *(season.week for season in days.seasons)]
    patterns = chain(*chain(*weeks), *(rule.windows or () for rule in days.rules))
    return any(window.closes > DAY_SECONDS for window in patterns)


def _dates_of(*spans: DateSpan) -> list[int]:
    """Return the days of the spans in the whole horizon, as ordinals."""
    years = range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR)
    return sorted({ordinal for span in spans for ordinal in _days_of(span, yearly=years)})


def _edges(dates: Sequence[int]) -> list[int]:
    """Return the first and the last of each run of dates."""
    held = set(dates)
    return [one for one in dates if one - 1 not in held or one + 1 not in held]


def _first_crossing(days: CalendarDays, dates: Iterable[int]) -> str:
    nights = (night for ordinal in dates for night in (ordinal - 1, ordinal))
    return next(filter(None, (_crossing(days, night) for night in nights)), "")


def _crossing(days: CalendarDays, ordinal: int) -> str:
    """Return how the day's last window runs into the next day's first one; empty when it does not."""
    nights, mornings = days.day(ordinal).windows, days.day(ordinal + 1).windows
    if nights and mornings and nights[-1].closes - DAY_SECONDS > mornings[0].opens:
        day = date.fromordinal(ordinal)
        return f"{nights[-1]} of {day} runs over midnight into {mornings[0]} of the next day; they overlap"
    return ""
