"""Moments in other zones than the calendar's, and the borders of what is compiled and published."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.errors import CalendarError
from bridge.policies.calendar.amounts import Amount

HOUR = timedelta(hours=1)
TOKYO, MOSCOW, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Moscow"), ZoneInfo("America/New_York")


@pytest.mark.parametrize("first", [UTC, MOSCOW, TOKYO, NEW_YORK])
@pytest.mark.parametrize("second", [UTC, MOSCOW, TOKYO, NEW_YORK])
def test_between_counts_the_same_in_any_pair_of_zones(d, first, second):
    start = datetime(2025, 4, 7, 7, 30, tzinfo=UTC).astimezone(first)
    end = datetime(2025, 4, 8, 8, 0, tzinfo=UTC).astimezone(second)
    assert d.between(start, end) == timedelta(hours=9, minutes=30)


@pytest.mark.parametrize("zone", [MOSCOW, NEW_YORK])
def test_between_refuses_what_lies_outside_on_either_side_when_all_years_are_compiled(calendar, zone):
    full = calendar({"mon-sun": "00:00-24:00"}, zone=zone.key)
    middle = datetime(2025, 4, 7, tzinfo=zone)
    full.between(datetime(1990, 1, 1, tzinfo=zone), datetime(2099, 12, 31, 23, tzinfo=zone))
    for outside in (
        datetime(1989, 12, 31, 23, 59, tzinfo=zone),
        datetime(1989, 12, 31, 14, tzinfo=zone),
        datetime(2100, 1, 1, 0, tzinfo=zone),
        datetime(2100, 1, 1, 1, tzinfo=zone),
        datetime(2100, 1, 1, 12, tzinfo=zone),
    ):
        for pair in ((outside, middle), (middle, outside)):
            with pytest.raises(CalendarError, match="horizon"):
                full.between(*pair)


def test_all_the_working_time_up_to_the_horizon_can_be_added(calendar, at):
    week = {"mon-sun": "09:00-18:00"}
    start, end = at("2025-04-07 09:00"), at("2099-12-31 18:00")
    assert calendar(week).add(start, calendar(week).between(start, end)) == end


def test_the_language_of_a_receipt_is_english_unless_told(m, at):
    start, end = (int(at(f"2024-05-01 {hour}").timestamp()) for hour in ("08:00", "09:00"))
    (told,) = m.intervals(start, end, language="en")
    assert list(m.intervals(start, end)) == [told]


def test_a_short_day_tells_what_it_lost_and_the_totals_their_year(m):
    assert m.day(date(2024, 5, 8)).shortened_seconds == 3600
    assert m.totals(2024).year == 2024


def test_a_year_that_is_published_in_part_is_provisional(calendar):
    half = calendar({"mon-fri": "09:00-18:00"}, holidays=[{"dates": ["05-01"]}], valid_through="2026-06-30")
    assert [half.totals(year).provisional for year in (2025, 2026, 2027)] == [False, True, True]


def test_the_hash_follows_the_digest(calendar):
    one, same, other = (calendar({"mon": hours}) for hours in ("09:00-18:00", "09:00-18:00", "09:00-17:00"))
    assert hash(one) == hash(same) != hash(other)


def test_a_calendar_keeps_its_title(calendar):
    titled = calendar({"mon": "09:00-18:00"}, title={"ru": "Поддержка", "en": "Support"})
    assert (titled.title.ru, titled.title.en) == ("Поддержка", "Support")


def test_before_the_first_published_day_the_law_alone_decides(calendar):
    made = calendar({"mon-fri": "09:00-18:00"}, holidays=[{"ru-production": True}])
    first = int(datetime.combine(made.valid_from, time(), made.zone).timestamp())
    assert (made.is_provisional(first - 1), made.is_provisional(first)) == (True, False)


def test_without_a_source_that_ends_nothing_is_provisional(calendar):
    made = calendar({"mon-fri": "09:00-18:00"})
    assert not any(made.is_provisional(instant) for instant in (-(1 << 40), 0, 1 << 40))


def test_what_is_published_ends_with_the_last_second_of_its_last_day(calendar):
    stated = calendar({"mon-fri": "09:00-18:00"}, holidays=[{"dates": ["05-01"]}], valid_through="2026-06-30")
    midnight = int(datetime(2026, 7, 1, tzinfo=MOSCOW).timestamp())
    assert [stated.is_provisional(midnight + seconds) for seconds in (-86_400, -1, 0, 1, 86_400)] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_the_digest_of_a_definition_is_the_same_in_every_release(calendar):
    """It stands in decisions that the helpdesk keeps: another spelling inside it would make all of them look outdated."""
    made = calendar(
        {"mon-fri": "09:00-18:00"},
        holidays=[{"csv": "дни.csv"}],
        rules=[{"off": "01-01..01-08"}],
        valid_through="2026-12-31",
        files={"дни.csv": b"date\n2026-05-02\n"},
    )
    assert made.digest == "sha256:747eb1e7c0c1ee870b5fc62fd3d05b3fc5f306bfd3509d8494982c2a7dba0412"


def test_a_day_whose_only_window_falls_into_the_missing_hour_is_no_working_day(calendar):
    berlin = ZoneInfo("Europe/Berlin")
    here = calendar({"sun": "02:00-03:00"}, zone="Europe/Berlin")
    saturday = int(datetime(2026, 3, 28, 12, tzinfo=berlin).timestamp())
    due = here.due(saturday, Amount.parse("1wd"))
    assert datetime.fromtimestamp(due, berlin) == datetime(2026, 4, 5, 3, tzinfo=berlin)
