"""What the bridge uses of BeDesk's API, held against the description that the site publishes of itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bridge.connectors.helpdesks.bedesk.api import BASE, DESCRIPTION
from bridge.errors import ConfigurationInvalid
from bridge.files.yaml import read_yaml


class UsedOperation(NamedTuple):
    """An operation, and those of its parameters, or members of its body, that the bridge sends."""

    method: str
    path: str
    parameters: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


_ONE = "/helpdesk/agent/conversations/{id}"
USED: Sequence[UsedOperation] = (
    UsedOperation("get", "/helpdesk/agent/conversations", ("page", "perPage", "orderBy", "orderDir")),
    UsedOperation("get", _ONE),
    UsedOperation("put", _ONE, members=("attributes",)),
    UsedOperation("get", f"{_ONE}/messages", ("cursor",)),
    UsedOperation("get", "/helpdesk/attributes"),
    UsedOperation(
        "post", "/helpdesk/attributes", members=("name", "type", "format", "userCanEdit", "userCanView", "agentCanEdit")
    ),
    UsedOperation("get", "/helpdesk/statuses"),
    UsedOperation("get", "/helpdesk/agents"),
)
"""Groups are left out: that there is a list of them is documented, its address is not, and the bridge works without."""


def version_of(content: bytes | None) -> str:
    """Return the version that the description names, `unknown` where it names none."""
    try:
        info = _document(content).get("info")
    except ConfigurationInvalid:
        return "unknown"
    said = info.get("version") if isinstance(info, dict) else None
    return str(said) if said else "unknown"


def undescribed(content: bytes | None) -> tuple[str, ...]:
    """Return in a sentence each what the description lacks of what the bridge uses."""
    if content is None:
        return (f"the site shows no {DESCRIPTION}, so nothing can be compared",)
    try:
        document = _document(content)
    except ConfigurationInvalid as error:
        return (f"the site's {DESCRIPTION} cannot be read: {error.problems[0] if error.problems else error}",)
    return tuple(_missing(document))


def _document(content: bytes | None) -> Mapping[str, Any]:
    found = read_yaml(content or b"{}", file=DESCRIPTION).data
    return found if isinstance(found, dict) else {}


def _missing(document: Mapping[str, Any]) -> Iterator[str]:
    paths = {_shape(path): item for path, item in _mapping(document, "paths").items()}
    for used in USED:
        item = paths.get(_shape(used.path))
        operation = item.get(used.method) if isinstance(item, dict) else None
        called = f"{used.method.upper()} {used.path}"
        if not isinstance(item, dict) or not isinstance(operation, dict):
            yield f"the site's description has no {called}"
            continue
        listed = [*_list(item.get("parameters")), *_list(operation.get("parameters"))]
        named = {one.get("name") for one in listed if isinstance(one, dict)}
        if lacking := [one for one in used.parameters if one not in named and not _refers(listed)]:
            yield f"the site's description of {called} has no parameter {', '.join(lacking)}"
        members = _members(document, operation)
        if members is not None and (lacking := [one for one in used.members if one not in members]):
            yield f"the site's description of {called} takes no {', '.join(lacking)}"


def _members(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the members of an operation's body; None where the description does not list them."""
    content = _mapping(_mapping(operation, "requestBody"), "content")
    schema = _mapping(_mapping(content, "application/json"), "schema")
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/components/schemas/"):
        schema = _mapping(_mapping(_mapping(document, "components"), "schemas"), reference.rpartition("/")[2])
    found = schema.get("properties")
    return found if isinstance(found, dict) else None


def _refers(listed: Sequence[Any]) -> bool:
    """Return whether some parameters are told by reference, whose names are written elsewhere."""
    return any(isinstance(one, dict) and "$ref" in one for one in listed)


def _mapping(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = node.get(name)
    return found if isinstance(found, dict) else {}


def _list(node: object) -> list[Any]:
    return node if isinstance(node, list) else []


def _shape(path: str) -> str:
    """Return a path without what its parameters are called, and without the base that some descriptions write out."""
    parts = path.removeprefix(BASE).strip("/").split("/")
    return "/".join("{}" if part.startswith("{") else part for part in parts)
