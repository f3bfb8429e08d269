"""The registry's description: `registry.yaml` as its author writes it, sources, match keys and curators."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticKnownError

from bridge.connectors.registry.columns import Columns
from bridge.connectors.registry.sources import SOURCES
from bridge.connectors.registry.sources.base import BesideDescription, CustomerSource
from bridge.customers import Category
from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.json_schema import described
from bridge.files.positions import Document, dotted
from bridge.files.types import Day, Id, Listed, NotEmpty, ZoneName
from bridge.files.validate import Strict, validate_part
from bridge.files.yaml import read_yaml
from bridge.policies.calendar.windows import WINDOW, Window


class MatchKey(StrEnum):
    """What a ticket can be matched by."""

    REGISTRATION_NUMBER = "registration_number"
    ORGANIZATION = "organization"
    EMAIL = "email"
    DOMAIN = "domain"


_HOURS = ("zone", "hours", "days")
"""The keys that tell a curator's hours where no calendar does."""


def _window(value: str) -> str:
    return str(Window.parse(value))


class PersonModel(Strict):
    """A curator: a dedicated specialist with hours of his own."""

    model_config = ConfigDict(
        json_schema_extra={"dependentSchemas": {"calendar": {"properties": dict.fromkeys(_HOURS, False)}}}
    )
    name: str = Field(min_length=1, description="Name as the ticket shows it.")
    names: Listed[str] = Field(default=(), description="Further names that registries and absences use.")
    email: str = Field(default="", description="E-mail address.")
    language: Literal["ru", "en"] | None = Field(
        default=None, description="ru or en: in which he is written to of new releases; the policy's by default."
    )
    zone: ZoneName = Field(default="Europe/Moscow", description="IANA zone of the hours.")
    hours: Annotated[str, AfterValidator(_window)] = Field(
        default="09:00-18:00", description="Working hours.", json_schema_extra={"pattern": f"^\\s*{WINDOW}\\s*$"}
    )
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"), description="Working days."
    )
    calendar: str | None = Field(
        default=None,
        description="Calendar of the configuration with his working time, public holidays included, in the place of zone, "
        "hours and days.",
    )
    substitutes: Listed[str] = Field(default=(), description="Ids of those who stand in, in this order.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.calendar is not None and self.model_fields_set.intersection(_HOURS):
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
    def _ordered(cls, value: date, info: ValidationInfo) -> date:
        first = info.data.get("first")
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


class EventColumns(Strict):
    """Which column of a list of events holds what. A row says at least whose it was, or which contract it was for."""

    day: str = Field(default="day", description="The day on which it took place.")
    customer: str | None = Field(default=None, description="The customer's id in the registry.")
    paper: str | None = Field(
        default=None, description="Number of the contract or certificate that it was for; the cell may be empty."
    )

    @model_validator(mode="after")
    def _identified(self) -> Self:
        if self.customer is None and self.paper is None:
            raise ValueError("nothing tells whose event a row is | map 'customer' or 'paper'")
        return self

    def mapped(self) -> dict[str, str]:
        """Return the mapped columns: our name → the file's."""
        return {name: column for name, column in self.model_dump().items() if column is not None}


class EventListModel(BesideDescription, Strict):
    """A list of dated events that keep an obligation, such as visits and trainings."""

    gone: ClassVar[str] = "events were really struck out"
    may_be_empty: ClassVar[bool] = True

    kind: Literal["csv"] = Field(description="A CSV file.")
    file: str = Field(min_length=1, description="File, relative to the folder of registry.yaml.")
    columns: EventColumns = Field(description="Which column holds what.")


class _SourceOfNoKind(CustomerSource):
    """A source whose kind is missing or none of ours; what all kinds share is checked nevertheless."""

    @field_validator("kind", mode="before")
    @classmethod
    def _known(cls, _: object) -> str:
        raise PydanticKnownError("enum", {"expected": ", ".join(map(repr, SOURCES))})


_AnyKind: Any = Annotated[reduce(or_, SOURCES.values()), Field(discriminator="kind")]
_Source = Annotated[
    SerializeAsAny[CustomerSource], BeforeValidator(lambda source: source, json_schema_input_type=_AnyKind)
]
"""A source, which `read_description` has read by its own kind; the JSON Schema tells what each kind may have."""


class RegistryFile(Strict):
    """The registry of customers."""

    zone: ZoneName = Field(default="Europe/Moscow", description="IANA zone whose days the dates are.")
    match: Annotated[tuple[MatchKey, ...], NotEmpty] = Field(
        default=tuple(MatchKey), description="Keys to match by, in this order."
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
    public_domains: Listed[str] = Field(
        default=(), description="Further mail domains that belong to nobody in particular."
    )
    sources: Mapping[Id, _Source] = Field(
        default_factory=dict, description="Sources by id, in the order they are read."
    )
    curators: CuratorsModel = Field(default_factory=CuratorsModel, description="Dedicated specialists.")
    events: Mapping[Id, EventListModel] = Field(
        default_factory=dict, description="Lists of dated events, which obligations of the policy count."
    )


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema of `registry.yaml`."""
    return described(RegistryFile, "registry.yaml")


def read_description(content: bytes, *, file: str) -> RegistryFile:
    """Return `registry.yaml`. Raises ConfigurationInvalid with every problem and its place."""
    document = read_yaml(content, file=file)
    problems: list[Problem] = []
    data = document.data
    if isinstance(data, dict) and isinstance(data.get("sources"), dict):
        sources = {
            name: _source(document, name, source, problems) if isinstance(source, dict) else source
            for name, source in data["sources"].items()
        }
        data = {**data, "sources": sources}
    model = validate_part(RegistryFile, data, document, (), problems)
    if model is not None:
        problems += _strange_substitutes(document, model.curators)
    if model is None or problems:
        raise ConfigurationInvalid(sorted(problems, key=lambda one: (one.line, one.column)))
    return model


def _source(document: Document, name: str, source: Mapping[str, object], problems: list[Problem]) -> CustomerSource:
    """Return one source, read by its own kind; with problems, one that only stands in so that reading goes on."""
    path = ("sources", name)
    kind = SOURCES.get(str(source.get("kind")), _SourceOfNoKind)
    found: list[Problem] = []
    model = validate_part(kind, source, document, path, found)
    # What stands below may be the secret itself; the problem at the key says enough.
    found = [one for one in found if not one.path.startswith(dotted((*path, "secret", "")))]
    if kind is _SourceOfNoKind:
        # Which further keys a source may have follows from its kind, and that is what is wrong.
        keys = {dotted((*path, key)) for key in source}
        found = [one for one in found if one.code != "unknown_key" or one.path not in keys]
    problems += found
    return model or CustomerSource.model_construct(kind="", columns=Columns.model_construct())


def _strange_substitutes(document: Document, curators: CuratorsModel) -> Iterator[Problem]:
    for name, person in curators.people.items():
        others = [one for one in curators.people if one != name]
        for index, substitute in enumerate(person.substitutes):
            if substitute not in others:
                message = f"{substitute!r} cannot stand in"
                hint = f"there are: {', '.join(others) or 'nobody else'}"
                path = ("curators", "people", name, "substitutes", index)
                yield document.problem("unknown_curator", message, path=path, hint=hint)
