"""Leading: where several bridges may write into one helpdesk, a pass takes the lease before its first write.

Nothing here is trusted to be true later: the helpdesk compares each write with the lease inside its own transaction. A bridge
that was stopped for an hour and goes on in the middle of a pass is refused there, and its next pass decides anew.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

from bridge.errors import HelpdeskError, LeaseRefused, LeaseUnanswered
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.leading import LeaseDeed, LeaseWish
from bridge.protocols.reading import KeptPublication
from bridge.protocols.writing import ActionOutcome, ActionsRun, Declared, Write, WriteOutcome
from bridge.sync.memory.facts import NEVER, SCANNED_AT
from bridge.sync.memory.state import SqliteState

POLICY_SEQ = "policy_seq"
"""The fact: the number of the policy that this bridge led by last, so of one that it has seen."""

POLICY_ASKED = "policy_asked"
"""The fact: the digest that this bridge led by last, then those that it has asked to lead by since. A pass that was killed has
heard no answer, and what it took it has seen all the same."""

_NONE_YET = "-"

_RENEWED_AFTER = 1 / 3
"""Of the lease's time: a slow batch and its repetitions still end under it."""

_AT_ONCE = 250
"""So many writes are sent before it is looked at again whether the lease is to be renewed: a thousand may outlast it."""

_ASKED_AT_MOST = 20
"""So many digests are kept: whoever brings as many policies without one whole pass is asked to decide."""

_SUPERSEDE = (
    "If the policy here is the newer one, run `sla-bridge sync --supersede-policy`; if not, bring this host up to date"
)


class Leader:
    """Takes the lease when it is first needed, renews it, and gives it back. `policy` gives the digest of the policy here; with
    `supersedes` it replaces whatever policy is in force."""

    def __init__(
        self,
        helpdesk: Helpdesk,
        state: SqliteState,
        policy: Callable[[], str],
        *,
        holder: str,
        ttl: float,
        supersedes: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._helpdesk = helpdesk
        self._state = state
        self._policy = policy
        self._holder = holder
        self._ttl = ttl
        self._supersedes = supersedes
        self._monotonic = monotonic
        self._asked_at: float | None = None

    def hold(self) -> None:
        """Be the one who may write; the first time by the thread that the state belongs to. Raises LeaseRefused while another
        is, or where the policy here has been replaced, and LeaseUnanswered where the helpdesk gives no answer or no leases."""
        now = self._monotonic()
        try:
            if self._asked_at is None:
                self._take()
            elif now - self._asked_at >= self._ttl * _RENEWED_AFTER:
                self._helpdesk.lease(LeaseWish(do=LeaseDeed.RENEW, holder=self._holder, ttl=self._ttl))
            else:
                return
        except HelpdeskError as error:
            raise LeaseUnanswered(error.message, hint=error.hint) from None
        # From before it was asked: the helpdesk counts from later on.
        self._asked_at = now

    def release(self) -> None:
        """Let others lead, if this one does. Where that fails the lease ends by itself."""
        if self._asked_at is None:
            return
        self._asked_at = None
        with suppress(HelpdeskError, LeaseRefused):
            self._helpdesk.lease(LeaseWish(do=LeaseDeed.RELEASE, holder=self._holder))

    def _take(self) -> None:
        known = self._state.fact(POLICY_SEQ)
        seen = self._helpdesk.ping().policy_seq if self._supersedes else None if known is None else int(known)
        wish = LeaseWish(do=LeaseDeed.TAKE, holder=self._holder, ttl=self._ttl, policy=self._policy(), after=seen)
        asked = (self._state.fact(POLICY_ASKED) or _NONE_YET).split()
        if wish.policy != asked[-1]:
            self._state.commit(facts={POLICY_ASKED: " ".join([*asked, wish.policy][-_ASKED_AT_MOST:])})
        try:
            granted = self._helpdesk.lease(wish)
        except LeaseRefused as refusal:
            if not refusal.policy_older:
                raise
            own = self._own_since(seen or 0, asked[1:])
            if own is None:
                raise LeaseRefused(refusal.message, hint=_SUPERSEDE, policy_older=True) from None
            granted = self._helpdesk.lease(replace(wish, after=own))
        # Another policy than ours may have led in between: what it wrote is in no feed, so everything is read again.
        scan = {} if known is None or granted.seq <= int(known) + 1 else {SCANNED_AT: NEVER}
        facts = {POLICY_SEQ: str(granted.seq), POLICY_ASKED: wish.policy}
        if any(self._state.fact(name) != value for name, value in facts.items()):
            self._state.commit(facts={**facts, **scan})

    def _own_since(self, seen: int, asked: Sequence[str]) -> int | None:
        """Return the number of the policy in force where killed passes of this bridge have brought it there, and nobody else any
        since `seen`."""
        found = self._helpdesk.ping()
        own = found.policy_digest in asked and found.policy_seq is not None
        return found.policy_seq if own and 0 < (found.policy_seq or 0) - seen <= len(asked) else None


class _Led:
    """A helpdesk into which is written only by who leads; all else is the helpdesk's own."""

    def __init__(self, helpdesk: Helpdesk, leader: Leader) -> None:
        self._helpdesk = helpdesk
        self._leader = leader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._helpdesk, name)

    def write(self, writes: Sequence[Write]) -> list[WriteOutcome]:
        outcomes: list[WriteOutcome] = []
        for start in range(0, len(writes) or 1, _AT_ONCE):
            self._leader.hold()
            outcomes += self._helpdesk.write(writes[start : start + _AT_ONCE])
        return outcomes

    def publish(self, publication: Mapping[str, Any]) -> KeptPublication:
        self._leader.hold()
        return self._helpdesk.publish(publication)

    def declare_actions(self, actions: Mapping[str, str], limits: Mapping[str, int]) -> Declared:
        self._leader.hold()
        return self._helpdesk.declare_actions(actions, limits)

    def run_actions(self) -> ActionsRun:
        self._leader.hold()
        return self._helpdesk.run_actions()

    def offer_actions(self, actions: Sequence[Mapping[str, Any]]) -> tuple[ActionOutcome, ...]:
        self._leader.hold()
        return self._helpdesk.offer_actions(actions)


def led(helpdesk: Helpdesk, leader: Leader) -> Helpdesk:
    """Return the helpdesk as a pass may use it: whatever it changes there, the lease is held."""
    return cast("Helpdesk", _Led(helpdesk, leader))
