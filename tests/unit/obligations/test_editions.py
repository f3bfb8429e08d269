"""Obligations through the editions of an agreement: a period is owed by the edition in force on its first day."""

from datetime import date

from bridge.policies.agreement.obligations import Every, OwedPer
from bridge.policies.language.compile import compile_policy
from bridge.policies.obligations.editions import Obligation, OwedEdition, obligations_in
from bridge.policies.obligations.owed import Span, owed_to
from tests.unit.obligations.sample import at, contract, customer, seen, told, visits

TURN = date(2026, 11, 16)
AUTUMN = (date(2026, 10, 1), date(2026, 12, 31))
NOW = at(date(2026, 12, 15))


def turned(before=None, after=None, turn=TURN):
    """Return visits as two editions have them, the second from `turn` on; None: that one has them no more, or not yet."""
    found = []
    if before is not None:
        found.append(OwedEdition(definition=before, until=turn))
    if after is not None:
        found.append(OwedEdition(definition=after, since=turn))
    return Obligation(tuple(found))


def owed(obligation, *days, now=NOW, **who):
    return told(owed_to(customer(contract(), **who), obligation, seen(*days), Span(*AUTUMN, now))[0])


def test_a_period_that_begins_before_the_turn_is_owed_to_its_end_by_the_older_edition():
    assert owed(turned(visits(), visits(at_least=3))) == [
        "D-1 2026-10-01 0/2 missed",
        "D-1 2026-11-01 0/2 missed",
        "D-1 2026-12-01 0/3 due",
    ]


def test_what_an_edition_brings_new_is_owed_from_its_first_whole_period_on():
    assert owed(turned(after=visits())) == ["D-1 2026-12-01 0/2 due"]


def test_what_an_edition_drops_is_owed_up_to_the_end_of_the_period_that_runs():
    assert owed(turned(before=visits())) == ["D-1 2026-10-01 0/2 missed", "D-1 2026-11-01 0/2 missed"]


def test_months_that_become_quarters_are_owed_from_the_first_quarter_on():
    assert owed(turned(visits(), visits(every=Every.QUARTER), turn=date(2026, 10, 15))) == [
        "D-1 2026-10-01 0/2 missed",
    ]


def test_visits_count_over_the_turn_each_once():
    days = (date(2026, 10, 5), date(2026, 10, 6), date(2026, 11, 2), date(2026, 11, 20), date(2026, 12, 1))
    assert owed(turned(visits(), visits(at_least=3)), *days) == [
        "D-1 2026-10-01 2/2 kept",
        "D-1 2026-11-01 2/2 kept",
        "D-1 2026-12-01 1/3 due",
    ]


def test_what_was_owed_per_contract_may_be_owed_to_the_customer_afterwards():
    days = (date(2026, 11, 2), date(2026, 12, 1))
    assert owed(turned(visits(), visits(per=OwedPer.CUSTOMER)), *days) == [
        " 2026-12-01 1/2 due",
        "D-1 2026-10-01 0/2 missed",
        "D-1 2026-11-01 1/2 missed",
    ]


def test_what_counts_is_said_by_the_edition_of_the_day_of_asking():
    obligation = turned(visits(title="old"), visits(title="new"))
    assert obligation.counted_at(at(date(2026, 11, 15), 20)).title == "old"
    # The day begins at midnight in Moscow.
    assert obligation.counted_at(at(date(2026, 11, 15), 21)).title == "new"
    assert turned(after=visits()).counted_at(at(date(2026, 1, 1))).id == "visits"


def test_obligations_of_a_policy_stand_in_the_order_of_its_latest_edition():
    calendar = b"id: week\nzone: Europe/Moscow\nweek: {mon-fri: 09:00-18:00}\n"
    head = """policy: small
title: Small
language: en
defaults: {calendar: week}
levels: {standard: {title: Standard, targets: {first_response: 8h}}}
rules: [{id: all, level: standard}]
"""
    body = "{{title: A, per: contract, at_least: {0}, every: month, counted_from: {{events: visits}}}}"
    one = head + f"valid_from: 2026-01-01\nobligations: {{old: {body.format(1)}, visits: {body.format(2)}}}\n"
    two = head + f"valid_from: 2026-11-16\nobligations: {{trainings: {body.format(1)}, visits: {body.format(3)}}}\n"
    files = {"policies/a.yaml": one.encode(), "policies/b.yaml": two.encode(), "calendars/week.yaml": calendar}
    found = obligations_in(compile_policy(files).policy)
    assert [one.id for one in found] == ["trainings", "visits", "old"]
    assert [(one.definition.at_least, one.since, one.until) for one in found[1].editions] == [
        (2, date(2026, 1, 1), TURN),
        (3, TURN, None),
    ]
