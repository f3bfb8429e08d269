"""The calendar's part of a receipt."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest

from bridge.errors import CalendarError
from bridge.policies.calendar.days import DayKind
from bridge.policies.proof.ledger import reached

SOURCE = f"ru-production (holidays {holidays.__version__})"


def stamp(moment):
    return int(moment.timestamp())


def lines(calendar, start, end, language="en"):
    zone = calendar.zone
    return [
        (
            f"{date_of(interval.start, zone)} - {date_of(interval.end, zone)}",
            interval.counted,
            interval.reason,
            interval.detail,
        )
        for interval in calendar.intervals(stamp(start), stamp(end), language=language)
    ]


def date_of(instant, zone):
    return datetime.fromtimestamp(instant, zone).strftime("%d.%m %H:%M")


def test_each_stretch_is_named_with_its_reason_and_source(m, at):
    assert lines(m, at("2024-04-26 13:00"), at("2024-05-02 06:00"), "ru") == [
        ("26.04 13:00 - 26.04 14:00", True, "working", ""),
        ("26.04 14:00 - 27.04 05:00", False, "closed", ""),
        ("27.04 05:00 - 27.04 14:00", True, "working_weekend",
         f"Рабочий день вместо 29.04.2024, постановление Правительства от 10.08.2023 № 1314; {SOURCE}"),
        ("27.04 14:00 - 28.04 00:00", False, "closed", ""),
        ("28.04 00:00 - 29.04 00:00", False, "weekend", ""),
        ("29.04 00:00 - 30.04 00:00", False, "day_off",
         f"Выходной, перенесён с 27.04.2024, постановление Правительства от 10.08.2023 № 1314; {SOURCE}"),
        ("30.04 00:00 - 01.05 00:00", False, "day_off",
         f"Выходной, перенесён с 02.11.2024, постановление Правительства от 10.08.2023 № 1314; {SOURCE}"),
        ("01.05 00:00 - 02.05 00:00", False, "holiday", f"Праздник Весны и Труда; {SOURCE}"),
        ("02.05 00:00 - 02.05 05:00", False, "closed", ""),
        ("02.05 05:00 - 02.05 06:00", True, "working", ""),
    ]  # fmt: skip


def test_the_lost_hour_of_a_short_day_is_told(m, at):
    assert lines(m, at("2024-05-08 04:00"), at("2024-05-09 01:00")) == [
        ("08.05 04:00 - 08.05 05:00", False, "closed", ""),
        ("08.05 05:00 - 08.05 13:00", True, "short_day", f"Eve of a public holiday, Labour Code art. 95; {SOURCE}"),
        ("08.05 13:00 - 09.05 00:00", False, "closed", "closes 1 h earlier"),
        ("09.05 00:00 - 09.05 01:00", False, "holiday", f"Victory Day; {SOURCE}"),
    ]
    assert lines(m, at("2024-05-08 13:00"), at("2024-05-08 15:00"), "ru") == [
        ("08.05 13:00 - 08.05 15:00", False, "closed", "закрытие на 1 ч раньше")
    ]


@pytest.mark.parametrize(
    ("by", "russian", "english"),
    [("30m", "30 мин", "30 min"), ("90m", "1 ч 30 мин", "1 h 30 min"), ("2h", "2 ч", "2 h")],
)
def test_the_shortening_is_told_in_hours_and_minutes(calendar, at, by, russian, english):
    short = calendar({"mon-fri": "09:00-18:00"}, rules=[{"short": "2025-04-07", "by": by}])
    evening = at("2025-04-07 18:00"), at("2025-04-07 19:00")
    assert lines(short, *evening, "ru")[0][3] == f"закрытие на {russian} раньше"
    assert lines(short, *evening, "en")[0][3] == f"closes {english} earlier"


def test_a_lunch_break_is_closed_and_a_weekend_is_one_stretch(calendar, at):
    lunch = calendar({"mon-fri": ["09:00-13:00", "14:00-18:00"]})
    assert [line[:3] for line in lines(lunch, at("2025-04-11 12:00"), at("2025-04-14 10:00"))] == [
        ("11.04 12:00 - 11.04 13:00", True, "working"),
        ("11.04 13:00 - 11.04 14:00", False, "closed"),
        ("11.04 14:00 - 11.04 18:00", True, "working"),
        ("11.04 18:00 - 12.04 00:00", False, "closed"),
        ("12.04 00:00 - 14.04 00:00", False, "weekend"),
        ("14.04 00:00 - 14.04 09:00", False, "closed"),
        ("14.04 09:00 - 14.04 10:00", True, "working"),
    ]


def test_a_weekday_without_windows_is_closed_not_weekend(calendar, at):
    tuesdays = calendar({"tue": "09:00-18:00"})
    assert [line[2] for line in lines(tuesdays, at("2025-04-09 12:00"), at("2025-04-14 10:00"))] == [
        "closed",
        "weekend",
        "closed",
    ]
    assert tuesdays.day(date(2025, 4, 9)).kind is DayKind.CLOSED


def test_round_the_clock_is_one_interval(calendar, at):
    always = calendar({"mon-sun": "00:00-24:00"})
    assert [line[:3] for line in lines(always, at("2025-04-09 12:00"), at("2025-05-14 10:00"))] == [
        ("09.04 12:00 - 14.05 10:00", True, "working")
    ]


def test_a_window_over_midnight_belongs_to_the_day_it_opens(calendar, at):
    night = calendar({"fri": "22:00-06:00"})
    assert [line[:3] for line in lines(night, at("2025-04-11 23:00"), at("2025-04-12 07:00"))] == [
        ("11.04 23:00 - 12.04 06:00", True, "working"),
        ("12.04 06:00 - 12.04 07:00", False, "weekend"),
    ]
    # From a start after midnight too.
    assert [line[:3] for line in lines(night, at("2025-04-12 05:00"), at("2025-04-12 07:00"))] == [
        ("12.04 05:00 - 12.04 06:00", True, "working"),
        ("12.04 06:00 - 12.04 07:00", False, "weekend"),
    ]


@pytest.mark.parametrize(
    "zone",
    ["Europe/Moscow", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "America/New_York"],
)
def test_a_receipt_has_no_hole_and_adds_up(calendar, at, zone):
    here = calendar({"mon-sat": ["00:00-01:30", "09:00-13:00", "14:00-18:00"], "sun": "22:00-24:00"}, zone=zone)
    start, end = stamp(at("2011-10-01 10:20:30", ZoneInfo(zone))), stamp(at("2012-11-10 11:00:07", ZoneInfo(zone)))
    found = list(here.intervals(start, end))
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(first.end == second.start for first, second in pairwise(found))
    assert sum(interval.end - interval.start for interval in found if interval.counted) == here.worked(
        end
    ) - here.worked(start)
    assert reached(found, start, 500 * 3600) == here.reach(here.worked(start) + 500 * 3600)


def test_an_empty_stretch_has_no_interval(m, at):
    assert list(m.intervals(stamp(at("2025-04-09 12:00")), stamp(at("2025-04-09 12:00")))) == []
    assert list(m.intervals(stamp(at("2025-04-09 12:00")), stamp(at("2025-04-08 12:00")))) == []


def test_a_receipt_stays_within_the_horizon(m):
    with pytest.raises(CalendarError, match="horizon"):
        list(m.intervals(0, 100))


def test_totals_count_short_days_and_the_windows(calendar):
    half = calendar({"mon-fri": "09:00-13:00"}, rules=[{"short": "2025-04-07", "by": "1h"}])
    totals = half.totals(2025)
    assert (totals.working_days, totals.short_days, totals.norm_hours) == (261, 1, 261 * 8 - 1)
    assert totals.worked_seconds == (261 * 4 - 1) * 3600
    assert totals.published is None
    assert not totals.provisional


@pytest.mark.parametrize("year", [1989, 2100])
def test_totals_and_days_stay_within_the_horizon(d, year):
    with pytest.raises(CalendarError, match="1990 to 2100"):
        d.totals(year)
    with pytest.raises(CalendarError, match="1990 to 2100"):
        d.day(date(year, 6, 1))


def test_each_day_of_a_week_is_told(d):
    kinds = [d.day(date(2025, 4, 7) + timedelta(days=n)).kind for n in range(7)]
    assert kinds == [DayKind.WORKING] * 5 + [DayKind.WEEKEND] * 2
