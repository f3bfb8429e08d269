"""Every answer is held to docs/api-v1.openapi.yaml, at the embedded helpdesk as at a real osTicket."""

import re
from functools import cache
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from docs import openapi


@cache
def document() -> dict[str, Any]:
    """Return the committed document."""
    found: dict[str, Any] = yaml.safe_load(openapi.FILE.read_text(encoding="utf-8"))
    return found


_WHOLE = "urn:contract"


@cache
def _validator(path: str, method: str, status: int) -> Draft202012Validator | None:
    answer = document()["paths"].get(path, {}).get(method, {}).get("responses", {}).get(str(status))
    if answer is None:
        return None
    whole = Resource.from_contents(document(), default_specification=DRAFT202012)
    component = answer["content"]["application/json"]["schema"]["$ref"]
    return Draft202012Validator({"$ref": f"{_WHOLE}{component}"}, registry=Registry().with_resource(_WHOLE, whole))


def schema_errors(method: str, path: str, status: int, body: Any) -> list[str]:
    """Return what is wrong with an answer by the committed document. A route that is none answers as `GET /ping` refuses."""
    route = "/tickets/{id}" if re.fullmatch(r"tickets/\d+", path) else f"/{path.partition('?')[0]}"
    if (status, route) != (200, route) and method.lower() not in document()["paths"].get(route, {}):
        method, route = "get", "/ping"
    validator = _validator(route, method.lower(), status)
    if validator is None:
        return [f"{method} {route} is not documented to answer {status}"]
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(body)]
