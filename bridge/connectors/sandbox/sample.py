"""Tells the sample stories to a helpdesk, and fills one with a crowd of tickets for benchmarks."""

import random
from collections.abc import Callable, Iterator
from functools import partial

from bridge.connectors.sandbox.people import People
from bridge.connectors.sandbox.store import Store, dump
from bridge.connectors.sandbox.stories import CUSTOMERS, ORGANIZATIONS, STORIES, Story
from bridge.fields import CUSTOMER_INPUTS, DEVELOPMENT_DEPARTMENT, WAITING_STATUS
from bridge.files.types import Title

HOUR = 3600
CROWD_AT_ONCE = 5_000


class Storyteller:
    """Writes the stories as of before the bridge was installed: nothing of it stands in the feed."""

    def __init__(self, store: Store, people: People) -> None:
        self._store = store
        self._people = people
        self._waiting = 0
        self._development = 0

    def tell(self, now: int) -> list[int]:
        """Return the ids of the sample tickets, written so that the youngest is a few minutes old at `now`.

        The customers' facts, a waiting status and a development department are created where they are missing, as a
        desk of this kind would have them.
        """
        with self._store.transaction(), self._people.without_signals():
            self._furnish()
            oldest_first = sorted(STORIES, key=lambda story: -story.age)
            return [self._one(story, now) for story in oldest_first]

    def _furnish(self) -> None:
        here = {row["name"] for row in self._store.rows("SELECT name FROM fields WHERE form = 'ticket'")}
        for field in CUSTOMER_INPUTS:
            if field.name not in here:
                self._people.add_field(field.name, field.type, label=field.title.ru)
        self._waiting = self._row("status", WAITING_STATUS, state="open")
        self._development = self._row("department", DEVELOPMENT_DEPARTMENT)
        for name, domain in ORGANIZATIONS.items():
            self._people.organization(name, domain=domain)

    def _row(self, kind: str, title: Title, **columns: str) -> int:
        table = {"status": "statuses", "department": "departments"}[kind]
        found = self._store.rows(f"SELECT id FROM {table} WHERE name IN (?, ?)", (title.en, title.ru))
        return int(found[0]["id"]) if found else self._people.add(kind, title.ru, **columns)

    def _one(self, story: Story, now: int) -> int:
        name, email, number = CUSTOMERS[story.customer]
        product, version, platform = story.facts
        start = now - int(story.age * HOUR)
        ticket = self._people.create_ticket(
            story.subject,
            story.body,
            email=email,
            name=name,
            source=story.source,
            by="agent" if story.source == "phone" else "customer",
            topic=story.topic,
            priority=story.priority,
            language="ru" if any("а" <= sign <= "я" for sign in story.subject.lower()) else "en",
            attachments=tuple({"name": one[0], "type": one[1], "size": one[2]} for one in story.attachments),
            fields={
                "product": product,
                "product_version": version,
                "platform_version": platform,
                "registration_number": number,
                "steps_to_reproduce": story.reproduced,
            },
            at=start,
        )
        for step in filter(None, story.steps.split(";")):
            verb, hours, *rest = step.split(maxsplit=2)
            at = start + int(float(hours) * HOUR)
            if at < now:
                self._step(ticket, verb, " ".join(rest), at)
        return ticket

    def _step(self, ticket: int, verb: str, argument: str, at: int) -> None:
        people = self._people
        does: dict[str, Callable[[], object]] = {
            "auto": partial(people.automatic_reply, ticket, at=at),
            "reply": partial(people.agent_reply, ticket, at=at),
            "reply_wait": partial(people.agent_reply, ticket, status=self._waiting, at=at),
            "wait": partial(people.set_status, ticket, self._waiting, at=at),
            "message": partial(people.customer_message, ticket, at=at),
            "note": partial(people.note, ticket, at=at),
            "email_note": partial(people.note, ticket, source="email", at=at),
            "close": partial(people.close, ticket, status=argument or 2, at=at),
            "transfer": partial(people.transfer, ticket, argument, at=at),
            "develop": partial(people.transfer, ticket, self._development, comment=argument or None, at=at),
            "assign": lambda: people.assign(ticket, int(argument), at=at),
            "merge": lambda: people.merge(ticket, self._told(argument), at=at),
            "critical": partial(self._input, ticket, "sla_set_critical", value=True, at=at),
            "deferral": partial(self._input, ticket, "sla_set_deferral", value=argument, at=at),
        }
        does[verb]()

    def _told(self, subject: str) -> int:
        """Return the id of a ticket told before."""
        return int(self._store.rows("SELECT id FROM tickets WHERE subject = ?", (subject,))[0]["id"])

    def _input(self, ticket: int, name: str, *, value: str | bool, at: int) -> None:
        """Set an agents' input, which only a helpdesk has where `setup` ran before."""
        if self._store.rows("SELECT 1 FROM fields WHERE name = ?", (name,)):
            self._people.edit_field(ticket, name, value, at=at)


def fill(store: Store, count: int, seed: int, now: int) -> None:
    """Add `count` tickets with mixed histories of the 60 days before `now`, half of them open; one seed, one crowd.

    Rows are written directly: a million tickets in a minute or two, nothing of it in the feed.
    """
    dice = random.Random(seed)  # noqa: S311 (sample data)
    with store.transaction() as rows:
        first = (rows.execute("SELECT max(id) FROM tickets").fetchone()[0] or 0) + 1
        known = rows.execute("SELECT max(id) FROM users").fetchone()[0] or 0
        rows.executemany(
            "INSERT OR IGNORE INTO users(id, name, email) VALUES (?, ?, ?)",
            [(known + n, f"Customer {n}", f"customer{known + n}@crowd.example") for n in range(1, count // 10 + 2)],
        )
        stamp = store.advance("stamp")
        for start in range(first, first + count, CROWD_AT_ONCE):
            crowd = range(start, min(start + CROWD_AT_ONCE, first + count))
            tickets, events, answers = [], [], []
            for ticket in crowd:
                created = now - dice.randrange(60 * 24 * HOUR)
                user = known + 1 + dice.randrange(count // 10 + 1)
                row, history = _ticket(dice, ticket, created, now)
                tickets.append((ticket, stamp, created, *row, user))
                events += history
                answers.append((ticket, "product", dump(dice.choice(PRODUCTS))))
            rows.executemany(
                """INSERT INTO tickets(id, stamp, created_at, closed_at, source, subject, body, status_id,
                department_id, topic_id, priority_id, agent_id, sla_id, user_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 10, 2, ?, 1, ?)""",
                tickets,
            )
            rows.executemany(
                """INSERT INTO events(ticket_id, at, kind, actor, source, before, after, inferred)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                events,
            )
            rows.executemany("INSERT INTO answers VALUES (?, ?, ?)", answers)


PRODUCTS = sorted({story.facts[0] for story in STORIES if story.facts[0] is not None})
OPEN = dump({"id": 1, "name": "Open", "state": "open"})
RESOLVED = dump({"id": 2, "name": "Resolved", "state": "closed"})
BEGINNING = dump(
    {
        "status": {"id": 1, "name": "Open", "state": "open"},
        "department": {"id": 1, "name": "Support"},
        "topic": {"id": 10, "name": "Report a Problem"},
        "priority": {"id": 2, "name": "Normal"},
    }
)
EventRow = tuple[int, int, str, str, str, str | None, str | None, int]


def _ticket(
    dice: random.Random, ticket: int, created: int, now: int
) -> tuple[tuple[int | None, str, str, str, int, int | None], list[EventRow]]:
    source = dice.choice(("web", "web", "email", "phone", "api"))
    history: list[EventRow] = [
        (ticket, created, "created", "customer", "other", None, BEGINNING, 1),
        (ticket, created, "message", "customer", source, None, None, 0),
    ]
    history += [(ticket, at, kind, actor, "web", None, None, 0) for at, kind, actor in _talk(dice, created, now)]
    last = history[-1][1]
    closed = last + HOUR if ticket % 2 and last + HOUR < now else None
    if closed is not None:
        history.append((ticket, closed, "closed", "agent", "other", OPEN, RESOLVED, 1))
    story = STORIES[dice.randrange(len(STORIES))]
    agent = 2 if any(entry[2] == "response" for entry in history) else None
    return (closed, source, story.subject, story.body, 1 if closed is None else 2, agent), history


def _talk(dice: random.Random, created: int, now: int) -> Iterator[tuple[int, str, str]]:
    at = created
    for _ in range(dice.randrange(5)):
        at += dice.randrange(1, 48 * HOUR)
        if at >= now:
            return
        yield at, *dice.choice((("response", "agent"), ("message", "customer"), ("note", "agent")))
