"""The how-to on counting units: its files are valid, and its table is what the bridge says."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bridge.connectors.registry.load import load_registry
from bridge.customers import THOUSANDTHS
from bridge.policies.decide import decide
from bridge.policies.language.compile import compile_policy
from bridge.policies.units.tally import Tally
from bridge.policies.units.usage import Usage
from bridge.tickets import ticket_adapter

PAGE = (Path(__file__).parents[2] / "docs/how-to/count-units.md").read_text(encoding="utf-8")
MAPPING, CHECKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
(TABLE,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
POLICY = """
policy: sample
title: {ru: Пример, en: Sample}
defaults: {calendar: week}
levels: {plain: {title: {ru: Общий, en: Plain}, targets: {first_response: 8h}}}
rules: [{id: all, level: plain}]
"""
CALENDAR = "id: week\nzone: Europe/Moscow\nweek: {mon-fri: 09:00-18:00}\n"
NOW = int(datetime(2027, 1, 12, 9, tzinfo=UTC).timestamp())


def rows() -> list[dict[str, str]]:
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("|")]
    head, *body = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(head, line, strict=True)) for line in body[1:]]


def ticket(row: dict[str, str]):
    def wrote(field: str, value: str):
        return {"at": at, "kind": "field", "actor": "agent", "field": field, "from": None, "to": value}

    at = f"{row['created']}T09:00:00Z"
    set_by_agents = {"spent_hours": row["spent_hours"], "sla_set_deferral": row["deferral"]}
    fields = {name: value for name, value in set_by_agents.items() if value}
    closed = row["status"] == "Resolved"
    return ticket_adapter().validate_python(
        {
            "id": int(row["ticket"]),
            "number": row["ticket"],
            "rev": "a",
            "created_at": at,
            "closed_at": at if closed else None,
            "status": {"id": 2 if closed else 1, "name": row["status"], "state": "closed" if closed else "open"},
            "department": {"id": 1, "name": "Support"},
            "requester": {"email": "buh@kolos.example"},
            "fields": fields,
            "events": [wrote(name, value) for name, value in fields.items()],
        }
    )


@pytest.fixture
def registry(tmp_path: Path):
    (tmp_path / "registry.yaml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "contracts.csv").write_text(TABLE, encoding="utf-8")
    load = load_registry(tmp_path, now=NOW)
    assert load.problems == ()
    return load.registry


def test_the_table_of_the_how_to_is_what_the_bridge_says(registry) -> None:
    from dataclasses import replace

    policy = compile_policy(
        {"policies/p.yaml": (POLICY + CHECKS).encode(), "calendars/w.yaml": CALENDAR.encode()}
    ).policy
    usage, tally, said = Usage(policy), Tally(), {}
    tickets = [ticket(row) for row in rows()]
    for one in reversed(tickets):
        takings = usage.takings(one, registry.lookup(one, now=NOW), NOW)
        tally.book(one.id, takings)
        said[one.id] = [f"{sum(row.amount for row in takings) / THOUSANDTHS:g}"]
    for one in tickets:
        taken = tally.taken(one.id, tally.booked[one.id])
        answer = replace(registry.lookup(one, now=NOW), taken=taken)
        (check,) = decide(one, policy, now=NOW, registry=answer).support.checks
        said[one.id] += [f"{check.evidence['left']:g}", check.reason]
    assert {int(row["ticket"]): [row["takes"], row["left on arrival"], row["answer"]] for row in rows()} == said
    assert len(said) == 7
