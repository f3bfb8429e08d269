"""A configuration folder: settings, policy, catalogue and registry, with every problem of every file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.console.terminal import tell
from bridge.connectors.helpdesks import KINDS
from bridge.errors import ConfigurationInvalid, Problem, collected
from bridge.settings.load import Settings, find_folder, load_settings, read_folder, registry_file

if TYPE_CHECKING:
    from bridge.connectors.registry.load import RegistryLoad
    from bridge.policies.agreement.policy import Policy
    from bridge.policies.checks.catalogue import Catalogue
    from bridge.policies.language.compile import CompileResult
    from bridge.policies.language.conditions.names import HelpdeskName
    from bridge.policies.language.helpdesk_names import NamesOfOneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a command needs, loaded and checked; `registry_load` is None where no registry is named or none was wanted.

    `helpdesk_names` are those of the helpdesk that the policy knows, `placed_names` the tests that compare with them.
    """

    settings: Settings
    policy: "Policy"
    catalogue: "Catalogue"
    registry_load: "RegistryLoad | None"
    warnings: tuple[Problem, ...]
    helpdesk_names: "Mapping[str, NamesOfOneKind]"
    placed_names: "tuple[HelpdeskName, ...]" = ()


def read_settings(config: Path | None) -> Settings:
    """Return the settings of `--config`, or those found. Raises ConfigurationInvalid with every problem of bridge.yaml."""
    return load_settings(find_folder(config), helpdesk_kinds=KINDS)


def load_configuration(config: Path | None, *, customers: bool = True, trial: bool = False) -> Configuration:
    """Return the configuration of `--config`, or of the place where one is found; a `trial` is not in force.

    Without `customers` the registry's description is checked, but its data stays unread: no row has a say in whether
    the agreement can be used. Raises ConfigurationInvalid with every problem of every file.
    """
    folder = find_folder(config)
    try:
        settings = read_settings(folder)
    except ConfigurationInvalid as error:
        *_, others = _read(folder, registry_file(folder))
        raise ConfigurationInvalid([*error.problems, *others]) from None
    return assemble(settings, customers=customers, trial=trial)


def assemble(settings: Settings, *, customers: bool = True, trial: bool = False) -> Configuration:
    """Return the configuration that belongs to `settings`; see `load_configuration`."""
    from bridge.cli.wiring.customers import load_customers, unknown_event_lists

    compiled, catalogue, problems = _read(settings.folder, settings.file.registry, settings.kept)
    if compiled is None or problems:
        raise ConfigurationInvalid(sorted(problems, key=lambda one: (one.file, one.line, one.column)))
    if unknown := unknown_event_lists(settings, compiled.policy):
        raise ConfigurationInvalid(unknown)
    load = load_customers(settings, trial=trial) if customers else None
    return Configuration(
        settings=settings,
        policy=compiled.policy,
        catalogue=catalogue,
        registry_load=load,
        warnings=compiled.warnings,
        helpdesk_names=compiled.helpdesk_names,
        placed_names=compiled.placed_names,
    )


def _read(
    folder: Path, registry: str | None, kept: Mapping[str, bytes] | None = None
) -> "tuple[CompileResult | None, Catalogue, list[Problem]]":
    """Return the policy and the catalogue of a folder, and every problem in its files and the registry's description; `kept`
    stand in the place of the files on the disk."""
    from bridge.cli.wiring.customers import description_problems
    from bridge.policies.checks.catalogue import Catalogue
    from bridge.policies.language.catalogue import CATALOGUE, read_catalogue
    from bridge.policies.language.compile import compile_policy

    files, problems = read_folder(folder) if kept is None else kept, list[Problem]()
    catalogue, compiled = Catalogue(), None
    with collected(problems):
        compiled = compile_policy(files, today=datetime.now(UTC).date())
    with collected(problems):
        if CATALOGUE in files:
            catalogue = read_catalogue(files[CATALOGUE], file=CATALOGUE)
    if registry is not None:
        problems += description_problems(folder, registry, kept or {})
    return compiled, catalogue, problems


def read_catalogue_of(settings: Settings) -> "Catalogue":
    """Return the catalogue beside the settings, an empty one where there is none. Raises ConfigurationInvalid with all that is
    wrong in it."""
    from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
    from bridge.policies.language.catalogue import CATALOGUE, read_catalogue

    content = settings.files().get(CATALOGUE)
    return EMPTY_CATALOGUE if content is None else read_catalogue(content, file=CATALOGUE)


def warn(problems: Sequence[Problem]) -> None:
    """Print warnings on stderr."""
    for problem in problems:
        tell(f"warning: {problem}")
