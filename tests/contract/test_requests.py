"""Requests that are none of the contract's."""

import pytest

from tests.contract.client import Client
from tests.contract.desk import Desk

JSON = {"Content-Type": "application/json"}
EIGHT_MEBIBYTES = 8 * 1024 * 1024


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "nothing"), ("GET", "tickets/1/more"), ("GET", "tickets/one"), ("POST", "tickets"), ("PUT", "writes"),
     ("DELETE", "tickets/1"), ("PATCH", "tickets/1"), ("POST", "ping"), ("GET", "writes"), ("GET", "publish"), ("GET", "setup")],
)  # fmt: skip
def test_unknown_route_or_method_is_not_found(api: Client, method: str, path: str) -> None:
    reply = api.request(method, path)
    assert (reply.status, reply.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("verb", "path", "emulated"),
    [
        ("GET", "writes", "POST"),
        ("GET", "setup", "POST"),
        ("POST", "tickets", "GET"),
        ("GET", "ping", "get"),
        ("GET", "meta", ""),
    ],
)
def test_no_request_may_have_its_verb_emulated(api: Client, verb: str, path: str, emulated: str) -> None:
    body = {"data": b'{"lease": null, "items": []}', "headers": {"Content-Type": "application/json"}}
    reply = api.request(verb, path, params={"_method": emulated}, **(body if path == "writes" else {}))
    assert (reply.status, reply.code) == (400, "bad_request")
    assert "verb" in reply.body["error"]["message"]


@pytest.mark.parametrize("path", ["writes", "publish", "setup"])
@pytest.mark.parametrize(
    "media",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", None],
)
def test_body_that_is_not_declared_as_json_is_an_unsupported_media_type(
    api: Client, path: str, media: str | None
) -> None:
    headers = {} if media is None else {"Content-Type": media}
    reply = api.request("POST", path, data=b'{"lease": null, "items": []}', headers=headers)
    assert (reply.status, reply.code) == (415, "unsupported_media_type")


def test_media_type_may_name_its_charset_in_any_case(api: Client) -> None:
    headers = {"Content-Type": "Application/JSON; charset=UTF-8"}
    assert api.request("POST", "writes", data=b'{"lease": null, "items": []}', headers=headers).status == 200


@pytest.mark.parametrize("path", ["writes", "publish", "setup"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b'{"items": [}', b"\xff\xfe{}", b'{"items": [], "lease": nul}', b"[" * 100_000]
)
def test_unreadable_json_is_a_bad_request(api: Client, path: str, body: bytes) -> None:
    reply = api.request("POST", path, data=body, headers=JSON)
    assert (reply.status, reply.code) == (400, "bad_request")


@pytest.mark.parametrize(
    "body",
    [[], "text", 7, None, {}, {"items": None}, {"items": {}}, {"items": ["x"]}, {"items": [{"if_rev": "x"}]}, {"items": [{"id": 1}]},
     {"items": [{"id": "1", "if_rev": "x"}]}, {"items": [{"id": True, "if_rev": "x"}]}, {"items": [{"id": 1, "if_rev": 7}]}],
)  # fmt: skip
def test_writes_of_the_wrong_shape_are_unprocessable(api: Client, body: object) -> None:
    reply = api.post("writes", body)
    assert (reply.status, reply.code) == (422, "unprocessable")


def test_one_item_of_the_wrong_shape_writes_nothing_of_the_batch(api: Client, ticket: int) -> None:
    good = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_state": "met"}}
    assert api.post("writes", {"lease": None, "items": [good, "bad"]}).status == 422
    assert api.ticket(ticket)["bridge"]["fields"].get("sla_state") is None


def test_body_beyond_eight_mebibytes_is_too_large(api: Client) -> None:
    body = b'{"lease": null, "items": [], "padding": "' + b"x" * EIGHT_MEBIBYTES + b'"}'
    reply = api.request("POST", "writes", data=body, headers=JSON)
    assert (reply.status, reply.code) == (413, "too_large")


def test_large_body_below_the_limit_is_read(api: Client) -> None:
    item = {"id": 999_999_999, "if_rev": "x", "fields": {}, "detail": {"padding": "x" * 20_000}}
    assert {result["result"] for result in api.write(*[item] * 300)} == {"gone"}


def test_errors_show_no_trace_and_no_path(desk: Desk, api: Client) -> None:
    reply = api.request("POST", "writes", data=b"{", headers=JSON)
    for word in ("Traceback", "Stack trace", ".php on line", 'File "', "/include/", desk.key):
        assert word not in reply.text


def test_connection_is_usable_after_an_error(api: Client) -> None:
    assert api.request("POST", "writes", data=b"{", headers=JSON).status == 400
    assert api.get("ping").status == 200
