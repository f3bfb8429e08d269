"""Excel, YAML and HTTP sources, really read."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bridge.connectors.registry.fetch import fetcher
from bridge.connectors.registry.sources.base import Fetched, FetchRequest
from bridge.customers import NO_REGISTRY, Presence
from tests import canary

COLUMNS = "{customer: id, name: name, email: contact.mail, product: product, certificate_until: until}"
RECORDS = {
    "data": {
        "items": [
            {
                "id": 7,
                "name": "Рассвет",
                "contact": {"mail": ["a@one.example", "b@one.example"]},
                "product": "acc",
                "until": "2027-12-31",
            },
            {"id": 8, "name": "Колос", "contact": {"mail": None}, "product": "acc", "until": None},
        ]
    }
}


def test_an_excel_workbook_is_read_with_its_own_dates_and_numbers(folder):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Клиенты"
    sheet.append(["Код", "Имя", "Версия", "Мест", "Сертификат до", "Продукт", "Заблокирована"])
    sheet.append([1, "Рассвет", 3.1, 5.0, datetime(2027, 12, 31), "acc", True])
    sheet.append([2, "Колос", "3.0.52", None, "вчера", "acc", None])
    sheet.append([None] * 7)
    book.create_sheet("Другое")
    book.save(folder.path / "customers.xlsx")
    columns = "{customer: Код, name: Имя, version: Версия, seats: Мест, certificate_until: Сертификат до, product: Продукт, licence_blocked: Заблокирована}"
    folder.mapping(f"sources: {{a: {{kind: excel, file: customers.xlsx, sheet: Клиенты, columns: {columns}}}}}\n")
    load = folder.load()
    assert [str(problem) for problem in load.problems] == [
        (
            "customers.xlsx:3:5: row 3, column 'Сертификат до': 'вчера' is no date; write 2026-11-20 or 20.11.2026"
            " (if your export uses such words, say what they mean: values: {certificate_until: {'вчера': …}})"
        )
    ]
    first, second = load.registry.customers()
    assert (first.id, first.licences[0].version, first.licences[0].seats, first.licences[0].blocked) == (
        "1",
        "3.1",
        5,
        True,
    )
    assert first.certificates[0].valid_until.isoformat() == "2027-12-31"
    assert second.licences[0].seats is None


@pytest.mark.parametrize("content", [b"no workbook", b""])
def test_a_file_that_is_no_workbook_is_named(folder, content):
    pytest.importorskip("openpyxl")
    folder.mapping("sources: {a: {kind: excel, file: a.xlsx, columns: {name: A}}}\n")
    (folder.path / "a.xlsx").write_bytes(content)
    assert "a.xlsx is no Excel workbook" in folder.problems()[0]


def test_a_sheet_that_is_not_there_is_named(folder):
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(folder.path / "a.xlsx")
    folder.mapping("sources: {a: {kind: excel, file: a.xlsx, sheet: Клиенты, columns: {name: A}}}\n")
    assert folder.problems() == ["a.xlsx: a.xlsx has no sheet 'Клиенты' (there are: Sheet)"]


def test_without_the_extra_the_next_step_is_named(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    folder.mapping("sources: {a: {kind: excel, file: a.xlsx, columns: {name: A}}}\n")
    folder.write("a.xlsx", "")
    assert "install osticket-sla-bridge[excel]" in folder.problems()[0]


def test_customers_may_be_written_in_yaml(folder):
    folder.mapping("""
sources:
  people:
    kind: yaml
    file: customers.yaml
    records: customers
    columns: {customer: id, name: name, registration_number: number, version: version, product: product}
  licences:
    kind: yaml
    file: customers.yaml
    records: customers
    each: licences
    columns: {customer: id, product: product, version: version, registration_number: number}
""")
    folder.write(
        "customers.yaml",
        """
customers:
  - {id: K-1, name: Рассвет, number: 0010, product: acc, version: 6.10, licences: [{product: sat, version: 1.0, number: R-2}]}
  - {id: K-2, name: NO, number: R-3, licences: []}
""",
    )
    load = folder.load()
    assert load.problems == ()
    first, second = load.registry.customers()
    assert [(one.product, one.version, one.number) for one in first.licences] == [
        ("acc", "6.10", "0010"),
        ("sat", "1.0", "R-2"),
    ]
    assert second.name == "NO"
    assert load.registry.lookup(folder.ticket(registration_number="r-2")).customer.id == "K-1"


def test_yaml_that_cannot_be_read_is_named_with_its_place(folder):
    folder.mapping("sources: {a: {kind: yaml, file: a.yaml, records: customers, columns: {name: name}}}\n")
    folder.write("a.yaml", "customers: [a\n")
    assert "a.yaml:2:1" in folder.problems()[0]
    folder.write("a.yaml", "people: []\n")
    assert "no list of records under 'customers'" in folder.problems()[0]
    folder.write("a.yaml", "customers:\n  - {nome: A}\n")
    assert "no record has 'name'" in folder.problems()[0]


def http(folder, url: str = "https://crm.example/customers", more: str = "") -> None:
    folder.mapping(f"sources:\n  crm: {{kind: http, url: '{url}', records: data.items, columns: {COLUMNS}{more}}}\n")


def test_an_answer_that_is_no_json_is_named(folder):
    http(folder)
    load = folder.load(fetch=lambda _: Fetched(b"<html>Please log in</html>"))
    (problem,) = load.problems
    assert problem.message.startswith("crm is no JSON: ")
    assert problem.hint == "name the address of the data itself; a page to log in, for instance, is HTML"


def test_json_is_fetched_once_an_hour_and_its_age_is_known(folder):
    http(folder)
    asked: list[FetchRequest] = []

    def fetch(request: FetchRequest) -> Fetched:
        asked.append(request)
        return Fetched(json.dumps(RECORDS).encode())

    first = folder.load(fetch=fetch)
    assert first.problems == ()
    answer = first.registry.lookup(folder.ticket(email="b@one.example"))
    assert (answer.customer.id, answer.customer.emails, answer.as_of) == (
        "7",
        ("a@one.example", "b@one.example"),
        folder.now,
    )
    second = folder.load(fetch=fetch, now=folder.now + 3599)
    assert (len(asked), second.as_of, second.registry.health.stale) == (1, folder.now, False)
    third = folder.load(fetch=fetch, now=folder.now + 3600)
    assert (len(asked), third.as_of) == (2, folder.now + 3600)
    assert first.digest == second.digest == third.digest


@pytest.mark.parametrize(
    "answer", [b"<html>Log in</html>", b"{}", b'{"data": {"items": []}}', b"[" * 100_000, OSError("refused")]
)
def test_an_answer_that_is_no_registry_leaves_the_copy_in_use(folder, answer):
    http(folder)
    folder.load(fetch=lambda _: Fetched(json.dumps(RECORDS).encode()))

    def fetch(_: FetchRequest) -> Fetched:
        if isinstance(answer, OSError):
            raise answer
        return Fetched(answer)

    load = folder.load(fetch=fetch, now=folder.now + 7200)
    found = load.registry.lookup(folder.ticket(email="a@one.example"))
    assert (found.presence, found.stale, found.as_of) == (Presence.FOUND, True, folder.now)
    assert len(load.problems) == 1


def test_without_a_network_and_without_a_copy_nothing_is_concluded(folder):
    http(folder)
    load = folder.load()
    assert load.registry.lookup(folder.ticket(email="a@one.example")) == NO_REGISTRY
    assert "this command has no network" in str(load.problems[0])


@contextmanager
def serving(
    status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None, *, slowly: float = 0
) -> Iterator[tuple[str, list[str]]]:
    """Serve one answer on loopback and collect the secrets that came."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("X-Token", ""))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            for byte in body if slowly else ():
                time.sleep(slowly)
                with suppress(OSError):
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
            self.wfile.write(b"" if slowly else body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/customers", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_real_request_carries_the_secret_and_brings_the_customers(folder):
    with serving(body=json.dumps(RECORDS).encode()) as (url, seen):
        http(folder, url, ", header: X-Token, secret: {env: CRM_TOKEN}")
        load = folder.load(fetch=fetcher(lambda secret: f"{canary.key('6')} of {secret.env}"))
    assert load.problems == ()
    assert load.registry.lookup(folder.ticket(email="a@one.example")).customer.name == "Рассвет"
    assert seen == [f"{canary.key('6')} of CRM_TOKEN"]


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected"),
    [
        (302, b"", {"Location": "http://127.0.0.1:9/"}, "status 302: it redirects to 'http://127.0.0.1:9/'"),
        (500, b"", {}, "status 500"),
        (200, b"x", {"Content-Encoding": "gzip"}, "the answer is packed"),
        (200, b"x", {"Content-Length": "10"}, "127.0.0.1: "),
        (200, b"x" * 2_000, {}, "more than 1,000 bytes"),
    ],
)
def test_a_bad_answer_is_a_named_problem(folder, status, body, headers, expected):
    with serving(status, body, headers) as (url, _):
        http(folder, url)
        load = folder.load(fetch=fetcher(lambda _: "", largest_bytes=1_000))
    assert expected in str(load.problems[0])


def test_a_secret_is_never_sent_unencrypted_nor_shown(folder):
    http(folder, "http://crm.example/customers", ", secret: {env: CRM_TOKEN}")
    load = folder.load(fetch=fetcher(lambda _: canary.key("7")))
    assert "the secret is not sent without encryption" in str(load.problems[0])
    http(folder, f"http://127.0.0.1:9/customers?key={canary.key('7')}", ", secret: {env: CRM_TOKEN}")
    load = folder.load(fetch=fetcher(lambda _: canary.key("7")))
    assert "127.0.0.1: nothing listens there: the connection was refused" in str(load.problems[0])
    assert canary.key("7") not in str(load.problems)


def test_a_large_export_is_loaded_and_answers_for_its_last_customer(folder):
    rows = [
        f"K-{number};Имя {number};REG-{number};;farm{number}.example;acc;{number % 28 + 1:02}.11.2027"
        for number in range(20_000)
    ]
    folder.customers(*rows)
    load = folder.load()
    assert (load.rows, len(load.registry), load.problems) == (20_000, 20_000, ())
    assert load.registry.lookup(folder.ticket(email="a@farm19999.example")).customer.id == "K-19999"


def test_an_answer_that_trickles_in_is_given_up(folder):
    with serving(body=b"x" * 30, slowly=0.02) as (url, _):
        http(folder, url)
        load = folder.load(fetch=fetcher(lambda _: "", timeout_seconds=0.2))
    assert "the answer took longer than 0.2 seconds" in str(load.problems[0])
