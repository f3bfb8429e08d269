"""What `setup --remove` takes away from a real osTicket, what it tells before, and what stays."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable
from tests.contract.test_setup import as_it_stands

OUR_COLUMNS = "SELECT COUNT(*) FROM %queue_column WHERE CONCAT_WS(' ', `primary`, annotations) REGEXP 'sla_(level|state|due|support|clock)'"


@pytest.fixture
def back(real_desk: OsticketDesk, api: Client) -> Iterator[OsticketBackDoor]:
    """The tables of a desk that is set up, and is so again in the end."""
    if variable("SQL") is None:
        pytest.skip(f"set {PREFIX}SQL")
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200
    yield real_desk.back_door
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200


def removed(api: Client, action: str, **options: bool) -> dict[str, Any]:
    reply = api.post("setup", {"action": action, "language": "en", **options})
    assert reply.status == 200, reply.text
    return reply.body


THEIRS = {
    "queue": """INSERT INTO %queue (parent_id, flags, staff_id, sort, title, config, root, path, created, updated) VALUES (0, 3, 0, 99,
        'Theirs', '{{"criteria":[["cdata__sla_level","includes",{{"general":"G"}}]],"conditions":[]}}', 'T', '/', NOW(), NOW())""",
    "search": """INSERT INTO %queue (parent_id, flags, staff_id, sort, title, config, root, path, created, updated) VALUES (0, 0, 1, 99,
        'Theirs', '{{"criteria":[["sla_clock__state","includes",{{"overdue":"O"}}]],"conditions":[]}}', 'T', '/', NOW(), NOW())""",
    "column": "INSERT INTO %queue_column (flags, name, `primary`, annotations, conditions) VALUES (0, 'Theirs', 'cdata__sla_reason', '[]', '[]')",
    "sort": "INSERT INTO %queue_sort (root, name, columns, updated) VALUES ('T', 'Theirs', '[\"-cdata__sla_due\"]', NOW())",
    "filter": """INSERT INTO %filter (execorder, isactive, target, name, created, updated) VALUES (99, 0, 'Any', 'Theirs', NOW(), NOW());
        INSERT INTO %filter_rule (filter_id, what, how, val, notes, created, updated)
        SELECT LAST_INSERT_ID(), CONCAT('field.', object_id), 'equal', 'x', '', NOW(), NOW() FROM %sla_bridge_made WHERE what = 'field:sla_curator'""",
    "canned": """INSERT INTO %canned_response (title, response, created, updated)
        VALUES ('Theirs', CONCAT('Due ', CHAR(37), '{{ticket.sla_due.short}}'), NOW(), NOW())""",
}  # fmt: skip
FIELDS = {"queue": "sla_level", "search": "sla_state", "column": "sla_reason", "sort": "sla_due", "filter": "sla_curator", "canned": "sla_due"}  # fmt: skip
FORGET = """DELETE FROM %queue WHERE title = 'Theirs'; DELETE FROM %queue_column WHERE name = 'Theirs';
    DELETE FROM %queue_sort WHERE name = 'Theirs'; DELETE FROM %canned_response WHERE title = 'Theirs';
    DELETE r FROM %filter_rule r JOIN %filter f ON f.id = r.filter_id WHERE f.name = 'Theirs'; DELETE FROM %filter WHERE name = 'Theirs'"""


@pytest.mark.parametrize("what", THEIRS)
def test_what_the_desks_people_made_with_ours_is_told_and_left_alone(
    api: Client, back: OsticketBackDoor, what: str
) -> None:
    assert "Theirs" not in {use["title"] for use in removed(api, "plan_remove")["uses"]}
    back.sql(THEIRS[what].format())
    try:
        kind = "queue" if what == "search" else what
        uses = removed(api, "plan_remove")["uses"]
        assert {"kind": kind, "title": "Theirs", "field": FIELDS[what]} in uses
    finally:
        back.sql(FORGET)


def test_columns_that_an_agent_put_into_his_own_list_are_told(api: Client, back: OsticketBackDoor) -> None:
    back.sql(
        """INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
        SELECT 8, MIN(object_id), 1, 1, 1, 'Mine', 70 FROM %sla_bridge_made WHERE LEFT(what, 7) = 'column:'"""
    )
    try:
        uses = removed(api, "plan_remove")["uses"]
        assert [use for use in uses if use["kind"] == "queue" and use["title"].startswith("Closed (")]
    finally:
        back.sql("DELETE FROM %queue_columns WHERE queue_id = 8 AND staff_id = 1 AND heading = 'Mine'")


def test_plan_of_a_removal_changes_nothing(api: Client, back: OsticketBackDoor) -> None:
    before = api.get("meta").body["meta_rev"], back.sql("SELECT * FROM %sla_bridge_made ORDER BY what")
    plan = removed(api, "plan_remove", tables=True)
    assert (plan["action"], plan["changed"]) == ("plan_remove", 0)
    todo = {step["id"] for step in plan["steps"] if step["state"] == "todo"}
    assert {"screens:outputs", "field:sla_level", "field:sla_set_level", "tables"} <= todo
    assert (api.get("meta").body["meta_rev"], back.sql("SELECT * FROM %sla_bridge_made ORDER BY what")) == before


def test_values_stay_where_that_is_asked_for_and_the_screens_go(
    api: Client, back: OsticketBackDoor, ticket: int
) -> None:
    api.write_fields(ticket, sla_level="standard", sla_state="overdue", sla_reason="Stays")
    before, fields = api.ticket(ticket), api.get("meta").body["fields"]
    planned = removed(api, "plan_remove", keep_values=True)
    done = removed(api, "remove", keep_values=True)
    assert [step["id"] for step in done["steps"]] == [step["id"] for step in planned["steps"]]
    assert not [step for step in done["steps"] if step["id"].startswith("field:")]
    assert (api.ticket(ticket), api.get("meta").body["fields"]) == (before, fields)
    made = back.sql("SELECT what FROM %sla_bridge_made WHERE LEFT(what, 6) <> 'field:'")
    assert made == ""
    assert api.write_fields(ticket, sla_reason="Written after")["result"] == "ok"
    assert removed(api, "remove", keep_values=True)["changed"] == 0


def test_values_are_not_kept_in_tables_that_go(api: Client, real_desk: OsticketDesk) -> None:
    reply = api.post("setup", {"action": "remove", "keep_values": True, "tables": True})
    assert (reply.status, reply.code) == (422, "unprocessable")


@pytest.fixture
def emptied(back: OsticketBackDoor, real_desk: OsticketDesk, api: Client) -> Iterator[OsticketBackDoor]:
    """A desk that may lose all values; it is set up anew in the end, with other numbers for all fields."""
    if variable("MAY_BE_EMPTIED") is None:
        pytest.skip(f"set {PREFIX}MAY_BE_EMPTIED=1 if all values of this desk may go")
    request = as_it_stands(api)
    yield back
    back.sql("UPDATE %plugin SET isactive = 1 WHERE install_path = 'plugins/sla-bridge'")
    assert api.post("setup", {"action": "apply", **request}).status == 200
    real_desk._fields.clear()


def leftovers(back: OsticketBackDoor, numbers: str) -> list[str]:
    return [
        back.sql(statement)
        for statement in (
            "SELECT COUNT(*) FROM %form_field WHERE LEFT(name, 4) = 'sla_'",
            f"SELECT COUNT(*) FROM %form_entry_values WHERE field_id IN ({numbers})",
            "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND RIGHT(table_name, 7) = '__cdata' AND LEFT(column_name, 4) = 'sla_'",
            f"SELECT COUNT(*) FROM %form_entry WHERE object_type = 'T' AND extra REGEXP '{numbers.replace(',', '|')}'",
            f"SELECT COUNT(*) FROM %help_topic_form WHERE extra REGEXP '{numbers.replace(',', '|')}'",
            OUR_COLUMNS,
            "SELECT COUNT(*) FROM %queue WHERE config LIKE CONCAT(CHAR(37), 'sla_', CHAR(37))",
            "SELECT COUNT(*) FROM %queue_sort WHERE columns LIKE CONCAT(CHAR(37), 'sla_', CHAR(37))",
        )
    ]


def test_nothing_of_ours_is_left_and_with_the_tables_no_table(
    api: Client, emptied: OsticketBackDoor, open_ticket: Callable[..., int]
) -> None:
    back, ticket = emptied, open_ticket()
    api.write_fields(ticket, sla_level="standard", sla_state="overdue", sla_reason="Goes")
    numbers = back.sql("SELECT GROUP_CONCAT(object_id) FROM %sla_bridge_made WHERE LEFT(what, 6) = 'field:'")
    assert removed(api, "remove")["changed"] > 0
    assert leftovers(back, numbers) == ["0"] * 8
    assert api.ticket(ticket)["bridge"] == {"fields": {}, "cycles": [], "detail": {}, "actions": [], "mail": None}
    assert removed(api, "remove")["changed"] == 0
    assert removed(api, "remove", tables=True)["changed"] == 1
    tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE CONCAT(CHAR(37), 'sla_bridge', CHAR(37))"
    assert back.sql(tables) == "0"
    assert api.session.get(f"{api.base}/ping", timeout=60).status_code != 200
    assert back.sql(tables) == "0"
