"""This host's clock jumps by hours and days between passes, the helpdesk's goes back by minutes; the helpdesk's is the truth."""

from pathlib import Path

from campaign.outcome import Outcome
from campaign.storm import Storm, play_storms
from tests.integration.sync.world import HOUR

TITLE = "this host's clock jumps by hours and days, the helpdesk's goes back by minutes, answers spoilt as well"
PORTION = 800
_JUMPS = (0, 5, -5, 400, HOUR, -HOUR, 26 * HOUR, -26 * HOUR, 40 * 24 * HOUR, -40 * 24 * HOUR, 3650 * 24 * HOUR)
_STEPS = (0, 1, 59, 600, HOUR)
"""Less than two days go by in an episode: beyond that, a host's clock that is off as well asks for a person's word."""


class Clocks(Storm):
    """No jump of a clock moves a field that the time of the helpdesk does not move."""

    def time_passes(self) -> None:
        """Let the time of both go by, and either of them jump."""
        self.world.time.skew = self.random.choice(_JUMPS)
        self.outcome.count(jumps=1)
        back = self.random.randint(1, 250) if self.random.random() < 0.2 else 0
        self.world.time.now += self.random.choice(_STEPS) - back
        self._now_is()

    def before_settling(self) -> None:
        """Let the helpdesk's clock be where it has been before, whatever this host's says."""
        self.world.time.now = max(self.world.time.now, *self.instants())
        self._now_is()


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Spoil so many answers, and let clocks jump besides."""
    return play_storms(Clocks, seed, amount, folder)
