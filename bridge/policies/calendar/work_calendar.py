"""Working calendars: when time counts, and how much of it lies between two instants.

A calendar is one zone, a weekly pattern of windows, seasons, sources of public holidays
and dated rules; it is compiled to sorted whole seconds and answers each question with two bisections. Windows
are half-open, time inside a window is real elapsed time, and a deadline that is used up exactly at closing is due at
that closing.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decisions import Interval
from bridge.errors import CalendarError, CalendarInvalid, Problem
from bridge.files.positions import Document
from bridge.files.validate import validate
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.assemble import Assembled, assemble
from bridge.policies.calendar.compiled_years import TimeSpans, instant_of
from bridge.policies.calendar.days import HORIZON_END_YEAR, HORIZON_FIRST_YEAR
from bridge.policies.calendar.definition import WEEKDAYS, CalendarModel
from bridge.policies.calendar.intervals import Day, Totals, explained, title_of
from bridge.policies.calendar.sources.ru_production import PUBLISHED
from bridge.policies.calendar.windows import DAY_SECONDS
from bridge.policies.calendar.worked_seconds import WorkedSeconds
from bridge.tickets import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = timedelta(0)
_UNBOUNDED = (-(1 << 62), 1 << 62)
_TOO_LONG = timedelta(days=366 * (HORIZON_END_YEAR - HORIZON_FIRST_YEAR))
_HOURS_OF_A_DAY = 8


class WorkCalendar(WorkedSeconds):
    """An immutable working calendar: `add` and `between` take aware datetimes, everything else whole POSIX seconds.

    It answers for 1 January 1990 up to 1 January 2100 in its zone. Anything outside raises CalendarError.
    """

    def __init__(self, definition: CalendarModel, files: Mapping[str, bytes], assembled: Assembled) -> None:
        super().__init__(definition.id, ZoneInfo(definition.zone), assembled.days)
        self._epoch = datetime(1970, 1, 1, tzinfo=self.zone)
        self.title = definition.title
        self.valid_from = assembled.valid_from
        self.valid_through = assembled.valid_through
        self.warnings = assembled.warnings
        self.definition = definition
        self.files = files
        self.content = _content(definition, files, assembled.holiday_data)
        self.digest = f"sha256:{hashlib.sha256(self.content.encode()).hexdigest()}"
        self._published_from = _midnight(self.zone, self.valid_from, default=_UNBOUNDED[0])
        self._published_until = _midnight(
            self.zone, self.valid_through and self.valid_through + timedelta(days=1), default=_UNBOUNDED[1]
        )

    def __repr__(self) -> str:
        return f"WorkCalendar({self.id!r}, {self.zone.key!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkCalendar) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __reduce__(self) -> tuple[Any, ...]:
        return build_calendar, (self.definition, self.files)

    def add(self, start: datetime, amount: Amount | timedelta) -> datetime:
        """Return the earliest moment at which the amount has been worked after `start`, in the zone of `start`.

        A timedelta is working time, exact to the microsecond; an amount of zero gives `start` itself. Fri 16:00 + 2h
        on a calendar that closes at 18:00 is Fri 18:00, not Monday morning. Working days are counted from whole
        seconds. Raises CalendarError for a naive start, a negative amount, and anything out of the horizon.
        """
        try:
            zone = start.tzinfo
            # In the calendar's own zone this way around Python's conversion takes half the time.
            since = start - self._epoch - start.utcoffset() if zone is self.zone else start - _EPOCH  # type: ignore[operator]
            # An Amount cannot be compared with a timedelta, and takes the other way.
            usual = _NOTHING < amount <= _TOO_LONG  # type: ignore[operator]
        except (TypeError, AttributeError):
            return self._add_amount(start, amount)
        span: timedelta = amount  # type: ignore[assignment]
        if not usual:
            return self._add_extreme(start, since, span)
        first, last, opens, closes, ends = self._years.spans
        if not first <= since < last:
            first, last, opens, closes, ends = self._spans_around(since)
        # `worked` and `reach`, in place and in time spans.
        index = bisect_right(opens, since) - 1
        left = closes[index] - since
        target = ends[index] + span
        if left > _NOTHING:
            target -= left
        if target > ends[-1]:
            return self._add_far(start, span, target)
        index = bisect_left(ends, target)
        due = closes[index] + target - ends[index]
        if zone is self.zone:
            return zone.fromutc(self._epoch + due)
        return _EPOCH + due if zone is UTC else (_EPOCH + due).astimezone(zone)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the exact working time from `start` to `end`, negative when `end` is earlier; CalendarError as in `add`."""
        try:
            own, epoch = self.zone, self._epoch
            since = start - epoch - start.utcoffset() if start.tzinfo is own else start - _EPOCH  # type: ignore[operator]
            until = end - epoch - end.utcoffset() if end.tzinfo is own else end - _EPOCH  # type: ignore[operator]
        except (TypeError, AttributeError):
            raise _naive(end if getattr(start, "tzinfo", None) else start) from None
        first, last, opens, closes, ends = self._years.spans
        if not (first <= since < last and first <= until < last):
            first, last, opens, closes, ends = self._spans_around(since, until)
        index = bisect_right(opens, since) - 1
        left = closes[index] - since
        worked = ends[index] - left if left > _NOTHING else ends[index]
        index = bisect_right(opens, until) - 1
        left = closes[index] - until
        return (ends[index] - left if left > _NOTHING else ends[index]) - worked

    def _add_amount(self, start: datetime, amount: object) -> datetime:
        if not isinstance(amount, Amount | timedelta):
            raise CalendarError(f"{amount!r} is no amount of time", hint="pass Amount.parse('8h') or a timedelta")
        if not isinstance(start, datetime) or start.tzinfo is None or isinstance(amount, timedelta):
            raise _naive(start)
        if amount.kind is AmountKind.WORKING_TIME:
            return self.add(start, timedelta(0, amount.value))
        since = start - _EPOCH
        due = self.due(since.days * DAY_SECONDS + since.seconds, amount)
        whole = amount.value and amount.kind is AmountKind.WORKING_DAYS
        return (_EPOCH + timedelta(0, due, 0 if whole else since.microseconds)).astimezone(start.tzinfo)

    def _add_extreme(self, start: datetime, since: timedelta, amount: timedelta) -> datetime:
        """Return `start` for an amount of zero; CalendarError for one that is negative or beyond any horizon."""
        self._spans_around(since)
        if amount < _NOTHING:
            raise CalendarError(f"the amount is negative: {amount}", hint="deadlines only lie ahead; use between")
        if amount > _TOO_LONG:
            raise self._unreachable()
        return start

    def _add_far(self, start: datetime, amount: timedelta, target: timedelta) -> datetime:
        """Return the deadline after as many more years are compiled as the worked time `target` needs."""
        self._years_of(-(-target // timedelta(seconds=1)))
        return self.add(start, amount)

    def _spans_around(self, *moments: timedelta) -> TimeSpans:
        """Return compiled years that hold the moments; CalendarError out of the horizon."""
        return self.years_at(*(moment // timedelta(seconds=1) for moment in moments)).spans

    @property
    def published(self) -> tuple[Instant | None, Instant | None]:
        """Return from which instant until which the holiday data is published; None where there is no bound."""
        first, last = self._published_from, self._published_until
        return first if first != _UNBOUNDED[0] else None, last if last != _UNBOUNDED[1] else None

    def is_provisional(self, at: Instant) -> bool:
        """Tell whether `at` lies beyond the published holiday data, or before it: the law alone decides there."""
        return at > self._published_until or at < self._published_from

    def intervals(self, start: Instant, end: Instant, *, language: str = "en") -> Iterator[Interval]:
        """Yield [start, end) without a hole: counted windows, and uncounted time with its reason and source.

        `language` is `ru` or `en`. Counted: `working`, `short_day`, `working_weekend`. Not counted: `closed`,
        `weekend`, `holiday`, `day_off`. Raises CalendarError out of the horizon.
        """
        self.years_at(start, end)
        yield from explained(self._days, self.zone, start, end, language)

    def day(self, day: date, *, language: str = "en") -> Day:
        """Return what the date is: its kind, windows, the reason in the language, and its source."""
        if not HORIZON_FIRST_YEAR <= day.year < HORIZON_END_YEAR:
            raise CalendarError(f"calendars reach from {HORIZON_FIRST_YEAR} to {HORIZON_END_YEAR}, {day} lies outside")
        ordinal = day.toordinal()
        found = self._days.day(ordinal)
        reason, source = title_of(found, ordinal, language)
        return Day(
            date=day,
            kind=found.kind,
            windows=found.windows,
            reason=reason,
            source=source,
            short=found.short,
            shortened_seconds=found.cut,
            provisional=self._unpublished(day),
        )

    def totals(self, year: int) -> Totals:
        """Return the year's working days, short days and hours, beside the published norm where there is one."""
        first = date(year, 1, 1)
        self.day(first)
        days = [self._days.day(ordinal) for ordinal in range(first.toordinal(), date(year + 1, 1, 1).toordinal())]
        worked = [found for found in days if found.windows]
        short = sum(found.short for found in worked)
        return Totals(
            year=year,
            working_days=len(worked),
            short_days=short,
            norm_hours=_HOURS_OF_A_DAY * len(worked) - short,
            worked_seconds=sum(window.seconds for found in worked for window in found.windows),
            provisional=self._unpublished(first) or self._unpublished(date(year, 12, 31)),
            published=PUBLISHED.get(year) if self.is_ru_production and self._is_five_day_week else None,
        )

    @property
    def is_ru_production(self) -> bool:
        """Whether the Russian production calendar is one of the sources."""
        return any("ru_production" in type(source).model_fields for source in self.definition.holidays)

    @property
    def _is_five_day_week(self) -> bool:
        """Whether Monday to Friday are worked, in every season: the week that the published norms are made for."""
        weeks = (self.definition.week, *(season.week for season in self.definition.seasons))
        return all([bool(week[day]) for day in WEEKDAYS] == [True] * 5 + [False] * 2 for week in weeks)

    def _unpublished(self, day: date) -> bool:
        return bool((self.valid_through and day > self.valid_through) or (self.valid_from and day < self.valid_from))


def build_calendar(
    definition: CalendarModel | Mapping[str, Any], files: Mapping[str, bytes] | None = None
) -> WorkCalendar:
    """Return the compiled calendar; of `files`, the contents of the `.ics` and CSV files that it names count.

    Raises CalendarInvalid, which is both a ConfigurationInvalid and a CalendarError, with every problem found.
    """
    model = definition if isinstance(definition, CalendarModel) else _validated(definition)
    contents = {name: content for name, content in (files or {}).items() if name in model.named_files}
    return WorkCalendar(model, contents, assemble(model, contents))


def _validated(definition: Mapping[str, Any]) -> CalendarModel:
    problems: list[Problem] = []
    model = validate(CalendarModel, Document.of(definition), problems)
    if model is None:
        raise CalendarInvalid(problems)
    return model


def _naive(moment: object) -> CalendarError:
    return CalendarError(f"{moment!r} has no time zone", hint="pass an aware datetime, such as one with tzinfo=UTC")


def _midnight(zone: ZoneInfo, day: date | None, *, default: Instant) -> Instant:
    return default if day is None else instant_of(zone, day.toordinal(), 0)


def _content(definition: CalendarModel, files: Mapping[str, bytes], holiday_data: str) -> str:
    """Return all that decides, spelled in one way: the definition, its files, the version of the holiday data."""
    written = definition.model_dump(mode="json", by_alias=True, exclude={"title"})
    if not definition.seasons:
        # What a calendar does not have changes nothing, and must not look like a change.
        del written["seasons"]
    parts = {
        "definition": written,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        "holidays": holiday_data,
    }
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)
