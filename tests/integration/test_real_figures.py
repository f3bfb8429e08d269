"""3,804 histories of a real help desk, decided in the middle of its life, and all its figures counted a second time by hand."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from bridge.customers import Category, Customer, Presence, RegistryAnswer
from bridge.policies.decide import decide
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.figures_json import figures_json
from bridge.policies.figures.model import Dimension, Filters, Period
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import reported_adapter
from bridge.policies.outcome.record import cycles_after
from bridge.policies.telling.detail import detail
from bridge.tickets import BridgeRecord, format_instant, parse_instant, ticket_adapter
from tests.integration.test_real_histories import DATA, OFFICE, POLICY, cases
from tests.unit.clocks.desk import DEVELOPMENT, SUPPORT, assigned, department, ticket
from tests.unit.figures.by_hand import Hand, Week

AGREEMENT = replace(POLICY, calendars={OFFICE.id: OFFICE})
NOW = "2012-06-20T11:20:00Z"
SPRING = (date(2012, 4, 1), date(2012, 6, 30))
WEEK = Week({weekday: [(9, 13), (14, 18)] for weekday in range(5)})
PEOPLE = [None, *({"id": number, "name": name} for number, name in enumerate(("Anna", "Bruno", "Carla"), start=1))]

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the help desk's histories are not beside this repository")


def customer_of(number):
    """The desk's data name no customers: every fifth ticket is nobody's, the others are those of thirteen."""
    if number % 5 == 0:
        return RegistryAnswer(presence=Presence.NOT_FOUND, customer=None, zone="Europe/Rome")
    one = Customer(id=f"C{number % 13}", name=f"Azienda {number % 13}", category=Category.COMMERCIAL)
    return RegistryAnswer(presence=Presence.FOUND, customer=one, zone="Europe/Rome")


@cache
def lines():
    """The desk's tickets as it would have exported them then, judged for the last time."""
    now, found = parse_instant(NOW), []
    for number, case in enumerate(cases(), start=1):
        start = case.seconds[0][0]
        if start > now:
            continue
        case.build()
        given = [assigned(start, PEOPLE[number % 4])] if PEOPLE[number % 4] else []
        moved = [department(start + 7200, DEVELOPMENT)] if number % 3 == 0 else []
        events = sorted([*given, *moved, *case.events], key=lambda one: one.at)
        one = replace(ticket(start, *(event for event in events if event.at <= now)), id=number, number=f"{number:06}")
        decision = decide(one, AGREEMENT, now=now, registry=customer_of(number))
        record = BridgeRecord(fields=decision.fields, cycles=cycles_after(decision, kept=()), detail=detail(decision))
        found.append(ticket_adapter().dump_json(replace(one, bridge=record), by_alias=True))
    return tuple(found)


def both(period=SPRING, *, filters=None, departments=None):
    since, until = period
    question = Question(
        period=Period(since=since, until=until, zone="Europe/Rome"),
        filters=Filters(**(filters or {})),
        departments=None if departments is None else frozenset(departments),
    )
    read = map(reported_adapter().validate_json, lines())
    counted = figures_of(read, question, OFFICE, parse_instant(NOW))
    hand = Hand(
        lines(), since=since, until=until, zone="Europe/Rome", now=NOW, week=WEEK, filters=filters, departments=departments
    )  # fmt: skip
    return counted, hand


def test_the_figures_of_a_real_quarter_are_the_same_by_hand():
    counted, hand = both()
    assert figures_json(counted, tickets=None) == hand.answer()
    for by in Dimension:
        assert figures_json(counted, by=by)["rows"] == hand.rows(by.value), by


@pytest.mark.parametrize(
    ("filters", "departments"),
    [({"metric": "first_response"}, None), ({"customer": "C3"}, None), ({"agent": ""}, None), ({}, [SUPPORT.id])],
    ids=str,
)
def test_a_part_of_a_real_quarter_is_the_same_by_hand(filters, departments):
    counted, hand = both(filters=filters, departments=departments)
    assert figures_json(counted, tickets=None) == hand.answer()


def test_a_real_desk_has_met_missed_and_open_ones_and_time_spent_in_two_departments():
    counted, _ = both()
    (first, *_), tickets = counted.total, counted.tickets
    assert (first.met + first.breached, tickets.met + tickets.breached) > (300, 300)
    assert min(tickets.met, tickets.breached, tickets.reopened, tickets.open_breached) > 0
    assert counted.now.open > 30
    assert {one.name for one in counted.spent.department} == {"Support", "Development"}
    assert {one.breach_cause for one in counted.missed} - {None}


def test_months_add_up_to_the_year():
    counted, _ = both((date(2011, 7, 1), date(2012, 6, 30)))
    for total in counted.total:
        of_metric = [one for one in counted.rows[Dimension.MONTH] if one.metric == total.metric]
        assert sum(one.met for one in of_metric) == total.met
        assert sum(one.breached for one in of_metric) == total.breached
    assert len({one.key for one in counted.rows[Dimension.MONTH]}) == 12
    assert format_instant(counted.as_of) == NOW
    assert counted.period.until - counted.period.since == timedelta(days=365)
