"""Seasons: times of the year with a week of their own, below days off and dated rules."""

from datetime import date

import pytest

from bridge.errors import CalendarInvalid
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.proof.second_counter import SecondCounter

WEEK = {"mon-fri": "09:00-18:00"}
HARVEST = {"id": "harvest", "from": "07-15", "until": "09-30", "week": {"mon-sat": ["06:00-20:00"]}}


def hours(calendar, day):
    return [str(window) for window in calendar.day(date.fromisoformat(day)).windows]


@pytest.fixture(name="farm", scope="module")
def _farm(calendar):
    return calendar(WEEK, seasons=[HARVEST])


@pytest.mark.parametrize(
    ("day", "windows"),
    [
        ("2026-07-14", ["09:00-18:00"]),
        ("2026-07-15", ["06:00-20:00"]),
        ("2026-09-30", ["06:00-20:00"]),
        ("2026-10-01", ["09:00-18:00"]),
        ("2026-07-18", ["06:00-20:00"]),  # a Saturday
        ("2026-07-19", []),
        ("2026-10-03", []),
        ("2031-08-01", ["06:00-20:00"]),
    ],
)
def test_a_season_holds_on_both_its_ends_and_every_year(farm, day, windows):
    assert hours(farm, day) == windows


def test_deadlines_walk_from_one_week_into_the_other(farm, at):
    # 30 September is worked until 20:00, then the usual week begins.
    assert farm.add(at("2026-09-30 19:00"), Amount.parse("2h")) == at("2026-10-01 10:00")
    assert farm.add(at("2026-07-14 17:00"), Amount.parse("2h")) == at("2026-07-15 07:00")
    assert farm.add(at("2026-07-14 17:00"), Amount.parse("1wd")) == at("2026-07-15 20:00")
    assert farm.add(at("2026-07-17 17:00"), Amount.parse("1wd")) == at("2026-07-18 20:00")
    assert farm.between(at("2026-07-14 00:00"), at("2026-07-16 00:00")).total_seconds() == (9 + 14) * 3600


def test_a_season_may_run_across_new_year_and_hold_on_a_leap_day(calendar):
    frost = calendar(WEEK, seasons=[{"id": "frost", "from": "12-20", "until": "02-29", "week": {"tue": "10:00-12:00"}}])
    assert [hours(frost, day) for day in ("2026-12-22", "2027-01-05", "2028-02-29", "2027-03-01", "2026-12-15")] == [
        ["10:00-12:00"],
        ["10:00-12:00"],
        ["10:00-12:00"],
        ["09:00-18:00"],
        ["09:00-18:00"],
    ]
    assert hours(frost, "2027-01-04") == []  # a Monday


def test_a_season_with_years_holds_once(calendar):
    fair = calendar(
        WEEK, seasons=[{"id": "fair", "from": "2026-12-28", "until": "2027-01-10", "week": {"sat-sun": "10:00-14:00"}}]
    )
    assert hours(fair, "2027-01-02") == ["10:00-14:00"]
    assert hours(fair, "2026-12-28") == []
    assert hours(fair, "2027-12-28") == ["09:00-18:00"]


def test_a_season_may_be_closed(calendar):
    closed = calendar(WEEK, seasons=[{"id": "holidays", "from": "08-01", "until": "08-14", "week": {}}])
    assert hours(closed, "2026-08-03") == []
    assert hours(closed, "2026-08-17") == ["09:00-18:00"]


def test_a_calendar_may_work_in_its_season_alone(calendar):
    summer = calendar({}, seasons=[HARVEST])
    assert (hours(summer, "2026-07-15"), hours(summer, "2026-07-14")) == (["06:00-20:00"], [])


def test_days_off_and_dated_rules_win_and_no_season_makes_them_worked(calendar):
    farm = calendar(
        WEEK,
        seasons=[HARVEST],
        holidays=[{"dates": ["2026-08-05"]}],
        rules=[{"off": "2026-08-06"}, {"work": "2026-08-09", "windows": "10:00-12:00"}, {"off": "08-07"}],
    )
    assert [hours(farm, day) for day in ("2026-08-05", "2026-08-06", "2026-08-07", "2026-08-09")] == [
        [],
        [],
        [],
        ["10:00-12:00"],
    ]


def test_a_short_day_closes_earlier_in_the_windows_of_the_season(calendar):
    week = {"mon-fri": ["08:00-12:00", "13:00-13:30"]}
    farm = calendar(
        WEEK,
        seasons=[{"id": "winter", "from": "11-01", "until": "03-31", "week": week}],
        holidays=[{"ru-production": True}],
        rules=[{"short": "2026-12-01", "by": "2h"}],
    )
    assert hours(farm, "2026-12-01") == ["08:00-10:30"]
    assert hours(farm, "2027-02-20") == ["08:00-11:30"]  # a Saturday worked for a Monday, and short
    assert hours(farm, "2026-11-03") == ["08:00-11:30"]  # the eve of 4 November


def test_a_working_weekend_has_the_hours_that_the_season_gives_to_the_day_it_replaces(calendar):
    # Saturday 1 November 2025 was worked for Monday 3 November.
    week = {"mon": "07:00-08:00", "tue-fri": "10:00-11:00"}
    mine = calendar(
        WEEK,
        seasons=[{"id": "autumn", "from": "10-01", "until": "11-02", "week": week}],
        holidays=[{"ru-production": True}],
        short_by=0,
    )
    assert hours(mine, "2025-11-01") == ["07:00-08:00"]
    second = SecondCounter(mine.definition)
    assert second.windows(date(2025, 11, 1)) == list(mine.day(date(2025, 11, 1)).windows)


def test_the_ledger_names_the_season_where_its_hours_differ(calendar, at):
    farm = calendar(WEEK, seasons=[{**HARVEST, "title": {"ru": "Уборка", "en": "Harvest time"}}])
    start, end = (int(at(text).timestamp()) for text in ("2026-07-14 00:00", "2026-07-16 00:00"))
    counted = [(one.reason, one.detail) for one in farm.intervals(start, end) if one.counted]
    assert counted == [("working", ""), ("working", "Harvest time; season harvest")]
    assert (
        next(one.detail for one in farm.intervals(start, end, language="ru") if one.detail) == "Уборка; season harvest"
    )


def test_a_season_changes_the_digest_and_none_leaves_it_as_it_was(calendar):
    plain = calendar(WEEK)
    assert calendar(WEEK, seasons=[HARVEST]).digest != plain.digest
    assert calendar(WEEK, seasons=[]).digest == plain.digest


def refused(**definition):
    with pytest.raises(CalendarInvalid) as caught:
        build_calendar({"id": "test", "zone": "Europe/Moscow", "week": WEEK, **definition})
    return [(one.path, one.message) for one in caught.value.problems]


def season(name, first, last, week=WEEK):
    return {"id": name, "from": first, "until": last, "week": week}


@pytest.mark.parametrize(
    ("seasons", "path", "words"),
    [
        (
            [season("a", "07-15", "09-30"), season("b", "09-30", "10-10")],
            "seasons[1]",
            "'a' and 'b' both hold on 09-30 of every year",
        ),
        (
            [season("a", "11-01", "02-01"), season("b", "01-15", "03-01")],
            "seasons[1]",
            "both hold on 01-15 of every year",
        ),
        (
            [season("a", "07-15", "09-30"), season("b", "2027-09-01", "2027-10-10")],
            "seasons[1]",
            "both hold on 2027-09-01",
        ),
        (
            [season("a", "2026-12-01", "2027-02-01"), season("b", "01-15", "03-01")],
            "seasons[1]",
            "both hold on 2027-01-15",
        ),
        (
            [season("a", "2026-12-01", "2027-02-01"), season("b", "2027-02-01", "2027-03-01")],
            "seasons[1]",
            "both hold on 2027-02-01",
        ),
        ([season("a", "02-28", "02-29"), season("b", "02-29", "03-01")], "seasons[1]", "both hold on 02-29"),
        ([season("a", "07-15", "09-30"), season("a", "10-15", "10-30")], "seasons[1].id", "'a' is defined twice"),
        ([season("a", "07-15", "2026-09-30")], "seasons[0]", "a year at one end only"),
        ([season("a", "2026-07-15", "2026-07-01")], "seasons[0]", "ends before it starts"),
        ([season("a", "07-15..07-20", "09-30")], "seasons[0].from", "must be one day"),
        ([season("a", "07-15", "02-30")], "seasons[0].until", "no such day"),
        ([season("a", "July", "09-30")], "seasons[0].from", "is no date"),
        ([season("a", "07-15", "09-30", {"mon-fri": ["09:00-13:00", "12:00-14:00"]})], "seasons[0].week", "overlap"),
        (
            [season("a", "07-15", "09-30", {"mon-fri": "09:00-18:00", "fri": "09:00-13:00"})],
            "seasons[0].week",
            "given twice",
        ),
        ([season("a", "07-15", "09-30", {"tue": "00:00-10:00", "mon": "22:00-06:00"})], "seasons[0].week", "overlap"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(seasons, path, words):
    found = refused(seasons=seasons)
    assert any(one == path and words in said for one, said in found), found


def test_seasons_that_only_touch_are_none_that_overlap(calendar):
    mine = calendar(
        WEEK,
        seasons=[season("a", "07-15", "09-30"), season("b", "10-01", "07-14"), season("c", "2026-01-01", "2026-01-02")][
            :2
        ],
    )
    assert hours(mine, "2026-10-01") == ["09:00-18:00"]


def test_a_night_that_runs_into_the_first_morning_of_a_season_is_refused():
    found = refused(
        week={"mon-sun": "22:00-06:00"},
        seasons=[{"id": "day", "from": "07-15", "until": "09-30", "week": {"mon-sun": "05:00-13:00"}}],
    )
    assert [(path, said.split(" of ")[0]) for path, said in found] == [("seasons[0]", "22:00-06:00")]


@pytest.mark.parametrize("week", [{"mon-sat": "06:00-20:00"}, {"mon-sun": "06:00-20:00"}])
def test_a_season_of_another_week_pattern_is_warned_of_on_the_production_calendar(calendar, week):
    mine = calendar(WEEK, seasons=[{**HARVEST, "week": week}], holidays=[{"ru-production": True}])
    assert [(one.code, one.path) for one in mine.warnings] == [("week_pattern", "seasons[0].week")]
    same = calendar(WEEK, seasons=[{**HARVEST, "week": {"mon-fri": "06:00-20:00"}}], holidays=[{"ru-production": True}])
    assert same.warnings == ()


def test_published_norms_are_only_compared_where_every_season_has_their_week(calendar):
    def published(week):
        mine = calendar(WEEK, seasons=[{**HARVEST, "week": week}], holidays=[{"ru-production": True}])
        return mine.totals(2026).published, mine.totals(2026).as_published

    norm, as_published = published({"mon-fri": "06:00-20:00"})
    assert (norm.working_days, as_published) == (247, True)
    assert published({"mon-sat": "06:00-20:00"}) == (None, True)
    assert published({}) == (None, True)
