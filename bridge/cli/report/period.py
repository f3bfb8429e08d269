"""The period of a report in the short forms of the command line."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from bridge.policies.figures.model import Period
from bridge.policies.figures.question import asked_period
from bridge.tickets import Instant

_Months = tuple[date, date]
"""The first days of the first month and of the last."""


def asked_by_options(
    period: str | None, since: str | None, until: str | None, *, zone: ZoneInfo, now: Instant
) -> Period:
    """Return the period of the options; the current month where none is given.

    A usage error (exit 2) says what `--period` takes. Raises PeriodRefused for dates that make no period.
    """
    if period is None:
        return asked_period(since, until, zone=zone, now=now)
    if since is not None or until is not None:
        raise typer.BadParameter("give --period, or --from and --until, not both", param_hint="--period")
    first, last = _months(period, datetime.fromtimestamp(now, zone).date())
    end = last.replace(day=monthrange(last.year, last.month)[1])
    return asked_period(first.isoformat(), end.isoformat(), zone=zone, now=now)


def _months(text: str, today: date) -> _Months:
    if text == "last-month":
        before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        return before, before
    for pattern, months in _FORMS.items():
        found = re.fullmatch(pattern, text)
        if found is not None:
            return months(*map(int, found.groups()))
    raise typer.BadParameter(
        f"{text!r} is no period; write 2026-11, 2026-Q4, 2026 or last-month, or give --from and --until",
        param_hint="--period",
    )


def _month(year: int, month: int) -> _Months:
    return date(year, month, 1), date(year, month, 1)


def _quarter(year: int, quarter: int) -> _Months:
    return date(year, 3 * quarter - 2, 1), date(year, 3 * quarter, 1)


def _year(year: int) -> _Months:
    return date(year, 1, 1), date(year, 12, 1)


_FORMS: dict[str, Callable[..., _Months]] = {
    r"([1-9][0-9]{3})-(0[1-9]|1[0-2])": _month,
    r"([1-9][0-9]{3})-?[Qq]([1-4])": _quarter,
    r"([1-9][0-9]{3})": _year,
}
