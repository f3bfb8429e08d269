"""Calendars that many tests ask, and a short way to write moments."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar

MOSCOW = ZoneInfo("Europe/Moscow")


def calendar(
    week: dict[str, Any], *, zone: str = "Europe/Moscow", files: dict[str, bytes] | None = None, **rest: Any
) -> WorkCalendar:
    return build_calendar({"id": "test", "zone": zone, "week": week, **rest}, files)


@pytest.fixture(name="calendar", scope="session")
def _calendar() -> Callable[..., WorkCalendar]:
    return calendar


@pytest.fixture(scope="session")
def d() -> WorkCalendar:
    """Mon-Fri 09-18, no holidays."""
    return calendar({"mon-fri": "09:00-18:00"})


@pytest.fixture(scope="session")
def m() -> WorkCalendar:
    """Mon-Fri 05-14 Moscow with the production calendar: the agreement's own."""
    return calendar({"mon-fri": "05:00-14:00"}, holidays=[{"ru-production": True}])


@pytest.fixture(scope="session")
def at() -> Callable[..., datetime]:
    """Read `2024-04-27 06:00` in a zone, Moscow by default."""

    def read(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=zone)

    return read
