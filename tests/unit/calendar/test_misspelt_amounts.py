"""An amount that is written another way is answered with exactly what to write."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.policies.calendar.amounts import Amount
from bridge.policies.calendar.misspelt import amount_hint

ONE_MEANING = {
    "8h": [
        "8 hours",
        "8H",
        "8 h",
        "8 ч",
        "8ч",
        "8 часов",
        "8:00",
        "PT8H",
        "eight hours",
        "8 working hours",
        "8\N{NO-BREAK SPACE}h",
    ],
    "1h30m": [
        "1.5h",
        "1,5 часа",
        "1h 30 min",
        "1 час 30 минут",
        "90 minutes",
        "PT1H30M",
        "1:30",
        "полтора часа",
        "30m1h",
    ],
    "30m": ["30 мин", "30м", "30 minutes", "half an hour", "полчаса", "½ h"],
    "2wd": [
        "2 working days",
        "2 business days",
        "2 рд",
        "2 р.д.",
        "2 рабочих дня",
        "two workdays",
        "2 wd",
        "2WD",
        "2 раб. дня",
    ],
    "1wd": ["NBD", "next business day", "1 рабочий день"],
    "3wd": ["3 рабочих дня", "в течение 3 рабочих дней", "3 bank days"],
    "5wd": ["1 working week", "1 рабочая неделя"],
    "36h calendar": ["36 calendar hours", "36 календарных часов", "P1DT12H", "36 hours calendar", "1d12h"],
    "2d": ["2 calendar days", "2 календарных дня", "2 сут.", "48 часов круглосуточно"],
    "24wd same-time": ["24wd same time", "24 working days same-time", "24 wd same_time"],
    # Cyrillic letters that look Latin: `8һ`, `2ԝԁ`, and the capital of `8н`.
    "10h": ["10\N{CYRILLIC SMALL LETTER SHHA}", "10\N{CYRILLIC CAPITAL LETTER EN}"],
    "12wd": ["12\N{CYRILLIC SMALL LETTER WE}\N{CYRILLIC SMALL LETTER KOMI DE}"],
}
TWO_MEANINGS = {
    ("2d", "2wd"): ["2 days", "2 дня", "P2D", "2 Tage", "2д"],
    ("1d", "1wd"): ["day", "1 день", "P1D", "a day"],
    ("2w", "10wd"): ["2 weeks", "2 недели", "P2W"],
    ("1w", "5wd"): ["a week", "одна неделя"],
    ("30d", "21wd"): ["1 month", "месяц", "P1M", "1 мес."],
}
NOTHING_TELLS = [
    "asap",
    "8 hours or 2 days",
    "2-3 days",
    "soon",
    "2d calendar days",
    "1234567890 hours",
    "8h30",
    "x" * 10_000,
]


def said_of(text: str) -> str:
    with pytest.raises(ValueError, match=r"'") as refusal:
        Amount.parse(text)
    return str(refusal.value)


@pytest.mark.parametrize(("written", "text"), [(one, text) for one, texts in ONE_MEANING.items() for text in texts])
def test_what_can_mean_one_thing_is_answered_with_it(written: str, text: str) -> None:
    assert said_of(text).partition(" | ")[2].startswith(f"write {written}")
    assert str(Amount.parse(written)) == written


@pytest.mark.parametrize(("choices", "text"), [(both, text) for both, texts in TWO_MEANINGS.items() for text in texts])
def test_days_may_be_calendar_time_or_working_days_and_the_answer_names_both(
    choices: tuple[str, str], text: str
) -> None:
    calendar, working = choices
    assert said_of(text).endswith(f"write {calendar} (calendar time) or {working} (working days)")


@pytest.mark.parametrize("text", NOTHING_TELLS)
def test_what_nobody_understands_is_answered_with_every_form(text: str) -> None:
    assert "| write 90m, 8h, 1h30m, 24wd" in said_of(text)
    assert len(said_of(text)) < 250


def test_a_bare_number_is_answered_with_every_unit() -> None:
    assert said_of("8") == "'8' has no unit | write 8h (hours), 8m (minutes), 8wd (working days) or 8d (calendar days)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1wd2h", "working days stand alone: write 1wd, or hours such as 8h"),
        ("2 business days 4 hours", "working days stand alone: write 2wd, or hours such as 8h"),
        ("1.5 working days", "working days are whole: write 2wd, or hours such as 4h"),
    ],
)
def test_what_working_days_cannot_be_is_said(text: str, said: str) -> None:
    assert said_of(text).endswith(said)


WORDS = st.lists(
    st.sampled_from(
        [
            "2",
            "8",
            "1.5",
            "half",
            "two",
            "h",
            "hours",
            "day",
            "days",
            "дн",
            "рабочих",
            "wd",
            "week",
            "мес",
            "month",
            "calendar",
            "P",
            "T",
            ":",
            "same-time",
            "and",
            "х",
            "½",
            "-",
        ]
    ),
    max_size=6,
)


@settings(derandomize=True, max_examples=500, deadline=None)
@given(WORDS.map(" ".join) | WORDS.map("".join) | st.text(max_size=30))
def test_whatever_an_answer_proposes_can_be_written(text: str) -> None:
    for proposed in re.findall(r"\d\w*(?: calendar(?! time)| same-time)?", amount_hint(text)):
        assert Amount.parse(proposed)
