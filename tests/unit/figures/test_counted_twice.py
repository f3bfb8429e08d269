"""All figures of 10,000 generated tickets, counted once by the program and once by hand, member by member."""

from datetime import date
from functools import cache

import pytest

from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.figures.counting import figures_of
from bridge.policies.figures.figures_json import figures_json
from bridge.policies.figures.model import Dimension, Filters, Period
from bridge.policies.figures.question import Question
from bridge.policies.figures.reported import reported_adapter
from bridge.tickets import parse_instant
from tests.unit.figures.by_hand import Hand, Week
from tests.unit.figures.generated import NOW, lines

HOLIDAYS = ["2026-11-04", "2026-06-12", "2026-11-03"]
CALENDAR = {
    "id": "support-msk",
    "zone": "Europe/Moscow",
    "week": {"mon-thu": ["09:00-18:00"], "fri": ["09:00-13:00", "14:00-17:00"], "sat": ["22:00-06:00"]},
    "rules": [{"off": HOLIDAYS, "title": {"ru": "Выходной", "en": "Off"}}],
}
OFFICE = [(9, 18)]
WEEK = Week(
    {0: OFFICE, 1: OFFICE, 2: OFFICE, 3: OFFICE, 4: [(9, 13), (14, 17)], 5: [(22, 30)]},
    days_off=map(date.fromisoformat, HOLIDAYS),
)
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
REGISTRY = {"as_of": NOW, "certificates": []}


@cache
def desk(tickets):
    return tuple(lines(13, tickets))


def both(
    tickets,
    period=NOVEMBER,
    *,
    calendar=CALENDAR,
    week=WEEK,
    filters=None,
    departments=None,
    now=NOW,
    by=tuple(Dimension),
):
    """Yield the program's answer and the one by hand, dimension by dimension."""
    since, until = period
    zone = calendar["zone"]
    question = Question(
        period=Period(since=since, until=until, zone=zone),
        filters=Filters(**(filters or {})),
        departments=None if departments is None else frozenset(departments),
    )
    read = map(reported_adapter().validate_json, tickets)
    counted = figures_of(read, question, build_calendar(calendar), parse_instant(now), REGISTRY)
    hand = Hand(
        tickets, since=since, until=until, zone=zone, now=now, week=week, filters=filters, departments=departments
    )
    yield figures_json(counted, by=by[0], tickets=None), hand.answer(by[0].value, registry=REGISTRY)
    for one in by[1:]:
        yield {"by": one, "rows": figures_json(counted, by=one)["rows"]}, {"by": one, "rows": hand.rows(one.value)}


def same(answers):
    for counted, by_hand in answers:
        assert counted.keys() == by_hand.keys()
        for name, figure in by_hand.items():
            assert counted[name] == figure, (counted["by"], name)


def test_ten_thousand_tickets_have_the_same_figures_by_hand_in_every_dimension():
    same(both(desk(10_000)))


def test_there_is_something_of_everything_in_them():
    (answer, _), *_ = both(desk(10_000), by=[Dimension.CUSTOMER])
    assert all(answer["tickets"].values())
    assert all(answer["now"].values())
    assert all(answer["more"].values())
    assert all(band["ours"] for band in answer["backlog"])
    assert all(band["waiting"] for band in answer["backlog"][2:])
    assert all(any(row) for row in answer["arrivals"] + answer["breaches"])
    assert {row["key"] == "" for row in answer["rows"]} == {True, False}
    assert {one["by"] is None for one in answer["excluded"]} == {True, False}
    assert {one["stopped_at"] is None for one in answer["missed"]} == {True, False}
    assert len(answer["spent"]["status"]) == 2
    assert len(answer["spent"]["department"]) == 4


@pytest.mark.parametrize(
    "filters",
    [
        {"metric": "resolution"},
        {"level": "urgent"},
        {"level": ""},
        {"customer": "C7"},
        {"customer": ""},
        {"department": "2", "agent": ""},
        {"agent": "3", "metric": "first_response", "level": "standard"},
        {"customer": "nobody"},
    ],
    ids=str,
)
def test_filtered_figures_are_the_same_by_hand(filters):
    same(both(desk(1_000), filters=filters))


@pytest.mark.parametrize("departments", [[1], [2, 3], [], [99]], ids=str)
def test_who_sees_some_departments_is_told_what_a_desk_of_those_alone_would_be_told(departments):
    same(both(desk(1_000), departments=departments))
    same(both(desk(1_000), departments=departments, filters={"level": "general"}))


@pytest.mark.parametrize(
    "period",
    [
        (date(2026, 11, 29), date(2026, 11, 29)),
        (date(2026, 3, 27), date(2026, 4, 1)),
        (date(2025, 11, 1), date(2026, 11, 30)),
        (date(2027, 1, 1), date(2027, 1, 31)),
        (date(2024, 2, 29), date(2024, 2, 29)),
    ],
    ids=str,
)
def test_any_period_has_the_same_figures_by_hand(period):
    same(both(desk(1_000), period))


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Berlin",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/New_York",
        "Asia/Kathmandu",
    ],
)
def test_in_zones_that_change_their_clocks_or_stand_between_the_hours_figures_are_the_same_by_hand(zone):
    calendar = CALENDAR | {"zone": zone, "week": {"mon-sun": ["03:30-10:30", "22:00-03:00"]}, "rules": []}
    week = Week({weekday: [(3.5, 10.5), (22, 27)] for weekday in range(7)})
    same(both(desk(500), (date(2026, 10, 1), date(2026, 11, 9)), calendar=calendar, week=week))
    same(both(desk(500), (date(2026, 3, 1), date(2026, 4, 10)), calendar=calendar, week=week, by=[Dimension.MONTH]))


def test_the_lists_are_cut_and_told_in_whole():
    question = Question(period=Period(since=NOVEMBER[0], until=NOVEMBER[1], zone="Europe/Moscow"))
    read = map(reported_adapter().validate_json, desk(1_000))
    counted = figures_of(read, question, build_calendar(CALENDAR), parse_instant(NOW))
    hand = Hand(desk(1_000), since=NOVEMBER[0], until=NOVEMBER[1], zone="Europe/Moscow", now=NOW, week=WEEK)
    cut = figures_json(counted, tickets=3)
    assert cut == hand.answer(limit=3)
    assert len(cut["missed"]) == 3 < cut["more"]["missed"]
