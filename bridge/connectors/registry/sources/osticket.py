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
        of_user = owner == "user"
        said = ticket.requester if of_user else ticket.requester.organization
        if said is None:
            return ""
        own = ("id", "name", "email") if of_user else ("id", "name")
        return cell_text(getattr(said, name) if name in own else said.fields.get(name))
