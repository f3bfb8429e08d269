"""How far windows are published: far enough, not farther than makes sense, and seldom anew."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.decisions import ClockState
from bridge.policies.telling.reach import EVER, OpenClocks, WindowReach
from tests.unit.clocks.desk import BOTH, at, decided, response, ticket

NOW = at("2026-11-20 10:00")
DAY = 86_400


def test_without_open_clocks_it_is_sixty_days_back_and_four_hundred_and_some_ahead():
    assert WindowReach.around(NOW, OpenClocks()) == WindowReach(date(2026, 9, 1), date(2028, 3, 1))


@pytest.mark.parametrize(
    ("oldest", "first"),
    [
        (NOW, date(2026, 9, 1)),
        (NOW - 59 * DAY, date(2026, 9, 1)),
        (NOW - 90 * DAY, date(2026, 8, 1)),
        (NOW - 300 * DAY, date(2026, 1, 1)),
        (NOW - 900 * DAY, date(2025, 11, 1)),
        (EVER, date(2025, 11, 1)),
    ],
)
def test_it_goes_back_to_the_oldest_open_clock_and_a_year_at_most(oldest, first):
    assert WindowReach.around(NOW, OpenClocks(oldest=oldest)).first == first


@pytest.mark.parametrize(
    ("farthest", "end"),
    [
        (NOW - 500 * DAY, date(2028, 3, 1)),
        (NOW + 300 * DAY, date(2028, 3, 1)),
        (NOW + 500 * DAY, date(2028, 9, 1)),
        (at("2099-12-31 10:00"), date(2030, 2, 1)),
    ],
)
def test_it_goes_beyond_the_farthest_deadline_and_three_years_at_most(farthest, end):
    assert WindowReach.around(NOW, OpenClocks(farthest=farthest)).end == end


def test_a_new_reach_suffices_at_once_and_for_two_months_whatever_the_clocks():
    for clocks in (
        OpenClocks(),
        OpenClocks(oldest=EVER),
        OpenClocks(oldest=NOW - 400 * DAY, farthest=NOW + 700 * DAY),
        OpenClocks(farthest=NOW + 5000 * DAY),
    ):
        reach = WindowReach.around(NOW, clocks)
        assert all(reach.suffices(NOW + days * DAY, clocks) for days in range(56))
        assert not reach.suffices(NOW + 1100 * DAY, clocks)


def test_an_older_ticket_or_a_later_deadline_makes_it_too_short():
    reach = WindowReach.around(NOW, OpenClocks())
    assert reach.suffices(NOW, OpenClocks(oldest=NOW - 70 * DAY, farthest=NOW + 380 * DAY))
    assert not reach.suffices(NOW, OpenClocks(oldest=NOW - 120 * DAY))
    assert not reach.suffices(NOW, OpenClocks(farthest=NOW + 460 * DAY))


def test_at_the_end_of_all_calendars_it_ends_with_them():
    late = at("2099-06-01 10:00")
    reach = WindowReach.around(late, OpenClocks())
    assert reach.end == date(2100, 1, 1)
    assert reach.suffices(late + 200 * DAY, OpenClocks())


def test_a_helpdesk_that_takes_less_is_given_fewer_days_back_and_as_many_ahead():
    reach = WindowReach.around(NOW, OpenClocks(oldest=EVER))
    assert list(reach.shorter(NOW)) == [
        WindowReach(date(2026, 9, 1), reach.end),
        WindowReach(date(2026, 11, 1), reach.end),
    ]
    assert list(WindowReach(date(2026, 11, 1), reach.end).shorter(NOW)) == []


def test_open_clocks_are_those_that_are_not_over():
    clocks = OpenClocks()
    answered = ticket("2026-11-16 10:00", response("2026-11-16 11:00"))
    clocks.take(decided(answered, BOTH, NOW).clocks)
    assert clocks == OpenClocks(oldest=at("2026-11-16 10:00"), farthest=at("2026-11-17 17:00"))
    (_, running) = decided(answered, BOTH, NOW).clocks
    clocks.take([replace(running, started_at=at("2026-10-01 10:00"), due_at=None, state=ClockState.PAUSED)])
    assert clocks == OpenClocks(oldest=at("2026-10-01 10:00"), farthest=at("2026-11-17 17:00"))
