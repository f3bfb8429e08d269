"""Who may ask, and what."""

from collections.abc import Callable

import pytest

from tests.contract.client import Client
from tests.contract.desk import Desk, EmbeddedDesk

ROUTES = [("GET", "ping"), ("GET", "meta"), ("GET", "tickets"), ("GET", "tickets/1"), ("GET", "changes"), ("POST", "writes"),
          ("POST", "publish"), ("POST", "lease"), ("POST", "setup")]  # fmt: skip
BODIES: dict[str, object] = {
    "writes": {"lease": None, "items": []},
    "publish": {"digest": "sha256:none"},
    "lease": {"do": "release", "holder": "nobody", "epoch": 1},
    "setup": {"action": "plan", "levels": [{"id": "a", "label": "A"}]},
}


def ask(client: Client, method: str, path: str):
    return client.get(path) if method == "GET" else client.post(path, BODIES[path])


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("key", [None, "", "0123456789ABCDEF0123456789ABCDEF", "ключ", "' OR '1'='1"])
def test_wrong_key_is_unauthorized_everywhere(
    client_of: Callable[..., Client], method: str, path: str, key: str | None
) -> None:
    client = client_of(None if key is None else key.encode("utf-8"))
    reply = ask(client, method, path)
    assert (reply.status, reply.code) == (401, "unauthorized")


def test_key_is_compared_exactly(desk: Desk, client_of: Callable[..., Client]) -> None:
    for wrong in (desk.key.lower(), desk.key.upper(), desk.key[:-1], desk.key + "0", desk.key + " x"):
        if wrong != desk.key:
            assert client_of(wrong).get("ping").status == 401, "case, a missing or an added character"


def test_refusal_names_the_address_seen_and_never_the_key(client_of: Callable[..., Client], api: Client) -> None:
    presented = "CANARY0123456789CANARY0123456789"
    reply = client_of(presented).get("meta")
    assert api.get("ping").body["ip"] in reply.hint
    assert presented not in reply.text


def test_key_in_the_query_is_no_key(desk: Desk, client_of: Callable[..., Client]) -> None:
    assert client_of(None).get("ping", **{"apikey": desk.key, "X-API-Key": desk.key}).status == 401


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_key_without_scopes_may_ping_and_nothing_else(
    desk: Desk, client_of: Callable[..., Client], method: str, path: str
) -> None:
    if desk.key_noscope is None:
        pytest.skip("no key without scopes is given")
    reply = ask(client_of(desk.key_noscope), method, path)
    if path == "ping":
        assert (reply.status, reply.body["scopes"]) == (200, [])
        return
    assert (reply.status, reply.code) == (403, "forbidden")
    assert {"writes": "write", "publish": "write", "lease": "write", "setup": "setup"}.get(path, "read") in reply.hint


def test_reading_key_may_not_write(embedded: EmbeddedDesk, client_of: Callable[..., Client]) -> None:
    client = client_of(embedded.sandbox.keys.readonly)
    assert client.get("tickets").status == 200
    for path, scope in (("writes", "write"), ("setup", "setup")):
        reply = client.post(path, BODIES[path])
        assert (reply.status, scope in reply.hint) == (403, True)


def test_inactive_key_and_key_of_another_address_are_unauthorized(
    embedded: EmbeddedDesk, client_of: Callable[..., Client]
) -> None:
    inactive = embedded.sandbox.add_key(["read"], active=False)
    elsewhere = embedded.sandbox.add_key(["read"], address="192.0.2.7")
    assert client_of(inactive).get("ping").status == 401
    reply = client_of(elsewhere).get("ping")
    assert (reply.status, "127.0.0.1" in reply.hint) == (401, True)


def test_ticket_of_another_department_does_not_exist_for_the_key(
    embedded: EmbeddedDesk, client_of: Callable[..., Client], api: Client, open_ticket: Callable[..., int]
) -> None:
    mine, theirs = open_ticket(), open_ticket()
    embedded.people.transfer(theirs, "Sales")
    client = client_of(embedded.sandbox.add_key(["read", "write"], departments=[1]))
    assert client.get("ping").body["departments"] == [1]
    assert client.get(f"tickets/{mine}").status == 200
    assert client.get(f"tickets/{theirs}").status == 404
    ids = {item["id"] for item in client.get("tickets", after=mine - 1, limit=1000).body["items"]}
    assert (mine in ids, theirs in ids) == (True, False)
    write = {"id": theirs, "if_rev": api.ticket(theirs)["rev"], "fields": {"sla_state": "met"}}
    assert client.write(write)[0]["result"] == "gone"


def test_ticket_that_leaves_the_keys_departments_is_a_tombstone_for_it(
    embedded: EmbeddedDesk, client_of: Callable[..., Client], api: Client, ticket: int
) -> None:
    client = client_of(embedded.sandbox.add_key(["read"], departments=[1]))
    cursor = client.cursor()
    embedded.people.transfer(ticket, "Sales")
    assert client.changed(cursor, ticket) == [{"id": ticket, "deleted": True}]
    assert api.changed(cursor, ticket)[0]["department"]["name"] == "Sales"
    embedded.people.transfer(ticket, "Support")
    assert client.changed(cursor, ticket)[0]["department"]["name"] == "Support"


def test_deletion_in_another_department_is_not_told(
    embedded: EmbeddedDesk, client_of: Callable[..., Client], api: Client, ticket: int
) -> None:
    embedded.people.transfer(ticket, "Sales")
    client = client_of(embedded.sandbox.add_key(["read"], departments=[1]))
    cursor = client.cursor()
    embedded.people.delete(ticket)
    assert client.changed(cursor, ticket) == []
    assert api.changed(cursor, ticket) == [{"id": ticket, "deleted": True}]
