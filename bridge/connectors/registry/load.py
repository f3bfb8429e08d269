"""Loading the registry: every source and list of events or its last good copy, the curators, the indexes, and every problem.

Bad registry data never stops a sync. A source that is down, damaged, empty or suddenly shorter is served from its
last good copy and marked with its age; without a copy, what it would tell is unknown.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from bridge.connectors.registry.all_rows import AllRows
from bridge.connectors.registry.curators import build_curators
from bridge.connectors.registry.customers import report_contradictions
from bridge.connectors.registry.description import RegistryFile, read_description
from bridge.connectors.registry.doubts import Doubts, find_doubts
from bridge.connectors.registry.events import read_events
from bridge.connectors.registry.joins import report_lookalikes, report_orphans
from bridge.connectors.registry.key_indexes import build_indexes
from bridge.connectors.registry.last_good import LastGoodCopies, digest
from bridge.connectors.registry.registry import CustomerRegistry, Health
from bridge.connectors.registry.rows import CALLED, KEYS, read_rows
from bridge.connectors.registry.source_loader import NOT_QUOTED, SourceLoader, SourceState
from bridge.connectors.registry.sources.base import Fetch, Reach, TableSource, TicketSource
from bridge.connectors.registry.sources.table import SourceUnusable
from bridge.connectors.registry.ticket_customers import TicketCustomers
from bridge.connectors.regular_file import NotReadable, read_regular
from bridge.customers import Tracked
from bridge.errors import ConfigurationInvalid, Problem
from bridge.files.yaml import MAX_BYTES
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.obligations.model import NO_EVIDENCE, Evidence, EvidenceAge
from bridge.tickets import Instant

DESCRIPTION_FILE = "registry.yaml"
_DAY_SECONDS = 86_400

Calendars = Callable[[], Mapping[str, WorkCalendar]]
"""Gives the calendars of the configuration by id; asked only where a curator names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryLoad:
    """The registry with everything that was noticed while loading it.

    `rows` are the rows in use, `as_of` is the age of the oldest source. `events` are the lists of dated events by id, `lists`
    says how each fared. `digest` moves when anything that answers rest on does, and not when the same data is only read again.
    """

    registry: CustomerRegistry
    problems: tuple[Problem, ...]
    rows: int
    as_of: Instant | None
    sources: tuple[SourceState, ...]
    digest: str
    events: Mapping[str, Evidence] = field(default_factory=dict)
    lists: tuple[SourceState, ...] = ()


def load_registry(  # noqa: PLR0913 -- each is a choice of its own
    config_dir: Path,
    *,
    now: Instant,
    cache_dir: Path | None = None,
    fetch: Fetch | None = None,
    confirm_shrunken: bool = False,
    keep_copies: bool = True,
    description_file: str = DESCRIPTION_FILE,
    description: bytes | None = None,
    calendars: Calendars | None = None,
    lookups: bool = True,
) -> RegistryLoad:
    """Return the registry that `config_dir/description_file` describes, or `description` in its place; its files stand beside it.

    `cache_dir` holds the last good copies; without one nothing survives a source that fails, and without `keep_copies`
    they are only read. `confirm_shrunken` takes in a source that is empty or lost three customers in ten. Without `lookups` the
    registry can only be called over: it knows no keys of tickets, nor what is wrong between one row and another, and half
    the time is saved. Raises ConfigurationInvalid for a description that cannot be used, never for data.
    """
    path = config_dir / description_file
    written = _described(path, description_file) if description is None else description
    described = read_description(written, file=description_file)
    loader = SourceLoader(
        reach=Reach(folder=path.parent, root=config_dir, now=now, fetch=fetch),
        prefix=PurePosixPath(description_file).parent,
        copies=LastGoodCopies(cache_dir, read_only=not keep_copies),
        confirmed=confirm_shrunken,
    )
    with without_collector():
        return _loaded(described, loader, description_file, calendars, lookups=lookups)


def _described(path: Path, description_file: str) -> bytes:
    """Return what the description's file holds."""
    try:
        return read_regular(path, MAX_BYTES + 1)[0]
    except NotReadable as error:
        message = f"the registry's description cannot be read: {error}"
        hint = "bridge.yaml names it under 'registry'; without that key the bridge runs without a registry"
        raise ConfigurationInvalid(
            [Problem(code="unreadable", message=message, file=description_file, hint=hint)]
        ) from None


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold the garbage collector off: loading and calling over only allocate, and to look for cycles costs as much again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _loaded(
    description: RegistryFile, loader: SourceLoader, name: str, calendars: Calendars | None, *, lookups: bool
) -> RegistryLoad:
    """Return the registry; `name` is the description's file."""
    sources = description.sources
    tables = {one: source for one, source in sources.items() if isinstance(source, TableSource)}
    states, rows = _rows(tables, loader, kept=KEYS if lookups else CALLED)
    lists, events = _event_lists(description, loader)
    tracks = [tables[state.id].columns.tracks() for state in states if not state.missing]
    absences = _absence_files(description, loader)
    known = _named_calendars(description, calendars)
    curators, found = build_curators(description.curators, absences, file=name, calendars=known, zone=description.zone)
    for problem in found:
        loader.problems.add(_placed(problem, loader, absences))
    if lookups:
        _compare_rows(rows, complete=not any(state.missing for state in states))
    health = _health(description, states, frozenset[Tracked]().union(*tracks))
    indexes = build_indexes(rows.sources, description, loader.problems, name=name) if lookups else {}
    registry = CustomerRegistry(
        description=description,
        health=health,
        rows=rows,
        indexes=indexes,
        doubts=find_doubts(rows.sources, rows, description.match) if lookups else Doubts(),
        curators=curators,
        loaded_at=loader.reach.now,
        ticket_customers=_ticket_customers(description, loader),
    )
    return RegistryLoad(
        registry=registry,
        problems=loader.problems.all(),
        rows=sum(map(len, rows.sources)),
        as_of=health.as_of,
        sources=tuple(states),
        lists=tuple(lists),
        digest=_digest(description, [*states, *lists], absences, known),
        events=events,
    )


def _rows(
    tables: Mapping[str, TableSource], loader: SourceLoader, *, kept: Sequence[str]
) -> tuple[list[SourceState], AllRows]:
    """Return how the sources fared, and the rows of those that serve."""
    taken = [loader.take(one, source, partial(read_rows, source=source, kept=kept)) for one, source in tables.items()]
    return [state for state, _ in taken], AllRows([rows for _, rows in taken if rows is not None])


def _compare_rows(rows: AllRows, *, complete: bool) -> None:
    """Report what is wrong between one row and another."""
    report_contradictions(rows)
    report_lookalikes(rows.sources, rows)
    if complete:
        report_orphans(rows.sources, rows)


def _ticket_customers(description: RegistryFile, loader: SourceLoader) -> tuple[TicketCustomers, ...]:
    return tuple(
        TicketCustomers(name, source, loader.problems)
        for name, source in description.sources.items()
        if isinstance(source, TicketSource)
    )


def _placed(problem: Problem, loader: SourceLoader, absences: Mapping[str, bytes]) -> Problem:
    """Return a problem of the curators as it is told: its file by the way from the configuration folder."""
    file = str(loader.prefix / problem.file) if problem.file in absences else problem.file
    unquoted = problem.code == "absences_unusable" and loader.reach.outside(problem.file)
    return replace(problem, file=file, hint=NOT_QUOTED if unquoted else problem.hint)


def _absence_files(description: RegistryFile, loader: SourceLoader) -> Mapping[str, bytes]:
    contents: dict[str, bytes] = {}
    for described in description.curators.absence_files:
        try:
            contents[described.file] = loader.reach.file(described.file)[0]
        except SourceUnusable as error:
            file = str(loader.prefix / described.file)
            loader.problems.add(Problem(code="absences_unusable", message=error.message, file=file, hint=error.hint))
    return contents


def _event_lists(description: RegistryFile, loader: SourceLoader) -> tuple[list[SourceState], Mapping[str, Evidence]]:
    """Return how the lists of events fared, and what they hold."""
    states: list[SourceState] = []
    found: dict[str, Evidence] = {}
    for one, described in description.events.items():
        # No source can have such an id, so that their copies lie apart.
        state, events = loader.take(f"events.{one}", described, partial(read_events, described=described))
        states.append(state)
        found[one] = NO_EVIDENCE if events is None else replace(events.evidence, age=_age(state, description))
    return states, found


def _age(state: SourceState, description: RegistryFile) -> EvidenceAge | None:
    """Return when a list stops to tell what happens: a copy does where it was made, as customers' sources do."""
    stale_from = state.as_of if state.copied else _stale_from(state.as_of, description)
    return None if state.as_of is None or stale_from is None else EvidenceAge(state.as_of, stale_from)


def _stale_from(as_of: Instant | None, description: RegistryFile) -> Instant | None:
    limit = description.stale_after_days
    return None if limit is None or as_of is None else as_of + limit * _DAY_SECONDS + 1


def _named_calendars(description: RegistryFile, calendars: Calendars | None) -> Mapping[str, WorkCalendar]:
    """Return the configuration's calendars where a curator names one: to compile them takes a while."""
    named = any(person.calendar is not None for person in description.curators.people.values())
    return calendars() if named and calendars is not None else {}


def _health(description: RegistryFile, states: Sequence[SourceState], tracks: frozenset[Tracked]) -> Health:
    as_of = min((state.as_of for state in states if state.as_of is not None), default=None)
    return Health(
        complete=bool(description.sources) and not any(state.missing for state in states),
        stale=any(state.copied or state.missing for state in states),
        as_of=as_of,
        stale_from=_stale_from(as_of, description),
        tracks=tracks,
        source=", ".join(state.id for state in states),
    )


def _digest(
    description: RegistryFile,
    states: Sequence[SourceState],
    absences: Mapping[str, bytes],
    calendars: Mapping[str, WorkCalendar],
) -> str:
    stale = any(state.copied or state.missing for state in states)
    inputs = [description.model_dump_json(), str(stale)]
    inputs += [f"{state.id} {state.sha256} {state.missing}" for state in states]
    inputs += [f"{name} {digest(content)}" for name, content in sorted(absences.items())]
    inputs += [f"{name} {calendar.digest}" for name, calendar in sorted(calendars.items())]
    return "sha256:" + digest("\n".join(inputs).encode())
