"""The sample desk is lively enough to show the product."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox
from bridge.tickets import Ticket, ticket_adapter
from tests.unit.sandbox.conftest import Caller, Clock


def all_tickets(caller: Caller) -> list[Ticket]:
    return [
        ticket_adapter().validate_python(item) for item in caller.get("tickets", params={"limit": 1000}).json()["items"]
    ]


@pytest.fixture
def tickets(sandbox: Sandbox, caller: Caller, clock: Clock) -> list[Ticket]:
    sandbox.seed_sample(clock.now)
    return all_tickets(caller)


def test_there_are_at_least_forty_in_two_languages(tickets: list[Ticket]) -> None:
    assert len(tickets) >= 40
    languages = Counter(ticket.language for ticket in tickets)
    assert set(languages) == {"ru", "en"}
    assert min(languages.values()) >= 10


def test_every_kind_of_history_occurs(tickets: list[Ticket]) -> None:
    kinds = {event.kind.value for ticket in tickets for event in ticket.events}
    assert kinds >= {"created", "message", "response", "note", "status", "closed", "reopened", "department", "assigned",
                     "field", "merged"}  # fmt: skip
    assert {ticket.status.state for ticket in tickets} == {"open", "closed"}
    assert {ticket.source.value for ticket in tickets} >= {"web", "email", "phone", "api"}
    assert any(ticket.merged_into for ticket in tickets)
    assert any(event.actor.value == "system" and event.kind.value == "response" for t in tickets for event in t.events)


def test_nothing_happens_after_now_and_ids_follow_time(tickets: list[Ticket], clock: Clock) -> None:
    assert all(event.at < clock.now for ticket in tickets for event in ticket.events)
    created = [ticket.created_at for ticket in tickets]
    assert created == sorted(created)
    assert clock.now - created[-1] < 3600


def test_facts_are_those_an_agreement_asks_for(tickets: list[Ticket]) -> None:
    products = {ticket.fields.get("product") for ticket in tickets}
    assert len(products - {None}) >= 4
    assert None in {ticket.fields.get("product_version") for ticket in tickets}
    endings = {one.name.rpartition(".")[2] for ticket in tickets for one in ticket.attachments}
    assert endings >= {"png", "jpg", "zip", "bmp"}


def test_customers_are_those_of_the_sample_registry(tickets: list[Ticket]) -> None:
    with (Path(__file__).parents[3] / "config" / "registry" / "customers.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    numbers = {row["Рег. номер"] for row in rows}
    addresses = {address.strip() for row in rows for address in row["Почта"].split(",")} - {""}
    given = {ticket.fields.get("registration_number") for ticket in tickets} - {None}
    assert given - numbers == {"BSP-999-999"}
    assert {ticket.requester.email for ticket in tickets} - addresses == {"volkova@post.example", "dymov@post.example"}
    organizations = {ticket.requester.organization.name for ticket in tickets if ticket.requester.organization}
    assert organizations <= {row["Организация"] for row in rows}


def test_sample_stands_from_before_the_installation(sandbox: Sandbox, caller: Caller, tickets: list[Ticket]) -> None:
    assert caller.get("changes").json()["items"] == []
    sandbox.people.note(tickets[0].id)
    assert [item["id"] for item in caller.get("changes").json()["items"]] == [tickets[0].id]


def test_sample_needs_no_setup_and_setup_takes_up_what_it_made(clock: Clock) -> None:
    with Sandbox(clock=clock) as sandbox:
        sandbox.seed_sample(clock.now)
        caller = Caller(sandbox)
        departments = [one["name"] for one in caller.get("meta").json()["departments"]]
        caller.setup()
        meta = caller.get("meta").json()
        assert [one["name"] for one in meta["departments"]] == departments
        assert len({field["name"] for field in meta["fields"] if field["form"] == "ticket"}) == len(
            [field for field in meta["fields"] if field["form"] == "ticket"]
        )
