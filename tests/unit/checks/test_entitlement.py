"""Counted units of entitlement: periods, owners, the registry's own count, and what one ticket takes."""

from datetime import date

import pytest

from bridge.customers import Certificate, Contract, Counter
from bridge.policies.checks.case import Case
from bridge.policies.checks.period import period_of
from bridge.policies.checks.units import UnitsOptions, amount, entitlements, used
from tests.unit.checks.conftest import at

OWNER = Contract(number="D-1", valid_from=date(2026, 3, 1), valid_until=date(2027, 2, 28))
COUNTING = {"options": {"taken": "creation"}}


def counter(**changes):
    return Counter(**({"id": "t", "unit": "tickets", "included": 3} | changes))


def account(desk, answer, ticket):
    case = Case(ticket, answer, desk.catalogue, now=desk.now)
    (only,), none = entitlements(case, UnitsOptions(taken="creation"))
    assert none is None
    return only


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("month", date(2026, 11, 1), date(2026, 11, 30)),
        ("Месяц", date(2026, 11, 1), date(2026, 11, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("", OWNER.valid_from, OWNER.valid_until),
        ("by contract", OWNER.valid_from, OWNER.valid_until),
    ],
)
def test_a_period_is_a_calendar_one_or_the_validity_of_its_contract(period, first, last):
    span = period_of(counter(period=period), OWNER, date(2026, 11, 20))
    assert (span.first, span.last) == (first, last)


@pytest.mark.parametrize("period", ["2026-10", "2026-Q3", "2025", "2027-11"])
def test_a_counter_of_another_period_is_not_the_tickets(desk, period):
    assert period_of(counter(period=period), OWNER, date(2026, 11, 20)) is None
    answer = desk.holder(contracts=(Contract(number="D-1", counters=(counter(period=period, used=0),)),))
    assert desk.check("units", answer).reason == "units_unknown"


def test_the_day_of_a_period_is_the_registrys_and_not_utcs(desk):
    answer = desk.holder(contracts=(Contract(number="D-1", counters=(counter(period="month"),)),))
    last_hour = desk.ticket(created_at=at("2026-11-30T20:59:59"))
    first_hour = desk.ticket(created_at=at("2026-11-30T21:00"))
    assert account(desk, answer, last_hour).account != account(desk, answer, first_hour).account
    assert '"2026-12+1"' in account(desk, answer, first_hour).account


def test_without_anybody_who_counts_the_answer_is_unknown(desk):
    answer = desk.holder(contracts=(Contract(number="D-1", counters=(counter(used=2.0, as_of=date(2026, 11, 1)),)),))
    assert desk.check("units", answer, definition=COUNTING).reason == "units_unknown"
    assert desk.check("units", answer).reason == "units_low", "a check that does not count takes the registry's word"


@pytest.mark.parametrize(("taken", "reason", "left"), [(0, "units_left", 3), (2000, "units_low", 1), (3000, None, 0)])
def test_what_earlier_tickets_took_is_gone(desk, taken, reason, left):
    plain = desk.holder(contracts=(Contract(number="D-1", counters=(counter(),)),))
    name = account(desk, plain, desk.ticket()).account
    answer = desk.answer(customer=plain.customer, taken={name: taken})
    check = desk.check("units", answer, definition=COUNTING)
    assert (check.reason, check.evidence["left"]) == (reason or "units_exhausted", left)


def test_a_certificate_may_hold_the_counter_where_it_covers_the_product(desk):
    def held(product):
        return desk.holder(
            contracts=(),
            certificates=(Certificate(number="S-1", product=product, counters=(counter(used=1),)),),
        )

    assert desk.check("units", held("accounting")).evidence["left"] == 2
    assert desk.check("units", held("")).evidence["left"] == 2
    assert desk.check("units", held("retired")).reason == "papers_missing"


def test_the_registrys_count_without_its_day_is_final(desk):
    plain = desk.holder(contracts=(Contract(number="D-1", counters=(counter(used=1.0),)),))
    one = account(desk, plain, desk.ticket())
    assert not one.countable
    assert used(one, {one.account: 5000}) == 1.0


def test_the_registrys_count_of_another_period_says_nothing_about_this_one(desk):
    old = counter(used=3.0, as_of=date(2026, 10, 31), period="month")
    plain = desk.holder(contracts=(Contract(number="D-1", counters=(old,)),))
    one = account(desk, plain, desk.ticket())
    assert used(one, {}) == 0
    assert one.counted_until is None


def test_a_count_never_falls_below_nothing(desk):
    plain = desk.holder(contracts=(Contract(number="D-1", counters=(counter(used=1.0, as_of=date(2026, 11, 30)),)),))
    one = account(desk, plain, desk.ticket())
    assert used(one, {one.account: -4000}) == 0


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [("2", 2), ("1,5", 1.5), (" 0.25 ", 0.25), (3, 3), (0, 0), ("much", 1), ("-2", 1), (True, 1), (None, 1), ("", 1)],
)
def test_a_ticket_takes_what_its_agents_stated_and_else_what_the_policy_says(stated, wanted):
    assert amount({"hours": stated}, UnitsOptions(amount_field="hours")) == wanted
    assert amount({"hours": stated}, UnitsOptions(need=7)) == 7


def test_more_hours_stated_than_are_left_overdraw_the_contract(desk):
    answer = desk.holder(contracts=(Contract(number="D-1", counters=(counter(used=1.5, unit="hours"),)),))
    options = {"options": {"unit": "hours", "amount_field": "hours", "exhausted": "warn"}}
    check = desk.check("units", answer, definition=options, ticket=desk.ticket(), fields={"hours": "2"})
    assert (check.reason, check.evidence["left"]) == ("units_overdrawn", 1.5)


def test_the_end_of_a_certificate_with_units_is_a_turn_of_time(desk):
    ends = Certificate(number="S-1", valid_until=date(2026, 12, 31), counters=(counter(used=1),))
    answer = desk.holder(contracts=(), certificates=(ends,))
    assert desk.assess(desk.define("units"), answer).next_change_at == at("2026-12-31T21:00")
    assert desk.assess(desk.define("contract"), answer).next_change_at is None
