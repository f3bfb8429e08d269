"""What a calendar's author may write, and what he is told when he may not."""

from datetime import date

import pytest
from pydantic import ValidationError

from bridge.errors import CalendarError, CalendarInvalid, ConfigurationInvalid, Severity
from bridge.policies.calendar.days import DayKind
from bridge.policies.calendar.definition import CalendarModel
from bridge.policies.calendar.windows import DateSpan, Window
from bridge.policies.calendar.work_calendar import build_calendar

WEEK = {"mon-fri": "09:00-18:00"}
ICS = b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"


def problems_of(week=None, **rest):
    with pytest.raises(CalendarInvalid) as caught:
        build_calendar({"id": "test", "zone": "Europe/Moscow", "week": WEEK if week is None else week, **rest})
    return caught.value.problems


@pytest.mark.parametrize(
    ("week", "says"),
    [
        ({"mon": "9-18"}, "09:00-18:00, in quotes"),
        ({"mon": 1020}, "'1020' is no window of working time; write 09:00-18:00, in quotes"),
        ({"mon": [1020]}, "in quotes"),
        ({"mon": "09:00-25:00"}, "hours go from 00:00 to 24:00"),
        ({"mon": "09:60-18:00"}, "no such time of day"),
        ({"mon": "09:00-24:01"}, "no such time of day"),
        ({"mon": "24:00-06:00"}, "24:00 is only an end"),
        ({"mon": "09:00-09:00"}, "write 00:00-24:00"),
        ({"mon": ["09:00-13:00", "12:59-18:00"]}, "09:00-13:00 and 12:59-18:00 overlap"),
        ({"mon": ["14:00-18:00", "09:00-14:01"]}, "overlap"),
        ({"mon": "22:00-06:00", "tue": "05:59-10:00"}, "runs over midnight into"),
        ({"sun": "22:00-06:00", "mon": "05:00-10:00"}, "22:00-06:00 of sun runs over midnight into"),
        ({"monday": "09:00-18:00"}, "'monday' is no day"),
        ({"mon-xyz": "09:00-18:00"}, "'mon-xyz' is no day"),
        ({"mon-fri": "09:00-18:00", "fri": "09:00-16:00"}, "fri is given twice, in 'mon-fri' and in 'fri'"),
    ],
)
def test_a_wrong_week_is_explained(week, says):
    (problem,) = problems_of(week)
    assert says in f"{problem.message}; {problem.hint}"
    assert problem.path.startswith("week")


@pytest.mark.parametrize(
    ("rest", "says", "path"),
    [
        ({"zone": "Mars/Olympus"}, "'Mars/Olympus' is no time zone", "zone"),
        ({"zone": ""}, "is no time zone", "zone"),
        ({"zone": "../etc/passwd"}, "is no time zone", "zone"),
        ({"zone": "Europe"}, "is no time zone", "zone"),
        ({"colour": "red"}, "unknown key 'colour'", "colour"),
        ({"holidays": [{"country": "XX"}]}, "no holidays for country 'XX'", "holidays[0]"),
        ({"holidays": [{"country": "de"}]}, "did you mean DE?", "holidays[0]"),
        ({"holidays": [{"country": "DE", "region": "BAY"}]}, "did you mean BY?", "holidays[0]"),
        ({"holidays": [{"country": "GE", "region": "X"}]}, "it has no regions", "holidays[0]"),
        ({"holidays": [{"land": "DE"}]}, "`ru-production: true`", "holidays[0]"),
        ({"holidays": ["DE"]}, "`ru-production: true`", "holidays[0]"),
        (
            {"holidays": [{"ru-production": False}]},
            "false is not allowed for 'ru-production'",
            "holidays[0].ru-production",
        ),
        ({"holidays": [{"ics": "feed.ics"}]}, "the file feed.ics is not there", "holidays[0]"),
        ({"holidays": [{"csv": "days.csv"}]}, "the file days.csv is not there", "holidays[0]"),
        ({"holidays": [{"dates": ["2026-02-30"]}]}, "no such day as 2026-02-30", "holidays[0].dates[0]"),
        ({"rules": [{"of": "2026-01-01"}]}, "a rule is one of", "rules[0]"),
        ({"rules": ["2026-01-01"]}, "a rule is one of", "rules[0]"),
        ({"rules": [{"off": []}]}, "'off': at least 1 value expected", "rules[0].off"),
        ({"rules": [{"work": "2026-01-01"}]}, "'windows' is missing", "rules[0].work"),
        (
            {"rules": [{"work": "2026-01-01", "windows": []}]},
            "'windows': at least 1 value expected",
            "rules[0].windows",
        ),
        (
            {"rules": [{"work": "2026-01-01", "windows": ["09:00-12:00", "11:00-13:00"]}]},
            "overlap",
            "rules[0].windows",
        ),
        ({"rules": [{"short": "12-31", "by": "24h"}]}, "below 24h", "rules[0].by"),
        ({"short_by": "1d"}, "below 24h", "short_by"),
        ({"short_by": 3600}, "no amount of time", "short_by"),
        ({"short_by": False}, "no amount of time", "short_by"),
        ({"short_by": "-1h"}, "negative", "short_by"),
        ({"valid_through": "2027"}, "no date", "valid_through"),
        ({"valid_through": "12-31"}, "must be one day with its year", "valid_through"),
        ({"valid_through": "2027-01-01..2027-12-31"}, "must be one day with its year", "valid_through"),
        ({"title": {"en": "Support"}}, "'ru' is missing", "title"),
        ({"week": {}}, "no working time at all", "week"),
        ({"week": {"mon": []}}, "no working time at all", "week"),
        ({"holidays": [{"dates": "01-01..12-31"}]}, "no working time at all", "week"),
        (
            {"rules": [{"off": "2026-05-02"}, {"work": "2026-05-01..2026-05-03", "windows": "10:00-12:00"}]},
            "rules[1] and rules[0] say different things about 2026-05-02",
            "rules[1]",
        ),
        (
            {"rules": [{"short": "12-31", "by": "1h"}, {"short": "12-30..01-01", "by": "2h"}]},
            "12-31 of every year",
            "rules[1]",
        ),
    ],
)
def test_a_wrong_value_is_explained_at_its_place(rest, says, path):
    (problem,) = problems_of(**rest)
    assert says in f"{problem.message}; {problem.hint}"
    assert problem.path == path


def test_all_problems_come_at_once():
    found = problems_of({"mon": "9-18"}, zone="Nowhere", short_by="x")
    assert {problem.path.split(".")[0] for problem in found} == {"week", "zone", "short_by"}
    found = problems_of(
        holidays=[{"country": "XX"}, {"ics": "a.ics"}],
        rules=[{"off": "01-01"}, {"work": "01-01", "windows": "09:00-10:00"}],
    )
    assert [problem.path for problem in found] == ["holidays[0]", "holidays[1]", "rules[1]"]


def test_an_unusable_calendar_is_both_a_configuration_and_a_calendar_error():
    with pytest.raises(CalendarError):
        build_calendar({"id": "x", "zone": "UTC", "week": {}})
    with pytest.raises(ConfigurationInvalid) as caught:
        build_calendar({"id": "x", "zone": "UTC", "week": {}})
    assert caught.value.exit_code == 3
    assert str(caught.value) == "the calendar has no working time at all (give a day its windows)"


@pytest.mark.parametrize("week", [{"mon": "22:00-06:00"}, {"mon": ["22:00-24:00"], "tue": ["00:00-06:00"]}])
def test_windows_over_midnight_and_until_24_are_legal(calendar, at, week):
    night = calendar(week)
    assert night.between(at("2025-04-07 00:00"), at("2025-04-09 00:00")).total_seconds() == 8 * 3600


def test_a_dated_window_may_not_run_into_a_night_shift():
    night = {"sun-thu": "22:00-06:00"}
    (problem,) = problems_of(night, rules=[{"work": "2025-04-08", "windows": ["05:00-10:00", "22:00-06:00"]}])
    assert (problem.code, problem.path) == ("windows_overlap", "rules[0]")
    assert "22:00-06:00 of 2025-04-07 runs over midnight into 05:00-10:00 of the next day" in problem.message
    (problem,) = problems_of({"mon-fri": "06:00-14:00"}, rules=[{"work": "01-31", "windows": "20:00-07:00"}])
    assert problem.code == "windows_overlap"
    assert "into 06:00-14:00 of the next day" in problem.message


def test_a_dated_window_beside_a_night_shift_is_legal(calendar):
    night = calendar({"sun-thu": "22:00-06:00"}, rules=[{"work": "2025-04-08", "windows": ["06:00-10:00"]}])
    assert [str(window) for window in night.day(date(2025, 4, 8)).windows] == ["06:00-10:00"]


def test_a_very_long_night_is_doubted(calendar):
    (problem,) = calendar({"mon": "18:00-09:00"}).warnings
    assert (problem.code, problem.path, problem.severity) == ("long_night", "week.mon", Severity.WARNING)
    assert "15 hours" in problem.message
    assert calendar({"mon": "20:00-08:00"}).warnings == ()


def test_doubtful_sources_are_warned_of(calendar):
    russia = calendar(WEEK, holidays=[{"country": "RU"}], presidential_days=True)
    assert [(problem.code, problem.path) for problem in russia.warnings] == [
        ("presidential_days", "presidential_days"),
        ("country_ru", "holidays[0].country"),
    ]


@pytest.mark.parametrize("key", ["mon-fri", "MON-FRI", " mon - fri "])
def test_a_range_of_days_may_be_written_freely(calendar, key):
    assert calendar({key: "09:00-18:00"}) == calendar(
        {"mon": "09:00-18:00", "tue": "09:00-18:00", "wed": "09:00-18:00", "thu": "09:00-18:00", "fri": "09:00-18:00"}
    )


def test_a_range_may_wrap_around_the_weekend(calendar):
    wrapped = calendar({"fri-mon": "09:00-18:00"})
    assert [bool(wrapped.day(date(2025, 4, day)).windows) for day in range(7, 14)] == [
        True,
        False,
        False,
        False,
        True,
        True,
        True,
    ]


def test_single_values_stand_for_lists():
    short = CalendarModel.model_validate(
        {"id": "x", "zone": "UTC", "week": {"mon": "9:00\N{EN DASH}18:00"}, "rules": [{"off": "2026-01-01"}]}
    )
    assert short.week["mon"] == (Window(32_400, 64_800),)
    assert short.rules[0].off == (DateSpan.parse("2026-01-01"),)


def test_a_definition_survives_its_own_json():
    definition = CalendarModel.model_validate(
        {
            "id": "x",
            "title": {"ru": "а", "en": "a"},
            "zone": "UTC",
            "week": {"mon-fri": ["22:00-06:00"]},
            "holidays": [
                {"ru-production": True},
                {"country": "DE", "region": "BY"},
                {"dates": ["12-28..01-08"]},
                {"ics": "a"},
                {"csv": "b"},
            ],
            "rules": [
                {"off": "2026-05-02..2026-05-03"},
                {"work": "05-04", "windows": "10:00-24:00"},
                {"short": "12-31", "by": "2h"},
            ],
            "short_by": "30m",
            "valid_through": "2027-12-31",
        }
    )
    assert CalendarModel.model_validate_json(definition.model_dump_json(by_alias=True)) == definition
    assert CalendarModel.model_validate(definition.model_dump(by_alias=True)) == definition


def test_the_definition_has_a_json_schema_for_editors():
    schema = CalendarModel.model_json_schema()
    assert schema["required"] == ["id", "zone", "week"]
    assert set(schema["$defs"]) >= {"RuProductionSource", "CountrySource", "OffRule", "WorkRule", "ShortRule"}
    assert schema["additionalProperties"] is False


def test_pydantic_errors_point_into_the_document():
    with pytest.raises(ValidationError) as caught:
        CalendarModel.model_validate({"id": "x", "zone": "UTC", "week": {"mon": ["09:00-18:00", "x"]}})
    assert caught.value.errors()[0]["loc"] == ("week", "mon", 1)


@pytest.mark.parametrize("text", ["2026-05-02", "2026-05-02..2026-05-04", "05-02", "12-28..01-08"])
def test_a_span_is_written_as_it_was_read(text):
    assert str(DateSpan.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-05-02..2026-05-01", "ends before it starts"),
        ("2026-05-02..05-04", "a year at one end only"),
        ("05-02..2026-05-04", "a year at one end only"),
        ("2026-13-01", "no such day"),
        ("02-30", "no such day"),
        ("2025-02-29", "no such day"),
        ("2.5.2026", "no date"),
        ("2026-05-02..", "no date"),
        ("", "no date"),
        (20260502, "no date"),
    ],
)
def test_a_wrong_span_is_explained(text, says):
    with pytest.raises(ValueError, match=says):
        DateSpan.parse(text)


@pytest.mark.parametrize(
    ("text", "year", "days"),
    [
        ("12-30..01-02", 2026, ["01-01", "01-02", "12-30", "12-31"]),
        ("02-29", 2024, ["02-29"]),
        ("02-29", 2025, []),
        ("02-28..02-29", 2025, ["02-28"]),
        ("02-29..03-01", 2025, ["03-01"]),
        ("2025-12-31..2026-01-01", 2025, ["12-31"]),
        ("2025-12-31..2026-01-01", 2026, ["01-01"]),
        ("2025-12-31..2026-01-01", 2027, []),
    ],
)
def test_a_span_gives_the_days_of_each_year(text, year, days):
    assert [f"{date.fromordinal(ordinal):%m-%d}" for ordinal in DateSpan.parse(text).ordinals(year)] == days


def test_equal_definitions_make_equal_calendars_with_one_digest(calendar):
    one, two = calendar(WEEK), calendar(WEEK)
    assert one == two
    assert hash(one) == hash(two)
    assert one.digest.startswith("sha256:")
    assert one != calendar(WEEK, short_by="30m")
    assert one != WEEK
    assert repr(one) == "WorkCalendar('test', 'Europe/Moscow')"


def test_the_digest_follows_the_files_and_the_holiday_data(calendar, monkeypatch):
    source = [{"csv": "days.csv"}]
    one = calendar(WEEK, holidays=source, files={"days.csv": b"date\n2026-05-02\n"})
    two = calendar(WEEK, holidays=source, files={"days.csv": b"date\n2026-05-03\n"})
    assert one.digest != two.digest
    other = {"days.csv": b"date\n2026-05-02\n", "another.yaml": b"id: x"}
    assert calendar(WEEK, holidays=source, files=other).digest == one.digest
    assert calendar(WEEK, holidays=[*source, {"ics": "a.ics"}], files=other | {"a.ics": ICS}).files.keys() == {
        "days.csv",
        "a.ics",
    }
    before = calendar(WEEK, holidays=[{"country": "DE"}]).digest
    monkeypatch.setattr("bridge.policies.calendar.assemble.HOLIDAYS_VERSION", "0.999")
    assert calendar(WEEK, holidays=[{"country": "DE"}]).digest != before
    assert calendar(WEEK, holidays=source, files={"days.csv": b"date\n2026-05-02\n"}).digest == one.digest


def test_a_title_does_not_move_the_digest(calendar):
    assert calendar(WEEK, title={"ru": "Часы", "en": "Hours"}).digest == calendar(WEEK).digest


def test_a_shortening_longer_than_the_day_leaves_no_day(calendar):
    brief = calendar(
        {"mon-fri": "09:00-10:00"},
        rules=[{"short": "2025-04-07", "by": "1h", "title": {"ru": "Уборка", "en": "Cleaning"}}],
    )
    day = brief.day(date(2025, 4, 7))
    assert (day.kind, day.windows, day.reason) == (DayKind.DAY_OFF, (), "Cleaning")
