"""Parts of a policy made ready for the replay: what each has to watch for, and levels with their targets by metric."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import (
    CalendarTable,
    ClockDefinition,
    Condition,
    EventPattern,
    Level,
    Pause,
    Raise,
    TargetRow,
)
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.deadlines import Allowance
from bridge.policies.history.timeline import (
    AGENT_RESPONSE,
    ALL_FACTS,
    CREATION,
    CUSTOMER_MESSAGE,
    FACT_SETS,
    FIELDS,
    STATUS_EVENT,
    EventSet,
    FactSet,
    Step,
    event_set,
)
from bridge.tickets import Event, EventKind

Test = Callable[[Facts], bool]


def facts_read_by(*conditions: Condition | None) -> FactSet:
    """Return the facts that any of the conditions depends on; all of them for one that does not say."""
    found = 0
    for condition in conditions:
        if condition is None:
            continue
        names = getattr(condition, "reads", None)
        if names is None:
            return ALL_FACTS
        for name in names:
            found |= FACT_SETS.get(name, 0)
    return found


class EventMatcher:
    """Several event patterns as one question to a step. `events` are all that can fit one of them.

    Those in `enough` fit by kind and actor alone. A pattern that also asks for a channel, a field or a condition is
    looked at by itself.
    """

    __slots__ = ("demanding", "enough", "events")

    def __init__(self, patterns: Iterable[EventPattern]) -> None:
        self.events: EventSet = 0
        self.enough: EventSet = 0
        self.demanding: list[tuple[EventSet, EventPattern]] = []
        for pattern in patterns:
            events = event_set(pattern.kinds, pattern.actors)
            self.events |= events
            if pattern.sources or pattern.field is not None or pattern.when is not None:
                self.demanding.append((events, pattern))
            else:
                self.enough |= events

    def matches(self, step: Step, events: Sequence[Event], facts: Facts) -> bool:
        """Return whether an event of the step fits one of the patterns; conditions see the facts right after the step."""
        if step.happened & self.enough:
            return True
        return any(
            step.happened & wanted
            and _has_event(pattern, step, events)
            and (pattern.when is None or pattern.when.test(facts))
            for wanted, pattern in self.demanding
        )


def _has_event(pattern: EventPattern, step: Step, events: Sequence[Event]) -> bool:
    if not pattern.sources and pattern.field is None:
        return True
    return any(
        event.kind in pattern.kinds
        and (not pattern.actors or event.actor in pattern.actors)
        and (not pattern.sources or event.source in pattern.sources)
        and (pattern.field is None or event.field == pattern.field)
        for event in events[step.first : step.last]
    )


_Ready = tuple[Test | None, Allowance | None]
"""A question and what it grants; None for no question, and for a declared absence."""


def _ready(row: TargetRow) -> Iterator[_Ready]:
    """Yield what to ask for a target row: one question, or one for each calendar of its table."""
    test, target = row.when.test if row.when else None, row.target
    if target is None or target.calendars is None:
        yield test, Allowance.of(target) if target else None
        return
    for cell in target.calendars.cells:
        yield _both(test, cell.when), Allowance.of(replace(target, calendar=cell.calendar))
    if target.calendars.is_open:
        # Whoever has no calendar must not fall to the row below.
        yield test, None


def _both(test: Test | None, condition: Condition | None) -> Test | None:
    if test is None or condition is None:
        return test if condition is None else condition.test
    other = condition.test
    return lambda facts: test(facts) and other(facts)


def _asked(rows: Iterable[TargetRow]) -> Iterator[Condition | None]:
    """Yield every condition that decides between the rows and the calendars in them."""
    for row in rows:
        yield row.when
        if row.target is not None and row.target.calendars is not None:
            yield from (cell.when for cell in row.target.calendars.cells)


def _leaves_out(rows: Sequence[TargetRow]) -> bool:
    """Whether there may be facts for which the rows, or the calendars in them, say nothing."""
    tables = (row.target.calendars for row in rows if row.target is not None)
    return all(row.when is not None for row in rows) or any(table is not None and table.is_open for table in tables)


class Hole(NamedTuple):
    """A metric that a level measures, but not for the facts at hand: no row holds, or its table has no calendar for them."""

    metric: str
    calendars: CalendarTable | None


class RaisePlan(NamedTuple):
    """A raise with the level it leads to."""

    definition: Raise
    level: "LevelPlan"


class LevelPlan:
    """A level with its target matrices by metric.

    `reads` has the facts that can move a metric to another row; `gaps` names the metrics whose matrix can leave facts out.
    `calendar_reads` has those that can move the whole level to another calendar. `raises` are what time can raise a ticket to
    from here, `above` all levels that lie so above this one.
    """

    __slots__ = (
        "_by_metric",
        "_twins",
        "above",
        "calendar_reads",
        "definition",
        "gaps",
        "id",
        "on_entry",
        "raises",
        "reads",
        "rows",
    )

    def __init__(self, level: Level) -> None:
        self.definition = level
        self.id = level.id
        self.on_entry = level.on_entry
        self._by_metric: dict[str, list[TargetRow]] = {}
        for row in level.targets:
            self._by_metric.setdefault(row.metric, []).append(row)
        by_metric = self._by_metric
        self.rows = {metric: tuple(one for row in rows for one in _ready(row)) for metric, rows in by_metric.items()}
        self.reads = {metric: facts_read_by(*_asked(rows)) for metric, rows in by_metric.items()}
        self.gaps = tuple(metric for metric, rows in by_metric.items() if _leaves_out(rows))
        self.raises: tuple[RaisePlan, ...] = ()
        self.above: frozenset[str] = frozenset()
        cells = level.calendars.cells if level.calendars else ()
        self.calendar_reads = facts_read_by(*(cell.when for cell in cells))
        self._twins = {id(cell.calendar): self._on(cell.calendar) for cell in cells}

    def _on(self, calendar: WorkCalendar) -> "LevelPlan":
        twin = copy.copy(self)
        twin.definition = replace(self.definition, calendar=calendar)
        return twin

    def link(self, levels: "Mapping[str, LevelPlan]") -> None:
        """Join in the levels that this one is raised to; circles are refused where policies are read."""
        raises = tuple(RaisePlan(one, levels[one.to]) for one in self.definition.raises)
        for one in raises:
            one.level.link(levels)
        above = frozenset[str]().union(*({one.level.id} | one.level.above for one in raises))
        # Wherever a ticket is, its level is raised to the same ones.
        for each in (self, *self._twins.values()):
            each.raises, each.above = raises, above

    def seen_by(self, facts: Facts) -> "LevelPlan":
        """Return the level on the calendar that its table gives for these facts; itself without a table or a match."""
        table = self.definition.calendars
        return self if table is None else self._twins.get(id(table.calendar(facts)), self)

    def allowance(self, metric: str, facts: Facts) -> Allowance | None:
        """Return what the first row that holds grants, None where none holds or an absence is declared."""
        for test, allowance in self.rows.get(metric, ()):
            if test is None or test(facts):
                return allowance
        return None

    def holes(self, facts: Facts) -> Iterator[Hole]:
        """Yield the metrics that the level measures, but not for these facts."""
        for metric in self.gaps:
            rows = self._by_metric[metric]
            row = next((one for one in rows if one.when is None or one.when.test(facts)), None)
            table = row.target.calendars if row is not None and row.target is not None else None
            if row is None or (table is not None and table.calendar(facts) is None):
                yield Hole(metric, table)


class PausePlan:
    """When clocks stand still: pauses and the events that end them, shared by all clocks that declare the same.

    Which pauses hold is kept as an integer with a bit for each, the first one's lowest: `until_customer_message` are
    those that his message ends, `every` all of them. `wakes` are the events that can end or begin a pause although its
    condition still holds.
    """

    __slots__ = ("every", "pauses", "reads", "resume", "tests", "until_customer_message", "wakes")

    def __init__(self, pauses: tuple[Pause, ...], resume: tuple[EventPattern, ...]) -> None:
        self.pauses = pauses
        self.tests = tuple((1 << number, pause.while_.test) for number, pause in enumerate(pauses))
        self.every = (1 << len(pauses)) - 1
        self.until_customer_message = sum(
            1 << number for number, pause in enumerate(pauses) if pause.until_customer_message
        )
        self.resume = EventMatcher(resume)
        self.reads = facts_read_by(*(pause.while_ for pause in pauses))
        self.wakes = self.resume.events
        if self.until_customer_message:
            self.wakes |= CUSTOMER_MESSAGE
        if self.wakes:
            self.wakes |= STATUS_EVENT | AGENT_RESPONSE


class ClockPlan:
    """A clock's definition made ready: its patterns as matchers, its pauses by number (-1: none).

    `begins` says that the clock starts with the ticket, so that a reopening starts it too, as `on_reopen` says;
    `awaits_answer` that somebody waits for an answer while it runs; `is_reaction` that it measures the reaction, which a
    level may demand afresh when a ticket enters it (AG-3, AG-4).
    """

    __slots__ = (
        "applies",
        "awaits_answer",
        "begins",
        "cancel",
        "definition",
        "is_reaction",
        "metric",
        "pause_plan",
        "promise_field",
        "reads",
        "reset",
        "start",
        "stop",
    )

    def __init__(self, definition: ClockDefinition, pause_plan: int) -> None:
        self.definition = definition
        self.metric = definition.metric
        self.pause_plan = pause_plan
        self.start = EventMatcher(definition.start)
        self.stop = EventMatcher(definition.stop)
        self.reset = EventMatcher(definition.reset)
        self.cancel = EventMatcher(definition.cancel)
        self.applies = definition.applies
        self.promise_field = definition.promise_field
        self.reads = facts_read_by(definition.applies) | (FIELDS if definition.promise_field else 0)
        self.begins = bool(self.start.events & CREATION)
        self.awaits_answer = not definition.restart_on_stop and any(
            EventKind.RESPONSE in one.kinds for one in definition.stop
        )
        self.is_reaction = self.begins and self.awaits_answer
