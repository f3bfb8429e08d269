"""`native: {due_date: true}` in bridge.yaml: what plan shows, what sync writes, and the way back."""

from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox
from bridge.tickets import instant_text

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "osticket-due-date.md").read_text("utf-8")
SETTING = "native:\n  due_date: true\n"


@pytest.fixture
def ready(desk_cli, helpdesk: Sandbox):
    for index in range(3):
        helpdesk.people.create_ticket(f"Вопрос {index}", "Не открывается отчёт", email=f"user{index}@unknown.example")
    assert desk_cli("setup").code == 0
    assert desk_cli("sync").code == 0
    return desk_cli


def switch_on(desk_cli) -> None:
    file = desk_cli.folder / "bridge.yaml"
    file.write_text(file.read_text("utf-8") + "\n" + SETTING, "utf-8")


def switch_off(desk_cli) -> None:
    desk_cli.edit("bridge.yaml", SETTING, "")


def dates(helpdesk: Sandbox) -> dict[int, int | None]:
    return {row["id"]: row["due_at"] for row in helpdesk.store.rows("SELECT id, due_at FROM tickets")}


def test_the_pages_setting_is_the_one_that_is_tested() -> None:
    assert f"```yaml\n{SETTING}```" in PAGE


def test_off_by_default_no_date_is_touched(ready) -> None:
    assert ready("plan", "--json").json["changes"] == []


def test_plan_shows_each_date_and_sync_sets_it_once(ready, helpdesk: Sandbox) -> None:
    before = dates(helpdesk)
    switch_on(ready)
    changes = ready("plan", "--json").json["changes"]
    assert [(one["fields"], one["native"]["release"]) for one in changes] == [({}, False)] * 3
    assert "(osTicket's due date)" in ready("plan").out
    assert dates(helpdesk) == before
    assert ready("sync", "--json").json["written"] == 3
    after = dates(helpdesk)
    assert all(after[one] != before[one] for one in before)
    assert ready("plan", "--json").json["changes"] == []
    assert ready("sync", "--json").json["written"] == 0


def test_the_date_is_the_agreements(ready, helpdesk: Sandbox) -> None:
    switch_on(ready)
    ready("sync")
    for ticket, due in dates(helpdesk).items():
        assert ready("explain", f"id:{ticket}", "--json").json["due_at"] == instant_text(due)


def test_switched_off_again_every_date_is_the_helpdesks_own(ready, helpdesk: Sandbox) -> None:
    before = dates(helpdesk)
    switch_on(ready)
    ready("sync")
    switch_off(ready)
    assert "osTicket's own" in ready("plan").out
    ready("sync")
    assert dates(helpdesk) == before
    assert ready("plan", "--json").json["changes"] == []


def test_a_persons_date_is_named_and_stands(ready, helpdesk: Sandbox) -> None:
    helpdesk.store.row("INSERT INTO person_dates VALUES (2, 1900000000)")
    helpdesk.store.restamp([2])
    switch_on(ready)
    planned = ready("plan", "--json").json
    assert any("a person set osTicket's due date to 2030-03-17T17:46:40Z" in note for note in planned["notes"])
    ready("sync")
    row = helpdesk.store.rows("SELECT due_at FROM person_dates WHERE ticket_id = 2")[0]
    assert row["due_at"] == 1_900_000_000


@pytest.mark.parametrize(
    "mistake", ["native: true", "native:\n  due_date: maybe", "native:\n  due: true", "native: []"]
)
def test_a_mistake_is_named_with_its_place(ready, mistake: str) -> None:
    file = ready.folder / "bridge.yaml"
    file.write_text(file.read_text("utf-8") + "\n" + mistake + "\n", "utf-8")
    result = ready("plan")
    assert result.code == 3
    assert "bridge.yaml:" in result.err
