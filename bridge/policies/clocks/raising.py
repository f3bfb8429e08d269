"""Levels raised by time: a cycle reaches a point, and the ticket gets the next level until that cycle ends.

Nothing is remembered between decisions: the replay stops at the instants at which time raises a level just as it stops at
events, and finds them again each time from the history alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bridge.policies.agreement.facts import Facts
from bridge.policies.clocks.cycle import Cycle, Rung, TermsReplay
from bridge.policies.clocks.in_force import RuleInForce
from bridge.policies.clocks.metric_replay import MetricReplay
from bridge.policies.clocks.plans import RaisePlan
from bridge.tickets import Instant

RAISED = "raised:"
"""Stands before the id of the rule whose level was raised."""


class _Ahead(NamedTuple):
    at: Instant
    state: TermsReplay
    plan: RaisePlan
    cycle: Cycle


class Ladder:
    """Raises the levels of one replay, and lets them down again. `relevel` gives every clock the target of the level that
    holds from an instant on; the flag says whether the ticket enters it from below."""

    def __init__(
        self,
        states: Sequence[TermsReplay],
        metrics: Mapping[str, MetricReplay],
        facts: Facts,
        relevel: Callable[[Instant, bool], None],
    ) -> None:
        self._states = states
        self._metrics = metrics
        self._facts = facts
        self._relevel = relevel
        self._since: Instant = facts.at

    def climb(self, until: Instant) -> None:
        """Raise every level that time raises before `until`."""
        while (ahead := self._next()) is not None and ahead.at < until:
            self._since = ahead.at
            self._raise(ahead)

    def settle(self, at: Instant) -> None:
        """Let down, at the step just taken, what was raised for cycles that it ended."""
        self._since = at
        for state in self._states:
            open_ones = [rung for rung in state.rungs if self._metrics[rung.plan.definition.metric].cycle is rung.cycle]
            if len(open_ones) != len(state.rungs):
                state.rungs = open_ones
                self._move(state, at, entering=False)

    def next_at(self) -> Instant | None:
        """Return when time raises a level next, as things stand."""
        ahead = self._next()
        return ahead.at if ahead is not None else None

    def _next(self) -> _Ahead | None:
        return min(self._ahead(), key=lambda ahead: ahead.at, default=None)

    def _ahead(self) -> Iterator[_Ahead]:
        for state in self._states:
            choice = state.choice
            if choice is None or state.by_rules is None or state.is_persons(self._facts):
                continue
            for level in (state.by_rules.level, *(rung.plan.level for rung in state.rungs)):
                for plan in level.raises:
                    if plan.level is choice.level or choice.level.id in plan.level.above:
                        continue
                    cycle = self._cycle(state, plan)
                    at = cycle.reaches(plan.definition, cycle.pauses_so_far()) if cycle is not None else None
                    if cycle is not None and at is not None:
                        yield _Ahead(max(at, self._since), state, plan, cycle)

    def _cycle(self, state: TermsReplay, plan: RaisePlan) -> Cycle | None:
        """Return the open cycle that the raise waits for, None where it has raised the level already."""
        metric = self._metrics.get(plan.definition.metric)
        cycle = metric.cycle if metric is not None else None
        if cycle is None or cycle.terms is not state:
            return None
        known_from = self._facts.ticket.history_from
        if known_from is not None and cycle.start < known_from:
            # Nobody knows how much of its time is used up.
            return None
        return None if any(rung.plan is plan and rung.cycle is cycle for rung in state.rungs) else cycle

    def _raise(self, ahead: _Ahead) -> None:
        state, plan = ahead.state, ahead.plan
        by_rules = state.by_rules
        if by_rules is not None:
            rule = replace(by_rules.rule, id=f"{RAISED}{by_rules.rule.id}", level=plan.level.id, at=plan.definition.at)
            state.rungs.append(Rung(plan, ahead.cycle, RuleInForce(rule, plan.level, None)))
            self._move(state, ahead.at, entering=True)

    def _move(self, state: TermsReplay, at: Instant, *, entering: bool) -> None:
        for one in self._states:
            one.moved = False
        state.choose(self._facts, again=False)
        if state.moved:
            self._relevel(at, entering)
