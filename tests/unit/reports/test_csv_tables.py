"""The report as CSV: spreadsheets of both languages read it, and compute nothing in it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.policies.figures.model import Dimension
from bridge.reports.csv_tables import LISTS, csv_of
from bridge.reports.spreadsheet import BOM, harmless
from tests.unit.reports.figures_sample import REGISTRY, coming, figures, missed, obligations, teller

FORMULAS = [
    '=HYPERLINK("http://evil.example";"x")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "﹢1",
    "－1",
    "＠x",
    "a\n=1+1",
    ";=1+1",
    ",=1+1",
    '"=1+1"',
]


def read(text: str, language: str) -> list[list[str]]:
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";" if language == "ru" else ","))


@pytest.mark.parametrize("hostile", FORMULAS)
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_cell_is_a_formula_and_none_breaks_out_of_its_column(name: str, language: str, hostile: str) -> None:
    found = figures(
        hostile=hostile,
        missed=(missed(7, name=hostile, number=hostile, level=hostile, target=hostile, inputs=hostile),),
    )
    told = csv_of(teller(language), found, (coming(customer_name=hostile, number=hostile),), name, obligations(hostile))
    lines = read(told, language)
    assert len(lines) > 1
    for line in lines:
        assert len(line) == len(lines[0])
        for cell in line:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "＝", "﹢", "－", "＠")), cell


@given(st.text())
def test_whatever_is_written_is_harmless_and_only_an_apostrophe_is_put_before_it(text: str) -> None:
    told = harmless(text)
    assert not told.startswith(("=", "+", "-", "@", "\t", "\r", " "))
    assert "\n" not in told
    if text.isalnum() and text.isascii():
        assert told == text


def test_a_plain_text_stays_as_it_is() -> None:
    for text in ("СПК «Колос»", "'quoted'", "5-й отдел", "a=b", "", "#1"):
        assert harmless(text) == text


def test_spreadsheets_of_each_language_get_their_own_separator_and_decimal_sign() -> None:
    found = figures()
    russian = read(csv_of(teller("ru"), found, (), "rows"), "ru")
    english = read(csv_of(teller("en"), found, (), "rows"), "en")
    assert russian[0] == english[0]
    assert russian[1] == [
        "level",
        "standard",
        "Стандартная поддержка",
        "Первый ответ",
        "29",
        "3",
        "32",
        "90,6",
        "4",
        "1",
        "3600",
        "7200",
    ]
    assert english[1] == [
        "level",
        "standard",
        "Standard support",
        "First response",
        "29",
        "3",
        "32",
        "90.6",
        "4",
        "1",
        "3600",
        "7200",
    ]
    used = [line[5] for line in read(csv_of(teller("ru"), found, (), "entitlements"), "ru")]
    assert used == ["used", "9,5"]


def test_rows_hold_every_dimension_and_the_total() -> None:
    lines = read(csv_of(teller(), figures(), (), "rows"), "en")[1:]
    assert [line[0] for line in lines] == [
        "level", "level", "customer", "customer", "department", "agent", "agent", "month", "month", "total",
    ]  # fmt: skip
    for line in lines:
        assert int(line[6]) == int(line[4]) + int(line[5])
    assert lines[-1][:8] == ["total", "", "", "First response", "41", "3", "44", "93.2"]
    empty = figures(rows=dict.fromkeys(Dimension, ()), total=())
    assert len(read(csv_of(teller(), empty, (), "rows"), "en")) == 1


def test_missed_ones_are_whole_with_words_for_people_and_local_instants() -> None:
    many = tuple(missed(number) for number in range(1, 500))
    heads, *lines = read(csv_of(teller("ru"), figures(missed=many), (), "missed"), "ru")
    assert len(lines) == 499
    told = dict(zip(heads, lines[0], strict=True))
    assert told["due_at"] == "2026-11-12 17:00:00"
    assert told["breach_cause"] == "Не назначена до срока"
    assert (told["department"], told["agent"], told["late_seconds"]) == ("Поддержка", "Ким Елена", "1800")


def test_a_report_without_a_registry_has_heads_and_no_lines() -> None:
    for name in ("certificates", "entitlements", "versions", "exceptions"):
        assert len(read(csv_of(teller(), figures(registry=None), (), name), "en")) == 1
        assert len(read(csv_of(teller(), figures(registry=REGISTRY), (), name), "en")) == 2
