"""The committed JSON Schemas are what the models say."""

from tests.contract.answers import FOLDER, generate, schema_errors

RENEW = "renew them with `python -m tests.contract.answers`"


def test_committed_schemas_are_current() -> None:
    stands = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    assert stands == generate(), RENEW


def test_schemas_refuse_a_member_that_the_contract_does_not_know() -> None:
    error = {"code": "not_found", "message": "no ticket 7", "hint": ""}
    assert not schema_errors("GET", "tickets/7", 404, {"error": error})
    assert schema_errors("GET", "tickets/7", 404, {"error": error | {"trace": "…"}})


def test_schemas_refuse_a_missing_member_and_an_instant_with_an_offset() -> None:
    ping = {"instance_id": "0c9e0c9e", "contract": 1, "server_time": "2026-11-20T07:00:00Z", "ip": "127.0.0.1", "scopes": [],
            "departments": None, "versions": {"osticket": "", "php": "", "plugin": "", "contract": 1}}  # fmt: skip
    assert not schema_errors("GET", "ping", 200, ping)
    assert schema_errors("GET", "ping", 200, {name: value for name, value in ping.items() if name != "departments"})
    assert schema_errors("GET", "ping", 200, ping | {"server_time": "2026-11-20T10:00:00+03:00"})
