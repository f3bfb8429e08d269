"""The table that a real osTicket counts its reports from: it follows from what the tickets keep, whatever was written how."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bridge.connectors.sandbox.report import PublishedHours
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.figures_json import figures_json
from bridge.policies.figures.model import Dimension, Filters
from bridge.policies.figures.question import Question, asked_period
from bridge.policies.figures.reported import reported_adapter
from bridge.tickets import parse_instant
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import OsticketDesk
from tests.contract.test_publishing import publication
from tests.contract.test_report import PERIOD, hours
from tests.unit.figures.generated import Desk as Drawn

COLUMNS = (
    "ticket_id, stopped, no, state, metric, level, customer, department, agent, due, breached, elapsed, opening, spent"
)
OVER = ("met", "missed", "cancelled")
CALENDAR = hours()
PUBLISHED = publication(calendars={"support": CALENDAR})


@pytest.fixture
def report(api: Client, back: OsticketBackDoor) -> None:
    """A calendar of reports is published."""
    assert api.post("publish", PUBLISHED).status == 200


@pytest.fixture
def tickets(report: None, open_ticket: Callable[..., int]) -> list[int]:
    return [open_ticket() for _ in range(4)]


def write(api: Client, ticket: int, **members: Any) -> str:
    return api.write({"id": ticket, "if_rev": api.ticket(ticket)["rev"]} | members)[0]["result"]


class Life:
    """What a bridge may write to tickets of one customer, by a seed."""

    def __init__(self, seed: int, customer: str) -> None:
        self._drawn, self._customer = Drawn(seed, days=60), customer
        self.random = random.Random(seed)

    def item(self, ticket: int) -> dict[str, Any]:
        """Return members of an item, some of which may be left out."""
        bridge = self._drawn.ticket(ticket)["bridge"]
        moved = timedelta(days=(datetime.now().date() - datetime(2026, 11, 29).date()).days)
        detail = bridge["detail"]
        if detail:
            detail["customer"] = {"id": self._customer, "name": detail["customer"]["name"]}
        for one in [*bridge["cycles"], *detail.get("clocks", ())]:
            for name, value in one.items():
                if name.endswith("_at") and value is not None:
                    one[name] = (datetime.fromisoformat(value) + moved).strftime("%Y-%m-%dT%H:%M:%SZ")
            if "customer" in one:
                one["customer"] = self._customer
        members = {"fields": bridge["fields"], "detail": detail, "cycles": bridge["cycles"]}
        return {name: value for name, value in members.items() if self.random.random() < 0.8}


def seconds(text: str | None) -> str:
    return "NULL" if text is None else str(parse_instant(text))


def number(reference: dict[str, Any] | None) -> str:
    return str((reference or {}).get("id") or 0)


def packed(spent: list[dict[str, Any]] | None) -> str:
    places = [f"{number(one['status'])}:{number(one['department'])}" for one in spent or ()]
    return f"{','.join(places)} {','.join(str(one['seconds']) for one in spent)}" if spent else ""


def rebuilt(ticket: dict[str, Any]) -> list[str]:
    """Return the rows that follow from a ticket's JSON."""
    rows = []
    for place, one in enumerate(ticket["bridge"]["cycles"]):
        opening = one.get("opening")
        rows.append([
            str(ticket["id"]), seconds(one["stopped_at"]), str(place), one["state"], one["metric"], one["level"] or "",
            one.get("customer") or "", number(one.get("department")), number(one.get("agent")), seconds(one["due_at"]),
            seconds(one["breached_at"]), str(one["elapsed_seconds"]), "NULL" if opening is None else str(opening),
            packed(one.get("spent")),
        ])  # fmt: skip
    for place, one in enumerate(ticket["bridge"]["detail"].get("clocks", ())):
        if one["state"] not in OVER:
            state = "overdue" if one["state"] == "overdue" else "open"
            rows.append([
                str(ticket["id"]), "0", str(place), state, one["metric"], one["level"] or "", "", "0", "0",
                seconds(one.get("due_at")), seconds(one.get("breached_at")), "0", "NULL", "",
            ])  # fmt: skip
    return sorted("\t".join(row) for row in rows)


def stored(back: OsticketBackDoor, tickets: list[int]) -> list[str]:
    ids = ", ".join(map(str, tickets))
    lines = back.sql(f"SELECT {COLUMNS}, '.' FROM %sla_bridge_cycle WHERE ticket_id IN ({ids})")
    return sorted(line.removesuffix("\t.") for line in lines.splitlines())


def expected(api: Client, tickets: list[int]) -> list[str]:
    return sorted(row for one in tickets for row in rebuilt(api.ticket(one)))


def answer(client: Client, **parameters: str) -> dict[str, Any]:
    reply = client.get("report", **({"from": str(PERIOD[0]), "until": str(PERIOD[1])} | parameters))
    assert reply.status == 200, reply.text
    return {name: one for name, one in reply.body.items() if name not in ("instance_id", "contract", "server_time")}


def in_python(
    api: Client, tickets: list[int], told: dict[str, Any], departments: frozenset[int] | None = None
) -> dict[str, Any]:
    """Return what Python's figures tell of the very tickets, asked the same."""
    calendar = PublishedHours(CALENDAR)
    now = parse_instant(told["as_of"])
    period = asked_period(told["period"]["from"], told["period"]["until"], zone=calendar.zone, now=now)
    question = Question(period=period, filters=Filters(**told["filters"]), departments=departments)
    read = [reported_adapter().validate_json(json.dumps(api.ticket(one))) for one in tickets]
    figures = figures_of(read, question, calendar, now, PUBLISHED["registry"])
    return figures_json(figures, by=Dimension(told["by"]))


@pytest.mark.parametrize("seed", range(3))
def test_table_and_figures_follow_from_the_tickets_after_any_writes(
    api: Client, back: OsticketBackDoor, tickets: list[int], token: str, seed: int
) -> None:
    life = Life(seed, token)
    for _ in range(4):
        stale = api.ticket(tickets[0])["rev"]
        items = [{"id": one, "if_rev": api.ticket(one)["rev"]} | life.item(one) for one in tickets]
        twice = {"id": tickets[1], "if_rev": items[1]["if_rev"]} | life.item(tickets[1])
        broken = {"id": tickets[2], "if_rev": items[2]["if_rev"], "cycles": [], "fields": {"sla_due": "soon"}}
        conflict = {"id": tickets[0], "if_rev": f"{stale[:-1]}x", "cycles": [], "detail": {}}
        results = [one["result"] for one in api.write(*items, twice, broken, conflict)]
        assert results[-2:] == ["invalid", "conflict"]
        assert set(results[:-2]) <= {"ok", "noop"}
        assert stored(back, tickets) == expected(api, tickets)
        told = answer(api, customer=token, by=life.random.choice([*Dimension]).value)
        assert told == in_python(api, tickets, told)


def test_members_that_stay_as_they_were_leave_their_rows(
    api: Client, back: OsticketBackDoor, tickets: list[int], token: str
) -> None:
    whole = Drawn(7, days=60).ticket(1)["bridge"]
    ticket = tickets[0]
    clocks = [{"metric": "resolution", "cycle": 1, "state": "overdue", "started_at": "2026-11-02T08:00:00Z", "level": "urgent",
               "due_at": "2026-11-03T08:00:00Z", "breached_at": "2026-11-03T08:00:00Z"}]  # fmt: skip
    assert write(api, ticket, cycles=whole["cycles"]) == "ok"
    assert write(api, ticket, detail={"v": 2, "clocks": clocks}) == "ok"
    both = stored(back, [ticket])
    assert both == expected(api, [ticket])
    assert len(both) == len(whole["cycles"]) + 1
    assert write(api, ticket, fields={"sla_level": "urgent"}) == "ok"
    assert write(api, ticket, cycles=whole["cycles"], detail={"clocks": clocks, "v": 2}) == "noop"
    assert stored(back, [ticket]) == both
    assert write(api, ticket, cycles=[]) == "ok"
    assert [row.split("\t")[3] for row in stored(back, [ticket])] == ["overdue"]


def test_two_writers_at_once_leave_what_the_ticket_keeps(
    api: Client,
    back: OsticketBackDoor,
    real_desk: OsticketDesk,
    tickets: list[int],
    token: str,
    client_of: Callable[..., Client],
) -> None:
    lives = [Life(seed, token) for seed in (21, 22)]
    told: list[str] = []

    def rewrite(client: Client, life: Life) -> None:
        # Each locks the tickets in an order of its own, again and again: one waits for the other, and may be its victim.
        for _ in range(8):
            mixed = life.random.sample(tickets, len(tickets))
            items = [{"id": one, "if_rev": client.ticket(one)["rev"]} | life.item(one) for one in mixed]
            told.extend(one["result"] for one in client.write(*items))

    both = [threading.Thread(target=rewrite, args=(client_of(real_desk.key), life)) for life in lives]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 2 * 8 * len(tickets)
    assert set(told) <= {"ok", "noop"}
    assert stored(back, tickets) == expected(api, tickets)


def test_a_write_waits_for_who_holds_its_rows(
    api: Client, back: OsticketBackDoor, tickets: list[int], token: str
) -> None:
    life = Life(23, token)
    for one in tickets:
        write(api, one, **life.item(one))
    ids = ", ".join(map(str, tickets))
    hold = f"START TRANSACTION; SELECT COUNT(*) FROM %sla_bridge_cycle WHERE ticket_id IN ({ids}) FOR UPDATE; SELECT SLEEP(2); COMMIT"
    holder = threading.Thread(target=back.sql, args=(hold,))
    holder.start()
    time.sleep(0.5)
    assert write(api, tickets[0], cycles=[], detail={"v": 2, "clocks": []}) == "ok"
    holder.join()
    assert stored(back, tickets) == expected(api, tickets)
    assert stored(back, tickets[:1]) == []


def test_deleted_ticket_leaves_no_row_and_no_figure(
    api: Client, back: OsticketBackDoor, real_desk: OsticketDesk, tickets: list[int], token: str
) -> None:
    life = Life(11, token)
    for one in tickets:
        write(api, one, **life.item(one))
    real_desk.delete(tickets[0])
    assert stored(back, tickets[:1]) == []
    assert back.sql(f"SELECT COUNT(*) FROM %sla_bridge_reported WHERE ticket_id = {tickets[0]}") == "0"
    told = answer(api, customer=token)
    assert told == in_python(api, tickets[1:], told)


def test_merged_ticket_stands_open_no_longer_and_keeps_its_cycles(
    api: Client, real_desk: OsticketDesk, tickets: list[int], token: str
) -> None:
    life = Life(12, token)
    for one in tickets:
        write(api, one, **life.item(one))
    real_desk.merge(tickets[0], tickets[1])
    told = answer(api, customer=token)
    assert api.ticket(tickets[0])["merged_into"] == tickets[1]
    assert told == in_python(api, tickets, told)
    assert told["now"]["open"] <= 3


def test_an_agents_reason_excludes_a_ticket_and_names_him(
    api: Client, real_desk: OsticketDesk, tickets: list[int], token: str
) -> None:
    life = Life(13, token)
    for one in tickets:
        life.random.seed(1)
        write(api, one, **life.item(one))
    assert real_desk.edit_field(tickets[0], "sla_set_excluded", value="Тестовая заявка")
    told = answer(api, customer=token)
    assert [(one["ticket"], one["reason"]) for one in told["excluded"]] == [(tickets[0], "Тестовая заявка")]
    assert told["excluded"][0]["by"]
    assert told == in_python(api, tickets, told)
    assert real_desk.edit_field(tickets[0], "sla_set_excluded", value="")
    again = answer(api, customer=token)
    assert again["excluded"] == []
    assert again == in_python(api, tickets, again)


@pytest.fixture
def limited(back: OsticketBackDoor, api: Client, client_of: Callable[..., Client]) -> Iterator[Callable[[int], Client]]:
    """Make a key that sees one department; all are taken away in the end."""
    # As hexadecimal digits: the console prints a line break as two characters.
    grants = back.sql("SELECT HEX(value) FROM %config WHERE `key` = 'grants' LIMIT 1")
    made: list[str] = []

    def make(department: int) -> Client:
        key = f"{random.getrandbits(128):032X}"
        address = api.get("ping").body["ip"]
        back.sql(
            f"INSERT INTO %api_key (isactive, ipaddr, apikey, created, updated) VALUES (1, '{address}', '{key}', NOW(), NOW())"
        )
        made.append(key)
        ids = [back.sql(f"SELECT id FROM %api_key WHERE apikey = '{one}'") for one in made]
        lines = "".join(f"\\n{one}: read; departments={department}" for one in ids)
        back.sql(f"UPDATE %config SET value = CONCAT(UNHEX('{grants}'), '{lines}') WHERE `key` = 'grants'")
        return client_of(key)

    yield make
    back.sql(f"UPDATE %config SET value = UNHEX('{grants}') WHERE `key` = 'grants'")
    for key in made:
        back.sql(f"DELETE FROM %api_key WHERE apikey = '{key}'")


def test_a_limited_key_learns_of_no_ticket_name_or_sum_of_other_departments(
    api: Client,
    back: OsticketBackDoor,
    real_desk: OsticketDesk,
    tickets: list[int],
    token: str,
    limited: Callable[[int], Client],
) -> None:
    departments = [one["id"] for one in api.get("meta").body["departments"]]
    here = api.ticket(tickets[0])["department"]["id"]
    there = next(one for one in departments if one != here)
    life = Life(14, token)
    for one in tickets:
        write(api, one, **life.item(one))
    real_desk.transfer(tickets[0], there)
    real_desk.transfer(tickets[1], there)
    client = limited(there)
    assert client.get("ping").body["departments"] == [there]
    for by in Dimension:
        told = answer(client, customer=token, by=by.value)
        assert told == in_python(api, tickets, told, frozenset({there}))
        assert {one["ticket"] for one in told["missed"] + told["unknown"]} <= set(tickets[:2])
        assert {one["key"] for one in told["spent"]["department"]} <= {str(there)}
    secret = f"Тайна-{token}"
    write(api, tickets[2], detail={"v": 2, "customer": {"id": token, "name": secret}, "clocks": []})
    assert secret not in client.get("report", by="customer", **{"from": str(PERIOD[0]), "until": str(PERIOD[1])}).text


@pytest.mark.timeout(900)
def test_tables_of_the_version_before_are_carried_over(
    api: Client, back: OsticketBackDoor, tickets: list[int], token: str
) -> None:
    life = Life(15, token)
    life.random.seed(2)
    for one in tickets:
        write(api, one, **life.item(one))
    before, told = stored(back, tickets), answer(api, customer=token)
    assert before
    ids = ", ".join(map(str, tickets))
    # One that was broken off half-way, with rows of a ticket that was written by the version before meanwhile.
    back.sql(
        f"""DELETE FROM %sla_bridge_cycle WHERE ticket_id IN ({ids}); DELETE FROM %sla_bridge_reported WHERE ticket_id IN ({ids});
        INSERT INTO %sla_bridge_cycle (stopped, ticket_id, no, state, metric, level, customer, department, agent, elapsed, spent)
        VALUES (0, {tickets[0]}, 77, 'open', 'x', 'x', '', 0, 0, 0, ''); UPDATE %sla_bridge_state SET version = 7"""
    )
    ends = time.monotonic() + 600
    while back.sql("SELECT version FROM %sla_bridge_state") != "9" and time.monotonic() < ends:
        # A desk of many tickets takes longer than a web server waits.
        api.session.get(f"{api.base}/ping", timeout=300)
    assert stored(back, tickets) == before == expected(api, tickets)
    again = answer(api, customer=token)
    assert {**again, "as_of": told["as_of"]} == told
