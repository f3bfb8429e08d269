"""How the obligations towards one customer stand at an instant (CU-4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from bridge.customers import Customer
from bridge.policies.agreement.obligations import FromCounter, ObligationDefinition, OwedPer, PeriodsFrom
from bridge.policies.checks.catalogue import folded
from bridge.policies.checks.papers import Paper
from bridge.policies.obligations.counters import counted_by
from bridge.policies.obligations.editions import Obligation, OwedEdition
from bridge.policies.obligations.matching import matched
from bridge.policies.obligations.model import (
    CountedEvent,
    Evidence,
    Holder,
    KeepingEvent,
    NotCounted,
    Owed,
    OwedPeriod,
    OwedState,
    Term,
    WhyNot,
)
from bridge.policies.obligations.periods import day_at, windows_of
from bridge.policies.obligations.points import points_around
from bridge.tickets import Instant


class Span(NamedTuple):
    """The days that are asked about, both inclusive, and the instant of asking."""

    since: date
    until: date
    now: Instant


def owed_to(
    customer: Customer, obligation: Obligation, evidence: Evidence, span: Span
) -> tuple[list[Owed], list[NotCounted]]:
    """Return the periods of the span in which something is owed to the customer, and what happened and counts for nobody.

    Nothing counts before its day has come. What was kept cannot be known where the list is missing, or where the rest does not
    suffice and something of the customer's could not be read, or the list stopped before the period was over.
    """
    counting = obligation.counted_at(span.now)
    source = counting.counted_from if isinstance(counting.counted_from, FromCounter) else None
    today = day_at(counting.calendar, span.now)
    events = [] if source is not None else [one for one in _events(customer, evidence) if one.day <= today]
    since = min((span.since, *(one.day for one in events)))
    terms = [_Terms(customer, one, since, span.until) for one in obligation.editions]
    holders = sorted({one for each in terms for one in each.holders}, key=_first_first)
    owed = [sorted(chain.from_iterable(each.windows(one) for each in terms), key=_by_beginning) for one in holders]
    found, left = matched(holders, [[window for window, _ in own] for own in owed], events)
    rows = []
    for place, (holder, own) in enumerate(zip(holders, owed, strict=True)):
        counts = [CountedEvent(one.event.day, one.event.ticket, one.matched_by) for one in found if one.holder == place]
        for window, by in own:
            if window.last < span.since:
                continue
            counted = tuple(one for one in counts if window.first <= one.day <= window.last)
            of_events = len(counted) if evidence.known else None
            count = of_events if source is None else counted_by(source, by.paper(holder), window, today)
            doubted = count is None or (source is None and evidence.doubts(customer.id, window.due_at, span.now))
            stands = _Stands(window, count, doubted, counted)
            rows.append(_row(customer, by.definition, holder, stands, span.now))
    return rows, [
        *_not_counted(customer, counting, holders, left),
        *_without_beginning(customer, counting, holders),
    ]


class _Terms:
    """What one edition owes the customer: `holders` are whom or what for."""

    def __init__(self, customer: Customer, edition: OwedEdition, since: date, until: date) -> None:
        self.definition, self._edition = edition.definition, edition
        self._since, self._until = since, until
        self._papers = _papers(customer, self.definition)
        self.holders = frozenset(_holders(customer, self.definition, self._papers))

    def windows(self, holder: Holder) -> Iterator[tuple[OwedPeriod, "_Terms"]]:
        """Yield the periods that this edition owes the holder."""
        if holder in self.holders:
            for one in windows_of(self.definition, holder, self._since, self._until):
                if self._edition.owes(one.first):
                    yield one, self

    def paper(self, holder: Holder) -> Paper | None:
        """Return the contract or certificate of the holder."""
        return next((one for one in self._papers if one.number == holder.paper), None)


def _first_first(holder: Holder) -> tuple[date, str, date]:
    return holder.first or date.min, holder.paper, holder.last or date.max


def _by_beginning(owed: tuple[OwedPeriod, _Terms]) -> tuple[bool, date]:
    """Sort the period at the start before all others."""
    return owed[0].term is Term.PERIOD, owed[0].first


def _papers(customer: Customer, definition: ObligationDefinition) -> Sequence[Paper]:
    """Return the contracts or certificates that the obligation is owed for."""
    if definition.per is OwedPer.CUSTOMER or not _is_wanted(customer, definition):
        return ()
    if definition.per is OwedPer.CERTIFICATE:
        kinds = frozenset(map(folded, definition.kinds))
        # A kind that cannot be read is not held against the customer.
        return [one for one in customer.certificates if not kinds or one.unreadable or folded(one.kind) in kinds]
    services = frozenset(map(folded, definition.services))
    return [one for one in customer.contracts if not services or services.intersection(map(folded, one.services))]


def _is_wanted(customer: Customer, definition: ObligationDefinition) -> bool:
    return not definition.categories or customer.category.value in definition.categories


def _holders(customer: Customer, definition: ObligationDefinition, papers: Sequence[Paper]) -> list[Holder]:
    """Return whom or what something is owed for."""
    if definition.per is not OwedPer.CUSTOMER:
        return [Holder(one.number, one.valid_from, one.valid_until) for one in papers]
    return [Holder()] if _is_wanted(customer, definition) else []


def _events(customer: Customer, evidence: Evidence) -> Iterator[KeepingEvent]:
    """Yield what happened at the customer's, what names only a contract or certificate of his included."""
    yield from evidence.by_customer.get(customer.id, ())
    for number in {one.number for one in held_by(customer)}:
        yield from evidence.by_paper.get(number, ())


def held_by(customer: Customer) -> tuple[Paper, ...]:
    """Return the customer's contracts and certificates that have a number."""
    held: tuple[Paper, ...] = (*customer.contracts, *customer.certificates)
    return tuple(one for one in held if one.number)


@dataclass(frozen=True, slots=True)
class _Stands:
    """A period with what counts in it; `doubted`: there may be more."""

    window: OwedPeriod
    count: int | None
    doubted: bool
    counted: tuple[CountedEvent, ...]


def _row(customer: Customer, definition: ObligationDefinition, holder: Holder, stands: _Stands, now: Instant) -> Owed:
    window, counted, calendar = stands.window, stands.counted, definition.calendar
    state = _state(stands, now)
    due_at = window.due_at
    is_due = state is OwedState.DUE
    enough = state is OwedState.KEPT and len(counted) >= window.at_least
    reached, next_point_at = points_around(definition, window, now) if is_due else ((), None)
    return Owed(
        definition=definition,
        customer=customer.id,
        name=customer.name,
        paper=holder.paper,
        term=window.term,
        first=window.first,
        last=window.last,
        at_least=window.at_least,
        count=stands.count,
        state=state,
        due_at=due_at,
        last_day=day_at(calendar, due_at - 1),
        left_seconds=calendar.worked(due_at) - calendar.worked(now) if is_due else None,
        kept_on=counted[window.at_least - 1].day if enough else None,
        provisional=calendar.is_provisional(due_at),
        counted=counted,
        reached=reached,
        next_point_at=next_point_at,
    )


def _state(stands: _Stands, now: Instant) -> OwedState:
    window = stands.window
    if stands.count is not None and stands.count >= window.at_least:
        return OwedState.KEPT
    if now < window.starts_at:
        return OwedState.NOT_BEGUN
    if stands.doubted:
        return OwedState.UNKNOWN
    return OwedState.MISSED if now > window.due_at else OwedState.DUE


def _not_counted(
    customer: Customer, definition: ObligationDefinition, holders: Sequence[Holder], left: Iterable[KeepingEvent]
) -> Iterator[NotCounted]:
    """Yield what names a contract that the customer does not have, or one that was not in force; anything else that counts for
    nobody happened when nothing was owed."""
    papers = {one.number for one in held_by(customer)}
    for one in left:
        why = None
        if one.paper and one.paper not in papers:
            why = WhyNot.UNKNOWN_PAPER
        elif one.paper and not any(holder.holds(one.day) for holder in holders if holder.paper == one.paper):
            why = WhyNot.NOT_IN_FORCE if any(holder.paper == one.paper for holder in holders) else None
        if why is not None:
            yield NotCounted(definition.id, customer.id, one.paper, one.day, one.ticket, why)


def _without_beginning(
    customer: Customer, definition: ObligationDefinition, holders: Iterable[Holder]
) -> Iterator[NotCounted]:
    """Yield the contracts whose periods nobody knows, for they begin with a day that the registry does not state."""
    if definition.periods is PeriodsFrom.START or definition.at_start is not None:
        for one in holders:
            if one.first is None:
                yield NotCounted(definition.id, customer.id, one.paper, None, 0, WhyNot.NO_BEGINNING)
