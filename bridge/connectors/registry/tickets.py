"""osTicket's own organisation and user fields as a registry: what stands in the ticket itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.connectors.registry.customers import join_rows
from bridge.connectors.registry.mapping import SourceModel
from bridge.connectors.registry.problems import Problems
from bridge.connectors.registry.rows import SourceRows
from bridge.connectors.registry.tables import Table, cell_text, wanted_columns
from bridge.customers import Category, Customer
from bridge.tickets import Ticket

_REMEMBERED = 20_000


@dataclass(slots=True)
class TicketSource:
    """Reads customers out of tickets; columns are `organization.<field>` and `user.<field>`, or their id, name, email.

    A requester about whom none of the mapped fields but names says anything is not registered there.
    """

    name: str
    source: SourceModel
    problems: Problems = field(default_factory=Problems)
    _known: dict[tuple[str, ...], Customer | None] = field(default_factory=dict)

    def customer(self, ticket: Ticket, default: Category) -> Customer | None:
        """Return the customer whom the ticket's own fields describe, or None."""
        wanted = wanted_columns(self.source)
        texts = tuple(_text(ticket, path) for path in wanted.values())
        if texts in self._known:
            return self._known[texts]
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        found = self._known[texts] = self._read(wanted, texts, default)
        return found

    def _read(self, wanted: Mapping[str, str], texts: tuple[str, ...], default: Category) -> Customer | None:
        said = {ours for ours, text in zip(wanted, texts, strict=True) if text}
        if not said - {"customer", "name", "organization", "email", "domain"}:
            return None
        columns = {ours: index for index, ours in enumerate(wanted)}
        table = Table(rows=iter([(0, list(texts))]), columns=columns, titles=wanted)
        rows = SourceRows(self.source, table, self.problems, name=self.name)
        return join_rows(rows.owners[0], [rows.row(0)], default) if len(rows) else None


def _text(ticket: Ticket, path: str) -> str:
    owner, _, name = path.partition(".")
    requester = ticket.requester
    organization = requester.organization
    if owner == "user":
        own = {"id": requester.id, "name": requester.name, "email": requester.email}
        return cell_text(own[name]) if name in own else cell_text(requester.fields.get(name))
    if organization is None:
        return ""
    if name in {"id", "name"}:
        return cell_text(organization.id if name == "id" else organization.name)
    return cell_text(organization.fields.get(name))
