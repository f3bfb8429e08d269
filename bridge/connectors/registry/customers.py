"""A customer's rows → the customer.

Damage never counts against him: an unreadable end of a certificate leaves it without an end, which is *unknown*, and
a licence with an unreadable cell is marked as such.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TypeVar

from bridge.connectors.registry import cells
from bridge.connectors.registry.rows import AllRows, CustomerRow
from bridge.customers import Category, Certificate, Contract, Counter, Customer, Licence
from bridge.errors import Severity

Value = TypeVar("Value")

_SINGLE = ("name", "tier", "curator", "category")

_CERTIFICATE = ("certificate_product", "certificate_kind", "certificate_from", "certificate_until")
"""What a row may say of a certificate beside its number."""


def join_rows(customer_id: str, rows: Iterable[CustomerRow], default: Category) -> Customer:
    """Return the customer of these rows. The first row that says something decides; lists grow row by row."""
    kept: dict[str, object] = {}
    licences: dict[Licence, None] = {}
    certificates: dict[Certificate, Certificate] = {}
    numbered: list[CustomerRow] = []
    contracts: dict[str, Contract] = {}
    emails: dict[str, None] = {}
    attributes: dict[str, str] = {}
    for row in rows:
        _keep_first(kept, row)
        if row.stated("product"):
            licences[_licence(row)] = None
        if row.stated("certificate") or row.stated("certificate_until"):
            if any(row.stated(column) for column in _CERTIFICATE):
                one = _certificate(row)
                certificates[one] = _bearing(certificates.get(one, one), row)
            else:
                numbered.append(row)
        if row.stated("contract"):
            number = row.text("contract")
            contracts[number] = _contract(row, contracts.get(number, Contract(number=number)))
        emails |= dict.fromkeys(cells.several(row.text("email")))
        for name, text in row.attributes():
            attributes.setdefault(name, text)
    _add_numbered(certificates, numbered)
    return Customer(
        id=customer_id,
        name=str(kept.get("name", "")),
        category=Category(str(kept.get("category", default))),
        tier=str(kept.get("tier", "")),
        licences=tuple(licences),
        certificates=tuple(certificates.values()),
        contracts=tuple(contracts.values()),
        curator=str(kept.get("curator", "")),
        emails=tuple(emails),
        attributes=attributes,
    )


def _keep_first(kept: dict[str, object], row: CustomerRow) -> None:
    for column in _SINGLE:
        said = row.value(column) if column == "category" else row.text(column)
        if said:
            kept.setdefault(column, said)


def report_contradictions(rows: AllRows) -> None:
    """Report the rows of a customer that say something else than an earlier one, which stands."""
    for repeated in rows.repeated():
        kept: dict[str, str] = {}
        for source, index in repeated:
            row = source.row(index)
            for column in _SINGLE:
                text = row.text(column)
                if text and kept.setdefault(column, text) != text:
                    why = (
                        f"{text:.60} contradicts an earlier row of the same customer ({kept[column]:.60}), which stands"
                    )
                    source.report("contradiction", why, source.lines[index], column, severity=Severity.WARNING)


def _of(kind: type[Value], value: object) -> Value | None:
    return value if isinstance(value, kind) else None


def _licence(row: CustomerRow) -> Licence:
    return Licence(
        product=row.text("product"),
        number=row.text("registration_number"),
        valid_from=_of(date, row.value("licence_from")),
        valid_until=_of(date, row.value("licence_until")),
        blocked=row.value("licence_blocked") is True,
        seats=_of(int, row.value("seats")),
        seats_used=_of(int, row.value("seats_used")),
        version=row.text("version"),
        unreadable=any(
            row.damaged(column) for column in ("product", "licence_from", "licence_until", "licence_blocked")
        ),
    )


def _certificate(row: CustomerRow) -> Certificate:
    return Certificate(
        number=row.text("certificate"),
        product=row.text("certificate_product"),
        kind=row.text("certificate_kind"),
        valid_from=_of(date, row.value("certificate_from")),
        # Without an end a certificate is neither in force nor over: so it is when nobody can tell what it covers.
        valid_until=None if row.damaged("certificate_product") else _of(date, row.value("certificate_until")),
    )


def _bearing(known: Certificate, row: CustomerRow) -> Certificate:
    """Return the certificate with what the row adds; in a row that names a contract too, all that is the contract's."""
    if row.stated("contract"):
        return known
    return replace(
        known, counters=_counters(known.counters, row), contacts=_joined(known.contacts, row.text("contacts"))
    )


def _add_numbered(certificates: dict[Certificate, Certificate], rows: Iterable[CustomerRow]) -> None:
    """Give what rows say that name a certificate by its number alone to the certificates of that number.

    Where no other row tells more about it, such a row is a certificate of its own, of which nothing else is known.
    """
    described = list(certificates)
    for row in rows:
        alone = _certificate(row)
        meant = [one for one in described if one.number and one.number == alone.number] or [alone]
        for one in meant:
            certificates[one] = _bearing(certificates.get(one, one), row)


def _counters(known: tuple[Counter, ...], row: CustomerRow) -> tuple[Counter, ...]:
    """Return the known counters and the row's; a count whose day cannot be read is no count."""
    included = _of(float, row.value("counter_included"))
    if included is None or not row.text("counter"):
        return known
    counter = Counter(
        id=row.text("counter"),
        unit=row.text("counter_unit") or "tickets",
        included=included,
        used=None if row.damaged("counter_as_of") else _of(float, row.value("counter_used")),
        period=row.text("counter_period"),
        as_of=_of(date, row.value("counter_as_of")),
    )
    return known if counter in known else (*known, counter)


def _contract(row: CustomerRow, known: Contract) -> Contract:
    return replace(
        known,
        valid_from=known.valid_from or _of(date, row.value("contract_from")),
        valid_until=known.valid_until or _of(date, row.value("contract_until")),
        services=_joined(known.services, row.text("services")),
        counters=_counters(known.counters, row),
        contacts=_joined(known.contacts, row.text("contacts")),
        channels=_joined(known.channels, row.text("channels").casefold()),
    )


def _joined(known: tuple[str, ...], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *cells.several(text)))) if text else known
