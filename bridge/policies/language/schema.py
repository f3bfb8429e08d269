"""The language described from its own models: JSON Schema for editors, and the reference page."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bridge.files.types import ID_PATTERN
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.checks.options import OPTIONS
from bridge.policies.checks.wordings import WORDINGS
from bridge.policies.language.catalogue import CatalogueFile
from bridge.policies.language.models import PolicyDocument
from bridge.policies.language.sample import SAMPLE, SAMPLE_CASES
from bridge.policies.trials.models import CaseFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"

KINDS = ("policy", "calendar", "cases", "catalogue")
"""The files that have a schema."""


def json_schema(kind: str = "policy") -> dict[str, Any]:
    """Return the JSON Schema of a `policy`, a `calendar`, a test file (`cases`) or the `catalogue`.

    Raises KeyError for other kinds.
    """
    models: dict[str, type[BaseModel]] = {
        "policy": PolicyDocument,
        "calendar": CalendarModel,
        "cases": CaseFile,
        "catalogue": CatalogueFile,
    }
    model = models[kind]
    schema = model.model_json_schema(by_alias=True)
    if kind == "policy":
        _describe_options(schema)
    elif kind in {"calendar", "catalogue"}:
        _one_or_many(schema)
    if "CaseModel" in schema["$defs"]:
        _short_case(schema["$defs"]["CaseModel"])
    _as_text(schema)
    return {**schema, "$schema": DIALECT, "title": f"osticket-sla-bridge {kind}"}


def _describe_options(schema: dict[str, Any]) -> None:
    """Let editors complete a check's options by its kind."""
    definitions = schema["$defs"]
    branches = []
    for kind, model in OPTIONS.items():
        options = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(options.pop("$defs", {}))
        definitions[model.__name__] = options
        branches.append(
            {
                "if": {"properties": {"kind": {"const": str(kind)}}},
                "then": {"properties": {"options": {"$ref": f"#/$defs/{model.__name__}"}}},
            }
        )
    definitions["CheckModel"]["allOf"] = branches


def _short_case(case: dict[str, Any]) -> None:
    """Allow a case with one frozen time to name it without a list."""
    case["required"] = ["name"]
    case["properties"]["now"] = {"$ref": "#/$defs/CheckpointModel/properties/now"}
    case["properties"]["expect"] = {"$ref": "#/$defs/CheckpointModel/properties/expect"}
    case["oneOf"] = [{"required": ["at"]}, {"required": ["now", "expect"]}]


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


HEAD = """\
# Policy files

<!-- Generated from the models by bridge.policies.language.schema.reference(); a test keeps page and models equal. -->

Every `*.yaml` file in `policies/` that does not end in `_test.yaml` is a policy document. Values stand as text:
`17:00`, `6.10` and `NO` mean what they say; only `true`, `false` and `null` are special. A key without a value, an
unknown key and a key that stands twice are errors. Wherever one value is expected in a list, the value alone may be
written. An *id* is made of small Latin letters, digits, `-` and `_`, a letter first: ids of levels become keys of a
choice field in osTicket. Everything that people read is a title, in any letters.

For completion in an editor, put this line on top of a file (`sla-bridge policy schema` prints the schema):

```yaml
# yaml-language-server: $schema=policy.schema.json
```
"""


CASES_HEAD = """\
# Policy tests

<!-- Generated from the models by bridge.policies.language.schema.cases_reference(); a test keeps them equal. -->

Files in `policies/` that end in `_test.yaml` hold cases: a ticket, a frozen `now`, and what is expected of the
decision. Cases may also stand under `tests:` inside a policy file; such a policy is only loaded when they hold. Nothing
is expected of what a case does not name.

Each line under `then` is a time, perhaps who did it (`customer`, `agent` or `system`; agents by default, customers for
messages), and what happened, perhaps with `by web|email|phone|api|other`:

| line | what happened |
| --- | --- |
| `11:00 answer` | a public answer |
| `11:00 message` | a message of the customer |
| `11:00 note` | an internal note |
| `11:00 status NAME` | a new status, open |
| `11:00 close NAME`, `11:00 reopen NAME` | closed or opened again; the status' name may be left out |
| `11:00 department NAME`, `topic NAME`, `priority NAME`, `assign NAME` | moved |
| `11:00 set FIELD VALUE`, `11:00 clear FIELD` | a field changed |
| `11:00 merge`, `11:00 rate VALUE` | merged into another ticket; rated by the customer |

The day goes before the time where it changes: `2025-04-08 09:00 answer`.
"""


def models_reference(head: str, model: type[BaseModel]) -> str:
    """Return a reference page of any of the configuration's models in Markdown, below `head`."""
    return _tidy(list(_page(head, model)))


def reference() -> str:
    """Return the reference page of the policy language in Markdown."""
    parts = list(_page(HEAD, PolicyDocument, skip="CaseModel"))
    parts.append("\n## Options of checks")
    for kind, model in OPTIONS.items():
        options = model.model_json_schema()
        parts.extend(_section(f"kind: {kind}", options, options.get("$defs", {}), heading="###"))
    parts.append(f"\n## A sample with every key\n\n```yaml\n{SAMPLE}```\n")
    return _tidy(parts)


def cases_reference() -> str:
    """Return the reference page of policy tests in Markdown."""
    sample = f"\n## A sample with every key\n\n```yaml\n{SAMPLE_CASES}```\n"
    return _tidy([*_page(CASES_HEAD, CaseFile), *_reasons(), sample])


def _reasons() -> Iterator[str]:
    """Yield the closed list of reason codes, which an expectation may name under `reasons`."""
    yield "\n## Reasons of checks\n"
    yield "What `reasons` may expect of a check, with what the ticket's reader is told.\n"
    yield "| reason | says |"
    yield "| --- | --- |"
    for code, wording in sorted(WORDINGS.items()):
        yield f"| `{code}` | {wording.message.en} |"


def _page(head: str, model: type[BaseModel], skip: str = "") -> Iterator[str]:
    schema = model.model_json_schema(by_alias=True)
    definitions: Mapping[str, Any] = schema["$defs"]
    yield head
    yield from _section("The document", schema, definitions)
    for name in _order(schema, definitions, skip):
        yield from _section(name, definitions[name], definitions)


def _tidy(parts: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _order(schema: Mapping[str, Any], definitions: Mapping[str, Any], skip: str) -> list[str]:
    """Return the models in the order in which the page comes to them."""
    found: list[str] = []
    waiting = list(_mentioned(schema.get("properties", {})))
    while waiting:
        name = waiting.pop(0)
        if name in found or name == skip or "properties" not in definitions[name]:
            continue
        found.append(name)
        waiting.extend(_mentioned(definitions[name]["properties"]))
    return found


def _mentioned(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _mentioned(value)
    elif isinstance(node, list):
        for value in node:
            yield from _mentioned(value)


def _section(
    title: str, schema: Mapping[str, Any], definitions: Mapping[str, Any], heading: str = "##"
) -> Iterator[str]:
    yield f"\n{heading} {_named(title)}\n"
    yield f"{schema['description']}\n"
    properties = schema.get("properties", {})
    if not properties:
        yield "No options.\n"
        return
    required = set(schema.get("required", ()))
    yield "| key | value | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for key, part in properties.items():
        default = "**required**" if key in required else _default(part.get("default"))
        meaning = part.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_type(part, definitions)} | {default} | {meaning} |"


def _named(model: str) -> str:
    """Return a model's name as a heading: `TargetRowModel` becomes `Target row`."""
    plain = model.removesuffix("Model")
    if " " in plain:
        return plain
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in plain).strip()
    return words[:1].upper() + words[1:]


def _anchor(model: str) -> str:
    return _named(model).lower().replace(" ", "-")


def _default(value: object) -> str:
    if value is None or value in ([], {}, ""):
        return ""
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, list):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`"


def _many(kind: str, inner: str) -> str:
    return f"{kind}, {inner}" if inner.startswith("such as ") else f"{kind} of {inner}"


def _type(part: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one return per kind
    """Return the kind of a value in a few words."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        target = definitions[name]
        if "enum" in target:
            return " \\| ".join(f"`{choice}`" for choice in target["enum"])
        page = "policy-tests.md" if name == "CaseModel" else ""
        return f"[{_named(name)}]({page}#{_anchor(name)})"
    if "anyOf" in part or "oneOf" in part:
        choices = part.get("anyOf") or part["oneOf"]
        kinds = [_type(one, definitions) for one in choices if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in part:
        return " \\| ".join(f"`{choice}`" for choice in part["enum"])
    if "const" in part:
        return f"`{str(part['const']).lower()}`"
    kind = part.get("type")
    if isinstance(kind, list):
        return "value"
    if kind == "array":
        return _many("list", _type(part["items"], definitions)) if "items" in part else "list"
    if kind == "object":
        inner = part.get("additionalProperties") or next(iter(part.get("patternProperties", {}).values()), None)
        return _many("mapping", _type(inner, definitions)) if isinstance(inner, Mapping) else "mapping"
    if part.get("pattern") == ID_PATTERN:
        return "id"
    if part.get("examples"):
        return "such as " + ", ".join(f"`{example}`" for example in part["examples"])
    return {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}.get(
        str(kind), "anything"
    )
