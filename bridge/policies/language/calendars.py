"""Calendars of a configuration: every file under `calendars/`, read strictly and compiled."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.errors import CalendarInvalid, ConfigurationInvalid, Problem, Severity
from bridge.files.positions import Document
from bridge.files.validate import validate
from bridge.files.yaml import read_yaml
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar

FOLDER = "calendars/"


@dataclass(frozen=True, slots=True)
class Shelf:
    """All calendars of a configuration by id, and the documents they were read from.

    A calendar that does not compile is None: it still has a name, so that the policy's mention of it is no second
    mistake.
    """

    calendars: dict[str, WorkCalendar | None] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)


def compile_calendars(files: Mapping[str, bytes], problems: list[Problem], warnings: list[Problem]) -> Shelf:
    """Return all calendars of the configuration; what is wrong in their files is added to `problems` and `warnings`."""
    shelf = Shelf()
    for file in sorted(files):
        if not (file.startswith(FOLDER) and file.endswith((".yaml", ".yml"))):
            continue
        try:
            document = read_yaml(files[file], file=file)
        except ConfigurationInvalid as error:
            problems.extend(error.problems)
            continue
        model = validate(CalendarModel, document, problems)
        name = _name(document)
        if name in shelf.documents:
            message = f"the calendar {name!r} is defined twice"
            hint = f"it stands first in {shelf.documents[name].file}"
            problems.append(document.problem("defined_twice", message, path=("id",), hint=hint))
            continue
        if name:
            shelf.documents[name] = document
            shelf.calendars[name] = None
        if model is None:
            continue
        try:
            calendar = build_calendar(model, _beside(file, files))
        except CalendarInvalid as error:
            problems.extend(_placed(problem, document) for problem in error.problems)
            continue
        warnings.extend(_placed(problem, document) for problem in calendar.warnings)
        shelf.calendars[model.id] = calendar
    return shelf


def _name(document: Document) -> str:
    data = document.data
    name = data.get("id") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def _beside(file: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of the calendar's own folder by their path relative to it."""
    folder = posixpath.dirname(file) + "/"
    return {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}


def _placed(problem: Problem, document: Document) -> Problem:
    """Return a calendar's problem with the place its path has in the file."""
    path = document.narrow(_split(problem.path))
    place = document.place(path)
    return Problem(
        code=problem.code,
        message=problem.message,
        file=place.file,
        line=place.line,
        column=place.column,
        path=problem.path,
        hint=problem.hint,
        severity=Severity(problem.severity),
    )


def _split(path: str) -> list[str | int]:
    """Return the parts of a path such as `holidays[1]`."""
    words = [word for word in path.replace("[", ".[").split(".") if word]
    return [int(word[1:-1]) if word.startswith("[") else word for word in words]
