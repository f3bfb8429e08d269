"""The steps themselves: their bits, their counts, the events they hold, and what is inferred for them."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from bridge.policies.history.reading import read_history, reference
from bridge.policies.history.timeline import (
    AGENT_RESPONSE,
    ALL_FACTS,
    AT,
    CUSTOMER_MESSAGE,
    EVENT_SETS,
    MESSAGES,
    RESPONSES,
    STATUS,
)
from bridge.policies.history.timeline import (
    CLOSED as CLOSED_BIT,
)
from bridge.tickets import Actor, Event, EventKind, Reference, Ticket
from tests.unit.clocks.desk import (
    CLOSED,
    DEVELOPMENT,
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
    ref,
    reopened,
    response,
    set_field,
    status,
)

CREATED_AT = "2026-11-23 10:00"
LATER = at("2026-12-31 00:00")
BY_CUSTOMER = EVENT_SETS[EventKind.CREATED][Actor.CUSTOMER]
CLOSED_BY_SYSTEM = EVENT_SETS[EventKind.CLOSED][Actor.SYSTEM]
STATELESS = {"id": 6, "name": "Waiting"}
SALES = Reference(id=7, name="Sales")
ARCHIVED = Reference(id=8, name="Archived", state="archived")


def history(*events: Event, now: int = LATER, **values):
    """The timeline of a ticket whose log holds nothing but these events."""
    made = {"status": NEW, "department": SUPPORT, "priority": NORMAL, **values}
    one = Ticket(id=1, number="1", rev="r", created_at=at(CREATED_AT), events=events, **made)
    return read_history(one, now, INPUTS)


def created(actor: Actor = Actor.CUSTOMER, **after) -> Event:
    return happened(EventKind.CREATED, CREATED_AT, actor, after=after)


def test_each_step_knows_its_events_and_the_counts_up_to_it():
    found = history(
        created(),
        message(CREATED_AT),
        response("2026-11-23 11:00"),
        message("2026-11-23 12:00"),
        response("2026-11-23 12:00"),
    )
    assert [(step.first, step.last, step.messages, step.responses) for step in found.steps] == [
        (0, 2, 1, 0),
        (2, 3, 1, 1),
        (3, 5, 2, 2),
    ]


def test_the_creation_holds_no_event_where_none_was_logged_in_its_second():
    first, second = history(response("2026-11-23 11:00")).steps
    assert (first.first, first.last, first.happened, first.changed) == (0, 0, BY_CUSTOMER, ALL_FACTS)
    assert (second.first, second.last) == (0, 1)


def test_a_creation_by_an_agent_is_not_one_by_the_customer():
    (step,) = history(created(Actor.AGENT)).steps
    assert step.happened == EVENT_SETS[EventKind.CREATED][Actor.AGENT]


def test_an_unlogged_creation_is_the_customers_beside_what_was_logged_in_its_second():
    (step,) = history(message(CREATED_AT)).steps
    assert step.happened == BY_CUSTOMER | CUSTOMER_MESSAGE


def test_events_of_the_creations_second_stay_when_the_log_is_out_of_order():
    found = history(message("2026-11-23 12:00"), created(), message(CREATED_AT))
    assert [step.messages for step in found.steps] == [1, 2]


def test_a_creation_logged_a_second_after_the_tickets_own_stamp_is_the_creation_all_the_same():
    second_later = at(CREATED_AT) + 1
    late = replace(created(Actor.AGENT, status=ref(PENDING)), at=second_later)
    found = history(late, message(second_later), response(second_later), status=PENDING)
    assert [step.happened for step in found.steps] == [
        EVENT_SETS[EventKind.CREATED][Actor.AGENT],
        CUSTOMER_MESSAGE | AGENT_RESPONSE,
    ]
    assert found.initial["status"].name == PENDING.name
    assert found.warnings == []


def test_the_creation_stays_even_before_it_took_place():
    assert len(history(message("2026-11-23 12:00"), now=at("2026-11-23 09:00")).steps) == 1


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"id": "seven"}, Reference()),
        ({"id": 7107}, Reference(id=7107)),
        ({"id": 7108, "name": "Seven", "state": "open"}, Reference(id=7108, name="Seven", state="open")),
        ({"id": 7109, "name": 9, "state": 9}, Reference(id=7109, name="9", state="9")),
        ("Seven", None),
        (None, None),
    ],
)
def test_what_the_wire_leaves_out_of_a_reference_is_empty(wire, expected):
    assert reference(wire) == expected


def test_the_status_of_the_creation_is_the_first_one_and_open_unless_told():
    found = history(created(status=STATELESS), status("2026-11-23 11:00", NEW))
    assert found.initial["status"] == Reference(id=6, name="Waiting", state="open")


def test_the_status_that_the_first_change_found_is_the_first_one_and_open_unless_told():
    found = history(happened(EventKind.STATUS, "2026-11-23 11:00", before=STATELESS, after=ref(NEW)))
    assert found.initial["status"] == Reference(id=6, name="Waiting", state="open")


@pytest.mark.parametrize(("kind", "state"), [(EventKind.CLOSED, "closed"), (EventKind.STATUS, "open")])
def test_a_status_without_a_state_has_the_one_its_event_means(kind, state):
    found = history(created(), happened(kind, "2026-11-23 11:00", after=STATELESS), status("2026-11-23 12:00", NEW))
    assert found.steps[1].values == {
        "status": Reference(id=6, name="Waiting", state=state),
        "closed": state == "closed",
    }


def test_a_reopening_comes_before_a_closing_of_the_same_second_whatever_the_log_says():
    found = history(
        created(),
        closed("2026-11-23 12:00"),
        reopened("2026-11-23 12:00"),
        status=CLOSED,
        closed_at=at("2026-11-23 12:00"),
    )
    assert found.steps[1].values == {"status": CLOSED, "closed": True}
    assert found.warnings == []


def test_the_status_that_the_next_change_found_is_open_unless_told():
    found = history(
        created(status=ref(CLOSED)),
        reopened("2026-11-23 11:00"),
        happened(EventKind.STATUS, "2026-11-23 12:00", before=STATELESS, after=ref(NEW)),
    )
    assert found.steps[1].values["status"] == Reference(id=6, name="Waiting", state="open")


def test_reopened_from_a_closed_beginning_is_open_where_nothing_tells_more():
    found = history(
        created(status=ref(CLOSED)),
        reopened("2026-11-23 11:00"),
        happened(EventKind.CLOSED, "2026-11-23 12:00"),
        status=CLOSED,
    )
    assert found.initial["closed"] is True
    assert found.steps[1].values == {"status": Reference(state="open"), "closed": False}


def test_a_stale_closing_time_of_an_open_ticket_closes_nothing():
    found = history(created(), status("2026-11-23 11:00", PENDING), closed_at=at("2026-11-23 12:00"))
    assert [step.values for step in found.steps[1:]] == [{"status": NEW, "closed": False}]
    assert found.warnings == ["status changed without an event"]


def test_a_stale_closing_time_closes_nothing_without_any_status_event_either():
    found = history(created(), closed_at=at("2026-11-23 12:00"))
    assert (len(found.steps), found.initial["status"], found.initial["closed"]) == (1, NEW, False)


def test_a_closed_ticket_archived_without_an_event_was_closed_once():
    found = history(created(), closed("2026-11-23 11:00"), status=ARCHIVED, closed_at=at("2026-11-23 12:00"))
    assert [step.values for step in found.steps[1:]] == [{"status": ARCHIVED, "closed": True}]
    assert found.warnings == ["status changed without an event"]


@pytest.mark.parametrize("closed_at", [None, at(CREATED_AT)])
def test_closed_at_no_known_later_time_is_closed_from_the_beginning(closed_at):
    found = history(created(), status=CLOSED, closed_at=closed_at)
    assert (len(found.steps), found.initial["status"], found.initial["closed"]) == (1, CLOSED, True)


@pytest.mark.parametrize(
    ("logged", "first"),
    [
        (STATELESS, Reference(id=6, name="Waiting", state="open")),
        (ref(PENDING), PENDING),
        (ref(CLOSED), Reference(state="open")),
        (None, Reference(state="open")),
    ],
)
def test_closed_without_an_event_was_open_before_as_the_creation_tells(logged, first):
    found = history(created(status=logged), status=CLOSED, closed_at=at("2026-11-23 12:00"))
    assert (found.initial["status"], found.initial["closed"]) == (first, False)


@pytest.mark.parametrize(("now", "warnings"), [(PENDING, ["status changed without an event"]), (NEW, [])])
def test_a_status_that_changed_without_any_event_is_told(now, warnings):
    found = history(created(status=ref(NEW)), status=now)
    assert found.warnings == warnings


def test_an_inferred_closing_is_a_step_after_the_events_before_it():
    found = history(
        created(),
        message("2026-11-23 11:00"),
        response("2026-11-23 11:30"),
        message("2026-11-23 13:00"),
        status=CLOSED,
        closed_at=at("2026-11-23 12:00"),
    )
    step = found.steps[3]
    assert (step.at, step.messages, step.responses, step.first, step.last) == (at("2026-11-23 12:00"), 1, 1, 3, 3)
    assert (step.happened, step.changed) == (CLOSED_BY_SYSTEM, AT | STATUS | CLOSED_BIT)
    assert step.values == {"status": CLOSED, "closed": True}
    assert found.warnings == ["status changed without an event"]


def test_an_inferred_closing_adds_to_the_step_of_its_second():
    found = history(created(), response("2026-11-23 12:00"), status=CLOSED, closed_at=at("2026-11-23 12:00"))
    assert [(step.happened, step.changed) for step in found.steps[1:]] == [
        (AGENT_RESPONSE | CLOSED_BY_SYSTEM, AT | RESPONSES | STATUS | CLOSED_BIT)
    ]


def test_a_message_changes_the_count_of_messages_alone():
    assert history(created(), message("2026-11-23 12:00")).steps[1].changed == AT | MESSAGES


def test_only_the_creation_tells_how_the_ticket_began():
    found = history(status(CREATED_AT, PENDING), created(status=ref(NEW)), status=PENDING)
    assert found.initial["status"] == NEW


def test_a_creation_that_tells_nothing_is_no_hindrance():
    found = history(happened(EventKind.CREATED, CREATED_AT, Actor.CUSTOMER), message("2026-11-23 12:00"))
    assert found.initial["status"] == NEW


def test_any_mapping_is_a_reference_of_the_wire():
    assert reference(MappingProxyType({"id": 7110, "name": "Seven"})) == Reference(id=7110, name="Seven")


def test_the_department_of_the_creation_outranks_the_one_that_the_first_transfer_found():
    found = history(
        created(department=ref(SUPPORT)),
        department("2026-11-23 11:00", DEVELOPMENT, SALES),
        department=DEVELOPMENT,
    )
    assert found.initial["department"] == SUPPORT
    assert found.warnings == []


def test_a_transfer_is_where_it_tells_and_else_where_the_next_one_found_the_ticket():
    found = history(
        created(department=ref(SUPPORT)),
        happened(EventKind.DEPARTMENT, "2026-11-23 11:00", after=ref(DEVELOPMENT)),
        happened(EventKind.DEPARTMENT, "2026-11-23 12:00"),
        department("2026-11-23 13:00", DEVELOPMENT, SALES),
        happened(EventKind.DEPARTMENT, "2026-11-23 14:00", after=ref(SUPPORT)),
    )
    assert [step.values["department"] for step in found.steps[1:]] == [DEVELOPMENT, SALES, DEVELOPMENT, SUPPORT]
    assert found.warnings == []


def test_a_ticket_elsewhere_than_its_last_transfer_is_told_and_there_since_that_transfer():
    found = history(created(), department("2026-11-23 11:00", DEVELOPMENT), department=SALES)
    assert found.steps[1].values == {"department": SALES}
    assert found.warnings == ["department changed without an event"]


def test_the_assignee_before_the_first_assignment_is_the_one_it_found():
    found = history(created(), happened(EventKind.ASSIGNED, "2026-11-23 11:00", before="Anna", after="Boris"))
    assert found.initial["assignee"] == Reference(name="Anna")


def test_a_field_event_without_a_name_hides_none_of_the_others():
    found = history(
        created(),
        happened(EventKind.FIELD, "2026-11-23 11:00", after="lost"),
        set_field("2026-11-23 12:00", "contract", "A-2", "A-1"),
        fields={"contract": "A-2"},
    )
    assert [step.values for step in found.steps[1:]] == [None, {"fields": {"contract": "A-2"}}]
    assert found.initial["fields"] == {"contract": "A-1"}


@pytest.mark.parametrize(
    ("closed_at", "merged_at"),
    [
        (None, "2026-11-23 12:00:10"),
        ("2026-11-23 12:00:10", "2026-11-23 12:00:10"),
        ("2026-11-23 12:00:09", "2026-11-23 12:00:09"),
        ("2026-11-23 12:00:05", "2026-11-23 12:00:05"),
        ("2026-11-23 12:00:04", "2026-11-23 12:00:10"),
        ("2026-11-23 12:00:11", "2026-11-23 12:00:10"),
    ],
)
def test_a_merge_takes_at_most_five_seconds_from_the_closing_it_brings(closed_at, merged_at):
    found = history(
        created(),
        happened(EventKind.MERGED, "2026-11-23 12:00:10"),
        happened(EventKind.NOTE, "2026-11-23 13:00"),
        merged_into=7,
        closed_at=closed_at and at(closed_at),
    )
    assert found.merged_at == at(merged_at)


@pytest.mark.parametrize(
    ("closed_at", "merged_at"), [(None, "2026-11-23 13:00"), ("2026-11-23 12:30", "2026-11-23 12:30")]
)
def test_an_unlogged_merge_took_place_with_the_closing_or_the_last_event(closed_at, merged_at):
    found = history(
        created(),
        message("2026-11-23 12:00"),
        message("2026-11-23 13:00"),
        merged_into=7,
        closed_at=closed_at and at(closed_at),
    )
    assert found.merged_at == at(merged_at)


def test_a_topic_taken_away_without_an_event_is_told():
    found = history(created(topic={"id": 3, "name": "Printers"}))
    assert found.warnings == ["topic changed without an event"]
    assert found.initial["topic"] is None
