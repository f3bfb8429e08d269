"""The embedded helpdesk as a whole: files, threads, keys, web servers that do not rewrite."""

import socket
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import requests

from bridge.connectors.sandbox import NotAllowed, Sandbox
from tests.unit.sandbox.conftest import Caller, Clock


def test_file_keeps_tickets_keys_instance_and_feed_over_a_restart(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "helpdesk.sqlite3"
    with Sandbox(path, clock) as first:
        ticket = first.people.create_ticket("Вопрос")
        keys, instance = first.keys, Caller(first).get("ping").json()["instance_id"]
        cursor = Caller(first).get("changes").json()["next"]
    with Sandbox(path, clock) as second:
        caller = Caller(second)
        assert second.keys == keys
        assert caller.get("ping").json()["instance_id"] == instance
        assert caller.ticket(ticket)["subject"] == "Вопрос"
        assert caller.get("changes", params={"after": cursor}).json()["items"] == []


def test_file_of_an_earlier_version_is_taken_up_with_its_feed(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "helpdesk.sqlite3"
    with Sandbox(path, clock) as first:
        ticket = first.people.create_ticket("Вопрос")
    with closing(sqlite3.connect(path)) as earlier:
        earlier.executescript("DROP TABLE gone; DROP TABLE unseen")
    with Sandbox(path, clock) as second:
        second.people.delete(ticket)
        assert Caller(second).get("changes").json()["items"] == [{"id": ticket, "deleted": True}]


def test_tombstone_is_told_for_ninety_days(sandbox: Sandbox, caller: Caller, clock: Clock) -> None:
    ticket, cursor = sandbox.people.create_ticket("Вопрос"), caller.get("changes").json()["next"]
    sandbox.people.delete(ticket)
    clock.now += 90 * 86_400
    told = caller.get("changes", params={"after": cursor})
    assert (told.status_code, told.json()["items"]) == (200, [{"id": ticket, "deleted": True}])
    clock.now += 1
    assert caller.get("changes", params={"after": cursor}).status_code == 410
    assert caller.get("changes").json()["items"] == []
    assert caller.get("changes", params={"after": told.json()["next"]}).json()["items"] == []


def test_what_happened_without_the_plugin_is_told_when_the_feed_is_asked(sandbox: Sandbox, caller: Caller) -> None:
    people = sandbox.people
    noted, deleted, idle = (people.create_ticket("Вопрос") for _ in range(3))
    cursor = caller.get("changes").json()["next"]
    with people.without_plugin():
        people.note(noted)
        people.delete(deleted)
        new = people.create_ticket("Новый")
    page = caller.get("changes", params={"after": cursor}).json()
    assert sorted(item["id"] for item in page["items"]) == sorted([noted, deleted, new])
    assert idle not in [item["id"] for item in page["items"]]
    assert caller.get("changes", params={"after": page["next"]}).json()["items"] == []


def test_stopped_helpdesk_refuses_connections_and_starts_again_at_its_address(sandbox: Sandbox, caller: Caller) -> None:
    url = sandbox.url
    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        caller.get("ping")
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.url
    sandbox.start()
    assert sandbox.url == url
    assert caller.get("ping").status_code == 200


def test_web_server_that_does_not_rewrite_knows_only_the_long_address(clock: Clock) -> None:
    with Sandbox(clock=clock, rewrite=False) as sandbox:
        headers = {"X-API-Key": sandbox.keys.full}
        short = requests.get(f"{sandbox.url}/api/sla-bridge/v1/ping", headers=headers, timeout=10)
        assert (short.status_code, short.headers["Content-Type"]) == (404, "text/html")
        long = requests.get(f"{sandbox.url}/api/http.php/sla-bridge/v1/ping", headers=headers, timeout=10)
        assert long.status_code == 200


def test_length_that_is_no_number_is_no_crash(sandbox: Sandbox) -> None:
    host, port = sandbox.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=5)) as wire:
        wire.sendall(
            b"POST /api/sla-bridge/v1/writes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: many\r\nX-API-Key: " + sandbox.keys.full.encode() + b"\r\n\r\n"
        )
        assert wire.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_server_time_is_the_helpdesks_own_clock(caller: Caller, clock: Clock) -> None:
    clock.now = 1_700_000_000
    assert caller.get("ping").json()["server_time"] == "2023-11-14T22:13:20Z"


def test_keys_do_not_show_their_secrets(sandbox: Sandbox) -> None:
    assert sandbox.keys.full not in repr(sandbox.keys)
    assert len({sandbox.keys.full, sandbox.keys.readonly, sandbox.keys.noscope}) == 3


def test_many_agents_at_once_lose_no_change_of_the_feed(sandbox: Sandbox, caller: Caller) -> None:
    tickets = [sandbox.people.create_ticket(f"Вопрос {n}") for n in range(8)]
    cursor = caller.get("changes").json()["next"]
    workers = [
        threading.Thread(target=lambda one=one: [sandbox.people.note(one, f"{n}") for n in range(10)])
        for one in tickets
    ]
    for worker in workers:
        worker.start()
    seen: dict[int, int] = {}
    while any(worker.is_alive() for worker in workers) or len(seen) < len(tickets) or set(seen.values()) != {10}:
        page = caller.get("changes", params={"after": cursor, "limit": 3}).json()
        cursor = page["next"]
        for item in page["items"]:
            seen[item["id"]] = sum(event["kind"] == "note" for event in item["events"])
    assert seen == dict.fromkeys(tickets, 10)


def test_transaction_that_fails_is_undone_as_a_whole(sandbox: Sandbox) -> None:
    before = sandbox.store.rows("SELECT count(*) AS n FROM tickets")[0]["n"]

    def two_of_which_one_is_wrong() -> None:
        with sandbox.store.transaction():
            sandbox.people.create_ticket("Вопрос")
            sandbox.people.create_ticket("Вопрос", topic="no such topic")

    with pytest.raises(NotAllowed):
        two_of_which_one_is_wrong()
    assert sandbox.store.rows("SELECT count(*) AS n FROM tickets")[0]["n"] == before
