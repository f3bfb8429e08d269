"""What a schema catches while somebody writes, and that it is never wrong about it."""

from typing import Any

import pytest

from bridge.files.yaml import read_yaml
from tests.unit.schemas.editor import ROOT, SCHEMAS, alarms, as_editor, kind_of, refusals
from tests.unit.schemas.mistakes import GOOD, MISTAKES, Mistake


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_files_are_good_to_the_loader_and_to_the_schema(kind: str) -> None:
    assert refusals(kind, GOOD[kind]) == []
    assert alarms(kind, as_editor(GOOD[kind])) == []


def with_mistake(mistake: Mistake) -> str:
    text = GOOD[mistake.kind]
    assert text.count(mistake.good) == 1, mistake.good
    return text.replace(mistake.good, mistake.bad)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.kind}-{one.bad[:40].strip()}")
def test_a_schema_sees_every_mistake_of_shape_and_no_other(mistake: Mistake) -> None:
    text = with_mistake(mistake)
    assert refusals(mistake.kind, text) != []
    assert (alarms(mistake.kind, as_editor(text)) == []) is bool(mistake.beyond)


def test_the_table_is_long_enough_and_mostly_about_shape() -> None:
    assert len(MISTAKES) >= 150
    assert sum(not mistake.beyond for mistake in MISTAKES) >= 130


@pytest.mark.parametrize(
    "checks",
    [
        {"used": {"options": {"need": "2"}}},
        {"papers": {"options": {"warn_days": "7"}}},
        {"papers": {"effect": "none"}, "used": None},
        {"remote": {"title": "Way in"}},
        {"remote": {"options": {}, "fails_when": None}},
    ],
    ids=str,
)
def test_what_changes_a_check_of_another_file_need_not_repeat_its_kind(checks: dict[str, Any]) -> None:
    assert alarms("policy", {"policy": "agreement", "extends": "_base.yaml", "checks": checks}) == []
    assert alarms("policy-part", {"checks": checks}) == []


def test_options_of_a_kind_that_is_named_are_seen_in_a_changing_file_too() -> None:
    wrong = {"used": {"kind": "units", "options": {"warn_days": "30"}}}
    assert alarms("policy", {"policy": "agreement", "extends": "_base.yaml", "checks": wrong}) != []


SHIPPED = sorted(
    path
    for folder in (ROOT / "config", ROOT / "docs" / "samples", ROOT / "tests" / "unit" / "language" / "agreements")
    for path in folder.rglob("*.yaml")
    if path.parent != ROOT / "docs" / "samples"
)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_is_shipped_passes_in_an_editor_and_as_the_loader_reads_it(path) -> None:
    text = path.read_text(encoding="utf-8")
    for data in (as_editor(text), read_yaml(text.encode(), file=path.name).data):
        assert alarms(kind_of(path), data) == []


def test_every_kind_of_file_is_among_the_shipped_ones() -> None:
    assert {kind_of(path) for path in SHIPPED} == set(SCHEMAS) - {"policy-part"}
