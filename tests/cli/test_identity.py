"""Who answers has to prove it: an authority of one's own is named, and everything else ends the pass with the key still here."""

import shutil
import socket
import ssl

import pytest

from bridge.connectors.sandbox import Sandbox
from tests import canary
from tests.unit.connectors.servers import CERTIFICATES, answering, server

KEY = canary.key("2")


def over_tls(desk: Sandbox, certificate: str) -> str:
    """Let the embedded helpdesk show this certificate; return its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    web = desk._server
    web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    return desk.url.replace("http:", "https:")


def pointed_at(cli, url: str, authority: str | None = None) -> None:
    lines = f"{url}\n  total_seconds: 5"
    if authority is not None:
        shutil.copy(CERTIFICATES / f"{authority}.pem", cli.folder / "office.pem")
        lines += "\n  ca_file: office.pem"
    cli.edit("bridge.yaml", "http://127.0.0.1:9", lines)


def said_without_leaving(cli, monkeypatch, *, code: int = 5) -> str:
    """What `sync` says; nothing of it is remembered as if a helpdesk had been there."""
    monkeypatch.setenv("SLA_BRIDGE_KEY", KEY)
    done = cli("sync")
    assert done.code == code, done.err
    assert done.err.count("error:") == 1
    assert KEY not in done.out + done.err
    return " ".join(done.err.split())


def test_a_helpdesk_of_an_authority_of_ones_own_is_served_once_bridge_yaml_names_it(cli, helpdesk, monkeypatch) -> None:
    helpdesk.people.create_ticket("It does not open", "x", email="a@unknown.example")
    monkeypatch.setenv("SLA_BRIDGE_KEY", helpdesk.keys.full)
    pointed_at(cli, over_tls(helpdesk, "issued-loopback"), "authority")
    assert cli("setup").code == 0
    assert cli("sync").code == 0
    assert [one.route for one in helpdesk.journal].count("writes") == 1


UNPROVEN = {
    "issued by an authority that nobody named": (
        "issued-loopback",
        None,
        "from an authority that this host does not know",
    ),
    "issued by another authority than the named one": (
        "issued-by-a-stranger",
        "authority",
        "from an authority that this host does not know",
    ),
    "ended": ("issued-expired", "authority", "its certificate has expired"),
    "not begun": ("issued-early", "authority", "not valid yet (is this host's clock right?)"),
    "for another name": ("issued-elsewhere", "authority", "its certificate is for another address"),
    "signed by itself": ("loopback", None, "self-signed certificate"),
    "signed by itself beside a named authority": ("loopback", "authority", "self-signed certificate"),
}


@pytest.mark.parametrize("how", UNPROVEN)
def test_a_helpdesk_that_cannot_prove_who_it_is_gets_nothing_and_is_told_with_the_setting(
    cli, monkeypatch, how
) -> None:
    certificate, authority, reason = UNPROVEN[how]
    with server(answering(), certificate=certificate) as heard:
        pointed_at(cli, heard.url, authority)
        said = said_without_leaving(cli, monkeypatch)
    assert f"{heard.url} could not prove who it is: " in said
    assert reason in said
    assert "a private authority goes into helpdesk.ca_file" in said
    assert heard.requests == []


@pytest.mark.parametrize("how", UNPROVEN)
def test_doctor_names_what_is_wrong_with_the_certificate(cli, monkeypatch, how) -> None:
    certificate, authority, reason = UNPROVEN[how]
    monkeypatch.setenv("SLA_BRIDGE_KEY", KEY)
    with server(answering(), certificate=certificate) as heard:
        pointed_at(cli, heard.url, authority)
        done = cli("doctor", "--json")
    (told,) = [one for one in done.json if one["what"] == "helpdesk" and one["state"] == "fail"]
    assert done.code == 5
    assert reason in told["found"]
    assert "ca_file" in told["next"]
    assert heard.requests == []


def test_what_speaks_no_tls_behind_https_gets_nothing(cli, monkeypatch) -> None:
    def plain(wire, heard) -> None:
        heard.requests.append(wire.recv(65536))
        wire.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with server(plain) as heard:
        pointed_at(cli, heard.url.replace("http:", "https:"))
        said = said_without_leaving(cli, monkeypatch)
    assert (
        "could not prove who it is: it does not speak TLS there (is it http:// and not https://, or another port?)"
        in said
    )
    assert heard.requests
    assert KEY.encode() not in heard.bytes


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_an_authority_that_is_none_is_told_with_the_setting(cli, monkeypatch, content) -> None:
    with server(answering(), certificate="issued-loopback") as heard:
        pointed_at(cli, heard.url, "authority")
        path = cli.folder / "office.pem"
        path.unlink() if content is None else path.write_bytes(content)
        assert "ca_file" in said_without_leaving(cli, monkeypatch)
    assert heard.requests == []


REDIRECTED = {
    "another host under https": ("https", "https"),
    "the same host without encryption": ("https", "http"),
    "from a host without encryption to one with": ("http", "https"),
    "another path": ("https", "/"),
}


@pytest.mark.parametrize("where", REDIRECTED)
def test_a_redirect_is_followed_nowhere_and_names_where_it_leads(cli, monkeypatch, where) -> None:
    scheme, onward = REDIRECTED[where]
    with server(answering(), certificate="issued-loopback" if onward == "https" else None) as elsewhere:
        target = "/helpdesk/" if onward == "/" else f"{elsewhere.url}/elsewhere"
        talk = answering("HTTP/1.1 301 Moved Permanently", f"Location: {target}")
        with server(talk, certificate="issued-loopback" if scheme == "https" else None) as heard:
            pointed_at(cli, heard.url, "authority")
            said = said_without_leaving(cli, monkeypatch)
    assert f"redirects to '{target}'" in said
    assert "The key is never sent on; put the final address into helpdesk.url" in said
    assert elsewhere.requests == []
    # Both ways to the plugin are tried, at this address.
    assert len(heard.requests) == 2


def test_a_name_that_dns_forgets_costs_that_pass_and_the_next_one_makes_up_for_it(
    desk_cli, helpdesk, monkeypatch
) -> None:
    assert desk_cli("setup").code == 0
    assert desk_cli("sync").code == 0
    before = desk_cli("state", "show", "--json").json
    helpdesk.people.create_ticket("It does not open", "x", email="a@unknown.example")
    desk_cli.edit("bridge.yaml", "  key:", "  total_seconds: 1\n  key:")

    def forgotten(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", forgotten)
        failed = desk_cli("sync")
    assert failed.code == 5
    assert "its name is not known to this host's DNS" in " ".join(failed.err.split())
    assert "getent hosts 127.0.0.1" in " ".join(failed.err.split())
    assert desk_cli("state", "show", "--json").json == before
    helpdesk.clear_journal()
    assert desk_cli("sync").code == 0
    assert [one.route for one in helpdesk.journal].count("writes") == 1
