"""The worked cases that concern calendars alone, by their numbers in the agreement on time."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.policies.calendar.amounts import Amount

HOUR = timedelta(hours=1)


def test_case_1_only_tuesdays_are_worked(calendar, at):
    tuesdays = calendar({"tue": "09:00-18:00"})
    assert tuesdays.add(at("2025-04-09 10:00"), 2 * HOUR) == at("2025-04-15 11:00")


def test_case_2_the_lunch_break_is_skipped(calendar, at):
    lunch = calendar({"mon-fri": ["09:00-13:00", "14:00-18:00"]})
    assert lunch.add(at("2025-04-07 12:00"), 2 * HOUR) == at("2025-04-07 15:00")


def test_case_3_before_opening_time_waits_for_the_opening(d, at):
    assert d.add(at("2025-04-07 07:00"), 2 * HOUR) == at("2025-04-07 11:00")


def test_case_4_an_amount_used_up_at_closing_is_due_at_that_closing(d, at):
    assert d.add(at("2025-04-11 16:00"), 2 * HOUR) == at("2025-04-11 18:00")


def test_case_5_the_instant_of_closing_is_outside_the_window(d, at):
    assert d.add(at("2025-04-11 18:00"), HOUR) == at("2025-04-14 10:00")


@pytest.mark.parametrize(
    "start", ["2025-04-07 00:00", "2025-04-06 23:59:59", "2024-02-29 12:34:56", "2025-12-31 23:00"]
)
def test_case_6_round_the_clock_is_plain_elapsed_time(calendar, at, start):
    always = calendar({"mon-sun": "00:00-24:00"})
    assert always.add(at(start), 216 * HOUR) == at(start) + 216 * HOUR


def test_case_7_a_working_saturday_is_a_full_day(m, at):
    assert m.add(at("2024-04-27 06:00"), 8 * HOUR) == at("2024-04-27 14:00")


def test_case_8_a_short_day_closes_an_hour_earlier(m, at):
    assert m.add(at("2020-12-31 07:00"), 6 * HOUR) == at("2020-12-31 13:00")
    assert m.add(at("2020-12-31 07:00"), 6 * HOUR + timedelta(seconds=1)) == at("2021-01-11 05:00:01")


@pytest.mark.parametrize(
    ("amount", "due"),
    [("216h", "2025-05-15 11:00"), ("24wd", "2025-05-15 14:00"), ("24wd same-time", "2025-05-15 10:00")],
)
def test_case_9_hours_and_days_over_the_may_holidays(m, at, amount, due):
    assert m.add(at("2025-04-07 10:00"), Amount.parse(amount)) == at(due)


def test_case_10_a_question_of_the_day_off_answered_in_the_first_minute(m, at):
    elapsed = m.between(at("2025-04-12 15:00"), at("2025-04-14 05:00:59"))
    assert elapsed == timedelta(seconds=59)


def test_case_11_a_pause_over_night_gives_back_its_one_working_hour(d, at):
    assert d.between(at("2025-04-07 17:00"), at("2025-04-08 09:00")) == HOUR


def test_case_12_a_pause_at_night_gives_nothing_back(d, at):
    assert d.between(at("2025-04-07 20:00"), at("2025-04-08 08:00")) == timedelta(0)


def test_case_25_a_deadline_beyond_the_last_decree_is_provisional(m, at):
    last = int(at("2027-12-31 23:59:59").timestamp())
    assert not m.is_provisional(last)
    due = m.add(at("2027-12-29 10:00"), Amount.parse("24wd"))
    assert due == at("2028-02-09 14:00")
    assert m.is_provisional(int(due.timestamp()))


@pytest.mark.parametrize(
    ("zone", "window", "before", "after", "elapsed"),
    [
        ("Europe/Berlin", "00:00-06:00", "2025-03-30 00:00", "2025-03-30 06:00", 5),
        ("Europe/Berlin", "00:00-06:00", "2025-10-26 00:00", "2025-10-26 06:00", 7),
        ("America/New_York", "00:00-06:00", "2025-03-09 00:00", "2025-03-09 06:00", 5),
        ("America/New_York", "00:00-06:00", "2025-11-02 00:00", "2025-11-02 06:00", 7),
        ("Australia/Lord_Howe", "00:00-06:00", "2025-04-06 00:00", "2025-04-06 06:00", 6.5),
    ],
)
def test_case_27_time_inside_a_window_is_real_when_the_clocks_change(
    calendar, at, zone, window, before, after, elapsed
):
    here = ZoneInfo(zone)
    nightly = calendar({"mon-sun": window}, zone=zone)
    start, end = at(before, here), at(after, here)
    assert nightly.between(start, end) == elapsed * HOUR
    assert nightly.add(start, elapsed * HOUR) == end


def test_case_27_each_date_has_its_own_offset(calendar, at):
    berlin = ZoneInfo("Europe/Berlin")
    office = calendar({"mon-fri": "09:00-17:00"}, zone="Europe/Berlin")
    due = office.add(at("2025-03-28 16:00", berlin), 2 * HOUR)
    assert due.isoformat() == "2025-03-31T10:00:00+02:00"
