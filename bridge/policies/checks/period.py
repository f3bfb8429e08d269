"""In which period of a counter a day lies (CU-6)."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from bridge.customers import Certificate, Contract, Counter
from bridge.policies.checks.catalogue import folded

_MONTHS = {"month": 1, "monthly": 1, "месяц": 1, "quarter": 3, "quarterly": 3, "квартал": 3}
_MONTHS |= {"year": 12, "yearly": 12, "год": 12}
_NAMED = re.compile(r"(?P<year>(?:19|20)\d\d)(?:-(?P<month>0[1-9]|1[0-2])|-[QК](?P<quarter>[1-4]))?", re.IGNORECASE)


class CounterPeriod(NamedTuple):
    """Days of one period, both inclusive; None = open. `key` tells it from the counter's other periods."""

    key: str
    first: date | None
    last: date | None

    def holds(self, day: date) -> bool:
        """Return whether the day lies in the period."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def name(self) -> str:
        """Return what the period is called: a month, quarter or year as a registry names one, else its days; empty for ever."""
        _, _, months = self.key.partition("+")
        if self.first is None or months not in _NAMES:
            return "" if self.key == ".." else self.key
        return _NAMES[months].format(year=self.first.year, month=self.first.month, quarter=(self.first.month + 2) // 3)


def period_of(counter: Counter, owner: Contract | Certificate, day: date) -> CounterPeriod | None:
    """Return the counter's period that the day lies in, None when the counter is for another one.

    A month, quarter or year is the calendar's; anything else is the validity of the contract or certificate.
    """
    text = folded(counter.period)
    named = _NAMED.fullmatch(counter.period.strip())
    if text in _MONTHS:
        length = _MONTHS[text]
        return _months(day.year, (day.month - 1) // length * length + 1, length)
    if named is None:
        return CounterPeriod(
            f"{owner.valid_from or ''}..{owner.valid_until or ''}", owner.valid_from, owner.valid_until
        )
    year = int(named["year"])
    if named["month"]:
        period = _months(year, int(named["month"]), 1)
    elif named["quarter"]:
        period = _months(year, int(named["quarter"]) * 3 - 2, 3)
    else:
        period = _months(year, 1, 12)
    return period if period.holds(day) else None


_NAMES = {"1": "{year}-{month:02}", "3": "{year}-Q{quarter}", "12": "{year}"}
"""What a period of so many months is called."""


def _months(year: int, month: int, length: int) -> CounterPeriod:
    after = month + length
    following = date(year, after, 1) if after <= 12 else date(year + 1, after - 12, 1)
    return CounterPeriod(f"{year}-{month:02}+{length}", date(year, month, 1), following - timedelta(days=1))
