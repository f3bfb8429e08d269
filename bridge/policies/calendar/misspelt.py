"""What somebody meant who wrote an amount as `2 working days`, `3 рабочих дня` or `PT8H`: how it is written here."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from bridge.files.misspelt import by_word, either, latin, plain

_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DAYS = {"w": (7, 5), "month": (30, 21), "quarter": (91, 63), "year": (365, 247)}
"""Longer units in calendar days and in working days; only weeks are exact."""

_UNITS = by_word(
    {
        "wd": "wd wds bd bds workday workdays workingday workingdays bday bdays businessday businessdays рд рабдень рабдня"
        " рабдней arbeitstag arbeitstage arbeitstagen werktag werktage werktagen",
        "d": "d day days д дн день дня дней tag tage tagen jour jours",
        "full day": "сут сутки суток",
        "h": "h hr hrs hour hours ч час часа часов std stunde stunden heure heures",
        "m": "m min mins minute minutes minuten м мин минут минута минуты минуту",
        "s": "s sec secs second seconds с сек секунд секунда секунды секунду",
        "w": "w wk wks week weeks нед неделя недели недель неделю woche wochen",
        "month": "mo month months мес месяц месяца месяцев monat monate",
        "quarter": "quarter quarters квартал квартала кварталов",
        "year": "y yr year years г год года лет",
    }
)
_KINDS = by_word(
    {
        "working": "working work business bank office рабочий рабочая рабочих рабочие рабочего рабочее раб р",
        "calendar": "calendar clock elapsed круглосуточно календарный календарных календарные календарного кал",
    }
)
_NUMBERS: dict[str, Fraction] = {
    word: Fraction(value)
    for value, words in {
        "1/2": "half пол",
        "3/2": "полтора полторы",
        "1": "one один одна одного одной одни next следующий",
        "2": "two два две двух",
        "3": "three три трёх трех",
        "4": "four четыре четырёх четырех",
        "5": "five пять пяти",
        "6": "six шесть шести",
        "7": "seven семь семи",
        "8": "eight восемь восьми",
        "9": "nine девять девяти",
        "10": "ten десять десяти",
        "12": "twelve двенадцать двенадцати",
    }.items()
    for word in words.split()
}
_ONE_WORD = {"полчаса": "half h", "полдня": "half d", "nbd": "1 wd"}
_FILLERS = frozenset(
    (
        "a",
        "an",
        "within",
        "in",
        "of",
        "the",
        "to",
        "and",
        "up",
        "at",
        "most",
        "и",
        "до",
        "в",
        "течение",
        "за",
        "не",
        "более",
    )
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_ISO = re.compile(r"p(?=.)(?:\d+y)?(?:\d+m)?(?:\d+w)?(?:\d+(?:[.,]\d+)?d)?(?:t(?=.)(?:\d+(?:[.,]\d+)?[hms])+)?")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_NO_UNIT = re.compile(r"\d{1,9}")
_SAME_TIME = re.compile(r"\bsame[ _-]?time\b")
_LONGEST_NUMBER, _LONGEST_TEXT = 9, 100
_OF_A_CLOCK = frozenset("hms")
_PARTS_OF_ONE = str.maketrans({"½": " half "})


def amount_hint(text: str) -> str:
    """Return what to write in place of a text that is no amount: both where it may mean two; empty where nothing tells."""
    words = plain(text[:_LONGEST_TEXT].translate(_PARTS_OF_ONE))
    if _NO_UNIT.fullmatch(words):
        return f"write {words}h (hours), {words}m (minutes), {words}wd (working days) or {words}d (calendar days)"
    same_time = _SAME_TIME.search(words)
    said = _read(_SAME_TIME.sub(" ", words))
    if said is None or not said.parts or len(said.kinds) > 1:
        return ""
    return _hint(said, " same-time" if same_time else "")


@dataclass(slots=True)
class _Said:
    """The parts of an amount by number and unit, and which kinds of time its words name; `number` still waits for its unit."""

    parts: list[tuple[Fraction, str]] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    number: Fraction | None = None

    @property
    def units(self) -> set[str]:
        """Return the units of which there is any."""
        return {unit for number, unit in self.parts if number} or {unit for _, unit in self.parts}

    def total(self, of_unit: Callable[[str], int]) -> Fraction:
        """Return the sum of the parts in what `of_unit` counts one unit in."""
        return sum((number * of_unit(unit) for number, unit in self.parts), Fraction(0))

    def takes(self, token: str) -> bool:
        """Take in the next token, and return whether it is understood."""
        if token[0].isdigit() or token in _NUMBERS:
            return self._takes_number(token)
        if token in _KINDS:
            self.kinds.add(_KINDS[token])
            return True
        return token in _FILLERS or self._takes_unit(_UNITS.get(token) or _UNITS.get(latin(token)))

    def _takes_number(self, token: str) -> bool:
        if self.number is not None or len(token) > _LONGEST_NUMBER:
            return False
        self.number = _NUMBERS.get(token) or Fraction(token.replace(",", "."))
        return True

    def _takes_unit(self, unit: str | None) -> bool:
        if unit is None or (self.number is None and self.parts):
            return False
        self.parts.append((Fraction(1) if self.number is None else self.number, unit))
        self.number = None
        return True


def _read(words: str) -> _Said | None:
    """Return what the words say; None where one of them is not understood."""
    clock = _CLOCK.fullmatch(words)
    if clock is not None:
        return _Said([(Fraction(part), unit) for part, unit in zip(clock.groups("0"), "hms", strict=True)])
    if _ISO.fullmatch(words):
        date, _, time = words[1:].partition("t")
        # In a duration of ISO 8601 an M is a month before the T and a minute behind it.
        words = f"{date.replace('m', 'month ')} {time}"
    return _parts(_tokens(words))


def _parts(tokens: Iterable[str]) -> _Said | None:
    """Return what numbers and units say, one after the other; None where a token is not understood."""
    said = _Said()
    understood = all(said.takes(token) for token in tokens)
    return said if understood and said.number is None else None


def _tokens(words: str) -> Iterator[str]:
    for token in _TOKEN.findall(words):
        yield from _ONE_WORD.get(token, token).split()


def _hint(said: _Said, suffix: str) -> str:
    units, time = said.units, said.total(_calendar_seconds)
    if units <= _OF_A_CLOCK:
        return either([_calendar(time) if "calendar" in said.kinds else _clock(time)])
    if "wd" in units or "working" in said.kinds:
        return _of_working_days(said, suffix)
    days, plain_time = said.total(_working_days), _calendar(time, in_weeks=units == {"w"})
    if said.kinds or "full day" in units or units & _OF_A_CLOCK or days.denominator != 1:
        return either([plain_time])
    long = units & {"month", "quarter", "year"}
    about = f"a {min(long)} has no fixed length; " if long else ""
    return about + either([f"{plain_time} (calendar time)", f"{days}wd{suffix} (working days)"])


def _of_working_days(said: _Said, suffix: str) -> str:
    days = said.total(_working_days)
    if said.units & _OF_A_CLOCK:
        return f"working days stand alone: write {int(days) or 1}wd, or hours such as 8h"
    if days.denominator != 1:
        return f"working days are whole: write {int(days) + 1}wd, or hours such as 4h"
    return either([f"{days}wd{suffix}"])


def _calendar_seconds(unit: str) -> int:
    days, _ = _DAYS.get(unit, (1, 1))
    return _SECONDS.get(unit, days * 86_400)


def _working_days(unit: str) -> int:
    return _DAYS.get(unit, (1, 1))[1] if unit not in _OF_A_CLOCK else 0


def _calendar(seconds: Fraction, *, in_weeks: bool = False) -> str:
    weeks, rest = divmod(seconds, 7 * 86_400)
    if in_weeks and weeks and not rest:
        return f"{weeks}w"
    days, rest = divmod(seconds, 86_400)
    return f"{days}d" if days and not rest else f"{_clock(seconds)} calendar"


def _clock(seconds: Fraction) -> str:
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return "".join(f"{n}{unit}" for n, unit in ((hour, "h"), (minute, "m"), (second, "s")) if n) or "0h"
