"""Service agreements as code for osTicket.

For programs: `load_policy` reads a configuration folder, `decide` decides a ticket by it, `WorkCalendar` and `Amount` count
working time. Everything is imported when it is first asked for, so that a command line does not pay for what it does not use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bridge.api import decide, load_policy
    from bridge.decisions import Decision
    from bridge.policies.calendar.amounts import Amount
    from bridge.policies.calendar.work_calendar import WorkCalendar
    from bridge.tickets import Ticket

__all__ = ["Amount", "Decision", "Ticket", "WorkCalendar", "decide", "load_policy"]

_HOMES = {
    "Amount": "bridge.policies.calendar.amounts",
    "Decision": "bridge.decisions",
    "Ticket": "bridge.tickets",
    "WorkCalendar": "bridge.policies.calendar.work_calendar",
    "decide": "bridge.api",
    "load_policy": "bridge.api",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'bridge' has no attribute {name!r}")
    return getattr(import_module(home), name)
