"""`sla-bridge registry products` on the shipped configuration: the same customers in every form."""

import csv
import io

AT = ("--at", "2026-11-29T09:00:00Z")


def table(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")), delimiter=delimiter))


def test_a_table_has_a_row_for_each_customer_and_version_that_json_has(cli) -> None:
    found = cli("registry", "products", *AT, "--format", "json").json
    rows = table(cli("registry", "products", *AT, "--format", "csv").out)
    told = [(row["product"], row["version"], row["support"], row["customer"]) for row in rows if not row["line"]]
    assert told == [
        (group["product"], group["version"], group["support"], one["customer"])
        for group in found["groups"]
        for one in group["customers"]
    ]
    assert [len(group["customers"]) for group in found["groups"]] == [group["count"] for group in found["groups"]]
    assert [(row["customer"], row["file"], int(row["line"])) for row in rows if row["line"]] == [
        (one["customer"], one["file"], one["line"]) for one in found["apart"]
    ]
    assert found["customers"] == 8


def test_in_russian_a_table_is_parted_as_its_spreadsheets_have_it(cli) -> None:
    rows = table(cli("registry", "products", *AT, "--format", "csv", "--language", "ru").out, ";")
    assert rows[0]["name"] == "ООО «Рассвет»"


def test_no_cell_is_a_formula(cli) -> None:
    cli.edit("registry/customers.csv", "КФХ Сидоров", '"+1-800 КФХ"')
    rows = table(cli("registry", "products", *AT, "--outdated", "--format", "csv").out)
    assert "'+1-800 КФХ" in {row["name"] for row in rows}


def test_outdated_versions_alone_are_told_and_those_of_a_curator(cli) -> None:
    out = cli("registry", "products", *AT, "--outdated").out
    assert "agro-accounting 3.0.41.12: outdated, 1 customer(s) (latest 3.0.52.35)\n  K-005 КФХ Сидоров\n" in out
    assert "current" not in out
    of_one = cli("registry", "products", *AT, "--curator", "petrov@support.example", "--format", "json").json
    assert {one["customer"] for group in of_one["groups"] for one in group["customers"]} == {"K-002", "K-004"}


def test_the_agreement_need_not_be_in_order(cli) -> None:
    cli.edit("policies/agrosoft.yaml", "levels:", "levvels:")
    assert cli("registry", "products", *AT).code == 0


def test_without_a_registry_it_is_said_where_one_is_named(cli) -> None:
    cli.edit("bridge.yaml", "registry: registry/registry.yaml\n", "")
    result = cli("registry", "products")
    assert (result.code, "bridge.yaml" in result.err) == (3, True)
