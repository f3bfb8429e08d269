"""Tickets by what became of their cycles: a ticket is met where all of them were."""

from collections import Counter
from collections.abc import Sequence

from bridge.decisions import ClockState
from bridge.policies.figures.model import TicketCounts
from bridge.policies.figures.reported import ReportedTicket
from bridge.tickets import FinishedCycle

EXCLUDED_FIELD = "sla_set_excluded"
"""The agents' input that takes a ticket out of the figures; its text is the reason."""

_MISSED, _CANCELLED = ClockState.MISSED.value, ClockState.CANCELLED.value


class TicketCount:
    """Tickets while they are counted."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()

    def take(self, cycles: Sequence[FinishedCycle], *, is_overdue: bool) -> None:
        """Take in a ticket by its cycles that ended in the period, and by whether a clock of it is overdue now."""
        self._found["open_breached"] += is_overdue
        counted = [one for one in cycles if one.state != _CANCELLED]
        if not counted:
            self._found["cancelled"] += bool(cycles)
            return
        missed = [one.stopped_at for one in counted if one.state == _MISSED]
        self._found["breached" if missed else "met"] += 1
        # Of several that ended in the last second, one that was missed decides.
        self._found["last_breached"] += max(one.stopped_at or 0 for one in counted) in missed
        self._found["reopened"] += any((one.opening or 1) > 1 for one in counted)

    def counts(self, excluded: int) -> TicketCounts:
        """Return the numbers; so many tickets are `excluded`."""
        return TicketCounts(
            met=self._found["met"],
            breached=self._found["breached"],
            last_breached=self._found["last_breached"],
            reopened=self._found["reopened"],
            cancelled=self._found["cancelled"],
            excluded=excluded,
            open_breached=self._found["open_breached"],
        )


def reason_to_exclude(ticket: ReportedTicket) -> str:
    """Return why somebody took the ticket out of the figures, empty where nobody did."""
    reason = ticket.fields.get(EXCLUDED_FIELD)
    return reason.strip() if isinstance(reason, str) else ""


def who_excluded(ticket: ReportedTicket) -> str | None:
    """Return the name of who wrote the reason last; None where the helpdesk does not tell."""
    written = [one.by for one in ticket.events if one.kind == "field" and one.field == EXCLUDED_FIELD]
    return written[-1].name or None if written and written[-1] is not None else None
