"""As `network`, and somebody edits tickets inside the helpdesk between our read and our write, one ticket of the batch first."""

from pathlib import Path
from random import Random

from bridge.connectors.sandbox.routes import ApiRequest
from campaign.outcome import Outcome
from campaign.storm import RandomFaults, Storm, items_of, play_storms

TITLE = "the same, and people edit tickets between our read and our write of them"
PORTION = 1500
_QUICKER = {"writes": 0.5, "tickets": 0.2, "ticket": 0.2, "changes": 0.2}
"""How often somebody is quicker than a request of that kind."""


class RacingFaults(RandomFaults):
    """Lets somebody edit a ticket before a request is carried out, or before its answer is spoilt."""

    racing = False

    def before(self, request: ApiRequest, random: Random) -> None:
        """Be quicker; with a write it is one of its own tickets that somebody edits."""
        if not self.racing or random.random() >= _QUICKER.get(request.route, 0):
            return
        alive = self.storm.alive
        written = [one["id"] for one in items_of(request) if one["id"] in alive]
        self.storm.somebody_acts(random.choice(written or alive), random)
        self.storm.outcome.count(races=1)


class Race(Storm):
    """People work while a pass runs; when the storm ends, a conflict may still be in flight."""

    allowed = 2
    faults_by = RacingFaults
    faults: RacingFaults

    def one_pass(self) -> object:  # type: ignore[override]
        """Race in stormy passes, and in the first one behind the storm."""
        try:
            return super().one_pass()
        finally:
            self.faults.racing = False

    def stormy_pass(self) -> None:
        """Let people be quicker."""
        self.faults.racing = True
        super().stormy_pass()

    def before_settling(self) -> None:
        """Every second time, somebody is still quicker in the pass behind the storm."""
        self.faults.racing = self.random.random() < 0.5


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Spoil so many answers, and be quicker besides."""
    return play_storms(Race, seed, amount, folder)
