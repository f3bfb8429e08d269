"""What the compiling of every part of a policy shares: one revision's document, its names, its problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.fields import AGENT_INPUTS, CUSTOMER_INPUTS
from bridge.files.positions import Path
from bridge.policies.agreement.policy import EventPattern, Pause, Threshold
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.language.conditions.compiled import CompiledCondition, compile_tree, compiled
from bridge.policies.language.conditions.model import ConditionModel
from bridge.policies.language.conditions.names import KnownNames
from bridge.policies.language.conditions.tree import Tree
from bridge.policies.language.models import EventModel, PauseModel, PolicyDocument

if TYPE_CHECKING:
    from bridge.policies.language.calendar_choice import CalendarChoice

STANDARD_INPUTS = frozenset(one.name for one in AGENT_INPUTS)
"""Agents' inputs that every helpdesk has after `setup`."""

STANDARD_FIELDS = STANDARD_INPUTS.union(one.name for one in CUSTOMER_INPUTS)
"""Fields that conditions may name without declaring them."""


@dataclass(slots=True, kw_only=True)
class Draft(KnownNames):
    """One revision on its way to be compiled.

    `channels` is what a level's channels ask of a ticket, by level; `thresholds` are those of every target.
    """

    model: PolicyDocument
    trees: dict[Path, Tree] = field(default_factory=dict)
    used_calendars: set[str] = field(default_factory=set)
    calendar_choices: "dict[Path, CalendarChoice | None]" = field(default_factory=dict)
    channels: dict[str, Tree] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()

    @contextmanager
    def told_elsewhere(self, *, really: bool = True) -> Iterator[None]:
        """Say nothing in the block where what is compiled in it is told at another place."""
        problems = self.problems
        if really:
            self.problems = []
        try:
            yield
        finally:
            self.problems = problems

    def tree(self, model: ConditionModel, path: Path) -> Tree:
        """Return the tree of the condition at `path`, and keep it for the checks of the whole policy."""
        self.trees[path] = compile_tree(model, path, self)
        return self.trees[path]

    def condition(self, model: ConditionModel, path: Path) -> CompiledCondition:
        """Return the compiled condition at `path`."""
        return compiled(self.tree(model, path))

    def optional(self, model: ConditionModel | None, path: Path) -> CompiledCondition | None:
        """Return the compiled condition at `path`, None for one that is left out."""
        return None if model is None else self.condition(model, path)

    def own_calendar(self, name: str, path: Path) -> WorkCalendar | None:
        """Return the calendar in which targets are counted; an unknown one is a problem at `path`."""
        self.used_calendars.add(name)
        return self.calendar(name, path)

    def own_or_usual_calendar(self, name: str | None, path: Path, missing: str) -> WorkCalendar | None:
        """Return the calendar that what stands at `path` names under `calendar`, or that of the policy's defaults; where there is
        none either, `missing` is the problem."""
        if name is not None:
            return self.own_calendar(name, (*path, "calendar"))
        if self.zone_calendar is None:
            self.report("missing_key", missing, path, "add 'calendar: ID', here or under 'defaults:'", key=True)
            return None
        return self.own_calendar(self.zone_calendar, path)


def events_of(models: tuple[EventModel, ...] | None, path: Path, draft: Draft) -> tuple[EventPattern, ...]:
    """Return the compiled event patterns of a list at `path`."""
    return tuple(
        EventPattern(
            kinds=frozenset(model.event),
            actors=frozenset(model.by or ()),
            sources=frozenset(model.channel or ()),
            field=model.field,
            when=draft.optional(model.when, (*path, index, "when")),
        )
        for index, model in enumerate(models or ())
    )


def pauses_of(models: tuple[PauseModel, ...], path: Path, draft: Draft) -> tuple[Pause, ...]:
    """Return the compiled pauses of a list at `path`."""
    return tuple(
        Pause(
            while_=draft.condition(model.while_, (*path, index, "while")),
            until_customer_message=model.until_customer_message,
        )
        for index, model in enumerate(models)
    )
