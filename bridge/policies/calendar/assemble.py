"""From a calendar's definition to what each date is: sources opened, rules checked, every problem collected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bridge.errors import CalendarInvalid, Problem, Severity
from bridge.files.types import Title
from bridge.policies.calendar.day_book import DayBook, Rule
from bridge.policies.calendar.day_kind import (
    HORIZON_END_YEAR,
    HORIZON_FIRST_YEAR,
    DayKind,
    Mark,
    Source,
)
from bridge.policies.calendar.definition import (
    WEEKDAYS,
    CalendarModel,
    CountrySource,
    DatedRule,
    DatesSource,
    HolidaySource,
    IcsSource,
    OffRule,
    RuProductionSource,
    WorkRule,
)
from bridge.policies.calendar.sources.country import CountryHolidays
from bridge.policies.calendar.sources.holiday_data import HOLIDAYS_VERSION
from bridge.policies.calendar.sources.ics import read_ics
from bridge.policies.calendar.sources.listed_days import ListedDay, ListedDays, read_csv
from bridge.policies.calendar.sources.ru_production import RuProduction
from bridge.policies.calendar.windows import DAY_SECONDS, DateSpan

_LONG_NIGHT_SECONDS = 12 * 3600
_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A usable calendar: its days, how far they are published, what its author should know."""

    book: DayBook
    valid_from: date | None
    valid_through: date | None
    warnings: tuple[Problem, ...]
    holiday_data: str


def assemble(model: CalendarModel, files: Mapping[str, bytes]) -> Assembled:
    """Return the calendar's days. Raises CalendarInvalid with all problems of the definition and its files at once."""
    problems: list[Problem] = []
    sources: list[Source] = []
    for index, written in enumerate(model.holidays):
        try:
            source, notes = _source(written, model, files)
        except ValueError as error:
            message, _, hint = str(error).partition(" | ")
            problems.append(_problem("holiday_source", message, f"holidays[{index}]", hint=hint))
            continue
        sources.append(source)
        problems += [_problem("event_left_out", note, f"holidays[{index}]", Severity.WARNING) for note in notes]
    week = tuple(model.week[day] for day in WEEKDAYS)
    rules = tuple(_rule(rule, f"rules[{index}]") for index, rule in enumerate(model.rules))
    problems += _contradictions(rules)
    problems += _doubts(model)
    book = DayBook(week, sources, rules, short_by=model.short_by)
    if not _fatal(problems):
        problems += _without_work(book) or _crossing_nights(book)
    if _fatal(problems):
        raise CalendarInvalid(problems)
    stated = date.fromisoformat(model.valid_through) if model.valid_through else None
    return Assembled(
        book=book,
        valid_from=max((source.valid_from for source in sources if source.valid_from), default=None),
        valid_through=stated or min((source.valid_through for source in sources if source.valid_through), default=None),
        warnings=tuple(problems),
        holiday_data=HOLIDAYS_VERSION if any(_from_package(written) for written in model.holidays) else "",
    )


def _fatal(problems: list[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _problem(code: str, message: str, path: str, severity: Severity = Severity.ERROR, hint: str = "") -> Problem:
    return Problem(code=code, message=message, path=path, severity=severity, hint=hint)


def _from_package(written: HolidaySource) -> bool:
    return isinstance(written, RuProductionSource | CountrySource)


def _source(written: HolidaySource, model: CalendarModel, files: Mapping[str, bytes]) -> tuple[Source, tuple[str, ...]]:
    match written:
        case RuProductionSource():
            full_week = all(model.week[day] for day in WEEKDAYS)
            return RuProduction(full_week=full_week, presidential_days=model.presidential_days), ()
        case CountrySource():
            return CountryHolidays(written.country, written.region), ()
        case DatesSource():
            mark = Mark(kind=DayKind.HOLIDAY)
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


def _rule(rule: DatedRule, place: str) -> Rule:
    titles = _titles(rule.title)
    match rule:
        case OffRule():
            return Rule(spans=rule.off, titles=titles, place=place)
        case WorkRule():
            return Rule(spans=rule.work, windows=rule.windows, titles=titles, place=place)
        case _:
            return Rule(spans=rule.short, short_by=rule.by, titles=titles, place=place)


def _contradictions(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """Yield two rules of equal rank that say different things about one day."""
    said: dict[tuple[bool, bool, int], Rule] = {}
    for rule in rules:
        for span in rule.spans:
            for ordinal in _all_days(span):
                key = (rule.short_by is None, span.yearly, ordinal)
                other = said.setdefault(key, rule)
                if (other.windows, other.short_by) != (rule.windows, rule.short_by):
                    day = date.fromordinal(ordinal)
                    shown = f"{day:%m-%d} of every year" if span.yearly else str(day)
                    yield _problem(
                        "rules_contradict",
                        f"{rule.place} and {other.place} say different things about {shown}",
                        rule.place,
                        hint="keep one of them",
                    )
                    break


def _all_days(span: DateSpan) -> Iterator[int]:
    if span.first_year is None or span.last_year is None:
        yield from span.ordinals(_LEAP_YEAR)
        return
    for year in range(max(span.first_year, HORIZON_FIRST_YEAR), min(span.last_year + 1, HORIZON_END_YEAR)):
        yield from span.ordinals(year)


def _doubts(model: CalendarModel) -> Iterator[Problem]:
    """Yield what is legal but probably not meant."""
    worked = [day for day in WEEKDAYS if model.week[day]]
    production = any(isinstance(written, RuProductionSource) for written in model.holidays)
    if production and worked != list(WEEKDAYS[:5]) and worked != list(WEEKDAYS):
        yield _problem(
            "week_pattern",
            f"the production calendar is made for Monday to Friday, this one works {', '.join(worked) or 'never'}",
            "week",
            Severity.WARNING,
            hint="check its short days and working weekends with `calendar show`",
        )
    if model.presidential_days and not production:
        yield _problem(
            "presidential_days",
            "presidential_days has no effect without the source ru-production",
            "presidential_days",
            Severity.WARNING,
        )
    for index, written in enumerate(model.holidays):
        if isinstance(written, CountrySource) and written.country in ("RU", "RUS", "Russia"):
            yield _problem(
                "country_ru",
                "country: RU knows no short days",
                f"holidays[{index}].country",
                Severity.WARNING,
                hint="write `ru-production: true`",
            )
    for day in worked:
        for window in model.week[day]:
            if window.closes > DAY_SECONDS and window.seconds > _LONG_NIGHT_SECONDS:
                yield _problem(
                    "long_night",
                    f"{window} of {day} runs over midnight for {window.seconds / 3600:g} hours",
                    f"week.{day}",
                    Severity.WARNING,
                    hint="if the two times were swapped, write the earlier one first",
                )


def _without_work(book: DayBook) -> list[Problem]:
    """Return the problem of a calendar without one working second within the horizon."""
    if any(book.week) or any(rule.windows for rule in book.rules):
        # Recent years first: nearly every calendar answers within its first week.
        for year in (2026, *range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR)):
            first = date(year, 1, 1).toordinal()
            if any(book.shape(ordinal).windows for ordinal in range(first, first + 365)):
                return []
    return [
        _problem("no_working_time", "the calendar has no working time at all", "week", hint="give a day its windows")
    ]


def _crossing_nights(book: DayBook) -> list[Problem]:
    """Return dated windows that share time with a window over midnight; only such windows can reach another day."""
    ruled = [rule for rule in book.rules if rule.windows]
    patterns = [*book.week, *(rule.windows or () for rule in ruled)]
    if not any(window.closes > DAY_SECONDS for windows in patterns for window in windows):
        return []
    found: list[Problem] = []
    for rule in ruled:
        for ordinal in sorted(_worked_days(rule)):
            crossing = _crosses(book, ordinal - 1) or _crosses(book, ordinal)
            if crossing:
                found.append(_problem("windows_overlap", crossing, rule.place))
                break
    return found


def _worked_days(rule: Rule) -> Iterator[int]:
    for span in rule.spans:
        years = range(HORIZON_FIRST_YEAR, HORIZON_END_YEAR)
        if span.first_year is not None and span.last_year is not None:
            years = range(max(span.first_year, years.start), min(span.last_year + 1, years.stop))
        for year in years:
            yield from span.ordinals(year)


def _crosses(book: DayBook, ordinal: int) -> str:
    """Return how the day's last window runs into the next day's first one; empty when it does not."""
    nights, mornings = book.shape(ordinal).windows, book.shape(ordinal + 1).windows
    if nights and mornings and nights[-1].closes - DAY_SECONDS > mornings[0].opens:
        day = date.fromordinal(ordinal)
        return f"{nights[-1]} of {day} runs over midnight into {mornings[0]} of the next day; they overlap"
    return ""
