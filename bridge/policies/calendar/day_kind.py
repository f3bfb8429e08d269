"""What a source of public holidays tells about single days, and what every such source can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from bridge.policies.calendar.windows import Window

HORIZON_FIRST_YEAR, HORIZON_END_YEAR = 1990, 2100
"""Calendars answer for 1 January 1990 up to, not including, 1 January 2100 of their zone."""


class DayKind(StrEnum):
    """What a calendar date is. `working_weekend` is a day of rest that is worked by decree or by a dated rule."""

    WORKING = "working"
    SHORT_DAY = "short_day"
    WORKING_WEEKEND = "working_weekend"
    CLOSED = "closed"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One source's word on one day.

    `kind` is `holiday`, `day_off`, `working_weekend`, or `working` when only `short` matters. A working weekend is
    worked by the windows of `like` (the ordinal of the day it was swapped with) unless `windows` names its own.
    """

    kind: DayKind
    short: bool = False
    like: int | None = None
    windows: tuple[Window, ...] = ()


class Source(Protocol):
    """A source of holidays. It knows from when to when its data is published; None means without end."""

    @property
    def name(self) -> str:
        """The source with its version, as a receipt names it."""

    @property
    def valid_from(self) -> date | None:
        """The first day for which the data is published; None: from the beginning."""

    @property
    def valid_through(self) -> date | None:
        """The last day for which the data is published; None: without end."""

    def marks(self, first_year: int, last_year: int) -> Mapping[int, Mark]:
        """Return the marked days of the years `first_year`..`last_year` by proleptic ordinal."""

    def title(self, ordinal: int, mark: Mark, language: str) -> str:
        """Return what the day that this source marked so is called, in `ru` or `en`."""
