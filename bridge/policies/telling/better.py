"""Which of the levels that a ticket does not have are better than its own, and which of them people ask for first."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bridge.errors import CalendarError
from bridge.policies.agreement.metrics import FIRST_RESPONSE
from bridge.policies.agreement.policy import Level, Target
from bridge.policies.calendar.amounts import AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.clocks.cycle import PERSONS_LEVEL
from bridge.policies.clocks.in_force import Terms
from bridge.policies.telling.why_not import LevelGap

_YEAR = 2026
"""A year like any other: only how much of one is worked is asked."""
_SECONDS_OF_A_YEAR = 365 * 86_400

_BY_HAND = f"fields.{PERSONS_LEVEL}"
_OF_THE_CUSTOMER = "customer."


class Levels:
    """The levels of some terms by how soon they promise an answer."""

    def __init__(self, levels: Iterable[Level]) -> None:
        self._targets = {one.id: _usual_targets(one) for one in levels}
        self._times = {
            name: {metric: _lasting(target) for metric, target in targets.items()}
            for name, targets in self._targets.items()
        }

    def target(self, level: str) -> str | None:
        """Return the time that the level usually gives for a first response, as the agreement writes it."""
        target = self._targets.get(level, {}).get(FIRST_RESPONSE)
        return None if target is None else str(target.amount)

    def is_better(self, level: str, own: str | None) -> bool:
        """Return whether a level promises the first response sooner than the ticket's own; where one of the two promises none,
        the first metric that both have is compared. Any level is better than none."""
        if own is None:
            return True
        theirs, ours = self._times.get(level, {}), self._times.get(own, {})
        shared = [metric for metric in (FIRST_RESPONSE, *theirs) if metric in theirs and metric in ours]
        return bool(shared) and theirs[shared[0]] < ours[shared[0]]

    def in_order(self, gaps: Iterable[LevelGap], own: str | None) -> list[LevelGap]:
        """Return the gaps with the next better level first, of those that this customer can have; the best of them comes
        last, then what only another customer or a word of staff would get, then levels that are no better."""

        def place(gap: LevelGap) -> tuple[bool, bool, bool, bool, float]:
            better = self.is_better(gap.level, own)
            unreachable = gap.outranked_by is not None and not gap.holding
            asked = [trace.path for trace in gap.missing]
            another = any(path.startswith(_OF_THE_CUSTOMER) for path in asked)
            time = self._times.get(gap.level, {}).get(FIRST_RESPONSE, 0.0)
            return not better, unreachable, another, _BY_HAND in asked, -time if better else 0.0

        return sorted(gaps, key=place)


@lru_cache(maxsize=16)
def levels_of(terms: Terms) -> Levels:
    """Return the levels of the terms, measured once."""
    return Levels(one.definition for one in terms.levels())


def _usual_targets(level: Level) -> Mapping[str, Target]:
    """Return by metric what a level gives where no condition asks for another, or else its first row."""
    found: dict[str, Target] = {}
    for row in sorted(level.targets, key=lambda row: row.when is not None):
        if row.target is not None:
            found.setdefault(row.metric, row.target)
    return found


def _lasting(target: Target) -> float:
    """Return about how many seconds go by on the wall until a target is due, so that unlike ones can be compared."""
    amount = target.amount
    if amount.kind is AmountKind.CALENDAR_TIME:
        return amount.value
    seconds, days = _worked(target.calendar)
    worked = days if amount.kind is AmountKind.WORKING_DAYS else seconds
    return amount.value * _SECONDS_OF_A_YEAR / max(1, worked)


@lru_cache(maxsize=64)
def _worked(calendar: WorkCalendar) -> tuple[int, int]:
    """Return the seconds and the days that are worked in a year; of a calendar that does not reach so far, all of them."""
    try:
        totals = calendar.totals(_YEAR)
    except CalendarError:
        return _SECONDS_OF_A_YEAR, 365
    return totals.worked_seconds, totals.working_days
