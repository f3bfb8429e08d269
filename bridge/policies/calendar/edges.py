"""A compiled table once more, as time spans: for questions that come as aware datetimes.

Adding and comparing timedeltas is cheaper than taking them apart into whole seconds and making new ones, and it is
exact to the microsecond. All spans are since the epoch, or worked since the table's beginning.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import timedelta

from bridge.policies.calendar.compiled_years import Table
from bridge.policies.calendar.windows import DAY_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """The windows of `table`; the days of UTC are numbered from the one in which the table begins.

    Days 1 to `last_day` - 1 lie wholly in the table. `by_day[k]` is the last window that opens by the beginning of day
    k, `by_work[k]` the first that ends when k times 24 hours have been worked.
    """

    table: Table
    first_day: int
    last_day: int
    opens: list[timedelta]
    closes: list[timedelta]
    ends: list[timedelta]
    by_day: list[int]
    by_work: list[int]


def edges_of(table: Table) -> Edges:
    """Return the table's windows as time spans."""
    if not table.ends:
        return Edges(table=table, first_day=0, last_day=0, opens=[], closes=[], ends=[], by_day=[], by_work=[])
    base = table.ends[0]
    first_day, end_day = table.start // DAY_SECONDS, -(-table.end // DAY_SECONDS)
    return Edges(
        table=table,
        first_day=first_day,
        last_day=end_day - 1 - first_day,
        opens=[timedelta(0, at) for at in table.opens],
        closes=[timedelta(0, at) for at in table.closes],
        ends=[timedelta(0, worked - base) for worked in table.ends],
        by_day=[bisect_right(table.opens, day * DAY_SECONDS) - 1 for day in range(first_day, end_day)],
        by_work=[bisect_left(table.ends, worked) for worked in range(base, table.ends[-1] + 1, DAY_SECONDS)],
    )
