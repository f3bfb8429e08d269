"""The whole-second core of a calendar: how much has been worked by when, and when so much will have been worked."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from types import ModuleType
from zoneinfo import ZoneInfo

from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.batch import Arrays, broadcast, load_numpy
from bridge.policies.calendar.compiled_years import (
    NOTHING_COMPILED,
    ORIGIN_YEAR,
    Table,
    compile_table,
    instant_of,
    local_of,
    widened,
)
from bridge.policies.calendar.day_book import DayBook
from bridge.policies.calendar.day_kind import HORIZON_END_YEAR, HORIZON_FIRST_YEAR
from bridge.policies.calendar.windows import DAY_SECONDS
from bridge.tickets import Instant, format_instant


class WorkedSeconds:
    """Counts the working seconds of one calendar. Instants are whole POSIX seconds.

    Years are compiled when first asked for, from 1 January 1990 up to 1 January 2100 in the calendar's zone. An
    instant outside raises CalendarError, and so does an amount that cannot be reached inside.
    """

    __slots__ = ("_arrays", "_book", "_table", "id", "zone")

    id: str
    zone: ZoneInfo

    def __init__(self, calendar_id: str, zone: ZoneInfo, book: DayBook) -> None:
        self.id = calendar_id
        self.zone = zone
        self._book = book
        # Two threads may both compile more years: the results agree, and the last one stays.
        self._table = NOTHING_COMPILED
        self._arrays: Arrays | None = None

    def worked(self, at: Instant) -> int:
        """Return the working seconds from the calendar's origin to `at`; negative before it (1 January 2020).

        Only differences mean something: `worked(b) - worked(a)` is the working time from a to b.
        """
        table = self._table
        if not table.start <= at < table.end:
            table = self.table_at(at)
        opens, ends = table.opens, table.ends
        index = table.by_day[(at - table.start) // DAY_SECONDS]
        while opens[index + 1] <= at:
            index += 1
        left = table.closes[index] - at
        return ends[index] - left if left > 0 else ends[index]

    def reach(self, worked: int) -> Instant:
        """Return the earliest instant at which `worked` seconds have been worked since the origin.

        That may be a close, never the opening after it. Raises CalendarError when the calendar does not get there
        within its horizon.
        """
        table = self._table
        ends = table.ends
        if not ends or not ends[0] < worked <= ends[-1]:
            table = self._table_of(worked)
            ends = table.ends
        index = table.by_work[(worked - ends[0]) // table.work_step]
        while ends[index] < worked:
            index += 1
        return table.closes[index] + worked - ends[index]

    def due(self, start: Instant, amount: Amount) -> Instant:
        """Return when the amount has run out, counted from `start`.

        Working time and calendar time of zero give the start. Working days follow arts. 191 and 194 of the Russian
        Civil Code: the start's own date does not count, and the N-th working day after it runs to its last close.
        With `same_time` it is due at the start's time of day on that day: in a gap at the next opening, after hours
        at the day's last close.
        """
        if amount.kind is AmountKind.CALENDAR_TIME:
            self.table_at(start)
            self.table_at(start + amount.value)
            return start + amount.value
        if not amount.value:
            self.table_at(start)
            return start
        if amount.kind is AmountKind.WORKING_TIME:
            return self.reach(self.worked(start) + amount.value)
        table = self.table_at(start)
        ordinal, wall_seconds = local_of(self.zone, start)
        while (index := bisect_right(table.days, ordinal) + amount.value - 1) >= len(table.days):
            if table.end_year >= HORIZON_END_YEAR:
                raise CalendarError(
                    f"calendar {self.id} has no {amount} from {format_instant(start)} on before {HORIZON_END_YEAR}",
                    hint="check the amount, and the calendar's week and dated rules",
                )
            table = self._widen(table, table.end_year)
        closes = table.day_closes[index]
        if not amount.same_time:
            return closes
        same = instant_of(self.zone, table.days[index], wall_seconds)
        if same >= closes:
            return closes
        window = bisect_right(table.opens, same) - 1
        return same if same < table.closes[window] else table.opens[window + 1]

    def add_many(self, starts: Sequence[Instant], seconds: Sequence[int] | int) -> Sequence[Instant]:
        """Return the deadline of each start after its working seconds: an int64 array with numpy, a list without it.

        The same answers as `reach(worked(start) + seconds)`, and the start itself for zero seconds. Raises
        CalendarError for a negative amount and out of the horizon, ValueError when the two differ in length.
        """
        np = load_numpy()
        if np is None:
            amounts = broadcast(seconds, len(starts))
            _refuse_negative(min(amounts, default=0))
            pairs = zip(starts, amounts, strict=True)
            return [self.reach(self.worked(at) + amount) if amount else at for at, amount in pairs]
        at = np.asarray(starts, dtype=np.int64)
        amount = np.broadcast_to(np.asarray(seconds, dtype=np.int64), at.shape)
        if not at.size:
            return at  # type: ignore[no-any-return]
        _refuse_negative(int(amount.min()))
        target = self._arrays_of(np, self.table_at(int(at.min()), int(at.max()))).worked(at) + amount
        # Where nothing is to be worked, the start itself is the answer, and any reachable target will do meanwhile.
        asked = target[amount > 0]
        if not asked.size:
            return at.copy()  # type: ignore[no-any-return]
        self._table_of(int(asked.min()))
        arrays = self._arrays_of(np, self._table_of(int(asked.max())))
        return np.where(amount > 0, arrays.reach(np.where(amount > 0, target, asked[0])), at)  # type: ignore[no-any-return]

    def between_many(self, starts: Sequence[Instant], ends: Sequence[Instant]) -> Sequence[int]:
        """Return the working seconds of each pair, negative where the end is earlier: an int64 array, or a list.

        Raises CalendarError out of the horizon, ValueError when the two differ in length.
        """
        np = load_numpy()
        if np is None:
            return [self.worked(end) - self.worked(start) for start, end in zip(starts, ends, strict=True)]
        first, last = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
        if first.shape != last.shape:
            raise ValueError(f"there are {len(first)} starts and {len(last)} ends")
        if not first.size:
            return first  # type: ignore[no-any-return]
        both = np.concatenate((first, last))
        worked = self._arrays_of(np, self.table_at(int(both.min()), int(both.max()))).worked(both)
        return worked[len(first) :] - worked[: len(first)]  # type: ignore[no-any-return]

    def _arrays_of(self, np: ModuleType, table: Table) -> Arrays:
        arrays = self._arrays
        if arrays is None or arrays.table is not table:
            self._arrays = arrays = Arrays(np, table)
        return arrays

    def table_at(self, *instants: Instant) -> Table:
        """Return a table that holds the instants; it compiles more years, or raises CalendarError at the horizon."""
        table = self._table
        for at in instants:
            if table.start <= at < table.end:
                continue
            try:
                year = datetime.fromtimestamp(at, self.zone).year
            except (OverflowError, ValueError, OSError):
                year = 0
            if not HORIZON_FIRST_YEAR <= year < HORIZON_END_YEAR:
                shown = f"{at} (POSIX seconds)" if not year else format_instant(at)
                raise CalendarError(
                    f"{shown} is out of the calendar's horizon, which is {HORIZON_FIRST_YEAR} to {HORIZON_END_YEAR}",
                    hint="check the year of the date",
                )
            table = self._widen(table, year)
        return table

    def _table_of(self, worked: int) -> Table:
        """Return a table inside which `worked` is reached, compiling more years when needed."""
        table = self._table if self._table.ends else self._widen(self._table, ORIGIN_YEAR)
        while not table.ends[0] < worked <= table.ends[-1]:
            if worked > table.ends[-1] and table.end_year < HORIZON_END_YEAR:
                table = self._widen(table, table.end_year)
            elif worked <= table.ends[0] and table.first_year > HORIZON_FIRST_YEAR:
                table = self._widen(table, table.first_year - 1)
            else:
                raise self._unreachable()
        return table

    def _unreachable(self) -> CalendarError:
        return CalendarError(
            f"calendar {self.id} has less working time between {HORIZON_FIRST_YEAR} and {HORIZON_END_YEAR}",
            hint="check the amount, and the calendar's week and dated rules",
        )

    def _widen(self, table: Table, year: int) -> Table:
        first_year, end_year = widened(table, year)
        self._table = table = compile_table(self._book, self.zone, first_year, end_year)
        return table


def _refuse_negative(seconds: int) -> None:
    if seconds < 0:
        raise CalendarError(f"the amount is negative: {seconds} seconds", hint="deadlines only lie ahead; use between")
