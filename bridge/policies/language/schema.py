"""JSON Schema of the files of an agreement, described from their models, for editors."""

from typing import Any

from bridge.files.json_schema import described, in_parts, plain
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.checks import condition
from bridge.policies.checks.check_kind import CheckKind, check_kinds
from bridge.policies.language.catalogue import CatalogueFile
from bridge.policies.language.models import PolicyDocument
from bridge.policies.language.tables import BY


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file: whole by itself, or changing the one that it extends."""
    whole = _policy("policy")
    head = {key: whole.pop(key) for key in ("$schema", "title")}
    definitions = whole.pop("$defs")
    # Files of one revision share these keys, and each may leave to another what is the policy's.
    whole["required"] = ["policy"]
    parts = in_parts(_renamed({"$defs": definitions, "document": whole}))
    return {
        **head,
        "if": {"required": ["extends"]},
        "then": parts["document"],
        "else": whole,
        "$defs": {**definitions, **{_part(name): one for name, one in parts["$defs"].items()}},
    }


def policy_part_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file that is only there to be extended: it may lack whatever others give."""
    return in_parts(_policy("policy part"))


def calendar_schema() -> dict[str, Any]:
    """Return the JSON Schema of a calendar."""
    return described(CalendarModel, "calendar")


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of the product catalogue."""
    return described(CatalogueFile, "catalogue")


def _policy(name: str) -> dict[str, Any]:
    return _with_properties(_with_options(described(PolicyDocument, name)))


def _part(name: str) -> str:
    return f"{name}Part"


def _renamed(node: Any) -> Any:
    """Return a schema whose references lead to the definitions of parts."""
    if isinstance(node, dict):
        return {key: _part(value) if key == "$ref" else _renamed(value) for key, value in node.items()}
    return [_renamed(one) for one in node] if isinstance(node, list) else node


def _with_options(schema: dict[str, Any]) -> dict[str, Any]:
    """Let editors complete a check's options by its kind."""
    definitions = schema["$defs"]
    branches = []
    for name, kind in check_kinds().items():
        options = _options(kind, definitions)
        wanted: dict[str, Any] = {"properties": {"options": options}}
        if options.get("required"):
            wanted["required"] = ["options"]
        branches.append({"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": wanted})
    either = [{"required": [name]} for name in (condition.FAILS, condition.WARNS)]
    own = {
        "if": {"properties": {"kind": {"const": condition.KIND}}, "required": ["kind"]},
        "then": {"required": ["title", "message"], "anyOf": either},
    }
    definitions["CheckModel"]["allOf"] = [*branches, own]
    return schema


def _with_properties(schema: dict[str, Any]) -> dict[str, Any]:
    """Let editors know what a table may go by: the compiler's own list, which the models only describe."""
    for one in schema["$defs"].values():
        properties = one.get("properties", {})
        if {"by", "of"} <= properties.keys():
            properties["by"] |= {"type": "string", "pattern": f"^({BY})$"}
    return schema


def _options(kind: CheckKind, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return what the options of a kind may be."""
    options = plain(kind.options.model_json_schema())
    definitions.update({name: one for name, one in options.pop("$defs", {}).items() if name not in definitions})
    return options
