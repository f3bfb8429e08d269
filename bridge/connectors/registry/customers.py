"""A customer's rows → the customer.

Damage never counts against him: an unreadable end of a certificate leaves it without an end, which is *unknown*, and
a licence with an unreadable cell is marked as such.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from bridge.connectors.registry import cells, keys
from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.rows import CustomerRow, SourceRows
from bridge.customers import Category, Certificate, Contract, Counter, Customer, HeldPapers, Licence
from bridge.errors import Severity

Value = TypeVar("Value")

_SINGLE = ("name", "tier", "curator", "category")

_CERTIFICATE = ("certificate_product", "certificate_kind", "certificate_from", "certificate_until")
"""What a row may say of a certificate beside its number."""


def join_rows(customer_id: str, rows: Sequence[CustomerRow], default: Category) -> Customer:
    """Return the customer of these rows. The first row that says something decides; lists grow row by row."""
    kept: dict[str, object] = {}
    licences: dict[Licence, None] = {}
    emails: dict[str, None] = {}
    attributes: dict[str, str] = {}
    for row in rows:
        _keep_first(kept, row)
        if row.stated("product"):
            licences[_licence(row)] = None
        emails |= dict.fromkeys(keys.addresses(row.text("email")).keys)
        for name, text in row.attributes():
            attributes.setdefault(name, text)
    held = join_held(rows)
    return Customer(
        id=customer_id,
        name=str(kept.get("name", "")),
        category=Category(str(kept.get("category", default))),
        tier=str(kept.get("tier", "")),
        licences=tuple(licences),
        certificates=held.certificates,
        contracts=held.contracts,
        curator=str(kept.get("curator", "")),
        emails=tuple(emails),
        attributes=attributes,
    )


def join_held(rows: Iterable[CustomerRow]) -> HeldPapers:
    """Return the certificates and contracts of which the rows of a customer tell."""
    certificates: dict[Certificate, _Borne] = {}
    numbered: list[CustomerRow] = []
    contracts: dict[str, _ContractRows] = {}
    for row in rows:
        if row.stated("certificate") or row.stated("certificate_until"):
            if _describes_certificate(row):
                certificates.setdefault(_certificate(row), _Borne()).add(row)
            else:
                numbered.append(row)
        if row.stated("contract"):
            contracts.setdefault(row.text("contract"), _ContractRows()).add(row)
    _add_numbered(certificates, numbered)
    return HeldPapers(
        tuple(borne.by(one) for one, borne in certificates.items()),
        tuple(one.contract(number) for number, one in contracts.items()),
    )


def _describes_certificate(row: CustomerRow) -> bool:
    return any(row.stated(column) for column in _CERTIFICATE)


def _keep_first(kept: dict[str, object], row: CustomerRow) -> None:
    for column in _SINGLE:
        said = row.value(column) if column == "category" else row.text(column)
        if said:
            kept.setdefault(column, said)


_PAPERS = (
    ("contract", "contract_from", "which stands"),
    ("contract", "contract_until", "which stands"),
    ("certificate", "certificate_until", "both are kept"),
    ("registration_number", "licence_until", "both are kept"),
)
"""Columns that say one thing of one paper, and what comes of two rows that differ."""


def report_contradictions(rows: AllRows) -> None:
    """Report the rows of a customer that say something else than an earlier one, of him or of one of his papers."""
    for repeated in rows.repeated():
        kept: dict[tuple[str, ...], str] = {}
        for source, index in repeated:
            row = source.row(index)
            for column in _SINGLE:
                _compare(kept, (column,), row.text(column), source, index, "which stands")
            for paper, column, outcome in _PAPERS:
                if column in source.columns and (number := row.text(paper)):
                    # One number may be of several products.
                    key = (column, number, row.text("product") if paper == "registration_number" else "")
                    _compare(kept, key, row.text(column), source, index, outcome)


def _compare(
    kept: dict[tuple[str, ...], str], key: tuple[str, ...], text: str, source: SourceRows, index: int, outcome: str
) -> None:
    if text and (earlier := kept.setdefault(key, text)) != text and not _same(source, key[0], earlier, text):
        of = f"of {key[1]:.60}" if len(key) > 1 else "of the same customer"
        why = f"{text:.60} contradicts an earlier row {of} ({earlier:.60}), {outcome}"
        source.report("contradiction", why, source.lines[index], key[0], severity=Severity.WARNING)


def _same(source: SourceRows, column: str, one: str, other: str) -> bool:
    """Return whether two texts of a typed column are one value, such as a day in two notations."""
    values = source.values.get(column, {})
    return one in values and values[one] == values.get(other)


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
        unreadable=row.damaged("certificate_kind"),
    )


@dataclass(slots=True)
class _Borne:
    """The counters and contacts that a certificate bears; of very many rows, so they are collected before it is made."""

    counters: dict[Counter, None] = field(default_factory=dict)
    contacts: dict[str, None] = field(default_factory=dict)

    def add(self, row: CustomerRow) -> None:
        """Take in what the row adds; in a row that names a contract too, all that is the contract's."""
        if not row.stated("contract"):
            self.counters |= _counter(row)
            self.contacts |= dict.fromkeys(keys.contacts(row.text("contacts")))

    def by(self, one: Certificate) -> Certificate:
        """Return the certificate that bears them."""
        if not self.counters and not self.contacts:
            return one
        return replace(one, counters=tuple(self.counters), contacts=tuple(self.contacts))


def _add_numbered(certificates: dict[Certificate, _Borne], rows: Iterable[CustomerRow]) -> None:
    """Give what rows say that name a certificate by its number alone to the certificates of that number.

    Where no other row tells more about it, such a row is a certificate of its own, of which nothing else is known.
    """
    described: dict[str, list[Certificate]] = {}
    for one in certificates:
        described.setdefault(one.number, []).append(one)
    for row in rows:
        alone = _certificate(row)
        for one in (described.get(alone.number) if alone.number else None) or [alone]:
            certificates.setdefault(one, _Borne()).add(row)


def _counter(row: CustomerRow) -> dict[Counter, None]:
    """Return the row's counter, nothing where it has none; a count whose day cannot be read is no count."""
    included = _of(float, row.value("counter_included"))
    if included is None or not row.text("counter"):
        return {}
    counter = Counter(
        id=row.text("counter"),
        unit=row.text("counter_unit") or "tickets",
        included=included,
        used=None if row.damaged("counter_as_of") else _of(float, row.value("counter_used")),
        period=row.text("counter_period"),
        as_of=_of(date, row.value("counter_as_of")),
    )
    return {counter: None}


@dataclass(slots=True)
class _ContractRows:
    """What the rows of one contract say of it; a contract may have as many as it has contacts."""

    valid_from: date | None = None
    valid_until: date | None = None
    services: dict[str, None] = field(default_factory=dict)
    counters: dict[Counter, None] = field(default_factory=dict)
    contacts: dict[str, None] = field(default_factory=dict)
    channels: dict[str, None] = field(default_factory=dict)

    def add(self, row: CustomerRow) -> None:
        self.valid_from = self.valid_from or _of(date, row.value("contract_from"))
        self.valid_until = self.valid_until or _of(date, row.value("contract_until"))
        self.services |= dict.fromkeys(cells.several(row.text("services")))
        self.counters |= _counter(row)
        self.contacts |= dict.fromkeys(keys.contacts(row.text("contacts")))
        self.channels |= dict.fromkeys(cells.several(row.text("channels").casefold()))

    def contract(self, number: str) -> Contract:
        return Contract(
            number=number,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            services=tuple(self.services),
            counters=tuple(self.counters),
            contacts=tuple(self.contacts),
            channels=tuple(self.channels),
        )
