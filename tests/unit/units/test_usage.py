"""What one ticket takes of units of entitlement."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bridge.customers import NO_REGISTRY, Certificate, Contract, Counter, Customer, Presence, RegistryAnswer, Taking
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.units.usage import Usage
from bridge.tickets import Instant, Ticket, parse_instant, ticket_adapter
from tests.unit.language.configurations import files

POLICY = """
policy: sample
title: {ru: Пример, en: Sample}
inputs: [spent]
defaults: {calendar: week}
levels: {plain: {title: Plain, targets: {first_response: 8h}}}
rules: [{id: all, level: plain}]
"""
CALL = """
  calls:
    kind: units
    options: {unit: points, taken: %s, amount_field: spent}
    given_back: {fields: {sla_set_deferral: beyond_scope}}
"""
VISIT = """
  visits:
    kind: units
    when: {topic: Visit}
    options: {unit: points, taken: creation, need: 3}
"""
CREATED = "2026-11-20T09:00:00Z"
CLOSED = "2026-11-24T09:00:00Z"
NOW = parse_instant("2026-12-01T09:00:00Z")


def usage(*checks: str) -> Usage:
    return Usage(compile_policy(files(f"{POLICY}checks:{''.join(checks)}")).policy)


def answer(**counter: Any) -> RegistryAnswer:
    held = Counter(**{"id": "p", "unit": "points", "included": 9, "period": "year"} | counter)
    customer = Customer(id="K", contracts=(Contract(number="D", counters=(held,)),))
    return RegistryAnswer(presence=Presence.FOUND, customer=customer, zone="Europe/Moscow")


def ticket(*events: dict[str, Any], closed: bool = False, **changes: Any) -> Ticket:
    logged = [{"at": CLOSED, "kind": "closed", "actor": "agent", "to": {"id": 2, "state": "closed"}}] if closed else []
    return ticket_adapter().validate_python(
        {
            "id": 7,
            "number": "7",
            "rev": "a",
            "created_at": CREATED,
            "status": {"id": 2, "name": "Closed", "state": "closed"} if closed else {"id": 1, "state": "open"},
            "department": {"id": 1, "name": "Support"},
            "events": [*events, *logged],
        }
        | changes
    )


def said(field: str, value: object, actor: str = "agent") -> dict[str, Any]:
    return {"at": "2026-11-21T09:00:00Z", "kind": "field", "actor": actor, "field": field, "to": value}


def taken(found: tuple[Taking, ...]) -> list[tuple[int, int]]:
    return [(one.amount, one.stated) for one in found]


def test_a_policy_counts_only_with_a_check_that_says_when_units_are_taken() -> None:
    assert usage(CALL % "creation").counts
    assert not Usage(compile_policy(files(POLICY + "checks: {units: {kind: units}}")).policy).counts
    assert not Usage(compile_policy(files(POLICY)).policy).counts


def test_a_ticket_takes_one_unit_at_its_creation() -> None:
    (one,) = usage(CALL % "creation").takings(ticket(), answer(), NOW)
    assert (one.ticket, one.created_at, one.amount, one.stated) == (7, parse_instant(CREATED), 1000, 0)


@pytest.mark.parametrize("nobody", [NO_REGISTRY, RegistryAnswer(presence=Presence.NOT_FOUND)])
def test_without_a_customer_nothing_is_taken(nobody: RegistryAnswer) -> None:
    assert usage(CALL % "creation").takings(ticket(), nobody, NOW) == ()


def test_before_its_creation_a_ticket_takes_nothing() -> None:
    assert usage(CALL % "creation").takings(ticket(), answer(), parse_instant(CREATED) - 1) == ()


@pytest.mark.parametrize(
    ("at", "found"), [(CREATED, 0), ("2026-11-24T08:59:59Z", 0), (CLOSED, 1000), ("2026-11-25T09:00:00Z", 1000)]
)
def test_a_unit_taken_at_resolution_is_taken_from_that_second_on(at: str, found: int) -> None:
    moment: Instant = parse_instant(at)
    assert taken(usage(CALL % "resolution").takings(ticket(closed=True), answer(), moment)) == [(found, 0)]


def test_the_agents_hours_count_and_a_customers_do_not() -> None:
    stated = usage(CALL % "creation").takings(ticket(said("spent", "2,5"), fields={"spent": "2,5"}), answer(), NOW)
    forged = ticket(said("spent", "0", actor="customer"), fields={"spent": "0"})
    assert taken(stated) == [(2500, 0)]
    assert taken(usage(CALL % "creation").takings(forged, answer(), NOW)) == [(1000, 0)]


@pytest.mark.parametrize("way", ["deferral", "merged"])
def test_what_is_given_back_leaves_a_row_that_still_asks(way: str) -> None:
    deferred = ticket(said("sla_set_deferral", "beyond_scope"), fields={"sla_set_deferral": "beyond_scope"})
    one = deferred if way == "deferral" else ticket(merged_into=3)
    assert taken(usage(CALL % "creation").takings(one, answer(), NOW)) == [(0, 0)]


def test_several_checks_may_take_from_one_counter() -> None:
    both = usage(CALL % "creation", VISIT)
    assert taken(both.takings(ticket(topic={"id": 1, "name": "Visit"}), answer(), NOW)) == [(4000, 0)]
    assert taken(both.takings(ticket(), answer(), NOW)) == [(1000, 0)]


@pytest.mark.parametrize(
    ("as_of", "when", "found"),
    [
        (date(2026, 11, 20), "creation", (0, 1000)),
        (date(2026, 11, 19), "creation", (1000, 0)),
        (date(2026, 11, 23), "resolution", (1000, 0)),
        (date(2026, 11, 24), "resolution", (0, 1000)),
        (date(2025, 12, 31), "creation", (1000, 0)),
    ],
)
def test_the_registry_has_counted_what_was_taken_up_to_its_day(as_of: date, when: str, found: tuple[int, int]) -> None:
    counted = answer(used=5.0, as_of=as_of)
    assert taken(usage(CALL % when).takings(ticket(closed=True), counted, NOW)) == [found]


def test_what_the_registry_counted_stays_counted_when_it_is_given_back_later() -> None:
    one = ticket(said("sla_set_deferral", "beyond_scope"), fields={"sla_set_deferral": "beyond_scope"})
    counted = answer(used=5.0, as_of=date(2026, 11, 20))
    assert taken(usage(CALL % "creation").takings(one, counted, NOW)) == [(0, 1000)]


def test_a_ticket_that_was_created_closed_is_taken_at_its_creation() -> None:
    created = {"at": CREATED, "kind": "created", "actor": "agent", "to": {"status": {"id": 2, "state": "closed"}}}
    one = replace(ticket(created, status={"id": 2, "state": "closed"}), closed_at=parse_instant(CREATED))
    counted = answer(used=5.0, as_of=date(2026, 11, 20))
    assert taken(usage(CALL % "resolution").takings(one, counted, NOW)) == [(0, 1000)]


def test_nothing_is_booked_where_the_registry_gives_a_final_count() -> None:
    assert usage(CALL % "creation").takings(ticket(), answer(used=5.0), NOW) == ()


def test_a_ticket_is_booked_on_its_first_counter_and_asks_the_others() -> None:
    held = Counter(id="p", unit="points", included=9)
    customer = Customer(
        id="K",
        contracts=(Contract(number="D", counters=(held,)),),
        certificates=(Certificate(number="S", counters=(held,)),),
    )
    two = RegistryAnswer(presence=Presence.FOUND, customer=customer)
    found = usage(CALL % "creation").takings(ticket(), two, NOW)
    assert taken(found) == [(1000, 0), (0, 0)]
    assert '"contract", "D"' in found[0].account
    assert '"certificate", "S"' in found[1].account


@pytest.mark.parametrize("way", ["deferral", "merged", "neither"])
def test_a_ticket_that_gives_back_passes_also_when_nothing_is_left(way: str) -> None:
    policy = compile_policy(files(f"{POLICY}checks:{CALL % 'creation'}")).policy
    deferred = ticket(said("sla_set_deferral", "beyond_scope"), fields={"sla_set_deferral": "beyond_scope"})
    one = {"deferral": deferred, "merged": ticket(merged_into=3), "neither": ticket()}[way]
    (taking,) = usage(CALL % "creation").takings(one, answer(), NOW)
    for taken_by_others in ({taking.account: 99_000}, {}, None):
        known = replace(answer(), taken=taken_by_others)
        (check,) = decide(one, policy, now=NOW, registry=known).support.checks
        expected = {99_000: "units_exhausted", 0: "units_left"}[(taken_by_others or {}).get(taking.account, 0)]
        if taken_by_others is None:
            expected = "units_unknown"
        assert check.reason == (expected if way == "neither" else "units_not_taken")


def test_giving_back_by_one_check_leaves_another_one_as_it_is() -> None:
    text = f"{POLICY}checks:{CALL % 'creation'}{VISIT.replace('when: {topic: Visit}', '')}"
    policy = compile_policy(files(text)).policy
    deferred = ticket(said("sla_set_deferral", "beyond_scope"), fields={"sla_set_deferral": "beyond_scope"})
    (account,) = {one.account for one in Usage(policy).takings(deferred, answer(), NOW)}
    checks = decide(deferred, policy, now=NOW, registry=replace(answer(), taken={account: 99_000})).support.checks
    assert [one.reason for one in checks] == ["units_not_taken", "units_exhausted"]
