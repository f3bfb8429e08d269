"""From a calendar's definition to what each date is: sources opened, rules checked, every problem collected."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from bridge.errors import CalendarInvalid, Problem, Severity
from bridge.files.types import Title
from bridge.policies.calendar.days import (
    HORIZON_END_YEAR,
    HORIZON_FIRST_YEAR,
    CalendarDays,
    DatedRule,
    DayKind,
    HolidaySource,
    MarkedDay,
)
from bridge.policies.calendar.definition import (
    WEEKDAYS,
    CalendarModel,
    CountrySource,
    DatesSource,
    IcsSource,
    OffRule,
    RuProductionSource,
    WorkRule,
    WrittenRule,
    WrittenSource,
)
from bridge.policies.calendar.sources.country import CountryHolidays
from bridge.policies.calendar.sources.holidays_package import HOLIDAYS_VERSION
from bridge.policies.calendar.sources.ics import read_ics
from bridge.policies.calendar.sources.listed_days import ListedDay, ListedDays, read_csv
from bridge.policies.calendar.sources.ru_production import RuProduction
from bridge.policies.calendar.windows import DAY_SECONDS, DateSpan, Window

_LONG_NIGHT_SECONDS = 12 * 3600
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
    problems += [*_contradictions(rules), *_doubts(model)]
    days = CalendarDays([model.week[day] for day in WEEKDAYS], sources, rules, short_by=model.short_by)
    if not _fatal(problems):
        problems += _without_work(days) or _crossing_nights(days)
    if _fatal(problems):
        raise CalendarInvalid(problems)
    from_package = any(isinstance(written, RuProductionSource | CountrySource) for written in model.holidays)
    return Assembled(
        days=days,
        valid_from=max((day for source in sources if (day := source.valid_from)), default=None),
        valid_through=_valid_through(model, sources),
        warnings=tuple(problems),
        holiday_data=HOLIDAYS_VERSION if from_package else "",
    )


def _valid_through(model: CalendarModel, sources: Iterable[HolidaySource]) -> date | None:
    """Return the last day for which everything is published: what the author says, or else the earliest end."""
    if model.valid_through:
        return date.fromisoformat(model.valid_through)
    return min((day for source in sources if (day := source.valid_through)), default=None)


def _fatal(problems: list[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _warning(code: str, message: str, path: str, hint: str = "") -> Problem:
    return Problem(code=code, message=message, path=path, hint=hint, severity=Severity.WARNING)


def _sources(model: CalendarModel, files: Mapping[str, bytes], problems: list[Problem]) -> Iterator[HolidaySource]:
    for index, written in enumerate(model.holidays):
        path = f"holidays[{index}]"
        try:
            source, left_out = _source(written, model, files)
        except ValueError as error:
            message, _, hint = str(error).partition(" | ")
            problems.append(Problem(code="holiday_source", message=message, path=path, hint=hint))
            continue
        problems += [_warning("event_left_out", sentence, path) for sentence in left_out]
        yield source


def _source(
    written: WrittenSource, model: CalendarModel, files: Mapping[str, bytes]
) -> tuple[HolidaySource, tuple[str, ...]]:
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
            return read_ics(written.ics, _content(written.ics, files), only=written.only)
        case _:
            return read_csv(written.csv, _content(written.csv, files)), ()


def _content(name: str, files: Mapping[str, bytes]) -> bytes:
    if name not in files:
        raise ValueError(f"the file {name} is not there")
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


def _doubts(model: CalendarModel) -> Iterator[Problem]:
    """Yield what is legal but probably not meant."""
    if any(isinstance(written, RuProductionSource) for written in model.holidays):
        yield from _doubtful_week(model)
    elif model.presidential_days:
        message = "presidential_days has no effect without the source ru-production"
        yield _warning("presidential_days", message, "presidential_days")
    for index, written in enumerate(model.holidays):
        if isinstance(written, CountrySource) and written.country in ("RU", "RUS", "Russia"):
            message, path = "country: RU knows no short days", f"holidays[{index}].country"
            yield _warning("country_ru", message, path, hint="write `ru-production: true`")
    yield from _doubtful_nights(model)


def _doubtful_nights(model: CalendarModel) -> Iterator[Problem]:
    nights: dict[Window, list[str]] = {}
    for day in WEEKDAYS:
        for window in model.week[day]:
            if window.closes > DAY_SECONDS and window.seconds > _LONG_NIGHT_SECONDS:
                nights.setdefault(window, []).append(day)
    for window, days in nights.items():
        message = f"{window} of {', '.join(days)} runs over midnight for {window.seconds / 3600:g} hours"
        hint = "if the two times were swapped, write the earlier one first"
        yield _warning("long_night", message, f"week.{days[0]}", hint=hint)


def _doubtful_week(model: CalendarModel) -> Iterator[Problem]:
    worked = [day for day in WEEKDAYS if model.week[day]]
    if worked not in (list(WEEKDAYS[:5]), list(WEEKDAYS)):
        shown = ", ".join(worked) or "never"
        message = f"the production calendar is made for Monday to Friday, this one works {shown}"
        hint = "check its short days and working weekends with `calendar show`"
        yield _warning("week_pattern", message, "week", hint=hint)


def _without_work(days: CalendarDays) -> list[Problem]:
    """Return the problem of a calendar without one working second within the horizon."""
    if any(days.week) or any(rule.windows for rule in days.rules):
        # Recent years first: nearly every calendar answers within its first week.
        for year in (2026, *range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR)):
            first = date(year, 1, 1).toordinal()
            if any(days.day(ordinal).windows for ordinal in range(first, first + 365)):
                return []
    message, hint = "the calendar has no working time at all", "give a day its windows"
    return [Problem(code="no_working_time", message=message, path="week", hint=hint)]


def _crossing_nights(days: CalendarDays) -> list[Problem]:
    """Return dated windows that share time with a window over midnight; only such windows can reach another day."""
    patterns = chain(*days.week, *(rule.windows or () for rule in days.rules))
    if not any(window.closes > DAY_SECONDS for window in patterns):
        return []
    crossings = ((rule, _first_crossing(days, rule)) for rule in days.rules if rule.windows)
    return [
        Problem(code="windows_overlap", message=crossing, path=rule.place) for rule, crossing in crossings if crossing
    ]


def _first_crossing(days: CalendarDays, rule: DatedRule) -> str:
    years = range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR)
    worked = sorted(ordinal for span in rule.spans for ordinal in _days_of(span, yearly=years))
    nights = (night for ordinal in worked for night in (ordinal - 1, ordinal))
    return next(filter(None, (_crossing(days, night) for night in nights)), "")


def _crossing(days: CalendarDays, ordinal: int) -> str:
    """Return how the day's last window runs into the next day's first one; empty when it does not."""
    nights, mornings = days.day(ordinal).windows, days.day(ordinal + 1).windows
    if nights and mornings and nights[-1].closes - DAY_SECONDS > mornings[0].opens:
        day = date.fromordinal(ordinal)
        return f"{nights[-1]} of {day} runs over midnight into {mornings[0]} of the next day; they overlap"
    return ""
