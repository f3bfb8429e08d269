"""One metric through a replay."""

from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.in_force import MetricWatch
from bridge.policies.clocks.states import Cause
from bridge.policies.history.timeline import FactSet, Step
from bridge.tickets import Instant


class MetricReplay:
    """One metric through the replay: the open cycle, if any, and those that are over."""

    __slots__ = ("began_at", "cycle", "finished", "metric", "numbered", "watch")

    def __init__(self, watch: MetricWatch) -> None:
        self.watch = watch
        self.metric = watch.metric
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

    def heeds(self, step: Step, changed: FactSet) -> bool:
        """Return whether the step can concern the metric: without a cycle by a start, else by an end or a new target."""
        watch = self.watch
        if self.cycle is None:
            return bool(step.happened & watch.starts)
        return bool(step.happened & watch.ends or changed & watch.reads)
