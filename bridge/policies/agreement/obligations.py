"""Recurring obligations that an agreement declares: what is owed, how often, to whom, and what counts as kept (CU-4)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bridge.files.types import Title
from bridge.policies.agreement.actions import ActionDefinition
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import WorkCalendar

if TYPE_CHECKING:
    from bridge.policies.agreement.policy import Condition, Point


class OwedPer(StrEnum):
    """What each obligation is owed for, every one of them by itself."""

    CONTRACT = "contract"
    CERTIFICATE = "certificate"
    CUSTOMER = "customer"


class Every(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Return the months of a period."""
        return _MONTHS[self]


_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


class PeriodsFrom(StrEnum):
    """Where periods begin: with the calendar's months and years, or with the first day of the contract or certificate."""

    CALENDAR = "calendar"
    START = "start"


class PartialPeriod(StrEnum):
    """What is owed in a period of which the contract or certificate covers only a part."""

    IN_PROPORTION = "in_proportion"
    WHOLE = "whole"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FromTickets:
    """Counted are closed tickets for which `when` holds. `paper_field` is the field in which they name the contract or
    certificate, `day_field` that with the day; without one it is the day of closing."""

    when: "Condition"
    paper_field: str | None = None
    day_field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FromEvents:
    """Counted are the dated events of a list that the registry's description names. `at` is `file:line` for people."""

    events: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FromCounter:
    """Counted is what a counter of the contract or certificate says is used, by its id or its unit."""

    counter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTerm:
    """What is owed soon after the first day: so many within this amount of time."""

    at_least: int
    within: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningPoint:
    """A point on the working time of a period at which it is told that the obligation is not kept yet, and the letters that are
    sent then, once for each period. One with letters has an `id`."""

    point: "Point"
    id: str = ""
    actions: tuple[ActionDefinition, ...] = ()

    def __str__(self) -> str:
        """Return the point as a policy writes it."""
        return str(self.point)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationDefinition:
    """One obligation. `services`, `kinds` and `categories` restrict it to contracts that include one of these services,
    certificates of one of these kinds, customers of one of these categories; empty means no restriction. `at` is `file:line`
    for people."""

    id: str
    title: Title
    per: OwedPer
    at_least: int
    every: Every
    periods: PeriodsFrom
    partial: PartialPeriod
    calendar: WorkCalendar
    counted_from: FromTickets | FromEvents | FromCounter
    at_start: StartTerm | None = None
    warn_at: tuple[WarningPoint, ...] = ()
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    at: str = ""
