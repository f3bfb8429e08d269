"""What is owed, from the files of a configuration to the helpdesk's screens and to a pass's warnings, by whole passes of `sync`."""

import pytest

from bridge.connectors.sandbox import Sandbox, publications
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
