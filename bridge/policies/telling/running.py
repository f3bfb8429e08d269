"""Who runs what (CU-5): the customers of each product by version, and how far that version is supported.

A version that nobody can read, or that is written too short to tell, is listed apart with its place: it is never outdated.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from bridge.policies.checks.catalogue import Catalogue, Product, folded
from bridge.policies.checks.version import judged
from bridge.policies.checks.versions import Version


class Said(NamedTuple):
    """What a registry says of an installation; empty where it says nothing, None where that cannot be read."""

    product: str | None
    version: str | None


class Installation(NamedTuple):
    """What one line of a registry says that a customer runs; one of nothing for a customer of whom no line names a product."""

    customer: str
    said: Said
    file: str
    line: int


class VersionSupport(StrEnum):
    """How far a version is supported, by the catalogue."""

    CURRENT = "current"
    NEWER = "newer"
    BEHIND = "behind"
    ENDING = "ending"
    OUTDATED = "outdated"
    LIMITED = "limited"
    ENDED = "ended"
    UNLISTED = "unlisted"
    PRODUCT_UNSUPPORTED = "product_unsupported"
    PRODUCT_UNLISTED = "product_unlisted"


WITHOUT_FULL_SUPPORT = frozenset(
    {VersionSupport.OUTDATED, VersionSupport.LIMITED, VersionSupport.ENDED, VersionSupport.PRODUCT_UNSUPPORTED}
)


class Unread(StrEnum):
    """Why nobody can tell what a customer runs."""

    NO_PRODUCT = "no_product"
    PRODUCT_UNREADABLE = "product_unreadable"
    NOT_STATED = "version_not_stated"
    UNREADABLE = "version_unreadable"
    ABBREVIATED = "version_abbreviated"


@dataclass(slots=True)
class Running:
    """A version of a product with its customers in the registry's order, each once.

    `product` is its id, or the registry's own word for one that the catalogue does not list; `latest` is empty where the
    catalogue names none. Of several spellings of one version the shortest is shown.
    """

    product: str
    version: str
    support: VersionSupport
    latest: str = ""
    rank: Any = ""
    customers: dict[str, None] = field(default_factory=dict)


class Apart(NamedTuple):
    """A line of the registry that does not tell what its customer runs; `product` is the id where the catalogue lists it."""

    installation: Installation
    product: str
    why: Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoRunsWhat:
    """The groups by product in the catalogue's order and by version, the newest first, and what cannot be told.

    `day` is the catalogue's day that life cycles were judged on, `customers` how many were looked at.
    """

    day: date
    groups: tuple[Running, ...]
    apart: tuple[Apart, ...]
    customers: int


def read_version(product: Product, text: str | None) -> Version | Unread:
    """Return the version that a text of the registry means, or why none can be read from it."""
    if text == "":
        return Unread.NOT_STATED
    return product.scheme.read(text) or Unread.UNREADABLE


def who_runs_what(
    installations: Iterable[Installation], catalogue: Catalogue, *, day: date, product: Product | None = None
) -> WhoRunsWhat:
    """Return who runs what on a day of the catalogue's zone, or who runs that `product`.

    A customer counts once for each version, however many lines name it. Blocked and expired licences count: the copy may
    still run. Where one product is asked for, lines whose product cannot be read stand apart all the same.
    """
    survey = _Survey(catalogue, day, product)
    # Thousands of customers run the same few versions.
    known: dict[Said, _Found] = {}
    apart: list[Apart] = []
    customers: dict[str, None] = {}
    for one in installations:
        found = known.get(one.said)
        if found is None:
            found = known[one.said] = survey.found(one.said)
        if found.group is not None:
            found.group.customers[one.customer] = None
        elif found.why is not None:
            apart.append(Apart(one, found.product, found.why))
        else:
            continue
        customers[one.customer] = None
    return WhoRunsWhat(day=day, groups=tuple(survey.groups()), apart=tuple(apart), customers=len(customers))


class _Found(NamedTuple):
    """What two texts of the registry mean: a group, or why not; neither of both is another product than that asked for."""

    product: str = ""
    group: Running | None = None
    why: Unread | None = None


class _Survey:
    """Finds the groups as they are met."""

    def __init__(self, catalogue: Catalogue, day: date, asked: Product | None) -> None:
        self._catalogue = catalogue
        self._day = day
        self._asked = asked
        self._groups: dict[str, dict[Any, Running]] = {}

    def found(self, said: Said) -> _Found:
        """Return what a registry means."""
        product, version = said
        if product is None:
            return _Found(why=Unread.PRODUCT_UNREADABLE)
        listed = self._catalogue.find(product) if product else None
        if self._asked is not None and listed is not self._asked:
            return _Found()
        if not product:
            return _Found(why=Unread.NO_PRODUCT)
        return self._unlisted(product, version) if listed is None else self._of(listed, version)

    def _unlisted(self, product: str, version: str | None) -> _Found:
        """Return the group of a product that the catalogue does not list, whose versions stand as they are written."""
        if version is None:
            return _Found(product, why=Unread.UNREADABLE)
        group = Running(product, version, VersionSupport.PRODUCT_UNLISTED, rank=version)
        return _Found(product, self._group(f" {folded(product)}", version, group))

    def _of(self, listed: Product, version: str | None) -> _Found:
        read = read_version(listed, version)
        if isinstance(read, Unread):
            return _Found(listed.id, why=read)
        support = support_of(listed, read, self._day)
        if support is None:
            return _Found(listed.id, why=Unread.ABBREVIATED)
        alike = (read.key, read.parts, read.precise)
        group = Running(listed.id, read.text, support, str(listed.latest or ""), rank=read.key)
        return _Found(listed.id, self._group(listed.id, alike, group))

    def groups(self) -> Iterator[Running]:
        """Yield the groups that have customers, in order; products that the catalogue does not list come last."""
        ours: Mapping[str, Product] = self._catalogue.products
        for name in (*ours, *sorted(self._groups.keys() - ours.keys())):
            alike = sorted(self._groups.get(name, {}).values(), key=lambda one: one.version)
            yield from sorted(alike, key=lambda one: one.rank, reverse=True)

    def _group(self, product: str, alike: Any, group: Running) -> Running:
        known = self._groups.setdefault(product, {}).setdefault(alike, group)
        known.version = min(known.version, group.version, key=lambda text: (len(text), text))
        return known


def support_of(product: Product, version: Version, day: date) -> VersionSupport | None:
    """Return how far a version is supported on a day; None where it is written too short to tell."""
    if not product.supported:
        return VersionSupport.PRODUCT_UNSUPPORTED
    reason = judged(product, version, day=day, warn_days=_WARN_DAYS).reason
    return None if reason == Unread.ABBREVIATED else VersionSupport(reason.removeprefix("version_"))


_WARN_DAYS = 30
"""The days before the end of full support from which checks of versions warn where a policy does not say otherwise."""
