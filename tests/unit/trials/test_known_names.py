"""A status or a priority that only policy tests know is told: such a test proves something about nobody's tickets."""

import pytest

from bridge.errors import Severity
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.cases import read_cases
from bridge.policies.trials.known_names import names_of_tests_alone
from tests.unit.language.configurations import files

POLICY = """\
policy: sample
title: Sample
defaults:
  calendar: week
  pauses: {while: {status: Waiting for the customer}}
  thresholds: {id: half, at: 50%, actions: {status: Escalated}}
levels:
  gold: {title: Gold, targets: {resolution: {by: priority, of: {"P1, P2": 1h, otherwise: 2h}}}}
rules:
  - {id: parked, level: gold, when: {status: {starts: Parked}}}
  - {id: odd, level: gold, when: {priority: {not: [P9]}}}
  - {id: all, level: gold}
"""


def told(cases: str) -> list[str]:
    result = compile_policy(files(POLICY))
    written = read_cases(cases.encode(), result.policy, file="policies/p_test.yaml")
    found = list(names_of_tests_alone([written], result.helpdesk_names))
    assert {one.severity for one in found} <= {Severity.WARNING}
    return [f"{one.line}:{one.column} {one.message} ({one.hint})" for one in found]


def case(ticket: str) -> str:
    return f"cases:\n- name: a\n  ticket: {{created: 2026-11-20 10:00, {ticket}}}\n  now: 2026-11-20 11:00\n  expect: {{}}\n"


@pytest.mark.parametrize(
    "ticket",
    [
        "priority: p1",
        "priority: P9",
        "priority: Emergency",
        "status: Parked for winter",
        "status: escalated",
        "status: Resolved",
        "then: [10:10 status Waiting for the customer, '10:20 close', '10:30 reopen', '10:40 priority P2 by phone']",
        "then: ['10:10 department Nobody', '10:11 topic Nothing']",
    ],
)
def test_what_the_policy_names_or_every_helpdesk_has_is_known(ticket: str) -> None:
    assert told(case(ticket)) == []


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        (
            "priority: P11",
            "3:49 only policy tests know the priority 'P11' (did you mean 'P1'? the policy itself names: P1, P2, P9)",
        ),
        (
            "status: Waiting for a customer",
            (
                "3:47 only policy tests know the status 'Waiting for a customer' (did you mean 'Waiting for the customer'? "
                "the policy itself names: Escalated, Waiting for the customer)"
            ),
        ),
        (
            "then: [10:10 close Решено]",
            "3:46 only policy tests know the status 'Решено' (the policy itself names: Escalated, Waiting for the customer)",
        ),
        (
            "then: ['10:10 customer priority Urgent by phone']",
            "3:46 only policy tests know the priority 'Urgent' (the policy itself names: P1, P2, P9)",
        ),
    ],
)
def test_what_only_the_test_knows_is_told_with_the_nearest_name(ticket: str, expected: str) -> None:
    assert told(case(ticket)) == [expected]


def test_it_is_told_once_in_a_file_and_for_the_common_ticket_too() -> None:
    written = case("priority: Urgent").replace("cases:", "ticket: {priority: urgent}\ncases:")
    assert told(written) == ["1:20 only policy tests know the priority 'urgent' (the policy itself names: P1, P2, P9)"]
