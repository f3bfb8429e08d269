"""Every message of the checker, word for word. `UPDATE_GOLDEN=1` writes what the checker says now."""

import ast
import os
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bridge.errors import ConfigurationInvalid, Problem
from bridge.policies.catalogue_file import read_catalogue
from bridge.policies.language.case_reports import as_text
from bridge.policies.language.cases import read_all_cases, run_cases
from bridge.policies.language.compile import CATALOGUE, compile_policy, policy_files
from tests.unit.language.configurations import CALENDAR

FOLDER = Path(__file__).parent / "golden"
SOURCES = Path(__file__).parents[3] / "bridge" / "policies" / "language"
PLAIN = b"""\
policy: sample
title: Sample
defaults: {calendar: week}
levels: {gold: {title: Gold, targets: {resolution: 1h}}}
rules: [{id: all, level: gold}]
"""
"""The policy of cases that are about something else."""
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
            if not policy_files(configuration) and title != "no policy at all":
                configuration["policies/p.yaml"] = PLAIN
            configuration.setdefault("calendars/week.yaml", CALENDAR)
            found.append((path.name, number, title, configuration, expected))
    return found


def _bytes(content: str) -> bytes:
    text = content.replace("<TAB>", "\t").replace("<BELL>", "\x07")
    if "<UTF16>" in text:
        return text.replace("<UTF16>", "").encode("utf-16")
    return text.replace("<CP1251>", "").encode("cp1251" if "<CP1251>" in text else "utf-8")


def shown(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file or "-"
    hint = f"\n    {problem.hint}" if problem.hint else ""
    return f"{place} {problem.severity} [{problem.code}] {problem.path}\n    {problem.message}{hint}\n"


def said(configuration: dict[str, bytes]) -> str:
    """Return what the checker says of policy, calendars and catalogue, and then what comes of the cases."""
    try:
        if CATALOGUE in configuration:
            read_catalogue(configuration[CATALOGUE], file=CATALOGUE)
        result = compile_policy(configuration, today=TODAY)
        sets = read_all_cases(configuration, result.policy)
    except ConfigurationInvalid as error:
        return "".join(shown(problem) for problem in error.problems)
    warnings = "".join(shown(problem) for problem in result.warnings)
    return warnings + as_text(run_cases(result.policy, sets)) if sets else warnings


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


POLICIES = SOURCES.parent
CHECKED = [
    *sorted(SOURCES.glob("*.py")),
    POLICIES / "catalogue_file.py",
    POLICIES / "calendar_model.py",
    POLICIES / "durations.py",
]
CHECKED += [POLICIES / "calendars" / f"{name}.py" for name in ("assemble", "country", "ics", "lists", "spans")]
NEEDS_SPECIAL_DATA = {
    r"the file has \S+ bytes; at most \S+ are read",  # a megabyte; test_reader.py
    "split it into several files",
    r"more than \S+ values in one file",  # as many nodes; test_reader.py
    r"an amount cannot be negative, this one is \S+",  # only Python code can ask for it; test_durations.py
}


def _template(node: ast.expr) -> str:
    """Return a regular expression for the text that a literal or an f-string can give; empty for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^\n]*?" for part in node.values
        )
    return re.escape(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _sentences(path: Path) -> set[str]:
    """Return the templates of messages and hints in a module: whatever reaches a problem or a ValueError."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign):
            names = {one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if isinstance(node.value, ast.Dict) and names & {"_SYNTAX", "_EXPECTED", "_BOUNDS"}:
                values = [
                    one for value in node.value.values for one in ast.walk(value) if isinstance(one, ast.Constant)
                ]
                names = {"message"}
            texts = values if names & {"message", "hint"} else []
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            said = {"report", "_report", "warn", "refuse", "problem", "_problem", "Problem", "ValueError"}
            texts = [*node.args, *(one.value for one in node.keywords)] if name in said else []
        else:
            continue
        for text in texts:
            parts = _template(text).split(r"\ \|\ ")
            found.update(part for part in parts if r"\ " in part and "{" not in part)
    return found


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_every_sentence_of_the_checker_is_in_a_golden_file(path: Path) -> None:
    golden = "".join(file.read_text() for file in sorted(FOLDER.glob("*.txt"))).replace("; ", "\n    ")
    whole = "".join(file.read_text() for file in sorted(FOLDER.glob("*.txt")))
    unseen = [one for one in sorted(_sentences(path)) if not re.search(one, whole) and not re.search(one, golden)]
    left = [one for one in unseen if one.replace(r"[^\n]*?", r"\S+").replace("\\ ", " ") not in NEEDS_SPECIAL_DATA]
    assert left == []
