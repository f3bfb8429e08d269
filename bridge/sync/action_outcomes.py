"""What became of actions in a pass, by the helpdesk's answers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bridge.protocols.writing import ActionOutcome
from bridge.sync.planned.offers import LISTED, UNDER_WAY

_OFFERED_AGAIN = frozenset({"scope", "switched_off", "not_declared", "past", "withdrawn"})
"""Reasons of refusals that the helpdesk does not keep: its switches are others than were known here."""


@dataclass(slots=True, kw_only=True)
class ActionOutcomes:
    """What became of actions in a pass: the `states` that they came into last, by ticket (None: none) and key, and what follows
    from that."""

    states: dict[tuple[int | None, str], str] = field(default_factory=dict)
    under_way: bool = False
    listed: bool = False
    acted: bool = False
    stale: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Return how many came into which state."""
        return dict(sorted(Counter(self.states.values()).items()))

    @property
    def accepted(self) -> frozenset[int]:
        """Return the tickets of which an action was accepted, and nothing has been heard since."""
        states = self.states.items()
        return frozenset(ticket for (ticket, _), state in states if ticket is not None and state == "accepted")

    def take(self, ticket_id: int | None, outcomes: Iterable[ActionOutcome], offered: Sequence[str] = ()) -> bool:
        """Take in outcomes; return whether the ticket is another one now: something was done, or an intent was deleted since
        somebody had been quicker."""
        answered, moved = set(), False
        for one in outcomes:
            answered.add(one.key)
            moved |= self._take_one(ticket_id, one)
        return moved or not answered.issuperset(offered)

    def _take_one(self, ticket_id: int | None, outcome: ActionOutcome) -> bool:
        state = outcome.stands
        unkept = self.unkept([outcome])
        self.states[ticket_id, outcome.key] = state
        self.under_way |= state in UNDER_WAY
        self.listed |= state in LISTED and not unkept
        self.acted |= state == "done"
        self.stale |= unkept
        return state == "done"

    @staticmethod
    def unkept(outcomes: Iterable[ActionOutcome]) -> bool:
        """Return whether the helpdesk has refused one without keeping it, so that it may be offered again."""
        return any(one.state == "refused" and one.reason in _OFFERED_AGAIN for one in outcomes)
