"""`sla-bridge report --obligations`: what the agreement owes again and again, as text, CSV or JSON."""

import io
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from bridge.cli.console.terminal import json_text
from bridge.cli.report.reading import refuse_unknown
from bridge.cli.report.writing import Form, teller_of
from bridge.cli.wiring.obligations import KeptTickets, obligations_at
from bridge.policies.agreement.report_calendar import report_calendar
from bridge.policies.obligations.owed import Span

if TYPE_CHECKING:
    from bridge.cli.wiring.configuration import Configuration
    from bridge.policies.figures.question import Question
    from bridge.policies.figures.reported import ReportedTicket
    from bridge.policies.obligations.overview import Obligations
    from bridge.reports.teller import Teller
    from bridge.tickets import Instant

_OF_TICKETS = ("level", "department", "agent", "metric")


def write_obligations(
    configuration: "Configuration",
    question: "Question",
    form: Form,
    now: "Instant",
    *,
    tickets: "Iterable[ReportedTicket]",
    kept: KeptTickets,
) -> str:
    """Return the obligations of the period in the form that was asked for. Tickets are read only where some count.

    A usage error (exit 2) says what no obligation can be told by, who is no customer, and that the policy declares none.
    """
    filters = question.filters
    for name in _OF_TICKETS:
        if getattr(filters, name) is not None:
            raise typer.BadParameter("obligations have customers alone; leave it out", param_hint=f"--{name}")
    if configuration.registry_load is not None and filters.customer is not None:
        known = {one.id: one.name for one in configuration.registry_load.registry.customers()}
        refuse_unknown("customer", filters.customer, known)
    if kept.needed:
        deque(tickets, maxlen=0)
    span = Span(question.period.since, question.period.until, now)
    found = obligations_at(configuration, span, kept.takings, customer=filters.customer)
    if found is None:
        raise typer.BadParameter(
            "the policy owes nothing again and again; declare it under 'obligations:'", param_hint="--obligations"
        )
    return _written(configuration, found, form)


def _written(configuration: "Configuration", found: "Obligations", form: Form) -> str:
    if form.name == "json":
        from bridge.policies.obligations.obligations_json import obligations_json

        return json_text(obligations_json(found)) + "\n"
    language = form.language or ("en" if form.name == "text" else None)
    teller = teller_of(configuration, report_calendar(configuration.policy), found.span.now, language)
    if form.name == "csv":
        from bridge.reports.csv_tables import csv_of_obligations

        return csv_of_obligations(teller, found)
    return _text(teller, found)


def _text(teller: "Teller", found: "Obligations") -> str:
    """Return a table for a terminal, with what has to be known of it below."""
    from rich.console import Console
    from rich.table import Table

    from bridge.cli.console.render import cell
    from bridge.reports import report_words as words
    from bridge.reports.obligation_sections import COLUMNS, notes, summary, told

    buffer = io.StringIO()
    console = Console(file=buffer, width=200, highlight=False, emoji=False)
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(cell(teller.word(words.COLUMNS[name])), no_wrap=name in {"kept", "state", "left"})
    for one in found.rows:
        table.add_row(*(cell(text) for text in told(teller, one)))
    below = [summary(teller, found.rows)] if found.rows else [teller.word(words.EMPTY["obligations"])]
    if found.rows:
        console.print(table)
    for line in (*below, *notes(teller, found)):
        console.print(cell(line))
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().splitlines())
