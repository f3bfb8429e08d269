"""Files as an editor sees them, the schemas that it holds them to, and what the loader says of them."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import jsonschema
import yaml

from bridge.connectors.registry.description import read_description, registry_schema
from bridge.errors import Problem, Severity, collected
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.schema import calendar_schema, catalogue_schema, policy_part_schema, policy_schema
from bridge.policies.trials.cases import case_problems
from bridge.policies.trials.models import cases_schema
from bridge.settings.load import MAIN_FILE, load_settings
from bridge.settings.model import bridge_schema
from tests.unit.language.configurations import CALENDAR

ROOT = Path(__file__).parents[3]
SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "policy": policy_schema,
    "policy-part": policy_part_schema,
    "cases": cases_schema,
    "calendar": calendar_schema,
    "catalogue": catalogue_schema,
    "registry": registry_schema,
    "bridge": bridge_schema,
}
POLICY = b"""\
policy: p
title: T
defaults: {calendar: week}
levels: {gold: {title: Gold, targets: {resolution: 1h}}}
rules: [{id: all, level: gold}]
"""


class _Core(yaml.SafeLoader):
    """YAML 1.2 as editors read it: numbers, true, false and null; `17:00` and dates are texts."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first) if "\0" not in first else [*first, ""]
    )
_Core.add_constructor(
    "tag:yaml.org,2002:int",
    lambda loader, node: int(loader.construct_scalar(node), 0 if node.value[:2] in {"0x", "0o"} else 10),
)


def as_editor(text: str) -> Any:
    """Return a document as an editor's language server reads it."""
    return yaml.load(text, Loader=_Core)  # noqa: S506 -- a safe loader with other words for numbers


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    """Return what an editor holds files of this kind to."""
    return jsonschema.Draft202012Validator(SCHEMAS[kind]())


def alarms(kind: str, data: Any) -> list[str]:
    """Return what the schema says of a document, each with its place."""
    return [f"{error.json_path}: {error.message[:200]}" for error in validator(kind).iter_errors(data)]


def refusals(kind: str, text: str) -> list[Problem]:
    """Return the errors that the loader finds in a file of this kind."""
    problems: list[Problem] = []
    content = text.encode()
    with collected(problems):
        if kind == "policy":
            compile_policy({"policies/p.yaml": content, "calendars/week.yaml": CALENDAR})
        elif kind == "calendar":
            compile_policy({"policies/p.yaml": POLICY, "calendars/week.yaml": CALENDAR, "calendars/c.yaml": content})
        elif kind == "cases":
            problems += case_problems({"policies/p_test.yaml": content})
        elif kind == "catalogue":
            read_catalogue(content, file="catalogue.yaml")
        elif kind == "registry":
            read_description(content, file="registry/registry.yaml")
        else:
            with TemporaryDirectory() as folder:
                (Path(folder) / MAIN_FILE).write_bytes(content)
                load_settings(Path(folder))
    return [one for one in problems if one.severity is Severity.ERROR]


def kind_of(path: Path) -> str:
    """Return which schema a file of a configuration is for."""
    if path.parent.name == "policies":
        return "cases" if path.name.endswith("_test.yaml") else "policy-part" if path.name[0] == "_" else "policy"
    return {"bridge.yaml": "bridge", "registry.yaml": "registry", "catalogue.yaml": "catalogue"}.get(
        path.name, "calendar"
    )
