"""The shipped agreement acts on a helpdesk: nothing while it is off, nothing of the past, everything once, and back again."""

import re
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bridge.connectors.sandbox.stock import SERVICE_AGENT
from bridge.errors import GuardRefused, HelpdeskUnavailable
from tests.integration.sync.acting_world import DAY, ActingWorld


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def tags(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements that a browser sees, with the names of their attributes."""
    parser = _Tags()
    parser.feed(page)
    return parser.found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ActingWorld]:
    made = ActingWorld(tmp_path)
    yield made
    made.close()


@pytest.fixture
def running(world: ActingWorld) -> ActingWorld:
    """Actions were switched on a minute ago."""
    world.open("Первая")
    world.run()
    world.now += 60
    return world


def test_with_actions_off_not_one_letter_leaves_and_nothing_is_changed(world: ActingWorld) -> None:
    world.switch(act=False)
    tickets = [world.open(f"Вопрос {one}") for one in range(10)]
    world.run()
    world.wait_for_customer(tickets[0])
    world.pass_days(16, every=1 / 2)
    assert world.letters() == []
    assert world.kept() == {}
    assert world.sandbox.store.rows("SELECT * FROM events WHERE service = 1") == []
    assert world.snapshot(tickets[1]).bridge.fields["sla_state"] == "overdue"


def test_one_ticket_is_acknowledged_warned_about_reminded_of_and_closed_each_once(running: ActingWorld) -> None:
    ticket = running.open("Не печатается накладная")
    running.run()
    assert running.kept(ticket)["acknowledge"] == "done"
    running.pass_days(1, every=1 / 48)
    assert running.kept(ticket)["warn-75"] == "done"
    running.wait_for_customer(ticket)
    running.pass_days(16, every=1 / 8)
    kept = running.kept(ticket)
    assert {name: kept[name] for name in ("remind", "close.close", "close.reply")} == {
        "remind": "done", "close.close": "done", "close.reply": "done",
    }  # fmt: skip
    assert running.snapshot(ticket).status.name == "Closed"
    names = [one["Message-ID"] for one in running.letters()]
    assert len(names) == len(set(names))
    before = len(names)
    running.pass_days(3, every=1 / 4)
    assert len(running.letters()) == before


def test_answer_of_the_customer_opens_the_closed_ticket_and_is_reminded_of_anew(running: ActingWorld) -> None:
    ticket = running.open()
    running.run()
    running.wait_for_customer(ticket)
    running.pass_days(16, every=1 / 4)
    assert running.snapshot(ticket).status.state == "closed"
    running.people.customer_message(ticket, "Вот файл")
    running.run()
    assert running.snapshot(ticket).status.state == "open"
    running.now += 60
    running.wait_for_customer(ticket)
    running.pass_days(6, every=1 / 4)
    rows = running.sandbox.store.rows("SELECT key FROM actions WHERE action = 'remind' AND ticket_id = ?", (ticket,))
    assert len({row["key"] for row in rows}) == 2
    assert running.snapshot(ticket).status.state == "open", "a week after a reminder, not after the first wait"


def test_customers_answer_stops_the_reminder(running: ActingWorld) -> None:
    ticket = running.open()
    running.run()
    running.wait_for_customer(ticket)
    running.pass_days(1, every=1 / 4)
    running.people.customer_message(ticket, "Сейчас пришлю")
    running.pass_days(14, every=1 / 4)
    assert "remind" not in running.kept(ticket)
    assert running.snapshot(ticket).status.state == "open"


def test_what_a_person_changes_after_an_action_stands(running: ActingWorld) -> None:
    ticket = running.open()
    running.run()
    running.wait_for_customer(ticket)
    running.pass_days(16, every=1 / 4)
    running.people.set_status(ticket, "Open", agent=3)
    running.pass_days(3, every=1 / 4)
    assert running.snapshot(ticket).status.name == "Open"
    assert [row["actor"] for row in running.sandbox.store.rows(
        "SELECT actor FROM events WHERE kind = 'closed' AND ticket_id = ?", (ticket,)
    )] == ["system"]  # fmt: skip


# --- what people do --------------------------------------------------------------------------------------------------


def test_call_of_the_customer_reaches_the_head_of_support_once_for_each_time_he_calls(running: ActingWorld) -> None:
    def to_the_head() -> int:
        return sum(one["To"] == "head@desk.example" and "внимания" in one["Subject"] for one in running.letters())

    ticket = running.open()
    running.run()
    assert to_the_head() == 0
    running.now += 60
    running.people.call_head(ticket, "Третий день без ответа")
    running.pass_days(1 / 4, every=1 / 24)
    assert to_the_head() == 1
    running.people.edit_field(ticket, "sla_set_attention", False)
    running.pass_days(1 / 24)
    running.people.call_head(ticket)
    running.pass_days(1 / 4, every=1 / 24)
    assert to_the_head() == 2


def test_letter_that_came_back_is_seen_in_the_ticket_and_not_sent_again(running: ActingWorld) -> None:
    ticket = running.open()
    running.run()
    sent = len(running.letters())
    assert sent
    good = running.snapshot(ticket).bridge.fields["sla_mail"]
    running.people.return_letter(ticket)
    running.run()
    assert running.snapshot(ticket).bridge.mail == "failed"
    assert running.snapshot(ticket).bridge.fields["sla_mail"] != good
    assert len(running.letters()) == sent


PAYLOADS = [
    "%{ticket.client_link} %{recipient.auth_token}", "Срок\r\nBcc: thief@evil.example", "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "</td></table><a href='javascript:alert(1)'>", "{ticket_link} {{number}} {0.__class__}",
    "\ue000rating_link\ue001", "=?utf-8?Q?subject=0D=0ABcc:_thief=40evil.example?=", "[words](https://evil.example)", "**bold**\n---\nsmall",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_nothing_that_a_customer_writes_becomes_a_variable_a_header_or_a_mark_up(
    running: ActingWorld, payload: str
) -> None:
    """A ticket of a wild subject, name and reason brings the very letters of a tame one, but for the words in them."""

    def letters_of(subject: str, name: str, address: str) -> list[EmailMessage]:
        before = {one["Message-ID"] for one in running.letters()}
        ticket = running.open(subject, email=address, name=name)
        running.run()
        running.now += 60
        running.people.call_head(ticket, name)
        running.run()
        running.now += 60
        assert set(running.kept(ticket).values()) == {"done"}
        return [one for one in running.letters() if one["Message-ID"] not in before]

    usual = letters_of("Слово", "Имя", "tame@kolos.example")
    # A name with an at sign is no name to letters, so the payload comes without it there.
    found = letters_of(payload, payload.replace("@", " "), "wild@kolos.example")
    assert len(found) == len(usual) > 2
    for tame, wild in zip(usual, found, strict=True):
        assert [name.lower() for name in wild] == [name.lower() for name in tame]
        assert wild["To"] == tame["To"].replace("tame@", "wild@")
        assert not set("\r\n") & set(wild["Subject"])
        assert tags(part(wild, "html")) == tags(part(tame, "html"))
    head = next(one for one in found if one["To"] == "head@desk.example")
    word = max(re.findall(r"[a-z]{3,}", payload), key=len)
    assert word in head["Subject"]
    assert word in part(head, "plain")
    assert word in part(head, "html"), "people read what was written, all of it as text"


# --- after a silence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["bridge", "helpdesk"])
def test_after_three_days_of_silence_each_thing_is_done_at_most_once_and_nothing_too_late(
    running: ActingWorld, what: str
) -> None:
    first = [running.open(f"До перерыва {one}") for one in range(5)]
    running.run()
    sent = len(running.letters())
    if what == "helpdesk":
        running.sandbox.stop()
    during = []
    for day in range(12):
        running.now += DAY // 4
        during.append(running.open(f"Во время {day}"))
        if what == "helpdesk":
            with pytest.raises(HelpdeskUnavailable):
                running.run()
    assert len(running.letters()) == sent
    running.now += 600
    if what == "helpdesk":
        running.sandbox.start()
    for _ in range(3):
        running.run()
        running.now += 60
    names = [one["Message-ID"] for one in running.letters()]
    assert len(names) == len(set(names))
    rows = running.sandbox.store.rows("SELECT ticket_id, action FROM actions WHERE state = 'done'")
    done = [(row["ticket_id"], row["action"]) for row in rows]
    assert len(done) == len(set(done)), "once for each ticket, however long nobody looked"
    acknowledged = {ticket for ticket, action in done if action == "acknowledge"}
    assert set(during) <= acknowledged
    assert {ticket for ticket, action in done if action == "breach"} >= set(first)


def test_limit_of_a_day_holds_also_for_what_three_days_of_silence_have_gathered(tmp_path: Path) -> None:
    per_day = 6
    world = ActingWorld(tmp_path, per_day=per_day)
    try:
        world.run()
        world.now += 60
        for day in range(12):
            world.now += DAY // 4
            world.open(f"Во время {day}", email=f"user{day}@kolos.example")
        world.run(allow_first_run=True)
        assert len(world.letters()) <= per_day
        assert "held" in world.kept().values()
        world.pass_days(6, every=1 / 4)
        rows = world.sandbox.store.rows("SELECT * FROM actions WHERE state = 'done'")
        days = Counter((row["changed_at"] - world.midnight()) // DAY for row in rows)
        assert max(days.values()) == per_day, "the limit was reached, and kept to"
        done = [(row["ticket_id"], row["key"]) for row in rows]
        assert len(done) == len(set(done))
        names = [one["Message-ID"] for one in world.letters()]
        assert len(names) == len(set(names)) == sum(row["message_id"] is not None for row in rows)
    finally:
        world.close()


def test_what_is_older_than_its_term_is_not_told_any_more(running: ActingWorld) -> None:
    old = running.open("Открыта в начале перерыва")
    running.now += 3 * DAY + 60
    fresh = running.open("Открыта в его конце")
    running.run()
    assert "acknowledge" not in running.kept(old)
    assert running.kept(fresh)["acknowledge"] == "done"


# --- switched on at a desk that is old -----------------------------------------------------------------------------------


@pytest.mark.timeout(150)
def test_old_desk_whose_actions_are_switched_on_gets_no_letter_for_its_past(world: ActingWorld) -> None:
    world.switch(act=False)
    with world.sandbox.store.transaction():
        old = [
            world.people.create_ticket(
                f"Старая {one}", "…", email=f"user{one % 400}@kolos.example", at=world.now - (one % 90) * DAY - 3600
            )
            for one in range(2_900)
        ]
        for ticket in old[::7]:
            world.wait_for_customer(ticket)
    world.run(allow_mass_change=True)
    world.switch(act=True)
    world.run()
    assert world.letters() == []
    assert world.sandbox.store.rows("SELECT * FROM actions") == []
    switched_on, ticket = world.now, world.open("Новая")
    world.run()
    assert world.kept(ticket)["acknowledge"] == "done"
    world.now += 3600
    # What comes due from now on is told of old tickets, too: only their past is let be.
    world.run(allow_first_run=True)
    rows = world.sandbox.store.rows("SELECT not_before FROM actions WHERE ticket_id != ?", (ticket,))
    assert rows
    assert all(row["not_before"] > switched_on for row in rows)
    assert len(world.letters()) < 100


def test_first_run_of_many_actions_stops_before_the_first_letter(world: ActingWorld) -> None:
    world.run()
    world.now += 60
    for one in range(60):
        world.open(f"Вопрос {one}", email=f"user{one}@kolos.example")
    with pytest.raises(GuardRefused, match="first"):
        world.run()
    assert world.letters() == []
    world.run(allow_first_run=True)
    assert sum(world.subjects().values()) > 0


def test_limit_of_a_day_holds_letters_that_go_out_the_next_day(tmp_path: Path) -> None:
    world = ActingWorld(tmp_path, per_day=4)
    try:
        world.run()
        world.now += 60
        for one in range(6):
            world.open(f"Вопрос {one}", email=f"user{one}@kolos.example")
        report = world.run()
        assert len(world.letters()) <= 4
        assert any("held" in one.text for one in report.told)
        before = len(world.letters())
        world.pass_days(1, every=1 / 4)
        assert len(world.letters()) > before
    finally:
        world.close()


def test_everything_is_done_by_the_service_agent(running: ActingWorld) -> None:
    ticket = running.open()
    running.run()
    rows = running.sandbox.store.rows("SELECT * FROM events WHERE service = 1 AND ticket_id = ?", (ticket,))
    assert {row["actor"] for row in rows} == {"system"}
    assert SERVICE_AGENT not in {row["agent_id"] for row in running.sandbox.store.rows("SELECT agent_id FROM tickets")}
