"""Rows of the figures as screens show them: one line for a key, all its metrics together, the worst first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.policies.figures.model import Row

FEW = 10
"""A share of fewer ended deadlines is shown in grey, and stands behind those that say more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """What became of the deadlines of a key: met, missed, open, overdue; `lengths` are median and ninetieth percentile of the
    working seconds by metric."""

    key: str
    name: str = ""
    met: int = 0
    missed: int = 0
    open: int = 0
    overdue: int = 0
    lengths: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        """Return how many ended: what a share is a share of."""
        return self.met + self.missed

    @property
    def says_little(self) -> bool:
        """Return whether so few ended that their share says little."""
        return self.decided < FEW


def together(key: str, rows: Sequence[Row]) -> Compliance:
    """Return rows of a key as one."""
    return Compliance(
        key=key,
        name=next((one.name for one in rows if one.name), ""),
        met=sum(one.met for one in rows),
        missed=sum(one.breached for one in rows),
        open=sum(one.open for one in rows),
        overdue=sum(one.open_breached for one in rows),
        lengths={one.metric: (one.median_seconds, one.p90_seconds) for one in rows},
    )


def by_key(rows: Iterable[Row]) -> list[Compliance]:
    """Return one for each key, in the order of the rows."""
    groups: dict[str, list[Row]] = {}
    for one in rows:
        groups.setdefault(one.key, []).append(one)
    return [together(key, group) for key, group in groups.items()]


def by_metric(total: Iterable[Row]) -> list[Compliance]:
    """Return one for each metric."""
    return [together(one.metric, [one]) for one in total]


def worst_first(found: Iterable[Compliance]) -> list[Compliance]:
    """Return those that were met least first; then those with few data, most missed ones first; then those without any.

    One of one that was missed is 0 %, and yet less of a trouble than ten of a hundred.
    """
    return sorted(found, key=_badness)


def _badness(one: Compliance) -> tuple[bool, bool, float, float, str]:
    share = one.met / one.decided if one.decided else 0.0
    first, second = (-one.missed, share) if one.says_little else (share, -one.missed)
    return not one.decided, one.says_little, first, second, one.name
