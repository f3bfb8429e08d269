"""What steers a terminal is spelled out at the edge, in lines and in JSON."""

import ast
import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cli.console import logs
from bridge.cli.console.render import cell
from bridge.cli.console.terminal import json_shown, json_text, printable, say, say_wrapped, tell

CLI = Path(__file__).parents[3] / "bridge" / "cli"
STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        ("\x1b[2J\x1b[31mred", r"\x1b[2J\x1b[31mred"),
        ("\x9b31mred", r"\x9b31mred"),
        ("one\nLevel: Urgent", r"one\nLevel: Urgent"),
        ("over\rwritten", r"over\rwritten"),
        ("back\x08\x7f", r"back\x08\x7f"),
        ("a\tb", "a b"),
        ("ab\u202edc", r"ab\u202edc"),
        ("ab\u2066dc", r"ab\u2066dc"),
        ("one\u2028two\x85three", r"one\u2028two\x85three"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("half\ud800", r"half\ud800"),
        ("Отчёт «не» открывается 👩‍💻 – ok", "Отчёт «не» открывается 👩‍💻 – ok"),
    ],
)
def test_what_steers_a_terminal_is_spelled_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_cell_of_a_table_is_neither_markup_nor_a_command() -> None:
    assert cell("[bold]\x1b[2J") == r"\[bold]\x1b[2J"


@given(st.text(st.characters(codec=None)))
def test_no_text_steers_a_terminal_and_json_stays_the_same_data(text: str) -> None:
    assert not STEERS.search(printable(text))
    told = json_text({"text": text, "list": [text]})
    assert not STEERS.search(told)
    assert json.loads(told) == {"text": text, "list": [text]}


def test_json_with_indentation_keeps_its_lines() -> None:
    assert json_text({"a": "\n"}, indent=2) == '{\n  "a": "\\n"\n}'


def test_lines_of_json_are_escaped_for_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = '{"subject":"\x9b31m\u202e"}\n{"subject":"ok"}\n'.encode()
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert json_shown(lines) == lines
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert json_shown(lines) == b'{"subject":"\\u009b31m\\u202e"}\n{"subject":"ok"}\n'


def test_each_text_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\nb", "c")
    tell("d\x1b")
    assert capsys.readouterr() == ("a\\nb\nc\n", "d\\x1b\n")


def test_on_a_terminal_long_lines_break_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say_wrapped("  one two three four")
    assert capsys.readouterr().out == "  one two three four\n"
    monkeypatch.setenv("COLUMNS", "14")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    say_wrapped("  one two three four", "")
    assert capsys.readouterr().out == "  one two\n    three four\n\n"


def test_a_log_line_spells_out_what_a_value_brings(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(verbose=False)
    logging.getLogger("sla_bridge").warning("skipped", extra={"number": "\x9b31m\u202e1"})
    assert capsys.readouterr().err.endswith("skipped number=\\x9b31m\\u202e1\n")


def _prints() -> Iterator[str]:
    for path in CLI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                yield path.name


def test_no_command_prints_past_the_edge() -> None:
    assert set(_prints()) == {"terminal.py"}
