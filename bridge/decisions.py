"""What the bridge concludes about a ticket: level, support verdict, clocks, state, and the fields that follow from them.

What many decisions share is frozen. What is made anew for each ticket is not: a frozen record takes three times as long to
make, and nobody else holds this one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bridge.customers import Category
from bridge.tickets import FieldValue, Instant


class Outcome(StrEnum):
    """A check's three-valued answer, with `warn` for what is fine today but not for long."""

    PASS = "pass"  # noqa: S105 - an outcome
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class SupportVerdict(StrEnum):
    """What the checks add up to. The bridge recommends; people refuse."""

    FULL = "full"
    LIMITED = "limited"
    REFUSABLE = "refusable"
    UNKNOWN = "unknown"


class ClockState(StrEnum):
    """A clock's state; the ticket's own state is the worst of its clocks', or `none`."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    RUNNING = "running"
    PAUSED = "paused"
    MISSED = "missed"
    MET = "met"
    CANCELLED = "cancelled"
    NONE = "none"


@dataclass(slots=True, kw_only=True)
class Check:
    """One eligibility check: its answer, why (`reason` is a code of a closed list), and what mends it.

    `message` and `remedy` are in the ticket's language. `evidence` is JSON, `as_of` its age. `effect` is what a failure
    means by policy: `refuse`, `limit` or `none`; `required` that an unknown answer makes the verdict unknown.
    """

    id: str
    outcome: Outcome
    reason: str = ""
    message: str = ""
    remedy: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    as_of: Instant | None = None
    effect: str = "none"
    required: bool = False


@dataclass(slots=True, kw_only=True)
class Support:
    """The support verdict with the checks it came from, in the policy's order."""

    verdict: SupportVerdict
    checks: tuple[Check, ...] = ()


@dataclass(slots=True, kw_only=True)
class CustomerView:
    """The customer as the decision saw him; what the registry did not say is null. Without a usable registry `category` is the
    one decided last, and null where none was."""

    id: str | None
    category: Category | None
    curator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One line of a receipt: [start, end) counted or not, and why.

    `reason`: `working`, `short_day`, `working_weekend`, `closed`, `weekend`, `holiday`, `day_off`, `pause`, `before_start`,
    `calendar_time`; `detail` names the holiday and its source, or the status that paused. A target in working days also has
    lines of no length with the reason `day_counted` at the close of each counted day; `detail` is its date.
    """

    start: Instant
    end: Instant
    counted: bool
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A threshold that a clock has reached: `id` with `#n` where it comes again, `point` as the policy writes it."""

    id: str
    point: str
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What beside the ledger decides about a clock: `pauses` from and to (None while one lasts), the thresholds that turn it
    `at_risk` as the policy writes them, and from when until when the days off of its calendar are `published` (None is no
    bound), where that says whether the deadline is provisional."""

    pauses: tuple[tuple[Instant, Instant | None], ...] = ()
    at_risk: tuple[str, ...] = ()
    published: tuple[Instant | None, Instant | None] | None = None


@dataclass(slots=True, kw_only=True)
class Clock:
    """One cycle of one metric. Field by field as DESIGN's decision JSON; `remaining_seconds` is negative when overdue,
    frozen while paused, None when finished; `due_at` is None while paused. `thresholds` are those an open clock has reached.
    `late_seconds` is the calendar's working time from the deadline to the stop (or now) of a breached clock, `late_days` the
    working days after the deadline's day up to the stop's; both 0 in time, and None with `pauses` for a kept cycle that does
    not tell. A pause that still lasts ends in the far future. `receipt` is filled only on request, and with it `zone`, the
    IANA zone of the calendar, and `grounds`."""

    metric: str
    cycle: int
    calendar: str
    target: str
    started_at: Instant
    due_at: Instant | None
    state: ClockState
    provisional: bool = False
    stopped_at: Instant | None = None
    breached_at: Instant | None = None
    elapsed_seconds: int = 0
    remaining_seconds: int | None = None
    cause: str | None = None
    level: str = ""
    late_seconds: int | None = 0
    late_days: int | None = 0
    pauses: Sequence[tuple[Instant, Instant, str]] | None = ()
    thresholds: tuple[Reached, ...] = ()
    receipt: tuple[Interval, ...] = ()
    zone: str = ""
    grounds: Grounds | None = None


class ActionKind(StrEnum):
    """What an action does: two kinds write something down for people, one writes to whom it names, five change the ticket."""

    NOTE = "note"
    REPLY = "reply"
    EMAIL = "email"
    PRIORITY = "priority"
    STATUS = "status"
    DEPARTMENT = "department"
    ASSIGN = "assign"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that the helpdesk is to do for the ticket, once and for ever under its `key`.

    The key is `<id>:<metric or ticket>:<cycle>`, with `#n` behind it where it comes again. `not_before` is the instant of its
    trigger, `not_after` the one from which it is too late, None while nothing ends it. `params` are JSON, by kind.
    """

    key: str
    id: str
    kind: ActionKind
    params: Mapping[str, Any]
    not_before: Instant
    not_after: Instant | None = None


@dataclass(slots=True, kw_only=True)
class Decision:
    """Everything the bridge concludes about one ticket at one instant; a pure function of its inputs. `basis` is what it rests
    on (`bridge.policies.outcome.basis.Basis`), for whoever tells more of it; None where nothing more is known."""

    ticket_id: int
    number: str
    at: Instant
    level: str | None
    rule: str | None
    rule_at: str | None
    support: Support
    customer: CustomerView
    clocks: tuple[Clock, ...]
    state: ClockState
    reason: str
    due_at: Instant | None
    next_change_at: Instant | None
    fields: Mapping[str, FieldValue]
    actions: tuple[Action, ...] = ()
    policy_digest: str = ""
    warnings: tuple[str, ...] = ()
    basis: Any = field(default=None, repr=False, compare=False)
