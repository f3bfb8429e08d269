"""What is written into a helpdesk, and what became of each write and each action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bridge.tickets import FieldValue, Instant


class WriteResult(StrEnum):
    """What became of one write."""

    OK = "ok"
    NOOP = "noop"
    CONFLICT = "conflict"
    GONE = "gone"
    INVALID = "invalid"


class Ownership(StrEnum):
    """What happens to an output field that somebody else changed."""

    ENFORCE = "enforce"
    REPORT = "report"
    YIELD = "yield"


class Encoded(bytes):
    """A JSON value in UTF-8: what has been encoded to be compared is not taken apart to be sent."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Output fields for one ticket, to be stored only if its inputs still stand at `if_rev`."""

    id: int
    if_rev: str
    fields: Mapping[str, FieldValue]
    cycles: Sequence[Mapping[str, Any]] | Encoded | None = None
    detail: Mapping[str, Any] | Encoded | None = None
    native: Mapping[str, Any] | None = None
    actions: Sequence[Mapping[str, Any]] | Encoded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOutcome:
    """What became of an action: `accepted`, `done`, `already`, `held`, `refused`, `unknown` or `dropped`. `ticket` is told where
    the question named none, and is None of a letter that belongs to no ticket."""

    key: str
    state: str
    reason: str = ""
    ticket: int | None = None

    @property
    def stands(self) -> str:
        """Return the state that it is in. What was there `already` tells that as the reason: the first answer may have been
        lost."""
        return self.reason if self.state == "already" else self.state


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsRun:
    """What became of the actions that were due, and how many of them are `left` for the next call."""

    outcomes: tuple[ActionOutcome, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOutcome:
    """The answer to one write; `rev` is the inputs' revision of now. Gone is told before conflict, conflict before invalid, and
    all of them before noop: what has moved is a conflict even where the values stand already.

    What is no `ok` has changed nothing. A kind whose writes cannot be bound to what was read says `ok` with another `rev` than
    the write's where somebody was quicker than a write that has been carried out.
    """

    id: int
    result: WriteResult
    rev: str | None = None
    reason: str = ""
    actions: tuple[ActionOutcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Whether the helpdesk carries out actions at all, and since when each of the declared ones is switched on."""

    on: bool
    since: Mapping[str, Instant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAction:
    """An action as the helpdesk keeps it; `at` is its trigger, `changed_at` when it came into this state. `ticket` is None and
    `number` empty of a letter that belongs to no ticket."""

    ticket: int | None
    number: str
    key: str
    id: str
    kind: str
    state: str
    reason: str
    at: Instant
    changed_at: Instant
