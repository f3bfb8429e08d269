"""The product catalogue as its author writes it: the shape of `catalogue.yaml`, and how it becomes a `Catalogue`."""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.positions import Document, Path
from bridge.files.types import Day, Flag, Id, Listed, Shorthand, Title, TitleText, ZoneName, alone
from bridge.files.validate import Strict, validate
from bridge.files.yaml import read_yaml
from bridge.policies.actions.release_text import parse_release
from bridge.policies.checks.catalogue import Catalogue, Family, Platform, Product, Release, Tell, folded, names_of
from bridge.policies.checks.versions import SCHEMES, Order, Scheme, Version, compare, scheme

CATALOGUE = "catalogue.yaml"
"""Where a configuration keeps its catalogue."""


class SchemeModel(Strict):
    """How versions of a product are written and ordered."""

    retired: ClassVar[Mapping[str, str]] = {
        "kind: pep440": "write 'dotted' for numbers alone, {kind: named, labels: […]} for numbers with words behind them"
    }
    kind: Literal["dotted", "named", "ordered"] = Field(description="dotted, named or ordered.")
    labels: Listed[str] = Field(
        default=(), description="For 'named': words behind the number, the oldest first; '' is none."
    )
    names: Listed[str] = Field(default=(), description="For 'ordered': all releases, the oldest first.")


def _scheme(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


SchemeText = Annotated[
    SchemeModel,
    BeforeValidator(_scheme),
    Shorthand(("text",), text="kind"),
    Field(description="How its versions are written.", json_schema_extra={"default": "dotted"}),
]


class FamilyModel(Strict):
    """A line of versions with one life cycle."""

    id: str = Field(min_length=1, description="Name of the family.")
    title: TitleText | None = Field(default=None, description="What people read.")
    first: str | None = Field(default=None, alias="from", description="First version, inclusive.")
    below: str | None = Field(default=None, description="First version that no longer belongs to it.")
    versions: Listed[str] = Field(default=(), description="Instead of from and below: all versions, one by one.")
    minimum: str | None = Field(default=None, description="Oldest version with full support; older ones are outdated.")
    latest: str | None = Field(default=None, description="Latest version of the family.")
    supported_until: Day | None = Field(default=None, description="Last day of full support.")
    limited_until: Day | None = Field(default=None, description="Last day of limited support; it has ended afterwards.")


class PlatformModel(Strict):
    """A platform the product runs on."""

    title: TitleText = Field(description="What people read.")
    names: Listed[str] = Field(default=(), description="Further names that customers write before the version.")
    scheme: SchemeText = SchemeModel(kind="dotted")
    minimum: str | None = Field(default=None, description="Oldest recommended version.")


def _release_text(value: Title) -> Title:
    for text in (value.ru, value.en):
        parse_release(text)
    return value


class ReleaseModel(Strict):
    """A version that came out, and who is told of it."""

    version: str = Field(description="The version, as the product's scheme has it.")
    day: Day = Field(alias="date", description="Day on which it came out; until then nobody is told.")
    tell: Tell = Field(
        default=Tell.ENTITLED,
        description="Who of those with an older version is told: entitled (a certificate or contract is in force), everybody or "
        "nobody.",
    )
    text: Annotated[TitleText, AfterValidator(_release_text)] | None = Field(
        default=None,
        description="What is new, with the mark-up of letters and the variables {product}, {version} and {date}.",
    )


class ProductModel(Strict):
    """A product."""

    title: TitleText = Field(description="What people read.")
    names: Listed[str] = Field(default=(), description="Further names that customers and registries write.")
    supported: Flag = Field(default=True, description="Whether it is supported at all.")
    scheme: SchemeText = SchemeModel(kind="dotted")
    latest: str = Field(description="Latest version.")
    minimum: str | None = Field(default=None, description="Oldest version with full support, in every family.")
    families: Annotated[tuple[FamilyModel, ...], alone("id"), Shorthand(("item",))] = Field(
        default=(), description="Lines of versions with their life cycles."
    )
    platforms: Mapping[Id, PlatformModel] = Field(
        default_factory=dict, description="Platforms with their oldest versions."
    )
    releases: Annotated[tuple[ReleaseModel, ...], alone("version"), Shorthand(("item",))] = Field(
        default=(), description="Versions that customers are told of."
    )
    operating_systems: Listed[str] = Field(default=(), description="Recommended operating systems.")
    devices: Listed[str] = Field(default=(), description="Recommended devices.")


class CatalogueFile(Strict):
    """The product catalogue."""

    zone: ZoneName = Field(default="UTC", description="IANA zone whose days the dates are.")
    products: Mapping[Id, ProductModel] = Field(description="Products by id.")


def read_catalogue(content: bytes, *, file: str) -> Catalogue:
    """Return the catalogue in `content`. Raises ConfigurationInvalid with every problem and its place."""
    document = read_yaml(content, file=file)
    problems: list[Problem] = []
    model = validate(CatalogueFile, document, problems)
    catalogue = None if model is None else _Compiler(document, problems).catalogue(model)
    if catalogue is None or problems:
        raise ConfigurationInvalid(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return catalogue


class _Compiler:
    """Turns a valid document into a catalogue and finds what its shape alone cannot show."""

    def __init__(self, document: Document, problems: list[Problem]) -> None:
        self._document = document
        self._problems = problems

    def catalogue(self, model: CatalogueFile) -> Catalogue:
        """Return the catalogue; what is wrong is added to the problems."""
        products = {name: self._product(name, one) for name, one in model.products.items()}
        self._names(products)
        return Catalogue(products=products, zone=model.zone, at=self._document.file)

    def _report(self, code: str, message: str, path: Path, hint: str = "") -> None:
        self._problems.append(self._document.problem(code, message, path=path, hint=hint))

    def _names(self, products: Mapping[str, Product]) -> None:
        owners: dict[str, str] = {}
        for product in products.values():
            for name in dict.fromkeys(folded(name) for name in names_of(product)):
                owner = owners.setdefault(name, product.id)
                if owner != product.id:
                    message = f"{name!r} names both {owner!r} and {product.id!r}"
                    self._report(
                        "ambiguous_name", message, ("products", product.id), "give each name to one product only"
                    )

    def _product(self, name: str, model: ProductModel) -> Product:
        path: Path = ("products", name)
        read = self._scheme(model.scheme, (*path, "scheme"))
        families = tuple(
            self._family(one, read, (*path, "families", index)) for index, one in enumerate(model.families)
        )
        self._overlaps(families, path)
        latest = self._version(read, model.latest, (*path, "latest"))
        return Product(
            id=name,
            title=model.title,
            names=model.names,
            supported=model.supported,
            scheme=read,
            latest=latest,
            minimum=self._version(read, model.minimum, (*path, "minimum")),
            families=families,
            releases=self._releases(model.releases, read, latest, path),
            platforms=tuple(
                self._platform(one, platform, (*path, "platforms", one)) for one, platform in model.platforms.items()
            ),
            operating_systems=model.operating_systems,
            devices=model.devices,
        )

    def _releases(
        self, models: Iterable[ReleaseModel], read: Scheme, latest: Version | None, path: Path
    ) -> tuple[Release, ...]:
        found: dict[object, Release] = {}
        for index, model in enumerate(models):
            place = (*path, "releases", index, "version")
            version = self._version(read, model.version, place)
            if version is None:
                continue
            if version.key in found:
                self._report("release_twice", f"the release {version} stands twice", place, "write each version once")
            if compare(version, latest) is Order.NEWER:
                hint = "write the newest version into 'latest' of this product"
                self._report(
                    "release_not_latest", f"the release {version} is newer than 'latest' ({latest})", place, hint
                )
            found[version.key] = Release(version=version, day=model.day, tell=model.tell, text=model.text)
        return tuple(found.values())

    def _scheme(self, model: SchemeModel, path: Path) -> Scheme:
        if model.kind == "ordered" and not model.names:
            self._report(
                "scheme_incomplete", "an ordered scheme lists its releases", path, "add names: [oldest, …, newest]"
            )
        if (model.labels and model.kind != "named") or (model.names and model.kind != "ordered"):
            message = f"'labels' go with the scheme 'named' and 'names' with 'ordered', not with {model.kind!r}"
            self._report("scheme_mixed", message, path, f"schemes: {', '.join(SCHEMES)}")
        return scheme(model.kind, labels=model.labels, names=model.names)

    def _version(self, read: Scheme, text: str | None, path: Path) -> Version | None:
        if text is None:
            return None
        version = read.read(text)
        if version is None:
            self._report(
                "bad_version", f"{text!r} is no version of the product's scheme", path, "see 'scheme' of this product"
            )
        return version

    def _family(self, model: FamilyModel, read: Scheme, path: Path) -> Family:
        first = self._version(read, model.first, (*path, "from"))
        below = self._version(read, model.below, (*path, "below"))
        self._family_bounds(model, path)
        if first and below and compare(first, below) is not Order.OLDER:
            message = f"no version lies between {first} and {below}"
            self._report("family_empty", message, path, "'below' is the later one")
        self._family_dates(model, path)
        members = [self._version(read, text, (*path, "versions", index)) for index, text in enumerate(model.versions)]
        return Family(
            id=model.id,
            title=model.title,
            first=first,
            below=below,
            members=frozenset(one.key for one in members if one is not None),
            minimum=self._version(read, model.minimum, (*path, "minimum")),
            latest=self._version(read, model.latest, (*path, "latest")),
            supported_until=model.supported_until,
            limited_until=model.limited_until,
        )

    def _family_bounds(self, model: FamilyModel, path: Path) -> None:
        bounded = model.first is not None or model.below is not None
        if not model.versions and not bounded:
            message = f"the family {model.id!r} has no versions"
            self._report("family_empty", message, path, "add 'from', 'below' or 'versions'")
        if model.versions and (model.first or model.below):
            self._report("family_mixed", "'versions' stands beside 'from' or 'below'", path, "use one way or the other")

    def _family_dates(self, model: FamilyModel, path: Path) -> None:
        full, limited = model.supported_until, model.limited_until
        if limited and not full:
            self._report("dates", "limited support ends, but full support never does", path, "add 'supported_until'")
        if limited and full and limited < full:
            message = f"limited support ends on {limited}, before full support does ({full})"
            self._report("dates", message, (*path, "limited_until"))

    def _overlaps(self, families: tuple[Family, ...], path: Path) -> None:
        # A family without versions is told as a mistake by itself.
        filled = [(index, one) for index, one in enumerate(families) if one.first or one.below or one.members]
        for (_, family), (later, other) in combinations(filled, 2):
            meet = _begins_in(family, other) or _begins_in(other, family)
            if meet or family.members & other.members:
                how, hint = ("overlap", "end one where the other begins") if meet else ("share a version", "")
                message = f"the families {family.id!r} and {other.id!r} {how}"
                self._report("families_overlap", message, (*path, "families", later), hint)

    def _platform(self, name: str, model: PlatformModel, path: Path) -> Platform:
        read = self._scheme(model.scheme, (*path, "scheme"))
        return Platform(
            id=name,
            title=model.title,
            names=model.names,
            scheme=read,
            minimum=self._version(read, model.minimum, (*path, "minimum")),
        )


def _begins_in(family: Family, other: Family) -> bool:
    return family.first is not None and bool(other.holds(family.first))
