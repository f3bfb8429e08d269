"""Letters that belong to no ticket at a real osTicket: what goes out, what is left in it, and who decides on them."""

# ruff: noqa: S608 -- the tests give the names.

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import pytest

from tests.contract.acting import declare
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.letter_desk import Letters, by_mail, part, place, warning
from tests.contract.offering import listed, offered, settle, states
from tests.contract.smtp_double import WAYS, SmtpDouble
from tests.contract.staff_pages import PREFIX, SECONDS_AT_MOST, Agent, OsticketDesk, variable
from tests.contract.test_osticket_actions import setting
from tests.contract.test_osticket_bounces import report, tickets_in_all
from tests.contract.test_osticket_letters import FATES, HOSTILE
from tests.contract.test_osticket_wording import no_access, role_may

pytestmark = pytest.mark.usefixtures("acting", "left_clean")

PAGE = "/scp/ajax.php/sla-bridge/actions"
ALERTS = "alerts@helpdesk.example"


@pytest.fixture
def alerts(letters: Letters) -> Iterator[SmtpDouble]:
    """A mail server for the address of the desk's own alerts."""
    double = SmtpDouble()
    letters.account(double.port, int(letters.setting("alert_email_id")))
    yield double
    double.close()


def threads_in_all(back: OsticketBackDoor) -> str:
    return back.sql("SELECT (SELECT COUNT(*) FROM %thread_entry), (SELECT COUNT(*) FROM %sla_bridge_mail)")


def test_letter_comes_from_the_desks_alerts_and_leaves_nothing_in_any_thread(
    alerts: SmtpDouble, api: Client, back: OsticketBackDoor, due: Callable[..., dict[str, Any]]
) -> None:
    before, cursor = (tickets_in_all(back), threads_in_all(back)), api.cursor()
    text = {"ru": f"{place('desk')}: выезд", "en": f"{place('desk')}: a visit\nOpen:\n{place('ticket_link')}"}
    html = {"en": f'<p>{place("desk")}</p><p><a href="{place("rating_link")}">rate</a></p>'}
    params = {"to": ["curator@support.example", "head@support.example"], "subject": text, "text": text, "html": html}
    one = due(params=params)
    assert offered(api, one) == [("done", "")]
    assert offered(api, one) == [("already", "done")]
    (letter,) = alerts.letters
    title = back.sql("SELECT value FROM %config WHERE namespace = 'core' AND `key` = 'helpdesk_title'")
    assert alerts.envelopes == [(ALERTS, ["curator@support.example", "head@support.example"])]
    assert ALERTS in letter["From"]
    assert letter["Subject"].startswith(f"{title}: a visit")
    assert "#" not in letter["Subject"]
    assert re.fullmatch(r"<sla-[0-9a-f]{32}@helpdesk\.example>", letter["Message-ID"])
    assert (letter["References"], letter["In-Reply-To"], letter["Auto-Submitted"]) == (None, None, "auto-generated")
    assert part(letter, "plain").strip() == f"{title}: a visit"
    assert "rate" not in part(letter, "html")
    assert "\ue000" not in part(letter, "plain") + part(letter, "html")
    assert (tickets_in_all(back), threads_in_all(back)) == before
    assert api.get("changes", after=cursor).body["items"] == []


def test_letter_to_one_agent_is_in_his_language_and_goes_to_nobody_who_reads_none(
    alerts: SmtpDouble, api: Client, back: OsticketBackDoor, due: Callable[..., dict[str, Any]]
) -> None:
    user = variable("SERVICE_USER")
    service = back.sql(f"SELECT email FROM %staff WHERE username = '{user}'")
    back.sql("UPDATE %staff SET lang = 'ru' WHERE username = 'ostadmin'")
    nobody = [service, "no-reply@shop.example", "support@helpdesk.example"]
    try:
        one = due(params=warning("ostadmin@lab.example", *nobody))
        assert offered(api, one, due("training", params=warning(*nobody))) == [("done", ""), ("refused", "no_address")]
    finally:
        back.sql("UPDATE %staff SET lang = NULL WHERE username = 'ostadmin'")
    (letter,) = alerts.letters
    assert alerts.envelopes[0][1] == ["ostadmin@lab.example"]
    assert letter["Subject"] == "Под угрозой"


@pytest.mark.parametrize("value", HOSTILE)
def test_what_people_write_stays_text(
    alerts: SmtpDouble, api: Client, due: Callable[..., dict[str, Any]], value: str
) -> None:
    texts = {"en": value}
    params = {"to": ["curator@support.example"], "subject": texts, "text": texts, "html": {"en": "<p>ok</p>"}}
    assert offered(api, due(params=params)) == [("done", "")]
    (letter,) = alerts.letters
    assert letter["Bcc"] is None
    assert alerts.envelopes[0][1] == ["curator@support.example"]
    assert "tickets.php" not in letter.as_string()


@pytest.mark.parametrize("way", WAYS)
def test_fate_of_a_letter_is_told_as_it_is_and_a_person_sends_it_again(
    alerts: SmtpDouble, api: Client, due: Callable[..., dict[str, Any]], way: str
) -> None:
    alerts.way, known = way, by_mail()
    one, state = due(), FATES[way][0]
    reason = {"done": "", "refused": "mail_refused", "unknown": "mail_fate"}[state]
    assert offered(api, one) == [(state, reason)]
    assert by_mail() == known, "osTicket's mailer must not fall back to mail()"
    alerts.way = "takes"
    assert offered(api, one) == [("already", state)]
    if state != "done":
        assert settle(api, one, "send") == ("done", "")
    assert len({letter["Message-ID"] for letter in alerts.letters}) == 1, "every attempt bears the same name"


def test_nobody_is_needed_in_whose_name_but_the_switch_is(
    alerts: SmtpDouble, api: Client, back: OsticketBackDoor, due: Callable[..., dict[str, Any]]
) -> None:
    with setting(back, "service_agent", ""):
        assert offered(api, due()) == [("done", "")]
    with setting(back, "actions", "0"):
        assert offered(api, due("training")) == [("refused", "switched_off")]
    assert offered(api, due("training")) == [("refused", "not_declared")]
    assert len(alerts.letters) == 1


def test_lists_that_come_at_once_send_each_letter_once(
    alerts: SmtpDouble, api: Client, real_desk: OsticketDesk, due: Callable[..., dict[str, Any]]
) -> None:
    some = [due(str(number)) for number in range(3)]

    def ask(_: int) -> list[tuple[str, str]]:
        client = Client(real_desk.base, real_desk.key)
        try:
            return offered(client, *some)
        finally:
            client.close()

    with ThreadPoolExecutor(6) as lanes:
        answers = list(lanes.map(ask, range(6)))
    # What no request came to in its ten seconds waits for the next one.
    ran = [(one["state"], one["reason"]) for one in api.post("actions/run", {}).body["results"]]
    assert sorted(letter["Message-ID"] for letter in alerts.letters) == sorted(
        {letter["Message-ID"] for letter in alerts.letters}
    )
    assert len(alerts.letters) == 3
    assert [*chain.from_iterable(answers), *ran].count(("done", "")) == 3


def test_letter_that_nobody_sends_any_more_is_of_unknown_fate(
    alerts: SmtpDouble, api: Client, back: OsticketBackDoor, due: Callable[..., dict[str, Any]]
) -> None:
    one = due()
    offered(api, one)
    sending = "UPDATE %sla_bridge_action SET state = 'sending', changed = UNIX_TIMESTAMP() - {} WHERE akey = '{}'"
    back.sql(sending.format(30, one["key"]))
    assert offered(api, one) == [("already", "sending")]
    back.sql(sending.format(90, one["key"]))
    assert offered(api, one) == [("already", "unknown")]
    assert states(api, one) == ["unknown"]


def test_report_about_one_is_left_to_osticket_and_changes_nothing_of_ours(
    alerts: SmtpDouble, api: Client, back: OsticketBackDoor, real_desk: OsticketDesk, due: Callable[..., dict[str, Any]]
) -> None:
    one = due()
    offered(api, one)
    name = alerts.letters[0]["Message-ID"].strip("<>")
    marks, before = back.sql("SELECT COUNT(*) FROM %sla_bridge_mail"), tickets_in_all(back)
    real_desk._stock("tickets.email", data=report(name, "curator@support.example"))
    assert back.sql("SELECT COUNT(*) FROM %sla_bridge_mail") == marks
    assert states(api, one) == ["done"]
    assert tickets_in_all(back) != before, "a mail about no ticket is a new one"
    real_desk.delete(int(back.sql("SELECT MAX(ticket_id) FROM %ticket")))


# --- the agents' page --------------------------------------------------------------------------------------------------


def page(agent: Agent) -> str:
    answer = agent.session.get(agent.root + PAGE, timeout=SECONDS_AT_MOST)
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def row_of(text: str, key: str) -> str:
    """Return the page's row about a letter; nothing where there is none."""
    return next((row for row in text.split("<tr") if f'value="{key}"' in row), "")


def decide(agent: Agent, one: dict[str, Any], do: str) -> str:
    return agent._post(PAGE, [("ticket", ""), ("key", one["key"]), ("do", do)]).text


def test_page_shows_it_without_a_ticket_and_its_buttons_work(
    alerts: SmtpDouble, agent: Agent, api: Client, due: Callable[..., dict[str, Any]]
) -> None:
    declare(api, per_day=0)
    first, second = due(), due("training")
    offered(api, first, second)
    row = row_of(page(agent), first["key"])
    assert "<td>—</td>" in row
    assert "tickets.php" not in row
    assert 'name="ticket" value=""' in row
    assert 'role="status"' in decide(agent, first, "send")
    assert 'role="status"' in decide(agent, second, "drop")
    assert states(api, first, second) == ["done", "dropped"]
    assert len(alerts.letters) == 1
    assert row_of(page(agent), first["key"]) == ""
    assert "there is no such action any more" in decide(agent, due("withdrawn meanwhile"), "send")


def test_page_shows_it_to_agents_who_see_all_departments_alone(
    alerts: SmtpDouble, api: Client, back: OsticketBackDoor, real_desk: OsticketDesk, due: Callable[..., dict[str, Any]]
) -> None:
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    declare(api, per_day=0)
    one = due()
    offered(api, one)
    his = int(back.sql(f"SELECT dept_id FROM %staff WHERE username = '{user}' AND isadmin = 0"))
    there = int(back.sql(f"SELECT MAX(id) FROM %department WHERE id <> {his}"))
    other = Agent(real_desk.root, user, password)
    with role_may(back, user, "sla.act"):
        assert "<td>—</td>" in row_of(page(other), one["key"])
        with no_access(back, user, there):
            assert row_of(page(other), one["key"]) == ""
            assert "there is no such action any more" in decide(other, one, "send")
    other.session.close()
    assert states(api, one) == ["held"]
    assert [row["number"] for row in listed(api, "held")] == [""]
    assert alerts.letters == []
