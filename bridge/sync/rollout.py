"""Rolling a change out: where many tickets get something new although nobody touched them, so many are written in one pass.

The whole of it is planned and guarded before its first write; what a pass leaves waits in the state, ticket by ticket. Whatever
decides a ticket meanwhile, an edit or its own time, takes it out of those that wait.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bridge.protocols.accounting import TicketState
from bridge.sync.memory.rolling import ROLLING, Rolling
from bridge.sync.memory.state import SqliteState
from bridge.sync.planned.plan import Change, Plan
from bridge.sync.planned.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPart:
    """What of a plan is written `now`, and how many passes the whole takes; `waiting` tickets are left to later ones, `moves` of
    which get another level in place of the one they have."""

    now: Shelf[Change]
    passes: int
    waiting: int
    moves: int

    def left(self, plan: Plan) -> Iterator[TicketState]:
        """Yield what is to be remembered of the tickets that wait."""
        return (replace(one.remember, waits=True) for one in plan.changes if one.ticket_id not in self.now)


@dataclass(frozen=True, slots=True)
class Rollout:
    """Divides plans into passes of `most` tickets, None for no bound; `policy` gives the digest of the policy in force."""

    state: SqliteState
    most: int | None
    policy: Callable[[], str]

    @property
    def under_way(self) -> bool:
        """Return whether tickets wait."""
        return self.state.waits()

    def next(self) -> list[int]:
        """Return the tickets that are next, in the order of ids: the most pressing that wait, and of these the newest."""
        return sorted(self.state.next_waiting(self.most))

    def permitted(self) -> int:
        """Return how many levels may change without asking again: those that were planned when this policy's roll-out began."""
        rolling = self._rolling()
        return rolling.moves if rolling is not None and rolling.policy == self.policy() else 0

    def part(self, plan: Plan, touched: Sequence[int]) -> PlanPart | None:
        """Return the part of a full scan's plan that is written at once: what people `touched` whatever else there is, then what
        presses, has actions or is newest. None where all of it is."""
        if self.most is None or len(plan.changes) <= self.most:
            return None
        wanted = self._first(plan, frozenset(touched))
        if len(wanted) == len(plan.changes):
            return None
        now: Shelf[Change] = Shelf()
        moves = 0
        for change in plan.changes:
            if change.ticket_id in wanted:
                now[change.ticket_id] = change
            else:
                moves += change.changes_level
        waiting = len(plan.changes) - len(wanted)
        return PlanPart(now=now, passes=1 - -waiting // self.most, waiting=waiting, moves=moves)

    def _first(self, plan: Plan, touched: frozenset[int]) -> frozenset[int]:
        at_once, pressing, others = array("q"), array("q"), array("q")
        for change in reversed(plan.changes):
            urgent = change.remember.pressing or change.keys
            (at_once if change.ticket_id in touched else pressing if urgent else others).append(change.ticket_id)
        return frozenset((*at_once, *(pressing + others)[: self.most]))

    def begun(self, part: PlanPart | None) -> str:
        """Return the fact of a roll-out that this part begins, or goes on with; empty where nothing is left to wait."""
        if part is None:
            return ""
        policy, before = self.policy(), self._rolling()
        total = part.waiting + len(part.now)
        if before is not None and before.policy == policy:
            total = max(total, before.total)
        return Rolling(policy=policy, total=total, moves=part.moves).stored()

    def went_on(self, plan: Plan, walked: Sequence[int]) -> str:
        """Return the fact after a pass that planned the tickets it `walked`: their levels are permitted no more."""
        rolling = self._rolling()
        if rolling is None:
            return ""
        ours = frozenset(walked)
        moved = sum(one.changes_level for one in plan.changes if one.ticket_id in ours)
        return replace(rolling, moves=max(rolling.moves - moved, 0)).stored()

    def _rolling(self) -> Rolling | None:
        return Rolling.remembered(self.state.fact(ROLLING)) if self.under_way else None
