"""What the state remembers of the notices about obligations."""

import json

from bridge.tickets import Instant

OWED = "owed"
"""The fact: what the notices rest on, and from when on time alone may change them."""


def turning(fact: str | None) -> tuple[str, Instant] | None:
    """Return what the notices rest on and when time alone may change them; None where that is not to be understood."""
    try:
        rests_on, turns_at = json.loads(fact or "")
        return str(rests_on), int(turns_at)
    except (ValueError, TypeError):
        return None
