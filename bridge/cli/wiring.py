"""The composition root: joins settings, policy, catalogue, registry, connector and engine for the commands."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bridge.errors import ConfigurationInvalid, HelpdeskRefused, Problem, Stage, collected
from bridge.settings.load import Settings, find_folder, load_settings, main_document, read_folder, registry_file
from bridge.settings.model import CUSTOMER_INPUTS
from bridge.tickets import Instant, Ticket

if TYPE_CHECKING:
    # Everything heavy is imported where it is used: an idle pass compiles no policy.
    from bridge.connectors.helpdesks.osticket import OsTicket
    from bridge.connectors.registry.load import RegistryLoad
    from bridge.connectors.registry.mapping import SecretModel
    from bridge.customers import Account, RegistryAnswer, Taking
    from bridge.decisions import Decision
    from bridge.policies.agreement.policy import Policy
    from bridge.policies.calendar.work_calendar import WorkCalendar
    from bridge.policies.checks.catalogue import Catalogue
    from bridge.policies.language.compile import CompileResult
    from bridge.policies.units.usage import Usage
    from bridge.protocols import Accountant, Meta, Registry, SetupRequest
    from bridge.sync.engine import Engine
    from bridge.sync.state import SqliteState


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything a command needs, loaded and checked; `registry` is None where none is named or none was wanted."""

    settings: Settings
    policy: "Policy"
    catalogue: "Catalogue"
    registry: "Registry | None"
    registry_load: "RegistryLoad | None"
    warnings: tuple[Problem, ...]


def load_configuration(config: Path | None, *, customers: bool = True, trial: bool = False) -> Configuration:
    """Return the configuration of `--config`, or of the place where one is found.

    Without `customers` the registry's description is checked, but its data stays unread: no row has a say in whether
    the agreement can be used. A `trial` is a configuration that is not in force. Raises ConfigurationInvalid with every
    problem of every file.
    """
    folder = find_folder(config)
    try:
        settings = load_settings(folder)
    except ConfigurationInvalid as error:
        *_, others = _read(read_folder(folder))
        name = registry_file(folder)
        described = _description_problems(folder, name) if name is not None else ()
        raise ConfigurationInvalid([*error.problems, *others, *described]) from None
    return assemble(settings, customers=customers, trial=trial)


def assemble(settings: Settings, *, customers: bool = True, trial: bool = False) -> Configuration:
    """Return the configuration that belongs to `settings`; see `load_configuration`."""
    compiled, catalogue, problems = _read(read_folder(settings.folder))
    if settings.file.registry is not None:
        problems += _description_problems(settings.folder, settings.file.registry)
    if compiled is None or problems:
        raise ConfigurationInvalid(sorted(problems, key=lambda one: (one.file, one.line, one.column)))
    load = load_customers(settings, trial=trial) if customers else None
    return Configuration(
        settings=settings,
        policy=compiled.policy,
        catalogue=catalogue,
        registry=load.registry if load else None,
        registry_load=load,
        warnings=compiled.warnings,
    )


def _read(files: Mapping[str, bytes]) -> "tuple[CompileResult | None, Catalogue, list[Problem]]":
    """Return the policy and the catalogue of a configuration's files, and every problem in them."""
    from bridge.policies.checks.catalogue import Catalogue
    from bridge.policies.language.catalogue import CATALOGUE, read_catalogue
    from bridge.policies.language.compile import compile_policy

    problems: list[Problem] = []
    catalogue, compiled = Catalogue(), None
    with collected(problems):
        compiled = compile_policy(files, today=datetime.now(UTC).date())
    with collected(problems):
        if CATALOGUE in files:
            catalogue = read_catalogue(files[CATALOGUE], file=CATALOGUE)
    return compiled, catalogue, problems


class Deferred:
    """A configuration that is assembled when it is first needed: by a ticket to decide, or by `get`.

    It is also the accountant of its own units of entitlement.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._configuration: Configuration | None = None
        self._decide: DecideCounted | None = None
        self._usage: Usage | None = None

    def get(self) -> Configuration:
        """Return the configuration. Raises ConfigurationInvalid with every problem of every file."""
        if self._configuration is None:
            self._configuration = assemble(self._settings)
        return self._configuration

    def decide(self, ticket: Ticket, now: Instant, *, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        """Return the decision on the ticket; `taken` is what tickets add to the registry's counts of units."""
        if self._decide is None:
            self._decide = decide_with(self.get())
        return self._decide(ticket, now, taken)

    @property
    def counts(self) -> bool:
        """Return whether the policy counts units of entitlement."""
        return self._units().counts

    def takings(self, ticket: Ticket, now: Instant) -> "tuple[Taking, ...]":
        """Return what the ticket takes of them."""
        return takings_of(self.get(), self._units(), ticket, now)

    def _units(self) -> "Usage":
        if self._usage is None:
            from bridge.policies.units.usage import Usage

            self._usage = Usage(self.get().policy, self.get().catalogue)
        return self._usage


@contextmanager
def connect(settings: Settings, *, route: str | None = None) -> "Iterator[OsTicket]":
    """Yield the connector to the configured helpdesk; `route` is the base path that worked before.

    Raises ConfigurationInvalid when the key is not where the settings say.
    """
    from bridge.connectors.helpdesks.osticket import OsTicket
    from bridge.connectors.helpdesks.transport import Limits, Transport

    wanted = settings.file.helpdesk
    transport = Transport(
        wanted.url,
        settings.key(),
        limits=Limits(request_seconds=wanted.request_seconds, total_seconds=wanted.total_seconds),
        ca_file=settings.ca_file,
    )
    try:
        yield OsTicket(transport, route=route)
    finally:
        transport.close()


class DecideCounted(Protocol):
    """Decides a ticket at an instant; `taken` is what tickets add to the registry's counts of units, None: not counted."""

    def __call__(self, ticket: Ticket, now: Instant, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        """Return the decision."""
        ...


def decide_with(configuration: Configuration, *, receipts: bool = False) -> DecideCounted:
    """Return the decision function of a configuration; with `receipts`, clocks carry their ledgers."""
    from bridge.policies.decide import decide

    policy, catalogue = configuration.policy, configuration.catalogue
    prepare = preparation(configuration)

    def decide_ticket(ticket: Ticket, now: Instant, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        ticket, answer = prepare(ticket, now)
        if taken is not None:
            answer = replace(answer, taken=taken)
        return decide(ticket, policy, now=now, registry=answer, catalogue=catalogue, receipts=receipts)

    return decide_ticket


def takings_of(configuration: Configuration, usage: "Usage", ticket: Ticket, now: Instant) -> "tuple[Taking, ...]":
    """Return what the ticket takes of units of entitlement."""
    ticket, answer = preparation(configuration)(ticket, now)
    return usage.takings(ticket, answer, now)


def remembered_units(configuration: Configuration, ticket: Ticket, now: Instant) -> "Mapping[Account, int] | None":
    """Return what tickets take as the last pass on this host counted it; None where none has counted by this configuration."""
    from contextlib import closing

    from bridge.policies.units.tally import Tally
    from bridge.policies.units.usage import Usage
    from bridge.settings.fingerprint import fingerprint
    from bridge.sync.engine import COUNTED
    from bridge.sync.state import SqliteState

    settings = configuration.settings
    usage = Usage(configuration.policy, configuration.catalogue)
    if not usage.counts:
        return None
    with closing(SqliteState(settings.state_path, read_only=True)) as state:
        if state.fact("units") != COUNTED or state.fact("basis") != fingerprint(settings, int(time.time())):
            return None
        takings = takings_of(configuration, usage, ticket, now)
        tally = Tally(of_account=state.account, of_ticket=state.takings)
        tally.book(ticket.id, takings)
        return tally.taken(ticket.id, takings)


def preparation(configuration: Configuration) -> "Callable[[Ticket, Instant], tuple[Ticket, RegistryAnswer]]":
    """Return what happens before a decision: the customer's facts get the bridge's names, the registry says who he is."""
    from bridge.customers import NO_REGISTRY

    names = {theirs: ours for ours, theirs in configuration.settings.inputs.items() if theirs != ours}
    registry = configuration.registry

    def prepare(ticket: Ticket, now: Instant) -> "tuple[Ticket, RegistryAnswer]":
        ticket = _renamed(ticket, names) if names else ticket
        return ticket, registry.lookup(ticket, now=now) if registry is not None else NO_REGISTRY

    return prepare


def engine(
    settings: Settings,
    helpdesk: "OsTicket",
    state: "SqliteState",
    decide: "Callable[[Ticket, Instant], Decision]",
    *,
    basis: str,
    everything: bool = False,
    allow_mass_change: bool = False,
    allow_shrink: bool = False,
    accountant: "Accountant | None" = None,
) -> "Engine":
    """Return the engine that runs passes; `basis` is the configuration's fingerprint, `accountant` counts units."""
    from bridge.sync.engine import Engine, Options
    from bridge.sync.guards import Guards

    file = settings.file
    return Engine(
        helpdesk,
        state,
        decide,
        basis=basis,
        local_clock=time.time,
        options=Options(
            ownership=file.outputs,
            guards=Guards(
                level_change_percent=file.guards.level_change_percent,
                shrink_percent=file.guards.shrink_percent,
                minimum=file.guards.minimum,
            ),
            everything=everything,
            allow_mass_change=allow_mass_change,
            allow_shrink=allow_shrink,
        ),
        accountant=accountant,
    )


def setup_request(configuration: Configuration, meta: "Meta", *, action: str) -> "SetupRequest":
    """Return what this configuration needs of osTicket: its levels' choices, and the inputs that nothing is mapped to."""
    from bridge.protocols import SetupRequest

    policy, settings = configuration.policy, configuration.settings
    existing = {one.name for one in meta.fields if one.owner is None}
    levels = policy.revisions[-1].levels.values()
    return SetupRequest(
        action=action,
        language=policy.language,
        levels=tuple((one.id, one.title.text(policy.language), one.person_may_choose) for one in levels),
        inputs=tuple(name for name in CUSTOMER_INPUTS if settings.inputs[name] == name and name not in existing),
        waiting_status=settings.file.setup.waiting_status,
        development_department=settings.file.setup.development_department,
    )


def find_ticket(helpdesk: "OsTicket", wanted: str) -> Ticket:
    """Return the ticket with the number `wanted`, or with the id of `id:4711`. Raises HelpdeskRefused when there is none."""
    from bridge.protocols import TicketError

    by_id = wanted.startswith("id:") and wanted[3:].isdigit()
    found = helpdesk.ticket(int(wanted[3:])) if by_id else helpdesk.numbered(wanted)
    if isinstance(found, TicketError):
        raise HelpdeskRefused(f"ticket {wanted} cannot be read: {found.reason}")
    if found is None:
        raise HelpdeskRefused(f"there is no ticket {wanted}", hint="Give its number as osTicket shows it, or id:4711")
    return found


def warn(problems: Sequence[Problem]) -> None:
    """Print warnings on stderr."""
    for problem in problems:
        print(f"warning: {problem}", file=sys.stderr)


def _renamed(ticket: Ticket, names: Mapping[str, str]) -> Ticket:
    """Return the ticket with the customer's facts under the bridge's own names."""
    fields = {names.get(name, name): value for name, value in ticket.fields.items()}
    events = tuple(
        replace(one, field=names[one.field]) if one.field is not None and one.field in names else one
        for one in ticket.events
    )
    return replace(ticket, fields=fields, events=events)


def _description_problems(folder: Path, name: str) -> Sequence[Problem]:
    """Return what is wrong with the registry's description, the file of that name."""
    from bridge.connectors.registry.mapping import read_mapping

    problems: list[Problem] = []
    try:
        with collected(problems):
            read_mapping((folder / name).read_bytes(), file=name)
    except OSError as error:
        message = f"the registry's description cannot be read: {error.strerror or error}"
        hint = "correct the name, or drop it"
        problems.append(main_document(folder).problem("unreadable", message, path=("registry",), hint=hint))
    return problems


def load_customers(settings: Settings, *, confirm_shrunken: bool = False, trial: bool = False) -> "RegistryLoad | None":
    """Return the registry that `settings` name, None when they name none; last good copies lie beside the state file.

    A `trial` takes its sources as they are, however much they shrank, and leaves the copies alone: those belong to the
    configuration in force.
    """
    from pydantic import SecretStr

    from bridge.connectors.registry.load import FetchRequest, load_registry
    from bridge.settings.secrets import SecretReference, resolve

    if settings.file.registry is None:
        return None
    at = settings.document.problem("secret", "", path=("registry",), stage=Stage.MEANING)

    def secret(reference: "SecretModel") -> str:
        value: SecretStr = resolve(SecretReference.model_validate(reference.model_dump()), problem_at=at)
        return value.get_secret_value()

    def fetch(request: FetchRequest) -> bytes:
        # Imported only for a source that is fetched: most registries are files.
        from bridge.connectors.registry.http import fetcher

        return fetcher(secret)(request)

    def calendars() -> "Mapping[str, WorkCalendar]":
        from bridge.policies.language.calendars import compile_calendars

        return compile_calendars(read_folder(settings.folder), []).usable

    return load_registry(
        settings.folder,
        now=int(time.time()),
        cache_dir=settings.state_path.parent / "registry",
        fetch=fetch,
        confirm_shrunken=confirm_shrunken or trial,
        keep_copies=not trial,
        mapping_file=settings.file.registry,
        calendars=calendars,
    )
