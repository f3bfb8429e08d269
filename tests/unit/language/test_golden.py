"""Every message of the checker, word for word. `UPDATE_GOLDEN=1` writes what the checker says now."""

import ast
import os
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bridge.errors import ConfigurationInvalid, Problem
from bridge.policies.language.compile import compile_policy
from tests.unit.language.configurations import CALENDAR

FOLDER = Path(__file__).parent / "golden"
SOURCES = Path(__file__).parents[3] / "bridge" / "policies" / "language"
TODAY = date(2026, 11, 22)

_FILE = re.compile(r"^--- (\S+)\n", re.MULTILINE)


def cases() -> list[tuple[str, int, str, dict[str, bytes], str]]:
    """Return (file, number, title, configuration, expected) of every case in the golden files."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for number, block in enumerate(path.read_text().split("=== ")[1:]):
            title, _, rest = block.partition("\n")
            parts = _FILE.split(rest)[1:]
            contents = dict(zip(parts[::2], parts[1::2], strict=True))
            expected = contents.pop("said", "")
            configuration = {name: _bytes(content) for name, content in contents.items()}
            configuration.setdefault("calendars/week.yaml", CALENDAR)
            found.append((path.name, number, title, configuration, expected))
    return found


def _bytes(content: str) -> bytes:
    text = content.replace("<TAB>", "\t").replace("<BELL>", "\x07")
    return text.replace("<CP1251>", "").encode("cp1251" if "<CP1251>" in text else "utf-8")


def shown(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file or "-"
    hint = f"\n    {problem.hint}" if problem.hint else ""
    return f"{place} {problem.severity} [{problem.code}] {problem.path}\n    {problem.message}{hint}\n"


def said(configuration: dict[str, bytes]) -> str:
    try:
        result = compile_policy(configuration, today=TODAY)
    except ConfigurationInvalid as error:
        return "".join(shown(problem) for problem in error.problems)
    return "".join(shown(problem) for problem in result.warnings)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="the words for broken syntax are libyaml's places")
@pytest.mark.parametrize(
    ("file", "number", "title", "configuration", "expected"),
    cases(),
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_the_checker_says_exactly_this(
    file: str, number: int, title: str, configuration: dict[str, bytes], expected: str
) -> None:
    found = said(configuration)
    if os.environ.get("UPDATE_GOLDEN"):
        path = FOLDER / file
        blocks = path.read_text().split("=== ")
        head, _, _ = blocks[number + 1].partition("--- said\n")
        blocks[number + 1] = f"{head}--- said\n{found}\n"
        path.write_text("=== ".join(blocks))
        return
    assert found.strip() == expected.strip(), title


def _codes_in_the_source() -> set[str]:
    """Return every problem code that the language's modules can give."""
    found: set[str] = set()
    for path in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in {"report", "warn", "refuse", "problem", "_problem"} and node.args:
                    values = [node.args[0]]
                elif name == "Problem":
                    values = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                else:
                    continue
                found |= {value.value for value in values if isinstance(value, ast.Constant)}
            elif path.name == "validate.py" and isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                first = node.value.elts[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and len(node.value.elts) == 3:
                    found.add(first.value)
    return found


def test_every_kind_of_message_is_in_a_golden_file() -> None:
    golden = "".join(path.read_text() for path in FOLDER.glob("*.txt"))
    shown_codes = set(re.findall(r"\[([a-z_0-9]+)\]", golden))
    bounded_by_size = {"too_large"}  # a file of a megabyte; test_reader.py holds it
    assert _codes_in_the_source() - shown_codes - bounded_by_size == set()
