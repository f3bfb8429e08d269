"""Events: what happened, who did it, from what to what."""

from collections.abc import Callable
from typing import Any

from bridge.tickets import parse_instant
from tests.contract.client import Client
from tests.contract.desk import Desk
from tests.contract.test_changes import other_department, waiting_status


def kinds(snapshot: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in snapshot["events"]]


def the(snapshot: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the last event of a kind."""
    return [event for event in snapshot["events"] if event["kind"] == kind][-1]


def test_history_begins_with_the_initial_status_department_topic_and_priority(
    desk: Desk, api: Client, ticket: int
) -> None:
    snapshot = api.ticket(ticket)
    first = snapshot["events"][0]
    assert first["kind"] == "created"
    # osTicket stamps the ticket's row when it is saved, saves its forms, and then logs `created` with a stamp of its own: a
    # second may begin in between. The message is saved after both. The embedded helpdesk stamps all of them at once.
    created, logged = parse_instant(snapshot["created_at"]), parse_instant(first["at"])
    assert 0 <= logged - created <= (1 if desk.real else 0)
    assert logged <= parse_instant(the(snapshot, "message")["at"])
    assert set(first["to"]) == {"status", "department", "topic", "priority"}
    for name in first["to"]:
        assert first["to"][name] == snapshot[name]
    assert (the(snapshot, "message")["actor"], the(snapshot, "message")["source"]) == ("customer", "web")


def test_initial_state_stays_what_it_was(desk: Desk, api: Client, ticket: int) -> None:
    before = api.ticket(ticket)["events"][0]["to"]
    desk.transfer(ticket, other_department(api, ticket))
    desk.set_topic(ticket, 2)
    desk.set_priority(ticket, 4)
    desk.set_status(ticket, waiting_status(api))
    assert api.ticket(ticket)["events"][0]["to"] == before


def test_server_time_and_events_agree(api: Client, ticket: int) -> None:
    created = parse_instant(api.ticket(ticket)["created_at"])
    now = parse_instant(api.get("ping").body["server_time"])
    assert 0 <= now - created <= 120


def test_reply_is_an_agents_response_and_note_an_agents_note(desk: Desk, api: Client, ticket: int) -> None:
    desk.reply(ticket, "Посмотрим")
    desk.note(ticket, "Спросить разработку")
    snapshot = api.ticket(ticket)
    assert the(snapshot, "response")["actor"] == "agent"
    assert the(snapshot, "note")["actor"] == "agent"
    assert kinds(snapshot).count("message") == 1


def test_reply_with_a_status_tells_both(desk: Desk, api: Client, ticket: int) -> None:
    waiting = waiting_status(api)
    desk.reply(ticket, "Пришлите версию", status=waiting)
    snapshot = api.ticket(ticket)
    assert snapshot["status"]["id"] == waiting
    assert the(snapshot, "status")["to"]["id"] == waiting
    assert the(snapshot, "response")["actor"] == "agent"


def test_transfer_tells_from_where_to_where(desk: Desk, api: Client, ticket: int) -> None:
    before, target = api.ticket(ticket)["department"], other_department(api, ticket)
    desk.transfer(ticket, target)
    snapshot = api.ticket(ticket)
    event = the(snapshot, "department")
    assert (event["from"], event["to"]) == (before, snapshot["department"])
    assert (event["to"]["id"], event["actor"]) == (target, "agent")


def test_close_and_reopen_carry_statuses_with_states(desk: Desk, api: Client, ticket: int) -> None:
    opened = api.ticket(ticket)["status"]
    desk.set_status(ticket, 2)
    closed = api.ticket(ticket)
    assert closed["closed_at"] is not None
    assert (the(closed, "closed")["from"], the(closed, "closed")["to"]) == (opened, closed["status"])
    assert closed["status"]["state"] == "closed"
    desk.set_status(ticket, 1)
    reopened = api.ticket(ticket)
    assert (the(reopened, "reopened")["from"], the(reopened, "reopened")["to"]) == (closed["status"], opened)
    assert reopened["status"] == opened


def test_customers_message_reopens_a_resolved_ticket(
    desk: Desk, api: Client, open_ticket: Callable[..., int], token: str
) -> None:
    ticket = open_ticket(email=f"again-{token}@kolos.example", via="api")
    desk.set_status(ticket, 2)
    desk.customer_message(api.ticket(ticket)["number"], f"again-{token}@kolos.example", "Ошибка повторилась")
    snapshot = api.ticket(ticket)
    assert snapshot["status"]["state"] == "open"
    assert the(snapshot, "reopened")["actor"] in ("system", "customer")
    assert the(snapshot, "reopened")["to"]["state"] == "open"
    assert (the(snapshot, "message")["actor"], the(snapshot, "message")["source"]) == ("customer", "email")


def test_topic_priority_and_assignment_are_told(desk: Desk, api: Client, ticket: int) -> None:
    topic, priority = api.ticket(ticket)["topic"], api.ticket(ticket)["priority"]
    desk.set_topic(ticket, 2)
    desk.set_priority(ticket, 4)
    desk.claim(ticket)
    snapshot = api.ticket(ticket)
    assert (the(snapshot, "topic")["from"], the(snapshot, "topic")["to"]) == (topic, snapshot["topic"])
    assert (the(snapshot, "priority")["from"], the(snapshot, "priority")["to"]) == (priority, snapshot["priority"])
    assert the(snapshot, "assigned")["to"] == snapshot["assignee"]
    assert snapshot["assignee"] is not None


def test_custom_field_is_told_by_name_with_old_and_new_value(desk: Desk, api: Client, ticket: int) -> None:
    assert desk.edit_field(ticket, "product_version", value="3.0.52.35")
    assert desk.edit_field(ticket, "product_version", value="3.0.55.1")
    snapshot = api.ticket(ticket)
    assert snapshot["fields"]["product_version"] == "3.0.55.1"
    event = the(snapshot, "field")
    assert (event["field"], event["from"], event["to"]) == ("product_version", "3.0.52.35", "3.0.55.1")
    assert event["actor"] == "agent"


def test_agents_inputs_of_each_type_are_told_in_the_wires_values(desk: Desk, api: Client, ticket: int) -> None:
    assert desk.edit_field(ticket, "sla_set_critical", value=True)
    assert desk.edit_field(ticket, "sla_set_level", value="general")
    assert desk.edit_field(ticket, "sla_set_deferral", value="needs_facts")
    snapshot = api.ticket(ticket)
    assert snapshot["fields"]["sla_set_critical"] is True
    assert snapshot["fields"]["sla_set_level"] == "general"
    assert snapshot["fields"]["sla_set_deferral"] == "needs_facts"
    told = {event["field"]: event["to"] for event in snapshot["events"] if event["kind"] == "field"}
    assert told == {"sla_set_critical": True, "sla_set_level": "general", "sla_set_deferral": "needs_facts"}
    assert desk.edit_field(ticket, "sla_set_critical", value=False)
    assert api.ticket(ticket)["fields"].get("sla_set_critical") in (False, None)


def test_edit_form_tells_what_changed_and_nothing_else(desk: Desk, api: Client, ticket: int) -> None:
    api.write_fields(
        ticket, sla_level="general", sla_state="running", sla_reason="Принято", sla_due="2026-11-20T15:00:00Z"
    )
    desk.edit_form(ticket, {"product": "Бухгалтерия сельхозпредприятия"})
    snapshot = api.ticket(ticket)
    assert snapshot["fields"]["product"] == "Бухгалтерия сельхозпредприятия"
    told = {event["field"] for event in snapshot["events"] if event["kind"] == "field"}
    assert told == {"product"}
    assert snapshot["bridge"]["fields"]["sla_level"] == "general"
    assert snapshot["bridge"]["fields"]["sla_due"] == "2026-11-20T15:00:00Z"


def test_saving_a_form_that_changes_nothing_tells_nothing(desk: Desk, api: Client, ticket: int) -> None:
    desk.edit_form(ticket, {"product": "Комплексный учёт"})
    before = api.ticket(ticket)
    desk.edit_form(ticket, {"product": "Комплексный учёт"})
    after = api.ticket(ticket)
    assert (after["events"], after["rev"]) == (before["events"], before["rev"])


def test_events_are_in_the_order_of_their_instants(desk: Desk, api: Client, ticket: int) -> None:
    desk.reply(ticket, "Раз")
    desk.note(ticket, "Два")
    desk.set_status(ticket, 2)
    times = [event["at"] for event in api.ticket(ticket)["events"]]
    assert times == sorted(times)
