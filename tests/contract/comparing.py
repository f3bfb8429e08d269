"""Makes two recordings comparable: what must differ between two helpdesks is replaced by the order of its appearance."""

import re
from typing import Any

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
KEPT_INSTANTS = frozenset({"sla_due", "started_at", "due_at"})


class Names:
    """Gives the same name to the same thing: `ticket-1`, `rev-2`, `status or the like-3`."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Any], str] = {}

    def of(self, kind: str, thing: Any) -> str:
        """Return the thing's name."""
        count = sum(known == kind for known, _ in self._known)
        return self._known.setdefault((kind, thing), f"{kind}-{count + 1}")


def comparable(exchanges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return exchanges with ids, numbers, revisions, cursors, instants and wordings replaced."""
    names = Names()
    return [
        {
            "step": one["step"],
            "request": one["request"]["path"],
            "status": one["status"],
            "body": _body(one["body"], names),
        }
        for one in exchanges
    ]


def _body(value: Any, names: Names, key: str = "") -> Any:
    if isinstance(value, list):
        return [_body(part, names, key) for part in value]
    if isinstance(value, dict):
        return _mapping(value, names)
    if isinstance(value, str) and INSTANT.fullmatch(value) and key not in KEPT_INSTANTS:
        return "an instant"
    return value


def _mapping(value: dict[str, Any], names: Names) -> dict[str, Any]:
    if {"code", "message", "hint"} == set(value):
        return {"code": value["code"]}
    if set(value) in ({"id", "name"}, {"id", "name", "state"}):
        return {"is": names.of("reference", (value["id"], value["name"])), "state": value.get("state")}
    result = {}
    for name, part in value.items():
        if name in ("rev", "if_rev") and isinstance(part, str):
            result[name] = names.of("rev", part)
        elif name in ("id", "merged_into") and isinstance(part, int):
            result[name] = names.of("user" if "email" in value else "ticket", part)
        elif name == "next":
            result[name] = type(part).__name__
        elif name in ("number", "head", "instance_id", "meta_rev", "server_time"):
            result[name] = f"a {name}"
        elif name == "native":
            # osTicket's own verdict is never an input: only that it is there matters.
            result[name] = sorted(part)
        elif name == "fields" and "email" not in part:
            result[name] = {field: _body(one, names, field) for field, one in sorted(part.items()) if one is not None}
        else:
            result[name] = _body(part, names, name)
    return result


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Return where two comparable answers differ, one line a place."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        members = sorted(ours.keys() | theirs.keys())
        return [line for name in members for line in differences(ours.get(name), theirs.get(name), f"{path}.{name}")]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [line for place, pair in pairs for line in differences(*pair, f"{path}[{place}]")]
    return [] if ours == theirs else [f"{path}: embedded {ours!r}, osTicket {theirs!r}"]
