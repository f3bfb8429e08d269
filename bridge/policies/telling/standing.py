"""What customers hold at an instant, as reports and the helpdesk's page show it: certificates that end soon, units of entitlement
used and left, versions that are outdated, exceptions in force.

The lists are bounded and say how long they would be, and their order depends on nothing but what stands in them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from bridge.customers import Account, Certificate, Customer, Tracked
from bridge.decisions import Outcome
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import Catalogue, Product, folded
from bridge.policies.checks.papers import KIND_OF, Paper
from bridge.policies.checks.period import period_of
from bridge.policies.checks.units import UnitsOptions, entitlement_on, is_asked, used
from bridge.policies.checks.validity import day_after, day_of, in_force, start_of
from bridge.policies.checks.version import judged
from bridge.policies.clocks.in_force import rulebook_of
from bridge.policies.obligations.ahead import next_turn
from bridge.policies.obligations.overview import Obligations
from bridge.policies.outcome.record import short
from bridge.policies.telling.digests import digest_of
from bridge.policies.telling.exceptions import ExceptionInForce, KnownCustomer, exceptions_in_force
from bridge.policies.telling.owed_now import OwedNow, owed_now
from bridge.policies.units.usage import counting_checks
from bridge.tickets import Instant, instant_text

DAYS = 90
"""A certificate that ends within so many days is one to talk about."""

MOST = 500
"""So long a list may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What a registry can list: its customers, the zone of its days, how old it is, what it keeps, and the sources whose
    customers it cannot list, because only tickets name them or because they gave no data."""

    customers: Iterable[Customer]
    zone: str
    as_of: Instant | None
    tracks: frozenset[Tracked] = frozenset(Tracked)
    not_listed: tuple[str, ...] = ()


class EndingCertificate(NamedTuple):
    """A certificate that ends in so many days; nought is today."""

    customer: str
    name: str
    until: date
    days: int
    certificate: str


class EntitlementLeft(NamedTuple):
    """What is used and left of an entitlement in the period of today; less than nothing where it is overdrawn."""

    customer: str
    name: str
    entitlement: str
    period: str
    used: float
    left: float
    of: float
    unit: str
    paper: str


class VersionState(StrEnum):
    """Why a version is listed. One that nobody can read, or that is written too short to tell, is not held against anybody."""

    OUTDATED = "outdated"
    UNREADABLE = "unreadable"


class OldVersion(NamedTuple):
    """A customer who runs a version without full support, or one that cannot be told; `latest` is empty where none is known."""

    customer: str
    name: str
    product: str
    version: str
    state: VersionState
    latest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands at an instant; `more` tells how many there are in all. `known` is false where there is neither a registry nor
    an exception. By `turns_at` time alone may have changed it; None: it does not."""

    known: bool
    as_of: Instant | None
    certificates: tuple[EndingCertificate, ...]
    entitlements: tuple[EntitlementLeft, ...]
    versions: tuple[OldVersion, ...]
    exceptions: tuple[ExceptionInForce, ...]
    more: Mapping[str, int]
    tracks: tuple[Tracked, ...]
    not_listed: tuple[str, ...]
    turns_at: Instant | None
    obligations: tuple[OwedNow, ...] = ()

    @property
    def longest(self) -> int:
        """Return how long the longest of its lists is."""
        return max(len(getattr(self, name)) for name in self.more)

    def cut(self, most: int) -> "Standing":
        """Return the same with lists of at most so many."""
        shortened: dict[str, Any] = {name: getattr(self, name)[:most] for name in self.more}
        return replace(self, **shortened)

    def with_obligations(self, found: Obligations | None) -> "Standing":
        """Return the same with the obligations whose periods run, those that are due soonest and not kept first; without a list
        where the agreement declares none."""
        if found is None:
            return self
        told = owed_now(found)
        turns = [at for at in (self.turns_at, next_turn(found)) if at is not None]
        more = {**self.more, "obligations": len(told)}
        return replace(self, obligations=told[:MOST], more=more, turns_at=min(turns))

    def json(self) -> dict[str, Any] | None:
        """Return it as it is published; None where there is nothing to know."""
        if not self.known:
            return None
        lists = {name: [_plain(one) for one in getattr(self, name)] for name in self.more}
        kept = {"tracks": [one.value for one in self.tracks], "not_listed": list(self.not_listed)}
        return {"as_of": instant_text(self.as_of), **lists, "more": dict(self.more), **kept}


def standing_of(
    policy: Policy,
    catalogue: Catalogue,
    *,
    now: Instant,
    roll: Roll | None = None,
    spent: Mapping[Account, int] | None = None,
) -> Standing:
    """Return what stands at `now`, by the days of the registry's zone.

    `spent` is what tickets took from each account, in thousandths; without it an entitlement that they take from is left out,
    for then nobody knows what is used. What a registry does not state is in no list.
    """
    exceptions = exceptions_in_force(policy, now)
    survey = _Survey(policy, catalogue, now, roll, spent)
    named = {one for exception in exceptions for one in exception.asks}
    names = survey.look(named)
    lists: dict[str, tuple[tuple[Any, ...], int]] = {
        "certificates": survey.certificates.cut(),
        "entitlements": survey.entitlements.cut(),
        "versions": (tuple(row for _, row in survey.versions.cut()[0]), survey.versions.count),
        "exceptions": (tuple(one.told(names) for one in exceptions)[:MOST], len(exceptions)),
    }
    return Standing(
        known=roll is not None or bool(exceptions),
        as_of=None if roll is None else roll.as_of,
        more={name: count for name, (_, count) in lists.items()},
        tracks=() if roll is None else tuple(sorted(roll.tracks)),
        not_listed=() if roll is None else roll.not_listed,
        turns_at=_turns_at(policy, catalogue, now, roll),
        **{name: rows for name, (rows, _) in lists.items()},
    )


def rests_on(
    policy: Policy,
    catalogue: Catalogue,
    *,
    now: Instant,
    roll: str,
    zone: str | None,
    spent: Mapping[Account, int] | None,
) -> str:
    """Return what moves whenever the standing may: the agreement, the catalogue, the registry by the digest `roll`, the day,
    what tickets took."""
    days = [str(day_of(now, one)) for one in _zones(catalogue, zone)]
    return digest_of([policy.digest, roll, rulebook_of(policy).at(now), days, spent])


_Row = TypeVar("_Row")


@dataclass(slots=True)
class _Shortlist(Generic[_Row]):
    """The first rows by a key, however many come; it never holds more than twice as many as it keeps."""

    key: Callable[[_Row], Any]
    count: int = 0
    _rows: list[_Row] = field(default_factory=list)

    def add(self, row: _Row) -> None:
        self.count += 1
        self._rows.append(row)
        if len(self._rows) >= 2 * MOST:
            self._shorten()

    def cut(self) -> tuple[tuple[_Row, ...], int]:
        self._shorten()
        return tuple(self._rows), self.count

    def _shorten(self) -> None:
        self._rows.sort(key=self.key)
        del self._rows[MOST:]


class _Survey:
    """One look at each customer of the roll."""

    def __init__(
        self,
        policy: Policy,
        catalogue: Catalogue,
        now: Instant,
        roll: Roll | None,
        spent: Mapping[Account, int] | None,
    ) -> None:
        self._roll = roll
        self._catalogue = catalogue
        self._spent = spent
        self._today = day_of(now, roll.zone) if roll is not None else date.min
        self._catalogue_day = day_of(now, catalogue.zone)
        checks = rulebook_of(policy).terms_at(now).checks
        self._counting = tuple(options for _, options in counting_checks(checks))
        self._judged: dict[tuple[str, str], _Judged] = {}
        self.certificates = _Shortlist[EndingCertificate](lambda one: (one.days, *_who(one), one.certificate))
        self.entitlements = _Shortlist[EntitlementLeft](
            lambda one: (one.left, *_who(one), one.entitlement, one.paper, one.period)
        )
        self.versions = _Shortlist[tuple[Any, OldVersion]](lambda ranked: (*ranked[0], *_who(ranked[1])))

    def look(self, named: Iterable[str]) -> dict[str, list[KnownCustomer]]:
        """Note what each customer holds; return those who are called by one of these words, as conditions compare them."""
        wanted, found = frozenset(named), dict[str, list[KnownCustomer]]()
        for customer in self._roll.customers if self._roll is not None else ():
            self._certificates(customer)
            self._entitlements(customer)
            self._versions(customer)
            if wanted:
                for word in wanted.intersection((customer.id.casefold(), customer.name.casefold())):
                    found.setdefault(word, []).append(KnownCustomer(customer.id, customer.name))
        return found

    def _certificates(self, customer: Customer) -> None:
        for one in customer.certificates:
            if one.valid_until is None or not 0 <= (days := (one.valid_until - self._today).days) <= DAYS:
                continue
            if not any(_follows(other, one) for other in customer.certificates):
                name = short(customer.name)
                self.certificates.add(
                    EndingCertificate(short(customer.id), name, one.valid_until, days, short(one.number))
                )

    def _entitlements(self, customer: Customer) -> None:
        papers: tuple[Paper, ...] = (*customer.contracts, *customer.certificates)
        for paper in papers:
            if paper.counters and in_force(paper, self._today):
                self._counters(customer, paper)

    def _counters(self, customer: Customer, paper: Paper) -> None:
        zone = self._roll.zone if self._roll is not None else ""
        for counter in paper.counters:
            period = period_of(counter, paper, self._today)
            one = entitlement_on(self._today, paper, counter, customer_id=customer.id, zone=zone)
            if one is None or period is None:
                continue
            counted = any(is_asked(counter, by) and _looks_at(by, paper) for by in self._counting)
            count = used(one, self._spent) if counted else one.used
            if count is None:
                continue
            self.entitlements.add(
                EntitlementLeft(
                    customer=short(customer.id),
                    name=short(customer.name),
                    entitlement=short(counter.id),
                    period=period.name,
                    used=_number(count),
                    left=_number(counter.included - count),
                    of=_number(counter.included),
                    unit=short(counter.unit),
                    paper=short(paper.number),
                )
            )

    def _versions(self, customer: Customer) -> None:
        seen: set[tuple[str, str]] = set()
        for licence in customer.licences:
            product = self._catalogue.find(licence.product) if licence.version else None
            if product is None or (product.id, licence.version) in seen:
                continue
            seen.add((product.id, licence.version))
            found = self._version(product, licence.version)
            if found.state is not None:
                name, version = short(customer.name), short(licence.version)
                row = OldVersion(short(customer.id), name, product.id, version, found.state, found.latest)
                self.versions.add(((found.state, product.id, found.rank, version), row))

    def _version(self, product: Product, text: str) -> "_Judged":
        # Thousands of customers run the same few versions.
        known = self._judged.get((product.id, text))
        if known is None:
            known = self._judged[product.id, text] = _judged(product, text, self._catalogue_day)
        return known


class _Judged(NamedTuple):
    """Whether a version is one to list, its rank among those of its product and state, and the latest one that it should be."""

    state: VersionState | None
    rank: Any
    latest: str


def _judged(product: Product, text: str, day: date) -> _Judged:
    version = product.scheme.read(text)
    if version is None:
        return _Judged(VersionState.UNREADABLE, 0, str(product.latest or ""))
    family = product.family_of(version)
    latest = str(product.latest or (family.latest if family is not None else None) or "")
    answer = judged(product, version, day=day, warn_days=0)
    if answer.outcome is Outcome.FAIL:
        return _Judged(VersionState.OUTDATED, version.key, latest)
    return _Judged(VersionState.UNREADABLE if answer.reason == "version_abbreviated" else None, 0, latest)


def _follows(other: Certificate, one: Certificate) -> bool:
    """Return whether a certificate takes over from another one on its last day or the next, and lasts longer."""
    if one.valid_until is None or other.unreadable or one.unreadable:
        return False
    alike = folded(other.product) == folded(one.product) and folded(other.kind) == folded(one.kind)
    lasts = other.valid_until is None or other.valid_until > one.valid_until
    return alike and lasts and (other.valid_from is None or other.valid_from <= day_after(one.valid_until))


def _looks_at(options: UnitsOptions, paper: Paper) -> bool:
    """Return whether a check takes units from papers like this one."""
    if options.papers is not None and KIND_OF[type(paper)] not in options.papers:
        return False
    counts = not options.kinds or not isinstance(paper, Certificate) or paper.unreadable
    return counts or (isinstance(paper, Certificate) and folded(paper.kind) in map(folded, options.kinds))


def _who(one: Any) -> tuple[str, str]:
    """Return by what rows of one rank are put in order."""
    return one.name.casefold(), one.customer


def _number(value: float) -> float:
    value = round(value, 3)
    return int(value) if value == int(value) else value


def _plain(row: Any) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row._asdict().items()}


def _turns_at(policy: Policy, catalogue: Catalogue, now: Instant, roll: Roll | None) -> Instant | None:
    """Return the next midnight of the registry or of the catalogue, or at which an exception may begin or end."""
    rulebook = rulebook_of(policy)
    excepts = any(rule.approver for revision in policy.revisions for rule in revision.rules)
    turns = [at for at in rulebook.starts if at > now] if excepts else []
    zones = _zones(catalogue, None if roll is None else roll.zone)
    turns += [start_of(day_after(day_of(now, zone)), zone) for zone in zones]
    return min(turns, default=None)


def _zones(catalogue: Catalogue, zone: str | None) -> tuple[str, ...]:
    """Return the zones whose midnights change what customers hold, by that of the registry; none without one."""
    if zone is None:
        return ()
    return (zone, catalogue.zone) if catalogue.products else (zone,)
