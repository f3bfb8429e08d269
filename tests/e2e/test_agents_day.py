"""An agent's day before a real osTicket, in his browser: what burns in the queue, why, the answer, and what the next pass makes of it."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.staff_pages import OsticketDesk
from tests.contract.test_main_job import Bridge
from tests.e2e.watched import Watched, plain

WORDS = json.loads((Path(__file__).parents[2] / "plugin/sla-bridge/assets/words.json").read_text(encoding="utf-8"))
HOURS = {"general": 40, "standard": 8}
"""Working hours that the shipped agreement gives the levels of a customer's ticket."""
LEVELS = {
    "ru": {"general": "Общие вопросы", "standard": "Стандартная поддержка"},
    "en": {"general": "General questions", "standard": "Standard support"},
}
WAITING = ("Ожидает ответа клиента", "Waiting for the customer")
ANSWER = "Добрый день! Обновите, пожалуйста, программу."
LONG_AGO = 60 * 24
THREE_LINES = 51
"""Pixels: badge, instant, level."""
OUR_COLUMN = "table.queue tbody tr:has(.sla-mark)"

Speaking = Callable[[str], AbstractContextManager[None]]
languages = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture
def tickets(
    open_ticket: Callable[..., int], hours_ago: Callable[[float], int], bridge: Bridge, api: Client, desk: OsticketDesk
) -> dict[str, int]:
    """A ticket in each state that waits for somebody, by state."""
    found = {"running": open_ticket()}
    bridge.sync()
    level = api.ticket(found["running"])["bridge"]["fields"]["sla_level"]
    found |= {
        "overdue": open_ticket(hours_ago=LONG_AGO),
        "at_risk": open_ticket(hours_ago=hours_ago(0.85 * HOURS[level])),
    }
    # Some time later: a message in the same second would end the pause.
    found["paused"] = open_ticket(hours_ago=2)
    waiting = next(one["id"] for one in api.get("meta").body["statuses"] if one["name"] in WAITING)
    desk.set_status(found["paused"], waiting)
    bridge.sync()
    for state, ticket in found.items():
        assert api.ticket(ticket)["bridge"]["fields"]["sla_state"] == state
    return found


def shown(agent: Watched) -> list[tuple[str, str]]:
    """Return state and instant of each row of the queue."""
    return [
        (row.locator(".sla-mark").get_attribute("data-state"),
         row.locator(".sla-cell time").first.get_attribute("datetime") if row.locator(".sla-cell time").count() else "")
        for row in agent.page.locator(OUR_COLUMN).all()
    ]  # fmt: skip


def go_to_queue(agent: Watched, queue: int) -> None:
    """Open a queue below Open by the menu, as agents do."""
    agent.page.hover("#sub_nav > li:first-child > a")
    menu = "#sub_nav > li:first-child .customQ-dropdown"
    agent.follow(lambda: agent.page.click(f'{menu} a[href$="queue={queue}"]'))


def turn_to(agent: Watched, queue: int, ticket: int) -> Any:
    """Turn the pages of a queue until the ticket's is there; return its subject."""
    for page in range(1, 100):
        subject = agent.page.locator(f'table.queue a[href$="tickets.php?id={ticket}"]:not(.preview)')
        if subject.count() or not agent.page.locator("table.queue .ckb").count():
            break
        agent.go(f"/scp/tickets.php?queue={queue}&p={page + 1}")
    assert subject.count(), f"ticket {ticket} is not in queue {queue}"
    return subject.first


@languages
def test_queue_shows_what_burns_first_within_osTickets_frame(
    browser: Any,
    desk: OsticketDesk,
    made: Callable[[str], int],
    tickets: dict[str, int],
    speaking: Speaking,
    language: str,
) -> None:
    words = WORDS[language]["states"]
    with speaking(language), Watched(browser, desk.root, language, width=960) as agent:
        agent.log_in()
        agent.go("/scp/tickets.php?queue=1")
        head = agent.page.locator(f'table.queue th[data-id="{made("column:badge")}"]')
        assert head.bounding_box()["width"] <= 106
        assert agent.page.locator("table.queue").bounding_box()["width"] <= 941
        assert agent.page.evaluate("document.documentElement.scrollWidth") <= 960
        cells = agent.page.locator(".sla-cell").all()
        assert max(cell.bounding_box()["height"] for cell in cells) <= THREE_LINES

        agent.follow(head.locator("a").click)
        if "dir=1" in agent.page.url:
            agent.follow(head.locator("a").click)
        rows = shown(agent)
        assert rows[0][0] in {"overdue", "at_risk", "running"}
        due = [at for state, at in rows if state in {"overdue", "at_risk", "running"}]
        assert due == sorted(due)
        agent.shoot("queue")

        for state in ("overdue", "at_risk"):
            go_to_queue(agent, made(f"queue:{state}"))
            assert {found for found, _ in shown(agent)} == {state}
            assert set(agent.texts(f"{OUR_COLUMN} .sla-mark")) == {words[state]}
            assert agent.violations(".sla-cell") == []
            assert head.bounding_box()["width"] <= 106
            agent.shoot(f"queue-{state}")
            turn_to(agent, made(f"queue:{state}"), tickets[state])
        assert agent.errors == []


@languages
def test_filter_by_level_leaves_its_tickets_in_the_order_asked_for(
    browser: Any, desk: OsticketDesk, api: Client, made: Callable[[str], int], tickets: dict[str, int], speaking: Speaking,
    language: str,
) -> None:  # fmt: skip
    level = api.ticket(tickets["running"])["bridge"]["fields"]["sla_level"]
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        agent.go("/scp/tickets.php?queue=1")
        agent.page.click('[data-dropdown="#quickfilter-dropdown"]')
        agent.follow(lambda: agent.page.click(f'#quickfilter-dropdown a[data-value="{level}"]'))
        titles = {one.get_attribute("title") for one in agent.page.locator(".sla-cell-level").all()}
        assert titles == {LEVELS[language][level]}
        agent.page.click('[data-dropdown="#sort-dropdown"]')
        by_due = f'#sort-dropdown a[data-mode="qs-{made("sort:due")}"]'
        agent.follow(lambda: agent.page.click(by_due))
        rows = shown(agent)
        assert f"filter={level}" in agent.page.url
        due = [at for state, at in rows if state in {"overdue", "at_risk", "running"}]
        assert due
        assert due in (sorted(due), sorted(due, reverse=True))
        assert agent.errors == []


@languages
def test_ticket_says_where_it_stands_and_why(
    browser: Any,
    desk: OsticketDesk,
    made: Callable[[str], int],
    tickets: dict[str, int],
    speaking: Speaking,
    language: str,
) -> None:
    words = WORDS[language]
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        agent.go(f"/scp/tickets.php?queue={made('queue:overdue')}")
        agent.follow(turn_to(agent, made("queue:overdue"), tickets["overdue"]).click)
        assert agent.page.locator(".sla-panel").count() == 1
        assert agent.page.locator(".tixTitle + .sla-panel").count() == 1, "right below number and subject"
        assert agent.page.locator(".sla-panel").get_attribute("lang") == language

        assert agent.badge == "overdue"
        assert agent.text(".sla-line .sla-badge-word") == words["states"]["overdue"]
        start = plain(words["line"]["overdue"]["amount"].partition("{A}")[0])
        assert agent.text(".sla-amount").startswith(start)
        assert agent.text(".sla-due").startswith(plain(words["line"]["overdue"]["due"].partition("{T}")[0]))
        assert agent.page.locator(".sla-due[datetime]").count() == 1

        assert agent.is_open, "an overdue ticket is shown open the first time"
        assert agent.text(".sla-clock h3") == words["metrics"]["first_response"]
        level = plain(agent.page.locator(".sla-three .sla-name").first.inner_text())
        assert level in LEVELS[language].values()
        asked = plain(words["panel"]["why_not"].partition("{level}")[0])
        assert any(asked in one for one in agent.texts(".sla-three b, .sla-three strong"))
        assert agent.page.locator(".sla-checks tbody tr").count() >= 2
        assert agent.violations(".sla-panel") == []
        agent.shoot("ticket-overdue")

        agent.page.click(".sla-toggle")
        assert not agent.is_open
        assert not agent.page.locator(".sla-body").is_visible()
        for state in ("running", "at_risk", "paused"):
            agent.open_ticket(tickets[state])
            assert not agent.is_open, "as the agent left it"
            assert agent.badge in ({state, "outside"} if state == "running" else {state})
            assert agent.text(".sla-line .sla-badge-word") == words["states"][agent.badge]
            assert agent.page.locator(".sla-amount").inner_text()
            assert agent.violations(".sla-panel") == []
            agent.shoot(f"line-{state}")
        agent.page.click(".sla-toggle")
        agent.page.reload()
        agent.settle()
        assert agent.is_open
        agent.shoot("ticket-paused")
        assert agent.errors == []


@languages
def test_answer_of_an_agent_shows_after_the_next_pass(
    browser: Any, desk: OsticketDesk, bridge: Bridge, tickets: dict[str, int], speaking: Speaking, language: str
) -> None:
    words = WORDS[language]["states"]
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        for before, after in (("at_risk", "met"), ("overdue", "missed")):
            agent.open_ticket(tickets[before])
            editor = agent.page.locator("#reply .redactor-in")
            editor.click()
            agent.page.keyboard.type(ANSWER, delay=10)
            # The editor hands over to the form what was typed a moment later, as people click.
            handed_over = (
                "(typed) => [...document.querySelectorAll('#reply textarea')].some((one) => one.value.includes(typed))"
            )
            agent.page.wait_for_function(handed_over, arg=ANSWER)
            agent.page.select_option("#reply-to", "none")
            agent.submit(lambda: agent.page.click("#reply input[type=submit]"))
            agent.open_ticket(tickets[before])
            assert agent.badge == before, "the bridge has not looked yet"
            bridge.sync()
            agent.page.reload()
            agent.settle()
            assert agent.badge == after
            assert agent.text(".sla-line .sla-badge-word") == words[after]
            assert agent.violations(".sla-panel") == []
            agent.shoot(f"ticket-{after}")
        assert agent.errors == []
