"""What the state remembers of the sweep: where its round is, and when it goes on."""

import json
from dataclasses import dataclass, field
from typing import Self

from bridge.policies.telling.reach import OpenClocks
from bridge.tickets import Instant

SWEEP = "sweep"
"""The fact that says where the sweep is."""


@dataclass(slots=True, kw_only=True)
class Round:
    """A round of the sweep: the next slice begins behind the id `after` at `next_at`, and slices are `every` seconds apart; 0:
    the helpdesk is read whole. `clocks` are the open ones that this round has met, `over` tells that it has come to the end."""

    after: int
    next_at: Instant
    every: int
    clocks: OpenClocks = field(default_factory=OpenClocks)
    over: bool = False

    @classmethod
    def remembered(cls, fact: str | None) -> Self | None:
        """Return what the state remembers; None where that is nothing, or not to be understood."""
        try:
            after, next_at, every, *clocks = json.loads(fact or "")
            oldest, farthest = clocks
            numbers = (after, next_at, every, *(one for one in clocks if one is not None))
            if any(type(one) is not int or one < 0 for one in numbers):
                return None
            return cls(after=after, next_at=next_at, every=every, clocks=OpenClocks(oldest, farthest))
        except (ValueError, TypeError):
            return None

    def stored(self) -> str:
        """Return what the state keeps."""
        return json.dumps([self.after, self.next_at, self.every, self.clocks.oldest, self.clocks.farthest])
