"""The embedded helpdesk: HTTP contract v1 on loopback, SQLite behind it; for trying out, for tests, for benchmarks."""

from bridge.connectors.sandbox.actions import People
from bridge.connectors.sandbox.entries import NotAllowed
from bridge.connectors.sandbox.faults import Fault
from bridge.connectors.sandbox.helpdesk import Keys, Sandbox

__all__ = ["Fault", "Keys", "NotAllowed", "People", "Sandbox"]
