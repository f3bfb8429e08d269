"""JSON Schemas for editors, described from the models of the files: what a shape can catch is caught while it is written.

A schema must never refuse what the loader reads. It sees a file in two ways: the strict reader hands over text, an editor
tells numbers from text; so a number is allowed where text is expected, and the text of a number where a number is.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from pydantic import BaseModel

from bridge.files.types import OPENED, WORD_FOR_TRUTH

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEFINITION = "#/$defs/"
_OF_THE_KEY = ("default", "description", "title")

_WHOLE = r"^\s*[+-]?[0-9][0-9_]*(\.0*)?\s*$"
_ODD = "[Ii][Nn][Ff]([Ii][Nn][Ii][Tt][Yy])?|[Nn][Aa][Nn]"
_DECIMAL = rf"^\s*[+-]?([0-9][0-9_]*\.?[0-9_]*([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?|{_ODD})\s*$"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TRUTH = r"^([Tt]([Rr][Uu][Ee])?|[Ff]([Aa][Ll][Ss][Ee])?|[Yy]([Ee][Ss])?|[Nn][Oo]?|[Oo][Nn]|[Oo][Ff][Ff]|0|1)$"


def described(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema of the files called `name` that `model` is the shape of."""
    return {**plain(model.model_json_schema(by_alias=True)), "$schema": DIALECT, "title": f"osticket-sla-bridge {name}"}


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return pydantic's schema of a model as what people write: short forms opened, no null, values as text and as numbers."""
    for mapping in mappings(schema):
        _without_null(mapping)
    definitions = schema.get("$defs", {})
    for mapping in list(mappings(schema)):
        _opened(mapping, definitions)
    for mapping in mappings(schema):
        _closed(mapping)
        _as_written(mapping)
    return schema


def in_parts(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema for files that others complete, or that change others: no key is required, a key without a value
    removes the inherited one, and `remove` an item with an id. What an `if` asks stays as it is: it demands nothing."""
    part = deepcopy(schema)
    for mapping in _demands(part):
        for limit in ("required", "minProperties", "oneOf", "dependentRequired"):
            mapping.pop(limit, None)
        properties = mapping.get("properties", {})
        if "id" in properties and mapping.get("type") == "object":
            properties["remove"] = {"type": "boolean", "description": "true: drop the inherited item of this id."}
        for name, value in properties.items():
            properties[name] = {"anyOf": [value, {"type": "null"}]}
        for key in ("additionalProperties", "patternProperties"):
            _nullable(mapping, key)
    return part


def mappings(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a schema, the outer ones first."""
    if isinstance(node, dict):
        yield node
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from mappings(value)


def _demands(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a schema that a file has to meet, the outer ones first: all but the questions of `if`."""
    if isinstance(node, dict):
        yield node
        node = [value for key, value in node.items() if key != "if"]
    for value in node if isinstance(node, list) else ():
        yield from _demands(value)


def _nullable(mapping: dict[str, Any], key: str) -> None:
    value = mapping.get(key)
    if key == "patternProperties" and isinstance(value, dict):
        mapping[key] = {pattern: {"anyOf": [one, {"type": "null"}]} for pattern, one in value.items()}
    elif isinstance(value, dict):
        mapping[key] = {"anyOf": [value, {"type": "null"}]}


def _without_null(mapping: dict[str, Any]) -> None:
    """Drop the null of what may be left out: written, a key without a value is a mistake."""
    choices = mapping.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return
    left = [one for one in choices if one != {"type": "null"}]
    if mapping.get("default", ...) is None:
        del mapping["default"]
    if len(left) == 1:
        del mapping["anyOf"]
        mapping.update({**left[0], **mapping})
    else:
        mapping["anyOf"] = left


def _opened(mapping: dict[str, Any], definitions: dict[str, Any]) -> None:
    """Put what a short form stands for in its place: a key of the model behind it."""
    choices = mapping.get("anyOf")
    if not isinstance(choices, list):
        return
    found: list[dict[str, Any]] = []
    for index, choice in enumerate(choices):
        key, opened = choice.pop(OPENED, ""), choice
        if key:
            models = (one["$ref"].removeprefix(_DEFINITION) for one in choices[index:] if "$ref" in one)
            name = f"{next(models)}.{key}"
            opened = {"$ref": f"{_DEFINITION}{name}"}
            if name not in definitions:
                said = definitions[name.removesuffix(f".{key}")]["properties"][key]
                definitions[name] = {one: deepcopy(said[one]) for one in said if one not in _OF_THE_KEY}
        if opened not in found:
            found.append(opened)
    mapping["anyOf"] = found


def _closed(mapping: dict[str, Any]) -> None:
    """Refuse keys that fit no pattern: pydantic leaves them open."""
    if "patternProperties" in mapping:
        mapping["additionalProperties"] = False


def _as_written(mapping: dict[str, Any]) -> None:
    kind, choices = mapping.get("type"), mapping.get("enum", [mapping["const"]] if "const" in mapping else [])
    if mapping.pop(WORD_FOR_TRUTH, False):
        mapping.update({"type": ["boolean", "integer", "string"], "minimum": 0, "maximum": 1, "pattern": _TRUTH})
    elif kind in ("integer", "number"):
        mapping.update({"type": [kind, "string"], "pattern": _WHOLE if kind == "integer" else _DECIMAL})
    elif kind == "string" and choices:
        _choices_as_written(mapping, choices)
    elif kind == "string" and any(re.search(mapping.get("pattern", ""), one) for one in ("7", "7.5")):
        mapping["type"] = ["string", "number"]


def _choices_as_written(mapping: dict[str, Any], choices: Sequence[Any]) -> None:
    numbers = [int(one) if one.isdecimal() else float(one) for one in choices if _NUMBER.fullmatch(str(one))]
    if numbers:
        mapping.pop("const", None)
        mapping.update({"type": ["string", "number"], "enum": [*choices, *numbers]})
