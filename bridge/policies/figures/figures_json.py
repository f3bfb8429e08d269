"""Figures as JSON: what `GET /report` answers, and what the command writes."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from bridge.policies.figures.model import Dimension, Figures, Period
from bridge.tickets import Reference, instant_text

TICKETS = 200
"""So many tickets a list names where nothing else is asked for."""

_LISTS = ("missed", "excluded", "unknown")


def figures_json(figures: Figures, *, by: Dimension = Dimension.LEVEL, tickets: int | None = TICKETS) -> dict[str, Any]:
    """Return the figures as JSON with the rows of one dimension. The lists of tickets are cut after `tickets` (None: whole);
    `more` says how many there are in each."""
    lists = {name: getattr(figures, name) for name in _LISTS}
    return {
        "period": _period(figures.period),
        "filters": _members(figures.filters),
        "as_of": instant_text(figures.as_of),
        "by": by.value,
        "rows": _all(figures.rows[by]),
        "total": _all(figures.total),
        "tickets": _members(figures.tickets),
        "now": _members(figures.now),
        "backlog": _all(figures.backlog),
        "arrivals": [list(row) for row in figures.arrivals],
        "breaches": [list(row) for row in figures.breaches],
        "working": [list(row) for row in figures.working],
        "spent": {"status": _all(figures.spent.status), "department": _all(figures.spent.department)},
        **{name: _all(found[:tickets]) for name, found in lists.items()},
        "more": {name: len(found) for name, found in lists.items()},
        "registry": None if figures.registry is None else dict(figures.registry),
    }


def _period(period: Period) -> dict[str, Any]:
    return {"from": period.since.isoformat(), "until": period.until.isoformat(), "zone": period.zone}


def _all(records: Iterable[Any]) -> list[dict[str, Any]]:
    return [_members(one) for one in records]


_INSTANTS = frozenset({"next_due"})


def _members(record: Any) -> dict[str, Any]:
    """Return a record's members; those that are called `…_at` are instants."""
    found: dict[str, Any] = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name.endswith("_at") or one.name in _INSTANTS:
            value = instant_text(value)
        elif isinstance(value, Reference):
            value = value.named()
        elif isinstance(value, tuple):
            value = list(value)
        elif one.name == "most_late" and value is not None:
            value = _members(value)
        found[one.name] = value
    return found
