"""Short ways to write obligations, contracts and events."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from bridge.customers import Contract, Customer
from bridge.files.types import Title
from bridge.policies.agreement.obligations import (
    Every,
    FromEvents,
    ObligationDefinition,
    OwedPer,
    PartialPeriod,
    PeriodsFrom,
)
from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar
from bridge.policies.obligations.editions import Obligation, OwedEdition
from bridge.policies.obligations.model import Evidence, KeepingEvent, Owed, evidence_of
from bridge.policies.obligations.owed import Span, owed_to
from bridge.tickets import Instant

RU: WorkCalendar = build_calendar(
    {
        "id": "support-msk",
        "zone": "Europe/Moscow",
        "week": {"mon-fri": "05:00-14:00"},
        "holidays": [{"ru-production": True}],
        "short_by": "1h",
    }
)
"""The agreement's own working time, by the Russian production calendar."""

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def visits(**changes: Any) -> ObligationDefinition:
    """Return two visits a month per contract, changed."""
    members: dict[str, Any] = {
        "id": "visits",
        "title": Title(ru="Выезды", en="Visits"),
        "per": OwedPer.CONTRACT,
        "at_least": 2,
        "every": Every.MONTH,
        "periods": PeriodsFrom.CALENDAR,
        "partial": PartialPeriod.IN_PROPORTION,
        "calendar": RU,
        "counted_from": FromEvents(events="visits"),
    }
    return ObligationDefinition(**{**members, **changes})


def always(definition: ObligationDefinition) -> Obligation:
    """Return an obligation that the agreement has always had."""
    return Obligation((OwedEdition(definition=definition),))


def contract(number: str = "D-1", first: date | None = date(2026, 1, 1), last: date | None = None) -> Contract:
    """Return a contract in force on these days."""
    return Contract(number=number, valid_from=first, valid_until=last)


def customer(*contracts: Contract, id: str = "K-1", **changes: Any) -> Customer:  # noqa: A002 - the registry's own word
    """Return a customer with these contracts."""
    return Customer(id=id, name=changes.pop("name", "Farm"), contracts=contracts, **changes)


def at(day: date, hour: int = 12, minute: int = 0) -> Instant:
    """Return an instant by UTC."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC).timestamp())


def seen(*events: tuple[date, str] | date, customer: str = "K-1") -> Evidence:
    """Return events of a customer: days, or days with the contract that they name."""
    pairs = (one if isinstance(one, tuple) else (one, "") for one in events)
    return evidence_of((customer, KeepingEvent(day, paper)) for day, paper in pairs)


def rows(
    who: Customer, definition: ObligationDefinition, evidence: Evidence, now: Instant, since: date, until: date
) -> list[Owed]:
    """Return what is owed to a customer in the days from `since` to `until`."""
    return owed_to(who, always(definition), evidence, Span(since, until, now))[0]


def told(found: Iterable[Owed]) -> list[str]:
    """Return rows in short: contract, first day, how many of how many, state."""
    return [f"{one.paper} {one.first} {one.count}/{one.at_least} {one.state}" for one in found]
