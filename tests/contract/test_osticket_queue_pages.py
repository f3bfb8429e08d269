"""What agents see in the queues of a real osTicket: the one column of ours, its order, the filter by level, and who sees which rows."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, Agent, OsticketDesk, variable
from tests.contract.test_setup import as_it_stands


@pytest.fixture
def back(back: OsticketBackDoor, api: Client) -> OsticketBackDoor:
    assert api.post("setup", {"action": "apply", **as_it_stands(api)}).status == 200
    return back


@pytest.fixture
def agent(agent: Agent, back: OsticketBackDoor) -> Agent:
    return agent


@pytest.fixture
def queue(back: OsticketBackDoor, token: str) -> Iterator[int]:
    """A queue below the open tickets that shows this test's tickets, in the columns and with the orders of our own queues."""
    criteria = json.dumps({"criteria": [["cdata__subject", "contains", token]], "conditions": []})
    back.sql(
        f"""INSERT INTO %queue (parent_id, sort_id, flags, staff_id, sort, title, config, filter, root, path, created, updated)
        SELECT parent_id, sort_id, flags, 0, 99, '{token}', '{criteria}', filter, 'T', path, NOW(), NOW() FROM %queue
        WHERE id = (SELECT object_id FROM %sla_bridge_made WHERE what = 'queue:overdue')"""
    )
    number = int(back.sql(f"SELECT id FROM %queue WHERE title = '{token}'"))
    back.sql(
        f"""INSERT INTO %queue_sorts (queue_id, sort_id, bits, sort) SELECT {number}, object_id, 0, 1 FROM %sla_bridge_made
        WHERE what IN ('sort:due', 'sort:arrival')"""
    )
    yield number
    back.sql(
        f"DELETE FROM %queue WHERE id = {number}; DELETE FROM %queue_sorts WHERE queue_id = {number};"
        f"DELETE FROM %queue_columns WHERE queue_id = {number}"
    )


def made(back: OsticketBackDoor, what: str) -> int:
    return int(back.sql(f"SELECT object_id FROM %sla_bridge_made WHERE what = '{what}'"))


def rows(agent: Agent, queue: int, **query: object) -> dict[int, str]:
    """Return the rows of a queue's first page by ticket, in their order."""
    asked = "".join(f"&{name}={value}" for name, value in query.items())
    page = agent._get(f"/scp/tickets.php?queue={queue}{asked}")
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    found = {}
    for row in body.split("<tr>")[1:]:
        number = re.search(r'class="ckb"[^>]*value="(\d+)"', row)
        assert number
        found[int(number[1])] = row
    return found


def cell(row: str) -> list[str]:
    """Return the lines of our cell."""
    found = re.search(r'<span class="sla-cell">(.*?)</span></td>|<span class="sla-cell">(.*?)</td>', row, re.DOTALL)
    assert found, row
    text = re.sub(r"<svg.*?</svg>", "", found[1] or found[2])
    return [html.unescape(one).strip() for one in re.split(r"<[^>]+>", text) if one.strip()]


def write(api: Client, ticket: int, clock: dict[str, Any] | None = None, **fields: object) -> None:
    detail = {"v": 2, "clocks": [] if clock is None else [clock]}
    item = {"id": ticket, "if_rev": api.ticket(ticket)["rev"], "fields": fields, "detail": detail}
    assert api.write(item)[0]["result"] in ("ok", "noop")


def waits(since: str) -> dict[str, Any]:
    return {"state": "paused", "pauses": [["1990-01-01T00:00:00Z", "1990-01-02T00:00:00Z"], [since, None]]}


def answered(state: str, at: str) -> dict[str, Any]:
    return {"state": state, "metric": "first_response", "stopped_at": at}


SORTED: list[tuple[str | None, str | None, dict[str, Any] | None, list[str]]] = [
    ("running", "2001-01-01T09:00:00Z", None, ["Running", "1 Jan 2001"]),
    ("overdue", "2001-01-02T09:00:00Z", None, ["Overdue", "2 Jan 2001"]),
    ("at_risk", "2001-01-03T09:00:00Z", None, ["At risk", "3 Jan 2001"]),
    ("running", "2031-01-04T09:00:00Z", None, ["Running", "4 Jan 2031"]),
    ("paused", None, waits("1999-02-01T09:00:00Z"), ["Paused", "since\u00a0Feb 1999"]),
    ("paused", None, waits("2000-02-01T09:00:00Z"), ["Paused", "since\u00a0Feb 2000"]),
    ("paused", None, None, ["Paused"]),
    ("missed", None, answered("missed", "1998-03-01T09:00:00Z"), ["Missed", "answered\u00a0Mar 1998"]),
    ("met", None, answered("met", "1997-03-01T09:00:00Z"), ["Met", "answered\u00a0Mar 1997"]),
    ("none", None, None, ["No SLA"]),
    (None, None, None, ["Not assessed"]),
]
"""state, deadline, clock of the detail, what the cell says: in the order of the queue."""


@pytest.fixture
def all_states(api: Client, open_ticket: Callable[..., int]) -> list[int]:
    """Tickets in every state in the order in which they are to stand; opened in another one."""
    opened = {place: open_ticket() for place in (6, 3, 9, 0, 10, 4, 1, 8, 5, 2, 7)}
    for place, (state, due, clock, _) in enumerate(SORTED):
        if state is not None:
            write(api, opened[place], clock, sla_state=state, sla_due=due)
    return [opened[place] for place in range(len(SORTED))]


def test_what_is_urgent_comes_first_and_each_row_says_its_state_and_instant(
    agent: Agent, back: OsticketBackDoor, queue: int, all_states: list[int]
) -> None:
    shown = rows(agent, queue)
    assert list(shown) == all_states
    assert [cell(row) for row in shown.values()] == [said for *_, said in SORTED]
    by_sort = made(back, "sort:due")
    assert list(rows(agent, queue, sort=f"qs-{by_sort}", dir=1)) == all_states[::-1]


def test_heading_sorts_as_the_sort_order_does(
    agent: Agent, back: OsticketBackDoor, queue: int, all_states: list[int]
) -> None:
    column = made(back, "column:badge")
    assert list(rows(agent, queue, sort=column, dir=0)) == all_states
    assert list(rows(agent, queue, sort=column, dir=1)) == all_states[::-1]


def test_ties_are_broken_by_number_and_arrival_is_by_creation(
    agent: Agent, api: Client, back: OsticketBackDoor, queue: int, open_ticket: Callable[..., int]
) -> None:
    tickets = [open_ticket() for _ in range(4)]
    for one, number in zip(tickets, ("700003", "700001", "700004", "700002"), strict=True):
        write(api, one, sla_state="running", sla_due="2030-01-01T00:00:00Z")
        back.sql(
            f"UPDATE %ticket SET number = '{number}', created = '2020-01-0{4 - tickets.index(one)}' WHERE ticket_id = {one}"
        )
    assert list(rows(agent, queue)) == [tickets[place] for place in (1, 3, 0, 2)]
    assert list(rows(agent, queue, sort=f"qs-{made(back, 'sort:arrival')}", dir=0)) == tickets[::-1]


def test_quick_filter_by_level_finds_the_level_also_after_the_copy_was_made_anew(
    agent: Agent, api: Client, back: OsticketBackDoor, queue: int, open_ticket: Callable[..., int]
) -> None:
    fields = {field["name"]: field for field in api.get("meta").body["fields"]}
    first, second, *_ = list(fields["sla_level"]["choices"])
    one, other, neither = (open_ticket() for _ in range(3))
    write(api, one, sla_level=first, sla_state="running", sla_due="1990-01-01T00:00:00Z")
    write(api, other, sla_level=second, sla_state="running", sla_due="1990-01-02T00:00:00Z")
    back.sql(f"UPDATE %ticket__cdata SET sla_level = CONCAT(sla_level, ',Title') WHERE ticket_id IN ({one}, {other})")
    assert list(rows(agent, queue)) == [one, other, neither]
    assert list(rows(agent, queue, filter=first)) == [one]
    assert list(rows(agent, queue, filter=second)) == [other]
    assert rows(agent, queue, filter="no-such-level") == {}
    # The same in the desk's own queue of open tickets, beside our sort order.
    in_open = rows(agent, 1, filter=first, sort=f"qs-{made(back, 'sort:due')}", dir=0)
    assert one in in_open
    assert other not in in_open


@pytest.fixture
def unpublished(back: OsticketBackDoor) -> Iterator[None]:
    """A desk whose levels are called as its form calls them; what the bridge published stands aside meanwhile."""
    back.sql("CREATE TABLE %sla_bridge_aside AS SELECT * FROM %sla_bridge_published")
    back.sql("DELETE FROM %sla_bridge_published")
    yield
    back.sql("INSERT IGNORE INTO %sla_bridge_published SELECT * FROM %sla_bridge_aside")
    back.sql("DROP TABLE %sla_bridge_aside")


@pytest.mark.usefixtures("unpublished")
def test_level_stands_below_the_deadline_under_its_title(agent: Agent, api: Client, queue: int, ticket: int) -> None:
    fields = {field["name"]: field for field in api.get("meta").body["fields"]}
    key, title = next(iter(fields["sla_level"]["choices"].items()))
    write(api, ticket, sla_state="running", sla_due="2001-01-01T09:00:00Z", sla_level=key)
    assert cell(rows(agent, queue)[ticket]) == ["Running", "1 Jan 2001", title]


def test_with_the_plugin_off_the_column_shows_the_plain_date(
    agent: Agent, api: Client, back: OsticketBackDoor, queue: int, open_ticket: Callable[..., int]
) -> None:
    dated, undated = open_ticket(), open_ticket()
    write(api, dated, sla_state="running", sla_due="2001-01-02T09:00:00Z")
    assert cell(rows(agent, queue)[dated]) == ["Running", "2 Jan 2001"]
    column = made(back, "column:badge")
    with back.plugin_off():
        for asked in (
            {},
            {"sort": column, "dir": 0},
            {"sort": f"qs-{made(back, 'sort:due')}", "dir": 1},
            {"filter": "general"},
        ):
            shown = rows(agent, queue, **asked)
            assert set(shown) == {dated, undated}, asked
            assert "sla-cell" not in "".join(shown.values())
            assert re.search(r"\b0?1/0?2/(20)?01\b", shown[dated]), "the plain date"
    assert cell(rows(agent, queue)[dated]) == ["Running", "2 Jan 2001"]


@contextmanager
def without_access(back: OsticketBackDoor, user: str, department: int) -> Iterator[None]:
    chosen = f"staff_id = (SELECT staff_id FROM %staff WHERE username = '{user}') AND dept_id = {department}"
    role, flags = back.sql(f"SELECT role_id, flags FROM %staff_dept_access WHERE {chosen}").split("\t")
    back.sql(f"DELETE FROM %staff_dept_access WHERE {chosen}")
    try:
        yield
    finally:
        back.sql(
            f"""INSERT INTO %staff_dept_access (staff_id, dept_id, role_id, flags)
            SELECT staff_id, {department}, {role}, {flags} FROM %staff WHERE username = '{user}'"""
        )


def test_agent_without_access_to_a_department_sees_none_of_its_tickets(
    real_desk: OsticketDesk, api: Client, back: OsticketBackDoor, queue: int, ticket: int
) -> None:
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    department = int(
        back.sql(
            f"SELECT a.dept_id FROM %staff_dept_access a JOIN %staff s USING (staff_id) WHERE s.username = '{user}' LIMIT 1"
        )
    )
    back.sql(f"UPDATE %ticket SET dept_id = {department} WHERE ticket_id = {ticket}")
    write(api, ticket, sla_state="overdue", sla_due="1990-01-01T00:00:00Z", sla_level="general")
    ours = [queue, made(back, "queue:overdue"), 1]
    other = Agent(real_desk.root, user, password)
    due = {"sort": f"qs-{made(back, 'sort:due')}", "dir": 0}
    assert [ticket in rows(other, one, **due) for one in ours] == [True, True, True]
    with without_access(back, user, department):
        assert [ticket in rows(other, one, **due) for one in ours] == [False, False, False]
        assert [ticket in rows(other, one, filter="general", **due) for one in ours] == [False, False, False]
    other.session.close()


@pytest.mark.usefixtures("unpublished")
def test_titles_of_levels_are_text_whatever_they_hold(
    agent: Agent, api: Client, back: OsticketBackDoor, queue: int, ticket: int
) -> None:
    write(api, ticket, sla_state="running", sla_due="2001-01-01T09:00:00Z", sla_level="general")
    field = made(back, "field:sla_level")
    kept = back.sql(f"SELECT HEX(configuration) FROM %form_field WHERE id = {field}")
    title = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    configuration = json.dumps({"choices": f"general:{title}\nurgent:'><svg onload=alert(1)>", "multiselect": False})
    try:
        back.sql(f"UPDATE %form_field SET configuration = 0x{configuration.encode().hex()} WHERE id = {field}")
        page = agent._get(f"/scp/tickets.php?queue={queue}&filter=general")
    finally:
        back.sql(f"UPDATE %form_field SET configuration = 0x{kept} WHERE id = {field}")
    assert title not in page
    assert "<img src=x" not in page
    assert "<svg onload" not in page
    assert html.escape(title) in page


def test_column_asks_nothing_per_row(
    agent: Agent, api: Client, back: OsticketBackDoor, queue: int, open_ticket: Callable[..., int]
) -> None:
    for _ in range(8):
        write(api, open_ticket(), sla_state="running", sla_due="2001-01-01T09:00:00Z", sla_level="general")

    def questions() -> int:
        count = "SHOW GLOBAL STATUS LIKE 'Questions'"
        before = int(back.sql(count).split("\t")[1])
        assert len(rows(agent, queue)) == 8
        return int(back.sql(count).split("\t")[1]) - before

    questions()
    with_it = min(questions() for _ in range(3))
    back.sql(
        f"""UPDATE %queue SET flags = flags & ~16, sort_id = NULL, filter = NULL WHERE id = {queue};
        INSERT INTO %queue_columns (queue_id, column_id, staff_id, bits, sort, heading, width)
        SELECT {queue}, column_id, 0, bits, sort, heading, width FROM %queue_columns
        WHERE queue_id = 1 AND staff_id = 0 AND column_id <> {made(back, "column:badge")}"""
    )
    questions()
    without = min(questions() for _ in range(3))
    assert with_it - without < 8


@pytest.fixture
def passes(back: OsticketBackDoor) -> Iterator[Callable[[int, int], None]]:
    """Say when the bridge's last whole pass ended (seconds ago) and how long passes take turns."""
    if back.sql("SHOW COLUMNS FROM %sla_bridge_state LIKE 'passed'") == "":
        pytest.skip("this plugin is not told when passes end")
    kept = back.sql("SELECT COALESCE(passed, 'NULL'), COALESCE(every, 'NULL') FROM %sla_bridge_state").split("\t")
    yield (
        lambda ago, every: (
            back.sql(f"UPDATE %sla_bridge_state SET passed = UNIX_TIMESTAMP() - {ago}, every = {every}") and None
        )
    )
    back.sql(f"UPDATE %sla_bridge_state SET passed = {kept[0]}, every = {kept[1]}")


@pytest.mark.parametrize(("ago", "every", "told"), [(600, 300, 0), (3900, 300, 1), (3900, 1800, 0), (6000, 1800, 1)])
def test_long_silence_of_the_bridge_is_told_once_above_the_rows(
    agent: Agent, queue: int, ticket: int, passes: Callable[[int, int], None], ago: int, every: int, told: int
) -> None:
    passes(ago, every)
    page = agent._get(f"/scp/tickets.php?queue={queue}")
    assert page.count("Deadlines were computed") == told
    assert "Deadlines were computed" not in agent.page(ticket)


def test_published_titles_of_levels_are_shown_short_and_as_text(
    agent: Agent, api: Client, back: OsticketBackDoor, queue: int, ticket: int
) -> None:
    if "publish" not in api.get("ping").body.get("features", []):
        pytest.skip("this plugin takes no publications")
    write(api, ticket, sla_state="running", sla_due="2001-01-01T09:00:00Z", sla_level="general")
    full, short = '<script>alert(1)</script>"', "<img src=x onerror=alert(1)>"
    titles = {"title": {"ru": full, "en": full}, "short": {"ru": short, "en": short}}
    calendar = {"zone": "Europe/Moscow", "from": "2026-01-01T00:00:00Z", "until": "2028-01-01T00:00:00Z", "windows": []}
    digest = f"sha256:{'e' * 64}"
    body = {"digest": digest, "at": "2030-01-01T00:00:00Z", "calendars": {"all": calendar}}
    try:
        assert api.post("publish", body | {"titles": {"levels": {"general": titles}, "metrics": {}}}).status == 200
        row = rows(agent, queue)[ticket]
        page = agent._get(f"/scp/tickets.php?queue={queue}&filter=general")
    finally:
        back.sql(f"DELETE FROM %sla_bridge_published WHERE digest = '{digest}'")
    assert cell(row) == ["Running", "1 Jan 2001", short]
    assert f'title="{html.escape(full)}"' in row
    assert full not in page
    assert short not in page
