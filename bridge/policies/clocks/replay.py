"""The replay: a ticket's steps go through the policy's clocks, and every cycle of every metric comes out.

At one step the parts of a clock speak in a fixed order: a creation or reopening first, then stop, reset, cancel, the target
(and what entering a level demands), and start last. Pauses and levels are followed once per regime, for all of its clocks.
"""

from collections.abc import Mapping
from itertools import islice

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import OnEntry, OnReopen
from bridge.policies.clocks.cycle import Cycle, RegimeState
from bridge.policies.clocks.deadlines import Allowance, Span
from bridge.policies.clocks.in_force import MetricPlan, Regime, Rulebook, RuleInForce
from bridge.policies.clocks.plans import ClockPlan, Tier
from bridge.policies.clocks.states import Cause
from bridge.policies.history.timeline import (
    ANSWERED,
    ANYTHING,
    CLOSED,
    CREATION,
    REOPENED,
    REOPENING,
    Step,
    Timeline,
)
from bridge.tickets import FieldValue, Instant, parse_instant

DELETED_STATE = "deleted"


class Lane:
    """One metric through the replay: the open cycle, if any, and those that are over."""

    __slots__ = ("began_at", "cycle", "finished", "metric", "numbered", "plan")

    def __init__(self, plan: MetricPlan) -> None:
        self.plan = plan
        self.metric = plan.metric
        self.cycle: Cycle | None = None
        self.finished: list[Cycle] = []
        self.numbered = 0
        self.began_at: Instant | None = None

    def end(self, at: Instant, cause: Cause | None, *, fulfilled: bool = False, withdrawn: bool = False) -> None:
        """End the open cycle; one in which nothing was due leaves no trace."""
        cycle = self.cycle
        self.cycle = None
        if cycle is not None and cycle.is_due:
            cycle.end(at, cause, fulfilled=fulfilled, withdrawn=withdrawn)
            self.finished.append(cycle)

    def number(self, cycle: Cycle) -> None:
        """Give the cycle its number, once something is due in it."""
        if not cycle.number and cycle.is_due:
            self.numbered += 1
            cycle.number = self.numbered


class Replay:
    """One ticket's replay: it takes the facts from the creation to the end. `lanes` hold the result; `regime` is the one in
    force at the last step."""

    __slots__ = ("_base", "_ever_answered", "_several", "_states", "facts", "lanes", "regime", "rulebook", "timeline")

    def __init__(self, rulebook: Rulebook, timeline: Timeline, facts: Facts) -> None:
        self.rulebook = rulebook
        self.timeline = timeline
        self.facts = facts
        steps = timeline.steps
        self._base = first = rulebook.at(steps[0].at)
        last = rulebook.at(steps[-1].at)
        self._several = last > first
        self._states = [RegimeState(regime) for regime in rulebook.regimes[first : last + 1]]
        self.regime = self._states[0]
        self.lanes = [Lane(plan) for plan in rulebook.metrics]
        self._ever_answered = False

    def run(self, now: Instant, *, imported: bool = False) -> None:
        """Replay every step. `imported` marks a ticket of another system: what came in closed is cancelled, not judged."""
        timeline = self.timeline
        merged_at = timeline.merged_at if timeline.merged_at is not None and timeline.merged_at <= now else None
        facts = self.facts
        mask, reads = self.rulebook.mask, self.rulebook.reads
        steps = timeline.steps
        self._open(steps[0], imported=imported)
        for step in islice(steps, 1, None):
            if merged_at is not None and step.at >= merged_at:
                break
            if step.mask & mask or step.changed & reads:
                self._take(step)
            elif step.values is not None:
                self._see(step)
            else:
                continue
            if facts.status.state == DELETED_STATE:
                self._withdraw(step.at, Cause.DELETED)
                return
        if merged_at is not None:
            self._withdraw(merged_at, Cause.MERGED)

    def choice_under(self, regime: Regime) -> RuleInForce | None:
        """Return the rule that holds in the end by the rules of a regime; None by one that was never in force here."""
        for state in self._states:
            if state.regime is regime:
                return state.choice
        return None

    def _withdraw(self, at: Instant, cause: Cause) -> None:
        for lane in self.lanes:
            lane.end(at, cause, withdrawn=True)

    def _open(self, step: Step, *, imported: bool) -> None:
        """Take in the creation: every level and pause is looked at for the first time."""
        facts = self.facts
        self._see(step)
        for state in self._states:
            state.choice = state.regime.choose(facts)
            for track in state.tracks:
                track.follow(step, ANYTHING, self.timeline.events, facts)
        if facts.status.state == DELETED_STATE or (imported and facts.closed):
            self._import(step, Cause.IMPORTED if imported else Cause.DELETED)
            return
        for lane in self.lanes:
            plan = self.regime.regime.clocks.get(lane.metric)
            if plan is not None:
                if plan.begins and plan.start.matches(step, self.timeline.events, facts):
                    self._begin(lane, plan, step.at)
                if facts.closed or step.mask & (lane.plan.starts | lane.plan.ends) & ~CREATION:
                    self._advance(lane, step, 0, first=True, closing=facts.closed)

    def _take(self, step: Step) -> None:
        """Bring the facts to after the step, then levels and pauses, then every lane the step concerns."""
        facts = self.facts
        mask = step.mask
        changed = step.changed
        was_closed = facts.closed
        answered = self._see(step)
        reopened = closing = False
        if changed & CLOSED:
            if facts.status.state == DELETED_STATE:
                return
            reopened = bool(mask & REOPENING) or (was_closed and not facts.closed)
            closing = facts.closed and (not was_closed or reopened)
        if reopened:
            facts.reopened_count += 1
            facts.answered = answered
            changed |= REOPENED | ANSWERED
        elif answered:
            changed |= ANSWERED
        urgent = closing or reopened
        for state in self._states:
            regime = state.regime
            state.moved = False
            if changed & regime.reads:
                before = state.choice
                choice = state.choice = regime.choose(facts)
                if choice is not before and _tier_id(choice) != _tier_id(before):
                    state.moved = urgent = True
            for track in state.tracks:
                if changed & track.plan.reads or (track.holding and mask & track.plan.wakes):
                    track.follow(step, changed, self.timeline.events, facts)
        for lane in self.lanes:
            plan = lane.plan
            heeded = mask & plan.starts if lane.cycle is None else mask & plan.ends or changed & plan.reads
            if heeded or urgent:
                self._advance(lane, step, changed, closing=closing, reopened=reopened)

    def _see(self, step: Step) -> bool:
        """Bring the facts to after the step; return whether it holds an answer."""
        facts = self.facts
        facts.at = step.at
        facts.messages = step.messages
        facts.responses = step.responses
        values = step.values
        if values is not None:
            for name in values:
                setattr(facts, name, values[name])
        if self._several:
            self.regime = self._states[self.rulebook.at(step.at) - self._base]
        answer = self.regime.regime.answer
        if step.mask & answer.mask and answer.matches(step, self.timeline.events, facts):
            facts.answered = self._ever_answered = True
            return True
        return False

    def _import(self, step: Step, cause: Cause) -> None:
        for lane in self.lanes:
            plan = self.regime.regime.clocks.get(lane.metric)
            if plan is not None and plan.begins and plan.start.matches(step, self.timeline.events, self.facts):
                self._begin(lane, plan, step.at)
        self._withdraw(step.at, cause)

    def _advance(
        self, lane: Lane, step: Step, changed: int, *, first: bool = False, closing: bool, reopened: bool = False
    ) -> None:
        at = step.at
        facts = self.facts
        regime = self.regime
        plan = regime.regime.clocks.get(lane.metric)
        if reopened and plan is not None and lane.cycle is None:
            self._reopen(lane, plan, at)
        again = False
        cycle = lane.cycle
        if cycle is not None:
            again = self._close(lane, cycle, step, closing=closing)
        if lane.began_at != at:
            if regime.moved and plan is not None and plan.is_reaction and not facts.closed:
                self._enter_level(lane, plan, at)
            if cycle is not None and lane.cycle is cycle:
                self._adjust(lane, cycle, changed, at)
        if lane.cycle is None and plan is not None and (again or self._starts(plan, step, first=first)):
            self._begin(lane, plan, at)

    def _close(self, lane: Lane, cycle: Cycle, step: Step, *, closing: bool) -> bool:
        """End the open cycle where the step says so: stop, then reset, then cancel. Return whether a new one follows."""
        plan = cycle.plan
        definition = plan.definition
        mask = step.mask
        at = step.at
        events = self.timeline.events
        facts = self.facts
        if mask & plan.stop.mask and plan.stop.matches(step, events, facts):
            # One event may end a cycle and begin the next (a department hands over); in its first second it only began.
            if cycle.start != at or not mask & plan.stop.mask & plan.start.mask:
                lane.end(at, None, fulfilled=True)
                return definition.restart_on_stop and not facts.closed
            return False
        if closing and definition.closing_finishes:
            lane.end(at, None, fulfilled=True)
        elif mask & plan.reset.mask and plan.reset.matches(step, events, facts):
            if cycle.start != at:
                lane.end(at, Cause.RESET)
                return True
        elif mask & plan.cancel.mask and plan.cancel.matches(step, events, facts):
            lane.end(at, Cause.CONDITION)
        elif closing and definition.off_while_closed:
            lane.end(at, Cause.CLOSED_UNANSWERED if plan.awaits_answer else Cause.CLOSED)
        return False

    def _adjust(self, lane: Lane, cycle: Cycle, changed: int, at: Instant) -> None:
        """Give the open cycle the target that its level now grants."""
        state = cycle.regime
        plan = cycle.plan
        if not state.moved and not changed & lane.plan.reads:
            return
        tier = state.choice.tier if state.choice else None
        allowance, promise = self._granted(plan, tier)
        if tier is None or (allowance is None and promise is None):
            self._suspend(lane, cycle, tier, at)
            return
        if _same(cycle.allowance, allowance) and cycle.promise == promise and cycle.is_due:
            if tier.on_entry is not OnEntry.KEEP_TARGET:
                cycle.grant(tier, allowance, promise)
            return
        cycle.change(tier, allowance, promise, at)
        lane.number(cycle)

    def _suspend(self, lane: Lane, cycle: Cycle, tier: Tier | None, at: Instant) -> None:
        """Cancel a cycle that lost its target, and remember its start for a level that may grant one again."""
        if not cycle.is_due:
            return
        cycle.settle(at)
        if cycle.breached_at is not None:
            return
        applies = cycle.plan.applies
        gone = tier is not None and applies is not None and not applies.test(self.facts)
        lane.end(at, Cause.NOT_APPLICABLE if gone else Cause.NO_TARGET)
        lane.cycle = cycle.successor()

    def _enter_level(self, lane: Lane, plan: ClockPlan, at: Instant) -> None:
        tier = self.regime.choice.tier if self.regime.choice else None
        if tier is None:
            return
        if tier.on_entry is OnEntry.NEW_CYCLE:
            lane.end(at, Cause.LEVEL_CHANGED)
            self._begin(lane, plan, at)
        elif tier.on_entry is OnEntry.NEW_CYCLE_IF_ANSWERED and lane.cycle is None and self.facts.answered:
            self._begin(lane, plan, at)

    def _reopen(self, lane: Lane, plan: ClockPlan, at: Instant) -> None:
        on_reopen = plan.definition.on_reopen
        last = lane.finished[-1] if lane.finished else None
        if on_reopen is OnReopen.CONTINUE and last is not None and last.stopped_at is not None:
            lane.cycle = last.successor(Span(last.stopped_at, at, "closed"))
            self._grant_first(lane, lane.cycle)
            lane.began_at = at
        elif on_reopen is OnReopen.NEW_CYCLE or (on_reopen is OnReopen.CONTINUE and last is None):
            ended_by_closing = last is not None and plan.definition.closing_finishes
            if plan.begins or ended_by_closing:
                self._begin(lane, plan, at)

    def _starts(self, plan: ClockPlan, step: Step, *, first: bool) -> bool:
        definition = plan.definition
        start = plan.start
        if not step.mask & start.mask or (first and not step.mask & start.mask & ~CREATION):
            return False
        if self.facts.closed and (definition.off_while_closed or definition.closing_finishes):
            return False
        if definition.needs_answer and (first or not self._ever_answered or self._reaction_is_open(step.at)):
            return False
        return start.matches(step, self.timeline.events, self.facts)

    def _reaction_is_open(self, at: Instant) -> bool:
        """Whether the first response is still owed, so that a message of the customer starts no clock beside it."""
        return any(
            lane.began_at == at or (lane.cycle is not None and lane.cycle.is_due)
            for lane in self.lanes
            if lane.plan.is_reaction
        )

    def _begin(self, lane: Lane, plan: ClockPlan, at: Instant) -> None:
        lane.cycle = Cycle(plan, self.regime, at)
        lane.began_at = at
        self._grant_first(lane, lane.cycle)

    def _grant_first(self, lane: Lane, cycle: Cycle) -> None:
        tier = cycle.regime.choice.tier if cycle.regime.choice else None
        if tier is not None:
            cycle.grant(tier, *self._granted(cycle.plan, tier))
            lane.number(cycle)

    def _granted(self, plan: ClockPlan, tier: Tier | None) -> tuple[Allowance | None, Instant | None]:
        """Return the target and the promised date that hold for the metric at the facts as they stand."""
        facts = self.facts
        if tier is None or (plan.applies is not None and not plan.applies.test(facts)):
            return None, None
        promise = promised(facts.fields, plan.promise_field) if plan.promise_field else None
        return tier.allowance(plan.metric, facts), promise


def _tier_id(choice: RuleInForce | None) -> str | None:
    return choice.tier.id if choice is not None else None


def _same(one: Allowance | None, other: Allowance | None) -> bool:
    if one is other:
        return True
    return one is not None and other is not None and one.amount == other.amount and one.calendar is other.calendar


def promised(fields: Mapping[str, FieldValue], name: str) -> Instant | None:
    """Return the date promised by hand, None where there is none or it cannot be read."""
    value = fields.get(name)
    if not value:
        return None
    try:
        return parse_instant(value)
    except ValueError:
        return None
