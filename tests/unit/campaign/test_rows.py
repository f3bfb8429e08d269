"""Each way in which things go wrong is told, and is shown by tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from campaign.rows import ROWS, Row

ROOT = Path(__file__).resolve().parents[3]


@cache
def held_by(file: str) -> frozenset[str]:
    """The tests that a file holds, read and not run: functions of a module or of a class, and PHPUnit's methods."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.endswith(".php"):
        return frozenset(re.findall(r"public function (test\w+)\(", text))
    names = (node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def missing(row: Row) -> list[str]:
    """The tests that a row names and nobody wrote."""
    apart = (one.partition("::") for one in row.tests)
    return [f"{file}::{name}" for file, _, name in apart if not (ROOT / file).exists() or name not in held_by(file)]


def test_every_row_stands_there_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, 47))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.number))
def test_the_tests_that_a_row_names_exist(row: Row) -> None:
    assert row.tests
    assert len(set(row.tests)) == len(row.tests)
    assert missing(row) == []


def test_a_test_that_nobody_wrote_would_be_noticed() -> None:
    made_up = "tests/unit/campaign/test_rows.py::test_of_nothing"
    nowhere = "tests/unit/campaign/test_nowhere.py::test_of_nothing"
    assert missing(Row(1, "g", "t", "a", (made_up, nowhere))) == [made_up, nowhere]


def test_what_a_row_says_are_sentences() -> None:
    for row in ROWS:
        assert row.answer.endswith(".")
        assert row.trouble[0].islower()
        assert "|" not in row.trouble + row.answer, "it would break the table of the page"
