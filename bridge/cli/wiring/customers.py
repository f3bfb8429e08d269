"""The customer registry: its description, secrets, sources and last good copies."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING

from bridge.errors import ConfigurationInvalid, Problem, Stage, collected
from bridge.settings.load import Settings, main_document

if TYPE_CHECKING:
    from bridge.connectors.registry.load import RegistryLoad
    from bridge.customers import Tracked
    from bridge.files.secret_reference import SecretReference
    from bridge.policies.agreement.policy import Policy
    from bridge.policies.calendar.work_calendar import WorkCalendar


def description_problems(folder: Path, name: str, kept: Mapping[str, bytes]) -> Sequence[Problem]:
    """Return what is wrong with the registry's description, the file of that name; one that is `kept` is not read."""
    from bridge.connectors.registry.description import read_description

    problems: list[Problem] = []
    try:
        with collected(problems):
            read_description(kept.get(normpath(name)) or (folder / name).read_bytes(), file=name)
    except OSError as error:
        message = f"the registry's description cannot be read: {error.strerror or error}"
        hint = "correct the name, or drop it"
        problems.append(main_document(folder).problem("unreadable", message, path=("registry",), hint=hint))
    return problems


def no_registry() -> ConfigurationInvalid:
    """Return the error of a command that needs a registry where the settings name none."""
    hint = "describe one in a file and name it under `registry` in bridge.yaml"
    return ConfigurationInvalid(
        [Problem(code="no_registry", message="no registry is configured", file="bridge.yaml", hint=hint)]
    )


def unknown_event_lists(settings: Settings, policy: "Policy") -> Sequence[Problem]:
    """Return a problem for each obligation that counts a list of events which the registry's description does not name."""
    from bridge.connectors.registry.description import read_description
    from bridge.files.positions import hint_for
    from bridge.policies.agreement.obligations import FromEvents

    counted = [one for revision in policy.revisions for one in revision.obligations]
    wanted = [(one, one.counted_from) for one in counted if isinstance(one.counted_from, FromEvents)]
    name, known = settings.file.registry, list[str]()
    if wanted and name is not None:
        content = (settings.kept or {}).get(normpath(name)) or (settings.folder / name).read_bytes()
        known = list(read_description(content, file=name).events)
    problems = []
    for one, source in wanted:
        if (events := source.events) not in known:
            where = f"{name} names no list of events {events!r}" if name else "bridge.yaml names no registry"
            hint = hint_for(events, known) if known else f"add it under 'events:' in {name or 'registry.yaml'}"
            file, _, line = source.at.rpartition(":")
            message = f"the obligation {one.id!r} counts the events {events!r}, but {where}"
            problems.append(
                Problem(
                    code="unknown_events", message=message, file=file, line=int(line), hint=hint, stage=Stage.MEANING
                )
            )
    return problems


def kept_by_registry(settings: Settings) -> "frozenset[Tracked]":
    """Return what the registry that `settings` name keeps, its data unread; everything where they name none."""
    from bridge.connectors.registry.description import read_description
    from bridge.customers import Tracked

    name = settings.file.registry
    if name is None:
        return frozenset(Tracked)
    sources = read_description((settings.folder / name).read_bytes(), file=name).sources
    return frozenset[Tracked]().union(*(source.columns.tracks() for source in sources.values()))


def load_customers(
    settings: Settings, *, confirm_shrunken: bool = False, trial: bool = False, lookups: bool = True
) -> "RegistryLoad | None":
    """Return the registry that `settings` name, None when they name none; last good copies lie beside the state file.

    A `trial` takes sources however much they shrank, and leaves the copies to the configuration that is in force. Without
    `lookups` the registry can only be called over.
    """
    from bridge.connectors.registry.load import load_registry
    from bridge.connectors.registry.sources.base import Fetched, FetchRequest
    from bridge.settings.secrets import resolve

    if settings.file.registry is None:
        return None
    at = settings.document.problem("secret", "", path=("registry",), stage=Stage.MEANING)

    folder = (settings.folder / settings.file.registry).parent

    def secret(reference: "SecretReference") -> str:
        return resolve(reference, problem_at=at, folder=folder, sentence=True).get_secret_value()

    def fetch(request: FetchRequest) -> Fetched:
        # Imported only for a source that is fetched: most registries are files.
        from bridge.connectors.registry.fetch import fetcher

        return fetcher(secret)(request)

    def calendars() -> "Mapping[str, WorkCalendar]":
        from bridge.policies.language.calendars import compile_calendars

        return compile_calendars(settings.files(), []).usable

    return load_registry(
        settings.folder,
        now=int(time.time()),
        cache_dir=settings.state_path.parent / "registry",
        fetch=fetch,
        confirm_shrunken=confirm_shrunken or trial,
        keep_copies=not trial,
        description_file=settings.file.registry,
        description=(settings.kept or {}).get(normpath(settings.file.registry)),
        calendars=calendars,
        lookups=lookups,
    )
