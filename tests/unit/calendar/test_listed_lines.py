"""A file of days whose lines contradict each other is refused, with both lines; what may stand together is read."""

from datetime import date

import pytest

from bridge.errors import CalendarInvalid
from bridge.policies.calendar.work_calendar import build_calendar

HEAD = "date,kind,title,windows\n"


def built(lines: str):
    definition = {"id": "t", "zone": "UTC", "week": {"mon-fri": "09:00-18:00"}, "holidays": [{"csv": "d.csv"}]}
    return build_calendar(definition, {"d.csv": (HEAD + lines).encode()})


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("2026-12-02,holiday,,\n2026-12-02,working_weekend,,\n", "lines 2 and 3 say different things about 2026-12-02: 'holiday' and 'working_weekend'"),
        ("2026-12-02,short,,\n2026-12-02,holiday,,\n", "'short' and 'holiday'"),
        ("2026-12-02,off,,\n2026-12-02,short,,\n", "'off' and 'short'"),
        ("2026-12-02,,,\n2026-12-02,off,,\n", "'holiday' and 'off'"),
        ("2026-12-05,work,,10:00-12:00\n2026-12-05,work,,\n", "lines 2 and 3"),
        ("2026-12-05,work,,10:00-12:00\n2026-12-05,work,,10:00-13:00\n", "lines 2 and 3"),
        ("2026-12-02,holiday,Day,\n2026-12-02,holiday,Night,\n", "about 2026-12-02: 'Day' and 'Night'"),
        ("2026-12-01..2026-12-10,holiday,,\n2026-12-05,work,,\n", "about 2026-12-05"),
        ("2026-12-05,work,,\n2026-12-20,short,,\n2026-12-01..2026-12-10,holiday,,\n", "lines 2 and 4"),
        ("05-09,holiday,,\n2026-05-09,work,,\n", "about 05-09"),
        ("12-28..01-08,holiday,,\n2027-01-02,work,,\n", "about 01-02"),
        ("12-28..01-08,holiday,,\n01-05,short,,\n", "about 01-05"),
        ("02-29,holiday,,\n2028-02-29,work,,\n", "about 02-29"),
        ("2026-12-30..2027-01-02,work,,\n01-01,holiday,,\n", "about 01-01"),
        ("2026-03-01..2027-06-02,work,,\n04-01,holiday,,\n", "about 04-01"),
    ],
)  # fmt: skip
def test_two_lines_about_one_date_are_named_both(lines: str, words: str) -> None:
    with pytest.raises(CalendarInvalid) as caught:
        built(lines)
    (problem,) = caught.value.problems
    assert problem.message.startswith("d.csv lines ")
    assert words in problem.message
    assert problem.hint.startswith("keep one line for each date")


@pytest.mark.parametrize(
    ("lines", "day", "windows"),
    [
        ("2026-12-05,work,,\n2026-12-05,short,,\n", "2026-12-05", ["09:00-17:00"]),
        ("2026-12-02,holiday,Day,\n2026-12-02,holiday,Day,\n", "2026-12-02", []),
        ("2026-12-02,off,,\n2026-12-02,transferred_off,,\n", "2026-12-02", []),
        ("2026-12-01..2026-12-10,holiday,Holidays,\n2026-12-05,holiday,Saint Nicholas,\n", "2026-12-05", []),
        ("05-09,holiday,Victory,\n2026-05-09,holiday,Eighty-one years,\n", "2026-05-09", []),
        ("2026-12-01,holiday,,\n2026-12-02,short,,\n", "2026-12-02", ["09:00-17:00"]),
        ("05-09,holiday,,\n2026-05-10,work,,\n", "2026-05-10", ["09:00-18:00"]),
        ("2026-12-04,work,,20:00-21:00\n", "2026-12-04", ["20:00-21:00"]),
    ],
)  # fmt: skip
def test_lines_that_agree_stand_side_by_side(lines: str, day: str, windows: list[str]) -> None:
    assert [str(one) for one in built(lines).day(date.fromisoformat(day)).windows] == windows


def test_very_many_contradictions_are_counted_and_not_all_told() -> None:
    lines = "".join(
        f"2026-{month:02}-{day:02},{kind},,\n"
        for month in (1, 2, 3)
        for day in range(1, 15)
        for kind in ("off", "work")
    )
    with pytest.raises(CalendarInvalid) as caught:
        built(lines)
    assert caught.value.problems[0].message.endswith("; and 22 more")


def test_many_long_spans_of_one_kind_are_compared_in_a_moment() -> None:
    lines = "".join(f"1990-01-01..2099-12-{1 + number % 30:02},holiday,,\n" for number in range(3000))
    with pytest.raises(CalendarInvalid, match="lines 31 and 3002"):
        built(lines + "2026-12-05,short,,\n")


def test_a_line_that_csv_cannot_read_is_named() -> None:
    with pytest.raises(CalendarInvalid, match=r"d.csv line \d: "):
        built("2026-12-05,wo\0rk,,\n")
