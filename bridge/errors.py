"""The one error tree. Each error says what, where, what is allowed and the next step; the CLI maps classes to exit codes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error stops the load, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


class Stage(IntEnum):
    """In which order problems are told: those of a later stage once the earlier ones of all files are mended.

    What a file means is anybody's guess while it cannot be read, and what an agreement means while a name in it is wrong:
    problems of a later stage would be consequences of an earlier one.
    """

    READING = 1
    SHAPE = 2
    MEANING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a file a person wrote.

    `file` is relative to the configuration folder; line and column start at 1 (0 = the file as a whole); `path` is the place
    inside the document, like `levels.urgent.targets`; `hint` names the next step or the nearest valid name.

    Two problems are equal when the same is wrong at the same place: a file that others extend, or an anchor, has a path of
    its own in each document that reads it, and other names beside it.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    path: str = field(default="", compare=False)
    hint: str = field(default="", compare=False)
    severity: Severity = Severity.ERROR
    stage: Stage = Stage.MEANING

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.hint})" if self.hint else text


def one_line(error: Exception) -> str:
    """Return what a validator says as one sentence: it puts a bar between what is wrong and what to write."""
    return str(error).replace(" | ", "; ")


class BridgeError(Exception):
    """Everything the bridge raises on purpose. `exit_code` is the command's; `hint` the next step for the person."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}" if self.hint else self.message


class ConfigurationInvalid(BridgeError):
    """Files that a person wrote cannot be used; carries every problem of the earliest stage that has one."""

    exit_code = 3

    def __init__(self, problems: Sequence[Problem]) -> None:
        stage = min((problem.stage for problem in problems), default=Stage.MEANING)
        # A file that others extend brings its mistakes into each of them: they are told once.
        self.problems = tuple(dict.fromkeys(problem for problem in problems if problem.stage is stage))
        self.more_may_follow = stage is not Stage.MEANING
        super().__init__("\n".join(str(problem) for problem in self.problems))


@contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Add the problems of files that cannot be used in the block to `problems`, and go on behind it."""
    try:
        yield
    except ConfigurationInvalid as error:
        problems.extend(error.problems)


class CalendarError(BridgeError):
    """A question that the calendar cannot answer: no working time, out of its horizon, a naive or negative argument."""

    exit_code = 3


class CalendarInvalid(ConfigurationInvalid, CalendarError):
    """A calendar's definition cannot be used; carries every problem found in it."""


class HelpdeskError(BridgeError):
    """The helpdesk cannot be reached, or refused."""

    exit_code = 5


class HelpdeskUnavailable(HelpdeskError):
    """Passing trouble: no answer, 429, 5xx. Worth a retry, `retry_after` in seconds where the helpdesk said so; `status` is 0
    where no answer came."""

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None, status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.status = status


class HelpdeskRefused(HelpdeskError):
    """The helpdesk answered, and the answer is no: wrong key, address or scope, unknown route, unusable answer."""

    def __init__(self, message: str, *, hint: str = "", status: int = 0, code: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code


class NoSuchTicket(BridgeError):
    """The helpdesk has no ticket of the number or id that a person gave."""

    exit_code = 4


class NoSuchAction(BridgeError):
    """The helpdesk keeps no such action of the ticket, or a word for it means several."""

    exit_code = 4


class CursorGone(HelpdeskError):
    """The change feed no longer knows this cursor: one full scan replaces it."""


class GuardRefused(BridgeError):
    """A guard rail stopped the pass before anything was written; the hint names the override."""

    exit_code = 6


class Busy(BridgeError):
    """Another run holds the lock or the lease."""

    exit_code = 7


class LeaseRefused(Busy):
    """The helpdesk lets another bridge write: one that holds the lease, or, with `policy_older`, one of a later policy."""

    def __init__(self, message: str, *, hint: str = "", policy_older: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.policy_older = policy_older


class LeaseUnanswered(BridgeError):
    """The helpdesk says nothing about the lease, or knows no leases: whatever was to be written waits.

    No HelpdeskError: what a pass does without, when the helpdesk refuses one of its writes, must not hide that none is allowed.
    """

    exit_code = HelpdeskError.exit_code


class StateUnusable(BridgeError):
    """The local state file or the clock cannot be used."""

    exit_code = 9


class Interrupted(BridgeError):
    """Somebody asked the command to stop, by SIGTERM or SIGINT, and it did so between two requests."""

    exit_code = 130
