"""`registry.yaml` as its author writes it: sources of customers, what their columns mean, how tickets are matched."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from bridge.customers import Category, Tracked
from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.types import Day, Id, zone_name
from bridge.files.validate import Strict, validate
from bridge.files.yaml import read_yaml


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class MatchKey(StrEnum):
    """What a ticket can be matched by."""

    REGISTRATION_NUMBER = "registration_number"
    ORGANIZATION = "organization"
    EMAIL = "email"
    DOMAIN = "domain"


class SourceKind(StrEnum):
    """Where a source's rows come from."""

    CSV = "csv"
    EXCEL = "excel"
    YAML = "yaml"
    HTTP = "http"
    OSTICKET = "osticket"


class Columns(Strict):
    """Which column of the source holds what; a source may have any part of them. `customer` joins a customer's rows.

    Several values in one cell are separated by `;`, `,` or `|`. In JSON and YAML a column is a key, or keys joined by
    dots.
    """

    customer: str | None = Field(
        default=None, description="The customer's id; without it the registration number or the name."
    )
    name: str | None = Field(default=None, description="The customer's name.")
    organization: str | None = Field(
        default=None, description="Further names of the organisation, as osTicket has them."
    )
    category: str | None = Field(default=None, description="partner, commercial, noncommercial or unregistered.")
    tier: str | None = Field(default=None, description="The customer's tier, in words of your own.")
    registration_number: str | None = Field(default=None, description="Registration number; also the licence's number.")
    email: str | None = Field(default=None, description="E-mail addresses.")
    domain: str | None = Field(default=None, description="E-mail domains that belong to this customer alone.")
    product: str | None = Field(default=None, description="Product that the row licenses.")
    version: str | None = Field(default=None, description="Version the customer runs.")
    licence_from: str | None = Field(default=None, description="First day of the licence.")
    licence_until: str | None = Field(
        default=None, description="Last day of the licence; an empty cell means for ever."
    )
    licence_blocked: str | None = Field(default=None, description="Whether the licence is blocked.")
    seats: str | None = Field(default=None, description="Seats the licence covers.")
    seats_used: str | None = Field(default=None, description="Seats in use.")
    certificate: str | None = Field(default=None, description="Number of the support certificate.")
    certificate_kind: str | None = Field(default=None, description="Kind of the certificate.")
    certificate_product: str | None = Field(default=None, description="Product it covers; empty means every product.")
    certificate_from: str | None = Field(default=None, description="First day of the certificate.")
    certificate_until: str | None = Field(default=None, description="Last day of the certificate.")
    contract: str | None = Field(default=None, description="Number of the contract.")
    contract_from: str | None = Field(default=None, description="First day of the contract.")
    contract_until: str | None = Field(default=None, description="Last day of the contract.")
    services: str | None = Field(default=None, description="Services that the contract includes.")
    contacts: str | None = Field(default=None, description="E-mail addresses of those who may ask.")
    channels: str | None = Field(default=None, description="Channels of the contract: web, email, phone, api, other.")
    counter: str | None = Field(
        default=None, description="Id of a counter of the row's contract; in a row without one, of its certificate."
    )
    counter_unit: str | None = Field(default=None, description="What it counts: tickets, hours, visits, workplaces.")
    counter_included: str | None = Field(default=None, description="Units included.")
    counter_used: str | None = Field(default=None, description="Units used by the registry's own count.")
    counter_as_of: str | None = Field(
        default=None, description="Day up to whose end they were counted; only tickets after it are counted on top."
    )
    counter_period: str | None = Field(
        default=None,
        description="Period the units are for: month, quarter, year, one by name (2026-11, 2026-Q4, 2026); anything else "
        "means the validity of the contract or certificate.",
    )
    curator: str | None = Field(default=None, description="The dedicated specialist.")

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


class SecretModel(Strict):
    """Where a secret is: an environment variable, a file, or a systemd credential. Never the secret itself."""

    env: str | None = Field(default=None, description="Environment variable.")
    file: str | None = Field(default=None, description="File that holds it.")
    credential: str | None = Field(default=None, description="Name of a systemd credential.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.env, self.file, self.credential)) != 1:
            raise ValueError("a secret is named by exactly one of env, file, credential")
        return self


_URL = re.compile(r"https?://[^\s/@]+(?:/\S*)?")


class SourceModel(Strict):
    """One source of customers."""

    kind: SourceKind = Field(description="csv, excel, yaml, http (JSON) or osticket (organisation and user fields).")
    file: str | None = Field(default=None, description="File, relative to the folder of registry.yaml.")
    url: str | None = Field(default=None, description="For http: address of the JSON document.")
    header: str = Field(default="Authorization", description="For http: header that carries the secret.")
    secret: SecretModel | None = Field(default=None, description="For http: where the header's value is.")
    refresh_minutes: int = Field(
        default=60, ge=0, description="For http: how long an answer is used before asking again."
    )
    encoding: str = Field(default="auto", description="For csv: auto, utf-8, cp1251 or another encoding Python knows.")
    delimiter: str = Field(default="auto", description="For csv: auto, tab or one character.")
    sheet: str | None = Field(default=None, description="For excel: name of the sheet; the first one by default.")
    records: str = Field(default="", description="For yaml and http: keys that lead to the list, joined by dots.")
    each: str = Field(
        default="", description="For yaml and http: a list inside each record; each of its items is a row."
    )
    columns: Columns = Field(description="Which column holds what.")
    attributes: Mapping[Id, str] = Field(default_factory=dict, description="Further columns by names of your own.")
    values: Mapping[str, Mapping[str, str]] = Field(
        default_factory=dict, description="Words of the source by column: what they mean here."
    )

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, value: str) -> str:
        if value not in {"auto", "tab"} and len(value) != 1:
            raise ValueError(f"{value!r} is no delimiter | write auto, tab or one character")
        return "\t" if value == "tab" else value

    @field_validator("url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is not None and not _URL.fullmatch(value):
            raise ValueError("this is no web address | write https://host/path, without a user or a password in it")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind is SourceKind.HTTP and not self.url:
            raise ValueError("a source of kind http needs 'url'")
        if self.kind in {SourceKind.CSV, SourceKind.EXCEL, SourceKind.YAML} and not self.file:
            raise ValueError(f"a source of kind {self.kind.value} needs 'file'")
        unknown = set(self.values) - set(Columns.model_fields)
        if unknown:
            raise ValueError(f"'values' names {min(unknown)!r}, which is no column of ours")
        return self


class PersonModel(Strict):
    """A curator: a dedicated specialist with hours of his own."""

    name: str = Field(min_length=1, description="Name as the ticket shows it.")
    names: Names = Field(default=(), description="Further names that registries and absences use.")
    email: str = Field(default="", description="E-mail address.")
    zone: str = Field(default="Europe/Moscow", description="IANA zone of the hours.")
    hours: str = Field(default="09:00-18:00", pattern=r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$", description="Working hours.")
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"), description="Working days."
    )
    calendar: str | None = Field(
        default=None,
        description="Calendar of the configuration with his working time, public holidays included, in the place of zone, "
        "hours and days.",
    )
    substitutes: Names = Field(default=(), description="Ids of those who stand in, in this order.")

    _zone = field_validator("zone")(staticmethod(zone_name))

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.calendar is not None and self.model_fields_set & {"zone", "hours", "days"}:
            raise ValueError(
                "the calendar tells the working time already | drop 'zone', 'hours' and 'days', or 'calendar'"
            )
        return self


class AbsenceModel(Strict):
    """Days on which a curator is away, inclusive."""

    who: str = Field(min_length=1, description="Id, name or e-mail address of the curator.")
    first: Day = Field(alias="from", description="First day.")
    last: Day = Field(alias="until", description="Last day.")
    why: str = Field(default="", description="Reason, for people.")

    @field_validator("last")
    @classmethod
    def _ordered(cls, value: date, info: object) -> date:
        first = getattr(info, "data", {}).get("first")
        if first is not None and value < first:
            raise ValueError(f"the absence ends on {value}, before it begins ({first})")
        return value


class AbsenceColumns(Strict):
    """Which column of an absence table holds what."""

    who: str = Field(default="who", description="Id, name or e-mail address of the curator.")
    first: str = Field(default="from", alias="from", description="First day.")
    last: str = Field(default="until", alias="until", description="Last day.")
    why: str = Field(default="why", description="Reason; the column may be missing.")


class AbsenceFileModel(Strict):
    """A file of absences."""

    kind: Literal["csv", "ics"] = Field(description="csv or ics.")
    file: str = Field(description="File, relative to the folder of registry.yaml.")
    columns: AbsenceColumns = Field(default_factory=AbsenceColumns, description="For csv: which column holds what.")


class CuratorsModel(Strict):
    """Curators, and when they are away."""

    people: Mapping[Id, PersonModel] = Field(default_factory=dict, description="Curators by id.")
    absences: tuple[AbsenceModel, ...] = Field(default=(), description="Absences, written here.")
    absence_files: tuple[AbsenceFileModel, ...] = Field(default=(), description="Absences in files.")


class RegistryFile(Strict):
    """The registry of customers."""

    zone: str = Field(default="Europe/Moscow", description="IANA zone whose days the dates are.")
    match: tuple[MatchKey, ...] = Field(
        default=tuple(MatchKey), min_length=1, description="Keys to match by, in this order."
    )
    registration_field: str = Field(
        default="registration_number", description="Ticket field with the registration number."
    )
    default_category: Category = Field(default=Category.COMMERCIAL, description="Category where a row states none.")
    stale_after_days: int | None = Field(
        default=None,
        ge=1,
        description="Age in days from which data counts as stale; set it where exports come regularly.",
    )
    public_domains: Names = Field(default=(), description="Further mail domains that belong to nobody in particular.")
    sources: Mapping[Id, SourceModel] = Field(
        default_factory=dict, description="Sources by id, in the order they are read."
    )
    curators: CuratorsModel = Field(default_factory=CuratorsModel, description="Dedicated specialists.")

    _zone = field_validator("zone")(staticmethod(zone_name))


def read_mapping(content: bytes, *, file: str) -> RegistryFile:
    """Return `registry.yaml`. Raises ConfigurationInvalid with every problem and its place."""
    document = read_yaml(content, file=file)
    problems: list[Problem] = []
    model = validate(RegistryFile, document, problems)
    if model is None:
        raise ConfigurationInvalid(problems)
    for name, person in model.curators.people.items():
        for index, substitute in enumerate(person.substitutes):
            if substitute not in model.curators.people or substitute == name:
                path = ("curators", "people", name, "substitutes", index)
                known = ", ".join(one for one in model.curators.people if one != name) or "nobody else"
                problems.append(
                    document.problem(
                        "unknown_curator", f"{substitute!r} cannot stand in", path=path, hint=f"there are: {known}"
                    )
                )
    if problems:
        raise ConfigurationInvalid(problems)
    return model
