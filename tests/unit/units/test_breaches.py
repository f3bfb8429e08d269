"""Breached cycles as a fact of conditions: counted for the customer, before the ticket's creation, in its period."""

from dataclasses import replace

import pytest

from bridge.customers import Customer, Presence, RegistryAnswer
from bridge.policies.agreement.breaches import BreachCount, Within
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.trials.cases import read_cases
from bridge.policies.trials.run import run_cases
from bridge.policies.units.breaches import book, stand_in, taken
from bridge.policies.units.tally import Tally
from bridge.policies.units.usage import Usage
from bridge.tickets import FinishedCycle
from tests.unit.clocks.desk import at, ticket
from tests.unit.language.configurations import CALENDAR

POLICY = b"""\
policy: p
title: P
language: en
defaults: {calendar: week}
levels:
  basic: {title: Basic, targets: {first_response: 8h}}
  plus: {title: Plus, targets: {first_response: 4h}}
rules:
  - {id: let-down, level: plus, when: {breaches: {of: customer, metric: first_response, within: month, above: 1}}}
  - {id: rest, level: basic}
"""
FILES = {"policies/p.yaml": POLICY, "calendars/week.yaml": CALENDAR}
BY = compile_policy(FILES).policy
USAGE = Usage(BY)


ALIKE = Customer(id="C1")
"""One object throughout: judges remember customers who come again."""


def customer(**more):
    return RegistryAnswer(presence=Presence.FOUND, customer=ALIKE, **more)


def cycle(number, stopped, *, state="missed", metric="first_response", **more):
    values = {"customer": "C1", "inputs": "sha256:x", **more}
    return FinishedCycle(
        metric=metric, cycle=number, state=state, started_at=at("2026-10-01 09:00"), stopped_at=at(stopped), **values
    )


def asker(number, created, *cycles):
    one = ticket(created, cycles=cycles)
    return replace(one, id=number, number=str(number))


def counted(asking, *others, answer=None):
    """The decision on a ticket after all of them were booked, and what was taken as of its creation."""
    tally = Tally()
    found = answer or customer()
    for one in (*others, asking):
        book(tally, one.id, USAGE.takings(one, found, at("2026-12-31 10:00")))
    counts = taken(tally, asking.id, USAGE.takings(asking, found, at("2026-12-31 10:00")))
    made = decide(asking, BY, now=asking.created_at + 60, registry=replace(found, taken=counts))
    return made.level, counts


BROKEN = asker(1, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00"), cycle(2, "2026-11-05 12:00"))


@pytest.mark.parametrize(
    ("created", "level"),
    [
        ("2026-11-04 10:00", "basic"),
        ("2026-11-05 12:00", "basic"),
        ("2026-11-05 12:00:01", "plus"),
        ("2026-11-30 23:59:59", "plus"),
        ("2026-12-01 00:00", "basic"),
    ],
)
def test_a_cycle_counts_for_tickets_created_after_its_end_in_the_same_month(created, level):
    assert counted(asker(2, created), BROKEN)[0] == level


@pytest.mark.parametrize(
    "other",
    [
        asker(3, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00", state="met")),
        asker(3, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00", state="cancelled")),
        asker(3, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00", metric="resolution")),
        asker(3, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00", customer="C2")),
        asker(3, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00", customer=None)),
        asker(3, "2026-10-02 10:00", cycle(1, "2026-10-31 12:00")),
    ],
    ids=["in time", "cancelled", "another metric", "another customer", "of nobody", "another month"],
)
def test_what_is_no_breach_of_the_customer_in_that_month_does_not_count(other):
    one_breach = asker(1, "2026-11-02 10:00", cycle(1, "2026-11-03 12:00"))
    assert counted(asker(2, "2026-11-20 10:00"), one_breach, other)[0] == "basic"
    second = asker(4, "2026-11-02 10:00", cycle(1, "2026-11-04 12:00"))
    assert counted(asker(2, "2026-11-20 10:00"), one_breach, other, second)[0] == "plus"


def test_a_cycle_kept_before_customers_were_recorded_is_the_customers_of_today():
    old = asker(
        1, "2026-11-02 10:00", *(cycle(n, f"2026-11-0{n + 2} 12:00", customer=None, inputs=None) for n in (1, 2))
    )
    assert counted(asker(2, "2026-11-20 10:00"), old)[0] == "plus"


def test_a_tickets_own_breaches_come_after_its_creation_and_never_count_for_it():
    assert counted(BROKEN)[0] == "basic"


@pytest.mark.parametrize(
    "answer",
    [
        customer(),
        customer(taken=None),
        RegistryAnswer(presence=Presence.UNKNOWN),
        RegistryAnswer(presence=Presence.NOT_FOUND),
    ],
)
@pytest.mark.parametrize("asked", ["above: 1", "below: 1", "at_most: 99", "is: 0"])
def test_without_a_full_count_nothing_is_said_about_breaches(answer, asked):
    by = compile_policy({**FILES, "policies/p.yaml": POLICY.replace(b"above: 1", asked.encode())}).policy
    assert decide(asker(2, "2026-11-20 10:00"), by, now=at("2026-11-20 11:00"), registry=answer).level == "basic"


def test_a_check_of_ones_own_is_unknown_without_a_full_count():
    checks = (
        POLICY
        + b"""\
checks:
  trust:
    kind: condition
    title: Trust
    fails_when: {breaches: {metric: first_response, within: month, above: 1}}
    message: Missed too often.
    remedy: Call the head of support.
"""
    )
    by = compile_policy({**FILES, "policies/p.yaml": checks}).policy
    outcomes = [
        decide(asker(2, "2026-11-20 10:00"), by, now=at("2026-11-20 11:00"), registry=customer(taken=counts))
        .support.checks[0]
        .outcome.value
        for counts in (
            None,
            {},
            None,
            {BreachCount("first_response", Within.MONTH, "Europe/Moscow").any_account("C1"): 2000},
        )
    ]
    assert outcomes == ["unknown", "pass", "unknown", "fail"]


@pytest.mark.parametrize(
    ("within", "when", "period"),
    [
        (Within.MONTH, "2026-11-30 23:59", "2026-11"),
        (Within.QUARTER, "2026-12-31 23:59", "2026-Q4"),
        (Within.QUARTER, "2026-04-01 00:00", "2026-Q2"),
        (Within.YEAR, "2027-01-01 00:00", "2027"),
    ],
)
def test_periods_are_the_calendars_in_the_policys_zone(within, when, period):
    assert f" {period} " in BreachCount("first_response", within, "Europe/Moscow").account("C1", at(when))


def test_what_is_booked_anew_takes_the_place_of_what_was_and_wakes_the_tickets_it_concerns():
    tally = Tally()
    later = asker(2, "2026-11-20 10:00")
    for one in (BROKEN, later):
        book(tally, one.id, USAGE.takings(one, customer(), at("2026-11-21 10:00")))
    tally.settle()
    assert list(taken(tally, 2, USAGE.takings(later, customer(), at("2026-11-21 10:00"))).values()) == [2000]
    fewer = replace(BROKEN, bridge=replace(BROKEN.bridge, cycles=BROKEN.bridge.cycles[:1]))
    book(tally, 1, USAGE.takings(fewer, customer(), at("2026-11-21 10:00")))
    assert list(taken(tally, 2, USAGE.takings(later, customer(), at("2026-11-21 10:00"))).values()) == [1000]
    assert {one for one in tally.booked if one < 1000} == {1, 2}
    book(tally, 1, ())
    assert 2 in tally.outdated()
    assert list(taken(tally, 2, USAGE.takings(later, customer(), at("2026-11-21 10:00"))).values()) == [0]


def test_stand_ins_are_nobodys_number():
    found = {stand_in(ticket_id, number) for ticket_id in (1, 2, 999) for number in (0, 1, 999)}
    assert len(found) == 9
    assert min(found) > 1 << 40


def test_a_policy_test_says_how_much_there_is():
    cases = b"""\
customers: {farm: {breaches: {first_response: 2}}, mill: {}}
ticket: {created: 2026-11-20 10:00}
cases:
  - {name: let down, ticket: {customer: farm}, now: 2026-11-20 11:00, expect: {level: plus}}
  - {name: served well, ticket: {customer: mill}, now: 2026-11-20 11:00, expect: {level: basic}}
  - {name: nobody knows, ticket: {customer: unknown}, now: 2026-11-20 11:00, expect: {level: basic}}
"""
    report = run_cases(BY, [read_cases(cases, BY, file="policies/p_test.yaml")])
    assert [one.passed for one in report.results] == [True] * 3
