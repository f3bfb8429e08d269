"""osTicket's own due date, where bridge.yaml lets the bridge set it (`native: {due_date: true}`).

A date that a person gave the ticket comes first in osTicket too, and stands. Where the setting is off again, osTicket gets back
what its own SLA plan says. A helpdesk whose plugin cannot set dates tells so by `manual`, and is left alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.decisions import Decision
from bridge.tickets import Instant, NativeDate, Ticket, format_instant, instant_text


@dataclass(frozen=True, slots=True, kw_only=True)
class DateChange:
    """What becomes of the date that the bridge has set: `before` and `after`, None where the date is osTicket's own.

    `stands` is the date that stands now, whosever it is: for people who read a plan.
    """

    before: NativeDate | None
    after: NativeDate | None
    stands: Instant | None = None

    @property
    def becomes(self) -> str | None:
        """Return what will stand there, as people read it."""
        return date_text(self.after)

    @property
    def releases(self) -> bool:
        """Return whether osTicket gets its own date back."""
        return self.after is None

    def write(self) -> Mapping[str, Any]:
        """Return it as it is sent."""
        return {"release": True} if self.after is None else {"due_at": instant_text(self.after.due_at)}


def date_text(date: NativeDate | None) -> str | None:
    """Return a date that the bridge has set, or that it has none, as people read it; None for no date."""
    return "osTicket's own" if date is None else instant_text(date.due_at)


def date_change(ticket: Ticket, decision: Decision, *, wanted: bool) -> DateChange | None:
    """Return what has to be written so that osTicket's own due date is the decision's; None where it is, or is not ours."""
    native = ticket.native
    if not wanted:
        return None if native.ours is None else DateChange(before=native.ours, after=None, stands=native.due_at)
    if native.manual is None or (native.ours is None and ticket.status.state != "open"):
        return None
    after = NativeDate(due_at=decision.due_at)
    if native.ours == after:
        return None
    stands = native.due_at if native.ours is None else native.ours.due_at
    return DateChange(before=native.ours, after=after, stands=stands)


def person_comes_first(ticket: Ticket, decision: Decision) -> str | None:
    """Return a sentence where a person gave the ticket another date than the decision's."""
    native, due = ticket.native, decision.due_at
    if not native.manual or native.due_at is None or native.due_at == due or ticket.status.state != "open":
        return None
    ours = "none" if due is None else format_instant(due)
    return f"a person set osTicket's due date to {format_instant(native.due_at)}; it stands, though the decision's is {ours}"
