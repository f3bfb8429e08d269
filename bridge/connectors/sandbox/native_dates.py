"""The helpdesk's own due date as the bridge may set it: a person's date comes first, the plan's is kept and given back."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from bridge.connectors.sandbox.field_values import BadItem
from bridge.connectors.sandbox.responses import instant_text
from bridge.connectors.sandbox.store import Store
from bridge.tickets import format_instant, parse_instant

RELEASE: Mapping[str, Any] = {"release": True}
"""What an item says to give the date back."""


def shown(row: sqlite3.Row) -> dict[str, Any]:
    """Return the snapshot's `native` of a row of `snapshots.TICKETS`."""
    return {
        "sla": row["sla_name"],
        "due_at": instant_text(row["due_at"] if row["person_due_at"] is None else row["person_due_at"]),
        "overdue": bool(row["overdue"]),
        "manual": row["person_due_at"] is not None,
        "ours": {"due_at": instant_text(row["due_at"])} if row["dated"] else None,
    }


def checked(native: Any) -> Mapping[str, Any] | None:
    """Return an item's `native` where it can be carried out; None for none. Raises BadItem."""
    if native is None or native == RELEASE:
        return RELEASE if native else None
    if not isinstance(native, dict) or native.keys() != {"due_at"}:
        raise BadItem("bad_item", 'native holds neither `due_at` alone nor `"release": true`')
    due = native["due_at"]
    try:
        exact = due is None or (isinstance(due, str) and format_instant(parse_instant(due)) == due)
    except ValueError:
        exact = False
    if not exact:
        raise BadItem("bad_item", "native.due_at is no instant", "write 2026-11-20T07:00:00Z, or null for no date")
    return native


def release_all(store: Store) -> None:
    """Give every date back to the helpdesk."""
    for row in store.rows("SELECT ticket_id FROM native_dates"):
        apply(store, row["ticket_id"], RELEASE, {})


def apply(store: Store, ticket: int, native: Mapping[str, Any] | None, stands: Mapping[str, Any] | None) -> bool:
    """Carry out a checked `native`; return whether anything moved. `stands` is what the snapshot calls `ours`."""
    if native is None or native == stands or (native == RELEASE and stands is None):
        return False
    row = store.rows(
        """SELECT t.due_at, t.overdue, p.due_at AS person, d.plan, s.state FROM tickets t
        JOIN statuses s ON s.id = t.status_id LEFT JOIN native_dates d ON d.ticket_id = t.id
        LEFT JOIN person_dates p ON p.ticket_id = t.id WHERE t.id = ?""",
        (ticket,),
    )[0]
    plan = row["due_at"] if stands is None else row["plan"]
    if native == RELEASE:
        coming = plan
        store.row("DELETE FROM native_dates WHERE ticket_id = ?", ticket)
    else:
        coming = None if native["due_at"] is None else parse_instant(native["due_at"])
        store.row("REPLACE INTO native_dates VALUES (?, ?)", ticket, plan)
    overdue = row["overdue"]
    if row["person"] is None and row["state"] == "open":
        # Nobody is told: a date that has passed marks the ticket at once, one that goes takes its mark along.
        now = store.clock()
        if coming is not None and coming < now:
            overdue = 1
        elif row["due_at"] is not None and row["due_at"] < now:
            overdue = 0
    store.row("UPDATE tickets SET due_at = ?, overdue = ? WHERE id = ?", coming, overdue, ticket)
    return True
