"""The page of terms names what the code has, and the code has no public word that the page does not know."""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference" / "terms.md").read_text(encoding="utf-8")
VOCABULARY = ("tickets", "customers", "decisions", "errors", "fields")
ROOMS = ("agreement", "calendar", "history", "clocks", "outcome", "units")
SAY_NOTHING = [
    "parts",
    "books",
    "places",
    "salvage",
    "silence",
    "scope",
    "shapes",
    "steps",
    "marks",
    "swaps",
    "edges",
    "values",
    "causes",
    "kinds",
    "leaves",
    "utils",
    "helpers",
    "misc",
]


def public_names(*, classes_only: bool) -> dict[str, list[str]]:
    """Return where each public top-level name of `bridge/` is defined."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "bridge").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not classes_only):
                names = [node.name]
            elif isinstance(node, ast.Assign | ast.AnnAssign) and not classes_only:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [one.id for one in targets if isinstance(one, ast.Name)]
            else:
                continue
            for name in names:
                if not name.startswith("_"):
                    found[name].append(path.relative_to(ROOT / "bridge").as_posix())
    return found


def told() -> list[str]:
    """Return the code's names in the third column of the page's tables."""
    rows = [line.split("|") for line in PAGE.splitlines() if line.startswith("| ") and "`" in line]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row[3])]


def test_every_name_on_the_page_stands_in_the_code():
    assert set(told()) - (public_names(classes_only=False).keys() | {"next_change_at", "due_at"}) == set()


def test_every_public_class_of_the_vocabulary_and_the_lower_rooms_stands_on_the_page():
    ours = {
        name
        for name, places in public_names(classes_only=True).items()
        if places[0] in {f"{one}.py" for one in VOCABULARY}
        or places[0].startswith(("protocols/", *(f"policies/{one}/" for one in ROOMS)))
    }
    assert ours - set(told()) == set()


def test_a_name_belongs_to_one_term():
    assert len(told()) == len(set(told()))


def test_a_term_stands_once():
    terms = re.findall(r"^\| ([a-z][^|]*) \|", PAGE, re.MULTILINE)
    terms = [one for one in terms if one != "term"]
    assert len(terms) == len(set(terms)) > 40


def test_no_two_public_classes_have_one_name():
    assert {name: places for name, places in public_names(classes_only=True).items() if len(places) > 1} == {}


def test_no_module_has_a_name_that_says_nothing():
    modules = {path.stem for path in (ROOT / "bridge").rglob("*.py")} | {
        path.name for path in (ROOT / "bridge").rglob("*") if path.is_dir()
    }
    assert modules & set(SAY_NOTHING) == set()
