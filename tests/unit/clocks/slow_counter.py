"""A second, plain way to run two clocks: minute by minute, with a flag for each thing, and nothing of the engine's code.

It knows first_response and resolution, waiting for the customer, two priorities with their targets, closing and reopening.
Everything happens on whole minutes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bridge.tickets import Event, EventKind

MINUTE = 60
HORIZON_DAYS = 40
PENDING_ID = 6
HIGH_ID = 3


@dataclass
class Run:
    """One cycle, counted by hand."""

    metric: str
    start: int
    target: int
    minutes: int = 0
    reached: dict[int, int] = field(default_factory=dict)
    due: int | None = None
    breached: int | None = None
    stop: int | None = None
    verdict: str = ""

    def tick(self, at: int) -> None:
        self.minutes += 1
        self.reached[self.minutes] = at + MINUTE
        if self.breached is None:
            self.due = self.reached.get(self.target)

    def finish(self, at: int, good: str) -> None:
        self.stop = at
        self.verdict = "missed" if self.breached is not None else good


class SlowDesk:
    """The whole ticket, minute by minute. `works(at)` tells whether the minute that begins at `at` is worked."""

    def __init__(
        self, created: int, events: Iterable[Event], works: Callable[[int], bool], targets: dict[str, int]
    ) -> None:
        self.works = works
        self.targets = targets
        self.created = created
        self.by_minute: dict[int, list[Event]] = {}
        for event in events:
            self.by_minute.setdefault(event.at, []).append(event)
        self.status, self.closed, self.released, self.priority = 1, False, False, 2
        self.open: dict[str, Run] = {}
        self.done: list[Run] = []

    @property
    def paused(self) -> bool:
        return self.status == PENDING_ID and not self.released

    def begin(self, metric: str, at: int) -> None:
        self.open[metric] = Run(metric, at, self.target(metric))

    def target(self, metric: str) -> int:
        return self.targets["high" if self.priority == HIGH_ID else metric]

    def finish(self, metric: str, at: int, good: str) -> None:
        run = self.open.pop(metric, None)
        if run is not None:
            run.finish(at, good)
            self.done.append(run)

    def happen(self, at: int) -> None:
        events = self.by_minute.get(at, [])
        kinds = {event.kind for event in events}
        self.open_and_answer(at, kinds)
        self.move(at, events)
        if EventKind.PRIORITY in kinds:
            self.retarget(at)
        if EventKind.MESSAGE in kinds and at != self.created:
            self.released = True
        elif kinds & {EventKind.STATUS, EventKind.RESPONSE, EventKind.CLOSED, EventKind.REOPENED}:
            self.released = False

    def open_and_answer(self, at: int, kinds: set[EventKind]) -> None:
        if at == self.created or EventKind.REOPENED in kinds:
            if at != self.created:
                self.closed, self.status = False, 1
            for metric in ("first_response", "resolution"):
                if metric not in self.open:
                    self.begin(metric, at)
        if EventKind.RESPONSE in kinds:
            self.finish("first_response", at, "met")

    def move(self, at: int, events: list[Event]) -> None:
        for event in events:
            if event.kind is EventKind.CLOSED:
                self.closed, self.status = True, event.after["id"]
                self.finish("resolution", at, "met")
                self.finish("first_response", at, "cancelled")
            if event.kind is EventKind.STATUS:
                if self.status != PENDING_ID:
                    self.released = False
                self.status = event.after["id"]
            if event.kind is EventKind.PRIORITY:
                self.priority = event.after["id"]

    def retarget(self, at: int) -> None:
        for run in self.open.values():
            if run.breached is not None:
                continue
            if run.target == self.target(run.metric):
                continue
            run.target = self.target(run.metric)
            run.due = run.reached.get(run.target)
            if run.due is not None and run.due < at:
                run.breached = at

    def pass_minute(self, at: int) -> None:
        for run in self.open.values():
            if self.paused:
                continue
            if run.breached is None and run.due is not None and run.due <= at:
                run.breached = at
            if self.works(at):
                run.tick(at)

    def verdicts(self, now: int) -> list[tuple[object, ...]]:
        """What each cycle must look like at `now`: metric, start, stop, state, due, breach, elapsed seconds."""
        at = self.created
        while at < now:
            self.happen(at)
            self.pass_minute(at)
            at += MINUTE
        self.happen(now)
        found = [
            (run.metric, run.start, run.stop, run.verdict, run.breached, run.minutes * MINUTE) for run in self.done
        ]
        for run in self.open.values():
            state = "overdue" if run.breached is not None else "paused" if self.paused else "running"
            found.append((run.metric, run.start, None, state, run.breached, run.minutes * MINUTE))
        return sorted(found, key=lambda one: (one[0], one[1]))

    def deadlines(self, now: int) -> dict[str, int | None]:
        """When the open cycles are due if nothing more happens; call after `verdicts`."""
        due = {metric: run.due for metric, run in self.open.items()}
        if self.paused:
            return {metric: run.due if run.breached is not None else None for metric, run in self.open.items()}
        at = now
        while any(run.due is None for run in self.open.values()) and at < now + HORIZON_DAYS * 86_400:
            for run in self.open.values():
                if self.works(at):
                    run.tick(at)
                if due[run.metric] is None:
                    due[run.metric] = run.due
            at += MINUTE
        return due
