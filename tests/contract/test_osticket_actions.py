"""Actions at a real osTicket: what only it can get wrong when somebody acts in it who is nobody."""

# ruff: noqa: S608 -- the tests give the names.

import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.acting import action, at, declare, kept, letter, offer
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, Agent, OsticketDesk, variable

CLOSE_REQUIRED = 0x4
OPEN_TASK = 0x1
ARCHIVED = 0x8


@pytest.fixture(autouse=True)
def acting(real_desk: OsticketDesk, api: Client, back: OsticketBackDoor) -> Iterator[None]:
    """Actions are switched on and declared."""
    if "act" not in api.get("ping").body["scopes"] or not declare(api, {})["on"]:
        pytest.skip("actions are switched off in the plugin's configuration, or the key may not act")
    declare(api)
    yield
    declare(api, {})


@pytest.fixture
def service(real_desk: OsticketDesk) -> Iterator[Agent]:
    """The service agent himself, logged in."""
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    agent = Agent(real_desk.root, user, password)
    yield agent
    agent.session.close()


@contextmanager
def setting(back: OsticketBackDoor, name: str, value: str) -> Iterator[None]:
    """Let the plugin's configuration say something else for a while."""
    row = f"WHERE namespace <> 'core' AND `key` = '{name}'"
    before = back.sql(f"SELECT value FROM %config {row}")
    back.sql(f"UPDATE %config SET value = '{value}' {row}")
    try:
        yield
    finally:
        back.sql(f"UPDATE %config SET value = '{before}' {row}")


def name_of(api: Client, kind: str, **wanted: object) -> str:
    """Return the name of the last status, priority or department that is like that."""
    found = [one for one in api.get("meta").body[kind] if wanted.items() <= one.items()]
    return str(found[-1]["name"])


def closing(back: OsticketBackDoor) -> str:
    """Return the name of a status that lets an answer open the ticket again."""
    return back.sql(
        """SELECT name FROM %ticket_status WHERE state = 'closed' AND LOCATE('"allowreopen":true', properties) > 0 LIMIT 1"""
    )


def service_id(back: OsticketBackDoor) -> int:
    return int(
        back.sql("SELECT s.staff_id FROM %staff s JOIN %config c ON c.value = s.username AND c.`key` = 'service_agent'")
    )


def log_of(back: OsticketBackDoor, ticket: int) -> list[tuple[str, int]]:
    """Return what osTicket logged of the ticket, and which agent did it."""
    rows = back.sql(
        f"""SELECT n.name, e.uid FROM %thread_event e JOIN %event n ON n.id = e.event_id JOIN %thread h ON h.id = e.thread_id
        AND h.object_type = 'T' WHERE h.object_id = {ticket} AND e.uid_type = 'S' AND e.uid IS NOT NULL ORDER BY e.id"""
    )
    return [(name, int(uid)) for name, uid in (row.split("\t") for row in rows.splitlines())]


def assignee(back: OsticketBackDoor, ticket: int) -> int:
    return int(back.sql(f"SELECT staff_id FROM %ticket WHERE ticket_id = {ticket}"))


def mails() -> set[Path]:
    return set(Path(variable("MAIL") or "/nowhere").glob("*.eml"))


# --- in whose name, and seen by whom -----------------------------------------------------------------------------------


def test_what_is_done_stands_in_osticket_history_in_the_service_agents_name_and_makes_the_ticket_nobodys(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    known = mails()
    some = [
        action("raise", {"name": name_of(api, "priorities")}),
        action("hand", {"name": name_of(api, "departments")}),
        action("tell", {"text": {"ru": "Передано %{ticket.number}"}}),
        action("close", {"name": closing(back)}),
    ]
    assert offer(api, ticket, *some) == [("done", "")] * 4
    assert log_of(back, ticket) == [(name, service_id(back)) for name in ("edited", "transferred", "closed")]
    assert assignee(back, ticket) == 0
    assert mails() == known, "nobody is alerted"
    note = next(one for one in api.ticket(ticket)["events"] if one["kind"] == "note")
    assert note["actor"] == "system"
    assert "%{ticket.number}" in back.sql(
        f"""SELECT e.body FROM %thread_entry e JOIN %thread h ON h.id = e.thread_id AND h.object_type = 'T'
        WHERE h.object_id = {ticket} AND e.type = 'N'"""
    )


def test_assignment_is_osticket_own_and_alerts_nobody(api: Client, back: OsticketBackDoor, ticket: int) -> None:
    staff, email = back.sql(
        f"""SELECT s.staff_id, s.email FROM %staff s JOIN %ticket t ON t.dept_id = s.dept_id AND t.ticket_id = {ticket}
        WHERE s.isactive = 1 AND s.onvacation = 0 ORDER BY s.staff_id LIMIT 1"""
    ).split("\t")
    known = mails()
    assert offer(api, ticket, action("give", {"agent": email.upper()})) == [("done", "")]
    assert assignee(back, ticket) == int(staff)
    assert log_of(back, ticket) == [("assigned", service_id(back))]
    assert mails() == known


def test_agent_who_has_no_access_or_is_away_gets_nothing(api: Client, back: OsticketBackDoor, ticket: int) -> None:
    department = api.ticket(ticket)["department"]["id"]
    staff, email, role = back.sql(
        f"""SELECT s.staff_id, s.email, a.role_id FROM %staff s JOIN %staff_dept_access a ON a.staff_id = s.staff_id
        AND a.dept_id = {department} WHERE s.isactive = 1 AND s.onvacation = 0 AND s.dept_id <> {department} LIMIT 1"""
    ).split("\t")
    back.sql(f"DELETE FROM %staff_dept_access WHERE staff_id = {staff} AND dept_id = {department}")
    try:
        assert offer(api, ticket, action("give", {"agent": email})) == [("refused", "no_access")]
        back.sql(f"UPDATE %staff SET onvacation = 1 WHERE staff_id = {staff}")
        assert offer(api, ticket, action("give", {"agent": email}, cycle=2)) == [("refused", "no_agent")]
    finally:
        back.sql(
            f"""UPDATE %staff SET onvacation = 0 WHERE staff_id = {staff};
            INSERT IGNORE INTO %staff_dept_access (staff_id, dept_id, role_id, flags) VALUES ({staff}, {department}, {role}, 1)"""
        )
    assert assignee(back, ticket) == 0


# --- what keeps a ticket open ------------------------------------------------------------------------------------------


def test_open_task_keeps_a_ticket_open(api: Client, back: OsticketBackDoor, ticket: int) -> None:
    back.sql(
        f"""INSERT INTO %task (object_id, object_type, number, dept_id, flags, created, updated)
        VALUES ({ticket}, 'T', '1', 1, {OPEN_TASK}, NOW(), NOW())"""
    )
    try:
        assert offer(api, ticket, action("close", {"name": closing(back)})) == [("refused", "open_tasks")]
    finally:
        back.sql(f"DELETE FROM %task WHERE object_id = {ticket} AND object_type = 'T'")
    assert api.ticket(ticket)["status"]["state"] == "open"
    settled = api.post("actions/settle", {"ticket": ticket, "key": "close:ticket:1", "do": "send"}).body
    assert (settled["state"], api.ticket(ticket)["status"]["state"]) == ("done", "closed")


def test_empty_field_that_closing_requires_keeps_a_ticket_open(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    with back.own_field("asked_for_at_the_end") as field:
        back.sql(
            f"""UPDATE %form_field SET flags = flags | {CLOSE_REQUIRED} WHERE id = {field};
            INSERT INTO %form_entry_values (entry_id, field_id, value) SELECT e.id, {field}, NULL FROM %form_entry e
            JOIN %form f ON f.id = e.form_id AND f.type = 'T' WHERE e.object_type = 'T' AND e.object_id = {ticket}"""
        )
        assert offer(api, ticket, action("close", {"name": closing(back)})) == [("refused", "missing_required")]
        assert api.ticket(ticket)["status"]["state"] == "open"


def test_department_that_lets_no_ticket_be_opened_again_keeps_it_open(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    department = api.ticket(ticket)["department"]["id"]
    flags = int(back.sql(f"SELECT flags FROM %department WHERE id = {department}"))
    back.sql(f"UPDATE %department SET flags = flags | {ARCHIVED} WHERE id = {department}")
    try:
        assert offer(api, ticket, action("close", {"name": closing(back)})) == [("refused", "not_reopenable")]
    finally:
        back.sql(f"UPDATE %department SET flags = {flags} WHERE id = {department}")


def test_without_a_service_agent_nothing_is_done_until_there_is_one(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    raised = action("raise", {"name": name_of(api, "priorities")})
    before = api.ticket(ticket)["priority"]
    with setting(back, "service_agent", ""):
        assert offer(api, ticket, raised) == [("refused", "no_service_agent")]
        assert api.ticket(ticket)["priority"] == before
    settled = api.post("actions/settle", {"ticket": ticket, "key": raised["key"], "do": "send"}).body
    assert settled["state"] == "done"
    assert api.ticket(ticket)["priority"]["name"] == raised["params"]["name"]


# --- the feed ----------------------------------------------------------------------------------------------------------


def test_service_agents_changes_of_the_ticket_wake_the_bridge_and_his_words_do_not(
    api: Client, service: Agent, ticket: int
) -> None:
    meta = api.get("meta").body
    waiting = [one["id"] for one in meta["statuses"] if one["state"] == "open"][-1]
    critical = next(one["id"] for one in meta["fields"] if one["name"] == "sla_set_critical")
    quiet: list[Callable[[], Any]] = [
        lambda: service.note(ticket, "Слово"),
        lambda: service.edit_field(ticket, critical, value=True),
        # Once the ticket is his, an answer does not claim it.
        lambda: service.reply(ticket, "Слово клиенту"),
    ]
    loud: list[Callable[[], Any]] = [
        lambda: service.pick(ticket, "priority", meta["priorities"][-1]["id"]),
        lambda: service.set_status(ticket, waiting, comment=None),
        lambda: service.claim(ticket),
        lambda: service.transfer(ticket, meta["departments"][-1]["id"], comment=None),
    ]
    for step in loud:
        cursor, rev = api.cursor(), api.ticket(ticket)["rev"]
        step()
        assert [one["id"] for one in api.changed(cursor, ticket)] == [ticket]
        assert api.ticket(ticket)["rev"] != rev
    for step in quiet:
        cursor = api.cursor()
        step()
        assert api.changed(cursor, ticket) == []
    words = [one["actor"] for one in api.ticket(ticket)["events"] if one["kind"] in ("note", "response")]
    assert words == ["system", "system"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("closed", '{"status":[3,"Closed"]}', True),
        ("edited", '{"status":6}', True),
        ("edited", '{"fields":{"PRIORITY":[["Low",1],["High",3]]}}', True),
        ("assigned", '{"staff":1}', True),
        ("transferred", '{"dept":"Support"}', True),
        ("edited", '{"fields":{"1000000":["a","b"]}}', False),
        ("edited", '{"topic_id":[1,2]}', False),
    ],
)
def test_change_whose_process_died_before_it_could_tell_is_found_in_the_log(
    api: Client, back: OsticketBackDoor, ticket: int, name: str, data: str, *, told: bool
) -> None:
    priority = back.sql(
        "SELECT MIN(f.id) FROM %form_field f JOIN %form s ON s.id = f.form_id AND s.type = 'T' WHERE f.type = 'priority'"
    )
    cursor = api.cursor()
    back.sql(
        f"""INSERT INTO %thread_event (thread_id, thread_type, event_id, staff_id, team_id, dept_id, topic_id, data, username,
        uid, uid_type, timestamp) SELECT h.id, 'T', n.id, 0, 0, 1, 0, '{data.replace("PRIORITY", priority)}', 'service',
        {service_id(back)}, 'S', NOW() FROM %thread h JOIN %event n ON n.name = '{name}'
        WHERE h.object_type = 'T' AND h.object_id = {ticket}"""
    )
    assert bool(api.changed(cursor, ticket)) is told


# --- letters whose sender died -----------------------------------------------------------------------------------------


def test_letter_that_nobody_sends_any_more_is_of_unknown_fate_and_one_that_somebody_sends_is_not(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    (outcome,) = offer(api, ticket, action("answer", {**letter()}, not_before=at(hours=1)))
    assert outcome == ("accepted", "")
    row = int(back.sql(f"SELECT id FROM %sla_bridge_action WHERE ticket_id = {ticket}"))
    sending = f"UPDATE %sla_bridge_action SET state = 'sending', changed = UNIX_TIMESTAMP() - {{}} WHERE id = {row}"
    back.sql(sending.format(30))
    assert listed(api, ticket) == {}, "it may still be on its way"
    back.sql(sending.format(90))
    lock = f"sla_{api.get('ping').body['instance_id'][:36]}_send_{row}"
    holder = subprocess.Popen(
        [*shlex.split(variable("SQL") or ""), "--batch", "-e", f"SELECT GET_LOCK('{lock}', 0); SELECT SLEEP(30)"],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: back.sql(f"SELECT IS_FREE_LOCK('{lock}')") == "0")
        assert listed(api, ticket) == {}, "a request is busy with it"
    finally:
        connection = back.sql(f"SELECT IS_USED_LOCK('{lock}')")
        back.sql(f"KILL {connection}")
        holder.wait()
    wait_for(lambda: back.sql(f"SELECT IS_FREE_LOCK('{lock}')") == "1")
    assert listed(api, ticket) == {"answer:ticket:1": "unknown"}
    assert kept(api, ticket) == {"answer:ticket:1": "unknown"}
    assert api.post("actions/run", {}).body["results"] == []


def listed(api: Client, ticket: int) -> dict[str, str]:
    rows = api.get("actions", limit=1000).body["actions"]
    return {one["key"]: one["state"] for one in rows if one["ticket"] == ticket}


def wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)


# --- one action, one transaction ---------------------------------------------------------------------------------------


def test_action_that_osticket_breaks_off_leaves_nothing_but_its_refusal(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    before = api.ticket(ticket)
    back.sql(
        f"""CREATE TRIGGER sla_test_breaks BEFORE UPDATE ON %ticket FOR EACH ROW SET NEW.dept_id =
        IF(NEW.ticket_id = {ticket} AND NEW.dept_id <> OLD.dept_id, (SELECT 1 UNION SELECT 2), NEW.dept_id)"""
    )
    try:
        outcome = offer(api, ticket, action("hand", {"name": name_of(api, "departments")}))
    finally:
        back.sql("DROP TRIGGER sla_test_breaks")
    assert outcome[0][0] == "refused"
    after = api.ticket(ticket)
    assert (after["department"], after["rev"]) == (before["department"], before["rev"])


# --- the tables --------------------------------------------------------------------------------------------------------


def test_tables_of_the_version_before_are_carried_over_and_nothing_is_switched_on_by_that(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    rev = api.ticket(ticket)["rev"]
    back.sql(
        """DROP TABLE %sla_bridge_action, %sla_bridge_acting, %sla_bridge_mail; UPDATE %sla_bridge_state SET version = 6;
        ALTER TABLE %sla_bridge_state DROP COLUMN acts_per_day, DROP COLUMN acts_per_ticket"""
    )
    snapshot = api.ticket(ticket)
    assert (snapshot["rev"], snapshot["bridge"]["actions"], snapshot["bridge"]["mail"]) == (rev, [], None)
    raised = action("raise", {"name": name_of(api, "priorities")})
    assert offer(api, ticket, raised) == [("refused", "not_declared")]
    declare(api)
    assert offer(api, ticket, raised | {"not_before": at()}) == [("done", "")]


def test_switching_actions_off_forgets_since_when_though_the_bridge_never_hears_of_it(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    with setting(back, "actions", "0"):
        assert offer(api, ticket, action("tell", {"text": {"en": "…"}})) == [("refused", "switched_off")]
    assert offer(api, ticket, action("tell", {"text": {"en": "…"}})) == [("refused", "not_declared")]


def test_what_was_held_when_actions_were_switched_off_is_not_made_up_for_later(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    note = action("tell", {"text": {"en": "…"}})
    declare(api, per_day=0)
    assert offer(api, ticket, note) == [("held", "per_day")]
    with setting(back, "actions", "0"):
        assert not declare(api)["on"]
    cursor = api.cursor()
    time.sleep(1.1)
    declare(api)
    assert api.post("actions/run", {}).body["results"] == []
    assert (kept(api, ticket), [one["id"] for one in api.changed(cursor, ticket)]) == ({}, [ticket])
    assert offer(api, ticket, note) == [("refused", "past")]


def test_what_is_held_and_no_longer_declared_is_given_up(api: Client, ticket: int) -> None:
    declare(api, per_day=0)
    assert offer(api, ticket, action("tell", {"text": {"en": "…"}})) == [("held", "per_day")]
    declare(api, {"warn": "email"})
    assert api.post("actions/run", {}).body["results"] == []
    assert kept(api, ticket) == {}
