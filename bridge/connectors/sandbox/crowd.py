"""A crowd of tickets for benchmarks: as many as are wanted, with mixed histories, the same for the same seed."""

import random
from collections.abc import Iterator, Sequence

from bridge.connectors.sandbox.sample import SampleTicket, sample_file
from bridge.connectors.sandbox.store import Store, dump

HOUR = 3600
ROWS_AT_ONCE = 5_000

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


def add_crowd(store: Store, count: int, seed: int, now: int) -> None:
    """Add `count` tickets with mixed histories of the 60 days before `now`, half of them open; one seed, one crowd.

    Rows are written directly: a million tickets in a minute or two, nothing of it in the feed.
    """
    dice = random.Random(seed)  # noqa: S311 (sample data)
    sample = sample_file().tickets
    products = sorted({one.fields["product"] for one in sample if "product" in one.fields})
    with store.transaction() as rows:
        first = (rows.execute("SELECT max(id) FROM tickets").fetchone()[0] or 0) + 1
        known = rows.execute("SELECT max(id) FROM users").fetchone()[0] or 0
        rows.executemany(
            "INSERT OR IGNORE INTO users(id, name, email) VALUES (?, ?, ?)",
            [(known + n, f"Customer {n}", f"customer{known + n}@crowd.example") for n in range(1, count // 10 + 2)],
        )
        stamp = store.advance("stamp")
        for start in range(first, first + count, ROWS_AT_ONCE):
            crowd = range(start, min(start + ROWS_AT_ONCE, first + count))
            tickets, events, answers = [], [], []
            for ticket in crowd:
                created = now - dice.randrange(60 * 24 * HOUR)
                user = known + 1 + dice.randrange(count // 10 + 1)
                row, history = _ticket(dice, sample, ticket, created, now)
                tickets.append((ticket, stamp, created, *row, user))
                events += history
                answers.append((ticket, "product", dump(dice.choice(products))))
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


def _ticket(
    dice: random.Random, sample: Sequence[SampleTicket], ticket: int, created: int, now: int
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
    told = sample[dice.randrange(len(sample))]
    agent = 2 if any(entry[2] == "response" for entry in history) else None
    return (closed, source, told.subject, told.body, 1 if closed is None else 2, agent), history


def _talk(dice: random.Random, created: int, now: int) -> Iterator[tuple[int, str, str]]:
    at = created
    for _ in range(dice.randrange(5)):
        at += dice.randrange(1, 48 * HOUR)
        if at >= now:
            return
        yield at, *dice.choice((("response", "agent"), ("message", "customer"), ("note", "agent")))
