"""Compare-and-set writes of the output fields."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.desk import Desk

DUE = "2026-11-20T15:00:00Z"
CYCLE = {
    "metric": "first_response", "cycle": 1, "state": "met", "started_at": "2026-11-20T07:00:00Z", "due_at": DUE,
    "stopped_at": "2026-11-20T08:00:00Z", "breached_at": None, "elapsed_seconds": 3600, "level": "standard",
    "calendar": "support-msk", "target": "8h", "cause": None, "policy_digest": "sha256:00",
}  # fmt: skip
FIELDS = {
    "sla_level": "standard", "sla_state": "running", "sla_due": DUE, "sla_response_due": DUE, "sla_support": "limited",
    "sla_reason": "Стандартный уровень: коммерческий клиент", "sla_customer": "commercial", "sla_curator": "Ольга Кузнецова",
}  # fmt: skip


def test_written_fields_are_read_back_exactly(api: Client, ticket: int) -> None:
    result = api.write_fields(ticket, **FIELDS)
    assert result["result"] == "ok"
    assert {
        name: value for name, value in api.ticket(ticket)["bridge"]["fields"].items() if value is not None
    } == FIELDS


def test_outputs_stand_in_bridge_and_not_among_the_fields(api: Client, ticket: int) -> None:
    api.write_fields(ticket, **FIELDS)
    assert not {
        name for name in api.ticket(ticket)["fields"] if name.startswith("sla_") and not name.startswith("sla_set_")
    }


def test_second_identical_write_is_a_noop(api: Client, ticket: int) -> None:
    assert api.write_fields(ticket, **FIELDS)["result"] == "ok"
    assert api.write_fields(ticket, **FIELDS)["result"] == "noop"


def test_revision_is_not_moved_by_writes(api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    assert api.write_fields(ticket, **FIELDS)["rev"] == rev
    result = api.write(
        {"id": ticket, "if_rev": rev, "fields": {}, "detail": {"rule": "commercial"}, "cycles": [CYCLE]}
    )[0]
    assert (result["result"], result["rev"]) == ("ok", rev)
    assert api.ticket(ticket)["rev"] == rev


def test_null_clears_and_what_is_not_named_stays(api: Client, ticket: int) -> None:
    api.write_fields(ticket, **FIELDS)
    assert api.write_fields(ticket, sla_due=None, sla_reason=None)["result"] == "ok"
    stands = api.ticket(ticket)["bridge"]["fields"]
    assert stands.get("sla_due") is None
    assert stands.get("sla_reason") is None
    assert stands["sla_level"] == "standard"
    assert api.write_fields(ticket, sla_due=None)["result"] == "noop"


def test_clearing_what_was_never_set_is_a_noop(api: Client, ticket: int) -> None:
    assert api.write_fields(ticket, sla_resolution_due=None, sla_curator=None)["result"] == "noop"


def test_item_without_anything_to_write_is_a_noop(api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    assert api.write({"id": ticket, "if_rev": rev})[0]["result"] == "noop"


def test_moved_inputs_are_a_conflict_that_tells_the_new_revision(desk: Desk, api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    desk.note(ticket, "Кто-то был быстрее")
    result = api.write({"id": ticket, "if_rev": rev, "fields": FIELDS})[0]
    assert result == {"id": ticket, "result": "conflict", "rev": api.ticket(ticket)["rev"], "error": None}
    assert result["rev"] != rev
    assert not any(api.ticket(ticket)["bridge"]["fields"].values())
    assert api.write({"id": ticket, "if_rev": result["rev"], "fields": FIELDS})[0]["result"] == "ok"


def test_missing_ticket_is_gone(api: Client) -> None:
    result = api.write({"id": 999_999_999, "if_rev": "x", "fields": FIELDS})[0]
    assert result == {"id": 999_999_999, "result": "gone", "rev": None, "error": None}


def test_deleted_ticket_is_gone(desk: Desk, api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    desk.delete(ticket)
    assert api.write({"id": ticket, "if_rev": rev, "fields": FIELDS})[0]["result"] == "gone"


def test_order_is_gone_then_conflict_then_invalid(api: Client, ticket: int) -> None:
    bad = {"sla_level": "no such level"}
    rev = api.ticket(ticket)["rev"]
    results = api.write(
        {"id": 999_999_999, "if_rev": "stale", "fields": bad},
        {"id": ticket, "if_rev": "stale", "fields": bad},
        {"id": ticket, "if_rev": rev, "fields": bad},
    )
    assert [result["result"] for result in results] == ["gone", "conflict", "invalid"]


def test_one_bad_item_stops_no_other_and_changes_nothing(api: Client, open_ticket: Callable[..., int]) -> None:
    first, second, third = (open_ticket() for _ in range(3))
    revs = {one: api.ticket(one)["rev"] for one in (first, second, third)}
    results = api.write(
        {"id": first, "if_rev": revs[first], "fields": {"sla_state": "met"}},
        {"id": second, "if_rev": revs[second], "fields": {"sla_state": "met", "sla_level": "no such level"}},
        {"id": third, "if_rev": revs[third], "fields": {"sla_state": "met"}},
    )
    assert [(result["id"], result["result"]) for result in results] == [
        (first, "ok"),
        (second, "invalid"),
        (third, "ok"),
    ]
    assert api.ticket(second)["bridge"]["fields"].get("sla_state") is None
    assert api.ticket(third)["bridge"]["fields"]["sla_state"] == "met"


def test_no_items_are_no_results(api: Client) -> None:
    assert api.write() == []


@pytest.mark.parametrize(
    "name", ["sla_nonsense", "subject", "priority", "product", "sla_set_level", "sla_set_critical", "id", ""]
)
def test_field_that_is_no_output_is_an_unknown_field(api: Client, ticket: int, name: str) -> None:
    before = api.ticket(ticket)
    result = api.write_fields(ticket, **{name: "general"})
    assert result["result"] == "invalid"
    assert result["error"]["code"] == "unknown_field"
    assert result["rev"] == before["rev"]
    assert api.ticket(ticket) == before


BAD_VALUES: list[tuple[str, Any]] = [
    ("sla_level", "no_such_level"), ("sla_level", "Standard"), ("sla_level", ""), ("sla_level", True), ("sla_level", 7),
    ("sla_level", ["standard"]), ("sla_level", {"standard": "Стандартный"}), ("sla_state", "over"), ("sla_due", "tomorrow"),
    ("sla_due", "2026-11-20"), ("sla_due", "2026-11-20 15:00:00"), ("sla_due", "2026-11-20T15:00:00"),
    ("sla_due", "2026-13-20T15:00:00Z"), ("sla_due", "2026-02-30T15:00:00Z"), ("sla_due", "2026-11-20T25:00:00Z"),
    ("sla_due", "2026-11-20T18:00:00+03:00"), ("sla_due", "2026-11-20T15:00Z"), ("sla_due", "20261120T150000Z"),
    ("sla_due", "2026-11-20T15:00:00Z "), ("sla_due", "2026-11-20t15:00:00z"), ("sla_due", 1_795_186_800), ("sla_due", False), ("sla_due", ""), ("sla_reason", 7), ("sla_reason", True),
    ("sla_reason", ["…"]), ("sla_reason", {"text": "…"}), ("sla_curator", 1.5),
    ("sla_reason", "=1+1"), ("sla_reason", "+7 495 000-00-00"), ("sla_reason", "-1"), ("sla_curator", "@SUM(A1)"),
    ("sla_reason", "\t=1"), ("sla_curator", "\r=1"), ("sla_reason", "="), ("sla_reason", "-"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_bad_value_is_invalid_and_writes_nothing(api: Client, ticket: int, name: str, value: Any) -> None:
    result = api.write_fields(ticket, **{name: value, "sla_customer": "partner"})
    assert result["result"] == "invalid"
    assert result["error"]["code"] == "bad_value"
    assert name in result["error"]["message"]
    assert api.ticket(ticket)["bridge"]["fields"].get("sla_customer") is None


@pytest.mark.parametrize(
    "member",
    [{"actions": [{"kind": "note"}]}, {"fields": ["sla_level"]}, {"detail": ["x"]}, {"cycles": {"x": 1}}, {"cycles": ["x"]},
     {"detail": {"long": "я" * 70_000}}],
)  # fmt: skip
def test_bad_item_is_invalid_and_writes_nothing(api: Client, ticket: int, member: dict[str, Any]) -> None:
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_state": "met"}} | member
    result = api.write(item)[0]
    assert (result["result"], result["error"]["code"]) == ("invalid", "bad_item")
    assert api.ticket(ticket)["bridge"]["fields"].get("sla_state") is None


def test_detail_and_cycles_replace_what_is_stored_and_come_back_unchanged(api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    detail = {
        "rule": "commercial",
        "clocks": [{"due_at": DUE}],
        "empty": {},
        "none": None,
        "list": [],
        "ключ": "значение 🚜",
    }
    assert api.write({"id": ticket, "if_rev": rev, "detail": detail, "cycles": [CYCLE]})[0]["result"] == "ok"
    assert api.ticket(ticket)["bridge"]["detail"] == detail
    assert api.ticket(ticket)["bridge"]["cycles"] == [CYCLE]
    assert api.write({"id": ticket, "if_rev": rev, "detail": detail, "cycles": [CYCLE]})[0]["result"] == "noop"
    assert api.write({"id": ticket, "if_rev": rev, "detail": {"rule": "other"}})[0]["result"] == "ok"
    stands = api.ticket(ticket)["bridge"]
    assert (stands["detail"], stands["cycles"]) == ({"rule": "other"}, [CYCLE])
    assert api.write({"id": ticket, "if_rev": rev, "detail": {}, "cycles": []})[0]["result"] == "ok"
    stands = api.ticket(ticket)["bridge"]
    assert (stands["detail"], stands["cycles"]) == ({}, [])


def test_same_ticket_twice_in_a_batch_is_written_in_order(api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    states = ("running", "paused", "paused", "running")
    results = api.write(*({"id": ticket, "if_rev": rev, "fields": {"sla_state": state}} for state in states))
    assert [result["result"] for result in results] == ["ok", "ok", "noop", "ok"]
    assert api.ticket(ticket)["bridge"]["fields"]["sla_state"] == "running"


@pytest.mark.parametrize(
    "instant", ["1970-01-02T00:00:00Z", "2026-03-29T02:30:00Z", "2026-10-25T00:30:00Z", "2037-12-31T23:59:59Z"]
)
def test_instant_comes_back_to_the_second_in_any_season(api: Client, ticket: int, instant: str) -> None:
    assert api.write_fields(ticket, sla_due=instant, sla_certificate_until=instant)["result"] == "ok"
    stands = api.ticket(ticket)["bridge"]["fields"]
    assert (stands["sla_due"], stands["sla_certificate_until"]) == (instant, instant)


def test_five_hundred_items_are_allowed_and_one_more_is_not(api: Client) -> None:
    item = {"id": 999_999_999, "if_rev": "x", "fields": {}}
    assert {result["result"] for result in api.write(*[item] * 500)} == {"gone"}
    reply = api.post("writes", {"lease": None, "items": [item] * 501})
    assert (reply.status, reply.code) == (400, "bad_request")


def test_write_under_a_lease_that_is_not_held_is_refused(api: Client, ticket: int) -> None:
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_state": "met"}}
    reply = api.post("writes", {"lease": {"holder": "elsewhere", "epoch": 3}, "items": [item]})
    assert (reply.status, reply.code) == (409, "lease_lost")
    assert api.ticket(ticket)["bridge"]["fields"].get("sla_state") is None


def test_every_field_can_be_cleared_at_once(api: Client, ticket: int) -> None:
    api.write_fields(ticket, **FIELDS)
    api.write_fields(ticket, **dict.fromkeys(FIELDS))
    assert not any(api.ticket(ticket)["bridge"]["fields"].values())
