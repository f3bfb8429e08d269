"""What the helpdesk's screens count with: published before the first detail that names it, and only when something is new.

All of it is remembered, so that an idle pass neither asks a second time nor loads the policy to know that nothing is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.errors import HelpdeskRefused, HelpdeskUnavailable
from bridge.policies.telling.reach import EVER, OpenClocks, WindowReach
from bridge.protocols.helpdesk import Helpdesk
from bridge.protocols.reading import ChangePage, KeptPublication
from bridge.sync.memory.published import OPEN_CLOCKS, Last, remembered_clocks
from bridge.sync.memory.state import SqliteState
from bridge.sync.notices import Notice
from bridge.sync.shown import Kept, Shown, ShownSource, Spent, nobody_counts
from bridge.sync.watch import SCREENS
from bridge.tickets import Instant

PUBLISHED, PUBLISHES = "published", "publishes"
"""The facts: what was published last, and whether the helpdesk keeps publications."""

_YES = "yes"
_AGAIN_SECONDS = 3600
"""How long a helpdesk that did not take a publication is left in peace with it."""

_TOO_LARGE, _CANNOT = 413, 500
_NOT_FOR_THE_KEY = frozenset({401, 403})
"""Whoever may not publish may not write either, and the pass has to end."""


@dataclass(frozen=True, slots=True)
class Screens:
    """Looks after publications; without a source of the policy, as if the helpdesk kept none."""

    state: SqliteState
    source: ShownSource | None

    def facts(self, page: ChangePage) -> dict[str, str]:
        """Return what is remembered of the helpdesk as this page shows it."""
        return {PUBLISHES: _YES if self._serves(page) else ""}

    def moved(self, page: ChangePage) -> bool:
        """Return whether the helpdesk has begun to keep publications, or ceased to: details name one, or none."""
        return (self.state.fact(PUBLISHES) or "") != self.facts(page)[PUBLISHES]

    def open_clocks(self, page: ChangePage, *, anew: bool) -> OpenClocks | None:
        """Return what is known of open clocks, for a pass to add to: nothing yet where it will see them all `anew`. None where
        the helpdesk keeps no publications."""
        if not self._serves(page):
            return None
        return OpenClocks() if anew else remembered_clocks(self.state.fact(OPEN_CLOCKS)) or OpenClocks(oldest=EVER)

    def troubles(self) -> Iterator[Notice]:
        """Yield what stands in the way of publishing, as it is remembered."""
        if self.state.fact(PUBLISHES):
            yield from troubles_in(self.state.fact(PUBLISHED))

    def published(
        self,
        helpdesk: Helpdesk,
        keeps: KeptPublication | None,
        clocks: OpenClocks | None,
        now: Instant,
        spent: Spent = nobody_counts,
        keeping: Kept = nobody_counts,
    ) -> Mapping[str, str]:
        """Publish what is new for a helpdesk that `keeps` that publication; return what to remember, nothing where none is.

        Raises HelpdeskError where the helpdesk does not answer, or the key may not write.
        """
        if clocks is None or self.source is None:
            return {}
        last = Last.remembered(self.state.fact(PUBLISHED))
        stands = last is not None and _stands(last, keeps, now)
        suffices = last is not None and last.reach.suffices(now, clocks)
        if stands and suffices and not self.source.loaded and not _turned(last, now):
            return {}
        shown = Shown(self.source, last, now, spent, keeping)
        reach = last.reach if last is not None and suffices else WindowReach.around(now, clocks)
        fingerprint = shown.fingerprint(reach)
        if last is not None and stands and last.fingerprint == fingerprint:
            found = replace(last, holdings=shown.holdings)
            return {} if found == last else {PUBLISHED: found.stored()}
        kept, trouble = _sent(helpdesk, shown.contents(reach))
        found = Last(at=now, fingerprint=fingerprint, reach=reach, kept=kept, trouble=trouble, holdings=shown.holdings)
        return {PUBLISHED: found.stored()}

    def _serves(self, page: ChangePage) -> bool:
        return page.keeps_publications and self.source is not None


def troubles_in(published: str | None) -> Iterator[Notice]:
    """Yield what somebody should know of the last publication."""
    last = Last.remembered(published)
    if last is not None and last.trouble:
        yield Notice(key=SCREENS, text=last.trouble)


def _stands(last: Last, keeps: KeptPublication | None, now: Instant) -> bool:
    """Return whether the helpdesk still keeps what it took, and it is not time to try again what it did not take."""
    return (keeps == last.kept or last.kept is None) and not (last.trouble and now - last.at >= _AGAIN_SECONDS)


def _turned(last: Last | None, now: Instant) -> bool:
    """Return whether time alone may have changed what customers hold: a day is over."""
    turns_at = None if last is None else last.holdings.turns_at
    return turns_at is not None and now >= turns_at


def _sent(helpdesk: Helpdesk, contents: Iterable[tuple[Mapping[str, Any], str]]) -> tuple[KeptPublication | None, str]:
    """Send the first of the contents that the helpdesk takes; return what it keeps, and what is wrong with that."""
    refusal = ""
    for content, trouble in contents:
        try:
            return helpdesk.publish(content), trouble
        except HelpdeskUnavailable as error:
            if error.status != _CANNOT:
                raise
            # It tried and failed. Deadlines are worth more than a countdown, so the pass goes on.
            return None, _NOT_TAKEN.format(error.message)
        except HelpdeskRefused as error:
            if error.status in _NOT_FOR_THE_KEY or not error.status:
                raise
            refusal = error.message
            if error.status != _TOO_LARGE:
                break
    return None, _NOT_TAKEN.format(refusal)


_NOT_TAKEN = (
    "the helpdesk does not take what its screens count with, so that they show deadlines without a countdown: {}"
)
