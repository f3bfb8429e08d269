"""The keys of actions: one happening, one key for ever; and nothing that was to be done is lost between two decisions."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.policies.actions.keys import LONGEST
from bridge.policies.decide import decide
from bridge.tickets import Acted, Actor
from tests.unit.actions.test_happenings import LONG, POLICY
from tests.unit.clocks.desk import (
    HIGH,
    NEW,
    NORMAL,
    PENDING,
    at,
    closed,
    message,
    priority,
    promise,
    reopened,
    response,
    set_field,
    status,
    ticket,
)

START = at("2026-11-23 10:00")
HOUR = 3600

HAPPENING = {
    "message": message,
    "response": response,
    "waits": lambda when: status(when, PENDING, NEW),
    "opens": lambda when: status(when, NEW, PENDING),
    "closes": closed,
    "reopens": reopened,
    "high": lambda when: priority(when, HIGH, NORMAL),
    "normal": lambda when: priority(when, NORMAL, HIGH),
    "promises": lambda when: promise(when, "2026-12-01 18:00"),
    "promises more": lambda when: promise(when, "2026-12-03 12:00"),
    "calls": lambda when: set_field(when, "sla_set_attention", True, actor=Actor.CUSTOMER),
    "is heard": lambda when: set_field(when, "sla_set_attention", False),
    "asks": lambda when: set_field(when, "sla_set_deferral", "needs_facts"),
}
HISTORIES = st.lists(st.tuples(st.sampled_from(sorted(HAPPENING)), st.integers(0, 30)), max_size=12)


def story(history):
    """Events of a history, each so many hours after the one before it."""
    now, events = START, []
    for name, hours in history:
        now += hours * HOUR
        events.append(HAPPENING[name](now))
    return events


def instants(events, *, until):
    return sorted({START, *(event.at for event in events), *range(START, until, 9 * HOUR), until})


def decided(one, now):
    return decide(one, POLICY, now=now, addresses={"manager": "head@desk.example"})


@settings(deadline=None)
@given(HISTORIES)
def test_what_happened_has_one_key_whenever_it_is_looked_at(history):
    events = story(history)
    one = ticket(START, *events, **LONG)
    end = max((event.at for event in events), default=START) + 15 * 86_400
    known: dict[tuple[str, int], str] = {}
    bearers: dict[str, int] = {}
    for now in instants(events, until=end):
        made = decided(one, now)
        assert len({action.key for action in made.actions}) == len(made.actions)
        for action in made.actions:
            metric = action.key.split(":")[1]
            if metric != "ticket":
                continue
            # The same trigger never gets a second key, and a key never gets a second trigger.
            assert known.setdefault((action.id, action.not_before), action.key) == action.key
            assert bearers.setdefault(action.key, action.not_before) == action.not_before
            assert action.key.isascii()
            assert len(action.key) <= LONGEST


@settings(deadline=None)
@given(HISTORIES, st.integers(0, 12))
def test_what_is_heard_of_later_moves_no_key(history, cut):
    """The ticket as it was sent while it was younger: the log ended earlier, and what stands in it was the latest."""
    events = story(history)
    earlier = events[:cut]
    now = max((event.at for event in earlier), default=START)
    later = [event for event in events[cut:] if event.at > now]
    then = decided(ticket(START, *earlier, **LONG), now)
    seen_later = decided(ticket(START, *earlier, *later, **LONG), now)
    assert [(one.key, one.not_before) for one in then.actions] == [
        (one.key, one.not_before) for one in seen_later.actions
    ]


@settings(deadline=None)
@given(HISTORIES)
def test_whoever_decides_only_when_told_to_does_all_that_is_ever_due_and_each_once(history):
    """Decisions at events and at each `next_change_at` find whatever decisions at any instant would find."""
    events = story(history)
    one = ticket(START, *events, **LONG)
    end = max((event.at for event in events), default=START) + 15 * 86_400
    waking, now = sorted({START, *(event.at for event in events)}), START
    done: dict[str, int] = {}
    while now <= end:
        acted = tuple(Acted(key=key, state="done", at=when) for key, when in done.items())
        made = decided(replace(one, bridge=replace(one.bridge, actions=acted)), now)
        for action in made.actions:
            assert action.key not in done
            assert action.not_before <= now
            done[action.key] = now
        following = [event_at for event_at in waking if event_at > now]
        if made.actions:
            # What was done may make the next step due: the sync looks again in the same pass.
            again = tuple(Acted(key=key, state="done", at=when) for key, when in done.items())
            made = decided(replace(one, bridge=replace(one.bridge, actions=again)), now)
            assert made.actions == ()
        ahead = [one for one in (made.next_change_at, *following[:1]) if one is not None]
        if not ahead:
            break
        now = min(ahead)
    for now in instants(events, until=end):
        acted = tuple(Acted(key=key, state="done", at=when) for key, when in done.items() if when <= now)
        left = decided(replace(one, bridge=replace(one.bridge, actions=acted)), now).actions
        assert [action.key for action in left if action.key.split(":")[1] == "ticket"] == []
