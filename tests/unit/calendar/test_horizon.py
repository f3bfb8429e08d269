"""What a calendar refuses, exactly how its borders lie, and the small print of `add` and `between`."""

import pickle
import random
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount, AmountKind

HOUR = timedelta(hours=1)
MOSCOW = ZoneInfo("Europe/Moscow")


def stamp(moment):
    return int(moment.timestamp())


@pytest.mark.parametrize("amount", [HOUR, Amount.parse("1h"), Amount.parse("1wd"), Amount.parse("1d"), timedelta(0)])
def test_a_naive_start_is_refused(d, amount):
    with pytest.raises(CalendarError, match="has no time zone"):
        d.add(datetime(2025, 4, 7, 10), amount)


@pytest.mark.parametrize("naive", [0, 1])
def test_a_naive_end_is_refused(d, at, naive):
    moments = [at("2025-04-07 10:00"), at("2025-04-07 11:00")]
    moments[naive] = moments[naive].replace(tzinfo=None)
    with pytest.raises(CalendarError, match="has no time zone"):
        d.between(*moments)


@pytest.mark.parametrize("amount", [8, "8h", None, 8.0])
def test_only_amounts_and_timedeltas_are_added(d, at, amount):
    with pytest.raises(CalendarError, match=r"is no amount of time.*Amount\.parse"):
        d.add(at("2025-04-07 10:00"), amount)


def test_a_text_is_no_start(d):
    with pytest.raises(CalendarError, match="has no time zone"):
        d.add("2025-04-07", Amount.parse("1h"))


@pytest.mark.parametrize("amount", [-HOUR, timedelta(microseconds=-1)])
def test_a_negative_amount_is_refused(d, at, amount):
    with pytest.raises(CalendarError, match="negative"):
        d.add(at("2025-04-07 10:00"), amount)


@pytest.mark.parametrize("amount", ["1h", "1wd", "1wd same-time", "1d", "0h", "0wd", "0d"])
@pytest.mark.parametrize("start", ["1989-12-31 23:59:59", "2100-01-01 00:00"])
def test_a_start_out_of_the_horizon_is_refused(d, at, start, amount):
    with pytest.raises(CalendarError, match="out of the calendar's horizon"):
        d.due(stamp(at(start)), Amount.parse(amount))
    with pytest.raises(CalendarError, match="horizon"):
        d.add(at(start), Amount.parse(amount))


@pytest.mark.parametrize("instant", [1 << 40, 1 << 70, -(1 << 40), -(1 << 70)])
def test_an_absurd_instant_is_refused(d, instant):
    with pytest.raises(CalendarError, match="horizon"):
        d.worked(instant)


def test_the_first_and_the_last_second_of_the_horizon_are_answered(calendar, at):
    night = calendar({"mon-sun": "22:00-06:00"})
    first, last = at("1990-01-01 00:00"), at("2099-12-31 23:59:59")
    assert night.add(first, HOUR) == at("1990-01-01 01:00")
    assert night.between(last, last) == timedelta(0)
    assert night.add(last, 6 * HOUR) == at("2100-01-01 05:59:59")
    with pytest.raises(CalendarError, match="less working time"):
        night.add(last, 7 * HOUR)
    assert night.between(first, last) == timedelta(days=round((last - first) / timedelta(days=1))) / 3 + timedelta(
        seconds=-1
    )


@pytest.mark.parametrize("amount", ["9000000h", "999999999h", "99999wd", "999999999wd", "99999wd same-time"])
def test_an_amount_that_cannot_be_reached_is_refused(d, at, amount):
    with pytest.raises(CalendarError, match="2100"):
        d.add(at("2025-04-07 10:00"), Amount.parse(amount))


@pytest.mark.parametrize("amount", [timedelta.max, timedelta(days=50_000), timedelta(days=40_000)])
def test_a_timedelta_that_cannot_be_reached_is_refused(d, at, amount):
    with pytest.raises(CalendarError, match="less working time"):
        d.add(at("2025-04-07 10:00"), amount)


@pytest.mark.parametrize("moment", [datetime.max, datetime.min])
def test_the_extremes_of_python_are_refused(d, at, moment):
    for zone in (UTC, MOSCOW, ZoneInfo("Asia/Tokyo")):
        with pytest.raises(CalendarError, match="horizon"):
            d.add(moment.replace(tzinfo=zone), HOUR)
        with pytest.raises(CalendarError, match="horizon"):
            d.between(at("2025-04-07 10:00"), moment.replace(tzinfo=zone))


def test_an_amount_of_many_years_is_reached(calendar, at):
    fresh = calendar({"mon-sun": "09:00-18:00"})
    start = at("2025-04-07 09:00")
    assert fresh.add(start, 14_600 * 9 * HOUR) == at("2065-03-27 18:00")
    fresh = calendar({"mon-sun": "09:00-18:00"})
    assert fresh.add(start, Amount.parse("14600wd")) == at("2065-03-28 18:00")


def test_calendar_time_out_of_the_horizon_is_refused(d, at):
    with pytest.raises(CalendarError, match="horizon"):
        d.add(at("2025-04-07 10:00"), Amount.parse("99999d"))


@pytest.mark.parametrize("days", [1, 2, 3])
def test_the_very_last_second_of_a_calendar_is_reached(calendar, at, days):
    fair = calendar({}, rules=[{"work": f"2025-04-12..2025-04-{11 + days}", "windows": "00:00-24:00"}])
    start, end = at("2025-04-01 00:00"), at(f"2025-04-{12 + days} 00:00")
    assert fair.add(start, timedelta(days=days)) == end
    assert fair.reach(fair.worked(stamp(start)) + days * 86_400) == stamp(end)


def test_a_calendar_of_one_day_runs_out(calendar, at):
    fair = calendar({}, rules=[{"work": "2025-04-12", "windows": "10:00-12:00"}])
    assert fair.add(at("2025-04-01 00:00"), 2 * HOUR) == at("2025-04-12 12:00")
    with pytest.raises(CalendarError, match="less working time"):
        fair.add(at("2025-04-01 00:00"), 2 * HOUR + timedelta(seconds=1))
    with pytest.raises(CalendarError, match="has no 1wd"):
        fair.add(at("2025-04-12 00:00"), Amount.parse("1wd"))


@pytest.mark.parametrize(
    "amount", [timedelta(0), Amount.parse("0h"), Amount.parse("0wd"), Amount.parse("0d"), Amount.parse("0wd same-time")]
)
@pytest.mark.parametrize("start", ["2025-04-06 03:00", "2025-04-07 10:00:00.000123", "2025-04-07 18:00"])
def test_nothing_added_is_the_start_itself(d, at, start, amount):
    assert d.add(at(start), amount) == at(start)


@pytest.mark.parametrize("zone", [UTC, MOSCOW, ZoneInfo("Asia/Tokyo"), timezone(timedelta(hours=-5))])
@pytest.mark.parametrize(
    "amount", [HOUR, 20 * HOUR, Amount.parse("3wd"), Amount.parse("3d"), timedelta(microseconds=5)]
)
def test_the_answer_is_in_the_zone_of_the_start(d, at, zone, amount):
    start = at("2025-04-07 10:00").astimezone(zone)
    due = d.add(start, amount)
    assert due.tzinfo is zone
    assert due == d.add(at("2025-04-07 10:00"), amount)


@pytest.mark.parametrize(
    ("start", "microseconds", "due"),
    [
        ("2025-04-07 10:00:00.250000", 500_000, "2025-04-07 10:00:00.750000"),
        ("2025-04-07 17:59:59.900000", 200_000, "2025-04-08 09:00:00.100000"),
        ("2025-04-07 17:59:59.900000", 100_000, "2025-04-07 18:00:00"),
        ("2025-04-07 08:59:59.900000", 1, "2025-04-07 09:00:00.000001"),
        ("2025-04-07 20:00:00.500000", 1_500_000, "2025-04-08 09:00:01.500000"),
        ("2025-04-07 10:00", 1, "2025-04-07 10:00:00.000001"),
    ],
)
def test_fractions_of_a_second_are_exact(d, at, start, microseconds, due):
    amount = timedelta(microseconds=microseconds)
    assert d.add(at(start), amount) == at(due)
    assert d.between(at(start), at(due)) == amount
    assert d.between(at(due), at(start)) == -amount


def test_calendar_time_keeps_the_fraction_and_working_days_drop_it(d, at):
    start = at("2025-04-07 10:00:00.250000")
    assert d.add(start, Amount.parse("1d")) == at("2025-04-08 10:00:00.250000")
    assert d.add(start, Amount.parse("1wd")) == at("2025-04-08 18:00")
    assert d.add(start, Amount.parse("1wd same-time")) == at("2025-04-08 10:00")


def test_between_is_antisymmetric(d, at):
    start, end = at("2025-04-04 17:00"), at("2025-04-08 09:30")
    assert d.between(start, end) == 10.5 * HOUR
    assert d.between(end, start) == -10.5 * HOUR


def test_whole_seconds_and_datetimes_agree(m, at):
    start = at("2025-04-07 10:00")
    for text in ("8h", "24wd", "24wd same-time", "36h calendar", "2d"):
        amount = Amount.parse(text)
        assert stamp(m.add(start, amount)) == m.due(stamp(start), amount)
    assert m.reach(m.worked(stamp(start)) + 3600) == stamp(start) + 3600


@pytest.mark.parametrize(
    "week",
    [
        {"mon-fri": "05:00-14:00"},
        {"mon-sun": "00:00-24:00"},
        {"sun-thu": ["22:00-06:00", "12:00-12:01"]},
        {"tue": ["09:00-13:00", "14:00-18:00"]},
    ],
)
def test_datetimes_get_the_answers_of_whole_seconds(calendar, week):
    office = calendar(week, holidays=[{"dates": "12-30..01-08"}])
    dice = random.Random(1)
    for _ in range(1500):
        start, amount = dice.randrange(700_000_000, 3_000_000_000), dice.choice((1, 3600, dice.randrange(1, 900_000)))
        moment = datetime.fromtimestamp(start, UTC)
        due = office.reach(office.worked(start) + amount)
        assert stamp(office.add(moment, timedelta(seconds=amount))) == due
        end = start + dice.randrange(-3_000_000, 3_000_000)
        worked = timedelta(seconds=office.worked(end) - office.worked(start))
        assert office.between(moment, datetime.fromtimestamp(end, UTC)) == worked


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2025-04-07 03:00", "1wd", "2025-04-08 18:00"),
        ("2025-04-07 23:59:59", "1wd", "2025-04-08 18:00"),
        ("2025-04-05 12:00", "1wd", "2025-04-07 18:00"),
        ("2025-04-04 12:00", "1wd", "2025-04-07 18:00"),
        ("2025-04-07 12:00", "5wd", "2025-04-14 18:00"),
        ("2025-04-07 10:30", "1wd same-time", "2025-04-08 10:30"),
        ("2025-04-07 07:00", "1wd same-time", "2025-04-08 09:00"),
        ("2025-04-07 13:20", "1wd same-time", "2025-04-08 14:00"),
        ("2025-04-07 13:00", "1wd same-time", "2025-04-08 14:00"),
        ("2025-04-07 12:59:59", "1wd same-time", "2025-04-08 12:59:59"),
        ("2025-04-07 18:00", "1wd same-time", "2025-04-08 18:00"),
        ("2025-04-07 22:00", "1wd same-time", "2025-04-08 18:00"),
        ("2025-04-05 11:00", "1wd same-time", "2025-04-07 11:00"),
    ],
)
def test_working_days_do_not_count_the_day_of_the_start(calendar, at, start, amount, due):
    lunch = calendar({"mon-fri": ["09:00-13:00", "14:00-18:00"]})
    assert lunch.add(at(start), Amount.parse(amount)) == at(due)


def test_the_day_of_the_start_is_that_of_the_calendars_zone(d):
    # 21:30 UTC on Monday is already Tuesday in Moscow.
    assert d.add(datetime(2025, 4, 7, 21, 30, tzinfo=UTC), Amount.parse("1wd")) == datetime(2025, 4, 9, 15, tzinfo=UTC)


def test_a_short_day_is_a_working_day(m, at):
    assert m.add(at("2020-12-30 10:00"), Amount.parse("1wd")) == at("2020-12-31 13:00")
    assert m.add(at("2020-12-30 13:30"), Amount.parse("1wd same-time")) == at("2020-12-31 13:00")


def test_working_days_of_a_night_shift_end_the_morning_after(calendar, at):
    night = calendar({"mon-fri": "22:00-06:00"})
    assert night.add(at("2025-04-07 10:00"), Amount.parse("1wd")) == at("2025-04-09 06:00")
    assert night.add(at("2025-04-07 03:00"), Amount.parse("1wd same-time")) == at("2025-04-08 03:00")
    assert night.add(at("2025-04-07 12:00"), Amount.parse("1wd same-time")) == at("2025-04-08 22:00")


@pytest.mark.parametrize(
    ("zone", "week", "start", "end", "hours"),
    [
        # The gap 02:00-03:00 of Berlin: 02:30 is read with the offset before it, that is 03:30.
        ("Europe/Berlin", {"sun": "02:30-04:00"}, "2025-03-30 00:00", "2025-03-31 00:00", 0.5),
        ("Europe/Berlin", {"sun": "01:00-02:30"}, "2025-03-30 00:00", "2025-03-31 00:00", 1.5),
        ("Europe/Berlin", {"sun": ["02:00-02:30", "03:00-04:00"]}, "2025-03-30 00:00", "2025-03-31 00:00", 1),
        ("Europe/Berlin", {"sun": ["02:30-03:00", "05:00-06:00"]}, "2025-03-30 00:00", "2025-03-31 00:00", 1),
        # The fold 02:00-03:00 of Berlin: 02:30 is its first occurrence.
        ("Europe/Berlin", {"sun": "02:30-04:00"}, "2025-10-26 00:00", "2025-10-27 00:00", 2.5),
        ("Europe/Berlin", {"sun": "01:00-02:30"}, "2025-10-26 00:00", "2025-10-27 00:00", 1.5),
        # Lord Howe turns by half an hour.
        ("Australia/Lord_Howe", {"sun": "00:00-24:00"}, "2025-04-06 00:00", "2025-04-07 00:00", 24.5),
        ("Australia/Lord_Howe", {"sun": "00:00-24:00"}, "2025-10-05 00:00", "2025-10-06 00:00", 23.5),
        # Midnight itself lies in the gap.
        ("Asia/Beirut", {"sun": "00:00-06:00"}, "2025-03-29 12:00", "2025-03-31 00:00", 5),
        # Moscow left summer time for good in 2011 and came back to +3 in 2014.
        ("Europe/Moscow", {"sun": "00:00-06:00"}, "2014-10-26 00:00", "2014-10-27 00:00", 7),
        # Samoa skipped 30 December 2011.
        ("Pacific/Apia", {"mon-sun": "00:00-24:00"}, "2011-12-29 00:00", "2012-01-01 00:00", 48),
        ("Pacific/Apia", {"fri": "09:00-17:00", "sat": "09:00-17:00"}, "2011-12-29 00:00", "2012-01-01 00:00", 8),
    ],
)
def test_edges_in_a_gap_or_a_fold_are_read_with_the_first_offset(calendar, at, zone, week, start, end, hours):
    here = ZoneInfo(zone)
    office = calendar(week, zone=zone)
    assert office.between(at(start, here), at(end, here)) == hours * HOUR


def test_an_instant_in_a_fold_is_told_by_its_fold(calendar):
    berlin = ZoneInfo("Europe/Berlin")
    always = calendar({"mon-sun": "00:00-24:00"}, zone="Europe/Berlin")
    first = datetime(2025, 10, 26, 2, 30, tzinfo=berlin)
    assert always.between(first, first.replace(fold=1)) == HOUR
    assert always.add(first, HOUR).fold == 1


def test_years_are_compiled_as_they_are_asked_for_and_answers_stay(d, at):
    start, far = stamp(at("2025-04-07 10:00")), stamp(at("2060-04-07 10:00"))
    early = stamp(at("1995-04-07 10:00"))
    before = d.worked(start)
    assert d.worked(far) > before > d.worked(early)
    assert d.worked(start) == before
    assert d.reach(before + 3600) == start + 3600


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York"])
def test_nothing_is_lost_where_the_compiled_years_end(calendar, at, zone):
    here = ZoneInfo(zone)
    for year in range(2016, 2032):
        fresh = calendar({"mon-sun": "00:00-24:00"}, zone=zone)
        assert fresh.add(at("2025-04-07 10:00", here), HOUR) == at("2025-04-07 11:00", here)
        eve, morning = at(f"{year}-12-31 12:30", here), at(f"{year + 1}-01-01 11:30", here)
        assert fresh.between(at(f"{year}-12-31 23:30", here), at(f"{year + 1}-01-01 01:30", here)) == 2 * HOUR
        assert fresh.between(eve, morning) == 23 * HOUR
        assert fresh.add(at(f"{year + 1}-01-01 00:30", here), HOUR) == at(f"{year + 1}-01-01 01:30", here)
        assert fresh.worked(stamp(morning)) - fresh.worked(stamp(eve)) == 23 * 3600


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York"])
def test_the_horizon_holds_when_all_years_are_compiled(calendar, at, zone):
    here = ZoneInfo(zone)
    full = calendar({"mon-sun": "00:00-24:00"}, zone=zone)
    first, last = at("1990-01-01 00:00", here), at("2099-12-31 23:59:59", here)
    assert full.between(first, last) == timedelta(seconds=stamp(last) - stamp(first))
    assert full.add(first, HOUR) == at("1990-01-01 01:00", here)
    assert full.add(last, timedelta(seconds=1)).astimezone(here) == at("2100-01-01 00:00", here)
    for outside in (first - timedelta(microseconds=1), at("2100-01-01 00:00", here), at("2100-01-01 12:00", here)):
        with pytest.raises(CalendarError, match="horizon"):
            full.add(outside, HOUR)
        with pytest.raises(CalendarError, match="horizon"):
            full.between(last, outside)
        with pytest.raises(CalendarError, match="horizon"):
            full.between(outside, last)


def test_a_fresh_calendar_answers_in_any_order(calendar, at):
    for first in ("1990-01-02 10:00", "2015-01-05 10:00", "2025-04-07 10:00", "2099-12-30 10:00"):
        fresh = calendar({"mon-sun": "09:00-18:00"})
        moment = stamp(at(first))
        assert fresh.reach(fresh.worked(moment) + 3600) == moment + 3600
        fresh = calendar({"mon-sun": "09:00-18:00"})
        assert fresh.reach(fresh.worked(stamp(at("2020-01-01 00:00"))) + 1) == stamp(at("2020-01-01 09:00:01"))
        assert fresh.reach(-1) == stamp(at("2019-12-31 17:59:59"))


def test_the_origin_is_new_year_2020_in_the_calendars_zone(d, at):
    assert d.worked(stamp(at("2020-01-01 00:00"))) == 0
    assert d.reach(0) == stamp(at("2019-12-31 18:00"))


def test_too_little_time_before_the_horizon_is_refused(d):
    with pytest.raises(CalendarError, match="less working time"):
        d.reach(-(1 << 40))


def test_a_calendar_travels_to_another_process(m, at):
    there = pickle.loads(pickle.dumps(m))  # noqa: S301 - our own bytes
    assert there == m
    assert there.add(at("2024-04-27 06:00"), 8 * HOUR) == at("2024-04-27 14:00")


def test_an_amount_knows_its_kind(d, at):
    start = at("2025-04-04 17:00")
    assert d.add(start, Amount(AmountKind.WORKING_TIME, 7200)) == at("2025-04-07 10:00")
    assert d.add(start, Amount(AmountKind.CALENDAR_TIME, 7200)) == at("2025-04-04 19:00")


def test_each_second_up_to_the_close_counts_and_none_after_it(d, at):
    close = stamp(at("2025-04-07 18:00"))
    assert [d.worked(close) - d.worked(close + seconds) for seconds in (-2, -1, 0, 1, 2)] == [2, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("ask", "message", "hint"),
    [
        (lambda d: d.worked(-1), "1969-12-31T23:59:59Z is out of the calendar's horizon", "check the year of the date"),
        (
            lambda d: d.worked(1 << 70),
            r"1180591620717411303424 \(POSIX seconds\) is out of",
            "check the year of the date",
        ),
        (
            lambda d: d.reach(1 << 40),
            "calendar test has less working time between 1990 and 2100",
            "check the amount, and the calendar's week and dated rules",
        ),
        (
            lambda d: d.due(4_000_000_000, Amount.parse("9999wd")),
            "calendar test has no 9999wd from 2096-10-02T07:06:40Z on before 2100",
            "check the amount, and the calendar's week and dated rules",
        ),
    ],
)
def test_a_refusal_says_what_and_what_to_check(d, ask, message, hint):
    with pytest.raises(CalendarError, match=message) as refused:
        ask(d)
    assert refused.value.hint == hint


def test_calendar_time_that_runs_beyond_the_horizon_is_refused(d, at):
    start = stamp(at("2099-12-31 12:00"))
    assert d.due(start, Amount.parse("11h calendar")) == start + 11 * 3600
    with pytest.raises(CalendarError, match="out of the calendar's horizon"):
        d.due(start, Amount.parse("13h calendar"))
