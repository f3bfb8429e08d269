"""The replay: a ticket's steps go through the policy's clocks, and every cycle of every metric comes out.

At one step the parts of a clock speak in a fixed order: a creation or reopening first, then stop, reset, cancel, the target
(and what entering a level demands), and start last. Pauses and levels are followed once per set of terms, for all of its
clocks.
"""

from itertools import islice

from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import OnEntry, OnReopen
from bridge.policies.clocks.cycle import Cycle, TermsReplay
from bridge.policies.clocks.deadlines import Allowance, PausedSpan, same_allowance
from bridge.policies.clocks.in_force import Rulebook, Terms
from bridge.policies.clocks.metric_replay import MetricReplay
from bridge.policies.clocks.plans import ClockPlan, EventMatcher, LevelPlan
from bridge.policies.clocks.pledges import Pledges
from bridge.policies.clocks.raising import Ladder
from bridge.policies.clocks.states import Cause
from bridge.policies.history.timeline import (
    AGENT_RESPONSE,
    ALL_FACTS,
    ANSWERED,
    CLOSED,
    CLOSING,
    CREATION,
    FIELDS,
    REOPENED,
    REOPENING,
    FactSet,
    Step,
    Timeline,
)
from bridge.tickets import Instant

DELETED_STATE = "deleted"


class Replay:
    """One ticket's replay: it takes the facts from the creation to the end. `metrics` hold the result; `current` has the
    terms in force at the last step; `next_raise_at` tells when time raises the level next. `levels` are those that the ticket
    has had while it was open, each with when it got it; None where no actions answer that."""

    __slots__ = (
        "_base",
        "_ever_answered",
        "_ladder",
        "_opened",
        "_several",
        "_states",
        "current",
        "facts",
        "levels",
        "metrics",
        "next_raise_at",
        "pledges",
        "rulebook",
        "timeline",
    )

    def __init__(self, rulebook: Rulebook, timeline: Timeline, facts: Facts) -> None:
        self.rulebook = rulebook
        self.timeline = timeline
        self.facts = facts
        steps = timeline.steps
        self._base = first = rulebook.at(steps[0].at)
        last = rulebook.at(steps[-1].at)
        self._several = last > first
        self._states = [TermsReplay(terms) for terms in rulebook.all_terms[first : last + 1]]
        self.current = self._opened = self._states[0]
        self.levels: list[tuple[Instant, str | None]] | None = [] if rulebook.acts_on_levels else None
        self.metrics = [MetricReplay(watch) for watch in rulebook.metrics]
        self._ever_answered = False
        self._ladder: Ladder | None = None
        if rulebook.raises:
            by_name = {metric.metric: metric for metric in self.metrics}
            self._ladder = Ladder(self._states, by_name, facts, self._relevel)
        self.pledges = Pledges(rulebook.promise_fields, rulebook.policy.language)
        self.next_raise_at: Instant | None = None

    def run(self, now: Instant, *, imported: bool = False) -> None:
        """Replay every step. `imported` marks a ticket of another system: what came in closed is cancelled, not judged."""
        timeline = self.timeline
        merged_at = timeline.merged_at if timeline.merged_at is not None and timeline.merged_at <= now else None
        facts = self.facts
        watched, read = self.rulebook.events, self.rulebook.reads
        steps = timeline.steps
        self._open(steps[0], imported=imported)
        self._note_level(steps[0].at)
        for step in islice(steps, 1, None):
            if merged_at is not None and step.at >= merged_at:
                if step.at == merged_at:
                    self._answer(step)
                break
            if step.happened & watched or step.changed & read:
                self._take(step)
            elif step.values is not None:
                self._see(step)
            else:
                continue
            if facts.status.state == DELETED_STATE:
                self._withdraw(step.at, Cause.DELETED)
                return
        if self._ladder is not None:
            self._ladder.climb(now + 1 if merged_at is None else merged_at)
            self.next_raise_at = self._ladder.next_at()
        if merged_at is not None:
            self._withdraw(merged_at, Cause.MERGED)

    def under(self, terms: Terms) -> TermsReplay | None:
        """Return these terms with the rule that holds in the end; None for terms that were never in force here."""
        return next((state for state in self._states if state.terms is terms), None)

    def _answer(self, step: Step) -> None:
        """Fulfil what an answer in the very second of the merge fulfils: a stop comes before a cancellation."""
        if self._ladder is not None:
            self._ladder.climb(step.at)
        if self._see(step):
            for metric in self.metrics:
                cycle = metric.cycle
                if cycle is not None and cycle.plan.stop.events & AGENT_RESPONSE and self._fits(cycle.plan.stop, step):
                    metric.end(step.at, None, fulfilled=True)

    def _withdraw(self, at: Instant, cause: Cause) -> None:
        for metric in self.metrics:
            metric.end(at, cause, withdrawn=True)

    def _open(self, step: Step, *, imported: bool) -> None:
        """Take in the creation: every level and pause is looked at for the first time."""
        facts = self.facts
        self._see(step)
        for state in self._states:
            state.choose(facts)
            state.moved = False
            for track in state.tracks:
                track.follow(step, ALL_FACTS, self.timeline.events, facts)
        self.pledges.note(step, self.timeline.events, facts)
        for metric in self.metrics:
            clock = self._clock(metric)
            if clock is not None and clock.begins and clock.start.matches(step, self.timeline.events, facts):
                self._begin(metric, clock, step.at)
        if facts.status.state == DELETED_STATE or (imported and facts.closed):
            self._withdraw(step.at, Cause.IMPORTED if imported else Cause.DELETED)
            return
        # What else happened in the ticket's first second, such as an answer typed in together with it.
        for metric in self.metrics:
            if facts.closed or step.happened & (metric.watch.starts | metric.watch.ends) & ~CREATION:
                self._advance(metric, step, CLOSING if facts.closed else 0)
        self.pledges.close(self.metrics)

    def _take(self, step: Step) -> None:
        """Bring the facts to after the step, then levels and pauses, then every metric the step concerns."""
        ladder = self._ladder
        if ladder is not None:
            ladder.climb(step.at)
        changed = self._changed(step)
        if self.facts.status.state == DELETED_STATE:
            return
        if changed & FIELDS:
            self.pledges.note(step, self.timeline.events, self.facts)
        # A closing or a reopening concerns every metric, and so does another level.
        concerns_all = bool(changed & (CLOSING | REOPENED))
        for state in self._states:
            concerns_all |= self._follow(state, step, changed)
        for metric in self.metrics:
            if concerns_all or metric.heeds(step, changed):
                self._advance(metric, step, changed)
        if self.pledges.made:
            self.pledges.close(self.metrics)
        if ladder is not None:
            ladder.settle(step.at)
        self._note_level(step.at)

    def _note_level(self, at: Instant) -> None:
        """Note the level that the ticket has from an instant on: that of the newest open cycle, else of its opening."""
        levels = self.levels
        if levels is None or self.facts.closed:
            return
        if levels and levels[-1][0] == at:
            levels.pop()
        cycles = [metric.cycle for metric in self.metrics if metric.cycle is not None and metric.cycle.is_due]
        state = max(cycles, key=lambda cycle: cycle.start).terms if cycles else self._opened
        level = state.choice.level.id if state.choice is not None else None
        if not levels or levels[-1][1] != level:
            levels.append((at, level))

    def _changed(self, step: Step) -> FactSet:
        """Bring the facts to after the step and return which of them it changed, what follows from its events included."""
        facts = self.facts
        was_closed = facts.closed
        answered = self._see(step)
        changed = step.changed
        if answered:
            changed |= ANSWERED
        if not changed & CLOSED:
            return changed
        # A closed ticket that gets an open status is reopened, whether the helpdesk logs it as such or not.
        if step.happened & REOPENING or (was_closed and not facts.closed):
            facts.reopened_count += 1
            facts.answered = answered
            self._opened = self.current
            changed |= REOPENED | ANSWERED
            was_closed = False
        return changed | CLOSING if facts.closed and not was_closed else changed

    def _follow(self, state: TermsReplay, step: Step, changed: FactSet) -> bool:
        """Bring rule and pauses of these terms to after the step; return whether they give another level now."""
        facts = self.facts
        state.moved = False
        again = bool(changed & state.terms.reads)
        if again or state.rungs:
            state.choose(facts, again=again)
        for track in state.tracks:
            if changed & track.plan.reads or (track.holding and step.happened & track.plan.wakes):
                track.follow(step, changed, self.timeline.events, facts)
        return state.moved

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
            self.current = self._states[self.rulebook.at(step.at) - self._base]
        answer = self.current.terms.answer
        if step.happened & answer.events and answer.matches(step, self.timeline.events, facts):
            facts.answered = self._ever_answered = True
            return True
        return False

    def _advance(self, metric: MetricReplay, step: Step, changed: FactSet) -> None:
        """Let the parts of the metric's clock speak, in their order."""
        clock = self._clock(metric)
        if changed & REOPENED and metric.cycle is None and clock is not None:
            self._reopen(metric, clock, step.at)
        cycle = metric.cycle
        again = cycle is not None and self._close(metric, cycle, step, changed)
        if self.pledges.made and metric.cycle is not None:
            self.pledges.give(metric.cycle)
        if metric.began_at != step.at:
            self._enter_level(metric, clock, step.at)
            if cycle is not None and metric.cycle is cycle:
                self._adjust(metric, cycle, changed, step.at)
        if metric.cycle is None and clock is not None and (again or self._starts(clock, step)):
            self._begin(metric, clock, step.at)

    def _clock(self, metric: MetricReplay) -> ClockPlan | None:
        """Return the metric's clock by the terms in force at the step."""
        return self.current.terms.clocks.get(metric.metric)

    def _close(self, metric: MetricReplay, cycle: Cycle, step: Step, changed: FactSet) -> bool:
        """End the open cycle where the step says so: stop, then reset, then cancel. Return whether a new one follows."""
        clock = cycle.plan
        closing = changed & CLOSING
        if self._fits(clock.stop, step):
            return self._stop(metric, cycle, step)
        if closing and clock.definition.closing_finishes:
            metric.end(step.at, None, fulfilled=True)
        elif self._fits(clock.reset, step):
            if cycle.start != step.at:
                metric.end(step.at, Cause.RESET)
                return True
        elif self._fits(clock.cancel, step):
            metric.end(step.at, Cause.CONDITION)
        elif closing and clock.definition.off_while_closed:
            metric.end(step.at, Cause.CLOSED_UNANSWERED if clock.awaits_answer else Cause.CLOSED)
        return False

    def _stop(self, metric: MetricReplay, cycle: Cycle, step: Step) -> bool:
        """Fulfil the cycle; return whether a new one follows."""
        clock = cycle.plan
        # One event may end a cycle and begin the next (a department hands over); in its first second it only began.
        if cycle.start == step.at and step.happened & clock.stop.events & clock.start.events:
            return False
        metric.end(step.at, None, fulfilled=True)
        return clock.definition.restart_on_stop and not self.facts.closed

    def _adjust(self, metric: MetricReplay, cycle: Cycle, changed: FactSet, at: Instant) -> None:
        """Give the open cycle the target that its level now grants."""
        state = cycle.terms
        if not state.moved and not changed & metric.watch.reads:
            return
        level = state.level
        allowance, promise = self._granted(cycle, level)
        if level is None or (allowance is None and promise is None):
            self._suspend(metric, cycle, level, at)
        elif cycle.is_due and cycle.promise == promise and same_allowance(cycle.allowance, allowance):
            if level.on_entry is not OnEntry.KEEP_TARGET:
                cycle.grant(level, allowance, promise)
        else:
            cycle.change(level, allowance, promise, at)
            metric.number(cycle)

    def _suspend(self, metric: MetricReplay, cycle: Cycle, level: LevelPlan | None, at: Instant) -> None:
        """Cancel a cycle that lost its target, and remember its start for a level that may grant one again."""
        if not cycle.is_due:
            return
        cycle.settle(at)
        if cycle.breached_at is not None:
            return
        applies = cycle.plan.applies
        gone = level is not None and applies is not None and not applies.test(self.facts)
        metric.end(at, Cause.NOT_APPLICABLE if gone else Cause.NO_TARGET)
        metric.cycle = follower = cycle.successor()
        follower.pledge = cycle.pledge
        for rung in cycle.terms.rungs:
            if rung.cycle is cycle:
                rung.cycle = follower

    def _enter_level(self, metric: MetricReplay, clock: ClockPlan | None, at: Instant) -> None:
        """Begin the fresh reaction that a level may demand of a ticket that enters it (AG-3, AG-4)."""
        level = self.current.level if self.current.moved else None
        if level is None or clock is None or not clock.is_reaction or self.facts.closed:
            return
        if level.on_entry is OnEntry.NEW_CYCLE:
            metric.end(at, Cause.LEVEL_CHANGED)
            self._begin(metric, clock, at)
        elif level.on_entry is OnEntry.NEW_CYCLE_IF_ANSWERED and metric.cycle is None and self.facts.answered:
            self._begin(metric, clock, at)

    def _reopen(self, metric: MetricReplay, clock: ClockPlan, at: Instant) -> None:
        on_reopen = clock.definition.on_reopen
        last = metric.finished[-1] if metric.finished else None
        if on_reopen is OnReopen.IGNORE:
            return
        if on_reopen is OnReopen.NEW_CYCLE or last is None:
            ended_by_closing = last is not None and clock.definition.closing_finishes
            if clock.begins or ended_by_closing:
                self._begin(metric, clock, at)
        elif last.stopped_at is not None:
            metric.cycle = last.successor(PausedSpan(last.stopped_at, at, "closed"))
            self._grant_first(metric, metric.cycle)
            metric.began_at = at

    def _starts(self, clock: ClockPlan, step: Step) -> bool:
        """Return whether the step begins a cycle. At the creation, what begins with the ticket has begun already."""
        definition = clock.definition
        is_creation = step is self.timeline.steps[0]
        if not step.happened & clock.start.events & (~CREATION if is_creation else ~0):
            return False
        if self.facts.closed and (definition.off_while_closed or definition.closing_finishes):
            return False
        if definition.needs_answer and (is_creation or not self._ever_answered or self._reacts(step.at)):
            return False
        return clock.start.matches(step, self.timeline.events, self.facts)

    def _reacts(self, at: Instant) -> bool:
        """Whether the first response is still owed, so that a message of the customer starts no clock beside it."""
        return any(
            metric.began_at == at or (metric.cycle is not None and metric.cycle.is_due)
            for metric in self.metrics
            if metric.watch.is_reaction
        )

    def _begin(self, metric: MetricReplay, clock: ClockPlan, at: Instant) -> None:
        metric.cycle = Cycle(clock, self.current, at)
        metric.began_at = at
        if self.pledges.made:
            self.pledges.give(metric.cycle)
        self._grant_first(metric, metric.cycle)

    def _grant_first(self, metric: MetricReplay, cycle: Cycle) -> None:
        level = cycle.terms.level
        if level is not None:
            cycle.grant(level, *self._granted(cycle, level))
            metric.number(cycle)

    def _granted(self, cycle: Cycle, level: LevelPlan | None) -> tuple[Allowance | None, Instant | None]:
        """Return the target and the promised date that hold for the cycle at the facts as they stand."""
        facts, clock = self.facts, cycle.plan
        if level is None or (clock.applies is not None and not clock.applies.test(facts)):
            return None, None
        promise = None if cycle.pledge is None else self.pledges.read(cycle, level)
        return level.allowance(clock.metric, facts), promise

    def _relevel(self, at: Instant, entering: bool) -> None:  # noqa: FBT001 - a callback
        """Give every open cycle what the level grants that holds from `at` on, without an event."""
        for metric in self.metrics:
            cycle = metric.cycle
            if entering:
                self._enter_level(metric, self._clock(metric), at)
            if cycle is None or metric.cycle is not cycle:
                continue
            if cycle.start == at:
                self._grant_first(metric, cycle)
            else:
                self._adjust(metric, cycle, 0, at)
        self._note_level(at)

    def _fits(self, patterns: EventMatcher, step: Step) -> bool:
        return bool(step.happened & patterns.events) and patterns.matches(step, self.timeline.events, self.facts)
