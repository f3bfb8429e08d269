"""osTicket's own due date, set from the decision: never over a person, nothing told to anybody, and given back."""

import os
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.desk import SETUP, Desk, EmbeddedDesk
from tests.contract.html_forms import Form
from tests.contract.staff_pages import PREFIX, Agent, variable

FAR = "2031-03-04T09:30:00Z"
PAST = "2020-02-03T08:00:00Z"


def set_date(api: Client, ticket: int, native: Any) -> dict[str, Any]:
    return api.write({"id": ticket, "if_rev": api.ticket(ticket)["rev"], "native": native})[0]


def test_a_date_is_set_and_stands(api: Client, ticket: int) -> None:
    assert set_date(api, ticket, {"due_at": FAR})["result"] == "ok"
    native = api.ticket(ticket)["native"]
    assert (native["due_at"], native["overdue"], native["manual"], native["ours"]) == (
        FAR,
        False,
        False,
        {"due_at": FAR},
    )
    assert set_date(api, ticket, {"due_at": FAR})["result"] == "noop"


def test_no_date_is_a_date_too(api: Client, ticket: int) -> None:
    assert set_date(api, ticket, {"due_at": None})["result"] == "ok"
    native = api.ticket(ticket)["native"]
    assert (native["due_at"], native["ours"]) == (None, {"due_at": None})
    assert set_date(api, ticket, {"due_at": None})["result"] == "noop"


def test_a_passed_date_marks_the_ticket_overdue_and_a_later_one_takes_that_back(api: Client, ticket: int) -> None:
    set_date(api, ticket, {"due_at": PAST})
    assert api.ticket(ticket)["native"]["overdue"] is True
    set_date(api, ticket, {"due_at": FAR})
    assert api.ticket(ticket)["native"]["overdue"] is False
    set_date(api, ticket, {"due_at": PAST})
    set_date(api, ticket, {"due_at": None})
    assert api.ticket(ticket)["native"]["overdue"] is False


def test_released_the_plans_own_date_is_back(api: Client, ticket: int) -> None:
    before = api.ticket(ticket)["native"]
    for due in (FAR, None, PAST):
        set_date(api, ticket, {"due_at": due})
    assert set_date(api, ticket, {"release": True})["result"] == "ok"
    assert api.ticket(ticket)["native"] == before
    assert set_date(api, ticket, {"release": True})["result"] == "noop"


def test_an_item_without_it_leaves_the_date(api: Client, ticket: int) -> None:
    set_date(api, ticket, {"due_at": FAR})
    assert set_date(api, ticket, None)["result"] == "noop"
    assert api.write_fields(ticket, sla_reason="Только текст")["result"] == "ok"
    assert api.ticket(ticket)["native"]["ours"] == {"due_at": FAR}


def test_dates_and_fields_are_written_together(api: Client, ticket: int) -> None:
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_due": FAR}, "native": {"due_at": FAR}}
    assert api.write(item)[0]["result"] == "ok"
    snapshot = api.ticket(ticket)
    assert (snapshot["bridge"]["fields"]["sla_due"], snapshot["native"]["due_at"]) == (FAR, FAR)


def test_the_date_is_no_input_and_enters_no_feed(api: Client, ticket: int) -> None:
    before, cursor = api.ticket(ticket), api.cursor()
    set_date(api, ticket, {"due_at": PAST})
    after = api.ticket(ticket)
    assert (after["rev"], after["events"]) == (before["rev"], before["events"])
    assert api.changed(cursor, ticket) == []


@pytest.mark.parametrize(
    "native",
    [
        {}, [], "x", 1, True, {"due_at": "tomorrow"}, {"due_at": "2031-03-04"}, {"due_at": 1795852800}, {"due_at": ""},
        {"due_at": "2031-02-30T09:30:00Z"}, {"due_at": "2031-03-04T09:30:00+00:00"}, {"due_at": FAR, "release": True},
        {"release": False}, {"release": None}, {"sla": "Gold"}, {"due_at": [FAR]},
    ],
)  # fmt: skip
def test_what_is_no_date_makes_the_item_invalid(api: Client, ticket: int, native: Any) -> None:
    result = set_date(api, ticket, native)
    assert (result["result"], result["error"]["code"]) == ("invalid", "bad_item")
    assert api.ticket(ticket)["native"]["ours"] is None


def test_a_bad_date_keeps_the_fields_from_being_written(api: Client, ticket: int) -> None:
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": {"sla_reason": "x"}, "native": {"due_at": "x"}}
    results = api.write(item, item | {"native": {"due_at": FAR}})
    assert [one["result"] for one in results] == ["invalid", "ok"]
    assert api.ticket(ticket)["bridge"]["fields"]["sla_reason"] == "x"


def test_of_two_items_the_later_date_stands(api: Client, ticket: int) -> None:
    rev = api.ticket(ticket)["rev"]
    dates = [{"due_at": FAR}, {"release": True}, {"due_at": None}]
    results = api.write(*({"id": ticket, "if_rev": rev, "native": one} for one in dates))
    assert [one["result"] for one in results] == ["ok", "ok", "ok"]
    assert api.ticket(ticket)["native"]["ours"] == {"due_at": None}


def test_a_removal_gives_every_date_back() -> None:
    desk = EmbeddedDesk()
    api = Client(desk.base, desk.key)
    api.post("setup", {"action": "apply", **SETUP})
    desk.open("Вопрос", "Здравствуйте", via="web", email="a@kolos.example")
    ticket = api.get("tickets").body["items"][-1]["id"]
    before = api.ticket(ticket)["native"]
    set_date(api, ticket, {"due_at": FAR})
    api.post("setup", {"action": "remove"})
    assert api.ticket(ticket)["native"] == before
    api.close()
    desk.close()


# --- what only a real osTicket can get wrong -------------------------------------------------------------------------


def give_due_date(agent: Agent, ticket: int, value: str) -> None:
    form = Form(agent._get(f"/scp/ajax.php/tickets/{ticket}/field/duedate/edit"))
    form.controls[0].value = value
    agent._done(agent._post(f"/scp/ajax.php/tickets/{ticket}/field/duedate/edit", form.data()))


def test_a_persons_date_stands_and_is_told(agent: Agent, api: Client, ticket: int) -> None:
    set_date(api, ticket, {"due_at": FAR})
    give_due_date(agent, ticket, "2030-12-01 15:00:00")
    theirs = api.ticket(ticket)["native"]
    assert (theirs["manual"], theirs["due_at"][:10], theirs["ours"]) == (True, "2030-12-01", {"due_at": FAR})
    set_date(api, ticket, {"due_at": PAST})
    native = api.ticket(ticket)["native"]
    assert (native["manual"], native["due_at"], native["overdue"]) == (True, theirs["due_at"], False)


def test_a_date_given_before_the_bridge_came_stands(agent: Agent, api: Client, ticket: int) -> None:
    give_due_date(agent, ticket, "2030-12-01 15:00:00")
    theirs = api.ticket(ticket)["native"]
    for native in ({"due_at": PAST}, {"due_at": None}, {"release": True}):
        set_date(api, ticket, native)
        now = api.ticket(ticket)["native"]
        assert (now["due_at"], now["overdue"], now["manual"]) == (theirs["due_at"], False, True)


def test_what_osticket_computes_anew_does_not_displace_it(agent: Agent, api: Client, ticket: int) -> None:
    """Another SLA plan, a due date given and taken away: at each osTicket writes what its plan says."""
    set_date(api, ticket, {"due_at": FAR})
    plans = {plan["name"]: plan["id"] for plan in api.get("meta").body["sla_plans"]}
    other = next(number for name, number in plans.items() if name != api.ticket(ticket)["native"]["sla"])
    agent.pick(ticket, "sla", other)
    assert api.ticket(ticket)["native"]["due_at"] == FAR
    give_due_date(agent, ticket, "2030-12-01 15:00:00")
    give_due_date(agent, ticket, "")
    native = api.ticket(ticket)["native"]
    assert (native["due_at"], native["manual"]) == (FAR, False)


def test_an_overdue_ticket_that_an_agent_edits_stays_overdue(agent: Agent, api: Client, ticket: int) -> None:
    set_date(api, ticket, {"due_at": PAST})
    plans = {plan["name"]: plan["id"] for plan in api.get("meta").body["sla_plans"]}
    other = next(number for name, number in plans.items() if name != api.ticket(ticket)["native"]["sla"])
    agent.pick(ticket, "sla", other)
    native = api.ticket(ticket)["native"]
    assert (native["due_at"], native["overdue"]) == (PAST, True)


def test_released_the_date_of_the_present_plan_is_back(
    agent: Agent, api: Client, open_ticket: Callable[..., int]
) -> None:
    ours, theirs = open_ticket(), open_ticket()
    set_date(api, ours, {"due_at": FAR})
    plans = {plan["name"]: plan["id"] for plan in api.get("meta").body["sla_plans"]}
    other = next(number for name, number in plans.items() if name != api.ticket(ours)["native"]["sla"])
    for one in (ours, theirs):
        agent.pick(one, "sla", other)
    set_date(api, ours, {"release": True})
    dates = [datetime.fromisoformat(api.ticket(one)["native"]["due_at"]) for one in (ours, theirs)]
    assert abs(dates[0] - dates[1]) < timedelta(minutes=5)


def test_what_an_agent_marked_by_hand_stays_overdue(api: Client, back: OsticketBackDoor, ticket: int) -> None:
    back.sql(f"UPDATE %ticket SET isoverdue = 1 WHERE ticket_id = {ticket}")  # noqa: S608
    set_date(api, ticket, {"due_at": FAR})
    assert api.ticket(ticket)["native"]["overdue"] is True


def test_the_tickets_time_of_change_does_not_move(api: Client, back: OsticketBackDoor, ticket: int) -> None:
    stamp = f"SELECT updated, lastupdate FROM %ticket WHERE ticket_id = {ticket}"  # noqa: S608
    before = back.sql(stamp)
    time.sleep(1.1)
    set_date(api, ticket, {"due_at": PAST})
    assert back.sql(stamp) == before


def cron() -> None:
    command = variable("CRON")
    if command is None:
        pytest.skip(f"set {PREFIX}CRON to the command that runs osTicket's api/cron.php")
    subprocess.run(command, shell=True, check=True, timeout=120, env=os.environ)  # noqa: S602 -- whoever runs the tests gives it


@pytest.fixture
def letters() -> Callable[[], int]:
    folder = Path(variable("MAIL") or "/nowhere")
    if not folder.is_dir():
        pytest.skip(f"set {PREFIX}MAIL to the folder of the mail that osTicket sent")
    return lambda: len(list(folder.glob("*.eml")))


def test_cron_sends_nothing_for_dates_that_had_passed_and_alerts_for_those_that_pass_later(
    agent: Agent, api: Client, open_ticket: Callable[..., int], letters: Callable[[], int]
) -> None:
    cron()
    tickets = [open_ticket() for _ in range(3)]
    for one in tickets:
        agent.claim(one)
        set_date(api, one, {"due_at": PAST})
    before = letters()
    cron()
    assert letters() == before
    assert all(api.ticket(one)["native"]["overdue"] for one in tickets)
    soon = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    set_date(api, tickets[0], {"due_at": soon})
    assert api.ticket(tickets[0])["native"]["overdue"] is False
    time.sleep(4)
    cron()
    assert api.ticket(tickets[0])["native"]["overdue"] is True
    assert letters() == before + 1


def test_at_a_closing_and_a_reopening_nothing_old_rings(agent: Agent, desk: Desk, api: Client, ticket: int) -> None:
    set_date(api, ticket, {"due_at": PAST})
    agent.set_status(ticket, 2, comment=None)
    set_date(api, ticket, {"due_at": None})
    agent.set_status(ticket, 1, comment=None)
    native = api.ticket(ticket)["native"]
    assert (native["due_at"], native["overdue"]) == (None, False)
