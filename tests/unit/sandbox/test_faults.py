"""The embedded helpdesk misbehaves exactly as it is told, and behaves again afterwards."""

import http.client
import socket
import time
from contextlib import closing

import pytest
import requests

from bridge.connectors.sandbox import Sandbox
from tests.faults import Fault
from tests.unit.sandbox.conftest import Caller


def raw(sandbox: Sandbox, path: str = "ping") -> bytes:
    """Return all bytes of an answer until the helpdesk hangs up."""
    host, port = sandbox.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=5)) as wire:
        wire.sendall(
            f"GET /api/sla-bridge/v1/{path} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {sandbox.keys.full}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        received = b""
        while piece := wire.recv(65_536):
            received += piece
        return received


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.TOO_MANY, 429, "too_many_requests"),
        (Fault.UNAVAILABLE, 503, "unavailable"),
        (Fault.INTERNAL, 500, "internal"),
    ],
)
def test_refusals_carry_status_code_and_the_contracts_headers(
    sandbox: Sandbox, caller: Caller, fault: Fault, status: int, code: str
) -> None:
    sandbox.faults.next("ping", fault)
    answer = caller.get("ping")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "Retry-After" not in answer.headers
    assert answer.headers["X-Sla-Bridge-Contract"] == "1"
    assert caller.get("ping").status_code == 200


@pytest.mark.parametrize("value", ["7", "Fri, 20 Nov 2026 10:05:00 GMT", "-1", "99999999999", "soon"])
def test_retry_after_is_sent_as_it_is_scripted(sandbox: Sandbox, caller: Caller, value: str) -> None:
    sandbox.faults.next("changes", Fault.UNAVAILABLE, retry_after=value)
    assert caller.get("changes").headers["Retry-After"] == value


def test_fault_strikes_its_own_route_so_many_times_and_after_so_many_requests(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.INTERNAL, times=2, after=1)
    assert caller.get("meta").status_code == 200
    assert [caller.get("ping").status_code for _ in range(4)] == [200, 500, 500, 200]


def test_star_stands_for_any_route(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("*", Fault.INTERNAL, times=2)
    assert [caller.get(path).status_code for path in ("meta", "ping", "meta")] == [500, 500, 200]


def test_scripted_faults_queue_up_and_can_be_cleared(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.UNAVAILABLE)
    sandbox.faults.next("ping", Fault.INTERNAL)
    sandbox.faults.next("ping", Fault.TOO_MANY)
    assert [caller.get("ping").status_code for _ in range(2)] == [503, 500]
    sandbox.faults.clear()
    assert caller.get("ping").status_code == 200
    assert sandbox.faults.injected == {Fault.UNAVAILABLE: 1, Fault.INTERNAL: 1}


def test_delay_answers_late_and_rightly(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.DELAY, seconds=0.2)
    begun = time.monotonic()
    assert caller.get("ping").status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_drop_does_nothing_and_says_nothing(sandbox: Sandbox, caller: Caller) -> None:
    ticket = sandbox.people.create_ticket("Вопрос")
    rev = caller.ticket(ticket)["rev"]
    sandbox.faults.next("writes", Fault.DROP)
    with pytest.raises(requests.ConnectionError):
        caller.write(ticket, rev, sla_reason="Принято")
    assert caller.ticket(ticket)["bridge"]["fields"] == {}


def test_lost_answer_means_that_the_write_was_done_and_its_repetition_is_a_noop(
    sandbox: Sandbox, caller: Caller
) -> None:
    ticket = sandbox.people.create_ticket("Вопрос")
    rev = caller.ticket(ticket)["rev"]
    sandbox.faults.next("writes", Fault.LOST)
    with pytest.raises(requests.ConnectionError):
        caller.write(ticket, rev, sla_reason="Принято")
    assert caller.ticket(ticket)["bridge"]["fields"] == {"sla_reason": "Принято"}
    assert caller.write(ticket, rev, sla_reason="Принято")["result"] == "noop"


def test_lost_answer_may_hang_until_the_client_gives_up(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.LOST, seconds=30)
    with pytest.raises(requests.Timeout):
        caller.get("ping", timeout=0.2)


def test_cut_sends_half_of_the_body_under_the_whole_length(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.CUT)
    head, _, body = raw(sandbox).partition(b"\r\n\r\n")
    length = int(next(line for line in head.split(b"\r\n") if line.startswith(b"Content-Length")).split(b":")[1])
    assert len(body) == length // 2
    sandbox.faults.next("ping", Fault.CUT)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.get("ping")


def test_login_page_is_html_with_status_200(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.LOGIN_PAGE)
    answer = caller.get("ping")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "log in" in answer.text


def test_broken_and_wrong_json_are_what_they_say(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.BROKEN_JSON)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        caller.get("ping").json()
    sandbox.faults.next("ping", Fault.WRONG_JSON)
    assert isinstance(caller.get("ping").json(), list)


def test_huge_answer_and_gzip_bomb_have_the_size_that_is_scripted(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.HUGE, size=3_000_000)
    assert len(caller.get("ping").content) > 3_000_000
    sandbox.faults.next("ping", Fault.GZIP_BOMB, size=3_000_000)
    answer = caller.get("ping")
    assert int(answer.headers["Content-Length"]) < 30_000
    assert len(answer.content) == 3_000_000


def test_drip_sends_byte_by_byte(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.DRIP, seconds=0.001)
    begun = time.monotonic()
    assert b'"contract":1' in raw(sandbox)
    assert time.monotonic() - begun > 0.1
    sandbox.faults.next("ping", Fault.DRIP, seconds=5)
    with pytest.raises(requests.exceptions.RequestException):
        caller.get("ping", timeout=0.2)


def test_race_lets_an_agent_be_quicker_between_read_and_write(sandbox: Sandbox, caller: Caller) -> None:
    ticket = sandbox.people.create_ticket("Вопрос")
    rev = caller.ticket(ticket)["rev"]
    sandbox.faults.next("writes", Fault.RACE, edit=lambda: sandbox.people.note(ticket, "Я первый"))
    result = caller.write(ticket, rev, sla_reason="Принято")
    assert result["result"] == "conflict"
    assert result["rev"] == caller.ticket(ticket)["rev"] != rev
    assert caller.write(ticket, result["rev"], sla_reason="Принято")["result"] == "ok"


def test_redirect_names_another_host(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("ping", Fault.REDIRECT, location="http://elsewhere.example/api")
    answer = caller.get("ping")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.example/api")


def test_stale_sends_the_last_different_answer_to_the_same_request(sandbox: Sandbox, caller: Caller, clock) -> None:
    first = caller.get("changes")
    clock.now += 60
    sandbox.people.create_ticket("Вопрос")
    second = caller.get("changes")
    assert second.json()["items"]
    clock.now += 60
    assert caller.get("changes").json()["items"] == second.json()["items"]
    sandbox.faults.next("changes", Fault.STALE)
    stale = caller.get("changes")
    assert stale.content == first.content
    assert stale.headers["X-Sla-Bridge-Server-Time"] == first.headers["X-Sla-Bridge-Server-Time"]
    assert caller.get("changes").json()["items"] == second.json()["items"]


def test_stale_without_a_past_is_an_honest_answer(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.faults.next("meta", Fault.STALE)
    assert caller.get("meta").status_code == 200


def test_distorted_ticket_spoils_itself_alone_and_heals(sandbox: Sandbox, caller: Caller) -> None:
    good, bad = sandbox.people.create_ticket("Первый"), sandbox.people.create_ticket("Второй")
    sandbox.faults.distort(bad, created_at="0000-00-00T00:00:00Z", subject="\ud800", number=None)
    items = {item["id"]: item for item in caller.get("tickets").json()["items"]}
    assert (items[bad]["created_at"], items[bad]["subject"], items[bad]["number"]) == (
        "0000-00-00T00:00:00Z",
        "\ud800",
        None,
    )
    assert items[good]["subject"] == "Первый"
    sandbox.faults.distort(bad)
    assert caller.ticket(bad)["subject"] == "Второй"


def test_stopping_does_not_wait_for_a_hanging_answer(sandbox: Sandbox) -> None:
    sandbox.faults.next("ping", Fault.LOST, seconds=60)
    host = sandbox.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=5)
    connection.request("GET", "/api/sla-bridge/v1/ping")
    begun = time.monotonic()
    sandbox.stop()
    assert time.monotonic() - begun < 5
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.getresponse()
    connection.close()


def test_journal_tells_routes_and_what_was_answered(sandbox: Sandbox, caller: Caller) -> None:
    caller.get("ping")
    sandbox.faults.next("meta", Fault.DROP)
    with pytest.raises(requests.ConnectionError):
        caller.get("meta")
    caller.get("tickets/7")
    assert [(one.method, one.route, one.status) for one in sandbox.journal] == [
        ("GET", "ping", 200), ("GET", "meta", 0), ("GET", "ticket", 404),
    ]  # fmt: skip
    sandbox.clear_journal()
    assert sandbox.journal == []
