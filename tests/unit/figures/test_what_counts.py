"""What counts, whose it is, and what is left out: sentence by sentence."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.policies.figures.figures_json import figures_json
from bridge.policies.figures.model import Dimension, Excluded, Period
from bridge.policies.figures.question import PeriodRefused, Question, asked_period
from bridge.policies.figures.reported import reported_adapter
from bridge.tickets import Reference, TimeSpent, format_instant, parse_instant
from tests.unit.figures.a_desk import (
    ANNA,
    DEVELOPMENT,
    FULL_TIME,
    NOW,
    OPEN,
    SUPPORT,
    at,
    clock,
    cycle,
    november,
    ticket,
)


def total(figures):
    (found,) = figures.total
    return found.met, found.breached, found.open, found.open_breached


def test_a_cycle_counts_in_the_period_in_which_it_ended_by_the_zones_midnight():
    edges = ["2026-10-31T23:59:59", "2026-11-01T00:00:00", "2026-11-30T23:59:59", "2026-12-01T00:00:00"]
    figures = november(*(ticket(cycle(ended=one), number=number) for number, one in enumerate(edges)))
    assert total(figures) == (2, 0, 0, 0)
    assert [(row.key, row.met) for row in figures.rows[Dimension.MONTH]] == [("2026-10", 1), ("2026-11", 2)]


def test_a_cancelled_cycle_is_neither_met_nor_missed_but_its_ticket_is_told():
    figures = november(ticket(cycle("cancelled")), ticket(cycle("cancelled"), cycle(cycle=2), number=8))
    assert total(figures) == (1, 0, 0, 0)
    assert (figures.tickets.met, figures.tickets.cancelled) == (1, 1)


def test_a_ticket_is_breached_by_one_missed_cycle_and_met_only_by_all():
    saved = ticket(cycle("missed", ended="2026-11-05T10:00:00"), cycle(ended="2026-11-06T10:00:00"))
    lost = ticket(cycle(ended="2026-11-05T10:00:00"), cycle("missed", ended="2026-11-06T10:00:00"), number=8)
    kept = ticket(cycle(), cycle(metric="first_response"), number=9)
    found = november(saved, lost, kept).tickets
    assert (found.met, found.breached, found.last_breached) == (1, 2, 1)
    assert [november(one).tickets.last_breached for one in (saved, lost, kept)] == [0, 1, 0]


def test_of_two_that_ended_in_the_last_second_the_missed_one_decides():
    found = november(ticket(cycle("missed", metric="a"), cycle(metric="b"))).tickets
    assert (found.breached, found.last_breached) == (1, 1)


def test_a_reopened_ticket_counts_only_by_cycles_of_the_period():
    before = cycle(ended="2026-10-10T12:00:00", opening=2)
    assert november(ticket(before, cycle())).tickets.reopened == 0
    assert november(ticket(cycle(opening=2), cycle(cycle=2))).tickets.reopened == 1
    assert november(ticket(cycle(opening=None))).tickets.reopened == 0


def test_open_clocks_stand_in_every_period_and_in_no_month():
    one = ticket(clocks=[clock("overdue"), clock("paused"), clock("met")], status=OPEN, assignee=ANNA)
    figures = november(one, since=date(2020, 1, 1), until=date(2020, 1, 1))
    assert total(figures) == (0, 0, 1, 1)
    assert figures.rows[Dimension.MONTH] == ()
    assert figures.rows[Dimension.AGENT][0].name == "Anna"
    assert figures.tickets.open_breached == 1
    assert [(one.stopped_at, one.elapsed_seconds, one.agent) for one in figures.missed] == [(None, None, ANNA)]


@pytest.mark.parametrize("closed_by", [{"status": Reference(id=3, name="Closed", state="closed")}, {"merged_into": 4}])
def test_clocks_of_tickets_that_are_closed_or_merged_do_not_stand(closed_by):
    figures = november(
        ticket(clocks=[clock("overdue")], fields={"sla_state": "overdue"}, **({"status": OPEN} | closed_by))
    )
    assert (figures.total, figures.missed, figures.now.open) == ((), (), 0)


def test_a_cycle_is_put_down_to_where_it_ended_and_a_clock_to_where_its_ticket_is():
    moved = ticket(
        cycle(department=SUPPORT, agent=None, customer="C1", level="standard"),
        clocks=[clock(level="urgent")],
        customer="C2",
        department=DEVELOPMENT,
        assignee=ANNA,
        status=OPEN,
    )
    rows = november(moved).rows
    assert {by: [row.key for row in rows[by]] for by in Dimension if by is not Dimension.MONTH} == {
        Dimension.LEVEL: ["standard", "urgent"],
        Dimension.CUSTOMER: ["C1", "C2"],
        Dimension.DEPARTMENT: ["1", "2"],
        Dimension.AGENT: ["", "5"],
    }


def test_a_team_and_what_an_older_version_did_not_tell_are_nobodys():
    team = Reference(name="Second line")
    old = cycle("missed", department=None, agent=None, customer=None, level=None, opening=None)
    figures = november(ticket(old, cycle("missed", agent=team, cycle=2)))
    assert figures.rows[Dimension.AGENT][0].key == ""
    assert figures.rows[Dimension.AGENT][0].met + figures.rows[Dimension.AGENT][0].breached == 2
    assert [row.key for row in figures.rows[Dimension.DEPARTMENT]] == ["", "1"]
    untold, of_team = figures.missed
    assert (untold.department, untold.agent, untold.customer, untold.level) == (None, None, "", "")
    assert of_team.agent is None


def test_an_excluded_ticket_is_told_once_and_counts_only_in_what_is_true_today():
    left_out = ticket(
        cycle("missed"),
        clocks=[clock("overdue")],
        excluded="A test",
        by=ANNA,
        status=OPEN,
        fields={"sla_state": "overdue"},
    )
    figures = november(left_out)
    assert figures.excluded == (Excluded(ticket=7, number="107", reason="A test", by="Anna"),)
    assert (figures.total, figures.missed, figures.spent.status) == ((), (), ())
    assert not any(figures.rows.values())
    assert not any(map(any, figures.breaches))
    assert (figures.tickets.excluded, figures.tickets.breached, figures.tickets.open_breached) == (1, 0, 0)
    assert (figures.now.open, figures.now.overdue) == (1, 1)
    assert sum(map(sum, figures.arrivals)) == 1
    assert sum(band.ours for band in figures.backlog) == 1


def test_excluded_counts_only_what_would_have_counted_and_blanks_are_no_reason():
    old = ticket(cycle(ended="2026-10-10T12:00:00"), excluded="A test")
    assert november(old).tickets.excluded == 0
    assert november(ticket(cycle(), excluded="A test"), level="urgent").tickets.excluded == 0
    assert total(november(ticket(cycle(), excluded=" \t"))) == (1, 0, 0, 0)


def test_who_excluded_is_whose_word_was_the_last_and_null_where_nobody_knows():
    one = ticket(cycle(), excluded="A test", by=ANNA)
    later = replace(one.events[0], by=Reference(id=6, name="Boris"))
    unknown = replace(one.events[0], by=None)
    other = replace(later, field="product")
    for events, name in (((*one.events, later, other), "Boris"), ((later, unknown), None), ((), None)):
        (found,) = november(replace(one, events=events)).excluded
        assert found.by == name


def test_time_spent_adds_up_by_status_and_by_department_and_counts_each_cycle_once():
    waiting = Reference(id=6, name="Waiting")
    parts = (
        TimeSpent(status=OPEN, department=SUPPORT, seconds=100),
        TimeSpent(status=OPEN, department=DEVELOPMENT, seconds=50),
        TimeSpent(status=waiting, department=SUPPORT, seconds=400),
    )
    figures = november(ticket(cycle(spent=parts), cycle(cycle=2, spent=parts[:1]), cycle("cancelled", spent=parts)))
    assert [(one.key, one.name, one.seconds, one.cycles) for one in figures.spent.status] == [
        ("6", "Waiting", 400, 1), ("1", "Open", 250, 2),
    ]  # fmt: skip
    assert [(one.name, one.seconds, one.cycles) for one in figures.spent.department] == [
        ("Support", 600, 2), ("Development", 50, 1),
    ]  # fmt: skip
    limited = november(ticket(cycle(spent=parts)), departments=frozenset({1}))
    assert [one.name for one in limited.spent.department] == ["Support"]
    assert [one.seconds for one in limited.spent.status] == [400, 100]


def test_a_limited_viewer_sees_cycles_of_his_departments_in_tickets_of_his_departments():
    here = ticket(cycle(), cycle("missed", department=DEVELOPMENT, cycle=2), cycle(department=None, cycle=3))
    elsewhere = ticket(cycle("missed"), number=8, department=DEVELOPMENT, status=OPEN, clocks=[clock("overdue")])
    figures = november(here, elsewhere, departments=frozenset({1}))
    assert total(figures) == (1, 0, 0, 0)
    assert (figures.tickets.met, figures.missed, figures.now.open) == (1, (), 0)
    assert sum(map(sum, figures.arrivals)) == 1
    assert not november(here, elsewhere, departments=frozenset()).total


def test_breaches_stand_where_they_happened_and_not_where_their_cycle_ended():
    later = cycle("missed", ended="2026-12-03T12:00:00", breached_at=at("2026-11-30T23:10:00"))
    earlier = cycle("missed", breached_at=at("2026-10-31T23:10:00"), cycle=2)
    figures = november(ticket(later, earlier), ticket(clocks=[clock("overdue")], status=OPEN, number=8))
    assert figures.breaches[0][23] == 1
    assert figures.breaches[5][12] == 1
    assert sum(map(sum, figures.breaches)) == 2


def test_the_same_hour_of_two_offsets_is_one_hour_of_the_week():
    from bridge.policies.calendar.work_calendar import build_calendar

    berlin = build_calendar({"id": "b", "zone": "Europe/Berlin", "week": {"mon-fri": ["09:00-18:00"]}})
    twice = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
    tickets = [ticket(number=number, created_at=parse_instant(one)) for number, one in enumerate(twice)]
    october = {"since": date(2026, 10, 1), "until": date(2026, 10, 31)}
    assert november(*tickets, calendar=berlin, **october).arrivals[6][2] == 2


def test_now_tells_what_is_due_next_and_what_is_late_longest():
    states = [
        ("at_risk", "2026-11-30T09:00:00Z"),
        ("at_risk", "2026-11-30T08:00:00Z"),
        ("overdue", "2026-11-20T08:00:00Z"),
        ("overdue", "2026-11-20T08:00:00Z"),
        ("overdue", None),
        ("paused", None),
        ("none", None),
        (None, None),
        ("running", "2026-11-29T13:00:00Z"),
    ]
    tickets = [
        ticket(number=number, status=OPEN, fields={"sla_state": state, "sla_due": due, "sla_support": "full"})
        for number, (state, due) in enumerate(states, start=1)
    ]
    now = november(*reversed(tickets)).now
    assert november(*tickets).now == now
    assert (now.open, now.at_risk, now.overdue, now.paused, now.no_sla, now.unknown) == (9, 2, 3, 1, 2, 0)
    assert format_instant(now.next_due) == "2026-11-30T08:00:00Z"
    assert (now.most_late.ticket, format_instant(now.most_late.due_at)) == (3, "2026-11-20T08:00:00Z")


def test_today_is_the_day_of_the_zone_and_closed_tickets_came_too():
    came = [at("2026-11-28T23:59:59"), at("2026-11-29T00:00:00"), at("2026-11-29T14:00:00")]
    tickets = [ticket(number=number, created_at=one) for number, one in enumerate(came)]
    assert november(*tickets).now.new_today == 2
    assert november(*tickets, now="2026-11-29T21:00:00Z").now.new_today == 0


def test_missed_ones_come_with_the_latest_deadline_first_then_in_the_order_of_tickets():
    late = at("2026-11-20T10:00:00")
    tickets = [
        ticket(
            cycle("missed", metric="b"), cycle("missed", metric="a", cycle=2), cycle("missed", metric="a"), number=9
        ),
        ticket(cycle("missed", due_at=None), cycle("missed", due_at=late, cycle=2), number=8),
    ]
    assert [(one.ticket, one.metric, one.cycle) for one in november(*tickets).missed] == [
        (8, "resolution", 2), (9, "a", 1), (9, "a", 2), (9, "b", 1), (8, "resolution", 1),
    ]  # fmt: skip


def test_of_a_period_without_anything_nothing_is_told_as_zero_percent():
    figures = november()
    assert (figures.total, *figures.rows.values()) == ((),) * 6
    assert sum(map(sum, figures.working)) == 45


def test_a_customer_is_called_by_a_ticket_that_is_his_today():
    sold = ticket(cycle("missed", customer="C9"), customer="C1")
    figures = november(sold)
    assert [(row.key, row.name) for row in figures.rows[Dimension.CUSTOMER]] == [("C9", "")]
    assert figures.missed[0].customer_name == ""
    for his in (ticket(cycle(customer="C9", ended="2026-11-02T12:00:00"), number=3, customer="C9"),
                ticket(clocks=[clock()], status=OPEN, number=3, customer="C9")):  # fmt: skip
        assert november(sold, his).rows[Dimension.CUSTOMER][0].name == "C9 Ltd"


def test_what_is_open_is_called_as_today_and_the_rest_as_it_ended_last():
    before, later = Reference(id=1, name="Support (old)"), Reference(id=1, name="Support (late)")
    first = ticket(cycle(department=before, ended="2026-11-02T12:00:00"))
    last = ticket(cycle(department=later, ended="2026-11-03T12:00:00"), number=3)
    assert [row.name for row in november(last, first).rows[Dimension.DEPARTMENT]] == ["Support (late)"]
    standing = ticket(clocks=[clock()], status=OPEN, number=2)
    assert next(row.name for row in november(standing, last, first).rows[Dimension.DEPARTMENT]) == "Support"


def test_an_amount_that_no_cycle_can_take_breaks_no_report():
    figures = november(ticket(cycle(elapsed_seconds=10**30), cycle(elapsed_seconds=-5, cycle=2)))
    assert (figures.total[0].median_seconds, figures.total[0].p90_seconds) == (0, 2**32 - 1)


def test_what_a_report_does_not_read_may_be_anything():
    line = (
        b'{"id": 1, "number": "1", "created_at": "2026-11-01T00:00:00Z", "merged_into": null, "body": {"odd": 1},'
        b'"status": {"id": 1, "name": "Open", "state": "open", "more": 2}, "department": {"id": 1, "name": "S"},'
        b'"assignee": null, "fields": {"product": null}, "events": [{"kind": "sla", "at": "never"}],'
        b'"bridge": {"fields": {}, "cycles": [], "detail": {}, "mail": 7}}'
    )
    one = reported_adapter().validate_json(line)
    assert november(one).now.open == 1


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-30", "2026-11-01"),
        ("2026-11-01", None),
        (None, "2026-11-01"),
        ("2026-02-30", "2026-03-01"),
        ("20261101", "20261130"),
        ("2026-11-01T00:00", "2026-11-30"),
        ("1989-12-31", "1990-01-01"),
        ("2100-01-01", "2100-01-01"),
        ("2025-01-01", "2026-02-05"),
        ("", ""),
    ],
)
def test_a_period_that_no_report_can_be_made_of_is_refused_with_what_to_write(since, until):
    with pytest.raises(PeriodRefused) as refused:
        asked_period(since, until, zone=FULL_TIME.zone, now=parse_instant(NOW))
    assert refused.value.hint


def test_four_hundred_days_are_a_period_and_so_is_the_current_month_of_the_zone():
    zone = FULL_TIME.zone
    assert asked_period("2025-01-01", "2026-02-04", zone=zone, now=0).until == date(2026, 2, 4)
    last_evening = parse_instant("2026-11-30T21:00:00Z")
    assert asked_period(None, None, zone=zone, now=last_evening) == Period(
        since=date(2026, 12, 1), until=date(2026, 12, 31), zone="Europe/Moscow"
    )


def test_the_registry_is_told_to_who_sees_every_department():
    from bridge.policies.figures.counting import figures_of

    period = Period(since=date(2026, 11, 1), until=date(2026, 11, 30), zone="Europe/Moscow")
    for departments, told in ((None, {"as_of": NOW}), (frozenset({1}), None)):
        question = Question(period=period, departments=departments)
        assert figures_of([], question, FULL_TIME, parse_instant(NOW), {"as_of": NOW}).registry == told


def test_json_bears_instants_as_text_and_lists_that_are_cut_with_their_whole_length():
    figures = november(*(ticket(cycle("missed"), number=number) for number in range(5)))
    answer = figures_json(figures, by=Dimension.MONTH, tickets=2)
    assert answer["period"] == {"from": "2026-11-01", "until": "2026-11-30", "zone": "Europe/Moscow"}
    assert (len(answer["missed"]), answer["more"]["missed"]) == (2, 5)
    assert answer["missed"][0]["started_at"] == "2026-11-09T09:00:00Z"
    assert answer["missed"][0]["agent"] == {"id": 5, "name": "Anna"}
    assert answer["rows"][0]["key"] == "2026-11"
    assert len(figures_json(figures, tickets=None)["missed"]) == 5
