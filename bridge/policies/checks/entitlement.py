"""Units of entitlement (CU-6): which counters are a ticket's, in which period, and how much the ticket takes."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from bridge.customers import THOUSANDTHS, Account, Certificate, Contract, Counter, Tracked
from bridge.decisions import Outcome
from bridge.policies.checks.case import Case, Finding, absence, covers, day_after, day_of, start_of
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.options import UnitsOptions
from bridge.tickets import FieldValue, Instant

_MONTHS = {"month": 1, "monthly": 1, "месяц": 1, "quarter": 3, "quarterly": 3, "квартал": 3}
_MONTHS |= {"year": 12, "yearly": 12, "год": 12}
_NAMED = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-[QК](?P<quarter>[1-4]))?", re.IGNORECASE)
_KINDS = {Contract: "contract", Certificate: "certificate"}
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?")


class Span(NamedTuple):
    """Days of one period, both inclusive; None = open. `key` tells it from the counter's other periods."""

    key: str
    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class Entitlement(NamedTuple):
    """A counter for one period of its own; `account` may be empty where nobody counts.

    `used` is the registry's count where it says anything about this period; it is complete up to `counted_until`, and
    with None there nothing is counted on top of it.
    """

    counter: Counter
    account: Account
    used: float | None
    counted_until: Instant | None = None

    @property
    def countable(self) -> bool:
        """Return whether tickets count for it: not where the registry gives a number without its day."""
        return self.used is None or self.counted_until is not None


def in_force(one: Contract | Certificate, day: date) -> bool:
    """Return whether the contract or certificate is in force on the day."""
    return (one.valid_from is None or one.valid_from <= day) and (one.valid_until is None or day <= one.valid_until)


def contracts_in_force(case: Case, day: date) -> tuple[list[Contract], Finding | None]:
    """Return the contracts in force on the day, or the answer when there are none to look at."""
    missing = absence(case)
    customer = case.answer.customer
    if missing is not None or customer is None:
        return [], missing or Finding(Outcome.UNKNOWN, "registry_unavailable")
    if Tracked.CONTRACTS not in case.answer.tracks:
        return [], Finding(Outcome.UNKNOWN, "contract_not_stated", from_registry=True)
    active = [one for one in customer.contracts if in_force(one, day)]
    if not active:
        return [], Finding(Outcome.FAIL, "contract_missing", from_registry=True)
    return active, None


def entitlements(case: Case, options: UnitsOptions) -> tuple[list[Entitlement], Finding | None]:
    """Return the counters that a ticket may use, contracts' first, or the answer when there are none to look at.

    A counting check goes by the day of the ticket's creation whatever its deciding instant, and so does every period: what a
    ticket takes stays in the period in which it was created. A counter of another period says nothing; when there are only
    such ones, how much is used is unknown.
    """
    at = case.ticket.created_at
    created = case.day if at == case.at else day_of(at, case.answer.zone)
    counts = options.taken is not None
    contracts, none = contracts_in_force(case, created if counts else case.day)
    owners: list[Contract | Certificate] = [*contracts, *_certificates(case, created if counts else case.day)]
    if not owners:
        return [], none
    unit, counter_id = options.unit, options.counter
    found: list[Entitlement] = []
    others = False
    for owner in owners:
        for counter in owner.counters:
            if counter.id != counter_id if counter_id else counter.unit != unit:
                continue
            if not counts and not counter.period:
                found.append(Entitlement(counter, "", counter.used))
            elif (one := _entitlement(case, owner, counter, created)) is not None:
                found.append(one)
            else:
                others = True
    if found:
        return found, None
    if others:
        return [], Finding(Outcome.UNKNOWN, "units_unknown", (("unit", unit),), from_registry=True)
    return [], Finding(Outcome.PASS, "units_unlimited", from_registry=True)


def _certificates(case: Case, day: date) -> list[Certificate]:
    """Return the certificates with counters that are in force on the day and cover the ticket's product."""
    customer = case.answer.customer
    return [
        one
        for one in (customer.certificates if customer is not None else ())
        if one.counters and in_force(one, day) and (not one.product or covers(case, one.product))
    ]


def used(one: Entitlement, taken: Mapping[Account, int] | None) -> float | None:
    """Return how many units were used when the ticket was created, None when nobody counts.

    `taken` is what tickets add to the registry's own count.
    """
    if not one.countable:
        return one.used
    if taken is None:
        return None
    return max((one.used or 0) + taken.get(one.account, 0) / THOUSANDTHS, 0)


def amount(inputs: Mapping[str, FieldValue], options: UnitsOptions) -> float:
    """Return the units that a ticket takes: what its agents stated, else what the policy says.

    `inputs` hold agents' fields only where an agent set them. A text that is no number counts as not stated.
    """
    stated = inputs.get(options.amount_field) if options.amount_field else None
    if isinstance(stated, str) and _NUMBER.fullmatch(stated.strip()):
        return float(stated.strip().replace(",", "."))
    if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 <= stated < 1e9:
        return stated
    return options.need


def span_of(counter: Counter, owner: Contract | Certificate, day: date) -> Span | None:
    """Return the counter's period that the day lies in, None when the counter is for another one.

    A month, quarter or year is the calendar's; anything else is the validity of the contract or certificate.
    """
    text = folded(counter.period)
    named = _NAMED.fullmatch(counter.period.strip())
    if text in _MONTHS:
        length = _MONTHS[text]
        return _months(day.year, (day.month - 1) // length * length + 1, length)
    if named is None:
        return Span(f"{owner.valid_from or ''}..{owner.valid_until or ''}", owner.valid_from, owner.valid_until)
    year = int(named["year"])
    if named["month"]:
        span = _months(year, int(named["month"]), 1)
    elif named["quarter"]:
        span = _months(year, int(named["quarter"]) * 3 - 2, 3)
    else:
        span = _months(year, 1, 12)
    return span if span.holds(day) else None


def _months(year: int, month: int, length: int) -> Span:
    after = month + length
    following = date(year, after, 1) if after <= 12 else date(year + 1, after - 12, 1)
    return Span(f"{year}-{month:02}+{length}", date(year, month, 1), following - timedelta(days=1))


def _entitlement(case: Case, owner: Contract | Certificate, counter: Counter, created: date) -> Entitlement | None:
    """Return the counter for the period of the day of creation, None when it is for another one."""
    span = span_of(counter, owner, created)
    customer = case.answer.customer
    if span is None or customer is None:
        return None
    account = json.dumps([customer.id, _KINDS[type(owner)], owner.number, counter.id, span.key], ensure_ascii=False)
    if counter.used is None or counter.as_of is None:
        return Entitlement(counter, account, counter.used)
    if span.holds(counter.as_of):
        return Entitlement(counter, account, counter.used, start_of(day_after(counter.as_of), case.answer.zone))
    # The registry's number is of another period; for this one it says nothing.
    return Entitlement(counter, account, None)
