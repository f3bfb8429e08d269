"""The change feed: every changed ticket once, at its latest change, and tombstones for those that are gone."""

import base64
from typing import Any

from bridge.connectors.sandbox.responses import Refusal
from bridge.connectors.sandbox.snapshots import Rendered
from bridge.connectors.sandbox.store import Store

TOMBSTONE_SECONDS = 90 * 86_400
"""For so long a deleted ticket is told."""

READ_EVERYTHING = "read every ticket once and continue with the cursor of a call without `after`"


def encode_cursor(instance_id: str, seq: int) -> str:
    """Return the opaque cursor behind which the feed goes on after `seq`."""
    return base64.urlsafe_b64encode(f"{instance_id}:{seq}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str, instance_id: str) -> int:
    """Return the cursor's sequence number. Refuses (410) what is no cursor, or another helpdesk's."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        owner, _, seq = text.rpartition(":")
        number = int(seq)
    except ValueError:
        raise Refusal("cursor_gone", "this is no cursor of this feed", READ_EVERYTHING) from None
    if owner != instance_id:
        raise Refusal("cursor_gone", "this cursor belongs to another helpdesk", READ_EVERYTHING)
    return number


def changes(
    store: Store, rendered: Rendered | None, *, after: str | None, limit: int, departments: frozenset[int] | None
) -> tuple[list[bytes], dict[str, Any]]:
    """Return the next page of changes behind the cursor: its items as JSON, and the page's other members. Without `rendered`
    the items are ids alone.

    A ticket outside the key's departments does not exist for it: it stands there as a tombstone, so that one that was
    moved away leaves the reader's sight. Of one deleted elsewhere the key learns nothing. Refuses (410) a cursor that
    the feed does not reach.
    """
    with store.transaction():
        store.tell_unseen()
        store.purge_tombstones(TOMBSTONE_SECONDS)
        head, seq = store.counter("feed"), _start(store, after)
        found = store.rows(
            """SELECT f.seq, f.ticket_id, f.deleted_in, t.stamp, t.department_id
            FROM feed f LEFT JOIN tickets t ON t.id = f.ticket_id WHERE f.seq > ? ORDER BY f.seq LIMIT ?""",
            (seq, limit + 1),
        )
        page = found[:limit]
        stamps = {
            row["ticket_id"]: row["stamp"]
            for row in page
            if row["stamp"] is not None and may_see(departments, row["department_id"])
        }
        snapshots = {one: id_alone(one) for one in stamps} if rendered is None else rendered.render(stamps)
    items = [
        snapshots.get(row["ticket_id"]) or b'{"id":%d,"deleted":true}' % row["ticket_id"]
        for row in page
        if row["deleted_in"] is None or may_see(departments, row["deleted_in"])
    ]
    last = page[-1]["seq"] if page else seq
    following = encode_cursor(store.instance_id, last)
    return items, {"next": following, "head": head, "has_more": len(found) > limit, "lease": None}


def id_alone(ticket: int) -> bytes:
    """Return what stands for a ticket in a page of ids alone."""
    return b'{"id":%d}' % ticket


def _start(store: Store, after: str | None) -> int:
    """Return the sequence number behind which the page begins. Refuses (410) a cursor that the feed does not reach."""
    floor = store.counter("feed_floor")
    if after is None:
        return floor
    seq = decode_cursor(after, store.instance_id)
    if not floor <= seq <= store.counter("feed"):
        raise Refusal("cursor_gone", "the feed does not reach this cursor", READ_EVERYTHING)
    return seq


def may_see(departments: frozenset[int] | None, department: int) -> bool:
    """Return whether a key that is limited to these departments sees one; None = it is not limited."""
    return departments is None or department in departments


def forget(store: Store) -> None:
    """Drop the feed's past: every cursor taken before this call is answered with 410 from now on."""
    with store.transaction():
        head = store.advance("feed")
        store.row("DELETE FROM feed")
        store.row("DELETE FROM gone")
        store.row("UPDATE counters SET value = ? WHERE name = 'feed_floor'", head)
