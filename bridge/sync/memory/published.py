"""What the state remembers of publications: the last one, and what open clocks need of the next."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Self

from bridge.policies.telling.reach import OpenClocks, WindowReach
from bridge.protocols.reading import KeptPublication
from bridge.tickets import Instant

OPEN_CLOCKS = "open_clocks"
"""The fact that says what the open clocks need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What is remembered of what customers hold: the digest of what it rests on, its own, and the instant from which on time
    alone may have changed it (None: it does not)."""

    rests_on: str = ""
    digest: str = ""
    turns_at: Instant | None = None

    @classmethod
    def remembered(cls, row: object) -> Self:
        """Return it as a state keeps it; nothing where an older bridge has kept nothing."""
        if row is None:
            return cls()
        if not isinstance(row, dict):
            raise TypeError("holdings are kept as an object")
        turns_at = row["turns_at"]
        return cls(
            rests_on=str(row["rests_on"]),
            digest=str(row["digest"]),
            turns_at=None if turns_at is None else int(turns_at),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What was published last, at an instant: content and reach as they were wanted, what the helpdesk keeps since then (None:
    it took nothing), and in which way that is less than was wanted.
    `holdings` tells of what customers held then."""

    at: Instant
    fingerprint: str
    reach: WindowReach
    kept: KeptPublication | None
    trouble: str = ""
    holdings: Holdings = field(default_factory=Holdings)

    @classmethod
    def remembered(cls, fact: str | None) -> Self | None:
        """Return what the state remembers; None where that is nothing, or not to be understood."""
        try:
            row = json.loads(fact or "")
            first, end = (date.fromisoformat(one) for one in row["reach"])
            kept = None if row["kept"] is None else KeptPublication(**row["kept"])
            return cls(
                at=int(row["at"]),
                fingerprint=str(row["fingerprint"]),
                reach=WindowReach(first, end),
                kept=kept,
                trouble=str(row["trouble"]),
                holdings=Holdings.remembered(row.get("holdings")),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def stored(self) -> str:
        """Return what the state keeps."""
        kept = None if self.kept is None else asdict(self.kept)
        reach = [str(self.reach.first), str(self.reach.end)]
        return json.dumps({**asdict(self), "reach": reach, "kept": kept}, ensure_ascii=False)


def remembered_clocks(fact: str | None) -> OpenClocks | None:
    """Return the open clocks that the state remembers; None where that is nothing, or not to be understood."""
    try:
        oldest, farthest = json.loads(fact or "")
        return OpenClocks(*(None if one is None else int(one) for one in (oldest, farthest)))
    except (ValueError, TypeError):
        return None


def clocks_fact(clocks: OpenClocks | None) -> Mapping[str, str]:
    """Return what the state keeps of open clocks."""
    return {} if clocks is None else {OPEN_CLOCKS: json.dumps([clocks.oldest, clocks.farthest])}
