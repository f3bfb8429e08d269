"""A double of BeDesk 3.x on loopback, built from what is publicly documented of its API; for trying out and for tests.

It is no BeDesk. What the documentation leaves open is a switch (`Assumptions`), so that the connector can be tried under each
answer; nobody here has run a licensed one.
"""

from bridge.connectors.bedesk_double.assumptions import Assumptions
from bridge.connectors.bedesk_double.desk import DoubleDesk
from bridge.connectors.bedesk_double.double import BedeskDouble

__all__ = ["Assumptions", "BedeskDouble", "DoubleDesk"]
