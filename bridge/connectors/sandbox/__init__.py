"""The embedded helpdesk: HTTP contract v1 on loopback, SQLite behind it; for trying out, for tests, for benchmarks."""

from bridge.connectors.sandbox.helpdesk import Keys, Sandbox
from bridge.connectors.sandbox.people import People
from bridge.connectors.sandbox.ticket_log import NotAllowed

__all__ = ["Keys", "NotAllowed", "People", "Sandbox"]
