"""JSON Schema of the files of a configuration, described from their models, for editors."""

from typing import Any

from pydantic import BaseModel

from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.checks.check_kind import check_kinds
from bridge.policies.language.catalogue import CatalogueFile
from bridge.policies.language.models import PolicyDocument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def described(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of the files called `name` that `model` is the shape of, without its head."""
    schema = model.model_json_schema(by_alias=True)
    _as_text(schema)
    return {**schema, "$schema": DIALECT, "title": f"osticket-sla-bridge {name}"}


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file."""
    schema = described(PolicyDocument, "policy")
    _describe_options(schema)
    return schema


def calendar_schema() -> dict[str, Any]:
    """Return the JSON Schema of a calendar."""
    schema = described(CalendarModel, "calendar")
    _one_or_many(schema)
    return schema


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of the product catalogue."""
    schema = described(CatalogueFile, "catalogue")
    _one_or_many(schema)
    return schema


def _describe_options(schema: dict[str, Any]) -> None:
    """Let editors complete a check's options by its kind."""
    definitions = schema["$defs"]
    branches = []
    for kind, one in check_kinds().items():
        options = one.options.model_json_schema(ref_template="#/$defs/{model}")
        _as_text(options)
        definitions.update(options.pop("$defs", {}))
        definitions[one.options.__name__] = options
        branches.append(
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"properties": {"options": {"$ref": f"#/$defs/{one.options.__name__}"}}},
            }
        )
    definitions["CheckModel"]["allOf"] = branches


def _one_or_many(node: Any) -> None:
    """Allow a single text where a calendar takes a list of texts."""
    if isinstance(node, list):
        for value in node:
            _one_or_many(value)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict) and value.get("type") == "array" and "type" in value.get("items", {}):
                node[key] = {"anyOf": [value["items"], value]}
            else:
                _one_or_many(value)


def _as_text(node: Any) -> None:
    """Allow numbers for text and text for numbers: the strict reader hands over text, an editor tells them apart."""
    if isinstance(node, dict):
        kind = node.get("type")
        if kind in ("integer", "number"):
            node["type"] = [kind, "string"]
        elif kind == "string" and "enum" not in node and "const" not in node:
            node["type"] = ["string", "number"]
        for value in list(node.values()):
            _as_text(value)
    elif isinstance(node, list):
        for value in node:
            _as_text(value)
