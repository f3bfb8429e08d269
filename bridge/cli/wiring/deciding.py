"""What decides a ticket: policy, catalogue and registry joined, with units of entitlement where they are counted."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from bridge.cli.wiring.configuration import Configuration, assemble
from bridge.settings.load import Settings, read_folder
from bridge.tickets import Instant, Ticket

if TYPE_CHECKING:
    from bridge.customers import Account, RegistryAnswer, Taking
    from bridge.decisions import Decision
    from bridge.policies.agreement.policy import Policy
    from bridge.policies.language.conditions.names import HelpdeskName
    from bridge.policies.obligations.letters import OwedLetters
    from bridge.policies.obligations.overview import Obligations
    from bridge.policies.telling.publication import Phrase
    from bridge.policies.telling.standing import Standing
    from bridge.policies.units.usage import Usage
    from bridge.sync.notices import Notice


class DecideCounted(Protocol):
    """Decides a ticket at an instant; `taken` is what tickets add to the registry's counts of units, None: not counted."""

    def __call__(self, ticket: Ticket, now: Instant, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        """Return the decision."""


def decide_with(configuration: Configuration, *, receipts: bool = False, acts: bool = True) -> DecideCounted:
    """Return the decision function of a configuration; with `receipts`, clocks carry their ledgers, without `acts` nothing is
    looked for that is to be done."""
    from bridge.policies.decide import decide

    policy, catalogue = configuration.policy, configuration.catalogue
    prepare, addresses = preparation(configuration), addresses_of(configuration.settings)

    def decide_ticket(ticket: Ticket, now: Instant, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        ticket, answer = prepare(ticket, now)
        if taken is not None:
            answer = replace(answer, taken=taken)
        return decide(
            ticket,
            policy,
            now=now,
            registry=answer,
            catalogue=catalogue,
            receipts=receipts,
            addresses=addresses,
            acts=acts,
        )

    return decide_ticket


def addresses_of(settings: Settings) -> dict[str, str] | None:
    """Return the addresses that policies name by a word; None where actions are off."""
    actions = settings.file.actions
    return None if actions is None else actions.addresses.model_dump(exclude_none=True)


def preparation(configuration: Configuration) -> "Callable[[Ticket, Instant], tuple[Ticket, RegistryAnswer]]":
    """Return what happens before a decision: the customer's facts get the bridge's names, the registry says who he is."""
    from bridge.customers import NO_REGISTRY

    names = {theirs: ours for ours, theirs in configuration.settings.inputs.items() if theirs != ours}
    load = configuration.registry_load

    def prepare(ticket: Ticket, now: Instant) -> "tuple[Ticket, RegistryAnswer]":
        ticket = _renamed(ticket, names) if names else ticket
        return ticket, load.registry.lookup(ticket, now=now) if load is not None else NO_REGISTRY

    return prepare


def _renamed(ticket: Ticket, names: Mapping[str, str]) -> Ticket:
    """Return the ticket with the customer's facts under the bridge's own names."""
    fields = {names.get(name, name): value for name, value in ticket.fields.items()}
    events = tuple(
        replace(one, field=names[one.field]) if one.field is not None and one.field in names else one
        for one in ticket.events
    )
    return replace(ticket, fields=fields, events=events)


def takings_of(configuration: Configuration, usage: "Usage", ticket: Ticket, now: Instant) -> "tuple[Taking, ...]":
    """Return what the ticket takes of units of entitlement."""
    ticket, answer = preparation(configuration)(ticket, now)
    return usage.takings(ticket, answer, now)


def remembered_units(configuration: Configuration, ticket: Ticket, now: Instant) -> "Mapping[Account, int] | None":
    """Return what tickets take as the last pass on this host counted it; None where none has counted by this configuration."""
    from contextlib import closing

    from bridge.policies.units.breaches import book, taken
    from bridge.policies.units.tally import Tally
    from bridge.policies.units.usage import Usage
    from bridge.settings.fingerprint import fingerprint
    from bridge.sync.engine import COUNTED
    from bridge.sync.memory.state import SqliteState

    settings = configuration.settings
    usage = Usage(configuration.policy, configuration.catalogue)
    if not usage.counts:
        return None
    with closing(SqliteState(settings.state_path, read_only=True)) as state:
        if state.fact("units") != COUNTED or state.fact("basis") != fingerprint(settings, int(time.time())):
            return None
        takings = takings_of(configuration, usage, ticket, now)
        tally = Tally(of_account=state.account, of_ticket=state.takings)
        book(tally, ticket.id, takings)
        return taken(tally, ticket.id, takings)


class Deferred:
    """A configuration that is assembled when it is first needed, and the accountant of its units of entitlement."""

    def __init__(self, settings: Settings, assembled: Callable[[Settings], Configuration] = assemble) -> None:
        self.settings = settings
        self._assembled = assembled

    @cached_property
    def configuration(self) -> Configuration:
        """Return the configuration. Raises ConfigurationInvalid with every problem of every file."""
        return self._assembled(self.settings)

    def decide(self, ticket: Ticket, now: Instant, *, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        """Return the decision on the ticket; `taken` is what tickets add to the registry's counts of units."""
        return self._decide(ticket, now, taken)

    def load(self) -> None:
        """Assemble the configuration now. Raises ConfigurationInvalid with every problem of every file."""
        _ = self.configuration

    @property
    def loaded(self) -> bool:
        """Return whether the configuration has been assembled."""
        return "configuration" in self.__dict__

    @property
    def policy(self) -> "Policy":
        """Return the policy."""
        return self.configuration.policy

    @property
    def phrases(self) -> "tuple[Phrase, ...]":
        """Return the phrases that agents are advised against."""
        from bridge.policies.telling.publication import Phrase

        said = self.settings.file.discouraged_phrases
        return tuple(Phrase(language, one) for language in ("ru", "en") for one in getattr(said, language))

    def standing_rests_on(self, now: Instant, spent: "Mapping[Account, int] | None") -> str:
        """Return what moves whenever what customers hold may."""
        from bridge.cli.wiring.roll import standing_rests_on

        return standing_rests_on(self.configuration, now, spent)

    def standing(
        self, now: Instant, spent: "Mapping[Account, int] | None", kept: "Sequence[Taking] | None"
    ) -> "Standing":
        """Return what customers hold, and what is owed to them."""
        from bridge.cli.wiring.roll import standing_at

        return standing_at(self.configuration, now, spent).with_obligations(self.owed(now, kept))

    def owed(self, now: Instant, takings: "Sequence[Taking] | None") -> "Obligations | None":
        """Return what is owed on the day of an instant."""
        from bridge.cli.wiring.obligations import obligations_around

        return obligations_around(self.configuration, now, takings)

    def owed_letters(self, found: "Obligations") -> "OwedLetters":
        """Return the letters that are due by them."""
        from bridge.cli.wiring.obligations import letters_about

        return letters_about(self.configuration, found)

    @property
    def names(self) -> "tuple[HelpdeskName, ...]":
        """Return the names of the helpdesk that the policy compares with."""
        return self.configuration.placed_names

    def action_kinds(self) -> "Mapping[str, str]":
        """Return the actions that the policy declares, kinds by ids; this loads it."""
        from bridge.policies.actions.due import declared_actions

        return declared_actions(self.policy)

    def troubles(self) -> "tuple[Notice, ...]":
        """Return what stands in the configuration's way until somebody mends it."""
        from bridge.cli.wiring.standing import standing_troubles

        return tuple(standing_troubles(self.configuration))

    @property
    def counts(self) -> bool:
        """Return whether the policy counts units of entitlement."""
        return self._usage.counts

    def takings(self, ticket: Ticket, now: Instant) -> "tuple[Taking, ...]":
        """Return what the ticket takes of them."""
        return takings_of(self.configuration, self._usage, ticket, now)

    @cached_property
    def _decide(self) -> DecideCounted:
        return decide_with(self.configuration, acts=addresses_of(self.configuration.settings) is not None)

    def contents(self) -> "Iterator[bytes]":
        """Yield all that the policy's digest stands for: the digests of its files and calendars, and what these are of."""
        policy, wanted = self.policy, self.policy.content
        yield policy.content.encode()
        files = [content for calendar in policy.calendars.values() for content in calendar.files.values()]
        for calendar in policy.calendars.values():
            yield calendar.content.encode()
        yield from files
        # What was edited after the policy had been read is none of it.
        yield from (
            one for one in read_folder(self.settings.folder).values() if hashlib.sha256(one).hexdigest() in wanted
        )

    @cached_property
    def _usage(self) -> "Usage":
        from bridge.policies.units.usage import Usage

        return Usage(self.configuration.policy, self.configuration.catalogue)
