"""Models, JSON Schema and samples say the same."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bridge.files.yaml import read_yaml
from bridge.policies.language.compile import CompileResult, compile_policy
from bridge.policies.language.schema import calendar_schema, catalogue_schema, policy_schema
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_cases
from bridge.policies.trials.models import cases_schema
from bridge.policies.trials.run import run_cases

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "docs" / "samples"
SAMPLE, SAMPLE_CASES = (SAMPLES / name for name in ("sample.yaml", "sample_test.yaml"))
CONFIGURATIONS = [ROOT / "config", *sorted(path for path in (ROOT / "config" / "examples").glob("*") if path.is_dir())]
SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "policy": policy_schema,
    "calendar": calendar_schema,
    "cases": cases_schema,
    "catalogue": catalogue_schema,
}


def json_schema(kind: str = "policy") -> dict[str, Any]:
    return SCHEMAS[kind]()


def data_of(path: Path) -> Any:
    return read_yaml(path.read_bytes(), file=path.name).data


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_schema_is_a_valid_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize("folder", CONFIGURATIONS, ids=lambda folder: folder.name)
def test_the_schema_accepts_what_we_ship(folder: Path) -> None:
    patterns = {"policy": "policies/*.yaml", "calendar": "calendars/*.yaml", "cases": "policies/*_test.yaml"}
    for kind, pattern in patterns.items():
        validator = jsonschema.Draft202012Validator(json_schema(kind))
        files = [path for path in folder.glob(pattern) if path.name.endswith("_test.yaml") is (kind == "cases")]
        assert files
        for path in files:
            validator.validate(data_of(path))


@pytest.mark.parametrize("file", sorted((ROOT / "config").rglob("catalogue.yaml")), ids=lambda file: file.parent.name)
def test_the_schema_of_catalogues_accepts_ours_and_refuses_what_the_checker_refuses(file: Path) -> None:
    validator = jsonschema.Draft202012Validator(json_schema("catalogue"))
    data = data_of(file)
    validator.validate(data)
    next(iter(data["products"].values()))["colour"] = "red"
    assert not validator.is_valid(data)


def test_the_schema_of_calendars_takes_one_text_for_both_languages() -> None:
    validator = jsonschema.Draft202012Validator(json_schema("calendar"))
    calendar = {"id": "a", "zone": "UTC", "week": {"mon": "09:00-18:00"}, "title": "Hours"}
    validator.validate(calendar)
    assert not validator.is_valid({**calendar, "title": {"ru": "Часы"}})


def test_the_schema_accepts_the_sample_and_refuses_what_the_checker_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    data = data_of(SAMPLE)
    validator.validate(data)
    data["levels"]["basic"]["colour"] = "red"
    assert not validator.is_valid(data)


def test_an_editor_completes_the_options_of_a_check_by_its_kind() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    data = data_of(SAMPLE)
    data["checks"]["certificate"]["options"] = {"largest_bytes": 1}
    assert not validator.is_valid(data)
    data["checks"]["certificate"]["kind"] = "attachments"
    assert validator.is_valid(data)


@pytest.mark.parametrize("lacking", [["title"], ["message"], ["fails_when", "warns_when"]])
def test_an_editor_misses_what_a_check_of_ones_own_must_have(lacking: list[str]) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    data = data_of(SAMPLE)
    for key in lacking:
        del data["checks"]["modified"][key]
    assert not validator.is_valid(data)


def sample() -> CompileResult:
    calendar = (SAMPLES / "office.yaml").read_bytes()
    return compile_policy({"policies/sample.yaml": SAMPLE.read_bytes(), "calendars/office.yaml": calendar})


def test_the_sample_compiles_without_a_warning() -> None:
    assert [str(warning) for warning in sample().warnings if warning.code != "policy_gap"] == []


def test_the_sample_of_cases_holds_for_the_sample_policy() -> None:
    policy = sample().policy
    report = run_cases(policy, [read_cases(SAMPLE_CASES.read_bytes(), policy, file="policies/sample_test.yaml")])
    assert not report.failed, as_text(report)


def keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)


def test_the_samples_use_every_key_of_the_language() -> None:
    used = {key for path in (SAMPLE, SAMPLE_CASES) for key in keys(data_of(path))}
    wanted: dict[str, str] = {}
    for schema in (json_schema("policy"), json_schema("cases")):
        for name, model in {"document": schema.get("else", schema), **schema["$defs"]}.items():
            if not name.endswith(("Options", "Part")):
                wanted.update(dict.fromkeys(model.get("properties", {}), name))
    in_short_form_or_comment = {"none", "rows", "extends"}
    assert {key: name for key, name in wanted.items() if key not in used | in_short_form_or_comment} == {}
    assert "# extends:" in SAMPLE.read_text(encoding="utf-8")
