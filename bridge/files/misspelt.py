"""What somebody meant who wrote a value in another way: letters that look alike, dates, times, weekdays, yes and no."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache

from dateutil.parser import ParserError, parse

_ALIKE = str.maketrans("авеёкмнорстухіјѕһԁԝ", "abeekmhopctyxijshdw")
"""Cyrillic letters by the Latin ones that look like them."""


def by_word(table: Mapping[str, str]) -> dict[str, str]:
    """Return what every word means, from a table of meanings and their words with spaces between."""
    return {word: meant for meant, words in table.items() for word in words.split()}


_DAY_NAMES = by_word(
    {
        "mon": "mon mo monday пн пнд понедельник",
        "tue": "tue tu tues tuesday вт втр вторник",
        "wed": "wed we weds wednesday ср срд среда",
        "thu": "thu th thur thurs thursday чт чтв четверг",
        "fri": "fri fr friday пт птн пятница",
        "sat": "sat sa saturday сб сбт суббота",
        "sun": "sun su sunday вс вск воскресенье",
    }
)
_WEEKS = {
    **dict.fromkeys(("weekdays", "workdays", "working days", "business days", "будни", "рабочие дни"), "mon-fri"),
    **dict.fromkeys(("weekend", "weekends", "выходные"), "sat-sun"),
    **dict.fromkeys(("daily", "every day", "all", "everyday", "ежедневно", "каждый день", "24/7", "24x7"), "mon-sun"),
}
_TO = r"\s*(?:-|\.\.+|:|/|to|till|until|through|по|до)\s*"
_DASHES = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}\N{MINUS SIGN}]")

_YES = frozenset({"yes", "y", "on", "1", "true", "t", "да", "вкл", "истина", "+"})
_NO = frozenset({"no", "n", "off", "0", "false", "f", "нет", "выкл", "ложь", "-"})

_TIME = r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::00)?\s*(am|pm)?"
_HOURS = re.compile(rf"(?:from|с)?\s*{_TIME}\s*(?:-|\.\.+|to|till|until|до)\s*{_TIME}")
_ALL_DAY = frozenset({"24/7", "24x7", "24h", "all day", "round the clock", "круглосуточно", "always", "24 hours"})


def plain(text: str) -> str:
    """Return a text for comparison: one form of each letter, small, one space between words, one kind of dash."""
    return " ".join(_DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold().split())


def latin(text: str) -> str:
    """Return a text with the Latin letters that its Cyrillic ones look like."""
    small = text.translate(_ALIKE)
    return "".join(
        new if new != old or not old.isupper() else old.casefold().translate(_ALIKE).upper()
        for old, new in zip(text, small, strict=True)
    )


def foreign_letters(text: str) -> str:
    """Return which letters of a text are Cyrillic ones that look Latin, as a clause; empty where none is."""
    found = [one for one in dict.fromkeys(text) if latin(one) != one]
    if not found or not latin(text).isascii():
        return ""
    named = ", ".join(f"{one!r}" for one in found)
    return f"{named} here {'is a Cyrillic letter' if len(found) == 1 else 'are Cyrillic letters'}"


def weekdays(text: str) -> str | None:
    """Return the weekday or the range of them that is meant, as `mon` or `mon-fri`; None where nothing tells."""
    words = re.sub(r"(?<!\.)\.(?!\.)", "", plain(text))
    if words in _WEEKS:
        return _WEEKS[words]
    ends = [_DAY_NAMES.get(word if word in _DAY_NAMES else latin(word)) for word in re.split(_TO, words)]
    if len(ends) > 2 or None in ends:
        return None
    return "-".join(str(end) for end in ends)


def hours(text: str) -> str | None:
    """Return the window of a day that is meant, as `09:00-18:00`; None where nothing tells."""
    words = plain(text)
    if words in _ALL_DAY:
        return "00:00-24:00"
    found = _HOURS.fullmatch(words)
    if found is None:
        return None
    opens, closes = _time(*found.groups()[:3]), _time(*found.groups()[3:])
    return None if opens is None or closes is None or opens in {closes, "24:00"} else f"{opens}-{closes}"


def _time(hour: str, minute: str | None, half: str | None) -> str | None:
    at = int(hour)
    if half is not None:
        if not 1 <= at <= 12:
            return None
        at = at % 12 + 12 * (half == "pm")
    within = at < 24 or (at == 24 and not int(minute or 0))
    return f"{at:02}:{minute or '00'}" if within and int(minute or 0) < 60 else None


def truth(text: str) -> bool | None:
    """Return true or false for a word that means it; None for any other."""
    words = plain(text)
    return True if words in _YES else False if words in _NO else None


_MONTHS = by_word(
    {
        "jan": "янв январь января",
        "feb": "фев февр февраль февраля",
        "mar": "мар март марта",
        "apr": "апр апрель апреля",
        "may": "май мая",
        "jun": "июн июнь июня",
        "jul": "июл июль июля",
        "aug": "авг август августа",
        "sep": "сен сент сентябрь сентября",
        "oct": "окт октябрь октября",
        "nov": "ноя нояб ноябрь ноября",
        "dec": "дек декабрь декабря",
        " ": "г года",
    }
)


@lru_cache(maxsize=256)
def dates(text: str) -> tuple[str, ...]:
    """Return the days that may be meant, as `2026-11-20`, or `11-20` where no year is said; two where the order is unclear.

    Kept, since a file tends to hold the same mistake many times.
    """
    words = re.sub("[а-я]+", lambda found: _MONTHS.get(found[0], found[0]), _TIME_OF_DAY.sub("", plain(text)))
    # More numbers are a span or no date at all; a reader that takes anything would take a part for the whole.
    if not 3 <= len(words) <= _LONGEST or len(re.findall(r"\d+", words)) > _NUMBERS_OF_A_DATE:
        return ()
    yearly = _DAY_AND_MONTH.fullmatch(words)
    if yearly is not None:
        words = f"{words.replace('/', '.')}.2024"
    shown = [
        f"{one:%Y-%m-%d}" if one.year == other.year and yearly is None else f"{one:%m-%d}"
        for one, other in _readings(words)
        if (one.month, one.day) == (other.month, other.day)
    ]
    return tuple(dict.fromkeys(shown))


_LONGEST, _NUMBERS_OF_A_DATE = 40, 3
_TIME_OF_DAY = re.compile(r"(?<=\d)[ t]\d{1,2}:\d{2}.*")
_DAY_AND_MONTH = re.compile(r"\d{1,2}[./]\d{1,2}")
_DEFAULTS = (datetime(2024, 1, 1), datetime(2028, 2, 2))  # noqa: DTZ001 -- days without a zone
_YEAR_FIRST = re.compile(r"\d{4}\D")


def _readings(words: str) -> Iterator[tuple[date, date]]:
    """Yield what the words say by each order of day and month, filled in from either default: so it shows what they say."""
    for day_first in (True, False):
        one, other = (_date(words, default, day_first=day_first) for default in _DEFAULTS)
        if one is not None and other is not None:
            yield one, other


def _date(words: str, default: datetime, *, day_first: bool) -> date | None:
    year_first = bool(_YEAR_FIRST.match(words))
    try:
        read = parse(words, default=default, dayfirst=day_first and not year_first, yearfirst=year_first)
    except (ParserError, OverflowError, TypeError, ValueError):
        return None
    return read.date()


def either(choices: Iterable[str]) -> str:
    """Return what to write, one or the other: `write 2d or 2wd`."""
    return f"write {' or '.join(choices)}"
