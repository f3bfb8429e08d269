"""What is known of a conversation look by look, without a site."""

from dataclasses import replace

import pytest

from bridge.connectors.helpdesks.bedesk.memory import APART, STALE, Look, SeenState, must_be_kept, remembered

CREATED = 1_795_000_000
OPEN, WAITING = {"id": 1, "name": "Open", "state": "open"}, {"id": 2, "name": "Waiting", "state": "open"}
CLOSED = {"id": 3, "name": "Closed", "state": "closed"}
STANDING = SeenState(status=OPEN, group=None, assignee=None, inputs={}, fields={})


def look(after, *, updated=0, watched=None, **changed):
    standing = replace(STANDING, **changed)
    watched_at = None if watched is None else CREATED + watched
    return Look(
        at=CREATED + after, standing=standing, created_at=CREATED, updated_at=CREATED + updated, watched=watched_at
    )


def seen(*looks):
    memory = None
    for one in looks:
        memory = remembered(memory, one)
    return memory


def told(memory):
    return [(one["at"] - CREATED, one["kind"]) for one in memory.events]


def test_a_conversation_first_seen_soon_after_its_creation_is_known_from_there():
    assert seen(look(APART)).known_from is None


def test_one_that_is_first_seen_later_is_known_from_that_look_on():
    assert seen(look(APART + 1)).known_from == CREATED + APART + 1


def test_one_that_was_closed_before_the_first_look_soon_after_it_was_opened_was_closed_then():
    memory = seen(look(120, updated=90, status=CLOSED))
    assert told(memory) == [(90, "closed")]


def test_a_change_is_put_down_to_the_sites_stamp_where_it_lies_between_two_looks():
    assert told(seen(look(60), look(120, updated=100, status=WAITING))) == [(100, "status")]


@pytest.mark.parametrize("stamp", [30, 500])
def test_a_change_whose_stamp_lies_elsewhere_is_put_down_to_the_look_that_found_it(stamp):
    assert told(seen(look(60), look(120, updated=stamp, status=WAITING))) == [(120, "status")]


def test_closing_and_opening_again_are_told_as_such():
    memory = seen(look(60), look(120, updated=100, status=CLOSED), look(180, updated=170, status=OPEN))
    assert told(memory) == [(100, "closed"), (170, "reopened")]
    assert all(one["inferred"] for one in memory.events)


def test_every_other_thing_that_no_message_tells_is_noticed():
    changed = look(
        120,
        updated=100,
        group={"id": 2, "name": "Development"},
        assignee={"id": 5, "name": "Olga"},
        inputs={"sla_set_critical": True},
        fields={"product": "A"},
    )
    events = seen(look(60), changed).events
    assert [(one["kind"], one["actor"], one.get("field")) for one in events] == [
        ("department", "system", None),
        ("assigned", "system", None),
        ("field", "agent", "sla_set_critical"),
        ("field", "system", "product"),
    ]


def test_what_lay_between_two_looks_far_apart_with_a_change_in_between_is_unseen():
    memory = seen(look(60), look(60 + 2 * APART, updated=60 + APART + 1))
    assert memory.known_from == CREATED + 60 + 2 * APART


@pytest.mark.parametrize(
    "later",
    [
        look(60 + 9 * APART, updated=50),
        look(60 + 9 * APART, updated=60 + APART),
        look(60 + 9 * APART, updated=60 + 9 * APART, watched=60 + 9 * APART - 30),
    ],
)
def test_nothing_is_unseen_where_nothing_was_touched_or_somebody_watched(later):
    assert seen(look(60), later).known_from is None


def test_what_is_unseen_stays_unseen_when_all_is_watched_again():
    memory = seen(look(60), look(60 + 2 * APART, updated=60 + APART + 1), look(90 + 2 * APART, updated=80 + 2 * APART))
    assert memory.known_from == CREATED + 60 + 2 * APART


def test_events_never_run_backwards_whatever_the_site_stamps():
    memory = seen(look(60), look(120, updated=110, status=WAITING), look(130, updated=90, status=OPEN))
    times = [at for at, _ in told(memory)]
    assert times == sorted(times)


def test_a_long_history_is_bounded_and_what_was_dropped_is_unseen():
    looks = [look(60 + n, updated=60 + n, status=(OPEN, WAITING)[n % 2]) for n in range(450)]
    memory = seen(*looks)
    assert len(memory.events) == 400
    assert memory.known_from is not None
    assert memory.known_from <= memory.events[0]["at"]


def test_a_look_is_kept_where_it_found_something_or_the_conversation_was_touched_long_after_the_last():
    first = seen(look(60))
    assert must_be_kept(None, first, CREATED)
    assert not must_be_kept(first, seen(look(60), look(70)), CREATED + 60 + STALE)
    assert must_be_kept(first, seen(look(60), look(70)), CREATED + 61 + STALE)
    assert must_be_kept(first, seen(look(60), look(70, status=WAITING)), CREATED)
