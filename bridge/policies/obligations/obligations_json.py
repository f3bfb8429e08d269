"""Obligations as JSON: what the report writes and what screens get."""

from typing import Any

from bridge.policies.obligations.model import NotCounted, Owed
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import name_of
from bridge.tickets import format_instant


def obligations_json(found: Obligations) -> dict[str, Any]:
    """Return what is owed as JSON; `complete` is false where the registry cannot list everybody whom something is owed to."""
    return {
        "as_of": format_instant(found.span.now),
        "from": found.span.since.isoformat(),
        "until": found.span.until.isoformat(),
        "complete": found.complete,
        "rows": [_row(one) for one in found.rows],
        "not_counted": [_not_counted(one) for one in found.not_counted],
    }


def _row(one: Owed) -> dict[str, Any]:
    definition = one.definition
    return {
        "obligation": one.obligation,
        "title": {"ru": definition.title.ru, "en": definition.title.en},
        "per": definition.per.value,
        "customer": one.customer,
        "name": one.name,
        "paper": one.paper,
        "term": one.term.value,
        "period": name_of(one.first, one.last, definition.every),
        "from": one.first.isoformat(),
        "until": one.last.isoformat(),
        "at_least": one.at_least,
        "count": one.count,
        "state": one.state.value,
        "due_at": format_instant(one.due_at),
        "last_day": one.last_day.isoformat(),
        "left_seconds": one.left_seconds,
        "kept_on": None if one.kept_on is None else one.kept_on.isoformat(),
        "provisional": one.provisional,
        "warned": one.warned or None,
        "counted": [
            {"day": each.day.isoformat(), "ticket": each.ticket or None, "matched_by": each.matched_by.value}
            for each in one.counted
        ],
    }


def _not_counted(one: NotCounted) -> dict[str, Any]:
    return {
        "obligation": one.obligation,
        "customer": one.customer,
        "paper": one.paper,
        "day": None if one.day is None else one.day.isoformat(),
        "ticket": one.ticket or None,
        "why": one.why.value,
    }
