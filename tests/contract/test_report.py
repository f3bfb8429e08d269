"""The figures of a report, counted a second time by hand from what the same helpdesk tells of its tickets."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.connectors.sandbox import Sandbox
from tests.contract.client import Client
from tests.contract.conftest import outcome
from tests.contract.desk import API, Desk, EmbeddedDesk
from tests.contract.test_publishing import CALENDAR, REGISTRY, publication
from tests.unit.figures.by_hand import Hand, Week

ZONE = "Europe/Moscow"
TODAY = datetime.now(ZoneInfo(ZONE)).date()
PERIOD = (TODAY - timedelta(days=40), TODAY)
WEEK = Week({weekday: [(9, 18)] for weekday in range(5)})
REASON = "Тестовая заявка"


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def at(days: int, hour: int) -> str:
    """An instant so many days ago."""
    return text(datetime.combine(TODAY - timedelta(days=days), datetime.min.time(), UTC) + timedelta(hours=hour))


def hours() -> dict[str, Any]:
    """A calendar that is open from 9 to 18 on weekdays, as the bridge publishes it."""
    first = TODAY - timedelta(days=100)
    days = [first + timedelta(days=one) for one in range(200)]
    opens = [datetime.combine(one, datetime.min.time(), UTC) + timedelta(hours=6) for one in days if one.weekday() < 5]
    windows = [[text(one), text(one + timedelta(hours=9))] for one in opens]
    reach = {"from": windows[0][0], "until": windows[-1][1]}
    return CALENDAR | reach | {"windows": windows, "days": {}}


def cycle(
    metric: str, state: str, *, ended: int, customer: str | None, number: int = 1, **members: Any
) -> dict[str, Any]:
    """A finished cycle that ended so many days ago."""
    late = state == "missed"
    return {
        "metric": metric, "cycle": number, "state": state, "started_at": at(ended + 2, 7), "due_at": at(ended + 1, 12),
        "stopped_at": at(ended, 10), "breached_at": at(ended + 1, 12) if late else None, "elapsed_seconds": 3600 * number,
        "level": "standard", "calendar": "support", "target": "8h", "cause": None, "policy_digest": "sha256:00",
        "late_seconds": 7200 if late else 0, "late_days": 1 if late else 0, "customer": customer,
        "department": {"id": 1, "name": "Support"}, "agent": None, "topic": None, "priority": None, "provisional": False,
        "inputs": "sha256:11", "breach_cause": "unassigned" if late else None, "opening": number,
        "spent": [{"status": {"id": 1, "name": "Open"}, "department": {"id": 1, "name": "Support"}, "seconds": 1800 * number}],
    } | members  # fmt: skip


def clock(metric: str, state: str, level: str = "standard") -> dict[str, Any]:
    late = state == "overdue"
    return {
        "metric": metric, "cycle": 7, "level": level, "calendar": "support", "target": "8h", "started_at": at(3, 7),
        "due_at": at(1, 12), "state": state, "stopped_at": None, "breached_at": at(1, 12) if late else None,
        "breach_cause": "in_work" if late else None,
    }  # fmt: skip


def detail(customer: str, *clocks: dict[str, Any], unknown: bool = False) -> dict[str, Any]:
    checks = [{"id": "certificate", "outcome": "unknown" if unknown else "pass"}, {"id": "version", "outcome": "pass"}]
    return {"v": 2, "customer": {"id": customer, "name": f"ООО «{customer}»"}, "checks": checks, "clocks": list(clocks)}


@pytest.fixture
def tickets(desk: Desk, api: Client, open_ticket: Callable[..., int], token: str) -> list[int]:
    """Six tickets of a customer of their own, the last of them excluded, and what they are reported by."""
    assert api.post("publish", publication(calendars={"support": hours()}, registry=None)).status == 200
    records: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = [
        ({"sla_state": "met"}, detail(token), [cycle("first_response", "met", ended=2, customer=token)]),
        (
            {"sla_state": "overdue", "sla_due": at(1, 12), "sla_support": "unknown"},
            detail(token, clock("resolution", "overdue"), clock("first_response", "missed"), unknown=True),
            [
                cycle("first_response", "missed", ended=3, customer=token),
                cycle("first_response", "met", ended=1, customer=token, number=2),
            ],
        ),
        ({"sla_state": "paused"}, detail(token, clock("resolution", "paused", level="urgent")), []),
        (
            {"sla_state": "at_risk", "sla_due": at(-1, 12)},
            detail(token, clock("next_response", "at_risk")),
            [cycle("resolution", "missed", ended=5, customer=None), cycle("next_response", "cancelled", ended=4, customer=token)],
        ),
        ({}, detail(token), [cycle("resolution", "cancelled", ended=6, customer=token)]),
        ({"sla_state": "overdue"}, detail(token, clock("resolution", "overdue")), [cycle("resolution", "missed", ended=2, customer=token)]),
    ]  # fmt: skip
    opened = [open_ticket() for _ in records]
    outcome(lambda: desk.edit_field(opened[-1], "sla_set_excluded", value=REASON))
    for ticket, (fields, told, cycles) in zip(opened, records, strict=True):
        rev = api.ticket(ticket)["rev"]
        item = {
            "id": ticket,
            "if_rev": rev,
            "fields": fields | {"sla_level": "standard"},
            "detail": told,
            "cycles": cycles,
        }
        assert api.write(item)[0]["result"] == "ok"
    return opened


def asked(api: Client, **parameters: str) -> dict[str, Any]:
    """Return the answer without what every answer bears."""
    reply = api.get("report", **({"from": str(PERIOD[0]), "until": str(PERIOD[1])} | parameters))
    assert reply.status == 200, reply.text
    return {name: value for name, value in reply.body.items() if name not in ("instance_id", "contract", "server_time")}


def by_hand(api: Client, tickets: list[int], now: str, **question: Any) -> Hand:
    lines = [json.dumps(api.ticket(one)).encode() for one in tickets]
    return Hand(lines, since=PERIOD[0], until=PERIOD[1], zone=ZONE, now=now, week=WEEK, **question)


@pytest.mark.parametrize("by", ["level", "customer", "department", "agent", "month"])
def test_figures_are_those_counted_by_hand(api: Client, tickets: list[int], token: str, by: str) -> None:
    answer = asked(api, customer=token, by=by)
    expected = by_hand(api, tickets, answer["as_of"], filters={"customer": token}).answer(by)
    assert answer == expected
    assert answer["tickets"] == {
        "met": 1, "breached": 1, "last_breached": 0, "reopened": 1, "cancelled": 2, "excluded": 1, "open_breached": 1,
    }  # fmt: skip
    assert (answer["now"]["open"], answer["now"]["overdue"], answer["now"]["no_sla"]) == (6, 2, 1)


def test_filters_and_lists_are_those_of_the_question(api: Client, tickets: list[int], token: str) -> None:
    filters = {"customer": token, "metric": "resolution", "level": "standard", "department": "1"}
    answer = asked(api, **filters, tickets="1")
    expected = by_hand(api, tickets, answer["as_of"], filters=filters)
    assert answer == expected.answer(limit=1)
    assert asked(api, customer=token, metric="resolution", level="urgent")["total"][0]["open"] == 1


@pytest.mark.parametrize("key", ["срочный", "level ‘1’", "ê", "\N{BANANA}", "' OR 1=1 --", "%", "x" * 300])
@pytest.mark.parametrize("name", ["metric", "level", "department", "customer", "agent"])
def test_a_key_that_nobody_has_finds_nothing_whatever_its_letters(
    api: Client, tickets: list[int], name: str, key: str
) -> None:
    answer = asked(api, **{name: key})
    assert answer["filters"][name] == key
    assert (answer["rows"], answer["total"], answer["missed"]) == ([], [], [])


def test_an_empty_parameter_asks_for_nothing(api: Client, tickets: list[int], token: str) -> None:
    plain = asked(api, customer=token)
    empty = asked(api, customer=token, metric="", level="", department="", agent="", by="")
    assert {**empty, "as_of": plain["as_of"]} == plain


def test_without_dates_it_is_the_month_of_the_reports_zone(api: Client, tickets: list[int]) -> None:
    period = api.get("report", **{"from": "", "until": ""}).body["period"]
    first = TODAY.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    assert period == {"from": str(first), "until": str(last), "zone": ZONE}


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "2026-11-30", "until": "2026-11-01"},
        {"from": "2026-11-01"},
        {"until": "2026-11-01"},
        {"from": "2025-01-01", "until": "2026-02-05"},
        {"from": "2026-02-29", "until": "2026-03-01"},
        {"from": "1.11.2026", "until": "30.11.2026"},
        {"from": "2026-11-01T00:00:00Z", "until": "2026-11-30"},
        {"by": "priority"},
        {"tickets": "1001"},
        {"tickets": "-1"},
        {"tickets": "many"},
    ],
    ids=str,
)  # fmt: skip
def test_a_question_without_an_answer_is_refused(api: Client, tickets: list[int], parameters: dict[str, str]) -> None:
    reply = api.get("report", **parameters)
    assert (reply.status, reply.code) == (400, "bad_request")


def test_four_hundred_days_are_the_most(api: Client, tickets: list[int], token: str) -> None:
    first, last = date(2025, 1, 1), date(2026, 2, 4)
    assert (last - first).days + 1 == 400
    assert api.get("report", **{"from": str(first), "until": str(last), "customer": token}).status == 200


def test_only_keys_that_read_are_told_figures(desk: Desk, client_of: Callable[..., Client]) -> None:
    if desk.key_noscope is None:
        pytest.skip("this helpdesk has no key without scopes")
    assert client_of(desk.key_noscope).get("report").status == 403


def test_before_anything_is_published_no_report_is_made() -> None:
    with Sandbox() as sandbox:
        client = Client(sandbox.url + API, sandbox.keys.full)
        reply = client.get("report")
        assert (reply.status, reply.code) == (409, "not_published")
        without = publication(report=None)
        client.post("publish", without)
        assert client.get("report").code == "not_published"
        client.close()


def test_a_key_of_some_departments_is_told_nothing_of_the_others(
    embedded: EmbeddedDesk, api: Client, tickets: list[int], token: str, client_of: Callable[..., Client]
) -> None:
    embedded.transfer(tickets[1], 2)
    embedded.transfer(tickets[2], 2)
    limited = client_of(embedded.sandbox.add_key(["read"], departments=[2]))
    answer = asked(limited, customer=token, by="department")
    hand = by_hand(api, tickets, answer["as_of"], filters={"customer": token}, departments={2})
    assert answer == hand.answer("department")
    assert {row["key"] for row in answer["rows"]} == {"2"}
    assert answer["now"]["open"] == 2
    assert answer["tickets"]["breached"] == 0
    assert answer["registry"] is None
    nobody = client_of(embedded.sandbox.add_key(["read"], departments=[]))
    assert asked(nobody)["now"]["open"] == 0
    assert not any(asked(nobody)["more"].values())


def test_what_stands_in_the_registry_is_told_to_who_sees_all(
    embedded: EmbeddedDesk, api: Client, tickets: list[int], client_of: Callable[..., Client]
) -> None:
    api.post("publish", publication(calendars={"support": hours()}, registry=REGISTRY))
    assert asked(api)["registry"] == REGISTRY
    limited = client_of(embedded.sandbox.add_key(["read"], departments=[1]))
    assert asked(limited)["registry"] is None


def test_hours_of_dates_before_the_publication_are_told_by_the_dates_that_are_published(
    api: Client, tickets: list[int], token: str
) -> None:
    office = [[int(day < 5 and 9 <= hour < 18) for hour in range(24)] for day in range(7)]
    long_ago = asked(api, customer=token, **{"from": "2025-01-01", "until": "2025-01-31"})
    assert long_ago["working"] == office
    partly = asked(api, customer=token, **{"from": str(TODAY - timedelta(days=300)), "until": str(TODAY)})
    assert partly["working"] == office
    monday = asked(api, customer=token, **{"from": "2025-01-06", "until": "2025-01-06"})
    assert monday["working"] == [office[0]] + [[0] * 24] * 6
