"""The check of one's own that the explanation of eligibility shows works as the page says."""

import re
from pathlib import Path

from bridge.customers import NO_REGISTRY
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.telling.explain import explain
from bridge.policies.telling.story import story_of
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_all_cases
from bridge.policies.trials.models import TicketModel
from bridge.policies.trials.notation import moment, snapshot
from bridge.policies.trials.run import run_cases
from tests.unit.language.configurations import HEAD, LEVELS, files

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "eligibility.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```yaml\n(checks:\n.*?)```", PAGE, re.DOTALL)
POLICY = HEAD + "fields: [operating_system]\n" + LEVELS + "rules: [{id: all, level: silver}]\n" + EXAMPLE

CASES = """\
ticket: {created: 2026-11-20 10:00, fields: {operating_system: Astra Linux, platform_version: 8.2.1}}
cases:
  - name: an old platform fails, by the check's own id
    now: 2026-11-20 11:00
    expect: {verdict: limited, checks: {platform: fail}, reasons: {platform: platform}}
  - name: a version that cannot be read is no evidence
    ticket: {fields: {platform_version: new}}
    now: 2026-11-20 11:00
    expect: {verdict: full, checks: {platform: unknown}, reasons: {platform: platform}}
  - name: one that was cut short is none either
    ticket: {fields: {platform_version: "8.3"}}
    now: 2026-11-20 11:00
    expect: {checks: {platform: unknown}}
  - name: by telephone it warns
    ticket: {channel: phone, fields: {platform_version: 8.3.30}}
    now: 2026-11-20 11:00
    expect: {verdict: full, checks: {platform: warn}}
  - name: a customer who does not say on what it runs leaves it open
    ticket: {fields: {operating_system: ""}}
    now: 2026-11-20 11:00
    expect: {checks: {platform: unknown}}
  - name: a new platform passes
    ticket: {fields: {platform_version: 8.3.30}}
    now: 2026-11-20 11:00
    expect: {checks: {platform: pass}}
"""


def test_the_example_holds_in_policy_tests_by_outcome_and_by_reason() -> None:
    contents = files(POLICY) | {"policies/p_test.yaml": CASES.encode()}
    policy = compile_policy(contents).policy
    report = run_cases(policy, read_all_cases(contents, policy))
    assert len(report.results) == 6
    assert not report.failed, as_text(report)


def test_it_is_explained_by_its_title_in_the_policys_language() -> None:
    policy = compile_policy(files(POLICY)).policy
    zone = next(iter(policy.calendars.values())).zone
    now = moment("2026-11-20 11:00", zone)
    written = {"created": "2026-11-20 10:00", "fields": {"operating_system": "x", "platform_version": "8.2"}}
    ticket = snapshot(TicketModel.model_validate(written), zone, now)
    decision = decide(ticket, policy, now=now)
    told = explain(story_of(ticket, policy, now=now, registry_at=lambda _: NO_REGISTRY))
    assert "  Платформа: нет - Платформа 8.2 не поддерживается. Обновите платформу." in told
    assert "Платформа 8.2 не поддерживается" in decision.reason
