"""Tickets that keep obligations, such as the ticket of a visit (CU-4): booked like units, so that passes remember them.

A closed ticket for which the obligation's condition holds is one event, on the day on which it was closed or on that in its
field. The account that it is booked on tells the obligation, the customer and the contract that it names; the instant of the
booking is on its day. A ticket whose day cannot be read is booked with nothing: then something of that customer's is not known.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from bridge.customers import THOUSANDTHS, Account, RegistryAnswer, Taking
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.obligations import FromTickets, ObligationDefinition
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.history.timeline import Timeline
from bridge.policies.obligations.editions import Obligation
from bridge.policies.obligations.model import Evidence, KeepingEvent, evidence_of
from bridge.policies.obligations.periods import day_at, day_starts
from bridge.tickets import FieldValue, parse_instant

KEPT = "obligation "
"""What accounts of obligations begin with."""

_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def counts_tickets(obligations: Iterable[Obligation]) -> bool:
    """Return whether any edition counts one of the obligations from tickets."""
    editions = (each.definition for one in obligations for each in one.editions)
    return any(isinstance(one.counted_from, FromTickets) for one in editions)


def kept_by(
    definitions: Sequence[ObligationDefinition], facts: Facts, timeline: Timeline, answer: RegistryAnswer
) -> Iterator[Taking]:
    """Yield a booking for each obligation that the ticket counts for; an open ticket and a merged one count for none."""
    ticket = facts.ticket
    if not facts.closed or ticket.merged_into is not None:
        return
    customer = answer.customer.id if answer.customer is not None else ""
    for one in definitions:
        source = one.counted_from
        if not isinstance(source, FromTickets) or not source.when.test(facts):
            continue
        paper = str(_field(facts, source.paper_field) or "").strip()
        at, amount = timeline.last_closed_at(ticket.created_at), THOUSANDTHS
        stated = _field(facts, source.day_field)
        if stated not in (None, ""):
            try:
                at = day_starts(one.calendar, day_said(stated, one.calendar))
            except ValueError:
                amount = 0
        yield Taking(ticket=ticket.id, created_at=at, account=account(one.id, customer, paper), amount=amount)


def _field(facts: Facts, name: str | None) -> FieldValue:
    return None if name is None else facts.fields.get(name)


def account(obligation: str, customer: str, paper: str) -> Account:
    """Return the account of what counts for an obligation towards a customer and names that contract or certificate."""
    return KEPT + json.dumps([obligation, customer, paper], ensure_ascii=False)


def day_said(value: FieldValue, calendar: WorkCalendar) -> date:
    """Return the day that a field says: 2026-11-20, 20.11.2026 or an instant, in the calendar's zone. ValueError for anything
    else."""
    text = str(value).strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := _DAY_FIRST.fullmatch(text):
        return date(*map(int, reversed(found.groups())))
    return day_at(calendar, parse_instant(text))


def is_kept(one: Account) -> bool:
    """Return whether an account is one of obligations."""
    return one.startswith(KEPT)


def evidence_from(definitions: Sequence[ObligationDefinition], takings: Iterable[Taking]) -> dict[str, Evidence]:
    """Return what the bookings tell, for each of the obligations that are counted from tickets. Bookings of others are passed
    over."""
    calendars = {one.id: one.calendar for one in definitions if isinstance(one.counted_from, FromTickets)}
    found: dict[str, list[tuple[str, KeepingEvent]]] = {one: [] for one in calendars}
    doubtful: dict[str, set[str]] = {one: set() for one in calendars}
    for one in takings:
        if not is_kept(one.account):
            continue
        obligation, customer, paper = json.loads(one.account.removeprefix(KEPT))
        if obligation not in calendars:
            continue
        if one.amount:
            found[obligation].append(
                (customer, KeepingEvent(day_at(calendars[obligation], one.created_at), paper, one.ticket))
            )
        else:
            doubtful[obligation].add(customer)
    return {
        one: replace(evidence_of(happened), doubtful=frozenset(doubtful[one]), all_doubtful="" in doubtful[one])
        for one, happened in found.items()
    }
