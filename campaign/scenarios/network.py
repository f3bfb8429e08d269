"""Every kind of spoilt answer, anywhere in a pass, while people work between the passes; the state is kept."""

from pathlib import Path

from campaign.outcome import Outcome
from campaign.storm import Storm, play_storms

TITLE = "answers spoilt in every way, people at work between the passes; the state is kept"
PORTION = 1500


class Network(Storm):
    """Nothing but the network is bad."""


def play(seed: int, amount: int, folder: Path) -> Outcome:
    """Spoil so many answers."""
    return play_storms(Network, seed, amount, folder)
