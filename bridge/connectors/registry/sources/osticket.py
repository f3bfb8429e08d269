"""Customers from osTicket's own organisation and user fields, as each ticket brings them along."""

from typing import Literal

from pydantic import Field

from bridge.connectors.registry.sources.base import TicketSource
from bridge.connectors.registry.sources.table import cell_text
from bridge.tickets import Ticket


class OsticketSource(TicketSource):
    """osTicket's own fields: `organization.<field>` and `user.<field>`, or their id, name and (of the user) email."""

    kind: Literal["osticket"] = Field(description="osTicket's organisation and user fields.")

    def cell(self, ticket: Ticket, column: str) -> str:
        """Return what the ticket says in a field; empty for nothing."""
        owner, _, name = column.partition(".")
        requester = ticket.requester
        if owner == "user":
            own = {"id": requester.id, "name": requester.name, "email": requester.email}
            return cell_text(own[name] if name in own else requester.fields.get(name))
        organization = requester.organization
        if organization is None:
            return ""
        own = {"id": organization.id, "name": organization.name}
        return cell_text(own[name] if name in own else organization.fields.get(name))
