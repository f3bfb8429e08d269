"""One cycle of one clock while it runs: its target, its pauses, its breach, its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.decisions import ClockState, Reached
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import OnEntry, Point
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.deadlines import (
    FOREVER,
    Allowance,
    Flow,
    PausedSpan,
    breach_at,
    later,
    point_at,
    promised_point_at,
    share_of,
    spent_since,
)
from bridge.policies.clocks.in_force import RuleInForce, Terms
from bridge.policies.clocks.pauses import PauseTrack, ended, union
from bridge.policies.clocks.plans import ClockPlan, LevelPlan, RaisePlan
from bridge.policies.clocks.states import Cause
from bridge.tickets import FieldValue, Instant

_OVERDUE, _RUNNING, _PAUSED = ClockState.OVERDUE, ClockState.RUNNING, ClockState.PAUSED
_MET, _MISSED, _CANCELLED = ClockState.MET, ClockState.MISSED, ClockState.CANCELLED


PERSONS_LEVEL = "sla_set_level"
"""The agents' input by which a person chooses the level."""


@dataclass(slots=True, eq=False)
class Rung:
    """A level that time has raised a ticket to: by which raise, of which cycle, and the choice it makes of it."""

    plan: RaisePlan
    cycle: "Cycle"
    choice: RuleInForce


class TermsReplay:
    """The terms during one replay: their pauses, the choice that holds with the level on its calendar, and whether the last
    step brought another level, or the same one on another calendar.

    `by_rules` is what the rules say; `rungs` are the raises that have happened in cycles still open, the last one on top.
    `level` is the chosen one as the facts see it, whether a rule or time has given it.
    """

    __slots__ = ("by_rules", "choice", "level", "moved", "rungs", "terms", "tracks")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.by_rules: RuleInForce | None = None
        self.choice: RuleInForce | None = None
        self.level: LevelPlan | None = None
        self.rungs: list[Rung] = []
        self.moved = False
        self.tracks = [PauseTrack(plan) for plan in terms.pause_plans]

    def choose(self, facts: Facts, *, again: bool = True) -> None:
        """Bring choice and level to these facts, and note whether that is another level now; the rules are asked `again` if
        told so."""
        if again:
            self.by_rules = self.terms.choose(facts)
        before = self.level
        self.choice = choice = self._raised(facts) if self.rungs else self.by_rules
        self.level = level = choice.level.seen_by(facts) if choice else None
        self.moved = level is not before and _is_another(level, before)

    def _raised(self, facts: Facts) -> RuleInForce | None:
        """Return the rung on top, unless a person decided the level, or the rules give one that is higher still."""
        by_rules, top = self.by_rules, self.rungs[-1]
        if by_rules is None:
            return top.choice
        stands = self.is_persons(facts) or by_rules.level is top.plan.level or by_rules.level.id in top.plan.level.above
        return by_rules if stands else top.choice

    def is_persons(self, facts: Facts) -> bool:
        """Return whether it is a person who gave the level: by choosing it, or by an input that the rule cannot do without."""
        by_rules = self.by_rules
        return by_rules is not None and (
            by_rules.rule.needs_staff or facts.fields.get(PERSONS_LEVEL) == by_rules.level.id
        )

    def track(self, plan: ClockPlan) -> PauseTrack | None:
        """Return the pauses that a clock of these terms observes."""
        return self.tracks[plan.pause_plan] if plan.pause_plan >= 0 else None


def _is_another(level: LevelPlan | None, before: LevelPlan | None) -> bool:
    """Whether the ticket came to another level, or to another calendar of one that has several."""
    if level is None or before is None or level.id != before.id:
        return True
    one, other = level.definition, before.definition
    return one.calendars is not None and other.calendars is not None and one.calendar is not other.calendar


@dataclass(slots=True, eq=False)
class Cycle:
    """A cycle from its start on.

    Without an `allowance` and without a promised date nothing is due and nothing is shown: such a cycle only remembers its
    start, because a later level may grant a target that counts from it. Once breached, its target never changes again.
    `pledge` is the date promised while it ran: the instant once a level's calendar has read it, until then the text.
    """

    plan: ClockPlan
    terms: TermsReplay
    start: Instant
    number: int = 0
    level: LevelPlan | None = None
    allowance: Allowance | None = None
    promise: Instant | None = None
    pledge: FieldValue = None
    due: Instant | None = None
    breached_at: Instant | None = None
    stopped_at: Instant | None = None
    state: ClockState = _RUNNING
    cause: Cause | None = None
    pauses: Sequence[PausedSpan] = ()
    reached: tuple[Reached, ...] = ()
    _track: PauseTrack | None = field(init=False)
    _first_pause: int = field(init=False)
    _gaps: tuple[PausedSpan, ...] = ()

    def __post_init__(self) -> None:
        self._track = track = self.terms.track(self.plan)
        self._first_pause = len(track.spans) if track else 0

    def successor(self, gap: PausedSpan | None = None) -> "Cycle":
        """Return a cycle that goes on measuring from the same start, with the same pauses and one more gap in them."""
        other = Cycle(self.plan, self.terms, self.start)
        other._first_pause = self._first_pause
        other._gaps = (*self._gaps, gap) if gap else self._gaps
        return other

    @property
    def is_due(self) -> bool:
        """Whether anything is due in this cycle."""
        return self.allowance is not None or self.promise is not None

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar the cycle is measured on; for a promised date without a target, the level's own."""
        return self.allowance.calendar if self.allowance is not None else self.granted_by.definition.calendar

    @property
    def flow(self) -> Flow:
        """How time runs in this cycle."""
        return self.allowance.flow if self.allowance is not None else self.granted_by.definition.calendar

    @property
    def granted_by(self) -> LevelPlan:
        """The level that set what is due. Raises LookupError where nothing is due."""
        if self.level is None:
            raise LookupError(f"{self.plan.metric}: no level has granted anything")
        return self.level

    def pauses_so_far(self) -> list[PausedSpan]:
        """Return the pauses since the start; one that still lasts ends never."""
        track = self._track
        if track is None or (track.open_since is None and len(track.spans) == self._first_pause):
            return list(self._gaps)
        spans = track.since(self.start, self._first_pause)
        return union([*self._gaps, *spans]) if self._gaps else spans

    def deadline(self, pauses: Sequence[PausedSpan]) -> Instant | None:
        """Return when the cycle is due with these pauses, or None where one without an end comes first."""
        if self.promise is not None:
            return self.promise
        return self.allowance.due(self.start, pauses) if self.allowance is not None else None

    def reaches(self, point: Point, pauses: Sequence[PausedSpan]) -> Instant | None:
        """Return when the clock reaches a point with these pauses; None where a pause without an end comes first, and without
        a target. A date promised for before the start leaves no time: its points are reached at the start, not earlier."""
        at = self._point_at(point, pauses)
        return at if at is None or self.promise is None else max(self.start, at)

    def _point_at(self, point: Point, pauses: Sequence[PausedSpan]) -> Instant | None:
        allowance, promise = self.allowance, self.promise
        if allowance is None:
            return None
        if not point.is_late:
            if promise is not None:
                return promised_point_at(allowance, point, self.start, promise)
            return point_at(allowance, point, self.start, pauses)
        due = self.due if self.breached_at is not None else self.deadline(pauses)
        if due is None:
            return None
        if point.after is not None:
            return later(allowance.calendar, due, point.after, pauses)
        flow = allowance.flow
        whole = allowance.seconds(self.start) if promise is None else flow.worked(promise) - flow.worked(self.start)
        return spent_since(flow, due, share_of(whole, point) - whole, pauses)

    def settle(self, at: Instant) -> None:
        """Note a breach that time brought before `at`, with the target as it stood until then."""
        if self.breached_at is None and self.is_due:
            self._look(self.pauses_so_far(), at)

    def _look(self, pauses: Sequence[PausedSpan], at: Instant) -> None:
        """Set the deadline as these pauses make it, and the breach if it came before `at`."""
        due = self.due = self.deadline(pauses)
        if due is not None and due < at:
            breach = breach_at(due, pauses) if pauses else due
            if breach < at:
                self._breach(due, breach, Cause.PAUSE_ENDED if breach != due else None)

    def _breach(self, due: Instant, at: Instant, cause: Cause | None) -> None:
        self.due = due
        self.breached_at = at
        self.cause = cause

    def grant(self, level: LevelPlan, allowance: Allowance | None, promise: Instant | None) -> None:
        """Set level and target without looking at the past: at the start, where no time has run yet."""
        self.level = level
        self.allowance = allowance
        self.promise = promise

    def change(self, level: LevelPlan, allowance: Allowance | None, promise: Instant | None, at: Instant) -> None:
        """Move to another target at `at`: same start, same pauses.

        A breach is a fact under the target then in force, so a cycle already breached keeps its target. A change that alone
        puts the deadline into the past is a breach at its own instant.
        """
        self.settle(at)
        if self.breached_at is not None:
            return
        old = self.allowance
        keeps = level.on_entry is OnEntry.KEEP_TARGET and old is not None and allowance is not None
        if keeps and promise == self.promise:
            return
        self.grant(self.level if keeps and self.level else level, old if keeps else allowance, promise)
        due = self.deadline(self.pauses_so_far())
        if due is not None and due < at:
            self._breach(due, at, Cause.TARGET_CHANGED)

    def end(self, at: Instant, cause: Cause | None, *, fulfilled: bool = False, withdrawn: bool = False) -> None:
        """End the cycle: met when fulfilled in time, missed after the deadline, cancelled otherwise.

        `withdrawn` cancels whatever the deadline says (merged, deleted, imported). The deadline noted is the one the cycle
        would have had with a pause still open ended now.
        """
        pauses = self.pauses_so_far()
        self.pauses = ended(pauses, at) if pauses else pauses
        self.stopped_at = at
        if self.breached_at is None:
            self._look(pauses, at)
            if self.breached_at is None and (self.due is None or pauses):
                self.due = self.deadline(self.pauses)
        if withdrawn:
            self.state = _CANCELLED
            self.cause = cause
        elif self.breached_at is not None:
            self.state = _MISSED
            self.cause = self.cause or (None if fulfilled else cause)
        else:
            self.state = _MET if fulfilled else _CANCELLED
            self.cause = cause

    def view(self, now: Instant) -> None:
        """Set state, deadline and breach of a cycle that is still open, as they are at `now`."""
        pauses = self.pauses = self.pauses_so_far()
        if self.breached_at is None:
            self._look(pauses, now)
        if self.breached_at is not None:
            self.state = _OVERDUE
        elif pauses and pauses[-1].end == FOREVER:
            self.state = _PAUSED
            self.due = self.promise
        else:
            self.state = _RUNNING

    def stands_at(self, now: Instant) -> Instant:
        """Return the instant at which the clock's hands stand: `now`, or the beginning of a pause that still lasts."""
        return self.pauses[-1].start if self.pauses and self.pauses[-1].end == FOREVER else now
