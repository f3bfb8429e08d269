"""What tickets take of their customers' units of entitlement, and what that leaves to the others (CU-6); what they keep of
obligations (CU-4) is booked beside it.

What one ticket takes follows from its snapshot, the registry's answer and the policy alone, never from other tickets. So
tickets may be read in any order; only the sum (`bridge.policies.units.tally`) looks at them together.
"""

from collections.abc import Sequence
from dataclasses import replace

from bridge.customers import THOUSANDTHS, Account, RegistryAnswer, Taking
from bridge.policies.agreement.facts import Facts
from bridge.policies.agreement.policy import CheckDefinition, Policy
from bridge.policies.checks.case import Case
from bridge.policies.checks.catalogue import EMPTY_CATALOGUE, Catalogue
from bridge.policies.checks.check_kind import options_of
from bridge.policies.checks.units import Entitlement, Taken, UnitsOptions, amount, entitlements
from bridge.policies.clocks.in_force import rulebook_of
from bridge.policies.decide import facts_at
from bridge.policies.history.timeline import Timeline
from bridge.policies.obligations.editions import obligations_in
from bridge.policies.obligations.from_tickets import counts_tickets, kept_by
from bridge.policies.units.breaches import breach_takings
from bridge.tickets import EventKind, Instant, Ticket

_Counting = tuple[tuple[CheckDefinition, UnitsOptions], ...]


class Usage:
    """What single tickets take under one policy. Holds nothing of any ticket."""

    def __init__(self, policy: Policy, catalogue: Catalogue = EMPTY_CATALOGUE) -> None:
        self._policy = policy
        self._catalogue = catalogue
        self._rulebook = rulebook_of(policy)
        self._counting = tuple(counting_checks(terms.checks) for terms in self._rulebook.all_terms)
        self._obligations = obligations_in(policy)
        self._keeps = counts_tickets(self._obligations)

    @property
    def counts(self) -> bool:
        """Return whether the policy counts what tickets take, or what they keep."""
        return any(self._counting) or bool(self._policy.breaches) or self._keeps

    def takings(self, ticket: Ticket, answer: RegistryAnswer, now: Instant) -> tuple[Taking, ...]:
        """Return what the ticket takes at `now`, on whose accounts its breached cycles stand, and what it keeps."""
        units = self._units(ticket, answer, now) if any(self._counting) else ()
        breached = breach_takings(ticket, answer, self._policy.breaches) if self._policy.breaches else ()
        return (*units, *breached, *(self._kept(ticket, answer, now) if self._keeps else ()))

    def _kept(self, ticket: Ticket, answer: RegistryAnswer, now: Instant) -> tuple[Taking, ...]:
        """Return what the ticket keeps at `now` of what the agreement owes."""
        if now < ticket.created_at or not (ticket.status.state == "closed" or _was_closed(ticket)):
            return ()
        timeline, facts = facts_at(ticket, self._policy, now=now, registry=answer)
        return tuple(kept_by([one.counted_at(now) for one in self._obligations], facts, timeline, answer))

    def _units(self, ticket: Ticket, answer: RegistryAnswer, now: Instant) -> tuple[Taking, ...]:
        """Return what the ticket takes at `now`, account by account; a row of zeros where it only asks.

        A ticket is booked on the first counter that is its own. It takes nothing before its resolution where that is when
        units are taken, while the check's `given_back` holds, and once it is merged into another one. Without a customer
        there is nothing to take from.
        """
        if answer.customer is None or now < ticket.created_at:
            return ()
        timeline, facts = facts_at(ticket, self._policy, now=now, registry=answer)
        found: dict[Account, Taking] = {}
        for check, options in self._counting[self._rulebook.at(timeline.last_opened_at())]:
            if check.when is not None and not check.when.test(facts):
                continue
            case = Case(ticket, answer, self._catalogue, now=now, facts=facts)
            entitled, _ = entitlements(case, options)
            for index, one in enumerate(entitled):
                if one.countable:
                    taken, stated = _share(one, check, options, facts, timeline) if index == 0 else (0, 0)
                    blank = Taking(ticket=ticket.id, created_at=ticket.created_at, account=one.account)
                    known = found.get(one.account, blank)
                    found[one.account] = replace(known, amount=known.amount + taken, stated=known.stated + stated)
        return tuple(found.values())


def _was_closed(ticket: Ticket) -> bool:
    """Return whether a ticket that is open today may have been closed at an earlier instant."""
    return any(one.kind is EventKind.CLOSED for one in ticket.events)


def counting_checks(checks: Sequence[CheckDefinition]) -> _Counting:
    """Return those of the checks that count what tickets take, with their options."""
    read = ((check, options_of(check.kind, check.options)) for check in checks)
    return tuple((check, options) for check, options in read if isinstance(options, UnitsOptions) and options.taken)


def _share(
    one: Entitlement, check: CheckDefinition, options: UnitsOptions, facts: Facts, timeline: Timeline
) -> tuple[int, int]:
    """Return (amount, stated) of the ticket in thousandths.

    What was taken before the registry counted is in its number, also when it has been given back since: the registry will
    say so itself.
    """
    at = facts.ticket.created_at
    if options.taken is Taken.RESOLUTION:
        if not facts.closed:
            return 0, 0
        at = timeline.last_closed_at(at)
    units = round(amount(facts.fields, options) * THOUSANDTHS)
    if one.counted_until is not None and at < one.counted_until:
        return 0, units
    returned = facts.ticket.merged_into is not None or (check.given_back is not None and check.given_back.test(facts))
    return (0, 0) if returned else (units, 0)
