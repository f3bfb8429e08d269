"""Which rules are in force at an instant.

An agreement changes on a date, and a date begins at midnight of some zone: the zone of the calendar of the level a rule
gives. So a regime is a stretch of time in which the set of rules in force does not change, and each cycle is governed by the
regime it starts in. With one dated state there is one regime.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.metrics import DEFAULT_ANSWER, FIRST_RESPONSE
from bridge.policies.agreement.policy import CheckDefinition, Condition, EventPattern, Pause, Policy, Revision, Rule
from bridge.policies.clocks.plans import ClockPlan, Matcher, PausePlan, Test, Tier, joined
from bridge.policies.history.timeline import CLOSED, REOPENING, STATUS
from bridge.tickets import Instant


@dataclass(slots=True, eq=False)
class RuleInForce:
    """A rule with the level it gives. `begun` tells whether its dated state is in force in the zone of that level."""

    rule: Rule
    tier: Tier
    test: Test | None
    begun: bool = True


class Regime:
    """The rules, clocks and checks that govern every cycle started from `since` until the next regime.

    `layers` are the rules of the newest dated state; while some of its zones still wait for midnight, those of the state
    before it follow.
    """

    __slots__ = (
        "answer",
        "certificate_check",
        "checks",
        "clocks",
        "layers",
        "pause_plans",
        "reads",
        "since",
        "wants_replies",
    )

    def __init__(self, since: Instant | None, layers: tuple[tuple[RuleInForce, ...], ...], revision: Revision) -> None:
        self.since = since
        self.layers = layers
        self.reads = joined(one.rule.when for layer in layers for one in layer)
        self.checks: tuple[CheckDefinition, ...] = revision.checks
        self.wants_replies = any(check.deciding == "reply" for check in revision.checks)
        self.certificate_check = next((check.id for check in revision.checks if check.kind == "certificate"), None)
        self.clocks: dict[str, ClockPlan] = {}
        self.pause_plans: list[PausePlan] = []
        known: list[tuple[tuple[Pause, ...], tuple[EventPattern, ...]]] = []
        for definition in revision.clocks:
            plan = -1
            if definition.pauses:
                key = (definition.pauses, definition.resume)
                if key not in known:
                    known.append(key)
                    self.pause_plans.append(PausePlan(*key))
                plan = known.index(key)
            self.clocks[definition.metric] = ClockPlan(definition, plan)
        reaction = self.clocks.get(FIRST_RESPONSE)
        self.answer = reaction.stop if reaction else Matcher(DEFAULT_ANSWER)
        """What counts as an answer: whatever stops the first response clock."""

    def choose(self, facts: Facts) -> RuleInForce | None:
        """Return the first rule that holds, None where none does. A rule whose state has not begun leaves it to the older
        state."""
        for layer in self.layers:
            for one in layer:
                if one.test is None or one.test(facts):
                    if one.begun:
                        return one
                    break
        return None

    def tiers(self) -> set[Tier]:
        """Return the levels that the rules can give."""
        return {one.tier for layer in self.layers for one in layer}


@dataclass(slots=True, eq=False)
class MetricPlan:
    """What concerns a metric under any regime: the events that begin and end a cycle, the changes that can move its target."""

    metric: str
    starts: int = 0
    ends: int = 0
    reads: int = 0
    is_reaction: bool = False


class Rulebook:
    """A policy made ready: its regimes in order of time, and its metrics, reactions first, then as they are declared.

    `mask` and `reads` are the events and changes that can matter to anything; a step without one of them is passed over.
    `looks_at_checks` tells that some condition may depend on the eligibility checks, so that they must be known first.
    """

    __slots__ = ("looks_at_checks", "mask", "metrics", "policy", "reads", "regimes", "starts")

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        states = [DatedState(revision, follower) for revision, follower in _with_followers(policy.revisions)]
        self.starts = sorted({moment for state in states for moment in state.moments()})
        self.regimes = [_regime(states, since) for since in (None, *self.starts)]
        metrics: dict[str, MetricPlan] = {}
        for regime in reversed(self.regimes):
            for name, plan in regime.clocks.items():
                metric = metrics.setdefault(name, MetricPlan(name))
                metric.starts |= plan.start.mask
                metric.ends |= plan.stop.mask | plan.reset.mask | plan.cancel.mask
                metric.is_reaction |= plan.is_reaction
                metric.reads |= plan.reads
                for tier in regime.tiers():
                    metric.reads |= tier.reads.get(name, 0)
        self.metrics = tuple(sorted(metrics.values(), key=lambda one: not one.is_reaction))
        self.looks_at_checks = any(_looks_at_checks(one) for one in _conditions(policy))
        self.mask = REOPENING
        self.reads = STATUS | CLOSED
        for metric in self.metrics:
            self.mask |= metric.starts | metric.ends
            self.reads |= metric.reads
        for regime in self.regimes:
            self.mask |= regime.answer.mask
            self.reads |= regime.reads
            for pause in regime.pause_plans:
                self.mask |= pause.wakes
                self.reads |= pause.reads

    def at(self, instant: Instant) -> int:
        """Return the number of the regime in force at the instant."""
        return bisect_right(self.starts, instant) if self.starts else 0


Bounds = tuple[Instant | None, Instant | None]
"""From when until when something is in force; None is without a bound."""


class DatedState:
    """A revision with the instants between which each of its rules, and the revision for that rule's level, is in force."""

    __slots__ = ("entries", "revision")

    def __init__(self, revision: Revision, follower: Revision | None) -> None:
        self.revision = revision
        self.entries: list[tuple[Rule, Tier, Bounds, Bounds]] = []
        tiers = {name: Tier(level) for name, level in revision.levels.items()}
        for rule in revision.rules:
            tier = tiers[rule.level]
            zone = tier.level.calendar.zone
            ends = (
                midnight_after(revision.valid_until, zone),
                midnight(follower.valid_from, zone) if follower else None,
            )
            end = min((moment for moment in ends if moment is not None), default=None)
            of_state = (midnight(revision.valid_from, zone), end)
            of_rule = (midnight(rule.valid_from, zone), midnight_after(rule.valid_until, zone))
            self.entries.append((rule, tier, of_state, of_rule))

    def moments(self) -> Iterator[Instant]:
        """Yield every instant at which one of the rules comes into force or goes out of it."""
        for _, _, of_state, of_rule in self.entries:
            yield from (moment for moment in (*of_state, *of_rule) if moment is not None)

    def layer(self, at: Instant | None) -> tuple[RuleInForce, ...]:
        """Return the rules whose own dates hold at the instant."""
        return tuple(
            RuleInForce(rule, tier, rule.when.test if rule.when else None, _holds(of_state, at))
            for rule, tier, of_state, of_rule in self.entries
            if _holds(of_rule, at)
        )


def _holds(bounds: Bounds, at: Instant | None) -> bool:
    since, until = bounds
    if at is None:
        return since is None
    return (since is None or since <= at) and (until is None or at < until)


def _with_followers(revisions: Sequence[Revision]) -> Iterator[tuple[Revision, Revision | None]]:
    """Yield each revision with the one that replaces it, the newest first."""
    follower: Revision | None = None
    for revision in reversed(revisions):
        yield revision, follower
        follower = revision


def _regime(states: Sequence[DatedState], since: Instant | None) -> Regime:
    layers: list[tuple[RuleInForce, ...]] = []
    governing: Revision | None = None
    for state in states:
        layer = state.layer(since)
        if any(one.begun for one in layer):
            governing = governing or state.revision
            layers.append(layer)
            if all(one.begun for one in layer):
                break
    # Without a rule in force (before the agreement began) the oldest state's checks still speak.
    return Regime(since, tuple(layers), governing or states[-1].revision)


def _conditions(policy: Policy) -> Iterator[Condition | None]:
    """Yield every condition that a replay may test."""
    for revision in policy.revisions:
        for rule in revision.rules:
            yield rule.when
        for level in revision.levels.values():
            yield from (row.when for row in level.targets)
        for clock in revision.clocks:
            yield clock.applies
            yield from (pause.while_ for pause in clock.pauses)
            for patterns in (clock.start, clock.stop, clock.resume, clock.reset, clock.cancel):
                yield from (pattern.when for pattern in patterns)


def _looks_at_checks(condition: Condition | None) -> bool:
    if condition is None:
        return False
    names = getattr(condition, "reads", None)
    return names is None or "checks" in names


def midnight(day: date | None, zone: ZoneInfo) -> Instant | None:
    """Return the instant the day begins in the zone."""
    return None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def midnight_after(day: date | None, zone: ZoneInfo) -> Instant | None:
    """Return the instant the day is over in the zone: days of validity are inclusive."""
    return None if day is None or day == date.max else midnight(day + timedelta(days=1), zone)
