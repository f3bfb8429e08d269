"""What is legal in a calendar but probably not meant: warnings to its author."""

from collections.abc import Iterator, Mapping, Sequence

from bridge.errors import Problem, Severity
from bridge.policies.calendar.definition import (
    WEEKDAYS,
    CalendarModel,
    CountrySource,
    RuProductionSource,
    WorkRule,
)
from bridge.policies.calendar.windows import DAY_SECONDS, MINUTE_SECONDS, Window, lost_minute

_LONG_NIGHT_SECONDS = 12 * 3600


def warning(code: str, message: str, path: str, hint: str = "") -> Problem:
    """Return a warning at a path of the calendar."""
    return Problem(code=code, message=message, path=path, hint=hint, severity=Severity.WARNING)


def doubts(model: CalendarModel) -> Iterator[Problem]:
    """Yield what is legal but probably not meant."""
    if any(isinstance(written, RuProductionSource) for written in model.holidays):
        yield from _doubtful_week(model)
    elif model.presidential_days:
        message = "presidential_days has no effect without the source ru-production"
        yield warning("presidential_days", message, "presidential_days")
    for index, written in enumerate(model.holidays):
        if isinstance(written, CountrySource) and written.country in ("RU", "RUS", "Russia"):
            message, path = "country: RU knows no short days", f"holidays[{index}].country"
            yield warning("country_ru", message, path, hint="write `ru-production: true`")
    yield from _doubtful_nights(model)
    yield from _lost_minutes(model)


def _doubtful_nights(model: CalendarModel) -> Iterator[Problem]:
    for path, week in _weeks(model):
        for window, days in _days_by_window(week).items():
            if window.closes > DAY_SECONDS and window.seconds > _LONG_NIGHT_SECONDS:
                message = f"{window} of {', '.join(days)} runs over midnight for {window.seconds / 3600:g} hours"
                hint = "if the two times were swapped, write the earlier one first"
                yield warning("long_night", message, f"{path}.{days[0]}", hint=hint)


def _days_by_window(week: Mapping[str, tuple[Window, ...]]) -> Mapping[Window, list[str]]:
    """Return the days of each window, so that what is written once for several days is told once."""
    found: dict[Window, list[str]] = {}
    for day in WEEKDAYS:
        for window in week[day]:
            found.setdefault(window, []).append(day)
    return found


def _lost_minutes(model: CalendarModel) -> Iterator[Problem]:
    """Yield windows that leave a single minute out, as other programs want the end of a day to be written."""
    for path, week in _weeks(model):
        for window, days in _days_by_window(week).items():
            if hint := lost_minute(window):
                message = f"{window} of {', '.join(days)} leaves out a minute at midnight"
                yield warning("lost_minute", message, f"{path}.{days[0]}", hint=hint)
        for (one, other), days in _days_by_gap(week).items():
            message = f"{one} and {other} of {', '.join(days)} leave out the minute between them"
            hint = f"a window ends where the next one may begin: write {one.until(other)}"
            yield warning("lost_minute", message, f"{path}.{days[0]}", hint=hint)
    for index, rule in enumerate(model.rules):
        for window in rule.windows if isinstance(rule, WorkRule) else ():
            if hint := lost_minute(window):
                message = f"{window} leaves out a minute at midnight"
                yield warning("lost_minute", message, f"rules[{index}].windows", hint=hint)


def _days_by_gap(week: Mapping[str, tuple[Window, ...]]) -> Mapping[tuple[Window, Window], list[str]]:
    """Return the days of each two windows that lie a minute apart."""
    found: dict[tuple[Window, Window], list[str]] = {}
    for today, tomorrow in zip(WEEKDAYS, (*WEEKDAYS[1:], WEEKDAYS[0]), strict=True):
        for pair in _a_minute_apart(week[today], week[tomorrow]):
            found.setdefault(pair, []).append(today)
    return found


def _a_minute_apart(today: Sequence[Window], tomorrow: Sequence[Window]) -> Iterator[tuple[Window, Window]]:
    """Yield neighbours with a minute between them, which is not the one at midnight."""
    first_tomorrow = [(one, one.opens + DAY_SECONDS) for one in tomorrow[:1]]
    for one, (other, opens) in _with_next(today, first_tomorrow):
        if (
            opens - one.closes == MINUTE_SECONDS
            and one.closes % DAY_SECONDS != DAY_SECONDS - MINUTE_SECONDS
            and opens % DAY_SECONDS > MINUTE_SECONDS
        ):
            yield one, other


def _with_next(
    today: Sequence[Window], following: Sequence[tuple[Window, int]]
) -> Iterator[tuple[Window, tuple[Window, int]]]:
    """Yield each window with the next one and when that opens, in seconds from the midnight of `today`."""
    ahead = [*((one, one.opens) for one in today[1:]), *following]
    return zip(today, ahead, strict=False)


def _weeks(model: CalendarModel) -> Iterator[tuple[str, Mapping[str, tuple[Window, ...]]]]:
    """Yield the weeks that a calendar knows, each with its path."""
    yield "week", model.week
    yield from ((f"seasons[{index}].week", season.week) for index, season in enumerate(model.seasons))


def _worked(week: Mapping[str, tuple[Window, ...]]) -> list[str]:
    return [day for day in WEEKDAYS if week[day]]


def _doubtful_week(model: CalendarModel) -> Iterator[Problem]:
    usual = _worked(model.week)
    for path, week in _weeks(model):
        worked = _worked(week)
        if not worked and week is not model.week:
            continue  # closed for a season: nothing can be short or swapped
        if worked not in (list(WEEKDAYS[:5]), list(WEEKDAYS)) or worked != usual:
            shown = ", ".join(worked) or "never"
            message = f"the production calendar is made for Monday to Friday, this one works {shown}"
            hint = "check its short days and working weekends with `calendar show`"
            yield warning("week_pattern", message, path, hint=hint)
