"""The panel in the hands of those who use it otherwise: by keyboard, in a narrow window, on paper, for hours, and customers."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client import Client
from tests.contract.staff_pages import PREFIX, OsticketDesk, variable
from tests.contract.test_main_job import Bridge
from tests.e2e.watched import WIDTHS, Watched

A_MONTH = 30 * 24
Speaking = Callable[[str], AbstractContextManager[None]]
languages = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture
def late(open_ticket: Callable[..., int], bridge: Bridge) -> int:
    ticket = open_ticket(hours_ago=A_MONTH)
    bridge.sync()
    return ticket


@pytest.fixture
def agent(browser: Any, desk: OsticketDesk, late: int) -> Iterator[Watched]:
    """An agent before a ticket that is overdue."""
    with Watched(browser, desk.root) as one:
        one.log_in()
        one.open_ticket(late)
        yield one
        assert one.errors == []


def test_keyboard_reaches_the_line_opens_and_closes_it_and_goes_on_into_it(agent: Watched) -> None:
    page = agent.page
    page.locator("#content .tixTitle").click()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.sla-toggle')"):
            break
    assert page.evaluate("document.activeElement.matches('.sla-toggle')"), "Tab does not get there"
    outline = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, parseFloat(outlineWidth)])(getComputedStyle(document.activeElement))"
    )
    assert outline[0] != "none"
    assert outline[1] >= 2
    box = page.locator(".sla-toggle").bounding_box()
    assert min(box["width"], box["height"]) >= 24
    was = agent.is_open
    page.keyboard.press("Enter")
    assert agent.is_open is not was
    page.keyboard.press("Space")
    assert agent.is_open is was
    if not agent.is_open:
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.sla-panel'))")
    assert page.evaluate("!document.activeElement.matches('.sla-toggle')")


def test_panel_fits_each_window(agent: Watched) -> None:
    for width in WIDTHS:
        agent.page.set_viewport_size({"width": width, "height": 1000})
        box = agent.page.locator(".sla-panel").bounding_box()
        assert box["width"] <= min(940, width - 20) + 1
        inside = "[...document.querySelectorAll('.sla-panel *')].filter((one) => one.checkVisibility() && !one.closest('svg, .sla-unseen')"
        inside += " && one.getBoundingClientRect().right > document.querySelector('.sla-panel').getBoundingClientRect().right + 1)"
        assert agent.page.evaluate(f"{inside}.map((one) => one.className)") == []


def test_paper_shows_what_is_closed_and_nothing_that_acts(agent: Watched) -> None:
    if agent.is_open:
        agent.page.click(".sla-toggle")
    agent.page.emulate_media(media="print")
    assert agent.page.locator(".sla-body").is_visible()
    assert not agent.page.locator(".sla-chevron").first.is_visible()
    assert [one for one in agent.page.locator(".sla-act").all() if one.is_visible()] == []
    assert (
        agent.page.locator(".sla-line .sla-badge").evaluate("(one) => getComputedStyle(one).backgroundColor")
        == "rgb(255, 255, 255)"
    )


def test_page_that_stands_open_asks_nothing_and_says_when_the_bridge_is_silent(
    browser: Any, desk: OsticketDesk, late: int
) -> None:
    with Watched(browser, desk.root) as agent:
        agent.log_in()
        agent.page.clock.install()
        agent.open_ticket(late)
        agent.page.clock.run_for(2_000)
        agent.settle()
        assert not agent.page.locator(".sla-stale").is_visible()
        amount = agent.text(".sla-amount")
        agent.requests.clear()
        agent.page.clock.run_for(70_000)
        agent.page.wait_for_timeout(500)
        assert agent.requests == []
        assert agent.text(".sla-amount").startswith(amount.split()[0])
        agent.page.clock.run_for(70 * 60_000)
        agent.page.wait_for_timeout(500)
        assert agent.page.locator(".sla-stale").is_visible()
        assert agent.text(".sla-stale-words")
        assert agent.text(".sla-status")
        assert agent.badge == "overdue"
        assert agent.violations(".sla-panel") == []
        assert [one for one in agent.requests if "sla" in one] == []
        assert agent.errors == []
        agent.shoot("stale")


# --- the portal ------------------------------------------------------------------------------------------------------


def log_in_as_customer(visitor: Watched, email: str, number: str) -> None:
    """Ask for the ticket's page as a customer without an account does, and follow the link that osTicket mails."""
    folder = Path(variable("MAIL") or "/nowhere")
    if not folder.is_dir():
        pytest.skip(f"set {PREFIX}MAIL to the folder of the mail that osTicket sent")
    known = set(folder.glob("*.eml"))
    visitor.go("/view.php")
    visitor.page.fill("input[name=lemail]", email)
    visitor.page.fill("input[name=lticket]", number)
    visitor.page.click("#clientLogin input[type=submit]")
    visitor.settle()
    for letter in set(folder.glob("*.eml")) - known:
        body = message_from_bytes(letter.read_bytes(), policy=default).get_body(("html", "plain"))
        link = re.search(r"view\.php\?auth=[^\"'\s<>]+", body.get_content() if body else "")
        if link:
            visitor.go("/" + link[0].replace("&amp;", "&"))
            return
    pytest.skip("osTicket mailed no link to the ticket")


@languages
def test_customer_reads_his_deadline_in_his_language(
    browser: Any, desk: OsticketDesk, api: Client, bridge: Bridge, open_ticket: Callable[..., int], speaking: Speaking,
    token: str, language: str,
) -> None:  # fmt: skip
    email = f"portal-{token}@kolos.example"
    tickets = {"running": open_ticket(email=email), "overdue": open_ticket(hours_ago=A_MONTH, email=email)}
    bridge.sync()
    with speaking(language):
        for state, ticket in tickets.items():
            with Watched(browser, desk.root, language) as visitor:
                log_in_as_customer(visitor, email, api.ticket(ticket)["number"])
                assert visitor.page.locator("#content .sla-portal").count() == 1
                assert visitor.page.locator(".sla-portal").get_attribute("lang") == language
                assert bool(re.search("[а-я]", visitor.text(".sla-portal-title"))) is (language == "ru")
                assert visitor.page.locator(".sla-portal a[href*='/scp/'], .sla-panel").count() == 0
                assert visitor.violations(".sla-portal") == []
                visitor.page.set_viewport_size({"width": 390, "height": 800})
                assert visitor.page.locator(".sla-portal").bounding_box()["width"] <= 390
                visitor.shoot(f"portal-{state}")
                assert visitor.errors == []
