"""What the state remembers of actions: what was declared to the helpdesk and since when it holds, and what is still under way."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from bridge.tickets import Instant

DECLARED, ACTED, UNDER_WAY = "declared", "acted", "under_way"
"""The facts: what was declared last, whether an action has ever run, and what later passes have to look after."""

YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDeclaration:
    """What was declared at an instant: kinds by ids and limits, as they follow from the configuration `basis`; `since` when each
    is switched on, and why nothing is carried out (empty: it is)."""

    at: Instant
    basis: str
    actions: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[str, Instant] = field(default_factory=dict)
    trouble: str = ""

    @classmethod
    def remembered(cls, fact: str | None) -> Self | None:
        """Return what the state remembers; None where that is nothing, or not to be understood."""
        try:
            row = json.loads(fact or "")
            return cls(
                at=int(row["at"]),
                basis=str(row["basis"]),
                actions={str(one): str(kind) for one, kind in row["actions"].items()},
                limits={str(one): int(most) for one, most in row["limits"].items()},
                since={str(one): int(at) for one, at in row["since"].items()},
                trouble=str(row["trouble"]),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def stored(self) -> str:
        """Return what the state keeps."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """What the next pass has to look after: whether something is `left` that the helpdesk is to go on with, and when people were
    last told what is held, refused or of unknown fate (`listed_at`)."""

    left: bool = False
    listed_at: Instant | None = None

    @classmethod
    def remembered(cls, fact: str | None) -> Self | None:
        """Return what the state remembers; None where that is nothing, or not to be understood."""
        try:
            left, listed_at = json.loads(fact or "")
            return cls(left=_flag(left), listed_at=None if listed_at is None else int(listed_at))
        except (ValueError, TypeError):
            return None

    def stored(self) -> str:
        """Return what the state keeps."""
        return json.dumps([self.left, self.listed_at])


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value
