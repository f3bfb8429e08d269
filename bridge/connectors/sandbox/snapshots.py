"""Snapshots from rows: what the bridge reads, and the revision that covers its inputs."""

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from bridge.connectors.sandbox import native_dates
from bridge.connectors.sandbox.action_rows import ActionRows
from bridge.connectors.sandbox.responses import encode, instant_text
from bridge.connectors.sandbox.store import Store, ticket_number

BODY_LIMIT = 20_000
CACHE_LIMIT = 20_000

TICKETS = """
SELECT t.*, s.name AS status_name, s.state AS status_state, d.name AS department_name, p.name AS topic_name,
    y.name AS priority_name, a.name AS agent_name, l.name AS sla_name, u.name AS user_name, u.email AS user_email,
    u.fields AS user_fields, o.id AS organization_id, o.name AS organization_name, o.fields AS organization_fields,
    r.cycles, r.detail, m.state AS mail, n.ticket_id IS NOT NULL AS dated, w.due_at AS person_due_at
FROM tickets t JOIN statuses s ON s.id = t.status_id JOIN departments d ON d.id = t.department_id
    JOIN users u ON u.id = t.user_id LEFT JOIN topics p ON p.id = t.topic_id
    LEFT JOIN priorities y ON y.id = t.priority_id LEFT JOIN agents a ON a.id = t.agent_id
    LEFT JOIN sla_plans l ON l.id = t.sla_id
    LEFT JOIN organizations o ON o.id = u.organization_id LEFT JOIN records r ON r.ticket_id = t.id
    LEFT JOIN mail m ON m.ticket_id = t.id
    LEFT JOIN native_dates n ON n.ticket_id = t.id LEFT JOIN person_dates w ON w.ticket_id = t.id
WHERE t.id IN (SELECT value FROM json_each(?))
"""

# osTicket keeps its log and the messages in two tables: within one second the log comes first, as on its pages.
EVENTS = """
SELECT e.*, a.name AS agent_name FROM events e LEFT JOIN agents a ON a.id = e.agent_id
WHERE e.ticket_id IN (SELECT value FROM json_each(?))
ORDER BY e.ticket_id, e.at, e.kind IN ('message', 'response', 'note'), e.id
"""

CHANGES = frozenset({"status", "closed", "reopened", "department", "priority", "assigned"})
"""What the service agent does to a ticket as anybody does."""


def reference(row: sqlite3.Row, name: str) -> dict[str, Any] | None:
    """Return `{"id", "name"}` of what the ticket points to, or None."""
    found = row[f"{name}_id"]
    return None if found is None else {"id": found, "name": row[f"{name}_name"]}


def _event(row: sqlite3.Row) -> dict[str, Any]:
    before, after = _value(row["before"]), _value(row["after"])
    if row["kind"] == "assigned" and after is not None:
        before = None  # osTicket logs to whom, not from whom
    event = {
        "at": instant_text(row["at"]),
        "kind": row["kind"],
        "actor": row["actor"],
        "source": row["source"],
        "from": before,
        "to": after,
        "field": row["field"],
        "by": reference(row, "agent"),
    }
    if row["inferred"]:
        event["inferred"] = True
    return event


@lru_cache(maxsize=4096)
def _value(text: str | None) -> Any:
    """Return what a column holds; the same statuses and departments come again and again, and nobody alters them."""
    return None if text is None else json.loads(text)


def _snapshot(
    row: sqlite3.Row,
    answers: Mapping[str, Any],
    events: Sequence[sqlite3.Row],
    outputs: Iterable[str],
    acted: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    organization = None
    if row["organization_id"] is not None:
        organization = {
            "id": row["organization_id"],
            "name": row["organization_name"],
            "fields": json.loads(row["organization_fields"]),
        }
    snapshot: dict[str, Any] = {
        "id": row["id"],
        "number": ticket_number(row["id"]),
        "rev": "",
        "created_at": instant_text(row["created_at"]),
        "closed_at": instant_text(row["closed_at"]),
        "merged_into": row["merged_into"],
        "imported": bool(row["imported"]),
        "source": row["source"],
        "subject": row["subject"],
        "body": row["body"][:BODY_LIMIT],
        "language": row["language"],
        "status": {"id": row["status_id"], "name": row["status_name"], "state": row["status_state"]},
        "department": reference(row, "department"),
        "topic": reference(row, "topic"),
        "priority": reference(row, "priority"),
        "assignee": reference(row, "agent"),
        "native": native_dates.shown(row),
        "requester": {
            "id": row["user_id"],
            "name": row["user_name"],
            "email": row["user_email"],
            "fields": json.loads(row["user_fields"]),
            "organization": organization,
        },
        "fields": {name: value for name, value in answers.items() if name not in outputs},
        "attachments": json.loads(row["attachments"]),
        "events": [_event(event) for event in events],
        "bridge": {
            "fields": {name: value for name, value in answers.items() if name in outputs},
            "cycles": json.loads(row["cycles"] or "[]"),
            "detail": json.loads(row["detail"] or "{}"),
            "actions": [{**one, "at": instant_text(one["at"])} for one in acted],
            "mail": row["mail"],
        },
    }
    snapshot["rev"] = revision(snapshot, events)
    return snapshot


def revision(snapshot: Mapping[str, Any], rows: Sequence[sqlite3.Row]) -> str:
    """Return the digest of a snapshot's inputs; `rows` are those of its events, in the same order.

    Left out are `native`, `bridge`, what the service agent wrote (not what he changed as anybody does), and `closed_at`,
    which only repeats the events. References count by their ids: a renamed status moves `meta_rev`, not every ticket. Whose
    deed an event was decides nothing.
    """
    inputs = {name: value for name, value in snapshot.items() if name not in ("rev", "native", "bridge", "closed_at")}
    inputs["events"] = [
        event
        for event, row in zip(snapshot["events"], rows, strict=True)
        if not row["service"] or row["kind"] in CHANGES
    ]
    text = json.dumps(_ids_only(inputs), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _ids_only(inputs: dict[str, Any]) -> dict[str, Any]:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return value["id"] if "id" in value else {name: bare(inner) for name, inner in value.items()}
        return value

    members = ("status", "department", "topic", "priority", "assignee")
    events = [
        {name: bare(value) if name in ("from", "to") else value for name, value in event.items() if name != "by"}
        for event in inputs["events"]
    ]
    return inputs | {member: bare(inputs[member]) for member in members} | {"events": events}


def read(store: Store, tickets: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the snapshots of those of the tickets that exist, by id, computed from the rows as they stand now."""
    wanted = json.dumps(list(tickets))
    answers: dict[int, dict[str, Any]] = defaultdict(dict)
    events: dict[int, list[sqlite3.Row]] = defaultdict(list)
    with store.transaction():
        found = store.rows(TICKETS, (wanted,))
        for row in store.rows("SELECT * FROM answers WHERE ticket_id IN (SELECT value FROM json_each(?))", (wanted,)):
            answers[row["ticket_id"]][row["name"]] = json.loads(row["value"])
        for row in store.rows(EVENTS, (wanted,)):
            events[row["ticket_id"]].append(row)
        outputs = {row["name"] for row in store.rows("SELECT name FROM fields WHERE owner = 'bridge'")}
        acted = ActionRows(store).told(wanted)
    return {
        row["id"]: _snapshot(row, answers[row["id"]], events[row["id"]], outputs, acted.get(row["id"], ()))
        for row in found
    }


class Rendered:
    """Snapshots as bytes, kept until the ticket's stamp moves: a page of a thousand costs one short query."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[int, tuple[int, bytes]] = {}

    def render(self, stamps: Mapping[int, int]) -> dict[int, bytes]:
        """Return the JSON of each ticket; `stamps` maps ids to the stamps just read in the same transaction."""
        stale = [ticket for ticket, stamp in stamps.items() if self._kept.get(ticket, (-1,))[0] != stamp]
        fresh = {ticket: encode(snapshot) for ticket, snapshot in read(self._store, stale).items()} if stale else {}
        found = {ticket: fresh.get(ticket) or self._kept[ticket][1] for ticket in stamps}
        if len(self._kept) + len(fresh) > CACHE_LIMIT:
            self._kept.clear()
        self._kept.update((ticket, (stamps[ticket], text)) for ticket, text in fresh.items())
        return found
