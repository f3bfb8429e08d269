"""The values of facts as conditions compare them: as text, number, day or version."""

from datetime import UTC, date, datetime
from functools import lru_cache

from bridge.policies.checks.versions import Dotted, older_than
from bridge.tickets import Reference, parse_instant

_DOTTED = Dotted()
_DAY_LENGTH = len("2026-11-20")


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Return the text for comparison, remembered because a history asks for the same subject and body at every step."""
    return text.casefold()


def as_text(value: object) -> str | None:
    """Return a value as conditions compare it: text, or None when there is none.

    Whole floats are written without a point; a status, topic and the like is its name.
    """
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.name or None if isinstance(value, Reference) else str(value)


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


def as_version(value: object) -> tuple[int, ...] | None:
    """Return a value as a version of numbers and dots where it is one, for comparison."""
    version = _DOTTED.read(as_text(value))
    return None if version is None else version.key


def too_short(value: object, bound: str) -> bool:
    """Return whether a version is no evidence beside the bound: it cannot be read, or the bound has numbers that it lacks."""
    return older_than(_DOTTED.read(as_text(value)), _DOTTED.read(bound)) is None
