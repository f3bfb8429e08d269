"""When a ticket waits for its customer, and which steps of a reminder that has made due.

A wait is a pause like any other: it is followed by the same track that stops clocks (`clocks/pauses.py`), so a ticket waits for
its customer exactly while a clock with that pause stands still. It begins while a condition holds, a message of the customer ends
it, mail that machines send does not. A closed ticket waits for nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from bridge.decisions import ActionKind
from bridge.policies.actions.keys import ticket_key
from bridge.policies.agreement.actions import Reminder, ReminderStep
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Condition, Pause, Trace
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.pauses import PauseTrack
from bridge.policies.clocks.plans import PausePlan
from bridge.policies.history.timeline import (
    AGENT_RESPONSE,
    ALL_FACTS,
    ANSWERED,
    REOPENED,
    REOPENING,
    FactSet,
    Step,
    Timeline,
)
from bridge.tickets import Acted, Instant

_DONE, _DROPPED = "done", "dropped"

LOOK_AGAIN = Amount(AmountKind.CALENDAR_TIME, 3600)
"""How long after a letter was due it is asked whether it has been sent, where the policy demands no time between."""


class Wait(NamedTuple):
    """A time of waiting, `end` is None while it lasts. `number` stays the same whatever becomes known later: it is the second in
    which the wait began (see `keys`)."""

    start: Instant
    end: Instant | None
    number: int


@dataclass(frozen=True, slots=True)
class _WhileOpen:
    """A condition that holds for open tickets alone."""

    condition: Condition

    @property
    def reads(self) -> frozenset[str]:
        return self.condition.reads | {"closed"}

    def test(self, facts: Facts) -> bool:
        return not facts.closed and self.condition.test(facts)

    def trace(self, facts: Facts) -> tuple[Trace, ...]:
        return self.condition.trace(facts)


def waits(timeline: Timeline, facts: Facts, condition: Condition, now: Instant) -> tuple[Wait, ...]:
    """Return when the ticket has waited for its customer up to `now`, in the order of time. The facts are left as they are."""
    track = PauseTrack(PausePlan((Pause(while_=_WhileOpen(condition)),), ()))
    merged_at = timeline.merged_at if timeline.merged_at is not None and timeline.merged_at <= now else None
    facts = copy(facts)
    plan = track.plan
    for step, changed in _played(timeline, facts):
        if step.at > now or (merged_at is not None and step.at >= merged_at):
            break
        if changed & plan.reads or (track.holding and step.happened & plan.wakes):
            track.follow(step, changed, timeline.events, facts)
    found = [Wait(span.start, span.end, span.start) for span in track.spans]
    if track.open_since is not None:
        found.append(Wait(track.open_since, merged_at, track.open_since))
    return tuple(found)


def _played(timeline: Timeline, facts: Facts) -> Iterator[tuple[Step, FactSet]]:
    """Bring the facts from the creation to after each step in turn; yield it with which of them it changed."""
    timeline.rewind(facts)
    for number, step in enumerate(timeline.steps):
        was_closed = facts.closed
        facts.at, facts.messages, facts.responses = step.at, step.messages, step.responses
        for name, value in (step.values or {}).items():
            setattr(facts, name, value)
        changed = step.changed if number else ALL_FACTS
        # As the replay has it: an open status reopens a closed ticket whether the helpdesk logs it as such or not.
        if step.happened & REOPENING or (was_closed and not facts.closed):
            facts.answered = False
            facts.reopened_count += 1
            changed |= REOPENED | ANSWERED
        if step.happened & AGENT_RESPONSE:
            facts.answered = True
            changed |= ANSWERED
        yield step, changed


def steps_due(
    wait: Wait, reminder: Reminder, calendar: WorkCalendar, acted: Sequence[Acted], now: Instant
) -> tuple[list[tuple[ReminderStep, Instant]], Instant | None]:
    """Return the steps that a wait has made due at `now`, each with since when, and the instant at which to look again.

    A step that needs a letter is due when that letter of the same wait is known to have been sent, and the time between has
    passed. Nobody tells when a letter will have been sent, so while that is open the ticket is looked at again at the earliest
    instant at which the step could be due. A wait that has ended makes nothing due. Raises CalendarError beyond the calendar's
    horizon.
    """
    if wait.end is not None and wait.end <= now:
        return [], None
    known = {one.key: one for one in acted}
    dues = {step.id: calendar.due(wait.start, step.after) for step in reminder.steps}
    due: list[tuple[ReminderStep, Instant]] = []
    ahead: list[Instant] = []
    for step in reminder.steps:
        needed = needed_key(step, reminder, wait.number)
        sent = known.get(needed) if needed is not None else None
        if step.needs is None:
            at = dues[step.id]
        elif sent is not None and sent.state == _DONE:
            at = max(dues[step.id], _passed(calendar, sent.at, step.needs_gap))
        else:
            ahead.extend(_looks(step, dues, calendar, sent, now))
            continue
        if at <= now:
            due.append((step, at))
        else:
            ahead.append(at)
    return due, min(ahead, default=None)


def _looks(
    step: ReminderStep, dues: Mapping[str, Instant], calendar: WorkCalendar, sent: Acted | None, now: Instant
) -> Iterator[Instant]:
    """Yield when to look whether a step has become due whose letter is not known to have been sent."""
    letter_at = dues.get(step.needs or "")
    # A letter still ahead is expected by itself, and one that a person has dropped never comes.
    if letter_at is None or letter_at > now or (sent is not None and sent.state == _DROPPED):
        return
    earliest = max(dues[step.id], _passed(calendar, letter_at, step.needs_gap))
    yield earliest if earliest > now else calendar.due(now, step.needs_gap or LOOK_AGAIN)


def _passed(calendar: WorkCalendar, since: Instant, amount: Amount | None) -> Instant:
    return since if amount is None else calendar.due(since, amount)


def needed_key(step: ReminderStep, reminder: Reminder, number: int) -> str | None:
    """Return the key of the letter that a step needs to have been sent in the wait of this number, None where it needs none."""
    needed = next((one for one in reminder.steps if one.id == step.needs), None)
    letter = needed.letter if needed is not None else None
    return None if letter is None else ticket_key(letter.id, number)


def closing_at(since: Instant, reminder: Reminder, acted: Sequence[Acted], now: Instant) -> Instant | None:
    """Return when a wait that began at `since` will close the ticket if nobody answers; None where no step closes it. A
    letter that has not been sent yet is taken to be sent now."""
    closing = next((one for one in reminder.steps if any(each.kind is ActionKind.CLOSE for each in one.actions)), None)
    if closing is None:
        return None
    at = reminder.calendar.due(since, closing.after)
    if closing.needs is None:
        return at
    needed = needed_key(closing, reminder, since)
    sent = next((one.at for one in acted if one.key == needed and one.state == _DONE), now)
    return max(at, _passed(reminder.calendar, sent, closing.needs_gap))
