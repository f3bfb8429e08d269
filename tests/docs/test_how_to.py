"""The example of the how-to is a whole configuration that works as the page says."""

import re
from datetime import date
from pathlib import Path

from bridge.cli.policy import SCHEMAS
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_all_cases
from bridge.policies.trials.run import run_cases

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-your-agreement.md").read_text(encoding="utf-8")


def test_the_agreement_of_the_how_to_holds_its_own_cases() -> None:
    business, always, levels, rules, cases = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    files = {
        "calendars/business.yaml": business,
        "calendars/always.yaml": always,
        "policies/agreement.yaml": levels + rules,
        "policies/agreement_test.yaml": cases,
    }
    contents = {name: text.encode() for name, text in files.items()}
    result = compile_policy(contents, today=date(2026, 5, 1))
    assert [str(one) for one in result.warnings] == []
    report = run_cases(result.policy, read_all_cases(contents, result.policy))
    assert not report.failed, as_text(report)
    assert report.share == 1.0


def test_the_how_to_writes_every_schema_that_there_is() -> None:
    (kinds,) = re.findall(r"for kind in (.*); do", PAGE)
    assert kinds.split() == list(SCHEMAS)
    assert all(f"{kind}.json" in PAGE for kind in ("policy", "cases", "policy-part"))
