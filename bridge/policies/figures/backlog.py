"""How old the open tickets are, in working days."""

from bisect import bisect_right
from collections import Counter

from bridge.policies.figures.hours import WorkingHours, local_date, working_dates
from bridge.policies.figures.model import AgeBand
from bridge.tickets import Instant

BANDS: tuple[tuple[int, int | None], ...] = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
"""From how many working days on, up to below how many."""


class BacklogCount:
    """Open tickets by the date on which they came: few dates, however many tickets."""

    def __init__(self, calendar: WorkingHours, now: Instant) -> None:
        self._calendar = calendar
        self._today = local_date(now, calendar.zone)
        self._came: Counter[tuple[int, bool]] = Counter()

    def take(self, created_at: Instant, *, waiting: bool) -> None:
        """Take in an open ticket; `waiting` is one that waits for the customer."""
        self._came[local_date(created_at, self._calendar.zone), waiting] += 1

    def bands(self) -> tuple[AgeBand, ...]:
        """Return how many tickets are of which age: so many worked dates lie after that on which they came, today included."""
        oldest = min((day for day, _ in self._came), default=self._today)
        worked = working_dates(self._calendar, oldest + 1, self._today)
        found: Counter[tuple[int, bool]] = Counter()
        for (day, waiting), tickets in self._came.items():
            found[_band(len(worked) - bisect_right(worked, day)), waiting] += tickets
        return tuple(
            AgeBand(from_days=first, until_days=end, ours=found[index, False], waiting=found[index, True])
            for index, (first, end) in enumerate(BANDS)
        )


def _band(age: int) -> int:
    return bisect_right([first for first, _ in BANDS], age) - 1
