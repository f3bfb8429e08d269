"""The agreements we ship: without a finding, proven by their own cases, every rule reached, quickly checked."""

import time
from datetime import date
from pathlib import Path

import pytest

from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
from bridge.policies.language.catalogue import read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import is_case_file, read_cases
from bridge.policies.trials.run import CaseReport, run_cases

CONFIG = Path(__file__).parents[3] / "config"
FOLDERS = [CONFIG, *sorted(path for path in (CONFIG / "examples").iterdir() if path.is_dir())]
TODAY = date(2026, 11, 22)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "examples" not in path.relative_to(folder).parts
    }


def report(folder: Path) -> CaseReport:
    files = contents(folder)
    policy = compile_policy(files, today=TODAY).policy
    catalogue = EMPTY_CATALOGUE
    if "catalogue.yaml" in files:
        catalogue = read_catalogue(files["catalogue.yaml"], file="catalogue.yaml")
    sets = [read_cases(files[name], policy, file=name) for name in sorted(files) if is_case_file(name)]
    return run_cases(policy, sets, catalogue=catalogue)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_agreement_has_no_finding(folder: Path) -> None:
    assert [str(warning) for warning in compile_policy(contents(folder), today=TODAY).warnings] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_shipped_agreement_holds_its_cases_and_every_rule_is_reached(folder: Path) -> None:
    found = report(folder)
    assert found.results
    assert not found.failed, as_text(found)
    assert not found.untested, as_text(found, coverage=True)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_levels_and_policies_have_titles_in_both_languages(folder: Path) -> None:
    policy = compile_policy(contents(folder)).policy
    for title in (policy.title, *(level.title for revision in policy.revisions for level in revision.levels.values())):
        assert title.ru != title.en


def test_the_default_agreement_is_checked_within_half_a_second() -> None:
    files = contents(CONFIG)
    compile_policy(files, today=TODAY)
    started = time.process_time()
    compile_policy(files, today=TODAY)
    assert time.process_time() - started < 0.5
