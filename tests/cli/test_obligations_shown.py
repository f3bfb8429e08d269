"""What is owed, from the files of a configuration to the helpdesk's screens and to a pass's warnings, by whole passes of `sync`."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.connectors.sandbox import Sandbox, publications
from bridge.settings.load import load_settings
from bridge.sync.memory.declared import DECLARED, LastDeclaration
from bridge.sync.memory.state import SqliteState
from tests.cli.conftest import CommandLine

CALENDAR = "id: always\ntitle: {ru: Всегда, en: Always}\nzone: Europe/Moscow\nweek: {mon-sun: 00:00-24:00}\n"
OBLIGATIONS = """
obligations:
  visits:
    title: {ru: Выезды, en: Visits}
    per: customer
    categories: commercial
    at_least: 3
    every: year
    calendar: always
    counted_from: {tickets: {subject: {contains: visit}}}
    warn_at: 366d before
"""
"""With time that always counts a year is due on each of its days, and its point has passed with its first second."""


@pytest.fixture
def ready(desk_cli: CommandLine) -> CommandLine:
    assert desk_cli("setup").code == 0
    (desk_cli.folder / "calendars" / "always.yaml").write_text(CALENDAR, encoding="utf-8")
    policy = desk_cli.folder / "policies" / "agrosoft.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + OBLIGATIONS, encoding="utf-8")
    return desk_cli


def visit(helpdesk: Sandbox) -> None:
    one = helpdesk.people.create_ticket("a visit", email="buh@rassvet.example")
    helpdesk.people.close(one)


def shown(helpdesk: Sandbox) -> tuple[int | None, str]:
    content = publications.latest(helpdesk.store)
    (one,) = [row for row in content["registry"]["obligations"] if row["customer"] == "K-001"]
    assert (one["title_ru"], one["title_en"], one["at_least"]) == ("Выезды", "Visits", 3)
    assert one["calendar"] in content["calendars"]
    return one["kept"], one["state"]


def test_a_pass_publishes_what_is_owed_and_counts_each_visit_that_is_closed(
    ready: CommandLine, helpdesk: Sandbox
) -> None:
    visit(helpdesk)
    assert ready("sync").code == 0
    assert shown(helpdesk) == (1, "due")
    assert ready("sync", "--json").json["requests"] == 1
    for expected in ((2, "due"), (3, "kept")):
        visit(helpdesk)
        assert ready("sync").code == 0
        assert shown(helpdesk) == expected


def test_a_point_that_has_passed_is_told_by_one_pass_and_not_by_the_next_process(ready: CommandLine) -> None:
    first, second = ready("sync"), ready("sync")
    assert "Visits: 0 of 3 kept for the customer K-001 in " in first.err
    assert "Visits" not in second.err
    assert "Visits: 0 of 3 kept for the customer K-001 in " in ready("plan").out + ready("plan").err


LETTER = """    warn_at:
      id: visits-late
      at: 366d before
      actions:
        email:
          to: head@desk.example
          subject: {ru: "{obligation}: {customer}", en: "{obligation}: {customer}"}
          text: {ru: "Ещё предстоит: {missing} из {owed}.", en: "Still to come: {missing} of {owed}."}
"""


@pytest.fixture
def writing(ready: CommandLine, helpdesk: Sandbox, tmp_path: Path) -> CommandLine:
    """Whose actions were switched on long ago, on both ends."""
    policy = ready.folder / "policies" / "agrosoft.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("    warn_at: 366d before\n", LETTER), encoding="utf-8"
    )
    ready.edit("bridge.yaml", "actions: off", "actions: {}")
    helpdesk.switch_actions(tmp_path / "letters")
    assert ready("sync").code == 0
    with helpdesk.store.transaction() as rows:
        rows.execute("UPDATE acting SET since = 0")
    with closing(SqliteState(load_settings(ready.folder).state_path)) as state:
        last = LastDeclaration.remembered(state.fact(DECLARED))
        assert last is not None
        state.commit(facts={DECLARED: replace(last, since=dict.fromkeys(last.since, 0)).stored()})
    return ready


def test_a_letter_about_an_obligation_stands_in_the_plan_and_leaves_with_the_pass_once(
    writing: CommandLine, helpdesk: Sandbox, tmp_path: Path
) -> None:
    assert not list(tmp_path.glob("letters/*.eml"))
    said = writing("plan").out
    assert "no ticket, visits-late:" in said
    assert "    | Ещё предстоит: 3 из 3.\n" in said
    letters = writing("plan", "--json").json["letters"]
    assert [one["id"] for one in letters] == ["visits-late"] * len(letters)
    assert letters
    assert {tuple(one["params"]["to"]) for one in letters} == {("head@desk.example",)}
    for _ in range(2):
        assert writing("sync").code == 0
        assert len(list(tmp_path.glob("letters/*.eml"))) == len(letters)
    rows = writing("actions", "list", "--state", "done", "--json").json["actions"]
    assert {(one["id"], one["ticket"]) for one in rows if one["id"] == "visits-late"} == {("visits-late", None)}


def test_a_letter_about_an_obligation_is_tried_for_no_ticket(writing: CommandLine, helpdesk: Sandbox) -> None:
    one = helpdesk.people.create_ticket("a visit", email="buh@rassvet.example")
    tried = writing("actions", "test", f"id:{one}", "visits-late", "--to", "me@desk.example")
    assert tried.code != 0
    assert "the letter visits-late is about an obligation and belongs to no ticket" in tried.err
