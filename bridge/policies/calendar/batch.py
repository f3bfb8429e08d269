"""Many questions to one table at once, for replay and simulation: the engine's two look-ups done on whole arrays."""

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from bridge.policies.calendar.windows import DAY_SECONDS

if TYPE_CHECKING:
    from bridge.policies.calendar.compiled_years import Table

_CHUNK = 1 << 15
"""So many questions at a time: their arrays stay in the processor's cache."""


def load_numpy() -> ModuleType | None:
    """Return numpy where the extra `fast` is installed."""
    try:
        import numpy as np  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        return None
    return np


class Arrays:
    """A table's lists as numpy arrays. All arguments and answers are arrays of whole seconds (int64)."""

    def __init__(self, np: ModuleType, table: "Table") -> None:
        self._np = np
        self.table = table
        self._opens, self._closes, self._ends, self._by_day, self._by_work = (
            np.array(column, dtype=np.int64)
            for column in (table.opens, table.closes, table.ends, table.by_day, table.by_work)
        )

    def worked(self, at: Any) -> Any:
        """Return the seconds worked at each instant; every instant must lie in the table."""
        parts = [self._worked(at[first : first + _CHUNK]) for first in range(0, len(at), _CHUNK)]
        return self._np.concatenate(parts) if parts else at

    def reach(self, worked: Any) -> Any:
        """Return the earliest instant for each number of worked seconds; every one must be reached in the table."""
        parts = [self._reach(worked[first : first + _CHUNK]) for first in range(0, len(worked), _CHUNK)]
        return self._np.concatenate(parts) if parts else worked

    def _worked(self, at: Any) -> Any:
        np, opens = self._np, self._opens
        index = self._by_day[(at - self.table.start) // DAY_SECONDS]
        behind = np.flatnonzero(opens[index + 1] <= at)
        while behind.size:
            index[behind] += 1
            behind = behind[opens[index[behind] + 1] <= at[behind]]
        return self._ends[index] - np.maximum(self._closes[index] - at, 0)

    def _reach(self, worked: Any) -> Any:
        np, ends = self._np, self._ends
        index = self._by_work[(worked - self.table.ends[0]) // self.table.work_step]
        behind = np.flatnonzero(ends[index] < worked)
        while behind.size:
            index[behind] += 1
            behind = behind[ends[index[behind]] < worked[behind]]
        return self._closes[index] + worked - ends[index]


def broadcast(seconds: Sequence[int] | int, count: int) -> Sequence[int]:
    """Return one amount for each of `count` starts."""
    return [seconds] * count if isinstance(seconds, int) else seconds
