"""What a condition may name, and where its problems go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.errors import Problem
from bridge.files.positions import Document, Path, hint_for
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.tree import Tree


@dataclass(slots=True, kw_only=True)
class KnownNames:
    """The names that conditions of one document may use.

    `checks` None: no check may be named here. `conditions` are the models of the named ones, `named_trees` those
    that are compiled already. `zone_calendar` is the calendar in whose zone days are read by default.
    """

    document: Document
    problems: list[Problem]
    calendars: Mapping[str, WorkCalendar | None] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    checks: frozenset[str] | None = frozenset()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    zone_calendar: str | None = None
    open_names: tuple[str, ...] = ()
    named_trees: dict[str, Tree] = field(default_factory=dict)
    used_conditions: set[str] = field(default_factory=set)
    used_fields: set[str] = field(default_factory=set)
    named_calendars: set[str] = field(default_factory=set)

    def at(self, path: Path) -> str:
        """Return `file:line` of a path, for traces."""
        return str(self.document.place(self.document.narrow(path)))

    def report(self, code: str, message: str, path: Path, hint: str = "", *, key: bool = False) -> None:
        """Add a problem at a path."""
        self.problems.append(self.document.problem(code, message, path=self.document.narrow(path), hint=hint, key=key))

    def unknown_field(self, name: str, path: Path, *, key: bool = False) -> None:
        """Report a field that the policy does not know."""
        hint = hint_for(name, self.fields) + "; declare other fields under 'fields:'"
        self.report("unknown_field", f"unknown field {name!r}", path, hint, key=key)

    def calendar(self, name: str | None, path: Path) -> WorkCalendar | None:
        """Return the calendar of that name; an unknown one is a problem at `path`."""
        if name is None:
            return None
        self.named_calendars.add(name)
        if name not in self.calendars:
            self.report("unknown_calendar", f"unknown calendar {name!r}", path, hint_for(name, self.calendars))
        return self.calendars.get(name)
