"""What the state remembers of a roll-out."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from bridge.sync.memory.state import SqliteState

ROLLING = "rolling"
"""The fact that says what is being rolled out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """What is being rolled out: the digest of the policy that was permitted, of how many tickets it was at first, and how many of
    those that wait get another level in place of the one they have."""

    policy: str
    total: int
    moves: int

    @classmethod
    def remembered(cls, fact: str | None) -> Self | None:
        """Return what the state remembers; None where that is nothing, or not to be understood."""
        try:
            row = json.loads(fact or "")
            if isinstance(row["policy"], str) and all(type(row[name]) is int for name in ("total", "moves")):
                return cls(policy=row["policy"], total=row["total"], moves=row["moves"])
        except (ValueError, TypeError, KeyError):
            pass
        return None

    def stored(self) -> str:
        """Return what the state keeps."""
        return json.dumps({"policy": self.policy, "total": self.total, "moves": self.moves})


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledOut:
    """How far a roll-out has come: `done` of `total` tickets."""

    done: int
    total: int

    @property
    def waiting(self) -> int:
        """Return how many tickets it has not reached yet."""
        return self.total - self.done

    def __str__(self) -> str:
        return f"rolling out: {self.done:,} of {self.total:,}"

    def json(self) -> dict[str, Any]:
        """Return it as commands print it."""
        return {"done": self.done, "of": self.total}


def rollout_progress(state: "SqliteState") -> RolledOut | None:
    """Return how far the roll-out that is under way has come; None where none is."""
    waiting = state.waiting()
    rolling = Rolling.remembered(state.fact(ROLLING)) if waiting else None
    return (
        None if rolling is None else RolledOut(done=max(rolling.total - waiting, 0), total=max(rolling.total, waiting))
    )
