"""`sla-bridge report`: the figures of a period for managers and customers, as a page, a table or data."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.cli.console.terminal import tell
from bridge.cli.options import PARTLY, At, Config, instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bridge.cli.wiring.configuration import Configuration

FORMATS = ("html", "csv", "json", "text")
LISTS = (
    "rows", "missed", "coming", "excluded", "unknown", "spent",
    "certificates", "entitlements", "versions", "exceptions", "obligations",
)  # fmt: skip

_Period = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help="A month, quarter or year, like 2026-11, 2026-Q4 or 2026; or last-month. [default: the current month]",
    ),
]
_From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day, like 2026-11-01.")]
_Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="The last day, which belongs to it.")]
_Input = Annotated[
    list[Path] | None,
    typer.Option(
        "--input",
        "-i",
        metavar="FILE",
        help="Snapshots that `export` wrote, - for stdin; more than once for more files. [default: the helpdesk's tickets]",
    ),
]
_Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write into this file, for its owner only. [default: stdout]"),
]
_Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help=f"{', '.join(FORMATS)}; text goes with --obligations and is the default there. [default: html]",
    ),
]
_Obligations = Annotated[
    bool,
    typer.Option(
        "--obligations",
        help="Only what the agreement owes again and again, such as visits: by customer, contract and period.",
    ),
]
_List = Annotated[
    str, typer.Option("--list", metavar="NAME", help=f"What a CSV holds: {', '.join(LISTS)}. [default: rows]")
]


def report(  # noqa: PLR0917 -- the options of a command
    config: Config = None,
    period: _Period = None,
    since: _From = None,
    until: _Until = None,
    level: Annotated[str | None, typer.Option("--level", metavar="KEY", help="Only this level.")] = None,
    department: Annotated[
        str | None, typer.Option("--department", metavar="KEY", help="Only the department of this id.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="KEY", help="Only the customer of this key in the registry.")
    ] = None,
    agent: Annotated[str | None, typer.Option("--agent", metavar="KEY", help="Only the agent of this id.")] = None,
    metric: Annotated[str | None, typer.Option("--metric", metavar="KEY", help="Only this metric.")] = None,
    inputs: _Input = None,
    output: _Output = None,
    format_: _Format = None,
    csv_list: _List = "rows",
    for_customer: Annotated[
        bool,
        typer.Option(
            "--for-customer",
            help="A page without what is for your own people: agents, departments, causes; with --customer.",
        ),
    ] = False,
    obligations: _Obligations = False,
    at: At = None,
    language: Annotated[str | None, typer.Option("--language", help="ru or en. [default: the policy's]")] = None,
) -> None:
    """Report a period: deadlines met and missed by level, department, agent, customer and month, with numerator, denominator and
    the receipt of every missed one; what is open, late, due next; what the registry says. Nothing is changed in the helpdesk.

    Without a period it is the current month, up to now. The page needs no network and no script. It holds PERSONAL DATA: names
    of customers and agents.
    """
    from bridge.cli.report.obligations import write_obligations
    from bridge.cli.report.period import asked_by_options
    from bridge.cli.report.reading import Reading, refuse_unknown_keys, refuse_unknown_words, tickets_of
    from bridge.cli.report.writing import Form, count, destination, written
    from bridge.cli.wiring.configuration import load_configuration, warn
    from bridge.cli.wiring.obligations import KeptTickets
    from bridge.policies.agreement.report_calendar import report_calendar
    from bridge.policies.figures.model import Filters
    from bridge.policies.figures.question import Question

    filters = Filters(metric=metric, level=level, department=department, customer=customer, agent=agent)
    wanted = _form(format_, csv_list, language, alone=obligations)
    if for_customer and (customer is None or wanted != "html"):
        raise typer.BadParameter(
            "only a page for one customer can be sent; add --customer", param_hint="--for-customer"
        )
    moment = instant(at)
    configuration = load_configuration(config)
    warn(configuration.warnings)
    refuse_unknown_words(filters, configuration.policy)
    calendar = report_calendar(configuration.policy)
    form = Form(name=wanted, csv_list=csv_list, language=language, for_customer=for_customer)
    now = moment if moment is not None else _now(configuration, inputs)
    asked = asked_by_options(period, since, until, zone=calendar.zone, now=now)
    question, kept = Question(period=asked, filters=filters), KeptTickets(configuration, now)
    reading = Reading(kept.take)
    with destination(output) as stream:
        tickets = tickets_of(configuration, inputs, reading)
        if obligations:
            told = write_obligations(configuration, question, form, now, tickets=tickets, kept=kept)
        else:
            counted = count(configuration, question, calendar, now, tickets=tickets, kept=kept)
            refuse_unknown_keys(filters, reading)
            told = written(configuration, counted, form, skipped=reading.skipped)
        reading.end()
        stream.write(told.encode())
    if output is not None and sys.stderr.isatty():
        tell(f"the report of {asked.since} to {asked.until} is in {output}; it holds personal data")
    if reading.skipped:
        raise typer.Exit(PARTLY)


def _form(format_: str | None, csv_list: str, language: str | None, *, alone: bool) -> str:
    """Return the format that is wanted; a usage error says which there are. `alone` is a report of obligations."""
    wanted = format_ or ("text" if alone else "html")
    _refuse(wanted, FORMATS, "--format")
    _refuse(csv_list, LISTS, "--list")
    _refuse(language, (None, "ru", "en"), "--language")
    if alone and wanted == "html":
        raise typer.BadParameter(
            "the page has all of the report; leave out --obligations, or take text, csv or json", param_hint="--format"
        )
    if wanted == "text" and not alone:
        raise typer.BadParameter("text tells of obligations alone; add --obligations", param_hint="--format")
    if csv_list != "rows" and wanted != "csv":
        raise typer.BadParameter("only a CSV holds one list; add --format csv", param_hint="--list")
    return wanted


def _refuse(value: str | None, allowed: "Sequence[str | None]", option: str) -> None:
    if value not in allowed:
        raise typer.BadParameter(", ".join(one for one in allowed if one is not None), param_hint=option)


def _now(configuration: "Configuration", inputs: list[Path] | None) -> int:
    """Return the helpdesk's time where tickets come from there, else this host's."""
    if inputs:
        return int(time.time())
    from bridge.cli.wiring.helpdesk import connect

    with connect(configuration.settings) as helpdesk:
        return helpdesk.ping().server_time
