"""Which rules are in force at an instant.

An agreement changes on a date, and a date begins at midnight of some zone: the zone of the calendar of the level a rule
gives. So the terms in force change at instants, each of them for some rules only, and each cycle is governed by the terms
it starts under. An agreement with one revision has one set of terms.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.policies.agreement.actions import Happening
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.metrics import DEFAULT_ANSWER, FIRST_RESPONSE
from bridge.policies.agreement.policy import CheckDefinition, Condition, Policy, Revision, Rule
from bridge.policies.clocks.plans import ClockPlan, EventMatcher, LevelPlan, PausePlan, Test, facts_read_by
from bridge.policies.history.timeline import CLOSED, REOPENING, STATUS, EventSet, FactSet
from bridge.tickets import Instant


@dataclass(slots=True, eq=False)
class RuleInForce:
    """A rule with the level it gives. `begun` tells whether its revision is in force in the zone of that level."""

    rule: Rule
    level: LevelPlan
    test: Test | None
    begun: bool = True


class Terms:
    """The rules, clocks and checks that govern every cycle started from `since` until the next terms.

    `rules_by_revision` has the rules of the newest revision first; while some of its zones still wait for midnight, those
    of the revision before it follow. `answer` is what counts as an answer: whatever stops the first response clock.
    """

    def __init__(
        self, since: Instant | None, rules_by_revision: tuple[tuple[RuleInForce, ...], ...], revision: Revision
    ) -> None:
        self.since = since
        self.rules_by_revision = rules_by_revision
        self.reads = facts_read_by(*(one.rule.when for rules in rules_by_revision for one in rules))
        for level in self.levels():
            self.reads |= level.calendar_reads
        self.checks: tuple[CheckDefinition, ...] = revision.checks
        self.events = revision.events
        self.reminders = revision.reminders
        self.obligations = revision.obligations
        self.wants_replies = any(check.deciding == "reply" for check in revision.checks)
        self.certificate_check = next((check.id for check in revision.checks if check.kind == "certificate"), None)
        self.pause_plans: list[PausePlan] = []
        self.clocks = self._planned_clocks(revision)
        reaction = self.clocks.get(FIRST_RESPONSE)
        self.answer = reaction.stop if reaction else EventMatcher(DEFAULT_ANSWER)

    def _planned_clocks(self, revision: Revision) -> dict[str, ClockPlan]:
        """Return the clocks by metric; those with the same pauses share one plan of them, followed once for all."""
        numbers: dict[object, int] = {}
        clocks = {}
        for definition in revision.clocks:
            number = -1
            if definition.pauses:
                key = (definition.pauses, definition.resume)
                number = numbers.setdefault(key, len(self.pause_plans))
                if number == len(self.pause_plans):
                    self.pause_plans.append(PausePlan(*key))
            clocks[definition.metric] = ClockPlan(definition, number)
        return clocks

    def choose(self, facts: Facts) -> RuleInForce | None:
        """Return the first rule that holds, None where none does. A rule whose revision has not begun leaves it to the
        older one."""
        for rules in self.rules_by_revision:
            for one in rules:
                if one.test is None or one.test(facts):
                    if one.begun:
                        return one
                    break
        return None

    def levels(self) -> set[LevelPlan]:
        """Return the levels that the rules can give, and those that time can raise a ticket to."""
        found: set[LevelPlan] = set()
        waiting = [one.level for rules in self.rules_by_revision for one in rules]
        while waiting:
            level = waiting.pop()
            if level not in found:
                found.add(level)
                waiting.extend(one.level for one in level.raises)
        return found


@dataclass(slots=True, eq=False)
class MetricWatch:
    """What concerns a metric under any terms: the events that begin and end a cycle, the facts that can move its target."""

    metric: str
    starts: EventSet = 0
    ends: EventSet = 0
    reads: FactSet = 0
    is_reaction: bool = False

    def add(self, clock: ClockPlan, levels: set[LevelPlan]) -> None:
        """Watch for what concerns the metric under one more set of terms."""
        self.starts |= clock.start.events
        self.ends |= clock.stop.events | clock.reset.events | clock.cancel.events
        self.is_reaction |= clock.is_reaction
        self.reads |= clock.reads
        for level in levels:
            self.reads |= level.reads.get(self.metric, 0)


class Rulebook:
    """A policy made ready: its terms in order of time, and its metrics, reactions first, then as they are declared.

    `raises` tells that time can raise a level, `promise_fields` are the inputs that hold dates promised by hand.
    `events` and `reads` are what can matter to anything; a step without one of them is passed over. `looks_at_checks`
    tells that some condition may depend on the eligibility checks, so that they must be known first. `acts`: something is done
    when things happen to a ticket or while it waits, `acts_on_levels` that a change of its level is one of them.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        newest_first = policy.revisions[::-1]
        revisions = [DatedRevision(*each) for each in zip(newest_first, (None, *newest_first), strict=False)]
        self.starts = sorted({moment for one in revisions for moment in one.moments()})
        self.all_terms = [_terms_from(revisions, since) for since in (None, *self.starts)]
        self.metrics = self._watched_metrics()
        self.metric_names = frozenset(metric.metric for metric in self.metrics)
        self.titles = {clock.metric: clock.title for revision in policy.revisions for clock in revision.clocks}
        self.raises = any(level.raises for terms in self.all_terms for level in terms.levels())
        self.acts = any(revision.events or revision.reminders for revision in policy.revisions)
        events = [event for revision in policy.revisions for event in revision.events]
        self.acts_on_levels = any(event.on is Happening.LEVEL_CHANGED for event in events)
        self.looks_at_checks = any(_looks_at_checks(one) for one in _conditions(policy))
        self.promise_fields = frozenset(
            clock.promise_field for terms in self.all_terms for clock in terms.clocks.values() if clock.promise_field
        )
        self.events, self.reads = self._watched()

    def _watched(self) -> tuple[EventSet, FactSet]:
        """Return the events and the facts that can matter to anything."""
        events, reads = REOPENING, STATUS | CLOSED
        for metric in self.metrics:
            events |= metric.starts | metric.ends
            reads |= metric.reads
        for terms in self.all_terms:
            events |= terms.answer.events
            reads |= terms.reads
            for pause in terms.pause_plans:
                events |= pause.wakes
                reads |= pause.reads
        return events, reads

    def _watched_metrics(self) -> tuple[MetricWatch, ...]:
        found: dict[str, MetricWatch] = {}
        for terms in reversed(self.all_terms):
            levels = terms.levels()
            for name, clock in terms.clocks.items():
                found.setdefault(name, MetricWatch(name)).add(clock, levels)
        return tuple(sorted(found.values(), key=lambda one: not one.is_reaction))

    def at(self, instant: Instant) -> int:
        """Return the number of the terms in force at the instant."""
        return bisect_right(self.starts, instant) if self.starts else 0

    def terms_at(self, instant: Instant) -> Terms:
        """Return the terms in force at the instant."""
        return self.all_terms[self.at(instant)]


_RULEBOOKS: list[Rulebook] = []
_RULEBOOKS_KEPT = 8
"""`simulate` has two policies, a test run a few; more at once nobody needs, and each holds its calendars."""


def rulebook_of(policy: Policy) -> Rulebook:
    """Return the policy's rulebook, the same one for the same object."""
    for rulebook in _RULEBOOKS:
        if rulebook.policy is policy:
            return rulebook
    rulebook = Rulebook(policy)
    _RULEBOOKS.insert(0, rulebook)
    del _RULEBOOKS[_RULEBOOKS_KEPT:]
    return rulebook


Validity = tuple[Instant | None, Instant | None]
"""From when until when something is in force; None is without a bound."""


class DatedRevision:
    """A revision and when each of its rules, and it for that rule's level, is in force; `follower` is what replaces it."""

    def __init__(self, revision: Revision, follower: Revision | None) -> None:
        self.revision = revision
        self.entries: list[tuple[Rule, LevelPlan, Validity, Validity]] = []
        levels = {name: LevelPlan(level) for name, level in revision.levels.items()}
        for level in levels.values():
            level.link(levels)
        for rule in revision.rules:
            level = levels[rule.level]
            zone = level.definition.calendar.zone
            ends = (
                midnight_after(revision.valid_until, zone),
                midnight(follower.valid_from, zone) if follower else None,
            )
            end = min((moment for moment in ends if moment is not None), default=None)
            of_revision = (midnight(revision.valid_from, zone), end)
            of_rule = (midnight(rule.valid_from, zone), midnight_after(rule.valid_until, zone))
            self.entries.append((rule, level, of_revision, of_rule))

    def moments(self) -> Iterator[Instant]:
        """Yield every instant at which one of the rules comes into force or goes out of it."""
        for _, _, of_revision, of_rule in self.entries:
            yield from (moment for moment in (*of_revision, *of_rule) if moment is not None)

    def rules(self, at: Instant | None) -> tuple[RuleInForce, ...]:
        """Return the rules whose own dates hold at the instant."""
        return tuple(
            RuleInForce(rule, level, rule.when.test if rule.when else None, _holds(of_revision, at))
            for rule, level, of_revision, of_rule in self.entries
            if _holds(of_rule, at)
        )


def _holds(validity: Validity, at: Instant | None) -> bool:
    since, until = validity
    if at is None:
        return since is None
    return (since is None or since <= at) and (until is None or at < until)


def _terms_from(revisions: Sequence[DatedRevision], since: Instant | None) -> Terms:
    rules_by_revision: list[tuple[RuleInForce, ...]] = []
    governing: Revision | None = None
    for one in revisions:
        rules = one.rules(since)
        if any(rule.begun for rule in rules):
            governing = governing or one.revision
            rules_by_revision.append(rules)
            if all(rule.begun for rule in rules):
                break
    # Without a rule in force (before the agreement began) the oldest revision's checks still speak.
    return Terms(since, tuple(rules_by_revision), governing or revisions[-1].revision)


def _conditions(policy: Policy) -> Iterator[Condition | None]:
    """Yield every condition that a replay may test."""
    for revision in policy.revisions:
        yield from (rule.when for rule in revision.rules)
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
