"""Ready replies in an agent's browser: chosen in the panel or in osTicket's own list, put into the editor, and never sent."""

# ruff: noqa: S608 -- the tests give all that stands in the statements.

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from bridge.connectors.sandbox.ready_replies import ready_replies
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import OsticketDesk
from tests.contract.test_main_job import Bridge
from tests.e2e.watched import Watched, plain

WORDS = json.loads((Path(__file__).parents[2] / "plugin/sla-bridge/assets/words.json").read_text(encoding="utf-8"))
OURS = {reply.name: reply for reply in ready_replies()}
EDITOR = "form#reply .redactor-in"
INSERT = ".sla-replies > summary"
WAITING = ("Ожидает ответа клиента", "Waiting for the customer")
HOSTILE = '<img src=x onerror="window.fooled=1">'

Speaking = Callable[[str], AbstractContextManager[None]]
languages = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture
def ticket(open_ticket: Callable[..., int], bridge: Bridge) -> int:
    """A ticket whose first answer is due."""
    number = open_ticket()
    bridge.sync()
    return number


@pytest.fixture
def late(open_ticket: Callable[..., int], bridge: Bridge) -> int:
    number = open_ticket(hours_ago=30 * 24)
    bridge.sync()
    return number


@pytest.fixture
def agent(browser: Any, desk: OsticketDesk) -> Iterator[Watched]:
    with Watched(browser, desk.root) as one:
        one.log_in()
        yield one
        assert one.errors == []


def opened(agent: Watched, ticket: int) -> Watched:
    agent.open_ticket(ticket)
    if not agent.is_open:
        agent.page.click(".sla-toggle")
    return agent


def button(agent: Watched, made: Callable[[str], int], name: str) -> Any:
    return agent.page.locator(f'.sla-replies .sla-reply[data-reply="{made(name)}"]')


@pytest.fixture
def made(back: OsticketBackDoor, bridge: Bridge) -> Callable[[str], int]:
    """Return the id of a ready reply in osTicket."""
    return lambda name: int(
        back.sql(f"SELECT object_id FROM %sla_bridge_made WHERE LEFT(what, {len(name) + 7}) = 'reply:{name}:'")
    )


def told(name: str, number: str) -> list[str]:
    """Return the paragraphs of a reply as they are read in a ticket of that number."""
    text = OURS[name].text.replace("%{ticket.number}", number).replace("</p>", "\n").replace("</li>", "\n")
    for tag in ("<p>", "<ul>", "<li>", "</ul>"):
        text = text.replace(tag, "")
    return [plain(line) for line in text.splitlines() if line]


def written(agent: Watched) -> list[str]:
    return [plain(line) for line in agent.page.locator(EDITOR).inner_text().splitlines() if plain(line)]


def reach(agent: Watched, summary: str) -> None:
    """Unfold by keyboard."""
    agent.page.focus(summary)
    agent.page.keyboard.press("Enter")


def wait_for_editor(agent: Watched, language: str = "en") -> None:
    said = json.dumps(WORDS[language]["replies"]["done"])
    agent.page.wait_for_function(f"document.querySelector('.sla-replies-told').textContent === {said}")


@languages
def test_reply_is_chosen_by_keyboard_stands_in_the_editor_and_nothing_is_sent(
    browser: Any, desk: OsticketDesk, api: Client, back: OsticketBackDoor, ticket: int, made: Callable[[str], int],
    speaking: Speaking, language: str,
) -> None:  # fmt: skip
    entries = f"SELECT COUNT(*) FROM %thread_entry e JOIN %thread t ON t.id = e.thread_id WHERE t.object_id = {ticket} AND t.object_type = 'T'"
    before = back.sql(entries)
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        opened(agent, ticket)
        page = agent.page
        assert agent.text(INSERT) == WORDS[language]["replies"]["insert"]
        page.click(INSERT)
        assert agent.violations(".sla-panel") == []
        # On paper nothing acts: what has the focus loses it there.
        agent.shoot("ready-replies")
        page.click(INSERT)
        name = f"facts:{language}"
        reach(agent, INSERT)
        if language == "ru":
            # The customer of this desk speaks English: the other language is folded.
            reach(agent, ".sla-replies details > summary")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.reply") == str(made(name))
        agent.requests.clear()
        page.keyboard.press("Enter")
        wait_for_editor(agent, language)
        page.wait_for_timeout(500)
        assert written(agent) == told(name, api.ticket(ticket)["number"])
        assert page.evaluate(f"document.activeElement === document.querySelector('{EDITOR}')")
        assert page.locator("form#reply").is_visible()
        posted = [one for one in agent.requests if one.startswith("POST")]
        assert [one for one in posted if "/lock/" not in one and "/draft/" not in one] == []
        assert agent.errors == []
        agent.shoot("ready-reply-in-the-editor")
    assert back.sql(entries) == before


def test_what_stands_in_the_editor_stays_and_a_note_gives_way_to_the_reply(
    agent: Watched, ticket: int, made: Callable[[str], int]
) -> None:
    opened(agent, ticket)
    agent.page.click("#post-note-tab")
    assert not agent.page.locator("form#reply").is_visible()
    agent.page.evaluate("$R('#response', 'source.setCode', '<p>Добрый вечер</p>')")
    agent.page.click(INSERT)
    button(agent, made, "error_thanks:en").click()
    wait_for_editor(agent)
    assert agent.page.locator("form#reply").is_visible()
    assert "Добрый вечер" in written(agent)
    assert len(written(agent)) == len(told("error_thanks:en", "")) + 1


def test_osticket_s_own_list_has_them_and_the_deadline_is_filled_in(
    agent: Watched, ticket: int, api: Client, made: Callable[[str], int]
) -> None:
    opened(agent, ticket)
    page = agent.page
    page.click("#post-reply-tab")
    page.click("form#reply #cannedResp + .select2")
    page.fill(".select2-container--open .select2-search__field", "Finding out from a colleague")
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.querySelector('{EDITOR}').innerText.includes('looks after')")
    text = " ".join(written(agent))
    assert api.ticket(ticket)["number"] in text
    assert "%" not in text
    due = text.partition("We will answer by ")[2].partition(" (time of our")[0]
    assert any(letter.isdigit() for letter in due)


def test_what_fits_the_state_is_offered(
    agent: Watched, late: int, open_ticket: Callable[..., int], bridge: Bridge, api: Client, desk: OsticketDesk,
    made: Callable[[str], int],
) -> None:  # fmt: skip
    opened(agent, late)
    assert button(agent, made, "regret:ru").count() == 1
    assert button(agent, made, "colleague:en").count() == 0, "its deadline has passed"
    assert button(agent, made, "reminder:en").count() == 0
    paused = open_ticket(hours_ago=2)
    waiting = next(one["id"] for one in api.get("meta").body["statuses"] if one["name"] in WAITING)
    desk.set_status(paused, waiting)
    bridge.sync()
    opened(agent, paused)
    assert button(agent, made, "reminder:en").count() == 1
    assert button(agent, made, "regret:en").count() == 0


def test_name_of_a_customer_gets_no_markup_into_the_page(
    agent: Watched, ticket: int, back: OsticketBackDoor, made: Callable[[str], int]
) -> None:
    back.sql(
        f"UPDATE %user u JOIN %ticket t ON t.user_id = u.id SET u.name = x'{HOSTILE.encode().hex()}' WHERE t.ticket_id = {ticket}"
    )
    opened(agent, ticket)
    # What osTicket's own page makes of such a name is none of ours.
    agent.errors.clear()
    agent.page.evaluate("window.fooled = 0")
    agent.page.click(INSERT)
    for name in OURS:
        offered = button(agent, made, name)
        if offered.count():
            agent.page.evaluate("document.querySelector('.sla-replies-told').textContent = ''")
            offered.evaluate("(one) => one.click()")
            wait_for_editor(agent)
    agent.page.wait_for_timeout(500)
    assert agent.page.evaluate("window.fooled") == 0
    assert agent.page.locator(f"{EDITOR} img").count() == 0


def test_without_a_list_to_choose_from_nothing_is_offered(agent: Watched, ticket: int, back: OsticketBackDoor) -> None:
    change = "UPDATE %config SET value = '{}' WHERE namespace = 'core' AND `key` = 'enable_premade'"
    back.sql(change.format(0))
    try:
        opened(agent, ticket)
        assert agent.page.locator("[data-reply], .sla-replies").count() == 0
    finally:
        back.sql(change.format(1))
    opened(agent, ticket)
    assert agent.page.locator(".sla-replies").count() == 1


def test_agent_who_may_not_answer_is_offered_nothing(agent: Watched, ticket: int, back: OsticketBackDoor) -> None:
    was = back.sql("SELECT id, HEX(permissions) FROM %role WHERE permissions IS NOT NULL")
    roles = [line.split("\t") for line in was.splitlines()]
    back.sql("""UPDATE %role SET permissions = REPLACE(permissions, '"ticket.reply":1', '"ticket.reply":0')""")
    try:
        opened(agent, ticket)
        assert agent.page.locator("form#reply").count() == 0
        assert agent.page.locator("[data-reply], .sla-replies").count() == 0
    finally:
        for number, permissions in roles:
            back.sql(f"UPDATE %role SET permissions = x'{permissions}' WHERE id = {number}")
