"""A compiled policy: what `decide` runs on. The YAML language compiles into it; nothing here knows YAML.

Every part is immutable and complete: calendars are joined in, conditions are compiled, titles stand in both languages.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from bridge.files.types import Title
from bridge.policies.agreement.actions import ActionDefinition, EventActions, Reminder
from bridge.policies.agreement.breaches import BreachCount
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.obligations import ObligationDefinition
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.tickets import Actor, EventKind, Source


class Trace(NamedTuple):
    """One leaf of a condition as it was seen: where it stands, whether it held, the value found and the value wanted.

    Not `known`: what it looked at cannot be known, and that it did not hold is no answer.
    """

    at: str
    path: str
    operator: str
    wanted: object
    found: object
    held: bool
    known: bool = True


class Condition(Protocol):
    """A compiled condition over facts. `test` is fast, `trace` tells the same in detail, leaf by leaf.

    `reads` names the attributes of `Facts` it may look at (`{"status", "fields"}`). The replay tests a condition again only
    after a step that changed one of them; what cannot change during a replay (`ticket`, `registry`, `checks`, `category`)
    may be named or left out. `at` makes it tested at every step.
    """

    @property
    def reads(self) -> frozenset[str]:
        """Return what of the facts it looks at."""

    def test(self, facts: Facts) -> bool:
        """Return whether it holds."""

    def trace(self, facts: Facts) -> tuple[Trace, ...]:
        """Return every leaf as it was seen."""


class AnsweringCondition(Condition, Protocol):
    """A condition that also tells what it cannot know; checks of one's own ask it."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the names of the facts it looks at, in the order of the file."""

    def answer(self, facts: Facts) -> bool | None:
        """Return whether it holds; None when that rests on something that cannot be known."""

    def answer_by(self, paths: Collection[str], facts: Facts) -> bool | None:
        """Return the same when nothing but these facts is known."""

    def seen(self, facts: Facts) -> tuple[tuple[str, object], ...]:
        """Return what each of its facts is, by `paths`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPattern:
    """Matches an event by kind, actor, channel, field and a condition on the facts right after it; an empty set means any."""

    kinds: frozenset[EventKind]
    actors: frozenset[Actor] = frozenset()
    sources: frozenset[Source] = frozenset()
    field: str | None = None
    when: Condition | None = None


class OnReopen(StrEnum):
    """What a reopening does to a finished clock."""

    NEW_CYCLE = "new_cycle"
    CONTINUE = "continue"
    IGNORE = "ignore"


class OnEntry(StrEnum):
    """What happens to the clock when a ticket moves into a level."""

    KEEP_ELAPSED = "keep_elapsed"
    KEEP_TARGET = "keep_target"
    NEW_CYCLE = "new_cycle"
    NEW_CYCLE_IF_ANSWERED = "new_cycle_if_answered"


class PortalWord(StrEnum):
    """What a customer may be shown of a ticket of his, and with `attention` a way to call the head of support."""

    LEVEL = "level"
    STATE = "state"
    DUE = "due"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """While `while_` holds the clock stands still.

    With `until_customer_message` a customer's message ends the pause; only a new status event, or a later agent response
    while the condition still holds, begins it again (waiting for the customer).
    """

    while_: Condition
    until_customer_message: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDefinition:
    """One metric: when its clock applies, starts, stops and stands still.

    The five standard metrics and custom ones are this same data. At one step the parts are evaluated in the order stop,
    reset, cancel, pause, resume, start. `needs_answer`: the clock waits for the first response (next_response).
    `off_while_closed`: closing cancels a running cycle. `closing_finishes`: closing stops it (resolution).
    `restart_on_stop`: the stopping event starts the next cycle at once (periodic_update).
    """

    metric: str
    title: Title
    start: tuple[EventPattern, ...]
    stop: tuple[EventPattern, ...]
    applies: Condition | None = None
    pauses: tuple[Pause, ...] = ()
    resume: tuple[EventPattern, ...] = ()
    reset: tuple[EventPattern, ...] = ()
    cancel: tuple[EventPattern, ...] = ()
    on_reopen: OnReopen = OnReopen.NEW_CYCLE
    needs_answer: bool = False
    off_while_closed: bool = False
    closing_finishes: bool = False
    restart_on_stop: bool = False
    promise_field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point on a clock: a share of the target in basis points (7500 = 75 %, 15000 = 150 %), or an amount before or after
    the deadline, walked through the target's own calendar."""

    share_basis_points: int | None = None
    before: Amount | None = None
    after: Amount | None = None

    @property
    def is_late(self) -> bool:
        """Whether it lies behind the deadline."""
        return self.after is not None or (self.share_basis_points or 0) > WHOLE

    def __str__(self) -> str:
        """Return the point as a policy writes it."""
        if self.before is not None:
            return f"{self.before} before"
        if self.after is not None:
            return f"{self.after} after"
        whole, rest = divmod(self.share_basis_points or 0, 100)
        return f"{whole}.{rest:02}".rstrip("0") + "%" if rest else f"{whole}%"


WHOLE = 10_000
"""A whole, in basis points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Point):
    """A point at which something is to be done. The one with `at_risk` turns the clock `at_risk`; one with `every` comes
    again so much later, `most` times in all."""

    id: str
    at_risk: bool = False
    every: Amount | None = None
    most: int = 1
    actions: tuple[ActionDefinition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise(Point):
    """A point on the clock of `metric` at which the ticket gets the level `to`, until that cycle ends. `unconfirmed`: also
    where the rules give that level by a decision of staff alone."""

    to: str
    metric: str
    unconfirmed: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarCell:
    """One cell of a calendar table; without a condition it takes all that is left."""

    when: Condition | None
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTable:
    """A calendar by a property of the ticket or of its customer: the first cell that holds gives it.

    `by` is the property as the policy writes it, `found` reads it, for people.
    """

    by: str
    cells: tuple[CalendarCell, ...]
    found: Callable[[Facts], object]

    @property
    def usual(self) -> WorkCalendar:
        """Return the calendar of all other values, or else the first one; its zone is that of the level's dates."""
        return next((cell.calendar for cell in self.cells if cell.when is None), self.cells[0].calendar)

    @property
    def is_open(self) -> bool:
        """Whether a value may have no calendar here."""
        return all(cell.when is not None for cell in self.cells)

    def calendar(self, facts: Facts) -> WorkCalendar | None:
        """Return the calendar for these facts, None for a value that the table does not name."""
        return next((cell.calendar for cell in self.cells if cell.when is None or cell.when.test(facts)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How much time a clock has, on which calendar; with a table (`calendars`), `calendar` is the usual one of it."""

    amount: Amount
    calendar: WorkCalendar
    thresholds: tuple[Threshold, ...] = ()
    calendars: CalendarTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One row of a level's target matrix; the first whose condition holds gives the target, None a declared absence."""

    metric: str
    when: Condition | None
    target: Target | None
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A service level; with a table (`calendars`), `calendar` is the usual one of it. `short` is a title for narrow places."""

    id: str
    title: Title
    calendar: WorkCalendar
    targets: tuple[TargetRow, ...]
    on_entry: OnEntry = OnEntry.KEEP_ELAPSED
    person_may_choose: bool = True
    raises: tuple[Raise, ...] = ()
    at: str = ""
    calendars: CalendarTable | None = None
    short: Title | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The first rule whose condition holds decides the level. `at` is `file:line` for people; a rule with an `until` is a
    dated exception (BX-7) with `approver` and `why`. `needs_staff`: it cannot hold unless staff set one of their fields."""

    id: str
    level: str
    when: Condition | None
    at: str
    priority: int = 0
    valid_from: date | None = None
    valid_until: date | None = None
    approver: str = ""
    why: str = ""
    needs_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDefinition:
    """One eligibility check of the policy: which check, over what, what its failure means, and its texts.

    `kind` is one of `bridge.policies.checks.check_kind.check_kinds()`; `options` are that kind's own, already validated.
    `deciding` is the instant it is judged at: `created`, `now` or `reply`. While `given_back` holds, a ticket takes no units
    (kind `units`). `message` is what it says where it fails or warns, and `conditions` are those by which it does, as
    `fails_when`, `warns_when` and `unknown_when` (kind `condition`).
    """

    id: str
    kind: str
    effect: str = "none"
    required: bool = False
    deciding: str = "created"
    when: Condition | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    conditions: Mapping[str, AnsweringCondition] = field(default_factory=dict)
    title: Title | None = None
    message: Title | None = None
    remedy: Title | None = None
    given_back: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One dated state of the agreement: the rules in force for cycles that start from `valid_from` on (inclusive, in the
    level calendar's zone), and what is done for tickets in that time. `calendar` is the one of levels that name none; of a
    table the usual one."""

    valid_from: date | None
    valid_until: date | None
    levels: Mapping[str, Level]
    rules: tuple[Rule, ...]
    clocks: tuple[ClockDefinition, ...]
    checks: tuple[CheckDefinition, ...]
    events: tuple[EventActions, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    calendar: WorkCalendar | None = None
    obligations: tuple[ObligationDefinition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The whole agreement, compiled. `revisions` are ordered by `valid_from`; the last one is in force now. `digest` is
    that of `content`, the digests of all that decides. `breaches` are those that conditions count; `portal` is what customers
    are shown."""

    id: str
    title: Title
    language: str
    revisions: tuple[Revision, ...]
    calendars: Mapping[str, WorkCalendar]
    agent_inputs: frozenset[str]
    digest: str
    content: str = ""
    breaches: frozenset[BreachCount] = frozenset()
    portal: tuple[PortalWord, ...] = ()
