"""What the parts are to one another: what a helpdesk and an accountant of units can do."""

from bridge.protocols.helpdesk import Helpdesk

__all__ = ["Helpdesk"]
