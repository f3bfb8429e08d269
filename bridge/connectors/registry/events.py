"""Dated events from CSV exports: visits, trainings and whatever else keeps an obligation of the agreement (CU-4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.connectors.registry.cells import day as read_day
from bridge.connectors.registry.damage import mended
from bridge.connectors.registry.description import EventListModel
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.sources.csv import csv_table
from bridge.errors import Problem
from bridge.policies.obligations.model import Evidence, KeepingEvent, evidence_of


@dataclass(slots=True)
class EventList:
    """The events of a list, so many, with the problems of its other rows."""

    evidence: Evidence
    count: int
    problems: ProblemList

    def __len__(self) -> int:
        return self.count


def read_events(content: bytes, name: str, *, described: EventListModel) -> EventList:
    """Return the events of a list that gave `content`; problems call it `name`. Raises SourceUnusable.

    A row that cannot be used is a problem, and of the customer it is about something may be missing; where nobody can say who
    that is, of everybody.
    """
    read = _Read(described.columns.mapped(), name)
    table = csv_table(content, name, read.titles)
    for line, row in table.rows:
        read.take(
            line, {ours: mended(row[place])[0] if place < len(row) else "" for ours, place in table.columns.items()}
        )
    for note in table.notes:
        read.problems.add(note.problem(name))
    lost = any(note.lost for note in table.notes)
    found = replace(evidence_of(read.found), doubtful=frozenset(read.doubtful), all_doubtful=read.all_doubtful or lost)
    return EventList(found, len(read.found), read.problems)


@dataclass(slots=True)
class _Read:
    """The rows read so far."""

    titles: Mapping[str, str]
    name: str
    problems: ProblemList = field(default_factory=ProblemList)
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
        self.problems.add(
            Problem(code="bad_event", message=f"row {line}: {message}", file=self.name, line=line, hint=hint)
        )
