"""What variables say of a ticket as it was decided."""

from dataclasses import replace

from bridge.customers import Customer, Presence, RegistryAnswer
from bridge.decisions import ActionKind
from bridge.files.types import Title
from bridge.policies.actions.variables import STATE_KEY, TITLE, VARIABLES, Subject, examples, values_of
from bridge.policies.agreement.actions import ActionDefinition, Reminder, ReminderStep
from bridge.policies.calendar.amounts import Amount
from bridge.policies.clocks.verdicts import Verdicts
from bridge.policies.decide import decide
from bridge.tickets import Organization, Reference, Requester
from tests.unit.clocks.desk import PENDING, D, assigned, at, row, simple, status, status_is, ticket

FIRST = simple(row("first_response", "8h"))
DAYS = simple(row("first_response", "5wd"))


def values(one, now, by=FIRST, language="en", subject=None, registry=None):
    known = {} if registry is None else {"registry": registry}
    made = decide(one, by, now=at(now), **known)
    verdicts = Verdicts(clocks=list(made.clocks), state=made.state)
    about = subject(made) if callable(subject) else subject or Subject()
    found = values_of(made.basis, verdicts, about, language)
    return {name: value.replace("\N{NO-BREAK SPACE}", " ") for name, value in found.items()}


def opened(**members):
    return replace(ticket("2026-11-02 10:00"), subject="The waybill cannot be posted", **members)


def test_every_variable_has_a_value_and_an_example_in_both_languages():
    for language in ("ru", "en"):
        found = values(opened(), "2026-11-02 12:00", language=language)
        assert found.keys() == examples(language).keys() == {*VARIABLES, TITLE, STATE_KEY}
        assert all(examples(language)[name] for name in VARIABLES)


def test_a_running_clock_tells_what_is_left_and_used():
    found = values(opened(), "2026-11-02 16:00")
    assert (found["left"], found["late"], found["used"], found["share"]) == ("2 h 00 min", "", "6 h 00 min", "75%")
    assert found["due"] == "Mon 2 Nov 2026, 18:00, Moscow time"
    assert (found["target"], found["state"], found[STATE_KEY]) == ("8 working hours", "At risk", "at_risk")


def test_a_breached_clock_tells_how_late_it_is_and_nothing_left():
    found = values(opened(), "2026-11-03 10:10", language="ru")
    assert (found["left"], found["late"], found["state"]) == ("", "1 ч 10 мин", "Просрочено")
    assert found["due"] == "пн 02.11.2026, 18:00, время московское"
    assert found["target"] == "8 рабочих часов"


def test_a_target_in_working_days_is_told_in_working_days():
    assert values(opened(), "2026-11-02 12:00", by=DAYS)["left"] == "5 working days"
    assert values(opened(), "2026-11-06 16:00", by=DAYS)["left"] == "1 working day 2 h"
    assert values(opened(), "2026-11-12 12:00", by=DAYS)["late"] == "2 working days"


def test_the_letter_is_about_its_own_cycle():
    found = values(opened(), "2026-11-02 12:00", subject=lambda made: Subject(cycle=made.basis.active[0]))
    assert found["clock"] == "First response"
    assert found["state"] == "Running"


def test_without_a_clock_nothing_is_due():
    found = values(ticket("2026-11-02 10:00", status("2026-11-02 11:00", PENDING)), "2026-11-02 12:00", by=simple())
    assert {found[name] for name in ("due", "left", "late", "used", "share", "target", "clock", "promise")} == {""}


def test_a_greeting_has_a_name_only_where_there_is_one():
    def greets(name, language="en"):
        who = Requester(name=name, email="maria@farm.example")
        return values(opened(requester=who), "2026-11-02 12:00", language=language)["greeting"]

    assert greets("Maria Lebedeva") == "Dear Maria Lebedeva,"
    assert greets("Мария\r\nЛебедева", "ru") == "Мария Лебедева, здравствуйте!"
    assert greets("") == greets("maria@farm.example") == "Hello,"
    assert greets("", "ru") == "Здравствуйте!"


def test_the_customer_is_the_registrys_and_else_the_organisation():
    who = Requester(name="M", organization=Organization(name="Farm\nLtd"))
    assert values(opened(requester=who), "2026-11-02 12:00")["customer"] == "Farm Ltd"
    known = RegistryAnswer(
        presence=Presence.FOUND, customer=Customer(id="c1", name="AO Lugovoe"), curator="Dmitry Orlov"
    )
    found = values(opened(requester=who), "2026-11-02 12:00", registry=known)
    assert (found["customer"], found["category"], found["curator"]) == ("AO Lugovoe", "commercial", "Dmitry Orlov")


def test_nobody_assigned_is_empty():
    assert values(opened(), "2026-11-02 12:00")["assignee"] == ""
    one = ticket("2026-11-02 10:00", assigned("2026-11-02 11:00", Reference(id=4, name="Igor Belyaev")))
    assert values(one, "2026-11-02 12:00")["assignee"] == "Igor Belyaev"


def test_a_reminder_tells_how_long_it_has_waited_and_when_it_closes():
    letter = Title(ru="…", en="…")
    remind = ActionDefinition(id="remind", kind=ActionKind.REPLY, text=letter)
    close = ActionDefinition(id="close", kind=ActionKind.CLOSE, name="Closed")
    steps = (
        ReminderStep(id="remind", after=Amount.parse("3wd"), actions=(remind,)),
        ReminderStep(
            id="close", after=Amount.parse("10wd"), needs="remind", needs_gap=Amount.parse("5wd"), actions=(close,)
        ),
    )
    reminder = Reminder(id="waiting", while_=status_is(PENDING), calendar=D, steps=steps)
    one = ticket("2026-11-02 10:00", status("2026-11-02 11:00", PENDING))
    found = values(one, "2026-11-05 18:00", subject=Subject(reminder=reminder, waits_since=at("2026-11-02 11:00")))
    assert found["waited"] == "3 working days"
    assert found["waiting_since"] == "Mon 2 Nov 2026, 11:00, Moscow time"
    assert found["closing_at"] == "Mon 16 Nov 2026, 18:00, Moscow time"
