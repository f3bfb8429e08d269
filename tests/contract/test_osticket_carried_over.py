"""A real osTicket that `setup` of the version before arranged, with its one queue on `__cdata`: what this version makes of it."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bridge.fields import ATTENTION_QUEUE, FORMER_ATTENTION_QUEUE
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable
from tests.contract.test_setup import as_it_stands

MADE = "SELECT object_id FROM %sla_bridge_made WHERE what = 'queue:attention'"
SORT = "SELECT columns FROM %queue_sort s JOIN %sla_bridge_made m ON m.what = 'sort:due' AND m.object_id = s.id"
CRITERIA = [
    ["status__state", "includes", {"open": "Open"}],
    ["cdata__sla_state", "includes", {"at_risk": "A", "overdue": "O"}],
]
SHOWN = ("number", "cdata__subject", "user__name", "cdata__sla_level", "cdata__sla_state", "cdata__sla_due", "cdata__sla_support", "assignee")  # fmt: skip


@pytest.fixture
def back(real_desk: OsticketDesk) -> OsticketBackDoor:
    if variable("SQL") is None:
        pytest.skip(f"set {PREFIX}SQL")
    return real_desk.back_door


@pytest.fixture
def former(back: OsticketBackDoor, api: Client) -> Iterator[int]:
    """The queue as the version before made it; in the end a new one of this version."""
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200
    queue = int(back.sql(MADE))
    config = json.dumps({"criteria": CRITERIA, "conditions": []}).replace("\\", "\\\\")
    columns = "; ".join(
        f"""INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
        SELECT {queue}, id, 0, 1, {place}, 'H', 100 FROM %queue_column WHERE `primary` = '{path}' ORDER BY id LIMIT 1"""
        for place, path in enumerate(SHOWN)
    )
    back.sql(
        f"""DELETE FROM %queue_columns WHERE queue_id = {queue}; DELETE FROM %queue_config WHERE queue_id = {queue};
        UPDATE %queue SET parent_id = 0, flags = 3, path = '/', filter = NULL, title = '{FORMER_ATTENTION_QUEUE.ru}',
        config = '{config}' WHERE id = {queue};
        UPDATE %queue_sort s JOIN %sla_bridge_made m ON m.what = 'sort:due' AND m.object_id = s.id
        SET s.columns = '["cdata__sla_due"]'; {columns}"""
    )
    yield queue
    back.sql(
        f"""DELETE FROM %queue WHERE id = {queue} OR parent_id = {queue}; DELETE FROM %queue_columns WHERE queue_id = {queue};
        DELETE FROM %queue_config WHERE queue_id = {queue}"""
    )
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200


def set_up(api: Client, action: str) -> tuple[dict[str, Any], int]:
    """Return the step of the queue and how many steps were done."""
    body = api.post("setup", {"action": action, **as_it_stands(api)}).body
    [step] = [one for one in body["steps"] if one["id"] == "queue:attention"]
    return step, body["changed"]


def standing(back: OsticketBackDoor, queue: int) -> list[str]:
    return back.sql(f"SELECT title, parent_id, config FROM %queue WHERE id = {queue}").split("\t")


def test_queue_that_nobody_touched_moves_below_the_open_tickets_and_keeps_its_number(
    api: Client, back: OsticketBackDoor, former: int
) -> None:
    step, changed = set_up(api, "plan")
    assert (step["state"], changed) == ("todo", 0)
    assert step["detail"]
    assert set_up(api, "apply")[1] == 1
    title, parent, config = standing(back, former)
    assert title in (ATTENTION_QUEUE.ru, ATTENTION_QUEUE.en)
    assert int(parent) > 0
    assert "sla_clock__state" in config
    assert "cdata" not in config
    assert int(back.sql(MADE)) == former
    assert back.sql(SORT) == '["sla_clock__rank","sla_clock__due"]'
    step, changed = set_up(api, "apply")
    assert (step["state"], changed) == ("done", 0)


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


@pytest.mark.parametrize("what", ARRANGED)
def test_queue_that_somebody_arranged_stays_as_it_is_but_for_its_criterion(
    api: Client, back: OsticketBackDoor, former: int, what: str
) -> None:
    back.sql(ARRANGED[what].format(queue=former))
    everything = f"""SELECT title, parent_id, flags FROM %queue WHERE id = {former} OR parent_id = {former};
        SELECT * FROM %queue_columns WHERE queue_id = {former}; SELECT queue_id, staff_id FROM %queue_config WHERE queue_id = {former}"""
    before = back.sql(everything)
    assert set_up(api, "plan")[0]["state"] == "todo"
    assert set_up(api, "apply")[1] == 1
    assert back.sql(everything) == before
    config = standing(back, former)[2]
    assert "sla_clock__state" in config
    assert "cdata" not in config
    assert set_up(api, "apply")[1] == 0


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
    back.sql(
        """DROP TABLE %sla_bridge_clock; UPDATE %sla_bridge_state SET version = 4;
        ALTER TABLE %sla_bridge_state DROP COLUMN counts_stale, DROP COLUMN counts_cleared"""
    )
    assert api.get("meta").status == 200
    assert back.sql(rows) == before
    assert int(back.sql("SELECT version FROM %sla_bridge_state")) > 4
