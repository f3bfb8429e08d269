"""What would change: a candidate policy against the one in force, over any number of tickets.

The summary is additive: parts computed in several processes can be joined, and memory does not grow with the tickets.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bridge.decisions import Clock, Decision
from bridge.tickets import Instant, Ticket

Decide = Callable[[Ticket], Decision]

NONE = "none"
"""How an absent level or rule is called in groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a candidate changes for one ticket; `breached` and `saved` name the metrics broken then, or no longer;
    `thresholds` those that have been reached under one of the two policies only.

    `metric` names the clock that each of the due times is of, empty where there is none.
    """

    ticket_id: int
    number: str
    department: str
    category: str
    level: tuple[str, str]
    rule: tuple[str, str]
    state: tuple[str, str]
    verdict: tuple[str, str]
    due: tuple[Instant | None, Instant | None]
    metric: tuple[str, str] = ("", "")
    breached: tuple[str, ...] = ()
    saved: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return what changes: `level`, `deadline`, `state`, `verdict`, `breached`, `saved`, `thresholds`."""
        pairs = {"level": self.level, "deadline": self.due, "state": self.state, "verdict": self.verdict}
        kinds = [name for name, (before, after) in pairs.items() if before != after]
        kinds += [name for name in ("breached", "saved", "thresholds") if getattr(self, name)]
        return tuple(kinds)

    @property
    def size(self) -> tuple[int, ...]:
        """Return how much changes, to be compared: promises broken and kept first, then the verdict, the level, the deadline's
        coming, going and moving, the state, and the thresholds."""
        before, after = self.due
        moved = 0 if before is None or after is None else abs(after - before)
        verdict, level, state = (before != after for before, after in (self.verdict, self.level, self.state))
        comes = (before is None) != (after is None)
        return len(self.breached), len(self.saved), verdict, level, comes, moved, state, len(self.thresholds)


KINDS = ("level", "deadline", "state", "verdict", "breached", "saved", "thresholds")


def compare(ticket: Ticket, before: Decision, after: Decision) -> Difference | None:
    """Return what changes for the ticket, None when nothing a person would see does."""
    old, new = _breaches(before.clocks), _breaches(after.clocks)
    difference = Difference(
        ticket_id=ticket.id,
        number=ticket.number,
        department=ticket.department.name,
        category=str(before.customer.category or "unknown"),
        level=(before.level or NONE, after.level or NONE),
        rule=(before.rule or NONE, after.rule or NONE),
        state=(before.state.value, after.state.value),
        verdict=(before.support.verdict.value, after.support.verdict.value),
        due=(before.due_at, after.due_at),
        metric=(_metric_due(before), _metric_due(after)),
        breached=tuple(sorted(new - old)),
        saved=tuple(sorted(old - new)),
        thresholds=tuple(sorted(_thresholds(before.clocks) ^ _thresholds(after.clocks))),
    )
    return difference if difference.kinds else None


def _metric_due(decision: Decision) -> str:
    """Return the metric of the clock that is due first, empty where none is."""
    if decision.due_at is None:
        return ""
    running = (one for one in decision.clocks if one.stopped_at is None and one.due_at == decision.due_at)
    return next((clock.metric for clock in running), "")


def _breaches(clocks: Sequence[Clock]) -> set[str]:
    return {clock.metric for clock in clocks if clock.breached_at is not None}


def _thresholds(clocks: Sequence[Clock]) -> set[str]:
    return {f"{clock.metric} {one.id}" for clock in clocks for one in clock.thresholds}


@dataclass(slots=True, kw_only=True)
class Summary:
    """The changes over many tickets, grouped.

    `levels`, `rules`, `states` and `verdicts` count moves from one value to another; `departments` and `categories`
    count changed tickets. `earlier` and `later` count deadlines that move, with the summed seconds. `samples` keeps the
    first few changes of each kind, `largest` the `shown` most changed tickets by id; `failed` the tickets that could not be
    decided, with the reason.
    """

    samples_kept: int = 10
    shown: int = 100
    tickets: int = 0
    changed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    levels: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    departments: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    breached: Counter[str] = field(default_factory=Counter)
    saved: Counter[str] = field(default_factory=Counter)
    actions_before: Counter[str] = field(default_factory=Counter)
    actions_after: Counter[str] = field(default_factory=Counter)
    earlier: int = 0
    earlier_seconds: int = 0
    later: int = 0
    later_seconds: int = 0
    samples: dict[str, list[Difference]] = field(default_factory=dict)
    largest: dict[int, Difference] = field(default_factory=dict)
    failed: list[tuple[int, str]] = field(default_factory=list)

    def add(self, difference: Difference | None) -> None:
        """Count one ticket, changed or not."""
        self.tickets += 1
        if difference is None:
            return
        self.changed += 1
        self.departments[difference.department] += 1
        self.categories[difference.category] += 1
        moves = (difference.level, difference.rule, difference.state, difference.verdict)
        for group, (before, after) in zip(GROUPS, moves, strict=True):
            if before != after:
                getattr(self, group)[before, after] += 1
        self.breached.update(difference.breached)
        self.saved.update(difference.saved)
        due, coming = difference.due
        if due is not None and coming is not None:
            self.earlier += coming < due
            self.earlier_seconds += max(0, due - coming)
            self.later += coming > due
            self.later_seconds += max(0, coming - due)
        self._keep(difference)
        for kind in difference.kinds:
            self.kinds[kind] += 1
            kept = self.samples.setdefault(kind, [])
            if len(kept) < self.samples_kept:
                kept.append(difference)

    def join(self, other: "Summary") -> None:
        """Add a summary of other tickets."""
        for name in ("tickets", "changed", "earlier", "earlier_seconds", "later", "later_seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        counters = ("kinds", "departments", "categories", "breached", "saved", "actions_before", "actions_after")
        for name in (*GROUPS, *counters):
            getattr(self, name).update(getattr(other, name))
        for kind, changes in other.samples.items():
            kept = self.samples.setdefault(kind, [])
            kept.extend(changes[: self.samples_kept - len(kept)])
        for difference in other.largest.values():
            self._keep(difference)
        self.failed.extend(other.failed)

    def _keep(self, difference: Difference) -> None:
        """Keep the change if it may be among the largest; a ticket that comes twice is kept once, as it changes most."""
        known = self.largest.get(difference.ticket_id)
        if known is None or known.size < difference.size:
            self.largest[difference.ticket_id] = difference
        if len(self.largest) > 2 * self.shown:
            self.largest = {one.ticket_id: one for one in self.most_changed()}

    @property
    def actions(self) -> dict[str, tuple[int, int]]:
        """Return how many actions are due before and after, by their ids."""
        ids = sorted(self.actions_before.keys() | self.actions_after.keys())
        return {id_: (self.actions_before[id_], self.actions_after[id_]) for id_ in ids}

    def most_changed(self) -> list[Difference]:
        """Return the most changed tickets, those that change most first, each once and no more than `shown`."""
        return sorted(self.largest.values(), key=_largest_first)[: self.shown]


def _largest_first(one: Difference) -> tuple[int, ...]:
    return (*(-part for part in one.size), one.ticket_id)


GROUPS = ("levels", "rules", "states", "verdicts")
"""The counts of a summary that tell from what to what tickets move."""


def simulate(
    tickets: Iterable[Ticket], current: Decide, candidate: Decide, *, samples: int = 10, shown: int = 100
) -> Summary:
    """Return what `candidate` changes against `current` over the tickets, taken one by one.

    A ticket that one of them cannot decide is listed in `failed`; the others go on.
    """
    summary = Summary(samples_kept=samples, shown=shown)
    for ticket in tickets:
        try:
            before, after = current(ticket), candidate(ticket)
            difference = compare(ticket, before, after)
        except Exception as error:  # noqa: BLE001 - one ticket's trouble is reported and must not hide all others
            summary.tickets += 1
            summary.failed.append((ticket.id, f"{type(error).__name__}: {error}"))
            continue
        summary.add(difference)
        summary.actions_before.update(action.id for action in before.actions)
        summary.actions_after.update(action.id for action in after.actions)
    return summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a change may do before a person must look; None is no limit. The share is of all tickets, from 0 to 1."""

    changed_share: float | None = None
    breached: int | None = None

    def exceeded(self, summary: Summary) -> tuple[str, ...]:
        """Return a sentence for each limit that the summary is above; none means the change is within them."""
        said: list[str] = []
        share = summary.changed / summary.tickets if summary.tickets else 0.0
        if self.changed_share is not None and share > self.changed_share:
            change = f"{summary.changed} of {summary.tickets} tickets change"
            said.append(f"{change} ({share:.1%}, at most {self.changed_share:.1%})")
        broken = summary.kinds["breached"]
        if self.breached is not None and broken > self.breached:
            said.append(f"{broken} tickets would be breached (at most {self.breached})")
        return tuple(said)
