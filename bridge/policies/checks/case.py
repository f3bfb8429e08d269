"""What a check looks at, and what it answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bridge.customers import Certificate, Licence, Presence, RegistryAnswer
from bridge.decisions import Outcome
from bridge.policies.checks.catalogue import Catalogue, Product, folded
from bridge.policies.checks.options import Effect
from bridge.tickets import FieldValue, Instant, Ticket

Values = tuple[tuple[str, object], ...]
"""The finding's values by name, for evidence and sentences. Hashable, so that equal findings share one check."""


class Finding(NamedTuple):
    """A check's bare answer.

    `effect` replaces the policy's where the finding itself decides it and is milder; `from_registry` says that the
    registry's age is the evidence's age.
    """

    outcome: Outcome
    reason: str
    values: Values = ()
    effect: Effect | None = None
    from_registry: bool = False


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo | timezone:
    return UTC if name == "UTC" else ZoneInfo(name)


def day_of(instant: Instant, zone: str) -> date:
    """Return the calendar day of the instant in the zone."""
    return datetime.fromtimestamp(instant, _zone(zone)).date()


@lru_cache(maxsize=65_536)
def start_of(day: date, zone: str) -> Instant:
    """Return the instant at which the day begins in the zone."""
    return int(datetime.combine(day, time.min, tzinfo=_zone(zone)).timestamp())


def day_after(day: date) -> date:
    """Return the next day; the last day of the calendar is its own."""
    return day if day == date.max else day + timedelta(days=1)


def days_before(day: date, days: int) -> date:
    """Return the day `days` earlier; never before the first day of the calendar."""
    return day - timedelta(days=days) if (day - date.min).days >= days else date.min


def turns_of(days: Iterable[date], zone: str) -> list[Instant]:
    """Return the instants at which the days begin in the zone."""
    return [start_of(day, zone) for day in days]


def validity_turns(held: Iterable[Licence | Certificate], warn_days: int, zone: str) -> list[Instant]:
    """Return the instants at which one of these begins, is about to end, or is over."""
    days: list[date] = []
    for one in held:
        if one.valid_from is not None:
            days.append(one.valid_from)
        if one.valid_until is not None:
            days += (days_before(one.valid_until, warn_days), day_after(one.valid_until))
    return turns_of(days, zone)


_TICKED = (True,)


@dataclass(slots=True, kw_only=True)
class Case:
    """One ticket with all that the checks may look at, at one deciding instant.

    `fields` are the customer's inputs by name, `inputs` what agents set. Mutable because one case serves all checks of a
    ticket: `at`, the deciding instant, moves.
    """

    ticket: Ticket
    answer: RegistryAnswer
    catalogue: Catalogue
    fields: Mapping[str, FieldValue]
    inputs: Mapping[str, FieldValue]
    at: Instant
    product_id: str | None = None
    product: Product | None = None
    product_text: str = ""

    @property
    def day(self) -> date:
        """The deciding instant's day in the registry's zone."""
        return day_of(self.at, self.answer.zone)

    def said(self, name: str) -> str:
        """Return the text of a ticket's field, empty when it says nothing."""
        value = self.fields.get(name)
        if value is None or value is False:
            return ""
        return value.strip() if isinstance(value, str) else str(value)

    def confirmed(self, name: str) -> bool:
        """Return whether an agent ticked the box; a helpdesk may tell that as 1."""
        return self.inputs.get(name) in _TICKED

    def catalogue_day(self) -> date:
        """Return the deciding day in the catalogue's zone."""
        return self.day if self.catalogue.zone == self.answer.zone else day_of(self.at, self.catalogue.zone)


def choose_product(case: Case) -> None:
    """Fill in which product the ticket is about.

    By the ticket's `product` field; else by the registration number's licence; else by the customer's only product.
    Several products and no word from the customer stay unknown.
    """
    case.product_text = case.said("product")
    text = case.product_text
    customer = case.answer.customer
    if not text and customer is not None:
        number = folded(case.said("registration_number"))
        named = {licence.product for licence in customer.licences if number and folded(licence.number) == number}
        chosen = named or {licence.product for licence in customer.licences}
        if len(chosen) == 1:
            (text,) = chosen
    if text:
        case.product_id = case.catalogue.id_of(text)
        if case.product_id is None:
            case.product_id = "?" + folded(text)
        else:
            case.product = case.catalogue.products[case.product_id]


def covers(case: Case, product: str) -> bool:
    """Return whether a registry's word for a product means the ticket's product."""
    known = case.catalogue.id_of(product)
    return ("?" + folded(product) if known is None else known) == case.product_id


def licences_of(case: Case) -> tuple[Licence, ...]:
    """Return the customer's licences of the ticket's product, with those whose product cannot be read.

    Damage in the registry never counts against a customer: such a licence may be of any product.
    """
    customer = case.answer.customer
    if customer is None:
        return ()
    return tuple(one for one in customer.licences if covers(case, one.product) or (one.unreadable and not one.product))


def product_named(case: Case) -> str:
    """Return the product's name for people: the catalogue's id where it is listed, else the customer's own words."""
    if case.product is not None:
        return case.product.id
    return case.product_text or (case.product_id or "").removeprefix("?")


_ABSENT: Mapping[Presence, Finding] = {
    Presence.NOT_FOUND: Finding(Outcome.UNKNOWN, "customer_not_found", from_registry=True),
    Presence.AMBIGUOUS: Finding(Outcome.UNKNOWN, "registry_ambiguous", from_registry=True),
    Presence.UNKNOWN: Finding(Outcome.UNKNOWN, "registry_unavailable"),
}


def absence(case: Case) -> Finding | None:
    """Return the unknown answer of every check that needs a customer, when the registry does not give one."""
    presence = case.answer.presence
    if presence is Presence.FOUND and case.answer.customer is not None:
        return None
    if presence is Presence.AMBIGUOUS:
        return _ABSENT[presence]._replace(values=(("candidates", case.answer.candidates),))
    return _ABSENT.get(presence, _ABSENT[Presence.UNKNOWN])
