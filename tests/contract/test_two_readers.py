"""What the plugin takes of a publication, the embedded helpdesk takes, and nothing else: each value in turn is put wrong."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bridge.connectors.sandbox.publication_body import PublishRequest
from tests.contract.test_publishing import publication

READER = Path(__file__).resolve().parents[1] / "plugin" / "read_publications.php"
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 1.5, 1e15, 1e16, -1e16, 10**19, "", " ", "\u00a0", "x" * 100, "x" * 101, "x" * 2001, "ru", "de",
    "outdated", "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "9999-12-31", "1970-01-01", "1969-12-31", "2026-13-01",
    "2026-12-20T00:00:00Z", "1970-01-01T00:00:00Z", "2026-12-20T24:00:00Z", "<b>", "Europe/Moscow", "support", [], {}, [1],
    {"a": 1}, ["x"], "2000-02-29\n",
]  # fmt: skip
MEMBERS = ("registry", "phrases", "report")
"""What stands beside calendars and titles."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where something stands, as keys and indexes."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def spoilt(path: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    """Yield the publication without what stands there, and with each of the values in its place."""
    for value in [Ellipsis, *VALUES]:
        found = publication()
        inner: Any = found
        for key in path[:-1]:
            inner = inner[key]
        if value is Ellipsis:
            del inner[path[-1]]
        else:
            inner[path[-1]] = deepcopy(value)
        yield found


def embedded(text: str) -> str:
    try:
        PublishRequest.model_validate_json(text)
    except ValidationError:
        return "422"
    return "ok"


@pytest.mark.skipif(shutil.which("php") is None, reason="there is no php")
@pytest.mark.parametrize("member", MEMBERS)
def test_both_readers_are_of_one_mind(member: str) -> None:
    paths = [path for path in places(publication()) if path[0] == member]
    texts = [json.dumps(one) for path in paths for one in spoilt(path)]
    php = subprocess.run(
        ["php", str(READER)],
        input="\n".join(texts), capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = php.stdout.splitlines()
    assert len(told) == len(texts)
    assert {"ok", "422"} == set(told)
    cases = [(path, value) for path in paths for value in ["left out", *VALUES]]
    assert [case for case, one, text in zip(cases, told, texts, strict=True) if one != embedded(text)] == []
