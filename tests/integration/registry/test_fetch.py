"""What a request of an HTTP source carries, to whom, and what is said when it fails."""

import json

import pytest

from bridge.cli.wiring.customers import load_customers
from bridge.customers import Presence
from bridge.settings.load import load_settings
from tests import canary
from tests.unit.connectors.servers import CERTIFICATES, answering, server

BODY = json.dumps([{"id": "K-1", "mail": "a@one.example"}]).encode()
TOKEN = f"Bearer {canary.key('3')}"


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """Load the registry of a whole configuration folder, as the commands do."""
    monkeypatch.setenv("CRM_TOKEN", TOKEN)
    (tmp_path / "registry").mkdir()
    (tmp_path / "bridge.yaml").write_text(
        "version: 1\nhelpdesk: {url: 'http://127.0.0.1:9', key: {env: K}}\nstate: state/s.sqlite3\n"
        "registry: registry/registry.yaml\n"
    )

    def load(url: str, more: str = ""):
        columns = "{customer: id, email: mail}"
        text = f"sources:\n  crm: {{kind: http, url: '{url}', columns: {columns}{more}}}\n"
        (tmp_path / "registry" / "registry.yaml").write_text(text)
        return load_customers(load_settings(tmp_path))

    load.folder = tmp_path / "registry"
    return load


def guarded(wire, heard) -> None:
    """Answer only who shows the token."""
    from tests.unit.connectors.servers import request_of

    head = request_of(wire, heard)
    allowed = f"Authorization: {TOKEN}".encode() in head
    status, body = ("200 OK", BODY) if allowed else ("401 Unauthorized", b"{}")
    wire.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


@pytest.mark.parametrize("where", ["env", "file", "credential"])
def test_a_source_that_demands_its_header_is_read_with_the_secret(loaded, tmp_path, monkeypatch, where):
    if where == "file":
        (loaded.folder / "token").touch(mode=0o600)
        (loaded.folder / "token").write_text(TOKEN + "\n")
    if where == "credential":
        (tmp_path / "crm").write_text(TOKEN)
        (tmp_path / "crm").chmod(0o600)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.chdir("/")
    name = {"env": "CRM_TOKEN", "file": "token", "credential": "crm"}[where]
    with server(guarded) as crm:
        load = loaded(f"{crm.url}/c", f", secret: {{{where}: {name}}}")
    assert ([str(one) for one in load.problems], load.rows) == ([], 1)


def test_without_the_secret_the_refusal_says_what_is_wrong(loaded):
    with server(guarded) as crm:
        load = loaded(f"{crm.url}/c")
    assert "status 401: the secret is missing or wrong" in str(load.problems[0])
    assert load.sources[0].missing


def test_a_secret_that_is_not_there_is_told_with_its_name_and_nobody_is_asked(loaded, monkeypatch):
    monkeypatch.delenv("CRM_TOKEN")
    with server(guarded) as crm:
        load = loaded(f"{crm.url}/c", ", secret: {env: CRM_TOKEN}")
    (problem,) = load.problems
    assert (problem.message.partition("is not asked: ")[2], problem.hint) == (
        "the environment variable CRM_TOKEN is not set",
        "export CRM_TOKEN=…",
    )
    assert crm.requests == []


def test_a_header_cannot_be_forged_by_the_secret(loaded, monkeypatch):
    monkeypatch.setenv("CRM_TOKEN", "x\r\nX-Forged: yes")
    with server(guarded) as crm:
        load = loaded(f"{crm.url}/c", ", secret: {env: CRM_TOKEN}")
    assert "the secret holds spaces or unusual characters" in str(load.problems[0])
    assert crm.requests == []


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_carries_the_secret_nowhere_and_names_where_it_leads(loaded, status):
    with server(answering(body=BODY)) as elsewhere:
        location = f"Location: {elsewhere.url}/new?key=canary"
        with server(answering(f"HTTP/1.1 {status}", location)) as crm:
            load = loaded(f"{crm.url}/c", ", secret: {env: CRM_TOKEN}")
    assert f"it redirects to '{elsewhere.url}/new' (put the final address into 'url'" in str(load.problems[0])
    assert "canary" not in str(load.problems)
    assert elsewhere.requests == []


def test_a_next_page_at_another_host_is_never_asked_for(loaded):
    with server(answering(body=BODY)) as elsewhere:
        link = f'Link: <{elsewhere.url}/c?page=2>; rel="next"'
        with server(answering("HTTP/1.1 200 OK", link, body=BODY)) as crm:
            load = loaded(f"{crm.url}/c", ", secret: {env: CRM_TOKEN}")
    assert "the next page would be at another address" in str(load.problems[0])
    assert elsewhere.requests == []


def test_every_page_is_asked_with_the_secret(loaded):
    def two_pages(wire, heard) -> None:
        number = len(heard.requests) + 1
        body = json.dumps([{"id": f"K-{number}", "mail": f"a@m{number}.example"}]).encode()
        link = ['Link: </c?page=2>; REL="prev next"'] if number == 1 else []
        answering("HTTP/1.1 200 OK", *link, body=body)(wire, heard)

    with server(two_pages) as crm:
        load = loaded(f"{crm.url}/c", ", secret: {env: CRM_TOKEN}")
    assert (load.problems, load.rows) == ((), 2)
    assert [TOKEN.encode() in one for one in crm.requests] == [True, True]


@pytest.mark.parametrize(
    ("certificate", "says"),
    [
        ("loopback", "could not prove who it is: self-signed certificate"),
        ("expired", "could not prove who it is: "),
        ("elsewhere", "could not prove who it is: "),
    ],
)
def test_a_server_that_cannot_prove_itself_gets_no_secret(loaded, certificate, says):
    with server(answering(body=BODY), certificate=certificate) as crm:
        load = loaded(f"{crm.url}/c", ", secret: {env: CRM_TOKEN}")
    assert says in str(load.problems[0])
    assert "'ca_file'" in load.problems[0].hint
    assert crm.requests == []


@pytest.mark.parametrize(
    ("certificate", "says"),
    [("expired", "its certificate has expired"), ("elsewhere", "its certificate is for another address")],
)
def test_what_is_wrong_with_a_trusted_certificate_is_said_in_plain_words(loaded, certificate, says):
    with server(answering(body=BODY), certificate=certificate) as crm:
        load = loaded(f"{crm.url}/c", f", ca_file: {CERTIFICATES / f'{certificate}.pem'}")
    assert says in str(load.problems[0])
    assert crm.requests == []


def test_a_private_authority_is_named_beside_the_description(loaded, monkeypatch):
    monkeypatch.chdir("/")
    (loaded.folder / "ca.pem").write_bytes((CERTIFICATES / "loopback.pem").read_bytes())
    with server(guarded, certificate="loopback") as crm:
        load = loaded(f"{crm.url}/c", ", ca_file: ca.pem, secret: {env: CRM_TOKEN}")
    assert (load.problems, load.rows) == ((), 1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "ca.pem cannot be read: No such file"),
        (b"", "ca.pem holds no certificate"),
        (b"no PEM", "ca.pem holds no certificate"),
    ],
)
def test_an_authority_that_is_none_is_told_by_its_file(loaded, content, says):
    if content is not None:
        (loaded.folder / "ca.pem").write_bytes(content)
    with server(guarded, certificate="loopback") as crm:
        load = loaded(f"{crm.url}/c", ", ca_file: ca.pem")
    assert says in str(load.problems[0])
    assert crm.requests == []


def test_plain_http_behind_https_is_told_as_such(loaded):
    def plain(wire, _heard) -> None:
        wire.recv(65536)
        wire.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with server(plain) as crm:
        load = loaded(crm.url.replace("http:", "https:"))
    assert "it does not speak TLS there" in str(load.problems[0])


def test_a_proxy_that_is_named_is_used_and_those_of_the_environment_are_not(loaded, monkeypatch):
    with server(answering(body=BODY)) as proxy, server(answering(body=BODY)) as other:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, other.url)
        load = loaded("http://crm.invalid/c", f", proxy: {proxy.url}")
    assert (load.problems, load.rows) == ((), 1)
    assert proxy.requests[0].startswith(b"GET http://crm.invalid/c ")
    assert other.requests == []


def test_a_proxy_never_sees_a_secret_that_is_not_encrypted(loaded):
    with server(answering(body=BODY)) as proxy, server(guarded) as crm:
        load = loaded(f"{crm.url}/c", f", proxy: {proxy.url}, secret: {{env: CRM_TOKEN}}")
    assert "the secret is not sent without encryption" in str(load.problems[0])
    assert (proxy.requests, crm.requests) == ([], [])


def test_a_proxy_that_does_not_answer_is_told_by_its_address(loaded):
    load = loaded("http://crm.invalid/c", ", proxy: 'http://127.0.0.1:9'")
    assert "the proxy http://127.0.0.1:9 gives no connection: nothing listens there" in str(load.problems[0])


def test_a_host_that_nobody_knows_is_told(loaded):
    load = loaded("http://crm.invalid/c")
    assert "crm.invalid: its name is not known" in str(load.problems[0])


def test_a_source_that_is_down_leaves_everything_unknown(loaded):
    load = loaded("http://127.0.0.1:9/c")
    (state,) = load.sources
    assert (state.missing, state.unreachable) == (True, True)
    from tests.unit.registry.folder import Folder

    found = load.registry.lookup(Folder(loaded.folder).ticket(email="a@one.example"))
    assert found.presence is Presence.UNKNOWN
