"""The key goes to one address only, and is found nowhere else: not in logs, errors, tracebacks or reports."""

import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.connectors.helpdesks.transport import HttpLimits, Transport
from bridge.errors import HelpdeskError, HelpdeskRefused
from tests.faults import Fault
from tests.unit.connectors.conftest import CANARY
from tests.unit.connectors.servers import CERTIFICATES, answering, request_of, server


def echoing(status: str, *headers: str):
    """A debugging page that shows the request it got, on every channel an answer has."""

    def talk(connection, heard):
        request = request_of(connection, heard)
        key = next((line for line in request.split(b"\r\n") if line.lower().startswith(b"x-api-key")), b"none")
        body = b'{"error": {"code": "x", "message": "' + key + b'", "hint": "' + key + b'"}, "next": "' + key + b'"}'
        head = f"HTTP/1.1 {status}\r\nX-Sla-Bridge-Contract: 1\r\nX-Sla-Bridge-Instance: i\r\nContent-Length: {len(body)}\r\n"
        head += "".join(f"{one}\r\n" for one in headers)
        connection.sendall(
            head.encode() + b"Location: http://x/?k=" + key[11:] + b"\r\nConnection: close\r\n\r\n" + body
        )

    return talk


def everything_told(error: BaseException) -> str:
    """The error as any handler may print it: text, repr, the whole chain with the locals of every frame."""
    told = [str(error), repr(error), repr(vars(error))]
    chain: BaseException | None = error
    while chain is not None:
        told += traceback.TracebackException.from_exception(chain, capture_locals=True).format()
        told += [repr(vars(chain)), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    return "\n".join(told)


def broken(connection, heard):
    request_of(connection, heard)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")


TALKS = {
    "an error page": echoing("500 Internal Server Error"),
    "a refusal": echoing("403 Forbidden"),
    "a page": echoing("200 OK"),
    "a redirect": echoing("302 Found"),
    "a gone cursor": echoing("410 Gone"),
    "a cut answer": broken,
    "silence": lambda connection, heard: heard.stop.wait(2),
    "an error page that says it is packed": echoing("200 OK", "Content-Encoding: gzip"),
    "an error page packed twice": echoing("200 OK", "Content-Encoding: gzip, br"),
    "a foreign gzip": answering("HTTP/1.1 200 OK", "Content-Encoding: gzip", body=b"no"),
    "no plugin": answering("HTTP/1.1 404 Not Found", body=b"<html>"),
}


@pytest.mark.parametrize("talk", TALKS)
@pytest.mark.parametrize("certificate", [None, "loopback"])
def test_no_error_log_or_traceback_holds_the_key(transport, caplog, capfd, talk, certificate):
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "requests", "http.client", "sla_bridge"):
        caplog.set_level(logging.DEBUG, logger=name)
    with server(TALKS[talk], certificate=certificate) as heard:
        ca_file = str(CERTIFICATES / "loopback.pem") if certificate else None
        client = transport(heard.url, attempts=2, request_seconds=0.5, ca_file=ca_file)
        with pytest.raises(HelpdeskError) as caught:
            OsTicket(client).changes("cursor")
    told = everything_told(caught.value)
    assert CANARY not in told
    assert CANARY not in caplog.text
    assert CANARY not in "".join(repr(vars(record)) for record in caplog.records)
    assert CANARY not in "".join(capfd.readouterr())
    assert CANARY not in repr(client) + str(client) + repr(vars(client)) + repr(client._limits)
    if talk != "silence":
        assert CANARY.encode() in heard.bytes, "the key was sent, so it could have leaked"


def test_a_cut_name_of_the_key_at_the_edge_of_a_message_leaks_nothing(transport):
    edge = answering("HTTP/1.1 500 Oops", body=b"x" * 100 + CANARY.encode())
    with server(edge) as heard, pytest.raises(HelpdeskError) as caught:
        transport(heard.url, attempts=1).request("GET", "/ping")
    assert CANARY[:8] not in str(caught.value)


def test_a_key_may_travel_in_another_header_and_is_hidden_there_too(transport):
    with server(answering("HTTP/1.1 500 Oops", body=f"Bearer {CANARY}".encode())) as heard:
        client = Transport(
            heard.url, SecretStr(CANARY), key_header="Authorization: Bearer {}", limits=HttpLimits(attempts=1)
        )
        with pytest.raises(HelpdeskError) as caught:
            client.request("GET", "/ping")
        client.close()
    assert f"Authorization: Bearer {CANARY}".encode() in heard.bytes
    assert b"X-API-Key" not in heard.bytes
    assert "Bearer [key]" in everything_told(caught.value)
    assert CANARY not in everything_told(caught.value)


def test_a_redirect_never_carries_the_key_on(transport):
    with (
        server(answering()) as elsewhere,
        server(answering("HTTP/1.1 302 Found", f"Location: {elsewhere.url}/")) as heard,
    ):
        for method in ("GET", "POST"):
            with pytest.raises(HelpdeskRefused, match="never sent on"):
                transport(heard.url).request(method, "/ping", payload={} if method == "POST" else None)
        assert elsewhere.requests == []
        assert CANARY.encode() in heard.bytes


@pytest.mark.parametrize(
    ("certificate", "says"),
    [("loopback", "self-signed"), ("expired", "expired|self-signed"), ("elsewhere", "self-signed|match")],
)
def test_a_server_that_cannot_prove_who_it_is_never_sees_the_key(transport, certificate, says):
    with server(answering(), certificate=certificate) as heard:
        client = transport(heard.url)
        with pytest.raises(HelpdeskRefused, match=f"(?s)could not prove who it is.*({says}).*ca_file"):
            client.request("GET", "/ping")
        assert heard.requests == []
        assert client.requests_sent == 1


@pytest.mark.parametrize("certificate", ["expired", "elsewhere"])
def test_an_own_authority_does_not_excuse_a_wrong_name_or_date(transport, certificate):
    with server(answering(), certificate=certificate) as heard:
        client = transport(heard.url, ca_file=str(CERTIFICATES / f"{certificate}.pem"))
        with pytest.raises(HelpdeskRefused, match="could not prove who it is"):
            client.request("GET", "/ping")
        assert heard.requests == []


def test_a_private_authority_is_trusted_when_it_is_named(transport):
    with server(answering(), certificate="loopback") as heard:
        client = transport(heard.url, ca_file=str(CERTIFICATES / "loopback.pem"))
        assert client.request("GET", "/ping").status == 200


@pytest.mark.parametrize("content", [None, b"", b"no certificate at all"])
def test_an_authority_file_that_is_none_is_refused_by_name(transport, tmp_path, content):
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)
    with server(answering(), certificate="loopback") as heard:
        with pytest.raises(HelpdeskRefused, match=r"ca_file"):
            transport(heard.url, ca_file=str(path)).request("GET", "/ping")
        assert heard.requests == []


def test_proxies_credentials_and_bundles_of_the_environment_are_not_used(transport, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password from-netrc\n")
    with server(answering()) as proxy, server(answering()) as heard:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("no_proxy", "")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing"))
        monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "missing"))
        assert transport(heard.url).request("GET", "/ping").status == 200
        assert proxy.requests == []
        assert b"authorization" not in heard.bytes.lower()


def test_an_authority_of_the_environment_opens_no_door(transport, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "loopback.pem"))
    with server(answering(), certificate="loopback") as heard:
        with pytest.raises(HelpdeskRefused):
            transport(heard.url).request("GET", "/ping")
        assert heard.requests == []


def test_the_key_goes_out_in_its_header_and_nowhere_else(transport):
    with server(answering()) as heard:
        transport(heard.url).request("POST", "/writes", params={"a": 1}, payload={"b": 2})
    (request,) = heard.requests
    lines = [line for line in request.split(b"\r\n") if CANARY.encode() in line]
    assert lines == [b"X-API-Key: " + CANARY.encode()]


PASS = """
import sys
from pathlib import Path
from pydantic import SecretStr
from bridge.connectors.helpdesks.transport import Transport
from bridge.connectors.helpdesks.osticket import OsTicket
from bridge.sync.engine import Engine
from bridge.sync.memory.state import SqliteState
from tests.integration.sync.world import Policy
import logging, os
logging.basicConfig(level=logging.DEBUG)
state = SqliteState(Path(sys.argv[2]))
engine = Engine(OsTicket(Transport(sys.argv[1], SecretStr(os.environ["KEY"]))), state, Policy().decide, basis="x",
                local_clock=lambda: 0.0)
print(engine.sync())
state.close()
"""


def test_no_trace_of_the_key_is_left_by_a_whole_pass(sandbox, tmp_path):
    """State file with its companions, stdout, stderr with everything at DEBUG, and the process list."""
    sandbox.people.create_ticket("my key is in here", body=sandbox.keys.full)
    sandbox.faults.next("changes", Fault.UNAVAILABLE)
    sandbox.faults.next("tickets", Fault.CUT)
    done = subprocess.run(
        [sys.executable, "-c", PASS, sandbox.url, tmp_path / "state.sqlite3"],
        capture_output=True,
        check=True,
        env={**os.environ, "KEY": sandbox.keys.full},
        cwd=Path.cwd(),
    )
    key = sandbox.keys.full.encode()
    assert b"examined=1" in done.stdout
    assert b"urllib3" in done.stderr, "the loudest logging was on"
    assert key not in done.stdout + done.stderr
    assert key not in b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert key not in repr(done.args).encode()


def test_an_empty_key_does_not_garble_answers(watch):
    with server(answering(body=b'{"a": "bc"}')) as heard:
        assert Transport(heard.url, SecretStr("")).request("GET", "/ping").data == {"a": "bc"}
