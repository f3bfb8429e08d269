"""The figures as records. Instants are whole POSIX seconds, amounts are working seconds, dates are dates of the report's zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bridge.tickets import Instant, Reference

NOBODY = ""
"""The key of what has none: an unknown customer, a ticket that nobody had, a cycle that does not tell its department."""

HeatMap = tuple[tuple[int, ...], ...]
"""Seven rows from Monday on, each with a number for every hour of the local day."""


class Dimension(StrEnum):
    """By what rows are parted."""

    LEVEL = "level"
    CUSTOMER = "customer"
    DEPARTMENT = "department"
    AGENT = "agent"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Dates from `since` (on the wire `from`) to `until`, both included, by the clocks of an IANA zone."""

    since: date
    until: date
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The exact keys that are asked for; None asks for all. `customer` and `agent` may be `NOBODY`."""

    metric: str | None = None
    level: str | None = None
    department: str | None = None
    customer: str | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of the cycles of one metric that share a key: `met` and `breached` ended in the period, `open` and
    `open_breached` stand now. Median and ninetieth percentile are those of the working seconds of met and breached ones, None
    without any."""

    key: str
    name: str
    metric: str
    met: int
    breached: int
    open: int
    open_breached: int
    median_seconds: int | None
    p90_seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCounts:
    """Tickets by what became of all their cycles of the period; `breached` has any missed one, of `last_breached` the last that
    ended was missed. `excluded` ones are in no other number, `open_breached` have an overdue clock now."""

    met: int
    breached: int
    last_breached: int
    reopened: int
    cancelled: int
    excluded: int
    open_breached: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MostLate:
    """The overdue ticket that was due first."""

    ticket: int
    due_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """How the open tickets stand; only `new_today` counts closed ones too."""

    open: int
    new_today: int
    at_risk: int
    next_due: Instant | None
    overdue: int
    most_late: MostLate | None
    paused: int
    no_sla: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """Open tickets whose age in working days is at least `from_days` and below `until_days` (None: without end): those that wait
    for us, and those that wait for the customer."""

    from_days: int
    until_days: int | None
    ours: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpentOn:
    """The working seconds that cycles stood in one status or department, and how many cycles did."""

    key: str
    name: str
    seconds: int
    cycles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Where the time of the period's cycles went, longest first."""

    status: tuple[SpentOn, ...] = ()
    department: tuple[SpentOn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A cycle that was missed, or an overdue clock that is still open (`stopped_at` None), with its receipt's keys.

    What an open clock cannot tell yet is None, and so is what an older cycle does not tell. `agent` is None where nobody had it.
    """

    ticket: int
    number: str
    level: str
    customer: str
    customer_name: str
    department: Reference | None
    agent: Reference | None
    metric: str
    cycle: int
    started_at: Instant
    due_at: Instant | None
    breached_at: Instant | None
    stopped_at: Instant | None
    late_seconds: int | None
    late_days: int | None
    elapsed_seconds: int | None
    calendar: str | None
    target: str | None
    breach_cause: str | None
    policy_digest: str | None
    inputs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A ticket that somebody took out of the figures, why, and the name of who did; None where the helpdesk does not tell."""

    ticket: int
    number: str
    reason: str
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """An open ticket whose support verdict is unknown, and the ids of the checks that could not be answered."""

    ticket: int
    number: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of a period, as of an instant. `rows` holds the rows of each dimension in the order of key and metric, `total`
    one row for each metric, with `NOBODY` for key and name. `registry` is what stands in the registry, as JSON; None where it is
    not told."""

    period: Period
    filters: Filters
    as_of: Instant
    rows: Mapping[Dimension, tuple[Row, ...]]
    total: tuple[Row, ...]
    tickets: TicketCounts
    now: Now
    backlog: tuple[AgeBand, ...]
    arrivals: HeatMap
    breaches: HeatMap
    working: HeatMap
    spent: Spent
    missed: tuple[Missed, ...]
    excluded: tuple[Excluded, ...]
    unknown: tuple[Unknown, ...]
    registry: Mapping[str, Any] | None = None
