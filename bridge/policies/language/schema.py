"""JSON Schema of the files of a configuration, described from their models, for editors."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.checks import condition
from bridge.policies.checks.check_kind import check_kinds
from bridge.policies.language.catalogue import CatalogueFile
from bridge.policies.language.models import PolicyDocument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def described(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of the files called `name` that `model` is the shape of, without its head."""
    schema = _as_text(model.model_json_schema(by_alias=True))
    return {**schema, "$schema": DIALECT, "title": f"osticket-sla-bridge {name}"}


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy file."""
    return _with_options(described(PolicyDocument, "policy"))


def calendar_schema() -> dict[str, Any]:
    """Return the JSON Schema of a calendar."""
    return _one_or_many(described(CalendarModel, "calendar"))


def catalogue_schema() -> dict[str, Any]:
    """Return the JSON Schema of the product catalogue."""
    return _one_or_many(described(CatalogueFile, "catalogue"))


def _with_options(schema: dict[str, Any]) -> dict[str, Any]:
    """Let editors complete a check's options by its kind."""
    definitions = schema["$defs"]
    branches = []
    for kind, one in check_kinds().items():
        options = _as_text(one.options.model_json_schema(ref_template="#/$defs/{model}"))
        definitions.update(options.pop("$defs", {}))
        definitions[one.options.__name__] = options
        branches.append(
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"properties": {"options": {"$ref": f"#/$defs/{one.options.__name__}"}}},
            }
        )
    either = [{"required": [name]} for name in (condition.FAILS, condition.WARNS)]
    own = {
        "if": {"properties": {"kind": {"const": condition.KIND}}},
        "then": {"required": ["title", "message"], "anyOf": either},
    }
    definitions["CheckModel"]["allOf"] = [*branches, own]
    return schema


def _one_or_many(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow a single text where a calendar takes a list of texts."""
    for mapping in _mappings(schema):
        for key, value in mapping.items():
            if isinstance(value, dict) and value.get("type") == "array" and "type" in value.get("items", {}):
                mapping[key] = {"anyOf": [value["items"], value]}
    return schema


def _as_text(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow numbers for text and text for numbers: the strict reader hands over text, an editor tells them apart."""
    for mapping in _mappings(schema):
        kind = mapping.get("type")
        if kind in ("integer", "number"):
            mapping["type"] = [kind, "string"]
        elif kind == "string" and "enum" not in mapping and "const" not in mapping:
            mapping["type"] = ["string", "number"]
    return schema


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a schema, the outer ones first."""
    if isinstance(node, dict):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _mappings(value)
