"""Answers that never end, weigh too much, are cut, or are not what they say."""

import gzip
import threading
import time
import tracemalloc
import zlib
from itertools import cycle

import pytest

from bridge.errors import HelpdeskError, HelpdeskRefused, HelpdeskUnavailable
from tests.faults import Fault
from tests.unit.connectors.servers import answering, request_of, server

BASE = "/api/sla-bridge/v1"


def request(client, route="/ping"):
    return client.request("GET", BASE + route)


def no_request_is_left_running() -> bool:
    end = time.monotonic() + 3
    while time.monotonic() < end:
        if not any(one.name == "helpdesk-request" for one in threading.enumerate()):
            return True
        time.sleep(0.02)
    return False


def test_a_byte_a_second_ends_at_the_deadline_of_the_request(transport, sandbox):
    sandbox.faults.next("ping", Fault.DRIP, seconds=0.05, times=2)
    started = time.monotonic()
    with pytest.raises(HelpdeskUnavailable, match=r"did not finish its answer within 0.3 s"):
        request(transport(sandbox.url, request_seconds=0.3, attempts=2))
    assert 0.6 <= time.monotonic() - started < 2
    assert no_request_is_left_running()


def test_headers_that_drip_end_at_the_deadline_too(transport):
    def talk(connection, heard):
        request_of(connection, heard)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not heard.stop.wait(0.05):
            connection.sendall(b"X: y\r\n")

    with server(talk) as heard:
        with pytest.raises(HelpdeskUnavailable, match="did not finish"):
            request(transport(heard.url, request_seconds=0.3, attempts=1))
        assert no_request_is_left_running()


def test_a_server_that_accepts_and_says_nothing_ends_at_the_deadline(transport):
    with server(lambda connection, heard: heard.stop.wait(5)) as heard:
        with pytest.raises(HelpdeskUnavailable):
            request(transport(heard.url, request_seconds=0.3, attempts=1))
        assert no_request_is_left_running()


def test_after_a_hanging_request_the_next_one_works(transport, sandbox):
    client = transport(sandbox.url, request_seconds=0.3, attempts=2)
    sandbox.faults.next("ping", Fault.DRIP, seconds=0.05)
    assert request(client, "/ping").status == 401


def test_all_attempts_together_end_at_the_total_deadline(sandbox):
    from pydantic import SecretStr

    from bridge.connectors.helpdesks.transport import HttpLimits, Transport

    sandbox.faults.next("ping", Fault.DRIP, seconds=0.05, times=99)
    client = Transport(
        sandbox.url,
        SecretStr("K"),
        limits=HttpLimits(request_seconds=0.4, total_seconds=0.6, attempts=99, wait_seconds=0.01),
    )
    started = time.monotonic()
    with pytest.raises(HelpdeskUnavailable):
        request(client)
    assert time.monotonic() - started < 1.5


def test_an_endless_answer_is_stopped_at_the_size_limit(transport, sandbox):
    sandbox.faults.next("ping", Fault.HUGE, size=4_000_000)
    client = transport(sandbox.url, answer_bytes=1_000_000)
    with pytest.raises(HelpdeskRefused, match="more than 1000000 bytes"):
        request(client)
    assert client.requests_sent == 1
    assert request(client).status == 401


def test_an_answer_of_exactly_the_limit_is_taken(transport):
    with server(answering(body=b"1" * 1000)) as heard:
        assert len(request(transport(heard.url, answer_bytes=1000)).body) == 1000
        with pytest.raises(HelpdeskRefused):
            request(transport(heard.url, answer_bytes=999))


def test_a_gzip_bomb_is_stopped_while_it_unfolds(transport):
    bomb = gzip.compress(b" " * 200_000_000, compresslevel=1)
    with server(answering("HTTP/1.1 200 OK", "Content-Encoding: gzip", body=bomb)) as heard:
        client = transport(heard.url, answer_bytes=1_000_000)
        tracemalloc.start()
        with pytest.raises(HelpdeskRefused, match="more than 1000000 bytes"):
            request(client)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8_000_000


def test_a_bomb_in_a_bomb_is_not_even_unpacked(transport):
    bomb = gzip.compress(gzip.compress(b" " * 50_000_000))
    with (
        server(answering("HTTP/1.1 200 OK", "Content-Encoding: gzip, gzip", body=bomb)) as heard,
        pytest.raises(HelpdeskRefused, match="packed as 'gzip, gzip'"),
    ):
        request(transport(heard.url))


def test_an_ordinary_gzip_answer_is_read(transport):
    body = gzip.compress(b'{"a": 1}')
    with server(answering("HTTP/1.1 200 OK", "Content-Encoding: gzip", body=body)) as heard:
        assert request(transport(heard.url)).data == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b'{"a": 1}' * 1000)[:-20], b"no gzip at all", zlib.compress(b"{}")],
    ids=["cut", "text", "zlib"],
)
def test_a_broken_gzip_answer_is_passing_trouble(transport, body):
    with (
        server(answering("HTTP/1.1 200 OK", "Content-Encoding: gzip", body=body)) as heard,
        pytest.raises(HelpdeskUnavailable, match="gzip"),
    ):
        request(transport(heard.url, attempts=1))


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.DROP, Fault.LOST])
def test_an_answer_that_is_cut_is_tried_again_and_thrown_away_whole(transport, sandbox, fault):
    sandbox.faults.next("ping", fault)
    client = transport(sandbox.url)
    assert request(client).data["error"]["code"] == "unauthorized"
    assert client.requests_sent == 2
    sandbox.faults.next("ping", fault, times=2)
    with pytest.raises(HelpdeskUnavailable, match="no complete answer"):
        request(transport(sandbox.url, attempts=2))


@pytest.mark.parametrize(
    "answer",
    [b"", b"hello\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 70_000, b"\0" * 100],
    ids=["nothing", "text", "no status", "endless header", "zeros"],
)
def test_what_is_no_http_is_passing_trouble(transport, answer):
    def talk(connection, heard):
        request_of(connection, heard)
        connection.sendall(answer)

    with server(talk) as heard, pytest.raises(HelpdeskUnavailable) as caught:
        request(transport(heard.url, attempts=1))
    assert str(caught.value).isprintable()


def test_nobody_listening_is_told_with_the_next_step(transport):
    with pytest.raises(HelpdeskUnavailable, match=r"Connection refused.*Is the web server running"):
        request(transport("http://127.0.0.1:9", attempts=2))


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://[::1", "http://" + "a" * 300, "ftp://127.0.0.1"])
def test_an_address_that_cannot_be_used_is_refused_and_not_retried(transport, url):
    client = transport(url)
    with pytest.raises(HelpdeskError) as caught:
        request(client)
    assert client.requests_sent == 1 or isinstance(caught.value, HelpdeskUnavailable)


def test_the_beginning_of_an_unusable_answer_is_shown_escaped():
    from bridge.connectors.helpdesks.answer import first_characters

    shown = first_characters("\x1b[31mошибка\r\nERROR forged".encode() + b"\xff" * 500)
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) < 900


def test_a_host_clock_that_jumps_lengthens_no_request_and_shortens_none(transport, monkeypatch):
    """Somebody sets this host's clock by days, back and forth, while a request is under way."""
    jumps = cycle([0.0, 40 * 86_400.0, -40 * 86_400.0])
    wall = time.time
    monkeypatch.setattr(time, "time", lambda: wall() + next(jumps))
    began = time.monotonic()
    with (
        server(lambda connection, heard: heard.stop.wait(20)) as silent,
        pytest.raises(HelpdeskUnavailable, match=r"did not finish its answer within 0\.5 s"),
    ):
        transport(silent.url, request_seconds=0.5, attempts=1).request("GET", "/ping")
    assert 0.4 < time.monotonic() - began < 10
    with server(answering()) as heard:
        assert transport(heard.url, request_seconds=5).request("GET", "/ping").status == 200
