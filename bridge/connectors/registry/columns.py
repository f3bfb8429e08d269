"""What a column of a source can mean to us."""

from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from bridge.customers import Tracked
from bridge.files.validate import Strict


def _column(description: str) -> Any:
    return Field(default=None, description=description)


class Columns(Strict):
    """Which column of the source holds what; a source may have any part of them. `customer` joins a customer's rows.

    Several values in one cell are separated by `;`, `,` or `|`. In JSON and YAML a column is a key, or keys joined by
    dots.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [name]} for name in ("customer", "registration_number", "name")]}
    )

    customer: str | None = _column("The customer's id; without it the registration number or the name.")
    name: str | None = _column("The customer's name.")
    organization: str | None = _column("Further names of the organisation, as osTicket has them.")
    category: str | None = _column("partner, commercial, noncommercial or unregistered.")
    tier: str | None = _column("The customer's tier, in words of your own.")
    registration_number: str | None = _column("Registration number; also the licence's number.")
    email: str | None = _column("E-mail addresses.")
    domain: str | None = _column("E-mail domains that belong to this customer alone.")
    product: str | None = _column("Product that the row licenses.")
    version: str | None = _column("Version the customer runs.")
    licence_from: str | None = _column("First day of the licence.")
    licence_until: str | None = _column("Last day of the licence; an empty cell means for ever.")
    licence_blocked: str | None = _column("Whether the licence is blocked.")
    seats: str | None = _column("Seats the licence covers.")
    seats_used: str | None = _column("Seats in use.")
    certificate: str | None = _column("Number of the support certificate.")
    certificate_kind: str | None = _column("Kind of the certificate.")
    certificate_product: str | None = _column("Product it covers; empty means every product.")
    certificate_from: str | None = _column("First day of the certificate.")
    certificate_until: str | None = _column("Last day of the certificate.")
    contract: str | None = _column("Number of the contract.")
    contract_from: str | None = _column("First day of the contract.")
    contract_until: str | None = _column("Last day of the contract.")
    services: str | None = _column("Services that the contract includes.")
    contacts: str | None = _column(
        "E-mail addresses of those who may ask, by the row's contract; in a row without one, by its certificate."
    )
    channels: str | None = _column("Channels of the contract: web, email, phone, api, other.")
    counter: str | None = _column("Id of a counter of the row's contract; in a row without one, of its certificate.")
    counter_unit: str | None = _column("What it counts: tickets, hours, visits, workplaces.")
    counter_included: str | None = _column("Units included.")
    counter_used: str | None = _column("Units used by the registry's own count.")
    counter_as_of: str | None = _column(
        "Day up to whose end they were counted; only tickets after it are counted on top."
    )
    counter_period: str | None = _column(
        "Period the units are for: month, quarter, year, one by name (2026-11, 2026-Q4, 2026); anything else "
        "means the validity of the contract or certificate."
    )
    curator: str | None = _column("The dedicated specialist.")

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if not (self.customer or self.registration_number or self.name):
            raise ValueError("nothing tells whose row it is | map 'customer', 'registration_number' or 'name'")
        return self

    def mapped(self) -> dict[str, str]:
        """Return the mapped columns: our name → the source's."""
        return {name: column for name, column in self.model_dump().items() if column is not None}

    def tracks(self) -> frozenset[Tracked]:
        """Return what the source keeps, by the columns that are mapped."""
        kept = {
            Tracked.LICENCES: self.product,
            Tracked.CERTIFICATES: self.certificate or self.certificate_until,
            Tracked.CONTRACTS: self.contract,
        }
        return frozenset(name for name, column in kept.items() if column)
