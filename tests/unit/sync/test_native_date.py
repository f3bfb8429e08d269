"""What becomes of osTicket's own due date: the decision's, a person's, or its own again."""

from dataclasses import replace

import pytest

from bridge.policies.telling.detail import detail
from bridge.protocols.accounting import TicketState
from bridge.sync.planned.native_date import DateChange, date_change, person_comes_first
from bridge.sync.planned.ownership import settle
from bridge.sync.planned.plan import Change, Plan, difference
from bridge.tickets import BridgeRecord, Native, NativeDate, Reference
from tests.unit.sync.test_plan import OUTPUTS, START, TICKET, Policy

HOUR = 3600
PLAN = START + 18 * HOUR
"""What osTicket's own SLA plan says."""
THEIRS = Native(sla="Default SLA", due_at=PLAN, manual=False)
CLOSED = Reference(id=3, name="Closed", state="closed")


@pytest.fixture
def decided():
    decision = Policy().decide(TICKET, START)
    assert decision.due_at is not None
    return decision


def with_native(native, **members):
    return replace(TICKET, native=native, **members)


def test_an_open_ticket_gets_the_decisions_date(decided):
    change = date_change(with_native(THEIRS), decided, wanted=True)
    assert change == DateChange(before=None, after=NativeDate(due_at=decided.due_at), stands=PLAN)
    assert change.write()["due_at"].endswith("Z")


def test_without_the_setting_nothing_is_set(decided):
    assert date_change(with_native(THEIRS), decided, wanted=False) is None


def test_what_stands_is_not_written_again(decided):
    native = replace(THEIRS, due_at=decided.due_at, ours=NativeDate(due_at=decided.due_at))
    assert date_change(with_native(native), decided, wanted=True) is None


def test_a_ticket_that_waits_has_no_date(decided):
    native = replace(THEIRS, due_at=decided.due_at, ours=NativeDate(due_at=decided.due_at))
    waiting = replace(decided, due_at=None)
    change = date_change(with_native(native), waiting, wanted=True)
    assert (change.after, change.becomes, change.write()) == (NativeDate(), None, {"due_at": None})
    assert date_change(with_native(replace(native, ours=NativeDate())), waiting, wanted=True) is None


def test_switched_off_again_osticket_gets_its_own_date_back(decided):
    native = replace(THEIRS, due_at=decided.due_at, ours=NativeDate(due_at=decided.due_at))
    assert date_change(with_native(native), decided, wanted=False).write() == {"release": True}


def test_a_plugin_that_sets_no_dates_is_left_alone(decided):
    assert date_change(with_native(Native(sla="Default SLA", due_at=PLAN)), decided, wanted=True) is None


def test_a_closed_ticket_is_not_taken_over_but_loses_what_was_set(decided):
    finished = replace(decided, due_at=None)
    assert date_change(with_native(THEIRS, status=CLOSED), finished, wanted=True) is None
    ours = replace(THEIRS, ours=NativeDate(due_at=START))
    assert date_change(with_native(ours, status=CLOSED), finished, wanted=True).write() == {"due_at": None}


def test_a_persons_date_is_told_where_it_differs(decided):
    theirs = with_native(replace(THEIRS, manual=True))
    assert "a person set osTicket's due date" in person_comes_first(theirs, decided)
    agreeing = with_native(replace(THEIRS, due_at=decided.due_at, manual=True))
    for ticket in (with_native(THEIRS), agreeing, replace(theirs, status=CLOSED)):
        assert person_comes_first(ticket, decided) is None


def test_a_date_alone_is_a_change_of_the_plan(decided):
    settled = settle(TICKET, decided.fields, ownership={}, writable=OUTPUTS)
    change = DateChange(before=None, after=NativeDate(due_at=decided.due_at), stands=PLAN)
    first = difference(TICKET, decided, settled, detail=detail(decided), cycles=(), date=change)
    assert isinstance(first, Change)
    assert first.write().native == change.write()
    fields = {one.name: one.after for one in first.fields}
    kept = replace(TICKET, bridge=BridgeRecord(fields=fields, detail=first.detail))
    stands = settle(kept, decided.fields, ownership={}, writable=OUTPUTS)
    alone = [difference(kept, decided, stands, detail=detail(decided), cycles=(), date=one) for one in (None, change)]
    assert [type(one) for one in alone] == [TicketState, Change]
    others = [
        replace(first, date=one) for one in (None, replace(change, after=NativeDate()), replace(change, after=None))
    ]
    plans = [Plan(at=START, changes=[one], unchanged=[], gone=(), unreadable=()) for one in (first, *others)]
    assert len({one.digest for one in plans}) == len(plans)
