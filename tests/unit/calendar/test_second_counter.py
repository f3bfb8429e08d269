"""The second opinion agrees with the engine, and notices when the engine is wrong."""

import random
from datetime import date
from zoneinfo import ZoneInfo

import holidays
import pytest

from bridge.errors import CalendarError
from bridge.policies.calendar import compiled_years, days
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.sources import ru_production
from bridge.policies.calendar.work_calendar import WorkCalendar
from bridge.policies.proof.second_counter import SecondCounter

SOURCE = [{"ru-production": True}]
AMOUNTS = ["8h", "40h", "216h", "1h30m", "24wd", "1wd", "24wd same-time", "2d", "36h calendar", "0h", "0wd", "1s"]
ICS = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20250409\nEND:VEVENT\nEND:VCALENDAR\n"
CSV = b"date,kind,windows\n2025-04-12,work,10:00-12:00\n2025-04-19,work,\n2025-04-14,off,\n2025-04-15,short,\n"


def many_calendars(calendar):
    night = {"mon-thu": ["08:00-12:30", "22:00-06:00"], "sat": "10:00-24:00"}
    lunch = {"mon-fri": ["09:00-13:00", "14:00-18:00"]}
    return {
        "agreement": calendar({"mon-fri": "05:00-14:00"}, holidays=SOURCE),
        "presidential": calendar(lunch, holidays=SOURCE, presidential_days=True, short_by="5h"),
        "seven days": calendar({"mon-sun": "09:00-17:00"}, holidays=SOURCE),
        "uneven": calendar({"mon": "08:00-12:00", "tue-sat": "09:00-16:00"}, holidays=SOURCE),
        "night in Berlin": calendar(night, zone="Europe/Berlin", holidays=[{"country": "DE", "region": "BY"}]),
        "New York": calendar(lunch, zone="America/New_York", holidays=[{"country": "US"}]),
        "Lord Howe": calendar({"mon-sun": "01:45-02:15"}, zone="Australia/Lord_Howe"),
        "Shanghai": calendar(lunch, zone="Asia/Shanghai", holidays=[{"country": "CN"}]),
        "rules": calendar(
            lunch,
            holidays=[{"dates": ["12-30..01-08", "2025-05-02"]}],
            rules=[{"off": "2025-04-07"}, {"work": "2025-04-06", "windows": "10:00-12:00"}, {"short": ["04-10", "2025-04-09"], "by": "6h"},
                   {"off": "04-08"}, {"work": "2025-04-08", "windows": "20:00-04:00"}],
        ),
        "harvest": calendar(
            lunch,
            holidays=SOURCE,
            seasons=[{"id": "harvest", "from": "07-15", "until": "09-30", "week": {"mon-sat": "06:00-20:00"}},
                     {"id": "frost", "from": "12-20", "until": "02-29", "week": {"tue-thu": ["10:00-12:00", "13:00-15:00"]}},
                     {"id": "fair", "from": "2025-04-05", "until": "2025-04-19", "week": {"mon-sun": "22:00-04:00"}}],
            rules=[{"off": "2025-08-01"}, {"short": "08-04", "by": "3h"}, {"work": "2025-08-03", "windows": "10:00-12:00"}],
        ),
        "Shanghai by season": calendar(
            lunch,
            zone="Asia/Shanghai",
            holidays=[{"country": "CN"}],
            seasons=[{"id": "spring", "from": "02-01", "until": "04-30", "week": {"tue-thu": "11:00-12:00"}}],
        ),
        "files by season": calendar(
            lunch, holidays=[{"ics": "a.ics"}, {"csv": "b.csv"}], files={"a.ics": ICS, "b.csv": CSV},
            seasons=[{"id": "closed", "from": "04-14", "until": "04-20", "week": {}}],
        ),
        "own windows on a weekday": calendar(
            lunch, holidays=[{"csv": "b.csv"}], files={"b.csv": b"date,kind,windows\n2025-04-16,work,20:00-21:00\n"}
        ),
        "Kwajalein": calendar(lunch, zone="Pacific/Kwajalein"),
        "files": calendar(lunch, holidays=[{"ics": "a.ics"}, {"csv": "b.csv"}], files={"a.ics": ICS, "b.csv": CSV}),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_both_counters_agree_on_many_deadlines(calendar, seed):
    dice = random.Random(seed)
    for name, ours in many_calendars(calendar).items():
        second = SecondCounter(ours.definition, ours.files)
        for _ in range(5):
            start = (
                dice.randrange(1_356_998_400, 1_830_000_000)
                if dice.random() < 0.5
                else dice.randrange(1_743_400_000, 1_745_200_000)
            )
            amount = Amount.parse(dice.choice(AMOUNTS))
            due = ours.due(start, amount)
            assert second.due(start, amount) == due, (name, start, amount)
            assert second.between(start, due) == ours.worked(due) - ours.worked(start), (name, start, amount)


def test_both_counters_agree_on_what_each_day_is(calendar):
    for name, ours in many_calendars(calendar).items():
        second = SecondCounter(ours.definition, ours.files)
        years = (2013, 2014, 2016, 2020, 2024, 2025, 2028, 2030) if name == "agreement" else (2020, 2024, 2025)
        for year in years:
            for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
                day = date.fromordinal(ordinal)
                assert tuple(second.windows(day)) == ours.day(day).windows, (name, day)


def test_pauses_give_back_what_would_have_counted(d, at):
    start = int(at("2025-04-07 09:00").timestamp())
    night = (int(at("2025-04-07 19:00").timestamp()), int(at("2025-04-08 08:00").timestamp()))
    hour = (int(at("2025-04-07 17:00").timestamp()), int(at("2025-04-08 09:00").timestamp()))
    eight = Amount.parse("8h30m")
    ask = SecondCounter(d.definition)
    assert ask.due(start, eight) == int(at("2025-04-07 17:30").timestamp())
    assert ask.due(start, eight, pauses=[night]) == int(at("2025-04-07 17:30").timestamp())
    assert ask.due(start, eight, pauses=[hour]) == int(at("2025-04-08 09:30").timestamp())
    # Two pauses that overlap are their union.
    assert ask.due(start, eight, pauses=[hour, (hour[0] + 60, hour[1])]) == int(at("2025-04-08 09:30").timestamp())
    assert ask.due(start, Amount.parse("1wd"), pauses=[hour]) == int(at("2025-04-09 10:00").timestamp())
    assert ask.due(start, Amount.parse("1wd"), pauses=[night]) == int(at("2025-04-08 18:00").timestamp())
    assert ask.due(start, Amount.parse("1d"), pauses=[hour]) == start + 86_400 + hour[1] - hour[0]
    assert ask.due(start, Amount.parse("1d"), pauses=[(start - 60, start + 60)]) == start + 86_400 + 60
    assert ask.between(start, hour[1] + 60, pauses=[hour]) == 8 * 3600 + 60


def test_long_amounts_backward_spans_and_filed_days_come_out_alike(calendar, m, at):
    start = int(at("2025-04-07 10:00").timestamp())
    due = SecondCounter(m.definition).due(start, Amount.parse("216h"))
    assert due == int(at("2025-05-15 11:00").timestamp())
    assert SecondCounter(m.definition).between(start, due) == 216 * 3600
    assert SecondCounter(m.definition).between(due, start) == -216 * 3600
    filed = calendar({"mon-fri": "09:00-18:00"}, holidays=[{"csv": "b.csv"}], files={"b.csv": CSV})
    assert SecondCounter(filed.definition, filed.files).due(start, Amount.parse("40h")) == filed.due(
        start, Amount.parse("40h")
    )
    assert SecondCounter(filed.definition, filed.files).between(start, due) == filed.worked(due) - filed.worked(start)


def test_a_worked_weekend_without_its_partner_has_the_first_windows_of_the_week(calendar, monkeypatch):
    def without_swaps(*args, real=holidays.country_holidays, **rest):
        data = real(*args, **rest)
        data.special_public_holidays = {}
        return data

    monkeypatch.setattr(holidays, "country_holidays", without_swaps)
    uneven = calendar({"tue": "09:00-12:00", "fri": "10:00-15:00"}, zone="Asia/Shanghai", holidays=[{"country": "CN"}])
    # 18 February 2024, a Sunday, was worked for a Friday.
    day = date(2024, 2, 18)
    assert [str(window) for window in uneven.day(day).windows] == ["09:00-12:00"]
    assert SecondCounter(uneven.definition).windows(day) == list(uneven.day(day).windows)


def test_what_is_never_reached_is_told(calendar, at):
    fair = calendar({}, rules=[{"work": "2025-04-12", "windows": "10:00-12:00"}]).definition
    start = int(at("2099-04-01 00:00").timestamp())
    with pytest.raises(CalendarError, match="are not reached before 2100"):
        SecondCounter(fair).due(start, Amount.parse("3h"))
    with pytest.raises(CalendarError, match="are not reached before 2100"):
        SecondCounter(fair).due(start, Amount.parse("2wd"))


def off_by_one_close(days, zone, first, end, *, real=compiled_years.cut_windows):
    """Lose the last second of each window."""
    for opens, closes, ordinal in real(days, zone, first, end):
        yield opens, closes - 1, ordinal


def wall_clock_instants(zone, ordinal, wall_seconds, *, real=compiled_years.instant_of):
    """Forget that the clocks change: read each day with the offset of its first of January."""
    january = date(date.fromordinal(ordinal).year, 1, 1).toordinal()
    return real(zone, january, 0) + (ordinal - january) * 86_400 + wall_seconds


PLANTED = {
    "a window loses its last second": (compiled_years, "cut_windows", off_by_one_close, "Europe/Moscow"),
    "the clocks never change": (compiled_years, "instant_of", wall_clock_instants, "Europe/Berlin"),
    "short days are not cut": (days, "shortened", lambda windows, by_seconds: windows, "Europe/Moscow"),
    "the list of moved days is lost": (ru_production, "_MOVED_BUT_MISSING", {}, "Europe/Moscow"),
    "the listed short day is lost": (ru_production, "_SHORT_BY_LIST", frozenset(), "Europe/Moscow"),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_bug_planted_in_the_engine_is_noticed(calendar, at, monkeypatch, bug):
    module, name, wrong, zone = PLANTED[bug]
    start = int(at("2014-02-20 10:00", ZoneInfo(zone)).timestamp())
    amount = Amount.parse("400h")

    def both():
        ours = calendar({"mon-fri": "05:00-14:00"}, zone=zone, holidays=SOURCE)
        return ours.due(start, amount), SecondCounter(ours.definition).due(start, amount)

    due, second = both()
    assert due == second
    monkeypatch.setattr(module, name, wrong)
    due, second = both()
    assert due != second


def test_a_bug_in_the_walk_itself_is_noticed(m, at, monkeypatch):
    monkeypatch.setattr(WorkCalendar, "reach", lambda self, worked: super(WorkCalendar, self).reach(worked) + 1)
    start = int(at("2025-04-07 10:00").timestamp())
    assert m.due(start, Amount.parse("8h")) != SecondCounter(m.definition).due(start, Amount.parse("8h"))
