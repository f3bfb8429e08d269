"""What the helpdesk keeps of a decision: nothing that moves by itself, and finished cycles word for word."""

from dataclasses import replace

from bridge.policies.outcome import record
from bridge.sync.stored_values import stored
from bridge.tickets import FinishedCycle, Reference, Ticket, ticket_adapter
from tests.integration.sync.world import HOUR, START, Policy

TICKET = Ticket(
    id=1,
    number="1",
    rev="r",
    created_at=START,
    subject="вопрос",
    status=Reference(id=1, name="Open", state="open"),
    department=Reference(id=1, name="Support"),
)
CYCLE = FinishedCycle(
    metric="first_response", cycle=1, state="met", started_at=START, due_at=START + HOUR, stopped_at=START + 5
)


def test_the_detail_does_not_move_with_time():
    early, late = Policy().decide(TICKET, START + 1), Policy().decide(TICKET, START + 7 * HOUR)
    assert early.clocks[0].elapsed_seconds != late.clocks[0].elapsed_seconds
    assert stored(record.detail(early)) == stored(record.detail(late))


def test_the_detail_moves_with_the_state():
    early, late = Policy().decide(TICKET, START + 1), Policy().decide(TICKET, START + 8 * HOUR)
    assert stored(record.detail(early)) != stored(record.detail(late))


def test_endless_texts_of_customers_do_not_make_the_detail_too_heavy():
    decision = Policy().decide(replace(TICKET, subject="я" * 100_000), START)
    check = replace(decision.support.checks[0], message="я" * 100_000, remedy="ю" * 100_000)
    decision = replace(decision, support=replace(decision.support, checks=(check,) * 12))
    detail = record.detail(decision)
    assert len(stored(detail)) < 64 * 1024
    assert detail["checks"][0]["message"].endswith("…")


def test_finished_cycles_are_kept_and_running_ones_are_not():
    running = Policy().decide(TICKET, START).clocks[0]
    assert record.finished_cycles([running], policy_digest="d", kept=[]) == []
    finished = replace(running, state=record.ClockState.MET, stopped_at=START + 5)
    (kept,) = record.finished_cycles([finished], policy_digest="d", kept=[])
    assert (kept["state"], kept["stopped_at"], kept["policy_digest"]) == ("met", "2026-11-18T11:06:45Z", "d")


def test_a_finished_cycle_is_never_judged_again():
    now_judged_otherwise = replace(
        Policy().decide(TICKET, START).clocks[0], state=record.ClockState.MISSED, stopped_at=START + 99
    )
    assert record.finished_cycles([now_judged_otherwise], policy_digest="new", kept=[CYCLE]) == [
        record.cycle_json(CYCLE)
    ]


def test_cycles_are_in_the_order_of_metric_and_number_whatever_the_order_of_the_clocks():
    clock = replace(Policy().decide(TICKET, START).clocks[0], state=record.ClockState.MET)
    clocks = [replace(clock, metric=metric, cycle=cycle) for metric, cycle in (("b", 2), ("a", 10), ("a", 9))]
    kept = record.finished_cycles(clocks, policy_digest="d", kept=[])
    assert [(one["metric"], one["cycle"]) for one in kept] == [("a", 9), ("a", 10), ("b", 2)]


def test_a_cycle_travels_there_and_back_unchanged():
    snapshot = {
        "id": 1,
        "number": "1",
        "rev": "r",
        "created_at": START,
        "status": {"id": 1, "name": "Open", "state": "open"},
        "department": {"id": 1},
        "bridge": {"cycles": [record.cycle_json(CYCLE)]},
    }
    assert ticket_adapter().validate_python(snapshot).bridge.cycles == (CYCLE,)
