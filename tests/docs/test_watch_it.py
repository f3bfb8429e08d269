"""The how-to on watching the bridge names what doctor looks at, what is told to Prometheus, and settings that are accepted."""

import ast
import re
from pathlib import Path

import pytest

from bridge.files.yaml import read_yaml
from bridge.metrics.names import PREFIX, SERIES
from bridge.settings.model import BridgeFile

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/watch-it.md").read_text(encoding="utf-8")
MODULES = [*sorted((ROOT / "bridge/cli/doctor").glob("*_findings.py")), ROOT / "bridge/cli/doctor/diagnosis.py"]


def looked_at() -> set[str]:
    """The first words of all findings that the code makes."""
    found = set()
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)):
            at = {"ok": 0, "warn": 0, "fail": 0, "Finding": 1, "_failed": 0}.get(call.func.id)
            if at is None:
                continue
            what = call.args[at]
            if isinstance(what, ast.Constant):
                found.add(what.value)
            elif isinstance(what, ast.Name) and what.id in names:
                found.add(names[what.id])
    return found


def test_the_table_names_what_doctor_looks_at_and_nothing_else() -> None:
    table = PAGE.partition("## What doctor looks at")[2]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == looked_at()


def test_every_series_on_the_page_is_told() -> None:
    assert {one.removeprefix(PREFIX) for one in re.findall(rf"`({PREFIX}\w+)`", PAGE)} <= SERIES.keys()


@pytest.mark.parametrize("sample", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_a_sample_of_settings_is_accepted(sample: str) -> None:
    data = read_yaml(sample.encode(), file="sample.yaml").data
    BridgeFile.model_validate(
        {"version": "1", "helpdesk": {"url": "https://help.example.org", "key": {"env": "KEY"}}, **data}
    )
