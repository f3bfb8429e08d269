"""Passes over a double of BeDesk: what its API lacks is made up for, and what nobody can know is not claimed."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bridge.connectors.bedesk_double import Assumptions
from bridge.connectors.helpdesks.bedesk.attributes import OUTPUTS, RECORD
from bridge.connectors.sandbox.responses import Response, encode
from bridge.errors import HelpdeskRefused, HelpdeskUnavailable
from bridge.protocols.writing import Write, WriteResult
from bridge.tickets import Actor, EventKind
from tests.integration.sync.bedesk_world import BedeskWorld
from tests.integration.sync.world import HOUR

WAITING, CLOSED = 2, 3


@pytest.fixture
def new_world(tmp_path: Path) -> Iterator[Callable[..., BedeskWorld]]:
    made: list[BedeskWorld] = []

    def make(**changes: object) -> BedeskWorld:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(BedeskWorld(folder, Assumptions(**changes)))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def world(new_world: Callable[..., BedeskWorld]) -> BedeskWorld:
    return new_world()


def test_fields_stand_in_words_that_agents_read_and_an_answer_is_noticed(world: BedeskWorld) -> None:
    number = world.open()
    assert world.run().written == 1
    shown = world.shown(number)
    assert (shown["sla_level"], shown["sla_state"]) == ("Standard", "Running")
    assert shown["sla_due"] == "2026-11-18 19:06:40 UTC"
    world.now += 600
    world.desk.agent_reply(number, "So.")
    assert world.run().written == 1
    assert world.shown(number)["sla_state"] == "Met"


def test_a_pass_without_changes_reads_no_conversation(world: BedeskWorld) -> None:
    world.open()
    world.run()
    world.now += 300
    world.run()
    world.now += 300
    assert world.run().written == 0
    assert not [one for one in world.double.asked if "/conversations/" in one or one.startswith("P")]


def test_chats_and_unknown_entries_are_passed_over(world: BedeskWorld) -> None:
    chat, number = world.desk.open("chat", email="a@b.example", type_="chat"), world.open()
    world.desk.add_event(number, "status_change")
    report = world.run()
    assert (report.written, report.failed) == (1, [])
    assert world.shown(chat) == {}
    with closing(world.helpdesk()) as helpdesk:
        assert helpdesk.ticket(chat) is None
    assert [one.kind for one in world.read(number).events] == [EventKind.CREATED, EventKind.MESSAGE]


def test_whose_a_message_is_follows_from_the_list_of_agents_and_is_marked(world: BedeskWorld) -> None:
    number = world.open()
    world.desk.agent_reply(number, "So.", agent=3)
    ticket = world.read(number)
    answer = ticket.events[-1]
    assert (answer.kind, answer.actor, answer.by.name, answer.inferred) == (
        EventKind.RESPONSE,
        Actor.AGENT,
        "Max Weber",
        True,
    )
    assert (ticket.source, ticket.topic, ticket.priority, ticket.body) == (None, None, None, "How?")
    del world.desk.agents[3]
    assert world.read(number).events[-1].actor is Actor.CUSTOMER


def test_an_agents_input_counts_only_while_customers_cannot_edit_it(world: BedeskWorld) -> None:
    number, key = world.open(), world.key("sla_set_critical")
    world.desk.edit_attribute(number, key, "1")
    world.run()
    assert world.shown(number)["sla_level"] == "Urgent"
    (row,) = [one for one in world.desk.attributes.values() if one.key == key]
    row.permissions["userCanEdit"] = True
    world.now += 60
    world.run()
    assert world.shown(number)["sla_level"] == "Standard"
    assert "sla_set_critical" not in {one.field for one in world.read(number).events}
    (step,) = [one for one in world.setup("plan").steps if one.id == "field:sla_set_critical"]
    assert step.state == "conflict"
    assert "customers can edit" in step.detail


def test_what_was_seen_survives_the_loss_of_the_state(world: BedeskWorld) -> None:
    number = world.open()
    world.run()
    for status in (WAITING, 1, CLOSED, 1):
        world.now += 300
        world.desk.set_status(number, status)
        world.run()
    before = world.read(number)
    kinds = [one.kind for one in before.events if one.kind in {EventKind.STATUS, EventKind.CLOSED, EventKind.REOPENED}]
    assert kinds == [EventKind.STATUS, EventKind.STATUS, EventKind.CLOSED, EventKind.REOPENED]
    world.forget_the_state()
    world.now += 30
    world.run()
    assert world.read(number).events == before.events
    assert world.read(number).history_from is None


def test_a_ticket_from_before_the_first_sync_is_known_from_there(world: BedeskWorld) -> None:
    number = world.open(ago=5 * HOUR)
    world.run()
    first = world.read(number).history_from
    assert first == world.now
    world.now += 9 * HOUR
    world.run()
    assert world.read(number).history_from == first


def test_what_happens_while_no_pass_runs_for_long_is_unseen_and_what_was_left_alone_is_not(world: BedeskWorld) -> None:
    touched, left = world.open(), world.open()
    world.run()
    world.now += 60
    world.run()
    world.now += 4 * HOUR
    world.desk.customer_message(touched, "Hello?")
    world.now += 4 * HOUR
    world.run()
    assert world.read(touched).history_from == world.now
    assert world.read(left).history_from is None


def test_a_damaged_record_makes_what_was_before_unseen(world: BedeskWorld) -> None:
    number = world.open()
    world.run()
    world.now += HOUR
    world.desk.edit_attribute(number, world.key("sla_record"), "oops")
    world.run()
    assert world.read(number).history_from == world.now
    assert world.record(number).startswith("1:")


def test_a_deleted_conversation_is_found_within_a_day(world: BedeskWorld) -> None:
    number = world.open()
    world.open()
    world.run()
    world.desk.delete(number)
    world.now += 25 * HOUR
    assert world.run().gone == 1


def test_an_edit_that_leaves_the_stamp_is_found_within_a_day(new_world: Callable[..., BedeskWorld]) -> None:
    world = new_world(attributes_touch=False)
    number = world.open()
    world.run()
    world.now += 400
    world.run()
    world.now += 400
    world.desk.edit_attribute(number, world.key("sla_set_critical"), "1")
    world.run()
    assert world.shown(number)["sla_level"] == "Standard"
    world.now += 25 * HOUR
    world.run()
    assert world.shown(number)["sla_level"] == "Urgent"


@pytest.mark.parametrize("replaces", [True, False])
def test_what_people_entered_stays_whatever_a_put_does_with_what_it_does_not_name(
    new_world: Callable[..., BedeskWorld], *, replaces: bool
) -> None:
    world = new_world(put_replaces=replaces)
    numbers = [world.open() for _ in range(3)]
    for number in numbers:
        world.desk.edit_attribute(number, world.key("product"), f"Product {number}")
    world.run()
    world.now += 300
    for number in numbers:
        world.desk.agent_reply(number, "So.")
    world.run()
    for number in numbers:
        assert world.desk.conversations[number].attributes[world.key("product")] == f"Product {number}"
        assert world.shown(number)["sla_state"] == "Met"


def test_a_site_that_begins_to_replace_is_noticed_and_what_it_wiped_out_is_put_back(world: BedeskWorld) -> None:
    number = world.open()
    world.desk.edit_attribute(number, world.key("product"), "Plough")
    world.run()
    world.desk.assumptions = Assumptions(put_replaces=True)
    world.now += 300
    world.desk.agent_reply(number, "So.")
    world.run()
    assert world.desk.conversations[number].attributes[world.key("product")] == "Plough"
    assert world.shown(number)["sla_state"] == "Met"


def test_an_edit_between_the_read_and_the_write_is_decided_again_in_the_same_pass(world: BedeskWorld) -> None:
    number, key, done = world.open(), world.key("sla_set_critical"), []

    def be_quicker(request: object) -> None:
        if getattr(request, "method", "") == "PUT" and not done:
            done.append(True)
            world.desk.edit_attribute(number, key, "1")

    world.run()
    world.now += 300
    world.desk.agent_reply(number, "So.")
    world.double.before = be_quicker
    report = world.run()
    assert (report.conflicts, report.written) == (1, 2)
    assert world.shown(number)["sla_level"] == "Urgent"
    assert world.desk.conversations[number].attributes[key] == "1"


def test_a_write_that_somebody_was_quicker_than_is_undone_too(world: BedeskWorld) -> None:
    """It was carried out, so it is no conflict: the journal would take that for a write that never was."""
    number, done = world.open(), []

    def be_quicker(request: object) -> None:
        if getattr(request, "method", "") == "PUT" and not done:
            done.append(True)
            world.desk.edit_attribute(number, world.key("sla_set_critical"), "1")

    world.double.before = be_quicker
    run = world.run().run
    assert world.shown(number)["sla_level"] == "Urgent"
    assert run is not None
    assert world.undo(run).put_back == 1
    assert world.shown(number) == {}


@pytest.mark.parametrize(
    ("assumed", "told"),
    [
        ({"agent_can_edit_binds": True}, "give the bridge the token of an admin"),
        ({"value_characters": 40}, "too short"),
    ],
)
def test_a_value_that_the_site_does_not_take_is_told_with_what_helps(
    new_world: Callable[..., BedeskWorld], assumed: dict[str, object], told: str
) -> None:
    world = new_world(**assumed)
    number = world.open()
    (failed,) = world.run().failed
    assert told in failed.reason
    assert world.shown(number) == {}, "what is refused is refused as a whole"


def test_a_write_under_an_old_revision_leaves_the_conversation_alone(world: BedeskWorld) -> None:
    number = world.open()
    ticket = world.read(number)
    world.desk.note(number, "quicker")
    helpdesk = world.helpdesk()
    (found,) = helpdesk.write([Write(id=number, if_rev=ticket.rev, fields={"sla_level": "urgent"})])
    helpdesk.close()
    assert found.result is WriteResult.CONFLICT
    assert world.shown(number) == {}


def test_setup_plans_makes_each_attribute_once_and_names_what_the_site_keys_it_as(world: BedeskWorld) -> None:
    assert world.setup("apply").changed == 0
    made = len(world.desk.attributes)
    report = world.setup("plan")
    assert (report.changed, {one.state for one in report.steps}) == (0, {"done"})
    assert len(world.desk.attributes) == made
    (level,) = [one for one in report.steps if one.id == "field:sla_level"]
    assert level.detail == "the site keys it as sla_level"
    for one in world.desk.attributes.values():
        assert one.permissions["userCanEdit"] is (one.name == "Product")
        assert one.permissions["agentCanEdit"] is (one.name == "Product" or one.key not in _own_keys(world))


def _own_keys(world: BedeskWorld) -> set[str]:
    return {world.key(name) for name in (*OUTPUTS, RECORD.name)}


@pytest.mark.parametrize(
    ("status", "hint"),
    [(401, "api.access"), (403, "permission"), (404, "BeDesk 3.x"), (422, ""), (429, "limits how often")],
)
def test_a_refusal_says_what_helps(world: BedeskWorld, status: int, hint: str) -> None:
    body = {"message": "No.", "errors": {"name": ["The name is taken."]}}
    world.double.instead = lambda _: Response(status=status, body=encode(body))
    helpdesk = world.helpdesk()
    with pytest.raises((HelpdeskRefused, HelpdeskUnavailable)) as caught:
        helpdesk.ping()
    helpdesk.close()
    assert hint in caught.value.hint
    assert str(status) in caught.value.message
    if status == 422:
        assert "name: The name is taken." in caught.value.message


def test_answers_without_a_time_are_refused(world: BedeskWorld) -> None:
    respond = world.double._api.respond

    def without(request: object) -> Response:
        found = respond(request)
        del found.headers["Date"]
        return found

    world.double.instead = without
    helpdesk = world.helpdesk()
    with pytest.raises(HelpdeskRefused, match="Date"):
        helpdesk.changes(None)
    helpdesk.close()


def test_the_latest_purchase_code_comes_with_the_ticket(world: BedeskWorld) -> None:
    number = world.open()
    world.desk.conversations[number].codes = [
        {"code": "old", "item_id": 1, "supported_until": "2025-01-01T00:00:00Z"},
        {"code": "new", "item_id": 7, "supported_until": "2027-03-01T12:00:00Z"},
    ]
    fields = world.read(number).requester.fields
    assert (fields["purchase_code"], fields["purchase_item"]) == ("new", "7")
    assert fields["purchase_supported_until"] == "2027-03-01"
