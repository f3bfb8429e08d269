from datetime import date

import pytest

from bridge.connectors.registry import cells, damage, keys
from bridge.customers import Category


@pytest.mark.parametrize(
    "text", ["2026-11-05", "05.11.2026", "5.11.2026", "2026-11-05 00:00:00", "05.11.2026 0:00", "2026-11-05T10:00:00Z"]
)
def test_a_day_is_read_year_first_or_the_russian_way_with_or_without_a_time(text):
    assert cells.day(text) == date(2026, 11, 5)


@pytest.mark.parametrize(
    "text", ["31.02.2026", "2026-13-01", "05.11.26", "11/05/2026", "завтра", "2026-1-5", "٠٥.١١.٢٠٢٦ x"]
)
def test_a_day_written_otherwise_is_no_day(text):
    with pytest.raises(ValueError, match=r"is no date; write 2026-11-20 or 20\.11\.2026"):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "value"), [("да", True), ("X", True), ("1", True), ("Нет", False), ("-", False), ("0", False)]
)
def test_a_flag_is_a_yes_or_a_no(text, value):
    assert cells.flag(text) is value


def test_a_flag_that_is_neither_is_refused():
    with pytest.raises(ValueError, match="'может быть' is neither yes nor no"):
        cells.flag("может быть")


def test_numbers_allow_blanks_between_groups_and_a_comma():
    assert cells.whole("1\u00a0200") == 1200
    assert cells.amount("1 200,5") == 1200.5
    for bad in ("пять", "-3", "1.5.2", "9" * 13):
        with pytest.raises(ValueError, match="is no number"):
            cells.amount(bad)
    with pytest.raises(ValueError, match="no whole number"):
        cells.whole("2,5")


def test_a_category_is_one_of_the_agreements():
    assert cells.category("Partner") is Category.PARTNER
    with pytest.raises(ValueError, match="there are partner, commercial, noncommercial, unregistered"):
        cells.category("vip")


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", "#Н/Д", "#ССЫЛКА!", damage.NOT_CALCULATED])
def test_what_a_spreadsheet_writes_for_a_lost_value_is_damage_in_every_column(text):
    assert damage.damage("name", text) == f"{text} is an error of the spreadsheet, not a value"


@pytest.mark.parametrize(
    ("text", "lost"), [("1,23457E+12", True), ("1e+05", True), ("REG-1E+5", False), ("#12", False)]
)
def test_a_number_that_was_rounded_is_damage_where_a_number_names_something(text, lost):
    assert (damage.damage("certificate", text) != "") is lost
    assert damage.damage("name", text) == ""


def test_cells_are_named_as_workbooks_name_them():
    assert [cells.cell_name(place, 7) for place in (0, 25, 26, 701, 702, 16_383)] == [
        "A7",
        "Z7",
        "AA7",
        "ZZ7",
        "AAA7",
        "XFD7",
    ]


def test_one_cell_may_hold_several_values():
    assert cells.several(" a@b.example; c@d.example,a@b.example |e ") == ("a@b.example", "c@d.example", "e")


def test_keys_are_compared_without_case_and_blanks():
    assert keys.number_key(" Ag 100-001 ") == keys.number_key("AG100-001")
    assert keys.name_key("ООО «Заря Ёлки»") == keys.name_key('ооо  "заря елки"')
    assert keys.email_key(" Buh@Rassvet.Example ") == "buh@rassvet.example"
    assert keys.domain_key("@Rassvet.Example.") == "rassvet.example"
