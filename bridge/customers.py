"""What a registry can tell about a customer, and what a catalogue can tell about a product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bridge.tickets import Instant


class Category(StrEnum):
    """The agreement's customer categories."""

    PARTNER = "partner"
    COMMERCIAL = "commercial"
    NONCOMMERCIAL = "noncommercial"
    UNREGISTERED = "unregistered"


class Presence(StrEnum):
    """How sure the registry is about the customer. `unknown`: no usable registry, so nothing may be concluded."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A licence of one product. Dates are inclusive calendar days in the registry's zone; `seats` None = not stated.

    `version` is what the customer runs; `unreadable` that a cell could not be read, which is never held against him.
    """

    product: str
    number: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    blocked: bool = False
    seats: int | None = None
    seats_used: int | None = None
    version: str = ""
    unreadable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Units of entitlement in one period: `unit` is `tickets`, `hours`, `visits` or the contract's own word.

    `period` is `month`, `quarter` or `year`, one of them by name (`2026-11`, `2026-Q4`, `2026`), or anything else for the whole
    validity of the contract or certificate. `used` is the registry's own count; with `as_of` it counts up to the end of that
    day, without it nothing is counted on top.
    """

    id: str
    unit: str
    included: float
    used: float | None = None
    period: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A support certificate; `product` empty = covers every product of the customer; `kind` is the registry's own word.

    Counters and named contacts it bears as a contract does.
    `unreadable` that the kind could not be read, which is never held against the customer.
    """

    number: str = ""
    product: str = ""
    kind: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    counters: tuple[Counter, ...] = ()
    contacts: tuple[str, ...] = ()
    unreadable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract: included services by id, counters, the named contacts who may ask, the channels allowed."""

    number: str
    valid_from: date | None = None
    valid_until: date | None = None
    services: tuple[str, ...] = ()
    counters: tuple[Counter, ...] = ()
    contacts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One registered customer as the registry knows him."""

    id: str
    name: str = ""
    category: Category = Category.COMMERCIAL
    tier: str = ""
    licences: tuple[Licence, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    contracts: tuple[Contract, ...] = ()
    curator: str = ""
    emails: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


class HeldPapers(NamedTuple):
    """The papers that a customer holds."""

    certificates: tuple[Certificate, ...]
    contracts: tuple[Contract, ...]


class Tracked(StrEnum):
    """What a registry keeps. What it does not keep is never missing, only not stated."""

    LICENCES = "licences"
    CERTIFICATES = "certificates"
    CONTRACTS = "contracts"


Account = str
"""Names one counter of one contract or certificate of one customer in one period; opaque, equal for the same."""

THOUSANDTHS = 1000
"""Units are booked as whole thousandths, so that a sum never depends on the order of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What one ticket takes from one account (CU-6), in thousandths of a unit.

    `amount` is what it takes now: nothing while it is not taken yet or has been given back. `stated` is what of it the
    registry's own count holds already. A row of two zeros says that the ticket asks for this account and takes nothing.
    """

    ticket: int
    created_at: Instant
    account: Account
    amount: int = 0
    stated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAnswer:
    """What the registry says about one ticket's requester.

    `matched_by` names the key that matched (`registration_number`, `organization`, `email`, `domain`), `candidates` the
    ids of an ambiguous match, `as_of` the age of the copy, `stale` that the live source did not answer, `curator` the person in
    charge today by absences, `curator_email` his address where the registry has one, `absent_curator` the name of the
    customer's own while somebody else or nobody is, and `curator_until` the instant at which that changes by itself. `zone` is
    the IANA zone whose calendar days the registry's dates are; `tracks` what it keeps at all. `stale_from` is the instant from
    which the same copy counts as stale (None: never, or it does already). `taken` is what tickets add to each account's count
    as of this ticket's creation, in thousandths; None when nobody counts.
    """

    presence: Presence
    customer: Customer | None = None
    matched_by: str = ""
    candidates: tuple[str, ...] = ()
    as_of: Instant | None = None
    stale: bool = False
    curator: str = ""
    absent_curator: str = ""
    source: str = ""
    zone: str = "UTC"
    tracks: frozenset[Tracked] = frozenset(Tracked)
    curator_until: Instant | None = None
    stale_from: Instant | None = None
    taken: Mapping[Account, int] | None = None
    curator_email: str = ""


NO_REGISTRY = RegistryAnswer(presence=Presence.UNKNOWN)
"""The answer when there is no usable registry at all: nothing is concluded, no level is lowered."""
