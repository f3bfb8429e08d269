"""A check's bare answer, before it is put into words."""

from enum import StrEnum
from typing import NamedTuple

from bridge.decisions import Outcome
from bridge.policies.checks.wording import Wording


class Effect(StrEnum):
    """What a failed check means for the support verdict."""

    REFUSE = "refuse"
    LIMIT = "limit"
    NONE = "none"


class CheckAnswer(NamedTuple):
    """The outcome with its reason code, and the `values` by name that evidence and sentences tell.

    `values` are pairs, so that an answer can be a key. `effect` replaces the policy's, and `at_most` replaces it where it is
    milder. `wording` replaces the one that the check's kind has for the reason.
    """

    outcome: Outcome
    reason: str
    values: tuple[tuple[str, object], ...] = ()
    effect: Effect | None = None
    at_most: Effect | None = None
    wording: Wording | None = None


def passed(reason: str, /, **values: object) -> CheckAnswer:
    """Return the answer that all is fine."""
    return CheckAnswer(Outcome.PASS, reason, tuple(values.items()))


def warned(reason: str, /, **values: object) -> CheckAnswer:
    """Return the answer that all is fine today, but not for long, or not as recommended."""
    return CheckAnswer(Outcome.WARN, reason, tuple(values.items()))


def failed(reason: str, /, **values: object) -> CheckAnswer:
    """Return the answer that something is not fine."""
    return CheckAnswer(Outcome.FAIL, reason, tuple(values.items()))


def unknown(reason: str, /, **values: object) -> CheckAnswer:
    """Return the answer that it cannot be told."""
    return CheckAnswer(Outcome.UNKNOWN, reason, tuple(values.items()))
