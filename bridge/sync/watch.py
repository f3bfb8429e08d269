"""What a pass looks after beside tickets: names that the helpdesk does not have, sources that do not serve.

All of it is remembered, so that an idle pass still knows what stands, without loading a configuration for it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bridge.errors import Problem
from bridge.protocols.helpdesk import Helpdesk
from bridge.sync.memory.state import SqliteState
from bridge.sync.memory.vocabulary import Vocabulary, lost_names, unknown_names
from bridge.sync.notices import Notice, problem_notice, remembered, sources_of, stored, to_tell
from bridge.tickets import Instant

if TYPE_CHECKING:
    from bridge.policies.language.conditions.names import HelpdeskName


class Watched(Protocol):
    """A configuration whose troubles a pass tells; `loaded` without being asked for, it has been needed in this pass."""

    @property
    def loaded(self) -> bool:
        """Return whether it has been loaded in this pass."""

    @property
    def names(self) -> "Sequence[HelpdeskName]":
        """Return the names of the helpdesk that the policy compares with; this loads it."""

    def troubles(self) -> Sequence[Notice]:
        """Return what is wrong with it until somebody mends it; this loads it."""


CLOCK, FIELDS, SCREENS = "clock", "fields", "screens"
ACTIONS, ACTIONS_RUN = "actions", "actions run"
ACTIONS_HELD, ACTIONS_REFUSED, ACTIONS_UNKNOWN = "actions held", "actions refused", "actions unknown"
LISTED_ACTIONS = frozenset({ACTIONS_RUN, ACTIONS_HELD, ACTIONS_REFUSED, ACTIONS_UNKNOWN})
OBLIGATION = "obligation "
"""What keys of notices about obligations begin with; a pass looks after them itself, too."""

OF_PASS = frozenset({CLOCK, FIELDS, SCREENS, ACTIONS}) | LISTED_ACTIONS
"""Keys of the notices about what a pass meets itself: the clocks of both hosts, the fields that the helpdesk lacks, what it has
no room for, why it carries out no actions, and what became of some (LISTED_ACTIONS)."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Compares a configuration, None for none, with the helpdesk of now and with what the state remembers."""

    state: SqliteState
    watched: Watched | None

    @property
    def looks_again(self) -> bool:
        """Return whether a trouble stands whose end nothing else would show: the configuration has to be loaded to see it."""
        return any(one.notice.unseen for one in remembered(self.state.fact("notices")))

    def known_to(self, helpdesk: Helpdesk, meta_rev: str) -> tuple[frozenset[str], Vocabulary]:
        """Return the output fields that exist and the names there are; asked once per change of the helpdesk's vocabulary."""
        writable, vocabulary = self.state.fact("writable"), Vocabulary.remembered(self.state.fact("vocabulary"))
        if writable is not None and vocabulary is not None and self.state.fact("meta_rev") == meta_rev:
            return frozenset(json.loads(writable)), vocabulary
        meta = helpdesk.meta()
        return meta.writable, Vocabulary.of(meta)

    def lost(self, vocabulary: Vocabulary) -> tuple[Problem, ...]:
        """Return the names of the policy that have vanished from the helpdesk since the last pass."""
        before = Vocabulary.remembered(self.state.fact("vocabulary"))
        # Loading the configuration is worth it only where a name may have gone.
        if self.watched is None or before is None or before == vocabulary:
            return ()
        return tuple(lost_names(self.watched.names, before, vocabulary))

    def sources_moved(self) -> bool:
        """Return whether other sources of the registry serve than at the last pass, where the registry was loaded already."""
        if self.watched is None or not self.watched.loaded:
            return False
        before = [one.notice for one in remembered(self.state.fact("notices"))]
        return sources_of(before) != sources_of(self.watched.troubles())

    def notices(
        self, vocabulary: Vocabulary, lost: Sequence[Problem], of_pass: Sequence[Notice], now: Instant
    ) -> tuple[tuple[Notice, ...], tuple[Notice, ...], str]:
        """Return the troubles that stand, those of them that are due to be told at `now`, and the fact to remember.

        Names that are `lost` are told by every pass, since they stop it; `of_pass` are troubles that the pass met itself.
        """
        standing = (*self._standing(vocabulary), *of_pass)
        told, kept = to_tell(standing, remembered(self.state.fact("notices")), now)
        gone = tuple(map(problem_notice, lost))
        return (*standing, *gone), (*told, *gone), stored(kept)

    def before(self, key: str) -> tuple[Notice, ...]:
        """Return the notice of that key as it is remembered, if there is one."""
        return tuple(one.notice for one in remembered(self.state.fact("notices")) if one.notice.key == key)

    def _standing(self, vocabulary: Vocabulary) -> tuple[Notice, ...]:
        """Return the troubles as they are now where the configuration is loaded, else as they are remembered."""
        if self.watched is None:
            return ()
        fact = self.state.fact("notices")
        if fact is not None and not self.watched.loaded:
            return tuple(one.notice for one in remembered(fact) if not _is_of_pass(one.notice.key))
        unknown = map(problem_notice, unknown_names(self.watched.names, vocabulary))
        return (*self.watched.troubles(), *unknown)


def _is_of_pass(key: str) -> bool:
    return key in OF_PASS or key.startswith(OBLIGATION)
