"""What people have to know of actions, as standing troubles: told when it begins, when it changes, and once a day."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from bridge.protocols.writing import ListedAction
from bridge.sync.notices import Notice
from bridge.sync.planned.stored_values import stored, told
from bridge.sync.watch import ACTIONS, ACTIONS_HELD, ACTIONS_REFUSED, ACTIONS_RUN, ACTIONS_UNKNOWN

_NAMED = 5
"""So many are named in one notice; `sla-bridge actions list` shows all."""


def not_declared(trouble: str) -> Notice:
    """Return what is said where no action can be carried out."""
    return Notice(key=ACTIONS, text=told(f"no action is carried out: {trouble}"))


def not_run(reason: str) -> Notice:
    """Return what is said where the helpdesk did not go on with what it had accepted."""
    text = told(f"the helpdesk could not go on with its actions, and is asked again by the next pass: {reason}")
    return Notice(key=ACTIONS_RUN, text=text, gist=ACTIONS_RUN)


def listing_notices(listed: Sequence[ListedAction]) -> tuple[Notice, ...]:
    """Return a notice for what is held, for what was refused, and for what nobody knows the fate of."""
    return tuple(_notices(listed))


def _notices(listed: Sequence[ListedAction]) -> Iterator[Notice]:
    held = [one for one in listed if one.state == "held"]
    if held:
        reasons = Counter(one.reason for one in held)
        by = ", ".join(f"{count} by {reason}" for reason, count in sorted(reasons.items()))
        text = (
            f"{_counted(held)} held by a limit ({by}): they run when the day is over; the limits stand under `actions` in"
            " bridge.yaml"
        )
        # Their number changes with every pass; what they wait for does not.
        yield Notice(key=ACTIONS_HELD, text=told(text), gist=" ".join(sorted(reasons)))
    for state, key, what, remedy in _STATES:
        found = [one for one in listed if one.state == state]
        if found:
            yield Notice(key=key, text=told(f"{_counted(found)} {what}: {_named(found)}; {remedy}"), gist=_gist(found))


_STATES = (
    (
        "refused",
        ACTIONS_REFUSED,
        "refused by the helpdesk",
        "mend the cause and run `sla-bridge actions send`, or `sla-bridge actions drop`",
    ),
    (
        "unknown",
        ACTIONS_UNKNOWN,
        "of unknown fate, since the helpdesk was stopped while it sent them",
        "look into the log of the mail server, then run `sla-bridge actions send` or `sla-bridge actions drop`",
    ),
)


def _counted(found: Sequence[ListedAction]) -> str:
    return f"{len(found)} action{' is' if len(found) == 1 else 's are'}"


def _named(found: Sequence[ListedAction]) -> str:
    names = [f"{_where(one)} {one.id}{f' ({one.reason})' if one.reason else ''}" for one in found[:_NAMED]]
    more = [f"and {len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return ", ".join(names + more)


def _where(action: ListedAction) -> str:
    return "no ticket" if action.ticket is None else f"ticket {action.number}"


def _gist(found: Sequence[ListedAction]) -> str:
    rows = sorted([one.ticket or 0, one.key, one.reason] for one in found)
    return hashlib.sha256(stored(rows)).hexdigest()
