"""Every message of the checker, word for word. `UPDATE_GOLDEN=1` writes what the checker says now."""

import ast
import os
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bridge.errors import ConfigurationInvalid, Problem, collected
from bridge.policies.language.catalogue import CATALOGUE, read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.language.documents import policy_files
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import case_problems, read_all_cases
from bridge.policies.trials.run import run_cases
from tests.golden import blocks, content, replaced, sentences, unseen
from tests.unit.language.configurations import CALENDAR

FOLDER = Path(__file__).parent / "golden"
BRIDGE = Path(__file__).parents[3] / "bridge"
POLICIES = BRIDGE / "policies"
SOURCES = sorted(
    [
        *(BRIDGE / "files").glob("*.py"),
        *(POLICIES / "language").rglob("*.py"),
        *(
            POLICIES / "trials" / f"{name}.py"
            for name in ("case_reports", "cases", "compare", "models", "notation", "run")
        ),
    ]
)
PLAIN = b"""\
policy: sample
title: Sample
defaults: {calendar: week}
levels: {gold: {title: Gold, targets: {resolution: 1h}}}
rules: [{id: all, level: gold}]
"""
"""The policy of cases that are about something else."""
TODAY = date(2026, 11, 22)


def cases() -> list[tuple[str, int, str, dict[str, bytes], str]]:
    """Return (file, number, title, configuration, expected) of every case in the golden files."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for number, title, contents in blocks(path):
            expected = contents.pop("said")
            configuration = {name: content(text) for name, text in contents.items()}
            if not policy_files(configuration) and title != "no policy at all":
                configuration["policies/p.yaml"] = PLAIN
            configuration.setdefault("calendars/week.yaml", CALENDAR)
            found.append((path.name, number, title, configuration, expected))
    return found


def shown(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file or "-"
    hint = f"\n    {problem.hint}" if problem.hint else ""
    return f"{place} {problem.severity} [{problem.code}] {problem.path}\n    {problem.message}{hint}\n"


def said(configuration: dict[str, bytes]) -> str:
    """Return what the checker says of policy, calendars, catalogue and tests, and then what comes of the cases."""
    problems = case_problems(configuration)
    with collected(problems):
        if CATALOGUE in configuration:
            read_catalogue(configuration[CATALOGUE], file=CATALOGUE)
    result = None
    with collected(problems):
        result = compile_policy(configuration, today=TODAY)
    if result is None or problems:
        problems.sort(key=lambda problem: (problem.file, problem.line, problem.column))
        return "".join(shown(problem) for problem in ConfigurationInvalid(problems).problems)
    sets = read_all_cases(configuration, result.policy)
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
        replaced(FOLDER / file, number, found)
        return
    assert found.strip() == expected.strip(), title


def _codes_in_the_source() -> set[str]:
    """Return every problem code that the language's modules can give."""
    found: set[str] = set()
    for path in SOURCES:
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


CALENDAR_FILES = (
    "amounts",
    "assemble",
    "definition",
    "windows",
    "sources/country",
    "sources/ics",
    "sources/listed_days",
)
CHECKED = [*SOURCES, *(POLICIES / "calendar" / f"{name}.py" for name in CALENDAR_FILES)]
NEEDS_SPECIAL_DATA = {
    "the file has … bytes; at most … are read",  # a megabyte; test_reader.py
    "split it into several files",
    "more than … values in one file",  # as many nodes; test_reader.py
    "holds more than … events; split it into several files",  # ten thousand events; test_icalendar.py
    "the file … has more than … bytes",  # a megabyte; test_sources.py
    "split it, or leave out years long gone",
    "its dates do not go together: …",  # what the package stumbles over; test_icalendar.py
    "an amount cannot be negative, this one is …",  # only Python code can ask for it; test_durations.py
    "a cell has more than … characters",  # a megabyte; tests/cli/test_golden_texts.py
    "patterns need the package google-re2",  # an installation without the extra; test_patterns.py
    "pip install 'osticket-sla-bridge[re2]', or use 'contains'",
}


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: str(path.relative_to(BRIDGE)))
def test_every_sentence_of_the_checker_is_in_a_golden_file(path: Path) -> None:
    assert set(unseen(sentences(path), FOLDER)) - NEEDS_SPECIAL_DATA == set()
