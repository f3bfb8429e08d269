"""The product catalogue: which products are supported, their version families and life cycles, and what they run on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from bridge.files.types import Title
from bridge.policies.checks.versions import Dotted, Scheme, Version, older_than


class Life(StrEnum):
    """Where a version family stands in its life on a given day."""

    SUPPORTED = "supported"
    LIMITED = "limited"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A line of versions with one life cycle: `first` ≤ version < `below`, or one of the `members`.

    Dates are inclusive days in the catalogue's zone: full support until `supported_until`, limited support until
    `limited_until`, none after. None = no end announced. Older than `minimum` is outdated inside the family.
    """

    id: str
    title: Title | None = None
    first: Version | None = None
    below: Version | None = None
    members: frozenset[object] = frozenset()
    minimum: Version | None = None
    latest: Version | None = None
    supported_until: date | None = None
    limited_until: date | None = None

    def holds(self, version: Version) -> bool | None:
        """Return whether the version belongs to the family; None when the stated version is too short to tell."""
        if self.members:
            return version.key in self.members
        if self.first is not None:
            early = older_than(version, self.first)
            if early is not False:
                return None if early is None else False
        return True if self.below is None else older_than(version, self.below)

    def life(self, day: date) -> Life:
        """Return the family's state on `day`."""
        if self.supported_until is None or day <= self.supported_until:
            return Life.SUPPORTED
        if self.limited_until is not None and day <= self.limited_until:
            return Life.LIMITED
        return Life.ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform that a product runs on; older than `minimum` is below the recommendation."""

    id: str
    title: Title
    names: tuple[str, ...] = ()
    scheme: Scheme = field(default_factory=Dotted)
    minimum: Version | None = None

    def read(self, text: str) -> Version | None:
        """Return the platform's version from what a customer wrote, with or without the platform's name before it."""
        plain = folded(text)
        for name in (*self.names, self.id, self.title.ru, self.title.en):
            start = folded(name)
            if start and plain.startswith(start):
                return self.scheme.read(plain[len(start) :].strip(" ,:"))
        return self.scheme.read(text)


class Tell(StrEnum):
    """Which of the customers who run an older version are told of a release."""

    ENTITLED = "entitled"
    EVERYBODY = "everybody"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version that came out on a day of the catalogue's zone, who is told of it, and what, with the mark-up of letters."""

    version: Version
    day: date
    tell: Tell = Tell.ENTITLED
    text: Title | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product. An empty list of systems, devices or platforms means that nothing is recommended or demanded."""

    id: str
    title: Title
    names: tuple[str, ...] = ()
    supported: bool = True
    scheme: Scheme = field(default_factory=Dotted)
    latest: Version | None = None
    minimum: Version | None = None
    families: tuple[Family, ...] = ()
    platforms: tuple[Platform, ...] = ()
    releases: tuple[Release, ...] = ()
    operating_systems: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()

    def family_of(self, version: Version) -> Family | None:
        """Return the family the version surely belongs to."""
        for family in self.families:
            if family.holds(version):
                return family
        return None


_QUOTES = str.maketrans(dict.fromkeys("\"'«»“”„`", " ") | {"ё": "е", "Ё": "Е", "\u00a0": " "})


@lru_cache(maxsize=16384)
def folded(text: str) -> str:
    """Return a name as names are compared: without case, quotation marks and repeated spaces, and with е for ё."""
    return " ".join(text.translate(_QUOTES).casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All products by id. `zone` is the IANA zone of the life-cycle dates; `at` says where it was read from."""

    products: Mapping[str, Product] = field(default_factory=dict)
    zone: str = "UTC"
    at: str = ""
    _by_name: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        for product in self.products.values():
            for name in names_of(product):
                self._by_name.setdefault(folded(name), product.id)

    def id_of(self, text: str) -> str | None:
        """Return the id of the product that `text` names by id, title or any listed name, or None."""
        return self._by_name.get(folded(text))

    def find(self, text: str) -> Product | None:
        """Return the product that `text` names, or None."""
        found = self.id_of(text)
        return None if found is None else self.products[found]


EMPTY_CATALOGUE = Catalogue()
"""A catalogue without products: every product is unlisted, and what depends on it is unknown."""


def names_of(product: Product) -> Iterable[str]:
    """Return everything the product may be called."""
    return (product.id, product.title.ru, product.title.en, *product.names)
