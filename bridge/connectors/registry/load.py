"""Loading the registry: every source or its last good copy, the curators, the indexes, and every problem.

Bad registry data never stops a sync. A source that is down, damaged, empty or suddenly shorter is served from its
last good copy and marked with its age; without a copy, what it would tell is unknown.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from bridge.connectors.registry.copies import Copies, Copy, digest
from bridge.connectors.registry.curators import build_curators
from bridge.connectors.registry.customers import report_contradictions
from bridge.connectors.registry.index import CustomerRegistry, Health
from bridge.connectors.registry.keys import build_keys
from bridge.connectors.registry.mapping import RegistryFile, SecretModel, SourceKind, SourceModel, read_mapping
from bridge.connectors.registry.problems import Problems
from bridge.connectors.registry.rows import AllRows, SourceRows
from bridge.connectors.registry.tables import SourceUnusable, read_table
from bridge.connectors.registry.tickets import TicketSource
from bridge.customers import Tracked
from bridge.errors import ConfigurationInvalid, Problem, Severity
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.tickets import Instant

MAPPING_FILE = "registry.yaml"
_DAY_SECONDS = 86_400
_LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to get from an HTTP source: the address, and the header that carries a secret named by reference."""

    url: str
    header: str = ""
    secret: SecretModel | None = None


Calendars = Callable[[], Mapping[str, WorkCalendar]]
"""Gives the calendars of the configuration by id; asked only where a curator names one."""

Fetch = Callable[[FetchRequest], bytes]
"""Gets the bytes of an HTTP source, or raises a BridgeError or an OSError that says why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How one source fared: rows in use, their age, and `why` the last good copy (`copied`) or nothing serves."""

    id: str
    kind: SourceKind
    rows: int = 0
    as_of: Instant | None = None
    copied: bool = False
    missing: bool = False
    why: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryLoad:
    """The registry with everything that was noticed while loading it.

    `rows` are the rows in use, `as_of` is the age of the oldest source. `digest` moves when anything that answers
    rest on does, and not when the same data is only read again.
    """

    registry: CustomerRegistry
    problems: tuple[Problem, ...]
    rows: int
    as_of: Instant | None
    sources: tuple[SourceState, ...]
    digest: str


def load_registry(
    config_dir: Path,
    *,
    now: Instant,
    cache_dir: Path | None = None,
    fetch: Fetch | None = None,
    confirm_shrunken: bool = False,
    keep_copies: bool = True,
    mapping_file: str = MAPPING_FILE,
    calendars: Calendars | None = None,
) -> RegistryLoad:
    """Return the registry that `config_dir/mapping_file` describes; its files stand beside it.

    `cache_dir` holds the last good copies; without one nothing survives a source that fails, and without `keep_copies`
    they are only read. `confirm_shrunken` takes in a source that is empty or lost three customers in ten. Raises
    ConfigurationInvalid for a mapping that cannot be used, never for data.
    """
    path = config_dir / mapping_file
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"the registry's description cannot be read: {error.strerror or error}"
        hint = "bridge.yaml names it under 'registry'; without that key the bridge runs without a registry"
        raise ConfigurationInvalid(
            [Problem(code="unreadable", message=message, file=mapping_file, hint=hint)]
        ) from None
    mapping = read_mapping(content, file=mapping_file)
    loader = _Loader(
        mapping=mapping,
        folder=path.parent,
        prefix=PurePosixPath(mapping_file).parent,
        now=now,
        copies=Copies(cache_dir) if cache_dir is not None else None,
        fetch=fetch,
        confirmed=confirm_shrunken,
        calendars=calendars,
        keeping=keep_copies,
    )
    with _without_collector():
        return loader.load(mapping_file)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the garbage collector off: a load only allocates, and looking through it for cycles costs as much again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@dataclass(slots=True)
class _Intake:
    """What all sources fill together."""

    rows: list[SourceRows] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    def take(self, rows: SourceRows, found: Problems) -> None:
        """Take in the rows of a source that serves, with what is wrong with them and what will turn out to be."""
        rows.problems = self.problems
        self.rows.append(rows)
        for problem in found.listed:
            self.problems.add(problem)
        self.problems.unlisted += found.unlisted


@dataclass(slots=True, kw_only=True)
class _Loader:
    """One load."""

    mapping: RegistryFile
    folder: Path
    prefix: PurePosixPath
    now: Instant
    copies: Copies | None
    fetch: Fetch | None
    confirmed: bool
    calendars: Calendars | None
    keeping: bool

    def load(self, name: str) -> RegistryLoad:
        """Return the loaded registry."""
        intake = _Intake()
        states: list[SourceState] = []
        ticket_sources: list[TicketSource] = []
        tracks: set[Tracked] = set()
        for source_id, source in self.mapping.sources.items():
            if source.kind is SourceKind.OSTICKET:
                ticket_sources.append(TicketSource(source_id, source, intake.problems))
                continue
            state = self._source(source_id, source, intake)
            states.append(state)
            if not state.missing:
                tracks |= source.columns.tracks()
        absences = self._absence_files(intake)
        calendars = self._calendars()
        curators, curator_problems = build_curators(self.mapping.curators, absences, file=name, calendars=calendars)
        for problem in curator_problems:
            named = str(self.prefix / problem.file) if problem.file in absences else problem.file
            intake.problems.add(replace(problem, file=named))
        rows = AllRows(intake.rows)
        for repeated in rows.repeated():
            report_contradictions(repeated)
        keys = build_keys(intake.rows, self.mapping, intake.problems, name=name)
        health = self._health(states, frozenset(tracks))
        registry = CustomerRegistry(
            mapping=self.mapping,
            health=health,
            rows=rows,
            keys=keys,
            curators=curators,
            loaded_at=self.now,
            ticket_sources=tuple(ticket_sources),
        )
        return RegistryLoad(
            registry=registry,
            problems=intake.problems.all(),
            rows=sum(state.rows for state in states),
            as_of=health.as_of,
            sources=tuple(states),
            digest=self._digest(states, absences, calendars, stale=health.stale),
        )

    def _calendars(self) -> Mapping[str, WorkCalendar]:
        """Return the configuration's calendars where a curator names one."""
        named = any(person.calendar is not None for person in self.mapping.curators.people.values())
        return self.calendars() if named and self.calendars is not None else {}

    def _digest(
        self,
        states: list[SourceState],
        absences: Mapping[str, bytes],
        calendars: Mapping[str, WorkCalendar],
        *,
        stale: bool,
    ) -> str:
        parts = [self.mapping.model_dump_json(), str(stale)]
        parts += [f"{state.id} {state.sha256} {state.missing}" for state in states]
        parts += [f"{name} {digest(content)}" for name, content in sorted(absences.items())]
        parts += [f"{name} {calendar.digest}" for name, calendar in sorted(calendars.items())]
        return "sha256:" + digest("\n".join(parts).encode())

    def _health(self, states: list[SourceState], tracks: frozenset[Tracked]) -> Health:
        ages = [state.as_of for state in states if state.as_of is not None]
        as_of = min(ages) if ages else None
        limit = self.mapping.stale_after_days
        return Health(
            complete=bool(self.mapping.sources) and not any(state.missing for state in states),
            stale=any(state.copied or state.missing for state in states),
            as_of=as_of,
            stale_from=as_of + limit * _DAY_SECONDS + 1 if limit is not None and as_of is not None else None,
            tracks=tracks,
            source=", ".join(state.id for state in states),
        )

    def _source(self, source_id: str, source: SourceModel, intake: _Intake) -> SourceState:
        """Take in the source's own data, else its last good copy, else nothing."""
        name = self._name(source, source_id)
        state = SourceState(id=source_id, kind=source.kind)
        recent = self._recent_copy(source_id, source)
        try:
            content, as_of = recent or self._content(source)
            found = Problems()
            rows = SourceRows(source, read_table(content, source, name=name), found, name=name)
        except SourceUnusable as error:
            intake.problems.add(Problem(code="source_unusable", message=error.message, file=name, hint=error.hint))
            return self._fallback(state, source, intake, error.message)
        sha256 = digest(content)
        suspected = not self.confirmed and recent is None
        why = self._suspicion(source_id, sha256, len(rows)) if suspected else ""
        if why:
            hint = "check the export; if customers really left: sla-bridge registry check --confirm-shrunken"
            intake.problems.add(Problem(code="registry_shrunken", message=why, file=name, hint=hint))
            return self._fallback(state, source, intake, why)
        intake.take(rows, found)
        if recent is None:
            self._keep(source_id, content, Copy(as_of=as_of, rows=len(rows), sha256=sha256), intake)
        return replace(state, rows=len(rows), as_of=as_of, sha256=sha256)

    def _recent_copy(self, source_id: str, source: SourceModel) -> tuple[bytes, Instant] | None:
        """Return an HTTP source's copy that is recent enough not to ask again, with its age."""
        if source.kind is not SourceKind.HTTP or self.copies is None or self.confirmed:
            return None
        facts = self.copies.facts(source_id)
        if facts is None or not 0 <= self.now - facts.as_of < source.refresh_minutes * 60:
            return None
        content = self.copies.content(source_id)
        return None if content is None else (content, facts.as_of)

    def _name(self, source: SourceModel, source_id: str) -> str:
        """Return what problems call the source: its file relative to the configuration folder, else its id."""
        return str(self.prefix / source.file) if source.file else source_id

    def _content(self, source: SourceModel) -> tuple[bytes, Instant]:
        """Return the source's bytes and how old they are. Raises SourceUnusable."""
        if source.kind is SourceKind.HTTP:
            if self.fetch is None:
                raise SourceUnusable(f"{_shown(source)} is not asked: this command has no network")
            try:
                return self.fetch(
                    FetchRequest(url=source.url or "", header=source.header, secret=source.secret)
                ), self.now
            except Exception as error:  # noqa: BLE001 -- whatever a fetch meets, the last good copy serves
                raise SourceUnusable(f"{_shown(source)} does not answer: {error}") from None
        return self._file(source.file or "")

    def _file(self, name: str) -> tuple[bytes, Instant]:
        path = self.folder / name
        try:
            facts = path.stat()
            if facts.st_size > _LARGEST_FILE:
                raise SourceUnusable(f"{name} has {facts.st_size:,} bytes; at most {_LARGEST_FILE:,} are read")
            return path.read_bytes(), int(facts.st_mtime)
        except OSError as error:
            hint = "the path is relative to the folder of registry.yaml"
            raise SourceUnusable(f"{name} cannot be read: {error.strerror or error}", hint=hint) from None

    def _suspicion(self, source_id: str, sha256: str, rows: int) -> str:
        """Return why new data needs a confirmation, empty when not; what equals the last copy was judged before."""
        facts = self.copies.facts(source_id) if self.copies is not None else None
        if facts is not None and facts.sha256 == sha256:
            return ""
        if rows == 0:
            return "no usable row"
        if facts is not None and rows * 10 <= facts.rows * 7:
            return f"shrank from {facts.rows:,} to {rows:,} rows"
        return ""

    def _fallback(self, state: SourceState, source: SourceModel, intake: _Intake, why: str) -> SourceState:
        """Take in the last good copy of a source that cannot serve."""
        facts = self.copies.facts(state.id) if self.copies is not None else None
        content = self.copies.content(state.id) if self.copies is not None else None
        if facts is None or content is None:
            return replace(state, missing=True, why=why)
        name = f"{self._name(source, state.id)} (last good copy)"
        try:
            found = Problems()
            rows = SourceRows(source, read_table(content, source, name=name), found, name=name)
        except SourceUnusable:
            return replace(state, missing=True, why=why)
        intake.take(rows, found)
        return replace(state, rows=len(rows), as_of=facts.as_of, copied=True, why=why, sha256=facts.sha256)

    def _keep(self, source_id: str, content: bytes, facts: Copy, intake: _Intake) -> None:
        wanted = self.copies if self.keeping else None
        failed = wanted.keep(source_id, content, facts) if wanted is not None else ""
        if failed:
            intake.problems.add(Problem(code="copy_failed", message=failed, file=source_id, severity=Severity.WARNING))

    def _absence_files(self, intake: _Intake) -> Mapping[str, bytes]:
        contents: dict[str, bytes] = {}
        for described in self.mapping.curators.absence_files:
            try:
                contents[described.file] = self._file(described.file)[0]
            except SourceUnusable as error:
                file = str(self.prefix / described.file)
                intake.problems.add(
                    Problem(code="absences_unusable", message=error.message, file=file, hint=error.hint)
                )
        return contents


def _shown(source: SourceModel) -> str:
    """Return an address as problems show it: without its query, in which some services want a key."""
    return (source.url or "").partition("?")[0]
