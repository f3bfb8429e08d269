"""What a registry can tell about a customer, and what a catalogue can tell about a product."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

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

    `version` is what the customer runs where the registry says so; `unreadable` that a cell of the licence could not be read,
    so nothing may be held against the customer because of it.
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
class Certificate:
    """A support certificate; `product` empty = covers every product of the customer; `kind` is the registry's own word."""

    number: str = ""
    product: str = ""
    kind: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Units of entitlement of a contract in one period: `unit` is `tickets`, `hours`, `visits` or the contract's own word."""

    id: str
    unit: str
    included: float
    used: float | None = None
    period: str = ""


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


class Tracked(StrEnum):
    """What a registry keeps. What it does not keep is never missing, only not stated."""

    LICENCES = "licences"
    CERTIFICATES = "certificates"
    CONTRACTS = "contracts"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAnswer:
    """What the registry says about one ticket's requester.

    `matched_by` names the key that matched (`registration_number`, `organization`, `email`, `domain`), `candidates` the
    ids of an ambiguous match, `as_of` the age of the copy, `stale` that the live source did not answer, `curator` the person in
    charge today by absences and `curator_until` the instant at which that changes by itself. `zone` is the IANA zone whose
    calendar days the registry's dates are; `tracks` what it keeps at all.
    """

    presence: Presence
    customer: Customer | None = None
    matched_by: str = ""
    candidates: tuple[str, ...] = ()
    as_of: Instant | None = None
    stale: bool = False
    curator: str = ""
    source: str = ""
    zone: str = "UTC"
    tracks: frozenset[Tracked] = frozenset(Tracked)
    curator_until: Instant | None = None


NO_REGISTRY = RegistryAnswer(presence=Presence.UNKNOWN)
"""The answer when there is no usable registry at all: nothing is concluded, no level is lowered."""
