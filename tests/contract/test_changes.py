"""The change feed: what wakes it, what does not, and its cursors."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.conftest import outcome
from tests.contract.desk import Desk


def waiting_status(api: Client) -> int:
    """Return an open status besides the first."""
    return [status["id"] for status in api.get("meta").body["statuses"] if status["state"] == "open"][-1]


def other_department(api: Client, ticket: int) -> int:
    """Return a department in which the ticket is not."""
    here = api.ticket(ticket)["department"]["id"]
    return next(one["id"] for one in api.get("meta").body["departments"] if one["id"] != here)


ACTIONS: dict[str, Callable[[Desk, Client, int], object]] = {
    "reply": lambda desk, api, ticket: desk.reply(ticket, "Добрый день, смотрим."),
    "note": lambda desk, api, ticket: desk.note(ticket, "Внутренняя заметка"),
    "transfer": lambda desk, api, ticket: desk.transfer(ticket, other_department(api, ticket)),
    "transfer with a comment": lambda desk, api, ticket: desk.transfer(
        ticket, other_department(api, ticket), comment="…"
    ),
    "waiting status": lambda desk, api, ticket: desk.set_status(ticket, waiting_status(api)),
    "close": lambda desk, api, ticket: desk.set_status(ticket, 2),
    "claim": lambda desk, api, ticket: desk.claim(ticket),
    "topic": lambda desk, api, ticket: desk.set_topic(ticket, 2),
    "priority": lambda desk, api, ticket: desk.set_priority(ticket, 3),
    "field in place": lambda desk, api, ticket: desk.edit_field(ticket, "product_version", value="3.0.52.35"),
    "agents' input": lambda desk, api, ticket: desk.edit_field(ticket, "sla_set_critical", value=True),
    "edit form": lambda desk, api, ticket: desk.edit_form(ticket, {"product": "Комплексный учёт"}),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_action_reaches_the_feed_and_moves_the_revision(
    desk: Desk, api: Client, open_ticket: Callable[..., int], action: str
) -> None:
    ticket = open_ticket()
    before, cursor = api.ticket(ticket), api.cursor()
    outcome(lambda: ACTIONS[action](desk, api, ticket))
    changed = api.changed(cursor, ticket)
    assert len(changed) == 1
    assert changed[0] == api.ticket(ticket)
    assert changed[0]["rev"] != before["rev"]


def test_new_ticket_reaches_the_feed(api: Client, open_ticket: Callable[..., int]) -> None:
    cursor = api.cursor()
    ticket = open_ticket()
    assert [item["number"] for item in api.changed(cursor, ticket)] == [api.ticket(ticket)["number"]]


def test_customers_message_reaches_the_feed(
    desk: Desk, api: Client, open_ticket: Callable[..., int], token: str
) -> None:
    ticket = open_ticket(email=f"writer-{token}@niva.example")
    cursor, number = api.cursor(), api.ticket(ticket)["number"]
    outcome(lambda: desk.customer_message(number, f"writer-{token}@niva.example", "Ещё одна подробность"))
    (item,) = api.changed(cursor, ticket)
    assert [event["kind"] for event in item["events"]].count("message") == 2


def test_second_reply_in_a_row_reaches_the_feed(desk: Desk, api: Client, ticket: int) -> None:
    desk.reply(ticket, "Первый ответ")
    cursor, rev = api.cursor(), api.ticket(ticket)["rev"]
    desk.reply(ticket, "Второй ответ")
    (item,) = api.changed(cursor, ticket)
    assert item["rev"] != rev
    assert [event["kind"] for event in item["events"]].count("response") == 2


def test_release_reaches_the_feed(desk: Desk, api: Client, ticket: int) -> None:
    desk.claim(ticket)
    assert api.ticket(ticket)["assignee"] is not None
    cursor = api.cursor()
    desk.release(ticket)
    (item,) = api.changed(cursor, ticket)
    assert item["assignee"] is None


def test_ticket_changed_twice_stands_in_the_feed_once(desk: Desk, api: Client, ticket: int) -> None:
    cursor = api.cursor()
    desk.note(ticket, "Раз")
    desk.note(ticket, "Два")
    (item,) = api.changed(cursor, ticket)
    assert [event["kind"] for event in item["events"]].count("note") == 2


def test_deleted_ticket_leaves_a_tombstone(desk: Desk, api: Client, ticket: int) -> None:
    cursor = api.cursor()
    desk.delete(ticket)
    assert api.changed(cursor, ticket) == [{"id": ticket, "deleted": True}]
    assert api.get(f"tickets/{ticket}").status == 404
    assert ticket not in {item["id"] for item in api.get("tickets", after=ticket - 1, limit=1000).body["items"]}


def test_ids_alone_name_what_the_same_page_shows(desk: Desk, api: Client, open_ticket: Callable[..., int]) -> None:
    cursor, kept, deleted = api.cursor(), open_ticket(), open_ticket()
    desk.delete(deleted)
    whole, alone = (api.get("changes", after=cursor, **ids).body for ids in ({}, {"ids": 1}))
    assert {kept, deleted} <= {item["id"] for item in alone["items"]}
    assert alone["items"] == [item if item.get("deleted") else {"id": item["id"]} for item in whole["items"]]
    assert [alone[name] for name in ("next", "head", "has_more")] == [
        whole[name] for name in ("next", "head", "has_more")
    ]


@pytest.mark.parametrize("ids", ["2", "-1", "yes", ""])
def test_an_unusable_parameter_is_told_before_an_unusable_cursor(api: Client, ids: str) -> None:
    reply = api.get("changes", after="nowhere", ids=ids)
    assert (reply.status, reply.code) == (400, "bad_request")


def test_merge_changes_both_tickets_and_the_child_points_to_its_parent(
    desk: Desk, api: Client, open_ticket: Callable[..., int], token: str
) -> None:
    parent, child = (open_ticket(email=f"merge-{token}@kolos.example") for _ in range(2))
    cursor = api.cursor()
    desk.merge(child, parent)
    (merged,) = api.changed(cursor, child)
    assert merged["merged_into"] == parent
    assert merged["status"]["state"] == "closed"
    (kept,) = api.changed(cursor, parent)
    assert kept["merged_into"] is None
    assert "merged" in {event["kind"] for event in kept["events"]}
    assert "merged" in {event["kind"] for event in merged["events"]}
    assert kept["events"] == sorted(kept["events"], key=lambda event: event["at"])


def test_own_writes_do_not_wake_the_feed(api: Client, ticket: int) -> None:
    cursor, head = api.cursor(), api.get("changes").body["head"]
    rev = api.ticket(ticket)["rev"]
    assert api.write_fields(ticket, sla_state="running", sla_reason="Обращение принято")["result"] == "ok"
    assert api.changed(cursor, ticket) == []
    assert api.ticket(ticket)["rev"] == rev
    assert api.get("changes").body["head"] >= head


def test_looking_at_a_ticket_does_not_wake_the_feed(desk: Desk, api: Client, ticket: int) -> None:
    desk.look_at(ticket)
    cursor, rev = api.cursor(), api.ticket(ticket)["rev"]
    outcome(lambda: desk.look_at(ticket))
    assert api.changed(cursor, ticket) == []
    assert api.ticket(ticket)["rev"] == rev


def test_service_agent_is_system_and_wakes_nobody(desk: Desk, api: Client, ticket: int) -> None:
    cursor, rev = api.cursor(), api.ticket(ticket)["rev"]
    outcome(lambda: desk.service_note(ticket, "Срок истекает"))
    last = api.ticket(ticket)["events"][-1]
    assert (last["kind"], last["actor"]) == ("note", "system")
    assert api.changed(cursor, ticket) == []
    assert api.ticket(ticket)["rev"] == rev


def test_empty_page_gives_a_cursor_that_goes_on(desk: Desk, api: Client, ticket: int) -> None:
    cursor = api.cursor()
    page = api.get("changes", after=cursor).body
    assert isinstance(page["next"], str)
    desk.note(ticket, "После пустой страницы")
    assert len(api.changed(page["next"], ticket)) == 1


def test_feed_in_pages_of_one_tells_the_same_as_in_one(
    desk: Desk, api: Client, open_ticket: Callable[..., int]
) -> None:
    cursor = api.cursor()
    mine = [open_ticket() for _ in range(3)]
    desk.note(mine[0], "Снова первая")
    seen, after, more = [], cursor, True
    while more:
        page = api.get("changes", after=after, limit=1).body
        assert len(page["items"]) <= 1
        seen += [item["id"] for item in page["items"]]
        after, more = page["next"], page["has_more"]
    assert [one for one in seen if one in mine] == [mine[1], mine[2], mine[0]]


def test_page_that_ends_exactly_at_the_head_has_no_more(embedded, api: Client, open_ticket: Callable[..., int]) -> None:
    cursor = api.cursor()
    mine = [open_ticket() for _ in range(2)]
    page = api.get("changes", after=cursor, limit=2).body
    assert ([item["id"] for item in page["items"]], page["has_more"]) == (mine, False)
    assert api.get("changes", after=cursor, limit=1).body["has_more"] is True


def test_head_grows_with_a_change(desk: Desk, api: Client, ticket: int) -> None:
    before = api.get("changes").body["head"]
    desk.note(ticket, "Что-то произошло")
    assert api.get("changes").body["head"] > before


def altered(cursor: str) -> str:
    """Return a cursor that speaks of another helpdesk, whatever is inside."""
    return base64.urlsafe_b64encode(b"1:00000000-0000-0000-0000-000000000000:1").decode().rstrip("=") + cursor[:0]


@pytest.mark.parametrize("cursor", [altered(""), "nonsense", "0", "%00", "////"])
def test_foreign_cursor_is_gone(api: Client, cursor: str) -> None:
    reply = api.get("changes", after=cursor)
    assert (reply.status, reply.code) == (410, "cursor_gone")


def test_cursors_from_before_the_feeds_memory_are_gone(embedded, api: Client, ticket: int) -> None:
    cursor = api.cursor()
    embedded.sandbox.forget_changes()
    assert api.get("changes", after=cursor).status == 410
    embedded.people.note(ticket, "Дальше")
    assert len(api.changed(api.get("changes", limit=1).body["next"], ticket)) <= 1
    assert api.get("changes").status == 200


def test_lost_signal_is_not_in_the_feed_but_in_the_revision(embedded, api: Client, ticket: int) -> None:
    cursor, rev = api.cursor(), api.ticket(ticket)["rev"]
    with embedded.people.without_signals():
        embedded.people.edit_field(ticket, "product", "Спутниковый мониторинг")
    assert api.changed(cursor, ticket) == []
    assert api.ticket(ticket)["rev"] != rev
    assert api.write({"id": ticket, "if_rev": rev, "fields": {"sla_reason": "…"}})[0]["result"] == "conflict"


def test_change_of_a_user_reaches_his_open_tickets_only(embedded, api: Client, open_ticket: Callable[..., int]) -> None:
    is_open, closed = (open_ticket(email="owner@rassvet.example") for _ in range(2))
    embedded.people.close(closed)
    cursor, revs = api.cursor(), {one: api.ticket(one)["rev"] for one in (is_open, closed)}
    embedded.people.edit_user("owner@rassvet.example", phone="+7 495 000-00-00")
    assert [item["requester"]["fields"] for item in api.changed(cursor, is_open)] == [{"phone": "+7 495 000-00-00"}]
    assert api.changed(cursor, closed) == []
    assert api.ticket(is_open)["rev"] != revs[is_open]


def test_change_of_an_organisation_reaches_its_users_open_tickets(embedded, api: Client, open_ticket: Any) -> None:
    embedded.people.organization("Агрофирма «Рассвет»", domain="rassvet-agro.example")
    ticket = open_ticket(email="any@rassvet-agro.example")
    cursor = api.cursor()
    embedded.people.edit_organization("Агрофирма «Рассвет»", website="https://rassvet.example")
    (item,) = api.changed(cursor, ticket)
    assert item["requester"]["organization"]["fields"] == {"website": "https://rassvet.example"}


def test_native_overdue_flag_is_no_input(embedded, api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    embedded.people.mark_overdue(ticket)
    assert api.ticket(ticket)["native"]["overdue"] is True
    assert api.ticket(ticket)["rev"] == rev
