"""From a decision to what is written: nothing more than the difference, in every part of the record."""

import json
from dataclasses import replace

import pytest

from bridge.decisions import Action, ActionKind
from bridge.policies.outcome import record
from bridge.policies.telling.detail import detail
from bridge.protocols.accounting import TicketState
from bridge.sync.planned.offers import Offer
from bridge.sync.planned.ownership import settle
from bridge.sync.planned.plan import Change, Plan, difference
from bridge.tickets import BridgeRecord, FinishedCycle, Reference, Ticket
from tests.integration.sync.world import HOUR, START, Policy

TICKET = Ticket(
    id=1,
    number="1",
    rev="r",
    created_at=START,
    subject="question",
    status=Reference(id=1, name="Open", state="open"),
    department=Reference(id=1, name="Support"),
)
OUTPUTS = frozenset({"sla_level", "sla_state", "sla_due", "sla_support", "sla_reason"})
CYCLE = FinishedCycle(metric="first_response", cycle=1, state="met", started_at=START)


def compared(ticket, *, cycles=(), policy=None, pack=True, actions=()):
    decision = (policy or Policy()).decide(ticket, START)
    return difference(
        ticket,
        decision,
        settle(ticket, decision.fields, ownership={}, writable=OUTPUTS),
        detail=detail(decision),
        cycles=cycles,
        offer=Offer(actions=actions),
        pack=pack,
    )


def note(text):
    return Action(
        key="hello:ticket:1", id="hello", kind=ActionKind.NOTE, params={"text": {"en": text}}, not_before=START
    )


def applied(ticket, change):
    """The ticket after the write, as the helpdesk shows it."""
    fields = {one.name: one.after for one in change.fields if one.after is not None}
    return replace(ticket, bridge=BridgeRecord(fields={**ticket.bridge.fields, **fields}, detail=change.detail))


@pytest.fixture
def settled_ticket():
    return applied(TICKET, compared(TICKET))


def test_what_stands_is_remembered_and_not_written(settled_ticket):
    assert compared(settled_ticket) == TicketState(id=1, next_change_at=START + 8 * HOUR, open=True)


def test_a_finished_cycle_is_written_even_if_nothing_else_moved(settled_ticket):
    change = compared(settled_ticket, cycles=[CYCLE])
    assert isinstance(change, Change)
    assert (change.fields, change.detail) == ((), None)
    assert json.loads(change.write().cycles) == change.cycles == [record.cycle_json(CYCLE)]


def test_a_new_detail_is_written_even_if_no_field_moved(settled_ticket):
    stale = replace(
        settled_ticket, bridge=replace(settled_ticket.bridge, detail={**settled_ticket.bridge.detail, "rule": "old"})
    )
    change = compared(stale)
    assert isinstance(change, Change)
    assert (change.fields, change.cycles) == ((), None)
    assert json.loads(change.write().detail) == change.detail
    assert change.detail["rule"] == "everybody"


def test_a_packed_change_says_and_sends_what_an_unpacked_one_does():
    packed, loose = (compared(TICKET, cycles=[CYCLE], pack=one) for one in (True, False))
    assert packed.write() == loose.write()
    assert (packed.detail, packed.cycles) == (loose.detail, loose.cycles)
    assert len(packed.packed_detail) < len(loose.packed_detail)


def test_only_fields_that_differ_are_written(settled_ticket):
    change = compared(settled_ticket, policy=Policy(level="general"))
    assert isinstance(change, Change)
    assert change.write().fields == {"sla_level": "general"}
    assert (change.level_before, change.level_after) == ("standard", "general")
    assert change.changes_level


def test_a_plans_digest_covers_every_part_of_every_write(settled_ticket):
    def digest(*changes):
        return Plan(at=START, changes=changes, unchanged=(), gone=(), unreadable=()).digest

    first, fields = compared(TICKET), compared(settled_ticket, policy=Policy(level="general"))
    cycles = compared(settled_ticket, cycles=[CYCLE])
    other_rev = replace(first, rev="s")
    thanks, regret = (compared(settled_ticket, actions=[note(one)]) for one in ("Thank you", "We are sorry"))
    different = [(), (first,), (fields,), (cycles,), (other_rev,), (first, fields), (thanks,), (regret,)]
    assert len({digest(*changes) for changes in different}) == len(different)
    assert digest(first) == digest(compared(TICKET))
    assert digest(first).startswith("sha256:")
