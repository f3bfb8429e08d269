"""When a ticket waits for the customer, and which steps that makes due."""

from collections.abc import Sequence
from typing import NamedTuple

from bridge.policies.actions.keys import ticket_key
from bridge.policies.agreement.actions import Reminder, ReminderStep
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import Condition
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.deadlines import later
from bridge.policies.history.timeline import CUSTOMER_MESSAGE, Timeline
from bridge.tickets import Acted, Instant


class Wait(NamedTuple):
    """A time of waiting; it has no end while it lasts."""

    start: Instant
    end: Instant | None
    number: int


def waits(timeline: Timeline, facts: Facts, condition: Condition, now: Instant) -> tuple[Wait, ...]:  # noqa: ARG001 - for now
    """Return the times of waiting up to now."""
    timeline.rewind(facts)
    found: list[Wait] = []
    start: Instant | None = None
    held = False
    for step in timeline.steps:
        facts.at = step.at
        for name, value in (step.values or {}).items():
            setattr(facts, name, value)
        holds = condition.test(facts)
        if holds and not held:
            start = step.at
        if start is not None and (not holds or (step.happened & CUSTOMER_MESSAGE and step.at > start)):
            found.append(Wait(start, step.at, start))
            start = None
        held = holds
    if start is not None:
        found.append(Wait(start, None, start))
    return tuple(found)


def steps_due(
    wait: Wait, reminder: Reminder, calendar: WorkCalendar, acted: Sequence[Acted], now: Instant
) -> tuple[list[tuple[ReminderStep, Instant]], Instant | None]:
    """Return the steps that are due, each with since when, and when the next one will be."""
    due: list[tuple[ReminderStep, Instant]] = []
    ahead: list[Instant] = []
    for step in reminder.steps:
        at = later(calendar, wait.start, step.after, ()) or 0
        letter = next((one.letter for one in reminder.steps if one.id == step.needs), None)
        if letter is not None:
            key = ticket_key(letter.id, wait.number)
            sent = next((one.at for one in acted if one.key == key and one.state == "done"), None)
            if sent is None:
                continue
            if step.needs_gap is not None:
                at = max(at, later(calendar, sent, step.needs_gap, ()) or 0)
        if at <= now:
            due.append((step, at))
        else:
            ahead.append(at)
    return due, min(ahead, default=None)
