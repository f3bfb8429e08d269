"""What a clock with a receipt claims, read from its JSON."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bridge.decisions import ClockState, Interval
from bridge.files.types import zone_name
from bridge.policies.calendar.amounts import Amount, AmountKind
from bridge.policies.clocks.deadlines import FOREVER, PausedSpan
from bridge.policies.clocks.states import END_STATES, Cause
from bridge.policies.clocks.verdicts import PROMISED
from bridge.tickets import Instant, parse_instant

Published = tuple[Instant | None, Instant | None]
"""From when and until when the days off are published; None is no bound."""

_WHOLE = 10_000
"""A whole, in basis points."""

_SHARE = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?%")
_AMOUNT = re.compile(r"(.+) (before|after)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPoint:
    """A point from which a clock is at risk: a share of its time in basis points, or an amount before its deadline."""

    share: int | None = None
    before: Amount | None = None

    @classmethod
    def of(cls, text: str) -> "RiskPoint":
        """Return the point written as `75%` or `1h before`; one `after` the deadline puts nothing at risk. Raises ValueError."""
        share, amount = _SHARE.fullmatch(text), _AMOUNT.fullmatch(text)
        if share:
            return cls(share=int(share[1]) * 100 + int((share[2] or "").ljust(2, "0")))
        if amount is None:
            raise ValueError(f"{text!r} is no threshold")
        found = Amount.parse(amount[1])
        return cls(before=found) if amount[2] == "before" else cls()

    def part_of(self, seconds: int) -> int:
        """Return the point's share of the seconds, rounded up."""
        return -(-seconds * (self.share or 0) // _WHOLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockClaim:
    """What a clock claims. `amount` None stands for a date promised by hand; a pause that still lasts ends never."""

    ledger: tuple[Interval, ...]
    at: Instant
    zone: ZoneInfo
    pauses: tuple[PausedSpan, ...]
    risks: tuple[RiskPoint, ...]
    published: Published | None
    amount: Amount | None
    state: ClockState
    cause: Cause | None
    provisional: bool
    started_at: Instant
    stopped_at: Instant | None
    due_at: Instant | None
    breached_at: Instant | None
    elapsed_seconds: int
    remaining_seconds: int | None

    @classmethod
    def of(cls, clock: Mapping[str, Any]) -> "ClockClaim":
        """Return the claim in a clock's JSON. Raises ValueError for JSON that is no such clock."""
        try:
            receipt, target = clock["receipt"], clock["target"]
            return cls(
                ledger=tuple(_line(one) for one in receipt["ledger"]),
                at=instant_of(receipt["at"]),
                zone=ZoneInfo(zone_name(receipt["zone"])),
                pauses=tuple(_pause(one) for one in receipt["pauses"]),
                risks=tuple(RiskPoint.of(one) for one in receipt["at_risk"]),
                published=_published(receipt["published"]),
                amount=None if target == PROMISED else Amount.parse(target),
                state=ClockState(clock["state"]),
                cause=None if clock["cause"] is None else Cause(clock["cause"]),
                provisional=_typed(bool, clock["provisional"]),
                started_at=instant_of(clock["started_at"]),
                stopped_at=_instant(clock["stopped_at"]),
                due_at=_instant(clock["due_at"]),
                breached_at=_instant(clock["breached_at"]),
                elapsed_seconds=_typed(int, clock["elapsed_seconds"]),
                remaining_seconds=None
                if clock["remaining_seconds"] is None
                else _typed(int, clock["remaining_seconds"]),
            )
        except KeyError as error:
            raise ValueError(f"this is no clock with a receipt: {error} is missing") from error
        except (TypeError, ValueError, AttributeError, OSError) as error:
            raise ValueError(f"this is no clock with a receipt: {error}") from error

    @property
    def lines(self) -> Sequence[Interval]:
        """The lines from the clock's start on."""
        return [line for line in self.ledger if line.reason != "before_start"]

    @property
    def is_open(self) -> bool:
        """Whether the clock has not ended."""
        return self.stopped_at is None

    @property
    def is_paused(self) -> bool:
        """Whether a pause lasts."""
        return bool(self.pauses) and self.pauses[-1].end == FOREVER

    @property
    def seen_until(self) -> Instant:
        """The instant up to which the clock is told: its end, or the deciding one."""
        return self.at if self.stopped_at is None else self.stopped_at

    @property
    def has_ended_state(self) -> bool:
        """Whether the state is one that never changes again."""
        return self.state in END_STATES

    @property
    def runs_by_calendar(self) -> bool:
        """Whether working time decides the deadline, and not every second or a person's word."""
        return self.amount is not None and self.amount.kind is not AmountKind.CALENDAR_TIME


def instant_of(value: Any) -> Instant:
    """Return the instant of `2026-11-20T07:00:00Z`. Raises ValueError for anything else, numbers included."""
    return parse_instant(_typed(str, value))


def _typed(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value


def _line(one: Mapping[str, Any]) -> Interval:
    return Interval(
        start=instant_of(one["start"]),
        end=instant_of(one["end"]),
        counted=_typed(bool, one["counted"]),
        reason=str(one["reason"]),
        detail=str(one.get("detail", "")),
    )


def _pause(one: Mapping[str, Any]) -> PausedSpan:
    return PausedSpan(instant_of(one["start"]), FOREVER if one["end"] is None else instant_of(one["end"]))


def _published(one: Mapping[str, Any] | None) -> Published | None:
    return None if one is None else (_instant(one["from"]), _instant(one["until"]))


def _instant(value: object) -> Instant | None:
    return None if value is None else instant_of(value)
