"""Agreements as other vendors publish them, written as whole configurations with the documentation alone."""

from datetime import date
from pathlib import Path

import pytest

from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
from bridge.policies.language.catalogue import CATALOGUE, read_catalogue
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_all_cases
from bridge.policies.trials.run import run_cases

FOLDERS = sorted((Path(__file__).parent / "agreements").iterdir())
TODAY = date(2026, 7, 15)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_agreement_is_written_without_code_and_its_cases_hold(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")}
    result = compile_policy(files, today=TODAY)
    assert [str(warning) for warning in result.warnings] == []
    catalogue = read_catalogue(files[CATALOGUE], file=CATALOGUE) if CATALOGUE in files else EMPTY_CATALOGUE
    report = run_cases(result.policy, read_all_cases(files, result.policy), catalogue=catalogue)
    assert not report.failed, as_text(report)
    assert report.share == 1.0, as_text(report, coverage=True)
