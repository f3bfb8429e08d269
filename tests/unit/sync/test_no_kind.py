"""A pass knows no kind of helpdesk: neither by an import nor by a name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge.sync
from bridge.connectors.helpdesks import KINDS

FILES = sorted(Path(bridge.sync.__file__).parent.glob("*.py"))


def told(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports, and every text in it but docstrings."""
    docs = {
        id(one.value)
        for parent in ast.walk(tree)
        if isinstance(parent, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for one in parent.body
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield f"import {node.module}"
        elif isinstance(node, ast.Import):
            yield from (f"import {one.name}" for one in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield f"text {node.value}"
        elif isinstance(node, ast.Attribute) and node.attr == "capabilities":
            yield "attribute capabilities"


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.name)
def test_no_line_of_a_pass_knows_a_kind_of_helpdesk(file: Path) -> None:
    for one in told(ast.parse(file.read_text(encoding="utf-8"))):
        what, _, said = one.partition(" ")
        assert what != "attribute", "what a kind can do shows in what it answers"
        if what == "import":
            assert not said.startswith(
                ("bridge.connectors.helpdesks", "bridge.connectors.bedesk", "bridge.connectors.sandbox")
            )
        else:
            assert said.casefold() not in KINDS


def test_the_look_finds_what_it_is_for() -> None:
    code = '"""osticket"""\nfrom bridge.connectors.helpdesks import KINDS\nif kind == "bedesk" and desk.capabilities: ...\n'
    assert sorted(told(ast.parse(code))) == [
        "attribute capabilities",
        "import bridge.connectors.helpdesks",
        "text bedesk",
    ]
