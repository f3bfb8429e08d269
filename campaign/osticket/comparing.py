"""The direct comparison: what stands in a ticket's output fields against what its inputs come to, decided here and now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bridge.decisions import Decision
from bridge.errors import BridgeError
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import TicketItem
from bridge.sync.planned.stored_values import canonical
from bridge.sync.select import Decide
from bridge.tickets import Instant, Ticket


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field that does not say what it should; `field` is empty where the whole ticket could not be looked at."""

    ticket: int
    field: str
    stands: object
    wanted: object

    def __str__(self) -> str:
        return f"ticket {self.ticket}: {self.field or 'snapshot'} is {self.stands!r}, not {self.wanted!r}"


def compared(
    helpdesk: Helpdesk, decide: Decide, *, since: Instant, also: Iterable[int] = ()
) -> tuple[int, tuple[Wrong, ...]]:
    """Return how many open tickets (and those of `also`) were compared, and every wrong field.

    A pass that began at `since` decided each ticket at some instant between then and now: a field is right if it says what
    was to be said at one of them.
    """
    met, wrong = 0, list[Wrong]()
    for item in _items(helpdesk, also):
        met += 1
        wrong += wrong_fields(item, decide, since=since, until=helpdesk.server_time or since)
    return met, tuple(wrong)


def _items(helpdesk: Helpdesk, also: Iterable[int]) -> Iterator[TicketItem]:
    for page in helpdesk.tickets(open_only=True):
        yield from page
    for ticket in also:
        item = helpdesk.ticket(ticket)
        if item is not None:
            yield item


def wrong_fields(item: TicketItem, decide: Decide, *, since: Instant, until: Instant) -> tuple[Wrong, ...]:
    """Return the fields of a ticket that are wrong by each decision between the two instants; by the last one, which."""
    if not isinstance(item, Ticket):
        return (Wrong(item.id, "", item, "a snapshot"),)
    wrong: tuple[Wrong, ...] = ()
    try:
        for decision in _decisions(item, decide, since, until):
            wrong = tuple(_differences(item, decision))
            if not wrong:
                break
    except BridgeError as error:
        return (Wrong(item.id, "", str(error), "a decision"),)
    return wrong


def _decisions(ticket: Ticket, decide: Decide, since: Instant, until: Instant) -> Iterator[Decision]:
    """Yield the decision at the first instant and at each turn of time up to the last."""
    now: Instant | None = since
    while now is not None and now <= until:
        decision = decide(ticket, now)
        yield decision
        following = decision.next_change_at
        now = following if following is not None and following > now else None


def _differences(ticket: Ticket, decision: Decision) -> Iterator[Wrong]:
    record = ticket.bridge.detail.get("fields") or {}
    for name, value in decision.fields.items():
        wanted, stands = canonical(value), canonical(ticket.bridge.fields.get(name))
        if stands != wanted:
            yield Wrong(ticket.id, name, stands, wanted)
        elif canonical(record.get(name)) != wanted:
            # By this record the bridge tells its own values from those of others.
            yield Wrong(ticket.id, f"the record of {name}", record.get(name), wanted)
