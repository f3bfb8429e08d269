"""The report among agents' pages before a real osTicket: a manager finds it, follows it to a ticket, and nobody finds too much in it."""

import csv
import io
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import OsticketDesk, variable
from tests.contract.test_main_job import Bridge
from tests.e2e.watched import Watched, plain

WORDS = json.loads((Path(__file__).parents[2] / "plugin/sla-bridge/assets/words.json").read_text(encoding="utf-8"))
REPORT = "/scp/ajax.php/sla-bridge/report"
PASSWORD = "Report-Test-1"
"""Of agents that live as long as a test."""
HASH = "$2y$08$xa8M9DxDlQRlah66QWEk3uNrq99eZUpmkuoD3lzvIKsoz/21IPzrW"
LATE = 24 * 60

Speaking = Callable[[str], AbstractContextManager[None]]
languages = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture(scope="module")
def departments(back: OsticketBackDoor) -> Iterator[tuple[int, int]]:
    """A department of the limited agent's, and one that is none of his."""
    made = []
    for name in ("Report test, own", "Report test, other"):
        back.sql(
            f"""INSERT INTO %department (name, flags, ispublic, path, signature, created, updated)
            VALUES ('{name}', 4, 1, '', '', NOW(), NOW())"""  # noqa: S608
        )
        made.append(int(back.sql(f"SELECT MAX(id) FROM %department WHERE name = '{name}'")))  # noqa: S608
        back.sql(
            f"""UPDATE %department SET path = '/{made[-1]}/' WHERE id = {made[-1]};
            INSERT INTO %staff_dept_access (staff_id, dept_id, role_id, flags) SELECT staff_id, {made[-1]}, role_id, 1 FROM %staff
            WHERE username = '{variable("STAFF_USER")}'"""  # noqa: S608
        )
    yield made[0], made[1]
    both = f"({made[0]}, {made[1]})"
    back.sql(f"DELETE FROM %department WHERE id IN {both}; DELETE FROM %staff_dept_access WHERE dept_id IN {both}")  # noqa: S608


@pytest.fixture(scope="module")
def people(back: OsticketBackDoor, departments: tuple[int, int]) -> Iterator[dict[str, str]]:
    """Agents of the first department alone, by whether their role has the permission: user names."""
    found = {}
    for kind, permissions in (("may", {"sla.report": 1}), ("may not", {"ticket.reply": 1})):
        name = f"report-{kind.replace(' ', '-')}-{secrets.token_hex(3)}"
        back.sql(
            f"""INSERT INTO %role (flags, name, permissions, created, updated) VALUES (1, '{name}', '{json.dumps(permissions)}', NOW(), NOW());
            INSERT INTO %staff (dept_id, role_id, username, firstname, lastname, passwd, email, phone, mobile, signature, isactive, isadmin,
                isvisible, lang, timezone, locale, permissions, created, passwdreset, updated)
            SELECT {departments[0]}, id, '{name}', 'Report', '{kind}', '{HASH}', '{name}@desk.example', '', '', '', 1, 0, 1, NULL, NULL, NULL,
                '{{}}', NOW(), NOW(), NOW() FROM %role WHERE name = '{name}'"""  # noqa: S608
        )
        found[kind] = name
    yield found
    for name in found.values():
        back.sql(f"DELETE FROM %staff WHERE username = '{name}'; DELETE FROM %role WHERE name = '{name}'")  # noqa: S608


@pytest.fixture
def tickets(
    open_ticket: Callable[..., int], departments: tuple[int, int], back: OsticketBackDoor, bridge: Bridge, api: Client
) -> dict[str, int]:
    """A ticket that is long overdue in either department, and one that was answered too late."""
    found = {name: open_ticket(f"Отчёт {name}", hours_ago=LATE) for name in ("own", "other", "answered")}
    for name, ticket in found.items():
        back.sql(f"UPDATE %ticket SET dept_id = {departments[name == 'other']} WHERE ticket_id = {ticket}")  # noqa: S608
    bridge.sync()
    for ticket in found.values():
        assert api.ticket(ticket)["bridge"]["fields"]["sla_state"] == "overdue"
    return found


def log_in(agent: Watched, user: str | None) -> None:
    if user is None:
        agent.log_in()
        return
    agent.go("/scp/login.php")
    agent.page.fill("input[name=userid]", user)
    agent.page.fill("input[name=passwd]", PASSWORD)
    agent.page.click("button[type=submit], input[type=submit]")
    agent.page.wait_for_selector("#nav")


def links(agent: Watched) -> list[str]:
    found: list[str] = agent.page.eval_on_selector_all(
        "a[href*='sla-bridge']", "all => all.map(one => one.getAttribute('href'))"
    )
    return found


def fetched(agent: Watched, query: str) -> Any:
    return agent.context.request.get(f"{agent.root}{REPORT}{query}")


@languages
def test_manager_reads_the_month_and_follows_it_to_a_ticket_and_its_receipt(
    browser: Any, desk: OsticketDesk, tickets: dict[str, int], bridge: Bridge, departments: tuple[int, int], speaking: Speaking,
    language: str,
) -> None:  # fmt: skip
    words = WORDS[language]["report"]
    desk.reply(tickets["answered"], "Добрый день! Исправили.")
    bridge.sync()
    with speaking(language), Watched(browser, desk.root, language, width=960) as agent:
        agent.log_in()
        assert REPORT in links(agent)
        agent.go(REPORT)
        assert agent.page.locator(".sla-report").get_attribute("lang") == language
        assert agent.text("h1.sla-r-title") == words["title"]
        assert agent.page.evaluate("document.documentElement.scrollWidth") <= 960
        assert agent.page.locator(".sla-report svg[role=img]").count() >= 2
        assert agent.page.locator(".sla-r-note").count() == 0, "the bridge has just passed"
        assert agent.violations(".sla-report") == []
        agent.shoot("report")

        # By department to what it missed; the one that was answered late is a breach of the month.
        agent.page.select_option("#sla-r-ask-department", str(departments[0]))
        agent.submit(lambda: agent.page.click(".sla-r-main"))
        assert f"department={departments[0]}" in agent.page.url
        assert agent.page.locator(f'.sla-r-missed a[href$="id={tickets["other"]}"]').count() == 0
        late = agent.page.locator(f'.sla-r-missed tr:has(a[href$="id={tickets["answered"]}"])')
        assert late.count() == 1
        assert plain(late.locator(".sla-r-m-cause").inner_text()) in {plain(one) for one in words["cause"].values()}
        assert agent.page.locator(f'.sla-r-missed a[href$="id={tickets["own"]}"]').count() == 1, "overdue and open"

        agent.follow(agent.page.locator(".sla-r-tile[data-tile=overdue] a").click)
        assert agent.texts(".sla-r-tickets tbody th") == [str(desk._number(tickets["own"]))]
        assert agent.violations(".sla-report") == []
        agent.shoot("report-overdue")
        agent.follow(agent.page.locator(".sla-r-tickets tbody th a").click)
        assert f"id={tickets['own']}" in agent.page.url
        assert agent.badge == "overdue"

        agent.go(f"{REPORT}?list=missed&department={departments[0]}")
        assert agent.violations(".sla-report") == []
        agent.page.evaluate("localStorage.setItem('sla-bridge.panel', 'closed')")
        agent.follow(
            agent.page.locator(f'.sla-r-missed tr:has(a[href$="id={tickets["answered"]}"]) .sla-r-m-receipt a').click
        )
        assert agent.is_open
        assert agent.page.locator(".sla-receipt").get_attribute("open") is not None
        assert agent.page.locator(".sla-receipt dl").is_visible()
        agent.go(f"/scp/tickets.php?id={tickets['answered']}#sla-receipt")
        assert agent.page.locator(".sla-receipt dl").is_visible(), "also as an address of its own"
        agent.open_ticket(tickets["own"])
        assert not agent.is_open, "as the agent left it"
        assert agent.errors == []


def test_figures_come_as_a_spreadsheet_and_as_json(
    browser: Any,
    desk: OsticketDesk,
    tickets: dict[str, int],
    api: Client,
    back: OsticketBackDoor,
    departments: tuple[int, int],
) -> None:
    name = f"UPDATE %department SET name = '{{}}' WHERE id = {departments[0]}"  # noqa: S608
    back.sql(name.format("=Report test"))
    with Watched(browser, desk.root, "en") as agent:
        agent.log_in()
        period = f"from={datetime.now(UTC):%Y-%m}-01&until={datetime.now(UTC):%Y-%m-%d}"
        with agent.page.expect_download() as download:
            agent.go(f"{REPORT}?{period}")
            agent.page.click('.sla-r-downloads a[href*="as=csv"]')
        assert download.value.suggested_filename.endswith(".csv")
        table = Path(download.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(table)))
        assert len({len(row) for row in rows}) == 1
        assert [row[2] for row in rows if row[1] == str(departments[0])] == ["'=Report test"]
        assert not [cell for row in rows for cell in row if cell[:1] in "=+@-" and cell[:1]]

        told = fetched(agent, f"?{period}&as=json").json()
        answered = api.session.get(f"{api.base}/report?{period}&tickets=1000", timeout=60).json()
        for part in ("period", "rows", "total", "tickets", "backlog", "arrivals", "breaches", "working", "spent"):
            assert told[part] == answered[part], part
        assert {row["ticket"] for row in told["missed"]} >= {tickets["own"], tickets["other"]}
    back.sql(name.format("Report test, own"))


def test_each_list_has_as_many_tickets_as_its_tile_counts(
    browser: Any, desk: OsticketDesk, tickets: dict[str, int], departments: tuple[int, int]
) -> None:
    with Watched(browser, desk.root, "en") as agent:
        agent.log_in()
        for scope in ("", f"&department={departments[0]}", "&level=general", "&agent=-", "&customer=-"):
            now = fetched(agent, f"?as=json{scope}").json()["now"]
            assert now["open"] >= now["overdue"]
            for one in ("open", "at_risk", "overdue", "paused", "no_sla"):
                agent.go(f"{REPORT}?list={one}{scope}")
                told = agent.text(f"#sla-r-{one} + .sla-r-beside") if now[one] else "0"
                assert told.replace(" ", "") == str(now[one]), f"{one}{scope}"
                table = list(csv.reader(io.StringIO(fetched(agent, f"?list={one}{scope}&as=csv").text())))
                assert len(table) - 1 == min(now[one], 10_000)
        assert agent.errors == []


def test_excluded_ticket_is_named_with_reason_and_agent_and_counted_nowhere(
    browser: Any, desk: OsticketDesk, back: OsticketBackDoor, tickets: dict[str, int], departments: tuple[int, int]
) -> None:
    reason = "Сбой у провайдера <b>12.11</b>"
    assert desk.edit_field(tickets["own"], "sla_set_excluded", value=reason)
    who = back.sql(f"SELECT CONCAT(firstname, ' ', lastname) FROM %staff WHERE username = '{variable('STAFF_USER')}'")  # noqa: S608
    number = str(desk._number(tickets["own"]))
    with Watched(browser, desk.root, "en") as agent:
        agent.log_in()
        agent.go(f"{REPORT}?department={departments[0]}")
        assert agent.texts("#sla-r-excluded") == [WORDS["en"]["report"]["excluded"]["title"]]
        row = agent.page.locator(f'tr:has(.sla-r-x-reason):has(a[href$="id={tickets["own"]}"])')
        assert [plain(cell) for cell in row.locator("th, td").all_inner_texts()] == [number, reason, who]
        assert number not in agent.texts(".sla-r-missed tbody th")
        assert agent.text(".sla-r-tile[data-tile=overdue] .sla-r-figure") == "2", "it is overdue all the same"
        assert agent.violations(".sla-report") == []
        assert agent.errors == []


def test_agent_without_the_permission_finds_neither_page_nor_link(
    browser: Any, desk: OsticketDesk, people: dict[str, str], bridge: Bridge
) -> None:
    with Watched(browser, desk.root, "en") as agent:
        log_in(agent, people["may not"])
        assert links(agent) == []
        for query in ("", "?list=missed", "?as=csv", "?as=json"):
            answer = fetched(agent, query)
            assert answer.status == 403
            assert answer.text().strip() == WORDS["en"]["report"]["forbidden"]


def test_agent_of_one_department_finds_nothing_of_another(
    browser: Any, desk: OsticketDesk, people: dict[str, str], tickets: dict[str, int], departments: tuple[int, int]
) -> None:
    foreign = [str(desk._number(tickets["other"])), "Report test, other", f'value="{departments[1]}"']
    with Watched(browser, desk.root, "en") as agent:
        log_in(agent, people["may"])
        assert REPORT in links(agent)
        pages = [
            "",
            f"?department={departments[1]}",
            "?as=csv",
            "?as=json",
            "?list=missed&as=csv",
            "?list=overdue&as=csv",
            "?list=certificates&as=csv",
        ]
        lists = ("open", "at_risk", "overdue", "paused", "no_sla", "unknown", "missed", "excluded", "certificates", "entitlements", "versions",
                 "exceptions")  # fmt: skip
        for query in [*pages, *(f"?list={one}" for one in lists)]:
            answer = fetched(agent, query)
            assert answer.status == 200
            assert [one for one in foreign if one in answer.text()] == [], query
        agent.go(REPORT)
        own = {str(desk._number(tickets[name])) for name in ("own", "answered")}
        assert set(agent.texts(".sla-r-missed tbody th")) == own
        assert agent.texts("#sla-r-ask-department option")[1:] == ["Report test, own"]
        assert agent.text(".sla-r-tile[data-tile=overdue] .sla-r-figure") == "2"
        assert agent.page.locator("#sla-r-certificates, .sla-r-health").count() == 0, (
            "the registry belongs to no department"
        )
        assert agent.violations(".sla-report") == []
        assert agent.errors == []
