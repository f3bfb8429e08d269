"""One cell's text → a value. A cell that cannot be read is reported; the rest of its row stays in use."""

import re
from datetime import date

from bridge.customers import Category
from bridge.policies.checks.catalogue import folded

SEPARATORS = re.compile(r"[;,|\n]+")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]\d.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d.*)?")
_TRUE = frozenset({"true", "yes", "1", "+", "x", "да", "д", "blocked", "заблокирована", "заблокировано", "истина"})
_FALSE = frozenset({"false", "no", "0", "-", "нет", "н", "active", "действует", "ложь"})

NOT_CALCULATED = "#NOT-CALCULATED"
"""Stands for a formula that no spreadsheet has calculated yet: programs that write workbooks often leave that open."""

SPREADSHEET_ERRORS = frozenset(
    (
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
        *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", NOT_CALCULATED),
        *("#Н/Д", "#ССЫЛКА!", "#ЗНАЧ!", "#ИМЯ?", "#ДЕЛ/0!", "#ЧИСЛО!", "#ПУСТО!", "#ПЕРЕНОС!", "#ВЫЧИСЛ!"),
    )
)
"""What a spreadsheet writes where it found no value. Something stood there once, so it never counts as nothing."""

_NUMBERS = frozenset({"registration_number", "certificate", "contract"})
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
"""How a spreadsheet shows a number that is longer than its column is wide; saved as CSV, the last digits are gone."""

PUBLIC_DOMAINS = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com"),
        *("aol.com", "gmx.de", "gmx.net", "proton.me", "protonmail.com", "web.de", "mail.ru", "bk.ru", "inbox.ru"),
        *("list.ru", "internet.ru", "yandex.ru", "ya.ru", "yandex.com", "rambler.ru", "lenta.ru", "autorambler.ru"),
        *("myrambler.ru", "ro.ru", "vk.com"),
    )
)
"""Mail services open to everybody: such a domain says nothing about who writes."""


def day(text: str) -> date:
    """Return the day written as 2026-11-20 or 20.11.2026, with or without a time behind it. Raises ValueError."""
    year_first, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    parts = year_first.groups() if year_first else day_first.groups()[::-1] if day_first else ()
    try:
        year, month, number = (int(part) for part in parts)
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"{text!r} is no date; write 2026-11-20 or 20.11.2026") from None


_SERIAL = re.compile(r"[1-9][0-9]{4}(?:[.,][0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30).toordinal()
"""Excel counts days from 1 January 1900 and believes in a 29 February of that year, hence two days more."""


def unread_hint(column: str, text: str) -> str:
    """Return how to mend a cell that could not be read: spreadsheets' day numbers, and words of the export's own."""
    if column.endswith(("_from", "_until")) and _SERIAL.fullmatch(text):
        meant = date.fromordinal(_SERIAL_ZERO + int(text[:5]))
        return f"a spreadsheet's number of {meant}? format the column as a date before saving"
    if any(letter.isalpha() for letter in text):
        return f"if your export uses such words, say what they mean: values: {{{column}: {{{text!r}: …}}}}"
    return ""


def damage(column: str, text: str) -> str:
    """Return why the text is not what once stood in the cell; empty where nothing speaks against it."""
    if text in SPREADSHEET_ERRORS:
        return f"{text} is an error of the spreadsheet, not a value"
    if column in _NUMBERS and _ROUNDED.fullmatch(text):
        return f"{text} is a number that a spreadsheet has rounded, so it can belong to nobody"
    return ""


def flag(text: str) -> bool:
    """Return a yes or no in Russian or English. Raises ValueError."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"{text!r} is neither yes nor no")


def whole(text: str) -> int:
    """Return a whole number of at most twelve digits; blanks between groups are allowed. Raises ValueError."""
    plain = re.sub(r"[\s\u00a0]", "", text)
    if not re.fullmatch(r"[0-9]{1,12}", plain):
        raise ValueError(f"{text!r} is no whole number")
    return int(plain)


def amount(text: str) -> float:
    """Return a number of units with a point or a comma. Raises ValueError."""
    plain = re.sub(r"[\s\u00a0]", "", text).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", plain):
        raise ValueError(f"{text!r} is no number")
    return float(plain)


def category(text: str) -> Category:
    """Return the category of that name. Raises ValueError."""
    try:
        return Category(text.casefold())
    except ValueError:
        raise ValueError(f"{text!r} is no category; there are {', '.join(Category)}") from None


def several(text: str) -> tuple[str, ...]:
    """Return the values of a cell that may hold several, without blanks and repetitions."""
    return tuple(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))


def number_key(text: str) -> str:
    """Return a registration number as numbers are compared: without case and blanks."""
    return "".join(text.split()).casefold()


def name_key(text: str) -> str:
    """Return an organisation's name as names are compared."""
    return folded(text)


def email_key(text: str) -> str:
    """Return an e-mail address as addresses are compared."""
    return text.strip().casefold()


def domain_key(text: str) -> str:
    """Return a mail domain as domains are compared: `@Example.ru` is `example.ru`."""
    return text.strip().casefold().lstrip("@").rstrip(".")


def cell_name(place: int, line: int) -> str:
    """Return a workbook's name of a cell, such as AB7; `place` counts from 0, `line` from 1."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{line}"
