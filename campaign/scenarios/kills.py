"""Passes of every kind are killed with SIGKILL at random instants, and restarted on the state they left."""

from pathlib import Path
from random import Random

from campaign import restarts
from campaign.killed_bridge import KilledBridge
from campaign.outcome import Outcome

TITLE = "kill -9 at random instants: first sync, changes, another policy, daily sweep, undo; people work meanwhile"
PORTION = 400


def play(seed: int, amount: int, folder: Path, mutant: str = "") -> Outcome:
    """Kill so many passes, and some processes as they are really started; return what came of it."""
    random = Random(seed)
    with KilledBridge(folder, random, mutant) as bridge:
        outcome = bridge.play(amount)
    restarted = restarts.play(folder / "restarts", random)
    outcome.join(restarted.counts, restarted.most)
    return outcome
