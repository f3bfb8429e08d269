"""Breached cycles on the accounts of their customers, beside units of entitlement (CU-6).

A cycle counts for tickets created after its end, so it is booked at that instant, not at its ticket's creation, and a ticket
may have several. A booking has one place on an account, so each cycle is booked by a stand-in of its ticket.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from bridge.customers import THOUSANDTHS, Account, RegistryAnswer, Taking
from bridge.decisions import ClockState, Decision
from bridge.policies.agreement.breaches import BreachCount
from bridge.policies.outcome.record import cycles_after
from bridge.policies.units.tally import Tally
from bridge.tickets import FinishedCycle, Instant, Ticket

MOST = 1000
"""Cycles of one ticket that are counted; more would be a loop of somebody's program."""


_BEYOND = 1 << 44
"""Higher than the number of any ticket: of one second, a ticket comes before the cycle that ended in it."""


def stand_in(ticket_id: int, number: int) -> int:
    """Return what stands for the n-th breached cycle of a ticket: a number that no ticket has."""
    return _BEYOND + ticket_id * MOST + number


def breach_takings(ticket: Ticket, answer: RegistryAnswer, counts: Iterable[BreachCount]) -> Iterator[Taking]:
    """Yield what the ticket asks for, and what its breached cycles put on the accounts.

    A cycle belongs to the customer that is recorded with it; one kept by an older version, to the customer of today.
    """
    today = answer.customer.id if answer.customer is not None else None
    counts = tuple(counts)
    for number, (cycle, ended_at) in enumerate(islice(_missed(ticket), MOST)):
        customer = cycle.customer if cycle.inputs is not None else today
        for count in counts:
            if count.metric == cycle.metric and customer is not None:
                account = count.account(customer, ended_at)
                stands = stand_in(ticket.id, number)
                yield Taking(ticket=stands, created_at=ended_at, account=account, amount=THOUSANDTHS)
    if today is not None:
        for count in counts:
            account = count.account(today, ticket.created_at)
            yield Taking(ticket=ticket.id, created_at=ticket.created_at, account=account)


def _missed(ticket: Ticket) -> Iterator[tuple[FinishedCycle, Instant]]:
    """Yield the breached cycles, each with its end."""
    for one in ticket.bridge.cycles:
        if one.state == ClockState.MISSED and one.stopped_at is not None:
            yield one, one.stopped_at


def book(tally: Tally, ticket_id: int, takings: Sequence[Taking]) -> None:
    """Book what the ticket and its stand-ins take in place of what they took before."""
    tally.book(ticket_id, own(ticket_id, takings))
    number = 0
    others = [one for one in takings if one.ticket != ticket_id]
    while number < MOST:
        one = stand_in(ticket_id, number)
        rows = [taking for taking in others if taking.ticket == one]
        others = [taking for taking in others if taking.ticket != one]
        if rows or tally.knows(one):
            tally.book(one, rows)
        elif not others:
            return
        number += 1


def own(ticket_id: int, takings: Iterable[Taking]) -> list[Taking]:
    """Return what the ticket itself asks for and takes."""
    return [one for one in takings if one.ticket == ticket_id]


def taken(tally: Tally, ticket_id: int, takings: Iterable[Taking]) -> dict[Account, int]:
    """Return what all others put on the accounts that the ticket asks for."""
    return tally.taken(ticket_id, own(ticket_id, takings))


def breached_now(decision: Decision, kept: Sequence[FinishedCycle]) -> tuple[FinishedCycle, ...]:
    """Return all finished cycles of a ticket if the decision has found a breached one beside those kept, else nothing."""
    known = {(one.metric, one.cycle) for one in kept}
    if all(one.state is not ClockState.MISSED or (one.metric, one.cycle) in known for one in decision.clocks):
        return ()
    return cycles_after(decision, kept=kept)
