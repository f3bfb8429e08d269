"""Sums over what lies before a position, while more comes in at any place: whoever adds up the tickets of an account anew for
each of them takes time that grows with their square."""

from bisect import bisect_left
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from bridge.tickets import Instant

Position = tuple[Instant, int]
"""Where a ticket stands among the others: by creation, those of one second by id."""

_Weighed = tuple[Position, int]
_weight = itemgetter(1)

_FEW = 32
"""So many new weights are looked at one by one: to merge each by itself takes longer."""


class _Run(NamedTuple):
    """Weights in the order of their positions; `sums[n]` is that of the first n."""

    weighed: list[_Weighed]
    positions: list[Position]
    sums: list[int]


class OrderedSums:
    """Weights at positions. To add n of them and to ask n times takes time like n log² n, in whatever order.

    They are kept in sorted runs, and a question is a bisection in each, beside a look at the few newest. A run that is no
    longer than the one behind it is merged with that: so there are few, and no weight is moved often.
    """

    __slots__ = ("_new", "_runs", "total")

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._new: list[_Weighed] = []
        self.total = 0

    def add(self, position: Position, weight: int) -> None:
        """Add a weight at a position; a negative one takes away."""
        if weight:
            self._new.append((position, weight))
            self.total += weight

    def before(self, position: Position) -> int:
        """Return the sum of the weights at earlier positions."""
        if len(self._new) > _FEW:
            self._take_in()
        found = sum([weight for at, weight in self._new if at < position]) if self._new else 0
        for run in self._runs:
            found += run.sums[bisect_left(run.positions, position)]
        return found

    def _take_in(self) -> None:
        new = self._new
        new.sort()
        if self._runs and new[0] > self._runs[-1].weighed[-1]:
            # Tickets mostly come in the order of their creation: then nothing has to be moved.
            run = self._runs[-1]
            run.weighed.extend(new)
            for position, weight in new:
                run.positions.append(position)
                run.sums.append(run.sums[-1] + weight)
        else:
            self._runs.append(_run(new))
        self._new = []
        while len(self._runs) > 1 and len(self._runs[-2].weighed) <= len(self._runs[-1].weighed):
            last, former = self._runs.pop(), self._runs.pop()
            # Two sorted parts one behind the other: Python's sort merges them in linear time.
            self._runs.append(_run(sorted([*former.weighed, *last.weighed])))


def _run(weighed: list[_Weighed]) -> _Run:
    positions = [position for position, _ in weighed]
    return _Run(weighed, positions, list(accumulate(map(_weight, weighed), initial=0)))
