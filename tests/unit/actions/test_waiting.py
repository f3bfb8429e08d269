"""When a ticket waits for its customer, and what that makes due."""

from copy import copy

from bridge.decisions import ActionKind
from bridge.files.types import Title
from bridge.policies.actions.keys import ticket_key
from bridge.policies.actions.waiting import closing_at, steps_due, waits
from bridge.policies.agreement.actions import ActionDefinition, Reminder, ReminderStep
from bridge.policies.agreement.facts import Facts
from bridge.policies.calendar.amounts import Amount
from bridge.policies.history.reading import read_history
from bridge.tickets import Acted, Actor, Event, EventKind
from tests.unit.clocks.desk import (
    NEW,
    PENDING,
    D,
    When,
    at,
    closed,
    field_is,
    message,
    reopened,
    response,
    set_field,
    status,
    status_is,
    ticket,
)

LETTER = Title(ru="Ждём", en="We wait")
REMIND = ReminderStep(
    id="remind",
    after=Amount.parse("3wd"),
    actions=(ActionDefinition(id="remind", kind=ActionKind.REPLY, text=LETTER),),
)
CLOSE = ReminderStep(
    id="close",
    after=Amount.parse("10wd"),
    needs="remind",
    needs_gap=Amount.parse("5wd"),
    actions=(
        ActionDefinition(id="close.reply", kind=ActionKind.REPLY, text=LETTER),
        ActionDefinition(id="close.close", kind=ActionKind.CLOSE, name="Closed"),
    ),
)
REMINDER = Reminder(id="waiting", while_=status_is(PENDING), calendar=D, steps=(REMIND, CLOSE))
BEGAN = at("2026-11-02 10:00")  # a Monday


def found(one, now, condition=None):
    now = at(now)
    timeline = read_history(one, now, frozenset({"sla_set_deferral"}))
    facts = Facts(ticket=one, at=one.created_at, **timeline.initial)
    timeline.play(facts, now)
    before = copy(facts)
    waited = waits(timeline, facts, condition or status_is(PENDING), now)
    assert facts == before, "the facts are left as they are"
    return waited


def waiting(*events, condition=None, now="2026-11-20 12:00"):
    return found(ticket("2026-11-02 09:00", *events), now, condition)


def due(now, *acted, wait=None):
    now = at(now)
    one = wait or waiting(status("2026-11-02 10:00", PENDING))[-1]
    steps, following = steps_due(one, REMINDER, D, acted, now)
    return [(step.id, since) for step, since in steps], following


def sent(when, state="done", number=BEGAN):
    return Acted(key=ticket_key("remind", number), state=state, at=at(when))


def test_a_wait_begins_with_its_condition_and_bears_the_second_in_which_it_began():
    assert waiting(status("2026-11-02 10:00", PENDING)) == ((BEGAN, None, BEGAN),)


def test_a_message_of_the_customer_ends_a_wait_although_the_status_stands():
    begun = status("2026-11-02 10:00", PENDING)
    assert waiting(begun, message("2026-11-03 10:00")) == ((BEGAN, at("2026-11-03 10:00"), BEGAN),)


def test_an_answer_of_an_agent_begins_the_next_wait():
    again = at("2026-11-04 10:00")
    held = (status("2026-11-02 10:00", PENDING), message("2026-11-03 10:00"), response("2026-11-04 10:00"))
    assert waiting(*held)[-1] == (again, None, again)


def test_mail_that_machines_send_ends_no_wait():
    by_machine = Event(at=at("2026-11-03 10:00"), kind=EventKind.MESSAGE, actor=Actor.SYSTEM)
    assert waiting(status("2026-11-02 10:00", PENDING), by_machine) == ((BEGAN, None, BEGAN),)


def test_answers_and_notes_while_it_waits_begin_nothing_anew():
    assert waiting(status("2026-11-02 10:00", PENDING), response("2026-11-03 10:00")) == ((BEGAN, None, BEGAN),)


def test_a_closed_ticket_waits_for_nobody_and_begins_anew_when_it_is_opened_again():
    asks = field_is("sla_set_deferral", "needs_facts")
    events = (
        set_field("2026-11-02 10:00", "sla_set_deferral", "needs_facts"),
        closed("2026-11-03 10:00"),
        reopened("2026-11-09 10:00"),
    )
    first, second = waiting(*events, condition=asks)
    assert (first.start, first.end) == (BEGAN, at("2026-11-03 10:00"))
    assert (second.start, second.end) == (at("2026-11-09 10:00"), None)


def test_the_numbers_of_waits_stay_whatever_comes_later():
    events = (status("2026-11-02 10:00", PENDING), message("2026-11-03 10:00"), response("2026-11-04 10:00"))
    early = waiting(*events)
    later = waiting(*events, message("2026-11-05 10:00"), status("2026-11-06 10:00", NEW, PENDING))
    assert [one.number for one in later[: len(early)]] == [one.number for one in early]


def test_a_condition_that_does_not_say_what_it_reads_is_asked_at_every_step():
    class Silent(When):
        reads = property()

    silent = Silent.__new__(Silent)
    silent.test = status_is(PENDING).test
    assert waiting(status("2026-11-02 10:00", PENDING), condition=silent) == ((BEGAN, None, BEGAN),)


def test_a_step_is_due_at_the_close_of_its_working_day():
    assert due("2026-11-05 17:59:59") == ([], at("2026-11-05 18:00"))
    assert due("2026-11-05 18:00")[0] == [("remind", at("2026-11-05 18:00"))]


def test_a_step_waits_for_the_letter_that_it_needs_and_for_the_time_after_it():
    assert due("2026-11-16 18:00")[0] == [("remind", at("2026-11-05 18:00"))]
    late = sent("2026-11-13 10:00")
    assert due("2026-11-20 17:59:59", late)[1] == at("2026-11-20 18:00")
    assert ("close", at("2026-11-20 18:00")) in due("2026-11-20 18:00", late)[0]


def test_a_letter_sent_in_time_leaves_the_step_where_it_is():
    assert ("close", at("2026-11-16 18:00")) in due("2026-11-16 18:00", sent("2026-11-05 18:00"))[0]


def test_a_letter_of_another_wait_is_not_the_one_that_is_needed():
    assert [step for step, _ in due("2026-12-16 18:00", sent("2026-11-05 18:00", number=BEGAN - 1))[0]] == ["remind"]


def test_letters_that_were_not_sent_close_nothing():
    for state in ("accepted", "held", "sending", "refused", "unknown", "dropped"):
        assert [step for step, _ in due("2026-12-16 18:00", sent("2026-11-05 18:00", state))[0]] == ["remind"], state


def test_a_letter_just_due_lets_the_ticket_be_looked_at_when_the_next_step_could_be_due():
    assert due("2026-11-05 18:00")[1] == at("2026-11-16 18:00")
    assert due("2026-11-16 18:00")[1] == at("2026-11-23 18:00")


def test_a_dropped_letter_is_not_looked_for_again():
    assert due("2026-11-16 18:00", sent("2026-11-05 18:00", "dropped"))[1] is None


def test_a_wait_that_has_ended_makes_nothing_due():
    ended = waiting(status("2026-11-02 10:00", PENDING), message("2026-11-20 10:00"))[-1]
    assert due("2026-11-20 12:00", sent("2026-11-05 18:00"), wait=ended) == ([], None)


def test_the_closing_is_told_as_if_the_letter_went_out_now():
    assert closing_at(BEGAN, REMINDER, (), at("2026-11-05 18:00")) == at("2026-11-16 18:00")
    assert closing_at(BEGAN, REMINDER, (), at("2026-11-13 18:00")) == at("2026-11-20 18:00")
    assert closing_at(BEGAN, REMINDER, (sent("2026-11-05 18:00"),), at("2026-11-13 18:00")) == at("2026-11-16 18:00")
