"""osTicket's own due date, where bridge.yaml lets the bridge set it (`native: {due_date: true}`).

A date that a person gave the ticket comes first in osTicket too, and stands. Where the setting is off again, osTicket gets back
what its own SLA plan says. A helpdesk whose plugin cannot set dates tells so by `manual`, and is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.decisions import Decision
from bridge.tickets import Instant, Ticket, format_instant, instant_text


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """What becomes of osTicket's own due date: set to `after` (None: no date), or with `release` osTicket's own again."""

    before: Instant | None
    after: Instant | None = None
    release: bool = False

    def write(self) -> Mapping[str, Any]:
        """Return it as it is sent."""
        return {"release": True} if self.release else {"due_at": instant_text(self.after)}


def date_change(ticket: Ticket, decision: Decision, *, wanted: bool) -> DateChange | None:
    """Return what has to be written so that osTicket's own due date is the decision's; None where it is, or is not ours."""
    native = ticket.native
    if not wanted:
        return None if native.ours is None else DateChange(before=native.due_at, release=True)
    if native.manual is None or (native.ours is None and ticket.status.state != "open"):
        return None
    due = decision.due_at
    if native.ours is not None and native.ours.due_at == due:
        return None
    return DateChange(before=native.due_at if native.ours is None else native.ours.due_at, after=due)


def person_comes_first(ticket: Ticket, decision: Decision) -> str | None:
    """Return a sentence where a person gave the ticket another date than the decision's."""
    native, due = ticket.native, decision.due_at
    if not native.manual or native.due_at is None or native.due_at == due or ticket.status.state != "open":
        return None
    ours = "none" if due is None else format_instant(due)
    return f"a person set osTicket's due date to {format_instant(native.due_at)}; it stands, though the decision's is {ours}"
