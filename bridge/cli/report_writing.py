"""What a report is made of, and in which form it is written."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from bridge.cli.private_file import private_file
from bridge.cli.render import progress
from bridge.cli.terminal import json_text
from bridge.cli.wiring.configuration import Configuration
from bridge.cli.wiring.helpdesk import ticket_pages
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

        figures = figures_of(passing(), question, calendar, now)
    return Counted(figures=figures, coming=coming.soonest(), calendar=calendar)


def destination(output: Path | None) -> "AbstractContextManager[IO[bytes]]":
    """Return where the report goes: a file of its owner's, or standard output."""
    return nullcontext(sys.stdout.buffer) if output is None else private_file(output, option="--output")


def written(
    configuration: Configuration, counted: Counted, form: str, wanted: str, *, language: str | None, skipped: int
) -> str:
    """Return the report in the form that was asked for, in `language`, in the policy's where that is None."""
    if form == "json":
        from bridge.reports.report_json import report_json

        return json_text(report_json(counted.figures, counted.coming, skipped=skipped)) + "\n"
    teller = _teller(configuration, counted, language)
    if form == "csv":
        from bridge.reports.csv_tables import csv_of

        return csv_of(teller, counted.figures, counted.coming, wanted)
    from bridge.reports.report_page import ReportPage

    return ReportPage(teller=teller, figures=counted.figures, coming=counted.coming, skipped=skipped).html()


def _teller(configuration: Configuration, counted: Counted, language: str | None) -> "Teller":
    from bridge.reports.teller import Teller

    return Teller(
        policy=configuration.policy,
        language=language or configuration.policy.language,
        zone=counted.calendar.zone,
        as_of=counted.figures.as_of,
        address_of=ticket_pages(configuration.settings),
    )
