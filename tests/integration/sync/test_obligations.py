"""Obligations in passes: told once at each point, over restarts, and no longer once they are kept."""

from contextlib import closing
from datetime import date

import pytest

from bridge.customers import Contract, Customer, Presence, RegistryAnswer
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.obligations.editions import obligations_in
from bridge.policies.obligations.from_tickets import evidence_from
from bridge.policies.obligations.overview import obligations_of
from bridge.policies.obligations.owed import Span
from bridge.policies.obligations.periods import day_at
from bridge.policies.units.usage import Usage
from bridge.sync.memory.state import SqliteState
from bridge.sync.owed import MOST
from bridge.tickets import parse_instant
from tests.integration.sync.world import HOUR, World

CALENDAR = b"id: week\nzone: Europe/Moscow\nweek: {mon-fri: 09:00-18:00}\n"
POLICY = """
policy: small
title: {ru: Малое, en: Small}
language: en
defaults: {calendar: week}
levels: {standard: {title: {ru: Обычный, en: Standard}, targets: {first_response: 8h}}}
rules: [{id: all, level: standard}]
obligations:
  visits:
    title: {ru: Выезды, en: Visits}
    per: contract
    at_least: 2
    every: month
    counted_from: {tickets: {subject: {contains: visit}}, paper_field: product}
    warn_at: [50%, 3wd before]
"""
DAY = 24 * HOUR


class Desk:
    """An accountant whose registry has one customer with as many contracts as are wanted; it also tells what is owed."""

    def __init__(self, contracts: int = 1, text: str = POLICY) -> None:
        self.policy = compile_policy({"policies/small.yaml": text.encode(), "calendars/week.yaml": CALENDAR}).policy
        self.usage = Usage(self.policy)
        numbers = [f"D-{number}" for number in range(1, contracts + 1)]
        held = tuple(Contract(number=number, valid_from=date(2026, 1, 1)) for number in numbers)
        self.customer = Customer(id="kolos.example", contracts=held)
        self.looks = 0

    @property
    def counts(self):
        return self.usage.counts

    def lookup(self):
        return RegistryAnswer(presence=Presence.FOUND, customer=self.customer, zone="Europe/Moscow")

    def takings(self, ticket, now):
        return self.usage.takings(ticket, self.lookup(), now)

    def decide(self, ticket, now, *, taken=None):
        del taken
        return decide(ticket, self.policy, now=now, registry=self.lookup())

    def owed(self, now, takings):
        self.looks += 1
        obligations = obligations_in(self.policy)
        definitions = [one.counted_at(now) for one in obligations]
        today = day_at(definitions[0].calendar, now)
        evidence = {} if takings is None else evidence_from(definitions, takings)
        return obligations_of(obligations, lambda: [self.customer], evidence, Span(today, today, now))


class OwedWorld(World):
    """A world whose engine tells what is owed."""

    def _engine(self, state, **changed):
        engine = super()._engine(state, **changed)
        engine.owed = self.accountant
        return engine

    def told(self):
        """Return what a pass by a process of its own tells of obligations."""
        return [one.text for one in self.run(allow_mass_change=True).told if one.key.startswith("obligation ")]

    def stand(self):
        return [one.key for one in self.run(allow_mass_change=True).standing if one.key.startswith("obligation ")]

    def visit(self, **more):
        """Close the ticket of a visit."""
        one = self.people.create_ticket("a visit to the farm", email="a@kolos.example", **more)
        self.people.close(one)
        return one


@pytest.fixture
def world(tmp_path):
    made = OwedWorld(tmp_path)
    made.time.now = parse_instant("2026-11-18T11:00:00Z")
    made.accountant = Desk()
    yield made
    made.close()


HALF = "Visits: 0 of 2 kept for the customer kolos.example by contract D-1 in 2026-11; "


def test_each_point_is_told_once_over_restarts_and_days(world):
    (told,) = world.told()
    assert told == HALF + "76 h 00 min of working time left, the last day is 2026-11-30 (point 50%)"
    for _ in range(5):
        world.time.now += DAY
        assert world.told() == []
        assert world.stand() == ["obligation visits kolos.example D-1 period 2026-11-01 50%"]
    # Three whole working days before the last close are left from Wednesday midnight on.
    world.time.now = parse_instant("2026-11-25T21:00:00Z")
    assert ["(point 3wd before)" in one for one in world.told()] == [True]
    world.time.now += 60
    assert world.told() == []


def test_a_period_of_which_half_is_left_is_not_told(world):
    world.time.now = parse_instant("2026-11-10T08:00:00Z")
    assert world.told() == []
    world.time.now = parse_instant("2026-11-17T08:00:00Z")
    assert len(world.told()) == 1


def test_a_visit_moves_the_count_and_the_second_one_ends_the_notice(world):
    assert len(world.told()) == 1
    world.visit()
    assert world.told() == []
    report = world.run(allow_mass_change=True)
    (standing,) = [one for one in report.standing if one.key.startswith("obligation ")]
    assert "1 of 2 kept" in standing.text
    second = world.visit()
    assert world.stand() == []
    # Reopened, it keeps nothing any more: that is news.
    world.time.now += 60
    world.people.reopen(second)
    assert ["1 of 2 kept" in one for one in world.told()] == [True]


def test_visits_from_before_the_first_pass_are_counted_by_it(world):
    world.visit()
    world.visit()
    world.tickets(2)
    assert world.stand() == []


def test_a_visit_counts_for_the_contract_that_its_field_names(world):
    world.accountant = Desk(contracts=2)
    for _ in range(2):
        one = world.people.create_ticket("visit", email="a@kolos.example")
        world.people.edit_field(one, "product", "D-2")
        world.people.close(one)
    assert world.stand() == ["obligation visits kolos.example D-1 period 2026-11-01 50%"]


def test_a_lost_state_tells_once_more_and_gives_the_same(world):
    world.visit()
    before = world.stand()
    for path in world.path.parent.glob("state.sqlite3*"):
        path.unlink()
    assert len(world.told()) == 1
    assert world.stand() == before


def test_nobody_looks_at_customers_again_where_nothing_has_moved(world):
    world.told()
    looks = world.accountant.looks
    world.time.now += 60
    world.told()
    assert world.accountant.looks == looks
    world.people.create_ticket("a question", email="a@kolos.example")
    world.told()
    assert world.accountant.looks == looks
    world.visit()
    world.told()
    assert world.accountant.looks == looks + 1
    # A day may begin a period.
    world.time.now += DAY
    world.told()
    assert world.accountant.looks == looks + 2


def test_a_plan_tells_it_and_remembers_nothing(world):
    assert [
        HALF in one.text for one in world.plan(allow_mass_change=True).told if one.key.startswith("obligation ")
    ] == [True]
    assert len(world.told()) == 1


def test_very_many_are_told_in_part_with_how_many_there_are_in_all(world):
    world.accountant = Desk(contracts=MOST + 3)
    told = world.told()
    assert len(told) == MOST + 1
    assert told[-1] == "3 more obligations are due and not kept: `sla-bridge report --obligations` lists them"


def test_a_state_with_a_nonsense_fact_is_set_aside(world):
    world.told()
    with closing(SqliteState(world.path)) as state:
        state.commit(facts={"owed": "[1]"})
    with closing(SqliteState(world.path)) as state:
        assert state.set_aside is not None
