"""Where the time of cycles went, status by status and department by department."""

from collections.abc import Iterable

from bridge.policies.figures.attribution import key_of
from bridge.policies.figures.model import Spent, SpentOn
from bridge.policies.figures.names import NamesByKey, Rank
from bridge.tickets import Reference, TimeSpent


class _SpentTally:
    def __init__(self) -> None:
        self._names = NamesByKey()
        self._spent: dict[str, tuple[int, int]] = {}

    def take(self, parts: Iterable[tuple[Reference, int]], rank: Rank) -> None:
        of_cycle: dict[str, int] = {}
        for place, seconds in parts:
            key = key_of(place)
            self._names.take(key, place.name, rank)
            of_cycle[key] = of_cycle.get(key, 0) + seconds
        for key, seconds in of_cycle.items():
            known, cycles = self._spent.get(key, (0, 0))
            self._spent[key] = (known + seconds, cycles + 1)

    def longest_first(self) -> tuple[SpentOn, ...]:
        found = (
            SpentOn(key=key, name=self._names.of(key), seconds=seconds, cycles=cycles)
            for key, (seconds, cycles) in self._spent.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.seconds, one.key)))


class SpentCount:
    """The time of cycles while it is added up; of departments that may not be seen nothing is taken."""

    def __init__(self, departments: frozenset[int] | None) -> None:
        self._departments = departments
        self._status, self._department = _SpentTally(), _SpentTally()

    def take(self, spent: Iterable[TimeSpent], *, stopped_at: int, ticket: int) -> None:
        """Take in what a cycle tells of its time; places are called as the cycle calls them that ended last."""
        rank = (False, stopped_at, ticket)
        seen = [one for one in spent if self._departments is None or one.department.id in self._departments]
        self._status.take([(one.status, one.seconds) for one in seen], rank)
        self._department.take([(one.department, one.seconds) for one in seen], rank)

    def spent(self) -> Spent:
        """Return the sums, longest first."""
        return Spent(status=self._status.longest_first(), department=self._department.longest_first())
