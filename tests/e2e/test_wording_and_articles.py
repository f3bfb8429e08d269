"""A manager reads which phrases agents wrote, and an agent is shown articles that fit: in a browser, in both languages."""

# ruff: noqa: S608 -- the tests give the names.

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.client import Client
from tests.contract.staff_pages import OsticketDesk
from tests.contract.test_publication_osticket import publication
from tests.e2e.watched import WIDTHS, Watched

Speaking = Callable[[str], AbstractContextManager[None]]
PAGE = "/scp/ajax.php/sla-bridge/wording"
HEADINGS = {"ru": "Нежелательные выражения в ответах", "en": "Discouraged phrases in answers"}
NOTHING = {"ru": "За период таких выражений не найдено.", "en": "No such phrases were found in this period."}
MATCHING = {"ru": "Статьи по теме", "en": "Matching articles"}
INTERNAL = {"ru": "внутренняя", "en": "internal"}
languages = pytest.mark.parametrize("language", ["ru", "en"])


@pytest.fixture
def answered(desk: OsticketDesk, api: Client, back: OsticketBackDoor, open_ticket: Callable[..., int]) -> Iterator[int]:
    """A ticket that was answered with two discouraged phrases."""
    phrases = [{"language": "ru", "phrase": "ещё раз повторяю"}, {"language": "en", "phrase": "read the manual"}]
    assert api.post("publish", publication(1301, phrases=phrases)).status == 200
    back.sql("DELETE FROM %sla_bridge_wording")
    ticket = open_ticket()
    desk.reply(ticket, "<p>Еще раз повторяю: <b>read the manual</b>, &amp;lt;script&amp;gt;там всё есть.</p>")
    yield ticket
    back.sql("DELETE FROM %sla_bridge_wording; DELETE FROM %sla_bridge_phrase; DELETE FROM %sla_bridge_published")


@pytest.fixture
def articles(back: OsticketBackDoor, token: str) -> Iterator[list[str]]:
    """Two articles for whom a posting fails, one of them internal, and one about something else."""
    questions = [
        "Не проводится поступление товаров",
        "Поступление не проводится: что проверяет дежурная смена",
        "Отпуск директора",
    ]
    for public, question in zip((1, 0, 1), questions, strict=True):
        name = f"{token}-{question}"
        back.sql(
            f"""INSERT INTO %faq_category (ispublic, name, description, notes, created, updated)
            VALUES ({public}, '{name}', '', '', NOW(), NOW());
            INSERT INTO %faq (category_id, ispublished, question, answer, keywords, notes, created, updated)
            VALUES (LAST_INSERT_ID(), 1, '{question}', '<p>answer</p>', ' ', '', NOW(), NOW())"""
        )
    yield questions
    mine = f"LEFT(name, {len(token)}) = '{token}'"
    back.sql(
        f"""DELETE FROM %faq WHERE category_id IN (SELECT category_id FROM %faq_category WHERE {mine});
        DELETE FROM %faq_category WHERE {mine}"""
    )


ON_TOP = """link => {
    const {x, y} = link.getBoundingClientRect();
    return link.contains(document.elementFromPoint(x + 5, y + 5));
}"""


@languages
def test_a_manager_reads_the_phrases_and_follows_one_to_its_ticket(
    browser: Any, desk: OsticketDesk, speaking: Speaking, answered: int, language: str
) -> None:
    with speaking(language), Watched(browser, desk.root, language) as manager:
        manager.log_in()
        manager.page.hover("#nav > li:last-child")
        # The menu unfolds slowly: its last entry lies under the page at first, and who clicks there closes the menu.
        entry = manager.page.locator(f'#nav a[href="{PAGE}"]')
        manager.page.wait_for_function(ON_TOP, arg=entry.element_handle())
        entry.click()
        manager.page.wait_for_selector(".sla-wording")
        manager.settle()
        assert manager.text(".sla-wording h2") == HEADINGS[language]
        assert sorted(manager.texts(".sla-wording mark")) == ["read the manual", "Еще раз повторяю"]
        assert manager.violations(".sla-wording") == []
        manager.shoot("wording")
        for width in WIDTHS:
            manager.page.set_viewport_size({"width": width, "height": 900})
            seen = manager.page.evaluate(
                "Math.max(...[...document.querySelectorAll('.sla-wording *')].map(e => e.getBoundingClientRect().right))"
            )
            assert seen <= width, "nothing lies out of sight"
        manager.page.set_viewport_size({"width": 1400, "height": 900})
        manager.page.fill('.sla-wording input[name="from"]', "2020-01-01")
        manager.page.fill('.sla-wording input[name="until"]', "2020-02-01")
        manager.page.click(".sla-wording button")
        manager.page.wait_for_selector(".sla-wording-nothing")
        assert manager.text(".sla-wording-nothing") == NOTHING[language]
        assert manager.violations(".sla-wording") == []
        manager.shoot("wording-empty")
        manager.go(PAGE)
        manager.page.click(f'.sla-wording a[href$="id={answered}"] >> nth=0')
        manager.page.wait_for_selector("#reply")
        assert manager.errors == []


@languages
def test_an_agent_is_shown_what_fits_once_he_opens_the_panel(
    browser: Any,
    desk: OsticketDesk,
    speaking: Speaking,
    open_ticket: Callable[..., int],
    articles: list[str],
    language: str,
) -> None:
    ticket = open_ticket("Не проводится поступление")
    part = f"GET /scp/ajax.php/sla-bridge/articles/{ticket}"
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        agent.open_ticket(ticket)
        if agent.is_open:
            agent.page.click(".sla-toggle")
            agent.open_ticket(ticket)
            agent.requests.clear()
        assert part not in agent.requests, "nobody has opened it"
        agent.page.focus(".sla-toggle")
        agent.page.keyboard.press("Enter")
        agent.page.wait_for_selector(".sla-articles li")
        assert agent.requests.count(part) == 1
        assert agent.text(".sla-articles h3") == MATCHING[language]
        shown = agent.texts(".sla-articles li")
        assert sorted(articles[:2]) == sorted(one.split(" (")[0] for one in shown)
        assert [INTERNAL[language] in one for one in shown] == [articles[1] in one for one in shown]
        assert agent.violations(".sla-panel") == []
        agent.shoot("articles")
        with agent.context.expect_page() as opened:
            agent.page.click(f'.sla-articles a:has-text("{articles[0]}")')
        opened.value.wait_for_selector("#content")
        assert "/scp/faq.php?id=" in opened.value.url
        assert agent.page.url.endswith(f"id={ticket}")
        agent.page.click(".sla-toggle")
        agent.page.click(".sla-toggle")
        assert agent.requests.count(part) == 1, "once is enough"
        assert agent.errors == []
