"""A real osTicket that `setup` of a version before arranged, with one queue for what needs attention: what this version makes of it."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.fields import ATTENTION_QUEUE, FORMER_ATTENTION_QUEUE, OVERDUE_QUEUE
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.test_setup import as_it_stands

MADE = "SELECT object_id FROM %sla_bridge_made WHERE what = 'queue:{}'"
SORT = "SELECT columns FROM %queue_sort s JOIN %sla_bridge_made m ON m.what = 'sort:due' AND m.object_id = s.id"
CRITERIA = [
    ["status__state", "includes", {"open": "Open"}],
    ["cdata__sla_state", "includes", {"at_risk": "A", "overdue": "O"}],
]
SHOWN = ("number", "cdata__subject", "user__name", "cdata__sla_level", "cdata__sla_state", "cdata__sla_due", "cdata__sla_support", "assignee")  # fmt: skip


def _again(api: Client) -> None:
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200


def _take_away(back: OsticketBackDoor, queue: int) -> None:
    back.sql(
        f"""DELETE FROM %queue WHERE id = {queue} OR parent_id = {queue}; DELETE FROM %queue_columns WHERE queue_id = {queue};
        DELETE FROM %queue_config WHERE queue_id = {queue}; DELETE FROM %queue_sorts WHERE queue_id = {queue};
        DELETE FROM %sla_bridge_made WHERE what = 'queue:attention'"""
    )


@pytest.fixture
def one_queue(back: OsticketBackDoor, api: Client) -> Iterator[int]:
    """One queue for both states, not yet arranged like that of any version; in the end two new ones of this version."""
    _again(api)
    _take_away(back, int(back.sql(MADE.format("at_risk"))))
    queue = int(back.sql(MADE.format("overdue")))
    back.sql("UPDATE %sla_bridge_made SET what = 'queue:attention' WHERE what = 'queue:overdue'")
    yield queue
    for name in ("attention", "overdue", "at_risk"):
        if standing := back.sql(MADE.format(name)):
            _take_away(back, int(standing))
    _take_away(back, queue)
    _again(api)


def _config(criteria: list[list[Any]]) -> str:
    return json.dumps({"criteria": criteria, "conditions": []}).replace("\\", "\\\\")


@pytest.fixture
def former(back: OsticketBackDoor, one_queue: int) -> int:
    """The queue as the first version made it, a root queue on `__cdata`."""
    columns = "; ".join(
        f"""INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
        SELECT {one_queue}, id, 0, 1, {place}, 'H', 100 FROM %queue_column WHERE `primary` = '{path}' ORDER BY id LIMIT 1"""
        for place, path in enumerate(SHOWN)
    )
    back.sql(
        f"""DELETE FROM %queue_columns WHERE queue_id = {one_queue}; DELETE FROM %queue_config WHERE queue_id = {one_queue};
        UPDATE %queue SET parent_id = 0, flags = 3, path = '/', filter = NULL, title = '{FORMER_ATTENTION_QUEUE.ru}',
        config = '{_config(CRITERIA)}' WHERE id = {one_queue};
        UPDATE %queue_sort s JOIN %sla_bridge_made m ON m.what = 'sort:due' AND m.object_id = s.id
        SET s.columns = '["cdata__sla_due"]', s.name = 'SLA due'; {columns}"""
    )
    return one_queue


@pytest.fixture
def sub_queue(back: OsticketBackDoor, one_queue: int) -> int:
    """The queue as the last version made it, below the open tickets and on our path."""
    both = [["sla_clock__state", "includes", {"at_risk": "A", "overdue": "O"}]]
    back.sql(
        f"""UPDATE %queue SET title = '{ATTENTION_QUEUE.en}', filter = 'sla_clock__state', config = '{_config(both)}'
        WHERE id = {one_queue};
        UPDATE %queue_sort s JOIN %sla_bridge_made m ON m.what = 'sort:due' AND m.object_id = s.id
        SET s.columns = '["sla_clock__rank","sla_clock__due"]', s.name = 'SLA due'"""
    )
    return one_queue


def set_up(api: Client, action: str) -> tuple[dict[str, dict[str, Any]], int]:
    """Return the steps of the queues that are ours by their names, and how many steps were done."""
    body = api.post("setup", {"action": action, **as_it_stands(api)}).body
    return {one["id"][6:]: one for one in body["steps"] if one["id"].startswith("queue:")}, body["changed"]


def standing(back: OsticketBackDoor, queue: int) -> list[str]:
    return back.sql(f"SELECT title, parent_id, config FROM %queue WHERE id = {queue}").split("\t")


@pytest.mark.parametrize("version", ["former", "sub_queue"])
def test_queue_that_nobody_touched_becomes_the_one_of_what_is_overdue_and_keeps_its_number(
    request: pytest.FixtureRequest, api: Client, back: OsticketBackDoor, version: str
) -> None:
    queue = request.getfixturevalue(version)
    steps, changed = set_up(api, "plan")
    assert ({name: step["state"] for name, step in steps.items()}, changed) == (
        {"at_risk": "todo", "overdue": "todo"},
        0,
    )
    assert steps["overdue"]["detail"]
    # The sort order of the version before is set right as well.
    assert set_up(api, "apply")[1] == 3
    title, parent, config = standing(back, queue)
    assert title.removesuffix(" (SLA)") in (OVERDUE_QUEUE.ru, OVERDUE_QUEUE.en)
    assert int(parent) > 0
    assert json.loads(config)["criteria"][0][:2] == ["sla_clock__state", "includes"]
    assert list(json.loads(config)["criteria"][0][2]) == ["overdue"]
    assert int(back.sql(MADE.format("overdue"))) == queue
    assert int(back.sql(MADE.format("at_risk"))) != queue
    assert back.sql(MADE.format("attention")) == ""
    assert back.sql(SORT) == '["sla_clock__rank"]'
    steps, changed = set_up(api, "apply")
    assert ({step["state"] for step in steps.values()}, changed) == ({"done"}, 0)


ARRANGED = {
    "renamed": "UPDATE %queue SET title = 'Пожар' WHERE id = {queue}",
    "an agent's own settings": "INSERT INTO %queue_config (queue_id, staff_id, setting, updated) VALUES ({queue}, 1, '{{}}', NOW())",
    "an agent's own columns": """INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
        VALUES ({queue}, 1, 1, 1, 1, 'Мой', 70)""",
    "a column taken away": "DELETE FROM %queue_columns WHERE queue_id = {queue} ORDER BY sort LIMIT 1",
    "columns in another order": "UPDATE %queue_columns SET sort = 99 - sort WHERE queue_id = {queue}",
    "a queue below it": """INSERT INTO %queue (parent_id, flags, staff_id, sort, title, config, root, path, created, updated)
        VALUES ({queue}, 43, 0, 9, 'Child', '{{"criteria":[],"conditions":[]}}', 'T', '/', NOW(), NOW())""",
}  # fmt: skip


EVERYTHING = """SELECT title, parent_id, flags FROM %queue WHERE id = {queue} OR parent_id = {queue};
    SELECT * FROM %queue_columns WHERE queue_id = {queue}; SELECT queue_id, staff_id FROM %queue_config WHERE queue_id = {queue}"""


@pytest.mark.parametrize("what", ARRANGED)
def test_queue_that_somebody_arranged_stays_as_it_is_but_for_its_criterion(
    api: Client, back: OsticketBackDoor, former: int, what: str
) -> None:
    back.sql(ARRANGED[what].format(queue=former))
    before = back.sql(EVERYTHING.format(queue=former))
    assert set_up(api, "plan")[0]["attention"]["state"] == "todo"
    # Two new queues and the sort order beside it.
    assert set_up(api, "apply")[1] == 4
    assert back.sql(EVERYTHING.format(queue=former)) == before
    config = standing(back, former)[2]
    assert "sla_clock__state" in config
    assert "cdata" not in config
    steps, changed = set_up(api, "apply")
    assert changed == 0
    assert steps["attention"]["detail"]


ARRANGED_LATER = {what: ARRANGED[what] for what in ("renamed", "an agent's own settings", "an agent's own columns", "a queue below it")} | {
    "another criterion": """UPDATE %queue SET config = '{{"criteria":[["sla_clock__state","includes",{{"overdue":"O"}}]]}}' WHERE id = {queue}""",
    "another sort order": "UPDATE %queue SET sort_id = 1 WHERE id = {queue}",
    "moved": "UPDATE %queue SET parent_id = 0 WHERE id = {queue}",
}  # fmt: skip


@pytest.mark.parametrize("what", ARRANGED_LATER)
def test_arranged_queue_of_the_last_version_stays_beside_the_two_new_ones_and_setup_says_so(
    api: Client, back: OsticketBackDoor, sub_queue: int, what: str
) -> None:
    back.sql(ARRANGED_LATER[what].format(queue=sub_queue))
    wanted = f"SELECT * FROM %queue WHERE id = {sub_queue}; " + EVERYTHING.format(queue=sub_queue)
    before = back.sql(wanted)
    steps, _ = set_up(api, "apply")
    assert back.sql(wanted) == before
    assert steps["attention"]["state"] == "done"
    assert steps["attention"]["detail"]
    assert len({int(back.sql(MADE.format(name))) for name in ("attention", "overdue", "at_risk")}) == 3


def test_values_that_the_version_before_wrote_are_counted(
    api: Client, back: OsticketBackDoor, open_ticket: Callable[..., int]
) -> None:
    written = {
        open_ticket(): {"sla_state": "overdue", "sla_level": "general", "sla_due": "2026-10-20T15:00:00Z"},
        open_ticket(): {"sla_state": "at_risk"}, open_ticket(): {"sla_level": "general"},
        open_ticket(): {"sla_due": "2026-10-21T15:00:00Z"}, open_ticket(): {"sla_reason": "Just so"},
    }  # fmt: skip
    for one, fields in written.items():
        assert api.write_fields(one, **fields)["result"] == "ok"
    rows = f"SELECT * FROM %sla_bridge_clock WHERE ticket_id IN ({', '.join(map(str, written))}) ORDER BY ticket_id"
    before = back.sql(rows)
    assert len(before.splitlines()) == 4
    # The version before had another rank and no `since`.
    back.sql(
        "ALTER TABLE %sla_bridge_clock DROP COLUMN since; UPDATE %sla_bridge_clock SET `rank` = 1; UPDATE %sla_bridge_state SET version = 5"
    )
    assert api.get("meta").status == 200
    assert back.sql(rows) == before
    back.sql(
        """DROP TABLE %sla_bridge_clock; UPDATE %sla_bridge_state SET version = 4;
        ALTER TABLE %sla_bridge_state DROP COLUMN counts_stale, DROP COLUMN counts_cleared"""
    )
    assert api.get("meta").status == 200
    assert back.sql(rows) == before
    assert int(back.sql("SELECT version FROM %sla_bridge_state")) > 4
