"""Parts of a policy made ready for a fast replay: patterns and conditions as masks, levels with their target matrices."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import ClockDefinition, Condition, EventPattern, Level, Pause
from bridge.policies.clocks.deadlines import Allowance
from bridge.policies.history.timeline import (
    AGENT_RESPONSE,
    ANYTHING,
    CHANGE_BITS,
    CREATION,
    CUSTOMER_MESSAGE,
    FIELDS,
    STATUS_EVENT,
    Step,
    bits_of,
)
from bridge.tickets import Event, EventKind

Test = Callable[[Facts], bool]


def reads_of(condition: Condition | None) -> int:
    """Return the change bits a condition depends on; everything for one that does not tell."""
    if condition is None:
        return 0
    names = getattr(condition, "reads", None)
    if names is None:
        return ANYTHING
    bits = 0
    for name in names:
        bits |= CHANGE_BITS.get(name, 0)
    return bits


class Matcher:
    """Several event patterns as one question to a step."""

    __slots__ = ("demanding", "mask", "simple")

    def __init__(self, patterns: Iterable[EventPattern]) -> None:
        self.mask = 0
        self.simple = 0
        self.demanding: list[tuple[int, EventPattern]] = []
        for pattern in patterns:
            bits = bits_of(pattern.kinds, pattern.actors)
            self.mask |= bits
            if pattern.sources or pattern.field is not None or pattern.when is not None:
                self.demanding.append((bits, pattern))
            else:
                self.simple |= bits

    def matches(self, step: Step, events: Sequence[Event], facts: Facts) -> bool:
        """Return whether an event of the step fits one of the patterns; conditions see the facts right after the step."""
        if step.mask & self.simple:
            return True
        return any(
            step.mask & bits
            and _has_event(pattern, step, events)
            and (pattern.when is None or pattern.when.test(facts))
            for bits, pattern in self.demanding
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


@dataclass(slots=True, eq=False)
class Row:
    """One row of a target matrix; `allowance` None is a declared absence."""

    test: Test | None
    allowance: Allowance | None


class Tier:
    """A level with its target matrices by metric.

    `reads` tells which changes can move a metric to another row; `gaps` names the metrics whose matrix can leave facts out.
    """

    __slots__ = ("gaps", "id", "level", "on_entry", "reads", "rows")

    def __init__(self, level: Level) -> None:
        self.level = level
        self.id = level.id
        self.on_entry = level.on_entry
        self.rows: dict[str, tuple[Row, ...]] = {}
        self.reads: dict[str, int] = {}
        for metric in dict.fromkeys(row.metric for row in level.targets):
            rows = [row for row in level.targets if row.metric == metric]
            self.rows[metric] = tuple(
                Row(row.when.test if row.when else None, Allowance.of(row.target) if row.target else None)
                for row in rows
            )
            self.reads[metric] = joined(row.when for row in rows)
        self.gaps = tuple(metric for metric, rows in self.rows.items() if all(row.test is not None for row in rows))

    def allowance(self, metric: str, facts: Facts) -> Allowance | None:
        """Return what the first row that holds grants, None where none holds or an absence is declared."""
        for row in self.rows.get(metric, ()):
            if row.test is None or row.test(facts):
                return row.allowance
        return None

    def holes(self, facts: Facts) -> list[str]:
        """Return the metrics that the level measures, but not for these facts."""
        return [
            metric for metric in self.gaps if not any(row.test is None or row.test(facts) for row in self.rows[metric])
        ]


def joined(conditions: Iterable[Condition | None]) -> int:
    """Return the change bits that any of the conditions depends on."""
    bits = 0
    for condition in conditions:
        bits |= reads_of(condition)
    return bits


class PausePlan:
    """When clocks stand still: pauses, each a bit, and the events that end them, shared by all clocks that declare the same.

    `until_customer_message` are the bits of the pauses that his message ends, `every` those of all.
    """

    __slots__ = ("every", "pauses", "reads", "resume", "tests", "until_customer_message", "wakes")

    def __init__(self, pauses: tuple[Pause, ...], resume: tuple[EventPattern, ...]) -> None:
        self.pauses = pauses
        self.tests = tuple((1 << number, pause.while_.test) for number, pause in enumerate(pauses))
        self.every = (1 << len(pauses)) - 1
        self.until_customer_message = sum(
            1 << number for number, pause in enumerate(pauses) if pause.until_customer_message
        )
        self.resume = Matcher(resume)
        self.reads = joined(pause.while_ for pause in pauses)
        self.wakes = self.resume.mask
        """The events that can end or begin a pause although its condition still holds."""
        if self.until_customer_message:
            self.wakes |= CUSTOMER_MESSAGE
        if self.wakes:
            self.wakes |= STATUS_EVENT | AGENT_RESPONSE


class ClockPlan:
    """A clock's definition made ready: its patterns as masks, its pauses by number."""

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
        self.start = Matcher(definition.start)
        self.stop = Matcher(definition.stop)
        self.reset = Matcher(definition.reset)
        self.cancel = Matcher(definition.cancel)
        self.applies = definition.applies
        self.promise_field = definition.promise_field
        self.reads = reads_of(definition.applies) | (FIELDS if definition.promise_field else 0)
        self.begins = bool(self.start.mask & CREATION)
        """The clock starts with the ticket, so a reopening starts it too, as `on_reopen` says."""
        self.awaits_answer = not definition.restart_on_stop and any(
            EventKind.RESPONSE in one.kinds for one in definition.stop
        )
        """Somebody waits for an answer while the clock runs."""
        self.is_reaction = self.begins and self.awaits_answer
        """The clock measures the reaction, which a level may demand afresh when a ticket enters it."""
