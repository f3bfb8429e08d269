"""What no signal told is found all the same, and what was forged meanwhile stands out."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.back_doors import BackDoor
from tests.contract.client import Client
from tests.contract.conftest import last_id
from tests.contract.desk import Desk, Unsupported

LONG = "Шаги: " + "ы" * 700


@pytest.fixture
def back(desk: Desk) -> BackDoor:
    try:
        return desk.back_door
    except Unsupported as reason:
        pytest.skip(str(reason))


def told(snapshot: dict[str, Any], field: str) -> list[tuple[str, Any, Any]]:
    return [(one["actor"], one["from"], one["to"]) for one in snapshot["events"] if one["field"] == field]


def test_what_people_did_while_the_plugin_was_off_is_in_the_feed_once(
    desk: Desk, api: Client, back: BackDoor, open_ticket: Callable[..., int], token: str
) -> None:
    noted, ticked, closed, deleted, idle = (open_ticket() for _ in range(5))
    before, cursor = last_id(api), api.cursor()
    with back.plugin_off():
        desk.note(noted, "Пока плагин выключен")
        desk.edit_field(ticked, "sla_set_critical", value=True)
        desk.set_status(closed, 2)
        desk.delete(deleted)
        desk.open(f"Новая {token}", "Добрый день!", via="api", email=f"off-{token}@kolos.example")
    # Not at the end: a feed that skips something skips what came last or first.
    desk.note(noted, "И снова включён")
    (new,) = [one["id"] for one in api.get("tickets", after=before).body["items"] if token in one["subject"]]
    for ticket in (noted, ticked, closed, new):
        assert [item["id"] for item in api.changed(cursor, ticket)] == [ticket]
    assert api.changed(cursor, deleted) == [{"id": deleted, "deleted": True}]
    assert api.changed(cursor, idle) == []
    assert told(api.ticket(ticked), "sla_set_critical") == [("agent", False, True)]
    later = api.cursor()
    assert api.get("changes", after=later).body["items"] == []
    assert api.cursor() == later
    desk.delete(new)


def test_outputs_forged_while_the_guards_were_off_are_seen_and_put_right(
    desk: Desk, api: Client, back: BackDoor, token: str
) -> None:
    before, cursor = last_id(api), api.cursor()
    with back.plugin_off():
        desk.open(
            f"Подделка {token}", "…", via="web", email=f"forger-{token}@kolos.example", extra={"sla_level": "urgent"}
        )
    (new,) = [one["id"] for one in api.get("tickets", after=before).body["items"] if token in one["subject"]]
    back.force(new, "sla_level", "urgent")
    (item,) = api.changed(cursor, new)
    assert item["bridge"]["fields"]["sla_level"] == "urgent"
    assert api.write_fields(new, sla_level="general")["result"] == "ok"
    assert api.ticket(new)["bridge"]["fields"]["sla_level"] == "general"
    desk.delete(new)


@pytest.mark.parametrize("via", ["web", "staff"])
def test_agents_input_forged_behind_everybodys_back_has_no_event(
    api: Client, back: BackDoor, open_ticket: Callable[..., int], via: str
) -> None:
    ticket = open_ticket(via=via)
    back.force(ticket, "sla_set_critical", value=True)
    snapshot = api.ticket(ticket)
    assert snapshot["fields"]["sla_set_critical"] is True
    assert snapshot["events"][0]["actor"] == {"web": "customer", "staff": "agent"}[via]
    assert told(snapshot, "sla_set_critical") == []


def test_tick_beside_a_long_text_is_the_agents_own(desk: Desk, api: Client, ticket: int) -> None:
    cursor = api.cursor()
    desk.edit_form(ticket, {"steps_to_reproduce": LONG, "sla_set_critical": True})
    desk.edit_form(ticket, {"steps_to_reproduce": LONG + "!", "sla_set_misuse": True})
    (snapshot,) = api.changed(cursor, ticket)
    assert told(snapshot, "sla_set_critical") == [("agent", False, True)]
    assert told(snapshot, "sla_set_misuse") == [("agent", False, True)]
    assert told(snapshot, "steps_to_reproduce") == [("agent", None, LONG), ("agent", LONG, LONG + "!")]


@pytest.mark.parametrize("kind", ["status", "department", "topic", "priority"])
def test_renamed_thing_keeps_its_place_in_the_history(
    desk: Desk, api: Client, back: BackDoor, ticket: int, kind: str
) -> None:
    lists = {"status": "statuses", "department": "departments", "topic": "topics", "priority": "priorities"}
    meta = api.get("meta").body
    now = api.ticket(ticket)[kind]["id"]
    states = [one for one in meta[lists[kind]] if one["id"] != now and one.get("state", "open") == "open"]
    other = states[-1]
    act = {
        "status": desk.set_status,
        "department": desk.transfer,
        "topic": desk.set_topic,
        "priority": desk.set_priority,
    }
    act[kind](ticket, other["id"])
    before, cursor = api.ticket(ticket), api.cursor()
    back.rename(kind, other["id"], "Переименовано")
    try:
        after = api.ticket(ticket)
        assert api.get("meta").body["meta_rev"] != meta["meta_rev"]
        assert api.changed(cursor, ticket) == []
        assert after["rev"] == before["rev"]
        (event,) = [one for one in after["events"] if one["kind"] == kind]
        assert after[kind]["name"] == "Переименовано"
        assert event["to"]["id"] == other["id"] == after[kind]["id"]
        assert event["from"]["id"] == now
    finally:
        back.rename(kind, other["id"], other["name"])
    assert api.get("meta").body["meta_rev"] == meta["meta_rev"]


def test_field_of_the_desks_own_stays_its_own_whatever_its_name(
    desk: Desk, api: Client, back: BackDoor, open_ticket: Callable[..., int]
) -> None:
    for name in ("sla_contract", "sla_set_tariff"):
        with back.own_field(name) as number:
            (field,) = [one for one in api.get("meta").body["fields"] if one["name"] == name]
            assert (field["id"], field["owner"]) == (number, None)
            ticket = open_ticket(via="api", extra={name: "Договор 7", "sla_reason": "Я так хочу"})
            snapshot = api.ticket(ticket)
            assert snapshot["fields"][name] == "Договор 7"
            assert not any(snapshot["bridge"]["fields"].values())
            cursor = api.cursor()
            assert desk.edit_field(ticket, name, value="Договор 8")
            (item,) = api.changed(cursor, ticket)
            assert item["fields"][name] == "Договор 8"
            assert told(item, name) == [("agent", "Договор 7", "Договор 8")]
            (result,) = api.write({"id": ticket, "if_rev": item["rev"], "fields": {name: "мост"}})
            assert (result["result"], result["error"]["code"]) == ("invalid", "unknown_field")


def test_tombstones_go_after_ninety_days_and_older_cursors_with_them(
    desk: Desk, api: Client, back: BackDoor, open_ticket: Callable[..., int]
) -> None:
    ticket, other = open_ticket(), open_ticket()
    old = api.cursor()
    desk.delete(ticket)
    assert api.changed(old, ticket) == [{"id": ticket, "deleted": True}]
    behind = api.cursor()
    back.age_tombstones(89)
    desk.note(other, "Раз")
    assert api.changed(old, ticket) == [{"id": ticket, "deleted": True}]
    back.age_tombstones(2)
    desk.note(other, "Два")
    assert [item["id"] for item in api.changed(behind, other)] == [other]
    reply = api.get("changes", after=old)
    assert (reply.status, reply.code) == (410, "cursor_gone")
    assert {"id": ticket, "deleted": True} not in api.get("changes", limit=1000).body["items"]
