"""Two agents before one desk, one who reads Russian and one who reads English: each finds our words in his own."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from bridge.fields import (
    AGENT_INPUTS,
    ARRIVAL_SORT,
    AT_RISK_QUEUE,
    AUTOMATIC_TITLE,
    DUE_COLUMN,
    DUE_SORT,
    OVERDUE_QUEUE,
)
from bridge.files.types import Title
from bridge.policies.outcome.fields import OUTPUT_FIELDS
from tests.contract.back_doors import OsticketBackDoor
from tests.contract.staff_pages import OsticketDesk
from tests.e2e.watched import Watched, plain

Speaking = Callable[[str], AbstractContextManager[None]]
[LEVEL] = [field.title for field in OUTPUT_FIELDS if field.name == "sla_level"]
INPUTS: dict[str, Title] = {field.name: field.title for field in AGENT_INPUTS}
languages = pytest.mark.parametrize("language", ["ru", "en"])


def menu(agent: Watched, queues: dict[int, Title]) -> dict[int, tuple[str, str]]:
    """Return how our queues are called in the menu, and what stands under the pointer."""
    found = {}
    for queue in queues:
        link = agent.page.locator(f'#sub_nav a[href$="queue={queue}"]').first
        found[queue] = (plain(link.text_content()), link.get_attribute("title"))
    return {
        queue: (text.removesuffix(" (SLA)"), title.removesuffix(" (SLA)")) for queue, (text, title) in found.items()
    }


@languages
def test_queues_sorts_filter_and_heading_are_called_as_the_agent_calls_them(
    browser: Any,
    desk: OsticketDesk,
    made: Callable[[str], int],
    open_ticket: Callable[..., int],
    speaking: Speaking,
    language: str,
) -> None:
    ticket = open_ticket()
    queues = {made("queue:at_risk"): AT_RISK_QUEUE, made("queue:overdue"): OVERDUE_QUEUE}
    said = {queue: (title.text(language), title.text(language)) for queue, title in queues.items()}
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        agent.go("/scp/tickets.php?queue=1")
        assert menu(agent, queues) == said
        assert agent.text(f'table.queue th[data-id="{made("column:badge")}"]') == DUE_COLUMN.text(language)
        assert agent.text('[data-dropdown="#quickfilter-dropdown"]') == LEVEL.text(language)
        for sort, title in (("due", DUE_SORT), ("arrival", ARRIVAL_SORT)):
            offered = agent.page.locator(f'#sort-dropdown a[data-mode="qs-{made(f"sort:{sort}")}"]')
            assert plain(offered.text_content()) == title.text(language)

        for queue, title in queues.items():
            agent.page.hover("#sub_nav > li:first-child > a")
            link = f'#sub_nav > li:first-child .customQ-dropdown a[href$="queue={queue}"]'
            agent.follow(lambda link=link: agent.page.click(link))
            assert agent.text(".sticky.bar h2").removesuffix(" (SLA)") == title.text(language)
            assert menu(agent, queues) == said, "also where the page was fetched into the old one"
        agent.page.reload()
        agent.settle()
        assert agent.text(".sticky.bar h2").removesuffix(" (SLA)") == OVERDUE_QUEUE.text(language)

        agent.open_ticket(ticket)
        assert menu(agent, queues) == said
        assert agent.errors == []


@languages
def test_agents_inputs_and_their_choices_are_called_as_the_agent_calls_them(
    browser: Any,
    desk: OsticketDesk,
    made: Callable[[str], int],
    open_ticket: Callable[..., int],
    speaking: Speaking,
    language: str,
) -> None:
    ticket = open_ticket()
    [reasons] = [field.choices for field in AGENT_INPUTS if field.name == "sla_set_deferral"]
    with speaking(language), Watched(browser, desk.root, language) as agent:
        agent.log_in()
        agent.open_ticket(ticket)
        page = plain(agent.page.locator("#content").text_content())
        assert [title.text(language) in page for title in INPUTS.values()] == [True] * len(INPUTS)
        for name, choices in (("sla_set_deferral", [one.text(language) for one in reasons.values()]),
                              ("sla_set_level", [AUTOMATIC_TITLE.text(language)])):  # fmt: skip
            agent.go(f"/scp/ajax.php/tickets/{ticket}/field/{made(f'field:{name}')}/edit")
            offered = {plain(one) for one in agent.page.locator("option").all_text_contents()}
            assert set(choices) <= offered


def test_what_is_stored_follows_nobody(
    browser: Any, desk: OsticketDesk, back: OsticketBackDoor, made: Callable[[str], int], speaking: Speaking
) -> None:
    stored = "SELECT title FROM %queue ORDER BY id"
    before = back.sql(stored)
    for language in ("ru", "en"):
        with speaking(language), Watched(browser, desk.root, language) as agent:
            agent.log_in()
            agent.go(f"/scp/tickets.php?queue={made('queue:overdue')}")
    assert back.sql(stored) == before
