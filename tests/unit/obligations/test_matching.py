"""For which contract a visit counts, and what cannot be known."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from bridge.customers import Category, Certificate, Contract, Counter
from bridge.policies.agreement.obligations import FromCounter, OwedPer, PartialPeriod, PeriodsFrom
from bridge.policies.obligations import matching
from bridge.policies.obligations.model import (
    CountedEvent,
    Evidence,
    EvidenceAge,
    KeepingEvent,
    MatchedBy,
    NotCounted,
    OwedState,
    WhyNot,
    evidence_of,
)
from bridge.policies.obligations.overview import obligations_of
from bridge.policies.obligations.owed import Span, owed_to
from tests.unit.obligations.sample import always, at, contract, customer, rows, seen, told, visits

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
NOW = at(date(2026, 11, 20))
A, B = contract("A"), contract("B", first=date(2026, 2, 1))
FIRST, SECOND, THIRD = (date(2026, 11, day) for day in (5, 9, 12))


def test_a_visit_counts_for_one_of_two_contracts_and_never_for_both() -> None:
    found = rows(customer(A, B), visits(at_least=1), seen(FIRST), NOW, *NOVEMBER)
    assert told(found) == ["A 2026-11-01 1/1 kept", "B 2026-11-01 0/1 due"]
    assert found[0].counted == (CountedEvent(FIRST, 0, MatchedBy.ASSIGNED),)


def test_a_visit_counts_for_the_contract_that_it_names_even_where_another_would_be_kept_by_it() -> None:
    found = rows(customer(A, B), visits(at_least=2), seen(FIRST, (SECOND, "B")), NOW, *NOVEMBER)
    assert told(found) == ["A 2026-11-01 0/2 due", "B 2026-11-01 2/2 kept"]
    assert [one.matched_by for one in found[1].counted] == [MatchedBy.ASSIGNED, MatchedBy.NAMED]


def test_visits_without_a_name_go_where_they_keep_the_most_periods() -> None:
    # B owes one in its part of the month, A two: one visit keeps B and would leave A short, and three keep both.
    who = customer(A, contract("B", first=date(2026, 11, 10)))
    assert told(rows(who, visits(), seen(THIRD), NOW, *NOVEMBER)) == ["A 2026-11-01 0/2 due", "B 2026-11-10 1/1 kept"]
    assert [one.state for one in rows(who, visits(), seen(FIRST, SECOND, THIRD), NOW, *NOVEMBER)] == [
        OwedState.KEPT
    ] * 2


def test_a_later_visit_may_move_an_earlier_one_so_that_both_contracts_are_kept() -> None:
    # The 5th could be either's and is A's, which began first; the 12th can only be A's, for B is over by then.
    who = customer(A, contract("B", first=date(2026, 2, 1), last=date(2026, 11, 8)))
    whole = visits(at_least=1, partial=PartialPeriod.WHOLE)
    assert told(rows(who, whole, seen(FIRST), NOW, *NOVEMBER)) == ["A 2026-11-01 1/1 kept", "B 2026-11-01 0/1 missed"]
    assert [one.state for one in rows(who, whole, seen(FIRST, THIRD), NOW, *NOVEMBER)] == [
        OwedState.KEPT,
        OwedState.KEPT,
    ]


def steps(
    monkeypatch: pytest.MonkeyPatch, *contracts: Contract, at_least: int, periods: PeriodsFrom
) -> tuple[int, int]:
    """Return how many ways 38 visits of a month take to be assigned, and how many of the periods they keep."""
    tried: list[object] = []
    keep = matching._keep
    monkeypatch.setattr(matching, "_keep", lambda *ways: (tried.append(ways), keep(*ways)))
    days = [date(2026, 11, 1) + timedelta(days=number % 30) for number in range(38)]
    definition = visits(at_least=at_least, periods=periods)
    found = rows(customer(*contracts), definition, seen(*days), at(date(2026, 12, 31)), *NOVEMBER)
    return len(tried), sum(one.state is OwedState.KEPT for one in found)


@pytest.mark.parametrize("at_least", [1, 2, 3])
def test_twenty_contracts_of_the_same_months_take_one_way_for_each_visit(monkeypatch, at_least: int) -> None:
    alike = [contract(f"C-{number:02}") for number in range(20)]
    tried, kept = steps(monkeypatch, *alike, at_least=at_least, periods=PeriodsFrom.CALENDAR)
    assert (tried <= 2 * 38, kept) == (True, min(20, 38 // at_least))


def test_twenty_contracts_with_months_of_their_own_stay_within_bounds(monkeypatch) -> None:
    own = [contract(f"C-{number:02}", first=date(2026, 1, 1 + number)) for number in range(20)]
    assert steps(monkeypatch, *own, at_least=1, periods=PeriodsFrom.START)[0] < 38 * 1_000
    assert steps(monkeypatch, *own, at_least=3, periods=PeriodsFrom.START)[0] < 38 * 20 * matching.MOST_POSITIONS


def test_an_event_before_the_contract_or_on_a_day_to_come_does_not_count() -> None:
    late = contract("B", first=date(2026, 11, 1))
    found = rows(customer(late), visits(), seen(date(2026, 10, 30), date(2026, 11, 25)), NOW, *NOVEMBER)
    assert told(found) == ["B 2026-11-01 0/2 due"]


def test_more_than_is_owed_is_counted_and_keeps_nothing_twice() -> None:
    found = rows(customer(A), visits(at_least=1), seen(FIRST, SECOND, THIRD), NOW, *NOVEMBER)
    assert (told(found), found[0].kept_on) == (["A 2026-11-01 3/1 kept"], FIRST)


def test_a_visit_that_names_a_contract_nobody_has_or_one_not_in_force_counts_for_none_and_is_told() -> None:
    over = contract("OLD", last=date(2026, 6, 30))
    evidence = seen((FIRST, "Z"), (SECOND, "OLD"))
    found, left = owed_to(customer(A, over), always(visits()), evidence, Span(*NOVEMBER, NOW))
    assert told(found) == ["A 2026-11-01 0/2 due"]
    assert [(one.paper, one.why) for one in left] == [("Z", WhyNot.UNKNOWN_PAPER), ("OLD", WhyNot.NOT_IN_FORCE)]


def test_a_visit_by_a_contract_alone_finds_its_customer_and_one_that_several_have_counts_for_none() -> None:
    evidence = evidence_of(
        [("", KeepingEvent(FIRST, "A")), ("", KeepingEvent(SECOND, "S")), ("", KeepingEvent(THIRD, "Z"))]
    )
    people = [customer(A, contract("S")), customer(contract("S"), id="K-2")]
    found = obligations_of([always(visits(at_least=1))], lambda: people, {"visits": evidence}, Span(*NOVEMBER, NOW))
    assert told(found.rows) == ["A 2026-11-01 1/1 kept", "S 2026-11-01 0/1 due", "S 2026-11-01 0/1 due"]
    assert found.not_counted == [
        NotCounted("visits", "", "S", SECOND, 0, WhyNot.SEVERAL_CUSTOMERS),
        NotCounted("visits", "", "Z", THIRD, 0, WhyNot.UNKNOWN_PAPER),
    ]


def test_a_visit_to_a_customer_nobody_knows_is_told() -> None:
    found = obligations_of(
        [always(visits())], lambda: [customer(A)], {"visits": seen(FIRST, customer="K-9")}, Span(*NOVEMBER, NOW)
    )
    assert [one.why for one in found.not_counted] == [WhyNot.UNKNOWN_CUSTOMER]


def test_without_the_list_nothing_is_missed_and_nothing_is_due() -> None:
    gone = Evidence(by_customer={}, by_paper={}, known=False)
    (one,) = rows(customer(A), visits(), gone, at(date(2026, 12, 2)), *NOVEMBER)
    assert (one.state, one.count, one.left_seconds) == (OwedState.UNKNOWN, None, None)


def test_what_a_copy_of_the_list_does_not_show_as_kept_is_missed_only_where_the_period_was_over_before_it() -> None:
    def states(now: date, age: EvidenceAge) -> list[OwedState]:
        october = (date(2026, 10, 1), date(2026, 11, 30))
        copy = replace(seen(date(2026, 10, 7), date(2026, 11, 5), date(2026, 11, 9)), age=age)
        return [one.state for one in rows(customer(A), visits(), copy, at(now), *october)]

    whole = EvidenceAge(at(date(2026, 11, 10)), at(date(2026, 11, 10)))
    assert states(date(2026, 12, 2), whole) == [OwedState.MISSED, OwedState.KEPT]
    early = EvidenceAge(at(date(2026, 10, 20)), at(date(2026, 10, 20)))
    assert states(date(2026, 12, 2), early) == [OwedState.UNKNOWN, OwedState.KEPT]
    # Until it is too old, a list tells of all that has happened.
    fresh = EvidenceAge(at(date(2026, 10, 20)), at(date(2026, 12, 2)) + 1)
    assert states(date(2026, 12, 2), fresh) == [OwedState.MISSED, OwedState.KEPT]


def test_a_customer_with_an_unreadable_entry_is_not_said_to_be_missed_unless_the_rest_suffices() -> None:
    doubtful = Evidence(by_customer={"K-1": (KeepingEvent(FIRST),)}, by_paper={}, doubtful=frozenset({"K-1"}))
    assert rows(customer(A), visits(), doubtful, NOW, *NOVEMBER)[0].state is OwedState.UNKNOWN
    assert rows(customer(A), visits(at_least=1), doubtful, NOW, *NOVEMBER)[0].state is OwedState.KEPT
    everybody = Evidence(by_customer={}, by_paper={}, all_doubtful=True)
    assert rows(customer(A), visits(), everybody, NOW, *NOVEMBER)[0].state is OwedState.UNKNOWN


def test_periods_from_a_start_that_the_registry_does_not_state_are_told_and_not_guessed() -> None:
    unknown = contract("A", first=None)
    found, left = owed_to(customer(unknown), always(visits(periods=PeriodsFrom.START)), seen(), Span(*NOVEMBER, NOW))
    assert (found, [one.why for one in left]) == ([], [WhyNot.NO_BEGINNING])


def test_an_obligation_may_be_owed_for_some_services_kinds_and_categories_alone() -> None:
    with_visits = Contract(number="V", services=("Выезд", "консультации"))
    who = customer(
        A, with_visits, certificates=(Certificate(number="S", kind="Базовый"), Certificate(number="T", kind="x"))
    )
    assert [one.paper for one in rows(who, visits(services=("выезд",)), seen(), NOW, *NOVEMBER)] == ["V"]
    by_kind = visits(per=OwedPer.CERTIFICATE, kinds=("базовый",))
    assert [one.paper for one in rows(who, by_kind, seen(), NOW, *NOVEMBER)] == ["S"]
    partners = visits(per=OwedPer.CUSTOMER, categories=("partner",))
    assert rows(who, partners, seen(), NOW, *NOVEMBER) == []
    partner = customer(category=Category.PARTNER)
    assert told(rows(partner, partners, seen(FIRST), NOW, *NOVEMBER)) == [" 2026-11-01 1/2 due"]


def test_a_counter_tells_of_its_own_period_alone() -> None:
    held = Counter(id="v", unit="visits", included=2, used=1.5, period="month")
    who = customer(Contract(number="A", counters=(held,)))
    counted = visits(counted_from=FromCounter(counter="visits"))
    both = (date(2026, 10, 1), date(2026, 11, 30))
    found = rows(who, counted, seen(), NOW, *both)
    assert [(one.first.month, one.count, one.state) for one in found] == [
        (10, None, OwedState.UNKNOWN),
        (11, 1, OwedState.DUE),
    ]


def test_a_counter_without_a_count_or_of_another_period_leaves_the_obligation_unknown() -> None:
    counted = visits(counted_from=FromCounter(counter="visits"))
    for held in (
        Counter(id="v", unit="visits", included=2, period="month"),
        Counter(id="v", unit="visits", included=2, used=1, period="year"),
        Counter(id="v", unit="hours", included=2, used=1, period="month"),
    ):
        (one,) = rows(customer(Contract(number="A", counters=(held,))), counted, seen(), NOW, *NOVEMBER)
        assert (one.state, one.count) == (OwedState.UNKNOWN, None)


def test_many_contracts_with_periods_of_their_own_are_matched_within_bounds() -> None:
    many = [contract(f"C-{number:02}", first=date(2026, 1, 1) + timedelta(days=number)) for number in range(20)]
    days = [date(2026, 11, 1) + timedelta(days=number // 2) for number in range(38)]
    found = rows(customer(*many), visits(at_least=2, periods=PeriodsFrom.START), seen(*days), NOW, *NOVEMBER)
    counted = [one for row in found for one in row.counted]
    assert len(counted) == len([day for day in days if day <= date(2026, 11, 20)])
    # Two visits keep one period each, so that thirty-eight keep nineteen, however their positions are bounded.
    assert sum(row.state is OwedState.KEPT for row in found) == 19


def test_the_same_registry_in_another_order_gives_the_same_rows() -> None:
    people = [customer(A, B, name="Бета", id="K-2"), customer(A, name="альфа"), customer(name="", id="K-3")]
    evidence = {"visits": seen(FIRST, SECOND)}
    told_twice = [
        obligations_of([always(visits())], lambda listed=listed: listed, evidence, Span(*NOVEMBER, NOW)).rows
        for listed in (people, people[::-1])
    ]
    assert all(one == other for one, other in pairwise(told_twice))
    assert [one.name for one in told_twice[0]] == ["альфа", "Бета", "Бета"]


def test_one_customer_can_be_asked_for_alone() -> None:
    people = [customer(A), customer(B, id="K-2")]
    found = obligations_of(
        [always(visits())],
        lambda: people,
        {"visits": seen(FIRST, customer="K-9")},
        Span(*NOVEMBER, NOW),
        customer="K-2",
    )
    assert ([one.customer for one in found.rows], found.not_counted) == (["K-2"], [])
