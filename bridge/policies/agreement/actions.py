"""What an agreement has done by itself: at thresholds, when something happens to a ticket, while it waits for the customer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bridge.decisions import ActionKind
from bridge.files.types import Title
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import WorkCalendar

if TYPE_CHECKING:
    from bridge.policies.agreement.policy import Condition

ASSIGNEE, CURATOR, CUSTOMER, MANAGER = "assignee", "curator", "customer", "manager"
RECIPIENTS = (ASSIGNEE, CURATOR, CUSTOMER, MANAGER)
"""Whom an e-mail may name by a word instead of an address."""

LETTERS = frozenset({ActionKind.REPLY, ActionKind.EMAIL})
"""Kinds that send something, to the customer or to whom they name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDefinition:
    """One action as a policy declares it.

    `to` are words of `RECIPIENTS` and addresses, `name` is what a change sets: a priority, a status, a department, an agent or
    team. `subject` and `text` are templates; without a subject a letter bears that of the ticket.
    """

    id: str
    kind: ActionKind
    to: tuple[str, ...] = ()
    name: str = ""
    subject: Title | None = None
    text: Title | None = None


class Happening(StrEnum):
    """What may happen to a ticket that a policy can answer with actions."""

    ACCEPTED = "accepted"
    REOPENED = "reopened"
    MISSING_FACTS = "missing_facts"
    PROMISE_NEAR = "promise_near"
    LEVEL_CHANGED = "level_changed"
    ATTENTION = "attention"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventActions:
    """What is done when something happens to a ticket, no later than `within` after it.

    `when` sees the facts as they were then. A promised date is near `before` it, in the time of `calendar`, or else of the
    calendar on which the date itself is counted.
    """

    id: str
    on: Happening
    within: Amount
    actions: tuple[ActionDefinition, ...]
    when: "Condition | None" = None
    before: Amount | None = None
    calendar: WorkCalendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStep:
    """What is done `after` so much time of waiting. With `needs`, only when the letter of that step was sent, and `needs_gap`
    of time has passed since."""

    id: str
    after: Amount
    actions: tuple[ActionDefinition, ...]
    needs: str | None = None
    needs_gap: Amount | None = None

    @property
    def letter(self) -> ActionDefinition | None:
        """Return its first letter to the customer, which later steps may need; None where it sends him none."""
        return next((one for one in self.actions if one.kind is ActionKind.REPLY or CUSTOMER in one.to), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """The steps of waiting for the customer, `while_` a condition holds, in the working time of a calendar."""

    id: str
    while_: "Condition"
    calendar: WorkCalendar
    steps: tuple[ReminderStep, ...]
