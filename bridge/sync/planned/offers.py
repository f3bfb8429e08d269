"""Which of a decision's actions travel with the ticket's write, and what earlier ones have come to."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.decisions import Action, Decision
from bridge.tickets import Instant, Ticket

AT_MOST = 20
"""So many actions one write carries; what is beyond travels with the next pass."""

UNDER_WAY = ("accepted", "held", "sending")
"""States of which another one follows without anybody's doing."""

LISTED = ("held", "unknown", "refused")
"""States that people have to know of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The actions of one ticket that are offered now; `again_at` is when there may be more, None where all are offered."""

    actions: tuple[Action, ...] = ()
    again_at: Instant | None = None


NOTHING = Offer()


@dataclass(slots=True, kw_only=True)
class Offers:
    """Chooses actions. Nothing is offered for what lies before `since` its id was switched on: the desk is old, the letters would
    be new. With `waits` nothing is offered yet at all, and a ticket that has something is due at once.

    Of the tickets that it meets it notes whether actions are `under_way`, whether people have to know of some (`listed`), and
    whether one has ever `acted`.
    """

    since: Mapping[str, Instant]
    waits: bool = False
    under_way: bool = False
    listed: bool = False
    acted: bool = False

    def of(self, ticket: Ticket, decision: Decision, now: Instant) -> Offer:
        """Return what is offered of a decision on the ticket."""
        for one in ticket.bridge.actions:
            self.acted |= one.state == "done"
            self.under_way |= one.state in UNDER_WAY
            self.listed |= one.state in LISTED
        if not decision.actions:
            return NOTHING
        due = tuple(one for one in decision.actions if self.is_due(one, now))
        if self.waits:
            return Offer(again_at=now) if due else NOTHING
        return Offer(actions=due[:AT_MOST], again_at=now if len(due) > AT_MOST else None)

    def is_due(self, action: Action, now: Instant) -> bool:
        """Return whether an action is to be carried out at `now`: switched on before it came due, and not too late."""
        since = self.since.get(action.id)
        begun = since is not None and since <= action.not_before <= now
        return begun and (action.not_after is None or now < action.not_after)

    def join(self, other: "Offers") -> None:
        """Take over what others have noted."""
        self.under_way |= other.under_way
        self.listed |= other.listed
        self.acted |= other.acted
