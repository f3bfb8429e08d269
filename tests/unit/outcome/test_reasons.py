"""The one sentence on the ticket."""

import pytest

from bridge.decisions import Check, ClockState, Outcome, Support, SupportVerdict
from bridge.policies.clocks.states import Cause
from bridge.policies.decide import decide
from bridge.policies.outcome.readable import LONGEST, polished
from bridge.policies.outcome.reason import CAUSES, amount_text, reason_of
from bridge.policies.telling.ledger import REASONS
from bridge.policies.telling.titles import STATES, VERDICTS
from bridge.tickets import FinishedCycle
from tests.unit.clocks.desk import (
    BOTH,
    PENDING,
    WITH_CHECKS,
    When,
    at,
    closed,
    decided,
    known,
    level,
    policy,
    response,
    revision,
    row,
    rule,
    simple,
    status,
    ticket,
)

RUSSIAN = simple(row("first_response", "8h"), row("resolution", "16h"), language="ru")


@pytest.mark.parametrize(
    ("events", "now", "english", "russian"),
    [
        (
            [],
            "2026-11-23 11:00",
            "Standard: First response running (8 working hours)",
            "Standard: Первый ответ: срок идёт (8 рабочих часов)",
        ),
        (
            [],
            "2026-11-23 17:00",
            "Standard: First response close to its deadline (8 working hours)",
            "Standard: Первый ответ: срок подходит к концу (8 рабочих часов)",
        ),
        (
            [],
            "2026-11-23 19:00",
            "Standard: First response overdue (8 working hours)",
            "Standard: Первый ответ: срок истёк (8 рабочих часов)",
        ),
        (
            [status("2026-11-23 10:30", PENDING)],
            "2026-11-23 11:00",
            "Standard: Resolution paused (16 working hours)",
            "Standard: Решение: срок приостановлен (16 рабочих часов)",
        ),
        (
            [response("2026-11-23 11:00"), closed("2026-11-23 12:00")],
            "2026-11-23 13:00",
            "Standard: Resolution in time (16 working hours)",
            "Standard: Решение: срок соблюдён (16 рабочих часов)",
        ),
        (
            [response("2026-11-23 11:00"), closed("2026-11-27 12:00")],
            "2026-11-28 13:00",
            "Standard: Resolution missed (16 working hours)",
            "Standard: Решение: срок нарушен (16 рабочих часов)",
        ),
    ],
)
def test_the_sentence_says_where_the_ticket_stands(events, now, english, russian):
    one = ticket("2026-11-23 10:00", *events)
    assert decided(one, BOTH, now).reason == english
    assert decided(one, RUSSIAN, now).reason == russian


def test_a_cancelled_clock_tells_its_cause():
    one = ticket("2026-11-23 10:00", closed("2026-11-23 12:00"))
    by = simple(row("first_response", "8h"))
    assert (
        decided(one, by, "2026-11-23 13:00").reason
        == "Standard: First response: the ticket was closed without an answer"
    )


def test_the_verdict_on_support_is_part_of_the_sentence_in_the_policys_language():
    one = ticket("2026-11-23 10:00", language="ru")
    made = decide(one, WITH_CHECKS, now=at("2026-11-30 11:00"), registry=known())
    assert made.reason.startswith("Standard: First response overdue (8 working hours); support may be refused: ")
    assert made.reason.isascii()
    assert not made.support.checks[0].message.isascii()
    unknown = decide(ticket("2026-11-23 10:00"), WITH_CHECKS, now=at("2026-11-23 11:00"))
    assert "; entitlement is not established" in unknown.reason


@pytest.mark.parametrize("text", ["=1+1", "-x", "+x", "@x", " \t=x", "--=x"])
def test_the_sentence_never_begins_like_a_formula(text):
    assert polished(text)[0] not in "-=+@"


def test_the_sentence_fits_the_field_on_one_line():
    assert polished("a\n b\t c") == "a b c"
    long = polished("word " * 200)
    assert len(long) <= LONGEST
    assert long.endswith("…")


def test_a_level_without_targets_says_so():
    made = decided(ticket("2026-11-23 10:00"), simple(clocks=[]), "2026-11-23 11:00")
    assert made.reason == "Standard: the agreement sets no targets"
    quiet = simple(row("next_response", "8h"))
    assert (
        decided(ticket("2026-11-23 10:00"), quiet, "2026-11-23 11:00").reason
        == "Standard: nothing is being measured now"
    )


@pytest.mark.parametrize(
    ("target", "english", "russian"),
    [
        ("8h", "8 working hours", "8 рабочих часов"),
        ("1h", "1 working hour", "1 рабочий час"),
        ("1h30m", "1 working hour 30 working minutes", "1 рабочий час 30 рабочих минут"),
        ("24wd", "24 working days", "24 рабочих дня"),
        ("11wd", "11 working days", "11 рабочих дней"),
        ("2d", "2 calendar days", "2 календарных дня"),
        ("36h calendar", "1 calendar day 12 hours", "1 календарный день 12 часов"),
        ("0h", "0 working seconds", "0 рабочих секунд"),
        ("promise", "promised date", "обещанная дата"),
        ("what", "what", "what"),
    ],
)
def test_targets_are_said_as_people_say_them(target, english, russian):
    assert amount_text(target, "en") == english
    assert amount_text(target, "ru") == russian


def test_every_cause_state_verdict_and_reason_has_words():
    assert set(CAUSES) == set(Cause)
    assert set(STATES) == set(ClockState)
    assert set(VERDICTS) == set(SupportVerdict)
    assert {"pause", "before_start", "calendar_time", "day_counted", "working", "holiday"} <= set(REASONS)


def test_a_kept_clock_of_an_unknown_metric_and_cause_is_told_by_its_own_words():
    one = FinishedCycle(
        metric="own",
        cycle=1,
        state="cancelled",
        started_at=at("2026-11-23 10:00"),
        stopped_at=at("2026-11-23 11:00"),
        cause="other",
    )
    made = decided(ticket("2026-11-23 10:00", cycles=[one]), simple(clocks=[]), "2026-11-23 12:00")
    assert made.reason == "Standard: own"
    unlevelled = policy(revision([level("standard")], rules=[rule("standard", When(lambda _: False))]))
    assert decided(ticket("2026-11-23 10:00", cycles=[one]), unlevelled, "2026-11-23 12:00").reason == "own"


def test_the_reason_names_the_first_hole_only_when_nothing_runs():
    text = reason_of(
        level=None,
        state=ClockState.NONE,
        clocks=(),
        titles={},
        holes=["hole one", "hole two"],
        support=Support(verdict=SupportVerdict.FULL),
        language="en",
    )
    assert text == "hole one"
    unfounded = reason_of(
        level=None,
        state=ClockState.NONE,
        clocks=(),
        titles={},
        holes=["hole"],
        support=Support(verdict=SupportVerdict.LIMITED),
        language="en",
    )
    assert unfounded == "hole; support is limited"
    checks = (
        Check(id="a", outcome=Outcome.PASS),
        Check(id="b", outcome=Outcome.UNKNOWN, required=True, message="who is it"),
    )
    unknown = reason_of(
        level=None,
        state=ClockState.NONE,
        clocks=(),
        titles={},
        holes=["hole"],
        support=Support(verdict=SupportVerdict.UNKNOWN, checks=checks),
        language="en",
    )
    assert unknown == "hole; entitlement is not established: who is it"
