"""What a report is made of, and in which form it is written."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bridge.cli.render import progress
from bridge.cli.terminal import json_text
from bridge.cli.whole_file import whole_file
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.helpdesk import ticket_pages
from bridge.cli.wiring.roll import remembered_spent, standing_at
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.model import Figures
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import ReportedTicket
from bridge.reports.coming import Coming, ComingDeadlines
from bridge.tickets import Instant

if TYPE_CHECKING:
    from bridge.reports.teller import Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted: the figures, and the deadlines that come next."""

    figures: Figures
    coming: Sequence[Coming]
    calendar: WorkCalendar


def count(
    configuration: Configuration,
    question: Question,
    calendar: WorkCalendar,
    now: Instant,
    *,
    tickets: Iterable[ReportedTicket],
) -> Counted:
    """Return what is counted over the tickets, each looked at once."""
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
    return Counted(figures=figures, coming=coming.soonest(), calendar=calendar)


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

        return json_text(report_json(counted.figures, counted.coming, skipped=skipped)) + "\n"
    teller = _teller(configuration, counted, form.language)
    if form.name == "csv":
        from bridge.reports.csv_tables import csv_of

        return csv_of(teller, counted.figures, counted.coming, form.csv_list)
    from bridge.reports.report_page import ReportPage

    return ReportPage(
        teller=teller,
        figures=counted.figures,
        coming=counted.coming,
        skipped=skipped,
        for_customer=form.for_customer,
    ).html()


def _teller(configuration: Configuration, counted: Counted, language: str | None) -> "Teller":
    from bridge.reports.teller import Teller

    return Teller(
        policy=configuration.policy,
        language=language or configuration.policy.language,
        zone=counted.calendar.zone,
        as_of=counted.figures.as_of,
        address_of=ticket_pages(configuration.settings),
        products={one.id: one.title for one in configuration.catalogue.products.values()},
    )
