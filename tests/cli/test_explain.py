"""`sla-bridge explain`: which ticket is meant, what is said of it, and nothing of a visitor's that steers a terminal."""

import re

import pytest

from bridge.connectors.sandbox import Sandbox

HOSTILE = "Help\x1b]0;owned\x07\x9b31m\u202eme\r\nLevel: Urgent"
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture
def ticket(desk_cli, helpdesk: Sandbox) -> int:
    one: int = helpdesk.people.create_ticket("Отчёт", "Не открывается отчёт", email="buh@rassvet.example")
    assert (desk_cli("setup").code, desk_cli("sync").code) == (0, 0)
    return one


@pytest.fixture
def number(desk_cli, ticket: int) -> str:
    found: str = desk_cli("explain", f"id:{ticket}", "--json").json["number"]
    return found


@pytest.mark.parametrize("form", ["{number}", "#{number}", " #{number} ", "id:{ticket}", "#id:{ticket}"])
def test_a_ticket_is_found_as_people_write_it(desk_cli, ticket: int, number: str, form: str) -> None:
    result = desk_cli("explain", form.format(number=number, ticket=ticket), "--language", "en")
    assert result.code == 0
    assert result.out.startswith(f"Ticket {number} “Отчёт”, at ")
    assert "note:" not in result.err


def test_a_number_that_no_ticket_has_is_taken_for_an_id_and_that_is_said(desk_cli, ticket: int, number: str) -> None:
    result = desk_cli("explain", str(ticket), "--language", "en")
    assert result.out.startswith(f"Ticket {number} ")
    assert f"note: no ticket has the number {ticket}; this is the one with that id" in result.err


@pytest.mark.parametrize(
    "form", ["4815162342", "#4815162342", "id:99999", "nonsense", "#", "", "id:", "id:" + "9" * 40, "-- ²"]
)
def test_an_unknown_ticket_is_exit_code_4(desk_cli, ticket: int, form: str) -> None:
    result = desk_cli("explain", "--", form)
    assert (result.code, result.out) == (4, "")
    assert "there is no ticket" in result.err
    assert "id:4711" in result.err


def test_an_unknown_ticket_is_json_where_json_is_asked_for(desk_cli, ticket: int) -> None:
    result = desk_cli("explain", "#4815162342", "--json")
    assert result.code == 4
    assert '"error": "NoSuchTicket"' in result.err


def test_the_full_form_adds_ledger_checks_and_other_levels(desk_cli, ticket: int) -> None:
    short = desk_cli("explain", f"id:{ticket}", "--language", "en").out
    full = desk_cli("explain", f"id:{ticket}", "--language", "en", "--full").out
    assert "Why not another level:" in full
    assert "  pass: There are no attachments" in full
    assert " = due\n" in full
    assert len(short.splitlines()) < 20 < len(full.splitlines())
    for said in ("Why not", "pass:", "= due", "agrosoft.yaml"):
        assert said not in short
    assert "\n\n" not in full


def test_a_closed_ticket_has_no_empty_line_either(desk_cli, helpdesk: Sandbox, ticket: int) -> None:
    helpdesk.people.agent_reply(ticket, status="Closed")
    told = desk_cli("explain", f"id:{ticket}", "--language", "en", "--full", "--native").out
    assert "First response, cycle 1: met" in told
    assert "\n\n" not in told


def test_json_tells_what_comes_next_beside_the_decision(desk_cli, ticket: int) -> None:
    found = desk_cli("explain", f"id:{ticket}", "--json", "--language", "en").json
    assert found["next"][0]["at"].endswith("Z")
    assert found["next"][0]["text"] == "First response: at risk"
    assert {"ticket_id", "clocks", "fields", "reason", "next_change_at"} <= set(found)


def test_a_wrong_language_is_a_usage_error(desk_cli, ticket: int) -> None:
    assert desk_cli("explain", f"id:{ticket}", "--language", "de").code == 2


@pytest.fixture
def hostile(desk_cli, helpdesk: Sandbox) -> int:
    """A ticket of which a visitor wrote everything with signs that steer a terminal, and so did a registry."""
    path = desk_cli.folder / "registry" / "customers.csv"
    row = path.read_text(encoding="utf-8").splitlines()[1]
    code, _, rest = row.split(";", 2)
    bad = f'{code};"=Farm\x1b[2J\u202e";{rest.rpartition(";")[0]};-Olga\u202e'
    path.write_text(path.read_text(encoding="utf-8").replace(row, bad), encoding="utf-8")
    one: int = helpdesk.people.create_ticket(
        HOSTILE, "Не открывается отчёт", email="buh@rassvet.example", name="Eve\x1b[31m\u2066"
    )
    assert (desk_cli("setup").code, desk_cli("sync").code) == (0, 0)
    return one


@pytest.mark.parametrize("options", [[], ["--full"], ["--full", "--native"], ["--json"], ["--language", "en"]])
def test_what_a_visitor_wrote_never_steers_the_terminal(desk_cli, hostile: int, options: list[str]) -> None:
    result = desk_cli("explain", f"id:{hostile}", *options)
    assert result.code == 0
    assert not STEERS.search(result.out + result.err)
    assert not re.search("^Level: Urgent", result.out, re.MULTILINE)
    if "--json" in options:
        assert result.json["fields"]["sla_curator"] == "Olga"
    else:
        assert r"\x1b]0;owned\x07" in result.out


@pytest.mark.parametrize(
    "command",
    [
        ["plan"],
        ["plan", "--json"],
        ["sync", "--all", "--json"],
        ["-v", "sync", "--all", "--json"],
        ["doctor"],
        ["doctor", "--json"],
        ["registry", "check"],
        ["registry", "lookup", "--email", "buh@rassvet.example"],
        ["registry", "lookup", "--email", "buh@rassvet.example", "--json"],
        ["state", "show"],
        ["explain", "\x1b]0;owned\x07"],
        ["export"],
        ["export", "--all", "-o", "/nowhere/\x1b]0;owned\x07"],
        ["policy", "simulate", "\x1b]0;owned\x07"],
        ["policy", "schema", "\x1b]0;owned\x07"],
        ["calendar", "add", "2026-11-23T07:00:00Z", "\x1b]0;owned\x07", "--calendar", "\u202e"],
        ["explain", "\x1b]0;owned\x07\u202e", "--json"],
    ],
)
def test_nor_does_any_other_command_let_it_through(
    desk_cli, hostile: int, helpdesk: Sandbox, command: list[str]
) -> None:
    helpdesk.people.customer_message(hostile, "\x1b]0;owned\x07")
    result = desk_cli(*command)
    assert result.out + result.err
    assert not STEERS.search(result.out + result.err)
