"""What people do leaves the traces that osTicket would leave."""

from typing import Any

import pytest

from bridge.connectors.sandbox import NotAllowed, Sandbox
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from tests.unit.sandbox.conftest import Caller, Clock


def events(caller: Caller, ticket: int) -> list[tuple[str, str]]:
    return [(event["kind"], event["actor"]) for event in caller.ticket(ticket)["events"]]


@pytest.fixture
def ticket(sandbox: Sandbox, caller: Caller) -> int:
    return sandbox.people.create_ticket("Вопрос", email="ivan@kolos.example")


def test_first_reply_takes_the_ticket_without_logging_it(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    sandbox.people.agent_reply(ticket, agent=3)
    assert caller.ticket(ticket)["assignee"] == {"id": 3, "name": "Anna Schmidt"}
    assert events(caller, ticket) == [("created", "customer"), ("message", "customer"), ("response", "agent")]


def test_automatic_reply_is_a_response_of_the_system(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    sandbox.people.automatic_reply(ticket)
    assert events(caller, ticket)[-1] == ("response", "system")


def test_answer_by_mail_is_a_note_from_mail(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    sandbox.people.note(ticket, source="email")
    last = caller.ticket(ticket)["events"][-1]
    assert (last["kind"], last["actor"], last["source"]) == ("note", "agent", "email")


def test_message_on_an_archived_ticket_does_not_reopen_it(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    sandbox.people.close(ticket)
    sandbox.people.set_status(ticket, "Archived")
    sandbox.people.customer_message(ticket)
    assert caller.ticket(ticket)["status"]["name"] == "Archived"


def test_transfer_of_a_closed_ticket_reopens_it(sandbox: Sandbox, caller: Caller, ticket: int, clock: Clock) -> None:
    clock.now += 60
    sandbox.people.close(ticket)
    clock.now += 60
    sandbox.people.transfer(ticket, "Sales", comment="Вопрос о цене")
    snapshot = caller.ticket(ticket)
    assert snapshot["closed_at"] is None
    assert [event["kind"] for event in snapshot["events"]][-3:] == ["reopened", "department", "note"]


def test_log_stands_before_messages_of_the_same_second(
    sandbox: Sandbox, caller: Caller, ticket: int, clock: Clock
) -> None:
    clock.now += 60
    sandbox.people.agent_reply(ticket, status="Resolved")
    assert [event["kind"] for event in caller.ticket(ticket)["events"]][-2:] == ["closed", "response"]


def test_closed_at_is_the_closing_and_null_while_open(
    sandbox: Sandbox, caller: Caller, ticket: int, clock: Clock
) -> None:
    clock.now += 3600
    sandbox.people.close(ticket)
    assert caller.ticket(ticket)["closed_at"] == "2026-11-20T11:00:00Z"
    sandbox.people.reopen(ticket)
    assert caller.ticket(ticket)["closed_at"] is None


def test_merged_child_keeps_its_own_conversation(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    child = sandbox.people.create_ticket("Ещё раз")
    sandbox.people.agent_reply(child)
    sandbox.people.merge(child, ticket)
    assert ("response", "agent") in events(caller, child)
    assert ("response", "agent") not in events(caller, ticket)
    assert caller.ticket(child)["merged_into"] == ticket
    merged = {one: next(e for e in caller.ticket(one)["events"] if e["kind"] == "merged") for one in (child, ticket)}
    assert (merged[child]["from"], merged[child]["to"]["id"]) == (None, ticket)
    assert (merged[ticket]["from"]["id"], merged[ticket]["to"]) == (child, None)


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("edit_field", {"name": "sla_level", "value": "general"}),
    ("edit_field", {"name": "no_such_field", "value": "x"}),
    ("edit_field", {"name": "sla_set_level", "value": "no such level"}),
    ("edit_field", {"name": "sla_set_critical", "value": "yes"}),
    ("set_status", {"status": "No such status"}),
    ("set_status", {"status": "Open"}),
    ("transfer", {"department": "No such department"}),
]


@pytest.mark.parametrize(("action", "arguments"), REFUSED)
def test_what_osticket_would_refuse_is_refused_and_changes_nothing(
    sandbox: Sandbox, caller: Caller, ticket: int, action: str, arguments: dict[str, Any]
) -> None:
    before = caller.ticket(ticket)
    with pytest.raises(NotAllowed):
        getattr(sandbox.people, action)(ticket, **arguments)
    assert caller.ticket(ticket) == before


def test_nothing_can_be_done_to_a_ticket_that_is_gone(sandbox: Sandbox, ticket: int) -> None:
    sandbox.people.delete(ticket)
    for action in (sandbox.people.note, sandbox.people.customer_message, sandbox.people.delete):
        with pytest.raises(NotAllowed, match="no ticket"):
            action(ticket)


def test_revision_and_feed_know_nothing_of_what_the_service_agent_wrote(
    sandbox: Sandbox, caller: Caller, ticket: int, clock: Clock
) -> None:
    clock.now += 60
    rev, cursor = caller.ticket(ticket)["rev"], caller.get("changes").json()["next"]
    sandbox.people.note(ticket, agent=SERVICE_AGENT)
    snapshot = caller.ticket(ticket)
    assert snapshot["events"][-1]["actor"] == "system"
    assert snapshot["rev"] == rev
    assert caller.get("changes", params={"after": cursor}).json()["items"] == []


@pytest.mark.parametrize("change", ["status", "transfer", "topic", "priority", "assign"])
def test_revision_and_feed_know_what_the_service_agent_changed(
    sandbox: Sandbox, caller: Caller, ticket: int, clock: Clock, change: str
) -> None:
    people = sandbox.people
    clock.now += 60
    rev, cursor = caller.ticket(ticket)["rev"], caller.get("changes").json()["next"]
    {
        "status": lambda: people.close(ticket, agent=SERVICE_AGENT),
        "transfer": lambda: people.transfer(ticket, "Sales", agent=SERVICE_AGENT),
        "topic": lambda: people.set_topic(ticket, "Feedback", agent=SERVICE_AGENT),
        "priority": lambda: people.set_priority(ticket, "High", agent=SERVICE_AGENT),
        "assign": lambda: people.assign(ticket, 4, agent=SERVICE_AGENT),
    }[change]()
    snapshot = caller.ticket(ticket)
    assert snapshot["events"][-1]["actor"] == "system"
    assert snapshot["rev"] != rev
    assert [one["id"] for one in caller.get("changes", params={"after": cursor}).json()["items"]] == [ticket]


def test_revision_covers_what_an_agent_did_after_the_service_agent(
    sandbox: Sandbox, caller: Caller, ticket: int
) -> None:
    sandbox.people.set_priority(ticket, "High", agent=SERVICE_AGENT)
    rev = caller.ticket(ticket)["rev"]
    sandbox.people.set_priority(ticket, "Emergency")
    assert caller.ticket(ticket)["rev"] != rev


def test_rename_of_anything_named_moves_no_revision(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    sandbox.people.transfer(ticket, "Sales")
    rev = caller.ticket(ticket)["rev"]
    for kind, old in (("department", "Sales"), ("department", "Support"), ("priority", "Normal"), ("status", "Open")):
        sandbox.people.rename(kind, old, f"{old} (renamed)")
    snapshot = caller.ticket(ticket)
    assert snapshot["department"]["name"] == "Sales (renamed)"
    assert snapshot["rev"] == rev


def test_user_belongs_to_the_organisation_of_his_domain(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.people.organization("Колос, СХПК", domain="kolos.example")
    ticket = sandbox.people.create_ticket("Вопрос", email="new@kolos.example")
    other = sandbox.people.create_ticket("Вопрос", email="new@mail.example")
    assert caller.ticket(ticket)["requester"]["organization"]["name"] == "Колос, СХПК"
    assert caller.ticket(other)["requester"]["organization"] is None


def test_call_of_the_customer_sets_the_agents_tick_as_his_doing_and_leaves_a_note(
    sandbox: Sandbox, caller: Caller, ticket: int
) -> None:
    rev = caller.ticket(ticket)["rev"]
    sandbox.people.call_head(ticket, "Никто не отвечает")
    snapshot = caller.ticket(ticket)
    assert snapshot["fields"]["sla_set_attention"] is True
    called = next(event for event in snapshot["events"] if event["kind"] == "field")
    assert (called["actor"], called["field"], called["from"], called["to"]) == (
        "customer", "sla_set_attention", False, True,
    )  # fmt: skip
    assert ("note", "system") in events(caller, ticket)
    assert snapshot["rev"] != rev


def test_tick_that_was_taken_away_can_be_called_for_again(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    sandbox.people.call_head(ticket)
    sandbox.people.edit_field(ticket, "sla_set_attention", False)
    sandbox.people.call_head(ticket)
    assert [actor for kind, actor in events(caller, ticket) if kind == "field"] == ["customer", "agent", "customer"]


def test_nobody_calls_where_the_helpdesk_has_no_such_field(sandbox: Sandbox, caller: Caller, ticket: int) -> None:
    before = events(caller, ticket)
    sandbox.store.row("DELETE FROM fields WHERE name = 'sla_set_attention'")
    with pytest.raises(NotAllowed):
        sandbox.people.call_head(ticket)
    assert events(caller, ticket) == before


def test_help_is_rated_once_for_each_time_it_was_given(
    sandbox: Sandbox, caller: Caller, ticket: int, clock: Clock
) -> None:
    people = sandbox.people
    with pytest.raises(NotAllowed):
        people.rate(ticket, 5)
    for score in (2, 5):
        clock.now += 60
        people.close(ticket)
        clock.now += 60
        people.rate(ticket, score)
        with pytest.raises(NotAllowed):
            people.rate(ticket, 1)
        clock.now += 60
        people.reopen(ticket)
    ratings = [event for event in caller.ticket(ticket)["events"] if event["kind"] == "rating"]
    assert [(event["actor"], event["to"]) for event in ratings] == [("customer", 2), ("customer", 5)]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_score_outside_of_the_scale_is_none(sandbox: Sandbox, ticket: int, score: int) -> None:
    sandbox.people.close(ticket)
    with pytest.raises(NotAllowed):
        sandbox.people.rate(ticket, score)


def test_no_letter_comes_back_that_never_left(sandbox: Sandbox, ticket: int) -> None:
    with pytest.raises(NotAllowed):
        sandbox.people.return_letter(ticket)
