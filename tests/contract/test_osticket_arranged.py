"""How `setup` arranges the queues of a real osTicket's own: once, in the language asked for, and never over what people arranged."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

from collections.abc import Iterator
from typing import Any

import pytest

from bridge.fields import ARRIVAL_SORT, AT_RISK_QUEUE, DUE_COLUMN, DUE_SORT, OVERDUE_QUEUE
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.test_setup import as_it_stands

FORMER = [one for one in OUTPUT_FIELDS if one.column is not None]
"""The fields whose columns the version before put into the open queues."""

COLUMNS = "SELECT column_id, staff_id, bits, sort, heading, width FROM %queue_columns WHERE queue_id = {} ORDER BY staff_id, sort"


def set_up(api: Client, action: str = "apply", **request: Any) -> dict[str, Any]:
    """Return the answer, with the steps by id."""
    body = api.post("setup", {"action": action, **as_it_stands(api), **request}).body
    return body | {"steps": {step["id"]: step for step in body["steps"]}}


@pytest.fixture
def back(back: OsticketBackDoor, api: Client) -> OsticketBackDoor:
    set_up(api)
    return back


@pytest.fixture
def own_queue(back: OsticketBackDoor, token: str) -> Iterator[int]:
    """A root queue of open tickets with columns of its own, which this desk has built since setup."""
    config = '{"criteria":[["status__state","includes",{"open":"Open"}],["isanswered","set",null]],"conditions":[]}'
    back.sql(
        f"""INSERT INTO %queue (parent_id, flags, staff_id, sort, title, config, root, path, created, updated)
        VALUES (0, 3, 0, 99, '{token}', '{config}', 'T', '/', NOW(), NOW())"""
    )
    queue = int(back.sql(f"SELECT id FROM %queue WHERE title = '{token}'"))
    back.sql(
        f"""INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
        VALUES ({queue}, 1, 0, 1, 1, 'Ticket', 100), ({queue}, 3, 0, 1, 2, 'Subject', 300), ({queue}, 8, 0, 1, 9, 'To', 160)"""
    )
    yield queue
    back.sql(
        f"""DELETE FROM %queue WHERE id = {queue}; DELETE FROM %queue_columns WHERE queue_id = {queue};
        DELETE FROM %queue_sorts WHERE queue_id = {queue}; DELETE FROM %sla_bridge_made WHERE what = 'arranged:{queue}';
        DELETE t, m FROM %sla_bridge_made m LEFT JOIN %translation t ON t.id = m.object_id
        WHERE LEFT(m.what, 7) = 'phrase:' AND INSTR(m.what, ':column.heading.{queue}.')"""
    )


def put_former_columns(back: OsticketBackDoor, queue: int, language: str, *, staff: int = 0) -> None:
    """Put the four columns there as the version before did."""
    for place, field in enumerate(FORMER, start=3):
        back.sql(
            f"""INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
            SELECT {queue}, object_id, {staff}, 1, {place}, '{field.title.text(language)}', {field.column} FROM %sla_bridge_made
            WHERE what = 'column:{field.name}'"""
        )


def test_queue_that_people_built_since_is_left_alone(api: Client, back: OsticketBackDoor, own_queue: int) -> None:
    before = back.sql(COLUMNS.format(own_queue))
    assert set_up(api)["changed"] == 0
    assert back.sql(COLUMNS.format(own_queue)) == before
    assert back.sql(f"SELECT COALESCE(filter, '') FROM %queue WHERE id = {own_queue}") == ""


@pytest.mark.parametrize("language", ["ru", "en"])
def test_one_column_takes_the_place_of_the_four_of_the_version_before(
    api: Client, back: OsticketBackDoor, own_queue: int, language: str
) -> None:
    put_former_columns(back, own_queue, language)
    put_former_columns(back, own_queue, language, staff=1)
    of_an_agent = COLUMNS.replace("ORDER", "AND staff_id = 1 ORDER")
    before = back.sql(of_an_agent.format(own_queue))
    plan = set_up(api, "plan")["steps"]["queues:open"]
    assert plan["state"] == "todo"
    assert set_up(api)["changed"] == 2, "the column, and its heading in the other language"
    shown = [
        line.split("\t") for line in back.sql(COLUMNS.format(own_queue)).splitlines() if line.split("\t")[1] == "0"
    ]
    badge = back.sql("SELECT object_id FROM %sla_bridge_made WHERE what = 'column:badge'")
    assert [line[0] for line in shown] == ["1", "3", badge, "8"]
    assert shown[2][2:] == ["1", "3", DUE_COLUMN.text(as_it_stands(api)["language"]), "105"]
    assert back.sql(of_an_agent.format(own_queue)) == before
    assert back.sql(f"SELECT filter FROM %queue WHERE id = {own_queue}") == "sla_clock__level"
    assert int(back.sql(f"SELECT COUNT(*) FROM %queue_sorts WHERE queue_id = {own_queue}")) == 2
    assert set_up(api)["changed"] == 0


BY_HAND = {
    "one taken away": "DELETE FROM %queue_columns WHERE queue_id = {queue} AND sort = 4",
    "one renamed": "UPDATE %queue_columns SET heading = 'До' WHERE queue_id = {queue} AND sort = 5",
    "one made wider": "UPDATE %queue_columns SET width = 140 WHERE queue_id = {queue} AND sort = 6",
    "another order": "UPDATE %queue_columns SET sort = 9 - sort WHERE queue_id = {queue} AND sort IN (4, 5)",
    "another one between": "UPDATE %queue_columns SET sort = sort + 1 WHERE queue_id = {queue} AND sort >= 5",
}


@pytest.mark.parametrize("what", BY_HAND)
def test_columns_that_somebody_arranged_stay_and_setup_says_so(
    api: Client, back: OsticketBackDoor, own_queue: int, token: str, what: str
) -> None:
    put_former_columns(back, own_queue, "ru")
    back.sql(BY_HAND[what].format(queue=own_queue))
    before = back.sql(COLUMNS.format(own_queue))
    answer = set_up(api)
    assert back.sql(COLUMNS.format(own_queue)) == before
    assert answer["steps"]["queues:open"]["state"] == "done"
    assert token in answer["steps"]["queues:open"]["detail"]
    assert answer["changed"] == 0


def test_what_people_make_of_an_arranged_queue_stays_theirs(
    api: Client, back: OsticketBackDoor, own_queue: int
) -> None:
    put_former_columns(back, own_queue, "en")
    back.sql(f"UPDATE %queue SET filter = 'dept_id' WHERE id = {own_queue}")
    assert set_up(api)["changed"] == 2, "the column, and its heading in the other language"
    assert back.sql(f"SELECT filter FROM %queue WHERE id = {own_queue}") == "dept_id"
    back.sql(
        f"""DELETE FROM %queue_columns WHERE queue_id = {own_queue} AND sort = 3; DELETE FROM %queue_sorts WHERE queue_id = {own_queue};
        UPDATE %queue SET filter = NULL WHERE id = {own_queue}"""
    )
    before = back.sql(COLUMNS.format(own_queue))
    assert set_up(api)["changed"] == 0
    assert back.sql(COLUMNS.format(own_queue)) == before
    assert back.sql(f"SELECT COUNT(*), MAX(COALESCE(filter, '')) FROM %queue WHERE id = {own_queue}") == "1"


NAMED: dict[str, tuple[str, str, Title]] = {
    "at risk": ("%queue", "title", AT_RISK_QUEUE), "overdue": ("%queue", "title", OVERDUE_QUEUE),
    "sort by deadline": ("%queue_sort", "name", DUE_SORT), "sort by arrival": ("%queue_sort", "name", ARRIVAL_SORT),
    "column": ("%queue_column", "name", DUE_COLUMN),
}  # fmt: skip
MADE = {
    "at risk": "queue:at_risk", "overdue": "queue:overdue", "sort by deadline": "sort:due", "sort by arrival": "sort:arrival",
    "column": "column:badge",
}  # fmt: skip


def named(back: OsticketBackDoor) -> dict[str, str]:
    return {
        what: back.sql(
            f"SELECT o.{column} FROM {table} o JOIN %sla_bridge_made m ON m.object_id = o.id AND m.what = '{MADE[what]}'"
        )
        for what, (table, column, _) in NAMED.items()
    }


@pytest.fixture
def restored(api: Client, back: OsticketBackDoor) -> Iterator[str]:
    """The language in which the desk stands; in the end it stands in it again."""
    language = as_it_stands(api)["language"]
    yield language
    set_up(api, language=language)


def test_another_language_renames_what_nobody_renamed_by_hand(
    api: Client, back: OsticketBackDoor, restored: str
) -> None:
    other = {"ru": "en", "en": "ru"}[restored]
    [reason] = [one for one in OUTPUT_FIELDS if one.name == "sla_reason"]
    back.sql(
        """UPDATE %queue o JOIN %sla_bridge_made m ON m.object_id = o.id AND m.what = 'queue:at_risk' SET o.title = 'Горит';
        UPDATE %queue_columns u JOIN %sla_bridge_made m ON m.object_id = u.column_id AND m.what = 'column:badge'
        SET u.heading = 'Когда' WHERE u.queue_id = 5;
        UPDATE %form_field SET label = 'Почему' WHERE name = 'sla_reason'"""
    )
    try:
        assert set_up(api, "plan", language=other)["changed"] == 0
        set_up(api, language=other)
        said = named(back)
        wanted = {what: title.text(other) for what, (_, _, title) in NAMED.items()} | {"at risk": "Горит"}
        assert {what: text.removesuffix(" (SLA)") for what, text in said.items()} == wanted
        labels = {field["name"]: field["label"] for field in api.get("meta").body["fields"]}
        wanted_labels = {one.name: one.title.text(other) for one in OUTPUT_FIELDS} | {"sla_reason": "Почему"}
        assert {name: labels[name] for name in wanted_labels} == wanted_labels
        headings = """SELECT heading FROM %queue_columns u JOIN %sla_bridge_made m ON m.object_id = u.column_id
            AND m.what = 'column:badge' WHERE u.queue_id IN (1, 5) AND u.staff_id = 0 ORDER BY u.queue_id"""
        assert back.sql(headings).splitlines() == [DUE_COLUMN.text(other), "Когда"]
        assert set_up(api, language=other)["changed"] == 0
    finally:
        back.sql(
            f"""UPDATE %queue o JOIN %sla_bridge_made m ON m.object_id = o.id AND m.what = 'queue:at_risk'
            SET o.title = '{AT_RISK_QUEUE.text(other)}';
            UPDATE %queue_columns u JOIN %sla_bridge_made m ON m.object_id = u.column_id AND m.what = 'column:badge'
            SET u.heading = '{DUE_COLUMN.text(other)}' WHERE u.queue_id = 5;
            UPDATE %form_field SET label = '{reason.title.text(other)}' WHERE name = 'sla_reason'"""
        )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_ours_is_told_from_osTickets_own_queue_of_overdue_tickets_while_that_is_shown(
    api: Client, back: OsticketBackDoor, restored: str, language: str
) -> None:
    """osTicket's own stands below "Open" whatever it is called, and goes by osTicket's own due date."""
    assert (
        back.sql(
            "SELECT parent_id, flags & 7, config LIKE CONCAT(CHAR(37), 'isoverdue', CHAR(37)) FROM %queue WHERE id = 4"
        )
        == "1\t3\t1"
    )
    title = back.sql("SELECT title FROM %queue WHERE id = 4")
    back.sql("UPDATE %queue SET title = 'Late' WHERE id = 4")
    try:
        step = set_up(api, language=language)["steps"]["queue:overdue"]
        assert named(back)["overdue"] == f"{OVERDUE_QUEUE.text(language)} (SLA)"
        assert named(back)["at risk"] == AT_RISK_QUEUE.text(language)
        assert "Late" in step["detail"]
        back.sql("UPDATE %queue SET flags = flags | 4 WHERE id = 4")
        step = set_up(api, language=language)["steps"]["queue:overdue"]
        assert (named(back)["overdue"], step["detail"]) == (OVERDUE_QUEUE.text(language), "")
    finally:
        back.sql(f"UPDATE %queue SET title = '{title}', flags = flags & ~4 WHERE id = 4")


def test_titles_differ_from_those_of_the_neighbours(api: Client, back: OsticketBackDoor, restored: str) -> None:
    """Whoever looks in the other language reads ours in that one."""
    back.sql("UPDATE %queue SET flags = flags | 4, title = 'At risk' WHERE id = 4 AND parent_id = 1")
    try:
        for language in ("en", "ru"):
            set_up(api, language=language)
            assert named(back)["at risk"] == f"{AT_RISK_QUEUE.text(language)} (SLA)"
            assert named(back)["overdue"] == OVERDUE_QUEUE.text(language)
    finally:
        back.sql("UPDATE %queue SET flags = flags & ~4, title = 'Overdue' WHERE id = 4")
