"""Amounts, instants and zones as letters tell them: in the words of the panel."""

import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.policies.outcome import panel_words
from bridge.policies.outcome.panel_words import (
    NO_BREAK,
    amount_in_words,
    instant_in_words,
    working_days_in_words,
    zone_in_words,
)
from tests.unit.clocks.desk import D, at

ROOT = Path(__file__).resolve().parents[3]
WORDS = json.loads((ROOT / "plugin/sla-bridge/assets/words.json").read_text(encoding="utf-8"))
MOSCOW = ZoneInfo("Europe/Moscow")


def spaced(text):
    return text.replace(NO_BREAK, " ")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_zones_days_and_months_are_the_panels(language):
    words = WORDS[language]
    assert {zone: spaced(title.text(language)) for zone, title in panel_words._ZONES.items()} == {
        zone: spaced(name) for zone, name in words["zones"].items()
    }
    assert list(panel_words._WEEKDAYS[language]) == words["instant"]["weekdays"]
    if language == "en":
        assert list(panel_words._MONTHS) == words["instant"]["months_short"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_amounts_are_told_in_the_panels_forms(language):
    amount = WORDS[language]["amount"]
    for seconds in (0, 59, 60, 3599, 3600, 3900, 36_000, 360_000):
        minutes = seconds // 60
        if not minutes:
            expected = amount["less"]
        elif minutes < 60:
            expected = amount["minutes"].format(m=minutes)
        else:
            expected = amount["hours_minutes"].format(h=minutes // 60, mm=f"{minutes % 60:02}")
        assert amount_in_words(seconds, language) == spaced(expected).replace(" ", NO_BREAK) or not minutes
        assert spaced(amount_in_words(seconds, language)) == spaced(expected)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_instants_are_told_in_the_panels_absolute_form_on_every_day_of_a_year(language):
    words = WORDS[language]["instant"]
    for offset in range(0, 366, 5):
        day = date(2026, 1, 1) + timedelta(days=offset)
        expected = words["absolute"].format(
            wd=words["weekdays"][day.weekday()],
            dd=f"{day.day:02}",
            d=day.day,
            mm=f"{day.month:02}",
            mon=words["months_short"][day.month - 1],
            yyyy=day.year,
            time="09:05",
        )
        told = instant_in_words(at(f"{day} 09:05"), MOSCOW, language)
        zone = {"ru": "время московское", "en": "Moscow time"}[language]
        assert spaced(told) == f"{spaced(expected)}, {zone}"


def test_a_zone_without_a_name_is_told_by_its_difference_at_that_instant():
    berlin = ZoneInfo("Europe/Berlin")
    assert zone_in_words(berlin, at("2026-01-10 12:00"), "en") == "UTC+01:00"
    assert zone_in_words(berlin, at("2026-07-10 12:00"), "ru") == "UTC+02:00"


@pytest.mark.parametrize(
    ("start", "end", "ru", "en"),
    [
        ("2026-11-02 10:00", "2026-11-06 18:00", "4 рабочих дня", "4 working days"),
        ("2026-11-02 17:00", "2026-11-05 18:00", "3 рабочих дня", "3 working days"),
        ("2026-11-04 16:00", "2026-11-05 18:00", "1 рабочий день 2 ч", "1 working day 2 h"),
        ("2026-11-04 18:00", "2026-11-05 18:00", "1 рабочий день", "1 working day"),
        ("2026-11-05 16:30", "2026-11-05 18:00", "1 ч 30 мин", "1 h 30 min"),
        ("2026-11-06 18:00", "2026-11-08 12:00", "меньше минуты", "less than a minute"),
        ("2026-11-05 18:00", "2026-11-12 18:00", "5 рабочих дней", "5 working days"),
    ],
)
def test_working_days_are_whole_from_two_on_and_the_last_one_has_its_hours(start, end, ru, en):
    found = [spaced(working_days_in_words(D, at(start), at(end), language)) for language in ("ru", "en")]
    assert found == [ru, en]
