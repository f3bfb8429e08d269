"""Calling a registry over: its customers with their curators, the catalogue, and whom the call does not reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bridge.cli.console.terminal import tell
from bridge.cli.wiring.configuration import read_catalogue_of, read_settings
from bridge.cli.wiring.customers import load_customers, no_registry
from bridge.connectors.registry.curators import Curator
from bridge.connectors.registry.installations import installations, stated
from bridge.connectors.registry.load import RegistryLoad
from bridge.connectors.registry.sources.base import TicketSource
from bridge.policies.checks.catalogue import Catalogue, folded
from bridge.policies.telling.running import Installation
from bridge.settings.load import Settings
from bridge.tickets import format_instant


@dataclass
class RollCall:
    """A registry that is called over, and the catalogue beside it."""

    settings: Settings
    load: RegistryLoad
    catalogue: Catalogue

    @cached_property
    def stated(self) -> dict[str, tuple[str, str]]:
        """The name and the curator of each customer, empty where the registry gives none."""
        return stated(self.load.registry.rows)

    @cached_property
    def curators(self) -> set[str]:
        """The curators as the registry names them."""
        return {curator for _, curator in self.stated.values() if curator}

    def installations(self, curator: str | None = None) -> Iterator[Installation]:
        """Yield what the registry says that its customers run, or those of a curator."""
        return installations(self.load.registry.rows, None if curator is None else self.customers_of(curator))

    def customers_of(self, curator: str) -> set[str]:
        """Return the customers of a curator, whom `curator` names by id, name or address, or as the registry does."""
        named = {text for text in self.curators if self._is(text, curator)}
        return {customer for customer, (_, text) in self.stated.items() if text in named}

    def curator(self, customer: str) -> Curator | None:
        """Return the customer's own curator where the registry's description has him."""
        return self.load.registry.curators.find(self.stated[customer][1])

    def _is(self, text: str, asked: str) -> bool:
        ours = self.load.registry.curators
        found = ours.find(asked)
        return folded(text) == folded(asked) if found is None else ours.find(text) is found

    @property
    def unreached(self) -> list[str]:
        """The sources whose customers the call does not reach: those without data, and those of tickets alone."""
        return [*self._of_tickets, *self.missing]

    @property
    def missing(self) -> list[str]:
        """The sources that gave no data."""
        return [one.id for one in self.load.sources if one.missing]

    @property
    def _of_tickets(self) -> list[str]:
        described = self.load.registry.description.sources
        return [name for name, one in described.items() if isinstance(one, TicketSource)]

    def tell_limits(self) -> None:
        """Say on stderr whom the call does not reach, and how old its data is where that is a copy."""
        for one in self.load.sources:
            if one.missing:
                tell(f"warning: the source {one.id} gave no data, so its customers are in no list: {one.why}")
            elif one.copied:
                tell(f"note: the source {one.id} is its last good copy of {format_instant(one.as_of or 0)}: {one.why}")
        for name in self._of_tickets:
            tell(f"note: customers whom only tickets describe (source {name}) can be in no list")
        for source in self.load.registry.rows.sources:
            if source.lost:
                told = f"{source.lost} line(s) of {source.name} tell of nobody, so they are in no list"
                tell(f"warning: {told}; `sla-bridge registry check` names them")


def call_over(config: Path | None) -> RollCall:
    """Return the registry and the catalogue of a configuration. Raises ConfigurationInvalid where it names no registry, or
    where settings, catalogue or the registry's description cannot be used; the agreement is not read."""
    settings = read_settings(config)
    catalogue = read_catalogue_of(settings)
    load = load_customers(settings, lookups=False)
    if load is None:
        raise no_registry()
    return RollCall(settings, load, catalogue)
