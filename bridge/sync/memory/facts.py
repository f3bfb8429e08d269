"""What the state's facts must look like: a value that cannot be meant makes the whole state unfit."""

import json
from collections.abc import Callable, Mapping

from bridge.sync.memory.declared import YES, LastDeclaration, UnderWay
from bridge.sync.memory.owed_fact import turning
from bridge.sync.memory.published import Last, remembered_clocks
from bridge.sync.memory.rolling import Rolling
from bridge.sync.memory.sweep_round import Round
from bridge.sync.memory.vocabulary import Vocabulary

SCANNED_AT, NEVER = "scanned_at", "0"
"""The fact that tells when everything was read last, and what it says where the next pass has to read everything again."""

_LATEST = 4_102_444_800
"""The year 2100: no clock of a helpdesk shows more."""


def _instant(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value[:12]) <= _LATEST and len(value) <= 12


def _names(value: str) -> bool:
    found = json.loads(value)
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _vocabulary(value: str) -> bool:
    return Vocabulary.remembered(value) is not None


def _notices(value: str) -> bool:
    return all(
        type(row["told_at"]) is int
        and all(isinstance(row["notice"].get(name, ""), str) for name in ("key", "text", "source", "gist"))
        and all(isinstance(row["notice"].get(name, False), bool) for name in ("missing", "unseen", "once"))
        for row in json.loads(value)
    )


def _line(value: str) -> bool:
    return 0 < len(value) <= 4096 and value.isprintable()


_RULES: Mapping[str, Callable[[str], bool]] = {
    "acted": lambda value: value in {"", YES},
    "basis": _line,
    "below": lambda value: value.isascii() and value.isdigit() and len(value) <= 19,
    "cursor": _line,
    "declared": lambda value: LastDeclaration.remembered(value) is not None,
    "instance_id": _line,
    "meta_rev": _line,
    "notices": _notices,
    "open_clocks": lambda value: remembered_clocks(value) is not None,
    "owed": lambda value: (found := turning(value)) is not None and _instant(str(found[1])),
    "passed": _instant,
    "policy_asked": _line,
    "policy_seq": lambda value: value.isascii() and value.isdigit() and len(value) <= 16,
    "published": lambda value: Last.remembered(value) is not None,
    "publishes": lambda value: value in {"", "yes"},
    "rolling": lambda value: not value or Rolling.remembered(value) is not None,
    "route": _line,
    "scanned_at": _instant,
    "server_time": _instant,
    "sweep": lambda value: not value or Round.remembered(value) is not None,
    "under_way": lambda value: UnderWay.remembered(value) is not None,
    "units": lambda value: value in {"", "counted"},
    "vocabulary": _vocabulary,
    "writable": _names,
}


def unfit(facts: Mapping[str, object]) -> str | None:
    """Return the name of a fact whose value cannot be meant; None where all can."""
    return next((name for name, value in facts.items() if not _fits(name, value)), None)


def _fits(name: str, value: object) -> bool:
    rule = _RULES.get(name)
    try:
        return isinstance(value, str) and (rule is None or rule(value))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
