"""From cycles to clocks: states at the deciding instant, what time will change next, and the verdicts kept from before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from bridge.decisions import Clock, ClockState, Interval, Reached
from bridge.policies.agreement.policy import Threshold
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.deadlines import Allowance, breach_at, repeats, spent
from bridge.policies.clocks.metric_replay import MetricReplay
from bridge.policies.clocks.receipt import grounds_of
from bridge.policies.clocks.states import END_STATES, STATE_RANK, Cause
from bridge.tickets import FinishedCycle, Instant

PROMISED = "promise"
"""Stands for the target of a clock that has only a date promised by hand."""

_CANCELLED, _PAUSED, _RUNNING = ClockState.CANCELLED, ClockState.PAUSED, ClockState.RUNNING

Ledger = Callable[[Cycle, Instant], tuple[Interval, ...]]


class Acting(NamedTuple):
    """A threshold with actions that an open cycle has reached; `time` says which time of several it is, None for one that comes
    once."""

    cycle: Cycle
    threshold: Threshold
    time: int | None
    at: Instant


@dataclass(slots=True)
class Verdicts:
    """All clocks of a ticket, with what follows from them together: `state` is the worst of them, `dues` the nearest deadline
    of each metric that runs, `acting` the reached thresholds of open cycles at which something is to be done."""

    clocks: list[Clock] = field(default_factory=list)
    active: list[Cycle] = field(default_factory=list)
    acting: list[Acting] = field(default_factory=list)
    dues: dict[str, Instant] = field(default_factory=dict)
    state: ClockState = ClockState.NONE
    next_change_at: Instant | None = None

    def add(self, clock: Clock) -> None:
        """Take in one more clock."""
        self.clocks.append(clock)
        if clock.state is not _CANCELLED and STATE_RANK[clock.state] > STATE_RANK[self.state]:
            self.state = clock.state

    def expect(self, at: Instant) -> None:
        """Note an instant at which time alone changes something."""
        if self.next_change_at is None or at < self.next_change_at:
            self.next_change_at = at

    def due_at(self, metrics: Sequence[str] = ()) -> Instant | None:
        """Return the nearest deadline of the running clocks, of all metrics or of these; None while paused or finished."""
        dues = self.dues
        if not dues:
            return None
        if metrics:
            return min((dues[metric] for metric in metrics if metric in dues), default=None)
        return min(dues.values())


def conclude(
    metrics: Iterable[MetricReplay],
    kept: Sequence[FinishedCycle],
    now: Instant,
    *,
    ledger: Ledger | None = None,
    known_from: Instant | None = None,
) -> Verdicts:
    """Return the verdicts on every cycle at `now`. One in `kept` is shown as it was judged, whatever the policy says today.
    Another that began before the ticket's history is known, if it is not known from the creation, has no verdict."""
    verdicts = Verdicts()
    by_metric = _by_metric(kept, now) if kept else {}
    for metric in metrics:
        cycles = metric.finished
        if metric.cycle is not None and metric.cycle.is_due:
            cycles = [*cycles, metric.cycle]
        of_metric = by_metric.pop(metric.metric, None)
        if of_metric:
            for one in of_metric.values():
                kept_clock = _kept(one, cycles)
                verdicts.add(kept_clock if ledger is None else _with_ledger(kept_clock, cycles, now, ledger))
            cycles = _not_kept(cycles, of_metric)
        for cycle in cycles:
            if known_from is not None and cycle.start < known_from:
                verdicts.add(_unseen(cycle))
            else:
                _judge(verdicts, cycle, now, ledger)
    for of_metric in by_metric.values():
        for one in of_metric.values():
            verdicts.add(_kept(one, ()))
    return verdicts


def _by_metric(kept: Iterable[FinishedCycle], now: Instant) -> dict[str, dict[int, FinishedCycle]]:
    """Return the cycles that were over at `now`, by metric and in the order of their numbers."""
    over = [one for one in kept if one.state in END_STATES and (one.stopped_at is None or one.stopped_at <= now)]
    found: dict[str, dict[int, FinishedCycle]] = {one.metric: {} for one in over}
    for one in sorted(over, key=lambda one: one.cycle):
        found[one.metric][one.cycle] = one
    return found


def _not_kept(cycles: Iterable[Cycle], kept: Mapping[int, FinishedCycle]) -> list[Cycle]:
    """Return the cycles that no kept verdict speaks of, numbered past the kept ones where their numbers are taken."""
    remaining: list[Cycle] = []
    free = max(kept) + 1
    for cycle in cycles:
        twin = kept.get(cycle.number)
        if twin is not None:
            # Its number is another cycle's when the policy has changed: what began at or after a kept end is not that one.
            if twin.stopped_at is None or cycle.start < twin.stopped_at or cycle.start == twin.started_at:
                continue
            cycle.number = free
        free = max(free, cycle.number + 1)
        remaining.append(cycle)
    return remaining


def _kept(one: FinishedCycle, cycles: Iterable[Cycle]) -> Clock:
    """Return the clock of a kept cycle; its pauses are those of the replayed cycle that began and ended with it."""
    same = (found for found in cycles if found.start == one.started_at and found.stopped_at == one.stopped_at)
    twin = next(same, None)
    return Clock(
        metric=one.metric,
        cycle=one.cycle,
        calendar=one.calendar or "",
        target=one.target or "",
        started_at=one.started_at,
        due_at=one.due_at,
        state=ClockState(one.state),
        stopped_at=one.stopped_at,
        breached_at=one.breached_at,
        elapsed_seconds=one.elapsed_seconds,
        cause=one.cause,
        level=one.level or "",
        provisional=bool(one.provisional),
        late_seconds=one.late_seconds,
        late_days=one.late_days,
        pauses=None if twin is None else twin.pauses,
    )


def _with_ledger(kept: Clock, cycles: Iterable[Cycle], now: Instant, ledger: Ledger) -> Clock:
    """Return the kept clock with the ledger of the replayed cycle that still says the same; as it is where none does."""
    for cycle in cycles:
        if cycle.start == kept.started_at and cycle.stopped_at is not None:
            replayed = Verdicts()
            _judge(replayed, cycle, now, ledger)
            (clock,) = replayed.clocks
            if all(getattr(clock, name) == getattr(kept, name) for name in _SAID):
                grounds = clock.grounds
                if grounds is not None and clock.provisional != kept.provisional:
                    # The cycle was judged by other holiday data, or kept when that was not noted.
                    grounds = replace(grounds, published=None)
                return replace(kept, receipt=clock.receipt, zone=clock.zone, grounds=grounds)
    return kept


_SAID = ("target", "started_at", "due_at", "stopped_at", "state", "elapsed_seconds", "breached_at", "cause")


def _unseen(cycle: Cycle) -> Clock:
    """Return the clock of a cycle that began before the history is known. A closing ends every clock and no closing that nobody
    saw can be ruled out, so there is none of which less would have to be known."""
    return Clock(
        metric=cycle.plan.metric,
        cycle=cycle.number,
        calendar=cycle.calendar.id,
        target=PROMISED if cycle.allowance is None else cycle.allowance.text,
        started_at=cycle.start,
        due_at=None,
        state=ClockState.NONE,
        cause=Cause.HISTORY_UNSEEN,
        level=cycle.granted_by.id,
        pauses=None,
    )


def _judge(verdicts: Verdicts, cycle: Cycle, now: Instant, ledger: Ledger | None) -> None:
    """Add the clock of a replayed cycle as it stands at `now`."""
    stopped = cycle.stopped_at
    allowance, calendar, flow = cycle.allowance, cycle.calendar, cycle.flow
    if stopped is None:
        cycle.view(now)
    elapsed = spent(flow, cycle.start, cycle.pauses, now if stopped is None else stopped)
    remaining = _of_open_cycle(verdicts, cycle, now, elapsed) if stopped is None else None
    late_seconds, late_days = _lateness(cycle, now if stopped is None else stopped)
    by_calendar = cycle.promise is None and flow is calendar
    verdicts.add(
        Clock(
            metric=cycle.plan.metric,
            cycle=cycle.number,
            calendar=calendar.id,
            target=PROMISED if cycle.promise is not None or allowance is None else allowance.text,
            started_at=cycle.start,
            due_at=cycle.due,
            state=cycle.state,
            provisional=by_calendar and cycle.due is not None and calendar.is_provisional(cycle.due),
            stopped_at=stopped,
            breached_at=cycle.breached_at,
            elapsed_seconds=elapsed,
            remaining_seconds=remaining,
            cause=cycle.cause,
            level=cycle.granted_by.id,
            late_seconds=late_seconds,
            late_days=late_days,
            pauses=cycle.pauses,
            thresholds=cycle.reached,
            receipt=ledger(cycle, now) if ledger is not None else (),
            zone=calendar.zone.key if ledger is not None else "",
            grounds=grounds_of(cycle) if ledger is not None else None,
        )
    )


def _lateness(cycle: Cycle, at: Instant) -> tuple[int, int]:
    """Return working seconds and working days from the deadline of a breached cycle to an instant."""
    due, calendar = cycle.due, cycle.calendar
    if cycle.breached_at is None or due is None:
        return 0, 0
    return calendar.worked(at) - calendar.worked(due), calendar.days_between(due, at)


def _of_open_cycle(verdicts: Verdicts, cycle: Cycle, now: Instant, elapsed: int) -> int | None:
    """Note what an open cycle brings: deadline, reached thresholds, coming changes. Return the seconds that remain."""
    verdicts.active.append(cycle)
    allowance, flow = cycle.allowance, cycle.flow
    remaining = None
    if cycle.promise is not None:
        remaining = flow.worked(cycle.promise) - flow.worked(cycle.stands_at(now))
    elif allowance is not None:
        remaining = allowance.seconds(cycle.start) - elapsed
    if allowance is not None and allowance.thresholds:
        _thresholds(verdicts, cycle, allowance, now)
    if cycle.due is not None and cycle.state is not _PAUSED:
        verdicts.dues[cycle.plan.metric] = cycle.due
        if cycle.breached_at is None:
            # In the very second a pause around the deadline ends, there still is no breach.
            verdicts.expect(breach_at(cycle.due, cycle.pauses) + 1)
    return remaining


def _thresholds(verdicts: Verdicts, cycle: Cycle, allowance: Allowance, now: Instant) -> None:
    """Set `at_risk`, note the thresholds that are reached, and expect those still ahead."""
    for threshold in allowance.thresholds:
        first = cycle.reaches(threshold, cycle.pauses)
        if first is None:
            continue
        if first > now:
            if cycle.state is not _PAUSED:
                verdicts.expect(first)
            continue
        number, at, following = repeats(allowance.calendar, threshold, first, cycle.pauses, now)
        if following is not None and cycle.state is not _PAUSED:
            verdicts.expect(following)
        if threshold.at_risk and cycle.state is _RUNNING:
            cycle.state = ClockState.AT_RISK
        name = threshold.id if threshold.every is None else f"{threshold.id}#{number}"
        cycle.reached = (*cycle.reached, Reached(id=name, point=str(threshold), at=at))
        if threshold.actions:
            verdicts.acting.append(Acting(cycle, threshold, None if threshold.every is None else number, at))
