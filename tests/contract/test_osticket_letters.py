"""Letters of a real osTicket: what goes out, and what becomes of it when its mail server fails."""

# ruff: noqa: S608 -- whoever runs the tests gives the command, and the tests the names.

import re

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.letter_desk import Letters, by_mail, part, place, reply, warning
from tests.contract.smtp_double import WAYS, SmtpDouble
from tests.contract.staff_pages import PREFIX, Agent, OsticketDesk, variable

LONGEST = 11.0
"""seconds that a letter may hold a request, whatever the mail server does"""


def test_reply_goes_to_the_customer_and_stands_in_the_thread(
    letters: Letters, server: SmtpDouble, api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    before = api.ticket(ticket)
    row = f"SELECT isanswered, lastupdate, status_id FROM %ticket WHERE ticket_id = {ticket}"
    untouched = back.sql(row)
    outcome = letters.send(ticket, reply(f"Здравствуйте!\n\nНомер есть. {place('desk')}"))
    assert (outcome["state"], outcome["mail"]) == ("done", "ok")
    (letter,) = server.letters
    assert server.envelopes == [("support@helpdesk.example", [before["requester"]["email"]])]
    assert letter["To"].addresses[0].display_name == before["requester"]["name"]
    assert letter["Subject"] == f"Заявка принята [#{before['number']}]"
    assert re.fullmatch(r"<sla-[0-9a-f]{32}@helpdesk\.example>", letter["Message-ID"])
    # As they stand in the letter: written as encoded words, no auto-responder knows them.
    raw = letter.as_bytes()
    assert b"\nAuto-Submitted: auto-generated\n" in raw
    assert b"\nX-Auto-Response-Suppress: All\n" in raw
    assert "Здравствуйте!\n\nНомер есть. " in part(letter, "plain")
    assert "Ref-Mid" not in part(letter, "plain")
    assert "Номер есть." in part(letter, "html")
    assert "\ue000" not in part(letter, "plain") + part(letter, "html")
    last = letters.entries(ticket)[-1]
    assert (last[0], last[3]) == ("R", "Заявка принята")
    assert "Номер есть." in last[4]
    assert back.sql(row) == untouched


FATES = {
    "takes": ("done", "ok"),
    "is silent": ("refused", None),
    "drips": ("refused", None),
    "talks without end": ("refused", None),
    "closes at greeting": ("refused", None),
    "refuses the sender": ("refused", None),
    "refuses the recipient": ("refused", "failed"),
    "puts the recipient off": ("refused", None),
    "closes at DATA": ("refused", None),
    "dies within the letter": ("unknown", None),
    "dies after the letter": ("unknown", None),
    "is silent after the letter": ("unknown", None),
    "rejects the letter": ("refused", "failed"),
    "rejects it without a word": ("refused", "failed"),
}


@pytest.mark.parametrize("way", WAYS)
def test_fate_of_a_letter_is_told_as_it_is(letters: Letters, server: SmtpDouble, ticket: int, way: str) -> None:
    server.way, known = way, by_mail()
    outcome = letters.send(ticket, reply())
    assert (outcome["state"], outcome["mail"]) == FATES[way], outcome
    assert outcome["seconds"] < LONGEST
    assert by_mail() == known, "osTicket's mailer must not fall back to mail()"


def test_nobody_at_the_port_is_a_refusal_at_once(letters: Letters, server: SmtpDouble, ticket: int) -> None:
    server.close()
    known = by_mail()
    outcome = letters.send(ticket, reply())
    assert (outcome["state"], outcome["reason"]) == ("refused", "mail_refused")
    assert outcome["seconds"] < 3
    assert by_mail() == known


def test_second_attempt_bears_the_same_message_id_and_leaves_no_second_entry(
    letters: Letters, server: SmtpDouble, ticket: int
) -> None:
    server.way = "dies after the letter"
    first, entries = letters.send(ticket, reply()), letters.entries(ticket)
    server.way = "takes"
    second = letters.send(ticket, reply())
    assert (first["state"], second["state"]) == ("unknown", "done")
    assert first["message_id"] == second["message_id"]
    assert server.letters[0]["Message-ID"] == server.letters[1]["Message-ID"]
    assert letters.entries(ticket) == entries
    assert letters.send(ticket, reply(), key="accept:ticket:2")["message_id"] != first["message_id"]


def test_desks_default_server_takes_what_the_departments_own_surely_did_not(
    letters: Letters, server: SmtpDouble, ticket: int
) -> None:
    other = SmtpDouble()
    letters.account(other.port, 2, is_default=True)
    for way, state, taken in (("puts the recipient off", "done", 1), ("dies after the letter", "unknown", 1)):
        server.way = way
        assert letters.send(ticket, reply(), key=f"{taken}-{state}:ticket:1")["state"] == state
        assert len(other.letters) == taken, "a letter of unknown fate goes nowhere else"
    other.close()


def test_desk_without_an_account_sends_by_mail(letters: Letters, ticket: int) -> None:
    if not variable("MAIL"):
        pytest.skip(f"set {PREFIX}MAIL")
    known = by_mail()
    assert letters.send(ticket, reply())["state"] == "done"
    (path,) = by_mail() - known
    head = path.read_bytes().replace(b"\r\n", b"\n").split(b"\n\n")[0]
    assert b"\nMessage-ID: <sla-" in head
    assert b"\nAuto-Submitted: auto-generated" in head


def test_staff_letter_leaves_a_note_of_whom_we_wrote_to(
    letters: Letters, server: SmtpDouble, agent: Agent, api: Client, ticket: int
) -> None:
    agent.claim(ticket)
    number = api.ticket(ticket)["number"]
    to = ("assignee", "head@support.example", "HEAD@support.example", "support@helpdesk.example", "no address")
    assert letters.send(ticket, warning(*to), "email", "warn-75:first_response:1")["state"] == "done"
    (letter,) = server.letters
    assert server.envelopes[0][1] == ["ostadmin@lab.example", "head@support.example"]
    assert letter["Subject"] == f"At risk [#{number}]"
    assert f"/scp/tickets.php?id={ticket}" in part(letter, "plain")
    assert f"/scp/tickets.php?id={ticket}" in part(letter, "html")
    last = letters.entries(ticket)[-1]
    assert (last[0], last[3]) == ("N", "At risk")
    assert "head@support.example" in last[4]
    assert "2 h left" in last[4]


def test_one_agents_letter_is_in_that_agents_language(
    letters: Letters, server: SmtpDouble, agent: Agent, back: OsticketBackDoor, ticket: int
) -> None:
    agent.claim(ticket)
    back.sql("UPDATE %staff SET lang = 'ru' WHERE username = 'ostadmin'")
    try:
        letters.send(ticket, warning("assignee"), "email", "warn-75:first_response:1")
        letters.send(ticket, warning("assignee", "head@support.example"), "email", "warn-90:first_response:1")
    finally:
        back.sql("UPDATE %staff SET lang = NULL WHERE username = 'ostadmin'")
    assert ["До срока" in part(letter, "plain") for letter in server.letters] == [True, False]


def test_letter_that_nobody_can_get_is_refused(letters: Letters, server: SmtpDouble, ticket: int) -> None:
    nobody = (
        "assignee",
        "support@helpdesk.example",
        "MAILER-DAEMON@mx.example",
        "no-reply@shop.example",
        "a@b@c",
        "x y@z",
    )
    outcome = letters.send(ticket, warning(*nobody), "email")
    assert (outcome["state"], outcome["reason"], outcome["entry"]) == ("refused", "no_address", None)
    assert server.letters == []


def test_links_let_nobody_in_where_customers_log_in_and_none_stands_in_the_thread(
    letters: Letters, server: SmtpDouble, ticket: int
) -> None:
    text = f"Открыть: {place('ticket_link')}\nОценить: {place('no_such_place')}\nКонец"
    letters.setting("clients_only", "1")
    letters.send(ticket, reply(text))
    letters.setting("clients_only", "0")
    letters.send(ticket, reply(text), key="accept:ticket:2")
    closed, opened = (part(letter, "plain") for letter in server.letters)
    assert f"view.php?id={ticket}" in closed
    assert "auth=" not in closed
    assert "view.php?auth=" in opened
    assert "Оценить" not in closed + opened
    assert "Конец" in closed
    bodies = " ".join(entry[4] for entry in letters.entries(ticket)[-2:])
    assert "Конец" in bodies
    assert "view.php" not in bodies
    assert "Открыть" not in bodies


HOSTILE = [
    "%{ticket.number} %{recipient.ticket_link}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Привет\r\nBcc: victim@evil.example\r\n\r\nтело",
    f"\ue000ticket_link\ue001{place('desk')}",
    "cid:abcdefghijklmnopqrstuvwxyz012345",
    "\u2028Bcc: victim@evil.example\x00\x1b[31m",
    "=?utf-8?Q?=0D=0ABcc:_victim@evil.example?=",
    "x" * 3000,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_customers_write_stays_text(
    letters: Letters, server: SmtpDouble, back: OsticketBackDoor, ticket: int, value: str
) -> None:
    """The bridge strips private-use characters of what people write, and escapes it in HTML; here it comes as a name, too."""
    name = value.replace("'", "").replace("\\", "").replace("\x00", "")[:120]
    back.sql(
        f"""UPDATE %user u JOIN %ticket t ON t.user_id = u.id SET u.name = '{name}' WHERE t.ticket_id = {ticket}"""
    )
    bare = re.sub("[\ue000-\uf8ff]", "", value)
    escaped = bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    params = {"subject": {"ru": value}, "text": {"ru": bare}, "html": {"ru": f"<p>{escaped}</p>"}}
    outcome = letters.send(ticket, params)
    assert outcome["state"] == "done", outcome
    (letter,) = server.letters
    assert [people for _, people in server.envelopes] == [[letter["To"].addresses[0].addr_spec]]
    assert letter["Bcc"] is None
    assert letter["Subject"].count("\n") == 0
    assert len(letter["Subject"]) < 220
    assert not letter.is_attachment()
    assert [one.get_content_type() for one in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert "<script" not in part(letter, "html")
    assert "<img" not in part(letter, "html")
    assert "%{ticket.number}" in part(letter, "plain") or "%{" not in value
    entry = letters.entries(ticket)[-1]
    assert "<script" not in entry[3]
    page = back.sql("SELECT format FROM %thread_entry WHERE id = (SELECT MAX(id) FROM %thread_entry)")
    assert page == "text", "as HTML osTicket would make mark-up of it again"
    assert "</" not in value or entry[4].count("&lt;/script&gt;") == 1
    assert "&lt;/img&gt;" not in entry[4], "no end is made up for what somebody mentioned"


def test_customers_answer_without_a_number_lands_in_the_ticket(
    letters: Letters, server: SmtpDouble, real_desk: OsticketDesk, api: Client, ticket: int
) -> None:
    outcome = letters.send(ticket, reply())
    customer = api.ticket(ticket)["requester"]["email"]
    cursor = api.cursor()
    real_desk.mail(customer, "Re: ваше письмо", "Спасибо, ждём", headers={"In-Reply-To": f"<{outcome['message_id']}>"})
    (item,) = api.changed(cursor, ticket)
    assert (item["events"][-1]["kind"], item["events"][-1]["actor"]) == ("message", "customer")
    # The next letter of ours answers it, in the customer's mail program too.
    letters.send(ticket, reply(), key="more:ticket:1")
    assert server.letters[-1]["In-Reply-To"] == real_desk.last_message_id
    chain = str(server.letters[-1]["References"]).split()
    assert chain == [f"<{outcome['message_id']}>", real_desk.last_message_id]


def test_agents_answer_to_a_warning_is_a_note(
    letters: Letters, server: SmtpDouble, agent: Agent, real_desk: OsticketDesk, api: Client, ticket: int
) -> None:
    agent.claim(ticket)
    letters.send(ticket, warning("assignee"), "email", "warn-75:first_response:1")
    letter = server.letters[-1]
    chain = f"{letter['References']} {letter['Message-ID']}"
    cursor = api.cursor()
    headers = {"In-Reply-To": letter["Message-ID"], "References": chain}
    real_desk.mail("ostadmin@lab.example", "Re: warning", "Беру", headers=headers)
    (item,) = api.changed(cursor, ticket)
    assert (item["events"][-1]["kind"], item["events"][-1]["actor"]) == ("note", "agent")
