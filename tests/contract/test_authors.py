"""Whose deed an event was: an agent's tells his id and name, everybody else's tells nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.desk import Desk, Unsupported
from tests.contract.test_changes import other_department, waiting_status
from tests.contract.test_history import the


def authors(snapshot: dict[str, Any]) -> set[tuple[str, str, int | None]]:
    """Return kind, actor and the agent's id of each event."""
    return {(one["kind"], one["actor"], (one["by"] or {"id": None})["id"]) for one in snapshot["events"]}


def test_what_an_agent_does_tells_who_he_is(desk: Desk, api: Client, ticket: int) -> None:
    desk.claim(ticket)
    desk.reply(ticket, "Посмотрим", status=waiting_status(api))
    desk.note(ticket, "Спросить разработку")
    desk.set_priority(ticket, 4)
    desk.set_topic(ticket, 2)
    assert desk.edit_field(ticket, "product_version", value="3.0.52.35")
    desk.transfer(ticket, other_department(api, ticket))
    desk.set_status(ticket, 2)
    snapshot = api.ticket(ticket)
    agent = the(snapshot, "response")["by"]
    assert agent in api.get("meta").body["agents"]
    assert the(snapshot, "assigned")["to"] == agent
    deeds = {"assigned", "response", "status", "note", "priority", "topic", "field", "department", "closed"}
    assert {(kind, "agent", agent["id"]) for kind in deeds} <= authors(snapshot)


def test_what_a_customer_does_is_no_agents_deed(
    desk: Desk, api: Client, open_ticket: Callable[..., int], token: str
) -> None:
    ticket = open_ticket(email=f"author-{token}@kolos.example", via="api")
    desk.customer_message(api.ticket(ticket)["number"], f"author-{token}@kolos.example", "Ещё одно")
    snapshot = api.ticket(ticket)
    assert len(snapshot["events"]) > 2
    assert [one["by"] for one in snapshot["events"]] == [None] * len(snapshot["events"])


def test_who_opened_a_ticket_for_a_customer_is_told(api: Client, open_ticket: Callable[..., int]) -> None:
    snapshot = api.ticket(open_ticket(via="staff"))
    created, message = the(snapshot, "created"), the(snapshot, "message")
    assert created["by"] in api.get("meta").body["agents"]
    assert (created["actor"], message["actor"], message["by"]) == ("agent", "customer", None)


def test_what_the_bridges_own_agent_does_is_nobodys_deed(desk: Desk, api: Client, ticket: int) -> None:
    try:
        desk.service_note(ticket, "Срок подходит")
    except Unsupported as reason:
        pytest.skip(str(reason))
    note = the(api.ticket(ticket), "note")
    assert (note["actor"], note["by"]) == ("system", None)


def test_who_takes_a_ticket_out_of_the_figures_is_told_with_his_reason_and_who_takes_it_in_again(
    desk: Desk, api: Client, ticket: int
) -> None:
    assert desk.edit_field(ticket, "sla_set_excluded", value="Проверка связи, не обращение")
    snapshot = api.ticket(ticket)
    event = the(snapshot, "field")
    assert snapshot["fields"]["sla_set_excluded"] == "Проверка связи, не обращение"
    assert (event["field"], event["actor"], event["to"]) == (
        "sla_set_excluded",
        "agent",
        "Проверка связи, не обращение",
    )
    assert event["by"] in api.get("meta").body["agents"]
    assert desk.edit_field(ticket, "sla_set_excluded", value="")
    again = api.ticket(ticket)
    assert again["fields"].get("sla_set_excluded") is None
    assert (the(again, "field")["to"], the(again, "field")["by"]) == (None, event["by"])
