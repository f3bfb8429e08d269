"""Dates that a zone left out when it changed sides of the date line: no day of work, and no hours on the day after."""

from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bridge.cli.agreement.calendar_year import year_lines
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.compiled_years import skipped_dates
from bridge.policies.outcome.decision_json import decision_json
from bridge.policies.proof.second_counter import SecondCounter
from bridge.policies.proof.verify import verify
from tests.unit.clocks.desk import decided, row, simple, ticket

SKIPPED = {
    "Pacific/Apia": date(2011, 12, 30),
    "Pacific/Fakaofo": date(2011, 12, 30),
    "Pacific/Kwajalein": date(1993, 8, 21),
    "Pacific/Kiritimati": date(1994, 12, 31),
    "Pacific/Kanton": date(1994, 12, 31),
}
WEEKS = {
    "day": {"mon-sun": "09:00-17:00"},
    "night": {"mon-sun": "22:00-06:00"},
    "whole": {"mon-sun": "00:00-24:00"},
}


def noon(day, zone):
    return int(datetime.combine(day, time(12), tzinfo=zone).timestamp())


@pytest.mark.parametrize(("zone", "day"), SKIPPED.items())
def test_the_date_is_known_as_left_out(zone, day):
    assert {date.fromordinal(one) for one in skipped_dates(ZoneInfo(zone))} == {day}


@pytest.mark.parametrize(
    "zone", ["Europe/Moscow", "America/New_York", "Pacific/Auckland", "Asia/Beirut", "UTC", "Asia/Pyongyang"]
)
def test_a_zone_that_only_changes_its_clocks_leaves_no_date_out(zone):
    assert skipped_dates(ZoneInfo(zone)) == frozenset()


@pytest.mark.parametrize(("zone", "week"), list(product(SKIPPED, WEEKS)))
def test_nobody_works_on_it_and_its_hours_do_not_move_to_the_next_day(calendar, zone, week):
    mine, day, local = calendar(WEEKS[week], zone=zone), SKIPPED[zone], ZoneInfo(zone)
    second = SecondCounter(mine.definition)
    assert (mine.day(day).windows, second.windows(day)) == ((), [])
    start, end = (noon(one, local) for one in (day - timedelta(days=1), day + timedelta(days=1)))
    # The two noons are a day apart: one day's work, not two.
    assert end - start == 86_400
    hours = {"day": 8, "night": 8, "whole": 24}[week]
    assert mine.worked(end) - mine.worked(start) == hours * 3600 == second.between(start, end)


@pytest.mark.parametrize("zone", SKIPPED)
@pytest.mark.parametrize("amount", ["1wd", "2wd", "2wd same-time", "8h", "24h", "2d"])
def test_both_counters_agree_around_it_and_count_no_working_day_for_it(calendar, zone, amount):
    mine, day = calendar(WEEKS["day"], zone=zone), SKIPPED[zone]
    start = noon(day - timedelta(days=1), mine.zone)
    due = mine.due(start, Amount.parse(amount))
    assert SecondCounter(mine.definition).due(start, Amount.parse(amount)) == due
    if amount == "1wd":
        closes = datetime.fromtimestamp(due, mine.zone)
        assert (closes.date(), closes.hour) == (day + timedelta(days=1), 17)


def test_neither_a_rule_nor_a_season_nor_a_worked_weekend_brings_it_back(calendar):
    mine = calendar(
        {"mon": "09:00-10:00"},
        zone="Pacific/Apia",
        rules=[{"work": "2011-12-30", "windows": "09:00-17:00"}, {"off": "2011-12-29"}],
        seasons=[{"id": "summer", "from": "12-01", "until": "01-31", "week": {"mon-sun": "08:00-16:00"}}],
        holidays=[{"csv": "d.csv"}],
        files={"d.csv": b"date,kind,windows\n2011-12-30,work,10:00-12:00\n"},
    )
    assert (
        mine.day(date(2011, 12, 30)).windows
        == ()
        == tuple(SecondCounter(mine.definition, mine.files).windows(date(2011, 12, 30)))
    )


def test_the_year_names_it(calendar):
    mine = calendar(WEEKS["day"], zone="Pacific/Apia")
    assert any(line.startswith("2011-12-30") and "left this date out" in line for line in year_lines(mine, 2011))
    assert mine.day(date(2011, 12, 30), language="ru").reason == "Такой даты в этом часовом поясе не было"
    assert mine.totals(2011).working_days == 364


@pytest.mark.parametrize("zone", SKIPPED)
@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("amount", ["1wd", "3wd same-time", "20h"])
def test_a_receipt_across_it_proves_itself(calendar, zone, week, amount):
    mine, day = calendar(WEEKS[week], zone=zone), SKIPPED[zone]
    start = noon(day - timedelta(days=1), mine.zone)
    agreed = simple(row("first_response", amount, on=mine))
    (told,) = decision_json(decided(ticket(start), agreed, start + 3600, receipts=True), ledgers=True)["clocks"]
    assert verify(told).problems == ()
    counted = [line["detail"] for line in told["receipt"]["ledger"] if line["reason"] == "day_counted"]
    assert day.isoformat() not in counted


@pytest.mark.parametrize("week", WEEKS)
def test_the_day_of_a_close_is_known_up_to_the_last_one(calendar, week):
    mine = calendar(WEEKS[week])
    last = noon(date(2099, 12, 30), mine.zone)
    assert mine.day_of_close(mine.due(last, Amount.parse("1wd"))) == date(2099, 12, 31)
