"""Customers from what BeDesk tells of a ticket's user, and the support that came with what he bought."""

from typing import Literal

from pydantic import Field

from bridge.connectors.registry.sources.base import TicketSource
from bridge.connectors.registry.sources.table import cell_text
from bridge.tickets import Ticket

PURCHASE = ("code", "item", "supported_until")


class BedeskSource(TicketSource):
    """BeDesk's own words: `user.id`, `user.name`, `user.email`, `user.country`, `user.timezone`, `user.tags`; and of the Envato
    purchase code whose support reaches farthest `purchase.code`, `purchase.item` and `purchase.supported_until`."""

    kind: Literal["bedesk"] = Field(description="BeDesk's user, and the Envato purchase code with its support.")

    def cell(self, ticket: Ticket, column: str) -> str:
        """Return what the ticket says in a column; empty for nothing."""
        owner, _, name = column.partition(".")
        if owner == "purchase" and name in PURCHASE:
            return cell_text(ticket.requester.fields.get(f"purchase_{name}"))
        if owner != "user":
            return ""
        own = name in ("id", "name", "email")
        return cell_text(getattr(ticket.requester, name) if own else ticket.requester.fields.get(name))
