"""Instants and durations as people write them, in Russian or English, and texts as the helpdesk's fields take them."""

import unicodedata
from datetime import date, datetime, tzinfo
from functools import lru_cache

from bridge.tickets import Instant

LONGEST = 255
"""Characters that a text field of the helpdesk holds."""

_FORMULA = frozenset("-=+@")
"""A spreadsheet would read a value that starts so as a formula. The wide and small forms of these signs count, too."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that draw nothing themselves, but steer terminals, the direction of writing, or parsers."""

_JOINERS = "\u200c\u200d"
"""They draw nothing either, and yet Persian words and many emoji are written with them."""


def written(at: Instant, zone: tzinfo, language: str) -> str:
    """Return the instant as people of the language write it, with seconds only where there are any."""
    moment = datetime.fromtimestamp(at, zone)
    return f"{written_day(moment, language)} {moment.strftime('%H:%M:%S' if moment.second else '%H:%M')}"


def written_day(day: date, language: str) -> str:
    """Return the day as people of the language write it: 20.11.2026 or 2026-11-20."""
    return day.strftime("%d.%m.%Y" if language == "ru" else "%Y-%m-%d")


def duration(seconds: int) -> str:
    """Return seconds as `12:30:00`, hours without an upper bound."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"


@lru_cache(maxsize=4096)
def polished(text: str) -> str:
    """Return the text as one line that fits a text field: nothing unseen in it, and a harmless character first.

    What people wrote stays readable: of `=HYPERLINK(…)` the sign alone goes. Empty where nothing is left.
    """
    line = on_one_line(text)
    start = next((index for index, character in enumerate(line) if not _is_harmful_first(character)), len(line))
    line = line[start:]
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def on_one_line(text: str) -> str:
    """Return the text without line breaks and without what draws nothing itself."""
    if not text.isprintable():
        text = "".join(" " if _is_unseen(character) else character for character in text)
    return " ".join(text.split())


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in _JOINERS


def _is_harmful_first(character: str) -> bool:
    """Return whether a spreadsheet may take what begins so for a formula, or skip it and look at what follows."""
    return (
        character.isspace()
        or character in _JOINERS
        or not _FORMULA.isdisjoint(unicodedata.normalize("NFKC", character))
    )
