"""`sla-bridge calendar`: questions to a working calendar."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.streams import input_lines
from bridge.cli.console.terminal import say, say_json
from bridge.cli.options import PARTLY, Config, Json
from bridge.errors import one_line
from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.policies.calendar.intervals import Totals
    from bridge.policies.calendar.work_calendar import WorkCalendar

app = typer.Typer(help="Ask a working calendar.", no_args_is_help=True)

_FIRST, _LAST = HORIZON_FIRST_YEAR, HORIZON_END_YEAR - 1

CalendarId = Annotated[str, typer.Option("--calendar", metavar="ID", help="The calendar's id in the configuration.")]


@app.command()
def add(
    start: Annotated[str, typer.Argument(help="The start, like 2026-11-20T07:00:00Z.")],
    amount: Annotated[str, typer.Argument(help="The amount, like 8h, 24wd, 2w, 36h calendar.")],
    calendar: CalendarId,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the instant at which an amount of working time that begins at START is used up."""
    _print_answer(_calendar(config, calendar), {"op": "add", "start": start, "amount": amount}, as_json=as_json)


@app.command()
def between(
    start: Annotated[str, typer.Argument(help="The start, like 2026-11-20T07:00:00Z.")],
    end: Annotated[str, typer.Argument(help="The end.")],
    calendar: CalendarId,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the working seconds between two instants; negative when END lies before START."""
    _print_answer(_calendar(config, calendar), {"op": "between", "start": start, "end": end}, as_json=as_json)


@app.command()
def batch(calendar: CalendarId, config: Config = None) -> None:
    """Answer a question a line: {"op":"add","start":…,"amount":…} or {"op":"between","start":…,"end":…}."""
    from bridge.errors import CalendarError

    chosen = _calendar(config, calendar)
    failed = False
    for line in input_lines():
        if line.isspace():
            continue
        try:
            answer = _answer(chosen, json.loads(line))
        except (CalendarError, ValueError, KeyError, TypeError, RecursionError) as error:
            failed = True
            answer = {"error": f"{error} is missing" if isinstance(error, KeyError) else one_line(error)}
        say_json(answer)
    if failed:
        raise typer.Exit(PARTLY)


@app.command()
def show(
    year: Annotated[int, typer.Argument(help="The year, like 2027.", min=_FIRST, max=_LAST)],
    calendar: CalendarId,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print a readable year: days off and short days by name and source, and the totals."""
    from bridge.cli.agreement.calendar_year import days_of, seasons_of, year_lines

    chosen = _calendar(config, calendar)
    if not as_json:
        for line in year_lines(chosen, year):
            say(line)
        return
    days = [
        {
            "date": one.date.isoformat(),
            "kind": one.kind.value,
            "windows": [str(window) for window in one.windows],
            **{name: getattr(one, name) for name in ("reason", "source", "short", "provisional")},
        }
        for one in days_of(chosen, year)
    ]
    seasons = [{"id": one.id, "from": one.from_, "until": one.until} for one in seasons_of(chosen, year)]
    totals = _totals(chosen.totals(year))
    say_json({"calendar": chosen.id, "year": year, "seasons": seasons, "days": days, "totals": totals})


@app.command()
def check(
    calendar: CalendarId,
    config: Config = None,
    first: Annotated[int, typer.Option("--from", help="The first year.", min=_FIRST, max=_LAST)] = 2013,
    last: Annotated[
        int | None,
        typer.Option("--to", help="The last year. [default: how far the data reaches]", min=_FIRST, max=_LAST),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare the calendar with the published totals, and tell how far its data reaches; exit with 3 when they differ."""
    from datetime import UTC, datetime

    if last is not None and last < first:
        raise typer.BadParameter(f"the last year, {last}, lies before the first, {first}", param_hint="--to")
    chosen = _calendar(config, calendar)
    reaches = chosen.valid_through or datetime.now(UTC)
    end = last or min(max(first, reaches.year), _LAST)
    totals = [chosen.totals(year) for year in range(first, end + 1)]
    wrong = [one.year for one in totals if not one.as_published]
    if as_json:
        say_json({**_years_json(chosen, totals), "different": wrong})
    else:
        _print_years(chosen, totals)
    if wrong:
        raise typer.Exit(3)


def _years_json(calendar: "WorkCalendar", totals: list["Totals"]) -> dict[str, object]:
    reaches = calendar.valid_through
    through = reaches and reaches.isoformat()
    return {"calendar": calendar.id, "valid_through": through, "years": [_totals(one) for one in totals]}


def _print_years(calendar: "WorkCalendar", totals: list["Totals"]) -> None:
    from bridge.cli.agreement.calendar_year import totals_line

    for one in totals:
        say(totals_line(one))
    reaches = calendar.valid_through
    say(f"{calendar.id}: " + (f"published up to {reaches}" if reaches else "no published data ends"))


def _totals(totals: "Totals") -> dict[str, object]:
    published = totals.published
    norm = published and {"working_days": published.working_days, "hours": published.hours}
    return {**asdict(totals), "published": norm}


def _calendar(config: "Path | None", name: str) -> "WorkCalendar":
    """Return a calendar of the folder, which needs no policy for that. Raises ConfigurationInvalid for errors in calendars."""
    from bridge.errors import ConfigurationInvalid, Problem, Severity
    from bridge.files.positions import hint_for
    from bridge.policies.language.calendars import compile_calendars
    from bridge.settings.load import find_folder, read_folder

    problems: list[Problem] = []
    calendars = compile_calendars(read_folder(find_folder(config)), problems).usable
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise ConfigurationInvalid(problems)
    if name not in calendars:
        message, hint = f"there is no calendar {name!r}", hint_for(name, calendars)
        raise ConfigurationInvalid([Problem(code="unknown_calendar", message=message, hint=hint)])
    return calendars[name]


def _print_answer(calendar: "WorkCalendar", question: dict[str, str], *, as_json: bool) -> None:
    """Print the answer to a question of the command line; what cannot be read there is a usage error."""
    try:
        answer = _answer(calendar, question)
    except ValueError as error:
        raise typer.BadParameter(one_line(error)) from None
    if as_json:
        say_json(answer)
    else:
        say(f"{next(iter(answer.values()))}{'; provisional' if answer['provisional'] else ''}")


def _answer(calendar: "WorkCalendar", question: object) -> dict[str, object]:
    """Return the answer to one question; ValueError, TypeError, KeyError or CalendarError if it has none.

    It is provisional where holidays count that are not published yet, or are no longer.
    """
    from bridge.policies.calendar.amounts import Amount, AmountKind
    from bridge.tickets import format_instant, parse_instant

    if not isinstance(question, dict):
        raise TypeError('a question is an object such as {"op":"add","start":"2026-11-20T07:00:00Z","amount":"8h"}')
    operation = question["op"]
    start = parse_instant(question["start"])
    if operation == "add":
        amount = Amount.parse(question["amount"])
        due = calendar.due(start, amount)
        counts = amount.kind is not AmountKind.CALENDAR_TIME and amount.value > 0
        provisional = counts and (calendar.is_provisional(start) or calendar.is_provisional(due))
        return {"at": format_instant(due), "provisional": provisional}
    if operation == "between":
        end = parse_instant(question["end"])
        provisional = start != end and (calendar.is_provisional(start) or calendar.is_provisional(end))
        return {"seconds": calendar.worked(end) - calendar.worked(start), "provisional": provisional}
    raise ValueError(f"the operation {operation!r} is unknown; allowed are add and between")
