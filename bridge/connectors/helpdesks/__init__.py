"""Helpdesks: one class for each kind, named by `helpdesk.kind` in bridge.yaml.

To add a kind: write a class here that inherits `bridge.protocols.Helpdesk` and has `open`, as `OpensHelpdesk` says, enter
it in `KINDS`, and let it pass `HelpdeskTests` (tests/contract/helpdesk_tests.py). Nothing else knows the kinds apart.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from pydantic import SecretStr

from bridge.protocols import Helpdesk

KINDS = {"osticket": "bridge.connectors.helpdesks.osticket:OsTicket"}
"""Where the class of each kind is, as `module:Class`: imported when a helpdesk is opened, since a command that opens none
should not wait for a library of HTTP.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What bridge.yaml says under `helpdesk`, with the key resolved, and what the last pass remembered.

    `route` is what `Helpdesk.route` gave then, None where nothing is remembered.
    """

    url: str
    key: SecretStr
    ca_file: str | None = None
    request_seconds: int = 60
    total_seconds: int = 120
    route: str | None = None


class OpensHelpdesk(Protocol):
    """The class of a kind, seen from outside."""

    def open(self, connection: Connection) -> Helpdesk:
        """Return the helpdesk behind the connection. Nothing is sent yet, so this does not fail."""
        ...


def open_helpdesk(kind: str, connection: Connection) -> Helpdesk:
    """Return the helpdesk of that kind, which the caller closes; `kind` is a key of KINDS."""
    module, _, name = KINDS[kind].partition(":")
    return cast("OpensHelpdesk", getattr(import_module(module), name)).open(connection)
