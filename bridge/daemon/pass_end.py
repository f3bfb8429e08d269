"""How one pass of a bridge that stays ended, as all who look at it see it."""

from dataclasses import dataclass

from bridge.errors import BridgeError, Busy, LeaseRefused
from bridge.sync.engine import RunReport
from bridge.tickets import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PassEnd:
    """A pass that was made, or was not: `report` is what it did with `requests` to the helpdesk, `trouble` what ended it.

    `at` is the instant it ended at by this host's clock, `seconds` how long it took.
    """

    at: Instant
    seconds: float
    requests: int = 0
    report: RunReport | None = None
    trouble: BridgeError | None = None

    @property
    def busy(self) -> bool:
        """Return whether another command was at work: nothing is wrong, and it has done what was to be done."""
        return isinstance(self.trouble, Busy)

    @property
    def waits_to_lead(self) -> bool:
        """Return whether another host leads, and there was something to write: should that host die, this one is to go on."""
        return isinstance(self.trouble, LeaseRefused) and not self.trouble.policy_older
