"""Reading all tickets, page by page."""

from collections.abc import Callable

import pytest

from tests.contract.client import Client
from tests.contract.desk import Desk


def walk(api: Client, **query: object) -> list[dict]:
    """Return all items of a paged reading."""
    items, after = [], query.pop("after", 0)
    while after is not None:
        page = api.get("tickets", after=after, **query).body
        items += page["items"]
        after = page["next"]
    return items


def test_pages_of_any_size_hold_every_ticket_once_and_in_order(api: Client, open_ticket: Callable[..., int]) -> None:
    mine = [open_ticket() for _ in range(5)]
    for limit in (1, 2, 5, 1000):
        ids = [item["id"] for item in walk(api, after=mine[0] - 1, limit=limit)]
        assert ids == sorted(set(ids))
        assert [one for one in ids if one in mine] == mine


def test_before_walks_the_same_tickets_from_the_newest_down(api: Client, open_ticket: Callable[..., int]) -> None:
    mine = [open_ticket() for _ in range(4)]
    up = [item["id"] for item in walk(api, after=mine[0] - 1, limit=3)]
    down, before = [], 4294967295
    while before is not None and before >= mine[0]:
        page = api.get("tickets", before=before, limit=3).body
        down += [item["id"] for item in page["items"]]
        assert page["next"] in {None, down[-1]}
        before = page["next"]
    assert [one for one in down if one >= mine[0]] == up[::-1]
    assert [item["id"] for item in api.get("tickets", before=mine[1], limit=1).body["items"]] == [mine[0]]


def test_nothing_stands_below_the_first_ticket(api: Client) -> None:
    page = api.get("tickets", before=1).body
    assert (page["items"], page["next"]) == ([], None)


def test_after_is_where_a_walk_down_ends(api: Client, open_ticket: Callable[..., int]) -> None:
    first, *rest = [open_ticket() for _ in range(3)]
    page = api.get("tickets", after=first, before=4294967295).body
    assert ([item["id"] for item in page["items"]], page["next"]) == (rest[::-1], None)


@pytest.mark.parametrize("way", [{"after": 0}, {"before": 4294967295}])
def test_ids_alone_name_the_tickets_of_the_same_page(
    desk: Desk, api: Client, open_ticket: Callable[..., int], way: dict[str, int]
) -> None:
    desk.set_status(open_ticket(), 2)
    for open_ in (0, 1):
        whole = api.get("tickets", limit=7, open_=open_, **way).body
        alone = api.get("tickets", limit=7, open_=open_, ids=1, **way).body
        assert alone["items"] == [{"id": item["id"]} for item in whole["items"]]
        assert alone["next"] == whole["next"]


def test_next_is_the_last_id_of_a_page_and_null_at_the_end(api: Client, open_ticket: Callable[..., int]) -> None:
    first, second = open_ticket(), open_ticket()
    page = api.get("tickets", after=first - 1, limit=1).body
    assert [item["id"] for item in page["items"]] == [first]
    assert page["next"] == first
    rest = api.get("tickets", after=second - 1, limit=1000).body
    assert rest["items"][0]["id"] == second
    assert rest["next"] is None


def test_page_that_ends_exactly_at_a_ticket_does_not_lose_it(api: Client, open_ticket: Callable[..., int]) -> None:
    first, second = open_ticket(), open_ticket()
    ids = [item["id"] for item in api.get("tickets", after=first - 1, limit=1000).body["items"]]
    page = api.get("tickets", after=first - 1, limit=ids.index(second) + 1).body
    assert page["items"][-1]["id"] == second
    if page["next"] is not None:
        assert second not in {item["id"] for item in api.get("tickets", after=page["next"]).body["items"]}


def test_tickets_created_in_one_second_are_not_lost_at_a_page_boundary(
    api: Client, open_ticket: Callable[..., int]
) -> None:
    mine = [open_ticket(via="api") for _ in range(3)]
    assert {item["id"] for item in walk(api, after=mine[0] - 1, limit=1)} >= set(mine)


def test_page_behind_the_last_ticket_is_empty_and_ends(api: Client) -> None:
    page = api.get("tickets", after=2_000_000_000).body
    assert page["items"] == []
    assert page["next"] is None


def test_open_keeps_tickets_with_an_open_status_only(desk: Desk, api: Client, open_ticket: Callable[..., int]) -> None:
    still_open, closed = open_ticket(), open_ticket()
    desk.set_status(closed, 2)
    ids = {item["id"]: item for item in walk(api, after=still_open - 1, open_=1)}
    assert still_open in ids
    assert closed not in ids
    assert {item["status"]["state"] for item in ids.values()} == {"open"}
    assert closed in {item["id"] for item in walk(api, after=still_open - 1, open_=0)}


def test_default_limit_is_a_hundred(api: Client) -> None:
    page = api.get("tickets").body
    assert len(page["items"]) <= 100
    assert (page["next"] is None) or len(page["items"]) == 100


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "ten", "1.5", "", "1e2", "99999999999999999999"])
@pytest.mark.parametrize("route", ["tickets", "changes"])
def test_unusable_limit_is_a_bad_request(api: Client, route: str, limit: str) -> None:
    reply = api.get(route, limit=limit)
    assert (reply.status, reply.code) == (400, "bad_request")


def test_largest_limit_is_allowed(api: Client) -> None:
    assert api.get("tickets", limit=1000).status == 200
    assert api.get("changes", limit=1000).status == 200


@pytest.mark.parametrize("query", [{"after": "-1"}, {"after": "x"}, {"open_": "2"}, {"open_": "yes"}])
def test_unusable_parameter_is_a_bad_request(api: Client, query: dict[str, str]) -> None:
    reply = api.get("tickets", **query)
    assert (reply.status, reply.code) == (400, "bad_request")


def test_one_ticket_is_the_same_as_in_the_page(api: Client, ticket: int) -> None:
    page = api.get("tickets", after=ticket - 1, limit=1).body
    assert page["items"][0] == api.ticket(ticket)


@pytest.mark.parametrize("path", ["tickets/999999999", "tickets/0"])
def test_unknown_ticket_is_not_found(api: Client, path: str) -> None:
    reply = api.get(path)
    assert (reply.status, reply.code) == (404, "not_found")


def test_a_ticket_is_found_by_the_number_people_know(api: Client, open_ticket: Callable[..., int]) -> None:
    ticket = open_ticket()
    number = api.get(f"tickets/{ticket}").body["number"]
    assert [item["id"] for item in api.get("tickets", number=number).body["items"]] == [ticket]
    assert api.get("tickets", number="no ' such number").body["items"] == []
