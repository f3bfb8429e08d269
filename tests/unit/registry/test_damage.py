"""What is done to single cells: told apart, undone where that is safe, and named where the value is lost."""

import pytest

from bridge.connectors.registry import cells
from bridge.connectors.registry.damage import damage, fifteen_digits, hint_of, mended, odd, shown


@pytest.mark.parametrize(
    "text",
    [
        *("#N/A", "#n/a", "#REF!", "#Н/Д", "#ИМЯ?", "#ДЕЛ/0!", "#NV", "#WERT!", "#BEZUG!", "#NOM?", "#¡VALOR!"),
        *("#¿NOMBRE?", "#ERROR!", "Err:502", "Ошибка:502", "Loading..."),
    ],
)
def test_an_error_in_any_language_is_damage_in_every_column_also_in_dates_and_numbers(text):
    for column in ("name", "certificate_until", "seats", "email"):
        assert "is an error of the spreadsheet" in damage(column, text)
    assert odd(f"K-1\x1f{text}\x1fx")


@pytest.mark.parametrize("text", ["#12", "№ 5", "C#", "Ромашка!", "# 1", "Err:", "a#N/A", "Loading"])
def test_what_only_resembles_an_error_is_a_text(text):
    assert damage("name", text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NULL", "a program's word for nothing"),
        ("\\N", "a program's word for nothing"),
        ("NaT", "a program's word for nothing"),
        ("########", "the column was too narrow"),
        ("??????? ???", "letters that an earlier program did not know"),
        ("Сол\ufffdце", "some letters of Сол\ufffdце are lost"),
        ("\udcc0льфа", "some letters of '\ufffdльфа' are lost"),
        ("A\0B", "zeros stand here"),
        ("=VLOOKUP(A2;B:C;2)", "is a formula, not its value"),
    ],
)
def test_what_exports_do_to_a_value_is_damage(text, why):
    assert odd(text)
    assert why in damage("name", text)
    assert text == "\udcc0льфа" or damage("name", text).isprintable()


def test_a_word_for_nothing_may_be_given_its_meaning():
    assert "values: {certificate: {'NULL': ''}}" in hint_of("certificate", "NULL")


@pytest.mark.parametrize("text", ["What??", "a=b", "+7 495 123-45-67", "Nullmeyer", "C:5", "...и другие", "nano"])
def test_ordinary_texts_with_such_signs_stay_as_they_are(text):
    assert damage("registration_number", text) == ""
    assert mended(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("'000124", "000124"),
        ('="000125"', "000125"),
        ('=" 7 "', "7"),
        ("K-003\u200b", "K-003"),
        ("K\u00ad-0\ufeff04", "K-004"),
        ("\u202eK-5", "K-5"),
    ],
)
def test_protections_and_invisible_signs_are_left_out_and_named(text, meant):
    bare, why = mended(text)
    assert bare == meant
    assert repr(meant) in why
    assert why.isprintable()


def test_blanks_that_do_not_break_a_line_are_blanks_and_nobody_is_told():
    assert mended("\u00a01\u202f200\u2009") == ("1 200", "")


def test_quoted_names_are_no_protected_ones():
    assert mended("'Рассвет'") == ("'Рассвет'", "")
    assert mended("O'Brien") == ("O'Brien", "")


def test_numbers_that_end_in_zeros_after_fifteen_digits_are_doubtful_unless_others_are_longer():
    assert fifteen_digits(["1234567890123450", "12", "999999999999999000"]) == [0, 2]
    assert fifteen_digits(["1234567890123450", "1234567890123456"]) == []
    assert fifteen_digits(["123456789012345", "K234567890123450"]) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("31.12.27", "2027-12-31"),
        ("31/12/2027", "2027-12-31"),
        ("12/31/2027", "2027-12-31"),
        ("2027/12/31", "2027-12-31"),
        ("20271231", "2027-12-31"),
        ("04/03/2027", "2027-03-04 or 2027-04-03"),
        ("46387", "2026-12-31"),
    ],
)
def test_a_date_in_another_notation_is_no_date_and_what_it_means_is_asked(text, meant):
    with pytest.raises(ValueError, match="is no date"):
        cells.day(text)
    assert meant in cells.unread_hint("certificate_until", text)


@pytest.mark.parametrize("text", ["01.01.0001 0:00:00", "30.12.1899", "1900-01-01", "1970-01-01", "1899-12-30"])
def test_what_programs_write_for_no_date_is_no_certificate_that_ended_long_ago(text):
    with pytest.raises(ValueError, match="is what a program writes where it has no date"):
        cells.day(text)
    assert cells.unread_hint("certificate_until", text) == ""


@pytest.mark.parametrize(
    ("column", "text", "told"),
    [
        ("certificate_until", "2027-12-30T21:00:00Z", True),
        ("certificate_until", "2027-12-30 21:00:00+00:00", True),
        ("certificate_until", "2027-12-31T00:00:00Z", False),
        ("certificate_until", "31.12.2027 23:59:59", False),
        ("counter_included", "1,234", True),
        ("counter_included", "1.000", True),
        ("counter_included", "0,125", False),
        ("counter_included", "1 234,5", False),
        ("seats", "1,234", False),
    ],
)
def test_what_may_mean_something_else_is_used_and_told(column, text, told):
    assert (cells.doubt(column, text) != "") is told


def test_thousands_with_other_separators_are_no_numbers():
    for text in ("1,234", "1.234", "1'234", "1_234", "1,234.00"):
        with pytest.raises(ValueError, match="no whole number"):
            cells.whole(text)


def test_texts_are_shown_bounded_and_without_signs_that_steer_a_terminal():
    assert len(shown("x" * 1000)) == 62
    assert shown("\x1b]0;a\x07").isprintable()
