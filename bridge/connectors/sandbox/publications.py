"""What screens need once and not per ticket, and when the bridge last went through: what it tells beside its writes."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bridge.connectors.sandbox.responses import Refusal, instant_text
from bridge.connectors.sandbox.store import Store, dump
from bridge.tickets import Instant, format_instant, parse_instant

FEATURES = ("publish", "passed")
"""What this helpdesk can do beyond what the first plugins could."""

BYTES_AT_MOST = 2 * 1024 * 1024
KEPT = 2
"""So many publications stay: tickets that were written under the one before still name it."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def keep(store: Store, content: Any) -> dict[str, str]:
    """Keep a publication in the place of one with its digest, and return what `/changes` will say of it. Refuses (422) what is
    none."""
    if not isinstance(content, dict):
        raise _misshapen("the body is no object")
    if not isinstance(content.get("digest"), str) or not _DIGEST.fullmatch(content["digest"]):
        raise _misshapen("digest is no sha256:…")
    _checked_instant(content.get("at"), "at")
    calendars = content.get("calendars")
    if not isinstance(calendars, dict) or not calendars:
        raise _misshapen("calendars is no object with a calendar in it")
    for name, calendar in calendars.items():
        _check_calendar(name, calendar)
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
    """Keep when the bridge's last whole pass ended. Refuses (400) what is no instant; one that lies ahead of this helpdesk's
    clock, and what a key says that may not write, is not believed."""
    if text is None:
        return
    passed = _instant(text)
    if passed is None:
        raise Refusal("bad_request", "passed is no instant", "send one as 2026-11-20T07:00:00Z")
    if not believed or passed > store.clock():
        return
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


def _check_calendar(name: str, calendar: Any) -> None:
    if not isinstance(calendar, dict) or not isinstance(calendar.get("zone"), str):
        raise _misshapen(f"the calendar {name!r} has no zone")
    for edge in ("from", "until"):
        _checked_instant(calendar.get(edge), f"{edge} of the calendar {name!r}")
    windows = calendar.get("windows")
    if not isinstance(windows, list):
        raise _misshapen(f"the calendar {name!r} has no list of windows")
    for window in windows:
        if not isinstance(window, list) or len(window) != 2:
            raise _misshapen(f"a window of the calendar {name!r} is no pair")
        for edge in window:
            _checked_instant(edge, f"a window of the calendar {name!r}")


def _checked_instant(value: object, what: str) -> None:
    if not isinstance(value, str) or _instant(value) is None:
        raise _misshapen(f"{what} is no instant")


def _instant(text: str) -> Instant | None:
    try:
        return parse_instant(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def _misshapen(message: str) -> Refusal:
    return Refusal("unprocessable", message, "see docs/api-v1.md, POST /publish")
