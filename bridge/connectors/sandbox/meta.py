"""What the helpdesk is made of: statuses, departments, fields, and the revision of all that."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bridge.connectors.sandbox.store import Store

LISTS = {
    "statuses": "SELECT id, name, state FROM statuses ORDER BY id",
    "departments": "SELECT id, name FROM departments ORDER BY id",
    "topics": "SELECT id, name FROM topics ORDER BY id",
    "priorities": "SELECT id, name, urgency FROM priorities ORDER BY id",
    "agents": "SELECT id, name FROM agents ORDER BY id",
    "sla_plans": "SELECT id, name, grace_hours FROM sla_plans ORDER BY id",
    "fields": "SELECT id, name, label, type, form, choices, owner FROM fields ORDER BY id",
}


def describe(store: Store) -> dict[str, Any]:
    """Return the members of `GET /meta` that are the helpdesk's own, `meta_rev` among them."""
    with store.transaction():
        found: dict[str, Any] = {name: [dict(row) for row in store.rows(query)] for name, query in LISTS.items()}
        found["teams"] = []  # Nobody works in teams here.
        found["database_zone"] = store.setting("database_zone")
    for field in found["fields"]:
        field["choices"] = None if field["choices"] is None else json.loads(field["choices"])
    text = json.dumps(found, ensure_ascii=False, sort_keys=True)
    found["meta_rev"] = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    # What matters to letters and to no ticket stands in no revision. Nobody is answered here but by agents and the bridge.
    found["departments"] = [one | {"auto_response": False} for one in found["departments"]]
    offset = datetime.fromtimestamp(store.clock(), ZoneInfo(found["database_zone"])).utcoffset() or timedelta()
    return found | {"service_agent": True, "database_offset": int(offset.total_seconds())}
