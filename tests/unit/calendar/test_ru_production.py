"""The Russian production calendar, against the reference data and against single days of the decrees."""

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from holidays.countries.russia import RussiaStaticHolidays

from bridge.errors import CalendarError
from bridge.policies.calendar.days import DayKind
from bridge.policies.calendar.sources import ru_production

REFERENCE = Path(__file__).resolve().parents[3] / "../shared/data/ru_production_calendar.csv"
PRESIDENTIAL = REFERENCE.with_name("ru_presidential_nonworking.csv")
SOURCE = [{"ru-production": True}]

# Working days and hours of the 40-hour week, as published for each year.
TOTALS = {
    2013: (247, 1970), 2014: (247, 1970), 2015: (247, 1971), 2016: (247, 1974), 2017: (247, 1973),
    2018: (247, 1970), 2019: (247, 1970), 2020: (248, 1979), 2021: (247, 1972), 2022: (247, 1973),
    2023: (247, 1973), 2024: (248, 1979), 2025: (247, 1972), 2026: (247, 1972), 2027: (247, 1972),
}  # fmt: skip


def _kinds(day):
    """Return the reference's words for a day of our calendar."""
    kinds = set()
    if day.kind is DayKind.HOLIDAY:
        kinds.add("holiday")
    if day.kind is DayKind.DAY_OFF:
        kinds.add("transferred_off")
    if day.kind is DayKind.WORKING_WEEKEND:
        kinds.add("working_weekend")
    if day.short:
        kinds.add("short")
    return kinds


@pytest.mark.skipif(
    not REFERENCE.exists(), reason="the reference ../shared/data/ru_production_calendar.csv is not here"
)
def test_each_day_of_2013_to_2027_is_as_in_the_reference(m):
    reference: dict[date, set[str]] = {}
    with REFERENCE.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            reference.setdefault(date.fromisoformat(row["date"]), set()).add(row["kind"])
    assert sum(len(kinds) for kinds in reference.values()) == 354
    differences = []
    day = date(2013, 1, 1)
    while day <= date(2027, 12, 31):
        ours = m.day(day)
        expected = reference.get(day, set())
        worked = "working_weekend" in expected or "short" in expected or (not expected and day.weekday() < 5)
        hours = 0 if not worked else 8 if "short" in expected else 9
        if _kinds(ours) != expected or sum(window.seconds for window in ours.windows) != hours * 3600:
            differences.append((day, ours, expected))
        day += timedelta(days=1)
    assert differences == []


@pytest.mark.parametrize("year", TOTALS)
def test_the_yearly_totals_are_the_published_ones(m, year):
    totals = m.totals(year)
    assert (totals.working_days, totals.norm_hours) == TOTALS[year]
    assert (totals.published.working_days, totals.published.hours) == TOTALS[year]
    assert totals.worked_seconds == (9 * totals.working_days - totals.short_days) * 3600
    assert not totals.provisional


def test_the_published_norms_cover_the_years_with_a_decree():
    assert set(ru_production.PUBLISHED) == set(TOTALS)


def test_there_are_eleven_working_weekends_and_each_is_named_with_its_decree(m):
    days = [m.day(date(2013, 1, 1) + timedelta(days=n)) for n in range(15 * 365 + 3)]
    weekends = [day for day in days if day.kind is DayKind.WORKING_WEEKEND]
    assert [str(day.date) for day in weekends] == [
        "2016-02-20", "2018-04-28", "2018-06-09", "2018-12-29", "2021-02-20", "2022-03-05",
        "2024-04-27", "2024-11-02", "2024-12-28", "2025-11-01", "2027-02-20",
    ]  # fmt: skip
    assert all("Government decree" in day.reason for day in weekends)


@pytest.mark.parametrize(("day", "hours"), [("2024-04-27", 9), ("2024-12-28", 9), ("2024-11-02", 8), ("2014-02-24", 8)])
def test_a_working_saturday_is_short_only_when_its_weekday_would_have_been(m, day, hours):
    assert sum(window.seconds for window in m.day(date.fromisoformat(day)).windows) == hours * 3600


def test_the_day_before_a_transferred_day_off_is_not_short(m):
    # 28.12.2024 is followed by a Sunday and the transferred Monday and Tuesday; 09.05.2025 only by a weekend.
    assert not m.day(date(2024, 12, 28)).short
    assert not m.day(date(2025, 5, 7)).short


def test_monday_after_the_holiday_saturday_of_2014_is_off(m):
    day = m.day(date(2014, 3, 10))
    assert (day.kind, day.windows) == (DayKind.DAY_OFF, ())
    assert "art. 112" in day.reason


def test_the_data_reaches_as_far_as_the_last_decree_that_the_package_knows(m):
    assert m.valid_from == date(2013, 1, 1)
    assert m.valid_through == date(2027, 12, 31)


def test_years_without_a_decree_are_provisional_and_follow_the_law_alone(m):
    assert m.totals(2028).provisional
    assert m.totals(2028).published is None
    assert m.totals(2012).provisional
    # 4 November 2028 is a Saturday: art. 112 itself moves that day off to Monday.
    assert m.day(date(2028, 11, 6)).kind is DayKind.DAY_OFF
    assert m.day(date(2028, 11, 6)).provisional
    # The January holidays move only by decree.
    assert m.day(date(2028, 1, 10)).kind is DayKind.WORKING


@pytest.mark.parametrize(
    ("instant", "provisional"),
    [
        ("2012-12-31 23:59:59", True),
        ("2013-01-01 00:00", False),
        ("2028-01-01 00:00", False),
        ("2028-01-01 00:00:01", True),
    ],
)
def test_what_lies_beyond_the_published_years_is_provisional(m, at, instant, provisional):
    assert m.is_provisional(int(at(instant).timestamp())) is provisional


def test_a_new_decree_corrects_the_provisional_deadline(calendar, at, monkeypatch):
    start = int(at("2028-03-06 10:00").timestamp())

    def due_and_provisional():
        here = calendar({"mon-fri": "05:00-14:00"}, holidays=SOURCE)
        due = here.reach(here.worked(start) + 20 * 3600)
        return due, here.is_provisional(due), here.valid_through

    before = due_and_provisional()
    assert before == (int(at("2028-03-09 13:00").timestamp()), True, date(2027, 12, 31))
    # Suppose 9 March becomes free in exchange for Saturday 18 March.
    monkeypatch.setitem(RussiaStaticHolidays.special_public_holidays, 2028, ((3, 9, 3, 18),))
    after = due_and_provisional()
    assert after == (int(at("2028-03-10 13:00").timestamp()), False, date(2028, 12, 31))


def test_short_by_zero_keeps_the_full_day_and_still_knows_it_is_short(calendar):
    full = calendar({"mon-fri": "05:00-14:00"}, holidays=SOURCE, short_by="0")
    day = full.day(date(2020, 12, 31))
    assert (day.kind, day.short, day.shortened_seconds) == (DayKind.WORKING, True, 0)
    assert sum(window.seconds for window in day.windows) == 9 * 3600
    assert full.totals(2020).norm_hours == 1979


def test_a_short_day_is_cut_back_through_its_windows(calendar):
    lunch = calendar({"mon-fri": ["09:00-13:00", "14:00-14:30"]}, holidays=SOURCE)
    assert [str(window) for window in lunch.day(date(2020, 12, 31)).windows] == ["09:00-12:30"]
    assert [str(window) for window in lunch.day(date(2020, 12, 30)).windows] == ["09:00-13:00", "14:00-14:30"]


def test_a_working_saturday_has_the_windows_of_the_day_it_replaces(calendar):
    uneven = calendar({"mon": "08:00-12:00", "tue-thu": "09:00-18:00", "fri": "09:00-16:00"}, holidays=SOURCE)
    assert [str(window) for window in uneven.day(date(2024, 4, 27)).windows] == ["08:00-12:00"]
    assert [str(window) for window in uneven.day(date(2024, 11, 2)).windows] == ["09:00-17:00"]


@pytest.mark.parametrize("week", [{"mon-sun": "00:00-24:00"}, {"mon-sun": "09:00-17:00"}])
def test_a_week_of_seven_days_has_no_short_days_and_no_transfers(calendar, week):
    every_day = calendar(week, holidays=SOURCE)
    assert every_day.warnings == ()
    assert every_day.totals(2024).published is None
    days = [every_day.day(date(2024, 1, 1) + timedelta(days=n)) for n in range(366)]
    assert not any(day.short for day in days)
    assert [day.date for day in days if not day.windows] == [
        date(2024, month, day)
        for month, day in ((1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 23), (3, 8), (5, 1), (5, 9),
                           (6, 12), (11, 4))
    ]  # fmt: skip


def test_another_week_is_warned_of(calendar):
    six_days = calendar({"mon-sat": "09:00-17:00"}, holidays=SOURCE)
    assert [problem.code for problem in six_days.warnings] == ["week_pattern"]
    assert six_days.day(date(2024, 4, 27)).kind is DayKind.WORKING


def test_only_tuesdays_are_worked_even_by_a_decree_about_a_monday(calendar):
    tuesdays = calendar({"tue": "09:00-18:00"}, holidays=SOURCE)
    assert tuesdays.day(date(2024, 4, 27)).windows == ()
    assert [str(window) for window in tuesdays.day(date(2024, 11, 2)).windows] == ["09:00-17:00"]


@pytest.mark.skipif(not PRESIDENTIAL.exists(), reason="../shared/data/ru_presidential_nonworking.csv is not here")
def test_presidential_days_are_off_only_on_request(calendar, m):
    asked = calendar({"mon-fri": "05:00-14:00"}, holidays=SOURCE, presidential_days=True)
    declared = set()
    with PRESIDENTIAL.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            day = date.fromisoformat(row["date_from"])
            while day <= date.fromisoformat(row["date_to"]):
                declared.add(day)
                day += timedelta(days=1)
    for year in (2020, 2021):
        for n in range(366):
            day = date(year, 1, 1) + timedelta(days=n)
            assert bool(asked.day(day).windows) == (bool(m.day(day).windows) and day not in declared), day
    assert m.totals(2020).working_days == 248
    assert "25.03.2020 No. 206" in asked.day(date(2020, 3, 30)).reason
    assert "от 25.03.2020 № 206" in asked.day(date(2020, 3, 30), language="ru").reason


@pytest.mark.parametrize(
    ("day", "russian", "english"),
    [
        ("2025-01-07", "Рождество Христово", "Christmas Day"),
        (
            "2025-05-02",
            "Выходной, перенесён с 04.01.2025, постановление Правительства от 04.10.2024 № 1335",
            "Day off moved from 04.01.2025, Government decree of 04.10.2024 No. 1335",
        ),
        ("2026-03-09", "Международный женский день (выходной)", "International Women's Day (observed)"),
        ("2014-03-10", "Выходной, перенесён по ст. 112 ТК РФ", "Day off moved by Labour Code art. 112"),
        ("2020-12-31", "Предпраздничный день, ст. 95 ТК РФ", "Eve of a public holiday, Labour Code art. 95"),
    ],
)
def test_each_special_day_says_why_in_both_languages(m, day, russian, english):
    assert m.day(date.fromisoformat(day), language="ru").reason == russian
    shown = m.day(date.fromisoformat(day), language="en")
    assert shown.reason == english
    assert shown.source == f"ru-production (holidays {holidays.__version__})"


def test_a_swap_before_2013_is_told_without_a_decree(m):
    assert m.day(date(2012, 4, 28)).reason == "Worked in place of 30.04.2012"


def test_a_package_without_decrees_is_refused(calendar, monkeypatch):
    monkeypatch.setattr(RussiaStaticHolidays, "special_public_holidays", {})
    with pytest.raises(CalendarError, match="no Russian transfer decrees"):
        calendar({"mon-fri": "05:00-14:00"}, holidays=SOURCE)


def test_a_package_that_hides_a_swap_is_refused(monkeypatch):
    monkeypatch.setattr(ru_production, "transfers", lambda data: iter(()))
    with pytest.raises(CalendarError, match="swapped with"):
        ru_production.RuProduction().marked_days(2024, 2024)


LOADING = """
import sys
from bridge.policies.calendar.sources.holidays_package import country_holidays
russia = country_holidays("RU", years=2026)
loaded = [name for name in sys.modules if name.startswith("holidays.countries")]
assert loaded == ["holidays.countries.russia"], loaded
assert len(country_holidays("DE", subdiv="BY", years=2026)) == 12
import holidays.countries
assert type(russia) is holidays.countries.RU, type(russia)
assert len(holidays.country_holidays("FR", years=2026)) == len(country_holidays("FR", years=2026)) == 11
"""


def test_one_country_is_loaded_without_the_others_and_the_package_stays_whole():
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=False)
    assert done.stderr == ""
