"""Which tickets keep an obligation, on which day, and for which contract."""

from datetime import date
from typing import Any

import pytest

from bridge.customers import Customer, Presence, RegistryAnswer, Taking
from bridge.policies.language.compile import compile_policy
from bridge.policies.obligations.from_tickets import evidence_from
from bridge.policies.obligations.model import Evidence, KeepingEvent
from bridge.policies.units.usage import Usage
from bridge.tickets import Instant, parse_instant, ticket_adapter
from tests.unit.language.configurations import files

POLICY = """
policy: sample
title: {ru: Пример, en: Sample}
inputs: [contract, visited]
defaults: {calendar: week}
levels: {plain: {title: Plain, targets: {first_response: 8h}}}
rules: [{id: all, level: plain}]
obligations:
  visits:
    title: Visits
    per: contract
    at_least: 2
    every: month
    counted_from: {tickets: {topic: Visit}, paper_field: contract, day_field: visited}
"""
CLOSED = "2026-11-24T21:30:00Z"
"""In Moscow it is the 25th already."""

COMPILED = compile_policy(files(POLICY)).policy
KNOWN = RegistryAnswer(presence=Presence.FOUND, customer=Customer(id="K"), zone="Europe/Moscow")
NOW = parse_instant("2026-12-01T09:00:00Z")


def event(kind: str, at: str = "2026-11-21T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {"at": at, "kind": kind, "actor": "agent", **more}


CLOSING = event("closed", CLOSED, to={"id": 2, "name": "Closed", "state": "closed"})


def taken(
    *events: dict[str, Any], answer: RegistryAnswer = KNOWN, now: Instant = NOW, **changes: Any
) -> tuple[Taking, ...]:
    """Return what the ticket of a visit books; closed unless it says otherwise."""
    ticket = ticket_adapter().validate_python(
        {
            "id": 7, "number": "7", "rev": "a", "created_at": "2026-11-20T09:00:00Z",
            "status": {"id": 2, "name": "Closed", "state": "closed"}, "department": {"id": 1, "name": "Support"},
            "topic": {"id": 3, "name": "Visit"}, "events": [*events, CLOSING], **changes,
        }
    )  # fmt: skip
    return Usage(COMPILED).takings(ticket, answer, now)


def told(takings: tuple[Taking, ...]) -> Evidence:
    return evidence_from(COMPILED.revisions[-1].obligations, takings)["visits"]


def test_a_closed_ticket_counts_on_the_day_of_closing_in_the_calendars_zone() -> None:
    assert Usage(COMPILED).counts
    assert told(taken()).by_customer == {"K": (KeepingEvent(date(2026, 11, 25), "", 7),)}


@pytest.mark.parametrize("value", ["2026-11-19", "19.11.2026", "2026-11-18T21:00:00Z"])
def test_its_fields_name_the_contract_and_the_day(value: str) -> None:
    set_ = [event("field", field="contract", to="D-1"), event("field", field="visited", to=value)]
    found = told(taken(*set_, fields={"contract": "D-1", "visited": value}))
    assert found.by_customer == {"K": (KeepingEvent(date(2026, 11, 19), "D-1", 7),)}


def test_a_day_that_cannot_be_read_leaves_the_customer_in_doubt() -> None:
    found = told(taken(event("field", field="visited", to="last week"), fields={"visited": "last week"}))
    assert (found.by_customer, *(found.doubts(one, NOW, NOW) for one in "KL")) == ({}, True, False)


def test_what_a_customer_wrote_into_an_agents_field_is_no_evidence() -> None:
    wrote = {**event("field", field="contract", to="D-1"), "actor": "customer"}
    found = told(taken(wrote, fields={"contract": "D-1"}))
    assert found.by_customer == {"K": (KeepingEvent(date(2026, 11, 25), "", 7),)}


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": {"id": 4, "name": "Question"}},
        {"merged_into": 9},
        {"status": {"id": 1, "name": "Open", "state": "open"}, "events": []},
    ],
)
def test_other_tickets_merged_and_open_ones_keep_nothing(changes: dict[str, Any]) -> None:
    assert taken(**changes) == ()


def test_before_its_closing_a_ticket_kept_nothing() -> None:
    assert taken(now=parse_instant("2026-11-24T09:00:00Z")) == ()


def test_a_ticket_whose_customer_nobody_knows_counts_by_the_contract_it_names() -> None:
    nobody = RegistryAnswer(presence=Presence.NOT_FOUND)
    named = told(taken(event("field", field="contract", to="D-1"), fields={"contract": "D-1"}, answer=nobody))
    assert named.by_paper == {"D-1": (KeepingEvent(date(2026, 11, 25), "D-1", 7),)}
