"""The packed attribute that the bridge keeps in each conversation, and nobody else edits: memory, finished cycles, detail.

It lies with the conversation and not on the bridge's host, so that what was seen survives a lost state file, a new host and a
second bridge, and goes when the conversation goes.
"""

import base64
import binascii
import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bridge.connectors.helpdesks.bedesk.memory import Memory, SeenState

log = logging.getLogger("sla_bridge.http")

_FORM = "1:"
_UNPACKED_AT_MOST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the attribute holds. `merges` is what the last write learnt of the site: whether a PUT leaves attributes that it does
    not name; None while that is not known. `shown` are ids of levels by the titles that the bridge wrote for them."""

    memory: Memory | None = None
    cycles: Sequence[Mapping[str, Any]] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    merges: bool | None = None
    shown: Mapping[str, str] = field(default_factory=dict)


EMPTY = Record()


def packed(record: Record) -> str:
    """Return the record as one line of ASCII."""
    members = {
        "memory": None if record.memory is None else asdict(record.memory),
        "cycles": list(record.cycles),
        "detail": record.detail,
        "merges": record.merges,
        "shown": record.shown,
    }
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=dict)
    return _FORM + base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), 9)).decode("ascii")


def unpacked(text: object) -> Record:
    """Return the record in an attribute. One that is cut, edited or of a later version is as good as none, which is logged: its
    history is unseen then, and no clock goes on by what it may have said."""
    if text in (None, ""):
        return EMPTY
    try:
        return _read(str(text))
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error, binascii.Error, RecursionError) as error:
        log.warning("record_damaged", extra={"reason": f"{type(error).__name__}: {error}"[:200]})
        return EMPTY


def _read(text: str) -> Record:
    if not text.startswith(_FORM):
        raise ValueError(f"it begins with {text[:8]!r}, not with {_FORM!r}")
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(base64.b64decode(text[len(_FORM) :], validate=True), _UNPACKED_AT_MOST)
    if not unpacker.eof:
        raise ValueError("it is cut, or larger than anything the bridge writes")
    found = json.loads(content)
    memory = found["memory"]
    return Record(
        memory=None if memory is None else _memory(memory),
        cycles=list(found["cycles"]),
        detail=dict(found["detail"]),
        merges=found["merges"],
        # Earlier versions wrote none.
        shown=dict(found.get("shown") or {}),
    )


def _memory(found: Mapping[str, Any]) -> Memory:
    return Memory(
        seen=int(found["seen"]),
        known_from=None if found["known_from"] is None else int(found["known_from"]),
        standing=SeenState(**found["standing"]),
        events=tuple(dict(one) for one in found["events"]),
    )
