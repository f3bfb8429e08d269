"""Seasons: times of the year in which another week holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR, Season

_LEAP_YEAR = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonOverlap:
    """Two seasons that both claim a day; `yearly` says that they do so every year."""

    one: Season
    other: Season
    day: date
    yearly: bool


def overlaps(seasons: Sequence[Season]) -> Iterator[SeasonOverlap]:
    """Yield each season that shares days with one before it, with the first such day."""
    for number, other in enumerate(seasons):
        for one in seasons[:number]:
            years = _years(one, other)
            days = {ordinal for year in years for ordinal in one.span.ordinals(year)}
            shared = min(
                (ordinal for year in years for ordinal in other.span.ordinals(year) if ordinal in days), default=0
            )
            if shared:
                yield SeasonOverlap(
                    one=one, other=other, day=date.fromordinal(shared), yearly=one.span.yearly and other.span.yearly
                )
                break


def _years(*seasons: Season) -> Sequence[int]:
    """Return the years in which the seasons can meet; one leap year stands for all where they recur."""
    spans = [season.span for season in seasons if not season.span.yearly]
    first = max((span.first_year or HORIZON_FIRST_YEAR for span in spans), default=_LEAP_YEAR)
    last = min((span.last_year or HORIZON_END_YEAR for span in spans), default=_LEAP_YEAR)
    return range(max(first, HORIZON_FIRST_YEAR), min(last, HORIZON_END_YEAR - 1) + 1)
