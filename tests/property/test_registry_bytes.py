"""Whatever bytes an export holds, a load ends with an answer and with problems, never with an exception."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bridge.connectors.registry.load import load_registry
from bridge.connectors.registry.sources.base import Fetched
from bridge.customers import Presence
from bridge.tickets import Reference, Requester, Ticket

COLUMNS = "{customer: id, name: name, email: mail, product: product, certificate_until: until, seats: seats}"
HEADER = "id;name;mail;product;until;seats\n"
TICKET = Ticket(
    id=1,
    number="1",
    rev="r",
    created_at=0,
    status=Reference(name="Open", state="open"),
    department=Reference(name="Support"),
    requester=Requester(email="a@b.example"),
)
cells = st.text(alphabet=st.sampled_from('a;",|\t\n\r\x00\x1f.0123456789-@ё '), max_size=12)
tables = st.lists(st.lists(cells, max_size=8).map(";".join), max_size=5).map(
    lambda rows: (HEADER + "\n".join(rows)).encode()
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "until"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def load(kind: str, content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        place = "url: 'https://crm.example/'" if kind == "http" else "file: export"
        Path(folder, "registry.yaml").write_text(f"sources: {{a: {{kind: {kind}, {place}, columns: {COLUMNS}}}}}\n")
        Path(folder, "export").write_bytes(content)
        return load_registry(Path(folder), now=0, fetch=lambda _: Fetched(content))


def check(kind: str, content: bytes) -> None:
    found = load(kind, content)
    answer = found.registry.lookup(TICKET)
    assert answer.presence is not Presence.NOT_FOUND or found.rows > 0
    assert found.rows > 0 or found.problems
    assert list(found.registry.customers()) is not None


@settings(max_examples=150)
@given(tables | st.binary(max_size=200))
@example(b"\xff\xfe")
@example(HEADER.encode() + b'"')
@example(HEADER.encode("utf-16"))
def test_any_csv_ends_with_an_answer(content):
    check("csv", content)


@settings(max_examples=100)
@given(values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
@example(b'[{"id": 1e400, "name": {"a": [1]}}]')
@example(b"NaN")
def test_any_json_ends_with_an_answer(content):
    check("http", content)


@settings(max_examples=60)
@given(values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50))
def test_any_yaml_ends_with_an_answer(content):
    check("yaml", content)


@settings(max_examples=15)
@given(st.binary(max_size=80))
@example(b"PK\x03\x04")
@example(b"PK\x05\x06" + b"\x00" * 18)
def test_any_workbook_ends_with_an_answer(content):
    pytest.importorskip("openpyxl")
    check("excel", content)


GOOD = [f"K-{number};Firm {number};u{number}@f{number}.example;P;2027-12-31;5" for number in range(1, 5)]
lines = st.text(alphabet=st.sampled_from("ab\";,\t|\x00\x1a#=?'.@<>0123456789-Жё\u200b\u00a0 "), max_size=40)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 4), lines), max_size=4), st.sampled_from(["utf-8", "cp1251"]))
@example([(0, 'x;"a'), (1, 'b";c')], "utf-8")
@example([(1, '"'), (3, '"')], "utf-8")
@example([(0, '"a;b;c;d;e;f'), (2, 'a;b";c;d;e;f')], "utf-8")
def test_whatever_stands_between_them_good_rows_stay_in_use(damaged, encoding):
    rows = list(GOOD)
    for place, line in sorted(damaged, reverse=True):
        rows.insert(place, line)
    text = HEADER + "\n".join(rows) + "\n"
    found = load("csv", text.encode(encoding, "replace"))
    for number in range(1, 5):
        customer = found.registry.customer(f"K-{number}")
        assert customer is not None
        assert (customer.name, customer.emails) == (f"Firm {number}", (f"u{number}@f{number}.example",))
        assert customer.certificates[0].valid_until is not None
