import pytest

from bridge.connectors.registry.listing import customers_running
from bridge.customers import Customer, Licence
from bridge.policies.checks.versions import Order
from bridge.policies.language.catalogue import read_catalogue

CATALOGUE = read_catalogue(
    'products:\n  acc: {title: Учёт, latest: 3.0.52.35}\n  sat: {title: Спутник, latest: "1.0"}\n'.encode(),
    file="catalogue.yaml",
)


def customer(name: str, *versions: str, product: str = "Учёт") -> Customer:
    licences = tuple(
        Licence(product=product, number=str(number), version=version) for number, version in enumerate(versions)
    )
    return Customer(id=name, name=name.upper(), licences=licences, emails=(f"{name}@x.example",))


CUSTOMERS = (
    customer("old", "3.0.1"),
    customer("new", "3.0.52.35"),
    customer("both", "3.0.1", "3.0.52.35", "3.0.1"),
    customer("short", "3.0"),
    customer("silent", ""),
    customer("other", "1.0", product="sat"),
)


def running(**bounds):
    return [
        (one.customer, one.version, one.matches)
        for one in customers_running(CUSTOMERS, CATALOGUE, product="acc", **bounds)
    ]


def test_customers_before_a_new_version_are_listed_with_those_nobody_can_tell():
    assert running(below="3.0.52") == [
        ("old", "3.0.1", True),
        ("both", "3.0.1", True),
        ("short", "3.0", None),
        ("silent", "", None),
    ]


def test_customers_from_a_version_on_are_listed():
    assert running(at_least="3.0.52") == [
        ("new", "3.0.52.35", True),
        ("both", "3.0.52.35", True),
        ("short", "3.0", None),
        ("silent", "", None),
    ]


def test_without_bounds_everybody_is_listed_with_his_address_and_how_old_he_is():
    found = customers_running(CUSTOMERS, CATALOGUE, product="Учёт")
    assert [(one.name, one.emails, one.order) for one in found][:2] == [
        ("OLD", ("old@x.example",), Order.OLDER),
        ("NEW", ("new@x.example",), Order.SAME),
    ]
    assert found[-1].order is Order.UNKNOWN


def test_unknown_products_and_bounds_are_refused():
    with pytest.raises(ValueError, match="lists no product 'crm'"):
        customers_running(CUSTOMERS, CATALOGUE, product="crm")
    with pytest.raises(ValueError, match="'new' is no version of acc"):
        customers_running(CUSTOMERS, CATALOGUE, product="acc", below="new")
