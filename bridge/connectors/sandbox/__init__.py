"""The embedded helpdesk: HTTP contract v1 on loopback, SQLite behind it; for trying out, for tests, for benchmarks."""

from bridge.connectors.sandbox.actions import People
from bridge.connectors.sandbox.faults import Fault
from bridge.connectors.sandbox.helpdesk import Keys, Sandbox
from bridge.connectors.sandbox.ledger import NotAllowed

__all__ = ["Fault", "Keys", "NotAllowed", "People", "Sandbox"]
