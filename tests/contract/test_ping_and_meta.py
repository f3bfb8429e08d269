"""Who is there, and what is it made of."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.tickets import parse_instant
from tests.contract.client import Client
from tests.contract.desk import Desk

OUTPUTS = {
    "sla_level": "choices", "sla_state": "choices", "sla_due": "datetime", "sla_response_due": "datetime",
    "sla_resolution_due": "datetime", "sla_support": "choices", "sla_reason": "text", "sla_customer": "choices",
    "sla_certificate_until": "datetime", "sla_curator": "text",
}  # fmt: skip
AGENTS_INPUTS = {
    "sla_set_level": "choices", "sla_set_critical": "bool", "sla_set_deferral": "choices", "sla_set_misuse": "bool",
    "sla_set_abuse": "bool", "sla_set_promise": "datetime",
}  # fmt: skip


def test_ping_names_versions_address_and_scopes(api: Client) -> None:
    reply = api.get("ping")
    assert reply.status == 200
    assert set(reply.body["scopes"]) - {"act"} == {"read", "write", "setup"}
    assert reply.body["departments"] is None
    assert reply.body["versions"]["plugin"]
    assert reply.body["ip"]


def test_headers_and_body_name_the_same_instance_and_time(api: Client) -> None:
    reply = api.get("ping")
    assert reply.headers["X-Sla-Bridge-Instance"] == reply.body["instance_id"]
    header, body = (
        parse_instant(text) for text in (reply.headers["X-Sla-Bridge-Server-Time"], reply.body["server_time"])
    )
    assert abs(header - body) <= 1
    assert api.get("meta").body["instance_id"] == reply.body["instance_id"]


def test_base_without_rewriting_answers_the_same(desk: Desk, client_of: Callable[..., Client]) -> None:
    if desk.base_without_rewriting is None:
        pytest.skip("no address without rewriting is given")
    bare = client_of(desk.key, desk.base_without_rewriting)
    assert bare.get("ping").body["instance_id"] == client_of(desk.key).get("ping").body["instance_id"]
    assert bare.get("tickets", limit=1).status == 200
    assert bare.get("tickets/999999999").status == 404


def test_meta_lists_output_fields_and_agents_inputs_with_types_and_owners(api: Client) -> None:
    fields = {field["name"]: field for field in api.get("meta").body["fields"] if field["form"] == "ticket"}
    assert {name: fields[name]["type"] for name in OUTPUTS} == OUTPUTS
    assert {name: fields[name]["type"] for name in AGENTS_INPUTS} == AGENTS_INPUTS
    assert {fields[name]["owner"] for name in OUTPUTS} == {"bridge"}
    assert {fields[name]["owner"] for name in AGENTS_INPUTS} == {"agent"}
    assert fields["subject"]["owner"] is None


def test_meta_gives_choices_to_choices_only(api: Client) -> None:
    for field in api.get("meta").body["fields"]:
        assert (field["choices"] is not None) == (field["type"] == "choices"), field
    fields = {field["name"]: field for field in api.get("meta").body["fields"]}
    assert set(fields["sla_state"]["choices"]) == {"running", "at_risk", "overdue", "paused", "met", "missed", "none"}
    assert set(fields["sla_support"]["choices"]) == {"full", "limited", "refusable", "unknown"}
    assert set(fields["sla_customer"]["choices"]) == {"partner", "commercial", "noncommercial", "unregistered"}
    assert "automatic" in fields["sla_set_level"]["choices"]
    assert "automatic" not in fields["sla_level"]["choices"]


def test_meta_knows_open_and_closed_statuses_and_a_real_zone(api: Client) -> None:
    meta = api.get("meta").body
    assert {"open", "closed"} <= {status["state"] for status in meta["statuses"]}
    assert meta["departments"]
    assert meta["priorities"]
    assert ZoneInfo(meta["database_zone"]) is not None


def test_meta_names_everybody_who_works_there_once(api: Client) -> None:
    meta = api.get("meta").body
    assert meta["agents"]
    for people in (meta["agents"], meta["teams"]):
        assert len({one["id"] for one in people}) == len(people)


def test_meta_tells_which_departments_answer_by_themselves_and_whether_somebody_acts_for_the_bridge(
    api: Client,
) -> None:
    meta = api.get("meta").body
    assert all(type(one["auto_response"]) is bool for one in meta["departments"])
    assert type(meta["service_agent"]) is bool


def test_meta_tells_by_how_much_the_databases_clock_is_ahead_of_utc(api: Client) -> None:
    meta = api.get("meta").body
    zone, now = ZoneInfo(meta["database_zone"]), datetime.fromisoformat(meta["server_time"])
    assert timedelta(seconds=meta["database_offset"]) == now.astimezone(zone).utcoffset()


def test_meta_rev_stands_still_while_nothing_changes_and_is_the_feeds_too(api: Client) -> None:
    first, second = api.get("meta").body, api.get("meta").body
    assert first["meta_rev"] == second["meta_rev"] == api.get("changes", limit=1).body["meta_rev"]


def test_rename_of_a_status_moves_meta_rev_and_no_ticket(embedded, api: Client, ticket: int) -> None:
    before, rev, cursor = api.get("meta").body["meta_rev"], api.ticket(ticket)["rev"], api.cursor()
    embedded.people.rename("status", 1, "Открыта")
    try:
        assert api.get("meta").body["meta_rev"] != before
        assert api.ticket(ticket)["status"]["name"] == "Открыта"
        assert api.ticket(ticket)["rev"] == rev
        assert api.changed(cursor, ticket) == []
    finally:
        embedded.people.rename("status", 1, "Open")
    assert api.get("meta").body["meta_rev"] == before
