"""Random calendars against a counter that ticks off every single minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.calendar.work_calendar import WorkCalendar, build_calendar
from bridge.policies.proof.ledger import reached
from bridge.policies.proof.second_counter import SecondCounter

# Each zone with days around which its clocks change, and a quiet one.
ZONES = {
    "Europe/Berlin": ["2025-03-30", "2025-10-26", "2025-06-10"],
    "America/New_York": ["2025-03-09", "2025-11-02", "2025-06-10"],
    "Australia/Lord_Howe": ["2025-04-06", "2025-10-05", "2025-06-10"],
    "Europe/Moscow": ["2025-06-10", "2025-12-31"],
    "UTC": ["2025-06-10"],
}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN_DAYS = 9
QUICK = settings(
    derandomize=True, deadline=None, max_examples=40, database=None, suppress_health_check=list(HealthCheck)
)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def day_windows(draw: st.DrawFn, earliest: int = 0) -> list[tuple[int, int]]:
    """Up to three windows of a day, in minutes, apart from each other, none over midnight."""
    marks = draw(st.lists(st.integers(earliest, 1440), min_size=0, max_size=6, unique=True))
    marks = sorted(marks)[: len(marks) // 2 * 2]
    return list(zip(marks[::2], marks[1::2], strict=True))


@st.composite
def definitions(draw: st.DrawFn) -> tuple[dict[str, object], dict[date, list[tuple[int, int]]]]:
    """A calendar as its author writes it, and the windows of each date around its base day, in minutes."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    base = date.fromisoformat(draw(st.sampled_from(ZONES[zone])))
    week = [draw(day_windows()) for _ in DAYS]
    if not any(week):
        week[draw(st.integers(0, 6))] = [(540, 1080)]
    for index, windows in enumerate(week):
        following = week[(index + 1) % 7]
        room = min(following[0][0] if following else 480, windows[-1][0] - 1 if windows else 0, 480)
        if windows and room > 0 and draw(st.booleans()):
            windows[-1] = (windows[-1][0], 1440 + draw(st.integers(1, room)))
    dates = {
        base + timedelta(days=offset): list(week[(base + timedelta(days=offset)).weekday()])
        for offset in range(-SPAN_DAYS - 3, 4 * SPAN_DAYS)
    }
    seasons: list[dict[str, object]] = []
    if draw(st.booleans()):
        first, last = sorted(draw(st.lists(st.integers(-SPAN_DAYS, SPAN_DAYS), min_size=2, max_size=2)))
        # From 08:00 on: the night before the season may reach that far.
        inside = [draw(day_windows(earliest=481)) for _ in DAYS]
        span = [base + timedelta(days=offset) for offset in range(first, last + 1)]
        dates |= {day: list(inside[day.weekday()]) for day in span}
        shown = f"{{:{draw(st.sampled_from(['%m-%d', '%Y-%m-%d']))}}}"
        seasons.append(
            {"id": "s", "from": shown.format(span[0]), "until": shown.format(span[-1]), "week": as_written(inside)}
        )
    rules: list[dict[str, object]] = []
    touched = draw(st.lists(st.integers(-SPAN_DAYS, SPAN_DAYS), max_size=4, unique=True))
    for offset in touched:
        day = base + timedelta(days=offset)
        what = draw(st.sampled_from(["off", "work", "short"]))
        if what == "off":
            rules.append({"off": str(day)})
            dates[day] = []
        elif what == "work":
            # From 08:00 on: the night before may reach that far.
            windows = draw(day_windows(earliest=481)) or [(600, 720)]
            rules.append({"work": str(day), "windows": [f"{clock(first)}-{clock(last)}" for first, last in windows]})
            dates[day] = windows
        else:
            minutes = draw(st.integers(1, 600))
            rules.append({"short": str(day), "by": f"{minutes}m"})
            kept = [minute for first, last in dates[day] for minute in range(first, last)]
            dates[day] = as_windows(kept[: max(0, len(kept) - minutes)])
    written = {
        "id": "random",
        "zone": zone,
        "week": as_written(week),
        "seasons": seasons,
        "rules": rules,
    }
    return written, dates


def as_written(week: list[list[tuple[int, int]]]) -> dict[str, list[str]]:
    return {
        day: [f"{clock(first)}-{clock(last - 1440 if last > 1440 else last)}" for first, last in windows]
        for day, windows in zip(DAYS, week, strict=True)
    }


def as_windows(minutes: list[int]) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    for minute in minutes:
        if windows and windows[-1][1] == minute:
            windows[-1] = (windows[-1][0], minute + 1)
        else:
            windows.append((minute, minute + 1))
    return windows


class MinuteByMinute:
    """The model: a set of every worked minute, as instants. Edges are resolved first, with fold=0."""

    def __init__(self, zone: str, dates: dict[date, list[tuple[int, int]]]) -> None:
        here = ZoneInfo(zone)
        self.minutes: set[int] = set()
        self.closes: dict[date, int] = {}
        for day, windows in dates.items():
            for first, last in windows:
                opens, closes = (
                    int(
                        (datetime.combine(day, datetime.min.time()) + timedelta(minutes=edge))
                        .replace(tzinfo=here)
                        .timestamp()
                    )
                    for edge in (first, last)
                )
                if opens < closes:
                    self.minutes.update(range(opens, closes, 60))
                    self.closes[day] = max(closes, self.closes.get(day, 0))
        self.ordered = sorted(self.minutes)

    def between(self, start: int, end: int) -> int:
        return sum(max(0, min(minute + 60, end) - max(minute, start)) for minute in self.ordered)

    def add(self, start: int, seconds: int) -> int | None:
        left = seconds
        for minute in self.ordered:
            worked = minute + 60 - max(minute, start)
            if worked <= 0:
                continue
            if worked >= left:
                return max(minute, start) + left
            left -= worked
        return None


@st.composite
def cases(draw: st.DrawFn) -> tuple[WorkCalendar, MinuteByMinute, list[int], list[int]]:
    """A calendar, its model, three instants in order, and two amounts in seconds."""
    written, dates = draw(definitions())
    middle = sorted(dates)[SPAN_DAYS + 3]
    noon = int(datetime(middle.year, middle.month, middle.day, 12, tzinfo=UTC).timestamp())
    moments = sorted(noon + draw(st.integers(-4 * 86_400, 4 * 86_400)) for _ in range(3))
    amounts = [draw(st.integers(1, 60_000)) for _ in range(2)]
    return build_calendar(written), MinuteByMinute(str(written["zone"]), dates), moments, amounts


@QUICK
@given(cases())
def test_the_engine_counts_what_the_minutes_count(case):
    calendar, model, (first, second, third), (amount, _) = case
    assert calendar.worked(third) - calendar.worked(first) == model.between(first, third)
    for start in (first, second):
        due = model.add(start, amount)
        if due is not None:
            assert calendar.reach(calendar.worked(start) + amount) == due
            moment = datetime.fromtimestamp(start, UTC)
            assert calendar.add(moment, timedelta(seconds=amount)) == datetime.fromtimestamp(due, UTC)
    ends = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(third, UTC)
    assert calendar.between(*ends) == timedelta(seconds=model.between(first, third))


@QUICK
@given(cases())
def test_adding_is_additive_monotone_and_undone_by_between(case):
    calendar, _, moments, (amount, more) = case
    first, second, third = (datetime.fromtimestamp(moment, calendar.zone) for moment in moments)
    one, two = timedelta(seconds=amount), timedelta(seconds=more, microseconds=more)
    assert calendar.between(first, second) + calendar.between(second, third) == calendar.between(first, third)
    assert calendar.between(third, first) == -calendar.between(first, third)
    assert calendar.between(first, third) >= timedelta(0)
    assert calendar.add(calendar.add(first, one), two) == calendar.add(first, one + two)
    assert calendar.between(first, calendar.add(first, two)) == two
    assert (
        calendar.add(first, one).timestamp()
        <= calendar.add(second, one).timestamp()
        <= calendar.add(third, one).timestamp()
    )
    assert calendar.add(first, min(one, two)).timestamp() <= calendar.add(first, max(one, two)).timestamp()
    worked = calendar.between(first, third)
    if worked:
        assert calendar.add(first, worked).timestamp() <= third.timestamp()


@QUICK
@given(cases(), st.integers(1, 6), st.booleans())
def test_working_days_receipts_and_the_second_counter_agree_with_the_model(case, count, same_time):
    calendar, model, (start, _, end), (seconds, _) = case
    second = SecondCounter(calendar.definition)
    due = model.add(start, seconds)
    if due is not None:
        assert second.due(start, Amount(AmountKind.WORKING_TIME, seconds)) == due
        assert reached(list(calendar.intervals(start, due)), start, seconds) == due
    assert second.between(start, end) == model.between(start, end)
    found = list(calendar.intervals(start, end))
    assert sum(interval.end - interval.start for interval in found) == end - start
    assert sum(interval.end - interval.start for interval in found if interval.counted) == model.between(start, end)
    today = datetime.fromtimestamp(start, calendar.zone).date()
    ahead = [day for day in sorted(model.closes) if day > today]
    if len(ahead) >= count:
        amount = Amount(AmountKind.WORKING_DAYS, count, same_time)
        day = ahead[count - 1]
        due = calendar.due(start, amount)
        assert due == second.due(start, amount)
        if not same_time:
            assert due == model.closes[day]
        else:
            assert due <= model.closes[day]
            inside = due // 60 * 60 in model.minutes
            assert inside or due == model.closes[day]


@QUICK
@given(cases(), st.lists(st.tuples(st.integers(-300_000, 300_000), st.integers(0, 200_000)), max_size=4))
def test_pauses_are_a_union_and_move_a_deadline_by_what_they_hide(case, spans):
    calendar, model, (start, _, _), (seconds, _) = case
    pauses = [(start + offset, start + offset + length) for offset, length in spans]
    # The model ticks whole minutes: let the pauses and the start begin on them.
    pauses = [(first // 60 * 60, last // 60 * 60) for first, last in pauses]
    start = start // 60 * 60
    hidden = {minute for minute in model.ordered if any(first <= minute < last for first, last in pauses)}
    open_minutes = [minute for minute in model.ordered if minute >= start and minute not in hidden]
    wanted = seconds // 60 + 1
    if len(open_minutes) >= wanted:
        due = SecondCounter(calendar.definition).due(start, Amount(AmountKind.WORKING_TIME, wanted * 60), pauses=pauses)
        assert due == open_minutes[wanted - 1] + 60
