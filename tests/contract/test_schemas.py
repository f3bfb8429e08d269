"""The document of the contract is what the models say, and tight enough to notice what one server adds or leaves out."""

import pytest

from docs import openapi
from tests.contract.answers import document, schema_errors

PING = {"instance_id": "0c9e0c9e", "contract": 1, "server_time": "2026-11-20T07:00:00Z", "ip": "127.0.0.1", "scopes": [],
        "departments": None, "features": [], "last_pass": None, "policy": None, "versions": {"osticket": "", "php": "", "plugin": "", "contract": 1}}  # fmt: skip


def test_the_committed_document_is_current() -> None:
    assert openapi.FILE.read_text("utf-8") == openapi.text(), "renew it with `make docs`"


def test_schemas_refuse_a_member_that_the_contract_does_not_know() -> None:
    error = {"code": "not_found", "message": "no ticket 7", "hint": ""}
    assert not schema_errors("GET", "tickets/7", 404, {"error": error})
    assert schema_errors("GET", "tickets/7", 404, {"error": error | {"trace": "…"}})


def test_schemas_refuse_a_missing_member_and_an_instant_with_an_offset() -> None:
    assert not schema_errors("GET", "ping", 200, PING)
    assert schema_errors("GET", "ping", 200, {name: value for name, value in PING.items() if name != "departments"})
    assert schema_errors("GET", "ping", 200, PING | {"server_time": "2026-11-20T10:00:00+03:00"})


def test_a_status_that_is_not_documented_is_an_error_of_its_own() -> None:
    assert schema_errors("GET", "ping", 418, {"error": {"code": "teapot", "message": "", "hint": ""}})
    assert schema_errors("PUT", "nowhere", 200, PING)


@pytest.mark.parametrize("operation", openapi.OPERATIONS, ids=lambda one: one.name)
def test_each_operation_names_components_that_are_there(operation: openapi.Operation) -> None:
    components = document()["components"]["schemas"]
    assert operation.answer in components
    assert not operation.body or operation.body in components
