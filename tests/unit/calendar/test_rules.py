"""Dated rules: what outranks what."""

from datetime import date

import pytest

from bridge.policies.calendar.days import DayKind

WEEK = {"mon-fri": ["09:00-13:00", "14:00-18:00"]}
TITLE = {"ru": "Переезд", "en": "Moving"}


def shown(calendar, day):
    return [str(window) for window in calendar.day(date.fromisoformat(day)).windows]


def test_a_day_off_by_rule_bears_its_title(calendar):
    moved = calendar(WEEK, rules=[{"off": "2025-04-09", "title": TITLE}])
    day = moved.day(date(2025, 4, 9), language="ru")
    assert (day.kind, day.windows, day.reason, day.source) == (DayKind.DAY_OFF, (), "Переезд", "dated rule")
    assert moved.day(date(2025, 4, 9)).reason == "Moving"
    assert moved.day(date(2025, 4, 10)).reason == ""


def test_a_worked_day_by_rule_outranks_holidays_and_the_pattern(calendar):
    fair = calendar(
        WEEK,
        holidays=[{"dates": "2025-04-09"}],
        rules=[{"work": ["2025-04-09", "2025-04-12"], "windows": "10:00-12:00"}],
    )
    assert shown(fair, "2025-04-09") == ["10:00-12:00"]
    assert fair.day(date(2025, 4, 9)).kind is DayKind.WORKING
    assert shown(fair, "2025-04-12") == ["10:00-12:00"]
    assert fair.day(date(2025, 4, 12)).kind is DayKind.WORKING_WEEKEND


def test_windows_of_a_rule_are_not_shortened_by_the_law(calendar):
    eve = calendar(WEEK, holidays=[{"ru-production": True}], rules=[{"work": "2020-12-31", "windows": "09:00-18:00"}])
    assert shown(eve, "2020-12-31") == ["09:00-18:00"]


def test_a_short_day_by_rule_replaces_the_shortening_of_the_law(calendar):
    eve = calendar(WEEK, holidays=[{"ru-production": True}], rules=[{"short": "12-31", "by": "5h"}])
    assert shown(eve, "2020-12-31") == ["09:00-12:00"]
    assert shown(eve, "2020-12-30") == ["09:00-13:00", "14:00-18:00"]
    assert eve.day(date(2020, 12, 31)).kind is DayKind.SHORT_DAY


def test_a_short_day_by_rule_may_keep_the_full_day(calendar):
    full = calendar(WEEK, holidays=[{"ru-production": True}], rules=[{"short": "2020-12-31", "by": "0"}])
    day = full.day(date(2020, 12, 31))
    assert (day.kind, day.short, day.shortened_seconds) == (DayKind.WORKING, True, 0)


def test_windows_of_a_rule_can_be_shortened_by_a_rule(calendar):
    both = calendar(
        WEEK, rules=[{"work": "2025-04-12", "windows": "10:00-16:00"}, {"short": "2025-04-12", "by": "90m"}]
    )
    assert shown(both, "2025-04-12") == ["10:00-14:30"]
    assert both.day(date(2025, 4, 12)).kind is DayKind.WORKING_WEEKEND


def test_a_short_day_that_is_off_stays_off(calendar):
    off = calendar(WEEK, rules=[{"off": "2025-04-09"}, {"short": "2025-04-09", "by": "1h"}])
    assert off.day(date(2025, 4, 9)).kind is DayKind.DAY_OFF
    assert calendar(WEEK, rules=[{"short": "2025-04-12", "by": "1h"}]).day(date(2025, 4, 12)).kind is DayKind.WEEKEND


@pytest.mark.parametrize("turned", [False, True])
def test_a_date_with_a_year_outranks_a_yearly_one_in_any_order(calendar, turned):
    rules = [{"off": "12-30..01-02"}, {"work": "2025-12-31", "windows": "09:00-12:00"}]
    party = calendar(WEEK, rules=rules[::-1] if turned else rules)
    assert shown(party, "2025-12-31") == ["09:00-12:00"]
    assert shown(party, "2024-12-31") == []
    assert shown(party, "2026-01-01") == []


def test_the_same_rule_twice_is_no_contradiction(calendar):
    assert shown(calendar(WEEK, rules=[{"off": "2025-04-09"}, {"off": "2025-04-08..2025-04-10"}]), "2025-04-09") == []


def test_only_dated_days_may_be_worked(calendar, at):
    fairs = calendar({}, rules=[{"work": ["2025-04-12", "2026-04-11"], "windows": "10:00-12:00"}])
    assert fairs.between(at("2000-01-01 00:00"), at("2099-12-31 00:00")).total_seconds() == 4 * 3600
