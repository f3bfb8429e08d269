"""Where the time of cycles went, status by status and department by department."""

from collections.abc import Iterable

from bridge.policies.figures.attribution import key_of
from bridge.policies.figures.model import Spent, SpentOn
from bridge.policies.figures.names import Names, NamesByKey
from bridge.tickets import TimeSpent


class _SpentTally:
    def __init__(self) -> None:
        self._spent: dict[str, tuple[int, int]] = {}

    def take(self, parts: Iterable[tuple[str, int]]) -> None:
        of_cycle: dict[str, int] = {}
        for key, seconds in parts:
            of_cycle[key] = of_cycle.get(key, 0) + seconds
        for key, seconds in of_cycle.items():
            known, cycles = self._spent.get(key, (0, 0))
            self._spent[key] = (known + seconds, cycles + 1)

    def longest_first(self, names: NamesByKey) -> tuple[SpentOn, ...]:
        found = (
            SpentOn(key=key, name=names.of(key), seconds=seconds, cycles=cycles)
            for key, (seconds, cycles) in self._spent.items()
        )
        return tuple(sorted(found, key=lambda one: (-one.seconds, one.key)))


class SpentCount:
    """The time of cycles while it is added up; of departments that may not be seen nothing is taken."""

    def __init__(self, departments: frozenset[int] | None) -> None:
        self._departments = departments
        self._status, self._department = _SpentTally(), _SpentTally()

    def take(self, spent: Iterable[TimeSpent]) -> None:
        """Take in what a cycle tells of its time."""
        seen = [one for one in spent if one.seconds > 0 and self._sees(one.department.id)]
        self._status.take((key_of(one.status), one.seconds) for one in seen)
        self._department.take((key_of(one.department), one.seconds) for one in seen)

    def _sees(self, department: int | None) -> bool:
        return self._departments is None or department in self._departments

    def spent(self, names: Names) -> Spent:
        """Return the sums, longest first."""
        return Spent(
            status=self._status.longest_first(names.statuses),
            department=self._department.longest_first(names.departments),
        )
