"""Articles that fit a ticket, in the panel of a real osTicket."""

# ruff: noqa: S608 -- the tests give the names.

import re
from collections.abc import Callable, Iterator

import pytest

from tests.contract.back_doors import OsticketBackDoor
from tests.contract.staff_pages import PREFIX, SECONDS_AT_MOST, Agent, OsticketDesk, variable
from tests.contract.test_osticket_wording import no_access

PART = "/scp/ajax.php/sla-bridge/articles/{}"
Write = Callable[..., int]


@pytest.fixture
def article(back: OsticketBackDoor, agent: Agent, token: str) -> Iterator[Write]:
    """Write articles into categories of their own."""
    categories = []
    for public in (1, 0):
        back.sql(
            f"""INSERT INTO %faq_category (ispublic, name, description, notes, created, updated)
            VALUES ({public}, '{token}-{public}', '', '', NOW(), NOW())"""
        )
        categories.append(int(back.sql(f"SELECT category_id FROM %faq_category WHERE name = '{token}-{public}'")))

    def write(question: str, *, keywords: str = " ", published: int = 1, private: bool = False) -> int:
        back.sql(
            f"""INSERT INTO %faq (category_id, ispublished, question, answer, keywords, notes, created, updated)
            VALUES ({categories[private]}, {published}, '{question}', '<p>answer</p>', '{keywords}', '', NOW(), NOW())"""
        )
        return int(back.sql(f"SELECT faq_id FROM %faq WHERE question = '{question}'"))

    yield write
    ids = ", ".join(map(str, categories))
    back.sql(f"DELETE FROM %faq WHERE category_id IN ({ids}); DELETE FROM %faq_category WHERE category_id IN ({ids})")


def suggested(agent: Agent, ticket: int) -> list[int]:
    """Return the articles of the part, the best first."""
    answer = agent.session.get(agent.root + PART.format(ticket), timeout=SECONDS_AT_MOST)
    assert answer.status_code == 200, answer.text
    return [int(number) for number in re.findall(r'href="/scp/faq\.php\?id=(\d+)" target="_blank"', answer.text)]


def test_articles_are_found_by_subject_and_first_message_in_any_form_of_the_words(
    agent: Agent, article: Write, open_ticket: Callable[..., int]
) -> None:
    waybill, archive = article("Печать накладных на складе"), article("Восстановление базы из архива")
    article("Отпуск директора")
    ticket = open_ticket("Не печатается складская накладная", "Добрый день! Принтер включён.")
    assert suggested(agent, ticket) == [waybill]
    other = open_ticket("Срочный вопрос", "<p>Пропала база, как её восстановить из архива?</p>")
    agent.reply(other, "печать накладных")
    assert suggested(agent, other) == [archive]


def test_unpublished_articles_are_not_shown_and_those_of_private_categories_are_marked(
    agent: Agent, article: Write, open_ticket: Callable[..., int]
) -> None:
    article("Замена видеокарты в терминале", published=0)
    inside = article("Видеокарта терминала: гарантия", private=True)
    ticket = open_ticket("Видеокарта терминала")
    assert suggested(agent, ticket) == [inside]
    assert agent.session.get(agent.root + PART.format(ticket), timeout=SECONDS_AT_MOST).text.count("sla-internal") == 1


def test_where_nothing_fits_the_part_is_empty(agent: Agent, article: Write, open_ticket: Callable[..., int]) -> None:
    article("Печать ценников")
    ticket = open_ticket("Проблема", "Ничего не работает")
    assert agent.session.get(agent.root + PART.format(ticket), timeout=SECONDS_AT_MOST).text == ""


def test_the_page_has_a_place_for_them_while_the_ticket_is_open_and_the_desk_has_articles(
    agent: Agent, article: Write, back: OsticketBackDoor, ticket: int
) -> None:
    place = f'data-src="{PART.format(ticket)}"'
    if back.sql("SELECT COUNT(*) FROM %faq WHERE ispublished > 0") == "0":
        assert place not in agent.page(ticket)
    article("Печать ценников")
    assert place in agent.page(ticket)
    agent.set_status(ticket, int(back.sql("SELECT MIN(id) FROM %ticket_status WHERE state = 'closed'")), comment=None)
    assert place not in agent.page(ticket)


def test_whoever_may_not_see_the_ticket_sees_no_articles_for_it(
    agent: Agent, real_desk: OsticketDesk, article: Write, back: OsticketBackDoor, open_ticket: Callable[..., int]
) -> None:
    user, password = variable("SERVICE_USER"), variable("SERVICE_PASSWORD")
    if user is None or password is None:
        pytest.skip(f"set {PREFIX}SERVICE_USER and {PREFIX}SERVICE_PASSWORD")
    ticket, found = open_ticket("Печать ценников"), article("Печать ценников")
    there = int(
        back.sql(f"SELECT MAX(d.id) FROM %department d JOIN %staff s ON s.dept_id <> d.id WHERE s.username = '{user}'")
    )
    back.sql(f"UPDATE %ticket SET dept_id = {there} WHERE ticket_id = {ticket}")
    other = Agent(real_desk.root, user, password)
    assert suggested(other, ticket) == [found]
    with no_access(back, user, there):
        answer = other.session.get(other.root + PART.format(ticket), timeout=SECONDS_AT_MOST)
        assert (answer.status_code, answer.text) == (403, "")
    missing = other.session.get(other.root + PART.format(4_000_000_000), timeout=SECONDS_AT_MOST)
    assert missing.status_code == 403
    other.session.close()
