"""What screens need once and not per ticket, and when the bridge last went through: what it tells beside its writes."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from bridge.connectors.sandbox.publication_body import MEBIBYTES, PublishRequest
from bridge.connectors.sandbox.responses import Refusal, instant_text
from bridge.connectors.sandbox.store import Store, dump
from bridge.tickets import Instant, faults_told, format_instant, parse_instant

FEATURES = ("publish", "passed", "native", "actions", "phrases", "report", "lease", "offer")
"""What this helpdesk can do beyond what the first plugins could."""

BYTES_AT_MOST = MEBIBYTES * 1024 * 1024
KEPT = 2
"""So many publications stay: tickets that were written under the one before still name it."""

_SKEW_SECONDS = 60
"""What the clocks of two web servers of one helpdesk may differ by."""

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def keep(store: Store, content: Any) -> dict[str, str]:
    """Keep a publication in the place of one with its digest, and return what `/changes` will say of it. Refuses (422) what is
    none."""
    try:
        PublishRequest.model_validate(content)
    except ValidationError as error:
        raise Refusal("unprocessable", faults_told(error), "see docs/api-v1.md, POST /publish") from None
    digest = content["digest"]
    with store.transaction():
        (row,) = store.rows("SELECT coalesce(max(kept), 0) + 1 AS kept FROM published")
        store.row("REPLACE INTO published VALUES (?, ?, ?)", digest, row["kept"], dump(content))
        store.row(
            "DELETE FROM published WHERE digest NOT IN (SELECT digest FROM published ORDER BY kept DESC LIMIT ?)", KEPT
        )
    return {"digest": digest, "until": _until(content)}


def published(store: Store) -> dict[str, str] | None:
    """Return digest and reach of the latest publication; None before the first one."""
    found = latest(store)
    return None if found is None else {"digest": str(found["digest"]), "until": _until(found)}


def latest(store: Store) -> dict[str, Any] | None:
    """Return the latest publication as it was sent."""
    row = store.row("SELECT content FROM published ORDER BY kept DESC LIMIT 1")
    return None if row is None else json.loads(row["content"])


def note_pass(store: Store, text: str | None, *, believed: bool) -> None:
    """Keep when the bridge's last whole pass ended. Refuses (400) what is no instant. One that lies ahead of this helpdesk's
    clock is not believed, nor is what a key says that may not write; one before the last one changes nothing."""
    if text is None:
        return
    passed = _instant(text)
    if passed is None:
        raise Refusal("bad_request", "passed is no instant", "send one as 2026-11-20T07:00:00Z")
    now = store.clock()
    if not believed or passed > now + _SKEW_SECONDS:
        return
    passed = min(passed, now)
    before = last_pass(store)
    # One that lies ahead was told before this helpdesk's clock was set back.
    if before is None or before > now or before < passed:
        store.row("REPLACE INTO counters VALUES ('passed', ?)", passed)


def last_pass(store: Store) -> Instant | None:
    """Return when the bridge's last whole pass ended, as far as it has told."""
    row = store.row("SELECT value FROM counters WHERE name = 'passed'")
    return None if row is None else int(row["value"])


def of_ping(store: Store) -> dict[str, Any]:
    """Return what `/ping` tells of it."""
    return {"features": FEATURES, "last_pass": instant_text(last_pass(store))}


def _until(content: Mapping[str, Any]) -> str:
    return format_instant(min(parse_instant(one["until"]) for one in content["calendars"].values()))


def _instant(text: str) -> Instant | None:
    try:
        return parse_instant(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None
