"""What is inferred where the helpdesk does not log."""

import pytest

from bridge.policies.agreement.facts import Facts
from bridge.policies.history.reading import read_history
from bridge.tickets import Actor, Event, EventKind, Reference, Ticket
from tests.unit.clocks.desk import (
    CLOSED,
    DEVELOPMENT,
    HIGH,
    INPUTS,
    NEW,
    NORMAL,
    PENDING,
    SUPPORT,
    at,
    closed,
    department,
    happened,
    message,
    reopened,
    response,
    set_field,
    status,
    ticket,
)

LATER = at("2026-12-31 00:00")


def bare(*events: Event, **values):
    """A ticket whose log holds nothing but these events."""
    made = {"status": NEW, "department": SUPPORT, "priority": NORMAL, **values}
    return Ticket(id=1, number="1", rev="r", created_at=at("2026-11-23 10:00"), events=events, **made)


def seen(one, now=LATER, inputs=INPUTS):
    """The facts after each step, as (status name, department, closed)."""
    timeline = read_history(one, now, inputs)
    facts = Facts(ticket=one, at=0, status=one.status, department=one.department, topic=None, priority=one.priority)
    timeline.rewind(facts)
    found = []
    for step in timeline.steps:
        for name, value in (step.values or {}).items():
            setattr(facts, name, value)
        found.append((facts.status.name, facts.department.name, facts.closed))
    return found, timeline


def test_events_of_one_second_are_one_step_and_the_creation_is_always_the_first():
    _, timeline = seen(
        bare(message("2026-11-23 10:00:05"), response("2026-11-23 10:00:05"), response("2026-11-23 11:00"))
    )
    assert [step.at for step in timeline.steps] == [
        at("2026-11-23 10:00"),
        at("2026-11-23 10:00:05"),
        at("2026-11-23 11:00"),
    ]
    assert [(step.messages, step.responses) for step in timeline.steps] == [(0, 0), (1, 1), (1, 2)]


def test_events_after_the_deciding_instant_are_not_seen_but_tell_what_stood_before():
    one = bare(status("2026-11-24 10:00", PENDING, NEW), status=PENDING)
    found, timeline = seen(one, at("2026-11-23 12:00"))
    assert found == [("New", "Support", False)]
    assert len(timeline.steps) == 1


def test_events_out_of_order_are_sorted_and_those_before_the_creation_are_left_out():
    one = bare(response("2026-11-23 12:00"), message("2026-11-23 11:00"), response("2026-11-20 10:00"))
    _, timeline = seen(one)
    assert [step.at for step in timeline.steps[1:]] == [at("2026-11-23 11:00"), at("2026-11-23 12:00")]


def test_the_status_after_a_reopening_is_what_the_next_event_found():
    one = bare(closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"), status("2026-11-23 13:00", NEW, PENDING))
    assert seen(one)[0] == [
        ("", "Support", False),
        ("Closed", "Support", True),
        (PENDING.name, "Support", False),
        ("New", "Support", False),
    ]


def test_the_status_after_the_last_reopening_is_the_tickets_own():
    one = bare(closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"), status=PENDING)
    assert seen(one)[0][-1] == (PENDING.name, "Support", False)


def test_a_reopening_followed_by_a_closing_that_tells_nothing_is_the_first_status_again():
    one = bare(
        status("2026-11-23 10:30", PENDING, NEW),
        happened(EventKind.CLOSED, "2026-11-23 11:00"),
        reopened("2026-11-23 12:00"),
        happened(EventKind.CLOSED, "2026-11-23 13:00"),
        status=CLOSED,
        closed_at=at("2026-11-23 13:00"),
    )
    assert [closed_ for _, _, closed_ in seen(one)[0]] == [False, False, True, False, True]
    assert seen(one)[0][3][0] == "New"


def test_a_log_that_begins_with_a_reopening_began_closed():
    assert seen(bare(reopened("2026-11-23 12:00")))[0] == [("", "Support", True), ("New", "Support", False)]


def test_a_closing_that_only_closed_at_tells_is_put_into_the_history():
    one = bare(response("2026-11-23 12:00"), status=CLOSED, closed_at=at("2026-11-23 13:00"))
    found, timeline = seen(one)
    assert [closed_ for _, _, closed_ in found] == [False, False, True]
    assert timeline.steps[-1].at == at("2026-11-23 13:00")
    assert timeline.warnings == ["status changed without an event"]


def test_a_closing_that_only_closed_at_tells_comes_after_the_last_status_event():
    one = bare(
        status("2026-11-23 12:00", PENDING, NEW),
        message("2026-11-23 14:00"),
        status=CLOSED,
        closed_at=at("2026-11-23 13:00"),
    )
    assert [closed_ for _, _, closed_ in seen(one)[0]] == [False, False, True, True]


def test_reopened_by_the_log_and_closed_by_the_ticket_it_was_open_in_between():
    one = bare(
        closed("2026-11-23 11:00"), reopened("2026-11-23 12:00"), status=CLOSED, closed_at=at("2026-11-23 14:00")
    )
    assert [closed_ for _, _, closed_ in seen(one)[0]] == [False, True, False, True]


def test_a_closing_that_only_closed_at_tells_joins_the_step_of_its_second():
    one = bare(response("2026-11-23 13:00"), status=CLOSED, closed_at=at("2026-11-23 13:00"))
    found, timeline = seen(one)
    assert [closed_ for _, _, closed_ in found] == [False, True]
    assert len(timeline.steps) == 2


def test_a_ticket_closed_in_the_second_of_its_creation_began_closed():
    assert seen(bare(status=CLOSED, closed_at=at("2026-11-23 10:00")))[0] == [("Closed", "Support", True)]


def test_an_unlogged_status_stands_since_the_last_logged_one():
    held = Reference(id=9, name="Held", state="open")
    found, timeline = seen(bare(status("2026-11-23 12:00", PENDING, NEW), status=held))
    assert found[-1] == ("Held", "Support", False)
    assert timeline.warnings == ["status changed without an event"]


def test_an_unlogged_department_stands_since_the_creation():
    found, timeline = seen(ticket("2026-11-23 10:00", department=DEVELOPMENT))
    assert found[0][1] == "Development"
    assert timeline.warnings == ["department changed without an event"]


def test_the_department_before_the_first_transfer_is_the_one_the_transfer_found():
    one = bare(department("2026-11-23 12:00", DEVELOPMENT), department=DEVELOPMENT)
    assert [name for _, name, _ in seen(one)[0]] == ["Support", "Development"]


def test_a_transfer_that_does_not_tell_where_to_is_read_from_the_next_one():
    one = bare(
        happened(EventKind.DEPARTMENT, "2026-11-23 12:00"),
        department("2026-11-23 13:00", SUPPORT, DEVELOPMENT),
    )
    assert [name for _, name, _ in seen(one)[0]] == ["", "Development", "Support"]


def test_other_fields_are_undone_from_their_current_values_and_played_forward():
    one = bare(
        set_field("2026-11-23 11:00", "product", "B", before="A"),
        set_field("2026-11-23 12:00", "product", "C", before="B"),
        fields={"product": "D", "other": 1},
    )
    timeline = read_history(one, LATER, INPUTS)
    assert timeline.initial["fields"] == {"product": "A", "other": 1}
    assert [step.values["fields"]["product"] for step in timeline.steps[1:]] == ["B", "D"]


def test_a_field_event_without_a_name_changes_nothing():
    one = bare(happened(EventKind.FIELD, "2026-11-23 11:00"), fields={"product": "D"})
    assert read_history(one, LATER, INPUTS).initial["fields"] == {"product": "D"}


def test_an_agents_input_is_empty_before_an_agent_sets_it_and_after_anybody_else_does():
    one = bare(
        set_field("2026-11-23 11:00", "sla_set_level", "urgent"),
        set_field("2026-11-23 12:00", "sla_set_level", "gold", before="urgent", actor=Actor.SYSTEM),
        fields={"sla_set_level": "gold"},
    )
    timeline = read_history(one, LATER, INPUTS)
    assert timeline.initial["fields"] == {}
    assert [step.values["fields"]["sla_set_level"] for step in timeline.steps[1:]] == ["urgent", None]


FORGED = ["no agent is known to have set what stands in sla_set_level: it does not count"]


@pytest.mark.parametrize(
    ("events", "stands", "told"),
    [
        ([], "urgent", FORGED),
        ([], None, []),
        ([], False, []),
        ([("urgent", Actor.AGENT)], "urgent", []),
        ([("urgent", Actor.AGENT)], "gold", FORGED),
        ([("urgent", Actor.AGENT)], None, []),
        ([("urgent", Actor.AGENT), (None, Actor.AGENT)], "urgent", FORGED),
        ([("urgent", Actor.AGENT), ("gold", Actor.AGENT)], "gold", []),
        ([("urgent", Actor.CUSTOMER)], "urgent", FORGED),
        ([("urgent", Actor.AGENT), ("urgent", Actor.SYSTEM)], "urgent", FORGED),
    ],
)
def test_an_agents_input_that_no_agents_event_explains_is_told_and_does_not_count(events, stands, told):
    logged = [
        set_field(f"2026-11-23 1{hour}:00", "sla_set_level", value, actor=actor)
        for hour, (value, actor) in enumerate(events, start=1)
    ]
    timeline = read_history(bare(*logged, fields={"sla_set_level": stands, "product": "D"}), LATER, INPUTS)
    assert timeline.warnings == told
    assert timeline.initial["fields"] == {"product": "D"}


def test_assignments_follow_their_events_and_end_with_the_tickets_own_assignee():
    anna, boris = Reference(id=1, name="Anna"), Reference(id=2, name="Boris")
    one = bare(
        happened(EventKind.ASSIGNED, "2026-11-23 11:00", after="Anna"),
        happened(EventKind.ASSIGNED, "2026-11-23 12:00", before=anna, after=None),
        assignee=boris,
    )
    timeline = read_history(one, LATER, INPUTS)
    assert timeline.initial["assignee"] is None
    assert [step.values["assignee"] for step in timeline.steps[1:]] == [Reference(name="Anna"), boris]


def test_priorities_and_topics_follow_their_events():
    one = bare(
        happened(EventKind.PRIORITY, "2026-11-23 11:00", before=NORMAL, after=HIGH),
        happened(EventKind.TOPIC, "2026-11-23 12:00", after={"id": 4, "name": "Billing"}),
        priority=HIGH,
        topic=Reference(id=4, name="Billing"),
    )
    timeline = read_history(one, LATER, INPUTS)
    assert (timeline.initial["priority"].name, timeline.initial["topic"]) == ("Normal", None)
    assert timeline.steps[-1].values == {"topic": Reference(id=4, name="Billing")}


def test_a_merge_without_an_event_took_place_when_the_ticket_was_closed_or_at_its_last_event():
    closed_one = bare(status=CLOSED, closed_at=at("2026-11-23 13:00"), merged_into=7)
    open_one = bare(message("2026-11-23 12:00"), merged_into=7)
    assert read_history(closed_one, LATER, INPUTS).merged_at == at("2026-11-23 13:00")
    assert read_history(open_one, LATER, INPUTS).merged_at == at("2026-11-23 12:00")


def test_statuses_without_ids_are_taken_as_logged():
    nameless = Reference(name="Somewhere", state="open")
    found, timeline = seen(
        bare(
            happened(EventKind.STATUS, "2026-11-23 12:00", after={"name": "Elsewhere", "state": "open"}),
            status=nameless,
        )
    )
    assert found[-1][0] == "Elsewhere"
    assert timeline.warnings == []


def test_what_the_creation_tells_about_an_unset_topic_is_no_difference():
    one = bare(
        happened(EventKind.CREATED, "2026-11-23 10:00", Actor.CUSTOMER, after={"topic": None, "priority": "odd"})
    )
    _, timeline = seen(one)
    assert timeline.warnings == []
