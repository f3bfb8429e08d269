"""Tests of one value: text, numbers, versions, days. What cannot be compared passes only `not`."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from bridge.policies.checks.versions import Dotted
from bridge.policies.language.conditions.patterns import pattern
from bridge.tickets import Reference, parse_instant

Predicate = Callable[[object], bool]

_DOTTED = Dotted()
_DAY_LENGTH = len("2026-11-20")


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Return the text for comparison, remembered because a history asks for the same subject and body at every step."""
    return text.casefold()


def as_text(value: object) -> str | None:
    """Return a value as conditions compare it: text, or None when there is none.

    Whole floats are written without a point.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def as_number(value: object) -> float | None:
    """Return a value as a number where it is one; a comma counts as the decimal point."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value).replace(" ", "").replace("\xa0", "").replace(",", "."))
    except ValueError:
        return None


def as_day(value: object) -> date | None:
    """Return the day (UTC) of a date or an instant written as text."""
    if not isinstance(value, str) or len(value) < _DAY_LENGTH:
        return None
    try:
        if len(value) == _DAY_LENGTH:
            return date.fromisoformat(value)
        return datetime.fromtimestamp(parse_instant(value), UTC).date()
    except (ValueError, OverflowError):
        return None


def text_predicate(operator: str, wanted: tuple[str, ...]) -> Predicate:
    """Return the test of a text by `is`, `not`, `contains`, `starts`, `ends` or `matches`; case never matters."""
    folded = tuple(word.casefold() for word in wanted)
    members = frozenset(folded)
    if operator == "is":
        return lambda value: (text := as_text(value)) is not None and fold(text) in members
    if operator == "not":
        return lambda value: (text := as_text(value)) is None or fold(text) not in members
    if operator == "matches":
        patterns = tuple(pattern(word) for word in wanted)
        return lambda value: (text := as_text(value)) is not None and any(one.search(text) for one in patterns)
    inside = _INSIDE[operator]
    return lambda value: (text := as_text(value)) is not None and inside(fold(text), folded)


def _contains(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


_INSIDE: dict[str, Callable[[str, tuple[str, ...]], bool]] = {
    "contains": _contains,
    "starts": str.startswith,
    "ends": str.endswith,
}


def reference_predicate(operator: str, wanted: tuple[str, ...]) -> Callable[[Reference | None], bool]:
    """Return the `is` or `not` test of a status, department and the like: a number means the id, else the name."""
    ids = frozenset(int(word) for word in wanted if word.isdecimal())
    names = frozenset(word.casefold() for word in wanted if not word.isdecimal())

    def holds(value: Reference | None) -> bool:
        return value is not None and (value.id in ids or value.name.casefold() in names)

    return holds if operator == "is" else lambda value: not holds(value)


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, bound: value > bound,
    "at_least": lambda value, bound: value >= bound,
    "below": lambda value, bound: value < bound,
    "at_most": lambda value, bound: value <= bound,
}


def number_predicate(operator: str, wanted: tuple[float, ...]) -> Predicate:
    """Return the test of a number by `is`, `not` or a comparison."""
    members = frozenset(wanted)
    if operator == "is":
        return lambda value: as_number(value) in members
    if operator == "not":
        return lambda value: as_number(value) not in members
    compare, bound = _COMPARE[operator], wanted[0]
    return lambda value: (number := as_number(value)) is not None and compare(number, bound)


def version_predicate(operator: str, wanted: tuple[str, ...]) -> Predicate:
    """Return the test of a version of numbers and dots, as `wanted` must be too; an unreadable one passes nothing."""
    keys = tuple(version.key for word in wanted if (version := _DOTTED.read(word)) is not None)
    compare = _COMPARE.get(operator)

    def holds(value: object) -> bool:
        version = _DOTTED.read(as_text(value))
        if version is None or not keys:
            return False
        return version.key in keys if compare is None else bool(compare(version.key, keys[0]))

    return holds


def is_version(text: str) -> bool:
    """Return whether the text is a version of numbers and dots."""
    return _DOTTED.read(text) is not None


def day_predicate(operator: str, bound: date) -> Predicate:
    """Return the test of a date value: `before` or `after` a day."""
    if operator == "before":
        return lambda value: (day := as_day(value)) is not None and day < bound
    return lambda value: (day := as_day(value)) is not None and day > bound
