"""A sample of what a pass decides, to be counted a second way."""

import random
from typing import TYPE_CHECKING

from bridge.cli.wiring.configuration import assemble
from bridge.cli.wiring.deciding import Deferred, decide_with

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.cli.wiring.configuration import Configuration
    from bridge.customers import Account
    from bridge.decisions import Decision
    from bridge.policies.proof.recount import Disagreement
    from bridge.settings.load import Settings
    from bridge.tickets import Instant, Ticket


class Sample(Deferred):
    """Decides by the configuration and keeps `size` of the tickets, each with the same chance (reservoir sampling)."""

    def __init__(
        self, settings: "Settings", size: int, assembled: "Callable[[Settings], Configuration]" = assemble
    ) -> None:
        super().__init__(settings, assembled)
        self._size = size
        self._kept: list[tuple[Ticket, Instant, Mapping[Account, int] | None]] = []
        self._seen = 0
        self._random = random.Random()  # noqa: S311 - picks a sample, guards nothing

    def decide(self, ticket: "Ticket", now: "Instant", *, taken: "Mapping[Account, int] | None" = None) -> "Decision":
        """Return the decision on the ticket; `taken` is what tickets add to the registry's counts of units."""
        self._seen += 1
        if len(self._kept) < self._size:
            self._kept.append((ticket, now, taken))
        elif self._size and (place := self._random.randrange(self._seen)) < self._size:
            self._kept[place] = (ticket, now, taken)
        return super().decide(ticket, now, taken=taken)

    def audit(self) -> "tuple[int, list[Disagreement]]":
        """Return how many deadlines of the sample were counted anew, and those that came out differently."""
        if not self._kept:
            return 0, []
        from bridge.policies.proof.recount import Auditor

        auditor, decide = Auditor(self.configuration.policy), decide_with(self.configuration, receipts=True)
        found = [one for kept in self._kept for one in auditor.audit(decide(*kept))]
        return auditor.clocks, found
