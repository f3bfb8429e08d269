"""What is owed in the periods that run, as reports and the helpdesk's panel show it."""

from datetime import date
from typing import NamedTuple

from bridge.policies.obligations.model import Owed, OwedState, Term
from bridge.policies.obligations.overview import Obligations
from bridge.policies.obligations.periods import name_of
from bridge.policies.outcome.record import short
from bridge.tickets import format_instant


class OwedNow(NamedTuple):
    """An obligation in a period that runs: how many of how many took place (`kept`; None: nobody knows), its state, and until
    when, by which calendar, working time is left."""

    customer: str
    name: str
    title_ru: str
    title_en: str
    paper: str
    period: str
    at_least: int
    kept: int | None
    state: OwedState
    due_at: str
    last_day: date
    calendar: str


def owed_now(found: Obligations) -> tuple[OwedNow, ...]:
    """Return a row for each period that has begun, those that are not kept and due soonest first."""
    rows = sorted(found.rows, key=lambda one: (one.state is OwedState.KEPT, one.due_at, one.name, one.customer))
    return tuple(_row(one) for one in rows if one.state is not OwedState.NOT_BEGUN)


def _row(one: Owed) -> OwedNow:
    definition = one.definition
    return OwedNow(
        customer=short(one.customer),
        name=short(one.name),
        title_ru=short(definition.title.ru),
        title_en=short(definition.title.en),
        paper=short(one.paper),
        period="" if one.term is Term.START else name_of(one.first, one.last, definition.every),
        at_least=one.at_least,
        kept=one.count,
        state=one.state,
        due_at=format_instant(one.due_at),
        last_day=one.last_day,
        calendar=definition.calendar.id,
    )
