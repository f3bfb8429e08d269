"""Calendars of a configuration: every file under `calendars/`, read strictly and compiled."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.errors import CalendarInvalid, Problem, Stage, collected
from bridge.files.positions import Document
from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar

FOLDER = "calendars/"


@dataclass(frozen=True, slots=True)
class CompiledCalendars:
    """All calendars of a configuration by id, and the documents they were read from.

    A calendar that does not compile is None: it still has a name, so that the policy's mention of it is no second
    mistake.
    """

    by_id: dict[str, WorkCalendar | None] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)

    @property
    def usable(self) -> dict[str, WorkCalendar]:
        """Return those that compile."""
        return {name: calendar for name, calendar in self.by_id.items() if calendar is not None}


def compile_calendars(files: Mapping[str, bytes], problems: list[Problem]) -> CompiledCalendars:
    """Return all calendars of the configuration; problems of their files, warnings too, are added to `problems`."""
    found = CompiledCalendars()
    for file in sorted(files):
        if file.startswith(FOLDER) and file.endswith((".yaml", ".yml")):
            with collected(problems):
                _add(read_yaml(files[file], file=file), _beside(file, files), found, problems)
    return found


def _add(document: Document, beside: Mapping[str, bytes], found: CompiledCalendars, problems: list[Problem]) -> None:
    model = validate(CalendarModel, document, problems)
    name = _name(document)
    if name in found.documents:
        hint = f"it stands first in {found.documents[name].file}"
        message = f"the calendar {name!r} is defined twice"
        problems.append(document.problem("defined_twice", message, path=("id",), hint=hint))
        return
    if name:
        found.documents[name] = document
        found.by_id[name] = None
    if model is None:
        return
    try:
        calendar = build_calendar(model, beside)
    except CalendarInvalid as error:
        problems.extend(_placed(problem, document, Stage.SHAPE) for problem in error.problems)
        return
    problems.extend(_placed(problem, document, Stage.MEANING) for problem in calendar.warnings)
    found.by_id[model.id] = calendar


def _name(document: Document) -> str:
    """Return the calendar's id; without one the file's name, so that a policy's mention of it is no second mistake."""
    name = document.data.get("id") if isinstance(document.data, dict) else None
    return name if isinstance(name, str) else posixpath.splitext(posixpath.basename(document.file))[0]


def _beside(file: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of the calendar's own folder by their path relative to it."""
    folder = posixpath.dirname(file) + "/"
    return {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}


def _placed(problem: Problem, document: Document, stage: Stage) -> Problem:
    """Return a calendar's problem with the place its path has in the file."""
    place = document.place(document.narrow(_split(problem.path)))
    return replace(problem, file=place.file, line=place.line, column=place.column, stage=stage)


def _split(path: str) -> list[str | int]:
    """Return the parts of a path such as `holidays[1]`."""
    words = [word for word in path.replace("[", ".[").split(".") if word]
    return [int(word[1:-1]) if word.startswith("[") else word for word in words]
