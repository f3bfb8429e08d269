"""`sla-bridge registry`: bad rows by row and column, good rows still used, a shrunken source held back."""

import pytest

from bridge.connectors.sandbox import Sandbox

CUSTOMERS = "registry/customers.csv"


def rows(cli) -> list[str]:
    return (cli.folder / CUSTOMERS).read_text(encoding="utf-8").splitlines()


def write(cli, lines: list[str]) -> None:
    (cli.folder / CUSTOMERS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_the_shipped_registry_has_no_problem(cli) -> None:
    result = cli("registry", "check", "--json")
    assert result.code == 0
    assert result.json["problems"] == []
    assert {one["id"]: one["rows"] for one in result.json["sources"]} == {"customers": 9, "contracts": 3}
    assert all(one["as_of"].endswith("Z") and not one["from_copy"] for one in result.json["sources"])


def test_a_date_that_does_not_exist_is_told_by_row_and_column_and_exits_with_3(cli) -> None:
    lines = rows(cli)
    lines[1] = lines[1].replace("01.01.2026", "31.02.2026")
    write(cli, lines)
    result = cli("registry", "check", "--json")
    assert result.code == 3
    (problem,) = result.json["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == (CUSTOMERS, 2, 15)
    assert (problem["path"], problem["code"]) == ("Сертификат с", "bad_value")
    assert "31.02.2026" in problem["message"]
    assert cli("registry", "check").out.startswith(f"error: {CUSTOMERS}:2:15: row 2, column 'Сертификат с'")


def test_good_rows_are_used_beside_bad_ones(cli) -> None:
    lines = rows(cli)
    lines[1] = lines[1].replace("01.01.2026", "31.02.2026")
    write(cli, lines)
    found = cli("registry", "lookup", "--number", "BSP-100-002", "--json")
    assert found.code == 0
    assert (found.json["presence"], found.json["customer"]["id"]) == ("found", "K-002")


def test_a_number_of_two_customers_is_told_and_nobody_is_guessed(cli) -> None:
    lines = rows(cli)
    write(cli, [*lines, lines[3].replace("K-002", "K-099")])
    result = cli("registry", "check", "--json")
    assert result.code == 3
    errors = [one for one in result.json["problems"] if one["severity"] == "error"]
    assert [(one["line"], one["path"]) for one in errors] == [(len(lines) + 1, "Рег. номер")]
    found = cli("registry", "lookup", "--number", "BSP-100-002", "--json").json
    assert (found["presence"], found["customer"], found["candidates"]) == ("ambiguous", None, ["K-002", "K-099"])


@pytest.mark.parametrize("left", [2, 3])
def test_a_shrunken_source_is_served_from_its_copy_until_somebody_confirms(cli, left: int) -> None:
    lines = rows(cli)
    assert cli("registry", "check").code == 0
    write(cli, lines[:left])
    result = cli("registry", "check", "--json")
    assert result.code == 3
    assert "--confirm-shrunken" in result.json["problems"][0]["hint"]
    held = next(one for one in result.json["sources"] if one["id"] == "customers")
    assert (held["from_copy"], held["rows"]) == (True, 9)
    assert cli("registry", "lookup", "--number", "BSP-100-002", "--json").json["presence"] == "found"
    assert cli("registry", "check", "--confirm-shrunken").code == 0
    again = cli("registry", "check", "--json")
    assert (again.code, again.json["sources"][0]["rows"]) == (0, left - 1)
    assert cli("registry", "lookup", "--number", "BSP-100-002", "--json").json["presence"] == "not_found"


def test_lookup_tells_how_the_customer_was_found_and_when_the_data_is_from(cli) -> None:
    found = cli("registry", "lookup", "--email", "buh@rassvet.example", "--json").json
    assert (found["presence"], found["matched_by"], found["customer"]["id"]) == ("found", "email", "K-001")
    assert found["as_of"].endswith("Z")
    assert found["tracks"] == ["certificates", "contracts", "licences"]
    text = cli("registry", "lookup", "--email", "buh@rassvet.example").out
    assert "presence: found" in text
    assert "customer.id: K-001" in text


@pytest.mark.parametrize(
    ("at", "curator", "at_work"),
    [
        ("2026-11-23T07:00:00Z", "Соколова Анна", True),
        ("2026-11-23T17:00:00Z", "Соколова Анна", False),
        ("2026-12-29T07:00:00Z", "Петров Илья", True),
    ],
)
def test_lookup_tells_who_is_in_charge_at_an_instant_and_whether_he_is_at_work(cli, at, curator, at_work) -> None:
    found = cli("registry", "lookup", "--email", "buh@rassvet.example", "--at", at, "--json").json
    assert (found["curator"], found["curator_at_work"]) == (curator, at_work)


def test_lookup_by_organisation_ignores_case_and_a_stranger_is_not_found(cli) -> None:
    found = cli("registry", "lookup", "--organization", "спк «колос»", "--json").json
    assert (found["matched_by"], found["customer"]["id"]) == ("organization", "K-002")
    assert cli("registry", "lookup", "--email", "a@nobody.example", "--json").json["presence"] == "not_found"


def test_lookup_of_nothing_is_a_usage_error(cli) -> None:
    assert cli("registry", "lookup").code == 2


def test_without_a_registry_the_commands_say_where_one_is_named(cli) -> None:
    cli.edit("bridge.yaml", "registry: registry/registry.yaml\n", "")
    result = cli("registry", "check")
    assert result.code == 3
    assert "bridge.yaml" in result.err


@pytest.mark.parametrize(
    "damage", ["gone", "empty", "header alone", "shrunken", "renamed columns", "noise", "bad cells"]
)
def test_bad_data_never_stops_a_sync_and_takes_no_level_away(desk_cli, helpdesk: Sandbox, damage: str) -> None:
    ticket = helpdesk.people.create_ticket("Отчёт", "Не открывается отчёт", email="buh@rassvet.example")
    assert (desk_cli("setup").code, desk_cli("sync").code) == (0, 0)
    before = desk_cli("explain", f"id:{ticket}", "--json").json["fields"]
    assert before["sla_level"] == "standard"
    path, lines = desk_cli.folder / CUSTOMERS, rows(desk_cli)
    if damage == "gone":
        path.unlink()
    else:
        broken = {
            "empty": b"",
            "header alone": lines[0].encode(),
            "shrunken": "\n".join([lines[0], lines[-1]]).encode(),
            "renamed columns": "\n".join([lines[0].replace("Почта", "E-mail"), *lines[1:]]).encode(),
            "noise": bytes(range(256)) * 40,
            "bad cells": "\n".join([lines[0], *(line.replace("20", "2x") for line in lines[1:])]).encode(),
        }
        path.write_bytes(broken[damage])
    late = helpdesk.people.create_ticket("Ещё", "И второй отчёт тоже", email="buh@rassvet.example")
    helpdesk.people.customer_message(ticket)
    result = desk_cli("sync", "--json")
    assert (result.code, result.json["failed"]) == (0, [])
    for one in (ticket, late):
        assert desk_cli("explain", f"id:{one}", "--json").json["fields"]["sla_level"] == "standard"
    assert desk_cli("registry", "check").code == 3
