"""What the tests tell: tickets of the tiny helpdesk, decided by its policies."""

from bridge.customers import NO_REGISTRY, RegistryAnswer
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.telling.ahead import told as turn_told
from bridge.policies.telling.ahead import turns_ahead
from bridge.policies.telling.explain import explain
from bridge.policies.telling.story import Story, story_of
from bridge.tickets import Instant, Ticket
from tests.unit.clocks.desk import at


def story(
    ticket: Ticket,
    policy: Policy,
    now: str | Instant,
    registry: RegistryAnswer = NO_REGISTRY,
    catalogue: Catalogue = EMPTY_CATALOGUE,
) -> Story:
    instant = at(now) if isinstance(now, str) else now
    return story_of(ticket, policy, now=instant, registry_at=lambda _: registry, catalogue=catalogue)


def told(ticket: Ticket, policy: Policy, now: str, registry: RegistryAnswer = NO_REGISTRY) -> list[str]:
    """Return the short form."""
    return explain(story(ticket, policy, now, registry))


def told_fully(ticket: Ticket, policy: Policy, now: str, registry: RegistryAnswer = NO_REGISTRY) -> list[str]:
    """Return the full form."""
    return explain(story(ticket, policy, now, registry), full=True)


def ahead(ticket: Ticket, policy: Policy, now: str, registry: RegistryAnswer = NO_REGISTRY) -> list[str]:
    """Return what comes next, line by line."""
    one = story(ticket, policy, now, registry)
    return [turn_told(turn, one) for turn in turns_ahead(one)]
