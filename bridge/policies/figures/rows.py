"""Rows: what became of the cycles that share a key, metric by metric."""

from array import array
from collections import defaultdict
from dataclasses import dataclass, field

from bridge.policies.figures.model import Row
from bridge.policies.figures.names import NamesByKey
from bridge.policies.figures.percentiles import nearest_rank

_SECONDS_AT_MOST = 2**32 - 1
"""136 years: more than any cycle takes, and what every helpdesk's table holds."""


def _seconds() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class _Tally:
    met: int = 0
    breached: int = 0
    open: int = 0
    open_breached: int = 0
    elapsed: "array[int]" = field(default_factory=_seconds)


class RowTallies:
    """The rows of one dimension while they are counted."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[str, str], _Tally] = defaultdict(_Tally)

    def ended(self, key: str, metric: str, elapsed: int, *, missed: bool) -> None:
        """Take in a cycle that was met or missed."""
        tally = self._tallies[key, metric]
        if missed:
            tally.breached += 1
        else:
            tally.met += 1
        tally.elapsed.append(min(max(elapsed, 0), _SECONDS_AT_MOST))

    def stands(self, key: str, metric: str, *, overdue: bool) -> None:
        """Take in a clock that is open."""
        tally = self._tallies[key, metric]
        if overdue:
            tally.open_breached += 1
        else:
            tally.open += 1

    def rows(self, names: NamesByKey) -> tuple[Row, ...]:
        """Return the rows with their names, in the order of key and metric."""
        in_order = sorted(self._tallies.items(), key=_place)
        return tuple(_row(key, names.of(key), metric, tally) for (key, metric), tally in in_order)


def _row(key: str, name: str, metric: str, tally: _Tally) -> Row:
    ordered = sorted(tally.elapsed)
    return Row(
        key=key,
        name=name,
        metric=metric,
        met=tally.met,
        breached=tally.breached,
        open=tally.open,
        open_breached=tally.open_breached,
        median_seconds=nearest_rank(ordered, 50),
        p90_seconds=nearest_rank(ordered, 90),
    )


def _place(item: tuple[tuple[str, str], _Tally]) -> tuple[str, str]:
    return item[0]
