"""What is told: a decision, and everything around it that people want to read beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bridge.customers import RegistryAnswer
from bridge.decisions import Decision
from bridge.files.types import Title
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Policy
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.clocks.in_force import Terms
from bridge.policies.decide import decide, facts_of
from bridge.policies.outcome.readable import written
from bridge.policies.telling.titles import level_titles
from bridge.tickets import Instant, Ticket

LONGEST_NAME = 120


RegistryAt = Callable[[Instant], RegistryAnswer]
"""Returns what the registry says about the requester at an instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A decided ticket with what is known of it: the `decision` with its receipts, the `terms` in force for the ticket, and its
    `facts` as they stood at the decision's instant. The language is the policy's."""

    decision: Decision
    ticket: Ticket
    policy: Policy
    terms: Terms
    facts: Facts
    registry_at: RegistryAt
    catalogue: Catalogue

    def decided(self, ticket: Ticket, at: Instant) -> Decision:
        """Return what the same policy says of the ticket at another instant, or of one with another history."""
        return decide(ticket, self.policy, now=at, registry=self.registry_at(at), catalogue=self.catalogue)

    @property
    def language(self) -> str:
        """The language to tell it in."""
        return self.policy.language

    @property
    def registry(self) -> RegistryAnswer:
        """What the registry says about the requester."""
        return self.facts.registry

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the first clock's calendar; without a clock that of the policy's first calendar."""
        calendars = self.policy.calendars
        for clock in self.decision.clocks:
            if clock.calendar in calendars:
                return calendars[clock.calendar].zone
            if clock.zone:
                return ZoneInfo(clock.zone)
        return next((calendar.zone for calendar in calendars.values()), ZoneInfo("UTC"))

    @property
    def levels(self) -> Mapping[str, Title]:
        """The titles of the policy's levels by id."""
        return level_titles([self.policy])

    @property
    def checks(self) -> Mapping[str, Title]:
        """The titles of the policy's checks by id, of those that have one."""
        checks = (check for revision in self.policy.revisions for check in revision.checks)
        return {check.id: check.title for check in checks if check.title is not None}

    def level(self, name: str) -> str:
        """Return a level's title, its id where the policy no longer has it."""
        titles = self.levels
        return titles[name].text(self.language) if name in titles else name

    def metric(self, name: str) -> str:
        """Return a metric's title, its id where the policy does not have it."""
        titles = {clock.metric: clock.title for revision in self.policy.revisions for clock in revision.clocks}
        return titles[name].text(self.language) if name in titles else name

    def moment(self, at: Instant, zone: ZoneInfo | None = None) -> str:
        """Return an instant as people write it."""
        return written(at, zone or self.zone, self.language)


def story_of(
    ticket: Ticket, policy: Policy, *, now: Instant, registry_at: RegistryAt, catalogue: Catalogue = EMPTY_CATALOGUE
) -> Story:
    """Return the ticket as it is told: decided at `now`, its texts in the policy's language."""
    ticket, registry = replace(ticket, language=policy.language), registry_at(now)
    terms, facts = facts_of(ticket, policy, now=now, registry=registry, catalogue=catalogue)
    return Story(
        decision=decide(ticket, policy, now=now, registry=registry, catalogue=catalogue, receipts=True),
        ticket=ticket,
        policy=policy,
        terms=terms,
        facts=facts,
        registry_at=registry_at,
        catalogue=catalogue,
    )


def on_a_line(text: str) -> str:
    """Return what somebody wrote as one line of a bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"
