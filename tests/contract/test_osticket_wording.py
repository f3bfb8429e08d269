"""Discouraged phrases at a real osTicket: agents answer on its own pages, and managers read what was found there."""

# ruff: noqa: S608 -- the tests give the names.

import csv
import io
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, SECONDS_AT_MOST, Agent, OsticketDesk, variable
from tests.contract.test_publication_osticket import publication

PAGE = "/scp/ajax.php/sla-bridge/wording"
PERMISSION = "sla.report"
PHRASES = [{"language": "ru", "phrase": "ещё раз повторяю"}, {"language": "en", "phrase": "read the manual"}]


def publish(api: Client, phrases: list[dict[str, str]]) -> None:
    reply = api.post("publish", publication(1300, phrases=phrases))
    assert reply.status == 200, reply.text


@pytest.fixture(autouse=True)
def watched(api: Client, back: OsticketBackDoor, agent: Agent) -> Iterator[None]:
    """Two phrases are discouraged, and nothing is noted yet."""
    publish(api, PHRASES)
    back.sql("DELETE FROM %sla_bridge_wording")
    yield
    publish(api, [])
    back.sql("DELETE FROM %sla_bridge_wording; DELETE FROM %sla_bridge_published")


def noted(back: OsticketBackDoor, ticket: int) -> list[str]:
    """Return the phrases noted of a ticket, in the order in which they came."""
    return back.sql(f"SELECT phrase FROM %sla_bridge_wording WHERE ticket_id = {ticket} ORDER BY id").splitlines()


def page(agent: Agent, query: str = "", status: int = 200) -> str:
    answer = agent.session.get(agent.root + PAGE + query, timeout=SECONDS_AT_MOST)
    assert answer.status_code == status, answer.text[:300]
    return answer.text


def replies(back: OsticketBackDoor, ticket: int) -> int:
    return int(
        back.sql(
            f"""SELECT COUNT(*) FROM %thread_entry e JOIN %thread h ON h.id = e.thread_id AND h.object_type = 'T'
            WHERE h.object_id = {ticket} AND e.type = 'R'"""
        )
    )


# --- what is looked at -------------------------------------------------------------------------------------------------


def test_an_agents_answer_is_noted_with_entry_department_agent_and_time(
    agent: Agent, back: OsticketBackDoor, ticket: int
) -> None:
    agent.reply(ticket, "<p>Добрый день!</p><p>ЕЩЕ раз <b>повторяю</b>: Read the&nbsp;manual.</p>")
    assert noted(back, ticket) == ["ещё раз повторяю", "read the manual"]
    assert (
        back.sql(
            f"""SELECT COUNT(*) FROM %sla_bridge_wording w JOIN %thread_entry e ON e.id = w.entry_id AND e.type = 'R'
            AND e.staff_id = w.staff_id AND w.at = UNIX_TIMESTAMP(e.created) JOIN %ticket t ON t.ticket_id = w.ticket_id
            AND t.dept_id = w.dept_id WHERE w.ticket_id = {ticket}"""
        )
        == "2"
    )


def test_notes_quotes_customers_and_answers_without_such_words_are_not(
    agent: Agent, real_desk: OsticketDesk, back: OsticketBackDoor, api: Client, ticket: int
) -> None:
    agent.note(ticket, "Ещё раз повторяю: read the manual")
    agent.reply(ticket, "<p>Уточните, пожалуйста</p><blockquote>ещё раз повторяю</blockquote>")
    agent.reply(ticket, "Ещё раз повторяющийся сбой")
    number = str(api.ticket(ticket)["number"])
    email = back.sql(
        f"SELECT a.address FROM %ticket t JOIN %user_email a ON a.user_id = t.user_id WHERE t.ticket_id = {ticket} LIMIT 1"
    )
    if variable("KEY_CREATE"):
        real_desk.customer_message(number, email, "Ещё раз повторяю: не работает")
    assert noted(back, ticket) == []


def test_the_service_agents_answers_are_not_looked_at(
    real_desk: OsticketDesk, back: OsticketBackDoor, ticket: int
) -> None:
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    service = Agent(real_desk.root, user, password)
    service.reply(ticket, "Read the manual")
    assert replies(back, ticket) == 1
    assert noted(back, ticket) == []


def test_what_is_published_last_is_what_is_looked_for(
    agent: Agent, back: OsticketBackDoor, api: Client, ticket: int
) -> None:
    publish(api, [])
    agent.reply(ticket, "Read the manual")
    assert noted(back, ticket) == []
    publish(api, [{"language": "", "phrase": "🙈 сами виноваты"}, {"language": "", "phrase": "виноваты"}])
    agent.reply(ticket, "Сами виноваты 🙈")
    assert noted(back, ticket) == ["виноваты"]


def test_a_corrected_answer_is_looked_at_and_what_it_keeps_counts_once(
    agent: Agent, back: OsticketBackDoor, ticket: int
) -> None:
    agent.reply(ticket, "Read the manual")
    entry = back.sql(f"SELECT entry_id FROM %sla_bridge_wording WHERE ticket_id = {ticket}")
    path = f"/scp/ajax.php/tickets/{ticket}/thread/{entry}/edit_resend"
    body = {"title": "", "body": "Read the manual. Ещё раз повторяю!", "commit": "save"}
    answer = agent.session.post(agent.root + path, data=body, timeout=SECONDS_AT_MOST)
    assert answer.status_code == 201, answer.text[:300]
    assert noted(back, ticket) == ["read the manual", "ещё раз повторяю"]


def test_a_ticket_that_goes_takes_what_was_noted_with_it(
    agent: Agent, back: OsticketBackDoor, open_ticket: Callable[..., int]
) -> None:
    gone = open_ticket()
    agent.reply(gone, "Read the manual")
    assert noted(back, gone) == ["read the manual"]
    agent.delete(gone)
    assert noted(back, gone) == []


def test_after_a_year_it_is_forgotten(agent: Agent, back: OsticketBackDoor, ticket: int) -> None:
    agent.reply(ticket, "Read the manual")
    back.sql("UPDATE %sla_bridge_wording SET at = at - 367 * 86400")
    page(agent)
    assert noted(back, ticket) == []


# --- nothing holds up an answer ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["phrase", "wording"])
def test_without_our_tables_answers_go_out_all_the_same(
    agent: Agent, back: OsticketBackDoor, ticket: int, table: str
) -> None:
    back.sql(f"RENAME TABLE %sla_bridge_{table} TO %sla_bridge_{table}_away")
    try:
        agent.reply(ticket, "Read the manual")
    finally:
        back.sql(f"RENAME TABLE %sla_bridge_{table}_away TO %sla_bridge_{table}")
    assert replies(back, ticket) == 1
    assert noted(back, ticket) == []


@contextmanager
def held(table: str) -> Iterator[None]:
    """Let another session hold a table so that nobody reads or writes it, as a backup may."""
    command = [*shlex.split(variable("SQL") or ""), "--batch", "--skip-column-names", "--unbuffered"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdin.write(f"LOCK TABLES {table} WRITE; SELECT 'held';\n")
        other.stdin.flush()
        assert other.stdout.readline().strip() == "held"
        try:
            yield
        finally:
            other.stdin.close()


@pytest.mark.parametrize("table", ["phrase", "wording"])
def test_whoever_holds_our_tables_makes_no_agent_wait(
    agent: Agent, back: OsticketBackDoor, ticket: int, table: str
) -> None:
    with held(f"ost_sla_bridge_{table}"):
        began = time.monotonic()
        agent.reply(ticket, "Read the manual")
        assert time.monotonic() - began < SECONDS_AT_MOST / 4
    assert replies(back, ticket) == 1
    assert noted(back, ticket) == []


def test_a_request_that_dies_before_our_row_loses_the_row_and_nothing_of_the_answer(
    agent: Agent, back: OsticketBackDoor, api: Client, ticket: int
) -> None:
    cursor = api.cursor()
    back.sql(
        """CREATE TRIGGER %sla_bridge_dies BEFORE INSERT ON %sla_bridge_wording FOR EACH ROW KILL CONNECTION_ID()""",
    )
    try:
        agent.reply(ticket, "Read the manual")
    finally:
        back.sql("DROP TRIGGER %sla_bridge_dies")
    assert replies(back, ticket) == 1
    assert noted(back, ticket) == []
    assert ticket in [change["id"] for change in api.get("changes", after=cursor).body["items"]]
    assert any(event["actor"] == "agent" for event in api.ticket(ticket)["events"])
    agent.reply(ticket, "Read the manual")
    assert noted(back, ticket) == ["read the manual"]


def test_an_answer_of_any_length_is_looked_through_in_no_time(
    agent: Agent, back: OsticketBackDoor, ticket: int, api: Client
) -> None:
    publish(api, [{"language": "", "phrase": f"слово{i} за словом"} for i in range(199)] + PHRASES[1:])
    began = time.monotonic()
    agent.reply(ticket, "<p>Read the manual</p>" + "<p>слово за словом, </p>" * 1500)
    assert time.monotonic() - began < SECONDS_AT_MOST / 4
    assert noted(back, ticket) == ["read the manual"]


# --- the page ----------------------------------------------------------------------------------------------------------


@contextmanager
def role_may(back: OsticketBackDoor, user: str, permission: str) -> Iterator[None]:
    """Give all roles of an agent a permission for a while."""
    roles = f"""SELECT role_id FROM %staff WHERE username = '{user}' UNION SELECT a.role_id FROM %staff_dept_access a
        JOIN %staff s ON s.staff_id = a.staff_id WHERE s.username = '{user}'"""
    ids = ",".join(back.sql(roles).split())
    before = back.sql(f"SELECT id, permissions FROM %role WHERE id IN ({ids})").splitlines()
    back.sql(f"UPDATE %role SET permissions = JSON_SET(permissions, '$.\"{permission}\"', 1) WHERE id IN ({ids})")
    try:
        yield
    finally:
        for row in before:
            number, permissions = row.split("\t")
            back.sql(f"UPDATE %role SET permissions = '{permissions}' WHERE id = {number}")


@contextmanager
def no_access(back: OsticketBackDoor, user: str, department: int) -> Iterator[None]:
    """Let an agent see nothing of a department for a while."""
    which = f"staff_id = (SELECT staff_id FROM %staff WHERE username = '{user}') AND dept_id = {department}"
    before = back.sql(f"SELECT staff_id, dept_id, role_id, flags FROM %staff_dept_access WHERE {which}").split()
    back.sql(f"DELETE FROM %staff_dept_access WHERE {which}")
    try:
        yield
    finally:
        if before:
            back.sql(f"INSERT INTO %staff_dept_access (staff_id, dept_id, role_id, flags) VALUES ({', '.join(before)})")


def test_the_page_shows_ticket_agent_phrase_and_place_and_both_counts(
    agent: Agent, api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    agent.reply(ticket, '<script>q7x</script><b>Read the manual</b> &amp;lt;img src=x onerror=q7x()&amp;gt; "все"')
    agent.reply(ticket, "READ THE MANUAL")
    text = page(agent)
    number = api.ticket(ticket)["number"]
    assert text.count(f'href="/scp/tickets.php?id={ticket}">#{number}</a>') == 2
    assert re.search(r"<mark>Read the manual</mark>", text)
    assert re.search(r"<mark>READ THE MANUAL</mark>", text)
    assert re.search(r'scope="row">read the manual</th><td class="sla-wording-number">2</td>', text)
    shown = text.split('class="sla-wording-list"', 1)[1].split("</table>")[0]
    assert "<img" not in shown
    assert "<script" not in shown


def test_the_period_chooses_and_the_empty_page_says_so(agent: Agent, back: OsticketBackDoor, ticket: int) -> None:
    agent.reply(ticket, "Read the manual")
    back.sql("UPDATE %sla_bridge_wording SET at = at - 40 * 86400")
    assert "sla-wording-nothing" in page(agent)
    assert "sla-wording-nothing" not in page(agent, "?from=2020-01-01")
    assert "sla-wording-nothing" in page(agent, "?from=2020-01-01&until=2020-02-01")


def test_spreadsheets_get_a_file_without_formulas(
    agent: Agent, back: OsticketBackDoor, api: Client, ticket: int
) -> None:
    publish(api, [{"language": "", "phrase": "=HYPERLINK"}])
    agent.reply(ticket, '=HYPERLINK("http://x")')
    answer = agent.session.get(agent.root + PAGE + "?csv=1", timeout=SECONDS_AT_MOST)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    _, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[1] == str(api.ticket(ticket)["number"])
    assert (row[4], row[5]) == ("'=HYPERLINK", '\'=HYPERLINK("http://x")')


def test_nobody_sees_the_page_without_the_permission_nor_more_of_it_than_his_departments(
    agent: Agent, real_desk: OsticketDesk, back: OsticketBackDoor, api: Client, ticket: int
) -> None:
    # The one besides the administrator whose password is known.
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    his = int(back.sql(f"SELECT dept_id FROM %staff WHERE username = '{user}' AND isadmin = 0"))
    there = int(back.sql(f"SELECT MAX(id) FROM %department WHERE id <> {his}"))
    back.sql(f"UPDATE %ticket SET dept_id = {there} WHERE ticket_id = {ticket}")
    agent.reply(ticket, "Read the manual")
    number = str(api.ticket(ticket)["number"])
    other = Agent(real_desk.root, user, password)
    assert number not in page(other, status=403)
    assert PAGE not in other.page(ticket), "nor a way to it"
    with no_access(back, user, there), role_may(back, user, PERMISSION):
        assert "sla-wording-nothing" in page(other)
        assert PAGE in page(other).split("<h2")[0], "it is among the applications"
        assert number not in page(other, "?csv=1")
        back.sql(f"UPDATE %ticket SET dept_id = {his} WHERE ticket_id = {ticket}")
        assert number not in page(other), "it was written where he sees nothing"
        back.sql(f"UPDATE %sla_bridge_wording SET dept_id = {his}")
        assert number in page(other)
        assert number in page(other, "?csv=1")
        back.sql(f"UPDATE %ticket SET dept_id = {there} WHERE ticket_id = {ticket}")
        assert number not in page(other), "the ticket has gone where he sees nothing"
    other.session.close()


def test_visitors_and_keys_get_nothing(real_desk: OsticketDesk) -> None:
    for headers in ({}, {"X-API-Key": real_desk.key}):
        answer = requests.get(real_desk.root + PAGE, headers=headers, timeout=SECONDS_AT_MOST, allow_redirects=False)
        assert answer.status_code == 403
