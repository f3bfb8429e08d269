"""What the state remembers of obligations: what the notices rest on, and which letters the helpdesk has settled."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from bridge.tickets import Instant

OWED, OWED_LETTERS = "owed", "owed_letters"
"""The facts: what the notices rest on, with the instant from which on time alone may change them, and the letters' fates."""


def turning(fact: str | None) -> tuple[str, Instant] | None:
    """Return what the notices rest on and when time alone may change them; None where that is not to be understood."""
    try:
        rests_on, turns_at = json.loads(fact or "")
        return str(rests_on), int(turns_at)
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersKnown:
    """Keys of letters that were due at the last look: `settled` ones need not be offered any more, `waiting` ones were taken and
    have not run. A cache: who is offered a settled one again says so."""

    settled: frozenset[str] = frozenset()
    waiting: bool = False

    @classmethod
    def remembered(cls, fact: str | None) -> Self:
        """Return what the state remembers; nothing where that is not to be understood."""
        try:
            settled, waiting = json.loads(fact or "")
            return cls(settled=frozenset(map(str, settled)), waiting=waiting is True)
        except (ValueError, TypeError):
            return cls()

    def stored(self, due: Iterable[str]) -> str:
        """Return what the state keeps: of what is not `due` any more nothing."""
        return json.dumps([sorted(self.settled.intersection(due)), self.waiting])
