"""Who is to be told of new releases (CU-5), and why the others are not."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bridge.customers import HeldPapers, Tracked
from bridge.policies.checks.catalogue import Catalogue, Product, Release, Tell
from bridge.policies.checks.validity import in_force
from bridge.policies.checks.versions import Version, older_than
from bridge.policies.telling.running import Apart, Installation, Unread, read_version


class NoNews(StrEnum):
    """Why a customer who runs an older version is not told of a release."""

    PAPERS_NOT_KEPT = "papers_not_kept"
    PAPER_END_UNKNOWN = "paper_end_unknown"
    PAPER_PRODUCT_UNCLEAR = "paper_product_unclear"
    PAPER_EXPIRED = "paper_expired"
    PAPER_NOT_BEGUN = "paper_not_begun"
    NO_PAPER = "no_paper"


class Addressee(NamedTuple):
    """A customer to be told, with the older versions that he runs, as the registry writes them."""

    customer: str
    versions: tuple[str, ...]


class NotAddressed(NamedTuple):
    """A customer who is not told, with what he runs and why not."""

    customer: str
    versions: tuple[str, ...]
    why: NoNews | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseNews:
    """One release and all customers of its product, each in one place, in the registry's order.

    `up_to_date` are those who run it or a newer one and nothing older, `told` those who were told of it before.
    """

    product: Product
    release: Release
    tell: tuple[Addressee, ...]
    apart: tuple[NotAddressed, ...]
    up_to_date: tuple[str, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new, by product in the catalogue's order and the newest version first; of the lines `apart` nobody can read the
    product, and `unlisted` name one that the catalogue does not list."""

    releases: tuple[ReleaseNews, ...]
    apart: tuple[Apart, ...]
    unlisted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Whether customers have a certificate or a contract in force on a day of the registry's zone.

    `held` gives those of a customer by his id, `tracks` says what the registry keeps at all.
    """

    held: Callable[[str], HeldPapers]
    tracks: frozenset[Tracked]
    day: date
    catalogue: Catalogue

    def why_not(self, customer: str, product: Product) -> NoNews | None:
        """Return why nothing that covers the product is in force; None where something is. Doubt comes before absence."""
        if not self.tracks & {Tracked.CERTIFICATES, Tracked.CONTRACTS}:
            return NoNews.PAPERS_NOT_KEPT
        reasons = set(self._reasons(self.held(customer), product))
        return None if None in reasons else min(reasons, key=list(NoNews).index, default=NoNews.NO_PAPER)  # type: ignore[arg-type]

    def _reasons(self, held: HeldPapers, product: Product) -> Iterator[NoNews | None]:
        """Yield for each paper why it does not cover the product today, None for one that does."""
        for one in held.contracts:
            yield None if in_force(one, self.day) else _over(one.valid_until, self.day)
        for certificate in held.certificates:
            covered = self.catalogue.id_of(certificate.product) if certificate.product else product.id
            if covered not in {None, product.id}:
                continue
            if not in_force(certificate, self.day):
                yield _over(certificate.valid_until, self.day)
            elif covered is None:
                yield NoNews.PAPER_PRODUCT_UNCLEAR
            else:
                # No certificate is for ever: one without an end has an end that the registry does not tell.
                yield NoNews.PAPER_END_UNKNOWN if certificate.valid_until is None else None


def _over(until: date | None, day: date) -> NoNews:
    return NoNews.PAPER_EXPIRED if until is not None and until < day else NoNews.PAPER_NOT_BEGUN


def releases_out(product: Product, day: date, since: date | None = None) -> list[Release]:
    """Return the releases of which customers are told on a day, the newest version first: those that are out, not before `since`,
    and not overtaken by a newer version that came out no earlier and is told to the same customers."""
    out = [one for one in product.releases if one.tell is not Tell.NOBODY and one.day <= day]
    current = [one for one in out if not any(_overtakes(other, one) for other in out)]
    current.sort(key=lambda one: one.version.key, reverse=True)
    return [one for one in current if since is None or one.day >= since]


def _overtakes(other: Release, one: Release) -> bool:
    newer: bool = one.version.key < other.version.key
    return newer and other.day >= one.day and other.tell is one.tell


def news_of(
    installations: Iterable[Installation],
    catalogue: Catalogue,
    papers: Papers,
    *,
    releases: Sequence[tuple[Product, Release]],
    told: Callable[[Product, Release], Container[str]],
) -> News:
    """Return who is to be told of these releases. `told` gives for a release the customers who were told of it before."""
    wanted = {product.id for product, _ in releases}
    runs: dict[str, dict[str, list[Installation]]] = {name: {} for name in wanted}
    apart: list[Apart] = []
    unlisted = 0
    for one in installations:
        if one.said.product is None:
            apart.append(Apart(one, "", Unread.PRODUCT_UNREADABLE))
            continue
        name = catalogue.id_of(one.said.product)
        unlisted += name is None and one.said.product != ""
        if name in wanted:
            runs[name].setdefault(one.customer, []).append(one)
    found = [
        _release(product, release, runs[product.id], papers, told(product, release)) for product, release in releases
    ]
    return News(releases=tuple(found), apart=tuple(apart) if releases else (), unlisted=unlisted)


def _release(
    product: Product,
    release: Release,
    runs: dict[str, list[Installation]],
    papers: Papers,
    told: Container[str],
) -> ReleaseNews:
    tell, apart, up_to_date, before = list[Addressee](), list[NotAddressed](), list[str](), list[str]()
    for customer, lines in runs.items():
        older, unread = _compared(product, release.version, lines)
        if not older and not unread:
            up_to_date.append(customer)
        elif customer in told:
            before.append(customer)
        elif not older:
            versions = tuple(dict.fromkeys(line.said.version or "" for line in lines))
            apart.append(NotAddressed(customer, versions, unread[0]))
        elif why := None if release.tell is Tell.EVERYBODY else papers.why_not(customer, product):
            apart.append(NotAddressed(customer, older, why))
        else:
            tell.append(Addressee(customer, older))
    return ReleaseNews(
        product=product,
        release=release,
        tell=tuple(tell),
        apart=tuple(apart),
        up_to_date=tuple(up_to_date),
        told=tuple(before),
    )


def _compared(
    product: Product, version: Version, lines: Iterable[Installation]
) -> tuple[tuple[str, ...], tuple[Unread, ...]]:
    """Return the versions of these lines that are older, and why others cannot be compared."""
    older: dict[str, None] = {}
    unread: list[Unread] = []
    for line in lines:
        read = read_version(product, line.said.version)
        before = None if isinstance(read, Unread) else older_than(read, version)
        if before:
            older[line.said.version or ""] = None
        elif before is None:
            unread.append(read if isinstance(read, Unread) else Unread.ABBREVIATED)
    return tuple(older), tuple(unread)
