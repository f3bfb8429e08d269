"""Who runs what (CU-5): the customers of a product by version, so that the right ones are told of a new one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.customers import Customer, Licence
from bridge.policies.checks.catalogue import Catalogue, Product
from bridge.policies.checks.versions import Order, compare, older_than


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A customer who runs a version of a product.

    `order` tells how it stands to the product's latest version, `matches` whether it lies in the range asked for;
    None = the registry's version is missing, unreadable or too short to tell.
    """

    customer: str
    name: str
    emails: tuple[str, ...]
    product: str
    version: str
    order: Order
    matches: bool | None


def customers_running(
    customers: Iterable[Customer],
    catalogue: Catalogue,
    *,
    product: str,
    at_least: str | None = None,
    below: str | None = None,
) -> tuple[Running, ...]:
    """Return the customers who hold the product in a version from `at_least` on and before `below`, and those who may.

    Blocked licences count: the copy may still run. Raises ValueError for a product that the catalogue does not list,
    or a bound that is no version of it.
    """
    wanted = catalogue.find(product)
    if wanted is None:
        raise ValueError(f"the catalogue lists no product {product!r}")
    for bound in (at_least, below):
        if bound is not None and wanted.scheme.read(bound) is None:
            raise ValueError(f"{bound!r} is no version of {wanted.id}")
    found = (
        _running(customer, licence, wanted, at_least, below)
        for customer, licence in _licences(customers, catalogue, wanted)
    )
    return tuple(one for one in found if one.matches is not False)


def _licences(
    customers: Iterable[Customer], catalogue: Catalogue, wanted: Product
) -> Iterator[tuple[Customer, Licence]]:
    for customer in customers:
        seen: set[str] = set()
        for licence in customer.licences:
            if catalogue.id_of(licence.product) == wanted.id and licence.version not in seen:
                seen.add(licence.version)
                yield customer, licence


def _running(
    customer: Customer, licence: Licence, product: Product, at_least: str | None, below: str | None
) -> Running:
    version = product.scheme.read(licence.version)
    early = older_than(version, product.scheme.read(at_least)) if at_least is not None else False
    before = older_than(version, product.scheme.read(below)) if below is not None else True
    matches: bool | None = None
    if early is True or before is False:
        matches = False
    elif early is False and before is True:
        matches = True
    return Running(
        customer=customer.id,
        name=customer.name,
        emails=customer.emails,
        product=product.id,
        version=licence.version,
        order=compare(version, product.latest),
        matches=matches,
    )
