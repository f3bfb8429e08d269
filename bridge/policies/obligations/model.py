"""What is known of recurring obligations: who holds them, what happened, and how each period stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bridge.policies.agreement.obligations import ObligationDefinition, WarningPoint
from bridge.tickets import Instant


class Term(StrEnum):
    """Which part of an obligation a period is: one of those that come again, or the one right after the beginning."""

    PERIOD = "period"
    START = "start"


class OwedState(StrEnum):
    """How an obligation stands in a period. `unknown`: what was kept cannot be known, and that is not held against anybody."""

    NOT_BEGUN = "not_begun"
    DUE = "due"
    KEPT = "kept"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Holder(NamedTuple):
    """Whom or what an obligation is owed for: a contract or certificate by its number, in force on these days, both inclusive
    (None: open); the customer himself has no number."""

    paper: str = ""
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Return whether it is in force on the day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class OwedPeriod(NamedTuple):
    """The days of one period, both inclusive, how often something is owed in it, its first second and its last working one."""

    term: Term
    first: date
    last: date
    at_least: int
    starts_at: Instant
    due_at: Instant


class KeepingEvent(NamedTuple):
    """Something that may keep an obligation: its day, the contract or certificate that it names (empty: none), and the ticket
    that proves it (0: a list does)."""

    day: date
    paper: str = ""
    ticket: int = 0


class PassedPoint(NamedTuple):
    """A point of a period at which it is warned, and the instant at which it is reached."""

    at: Instant
    point: WarningPoint


class MatchedBy(StrEnum):
    """How something that happened came to a holder: it names it, it is the only one there is, or the best assignment gave it."""

    NAMED = "named"
    ONLY = "only"
    ASSIGNED = "assigned"


class CountedEvent(NamedTuple):
    """Something that counts in a period."""

    day: date
    ticket: int
    matched_by: MatchedBy


class WhyNot(StrEnum):
    """Why something that happened counts for nobody."""

    UNKNOWN_CUSTOMER = "unknown_customer"
    UNKNOWN_PAPER = "unknown_paper"
    SEVERAL_CUSTOMERS = "several_customers"
    NOT_IN_FORCE = "not_in_force"
    NO_BEGINNING = "no_beginning"


class NotCounted(NamedTuple):
    """Something that happened and counts for nobody; with NO_BEGINNING a contract or certificate whose periods nobody knows."""

    obligation: str
    customer: str
    paper: str
    day: date | None
    ticket: int
    why: WhyNot


class EvidenceAge(NamedTuple):
    """How old a list is, and from when on it is too old to tell what happened later."""

    as_of: Instant
    stale_from: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What happened, as far as it is known. `by_customer` is by the key in the registry; `by_paper`, of what names no customer,
    by the number of the contract or certificate.

    Without `known` nothing is: the list is missing. Without an `age` it holds whatever has happened. `doubtful` are customers
    of whom something could not be read, `all_doubtful` that nobody knows whose that is; what is not kept by the rest is unknown
    then.
    """

    by_customer: Mapping[str, tuple[KeepingEvent, ...]]
    by_paper: Mapping[str, tuple[KeepingEvent, ...]]
    known: bool = True
    age: EvidenceAge | None = None
    doubtful: frozenset[str] = frozenset()
    all_doubtful: bool = False

    def doubts(self, customer: str, due_at: Instant, now: Instant) -> bool:
        """Return whether something of the customer's that was due then may be missing now."""
        stopped = self.age is not None and now >= self.age.stale_from and due_at > self.age.as_of
        return not self.known or self.all_doubtful or customer in self.doubtful or stopped


NO_EVIDENCE = Evidence(by_customer={}, by_paper={}, known=False)
"""Of an obligation that nobody can count."""


def evidence_of(happened: Iterable[tuple[str, KeepingEvent]]) -> Evidence:
    """Return the evidence of pairs: the customer's key, empty where only the paper is named, and what happened."""
    by_customer: dict[str, list[KeepingEvent]] = {}
    by_paper: dict[str, list[KeepingEvent]] = {}
    for customer, one in happened:
        (by_customer if customer else by_paper).setdefault(customer or one.paper, []).append(one)
    return Evidence(
        by_customer={key: tuple(sorted(found)) for key, found in by_customer.items()},
        by_paper={key: tuple(sorted(found)) for key, found in by_paper.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An obligation in one period, by the `definition` of the edition that owes it. `count` is how many count, more than
    `at_least` included; None where nobody knows.

    `left_seconds` is the working time until `due_at` while it is due, else None; `last_day` the last day with working time, on
    which it can still be kept; `kept_on` the day on which it was. `provisional`: the holidays up to `due_at` are not published.
    `counted` names what counts where that is known one by one.
    """

    definition: ObligationDefinition
    customer: str
    name: str
    paper: str
    term: Term
    first: date
    last: date
    at_least: int
    count: int | None
    state: OwedState
    due_at: Instant
    last_day: date
    left_seconds: int | None
    kept_on: date | None
    provisional: bool
    counted: tuple[CountedEvent, ...] = ()
    reached: tuple[PassedPoint, ...] = ()
    """The obligation's points that have passed, in the order of time, while it is due."""
    next_point_at: Instant | None = None
    """When the next of them passes, while it is due."""

    @property
    def obligation(self) -> str:
        """Return the obligation's id."""
        return self.definition.id

    @property
    def warned(self) -> str:
        """Return the latest of those points as the policy writes it; empty before the first."""
        return str(self.reached[-1].point) if self.reached else ""
