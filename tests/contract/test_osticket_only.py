"""What only a real osTicket can get wrong: its own pages, tables and formats behind the contract."""

import re
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.html_forms import Form
from tests.contract.staff_pages import Agent, OsticketDesk, variable


def kinds(snapshot: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in snapshot["events"]]


def test_edited_entry_counts_once(agent: Agent, api: Client, ticket: int) -> None:
    agent.note(ticket, "Опечатка в зметке")
    before, cursor = api.ticket(ticket), api.cursor()
    entry = max(map(int, re.findall(rf"tickets/{ticket}/thread/(\d+)/edit", agent.page(ticket))))
    path = f"/scp/ajax.php/tickets/{ticket}/thread/{entry}/edit"
    form = Form(agent._get(path))
    form.first("textarea").value = "Опечатка в заметке исправлена"
    agent._post(path, [*form.data(), ("commit", "save")])
    assert "исправлена" in agent.page(ticket)
    after = api.ticket(ticket)
    assert [(event["kind"], event["at"]) for event in after["events"]] == [
        (event["kind"], event["at"]) for event in before["events"]
    ]
    assert len(api.changed(cursor, ticket)) <= 1


def test_agents_date_comes_as_an_instant_in_utc(
    agent: Agent, api: Client, real_desk: OsticketDesk, ticket: int
) -> None:
    field = real_desk._field("sla_set_promise")["id"]
    assert agent.edit_field(ticket, field, value="2030-12-01 15:00:00")
    snapshot = api.ticket(ticket)
    told = [event["to"] for event in snapshot["events"] if event["field"] == "sla_set_promise"]
    assert told == [snapshot["fields"]["sla_set_promise"]]
    page = agent.page(ticket)
    shown = re.search(r"12/1/30,?\s+(\d+):00\s*(AM|PM)", page.replace("\u202f", " "))
    assert shown, "the page shows the date that was entered"
    zone_hours = (int(shown[1]) % 12 + (12 if shown[2] == "PM" else 0)) - int(told[0][11:13])
    assert zone_hours in (0, 3), "the page shows the same instant in the agent's zone"
    assert told[0].startswith("2030-12-01T")


def test_change_of_owner_is_an_input(agent: Agent, api: Client, open_ticket: Callable[..., int], token: str) -> None:
    ticket, other = open_ticket(), open_ticket(email=f"other-{token}@niva.example", via="api")
    before, cursor = api.ticket(ticket), api.cursor()
    owner = api.ticket(other)["requester"]
    form = [("a", "process"), ("do", "changeuser"), ("id", str(ticket)), ("user_id", str(owner["id"]))]
    agent._post(f"/scp/tickets.php?id={ticket}", [*form, ("__CSRFToken__", agent.session.headers["X-CSRFToken"])])
    (item,) = api.changed(cursor, ticket)
    assert item["requester"]["email"] == owner["email"]
    assert item["rev"] != before["rev"]


def test_users_phone_reaches_his_open_ticket(agent: Agent, api: Client, ticket: int) -> None:
    before, cursor = api.ticket(ticket), api.cursor()
    user = before["requester"]["id"]
    form = Form(agent._get(f"/scp/ajax.php/users/{user}/edit"))
    form.captioned("Phone Number").value = "+74951234567"
    agent._done(agent._post(f"/scp/ajax.php/users/{user}", form.data()))
    (item,) = api.changed(cursor, ticket)
    assert "4951234567" in str(item["requester"]["fields"]["phone"])
    assert item["rev"] != before["rev"]


@pytest.fixture
def organization(agent: Agent, token: str) -> Iterator[int]:
    form = Form(agent._get("/scp/ajax.php/orgs/add"), 'action="#orgs/add"')
    form.captioned("Name").value = f"Колхоз {token}"
    made = agent._post("/scp/ajax.php/orgs/add", form.data())
    agent._done(made)
    number = int(made.json()["id"])
    yield number
    agent.session.delete(f"{agent.root}/scp/ajax.php/orgs/{number}/delete", timeout=60)


def test_organisation_and_its_changes_reach_its_users_open_ticket(
    agent: Agent, api: Client, ticket: int, organization: int, token: str
) -> None:
    user, cursor = api.ticket(ticket)["requester"]["id"], api.cursor()
    agent._done(
        agent._post(f"/scp/ajax.php/users/{user}/org", [("orgid", str(organization)), ("id", str(organization))])
    )
    (item,) = api.changed(cursor, ticket)
    assert item["requester"]["organization"]["name"] == f"Колхоз {token}"
    rev, cursor = item["rev"], api.cursor()
    form = Form(agent._get(f"/scp/ajax.php/orgs/{organization}/edit"))
    form.captioned("Website").value = "https://kolhoz.example"
    agent._done(agent._post(f"/scp/ajax.php/orgs/{organization}", form.data()))
    (item,) = api.changed(cursor, ticket)
    assert item["requester"]["organization"]["fields"]["website"] == "https://kolhoz.example"
    assert item["rev"] != rev


def test_agents_answer_by_mail_is_a_note_from_mail(
    agent: Agent, real_desk: OsticketDesk, api: Client, open_ticket: Callable[..., int], token: str
) -> None:
    """He answers the alert that osTicket sent him: its Message-ID tells who he is."""
    sent = Path(variable("MAIL") or "/nowhere")
    if not sent.is_dir():
        pytest.skip("no folder with the mail that osTicket sent is given")
    address = Form(agent._get("/scp/profile.php")).captioned("Email Address").value
    customer = f"mail-{token}@kolos.example"
    ticket = open_ticket(via="email", email=customer)
    agent.claim(ticket)
    known = set(sent.glob("*.eml"))
    real_desk.customer_message(api.ticket(ticket)["number"], customer, f"Ну что там? {token}")
    alerts = [message_from_bytes(path.read_bytes(), policy=default) for path in set(sent.glob("*.eml")) - known]
    mine = [str(alert["Message-ID"]).strip() for alert in alerts if address in str(alert["To"])]
    if not mine:
        pytest.skip("osTicket sends its agents no alerts")
    cursor = api.cursor()
    real_desk.mail(address, "Re: вопрос", "Отвечаю по почте", headers={"In-Reply-To": mine[0]})
    (item,) = api.changed(cursor, ticket)
    last = item["events"][-1]
    assert (last["kind"], last["actor"], last["source"]) == ("note", "agent", "email")


def test_mass_status_reaches_every_ticket(agent: Agent, api: Client, open_ticket: Callable[..., int]) -> None:
    tickets = [open_ticket() for _ in range(3)]
    cursor = api.cursor()
    data = [("status_id", "2"), ("comments", ""), *(("tids[]", str(one)) for one in tickets)]
    agent._done(agent._post("/scp/ajax.php/tickets/status/close", data))
    for one in tickets:
        (item,) = api.changed(cursor, one)
        assert (item["status"]["state"], "closed" in kinds(item)) == ("closed", True)


def test_attachments_of_the_first_message_are_listed(
    real_desk: OsticketDesk, api: Client, open_ticket: Callable[..., int]
) -> None:
    files = [
        {"журнал.txt": "data:text/plain;charset=utf-8,строка"},
        {"screen.png": "data:image/png;base64,iVBORw0KGgo="},
    ]
    ticket = open_ticket(via="api", extra={"attachments": files})
    listed = {one["name"]: (one["type"], one["size"]) for one in api.ticket(ticket)["attachments"]}
    assert listed["screen.png"][0] == "image/png"
    assert listed["screen.png"][1] == 8
    assert listed["журнал.txt"][0].startswith("text/plain")


def test_body_from_the_web_is_text_without_markup(
    api: Client, real_desk: OsticketDesk, open_ticket: Callable[..., int]
) -> None:
    body = "<p>Строка <b>один</b></p><p>Строка&nbsp;два &lt;тег&gt; &amp; всё</p><ul><li>пункт</li></ul>"
    text = api.ticket(open_ticket(body=body))["body"]
    assert not re.search(r"</?(p|b|ul|li)>", text)
    assert re.search(r"Строка один\s*\n+\s*Строка.два <тег> & всё\s*\n", text), text
    assert "пункт" in text


def test_sla_plan_and_due_date_are_native(agent: Agent, api: Client, ticket: int) -> None:
    before = api.ticket(ticket)
    form = Form(agent._get(f"/scp/ajax.php/tickets/{ticket}/field/duedate/edit"))
    form.controls[0].value = "2030-12-01 15:00:00"
    agent._done(agent._post(f"/scp/ajax.php/tickets/{ticket}/field/duedate/edit", form.data()))
    after = api.ticket(ticket)
    assert after["native"]["due_at"].startswith("2030-12-01T")
    assert after["native"] != before["native"]


def test_assignment_to_a_team_or_another_agent_is_told(agent: Agent, api: Client, ticket: int) -> None:
    agent._done(agent._dialog(f"{ticket}/assign/agents", {"select": "s1"}))
    snapshot = api.ticket(ticket)
    assert snapshot["assignee"]["id"] == 1
    event = [event for event in snapshot["events"] if event["kind"] == "assigned"][-1]
    assert event["to"] == snapshot["assignee"]


def test_deleting_a_user_with_his_tickets_leaves_tombstones(
    agent: Agent, api: Client, open_ticket: Callable[..., int], token: str
) -> None:
    ticket = open_ticket(email=f"gone-{token}@niva.example", via="api")
    user, cursor = api.ticket(ticket)["requester"]["id"], api.cursor()
    form = Form(agent._get(f"/scp/ajax.php/users/{user}/delete"))
    data = [(control.name, control.value or "1") for control in form.controls]
    agent.session.post(
        f"{agent.root}/scp/ajax.php/users/{user}/delete", data=[*data, ("deletetickets", "1")], timeout=60
    )
    if api.get(f"tickets/{ticket}").status == 200:
        pytest.skip("this agent may not delete users")
    assert api.changed(cursor, ticket) == [{"id": ticket, "deleted": True}]


def test_preview_shows_what_was_written(agent: Agent, api: Client, ticket: int) -> None:
    """osTicket's own list of a ticket's fields: the page itself and its forms show no outputs."""
    api.write_fields(ticket, sla_level="standard", sla_state="running", sla_reason="Видно на странице")
    page = agent._get(f"/scp/ajax.php/tickets/{ticket}/preview")
    labels = {field["name"]: field["choices"] for field in api.get("meta").body["fields"] if field["choices"]}
    assert labels["sla_level"]["standard"] in page
    assert "Видно на странице" in page


class NoteWriter(threading.Thread):
    """An agent who leaves four notes on a ticket, in a browser of his own."""

    def __init__(self, root: str, ticket: int) -> None:
        super().__init__()
        self.ticket = ticket
        self.written = 0
        self._root = root

    def run(self) -> None:
        browser = Agent(self._root, variable("STAFF_USER") or "", variable("STAFF_PASSWORD") or "")
        for number in range(4):
            browser.note(self.ticket, f"Заметка {number}")
            self.written += 1
        browser.session.close()


def test_agents_and_the_bridge_at_once_lose_nothing(
    agent: Agent, real_desk: OsticketDesk, api: Client, open_ticket: Callable[..., int]
) -> None:
    """No stale write goes through, and no note is missed by the feed."""
    tickets = [open_ticket() for _ in range(4)]
    cursor, known = api.cursor(), {one: api.ticket(one) for one in tickets}
    writers = [NoteWriter(real_desk.root, one) for one in tickets]
    for writer in writers:
        writer.start()
    results, busy = set(), True
    while busy:
        busy = any(writer.is_alive() for writer in writers)
        for one, seen in known.items():
            text = f"Заметок: {kinds(seen).count('note')}"
            results.add(api.write({"id": one, "if_rev": seen["rev"], "fields": {"sla_reason": text}})[0]["result"])
        page = api.get("changes", after=cursor, limit=2).body
        cursor, busy = page["next"], busy or page["has_more"]
        known |= {item["id"]: item for item in page["items"] if item["id"] in known}
    assert [writer.written for writer in writers] == [4, 4, 4, 4]
    assert [kinds(seen).count("note") for seen in known.values()] == [4, 4, 4, 4]
    assert {"ok", "conflict"} <= results
    for one, seen in known.items():
        assert api.ticket(one)["rev"] == seen["rev"]


RAW = {
    "a note": """INSERT INTO %thread_entry (pid, thread_id, staff_id, user_id, type, flags, poster, source, title, body, format,
        ip_address, created, updated) SELECT 0, id, 1, 0, 'N', 0, 'Importer', '', '', 'x', 'text', '', NOW(), '0000-00-00'
        FROM %thread WHERE object_type = 'T' AND object_id = {ticket}""",
    "an answer": """INSERT INTO %thread_entry (pid, thread_id, staff_id, user_id, type, flags, poster, source, title, body, format,
        ip_address, created, updated) SELECT 0, id, 1, 0, 'R', 0, 'Importer', '', '', 'x', 'text', '', NOW(), '0000-00-00'
        FROM %thread WHERE object_type = 'T' AND object_id = {ticket}""",
    "a line of the log": """INSERT INTO %thread_event (thread_id, thread_type, event_id, staff_id, team_id, dept_id, topic_id, data,
        username, uid, uid_type, timestamp) SELECT h.id, 'T', n.id, 1, 0, 2, 1, NULL, 'importer', 1, 'S', NOW()
        FROM %thread h JOIN %event n ON n.name = 'transferred' WHERE h.object_type = 'T' AND h.object_id = {ticket}""",
}


@pytest.mark.parametrize("what", RAW)
def test_rows_written_by_others_sql_are_in_the_feed(
    api: Client, back: OsticketBackDoor, ticket: int, what: str
) -> None:
    before, cursor = api.ticket(ticket), api.cursor()
    back.sql(RAW[what].format(ticket=ticket))
    (item,) = api.changed(cursor, ticket)
    assert len(item["events"]) == len(before["events"]) + 1
    assert item["rev"] != before["rev"]


def test_what_the_service_agent_wrote_by_sql_wakes_nobody(api: Client, back: OsticketBackDoor, ticket: int) -> None:
    service = back.sql(f"SELECT staff_id FROM %staff WHERE username = '{variable('SERVICE_USER')}'")  # noqa: S608
    cursor = api.cursor()
    back.sql(RAW["a note"].format(ticket=ticket).replace("id, 1, 0", f"id, {service}, 0"))
    assert api.changed(cursor, ticket) == []


def test_feed_row_is_written_while_the_copy_of_the_answers_is_missing(
    agent: Agent, api: Client, back: OsticketBackDoor, real_desk: OsticketDesk, ticket: int
) -> None:
    cursor = api.cursor()
    back.sql("RENAME TABLE %ticket__cdata TO %ticket__cdata_away")
    try:
        agent.edit_field(ticket, real_desk._field("sla_set_critical")["id"], value=True)
    finally:
        # osTicket may have begun a new one meanwhile.
        back.sql("DROP TABLE IF EXISTS %ticket__cdata; RENAME TABLE %ticket__cdata_away TO %ticket__cdata")
    (item,) = api.changed(cursor, ticket)
    assert item["fields"]["sla_set_critical"] is True
    assert [one["actor"] for one in item["events"] if one["field"] == "sla_set_critical"] == ["agent"]


def test_own_field_that_an_administrator_renamed_is_still_guarded(
    api: Client, back: OsticketBackDoor, open_ticket: Callable[..., int]
) -> None:
    back.sql("UPDATE %form_field SET name = 'sla_note' WHERE name = 'sla_reason'")
    try:
        snapshot = api.ticket(open_ticket(extra={"sla_note": "Я так хочу"}))
        assert not any(snapshot["bridge"]["fields"].values())
        assert "sla_note" not in snapshot["fields"]
    finally:
        back.sql("UPDATE %form_field SET name = 'sla_reason' WHERE name = 'sla_note'")
