"""What has happened to a ticket and still stands: whatever a policy may answer with a letter or a change.

A happening lasts until what it tells is over: nobody is told of an acceptance once the ticket is closed, of a level that has
changed again, of a date that was moved. So each kind has one at most at any instant, the latest. It is known by the second in
which it happened (see `keys`), and looked for in the log alone, so what happens later finds the same one under the same number.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from bridge.decisions import Outcome
from bridge.fields import ATTENTION_FIELD
from bridge.policies.actions.keys import ONCE
from bridge.policies.agreement.actions import EventActions, Happening
from bridge.policies.agreement.facts import Facts
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.checks import completeness
from bridge.policies.checks.deferral import Deferral
from bridge.policies.clocks.cycle import Cycle
from bridge.policies.clocks.deadlines import before_deadline
from bridge.policies.history.timeline import CUSTOMER_MESSAGE, Timeline
from bridge.policies.outcome.basis import Basis
from bridge.tickets import Actor, Event, EventKind, Instant


class Happened(NamedTuple):
    """When something happened, or will by time alone, and its number."""

    at: Instant
    number: int


Levels = Sequence[tuple[Instant, str | None]]
"""The levels that a ticket has had while it was open, each with when it got it."""


@dataclass(slots=True)
class Past:
    """A ticket's history as happenings are looked for in it."""

    basis: Basis
    levels: Levels

    def happened(self, event: EventActions) -> Happened | None:
        """Return the latest happening that the event answers, its condition left aside; None where none stands."""
        return _FOUND[event.on](self, event)

    def facts_at(self, at: Instant) -> Facts:
        """Return a copy of the facts as they were right after an instant, with the checks as they are judged now."""
        basis = self.basis
        facts = judged_facts(basis)
        if at < basis.timeline.steps[-1].at:
            basis.timeline.rewind(facts)
            basis.timeline.play(facts, at)
        facts.at = at
        return facts


def judged_facts(basis: Basis) -> Facts:
    """Return a copy of the facts at the end, with the answers of the checks."""
    facts = copy(basis.facts)
    facts.checks = basis.judgement.checks
    return facts


def _accepted(past: Past, _event: EventActions) -> Happened | None:
    basis = past.basis
    return None if basis.facts.closed else Happened(basis.timeline.steps[0].at, ONCE)


def _reopened(past: Past, _event: EventActions) -> Happened | None:
    return None if past.basis.facts.closed else _numbered(_turned_at(past.basis.timeline, closed=False))


def _resolved(past: Past, _event: EventActions) -> Happened | None:
    return _numbered(_turned_at(past.basis.timeline, closed=True)) if past.basis.facts.closed else None


def _numbered(at: Instant | None) -> Happened | None:
    return None if at is None else Happened(at, at)


def _turned_at(timeline: Timeline, *, closed: bool) -> Instant | None:
    """Return when the ticket was last closed, or last reopened."""
    return max((at for at, closing in timeline.turns() if closing is closed), default=None)


def _attention(past: Past, _event: EventActions) -> Happened | None:
    """Since when the field that calls for attention has been set."""
    timeline = past.basis.timeline
    since = timeline.steps[0].at if timeline.initial["fields"].get(ATTENTION_FIELD) else None
    for step in timeline.steps:
        if step.values is not None and "fields" in step.values:
            fields = step.values["fields"]
            called = isinstance(fields, Mapping) and fields.get(ATTENTION_FIELD)
            since = (since if since is not None else step.at) if called else None
    return _numbered(since)


def _level_changed(past: Past, _event: EventActions) -> Happened | None:
    levels = past.levels
    if len(levels) < _TWO or past.basis.facts.closed:
        return None
    at, level = levels[-1]
    return None if level is None else Happened(at, at)


_TWO = 2


_OPENING_SECONDS = 60
"""So long after the ticket its first message may be stored, where a helpdesk is slow."""


def _missing_facts(past: Past, _event: EventActions) -> Happened | None:
    """When facts were missing and nobody has written since: at the creation, or where staff asked for more."""
    basis = past.basis
    if basis.facts.closed:
        return None
    for one in basis.judgement.answered:
        if one.check.definition.kind == completeness.KIND and one.outcome is Outcome.FAIL:
            options = one.check.options
            asks = options.deferral_field if isinstance(options, completeness.CompletenessOptions) else ""
            asked = max((event.at for event in _asking(basis.timeline.events, asks, basis.now)), default=None)
            at = basis.timeline.steps[0].at if asked is None else asked
            # The message that opens a ticket is no answer, and it may be stored a second after the ticket.
            begins = at if asked is not None else at + _OPENING_SECONDS
            wrote = any(step.at > begins and step.happened & CUSTOMER_MESSAGE for step in basis.timeline.steps)
            return None if wrote else Happened(at, at)
    return None


def _asking(events: Sequence[Event], field: str, now: Instant) -> Iterator[Event]:
    return (
        event
        for event in _of_field(events, field, now)
        if event.after == Deferral.NEEDS_FACTS and event.actor is Actor.AGENT
    )


def _of_field(events: Sequence[Event], field: str, now: Instant) -> Iterator[Event]:
    return (event for event in events if event.kind is EventKind.FIELD and event.field == field and event.at <= now)


def _promise_near(past: Past, event: EventActions) -> Happened | None:
    """When the date promised for a cycle that still runs comes near; of several the next one."""
    if event.before is None:
        return None
    found = [
        one for cycle in past.basis.active if (one := _near(past, cycle, event.before, event.calendar)) is not None
    ]
    return min(found, default=None)


def _near(past: Past, cycle: Cycle, before: Amount, calendar: WorkCalendar | None) -> Happened | None:
    field, promise = cycle.plan.promise_field, cycle.promise
    if field is None or promise is None:
        return None
    set_at, value = None, None
    for event in _of_field(past.basis.timeline.events, field, past.basis.now):
        # Set again to the same date it is the same promise.
        if event.after != value:
            set_at, value = event.at, event.after
    if set_at is None:
        return None
    return Happened(before_deadline(calendar or cycle.calendar, before, set_at, promise), set_at)


_FOUND: Mapping[Happening, Callable[[Past, EventActions], Happened | None]] = {
    Happening.ACCEPTED: _accepted,
    Happening.REOPENED: _reopened,
    Happening.MISSING_FACTS: _missing_facts,
    Happening.PROMISE_NEAR: _promise_near,
    Happening.LEVEL_CHANGED: _level_changed,
    Happening.ATTENTION: _attention,
    Happening.RESOLVED: _resolved,
}
