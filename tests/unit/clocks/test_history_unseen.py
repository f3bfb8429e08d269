"""Tickets of a helpdesk without a history: what began before the first look has no verdict, what begins later has one."""

from dataclasses import replace

import pytest

from bridge.decisions import ClockState
from bridge.policies.outcome.reason import CAUSES
from bridge.policies.outcome.record import cycles_after
from bridge.policies.telling.abilities import ABILITIES, FEATURE_ABILITIES, has, lacks_in_words
from bridge.protocols.capabilities import EVERYTHING
from tests.unit.clocks.desk import at, decided, message, response, row, simple, ticket

METRICS = ("first_response", "resolution")
BY = simple(*(row(metric, "8h") for metric in METRICS), row("next_response", "4h"))


def seen_from(moment, *events):
    return replace(ticket("2026-11-23 10:00", *events), history_from=at(moment))


def told(one, moment):
    return [(clock.metric, clock.state.value, clock.cause) for clock in decided(one, BY, moment).clocks]


def test_a_clock_that_began_before_the_first_look_is_none_and_says_why():
    decision = decided(seen_from("2026-11-23 12:00"), BY, "2026-11-23 13:00")
    assert [(one.metric, one.state, one.cause, one.due_at) for one in decision.clocks] == [
        (metric, ClockState.NONE, "history_unseen", None) for metric in METRICS
    ]
    assert (decision.state, decision.due_at) == (ClockState.NONE, None)
    assert CAUSES["history_unseen"].text("en") in decision.reason


def test_it_stays_without_a_verdict_however_late_it_gets():
    assert told(seen_from("2026-11-23 12:00"), "2026-12-23 13:00") == [
        (metric, "none", "history_unseen") for metric in METRICS
    ]


def test_an_answer_before_the_first_look_makes_it_neither_met_nor_missed():
    one = seen_from("2026-11-23 12:00", response("2026-11-23 11:00"))
    assert ("first_response", "none", "history_unseen") in told(one, "2026-11-23 13:00")


def test_what_begins_after_the_first_look_is_measured():
    one = seen_from(
        "2026-11-23 12:00",
        response("2026-11-23 11:00"),
        message("2026-11-23 14:00"),
    )
    assert ("next_response", "running", None) in told(one, "2026-11-23 15:00")


@pytest.mark.parametrize("seen", ["2026-11-23 10:00", None])
def test_a_ticket_seen_from_its_creation_on_has_all_its_clocks(seen):
    one = replace(ticket("2026-11-23 10:00"), history_from=None if seen is None else at(seen))
    assert told(one, "2026-11-23 12:00") == [(metric, "running", None) for metric in METRICS]


def test_a_cycle_that_was_judged_when_all_was_known_stays_as_it_was_judged():
    answered = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    kept = cycles_after(decided(answered, BY, "2026-11-23 12:00"), kept=())
    later = replace(answered, history_from=at("2026-11-23 11:30"), bridge=replace(answered.bridge, cycles=tuple(kept)))
    assert ("first_response", "met", None) in told(later, "2026-11-23 13:00")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_each_ability_that_is_lacking_is_told_in_both_languages(language):
    assert list(lacks_in_words(EVERYTHING, language)) == []
    for name in ABILITIES:
        assert has(EVERYTHING, name)
        (sentence,) = lacks_in_words(replace(EVERYTHING, **{name: False}), language)
        assert ABILITIES[name].absent.text(language) in sentence
    for name, ability in FEATURE_ABILITIES.items():
        assert has(EVERYTHING, name)
        (sentence,) = lacks_in_words(replace(EVERYTHING, features=EVERYTHING.features - {name}), language)
        assert ability.absent.text(language) in sentence


def test_every_ability_of_the_record_has_its_words():
    members = set(EVERYTHING.__dataclass_fields__) - {"features"}
    assert members == set(ABILITIES)
    assert set(FEATURE_ABILITIES) <= EVERYTHING.features
