"""What customers hold by a configuration: its registry is called over, with what tickets took as passes count it."""

import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace

from bridge.cli.wiring.configuration import Configuration
from bridge.connectors.registry.load import RegistryLoad
from bridge.connectors.registry.sources.base import TicketSource
from bridge.customers import Account
from bridge.policies.telling.standing import Roll, Standing, rests_on, standing_of
from bridge.policies.units.usage import Usage
from bridge.settings.fingerprint import fingerprint
from bridge.sync.engine import COUNTED
from bridge.sync.memory.state import SqliteState
from bridge.tickets import Instant


def standing_at(
    configuration: Configuration, now: Instant, spent: Mapping[Account, int] | None, *, customer: str | None = None
) -> Standing:
    """Return what customers hold at an instant, or the one with the key `customer` alone; `spent` is what tickets took from each
    account, None where nobody counts."""
    load = configuration.registry_load
    roll = None if load is None else _roll(load)
    if roll is not None and customer is not None:
        roll = replace(roll, customers=[one for one in roll.customers if one.id == customer])
    found = standing_of(configuration.policy, configuration.catalogue, now=now, roll=roll, spent=spent)
    if customer is None:
        return found
    own = tuple(one for one in found.exceptions if one.customer == customer)
    return replace(found, exceptions=own, more={**found.more, "exceptions": len(own)})


def standing_rests_on(configuration: Configuration, now: Instant, spent: Mapping[Account, int] | None) -> str:
    """Return what moves whenever that may."""
    load = configuration.registry_load
    return rests_on(
        configuration.policy,
        configuration.catalogue,
        now=now,
        roll="" if load is None else f"{load.digest} {load.as_of}",
        zone=None if load is None else load.registry.description.zone,
        spent=spent,
    )


def remembered_spent(configuration: Configuration) -> Mapping[Account, int] | None:
    """Return what tickets took as the last pass on this host counted it; None where none has counted by this configuration."""
    settings = configuration.settings
    if not Usage(configuration.policy, configuration.catalogue).counts:
        return None
    with closing(SqliteState(settings.state_path, read_only=True)) as state:
        if state.fact("units") != COUNTED or state.fact("basis") != fingerprint(settings, int(time.time())):
            return None
        return state.spent()


def _roll(load: RegistryLoad) -> Roll:
    """Return the customers of the registry's files. Those whom only tickets describe nobody can call over."""
    registry = load.registry
    of_tickets = [name for name, one in registry.description.sources.items() if isinstance(one, TicketSource)]
    return Roll(
        customers=registry.customers(),
        zone=registry.description.zone,
        as_of=load.as_of,
        tracks=registry.health.tracks,
        not_listed=(*of_tickets, *(one.id for one in load.sources if one.missing)),
    )
