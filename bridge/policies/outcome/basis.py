"""What a decision rests on, kept with it for whoever tells more than the decision itself says."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.customers import RegistryAnswer
from bridge.policies.agreement.facts import Facts
from bridge.policies.checks.catalogue import Catalogue
from bridge.policies.checks.judge import Judgement
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.in_force import Rulebook, RuleInForce, Terms
from bridge.policies.history.timeline import Timeline
from bridge.tickets import Instant, Ticket


@dataclass(slots=True, kw_only=True)
class Basis:
    """The inputs of a decision and how they were read: the timeline, the facts at its end, the terms in force, the rule
    that gave the level (and what the rules alone say, where time has raised it), the cycles still open, and the checks,
    to be told in any language."""

    ticket: Ticket
    registry: RegistryAnswer
    catalogue: Catalogue
    rulebook: Rulebook
    terms: Terms
    timeline: Timeline
    facts: Facts
    now: Instant
    choice: RuleInForce | None
    by_rules: RuleInForce | None
    active: Sequence[Cycle]
    judgement: Judgement
