"""The customers whom tickets themselves describe."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.connectors.registry.customers import join_rows
from bridge.connectors.registry.problem_list import ProblemList
from bridge.connectors.registry.rows import SourceRows
from bridge.connectors.registry.sources.base import TicketSource
from bridge.connectors.registry.sources.table import SourceTable
from bridge.customers import Category, Customer
from bridge.tickets import Ticket

_REMEMBERED = 20_000
_NAMES = frozenset({"customer", "name", "organization", "email", "domain"})
"""Columns that everybody has who writes at all: they alone do not make a customer."""


@dataclass(slots=True)
class TicketCustomers:
    """Reads customers out of tickets, as a source describes them, and remembers them.

    A requester about whom nothing but names is said is not registered there.
    """

    name: str
    source: TicketSource
    problems: ProblemList = field(default_factory=ProblemList)
    _known: dict[tuple[str, ...], Customer | None] = field(default_factory=dict)

    def customer(self, ticket: Ticket, default: Category) -> Customer | None:
        """Return the customer whom the ticket describes, or None."""
        wanted = self.source.wanted()
        texts = tuple(self.source.cell(ticket, column) for column in wanted.values())
        if texts in self._known:
            return self._known[texts]
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        found = self._known[texts] = self._read(wanted, texts, default)
        return found

    def _read(self, wanted: Mapping[str, str], texts: tuple[str, ...], default: Category) -> Customer | None:
        said = {ours for ours, text in zip(wanted, texts, strict=True) if text}
        if not said - _NAMES:
            return None
        columns = {ours: index for index, ours in enumerate(wanted)}
        table = SourceTable(rows=iter([(0, list(texts))]), columns=columns, titles=wanted)
        rows = SourceRows(self.source, table, self.problems, name=self.name)
        return join_rows(rows.owners[0], [rows.row(0)], default) if len(rows) else None
