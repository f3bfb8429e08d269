"""A decision as JSON, and the rulebooks behind it."""

import json

import pytest

from bridge.decisions import Interval
from bridge.policies.agreement.metrics import STANDARD_TITLES, standard_clock
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE
from bridge.policies.clocks.in_force import rulebook_of
from bridge.policies.decide import decide
from bridge.policies.outcome.decision_json import decision_json
from tests.unit.clocks.desk import (
    BOTH,
    INPUTS,
    WITH_CHECKS,
    at,
    clock,
    decided,
    known,
    row,
    simple,
    ticket,
)


def test_the_json_has_the_members_outside_programs_read_and_survives_a_round_trip():
    made = decision_json(decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", registry=known()))
    assert set(made) >= {
        "ticket_id",
        "number",
        "at",
        "level",
        "rule",
        "rule_at",
        "support",
        "customer",
        "clocks",
        "state",
        "due_at",
        "next_change_at",
        "fields",
        "actions",
        "policy_digest",
    }
    assert made["clocks"][0] == {
        "metric": "first_response",
        "cycle": 1,
        "level": "standard",
        "calendar": "d",
        "target": "8h",
        "started_at": "2026-11-23T07:00:00Z",
        "due_at": "2026-11-23T15:00:00Z",
        "provisional": False,
        "state": "running",
        "stopped_at": None,
        "breached_at": None,
        "elapsed_seconds": 3600,
        "remaining_seconds": 25200,
        "cause": None,
        "late_seconds": 0,
        "late_days": 0,
        "thresholds": [],
    }
    assert made["customer"] == {"id": "C1", "category": "commercial", "curator": None}
    assert json.loads(json.dumps(made)) == made


def test_checks_are_written_with_their_evidence():
    made = decision_json(
        decide(
            ticket("2026-11-23 10:00"),
            WITH_CHECKS,
            now=at("2026-11-23 11:00"),
            registry=known(as_of=at("2026-11-23 09:00")),
        )
    )
    first = made["support"]["checks"][0]
    assert (first["id"], first["outcome"], first["as_of"]) == ("support", "warn", "2026-11-23T06:00:00Z")
    assert first["evidence"]["valid_until"] == "2026-11-25"


def test_one_policy_object_has_one_rulebook_and_few_are_kept():
    policies = [simple(row("first_response", "8h")) for _ in range(12)]
    rulebooks = [rulebook_of(one) for one in policies]
    assert rulebook_of(policies[-1]) is rulebooks[-1]
    assert rulebook_of(policies[0]) is not rulebooks[0]
    assert rulebook_of(policies[0]).policy is policies[0]


def test_the_five_standard_metrics_are_defined_and_others_are_refused():
    assert [standard_clock(name).metric for name in STANDARD_TITLES] == list(STANDARD_TITLES)
    with pytest.raises(KeyError):
        standard_clock("mood")


def test_the_catalogue_is_empty_unless_given():
    one = ticket("2026-11-23 10:00")
    assert decided(one, BOTH, "2026-11-23 11:00", catalogue=EMPTY_CATALOGUE) == decided(one, BOTH, "2026-11-23 11:00")


def test_intervals_of_a_ledger_are_plain_data():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", receipts=True)
    assert made.clocks[0].receipt == (
        Interval(start=at("2026-11-23 10:00"), end=at("2026-11-23 18:00"), counted=True, reason="working"),
    )
    assert made.clocks[0].zone == "Europe/Moscow"
    assert INPUTS
    assert clock("first_response").metric == "first_response"
