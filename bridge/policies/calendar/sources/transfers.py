"""Which day of rest was swapped for which, out of the `holidays` package's own tables."""

from collections.abc import Iterator
from datetime import date

import holidays


def transfers(data: holidays.HolidayBase) -> Iterator[tuple[date, date]]:
    """Yield (day that became free, day of rest that it was taken from) for the years populated in `data`."""
    for year, entry in getattr(data, "special_public_holidays", {}).items():
        if year not in data.years:
            continue
        for item in entry if isinstance(entry[0], tuple) else (entry,):
            # Two dates make a transfer; a date and a name make an extra holiday.
            if len(item) > 3:
                to_month, to_day, from_month, from_day, *from_year = item
                yield date(year, to_month, to_day), date(from_year[0] if from_year else year, from_month, from_day)
