"""The example of a raise on the page about clocks does what the page says."""

import re
from datetime import date
from pathlib import Path

from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.case_reports import as_text
from bridge.policies.trials.cases import read_all_cases
from bridge.policies.trials.run import run_cases

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "explanation" / "clocks.md").read_text(encoding="utf-8")
HEAD = """\
policy: example
title: Example
language: en
defaults: {calendar: office}
"""
CALENDAR = "id: office\nzone: Europe/Moscow\nweek: {mon-fri: 09:00-18:00}\n"
CASES = """\
ticket: {created: 2026-11-23 10:00}
cases:
  - name: until half of the time is over the rules decide
    now: 2026-11-23 13:59
    expect: {level: basic, rule: everyone, next_change: 2026-11-23 14:00}
  - name: then the ticket has the higher level and its time
    now: 2026-11-23 14:00
    expect: {level: urgent, rule: "raised:everyone", due: 2026-11-23 16:00, clocks: {resolution: {target: 2wd}}}
  - name: a new target that is used up already is a breach
    ticket: {created: 2026-11-23 10:00}
    now: 2026-11-23 16:30
    expect: {state: overdue, clocks: {first_response: {breached: 2026-11-23 16:00}}}
  - name: after the answer the rules decide again
    ticket: {then: ["14:30 answer"]}
    now: 2026-11-23 15:00
    expect: {level: basic, rule: everyone, clocks: {resolution: {target: 5wd}}}
"""


def test_the_example_of_a_raise_holds_what_the_page_says() -> None:
    (example,) = re.findall(r"```yaml\n(levels:.*?)```", PAGE, re.DOTALL)
    files = {
        "calendars/office.yaml": CALENDAR,
        "policies/p.yaml": HEAD + example,
        "policies/p_test.yaml": CASES,
    }
    contents = {name: text.encode() for name, text in files.items()}
    result = compile_policy(contents, today=date(2026, 5, 1))
    assert [str(one) for one in result.warnings] == []
    report = run_cases(result.policy, read_all_cases(contents, result.policy))
    assert not report.failed, as_text(report)
    assert report.share == 1.0
