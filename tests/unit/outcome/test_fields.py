"""The output fields that a decision writes."""

from dataclasses import replace

from bridge.customers import Category, Presence, RegistryAnswer
from bridge.decisions import Check, Outcome, Support, SupportVerdict
from bridge.policies.decide import decide
from bridge.policies.outcome.fields import certificate_until, last_category
from tests.unit.clocks.desk import (
    BOTH,
    WITH_CHECKS,
    When,
    at,
    closed,
    decided,
    known,
    level,
    policy,
    reopened,
    response,
    revision,
    row,
    rule,
    simple,
    ticket,
)


def test_the_fields_carry_keys_instants_and_nulls():
    made = decided(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", registry=known(curator="Olga"))
    assert made.fields == {
        "sla_level": "standard",
        "sla_state": "running",
        "sla_due": "2026-11-23T15:00:00Z",
        "sla_response_due": "2026-11-23T15:00:00Z",
        "sla_resolution_due": "2026-11-24T14:00:00Z",
        "sla_support": "full",
        "sla_reason": "Standard: First response running (8 working hours)",
        "sla_customer": "commercial",
        "sla_certificate_until": None,
        "sla_curator": "Olga",
        "sla_mail": None,
    }


def test_a_metric_the_policy_does_not_have_has_no_field():
    made = decided(ticket("2026-11-23 10:00"), simple(row("ownership", "8h")), "2026-11-23 11:00")
    assert {"sla_response_due", "sla_resolution_due"}.isdisjoint(made.fields)


def test_a_finished_ticket_has_no_due_time():
    made = decided(
        ticket("2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 12:00")), BOTH, "2026-11-23 13:00"
    )
    assert made.due_at is None
    assert made.fields["sla_due"] is made.fields["sla_response_due"] is made.fields["sla_resolution_due"] is None


def test_the_certificates_last_second_is_shown_and_its_end_is_the_next_change():
    one = ticket("2026-11-23 10:00", response("2026-11-23 10:30"), closed("2026-11-23 10:40"))
    made = decide(one, WITH_CHECKS, now=at("2026-11-23 11:00"), registry=known())
    assert made.support.verdict is SupportVerdict.FULL
    assert made.fields["sla_certificate_until"] == "2026-11-25T20:59:59Z"
    assert made.next_change_at == at("2026-11-26 00:00")
    after = decide(one, WITH_CHECKS, now=at("2026-11-26 00:00"), registry=known())
    assert after.support.verdict is SupportVerdict.REFUSABLE
    assert after.fields["sla_support"] == "refusable"


def test_a_certificate_without_a_readable_end_shows_none():
    check = Check(id="support", outcome=Outcome.FAIL)
    support = Support(verdict=SupportVerdict.FULL, checks=(check,))
    assert certificate_until(support, "support", "UTC") is None
    assert certificate_until(support, "other", "UTC") is None
    assert certificate_until(support, None, "UTC") is None
    last_day = replace(check, evidence={"valid_until": "9999-12-31"})
    assert certificate_until(Support(verdict=SupportVerdict.FULL, checks=(last_day,)), "support", "UTC") is not None


def test_the_curators_change_is_the_next_change():
    made = decided(
        ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00", registry=known(curator_until=at("2026-11-23 12:00"))
    )
    assert made.next_change_at == at("2026-11-23 12:00")


def test_without_a_registry_the_category_decided_last_stands():
    by_category = policy(
        revision(
            [level("standard", row("first_response", "8h")), level("general", row("first_response", "40h"))],
            rules=[rule("standard", When(lambda facts: facts.category == "commercial")), rule("general")],
        )
    )
    paying = ticket("2026-11-23 10:00", bridge_fields={"sla_customer": "commercial"})
    made = decided(paying, by_category, "2026-11-23 11:00")
    assert (made.level, made.customer.category) == ("standard", Category.COMMERCIAL)
    unknown = decided(ticket("2026-11-23 10:00"), by_category, "2026-11-23 11:00")
    assert (unknown.level, unknown.customer.category, unknown.fields["sla_customer"]) == ("general", None, None)
    gone = decided(paying, by_category, "2026-11-23 11:00", registry=RegistryAnswer(presence=Presence.NOT_FOUND))
    assert (gone.level, gone.customer.category) == ("general", Category.UNREGISTERED)


def test_an_unknown_category_on_the_ticket_is_none():
    assert last_category({"sla_customer": "royal"}) is None
    assert last_category({"sla_customer": True}) is None


def test_rules_see_the_checks_where_they_ask_for_them():
    limited = When(lambda facts: facts.checks["support"].outcome is Outcome.FAIL, "checks")
    by = policy(
        replace(
            revision(
                [level("refused", row("first_response", "40h")), level("standard", row("first_response", "8h"))],
                rules=[rule("refused", limited), rule("standard")],
            ),
            checks=WITH_CHECKS.revisions[0].checks,
        )
    )
    one = ticket(
        "2026-11-23 10:00", response("2026-11-23 12:00"), closed("2026-11-23 13:00"), reopened("2026-11-23 14:00")
    )
    assert decided(one, by, "2026-11-24 11:00", registry=known()).level == "standard"
    assert decided(one, by, "2026-11-27 11:00", registry=known()).level == "refused"
