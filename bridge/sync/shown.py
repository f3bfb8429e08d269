"""What a pass shows on the helpdesk's screens: the agreement's publication, and beside it phrases and what customers hold.

To know what customers hold takes a look at each of them, so nobody looks where nothing that it rests on has moved.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from bridge.customers import Account, Taking
from bridge.policies.agreement.policy import Policy
from bridge.policies.telling.digests import digest_of
from bridge.policies.telling.publication import Phrase, publication_of
from bridge.policies.telling.reach import WindowReach
from bridge.policies.telling.standing import Standing
from bridge.sync.memory.published import Holdings, Last
from bridge.tickets import Instant

Spent = Callable[[], Mapping[Account, int] | None]
"""Tells what all tickets take from each account, in thousandths; None where nobody counts that."""


Kept = Callable[[], Sequence[Taking] | None]
"""Gives what all tickets keep of obligations; None where nobody counts that."""


def nobody_counts() -> None:
    """Return that nobody counts what tickets take or keep."""


class ShownSource(Protocol):
    """Gives what screens show; `loaded` without being asked for, the configuration has been needed in this pass."""

    @property
    def loaded(self) -> bool:
        """Return whether it has been loaded in this pass."""

    @property
    def policy(self) -> Policy:
        """Return the policy; this loads it."""

    @property
    def phrases(self) -> Sequence[Phrase]:
        """Return the phrases that agents are advised against."""

    def standing_rests_on(self, now: Instant, spent: Mapping[Account, int] | None) -> str:
        """Return what moves whenever the standing may; this loads the configuration."""

    def standing(self, now: Instant, spent: Mapping[Account, int] | None, kept: Sequence[Taking] | None) -> Standing:
        """Return what customers hold and what is owed to them; this looks at each of them."""


class Shown:
    """What the source shows at an instant, after what was published `last`."""

    def __init__(
        self, source: ShownSource, last: Last | None, now: Instant, spent: Spent, kept: Kept = nobody_counts
    ) -> None:
        self._source, self._now, self._spent, self._kept = source, now, spent(), kept()
        self._publication = publication_of(source.policy)
        self._phrases = tuple(source.phrases)
        rests_on = digest_of([source.standing_rests_on(now, self._spent), _kept_rows(self._kept)])
        turns_at = None if last is None else last.holdings.turns_at
        if last is not None and last.holdings.rests_on == rests_on and (turns_at is None or now < turns_at):
            self.holdings = last.holdings
        else:
            standing = self._standing
            self.holdings = Holdings(rests_on=rests_on, digest=digest_of(standing.json()), turns_at=standing.turns_at)

    @cached_property
    def _standing(self) -> Standing:
        return self._source.standing(self._now, self._spent, self._kept)

    def fingerprint(self, reach: WindowReach) -> str:
        """Return the digest of all that is shown with this reach, but for its age."""
        return digest_of([self._publication.fingerprint(reach), self._phrases, self.holdings.digest])

    def contents(self, reach: WindowReach) -> Iterator[tuple[dict[str, Any], str]]:
        """Yield what to send, and ever less of it for a helpdesk that has no room; each with what it falls short of.

        Lists of customers go first: without working time no screen could count.
        """
        yield self._content(reach, self._standing), ""
        standing = self._standing
        for most in _CUTS:
            if standing.longest > most:
                standing = standing.cut(most)
                yield self._content(reach, standing), _FEWER.format(most or "none")
        for tried in reach.shorter(self._now):
            trouble = _SHORTER.format(tried.first)
            yield self._content(tried, standing), trouble if standing is self._standing else trouble + _NO_LISTS

    def _content(self, reach: WindowReach, standing: Standing) -> dict[str, Any]:
        return self._publication.content(reach, at=self._now, phrases=self._phrases, standing=standing)


def _kept_rows(kept: Sequence[Taking] | None) -> list[Any] | None:
    """Return what of the bookings of obligations counts; they come in any order."""
    return None if kept is None else sorted([one.account, one.ticket, one.created_at, one.amount] for one in kept)


_CUTS = (50, 0)
"""So long lists of customers are, where the helpdesk has no room for the whole ones."""

_FEWER = (
    "the helpdesk has no room for all that its screens show: of each list of what customers hold, {} of the rows are"
    " published; how many there are in all is told"
)
_SHORTER = (
    "the helpdesk has no room for all that its screens count with: working time is published from {} on alone, and of what "
    "was before they show no picture"
)
_NO_LISTS = "; none of what customers hold is published"
