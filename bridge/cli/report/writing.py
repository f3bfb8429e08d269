"""What a report is made of, and in which form it is written."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bridge.cli.console.render import progress
from bridge.cli.console.terminal import json_text
from bridge.cli.console.whole_file import whole_file
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.helpdesk import ticket_pages
from bridge.cli.wiring.obligations import KeptTickets, obligations_at
from bridge.cli.wiring.roll import remembered_spent, standing_at
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.model import Figures
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import ReportedTicket
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.owed import Span
from bridge.reports.coming import Coming, ComingDeadlines
from bridge.tickets import Instant

if TYPE_CHECKING:
    from bridge.reports.teller import Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted: the figures, the deadlines that come next, and what is owed again and again, None where nothing is."""

    figures: Figures
    coming: Sequence[Coming]
    calendar: WorkCalendar
    obligations: Obligations | None = None


def count(
    configuration: Configuration,
    question: Question,
    calendar: WorkCalendar,
    now: Instant,
    *,
    tickets: Iterable[ReportedTicket],
    kept: KeptTickets,
) -> Counted:
    """Return what is counted over the tickets, each looked at once; `kept` is what has looked at them as well."""
    coming = ComingDeadlines(question, now)
    with progress("counting", None) as advance:

        def passing() -> Iterator[ReportedTicket]:
            for ticket in tickets:
                coming.take(ticket)
                advance(1)
                yield ticket

        standing = standing_at(
            configuration, now, remembered_spent(configuration), customer=question.filters.customer
        ).json()
        figures = figures_of(passing(), question, calendar, now, standing)
    span = Span(question.period.since, question.period.until, now)
    owed = obligations_at(configuration, span, kept.takings, customer=question.filters.customer)
    return Counted(figures=figures, coming=coming.soonest(), calendar=calendar, obligations=owed)


def destination(output: Path | None) -> "AbstractContextManager[IO[bytes]]":
    """Return where the report goes: a file of its owner's, or standard output."""
    return nullcontext(sys.stdout.buffer) if output is None else whole_file(output, option="--output")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """In which form a report is wanted: `html`, `csv` of a list, or `json`; in `language`, in the policy's where that is None."""

    name: str
    csv_list: str
    language: str | None
    for_customer: bool


def written(configuration: Configuration, counted: Counted, form: Form, *, skipped: int) -> str:
    """Return the report in the form that was asked for."""
    if form.name == "json":
        from bridge.reports.report_json import report_json

        return json_text(report_json(counted.figures, counted.coming, counted.obligations, skipped=skipped)) + "\n"
    teller = teller_of(configuration, counted.calendar, counted.figures.as_of, form.language)
    if form.name == "csv":
        from bridge.reports.csv_tables import csv_of

        return csv_of(teller, counted.figures, counted.coming, form.csv_list, counted.obligations)
    from bridge.reports.report_page import ReportPage

    return ReportPage(
        teller=teller,
        figures=counted.figures,
        coming=counted.coming,
        obligations=counted.obligations,
        skipped=skipped,
        for_customer=form.for_customer,
    ).html()


def teller_of(configuration: Configuration, calendar: WorkCalendar, as_of: Instant, language: str | None) -> "Teller":
    """Return what tells a report in a language, in the policy's where that is None."""
    from bridge.reports.teller import Teller

    return Teller(
        policy=configuration.policy,
        language=language or configuration.policy.language,
        zone=calendar.zone,
        as_of=as_of,
        address_of=ticket_pages(configuration.settings),
        products={one.id: one.title for one in configuration.catalogue.products.values()},
    )
