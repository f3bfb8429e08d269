"""Periods: Russian holidays, a contract that begins in the middle, a month that ends on a day off."""

from datetime import UTC, date, datetime

import pytest

from bridge.policies.agreement.obligations import Every, PartialPeriod, PeriodsFrom, StartTerm, WarningPoint
from bridge.policies.agreement.policy import Point
from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.work_calendar import build_calendar
from bridge.policies.obligations.model import OwedState, Term
from bridge.policies.obligations.periods import months_after, name_of
from tests.unit.obligations.sample import YEAR, at, contract, customer, rows, seen, told, visits

MAY = (date(2026, 5, 1), date(2026, 5, 31))
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
HOUR = 3600


def test_a_month_that_ends_on_a_sunday_is_over_with_the_close_of_its_last_friday() -> None:
    (may,) = rows(customer(contract()), visits(), seen(), at(date(2026, 5, 4)), *MAY)
    assert may.last_day == date(2026, 5, 29)
    assert datetime.fromtimestamp(may.due_at, UTC) == datetime(2026, 5, 29, 11, tzinfo=UTC)
    assert (may.first, may.last) == MAY


def test_a_visit_on_the_last_sunday_still_keeps_the_month() -> None:
    who, sunday = customer(contract()), date(2026, 5, 31)
    (before,) = rows(who, visits(), seen(date(2026, 5, 5)), at(date(2026, 5, 30)), *MAY)
    assert (before.state, before.left_seconds) == (OwedState.MISSED, None)
    (after,) = rows(who, visits(), seen(date(2026, 5, 5), sunday), at(sunday), *MAY)
    assert (after.state, after.kept_on) == (OwedState.KEPT, sunday)


def test_what_is_due_at_the_close_is_missed_a_second_later() -> None:
    who, closes = customer(contract()), at(date(2026, 5, 29), 11)
    assert rows(who, visits(), seen(), closes, *MAY)[0].state is OwedState.DUE
    assert rows(who, visits(), seen(), closes, *MAY)[0].left_seconds == 0
    assert rows(who, visits(), seen(), closes + 1, *MAY)[0].state is OwedState.MISSED


def test_working_time_left_leaves_out_the_russian_holidays_and_the_short_day() -> None:
    # From the morning of Monday 27 April 2026: four days, the Thursday an hour shorter, before the holiday of 1 May.
    april = (date(2026, 4, 1), date(2026, 4, 30))
    (one,) = rows(customer(contract()), visits(), seen(), at(date(2026, 4, 27), 0), *april)
    assert one.left_seconds == (4 * 9 - 1) * HOUR
    # January 2026 begins to work on Monday the 12th.
    january = (date(2026, 1, 1), date(2026, 1, 31))
    (one,) = rows(customer(contract()), visits(), seen(), at(date(2026, 1, 3)), *january)
    assert one.left_seconds == 15 * 9 * HOUR


@pytest.mark.parametrize(("first", "owed"), [(1, 2), (2, 1), (16, 1), (17, 0), (20, 0), (30, 0)], ids=str)
def test_a_contract_that_begins_in_the_middle_owes_its_share_of_the_month_rounded_down(first: int, owed: int) -> None:
    who = customer(contract(first=date(2026, 11, first)))
    found = rows(who, visits(), seen(), at(date(2026, 11, 30), 6), *NOVEMBER)
    assert [one.at_least for one in found] == [owed] * bool(owed)


def test_a_contract_that_ends_in_the_middle_owes_its_share_until_its_last_day() -> None:
    who = customer(contract(last=date(2026, 11, 22)))
    (one,) = rows(who, visits(), seen(), at(date(2026, 11, 2)), *NOVEMBER)
    assert (one.at_least, one.last, one.last_day) == (1, date(2026, 11, 22), date(2026, 11, 20))


@pytest.mark.parametrize(("partial", "owed"), [("whole", [2]), ("nothing", [])])
def test_the_policy_may_owe_all_or_nothing_of_a_part_of_a_month(partial: str, owed: list[int]) -> None:
    who = customer(contract(first=date(2026, 11, 20)))
    found = rows(who, visits(partial=PartialPeriod(partial)), seen(), at(date(2026, 11, 30), 6), *NOVEMBER)
    assert [one.at_least for one in found] == owed


def test_nothing_is_owed_in_days_without_any_working_time() -> None:
    # The contract begins on the last Saturday of May.
    who = customer(contract(first=date(2026, 5, 30)))
    assert rows(who, visits(partial=PartialPeriod.WHOLE), seen(), at(date(2026, 5, 30)), *MAY) == []


def test_periods_from_the_start_are_whole_and_keep_its_day_of_the_month() -> None:
    who = customer(contract(first=date(2026, 1, 31)))
    found = rows(
        who, visits(periods=PeriodsFrom.START), seen(), at(date(2026, 1, 31)), date(2026, 1, 1), date(2026, 4, 29)
    )
    days = [(one.first, one.last) for one in found]
    assert days == [
        (date(2026, 1, 31), date(2026, 2, 27)),
        (date(2026, 2, 28), date(2026, 3, 30)),
        (date(2026, 3, 31), date(2026, 4, 29)),
    ]
    assert {one.at_least for one in found} == {2}


def test_a_training_at_the_start_also_counts_for_the_half_year_that_it_lies_in() -> None:
    training = visits(
        at_least=1,
        every=Every.HALF_YEAR,
        periods=PeriodsFrom.START,
        at_start=StartTerm(at_least=1, within=Amount.parse("10wd")),
    )
    who = customer(contract(first=date(2026, 3, 16)))
    found = rows(who, training, seen(date(2026, 3, 20)), at(date(2026, 9, 20)), *YEAR)
    assert [(one.term, one.state) for one in found] == [
        (Term.START, OwedState.KEPT),
        (Term.PERIOD, OwedState.KEPT),
        (Term.PERIOD, OwedState.DUE),
    ]
    # The first day does not count: the tenth working day after Monday the 16th is Monday the 30th.
    assert (found[0].last_day, found[1].last, found[2].first) == (
        date(2026, 3, 30),
        date(2026, 9, 15),
        date(2026, 9, 16),
    )


def test_a_late_training_misses_the_start_and_keeps_the_half_year() -> None:
    training = visits(at_least=1, every=Every.HALF_YEAR, at_start=StartTerm(at_least=1, within=Amount.parse("5wd")))
    who = customer(contract())
    found = rows(who, training, seen(date(2026, 3, 20)), at(date(2026, 5, 20)), date(2026, 1, 1), date(2026, 6, 30))
    assert told(found) == ["D-1 2026-01-01 0/1 missed", "D-1 2026-01-01 1/1 kept"]


def test_a_contract_without_a_last_day_owes_for_ever_and_one_that_is_over_owes_nothing() -> None:
    later = (date(2031, 3, 1), date(2031, 3, 31))
    assert len(rows(customer(contract()), visits(), seen(), at(date(2031, 3, 3)), *later)) == 1
    assert rows(customer(contract(last=date(2026, 2, 1))), visits(), seen(), at(date(2031, 3, 3)), *later) == []


def test_a_period_beyond_the_published_holidays_is_marked() -> None:
    found = rows(customer(contract()), visits(), seen(), at(date(2026, 3, 3)), date(2027, 12, 1), date(2028, 1, 31))
    assert [one.provisional for one in found] == [False, True]
    assert {one.state for one in found} == {OwedState.NOT_BEGUN}


def test_days_are_those_of_the_calendars_own_zone() -> None:
    vladivostok = build_calendar({"id": "east", "zone": "Asia/Vladivostok", "week": {"mon-fri": "09:00-18:00"}})
    who = customer(contract())
    # 31 August 22:00 in Moscow is the 1st of September in Vladivostok.
    (september,) = rows(
        who, visits(calendar=vladivostok), seen(), at(date(2026, 8, 31), 19), date(2026, 9, 1), date(2026, 9, 30)
    )
    assert september.state is OwedState.DUE


@pytest.mark.parametrize(
    ("first", "last", "every", "name"),
    [
        ((2026, 11, 1), (2026, 11, 30), "month", "2026-11"),
        ((2026, 10, 1), (2026, 12, 31), "quarter", "2026-Q4"),
        ((2026, 7, 1), (2026, 12, 31), "half_year", "2026-H2"),
        ((2026, 1, 1), (2026, 12, 31), "year", "2026"),
        ((2026, 11, 16), (2026, 11, 30), "month", "2026-11-16..2026-11-30"),
        ((2026, 11, 1), (2027, 1, 31), "quarter", "2026-11-01..2027-01-31"),
    ],
)
def test_a_period_is_called_by_its_month_or_year_or_else_by_its_days(
    first: tuple[int, int, int], last: tuple[int, int, int], every: str, name: str
) -> None:
    assert name_of(date(*first), date(*last), Every(every)) == name


def test_a_month_later_is_the_same_day_or_the_last_of_a_shorter_month() -> None:
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2026, 3, 15), -3) == date(2025, 12, 15)


def test_points_are_shares_of_the_working_time_of_the_period_or_amounts_before_its_end() -> None:
    points = (Point(share_basis_points=5000), Point(before=Amount.parse("3wd")), Point(before=Amount.parse("1h")))
    who = customer(contract())

    def warned(day: int, hour: int = 12) -> str:
        (one,) = rows(
            who,
            visits(warn_at=tuple(WarningPoint(point=one) for one in points)),
            seen(),
            at(date(2026, 11, day), hour),
            *NOVEMBER,
        )
        return one.warned

    # November 2026 has twenty working days, the 3rd an hour shorter: half of 179 hours is over on the 17th at 05:30.
    assert [warned(17, 2), warned(17, 3)] == ["", "50%"]
    # Three whole working days fit before the last close from the end of Wednesday the 25th.
    assert [warned(25, 20), warned(26, 0)] == ["50%", "3wd before"]
    assert [warned(30, 9), warned(30, 10)] == ["3wd before", "1h before"]
