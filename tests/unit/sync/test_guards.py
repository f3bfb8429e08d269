"""Guard rails at their edges."""

import pytest

from bridge.errors import GuardRefused, Problem
from bridge.protocols.accounting import TicketState
from bridge.sync.guards import Guards, check_levels, check_names, check_source
from bridge.sync.planned.ownership import FieldChange
from bridge.sync.planned.plan import Change, Plan


def change(number, *, before="standard", after="general", is_open=True, fields=None):
    return Change(
        ticket_id=number,
        number=str(number),
        rev="r",
        fields=(FieldChange(name="sla_level", before=before, after=after),) if fields is None else fields,
        level_before=before,
        level_after=after,
        remember=TicketState(id=number, next_change_at=None, open=is_open),
        packed_detail=None,
        packed_cycles=None,
    )


def plan(changes, unchanged=0):
    same = tuple(TicketState(id=1000 + one, next_change_at=None) for one in range(unchanged))
    return Plan(at=0, changes=tuple(changes), unchanged=same, gone=(), unreadable=())


def refused(changes, *, known=0, unchanged=0, guards=None):
    try:
        check_levels(plan(changes, unchanged), guards or Guards(), known=lambda: known)
    except GuardRefused:
        return True
    return False


@pytest.mark.parametrize(
    ("moved", "known", "stops"),
    [(3, 10, False), (4, 10, True), (30, 100, False), (31, 100, True), (9, 9, False), (10, 0, True)],
)
def test_more_than_the_share_of_the_known_tickets_stops_the_pass(moved, known, stops):
    assert refused([change(one) for one in range(1, moved + 1)], known=known) is stops


def test_the_share_counts_tickets_seen_now_when_none_are_known():
    assert not refused([change(one) for one in range(1, 4)], unchanged=7)
    assert refused([change(one) for one in range(1, 5)], unchanged=6)


def test_only_levels_that_stand_there_and_change_count():
    first = [change(one, before=None) for one in range(1, 20)]
    assert not refused(first)
    assert not refused([change(one, fields=()) for one in range(1, 20)])
    assert refused([change(one, after=None) for one in range(1, 20)]), "a level taken away is a level changed"


def test_closed_tickets_do_not_widen_the_base():
    closed = [change(one, before=None, is_open=False) for one in range(100, 200)]
    assert refused([*closed, *[change(one) for one in range(1, 11)]])


@pytest.mark.parametrize(
    ("known", "seen", "stops"),
    [(10, 7, False), (10, 6, True), (100, 70, False), (100, 69, True), (9, 0, False), (10, 0, True), (0, 0, False)],
)
def test_a_source_that_lost_more_than_the_share_stops_the_pass(known, seen, stops):
    try:
        check_source(known=known, seen=seen, guards=Guards())
        stopped = False
    except GuardRefused:
        stopped = True
    assert stopped is stops


def test_where_nothing_moves_the_known_tickets_are_not_counted():
    def count():
        raise AssertionError("a million tickets are counted")

    stays = plan([change(1, before="general", after="general", fields=())], unchanged=20)
    check_levels(stays, Guards(), known=count)


def test_the_refusal_names_the_figures_and_the_override():
    with pytest.raises(GuardRefused, match=r"20 of 20.*30 %.*--allow-mass-change") as caught:
        check_levels(plan([change(one) for one in range(1, 21)]), Guards(), known=lambda: 20)
    assert caught.value.exit_code == 6


def test_names_that_vanished_stop_the_pass_and_are_all_told():
    check_names([])
    lost = [Problem(code="lost_name", message=f"the status {name!r} is no more") for name in ("Waiting", "Solved")]
    with pytest.raises(GuardRefused, match=r"'Waiting' is no more.*'Solved' is no more.*--allow-lost-names"):
        check_names(lost)
