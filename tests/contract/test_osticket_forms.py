"""The bridge's outputs stand on no form of a real osTicket, and are found by all else: queues, variables, the API."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from bridge.fields import AGENT_INPUTS
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.html_forms import Form
from tests.contract.staff_pages import Agent, OsticketDesk
from tests.contract.test_setup import as_it_stands

STEP = "screens:outputs"
TITLES = {field.name: field.title for field in (*OUTPUT_FIELDS, *AGENT_INPUTS)}
TOPIC_LIST = (
    "SELECT r.extra FROM %help_topic_form r JOIN %form f ON f.id = r.form_id AND f.type = 'T' WHERE r.topic_id = {}"
)
TICKET_LIST = """SELECT e.extra FROM %form_entry e JOIN %form f ON f.id = e.form_id AND f.type = 'T'
    WHERE e.object_type = 'T' AND e.object_id = {}"""


@pytest.fixture
def back(back: OsticketBackDoor, api: Client) -> OsticketBackDoor:
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200
    return back


@pytest.fixture
def agent(agent: Agent, real_desk: OsticketDesk, api: Client) -> Agent:
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200
    agent.session.headers["Referer"] = f"{real_desk.root}/scp/tickets.php?a=open"
    return agent


def own(api: Client, owner: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in api.get("meta").body["fields"] if one["owner"] == owner}


def ids(api: Client, owner: str = "bridge") -> set[int]:
    return {one["id"] for one in own(api, owner).values()}


def captions(page: str, fields: dict[str, dict[str, Any]]) -> set[str]:
    """Return the fields whose label stands on the page as a caption, in the agent's language or as it is stored."""
    return {
        name
        for name, one in fields.items()
        if any(
            re.search(rf">\s*{re.escape(label)}\s*:\s*</td>", page)
            for label in (one["label"], TITLES[name].ru, TITLES[name].en)
        )
    }


def disabled(back: OsticketBackDoor, statement: str) -> set[int]:
    return set(json.loads(back.sql(statement))["disable"])


def step(api: Client, action: str, **options: Any) -> tuple[dict[str, Any], int]:
    """Return the step about the forms, and how many steps were done."""
    body = api.post("setup", {"action": action, **as_it_stands(api), **options}).body
    [found] = [one for one in body["steps"] if one["id"] == STEP]
    return found, body["changed"]


def new_ticket_form(agent: Agent, topic: int) -> str:
    return str(json.loads(agent._get(f"/scp/ajax.php/form/help-topic/{topic}"))["html"])


def test_no_form_shows_an_output_and_each_shows_the_agents_inputs(agent: Agent, api: Client, ticket: int) -> None:
    api.write_fields(ticket, sla_level="standard", sla_state="running", sla_reason="Stands nowhere on the page's lists")
    outputs, inputs = own(api, "bridge"), own(api, "agent")
    for page in (new_ticket_form(agent, 1), agent.page(ticket), agent.page(ticket, edit=True)):
        without_panel = re.sub(r"(?s)<(\w+)[^>]*class=\"sla-panel.*?</\1>", "", page)
        assert captions(without_panel, outputs) == set()
        assert captions(without_panel, inputs) == set(inputs)


def test_visitors_form_shows_neither(real_desk: OsticketDesk, api: Client) -> None:
    with requests.Session() as visitor:
        visitor.get(f"{real_desk.root}/open.php", timeout=60)
        visitor.headers["Referer"] = f"{real_desk.root}/open.php"
        page = visitor.get(f"{real_desk.root}/ajax.php/form/help-topic/1", timeout=60).json()["html"]
    assert captions(page, own(api, "bridge") | own(api, "agent")) == set()


@pytest.mark.parametrize("via", ["web", "api", "email", "staff"])
def test_new_ticket_has_its_outputs_out_of_its_edit_form(
    api: Client, back: OsticketBackDoor, open_ticket: Callable[..., int], via: str
) -> None:
    assert ids(api) <= disabled(back, TICKET_LIST.format(open_ticket(via=via)))


def test_new_ticket_without_a_topic_too(
    agent: Agent, api: Client, back: OsticketBackDoor, open_ticket: Callable[..., int]
) -> None:
    ticket = open_ticket(via="api", extra={"topicId": ""})
    assert api.ticket(ticket)["topic"] is None
    assert ids(api) <= disabled(back, TICKET_LIST.format(ticket))
    for page in (agent.page(ticket), agent.page(ticket, edit=True)):
        assert captions(page, own(api, "bridge")) == set()


def test_entry_that_the_bridge_makes_for_a_ticket_without_one_has_them_off(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    back.sql(
        f"""DELETE v FROM %form_entry_values v JOIN %form_entry e ON e.id = v.entry_id WHERE e.object_type = 'T' AND
        e.object_id = {ticket}; DELETE FROM %form_entry WHERE object_type = 'T' AND object_id = {ticket}"""
    )
    assert api.write_fields(ticket, sla_level="standard")["result"] == "ok"
    assert disabled(back, TICKET_LIST.format(ticket)) == ids(api)


@pytest.fixture
def topic(agent: Agent, back: OsticketBackDoor, token: str) -> Iterator[int]:
    """A help topic that an administrator has just made; its page has every box ticked, those of our fields as well."""
    save_topic(agent, "/scp/helptopics.php?a=add", token, set())
    number = int(back.sql(f"SELECT topic_id FROM %help_topic WHERE topic = 'Topic {token}'"))
    yield number
    back.sql(
        f"DELETE FROM %help_topic WHERE topic_id = {number}; DELETE FROM %help_topic_form WHERE topic_id = {number}"
    )


def save_topic(agent: Agent, path: str, token: str, unticked: set[int]) -> str:
    """Save the page with all boxes but these ticked, and return what it shows then."""
    form = Form(agent._get(path), '<form action="helptopics.php')
    for control in form.controls:
        if control.name == "fields[]":
            control.checked = int(control.value) not in unticked
        if control.kind == "select" and control.options and not control.value:
            control.value = control.options[0][0]
    given = {"topic": f"Topic {token}", "status": "active"}
    data = [pair for pair in form.data() if pair[0] not in given]
    return agent._post("/scp/helptopics.php", [*data, *given.items()]).text


def test_topic_that_is_made_later_has_them_off_and_so_has_one_that_is_saved_again(
    agent: Agent, api: Client, back: OsticketBackDoor, topic: int, token: str
) -> None:
    assert disabled(back, TOPIC_LIST.format(topic)) == ids(api)
    theirs = int(back.sql("SELECT id FROM %form_field WHERE name = 'product' AND form_id = 2"))
    shown = save_topic(agent, f"/scp/helptopics.php?id={topic}", token, {theirs})
    assert disabled(back, TOPIC_LIST.format(topic)) == ids(api) | {theirs}
    boxes = {int(one.value): one.checked for one in Form(shown).controls if one.name == "fields[]"}
    assert {number for number, ticked in boxes.items() if not ticked} == ids(api) | {theirs}
    assert captions(new_ticket_form(agent, topic), own(api, "bridge")) == set()


def test_list_that_the_desk_made_itself_is_added_to_and_given_back(
    api: Client, back: OsticketBackDoor, topic: int, ticket: int
) -> None:
    for table, where in (("help_topic_form", f"topic_id = {topic}"), ("form_entry", f"object_type = 'T' AND object_id = {ticket}")):  # fmt: skip
        back.sql(f"""UPDATE %{table} SET extra = '{{"more":{{}},"disable":["20",22]}}' WHERE {where}""")
    lists = TOPIC_LIST.format(topic), TICKET_LIST.format(ticket)
    assert step(api, "plan")[0]["state"] == "todo"
    assert step(api, "apply")[1] == 1
    for one in lists:
        stands = json.loads(back.sql(one))
        assert (stands["more"], stands["disable"][:2]) == ({}, ["20", 22])
        assert set(stands["disable"][2:]) == ids(api)
    try:
        assert step(api, "remove", keep_values=True)[0]["state"] == "done"
        assert [back.sql(one) for one in lists] == ['{"more":{},"disable":["20",22]}'] * 2
    finally:
        assert step(api, "apply")[0]["state"] == "done"


def test_desk_of_the_version_before_is_carried_over(
    agent: Agent, api: Client, back: OsticketBackDoor, ticket: int, topic: int
) -> None:
    api.write_fields(ticket, sla_level="standard", sla_reason="Written before")
    back.sql(
        f"""DELETE FROM %sla_bridge_made WHERE what = '{STEP}'; UPDATE %help_topic_form SET extra = '{{"disable":[]}}';
        UPDATE %form_entry SET extra = NULL WHERE object_type = 'T' AND object_id MOD 2 = 0;
        UPDATE %form_entry SET extra = '{{"disable":[]}}' WHERE object_type = 'T' AND object_id MOD 2 = 1"""
    )
    before, tickets = (
        api.ticket(ticket),
        back.sql("SELECT COUNT(*) FROM %form_entry WHERE object_type = 'T' AND form_id = 2"),
    )
    assert captions(agent.page(ticket), own(api, "bridge")) != set()
    planned, changed = step(api, "plan")
    assert (planned["state"], changed) == ("todo", 0)
    assert back.sql(f"SELECT topic FROM %help_topic WHERE topic_id = {topic}") in planned["detail"]
    assert f" {tickets}." in planned["detail"]
    assert step(api, "apply")[1] == 1
    assert back.sql("SELECT COUNT(DISTINCT extra) FROM %form_entry WHERE object_type = 'T' AND form_id = 2") == "1"
    assert captions(agent.page(ticket), own(api, "bridge")) == set()
    assert api.ticket(ticket) == before
    found, changed = step(api, "apply")
    assert (found["state"], found["detail"], changed) == ("done", "", 0)


def expanded(agent: Agent, back: OsticketBackDoor, ticket: int, *variables: str) -> list[str]:
    """Return what the variables of the ticket expand to in a canned response."""
    title, text = f"Variables of {ticket}", "|".join(f"@{{ticket.{name}}}" for name in (*variables, "number"))
    back.sql(
        f"""INSERT INTO %canned_response (title, response, created, updated)
        VALUES ('{title}', REPLACE('{text}', '@', CHAR(37)), NOW(), NOW())"""
    )
    number = back.sql(f"SELECT canned_id FROM %canned_response WHERE title = '{title}'")
    try:
        shown = agent._get(f"/scp/ajax.php/tickets/{ticket}/canned-resp/{number}.json")
    finally:
        back.sql(f"DELETE FROM %canned_response WHERE canned_id = {number}")
    return str(json.loads(shown)["response"]).split("|")[:-1]


def test_variables_of_answers_and_letters_go_on_expanding(
    agent: Agent, api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    labels = {name: one["choices"] for name, one in own(api, "bridge").items()}
    api.write_fields(ticket, sla_level="standard", sla_state="running", sla_reason="По договору")
    level, *others = expanded(agent, back, ticket, "sla_level", "sla_state", "sla_reason", "sla_curator", "sla_due")
    assert labels["sla_level"]["standard"] in level
    assert others == [labels["sla_state"]["running"], "По договору", "", ""]


@pytest.mark.parametrize("due", ["2030-12-01T12:00:00Z", "2030-07-01T21:30:00Z"])
def test_variables_of_deadlines_tell_the_time_that_the_page_tells(
    agent: Agent, api: Client, back: OsticketBackDoor, ticket: int, due: str
) -> None:
    """osTicket itself takes the offset of the database's zone off, as if these were columns of its own."""
    api.write_fields(ticket, sla_due=due)
    zone = back.sql("SELECT value FROM %config WHERE namespace = 'core' AND `key` = 'default_timezone'")
    local = datetime.fromisoformat(due).astimezone(ZoneInfo(zone or "UTC"))
    for told in expanded(agent, back, ticket, "sla_due", "sla_due.time", "sla_due.full", "sla_due.system"):
        assert (clock := re.search(r"(\d+):(\d\d)", told)), told
        assert (int(clock[1]) % 12, int(clock[2])) == (local.hour % 12, local.minute), told
    [day] = expanded(agent, back, ticket, "sla_due.short")
    assert str(local.day) in re.findall(r"\d+", day)


def test_saving_the_edit_form_keeps_the_values_and_tells_of_no_output(
    api: Client, real_desk: OsticketDesk, ticket: int
) -> None:
    written = {"sla_level": "standard", "sla_reason": "Stays", "sla_due": "2030-12-01T12:00:00Z"}
    api.write_fields(ticket, **written)
    real_desk.edit_form(ticket, {"product_version": "9.1"})
    snapshot = api.ticket(ticket)
    assert {name: snapshot["bridge"]["fields"][name] for name in written} == written
    assert snapshot["fields"]["product_version"] == "9.1"
    told = {event["field"] for event in snapshot["events"] if event["field"]}
    assert not told & set(own(api, "bridge"))
