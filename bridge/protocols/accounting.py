"""What is remembered of tickets, and who counts what they take of an entitlement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.customers import Account, Taking
from bridge.decisions import Decision
from bridge.tickets import Instant, Ticket

AT_RISK, OVERDUE = 1, 2
"""How urgent an open ticket is, as numbers: a million of them are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketState:
    """What the bridge remembers of a ticket: when time alone changes the decision, whether it was open, and why it is set
    aside (empty: it is not). `pressing` is 0, or AT_RISK or OVERDUE while it is open and so."""

    id: int
    next_change_at: Instant | None
    open: bool = True
    trouble: str = ""
    pressing: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What tickets take, by ticket: everything there is, if `anew`, in place of what was remembered.
    `outdated` are open tickets that were not decided anew although their counts have changed: they are due at `at`."""

    takings: Mapping[int, Sequence[Taking]]
    anew: bool
    outdated: Sequence[int]
    at: Instant


class Accountant(Protocol):
    """Counts units of entitlement: what a ticket takes, and the decision that heeds what all others took (CU-6)."""

    @property
    def counts(self) -> bool:
        """Return whether the policy counts at all."""

    def takings(self, ticket: Ticket, now: Instant) -> tuple[Taking, ...]:
        """Return what the ticket takes, account by account."""

    def decide(self, ticket: Ticket, now: Instant, *, taken: Mapping[Account, int] | None = None) -> Decision:
        """Return the decision; `taken` is what tickets add to the registry's counts as of this ticket's creation."""
