"""Dates, hours, weekdays, yes and no, ids and look-alike letters: the answer says what to write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bridge.errors import Problem
from bridge.files.misspelt import dates, foreign_letters, hours, latin, truth, weekdays
from bridge.files.positions import Document, hint_for
from bridge.files.types import Day, Flag, Id, ZoneName
from bridge.files.validate import Strict, validate
from bridge.policies.calendar.windows import DateSpan, Window
from bridge.policies.language.thresholds import parse_point


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(
            (text, ["2026-11-20"])
            for text in ("20.11.2026", "20/11/2026", "2026/11/20", "20 ноября 2026 г.", "Nov 20, 2026")
        ),
        *((text, ["2026-11-20"]) for text in ("2026.11.20", "20.11.26", "2026-11-20 10:00", "11/20/2026")),
        ("2026-11-2", ["2026-11-02"]),
        ("03/04/2026", ["2026-04-03", "2026-03-04"]),
        ("31.12", ["12-31"]),
        ("1 января", ["01-01"]),
        *((text, []) for text in ("tomorrow", "2026", "2026-13-45", "", "12", "x" * 1000)),
    ],
)
def test_dates_are_read_in_every_usual_order_and_both_where_the_order_is_unclear(text: str, meant: list[str]) -> None:
    assert dates(text) == tuple(meant)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(
            (text, "09:00-18:00")
            for text in ("9-18", "9am-6pm", "9:00 to 18:00", "с 9 до 18", "0900-1800", "9.00—18.00")
        ),
        *((text, "00:00-24:00") for text in ("24/7", "круглосуточно", "0-24")),
        ("22-6", "22:00-06:00"),
        *((text, None) for text in ("9", "25-26", "9-9", "13pm-14pm", "office hours", "9:75-18:00")),
    ],
)
def test_hours_are_answered_with_a_window(text: str, meant: str | None) -> None:
    assert hours(text) == meant
    assert meant is None or str(Window.parse(meant)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *(
            (text, "mon-fri")
            for text in ("пн-пт", "Mon–Fri", "monday to friday", "mo-fr", "Пн. - Пт.", "weekdays", "будни")
        ),
        ("ср", "wed"),
        ("Sunday", "sun"),
        ("выходные", "sat-sun"),
        *((text, None) for text in ("1-5", "mon-tue-wed", "someday", "")),
    ],
)
def test_weekdays_are_answered_in_the_words_of_calendars(text: str, meant: str | None) -> None:
    assert weekdays(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"), [("yes", True), ("Да", True), ("OFF", False), ("нет", False), ("maybe", None)]
)
def test_words_for_yes_and_no_are_told_apart(text: str, *, meant: bool | None) -> None:
    assert truth(text) is meant


class Sample(Strict):
    flag: Flag = True
    day: Day | None = None
    id: Id = "a"
    zone: ZoneName = "UTC"


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("flag", "yes", "write true, without quotes"),
        ("flag", "нет", "write false, without quotes"),
        ("flag", "perhaps", "write true or false, without quotes"),
        ("day", "20.11.2026", "write 2026-11-20"),
        ("day", "31.12", "write a date as 2026-11-20"),
        ("id", "Gold Level", "write gold-level; use small Latin letters"),
        ("id", "gоld", "write gold; 'о' here is a Cyrillic letter; use small"),
        ("id", "золотой", "use small Latin letters"),
        ("zone", "Berlin", "did you mean 'Europe/Berlin'? write an IANA name"),
        ("zone", "МСК", "did you mean 'Europe/Moscow'? write an IANA name"),
        ("zone", "???", "write an IANA name"),
    ],
)
def test_the_hint_says_what_to_write(key: str, value: str, hint: str) -> None:
    problems: list[Problem] = []
    assert validate(Sample, Document.of({key: value}), problems) is None
    assert [problem.hint[: len(hint)] for problem in problems] == [hint]


def test_a_name_with_a_letter_of_another_alphabet_is_told_with_the_letter() -> None:
    assert hint_for("gоld", ["gold", "silver"]).startswith(
        "did you mean 'gold'? 'о' here is a Cyrillic letter; allowed"
    )
    assert hint_for("пн", ["mon", "tue"]) == "did you mean 'mon'? allowed: mon, tue"
    # A word of Russian letters alone is no Latin word in disguise.
    assert hint_for("Открытый", ["Открыт", "Закрыт"]) == "did you mean 'Открыт'? allowed: Закрыт, Открыт"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("75", "write 75%"),
        ("0.75", "write 75%"),
        ("75 percent", "write 75%"),
        ("1h", "write 1h before"),
        ("за 1 час", "write 1h before"),
        ("1 hour before the deadline", "write 1h before"),
        ("2 days before", "write 2d (calendar time) or 2wd (working days), each with 'before' behind it"),
        ("2 hours after the deadline", "write 2h after"),
        ("через 1 день после срока", "write 75%, 1h before, 150% or 2h after"),
        ("soon", "write 75%, 1h before, 150% or 2h after"),
    ],
)
def test_thresholds_are_answered_with_a_share_or_an_amount_on_its_side_of_the_deadline(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match="is no threshold") as refusal:
        parse_point(text)
    assert str(refusal.value).partition(" | ")[2] == hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("20.11.2026", "write 2026-11-20"),
        ("01.05 - 09.05", "write 05-01..05-09 or 01-05..09-05"),
        ("2026-05-01 - 2026-05-04", "write 2026-05-01..2026-05-04"),
        ("Easter", "write 2026-05-02, 2026-05-02..2026-05-04, 05-02 or 12-28..01-08"),
    ],
)
def test_spans_of_dates_are_answered_with_both_ends(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match="is no date") as refusal:
        DateSpan.parse(text)
    assert str(refusal.value).partition(" | ")[2] == hint


def test_look_alike_letters_keep_their_case() -> None:
    assert (latin("CЕО"), foreign_letters("CЕО")) == ("CEO", "'Е', 'О' here are Cyrillic letters")
    assert foreign_letters("Сервис") == foreign_letters("plain") == ""


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=50))
def test_no_text_is_too_odd_to_be_answered(text: str) -> None:
    for meant in dates(text):
        assert TypeAdapter(Day).validate_python(meant) if len(meant) == 10 else DateSpan.parse(meant)
    for of_text in (hours, weekdays, truth, foreign_letters):
        of_text(text)
