"""What a condition may name, and where its problems go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.errors import Problem
from bridge.files.positions import Document, Path, Place, dotted, hint_for
from bridge.policies.agreement.breaches import BreachCount
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.tree import Tree
from bridge.tickets import Reference


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HelpdeskName:
    """Names of the helpdesk in one test of a condition: which fact they are compared with, how, and where they stand.

    What the helpdesk has is not known here; `matches` says of one of its statuses, departments, topics or priorities whether
    the test means it.
    """

    fact: str
    operator: str
    words: tuple[str, ...]
    place: Place
    path: str
    matches: Callable[[Reference], bool]


@dataclass(slots=True, kw_only=True)
class KnownNames:
    """The names that conditions of one document may use.

    `checks` None: no check may be named here. `conditions` are the models of the named ones, `named_trees` those
    that are compiled already. `zone_calendar` is the calendar in whose zone days are read by default. `breaches` are the
    counts that conditions ask for, by where they stand.
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
    breaches: dict[Path, BreachCount] = field(default_factory=dict)
    used_fields: set[str] = field(default_factory=set)
    named_calendars: set[str] = field(default_factory=set)
    placed_names: list[HelpdeskName] = field(default_factory=list)

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

    def note_names(
        self, fact: str, operator: str, words: tuple[str, ...], path: Path, matches: Callable[[Reference], bool]
    ) -> None:
        """Note names of the helpdesk that a test at `path` compares with; a key may bear them instead of a value."""
        where = self.document.narrow(path)
        found: Any = self.document.data
        for part in where:
            found = found[part]
        # In a table the key is the name, and what stands behind it a target.
        place = (self.document.keys.get(where) if found not in words else None) or self.document.place(where)
        self.placed_names.append(
            HelpdeskName(fact=fact, operator=operator, words=words, place=place, path=dotted(where), matches=matches)
        )

    def calendar(self, name: str | None, path: Path) -> WorkCalendar | None:
        """Return the calendar of that name; an unknown one is a problem at `path`."""
        if name is None:
            return None
        self.named_calendars.add(name)
        if name not in self.calendars:
            self.report("unknown_calendar", f"unknown calendar {name!r}", path, hint_for(name, self.calendars))
        return self.calendars.get(name)
