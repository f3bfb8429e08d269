"""Amounts of time as an agreement writes them: `8h`, `24wd`, `36h calendar`."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bridge.files.positions import describe
from bridge.policies.calendar.misspelt import amount_hint

_EXAMPLES = "write 90m, 8h, 1h30m, 24wd, 24wd same-time, 2d, 2w or 36h calendar"
_PART = re.compile(r"([0-9]{1,9})(wd|w|d|h|m|s)")
_WHOLE = re.compile(rf"(?:{_PART.pattern} ?)+")
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_ORDER = "wdhms"
_CLOCK = "(?=[0-9])(?:[0-9]{1,9}h\\s*)?(?:[0-9]{1,9}m\\s*)?(?:[0-9]{1,9}s)?"
_DAYS = "(?=[0-9])(?:[0-9]{1,9}w\\s*)?(?:[0-9]{1,9}d)?"
AMOUNT = (
    f"(?:[0-9]{{1,9}}wd(?:\\s+same-time)?|{_DAYS}(?:\\s+calendar)?|{_CLOCK}(?:\\s+calendar)?"
    f"|{_DAYS}\\s*{_CLOCK}\\s+calendar)"
)
"""The pattern of an amount, for editors; it takes whatever `Amount.parse` does."""


class AmountKind(StrEnum):
    """What an amount counts. Nothing ever converts between the kinds."""

    WORKING_TIME = "working_time"
    WORKING_DAYS = "working_days"
    CALENDAR_TIME = "calendar_time"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: `value` is seconds for the two time kinds and days for working days.

    `same_time` belongs to working days alone: due at the start's own time of day instead of at the day's last close.
    Raises ValueError for a negative value, or for `same_time` with another kind.
    """

    kind: AmountKind
    value: int
    same_time: bool = False

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError(f"an amount cannot be negative, this one is {self.value}")
        if self.same_time and self.kind is not AmountKind.WORKING_DAYS:
            raise ValueError("same-time belongs to working days only")

    @classmethod
    def parse(cls, text: str) -> "Amount":
        """Return the amount written as `90m`, `1h30m`, `24wd`, `24wd same-time`, `2d`, `2w` or `36h calendar`.

        Hours, minutes and seconds are working time; days, weeks of seven of them, and anything marked `calendar`, are
        calendar time of 24-hour days; `wd` are working days. Raises ValueError naming what is wrong and what may be written.
        """
        if not isinstance(text, str):
            raise ValueError(f"{describe(text)} is no amount of time | {_EXAMPLES}")  # noqa: TRY004 - text is what it wants
        words = text.split()
        if not words:
            raise ValueError(f"the amount is empty | {_EXAMPLES}")
        suffix = words.pop() if words[-1] in {"same-time", "calendar"} else ""
        body = " ".join(words)
        _refuse_known_mistakes(text, body)
        if not _WHOLE.fullmatch(body):
            raise ValueError(f"{describe(text)} is no amount of time | {amount_hint(text) or _EXAMPLES}")
        parts = [(int(number), unit) for number, unit in _PART.findall(body)]
        if any(unit == "wd" for _, unit in parts):
            return cls._working_days(text, parts, suffix)
        return cls._time(text, parts, suffix)

    @classmethod
    def _time(cls, text: str, parts: list[tuple[int, str]], suffix: str) -> "Amount":
        units = [unit for _, unit in parts]
        if suffix == "same-time":
            raise ValueError(f"{text!r}: same-time belongs to working days only | write 24wd same-time or 8h")
        if units != sorted(set(units), key=_ORDER.index):
            raise ValueError(f"{text!r}: each unit once, the larger first | {amount_hint(text)}")
        days = not {"w", "d"}.isdisjoint(units)
        calendar = suffix == "calendar" or {"w", "d"}.issuperset(units)
        if days and not calendar:
            raise ValueError(
                f"{text!r} mixes calendar days with working hours, which never convert"
                f" | {amount_hint(text)} for calendar time, or working days alone, such as 24wd"
            )
        seconds = sum(number * _SECONDS[unit] for number, unit in parts)
        return cls(AmountKind.CALENDAR_TIME if calendar else AmountKind.WORKING_TIME, seconds)

    @classmethod
    def _working_days(cls, text: str, parts: list[tuple[int, str]], suffix: str) -> "Amount":
        if len(parts) > 1:
            raise ValueError(f"{text!r} mixes working days with other units, which never convert | {amount_hint(text)}")
        if suffix == "calendar":
            raise ValueError(
                f"{text!r}: working days are never calendar time | write {parts[0][0]}wd or {parts[0][0]}d"
            )
        return cls(AmountKind.WORKING_DAYS, parts[0][0], suffix == "same-time")

    def __str__(self) -> str:
        """Return the canonical text; `Amount.parse` of it gives the same amount back."""
        if self.kind is AmountKind.WORKING_DAYS:
            return f"{self.value}wd same-time" if self.same_time else f"{self.value}wd"
        if self.kind is AmountKind.WORKING_TIME:
            return _clock_text(self.value)
        days, rest = divmod(self.value, 86_400)
        return f"{days}d" if days and not rest else f"{_clock_text(self.value)} calendar"


def _clock_text(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return "".join(f"{n}{unit}" for n, unit in ((hour, "h"), (minute, "m"), (second, "s")) if n) or "0h"


def _refuse_known_mistakes(text: str, body: str) -> None:
    if body.startswith(("-", "\N{MINUS SIGN}")):
        raise ValueError(f"{text!r}: an amount cannot be negative")
    if "%" in body:
        raise ValueError(f"{text!r}: a share such as 75% belongs to a threshold, an amount is fixed | {_EXAMPLES}")
    if body.isdecimal():
        raise ValueError(f"{text!r} has no unit | {amount_hint(text)}")
    if re.search(r"[0-9][.,][0-9]", body):
        raise ValueError(f"{text!r}: whole numbers only | {amount_hint(text) or _EXAMPLES}")
