"""Events know the agents whose deeds they were."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox
from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.tickets import Reference, ticket_adapter
from tests.unit.sandbox.conftest import Caller, Clock

ANNA = {"id": 3, "name": "Anna Schmidt"}


def test_each_agent_is_told_with_his_own_deeds_and_the_bridges_agent_with_none(
    sandbox: Sandbox, caller: Caller
) -> None:
    ticket = sandbox.people.create_ticket("Вопрос", email="ivan@kolos.example", by="agent", agent=3)
    sandbox.people.agent_reply(ticket, agent=2)
    sandbox.people.transfer(ticket, 2, agent=3)
    sandbox.people.note(ticket, agent=SERVICE_AGENT)
    sandbox.people.set_priority(ticket, 4, agent=SERVICE_AGENT)
    sandbox.people.automatic_reply(ticket)
    told = [(one["kind"], (one["by"] or {}).get("id")) for one in caller.ticket(ticket)["events"]]
    assert sorted(told, key=str) == sorted(
        [
            ("created", 3),
            ("message", None),
            ("response", 2),
            ("department", 3),
            ("note", None),
            ("priority", None),
            ("response", None),
        ],
        key=str,
    )


def test_the_customer_who_calls_the_head_is_no_agent(sandbox: Sandbox, caller: Caller) -> None:
    caller.setup()
    ticket = sandbox.people.create_ticket("Вопрос", email="ivan@kolos.example")
    sandbox.people.call_head(ticket)
    event = next(one for one in caller.ticket(ticket)["events"] if one["kind"] == "field")
    assert (event["actor"], event["by"]) == ("customer", None)


def test_authors_and_renamed_agents_move_no_revision(sandbox: Sandbox, caller: Caller) -> None:
    ticket = sandbox.people.create_ticket("Вопрос", email="ivan@kolos.example")
    sandbox.people.agent_reply(ticket, agent=3)
    before = caller.ticket(ticket)["rev"]
    sandbox.store.row("UPDATE agents SET name = 'Anna Schulz' WHERE id = 3")
    sandbox.store.restamp_all()
    assert caller.ticket(ticket)["rev"] == before
    sandbox.store.row("UPDATE events SET agent_id = NULL")
    sandbox.store.restamp_all()
    assert caller.ticket(ticket)["rev"] == before


def test_a_file_from_before_tells_of_its_old_events_nobody_and_of_new_ones_the_agent(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "desk.sqlite"
    with Sandbox(path, clock) as desk:
        ticket = desk.people.create_ticket("Вопрос", email="ivan@kolos.example")
        desk.people.agent_reply(ticket, agent=3)
    with closing(sqlite3.connect(path)) as earlier:
        earlier.executescript("ALTER TABLE events DROP COLUMN agent_id")
    with Sandbox(path, clock) as desk:
        caller = Caller(desk)
        desk.people.note(ticket, agent=3)
        told = {one["kind"]: one["by"] for one in caller.ticket(ticket)["events"]}
    assert told == {"created": None, "message": None, "response": None, "note": ANNA}


@pytest.mark.parametrize(("told", "read"), [({}, None), ({"by": None}, None), ({"by": ANNA}, Reference(**ANNA))])
def test_events_of_a_plugin_that_does_not_tell_authors_are_read(
    told: dict[str, object], read: Reference | None
) -> None:
    event = {"at": "2026-11-20T07:00:00Z", "kind": "response", "actor": "agent", **told}
    snapshot = {
        "id": 1,
        "number": "1",
        "rev": "r",
        "created_at": "2026-11-20T07:00:00Z",
        "status": {},
        "department": {},
    }
    assert ticket_adapter().validate_python(snapshot | {"events": [event]}).events[0].by == read
