"""The keys of actions: what makes one the same for ever, whatever happens to the ticket later.

A key names the declared action, the clock (or the ticket as a whole), and which time it is. A clock's cycles have their
numbers. What happens to the ticket is numbered by the second in which it happened, and not by counting: a count would move as
soon as something earlier becomes known or turns out otherwise (a merge brings older entries, a change of the policy gives the
ticket another level in the past), and whoever was written to would be written to again. Acceptance happens once.
"""

from bridge.decisions import Action
from bridge.tickets import Instant

TICKET = "ticket"
"""Stands in a key for the metric where an action is about no clock."""

ONCE = 1
"""The number of what happens once in a ticket's life."""

LONGEST = 190
"""Characters of a key that the helpdesk keeps."""


def clock_key(action: str, metric: str, cycle: int, time: int | None) -> str:
    """Return the key of an action on a cycle of a clock; `time` tells which time it comes again, None for what comes once."""
    return f"{action}:{metric}:{cycle}" if time is None else f"{action}:{metric}:{cycle}#{time}"


def ticket_key(action: str, number: int | Instant) -> str:
    """Return the key of an action on something that happened to the ticket, or on a time of waiting, by its number."""
    return f"{action}:{TICKET}:{number}"


def owner_and_metric(action: Action) -> tuple[str, str | None]:
    """Return the id of what declares the action, and the metric of the clock that it is about; None for the ticket."""
    metric = action.key.split(":")[1]
    return action.id.partition(".")[0], None if metric == TICKET else metric
