"""`sla-bridge calendar`: questions to a working calendar."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.options import Config, Json

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.policies.calendar import WorkCalendar

app = typer.Typer(help="Ask a working calendar.", no_args_is_help=True)

CalendarId = Annotated[str, typer.Option("--calendar", metavar="ID", help="The calendar's id in the configuration.")]
_PARTLY = 4


@app.command()
def add(
    start: Annotated[str, typer.Argument(help="The start, like 2026-11-20T07:00:00Z.")],
    amount: Annotated[str, typer.Argument(help="The amount, like 8h, 24wd, 36h calendar.")],
    calendar: CalendarId,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the instant at which an amount of working time that begins at START is used up."""
    answer = _one(_calendar(config, calendar), {"op": "add", "start": start, "amount": amount})
    _print(answer, answer["at"], as_json=as_json)


@app.command()
def between(
    start: Annotated[str, typer.Argument(help="The start, like 2026-11-20T07:00:00Z.")],
    end: Annotated[str, typer.Argument(help="The end.")],
    calendar: CalendarId,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the working seconds between two instants; negative when END lies before START."""
    answer = _one(_calendar(config, calendar), {"op": "between", "start": start, "end": end})
    _print(answer, answer["seconds"], as_json=as_json)


@app.command()
def batch(calendar: CalendarId, config: Config = None) -> None:
    """Answer a question a line: {"op":"add","start":…,"amount":…} or {"op":"between","start":…,"end":…}."""
    from bridge.errors import CalendarError

    chosen = _calendar(config, calendar)
    failed = False
    for line in sys.stdin:
        if line.isspace():
            continue
        try:
            answer = _answer(chosen, json.loads(line))
        except (CalendarError, ValueError, KeyError, TypeError) as error:
            failed = True
            answer = {"error": f"{error} is missing" if isinstance(error, KeyError) else str(error)}
        print(json.dumps(answer, ensure_ascii=False))
    if failed:
        raise typer.Exit(_PARTLY)


def _calendar(config: "Path | None", name: str) -> "WorkCalendar":
    from bridge.cli.wiring import load_configuration
    from bridge.errors import ConfigurationInvalid, Problem
    from bridge.policies.language.positions import hint_for

    calendars = load_configuration(config).policy.calendars
    if name not in calendars:
        problem = Problem(code="unknown_calendar", message=f"there is no calendar {name!r}", hint=hint_for(name, calendars))
        raise ConfigurationInvalid([problem])
    return calendars[name]


def _one(calendar: "WorkCalendar", question: dict[str, str]) -> dict[str, object]:
    """Return the answer to a question of the command line; what cannot be read there is a usage error."""
    try:
        return _answer(calendar, question)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _answer(calendar: "WorkCalendar", question: dict[str, str]) -> dict[str, object]:
    """Return the answer to one question; ValueError, KeyError or CalendarError for one that cannot be answered."""
    from bridge.policies.durations import Amount
    from bridge.tickets import format_instant, parse_instant

    operation = question["op"]
    start = parse_instant(question["start"])
    if operation == "add":
        return {"at": format_instant(calendar.due(start, Amount.parse(question["amount"])))}
    if operation == "between":
        end = parse_instant(question["end"])
        return {"seconds": calendar.worked(end) - calendar.worked(start)}
    raise ValueError(f"the operation {operation!r} is unknown; allowed are add and between")


def _print(answer: dict[str, object], plain: object, *, as_json: bool) -> None:
    print(json.dumps(answer) if as_json else plain)
