"""What comes back to a real osTicket about letters of ours: it marks a ticket, and does nothing else to it."""

# ruff: noqa: S608 -- whoever runs the tests gives the command, and the tests the names.

import os
from collections.abc import Callable

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.letter_desk import Letters, reply, warning
from tests.contract.smtp_double import SmtpDouble
from tests.contract.staff_pages import Agent, OsticketDesk


def report(
    message_id: str, customer: str, *, action: str = "failed", status: str = "5.1.1", original: str = "message/rfc822"
) -> bytes:
    """Return what a mail server sends back about a letter."""
    head = f"From: support@helpdesk.example\nTo: {customer}\nSubject: letter\nMessage-ID: <{message_id}>\n"
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\nTo: support@helpdesk.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{os.urandom(6).hex()}@mx.example>\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "--B\nContent-Type: text/plain; charset=us-ascii\n\nThis is the mail system at mx.example.\n\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nArrival-Date: today\n\n"
        f"Final-Recipient: rfc822; {customer}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <script>no</script>\n    such user here\n\n"
        f"--B\nContent-Type: {original}\n\n{head}\n{'text of the letter' if original == 'message/rfc822' else ''}\n--B--\n"
    ).encode()


@pytest.fixture
def returned(real_desk: OsticketDesk) -> Callable[[bytes], None]:
    """Let a mail come in."""
    return lambda mail: real_desk._stock("tickets.email", data=mail)


def tickets_in_all(back: OsticketBackDoor) -> str:
    return back.sql("SELECT COUNT(*), MAX(ticket_id) FROM %ticket")


@pytest.mark.parametrize(
    ("status", "original"),
    [("5.1.1", "message/rfc822"), ("5.2.2", "text/rfc822-headers"), ("4.4.7", "message/rfc822")],
)
def test_returned_letter_marks_the_ticket_once_and_opens_none(
    letters: Letters, server: SmtpDouble, agent: Agent, api: Client, back: OsticketBackDoor,
    ticket: int, returned: Callable[[bytes], None], status: str, original: str,
) -> None:  # fmt: skip
    outcome = letters.send(ticket, reply())
    snapshot = api.ticket(ticket)
    agent.set_status(ticket, 3, comment=None)
    cursor, before = api.cursor(), tickets_in_all(back)
    mail = report(outcome["message_id"], snapshot["requester"]["email"], status=status, original=original)
    returned(mail)
    entries = letters.entries(ticket)
    returned(mail)
    returned(report(outcome["message_id"], snapshot["requester"]["email"]))
    assert tickets_in_all(back) == before
    assert letters.entries(ticket) == entries, "told once, whoever reports it how often"
    note = entries[-1]
    assert (note[0], note[3]) == ("N", "Letter not delivered")
    assert snapshot["requester"]["email"] in note[4]
    assert f"{status} 550 5.1.1 &lt;script&gt;no&lt;/script&gt; such user here" in note[4]
    assert back.sql(f"SELECT state FROM %sla_bridge_mail WHERE ticket_id = {ticket}") == "failed"
    (item,) = api.changed(cursor, ticket)
    assert item["status"]["state"] == "closed"
    assert "message" not in [event["kind"] for event in item["events"][len(snapshot["events"]) :]]
    assert letters.send(ticket, reply(), key="again:ticket:1")["mail"] == "ok"


def test_bounce_is_told_in_the_desks_language(
    letters: Letters, server: SmtpDouble, api: Client, ticket: int, returned: Callable[[bytes], None]
) -> None:
    letters.setting("system_language", "ru")
    outcome = letters.send(ticket, reply())
    returned(report(outcome["message_id"], api.ticket(ticket)["requester"]["email"]))
    assert letters.entries(ticket)[-1][3] == "Письмо не доставлено"


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.1.9")])
def test_report_of_no_failure_leaves_nothing(
    letters: Letters, server: SmtpDouble, api: Client, back: OsticketBackDoor, ticket: int,
    returned: Callable[[bytes], None], action: str, status: str,
) -> None:  # fmt: skip
    outcome = letters.send(ticket, reply())
    entries, before = letters.entries(ticket), tickets_in_all(back)
    returned(report(outcome["message_id"], api.ticket(ticket)["requester"]["email"], action=action, status=status))
    assert letters.entries(ticket) == entries
    assert tickets_in_all(back) == before
    assert back.sql(f"SELECT state FROM %sla_bridge_mail WHERE ticket_id = {ticket}") == "ok"


def test_staffs_dead_address_marks_no_customer(
    letters: Letters, server: SmtpDouble, back: OsticketBackDoor, ticket: int, returned: Callable[[bytes], None]
) -> None:
    outcome = letters.send(ticket, warning("head@support.example"), "email", "warn-75:first_response:1")
    returned(report(outcome["message_id"], "head@support.example"))
    assert letters.entries(ticket)[-1][3] == "Letter not delivered"
    assert back.sql(f"SELECT COUNT(*) FROM %sla_bridge_mail WHERE ticket_id = {ticket}") == "0"


def test_report_about_anothers_letter_is_left_to_osticket(
    back: OsticketBackDoor, letters: Letters, real_desk: OsticketDesk, returned: Callable[[bytes], None]
) -> None:
    before = tickets_in_all(back)
    returned(report("not-ours@helpdesk.example", "somebody@else.example"))
    assert tickets_in_all(back) != before
    opened = int(back.sql("SELECT MAX(ticket_id) FROM %ticket"))
    assert letters.entries(opened)[0][0] == "M"
    real_desk.delete(opened)
