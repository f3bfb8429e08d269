"""How a check's answer becomes a sentence: one wording per reason code, in Russian and English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from bridge.files.types import Title

_NAME = re.compile(r"\{([^{}]+)\}")


class Sentence:
    """A text in both languages that may name values in braces. Only whole names in braces are replaced: those that a
    customer wrote into a value stay, and so do those that an admin wrote for another reason."""

    def __init__(self, title: Title) -> None:
        self.ru, self.en = title.ru, title.en
        # Texts and names in turn. Taken apart once: a pattern that searches for each ticket takes four times as long.
        self._russian, self._english = _NAME.split(title.ru), _NAME.split(title.en)

    def filled(self, values: Mapping[str, object], language: str) -> str:
        """Return the sentence in `language` (`ru`, else English) with the values written in."""
        pieces = self._russian if language == "ru" else self._english
        if len(pieces) == 1:
            return pieces[0]
        pieces = pieces.copy()
        for index in range(1, len(pieces), 2):
            name = pieces[index]
            pieces[index] = written(values[name], language) if name in values else f"{{{name}}}"
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Wording:
    """What one reason says, naming values of the answer: `message` to whoever reads the ticket, `remedy` to the customer in
    one sentence, absent where nothing needs mending."""

    message: Sentence
    remedy: Sentence | None = None


def wording(*, ru: str, en: str, mend_ru: str = "", mend_en: str = "") -> Wording:
    """Return a wording from its sentences."""
    remedy = Sentence(Title(ru=mend_ru, en=mend_en)) if mend_ru else None
    return Wording(Sentence(Title(ru=ru, en=en)), remedy)


class Spoken(str):
    """A word of a closed list: evidence tells it as it is, a sentence as it is `called`."""

    __slots__ = ("called",)
    called: Title

    def __new__(cls, word: str, called: Title) -> Self:
        """Return the word with what it is called."""
        made = super().__new__(cls, word)
        made.called = called
        return made


_PLAIN = {None: Title(ru="нет", en="none"), True: Title(ru="да", en="yes"), False: Title(ru="нет", en="no")}


def written(value: object, language: str) -> str:
    """Return a value as people write it in `language`: dates as 20.11.2026 or 2026-11-20, lists with commas."""
    if value is None or isinstance(value, bool):
        value = _PLAIN[value]
    elif isinstance(value, Spoken):
        value = value.called
    if isinstance(value, date):
        return f"{value.day:02}.{value.month:02}.{value.year}" if language == "ru" else value.isoformat()
    if isinstance(value, Title):
        return value.text(language)
    if isinstance(value, tuple):
        return ", ".join(written(item, language) for item in value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if language == "ru" else f"{value:g}"
    return str(value)


def joined(titles: list[Title]) -> Title:
    """Return the titles as one list with commas, in both languages."""
    return Title(ru=", ".join(one.ru for one in titles), en=", ".join(one.en for one in titles))


def aged(message: str, as_of: int | None, language: str) -> str:
    """Return the message marked with the age of a registry that does not answer now (EL-11)."""
    if as_of is None:
        mark = "по последним известным данным реестра" if language == "ru" else "by the last known registry data"
        return f"{message} ({mark})"
    day = written(datetime.fromtimestamp(as_of, UTC).date(), language)
    mark = f"по данным реестра от {day}" if language == "ru" else f"by registry data of {day}"
    return f"{message} ({mark})"
