"""What happens to a ticket, when it is to be answered, and until when."""

from dataclasses import replace

import pytest

from bridge.customers import Presence, RegistryAnswer
from bridge.policies.actions.due import declared_actions
from bridge.policies.language.compile import compile_policy
from bridge.tickets import Acted, Actor, EventKind, Reference
from tests.unit.clocks.desk import (
    HIGH,
    PENDING,
    assigned,
    at,
    closed,
    decided,
    happened,
    message,
    priority,
    promise,
    reopened,
    response,
    set_field,
    status,
    ticket,
)

CALENDAR = b"id: week\nzone: Europe/Moscow\nweek: {mon-fri: ['09:00-18:00']}\n"
AGREEMENT = """\
policy: sample
title: Sample
language: en
defaults:
  calendar: week
  pauses: {while: {status: Waiting for the customer}}
  thresholds:
    - {id: half, at: 50%, actions: [{email: {to: [curator, assignee], text: Half}}, {email: {to: manager, text: Half}}]}
    - {id: late, at: 1h after, every: 2h, most: 5, actions: {priority: Emergency}}
levels:
  plain: {title: Plain, targets: {first_response: 8h, resolution: 40h}}
  quick: {title: Quick, targets: {first_response: 4h, resolution: 40h}}
rules: [{id: high, level: quick, when: {priority: [High, Emergency]}}, {id: all, level: plain}]
checks: {facts: {kind: completeness, options: {facts: [description]}}}
events:
  - {id: hello, on: accepted, within: 2d, actions: {reply: {ru: "Приняли {number}", en: "Taken: {number}"}}}
  - {id: facts, on: missing_facts, actions: {reply: "Please tell us more"}}
  - {id: near, on: promise_near, before: 1wd, actions: {email: {to: ann@desk.example, text: Soon}}}
  - {id: moved, on: level_changed, actions: {reply: Another level}}
  - {id: call, on: attention, when: {priority: Normal}, actions: [{email: {to: manager, text: Called}}, {assign: curator}]}
  - {id: bye, on: resolved, actions: {reply: Bye}}
  - {id: again, on: reopened, actions: {note: Again}}
reminders:
  waiting:
    while: {status: Waiting for the customer}
    steps:
      - {id: remind, after: 1wd, reply: Hello?}
      - {id: shut, after: 3wd, needs: remind, needs_gap: 2wd, close: Closed, reply: Farewell}
"""


def agreement(text: str = AGREEMENT):
    return compile_policy({"policies/p.yaml": text.encode(), "calendars/week.yaml": CALENDAR}).policy


POLICY = agreement()
LONG = {"body": "The database does not open since the update of yesterday."}
MONDAY = "2026-11-23 10:00"
ADDRESSES = {"manager": "head@desk.example"}
CURATED = RegistryAnswer(presence=Presence.NOT_FOUND, curator="Olga", curator_email="olga@desk.example")
ANN = Reference(id=4, name="Ann")


def due(one, now, **more):
    return decided(one, POLICY, now, **{"addresses": ADDRESSES, **more})


def keys(one, now, **more):
    return [action.key for action in due(one, now, **more).actions]


def ids(one, now, **more):
    return [action.id for action in due(one, now, **more).actions]


def done(one, *known, when=MONDAY, state="done"):
    acted = tuple(Acted(key=key, state=state, at=at(when)) for key in known)
    return replace(one, bridge=replace(one.bridge, actions=(*one.bridge.actions, *acted)))


def test_an_acceptance_is_answered_once_in_the_customers_language_and_in_time():
    one = ticket(MONDAY, language="ru", **LONG)
    (action,) = due(one, MONDAY).actions
    assert (action.key, action.not_before, action.not_after) == ("hello:ticket:1", at(MONDAY), at("2026-11-25 10:00"))
    assert action.params["text"] == {"ru": "Приняли 100001"}
    assert set(action.params["html"]) == {"ru"}
    assert due(replace(one, language="de"), MONDAY).actions[0].params["text"] == {"en": "Taken: 100001"}
    assert "hello" in ids(one, "2026-11-25 09:59:59")
    assert "hello" not in ids(one, "2026-11-25 10:00")
    assert due(done(one, "hello:ticket:1"), MONDAY).actions == ()


@pytest.mark.parametrize("state", ["accepted", "held", "sending", "done", "refused", "unknown", "dropped"])
def test_what_the_helpdesk_knows_of_is_offered_no_more(state):
    assert due(done(ticket(MONDAY, **LONG), "hello:ticket:1", state=state), MONDAY).actions == ()


def test_the_end_of_an_offer_and_the_coming_of_a_date_are_expected():
    one = ticket(MONDAY, response("2026-11-23 10:05"), promise("2026-11-23 10:30", "2026-11-24 18:00"), **LONG)
    near = at("2026-11-23 23:59:59")
    before, then = due(one, near - 1), due(one, near)
    assert "near" not in [action.id for action in before.actions]
    assert before.next_change_at == near
    assert f"near:ticket:{at('2026-11-23 10:30')}" in [action.key for action in then.actions]
    offered = ticket(MONDAY, response("2026-11-23 10:05"), closed("2026-11-23 11:00"), **LONG)
    assert due(offered, "2026-11-23 12:00").next_change_at == at("2026-11-26 11:00")


def test_a_date_that_is_moved_is_reminded_of_anew_and_one_that_is_kept_no_more():
    first, second = promise("2026-11-23 10:30", "2026-11-25 18:00"), promise("2026-11-24 12:00", "2026-11-30 18:00")
    one = ticket(MONDAY, first, second, **LONG)
    assert "near" not in ids(one, "2026-11-25 10:00")
    assert f"near:ticket:{at('2026-11-24 12:00')}" in keys(one, "2026-11-30 10:00")
    same = ticket(MONDAY, first, promise("2026-11-24 12:00", "2026-11-25 18:00"), **LONG)
    assert f"near:ticket:{at('2026-11-23 10:30')}" in keys(same, "2026-11-25 10:00")
    over = ticket(MONDAY, first, second, closed("2026-11-27 10:00"), **LONG)
    assert "near" not in ids(over, "2026-11-30 10:00")


def test_a_change_of_level_is_told_while_it_stands_and_not_the_first_level():
    change = priority("2026-11-23 11:00", HIGH)
    assert "moved" not in ids(ticket(MONDAY, change, **LONG), "2026-11-23 10:59")
    assert f"moved:ticket:{at('2026-11-23 11:00')}" in keys(ticket(MONDAY, change, **LONG), "2026-11-23 11:30")
    assert "moved" not in ids(ticket(MONDAY, change, closed("2026-11-23 12:00"), **LONG), "2026-11-23 12:30")


def test_the_condition_sees_the_facts_as_they_were_then():
    called = set_field("2026-11-23 11:00", "sla_set_attention", True, actor=Actor.CUSTOMER)
    later = ticket(MONDAY, called, priority("2026-11-23 12:00", HIGH), **LONG)
    before = ticket(MONDAY, priority("2026-11-23 10:30", HIGH), called, **LONG)
    assert "call.email" in ids(later, "2026-11-23 13:00")
    assert "call.email" not in ids(before, "2026-11-23 13:00")


@pytest.mark.parametrize(("actor", "counts"), [(Actor.AGENT, True), (Actor.CUSTOMER, True), (Actor.SYSTEM, False)])
def test_attention_is_called_for_by_agents_and_customers_alone(actor, counts):
    one = ticket(MONDAY, set_field("2026-11-23 11:00", "sla_set_attention", True, actor=actor), **LONG)
    made = due(one, "2026-11-23 12:00", registry=CURATED)
    assert ("call.email" in [action.id for action in made.actions]) is counts
    assert any("sla_set_attention" in warning for warning in made.warnings) is not counts


@pytest.mark.parametrize("name", ["sla_set_level", "sla_set_critical", "sla_set_promise", "sla_set_deferral"])
def test_no_other_input_of_staff_may_come_from_a_customer(name):
    value = "2026-11-25 10:00" if name == "sla_set_promise" else "quick"
    one = ticket(MONDAY, set_field("2026-11-23 11:00", name, value, actor=Actor.CUSTOMER), **LONG)
    made = due(one, "2026-11-23 12:00")
    assert f"no agent is known to have set what stands in {name}: it does not count" in made.warnings
    assert (made.level, {clock.target for clock in made.clocks}) == ("plain", {"8h", "40h"})


def test_attention_ends_when_it_is_taken_back_and_a_second_call_is_another_one():
    first = set_field("2026-11-23 11:00", "sla_set_attention", True)
    back = set_field("2026-11-23 12:00", "sla_set_attention", False, before=True)
    second = set_field("2026-11-23 13:00", "sla_set_attention", True, before=False)
    assert "call.email" not in ids(ticket(MONDAY, first, back, **LONG), "2026-11-23 12:30")
    found = keys(ticket(MONDAY, first, back, second, **LONG), "2026-11-23 13:30")
    assert f"call.email:ticket:{at('2026-11-23 13:00')}" in found
    assert f"call.email:ticket:{at('2026-11-23 11:00')}" not in found


def test_missing_facts_are_asked_for_once_until_the_customer_writes_or_staff_ask_for_more():
    assert "facts" not in ids(ticket(MONDAY, **LONG), MONDAY)
    assert f"facts:ticket:{at(MONDAY)}" in keys(ticket(MONDAY, body="Help!"), MONDAY)
    assert "facts" not in ids(ticket(MONDAY, message("2026-11-23 10:30"), body="Help!"), "2026-11-23 11:00")
    asks = set_field("2026-11-23 11:00", "sla_set_deferral", "needs_facts")
    asked = ticket(MONDAY, message("2026-11-23 10:30"), asks, **LONG)
    assert f"facts:ticket:{at('2026-11-23 11:00')}" in keys(asked, "2026-11-23 12:00")


def test_the_message_that_opens_a_ticket_answers_no_request_for_facts_though_it_is_stored_late():
    late = ticket(MONDAY, message("2026-11-23 10:00:01"), body="Help!")
    assert f"facts:ticket:{at(MONDAY)}" in keys(late, "2026-11-23 10:30")
    answered = ticket(MONDAY, message("2026-11-23 10:00:01"), message("2026-11-23 10:02"), body="Help!")
    assert "facts" not in ids(answered, "2026-11-23 10:30")


def test_closing_and_reopening_are_answered_while_they_stand():
    one = ticket(MONDAY, closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"), closed("2026-11-23 13:00"), **LONG)
    assert keys(one, "2026-11-23 11:30") == [f"bye:ticket:{at('2026-11-23 11:00')}"]
    assert keys(one, "2026-11-23 12:30") == ["hello:ticket:1", f"again:ticket:{at('2026-11-23 12:00')}"]
    assert keys(one, "2026-11-23 13:30") == [f"bye:ticket:{at('2026-11-23 13:00')}"]


def test_nothing_is_done_for_merged_deleted_and_imported_closed_tickets():
    gone = Reference(id=9, name="Deleted", state="deleted")
    merged = ticket(MONDAY, happened(EventKind.MERGED, "2026-11-23 11:00"), merged_into=7, **LONG)
    deleted = ticket(MONDAY, status("2026-11-23 11:00", gone), **LONG)
    imported = ticket(MONDAY, first_status=Reference(id=3, name="Closed", state="closed"), imported=True, **LONG)
    for one in (merged, deleted, imported):
        assert due(one, "2026-11-23 18:00").actions == ()
    assert ids(merged, "2026-11-23 10:30") == ["hello"]


def test_whom_nobody_knows_is_left_out_and_told():
    one = done(ticket(MONDAY, assigned("2026-11-23 10:10", ANN), **LONG), "hello:ticket:1")
    both = due(one, "2026-11-23 15:00", registry=CURATED)
    assert [action.params["to"] for action in both.actions] == [
        ["olga@desk.example", "assignee"],
        ["head@desk.example"],
    ]
    alone = due(one, "2026-11-23 15:00", addresses={})
    assert [action.params["to"] for action in alone.actions] == [["assignee"]]
    assert alone.warnings == ("the action half.email.2 is left out: bridge.yaml has no address for manager",)
    nobody = due(done(ticket(MONDAY, **LONG), "hello:ticket:1"), "2026-11-23 15:00")
    assert [action.id for action in nobody.actions] == ["half.email.2"]
    assert "the action half.email is left out: the ticket is assigned to nobody" in nobody.warnings


@pytest.mark.parametrize(
    "address", ["", "boss", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "A <a@b.example>"]
)
def test_an_address_that_is_none_reaches_nobody(address):
    one = done(ticket(MONDAY, **LONG), "hello:ticket:1")
    assert due(one, "2026-11-23 15:00", addresses={"manager": address}).actions == ()


def test_a_curator_is_assigned_by_his_address_while_nobody_has_the_ticket():
    called = set_field("2026-11-23 11:00", "sla_set_attention", True)
    free = due(ticket(MONDAY, called, **LONG), "2026-11-23 12:00", registry=CURATED)
    assert {action.id: action.params for action in free.actions}["call.assign"] == {"agent": "olga@desk.example"}
    taken = ticket(MONDAY, called, assigned("2026-11-23 11:30", ANN), **LONG)
    assert "call.assign" not in ids(taken, "2026-11-23 12:00", registry=CURATED)
    assert "call.assign" not in ids(ticket(MONDAY, called, **LONG), "2026-11-23 12:00")


def test_closing_needs_the_reminder_to_have_been_sent_so_long_ago():
    one = ticket(MONDAY, status("2026-11-23 12:00", PENDING), **LONG)
    remind = f"remind:ticket:{at('2026-11-23 12:00')}"
    assert remind in keys(one, "2026-11-24 18:00")
    assert "shut.close" not in ids(one, "2026-12-14 18:00")
    sent = done(one, remind, when="2026-11-24 18:00")
    assert "shut.close" not in ids(sent, "2026-11-26 17:59")
    made = {action.id: action for action in due(sent, "2026-11-26 18:00").actions}
    assert made["shut.close"].params == {"name": "Closed", "needs": remind}
    assert made["shut.reply"].params["needs"] == remind
    # The letter goes before the closing.
    assert list(made).index("shut.reply") < list(made).index("shut.close")
    answered = replace(sent, events=(*sent.events, message("2026-11-26 17:00")))
    assert "shut.close" not in ids(answered, "2026-11-26 18:00")


@pytest.mark.parametrize("kind", [EventKind.MESSAGE, EventKind.RESPONSE, EventKind.NOTE])
def test_automatic_mail_and_letters_of_the_service_agent_answer_nothing_and_end_no_wait(kind):
    asked = ticket(MONDAY, status("2026-11-23 12:00", PENDING), **LONG)
    one = replace(asked, events=(*asked.events, happened(kind, "2026-11-23 13:00", Actor.SYSTEM)))
    for now in ("2026-11-23 14:00", "2026-11-24 18:00"):
        with_it, without = due(one, now), due(asked, now)
        assert with_it.actions == without.actions
        assert (with_it.clocks, with_it.fields) == (without.clocks, without.fields)


def test_a_rating_is_kept_and_changes_nothing():
    one = ticket(MONDAY, closed("2026-11-23 11:00"), **LONG)
    rated = replace(one, events=(*one.events, happened(EventKind.RATING, "2026-11-23 12:00", Actor.CUSTOMER, after=5)))
    before, after = (due(each, "2026-11-23 13:00") for each in (one, rated))
    assert before.actions
    for name in ("actions", "clocks", "fields", "warnings", "next_change_at"):
        assert getattr(after, name) == getattr(before, name)


def test_all_actions_of_a_policy_are_declared_with_their_kinds():
    assert declared_actions(POLICY) == {
        "half.email": "email",
        "half.email.2": "email",
        "late": "priority",
        "hello": "reply",
        "facts": "reply",
        "near": "email",
        "moved": "reply",
        "call.email": "email",
        "call.assign": "assign",
        "bye": "reply",
        "again": "note",
        "remind": "reply",
        "shut.reply": "reply",
        "shut.close": "close",
    }
