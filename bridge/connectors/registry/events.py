"""Dated events from CSV exports: visits, trainings and whatever else keeps an obligation of the agreement (CU-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.connectors.registry.cells import day as read_day
from bridge.connectors.registry.damage import mended
from bridge.connectors.registry.description import EventListModel
from bridge.connectors.registry.sources.csv import csv_table
from bridge.connectors.registry.sources.table import SourceUnusable
from bridge.errors import Problem
from bridge.policies.obligations.model import NO_EVIDENCE, Evidence, KeepingEvent, evidence_of


def read_events(content: bytes, described: EventListModel, name: str, problems: list[Problem]) -> Evidence:
    """Return the events of a list; problems call it `name`.

    A row that cannot be used is a problem, and of the customer it is about something may be missing; where nobody can say who
    that is, of everybody. A list that cannot be read at all is one that nobody knows.
    """
    read = _Read(described.columns.mapped(), name, problems)
    try:
        table = csv_table(content, name, read.titles)
        for line, row in table.rows:
            read.take(
                line, {ours: mended(row[place])[0] if place < len(row) else "" for ours, place in table.columns.items()}
            )
    except SourceUnusable as error:
        problems.append(unusable(error, name))
        return NO_EVIDENCE
    problems += [note.problem(name) for note in table.notes]
    lost = any(note.lost for note in table.notes)
    found = evidence_of(read.found)
    return replace(found, doubtful=frozenset(read.doubtful), all_doubtful=read.all_doubtful or lost)


def unusable(error: SourceUnusable, name: str) -> Problem:
    """Return what is said of a list that gives no event."""
    message = f"the events cannot be used, and nobody knows what was kept: {error.message}"
    return Problem(code="events_unusable", message=message, file=name, hint=error.hint)


@dataclass(slots=True)
class _Read:
    """The rows read so far."""

    titles: Mapping[str, str]
    name: str
    problems: list[Problem]
    found: list[tuple[str, KeepingEvent]] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    all_doubtful: bool = False

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        """Take in a row; one without anything in it is none."""
        if not any(cells.values()):
            return
        customer, paper = cells.get("customer", ""), cells.get("paper", "")
        if not customer and not paper:
            titles = " and ".join(repr(self.titles[one]) for one in ("customer", "paper") if one in self.titles)
            self._refuse(line, f"nobody is named in {titles}")
            self.all_doubtful = True
            return
        try:
            day = read_day(cells["day"])
        except ValueError as error:
            self._refuse(line, f"{self.titles['day']!r}: {error}")
            self.doubtful.add(customer)
            self.all_doubtful |= not customer
            return
        self.found.append((customer, KeepingEvent(day, paper)))

    def _refuse(self, line: int, message: str) -> None:
        hint = "mend the row: until then nothing is said to be missed that it may have kept"
        self.problems.append(
            Problem(code="bad_event", message=f"row {line}: {message}", file=self.name, line=line, hint=hint)
        )
