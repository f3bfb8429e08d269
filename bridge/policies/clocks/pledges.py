"""Dates promised by hand and the cycles they belong to: those that run at the event that set them."""

from collections.abc import Collection, Iterable, Sequence

from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.metric_replay import MetricReplay
from bridge.policies.clocks.plans import LevelPlan
from bridge.policies.clocks.promises import promised_at
from bridge.policies.history.timeline import FIELDS, Step
from bridge.tickets import Event, EventKind, FieldValue, Instant

_UNREADABLE = Title(
    ru="обещанная дата «{text}» не прочитана и не действует; пишите 2026-11-20 10:00 или 20.11.2026",
    en="the promised date “{text}” cannot be read and counts for nothing; write 2026-11-20 10:00 or 20.11.2026",
)
_UNCLAIMED = Title(
    ru="обещанная дата «{text}» поставлена, когда отсчёт не шёл, и не действует",
    en="the promised date “{text}” was set while no clock of it was running and counts for nothing",
)

_SHOWN = 60
"""Characters of an unreadable date that a warning shows: somebody may have pasted a letter into the field."""


class Pledges:
    """The dates promised at one step of a replay, by the field that holds them; `warnings` name those that count for nothing."""

    __slots__ = ("_fields", "_language", "made", "warnings")

    def __init__(self, fields: Collection[str], language: str) -> None:
        self._fields = fields
        self._language = language
        self.made: dict[str, FieldValue] = {}
        self.warnings: list[str] = []

    def note(self, step: Step, events: Sequence[Event], facts: Facts) -> None:
        """Note the dates that the step's events promise or take back."""
        if not step.changed & FIELDS:
            return
        for event in events[step.first : step.last]:
            if event.kind is EventKind.FIELD and event.field is not None and event.field in self._fields:
                self.made[event.field] = facts.fields.get(event.field)

    def give(self, cycle: Cycle) -> None:
        """Give the cycle that runs at the step what was promised for it: no later one has to keep it."""
        name = cycle.plan.promise_field
        if name in self.made:
            value = self.made[name]
            cycle.pledge = str(value) if value else None

    def close(self, metrics: Iterable[MetricReplay]) -> None:
        """End the step: warn of a date promised while no cycle ran that it could belong to."""
        for name, value in self.made.items():
            running = (metric.cycle for metric in metrics)
            if value and not any(cycle is not None and cycle.plan.promise_field == name for cycle in running):
                self._warn(_UNCLAIMED, value)
        self.made = {}

    def read(self, cycle: Cycle, level: LevelPlan) -> Instant | None:
        """Return the date promised for the cycle, read by the first level that had it; None where nobody can read it."""
        pledge = cycle.pledge
        if not isinstance(pledge, int):
            try:
                pledge = promised_at(pledge, level.definition.calendar)
            except ValueError:
                self._warn(_UNREADABLE, pledge)
                pledge = None
            cycle.pledge = pledge
        return pledge

    def _warn(self, what: Title, value: FieldValue) -> None:
        text = what.text(self._language).format(text=str(value)[:_SHOWN])
        if text not in self.warnings:
            self.warnings.append(text)
