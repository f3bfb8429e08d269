"""What comes next by itself, and until when what stands still does."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.policies.agreement.policy import Threshold
from bridge.policies.telling.ahead import TURNS_TOLD, turns_ahead
from tests.unit.clocks.desk import (
    BOTH,
    FIRST,
    ON_HOLD,
    PENDING,
    WITH_CHECKS,
    D,
    at,
    closed,
    known,
    note,
    response,
    row,
    simple,
    status,
    target,
    ticket,
)
from tests.unit.telling.stories import ahead, story, told


def test_a_deadline_is_named_by_itself_and_not_by_the_second_after_it():
    one = ticket("2026-11-23 10:00")
    assert ahead(one, FIRST, "2026-11-23 16:30") == ["2026-11-23 18:00  First response: overdue"]
    (turn,) = turns_ahead(story(one, FIRST, "2026-11-23 16:30"))
    assert turn.at == at("2026-11-23 18:00")


def test_a_pause_that_waits_for_the_customer_lasts_until_he_answers():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", PENDING))
    assert ahead(one, FIRST, "2026-11-23 13:00") == ["First response: paused until the customer answers"]
    russian = replace(FIRST, language="ru")
    assert ahead(one, russian, "2026-11-23 13:00") == ["Первый ответ: приостановлено, пока не ответит клиент"]
    assert "Next: First response: paused until the customer answers" in told(one, FIRST, "2026-11-23 13:00")


def test_a_pause_that_only_staff_end_is_told_as_such():
    one = ticket("2026-11-23 10:00", status("2026-11-23 12:00", ON_HOLD))
    assert ahead(one, FIRST, "2026-11-23 13:00") == [
        "First response: paused; a message of the customer does not end it"
    ]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "2026-11-25  The support certificate ends soon, on 2026-12-25",
                "2026-12-26  The support certificate expired on 2026-12-25; support: may be refused",
            ],
        ),
        (
            "ru",
            [
                "25.11.2026  Сертификат поддержки скоро закончится: 25.12.2026",
                "26.12.2026  Срок сертификата поддержки истёк 25.12.2026; поддержка: можно отказать",
            ],
        ),
    ],
)
def test_the_end_of_a_certificate_is_told_by_its_day(language, lines):
    one = ticket("2026-11-23 10:00", response("2026-11-23 10:30"), closed("2026-11-23 10:40"))
    by = replace(WITH_CHECKS, language=language)
    assert ahead(one, by, "2026-11-23 11:00", known(date(2026, 12, 25))) == lines


def test_another_person_in_charge_is_told():
    one = ticket("2026-11-23 10:00", response("2026-11-23 10:30"), closed("2026-11-23 10:40"))
    turn, found = at("2026-12-01 00:00"), story(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")
    changing = replace(
        found,
        ticket=one,
        registry_at=lambda now: known(
            curator="Ivan" if now < turn else "Anna", curator_until=turn if now < turn else None
        ),
    )
    changing = replace(changing, decision=changing.decided(one, at("2026-11-23 11:00")))
    assert [(one.at, one.text) for one in turns_ahead(changing)] == [(turn, "curator: Anna")]


def test_a_threshold_that_only_acts_is_told_by_its_name():
    half = Threshold(id="half", share_basis_points=5000, actions=(note("half"),))
    by = simple(row("first_response", replace(target("8h"), thresholds=(half,))))
    assert ahead(ticket("2026-11-23 10:00"), by, "2026-11-23 11:00") == [
        "2026-11-23 14:00  First response: threshold half",
        "2026-11-23 18:00  First response: overdue",
    ]


def test_no_more_than_a_few_turns_are_told():
    assert len(ahead(ticket("2026-11-23 10:00"), BOTH, "2026-11-23 11:00")) == TURNS_TOLD


def test_before_its_creation_a_ticket_is_told_to_come():
    by = replace(FIRST, calendars={"d": D})
    lines = ahead(ticket("2026-11-23 10:00"), by, "2026-11-23 09:00")
    assert lines == ["2026-11-23 10:00  the ticket is created"]


def test_seen_from_the_past_only_what_came_before_the_next_event_is_told():
    one = ticket("2026-11-23 10:00", response("2026-11-23 17:00"))
    assert ahead(one, FIRST, "2026-11-23 11:00") == ["2026-11-23 16:00  First response: at risk"]


def test_nothing_changes_in_an_open_ticket_whose_clocks_have_met_their_end():
    one = ticket("2026-11-23 10:00", response("2026-11-23 11:00"))
    assert told(one, FIRST, "2026-11-23 12:00")[-1] == "Next: nothing changes by itself"
    over = ticket("2026-11-23 10:00", response("2026-11-23 11:00"), closed("2026-11-23 11:30"))
    assert told(over, FIRST, "2026-11-23 12:00")[-1] == "Support: full"
