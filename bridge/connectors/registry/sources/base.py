"""What the kinds of sources have in common. A kind is one class below `FileSource`, `TableSource` or `TicketSource`."""

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from bridge.connectors.registry.columns import Columns
from bridge.connectors.registry.sources.table import SourceTable, SourceUnreachable
from bridge.connectors.regular_file import NotReadable, read_regular
from bridge.files.secret_reference import SecretReference
from bridge.files.types import Id
from bridge.files.validate import Strict
from bridge.tickets import Instant, Ticket

_LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to get from the network: the address, and the header that carries a secret named by reference.

    `ca_file` is the certificate of a private authority, `proxy` the address of a proxy.
    """

    url: str
    header: str = ""
    secret: SecretReference | None = None
    ca_file: Path | None = None
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from the network, and the address of the next page as the header `Link` names it, empty for none."""

    content: bytes
    next_page: str = ""


Fetch = Callable[[FetchRequest], Fetched]
"""Gets what is behind an address, or raises a BridgeError or an OSError that says why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where sources may read: the folder of registry.yaml, and the network where `fetch` is given.

    `root` is the configuration folder; what stands in files outside it is quoted only once they have proved to be tables
    of customers.
    """

    folder: Path
    root: Path
    now: Instant
    fetch: Fetch | None = None

    def file(self, name: str) -> tuple[bytes, Instant]:
        """Return a file of the folder and when it was written. Raises SourceUnusable."""
        try:
            return read_regular(self.folder / name, _LARGEST_FILE)
        except NotReadable as error:
            hint = "the path is relative to the folder of registry.yaml"
            raise SourceUnreachable(f"{name} cannot be read: {error}", hint=hint) from None

    def outside(self, name: str) -> bool:
        """Return whether a file lies elsewhere than under the configuration folder, links followed."""
        try:
            return not (self.folder / name).resolve().is_relative_to(self.root.resolve())
        except (OSError, ValueError, RuntimeError):  # A link that leads to itself, a zero in the name.
            return True


class CustomerSource(Strict):
    """One source of customers."""

    kind: str = Field(description="The kind of source.")
    columns: Columns = Field(description="Which column holds what.")
    attributes: Mapping[Id, str] = Field(default_factory=dict, description="Further columns by names of your own.")
    values: Mapping[str, Mapping[str, str]] = Field(
        default_factory=dict,
        description="Words of the source by column: what they mean here.",
        json_schema_extra={"propertyNames": {"enum": list(Columns.model_fields)}},
    )

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        unknown = set(self.values) - set(Columns.model_fields)
        if unknown:
            raise ValueError(f"'values' names {min(unknown)!r}, which is no column of ours")
        return self

    def wanted(self) -> dict[str, str]:
        """Return every column the source is asked for: our name → its name; attributes as `attributes.<name>`."""
        return self.columns.mapped() | {f"attributes.{name}": column for name, column in self.attributes.items()}


class BesideDescription:
    """What lies in a file beside registry.yaml."""

    if TYPE_CHECKING:  # Else it would be the first field of whoever is one, before the kind.
        file: str

    @property
    def fresh_seconds(self) -> int:
        """A file is always read again."""
        return 0

    def shown(self, source_id: str, prefix: PurePosixPath) -> str:
        """Return the file relative to the configuration folder."""
        del source_id
        return str(prefix / self.file)

    def quoted(self, reach: Reach) -> bool:
        """Return whether the file lies in the configuration folder."""
        return not reach.outside(self.file)

    def content(self, reach: Reach) -> tuple[bytes, Instant]:
        """Return the file's bytes and when it was written. Raises SourceUnusable."""
        return reach.file(self.file)


class TableSource(CustomerSource):
    """A source that gives all its customers at once; a last good copy of its bytes serves while it fails."""

    gone: ClassVar[str] = "customers really left"
    may_be_empty: ClassVar[bool] = False

    @property
    def fresh_seconds(self) -> int:
        """How long a copy is used without asking the source again; 0 = the source is always asked."""
        return 0

    def shown(self, source_id: str, prefix: PurePosixPath) -> str:
        """Return what problems call the source; `prefix` leads from the configuration folder to registry.yaml."""
        del prefix
        return source_id

    def quoted(self, reach: Reach) -> bool:
        """Return whether messages may quote what the source holds before it has proved to be a table of customers."""
        del reach
        return True

    @abstractmethod
    def content(self, reach: Reach) -> tuple[bytes, Instant]:
        """Return the source's bytes and how old they are. Raises SourceUnusable."""

    @abstractmethod
    def table(self, content: bytes, name: str) -> SourceTable:
        """Return the table in `content`; problems call it `name`. Raises SourceUnusable, also while rows are read."""


class FileSource(BesideDescription, TableSource):
    """A source that is a file beside registry.yaml."""

    model_config = ConfigDict(json_schema_extra={"allOf": [{"required": ["file"]}]})
    file: str = Field(default="", description="File, relative to the folder of registry.yaml; required.")

    @model_validator(mode="after")
    def _has_file(self) -> Self:
        if not self.file:
            raise ValueError(
                f"a source of kind {self.kind} needs 'file' | add it, relative to the folder of registry.yaml"
            )
        return self


class TicketSource(CustomerSource):
    """A source that is the ticket itself: asked last, for tickets whose customer no table knows."""

    @abstractmethod
    def cell(self, ticket: Ticket, column: str) -> str:
        """Return what the ticket says in a column, named as in registry.yaml; empty for nothing."""
