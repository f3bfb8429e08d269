"""Helpdesks: one class for each kind, named by `helpdesk.kind` in bridge.yaml.

To add a kind: write a class here that inherits `bridge.protocols.Helpdesk`, enter it in `KINDS`, and let it pass `HelpdeskTests`
(tests/contract/helpdesk_tests.py). Nothing else tells the kinds apart.
"""

from importlib import import_module

from bridge.protocols.helpdesk import Connection, Helpdesk

KINDS = {
    "osticket": "bridge.connectors.helpdesks.osticket:OsTicket",
    "bedesk": "bridge.connectors.helpdesks.bedesk.helpdesk:Bedesk",
}
"""Where the class of each kind is, as `module:Class`: imported when a helpdesk is opened, since a command that opens none
should not wait for a library of HTTP.
"""


def helpdesk_class(kind: str) -> type[Helpdesk]:
    """Return the class of the kind, a key of KINDS."""
    module, _, name = KINDS[kind].partition(":")
    named: type[Helpdesk] = getattr(import_module(module), name)
    return named


def open_helpdesk(kind: str, connection: Connection) -> Helpdesk:
    """Return the helpdesk of that kind, which the caller closes; `kind` is a key of KINDS."""
    return helpdesk_class(kind).open(connection)
