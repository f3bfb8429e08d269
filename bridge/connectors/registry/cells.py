"""One cell's text → a value. A cell that cannot be read is reported; the rest of its row stays in use."""

import re
from contextlib import suppress
from datetime import date

from bridge.connectors.registry.damage import shown
from bridge.connectors.registry.keys import SEPARATORS
from bridge.customers import Category

DAYS = frozenset(
    (
        *("licence_from", "licence_until", "certificate_from", "certificate_until", "contract_from", "contract_until"),
        "counter_as_of",
    )
)
"""Columns that hold days."""

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T]\d.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]\d.*)?")
_TRUE = frozenset({"true", "yes", "1", "+", "x", "да", "д", "blocked", "заблокирована", "заблокировано", "истина"})
_FALSE = frozenset({"false", "no", "0", "-", "нет", "н", "active", "действует", "ложь"})

PUBLIC_DOMAINS = frozenset(
    (
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com"),
        *("aol.com", "gmx.de", "gmx.net", "proton.me", "protonmail.com", "web.de", "mail.ru", "bk.ru", "inbox.ru"),
        *("list.ru", "internet.ru", "yandex.ru", "ya.ru", "yandex.com", "rambler.ru", "lenta.ru", "autorambler.ru"),
        *("myrambler.ru", "ro.ru", "vk.com"),
    )
)
"""Mail services open to everybody: such a domain says nothing about who writes."""


_EARLIEST = date(1980, 1, 2)
"""Days before are no days of ours: 01.01.0001, 30.12.1899 and 01.01.1970 are what programs write where they have no date."""


def day(text: str) -> date:
    """Return the day written as 2026-11-20 or 20.11.2026, with or without a time behind it. Raises ValueError."""
    year_first, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    parts = year_first.groups() if year_first else day_first.groups()[::-1] if day_first else ()
    try:
        year, month, number = (int(part) for part in parts)
        found = date(year, month, number)
    except ValueError:
        raise ValueError(f"{shown(text)} is no date; write 2026-11-20 or 20.11.2026") from None
    if found < _EARLIEST:
        raise ValueError(f"{shown(text)} is what a program writes where it has no date")
    return found


_SERIAL = re.compile(r"[1-9][0-9]{4}(?:[.,][0-9]+)?")
_SERIAL_ZERO = date(1899, 12, 30).toordinal()
"""Excel counts days from 1 January 1900 and believes in a 29 February of that year, hence two days more."""

_THREE_PARTS = re.compile(r"(\d{1,4})[./ -](\d{1,2})[./ -](\d{1,4})(?:\D.*)?|(\d{4})(\d{2})(\d{2})")
_INSTANT = re.compile(r".*[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})")
_MIDNIGHT = re.compile(r".*[ T]0?0:00(?::00(?:\.0+)?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})")
_THOUSAND = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def unread_hint(column: str, text: str) -> str:
    """Return how to mend a cell that could not be read: what a date may have meant, and words of the export's own."""
    if column in DAYS:
        if _SERIAL.fullmatch(text):
            meant = date.fromordinal(_SERIAL_ZERO + int(text[:5]))
            return f"a spreadsheet's number of {meant}? format the column as a date before saving"
        if days := _meant(text):
            return f"does it mean {' or '.join(str(one) for one in days)}?"
    if any(letter.isalpha() for letter in text):
        return f"if your export uses such words, say what they mean: values: {{{column}: {{{shown(text)}: …}}}}"
    return ""


def _meant(text: str) -> list[date]:
    """Return the days that a date of another notation may mean: with slashes, American, with two digits for the year."""
    parts = _THREE_PARTS.fullmatch(text)
    if parts is None or _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return []
    first, second, third = (int(part) for part in parts.groups() if part is not None)
    year = _full_year(third)
    found: dict[date, None] = {}
    for way in ((first, second, third), (year, second, first), (year, first, second)):
        with suppress(ValueError):
            found[date(*way)] = None
    return [one for one in found if one >= _EARLIEST]


def _full_year(year: int) -> int:
    if year < _EARLIEST.year - 1900:
        return year + 2000
    return year + 1900 if year < 100 else year


def doubt(column: str, text: str) -> str:
    """Return why a readable cell may have been meant otherwise; empty where nothing speaks against it."""
    if column in DAYS and _INSTANT.fullmatch(text) and not _MIDNIGHT.fullmatch(text):
        return f"{shown(text)} is an instant of some zone, where another day may be meant; {day(text)} is taken"
    if column in {"counter_included", "counter_used"} and _THOUSAND.fullmatch(text):
        return f"{text} is taken as {amount(text):g}; write {text.replace('.', '').replace(',', '')} if thousands are meant"
    return ""


def flag(text: str) -> bool:
    """Return a yes or no in Russian or English. Raises ValueError."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"{shown(text)} is neither yes nor no")


def whole(text: str) -> int:
    """Return a whole number of at most twelve digits; blanks between groups are allowed. Raises ValueError."""
    plain = re.sub(r"[\s\u00a0]", "", text)
    if not re.fullmatch(r"[0-9]{1,12}", plain):
        raise ValueError(f"{shown(text)} is no whole number")
    return int(plain)


def amount(text: str) -> float:
    """Return a number of units with a point or a comma. Raises ValueError."""
    plain = re.sub(r"[\s\u00a0]", "", text).replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,6})?", plain):
        raise ValueError(f"{shown(text)} is no number")
    return float(plain)


def category(text: str) -> Category:
    """Return the category of that name. Raises ValueError."""
    try:
        return Category(text.casefold())
    except ValueError:
        raise ValueError(f"{shown(text)} is no category; there are {', '.join(Category)}") from None


def several(text: str) -> tuple[str, ...]:
    """Return the values of a cell that may hold several, without blanks and repetitions."""
    return tuple(dict.fromkeys(part.strip() for part in SEPARATORS.split(text) if part.strip()))


def cell_name(place: int, line: int) -> str:
    """Return a workbook's name of a cell, such as AB7; `place` counts from 0, `line` from 1."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{line}"
