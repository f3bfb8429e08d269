"""What a bridge must leave as it was: osTicket's history, its `updated`, and its mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.contract.back_doors import OsticketBackDoor

_ROWS = """SELECT t.ticket_id, t.updated, t.lastupdate, h.lastresponse, h.lastmessage,
    (SELECT COUNT(*) FROM %thread_entry e WHERE e.thread_id = h.id),
    (SELECT COUNT(*) FROM %thread_event v WHERE v.thread_id = h.id)
    FROM %ticket t JOIN %thread h ON h.object_type = 'T' AND h.object_id = t.ticket_id"""

OWN_ALARM = b"osTicket Fatal Error"
"""The subject of the letter by which osTicket itself tells its administrator that the database is away."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Its times as osTicket stores them, and the rows of its history."""

    times: tuple[str, ...]
    entries: int
    events: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """All tickets and all letters at one moment."""

    tickets: Mapping[int, Ticket]
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Traces:
    """What came between two moments: rows of history (gone ones too), tickets whose times moved, letters."""

    history: int = 0
    moved: int = 0
    letters: int = 0

    def __bool__(self) -> bool:
        return bool(self.history or self.moved or self.letters)


def footprint(back: OsticketBackDoor, mail: Path) -> Footprint:
    """Return how things stand now."""
    rows = (line.split("\t") for line in back.sql(_ROWS).splitlines())
    tickets = {int(number): Ticket(tuple(times), int(one), int(two)) for number, *times, one, two in rows}
    return Footprint(tickets, frozenset(one.name for one in mail.iterdir()))


def traces(before: Footprint, after: Footprint, mail: Path) -> Traces:
    """Return what came between two moments; osTicket's own alarms of a database that is away do not count."""
    nothing = Ticket((), 0, 0)
    pairs = [
        (before.tickets.get(one, nothing), after.tickets.get(one, nothing)) for one in before.tickets | after.tickets
    ]
    new = after.letters - before.letters
    return Traces(
        history=sum(abs(now.entries - then.entries) + abs(now.events - then.events) for then, now in pairs),
        moved=sum(now.times != then.times for then, now in pairs),
        letters=sum(OWN_ALARM not in (mail / one).read_bytes() for one in new),
    )
