"""Breaches that a policy counts: which, over which period, and on which account they are booked."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bridge.customers import Account
from bridge.tickets import Instant


class Within(StrEnum):
    """The period of the calendar in which breaches are counted together."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class BreachCount(NamedTuple):
    """Finished breached cycles of a metric, by customer and period; `zone` is where the period's days are read."""

    metric: str
    within: Within
    zone: str

    def account(self, customer: str, at: Instant) -> Account:
        """Return the account of the customer in the period that holds the instant."""
        day = datetime.fromtimestamp(at, ZoneInfo(self.zone))
        period = {
            Within.MONTH: f"{day.year}-{day.month:02}",
            Within.QUARTER: f"{day.year}-Q{(day.month + 2) // 3}",
            Within.YEAR: f"{day.year}",
        }
        return f"breaches {self.metric} {period[self.within]} {customer}"

    def any_account(self, customer: str) -> Account:
        """Return the account that stands for every period: policy tests say how much there is, and not when."""
        return any_account(self.metric, customer)


def any_account(metric: str, customer: str) -> Account:
    """Return the account of breaches of the metric in whatever period."""
    return f"breaches {metric} {customer}"
