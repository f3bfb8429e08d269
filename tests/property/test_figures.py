"""Percentiles, ages and hours of the week, against the words in which they are defined."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.figures.backlog import BacklogCount
from bridge.policies.figures.hours import WeekCount, working_week
from bridge.policies.figures.model import Period
from bridge.policies.figures.percentiles import nearest_rank
from bridge.policies.figures.question import bounds, months_until

ZONES = ["UTC", "Europe/Moscow", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
         "America/Santiago", "Pacific/Apia", "Africa/Cairo"]  # fmt: skip
DAYS = st.dates(date(2008, 1, 1), date(2030, 12, 31))
OFF = ["2026-11-04", "2026-05-01"]


@given(st.lists(st.integers(0, 10**9), max_size=300), st.integers(1, 100))
def test_a_percentile_is_the_smallest_amount_that_so_many_percent_do_not_exceed(amounts, percent):
    found = nearest_rank(sorted(amounts), percent)
    enough = [one for one in amounts if sum(other <= one for other in amounts) * 100 >= percent * len(amounts)]
    assert found == min(enough, default=None)


@given(st.integers(1, 2000))
def test_the_ninetieth_percentile_of_one_to_n_is_nine_tenths_of_it_rounded_up(many):
    assert nearest_rank(range(1, many + 1), 90) == -(-9 * many // 10)
    assert nearest_rank(range(1, many + 1), 50) == -(-many // 2)


@given(st.lists(st.integers(0, 70), min_size=1, max_size=20), st.integers(0, 13))
def test_an_age_is_the_working_days_after_the_date_on_which_a_ticket_came_up_to_today(ages, later):
    calendar = build_calendar(
        {"id": "c", "zone": "Asia/Kolkata", "week": {"mon-fri": ["09:30-18:00"], "sat": ["22:00-06:00"]},
         "rules": [{"off": OFF, "title": {"ru": "x", "en": "x"}}]}
    )  # fmt: skip
    today = date(2026, 11, 1) + timedelta(days=later)
    noon = {day: int(datetime(day.year, day.month, day.day, 12, tzinfo=calendar.zone).timestamp()) for day in
            [today - timedelta(days=one) for one in range(71)]}  # fmt: skip
    count = BacklogCount(calendar, noon[today])
    expected = dict.fromkeys((0, 1, 3, 7, 30), 0)
    for age in ages:
        came = today - timedelta(days=age)
        count.take(noon[came], waiting=False)
        after = [came + timedelta(days=one) for one in range(1, age + 1)]
        worked = sum(day.weekday() != 6 and str(day) not in OFF for day in after)
        expected[max(first for first in expected if first <= worked)] += 1
    assert {band.from_days: band.ours for band in count.bands()} == expected
    assert not any(band.waiting for band in count.bands())


def test_the_edges_of_ages_are_half_open_and_a_ticket_of_tomorrow_is_new():
    calendar = build_calendar({"id": "c", "zone": "UTC", "week": {"mon-sun": ["00:00-24:00"]}})
    today = datetime(2026, 11, 29, 0, 0, tzinfo=UTC)
    count = BacklogCount(calendar, int(today.timestamp()))
    for days in (-1, 0, 1, 2, 3, 6, 7, 29, 30, 20_000):
        count.take(int((today - timedelta(days=days)).timestamp()), waiting=days % 2 == 1)
    assert [(band.from_days, band.until_days, band.ours + band.waiting) for band in count.bands()] == [
        (0, 1, 2), (1, 3, 2), (3, 7, 2), (7, 30, 2), (30, None, 2),
    ]  # fmt: skip


@given(st.sampled_from(ZONES), DAYS, st.integers(1, 40))
def test_a_period_holds_every_instant_of_its_dates_and_none_of_others(zone, first, days):
    place = ZoneInfo(zone)
    period = Period(since=first, until=first + timedelta(days=days - 1), zone=zone)
    start, end = bounds(period, place)
    for at, inside in ((start - 1, False), (start, True), (end - 1, True), (end, False)):
        local = datetime.fromtimestamp(at, place).date()
        assert (period.since <= local <= period.until) is inside or _left_out(period, place)


def _left_out(period, zone):
    """Whether the zone crossed the date line there: a date that no clock showed cannot bound anything."""
    edges = [period.since, period.until + timedelta(days=1)]
    return any(
        datetime.fromtimestamp(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp(), zone).date() != day
        for day in edges
    )


@given(st.sampled_from(ZONES), DAYS)
def test_twelve_months_follow_one_another_up_to_that_of_the_end(zone, until):
    names, edges = months_until(Period(since=until, until=until, zone=zone), ZoneInfo(zone))
    assert len(names) == 12
    assert names[-1] == f"{until:%Y-%m}"
    assert list(names) == sorted(set(names))
    assert list(edges) == sorted(set(edges))
    for name, edge in zip(names, edges, strict=False):
        assert f"{datetime.fromtimestamp(edge, ZoneInfo(zone)):%Y-%m}" == name
        assert f"{datetime.fromtimestamp(edge - 1, ZoneInfo(zone)):%Y-%m}" < name


@given(st.sampled_from(ZONES), st.lists(st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1)), max_size=20))
def test_every_instant_is_counted_in_the_hour_that_the_zones_clocks_show(zone, moments):
    count = WeekCount(ZoneInfo(zone))
    expected = [[0] * 24 for _ in range(7)]
    for moment in moments:
        shown = moment.replace(tzinfo=UTC, microsecond=0).astimezone(ZoneInfo(zone))
        count.take(int(shown.timestamp()))
        expected[shown.weekday()][shown.hour] += 1
    assert [list(row) for row in count.heat_map()] == expected


@given(st.sampled_from(ZONES), DAYS, st.integers(7, 120))
def test_an_office_is_open_in_the_hours_in_which_it_usually_is_whatever_clocks_do(zone, first, days):
    office = build_calendar({"id": "c", "zone": zone, "week": {"mon-fri": ["09:00-18:00"], "sat": ["09:30-12:15"]}})
    period = Period(since=first, until=first + timedelta(days=days), zone=zone)
    found = working_week(office, period)
    assert [list(row) for row in found[:5]] == [[int(9 <= hour < 18) for hour in range(24)]] * 5
    # An hour is told by its first instant: half past nine is not nine, a quarter past twelve is.
    assert [hour for hour in range(24) if found[5][hour]] == [10, 11, 12]
    assert not any(found[6])


def test_a_weekday_without_a_date_in_the_period_is_not_worked_and_half_of_two_is_enough():
    zone = "Europe/Moscow"
    off = [{"off": ["2026-11-04"], "title": {"ru": "x", "en": "x"}}]
    office = build_calendar({"id": "c", "zone": zone, "week": {"mon-fri": ["09:00-18:00"]}, "rules": off})
    wednesday = Period(since=date(2026, 11, 4), until=date(2026, 11, 4), zone=zone)
    assert not any(map(any, working_week(office, wednesday)))
    two = Period(since=date(2026, 11, 4), until=date(2026, 11, 11), zone=zone)
    assert working_week(office, two)[2][9] == 1
